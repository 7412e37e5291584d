"""Columns, words, joins: from the user's file to the contract."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.tables import DataChecks, read_table
from tests.tables.making import fault, prepare_one, rules

CONTRACT_HEADER = "contract_id,account_id,start_date,end_date,annual_value,auto_renew,cancelled\n"


def contracts(
    tmp_path: Path, rows: str, header: str = CONTRACT_HEADER, **columns: Any
) -> tuple[DataChecks, Any]:
    """A unit with contracts from rows, mapped by name unless said otherwise."""
    names = ("contract_id", "account_id", "start_date", "end_date", "annual_value", "auto_renew")
    mapping = {name: name for name in names if name in header} | columns
    checks = prepare_one(
        tmp_path,
        files={"contracts__csv": header + rows},
        further={"contracts": {"file": "contracts.csv", "columns": mapping}},
    )
    return checks, read_table(tmp_path / "store", "north", "contracts")


def test_yes_and_no_in_common_words(tmp_path: Path) -> None:
    rows = "".join(f"C{i},A1,2026-01-01,,1,{w},\n" for i, w in enumerate(["Yes", "0", "TRUE", ""]))
    _, found = contracts(tmp_path, rows)
    assert found["auto_renew"].tolist()[:3] == [True, False, True]
    assert found["auto_renew"].isna().tolist() == [False, False, False, True]


def test_a_word_that_is_neither_yes_nor_no_stops(tmp_path: Path) -> None:
    checks, _ = contracts(tmp_path, "C1,A1,2026-01-01,,1,perhaps,\n")
    found = fault(checks, "unknown word")
    assert found.offenders == ("'perhaps' (line 2)",)
    assert "true: [Paid]" in found.next_step


def test_words_for_yes_make_every_other_word_no(tmp_path: Path) -> None:
    _, found = contracts(
        tmp_path,
        "C1,A1,2026-01-01,,1,auto,\nC2,A1,2026-01-01,,1,manual,\n",
        auto_renew={"from": "auto_renew", "true": ["Auto"]},
    )
    assert found["auto_renew"].tolist() == [True, False]


def test_an_end_that_is_no_longer_covered_is_shifted_a_day(tmp_path: Path) -> None:
    _, found = contracts(
        tmp_path,
        "C1,A1,2026-01-01,2026-03-01,1,,\n",
        end_date={"from": "end_date", "shift_days": -1},
    )
    assert found["end_date"].dt.date.tolist() == [dt.date(2026, 2, 28)]


def test_months_are_counted_back_to_the_last_day_of_a_shorter_month(tmp_path: Path) -> None:
    _, found = contracts(
        tmp_path,
        "C1,A1,0,,1,,\nC2,A1,1,,1,,\nC3,A1,6,,1,,\nC4,A1,14,,1,,\n",
        start_date={"from": "start_date", "months_before": "2026-08-31"},
    )
    assert found["start_date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2026-08-31",
        "2026-07-31",
        "2026-02-28",
        "2025-06-30",
    ]


@pytest.mark.parametrize("months", ["-1", "1.5", "many", "9999"])
def test_months_that_are_no_count_stop(months: str, tmp_path: Path) -> None:
    checks, _ = contracts(
        tmp_path,
        f"C1,A1,{months},,1,,\n",
        start_date={"from": "start_date", "months_before": "2026-08-31"},
    )
    assert rules(checks, "stop") == ["months_before"]


def test_signs_and_endings_are_taken_off(tmp_path: Path) -> None:
    checks, found = contracts(
        tmp_path,
        'C1.0,A1,2026-01-01,,"£ 10",,\nC2,A1,2026-01-01,,20 GBP,,\n',
        contract_id={"from": "contract_id", "without": [".0"]},
        annual_value={"from": "annual_value", "without": ["£", "GBP"]},
    )
    assert not checks.stops
    assert found["contract_id"].tolist() == ["C1", "C2"]
    assert found["annual_value"].tolist() == [10.0, 20.0]


def test_a_minus_in_front_of_a_sign_stays(tmp_path: Path) -> None:
    invoices = "invoice_id,account_id,date,amount\nI1,A1,2026-01-31,-£5.50\n"
    columns = {name: name for name in ("invoice_id", "account_id", "date")}
    columns["amount"] = {"from": "amount", "without": ["£"]}
    prepare_one(tmp_path, invoices=invoices, invoice_settings={"columns": columns})
    assert read_table(tmp_path / "store", "north", "invoices")["amount"].tolist() == [-5.5]


def test_a_number_may_depend_on_a_word_in_another_column(tmp_path: Path) -> None:
    times = {"auto_renew": {"month": 12, "year": 1}}
    annual = {"from": "annual_value", "times": times}
    mapping = {"annual_value": annual, "auto_renew": {"value": "yes"}}
    rows = "C1,A1,2026-01-01,,10.50,month,\nC2,A1,2026-01-01,,99,year,\n"
    checks, found = contracts(tmp_path / "good", rows, **mapping)
    assert found["annual_value"].tolist() == [126.0, 99.0]
    assert not checks.stops
    checks, _ = contracts(tmp_path / "bad", rows + "C3,A1,2026-01-01,,5,week,\n", **mapping)
    found = fault(checks, "unknown word")
    assert found.offenders == ("'week' (line 4)",)
    assert "it knows month, year" in found.next_step


def test_scales_are_exact(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        files={"o__csv": "opportunity_id,account_id,probability\nO1,A1,45\nO2,A1,7\n"},
        further={
            "opportunities": {
                "file": "o.csv",
                "columns": {
                    "opportunity_id": "opportunity_id",
                    "account_id": "account_id",
                    "probability": {"from": "probability", "scale": 0.01},
                },
            }
        },
    )
    assert not checks.stops
    found = read_table(tmp_path / "store", "north", "opportunities")
    assert found["probability"].tolist() == [0.45, 0.07]


def test_shares_in_per_cent_stop_and_name_the_scale(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        files={"o__csv": "opportunity_id,account_id,probability\nO1,A1,45\n"},
        further={"opportunities": {"file": "o.csv"}},
    )
    found = fault(checks, "out of range")
    assert found.level == "stop"
    assert "scale: 0.01" in found.next_step


def test_scores_out_of_range_are_read_as_empty_with_a_warning(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path, accounts="account_id,account_name,strategic_value\nA1,Ash,9\nA2,Beech,5\n"
    )
    found = fault(checks, "out of range")
    assert (found.level, found.count, found.offenders) == ("warn", 1, ("'9'",))
    values = read_table(tmp_path / "store", "north", "accounts")["strategic_value"]
    assert values.isna().tolist() == [True, False]


def test_a_negative_contract_value_stops(tmp_path: Path) -> None:
    checks, _ = contracts(tmp_path, "C1,A1,2026-01-01,,-5,,\n")
    assert fault(checks, "out of range").level == "stop"


def test_counts_with_fractions_stop_but_whole_decimals_pass(tmp_path: Path) -> None:
    header = "account_id,account_name,employees\n"
    checks = prepare_one(tmp_path / "a", accounts=header + "A1,Ash,12.0\nA2,Beech,\n")
    assert not checks.stops
    checks = prepare_one(tmp_path / "b", accounts=header + "A1,Ash,12.5\nA2,Beech,\n")
    assert rules(checks, "stop") == ["not a whole number"]


def test_words_of_the_contract_pass_whatever_their_case(tmp_path: Path) -> None:
    header = "account_id,account_name,relationship_type\n"
    prepare_one(tmp_path, accounts=header + "A1,Ash,CLIENT\nA2,Beech,National Account\n")
    found = read_table(tmp_path / "store", "north", "accounts")
    assert found["relationship_type"].tolist() == ["client", "national account"]


def test_unknown_words_are_listed_with_the_nearest(tmp_path: Path) -> None:
    header = "account_id,account_name,relationship_type\n"
    checks = prepare_one(tmp_path, accounts=header + "A1,Ash,Clients\nA2,Beech,Supplier\n")
    found = fault(checks, "unknown word")
    assert found.count == 2
    assert "'Clients': client" in found.next_step
    assert "client, partner, channel, national account or former" in found.message


def test_names_in_two_columns_are_put_together(tmp_path: Path) -> None:
    accounts = "account_id,first,last\nA1,Ann,Ash\nA2,,Beech\n"
    columns = {"account_id": "account_id", "account_name": {"from": "first", "also": ["last"]}}
    prepare_one(tmp_path, accounts=accounts, account_settings={"columns": columns})
    found = read_table(tmp_path / "store", "north", "accounts")
    assert found["account_name"].tolist() == ["Ann Ash", "Beech"]


def joined(tmp_path: Path, names: str, **join: Any) -> DataChecks:
    settings = {"file": "names.csv", "on": {"account_id": "id"}} | join
    columns = {"account_id": "account_id", "account_name": "name"}
    return prepare_one(
        tmp_path,
        accounts="account_id,sort\nA1,x\nA2,y\n",
        account_settings={"join": [settings], "columns": columns},
        files={"names__csv": names},
    )


def test_a_join_adds_columns_without_moving_rows(tmp_path: Path) -> None:
    checks = joined(tmp_path, "id,name\nA2,Beech\nA3,Cedar\nA1,Ash\n")
    assert checks.faults == ()
    found = read_table(tmp_path / "store", "north", "accounts")
    assert found["account_name"].tolist() == ["Ash", "Beech"]


def test_a_key_that_stands_twice_in_the_second_file_stops(tmp_path: Path) -> None:
    found = fault(joined(tmp_path, "id,name\nA1,Ash\nA1,Ash 2\nA2,Beech\n"), "join")
    assert (found.level, found.count, found.offenders) == ("stop", 1, ("A1",))
    assert "Each row may match at most one" in found.next_step


def test_rows_without_a_match_are_warned_of(tmp_path: Path) -> None:
    checks = joined(tmp_path, "id,name\nA1,Ash\n")
    found = fault(checks, "join")
    assert (found.level, found.offenders) == ("warn", ("A2",))
    # and the name that is missing now is a fault of its own
    assert rules(checks, "stop") == ["blank"]


def test_a_column_in_both_files_needs_a_choice_or_a_prefix(tmp_path: Path) -> None:
    names = "id,name,sort\nA1,Ash,1\nA2,Beech,2\n"
    found = fault(joined(tmp_path / "a", names), "join")
    assert "'sort' stands in both files" in found.message
    assert joined(tmp_path / "b", names, columns=["name"]).faults == ()
    refused = fault(joined(tmp_path / "c", names, prefix="other "), "unknown column")
    assert refused.offenders == ("name",)


def test_a_join_may_have_several_keys(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        accounts="account_id,country\nA1,UK\nA1b,\nA2,DE\n",
        account_settings={
            "join": [{"file": "n.csv", "on": {"account_id": "id", "country": "land"}}],
            "columns": {"account_id": "account_id", "account_name": "name"},
            "set_aside": [{"when": "country IS NULL", "reason": "no country"}],
        },
        files={"n__csv": "id,land,name\nA1,DE,wrong\nA1,UK,Ash\nA2,DE,Beech\n"},
    )
    assert not checks.stops
    found = read_table(tmp_path / "store", "north", "accounts")
    assert found["account_name"].tolist() == ["Ash", "Beech"]


def test_an_unknown_key_or_column_of_a_join_names_the_nearest(tmp_path: Path) -> None:
    found = fault(joined(tmp_path, "ident,name\nA1,Ash\n"), "unknown column")
    assert found.offenders == ("id",)


def test_a_formula_cannot_fill_a_name(tmp_path: Path) -> None:
    columns = {"account_id": "account_id", "account_name": {"formula": "1 + 1"}}
    found = fault(prepare_one(tmp_path, account_settings={"columns": columns}), "formula")
    assert "accounts.account_name is no number" in found.message
