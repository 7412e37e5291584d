"""When an answer and a solution were due."""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from portfolio_lib.facts.feature_days import service_days_of
from portfolio_lib.parameters.calendar_models import WorkingHours
from portfolio_lib.parameters.models import UnitParameters
from tests.facts.stores import accounts, build_one, unit


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def issue(issue_id: str, opened_at: str, severity: str | None = "P1", **columns: Any):
    moments = {name: at(value) for name, value in columns.items() if name.endswith("_at")}
    return {
        "issue_id": issue_id,
        "account_id": columns.pop("account_id", "a"),
        "opened_at": at(opened_at),
        "severity": severity,
        **columns,
        **moments,
    }


def promise(severity: str, response: float | None, resolution: float | None, **columns: Any):
    return {
        "severity": severity,
        "response_hours": response,
        "resolution_hours": resolution,
        **columns,
    }


def with_hours(of: UnitParameters, **hours: Any) -> UnitParameters:
    named = {{"opens": "from", "closes": "to"}.get(key, key): v for key, v in hours.items()}
    return of.model_copy(update={"working_hours": WorkingHours(**named)})


def clocks(tmp_path, *, of: UnitParameters | None = None, **tables: Any) -> pd.DataFrame:
    tables.setdefault("accounts", accounts("a", "b"))
    return build_one(tmp_path, "issue_clocks", of=of, **tables).set_index("issue_id")


def due(rows: pd.DataFrame, issue_id: str) -> tuple[str | None, str | None]:
    values = rows.loc[issue_id, ["response_due_at", "resolution_due_at"]]
    return tuple(None if pd.isna(value) else str(value)[:19] for value in values)


# 2026-09-04 is a Friday, 7 September a Monday.
CASES = [
    # Friday 10:00 and 4 hours: 14:00; 8 hours: 7 until 17:00, 1 on Monday
    ("2026-09-04T10:00", "2026-09-04 14:00:00", "2026-09-07 10:00:00"),
    # opened at night: the clock starts on Monday at 9; 8 hours fill the day
    ("2026-09-04T22:30", "2026-09-07 13:00:00", "2026-09-07 17:00:00"),
    # before the day begins
    ("2026-09-04T06:15", "2026-09-04 13:00:00", "2026-09-04 17:00:00"),
    # Saturday
    ("2026-09-05T12:00", "2026-09-07 13:00:00", "2026-09-07 17:00:00"),
    # four hours before the end: due at the end of the day, not at the start of the next
    ("2026-09-04T13:00", "2026-09-04 17:00:00", "2026-09-07 13:00:00"),
    # at the very end of Friday
    ("2026-09-04T17:00", "2026-09-07 13:00:00", "2026-09-07 17:00:00"),
    # the second counts: 16:59:59 leaves one second of Friday
    ("2026-09-04T16:59:59", "2026-09-07 12:59:59", "2026-09-07 16:59:59"),
]


@pytest.mark.parametrize(("opened_at", "response", "resolution"), CASES)
def test_business_hours_leave_out_nights_and_weekends(tmp_path, opened_at, response, resolution):
    rows = clocks(
        tmp_path,
        issues=[issue("i", opened_at)],
        slas=[promise("P1", 4, 8, calendar="business hours")],
    )
    assert due(rows, "i") == (response, resolution)
    assert rows.loc["i", "counts_business_hours"]


def test_holidays_are_left_out_and_long_promises_run_over_weeks(tmp_path):
    # Monday the 7th is a holiday. 20 hours from Friday 15:00: 2 on Friday, 8 on Tuesday, 8 on
    # Wednesday, 2 on Thursday: 11:00. 100 hours: 2 and 12 days of 8 and 2: the days are
    # 8-11, 14-18, 21-23 September; the rest on Thursday the 24th until 11:00.
    of = with_hours(unit(), holidays=(dt.date(2026, 9, 7),))
    rows = clocks(
        tmp_path,
        of=of,
        issues=[issue("i", "2026-09-04T15:00")],
        slas=[promise("P1", 20, 100, calendar="business hours")],
    )
    assert due(rows, "i") == ("2026-09-10 11:00:00", "2026-09-24 11:00:00")


def test_other_working_hours_and_parts_of_hours(tmp_path):
    # Saturday mornings alone, 8:30 to 12:30. From Thursday 3 September: 1.5 hours end on Saturday
    # the 5th at 10:00; 6 hours are 4 and 2: on the 12th at 10:30.
    of = with_hours(unit(), days=("sat",), opens=8.5, closes=12.5)
    rows = clocks(
        tmp_path,
        of=of,
        issues=[issue("i", "2026-09-03T11:00")],
        slas=[promise("P1", 1.5, 6, calendar="business hours")],
    )
    assert due(rows, "i") == ("2026-09-05 10:00:00", "2026-09-12 10:30:00")


def test_elapsed_hours_count_day_and_night(tmp_path):
    rows = clocks(
        tmp_path,
        issues=[issue("i", "2026-09-04T22:30:15"), issue("j", "2026-09-04T22:30", "P2")],
        slas=[promise("P1", 4, 48, calendar="elapsed"), promise("P2", 0.25, None)],
    )
    assert due(rows, "i") == ("2026-09-05 02:30:15", "2026-09-06 22:30:15")
    assert due(rows, "j") == ("2026-09-04 22:45:00", None)
    assert not rows["counts_business_hours"].any()


def test_no_hours_allowed_means_due_at_once_even_at_night(tmp_path):
    rows = clocks(
        tmp_path,
        issues=[issue("i", "2026-09-05T22:30")],
        slas=[promise("P1", 0, 8, calendar="business hours")],
    )
    assert due(rows, "i") == ("2026-09-05 22:30:00", "2026-09-07 17:00:00")


def test_the_line_of_the_tier_wins_over_the_line_of_all(tmp_path):
    rows = clocks(
        tmp_path,
        accounts=[{"account_id": "a", "account_name": "A", "tier": "1"}, *accounts("b")],
        issues=[
            issue("of-a", "2026-09-01T10:00"),
            issue("of-b", "2026-09-01T10:00", account_id="b"),
            issue("other", "2026-09-01T10:00", "P4"),
            issue("none", "2026-09-01T10:00", None),
        ],
        slas=[promise("P1", 8, 80), promise("P1", 1, None, tier="1"), promise("P2", 9, 9)],
    )
    assert rows["response_hours_allowed"].fillna(-1).to_dict() == {
        "none": -1,
        "of-a": 1,
        "of-b": 8,
        "other": -1,
    }
    # the tier's own line promises no solution, and the general line does not step in
    assert due(rows, "of-a") == ("2026-09-01 11:00:00", None)
    assert due(rows, "of-b") == ("2026-09-01 18:00:00", "2026-09-04 18:00:00")
    assert due(rows, "other") == due(rows, "none") == (None, None)


def test_nothing_after_the_review_day_is_seen(tmp_path):
    rows = clocks(
        tmp_path,
        issues=[
            issue(
                "seen",
                "2026-09-30T23:59",
                first_response_at="2026-09-30T23:59:30",
                resolved_at="2026-10-01T00:00",
            ),
            issue("later", "2026-10-01T00:00"),
        ],
    )
    assert list(rows.index) == ["seen"]
    assert str(rows.loc["seen", "first_response_at"]) == "2026-09-30 23:59:30"
    assert pd.isna(rows.loc["seen", "resolved_at"])
    assert due(rows, "seen") == (None, None)  # no promises were handed in


def test_a_promise_beyond_the_review_day_is_still_found(tmp_path):
    # 40 hours are five working days: opened on Wednesday 30 September at 9, due on Tuesday at 17
    rows = clocks(
        tmp_path,
        issues=[issue("i", "2026-09-30T09:00"), issue("early", "2026-01-05T09:00")],
        slas=[promise("P1", 40, 80, calendar="business hours")],
    )
    assert due(rows, "i") == ("2026-10-06 17:00:00", "2026-10-13 17:00:00")


def test_a_unit_without_issues_has_no_rows(tmp_path):
    assert clocks(tmp_path, slas=[promise("P1", 1, 2)]).empty


def walked(hours: WorkingHours, opened: dt.datetime, seconds: int) -> dt.datetime:
    """The due time by walking day after day, with nothing in common with the step."""
    moment, left = opened, seconds
    while True:
        midnight = moment.replace(hour=0, minute=0, second=0)
        opens = midnight + dt.timedelta(hours=hours.opens)
        closes = midnight + dt.timedelta(hours=hours.closes)
        name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[moment.weekday()]
        if name in hours.days and moment.date() not in hours.holidays and moment < closes:
            begins = max(moment, opens)
            if begins + dt.timedelta(seconds=left) <= closes:
                return begins + dt.timedelta(seconds=left)
            left -= int((closes - begins).total_seconds())
        moment = midnight + dt.timedelta(days=1)


def test_due_times_are_those_of_walking_through_the_days(tmp_path):
    chance = random.Random(11)
    hours = WorkingHours(
        **{"days": ("mon", "tue", "thu", "sat"), "from": 7.75, "to": 16.0},
        holidays=tuple(dt.date(2026, 8, 1) + dt.timedelta(days=3 * n) for n in range(9)),
    )
    start = dt.datetime(2026, 6, 1)
    issues, expected = [], {}
    for number in range(300):
        opened = start + dt.timedelta(seconds=chance.randrange(120 * 86400))
        severity = chance.choice(["P1", "P2", "P3", "P4"])
        issues.append(issue(f"{number}", opened.isoformat(), severity))
        allowed = {"P1": 1.0, "P2": 8.25, "P3": 33.0, "P4": 90.5}[severity]
        expected[f"{number}"] = walked(hours, opened, round(allowed * 3600))
    slas = [
        promise(severity, allowed, None, calendar="business hours")
        for severity, allowed in {"P1": 1.0, "P2": 8.25, "P3": 33.0, "P4": 90.5}.items()
    ]
    of = unit().model_copy(update={"working_hours": hours})
    rows = clocks(tmp_path, of=of, issues=issues, slas=slas)
    assert rows["response_due_at"].dt.to_pydatetime().tolist() == [
        expected[name] for name in rows.index
    ]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2026, 9, 30)), st.floats(0, 500))
def test_the_days_of_service_abut_and_reach_the_longest_promise(first, longest):
    days = list(service_days_of(WorkingHours(), first, dt.date(2026, 9, 30), longest))
    for day, after in pairwise(days):
        assert day["next_starts_at"] == after["starts_at"]
        assert day["seconds_before"] + day["working_seconds"] == after["seconds_before"]
    opened = next(row for row in days if row["starts_at"].date() == dt.date(2026, 9, 30))
    last = days[-1]["seconds_before"] + days[-1]["working_seconds"]
    assert last - opened["seconds_before"] >= longest * 3600 + 8 * 3600


def test_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(ValidationError, match="'from' is not before 'to'"):
        WorkingHours(**{"from": 17, "to": 9})
    with pytest.raises(ValidationError, match="stands twice"):
        WorkingHours(days=("mon", "mon"))
    with pytest.raises(ValidationError):
        WorkingHours(days=())
