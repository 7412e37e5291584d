"""Formulas and conditions: exact, three-valued, and unable to do anything else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.conditions import rows_matching
from portfolio_lib.tables.expressions import parse_condition, parse_formula, quoted_name
from portfolio_lib.tables.formulas import evaluate
from portfolio_lib.tables.numbers import EXACT
from portfolio_lib.tables.raw import RawRows, UnreadableSource, from_columns
from tests.tables.making import fault, prepare_one, read_amounts


def rows(**columns: list[str | None]) -> RawRows:
    arrays = [pa.array(values, pa.string()) for values in columns.values()]
    return from_columns(list(columns), arrays, file="a.csv", lines=range(2, 2 + len(arrays[0])))


def matching(when: str, raw: RawRows, **settings: str) -> list[int]:
    return rows_matching(raw, when, ReadSettings(file="a.csv", **settings)).rows.tolist()


def value(text: str, **operands: str | None) -> Decimal | None:
    columns = {
        name: pa.chunked_array([pa.array([None if v is None else Decimal(v)], EXACT)])
        for name, v in operands.items()
    }
    return evaluate(parse_formula(text, list(operands)), columns, 1).values.to_pylist()[0]


def test_formulas_are_exact() -> None:
    # 0.1 + 0.2 is 0.3, which floating point misses
    assert value("a + b", a="0.1", b="0.2") == Decimal("0.3")
    assert value("price * count * (1 - discount)", price="14.45", count="3", discount="0.15") == (
        Decimal("36.8475")
    )
    assert value("-a / 3", a="2") == Decimal("-0.66666666666666666667")
    assert value('"Net Amount" - 1', **{"Net Amount": "5"}) == Decimal(4)
    assert value("a - b - c", a="10", b="3", c="2") == Decimal(5)
    assert value("a / b / c", a="12", b="3", c="2") == Decimal(2)


def test_an_empty_operand_gives_nothing() -> None:
    assert value("a * b", a=None, b="2") is None


def test_a_division_by_zero_is_a_fault_of_that_row(tmp_path: Path) -> None:
    invoices = "invoice_id,account_id,date,a,b\nI1,A1,2026-01-31,1,0\nI2,A1,2026-01-31,1,2\n"
    columns = {
        "invoice_id": "invoice_id",
        "account_id": "account_id",
        "date": "date",
        "amount": {"formula": "a / b"},
    }
    checks = prepare_one(tmp_path, invoices=invoices, invoice_settings={"columns": columns})
    found = fault(checks, "formula")
    assert (found.count, found.offenders) == (1, ("line 2",))
    assert "'a / b'" in found.message


def test_a_formula_over_words_names_their_column(tmp_path: Path) -> None:
    invoices = "invoice_id,account_id,date,a\nI1,A1,2026-01-31,many\n"
    columns = {name: name for name in ("invoice_id", "account_id", "date")}
    columns["amount"] = {"formula": "a * 2"}
    checks = prepare_one(tmp_path, invoices=invoices, invoice_settings={"columns": columns})
    assert "not numbers in 'a'" in fault(checks, "unreadable number").message


@pytest.mark.parametrize(
    "text",
    [
        "read_csv('/etc/passwd')",
        "__import__('os').system('x')",
        "(SELECT 1)",
        "a; DROP TABLE x",
        "a::TEXT",
        "CASE WHEN a THEN 1 END",
        "a || b",
        "'text'",
        "a % 2",
        "t.a + 1",
        "a = 1",
        "current_date",
        "a +",
        "",
        "a + " * 600 + "a",
    ],
)
def test_a_formula_that_is_more_than_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSource, match="Expected"):
        parse_formula(text, ["a", "b"])


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(UnreadableSource, match="Did you mean 'Quantity'"):
        parse_formula("Quantty * 2", ["Quantity"])


def test_any_name_can_be_a_column_of_a_formula() -> None:
    for name in ('with "quotes"', "Date", "select", "a.b", "größe", "1st"):
        assert parse_formula(quoted_name(name), [name]) is not None


SALES = rows(
    No=["C1", "2", "c3", None],
    Quantity=["-1", "10", "9", " 2 "],
    Status=["Paid", "Void", None, "paid"],
)


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("No LIKE 'C%'", [0]),
        ("No ILIKE 'c%'", [0, 2]),
        ("No NOT LIKE 'C%'", [1, 2]),
        ("No IS NULL", [3]),
        ("NOT No IS NULL AND Quantity > 9", [1]),
        # numbers, not texts: as text, '10' comes before '9'
        ("Quantity < 0 OR Quantity >= 10", [0, 1]),
        ("Quantity BETWEEN 2 AND 9", [2, 3]),
        ("Quantity IN (9, 10)", [1, 2]),
        ("Quantity * 2 = 20", [1]),
        ("Quantity = '2'", [3]),
        ("Status IN ('Void', 'paid')", [1, 3]),
        ("Status <> 'Paid'", [1, 3]),
        ("(Status = 'Paid' OR Status = 'Void') AND Quantity > -5", [0, 1]),
    ],
)
def test_conditions_find_their_rows(when: str, found: list[int]) -> None:
    assert matching(when, SALES) == found


def test_conditions_read_numbers_with_the_marks_of_the_source() -> None:
    assert matching("n > 1000", rows(n=["1.000,5", "999,9"]), decimal=",", thousands=".") == [0]


def test_columns_that_differ_in_case_only_are_told_apart() -> None:
    assert matching("a = 'x' AND A = 'y'", rows(a=["x", "y"], A=["y", "x"])) == [0]


def test_numbers_that_a_condition_cannot_read_are_reported() -> None:
    found = rows_matching(rows(n=["1", "many"]), "n > 0", ReadSettings(file="a.csv"))
    assert {name: bad.tolist() for name, bad in found.unreadable.items()} == {"n": [1]}


@pytest.mark.parametrize(
    "when",
    [
        "No IN (SELECT 1)",
        "EXISTS (SELECT 1)",
        "length(No) > 2",
        "No = ''",
        "No",
        "Quantity + 1",
        "1 = 1; DROP TABLE x",
        "No = $1",
        "No SIMILAR TO 'x'",
        "No ~ 'x'",
        "COLUMNS(*) IS NULL",
        "source_rows.No = 'x'",
        "getenv('HOME') = 'x'",
    ],
)
def test_conditions_that_do_more_than_compare_are_refused(when: str) -> None:
    with pytest.raises(UnreadableSource, match="Expected"):
        parse_condition(when, ["No", "Quantity"])


def test_a_condition_with_an_unreadable_number_stops_the_unit(tmp_path: Path) -> None:
    rule = {"when": "amount > 1000", "reason": "too much"}
    invoices = "invoice_id,account_id,date,amount\nI1,A1,2026-01-31,x\n"
    checks = prepare_one(tmp_path, invoices=invoices, invoice_settings={"set_aside": [rule]})
    assert checks.stops


def test_rows_set_aside_by_a_rule_are_counted_with_their_money(tmp_path: Path) -> None:
    rule = {"when": "amount < 0", "reason": "credit note"}
    checks = prepare_one(tmp_path, invoice_settings={"set_aside": [rule]})
    card = checks.card("invoices")
    assert card.rows_set_aside == {"credit note": 1}
    assert card.money_set_aside == {"credit note": Decimal(-10)}
    assert read_amounts(tmp_path) == [100.0, 50.5]
