"""The readiness example has the stakeholders, single threads and reviews of its filled example."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from portfolio_lib.analyses.engagement import Engagement, measure_engagement
from portfolio_lib.analyses.stakeholders import Stakeholders, map_stakeholders
from portfolio_lib.tables.demo.example_unit import build_example
from portfolio_lib.tables.knowledge import known_at
from tests.analyses.portfolios import AS_OF, unit

NOW = pd.Timestamp(AS_OF)


def snapshots(accounts: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Who is active on the day of the review, by contracts in force."""
    running = contracts.loc[contracts["start_date"].le(NOW) & contracts["end_date"].ge(NOW)]
    ends = running.groupby("account_id")["end_date"].min()
    values = running.groupby("account_id")["annual_value"].sum().astype(float)
    starts = accounts.set_index("account_id")["start_date"]
    ids = accounts["account_id"]
    end = pd.to_datetime(ids.map(ends))
    return pd.DataFrame({
        "account_id": ids, "snapshot_date": NOW, "is_active": ids.isin(values.index),
        "annual_value_in_force": ids.map(values), "next_renewal_date": end,
        "days_to_renewal": (end - NOW).dt.days,
        "tenure_days": (NOW - pd.to_datetime(ids.map(starts))).dt.days.astype(float),
    })  # fmt: skip


@pytest.fixture(scope="module")
def results() -> tuple[Stakeholders, Engagement]:
    names = ("accounts", "contacts", "contracts", "interactions", "milestones")
    built = build_example(seed=20260930).tables
    days = ("date", "start_date", "end_date", "left_date", "planned_date", "done_date",
            "signed_date", "cancelled_date")  # fmt: skip
    typed = {
        name: built[name].assign(
            **{day: pd.to_datetime(built[name][day]) for day in days if day in built[name]}
        )
        for name in names
    }
    tables = known_at(typed, AS_OF)
    accounts, settings = tables["accounts"], unit(currency="USD")
    tiers = SimpleNamespace(accounts=accounts[["account_id", "tier"]])
    found = map_stakeholders(
        accounts, snapshots(accounts, tables["contracts"]), tables["contacts"],
        tables["interactions"], tiers, parameters=settings,
    )  # fmt: skip
    engaged = measure_engagement(
        accounts, tables["interactions"], tables["milestones"], found, parameters=settings
    )
    return found, engaged


def test_the_five_largest_are_those_of_the_example(results: tuple) -> None:
    found, _ = results
    top = found.accounts.head(5)
    assert top["account_name"].tolist() == [f"Account {letter}" for letter in "ABCDE"]
    assert top["annual_revenue"].tolist() == [2.5e6, 2.2e6, 2.0e6, 1.8e6, 1.7e6]
    people = found.people.loc[found.people["account_id"].isin(found.top)]
    told = people.groupby("account_name")[["title", "role", "cadence_days"]].agg(list)
    assert told.loc["Account A", "title"] == ["CIO", "IT director", "Planner", "Planner"]
    assert told.loc["Account A", "cadence_days"] == [30, 7, 91, 91]
    assert told.loc["Account B", "role"] == ["economic buyer", "champion", "influencer"]
    assert told.loc["Account C", "title"] == ["CEO", "CMO", "Team lead", "Team lead", "Team lead"]
    assert set(told.loc["Account E", "role"]) == {"economic buyer", "end user", "champion"}


def test_account_d_is_single_threaded_without_an_executive_relationship(results: tuple) -> None:
    found, _ = results
    row = found.accounts.set_index("account_name").loc["Account D"]
    assert row["single_threaded"]
    assert (row["contacts_active"], row["severity"]) == (1, "red")
    assert not row["executive_met"]
    assert not row[["has_champion", "has_economic_buyer", "has_sponsor"]].any()
    others = found.accounts.set_index("account_name").loc[[f"Account {x}" for x in "ABCE"]]
    assert not others["single_threaded"].any()
    assert others["executive_met"].all()
    assert found.single_threaded["account_name"].iloc[0] == "Account D"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stakeholders.single_threaded_share", 0.60),  # 48 of 80
        ("stakeholders.single_threaded", 48),
        ("stakeholders.sponsor_named_share", 5 / 80),  # sponsors are limited to the top five
        ("engagement.review_completion", 0.50),
    ],
)
def test_shares_are_those_of_the_example(results: tuple, key: str, value: float) -> None:
    figures = {**results[0].figures, **results[1].figures}
    assert figures[key].value == value


def test_time_to_first_value_is_not_tracked(results: tuple) -> None:
    figure = results[1].figures["engagement.first_value_days"]
    assert figure.value is None
    assert figure.reason is not None
    assert figure.reason.startswith("nobody has said which step is the first value")


def test_the_champion_who_left_account_n_has_no_successor(results: tuple) -> None:
    gone = results[0].departures
    assert gone[["account_name", "role", "succession"]].values.tolist() == [
        ["Account N", "champion", "open"]
    ]
