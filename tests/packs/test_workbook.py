"""The workbook: text stays text, the same results give the same bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import openpyxl
import pandas as pd
import pytest

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.packs.workbook import sheet_name, write_workbook

AS_OF = dt.date(2026, 9, 30)
HOSTILE = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "https://example.com",
    "mailto:a@b.c",
    "{=1}",
    "x" * 40_000,
    "a\x00b\ud800",
    "",
    "00123",
]
FIGURES = [
    Figure("a.b", "=Label", 0.5, "share", "Half.", interval=(0.4, 0.7)),
    Figure("a.c", "None", 3, "accounts", ""),
]


@dataclass(frozen=True)
class Result:
    rows: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {
                "name": pd.Series(HOSTILE, dtype=object),
                "amount": [1.5, float("nan"), float("inf"), *range(8)],
                "day": pd.to_datetime(["2026-09-30", None, "1850-01-01", *["2026-01-01"] * 8]),
                "active": [True, False] * 5 + [True],
            }
        )
    )
    by_tier: dict[str, pd.DataFrame] = field(
        default_factory=lambda: {"one": pd.DataFrame({"x": [1]}), "two": pd.DataFrame()}
    )
    currency: str = "GBP"


@pytest.fixture
def book(tmp_path):
    write_workbook(tmp_path / "w.xlsx", FIGURES, {"portfolio": Result()}, as_of=AS_OF)
    return openpyxl.load_workbook(tmp_path / "w.xlsx")


def test_every_frame_has_a_sheet_and_the_contents_come_first(book):
    assert book.sheetnames == [
        "contents",
        "figures",
        "portfolio rows",
        "portfolio by tier one",
        "portfolio by tier two",
    ]


def test_the_list_to_call_comes_first_and_the_contents_name_every_sheet_in_full(tmp_path):
    @dataclass(frozen=True)
    class Churn:
        accounts: pd.DataFrame
        calls: pd.DataFrame
        a_table_whose_name_is_far_too_long: pd.DataFrame

    one = pd.DataFrame({"x": [1]})
    results = {"portfolio": Result(), "churn": Churn(one, pd.concat([one, one]), one)}
    write_workbook(tmp_path / "w.xlsx", FIGURES, results, as_of=AS_OF)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    assert book.sheetnames[:3] == ["call list", "contents", "figures"]
    assert book["call list"].max_row == 3
    rows = list(book["contents"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [name for name in book.sheetnames if name != "contents"]
    assert rows[0][2] == 2
    assert (
        "churn a table whose name is far",
        "churn a table whose name is far too long",
        1,
    ) in rows


def test_a_figure_stands_with_both_ends_of_its_interval(book):
    head, first, second = book["figures"].iter_rows(max_row=3, max_col=5, values_only=True)
    assert head == ("key", "label", "value", "low", "high")
    assert (first[2:], second[2:]) == ((0.5, 0.4, 0.7), (3, None, None))


def test_no_text_becomes_a_formula_a_link_or_a_number(book):
    cells = [row[0] for row in book["portfolio rows"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for cell in cells)
    assert cells[0].value == "=1+1"
    assert cells[-1].value == "00123"


def test_days_are_days_and_absent_numbers_are_blank(book):
    rows = list(book["portfolio rows"].iter_rows(min_row=2, values_only=True))
    assert rows[0][2] == dt.datetime(2026, 9, 30)
    assert rows[2][2] == "1850-01-01"
    assert [row[1] for row in rows[:3]] == [1.5, None, None]
    assert rows[0][3] is True


def test_the_same_results_give_the_same_bytes(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, FIGURES, {"portfolio": Result()}, as_of=AS_OF)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_names_of_sheets_are_short_and_differ_without_regard_to_case():
    taken: set[str] = set()
    names = [sheet_name(f"Portfolio [{'y' * 40}] {n}", taken) for n in range(3)]
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= 31 and "[" not in name for name in names)
    assert sheet_name("portfolio", {"portfolio"}) == "portfolio 2"
