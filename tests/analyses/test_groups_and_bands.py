"""Totals by group and bands of revenue: nothing is left out, nothing is counted twice."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.bands import (
    NO_REVENUE,
    RevenueBand,
    band_of_each,
    band_totals,
    revenue_bands,
    two_digits,
)
from portfolio_lib.analyses.groups import add_up, largest_groups, with_shares


def rows(*lines: tuple[str, float, float]) -> tuple[pd.DataFrame, pd.Series]:
    frame = pd.DataFrame(lines, columns=["group", "revenue_12m", "revenue_prior_12m"])
    frame["is_active"] = frame["revenue_12m"] > 0
    return frame, frame["group"]


def test_totals_shares_and_growth_by_hand() -> None:
    sums = with_shares(
        add_up(*rows(("x", 60, 50), ("x", -10, 0), ("y", 40, 0))), has_year_before=True
    ).set_index("group")
    assert sums.loc["x", ["accounts", "active", "inactive"]].tolist() == [2, 1, 1]
    # x: 60 − 10 = 50 of revenue, 60 of the 100 that is above nothing, 50 on 50.
    assert sums.loc["x", ["revenue", "revenue_share", "growth"]].tolist() == [50, 0.6, 0]
    assert math.isnan(float(sums.loc["y", "growth"]))


def test_without_a_year_before_no_group_grows() -> None:
    sums = with_shares(add_up(*rows(("x", 60, 50))), has_year_before=False)
    assert sums["growth"].isna().all()


def test_small_groups_are_added_up_and_blanks_come_last() -> None:
    sums = add_up(
        *rows(("b", 9, 0), ("a", 9, 0), ("not recorded", 99, 0), ("c", 5, 0), ("d", 1, 0))
    )
    shown = largest_groups(sums, 2)
    assert shown["group"].tolist() == ["a", "b", "other 2", "not recorded"]
    assert shown["kind"].tolist() == ["named", "named", "other", "not recorded"]
    assert shown["revenue"].tolist() == [9, 9, 6, 99]
    assert shown["groups"].tolist() == [1, 1, 2, 1]


def test_a_single_group_left_over_keeps_its_name() -> None:
    sums = add_up(*rows(("a", 9, 0), ("b", 8, 0), ("c", 7, 0)))
    assert largest_groups(sums, 2)["group"].tolist() == ["a", "b", "c"]


def test_bands_without_edges_are_quartiles_in_two_digits() -> None:
    # Quartiles of 1000 … 5000 are 2000, 3000 and 4000.
    bands = revenue_bands(pd.Series([1000.0, 2000, 3000, 4000, 5000, 0, -3]), None)
    assert [band.lower for band in bands] == [4000, 3000, 2000, 0]
    assert [band.upper for band in bands] == [None, 4000, 3000, 2000]
    assert [two_digits(value) for value in (23417.22, 0.00987, 5.0)] == [23000, 0.0099, 5]


def test_alike_clients_and_no_clients_make_one_band() -> None:
    assert len(revenue_bands(pd.Series([700.0] * 4), None)) == 2
    assert revenue_bands(pd.Series([], dtype=float), None) == (RevenueBand(0.0, None),)


def test_a_band_holds_its_lower_edge() -> None:
    bands = revenue_bands(pd.Series([1.0]), (10.0, 100.0))
    revenue = pd.Series([100.0, 99.99, 10.0, 9.99, 0.0, -5.0])
    assert band_of_each(revenue, bands).tolist() == ["0", "1", "1", "2", NO_REVENUE, NO_REVENUE]


def test_empty_bands_are_shown() -> None:
    frame, _ = rows(("", 500, 0), ("", 0, 0))
    bands = revenue_bands(frame["revenue_12m"], (10.0, 100.0))
    totals = band_totals(add_up(frame, band_of_each(frame["revenue_12m"], bands)), bands)
    assert totals["group"].tolist() == ["0", "1", "2", NO_REVENUE]
    assert totals["accounts"].tolist() == [1, 0, 0, 1]


amounts = st.integers(-50_000, 500_000).map(lambda pence: pence / 100)


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), amounts, amounts), max_size=30),
    st.integers(1, 9),
)
def test_every_cut_adds_up_to_the_whole_to_the_cent(
    lines: list[tuple[str, float, float]], top_groups: int
) -> None:
    frame, groups = rows(*lines)
    shown = largest_groups(add_up(frame, groups), top_groups)
    assert shown["accounts"].sum() == len(lines)
    assert (shown["active"] + shown["inactive"]).tolist() == shown["accounts"].tolist()
    assert round(shown["revenue"].sum(), 2) == round(sum(line[1] for line in lines), 2)
    assert round(shown["revenue_prior"].sum(), 2) == round(sum(line[2] for line in lines), 2)


@given(st.lists(amounts, max_size=30), st.lists(st.integers(1, 5000), unique=True, max_size=5))
def test_every_account_is_in_the_one_band_that_holds_its_revenue(
    revenue: list[float], edges: list[int]
) -> None:
    series = pd.Series(revenue, dtype=float)
    for chosen in (None, tuple(float(edge) for edge in sorted(edges))):
        bands = revenue_bands(series, chosen)
        for amount, place in zip(series, band_of_each(series, bands), strict=True):
            if amount <= 0:
                assert place == NO_REVENUE
            else:
                band = bands[int(place)]
                assert band.lower <= amount < (band.upper or math.inf)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_accounts_changes_no_row_of_a_cut(seed: int) -> None:
    frame, groups = rows(*[(name, 5.0, 1.0) for name in "abcab"])
    order = frame.sample(frac=1, random_state=seed).index
    pd.testing.assert_frame_equal(
        largest_groups(add_up(frame, groups), 1),
        largest_groups(add_up(frame.loc[order], groups.loc[order]), 1),
    )
