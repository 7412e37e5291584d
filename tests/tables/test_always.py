"""What holds for every file: order means nothing, no cell raises, no money is lost."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portfolio_lib.tables import DataChecks, prepare_tables
from tests.tables.making import sources, unit

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ODD = st.sampled_from(
    ["", " ", "-", "nan", "1e999", "2026-01-31", "99999-01-01", "0", "-0", "1,5", "A1", "=1", "\r"]
)
CELL = st.one_of(ANY_TEXT, ODD)
PLAIN_LINE = st.tuples(
    st.sampled_from(["I1", "I2", "I3"]),
    st.sampled_from(["A1", "A2", ""]),
    st.sampled_from(["2026-01-31", "2026-02-28", "2026-12-31"]),
    st.integers(-10_000, 10_000).map(lambda cents: f"{cents / 100:.2f}"),
    st.sampled_from(["Tea", "Jam", ""]),
)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADER = ("invoice_id", "account_id", "date", "amount", "offering")
ACCOUNT_HEADER = ("account_id", "account_name", "parent_account_id", "tier", "start_date")


def as_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([header, *rows])
    return text.getvalue()


def prepared(
    folder: Path, accounts: Sequence[Sequence[str]], lines: Sequence[Sequence[str]], **policies: str
) -> DataChecks:
    (folder / "a.csv").write_bytes(as_csv(ACCOUNT_HEADER, accounts).encode("utf-8"))
    (folder / "i.csv").write_bytes(as_csv(HEADER, lines).encode("utf-8"))
    where = sources(folder, accounts={"file": "a.csv"}, invoices={"file": "i.csv"})
    return prepare_tables([unit("north", where, **policies)], folder / "store")["north"]


TWO_ACCOUNTS = [("A1", "Ash", "", "1", "2020-01-01"), ("A2", "Beech", "A1", "", "")]


@QUICK
@given(
    st.lists(PLAIN_LINE, min_size=1, max_size=12).flatmap(
        lambda lines: st.tuples(st.just(lines), st.permutations(lines))
    )
)
def test_the_order_of_rows_changes_nothing(
    pair: tuple[list[tuple[str, ...]], list[tuple[str, ...]]],
) -> None:
    stored = []
    for lines in pair:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            checks = prepared(folder, TWO_ACCOUNTS, lines)
            files = sorted((folder / "store" / "tables").rglob("*.parquet"))
            stored.append(([path.read_bytes() for path in files], checks.to_json()))
    assert stored[0] == stored[1]


@QUICK
@given(
    st.lists(PLAIN_LINE, min_size=1, max_size=12).flatmap(
        lambda lines: st.tuples(st.just(lines), st.permutations(lines))
    )
)
def test_the_order_of_sales_changes_no_account_read_off_them(
    pair: tuple[list[tuple[str, ...]], list[tuple[str, ...]]],
) -> None:
    columns = {
        "account_id": "account_id",
        "account_name": "account_id",
        "industry": "offering",
        "start_date": "date",
    }
    stored = []
    for lines in pair:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "i.csv").write_bytes(as_csv(HEADER, lines).encode("utf-8"))
            accounts = {"file": "i.csv", "distinct": True, "columns": columns}
            where = sources(folder, accounts=accounts, invoices={"file": "i.csv"})
            checks = prepare_tables([unit("north", where)], folder / "store")["north"]
            files = sorted((folder / "store" / "tables").rglob("*.parquet"))
            stored.append(([path.read_bytes() for path in files], checks.to_json()))
    assert stored[0] == stored[1]


@QUICK
@given(
    st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=5),
    st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=5),
)
@example([("A1", "x", "A1", "1", "")], [("I1", "A1", "2026-01-31", "1" * 400, "")])
@example([("A1", "\x00", "", "", "")], [("I1", "A1", "2026-01-31", "-99999999999999.9", "")])
def test_whatever_a_cell_holds_becomes_a_fault_and_never_an_error(
    accounts: list[tuple[str, ...]], lines: list[tuple[str, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        checks = prepared(Path(name), accounts, lines)
        assert DataChecks.from_json(checks.to_json()) == checks
        assert all(fault.message and fault.next_step for fault in checks.faults)


@QUICK
@given(
    st.lists(PLAIN_LINE, min_size=1, max_size=15),
    st.sampled_from(["net", "set_aside"]),
    st.sampled_from(["keep", "set_aside"]),
    st.sampled_from(["keep", "set_aside"]),
)
def test_money_kept_and_set_aside_is_the_money_read(
    lines: list[tuple[str, ...]], credits: str, zeros: str, repeats: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        checks = prepared(
            Path(name),
            TWO_ACCOUNTS,
            lines,
            credits=credits,
            zero_amounts=zeros,
            exact_duplicates=repeats,
        )
    card = checks.card("invoices")
    read = sum((Decimal(line[3]) for line in lines), Decimal(0))
    assert card.money_kept + sum(card.money_set_aside.values()) == read
    assert card.rows_kept + sum(card.rows_set_aside.values()) == card.rows_read == len(lines)
