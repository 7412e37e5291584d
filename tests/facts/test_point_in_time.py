"""Nothing that happened after a day changes what a snapshot of that day says.

Every snapshot of a review is compared with a review that was made on that very day, from the tables
as they stood then. Those reviews are units of the same run.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_lib.facts.days import snapshots_of
from tests.facts.stores import ALL_STEPS, build, exact, line, term, unit, write_table

AS_OF = dt.date(2026, 9, 16)
EARLIEST = dt.date(2023, 1, 1)
Tables = dict[str, list[dict[str, Any]]]


def agreed(row: dict[str, Any]) -> dt.date:
    return row.get("signed_date") or row["start_date"]


def known_by(tables: Tables, day: dt.date) -> Tables:
    """The tables as they stood on a day."""
    invoices = [row for row in tables["invoices"] if row["date"] <= day]
    contracts = [
        {**row, "cancelled_date": known_date(row.get("cancelled_date"), day)}
        for row in tables["contracts"]
        if agreed(row) <= day
    ]
    seen = {row["account_id"] for row in (*invoices, *contracts)}
    accounts = [
        row
        for row in tables["accounts"]
        if row["account_id"] in seen or (row["start_date"] and row["start_date"] <= day)
    ]
    costs = [row for row in tables["costs"] if row["period"] <= day]
    paid = [{**row, "paid_date": known_date(row.get("paid_date"), day)} for row in invoices]
    return {"accounts": accounts, "invoices": paid, "contracts": contracts, "costs": costs}


def known_date(date: dt.date | None, day: dt.date) -> dt.date | None:
    return date if date is not None and date <= day else None


def write(store, key: str, tables: Tables) -> None:
    for table, rows in tables.items():
        write_table(store, key, table, rows)


def without(rows: pa.Table, *names: str) -> list[dict[str, Any]]:
    return rows.drop_columns(list(names)).to_pylist()


def check(store, tables: Tables, steps: tuple[str, ...], **policies: Any) -> int:
    """Compare every snapshot with the review of its day; how many rows were compared."""
    days = [snapshot.snapshot_date for snapshot in snapshots_of(AS_OF, EARLIEST)]
    write(store, "review", tables)
    units = [unit("review", as_of=AS_OF.isoformat(), **policies)]
    for day in days:
        write(store, f"on-{day}", known_by(tables, day))
        units.append(unit(f"on-{day}", as_of=day.isoformat(), **policies))
    build(store, *units, steps=[*steps])
    compared = sum(check_day(store, tables, day) for day in days)
    for step in steps:
        if step != "account_snapshots":
            now = without(exact(store, "review", step), "business_unit")
            assert now == without(exact(store, f"on-{AS_OF}", step), "business_unit")
    return compared


def check_day(store, tables: Tables, day: dt.date) -> int:
    """Compare the snapshot of one day with the review made on it; how many rows were compared."""
    known = known_by(tables, day)
    review = exact(store, "review", "account_snapshots")
    then = exact(store, f"on-{day}", "account_snapshots").filter(pc.field("is_current"))
    left = without(
        review.filter(pc.field("snapshot_date") == pc.scalar(day)), "business_unit", "is_current"
    )
    if day == AS_OF:
        # the review also lists the accounts of which nothing is known yet
        ids = {row["account_id"] for row in known["accounts"]}
        left = [row for row in left if row["account_id"] in ids]
    elif not known["invoices"] and not known["contracts"]:
        assert not left  # before the unit's history there is nothing to look back from
        return 0
    assert left == without(then, "business_unit", "is_current")
    return len(left)


dates = st.dates(EARLIEST, dt.date(2027, 6, 30))
money = st.decimals(-1000, 1000, places=4, allow_nan=False)
account_ids = st.sampled_from("abcd")


@st.composite
def portfolios(draw) -> Tables:
    accounts = [
        {"account_id": i, "account_name": i, "start_date": draw(st.none() | dates)} for i in "abcd"
    ]
    invoices = [
        line(
            draw(account_ids),
            draw(dates),
            draw(money),
            invoice_id=draw(st.sampled_from(["1", "2", "3"])),
            cost=draw(st.none() | money),
            service_start=draw(st.none() | dates),
            service_end=draw(dates),
            paid_date=draw(st.none() | dates),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    contracts = [
        term(
            f"c{number}",
            draw(account_ids),
            draw(dates),
            abs(draw(money)),
            signed_date=draw(st.none() | dates),
            end_date=draw(st.none() | dates),
            cancelled_date=draw(st.none() | dates),
            renewed_by=draw(st.sampled_from([None, "c0", "c1", "c2", "gone"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    costs = [
        {"account_id": i, "period": period, "cost": draw(st.none() | money.map(abs))}
        for i, period in draw(st.sets(st.tuples(account_ids, dates), max_size=3))
    ]
    return {"accounts": accounts, "invoices": invoices, "contracts": contracts, "costs": costs}


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables=portfolios(), source=st.sampled_from(["invoices", "contracts"]))
def test_a_snapshot_is_the_review_made_on_its_day(tmp_path, tables, source):
    check(tmp_path, tables, ("account_snapshots",), revenue_source=source, active_within_days=90)


def large_portfolio(seed: int) -> Tables:
    chance = random.Random(seed)

    def some_day() -> dt.date:
        return EARLIEST + dt.timedelta(days=chance.randrange(1600))

    def perhaps(value: Any) -> Any:
        return value if chance.random() < 0.5 else None

    ids = [f"a{number}" for number in range(40)]
    invoices = []
    for number in range(1500):
        date = some_day()
        start = date + dt.timedelta(days=chance.randrange(-60, 60))
        invoices.append(
            line(
                chance.choice(ids),
                date,
                chance.randrange(-(10**6), 10**7) / 10**4,
                invoice_id=str(number // 2),
                cost=perhaps(chance.randrange(10**6) / 10**4),
                offering=perhaps(chance.choice("xyz")),
                service_start=perhaps(start),
                service_end=start + dt.timedelta(days=chance.randrange(0, 400)),
                paid_date=perhaps(date + dt.timedelta(days=chance.randrange(90))),
            )
        )
    contracts = []
    for number in range(150):
        start = some_day()
        contracts.append(
            term(
                f"c{number}",
                chance.choice(ids),
                start,
                chance.randrange(10**9) / 10**4,
                signed_date=perhaps(start + dt.timedelta(days=chance.randrange(-90, 30))),
                end_date=perhaps(start + dt.timedelta(days=chance.randrange(30, 800))),
                cancelled_date=perhaps(start + dt.timedelta(days=chance.randrange(30, 800))),
                renewed_by=perhaps(f"c{chance.randrange(200)}"),
            )
        )
    accounts = [
        {"account_id": i, "account_name": i, "start_date": perhaps(some_day())} for i in ids
    ]
    costs = [
        {"account_id": i, "period": dt.date(2023 + month // 12, month % 12 + 1, 1), "cost": 5}
        for i in ids[::2]
        for month in range(0, 50, 7)
    ]
    return {"accounts": accounts, "invoices": invoices, "contracts": contracts, "costs": costs}


@pytest.mark.parametrize("source", ["invoices", "contracts"])
def test_a_thousand_lines_later_nothing_has_changed_before(tmp_path, source):
    compared = check(tmp_path, large_portfolio(7), ALL_STEPS, revenue_source=source)
    assert compared > 250


def test_the_comparison_finds_a_snapshot_that_knows_too_much(tmp_path):
    tables = large_portfolio(7)
    day = snapshots_of(AS_OF, EARLIEST)[4].snapshot_date
    write(tmp_path, "review", tables)
    then = known_by(tables, day)
    then["invoices"].append(line("a1", day, 1))
    write(tmp_path, "then", then)
    units = (unit("review", as_of=AS_OF.isoformat()), unit("then", as_of=day.isoformat()))
    build(tmp_path, *units, steps=["account_snapshots"])
    at_day = pc.field("snapshot_date") == pc.scalar(day)
    names = ("business_unit", "is_current")
    left, right = (
        without(exact(tmp_path, key, "account_snapshots").filter(at_day), *names)
        for key in ("review", "then")
    )
    differing = [row["account_id"] for row, other in zip(left, right, strict=True) if row != other]
    assert differing == ["a1"]
