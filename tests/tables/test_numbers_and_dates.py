"""Numbers and dates by their stated marks, exactly, and never by a guess."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from portfolio_lib.tables.dates import days_of, fitting_patterns, mixes_offsets, times_of
from portfolio_lib.tables.numbers import exact_of, floats_of, money_of, plain_numbers


def column(*texts: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, pa.string())])


def numbers(*texts: str | None, decimal: str = ".", thousands: str | None = None):
    plain = plain_numbers(column(*texts), decimal=decimal, thousands=thousands)
    exact, too_large = exact_of(plain)
    return exact.to_pylist(), sorted({*plain.bad.tolist(), *too_large.tolist()})


@pytest.mark.parametrize(
    ("text", "marks", "value"),
    [
        ("1234.50", {}, "1234.50"),
        (" -0.5 ", {}, "-0.5"),
        ("+7", {}, "7"),
        (".5", {}, "0.5"),
        ("1.234,50", {"decimal": ",", "thousands": "."}, "1234.50"),
        ("1,234,567.8", {"thousands": ","}, "1234567.8"),
        ("1\u202f234,5", {"decimal": ",", "thousands": " "}, "1234.5"),
        ("1'234.5", {"thousands": "'"}, "1234.5"),
        ("-1 234", {"thousands": " "}, "-1234"),
        ("12,5", {"decimal": ","}, "12.5"),
        ("00099999999999999", {}, "99999999999999"),
    ],
)
def test_numbers_are_read_by_their_marks(text: str, marks: dict[str, str], value: str) -> None:
    assert numbers(text, **marks) == ([Decimal(value)], [])


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1,234.50", {}),
        ("1,23", {"thousands": ","}),
        ("12,34,567", {"thousands": ","}),
        ("1.5", {"decimal": ","}),
        ("1e5", {}),
        ("nan", {}),
        ("-inf", {}),
        ("0x10", {}),
        ("1_000", {}),
        ("١٢", {}),
        ("--5", {}),
        (".", {}),
        ("123456789012345", {}),
    ],
)
def test_what_the_marks_do_not_explain_is_no_number(text: str, marks: dict[str, str]) -> None:
    assert numbers(text, **marks) == ([None], [0])


def test_an_empty_cell_is_nothing_and_no_fault() -> None:
    assert numbers(None, "1") == ([None, Decimal(1)], [])


def test_money_is_rounded_to_four_decimals_half_to_even() -> None:
    exact, _ = exact_of(
        plain_numbers(column("0.00005", "0.00015", "1.2345"), decimal=".", thousands=None)
    )
    money = money_of(exact)
    assert money.values.to_pylist() == [Decimal("0.0000"), Decimal("0.0002"), Decimal("1.2345")]
    assert money.rounded.tolist() == [0, 1]


def test_digits_beyond_the_twentieth_decimal_are_rounded() -> None:
    values, bad = numbers("0." + "3" * 25)
    assert (values, bad) == ([Decimal("0." + "3" * 20)], [])


def test_floats_are_the_nearest_ones() -> None:
    exact = pa.chunked_array([pa.array([Decimal("0.9"), Decimal("0.1")], pa.decimal256(60, 20))])
    assert floats_of(exact).to_pylist() == [0.9, 0.1]


def days(*texts: str | None, pattern: str | None = None, typed: bool = False):
    moments = days_of(column(*texts), pattern, typed=typed)
    return moments.values.to_pylist(), moments.bad.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        " 2026-01-31 ",
        "2026-01-31 08:26",
        "2026-01-31 08:26:00",
        "2026-01-31T08:26:00.123456789Z",
        "2026-01-31T23:30:00+02:00",
        "2026-01-31 00:00:00 UTC",
    ],
)
def test_iso_days_are_taken_as_written(text: str) -> None:
    assert days(text) == ([dt.date(2026, 1, 31)], [])


@pytest.mark.parametrize(
    "text", ["31/01/2026", "2026-02-30", "2026-1-31", "20260131", "0000-01-01", "26-01-31", "x"]
)
def test_other_texts_are_no_iso_days(text: str) -> None:
    assert days(text) == ([None], [0])


def test_a_format_reads_what_it_says_and_nothing_else() -> None:
    texts = ("31/01/2026", "2026-01-31", None, "31/01/26")
    assert days(*texts, pattern="%d/%m/%Y") == ([dt.date(2026, 1, 31), None, None, None], [1, 3])
    # a workbook's own dates are ISO whatever the format of its texts
    assert days(*texts, pattern="%d/%m/%Y", typed=True)[1] == [3]


def test_two_digit_years_need_a_format() -> None:
    assert days("31/01/26", pattern="%d/%m/%y") == ([dt.date(2026, 1, 31)], [])


def test_times_with_an_offset_are_turned_into_utc() -> None:
    moments = times_of(column("2026-01-31T23:30:00-02:00", "2026-01-31"), None, typed=False)
    assert moments.values.to_pylist() == [
        dt.datetime(2026, 2, 1, 1, 30),
        dt.datetime(2026, 1, 31),
    ]


def test_times_of_which_some_say_their_zone_are_noticed() -> None:
    assert mixes_offsets(column("2026-01-31T08:00:00Z", "2026-01-31T08:00:00"))
    assert not mixes_offsets(column("2026-01-31T08:00:00Z", None, "2026-01-31T08:00:00+01:00"))
    assert not mixes_offsets(column("2026-01-31T08:00:00", "2026-01-31"))


def test_formats_that_fit_are_found_and_ambiguity_shows() -> None:
    assert fitting_patterns(["31/01/2026"]) == ["%d/%m/%Y"]
    assert fitting_patterns(["01/02/2026"]) == ["%d/%m/%Y", "%m/%d/%Y"]
    assert fitting_patterns(["1/31/2026 14:05"]) == ["%m/%d/%Y %H:%M"]
    assert fitting_patterns(["31/01/2026", "never"]) == []
    assert fitting_patterns([]) == []
