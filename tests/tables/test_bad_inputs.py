"""Files as they arrive on a bad day: each refusal names place, count, offenders and next step."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_lib.tables import prepare_tables, read_checks, read_table
from tests.tables.making import (
    ACCOUNTS,
    INVOICES,
    fault,
    prepare_one,
    rules,
    sources,
    unit,
    write,
)

HEADER = "invoice_id,account_id,date,amount\n"
CONTRACT_DATES = "contract_id,account_id,annual_value,start_date,signed_date\n"


def test_a_good_firm_has_no_faults_and_its_tables_are_stored(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path)
    assert checks.faults == ()
    # 100.00 + 50.50 − 10.00
    assert checks.card("invoices").money_kept == Decimal("140.50")
    assert read_table(tmp_path / "store", "north", "contracts") is None
    assert read_checks(tmp_path / "store", "north") == checks


def test_a_file_cut_off_within_quotes_is_refused_with_the_line(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts='account_id,account_name\nA1,Ash\nA2,"Bee')
    found = fault(checks, "truncated")
    assert (found.level, found.table, found.count) == ("stop", "accounts", 1)
    assert "accounts.csv" in found.message
    assert "line 3" in found.message
    assert "Export the file again" in found.next_step


def test_a_file_cut_off_within_a_row_is_refused_with_the_line(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=HEADER + "I1,A1,2026-01-31,1\nI2,A2,2026-0")
    found = fault(checks, "truncated")
    assert found.offenders == ("line 3 has 3",)
    assert "The last row is short: the file seems cut off." in found.message
    assert checks.stops


def test_rows_with_too_many_values_are_gathered_with_their_lines(tmp_path: Path) -> None:
    body = '"I1\nbis",A1,2026-01-31,1\nI2,A2,2026-02-28,1,234\nI3,A1,2026-03-31,2\nI4,A1,x,1,9\n'
    found = fault(prepare_one(tmp_path, invoices=HEADER + body), "uneven rows")
    # the first row takes lines 2 and 3
    assert found.offenders == ("line 4 has 5", "line 6 has 5")
    assert found.count == 2
    assert "invoices.csv: 2 rows with another number of values than the 4" in found.message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, invoices=""), "empty file")
    assert found.message == "invoices: invoices.csv: the file is empty."
    assert "first line that names the columns" in found.next_step


def test_a_file_with_a_header_only_leaves_nothing_to_review(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, invoices=HEADER), "nothing to review")
    assert found.level == "stop"
    assert "no row of invoices or contracts is left" in found.message


def test_a_missing_column_names_the_nearest_of_the_file(tmp_path: Path) -> None:
    invoices = "invoice_id,account,date,amount\nI1,A1,2026-01-31,1\n"
    found = fault(prepare_one(tmp_path, invoices=invoices), "missing column")
    assert found.offenders == ("account_id",)
    assert "invoices.csv lacks 1 required column of invoices: 'account_id'" in found.message
    assert "account_id: account" in found.next_step


def test_faults_of_the_mapping_are_told_together(tmp_path: Path) -> None:
    columns = {"invoice_id": "Number", "account_id": "account_id", "datum": "date"}
    checks = prepare_one(tmp_path, invoice_settings={"columns": columns})
    found = fault(checks, "unknown column")
    assert set(found.offenders) == {"datum", "Number", "date", "amount"}
    assert "Did you mean datum → date?" in found.next_step


def test_a_file_without_a_header_line_says_which_columns_it_has(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, accounts="A1,Ash Ltd\nA2,Beech plc\n"), "missing column")
    assert found.count == 2
    assert "the file has 'A1', 'Ash Ltd'" in found.next_step


def test_repeated_column_names_are_refused(tmp_path: Path) -> None:
    found = fault(
        prepare_one(tmp_path, accounts="account_id,account_name,account_id\nA1,Ash,A1\n"), "header"
    )
    assert found.offenders == ("account_id",)


def test_duplicate_account_ids_stop_with_their_lines(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts=ACCOUNTS + "A1,Ash again\n")
    found = fault(checks, "duplicate key")
    assert (found.table, found.column, found.count) == ("accounts", "account_id", 2)
    assert found.offenders == ("'A1' (line 2)", "'A1' (line 4)")
    assert "distinct: true" in found.next_step


def test_unknown_accounts_stop_with_count_money_and_lines(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=INVOICES + "I4,A9,2026-04-30,7\nI5,A9,2026-05-30,8\n")
    found = fault(checks, "unknown account")
    assert (found.table, found.column, found.count) == ("invoices", "account_id", 2)
    assert found.money == Decimal(15)
    assert found.offenders == ("'A9' (line 5)", "'A9' (line 6)")
    assert "Add the accounts" in found.next_step


def test_a_second_currency_stops(tmp_path: Path) -> None:
    invoices = (
        "invoice_id,account_id,date,amount,currency\n"
        "I1,A1,2026-01-31,5,gbp\n"
        "I2,A2,2026-01-31,7,EUR\n"
    )
    found = fault(prepare_one(tmp_path, invoices=invoices), "other currency")
    assert (found.column, found.count, found.money) == ("currency", 1, Decimal(7))
    assert "GBP" in found.message
    assert found.offenders == ("'EUR' (line 3)",)


def test_rows_after_the_review_date_are_set_aside_and_warned_of(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=INVOICES + "I9,A1,2026-10-01,5\n")
    assert not checks.stops
    found = fault(checks, "after the review date")
    assert (found.level, found.count, found.money) == ("warn", 1, Decimal(5))
    assert found.offenders == ("'I9'",)
    assert "as_of" in found.next_step
    assert checks.card("invoices").money_set_aside == {"after the review date": Decimal(5)}


def test_invoices_with_a_stand_in_for_no_date_are_set_aside_with_their_money(
    tmp_path: Path,
) -> None:
    early = "I8,A1,0001-01-01,5\nI9,A2,1899-12-31,7\n"
    checks = prepare_one(tmp_path, invoices=INVOICES + early + "I10,A2,1900-01-01,11\n")
    assert not checks.stops
    found = fault(checks, "dated before 1900")
    assert (found.level, found.count, found.money) == ("warn", 2, Decimal(12))
    assert found.offenders == ("'I8'", "'I9'")
    assert "write the true date" in found.next_step
    card = checks.card("invoices")
    assert card.money_set_aside == {"dated before 1900": Decimal(12)}
    # 140.50 of the good lines, and 11 of 1 January 1900, which is odd but a date
    assert card.money_kept == Decimal("151.50")
    assert fault(checks, "odd date").offenders == ("'1900-01-01'",)


def test_every_date_that_history_begins_with_is_looked_at(tmp_path: Path) -> None:
    lines = HEADER.strip() + ",service_start,service_end\n"
    invoices = lines + "I1,A1,2026-01-31,1,0001-01-01,2026-01-31\nI2,A1,2026-01-31,1,,\n"
    terms = "C1,A1,1,0001-01-01,\nC2,A1,1,2026-01-01,0001-01-01\nC3,A1,1,2026-01-01,\n"
    issues = "issue_id,account_id,opened_at\nT1,A1,0001-01-01 00:00\nT2,A1,2026-01-01 09:00\n"
    checks = prepare_one(
        tmp_path,
        invoices=invoices,
        further={"contracts": {"file": "c.csv"}, "issues": {"file": "t.csv"}},
        files={"c__csv": CONTRACT_DATES + terms, "t__csv": issues},
    )
    assert not checks.stops
    found = {one.table: one.count for one in checks.faults if one.rule == "dated before 1900"}
    assert found == {"invoices": 1, "contracts": 2, "issues": 1}


def test_amounts_with_a_decimal_comma_say_what_to_write(tmp_path: Path) -> None:
    invoices = HEADER + 'I1,A1,2026-01-31,"1.234,50"\nI2,A1,2026-02-28,12\n'
    found = fault(prepare_one(tmp_path, invoices=invoices), "unreadable number")
    assert (found.level, found.table, found.column, found.count) == (
        "stop",
        "invoices",
        "amount",
        1,
    )
    assert found.offenders == ("'1.234,50' (line 2)",)
    assert found.next_step == 'Write decimal: "," and thousands: ".".'


@pytest.mark.parametrize(
    ("amount", "step"),
    [
        ("£12.50", 'Write without: ["£"], or export the column without the sign.'),
        ("12.50 EUR", 'Write without: ["EUR"], or export the column without the sign.'),
        ('"1,234.50"', 'Write thousands: ",".'),
        ('"12,50"', 'Write decimal: ",".'),
        ("(12.50)", "Export negative amounts with a minus sign, not in brackets."),
        ("NaN", "Leave cells without a number empty."),
        ("inf", "Leave cells without a number empty."),
        ("1.5E+05", "Export the column as plain numbers, not as 1.2E+05."),
        ("twelve", "Expected plain numbers such as 1234.50; mend the cells, or leave them empty."),
    ],
)
def test_amounts_that_are_no_numbers_stop_with_advice(
    amount: str, step: str, tmp_path: Path
) -> None:
    checks = prepare_one(tmp_path, invoices=HEADER + f"I1,A1,2026-01-31,{amount}\n")
    assert fault(checks, "unreadable number").next_step == step
    assert rules(checks, "stop") == ["unreadable number"]


def test_amounts_too_large_to_be_true_stop(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=HEADER + "I1,A1,2026-01-31,123456789012345\n")
    found = fault(checks, "number too large")
    assert "more than 14 digits" in found.message


def test_dates_in_another_form_name_the_one_format_that_fits(tmp_path: Path) -> None:
    invoices = HEADER + "I1,A1,31/01/2026,1\nI2,A1,05/02/2026,1\n"
    found = fault(prepare_one(tmp_path, invoices=invoices), "unreadable date")
    assert (found.column, found.count) == ("date", 2)
    assert found.offenders == ("'31/01/2026' (line 2)", "'05/02/2026' (line 3)")
    assert found.next_step == 'Write the format of date: format: "%d/%m/%Y".'


def test_ambiguous_dates_are_never_guessed(tmp_path: Path) -> None:
    invoices = HEADER + "I1,A1,05/02/2026,1\nI2,A1,07/03/2026,1\n"
    found = fault(prepare_one(tmp_path, invoices=invoices), "unreadable date")
    assert "only you know which" in found.next_step
    assert '"%d/%m/%Y" or format: "%m/%d/%Y"' in found.next_step


def test_days_that_are_not_in_the_calendar_stop(tmp_path: Path) -> None:
    found = fault(
        prepare_one(tmp_path, invoices=HEADER + "I1,A1,2026-02-30,1\n"), "unreadable date"
    )
    assert found.offenders == ("'2026-02-30' (line 2)",)


def test_names_of_ten_thousand_letters_are_kept_with_a_short_remark(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts=f"account_id,account_name\nA1,{'x' * 10_000}\nA2,B\n")
    found = fault(checks, "long text")
    assert (found.level, found.table, found.column, found.count) == (
        "warn",
        "accounts",
        "account_name",
        1,
    )
    assert len(found.message) < 250
    names = read_table(tmp_path / "store", "north", "accounts")["account_name"]
    assert max(names.str.len()) == 10_000


HOSTILE = "<script>alert(1)</script>"


def test_markup_formulas_and_paths_are_just_names(tmp_path: Path) -> None:
    accounts = f'account_id,account_name\nA1,{HOSTILE}\nA2,"=cmd()"\n../../x,"‮evil"\n'
    checks = prepare_one(tmp_path, accounts=accounts)
    assert checks.faults == ()
    names = read_table(tmp_path / "store", "north", "accounts")["account_name"].tolist()
    assert names == ["‮evil", HOSTILE, "=cmd()"]
    assert not (tmp_path / "x").exists()


def test_rows_set_aside_cannot_run_in_a_spreadsheet(tmp_path: Path) -> None:
    invoices = (
        'invoice_id,account_id,date,amount,note\n"=cmd()",,2026-01-31,-5,@x\nI2,A1,2026-01-31,5,\n'
    )
    prepare_one(tmp_path, invoices=invoices, invoice_settings={})
    text = (tmp_path / "store/quarantine/north/invoices.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "set_aside_because,file,line,invoice_id,account_id,date,amount,note",
        "no account,invoices.csv,2,'=cmd(),,2026-01-31,-5,'@x",
    ]


def test_letters_that_the_encoding_cannot_read_name_the_line(tmp_path: Path) -> None:
    accounts = "account_id,account_name\nA1,Ash\nA2,Müller & Söhne\n".encode("cp1252")
    found = fault(prepare_one(tmp_path, accounts=accounts), "encoding")
    assert (found.level, found.table, found.count) == ("stop", "accounts", 1)
    assert "accounts.csv: 1 line not in utf-8: line 3" in found.message
    assert "encoding: cp1252" in found.next_step


def test_a_utf16_file_says_so(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, accounts=ACCOUNTS.encode("utf-16")), "encoding")
    assert found.next_step == "The file begins like utf-16: write encoding: utf-16."


def test_a_utf8_file_read_as_latin_1_is_remarked_on(tmp_path: Path) -> None:
    accounts = "account_id,account_name\nA1,Müller\nA2,Ash\n"
    checks = prepare_one(tmp_path, accounts=accounts, account_settings={"encoding": "latin-1"})
    assert fault(checks, "encoding").level == "warn"


def test_a_wrong_separator_is_named(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, accounts=ACCOUNTS.replace(",", ";")), "separator")
    assert found.next_step == 'Write separator: ";".'


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, account_settings={"file": "acounts.csv"})
    found = fault(checks, "no file")
    assert "acounts.csv: no such file" in found.message
    assert found.next_step == "Did you mean 'accounts.csv'?"


def test_an_optional_table_that_is_missing_is_only_remarked_on(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, further={"contacts": {"file": "c.csv", "optional": True}})
    assert fault(checks, "no file").level == "warn"
    assert "contacts" in checks.absent_tables
    assert not checks.stops


def test_a_stop_in_the_rows_of_one_unit_leaves_the_other_alone(tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        accounts__csv="business_unit,account_id,account_name\nnorth,A1,Ash\nsouth,A2,Beech\n",
        invoices__csv="invoice_id,account_id,date,amount\nI1,A1,2026-01-31,x\nI2,A2,2026-01-31,5\n",
    )
    where = sources(data, accounts={"file": "accounts.csv"}, invoices={"file": "invoices.csv"})
    store = tmp_path / "store"
    checks = prepare_tables([unit("north", where), unit("south", where)], store)
    assert checks["north"].stops
    assert checks["south"].faults == ()
    assert read_table(store, "north", "accounts") is None
    assert read_table(store, "south", "invoices")["amount"].tolist() == [5.0]


def test_a_file_that_cannot_be_read_stops_every_unit_that_reads_it(tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        accounts__csv="business_unit,account_id,account_name\nnorth,A1,Ash\nsouth,A2,Beech\n",
        invoices__csv="",
        own__csv=HEADER + "I1,A3,2026-01-31,5\n",
        own_accounts__csv="account_id,account_name\nA3,Cedar\n",
    )
    shared = sources(data, accounts={"file": "accounts.csv"}, invoices={"file": "invoices.csv"})
    own = sources(data, accounts={"file": "own_accounts.csv"}, invoices={"file": "own.csv"})
    checks = prepare_tables(
        [unit("north", shared), unit("south", shared), unit("west", own)], tmp_path / "store"
    )
    assert [key for key, found in checks.items() if found.stops] == ["north", "south"]
    assert fault(checks["south"], "empty file").table == "invoices"
