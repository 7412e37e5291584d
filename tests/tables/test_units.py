"""Whose rows are whose, and what becomes of each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.errors import DataFault
from portfolio_lib.tables import prepare_tables, read_table
from portfolio_lib.tables.store import UNASSIGNED, quarantine_path
from tests.tables.making import fault, prepare_one, read_amounts, rules, sources, unit, write

SHARED_ACCOUNTS = (
    "business_unit,account_id,account_name\n"
    "north,A1,Ash\nnorth,A2,Beech\nsouth,A2,Beech\nsouth,A3,Cedar\nFar East,A4,Date\n,A5,Elm\n"
)
LINES = "invoice_id,account_id,date,amount\n"


def divided(
    tmp_path: Path,
    invoices: str,
    *,
    accounts: str = SHARED_ACCOUNTS,
    rest: bool = False,
    **more: Any,
) -> dict[str, Any]:
    data = write(tmp_path / "data", a__csv=accounts, i__csv=invoices)
    where = sources(data, accounts={"file": "a.csv"}, invoices={"file": "i.csv"}, **more)
    units = [unit("north", where), unit("south", where)]
    if rest:
        units.append(unit("elsewhere", where, rest=True))
    return prepare_tables(units, tmp_path / "store")


def account_ids(tmp_path: Path, key: str) -> list[str]:
    return read_table(tmp_path / "store", key, "accounts")["account_id"].tolist()


def test_rows_follow_their_own_unit_else_the_one_that_lists_the_account(tmp_path: Path) -> None:
    checks = divided(
        tmp_path,
        "business_unit,"
        + LINES
        + "south,I1,A2,2026-01-31,1\n,I2,A1,2026-01-31,2\n,I3,A3,2026-01-31,4\n",
        accounts=SHARED_ACCOUNTS.replace("Far East,A4,Date\n,A5,Elm\n", ""),
    )
    assert not any(found.stops for found in checks.values())
    assert account_ids(tmp_path, "north") == ["A1", "A2"]
    assert account_ids(tmp_path, "south") == ["A2", "A3"]
    assert read_amounts(tmp_path, "north") == [2.0]
    assert sorted(read_amounts(tmp_path, "south")) == [1.0, 4.0]
    units = read_table(tmp_path / "store", "south", "invoices")["business_unit"]
    assert set(units) == {"south"}


def test_money_of_an_account_in_two_units_is_never_guessed(tmp_path: Path) -> None:
    checks = divided(
        tmp_path,
        LINES + "I1,A2,2026-01-31,1\nI2,A1,2026-01-31,2\nI3,A3,2026-01-31,4\n",
        accounts=SHARED_ACCOUNTS.replace("Far East,A4,Date\n,A5,Elm\n", ""),
    )
    for key in ("north", "south"):
        found = fault(checks[key], "ambiguous unit")
        assert (found.level, found.count, found.money) == ("stop", 1, Decimal(1))
        assert "count money twice" in found.next_step


def test_rows_without_money_go_to_every_unit_that_lists_the_account(tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        a__csv="business_unit,account_id,account_name\nnorth,A1,Ash\nnorth,A2,B\nsouth,A2,B\n",
        i__csv="business_unit," + LINES + "north,I1,A1,2026-01-31,1\nsouth,I2,A2,2026-01-31,1\n",
        c__csv="contact_id,account_id\nP1,A1\nP2,A2\n",
        o__csv="offering\nTea\n",
    )
    where = sources(
        data,
        accounts={"file": "a.csv"},
        invoices={"file": "i.csv"},
        contacts={"file": "c.csv"},
        offerings={"file": "o.csv"},
    )
    store = tmp_path / "store"
    prepare_tables([unit("north", where), unit("south", where)], store)
    assert read_table(store, "north", "contacts")["contact_id"].tolist() == ["P1", "P2"]
    assert read_table(store, "south", "contacts")["contact_id"].tolist() == ["P2"]
    assert read_table(store, "south", "offerings")["offering"].tolist() == ["Tea"]


def test_the_rest_takes_what_no_other_unit_names(tmp_path: Path) -> None:
    checks = divided(
        tmp_path,
        "business_unit," + LINES + "Far East,I1,A4,2026-01-31,1\n,I2,A5,2026-01-31,2\n"
        "north,I3,A1,2026-01-31,4\nsouth,I4,A3,2026-01-31,8\n",
        rest=True,
    )
    assert not any(found.stops for found in checks.values())
    assert account_ids(tmp_path, "elsewhere") == ["A4", "A5"]
    assert read_amounts(tmp_path, "elsewhere") == [1.0, 2.0]


def test_values_that_no_unit_names_are_warned_of_listed_and_counted(tmp_path: Path) -> None:
    checks = divided(
        tmp_path,
        "business_unit," + LINES + "Far East,I1,A4,2026-01-31,1\nnorht,I2,A1,2026-01-31,2\n"
        "north,I3,A1,2026-01-31,4\nsouth,I4,A3,2026-01-31,8\n",
        accounts=SHARED_ACCOUNTS.replace(",A5,Elm\n", ""),
    )
    found = fault(checks["north"], "belongs to no unit", "invoices")
    assert (found.level, found.count, found.money) == ("warn", 2, Decimal(3))
    assert found.offenders == ("'Far East'", "'norht'")
    assert not checks["north"].stops
    listed = quarantine_path(tmp_path / "store", UNASSIGNED, "invoices").read_text("utf-8-sig")
    assert "belongs to no unit,i.csv,3,norht,I2,A1,2026-01-31,2" in listed


def test_accounts_without_a_unit_stop_where_several_share_the_source(tmp_path: Path) -> None:
    checks = divided(tmp_path, LINES + "I1,A1,2026-01-31,1\n")
    found = fault(checks["north"], "no unit")
    assert found.offenders == ("'A5' (line 7)",)


def test_accounts_without_a_column_of_units_stop_where_several_share_the_source(
    tmp_path: Path,
) -> None:
    checks = divided(
        tmp_path,
        LINES + "I1,A1,2026-01-31,1\n",
        accounts="account_id,account_name\nA1,Ash\nA2,Beech\n",
    )
    for key in ("north", "south"):
        found = fault(checks[key], "no unit")
        assert (found.level, found.count) == ("stop", 2)
        assert found.offenders == ("'A1' (line 2)", "'A2' (line 3)")
        assert "in a source that 2 units share" in found.message
        assert "rest: true" in found.next_step


def test_without_a_column_of_units_the_rest_takes_all_and_the_others_have_nothing(
    tmp_path: Path,
) -> None:
    checks = divided(
        tmp_path,
        LINES + "I1,A1,2026-01-31,1\n",
        accounts="account_id,account_name\nA1,Ash\nA2,Beech\n",
        rest=True,
    )
    assert account_ids(tmp_path, "elsewhere") == ["A1", "A2"]
    assert read_amounts(tmp_path, "elsewhere") == [1.0]
    assert not checks["elsewhere"].stops
    assert "nothing to review" in rules(checks["north"], "stop")


def test_an_account_that_no_unit_lists_stops_all_that_share_the_source(tmp_path: Path) -> None:
    checks = divided(
        tmp_path,
        LINES + "I1,A1,2026-01-31,1\nI2,A9,2026-01-31,2\nI3,A3,2026-01-31,1\n",
        accounts=SHARED_ACCOUNTS.replace("Far East,A4,Date\n,A5,Elm\n", ""),
    )
    assert fault(checks["north"], "unknown account").offenders == ("'A9' (line 3)",)
    assert fault(checks["south"], "unknown account").count == 1


def test_a_value_that_two_units_claim_stops_both(tmp_path: Path) -> None:
    data = write(tmp_path / "data", a__csv=SHARED_ACCOUNTS, i__csv=LINES + "I1,A1,2026-01-31,1\n")
    where = sources(data, accounts={"file": "a.csv"}, invoices={"file": "i.csv"})
    checks = prepare_tables(
        [
            unit("one", where, business_units=("north",)),
            unit("two", where, business_units=("north",)),
        ],
        tmp_path / "store",
    )
    assert "that one and two both claim" in fault(checks["one"], "two units").message
    assert "that two and one both claim" in fault(checks["two"], "two units").message


def test_only_the_units_asked_for_are_prepared_but_all_are_known(tmp_path: Path) -> None:
    data = write(tmp_path / "data", a__csv=SHARED_ACCOUNTS, i__csv="business_unit," + LINES)
    where = sources(data, accounts={"file": "a.csv"}, invoices={"file": "i.csv"})
    other = sources(data, accounts={"file": "not-there.csv"}, invoices={"file": "j.csv"})
    units = [unit("north", where), unit("rest", where, rest=True), unit("alone", other)]
    lines: list[str] = []
    checks = prepare_tables(units, tmp_path / "store", only=["rest"], progress=lines.append)
    assert list(checks) == ["rest"]
    # what north names is not the rest's, although north was not asked for
    assert checks["rest"].card("accounts").rows_read == 4
    assert not any("not-there" in line for line in lines)
    assert not (tmp_path / "store/checks/north.json").exists()
    with pytest.raises(DataFault, match="Did you mean 'north'"):
        prepare_tables(units, tmp_path / "store", only=["nort"])


def test_a_table_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    where = sources(tmp_path, invoises={"file": "a.csv"})
    with pytest.raises(DataFault, match="Did you mean 'invoices'"):
        prepare_tables([unit("north", where)], tmp_path / "store")


def test_a_unit_without_sources_stops(tmp_path: Path) -> None:
    checks = prepare_tables([unit("north", sources(tmp_path))], tmp_path / "store")
    assert rules(checks["north"]) == ["no source"]


def test_one_file_is_read_once_for_many_units_and_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portfolio_lib.tables.readers import reading

    read: list[str] = []
    original = reading._READERS["csv"]

    def counting(path, label, settings):
        read.append(label)
        return original(path, label, settings)

    monkeypatch.setitem(reading._READERS, "csv", counting)
    log = "business_unit," + LINES + "north,I1,A1,2026-01-31,1\nsouth,I2,A2,2026-01-31,1\n"
    data = write(tmp_path / "data", log__csv=log)
    columns = {"business_unit": "business_unit", "account_id": "account_id"}
    accounts = columns | {"account_name": "account_id"}
    where = sources(
        data,
        accounts={"file": "log.csv", "distinct": True, "columns": accounts},
        invoices={"file": "log.csv"},
    )
    prepare_tables([unit("north", where), unit("south", where)], tmp_path / "store")
    assert read == ["log.csv"]


def test_a_folder_per_unit_keeps_units_apart(tmp_path: Path) -> None:
    for key in ("north", "south"):
        write(
            tmp_path / "data" / key,
            accounts__csv=f"account_id,account_name\n{key},Ash\n",
            invoices__csv=LINES + f"I1,{key},2026-01-31,1\n",
        )
    tables = {"accounts": {"file": "accounts.csv"}, "invoices": {"file": "invoices.csv"}}
    units = [unit(key, sources(tmp_path / "data" / key, **tables)) for key in ("north", "south")]
    assert not any(c.stops for c in prepare_tables(units, tmp_path / "store").values())
    assert account_ids(tmp_path, "south") == ["south"]


MIXED = LINES + (
    "I1,A1,2026-01-31,100\nI2,A1,2026-02-28,-30\nI3,A2,2026-03-31,0\n"
    "I4,A2,2026-04-30,7\nI4,A2,2026-04-30,7\nI5,,2026-05-31,11\n"
)


@pytest.mark.parametrize(
    ("policies", "kept", "aside"),
    [
        ({}, "84", {"no account": 11}),
        ({"credits": "set_aside"}, "114", {"no account": 11, "credit": -30}),
        ({"zero_amounts": "set_aside"}, "84", {"no account": 11, "zero amount": 0}),
        (
            {"exact_duplicates": "set_aside"},
            "77",
            {"no account": 11, "exact repeat of another row": 7},
        ),
    ],
)
def test_policies_say_what_becomes_of_odd_lines(
    policies: dict[str, str], kept: str, aside: dict[str, int], tmp_path: Path
) -> None:
    # 100 − 30 + 0 + 7 + 7 + 11 = 95 in the file
    card = prepare_one(tmp_path, invoices=MIXED, **policies).card("invoices")
    assert card.money_kept == Decimal(kept)
    assert card.money_set_aside == {reason: Decimal(money) for reason, money in aside.items()}
    assert card.money_kept + sum(card.money_set_aside.values()) == Decimal(95)
    assert card.rows_read == 6


def test_kept_odd_lines_are_counted_on_the_card(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=MIXED)
    card = checks.card("invoices")
    assert card.rows_noted == {"exact repeat of another row": 1, "credit": 1, "zero amount": 1}
    assert card.money_noted["credit"] == Decimal(-30)
    found = fault(checks, "exact repeat of another row")
    assert (found.level, found.count, found.money) == ("warn", 1, Decimal(7))


def test_lines_without_an_account_are_warned_of_with_their_money(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, invoices=MIXED), "no account")
    assert (found.level, found.count, found.money) == ("warn", 1, Decimal(11))
    assert "1 row without an account, with 11.00 GBP: 'I5'" in found.message


def test_accounts_that_begin_later_take_their_lines_with_them(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        accounts="account_id,account_name,start_date\nA1,Ash,2020-01-01\nA2,Beech,2026-12-01\n",
    )
    assert not checks.stops
    card = checks.card("invoices")
    assert card.rows_set_aside == {"account begins after the review date": 1}
    assert card.money_set_aside == {"account begins after the review date": Decimal("50.50")}


def test_accounts_set_aside_by_a_rule_take_their_lines_with_them(tmp_path: Path) -> None:
    rule = {"when": "account_id = 'A2'", "reason": "test account"}
    checks = prepare_one(tmp_path, account_settings={"set_aside": [rule]})
    assert not checks.stops
    assert checks.card("invoices").rows_set_aside == {"account was set aside": 1}


def test_events_after_the_review_date_are_not_known(tmp_path: Path) -> None:
    invoices = (
        "invoice_id,account_id,date,amount,due_date,paid_date\n"
        "I1,A1,2026-09-01,1,2026-10-15,2026-10-20\nI2,A1,2026-09-01,1,2026-09-15,2026-09-30\n"
    )
    prepare_one(tmp_path, invoices=invoices, as_of=dt.date(2026, 9, 30))
    found = read_table(tmp_path / "store", "north", "invoices")
    assert found["paid_date"].isna().tolist() == [True, False]
    assert found["due_date"].isna().tolist() == [False, False]


def test_distinct_keeps_the_earliest_row_and_tells_of_contradictions(tmp_path: Path) -> None:
    accounts = (
        "account_id,account_name,country,start_date\n"
        "A1,Ash,UK,2026-03-01\nA1,Ash,UK,2026-01-01\nA1,Ash,FR,2026-02-01\nA2,Beech,UK,2026-01-01\n"
    )
    checks = prepare_one(tmp_path, accounts=accounts, account_settings={"distinct": True})
    card = checks.card("accounts")
    assert (card.rows_read, card.rows_kept, card.rows_merged) == (4, 2, 1)
    assert card.rows_set_aside == {"another row for the same key was kept": 1}
    found = read_table(tmp_path / "store", "north", "accounts")
    assert found["start_date"].dt.month.tolist() == [1, 1]
    assert found["country"].tolist() == ["UK", "UK"]
    assert fault(checks, "another row for the same key was kept").level == "warn"


def test_nothing_after_the_review_date_makes_an_account_known(tmp_path: Path) -> None:
    """An account read off the sales is known from its first sale on."""
    log = LINES + "I1,A1,2026-01-31,1\nI2,A2,2026-10-31,1\nI3,A1,2026-11-30,1\n"
    columns = {"account_id": "account_id", "account_name": "account_id", "start_date": "date"}
    checks = prepare_one(
        tmp_path,
        accounts=log,
        invoices=log,
        account_settings={"distinct": True, "columns": columns},
    )
    assert account_ids(tmp_path, "north") == ["A1"]
    assert checks.card("accounts").rows_merged == 1


def test_the_rest_prepared_alone_leaves_what_other_units_name(tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        a__csv=SHARED_ACCOUNTS,
        i__csv="business_unit," + LINES + "north,I1,A1,2026-01-31,1\nFar East,I2,A4,2026-01-31,2\n",
    )
    where = sources(data, accounts={"file": "a.csv"}, invoices={"file": "i.csv"})
    rest = unit("elsewhere", where, rest=True)
    rest = rest.model_copy(update={"named_elsewhere": ("north", "south")})
    checks = prepare_tables([rest], tmp_path / "store")["elsewhere"]
    assert account_ids(tmp_path, "elsewhere") == ["A4", "A5"]
    assert read_amounts(tmp_path, "elsewhere") == [2.0]
    assert checks.faults == ()
