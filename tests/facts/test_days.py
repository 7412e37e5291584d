"""Months, windows and stretches of days."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.facts.days import (
    ONE_DAY,
    SNAPSHOT_MONTHS,
    Snapshot,
    month_end,
    months_before,
    snapshots_of,
    stretches_between,
)
from tests.facts.stores import day

days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("date", "months", "earlier"),
    [
        ("2026-09-15", 3, "2026-06-15"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-06-30", 3, "2026-03-31"),  # a month's end goes to a month's end
        ("2024-02-29", 12, "2023-02-28"),  # there is no 29 February in 2023
        ("2025-02-28", 12, "2024-02-29"),  # so that the window is March to February
        ("2026-05-30", 3, "2026-02-28"),
        ("2026-09-30", 0, "2026-09-30"),
    ],
)
def test_months_before_keeps_the_day_or_the_end_of_the_month(date, months, earlier):
    assert months_before(day(date), months) == day(earlier)


@given(days, st.integers(0, 60), st.integers(1, 60))
def test_more_months_before_is_earlier(date, fewer, more):
    assert months_before(date, fewer + more) < months_before(date, fewer)


@given(days)
def test_a_review_at_a_months_end_looks_back_from_months_ends(date):
    last = month_end(date)
    dates = [snapshot.snapshot_date for snapshot in snapshots_of(last, dt.date(1900, 1, 1))]
    assert len(dates) == len(SNAPSHOT_MONTHS) == 10
    assert all(each == month_end(each) for each in dates)
    assert all(Snapshot(each, False).from_12m == months_before(each, 12) for each in dates)


def test_stretches_begin_on_the_first_day_that_there_is():
    cut = stretches_between(day("0001-01-01"), day("0001-02-03"), [day("0001-01-09")])
    found = [(stretch.first_day.day, stretch.last_day.day) for stretch in cut]
    assert found == [(1, 9), (10, 31), (1, 3)]


def test_twelve_months_to_a_leap_day_are_a_year_and_a_day():
    window = day("2024-02-29") - Snapshot(day("2024-02-29"), True).from_12m
    assert window.days == 366


def test_without_history_only_the_review_date_is_looked_back_from():
    assert snapshots_of(day("2026-09-30"), None) == (Snapshot(day("2026-09-30"), True),)


def test_no_date_before_the_first_known_day_is_looked_back_from():
    dates = [s.snapshot_date for s in snapshots_of(day("2026-09-30"), day("2026-03-31"))]
    assert dates == [day("2026-09-30"), day("2026-06-30"), day("2026-03-31")]


@given(days, st.integers(0, 400), st.lists(st.integers(-50, 450), max_size=8))
def test_stretches_cover_every_day_once_and_divide_at_months_and_boundaries(first, length, offsets):
    last = first + dt.timedelta(days=length)
    boundaries = [first + dt.timedelta(days=offset) for offset in offsets]
    stretches = stretches_between(first, last, boundaries)
    assert stretches[0].first_day == first.replace(day=1)
    assert stretches[-1].last_day == last
    for earlier, later in pairwise(stretches):
        assert later.first_day == earlier.last_day + ONE_DAY
    for stretch in stretches:
        assert stretch.first_day <= stretch.last_day
        assert stretch.month == stretch.last_day.replace(day=1)
        inside = [b for b in boundaries if stretch.first_day <= b < stretch.last_day]
        assert not inside
