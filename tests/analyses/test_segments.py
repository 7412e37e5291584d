"""Tiers, cuts and inactive accounts of a small portfolio."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.segments import CUTS, Segmentation, segment_accounts
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import Client, accounts, snapshots, unit


def segment(
    clients: list[Client],
    parameters: UnitParameters | None = None,
    history_start: str | None = "2020-01-01",
) -> Segmentation:
    return segment_accounts(
        accounts(clients), snapshots(clients, history_start), parameters=parameters or unit()
    )


# Total 100. Cumulative starts: a 0, b 40, c 60, d 75, e 85, f 95. Boundaries 20 and 50.
SIX = [
    Client("a", 40, 20, industry="Retail", country="Britain"),
    Client("b", 20, 20, industry="Retail", country="France"),
    Client("c", 15, 30, industry="Energy", country="Britain", relationship="partner"),
    Client("d", 10, 10, industry=None, country="Britain"),
    Client("e", 10, 0, industry="Energy", country=None),
    Client("f", 5, 10, industry="Energy", country="Spain"),
    Client("g", 0, 30, industry="Mining", country="Spain", relationship="former"),
]


def test_both_readings_stand_side_by_side() -> None:
    result = segment(SIX)
    by_id = result.accounts.set_index("account_id")
    assert by_id["tier_cumulative_revenue"].loc[list("abcdefg")].tolist() == [
        *("1", "2", "3", "3", "3", "3", "none")
    ]
    # Six accounts with revenue: places below 1.2 are tier 1, below 3 are tier 2.
    assert by_id["tier_account_rank"].loc[list("abcdefg")].tolist() == [
        *("1", "1", "2", "3", "3", "3", "none")
    ]
    assert result.accounts["tier"].tolist() == result.accounts["tier_cumulative_revenue"].tolist()


def test_totals_by_tier_by_hand() -> None:
    totals = segment(SIX).tiers["cumulative_revenue"].set_index("group")
    assert totals["accounts"].tolist() == [1, 1, 4, 1]
    assert totals["revenue"].tolist() == [40, 20, 40, 0]
    assert totals["revenue_share"].tolist() == pytest.approx([0.4, 0.2, 0.4, 0.0])
    # Tier 3: 15 + 10 + 10 + 5 = 40 on 30 + 10 + 0 + 10 = 50.
    assert totals.loc["3", "growth"] == pytest.approx(-0.2)
    assert totals.loc["3", "average_revenue"] == 10
    assert totals.loc["none", "revenue_prior"] == 30


def test_the_agreement_of_the_readings_counts_every_account_once() -> None:
    result = segment(SIX)
    pairs = result.agreement.set_index(["tier_cumulative_revenue", "tier_account_rank"])
    assert len(pairs) == 16
    assert pairs["accounts"].sum() == 7
    assert pairs.loc[("2", "1"), "accounts"] == 1
    assert pairs.loc[("3", "2"), "revenue"] == 15
    # a, d, e and f are placed alike, of six with revenue.
    assert result.figures["segments.tier_agreement"].value == pytest.approx(4 / 6)


def test_the_policy_chooses_the_tier_and_the_label_is_printed() -> None:
    parameters = unit(policies={"tiers": {"policy": "account_rank", "labels": ("A", "B", "C")}})
    result = segment(SIX, parameters)
    first = result.figures["segments.tier_1_accounts"]
    assert (first.value, first.label) == (2, "Clients in tier 1, A")
    assert first.policy == "tiers: account_rank"
    assert result.figures["segments.tier_1_revenue_share"].value == pytest.approx(0.6)


def test_a_tier_a_year_ago_is_by_the_revenue_of_then() -> None:
    # Then: c 30, g 30, a 20, b 20, d 10, f 10 of 120; boundaries 24, 60; c starts at 0, g at 30.
    figures = segment(SIX).figures
    assert figures["segments.tier_1_accounts"].previous == 1
    assert figures["segments.tier_1_revenue_share"].previous == pytest.approx(30 / 120)
    short = segment(SIX, history_start="2026-03-01").figures
    assert short["segments.tier_1_accounts"].previous is None


def test_given_tiers_and_thresholds_are_shown_where_they_are_there() -> None:
    clients = [Client("a", 50, tier="2"), Client("b", 20, tier="1"), Client("c", 5)]
    tiers = {"policy": "given", "thresholds": (50.0, 10.0)}
    result = segment(clients, unit(policies={"tiers": tiers}))
    assert set(result.tiers) == {"cumulative_revenue", "account_rank", "thresholds", "given"}
    assert result.tiers["given"]["accounts"].tolist() == [1, 1, 0, 1]
    assert result.tiers["thresholds"]["accounts"].tolist() == [1, 1, 1, 0]
    assert result.figures["segments.tier_1_accounts"].previous is None
    assert not result.unavailable


def test_a_policy_that_the_data_cannot_serve_says_what_to_fill() -> None:
    result = segment([Client("a", 50)], unit(policies={"tiers": {"policy": "given"}}))
    reason = result.figures["segments.tier_1_accounts"].reason or ""
    assert "column tier of table accounts" in reason
    assert "given" not in result.tiers


def test_four_cuts_by_hand() -> None:
    cuts = segment(SIX).cuts
    assert tuple(cuts) == CUTS
    industry = cuts["industry"].set_index("group")
    assert industry.index.tolist() == ["Retail", "Energy", "Mining", "not recorded"]
    assert industry["revenue"].tolist() == [60, 30, 0, 10]
    assert industry["active"].tolist() == [2, 3, 0, 1]
    assert industry["inactive"].tolist() == [0, 0, 1, 0]
    # Retail: 60 on 40; Energy: 30 on 40; Mining: 0 on 30.
    assert industry["growth"].iloc[:3].tolist() == pytest.approx([0.5, -0.25, -1.0])
    assert cuts["geography"]["group"].tolist() == ["Britain", "France", "Spain", "not recorded"]
    assert cuts["relationship"].set_index("group")["accounts"].to_dict() == {
        "client": 5,
        "partner": 1,
        "former": 1,
    }


def test_groups_beyond_the_limit_are_added_up() -> None:
    result = segment(SIX, unit(segments={"top_groups": 1}))
    assert result.cuts["industry"]["group"].tolist() == ["Retail", "other 2", "not recorded"]
    assert result.cuts["industry"]["revenue"].tolist() == [60, 30, 10]


def test_bands_come_from_the_parameters_where_they_are_given() -> None:
    result = segment(SIX, unit(segments={"revenue_bands": (10.0, 30.0)}))
    assert [band.lower for band in result.bands] == [30, 10, 0]
    assert result.cuts["revenue"]["accounts"].tolist() == [1, 4, 1, 1]


def test_inactive_accounts_show_their_best_twelve_months() -> None:
    clients = [
        Client("a", 10, 10, 10),
        Client("b", 0, 30, 50, days_since_last=500),
        Client("c", 0, 70, 20, days_since_last=400),
        Client("never"),
        Client("contract", 0, 5, 5, active=True),
    ]
    result = segment(clients)
    assert result.inactive["account_id"].tolist() == ["c", "b", "never"]
    assert result.inactive["best_revenue_12m"].iloc[:2].tolist() == [70, 50]
    assert result.inactive["best_date"].iloc[1] == pd.Timestamp("2024-09-30")
    assert result.inactive["best_date"].isna().iloc[2]
    assert result.figures["segments.inactive_best_revenue"].value == 120
    assert result.figures["segments.inactive_best_revenue"].n == 2
    assert result.figures["segments.inactive_accounts"].value == 3
    assert result.figures["segments.inactive_accounts"].policy == "active_within_days: 365"


def test_an_account_that_is_still_active_is_not_inactive_whatever_it_used_to_bring() -> None:
    result = segment([Client("a", 5, 500)])
    assert result.inactive.empty
    reason = result.figures["segments.inactive_best_revenue"].reason
    assert reason == "no account is inactive"


def test_how_complete_a_column_is_can_be_read() -> None:
    figures = segment(SIX).figures
    assert figures["segments.industry_recorded"].value == pytest.approx(6 / 7)
    assert figures["segments.geography_recorded"].value == pytest.approx(6 / 7)
    assert figures["segments.relationship_recorded"].value == 1


@pytest.mark.parametrize(
    "clients",
    [
        [],
        [Client("a")],
        [Client("a", 5)],
        [Client("a", -5)],
        [Client("a", 5, 5), Client("b", 5, 5), Client("c", 5, 5)],
        [Client("a", 5, industry=None, country=None, relationship=None)],
    ],
)
@pytest.mark.parametrize("history_start", [None, "2026-09-01", "2020-01-01"])
@pytest.mark.parametrize("policy", ["cumulative_revenue", "account_rank", "given"])
def test_hardly_anything_can_still_be_segmented(
    clients: list[Client], history_start: str | None, policy: str
) -> None:
    result = segment(clients, unit(policies={"tiers": {"policy": policy}}), history_start)
    assert all(one.computable or one.reason for one in result.figures.values())
    for totals in [*result.tiers.values(), *result.cuts.values()]:
        assert totals["accounts"].sum() == len(clients)


amounts = st.integers(-5_000, 100_000).map(lambda pence: pence / 100)
portfolios_ = st.lists(
    st.tuples(amounts, amounts, st.sampled_from(["R", "E", "M", None])), max_size=20
).map(
    lambda rows: [
        Client(f"a{place:02d}", now, prior, industry=industry, country=industry)
        for place, (now, prior, industry) in enumerate(rows)
    ]
)


@settings(max_examples=15, deadline=None)
@given(portfolios_)
def test_every_table_adds_up_to_the_same_accounts_and_money(clients: list[Client]) -> None:
    result = segment(clients, unit(segments={"top_groups": 2}))
    whole = round(sum(one.revenue for one in clients), 2)
    for totals in [*result.tiers.values(), *result.cuts.values()]:
        assert totals["accounts"].sum() == len(clients)
        assert round(totals["revenue"].sum(), 2) == whole
    assert result.agreement["accounts"].sum() == len(clients)
    assert len(result.inactive) == result.cuts["industry"]["inactive"].sum()


@settings(max_examples=8, deadline=None)
@given(portfolios_)
def test_shuffled_rows_give_the_same_segments(clients: list[Client]) -> None:
    table, facts = accounts(clients), snapshots(clients)
    straight = segment_accounts(table, facts, parameters=unit())
    mixed = segment_accounts(
        table.sample(frac=1, random_state=3),
        facts.sample(frac=1, random_state=4),
        parameters=unit(),
    )
    assert straight.figures == mixed.figures
    for cut in CUTS:
        pd.testing.assert_frame_equal(straight.cuts[cut], mixed.cuts[cut])
    pd.testing.assert_frame_equal(straight.accounts, mixed.accounts)
    pd.testing.assert_frame_equal(straight.inactive, mixed.inactive)
