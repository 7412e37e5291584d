"""Every feature by hand, on small tables."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.facts.features import FEATURES
from portfolio_lib.facts.steps import STEPS
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.models import UnitParameters
from tests.facts.stores import accounts, build_one, line, term, unit

NOW, QUARTER_AGO = "2026-09-30", "2026-06-30"


def of(as_of: str = NOW, *, page: ChurnPage | None = None, **policies: Any) -> UnitParameters:
    made = unit(as_of=as_of, **policies)
    return made.model_copy(update={"churn": page or ChurnPage(snapshots=1)})


def features(tmp_path, *, unit_of: UnitParameters | None = None, **tables: Any) -> pd.DataFrame:
    """The features, indexed by account and day (as text)."""
    tables.setdefault("accounts", accounts("a", "b", start_date="2024-01-01"))
    tables.setdefault("invoices", [line("z", "2024-01-01", 1)])  # from here on there are quarters
    rows = build_one(tmp_path, "account_features", of=unit_of or of(), **tables)
    rows["day"] = rows["snapshot_date"].dt.strftime("%Y-%m-%d")
    return rows.set_index(["account_id", "day"])


def told(rows: pd.DataFrame, account: str, *names: str, day: str = NOW) -> list[Any]:
    """Features of an account on a day, empty ones as None."""
    values = rows.loc[(account, day), list(names)]
    return [None if pd.isna(value) else value for value in values]


def test_revenue_by_windows_of_whole_months(tmp_path):
    rows = features(
        tmp_path,
        invoices=[
            line("a", "2024-09-30", 64),  # a day before the prior 12 months
            line("a", "2025-09-30", 32),
            line("a", "2026-03-31", 1, offering="w"),
            line("a", "2026-04-01", 2, offering="x"),
            line("a", "2026-06-30", 4, offering="x"),
            line("a", "2026-07-01", 8, offering="y"),
            line("a", "2026-09-30", 16),
            line("a", "2026-09-30", -3, invoice_id="credit", offering="z"),
        ],
    )
    assert told(rows, "a", "revenue_3m", "revenue_prior_3m", "revenue_12m") == [21, 6, 28]
    assert told(rows, "a", "revenue_prior_12m", "annual_revenue") == [32, 28]
    assert told(rows, "a", "revenue_trend") == [2.5]  # 21 / 6 - 1
    assert told(rows, "a", "offerings_12m") == [3]  # w, x, y: a credit is not a holding
    assert told(rows, "b", "revenue_3m", "revenue_trend", "offerings_12m") == [0, None, 0]
    # a quarter earlier: 2 + 4; before it 1; no line with an offering before 31 March
    assert told(rows, "a", "revenue_3m", "revenue_prior_3m", day=QUARTER_AGO) == [6, 1]
    assert told(rows, "a", "offerings_12m", day=QUARTER_AGO) == [2]


def test_active_tenure_and_the_value_of_terms(tmp_path):
    rows = features(
        tmp_path,
        unit_of=of(revenue_source="contracts", active_within_days=30),
        accounts=[*accounts("a", "b", "c"), *accounts("d", start_date="2026-09-20")],
        invoices=[line("d", "2026-01-01", 5)],
        contracts=[
            term("1", "a", "2026-01-01", 1200, end_date="2026-12-31"),
            term("2", "a", "2026-02-01", 600, end_date="2026-09-29"),
            term("3", "b", "2026-01-01", 1200, end_date="2026-09-01"),
            term("4", "c", "2026-01-01", 1200, end_date="2026-08-31"),
        ],
    )
    assert told(rows, "a", "annual_revenue", "is_active", "terms_in_force") == [1200, True, 1]
    # contract revenue until 1 September is 29 days old, until 31 August 30 days
    assert told(rows, "b", "annual_revenue", "is_active", "terms_in_force") == [0, True, 0]
    assert told(rows, "c", "is_active", "tenure_days") == [False, 272]  # 1 January
    assert told(rows, "d", "tenure_days") == [10]  # the day given counts
    # on 30 June that day had not come: the invoice of 1 January counts, 180 days
    assert told(rows, "d", "tenure_days", day=QUARTER_AGO) == [180]
    assert told(rows, "a", "annual_revenue", "terms_in_force", day=QUARTER_AGO) == [1800, 2]


def test_silence_is_held_against_the_own_long_gap(tmp_path):
    # gaps of 10, 40, 20, 30 days: sorted 10, 20, 30, 40; the 80 per cent point lies at place
    # 1 + 3 x 0.8 = 3.4: 30 x 0.6 + 40 x 0.4 = 34. 17 days of silence are half of it.
    days = ["2026-06-05", "2026-06-15", "2026-07-25", "2026-08-14", "2026-09-13"]
    rows = features(
        tmp_path,
        invoices=[*(line("a", day, 9) for day in days), *(line("b", day, 9) for day in days[1:])],
    )
    names = ("days_since_last_purchase", "purchase_days_12m", "gap_ratio")
    assert told(rows, "a", *names) == [17, 5, 0.5]
    assert told(rows, "b", *names) == [17, 4, None]  # three gaps are no rhythm
    assert told(rows, "a", *names, day=QUARTER_AGO) == [15, 2, None]
    assert told(rows, "a", "mean_gap_days") == [25]
    assert told(rows, "b", "mean_gap_days") == [None]


def test_the_long_gap_is_the_quantile_that_numpy_finds(tmp_path):
    chance = random.Random(3)
    days = sorted(chance.sample(range(900), 70))
    first = dt.date(2024, 4, 1)
    bought = [first + dt.timedelta(days=day) for day in days]
    rows = features(
        tmp_path,
        unit_of=of(page=ChurnPage(snapshot_every_months=1, snapshots=25)),
        invoices=[line("a", day.isoformat(), 1) for day in bought],
    ).loc["a"]
    ratios = rows["gap_ratio"].dropna()
    assert len(ratios) > 20
    for text, ratio in ratios.items():
        day = dt.date.fromisoformat(str(text))
        known = [d for d in bought if d <= day]
        gaps = np.diff(np.array(known, dtype="datetime64[D]")).astype(int)[-24:]
        assert ratio == pytest.approx((day - known[-1]).days / np.quantile(gaps, 0.8), rel=1e-5)
        assert rows.loc[text, "mean_gap_days"] == pytest.approx(gaps.mean())


def test_the_contract_position_as_known_on_the_day(tmp_path):
    ends = {"end_date": "2026-10-31", "offering": "x"}
    rows = features(
        tmp_path,
        accounts=accounts(*"abcdefg", start_date="2024-01-01"),
        contracts=[
            # notice was given; of two ends the first counts, and it alone says how it renews
            term(
                "a1", "a", "2025-11-01", 100, cancelled_date="2026-09-01", auto_renew=True, **ends
            ),
            term("a2", "a", "2025-11-01", 50, end_date="2026-12-31", auto_renew=False),
            # named in renewed_by and signed on 20 September
            term("b1", "b", "2025-11-01", 100, renewed_by="b2", **ends),
            term("b2", "b", "2027-03-01", 100, signed_date="2026-09-20"),
            # not named, but of the same offering, the day after the end
            term("c1", "c", "2025-11-01", 100, auto_renew=False, **ends),
            term("c2", "c", "2026-11-01", 100, signed_date="2026-09-30", offering="x"),
            # of another offering
            term("d1", "d", "2025-11-01", 100, **ends),
            term("d2", "d", "2026-11-01", 100, signed_date="2026-09-30", offering="y"),
            # open-ended, given notice on 15 September
            term("e1", "e", "2025-11-01", 100, cancelled_date="2026-09-15", auto_renew=True),
            # 31 days of grace and one more
            term("f1", "f", "2025-11-01", 100, **ends),
            term("f2", "f", "2026-12-02", 100, signed_date="2026-09-30", offering="x"),
        ],
    )
    names = ("terms_in_force", "days_to_term_end", "notice_given", "auto_renew")
    assert told(rows, "a", *names) == [2, 31, True, True]
    assert told(rows, "a", *names, day=QUARTER_AGO) == [2, 123, False, True]
    assert told(rows, "b", *names) == [1, None, False, None]
    assert told(rows, "b", *names, day=QUARTER_AGO) == [1, 123, False, None]
    assert told(rows, "c", *names) == [1, None, False, None]
    assert told(rows, "c", *names, day=QUARTER_AGO) == [1, 123, False, False]
    assert told(rows, "d", *names) == [1, 31, False, None]
    assert told(rows, "e", *names) == [0, None, None, None]
    assert told(rows, "e", *names, day=QUARTER_AGO) == [1, None, False, None]
    assert told(rows, "f", *names) == [1, 31, False, None]
    assert told(rows, "g", *names) == [0, None, None, None]


def months(account: str, measure: str, year: int, values: dict[int, Any], licensed: Any = None):
    return [
        {
            "account_id": account,
            "period": dt.date(year, month, 1),
            "measure": measure,
            "value": float(value),
            "licensed": licensed,
        }
        for month, value in values.items()
    ]


USAGE = [
    *months("a", "seats", 2026, {3: 10, 4: 10, 5: 10, 6: 5, 7: 5, 8: 5, 9: 99}, licensed=20.0),
    *months("b", "seats", 2026, {3: 8, 4: 8}, licensed=20.0),
    *months("a", "reports", 2026, {month: month for month in range(1, 10)}),
    *months("b", "reports", 2026, {month: 1 for month in range(1, 10)}),
]


def test_use_is_counted_by_complete_months_of_one_measure(tmp_path):
    names = ("usage_3m", "usage_prior_3m", "usage_trend", "licence_use", "usage_days_since")
    rows = features(
        tmp_path,
        unit_of=of("2026-09-16"),
        accounts=accounts("a", "b", "c", start_date="2024-01-01"),
        usage=USAGE,
    )
    day = "2026-09-16"
    # June to August against March to May; September is not over; 15 of 60 seats; 1 August
    assert told(rows, "a", *names, day=day) == [15, 30, -0.5, 0.25, 46]
    # nothing recorded since April in a unit that records: not used; 1 April is 168 days ago
    assert told(rows, "b", *names, day=day) == [0, 16, -1, None, 168]
    assert told(rows, "c", *names, day=day) == [None] * 5
    # on 16 June the last complete month is May, and seats have no three months before March
    assert told(rows, "a", *names, day="2026-06-16") == [30, None, None, 0.5, 46]


def test_the_measure_in_the_settings_is_followed(tmp_path):
    page = ChurnPage(snapshots=0, usage_measure="reports")
    rows = features(tmp_path, unit_of=of("2026-09-16", page=page), usage=USAGE)
    names = ("usage_3m", "usage_prior_3m", "licence_use")
    assert told(rows, "a", *names, day="2026-09-16") == [21, 12, None]  # 6 + 7 + 8; 3 + 4 + 5


def issue(issue_id: str, account: str, opened_at: str, severity: str, **moments: str):
    return {
        "issue_id": issue_id,
        "account_id": account,
        "severity": severity,
        "opened_at": dt.datetime.fromisoformat(opened_at),
        **{name: dt.datetime.fromisoformat(value) for name, value in moments.items()},
    }


ISSUES = [
    # the first moment of the 90 days; answered an hour too late
    issue("1", "a", "2026-07-03T00:00", "P1", first_response_at="2026-07-03T03:00",
          resolved_at="2026-07-03T04:00", escalated_at="2026-07-03T02:00"),
    # opened a minute before them; its answer fell due within them and never came
    issue("2", "a", "2026-07-02T23:59", "P1", escalated_at="2026-07-02T23:59:59"),
    # due after the review day: no breach yet; still open
    issue("3", "a", "2026-09-30T23:00", "P2"),
    # solved in time without an answer noted: the solution is one
    issue("4", "a", "2026-08-01T10:00", "P2", resolved_at="2026-08-01T11:00"),
    # answered in time, solved too late; solved after the review day
    issue("5", "a", "2026-09-01T10:00", "P3", first_response_at="2026-09-01T10:05",
          resolved_at="2026-10-01T00:00"),
]  # fmt: skip
SLAS = [
    {"severity": severity, "response_hours": 2.0, "resolution_hours": 48.0}
    for severity in ("P1", "P2", "P3")
]
SERVICE = ("issues_open", "issues_90d", "urgent_issues_90d", "breaches_90d", "escalations_90d")


def test_issues_and_broken_promises_of_ninety_days(tmp_path):
    rows = features(tmp_path, issues=ISSUES, slas=SLAS)
    # open: 2, 3, 5; opened: 1, 3, 4, 5; urgent: 1, 3, 4; broken: 1, 2, 5; escalated: 1
    assert told(rows, "a", *SERVICE) == [3, 4, 3, 3, 1]
    assert told(rows, "b", *SERVICE) == [0] * 5
    assert told(rows, "a", *SERVICE, day=QUARTER_AGO) == [None] * 5  # before the first issue


def test_without_promises_nothing_is_said_about_breaches(tmp_path):
    rows = features(tmp_path, issues=ISSUES)
    assert told(rows, "a", *SERVICE) == [3, 4, 3, None, 1]


def answer(account: str, date: str, kind: str, score: Any, scale_max: Any = None):
    return {
        "survey_id": f"{account}{date}{kind}{score}{scale_max}",
        "account_id": account,
        "date": date,
        "kind": kind,
        "score": score,
        "scale_max": scale_max,
    }


def test_the_last_answers_on_one_scale(tmp_path):
    rows = features(
        tmp_path,
        surveys=[
            answer("a", "2025-09-30", "satisfaction", 1.0, 10.0),  # not within 12 months
            answer("a", "2026-05-01", "satisfaction", 4.0, 5.0),
            answer("a", "2026-09-20", "satisfaction", 6.0, 10.0),
            answer("a", "2026-09-20", "satisfaction", 4.5, 5.0),
            answer("a", "2026-09-25", "satisfaction", None, 10.0),  # asked, not answered
            answer("a", "2026-05-02", "NPS", 9.0),
            answer("a", "2026-05-02", "CSAT", 4.0),
            answer("a", "2026-10-01", "CSAT", 1.0),  # after the review day
        ],
    )
    names = ("satisfaction", "satisfaction_days_since", "nps_score", "csat_score", "answers_12m")
    # 20 September: 6 and 9 of 10 make 7.5
    assert told(rows, "a", *names) == [7.5, 10, 9, 4, 5]
    # 30 June: 4 of 5 is 8 of 10, since 1 May 60 days; answers of September 2025 count as well
    assert told(rows, "a", *names, day=QUARTER_AGO) == [8, 60, 9, 4, 4]
    assert told(rows, "b", *names) == [None, None, None, None, 0]


def test_each_kind_of_answer_has_an_age_of_its_own(tmp_path):
    rows = features(
        tmp_path,
        surveys=[
            answer("a", "2025-05-02", "NPS", 3.0),
            answer("a", "2026-05-02", "NPS", 9.0),
            answer("a", "2026-08-31", "NPS", None),  # asked, not answered
            answer("a", "2026-08-31", "CSAT", 4.0),
            answer("a", "2026-10-01", "CSAT", 1.0),  # after the review day
        ],
    )
    names = ("satisfaction_days_since", "nps_days_since", "csat_days_since")
    # 2 May to 30 September: 29 + 30 + 31 + 31 + 30 days
    assert told(rows, "a", *names) == [None, 151, 30]
    # on 30 June the CSAT of August was not known; 2 May to 30 June: 29 + 30 days
    assert told(rows, "a", *names, day=QUARTER_AGO) == [None, 59, None]
    assert told(rows, "b", *names) == [None, None, None]


def talk(number: int, date: str, **columns: Any):
    return {"interaction_id": f"{number}", "account_id": "a", "date": date, **columns}


def test_people_and_conversations(tmp_path):
    rows = features(
        tmp_path,
        contacts=[
            {"contact_id": "k1", "account_id": "a", "role": "champion", "start_date": "2024-01-01",
             "left_date": "2026-07-15"},
            {"contact_id": "k2", "account_id": "a", "role": "end user"},
            {"contact_id": "k3", "account_id": "a", "start_date": "2026-09-30"},
            {"contact_id": "k4", "account_id": "b", "role": "champion",
             "left_date": "2026-04-03"},  # 180 days ago: just outside
            {"contact_id": "k5", "account_id": "b", "role": "champion"},
        ],
        interactions=[
            talk(1, "2026-04-03", contact_id="k2"),  # 180 days before: outside
            talk(2, "2026-04-04", contact_id="k1", initiated_by="client", executive_present=False),
            talk(3, "2026-07-02", contact_id="k1", initiated_by="us", sentiment=-1.0),
            talk(4, "2026-07-03", contact_id="k2", initiated_by="us", sentiment=0.5),
            talk(5, "2026-09-25", contact_id="k2", sentiment=0.25, executive_present=True),
            talk(6, "2026-09-25", contact_id="k2"),
            talk(7, "2026-09-20"),
        ],
    )  # fmt: skip
    people = ("contacts_active", "champion_present", "champion_left_180d")
    assert told(rows, "a", *people) == [2, False, True]  # k2 and k3
    assert told(rows, "b", *people) == [1, True, False]
    assert told(rows, "a", *people, day=QUARTER_AGO) == [2, True, False]  # k1 and k2
    assert told(rows, "b", *people, day=QUARTER_AGO) == [1, True, True]
    met = ("contacts_met_180d", "top_contact_share_180d", "executive_met_180d")
    assert told(rows, "a", *met) == [1, 0.6, True]  # k1 has left; k2 3 of 5
    assert told(rows, "b", *met) == [0, None, False]
    talks = ("interactions_90d", "interactions_prior_90d", "days_since_interaction")
    assert told(rows, "a", *talks) == [4, 2, 5]
    assert told(rows, "b", *talks) == [0, 0, None]
    # 30 June: 3 and 4 April, 88 and 87 days before; the 90 days before lie before the first
    assert told(rows, "a", *talks, day=QUARTER_AGO) == [2, None, 87]
    tone = told(rows, "a", "inbound_share_180d", "sentiment_90d")
    assert tone == [pytest.approx(1 / 3), 0.375]  # (0.5 + 0.25) / 2


def test_payments_late_and_overdue(tmp_path):
    def bill(account: str, date: str, amount: Any, due: str, paid: str | None, **more: Any):
        return line(account, date, amount, due_date=due, paid_date=paid, **more)

    rows = features(
        tmp_path,
        accounts=accounts("a", "b", "c", start_date="2024-01-01"),
        invoices=[
            bill("a", "2025-08-01", 1000, "2025-09-30", "2026-01-01"),  # due before the window
            bill("a", "2026-01-01", 100, "2026-01-31", "2026-01-31"),  # punctual
            bill("a", "2026-02-01", 300, "2026-02-28", "2026-03-10"),  # 10 days late
            bill("a", "2026-08-01", 100, "2026-08-31", None),  # 30 days past due
            bill("a", "2026-08-01", -40, "2026-08-31", None, invoice_id="a-2026-08-01"),
            bill("a", "2026-09-01", 500, "2026-09-30", None),  # due on the day: not yet late
            bill("b", "2026-08-01", 10, "2026-08-31", None, invoice_id="x"),
            bill("b", "2026-08-01", -40, "2026-08-31", None, invoice_id="x"),
            line("c", "2026-01-01", 9),
        ],
    )
    names = ("overdue_amount", "late_share_12m", "mean_days_late_12m")
    # late 300 + 100 of 500; (300 x 10 + 100 x 30) / 500 = 12; the credit is taken off: 60
    assert told(rows, "a", *names) == [60, 0.8, 12]
    assert told(rows, "b", *names) == [0, 1, 30]  # more credit than debt
    assert told(rows, "c", *names) == [0, None, None]
    # 30 June: the bill of August 2025 fell due in the 12 months, 93 days late
    late = [0, 1300 / 1400, (1000 * 93 + 300 * 10) / 1400]
    assert told(rows, "a", *names, day=QUARTER_AGO) == [pytest.approx(value) for value in late]


def test_a_unit_that_never_notes_a_payment_says_nothing_about_them(tmp_path):
    rows = features(tmp_path, invoices=[line("a", "2026-01-01", 5, due_date="2026-01-31")])
    assert told(rows, "a", "overdue_amount", "late_share_12m") == [None, None]


def test_competitors_hours_and_costs(tmp_path):
    rows = features(
        tmp_path,
        unit_of=of("2026-09-16"),
        competitors=[
            {"account_id": "a", "competitor": "x", "first_seen": "2025-09-16"},  # 365 days ago
            {"account_id": "a", "competitor": "y", "first_seen": "2025-09-17"},
            {"account_id": "a", "competitor": "z"},  # no day
            {"account_id": "b", "competitor": "x", "first_seen": "2026-09-17"},  # later
        ],
        costs=[
            {"account_id": "a", "period": "2025-08-01", "cost": 1, "hours": 1.0},  # 13 months
            {"account_id": "a", "period": "2025-09-01", "cost": 2, "hours": 0.5},
            {"account_id": "a", "period": "2026-08-01", "cost": 4},
            {"account_id": "a", "period": "2026-09-01", "cost": 8, "hours": 9.0},  # not over
        ],
    )
    names = ("competitors_open", "hours_12m", "cost_to_serve_12m")
    assert told(rows, "a", *names, day="2026-09-16") == [1, 0.5, 6]
    assert told(rows, "b", *names, day="2026-09-16") == [0, 0, 0]
    assert told(rows, "a", *names, day="2026-06-16") == [2, 1.5, 3]


def test_what_was_not_handed_in_is_empty_and_never_zero(tmp_path):
    rows = features(tmp_path, invoices=[line("a", "2026-01-01", 5)])
    known = {name for name in FEATURES if rows[name].notna().any()}
    assert {FEATURES[name].table for name in known} == {"accounts", "invoices"}
    assert not known & {"overdue_amount", "late_share_12m", "mean_days_late_12m", "gap_ratio"}


def test_the_days_go_back_as_the_settings_say_and_no_further_than_the_history(tmp_path):
    page = ChurnPage(snapshot_every_months=1, snapshots=4)
    rows = features(tmp_path, unit_of=of(page=page), invoices=[line("a", "2026-07-31", 5)])
    assert sorted(rows.loc["a"].index) == ["2026-07-31", "2026-08-31", "2026-09-30"]
    assert rows["is_current"].sum() == 2  # of both accounts


def test_every_column_is_a_feature_and_every_feature_is_documented():
    columns = STEPS["account_features"].column_names[4:]
    assert columns == tuple(FEATURES)
    page = (Path(__file__).parents[2] / "docs" / "features.md").read_text(encoding="utf-8")
    for feature in FEATURES.values():
        row = f"| `{feature.name}` | {feature.definition} | {feature.unit} |"
        assert row in page, row
        assert feature.label
