"""The worked example of a readiness assessment: its service levels, themes and low scores."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses.satisfaction import SatisfactionResult, measure_satisfaction
from portfolio_lib.analyses.segments import segment_accounts
from portfolio_lib.analyses.service import ServiceResult, measure_service
from portfolio_lib.pieces.pages import service_words
from portfolio_lib.tables.demo.example_unit import build_example
from tests.analyses.portfolios import AS_OF, unit

SEED = 20_260_930
POLICIES = {"tiers": {"policy": "given", "labels": ("Strategic", "Growth", "Standard")}}


@cache
def tables() -> dict[str, pd.DataFrame]:
    return build_example(seed=SEED).tables


def snapshots(accounts: pd.DataFrame) -> pd.DataFrame:
    """Each account brings what its contracts in force are worth."""
    terms = tables()["contracts"]
    day = pd.Timestamp(AS_OF)
    force = (pd.to_datetime(terms["start_date"]) <= day) & (pd.to_datetime(terms["end_date"]) > day)
    worth = terms.loc[force].groupby("account_id")["annual_value"].sum().astype("float64")
    revenue = accounts["account_id"].map(worth).fillna(0.0)
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "snapshot_date": day,
            "history_first_day": pd.Timestamp("2023-01-01"),
            "revenue_12m": revenue,
            "is_active": revenue > 0,
        }
    )


def clocks(issues: pd.DataFrame, slas: pd.DataFrame) -> pd.DataFrame:
    """The example promises elapsed hours by severity, the same for all tiers."""
    hours = slas.set_index("severity")[["response_hours", "resolution_hours"]].astype("float64")
    told = issues.join(hours, on="severity").rename(
        columns={
            "response_hours": "response_hours_allowed",
            "resolution_hours": "resolution_hours_allowed",
        }
    )
    for name in ("response", "resolution"):
        wait = pd.to_timedelta(told[f"{name}_hours_allowed"], unit="h")
        told[f"{name}_due_at"] = pd.to_datetime(told["opened_at"]) + wait
    return told


@cache
def service() -> ServiceResult:
    accounts, issues = tables()["accounts"], tables()["issues"]
    parameters = unit(policies=POLICIES, currency="USD")
    segments = segment_accounts(accounts, snapshots(accounts), parameters=parameters)
    due = clocks(issues, tables()["slas"])
    return measure_service(accounts, issues, due, segments, None, parameters=parameters)


@cache
def satisfaction() -> SatisfactionResult:
    accounts = tables()["accounts"]
    parameters = unit(policies=POLICIES, currency="USD")
    segments = segment_accounts(accounts, snapshots(accounts), parameters=parameters)
    return measure_satisfaction(
        accounts, tables()["surveys"], tables()["contacts"], segments, parameters=parameters
    )


@pytest.mark.parametrize(
    ("key", "share"), [("compliance", 0.92), ("compliance_p1", 0.85), ("compliance_p2", 0.95)]
)
def test_promised_times_are_kept_as_the_example_says(key: str, share: float) -> None:
    assert service().figures[f"service.{key}"].value == pytest.approx(share, abs=1e-9)


def test_every_quarter_of_the_example_keeps_92_per_cent() -> None:
    assert service().quarters["compliance"].tolist() == pytest.approx([0.92] * 4)
    assert service().quarters["pending"].tolist() == [0, 0, 0, 2]


def test_the_log_is_that_of_the_example() -> None:
    log = service().open_issues
    assert log["account_name"].tolist() == ["Account D", "Account F", "Account G"]
    assert log["severity"].tolist() == ["P1", "P2", "P2"]
    assert log["age_days"].tolist() == [12, 8, 5]
    assert log["theme"].tolist() == ["integration", "training", "billing"]
    assert log["promise"].tolist() == ["breached", "pending", "pending"]
    assert log["escalated_at"].notna().tolist() == [True, False, False]


def test_integration_recurs_at_four_clients_and_onboarding_at_three() -> None:
    rows = service().themes.set_index("theme")["accounts"]
    assert rows.head(2).to_dict() == {"integration": 4, "onboarding": 3}
    assert service().figures["service.recurring_themes"].value == 2
    assert service_words.themes_headline(service()) == (
        "2 themes recur: integration (4 clients) and onboarding (3)"
    )


def test_two_clients_of_the_example_are_dissatisfied() -> None:
    found = satisfaction()
    assert found.figures["satisfaction.low_accounts"].value == 2
    assert found.unhappy["latest_satisfaction"].max() < 7


def test_satisfaction_and_nps_of_the_example_agree_with_plain_arithmetic() -> None:
    answers = tables()["surveys"]
    recent = answers.loc[pd.to_datetime(answers["date"]) > pd.Timestamp("2025-09-30")]
    scores = recent.loc[recent["kind"].eq("satisfaction"), "score"].astype("float64")
    figure = satisfaction().figures["satisfaction.rating"]
    assert figure.value == pytest.approx(scores.mean(), abs=1e-9)
    assert figure.target == 8.5
    asked = recent.loc[recent["kind"].eq("NPS"), "score"].astype("float64")
    share = (asked.ge(9).sum() - asked.le(6).sum()) / len(asked)
    for key in ("nps", "nps_per_account", "nps_senior"):  # one answer of each client
        told = satisfaction().figures[f"satisfaction.{key}"]
        assert (told.value, told.n) == (pytest.approx(share), 80)


def test_every_figure_of_both_pages_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))
    assert {*service().figures, *satisfaction().figures} <= documented
