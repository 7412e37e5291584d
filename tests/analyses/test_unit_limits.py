"""Units are held against what luck would make of them, by figures worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.analyses.unit_limits import ALONE, NO_INTERVAL, OTHER_RULE, compare_units
from portfolio_lib.parameters.manager_models import AccountManagersPage

PAGE = AccountManagersPage()
Units = dict[str, dict[str, Figure]]


def units(key: str, **figures: Any) -> Units:
    """One figure of each unit: value and n, or value, n and interval, or what Figure takes."""
    found: Units = {}
    for unit, told in figures.items():
        settings = (
            told
            if isinstance(told, dict)
            else dict(zip(("value", "n", "interval"), told, strict=False))
        )
        method = {"interval_method": "90%, over accounts"} if "interval" in settings else {}
        base = {"key": key, "label": key, "unit": "share", "definition": "As it is."}
        found[unit] = {key: Figure(**{**base, **method, **settings})}
    return found


def compared(found: Units, page: AccountManagersPage = PAGE) -> pd.DataFrame:
    return compare_units(found, page).set_index("business_unit")


def test_shares_lie_between_what_dealing_out_the_clients_makes_of_them() -> None:
    # Of 10 clients 5 are kept; one unit of 5 has all of them in 1 of 252 deals (0.4 %), 4 or more
    # in 26 (10 %). Two units are compared, so each side may hold (1 − √0.95) ÷ 2 = 1.27 %.
    rows = compared(units("portfolio.clients_kept", north=(1.0, 5), south=(0.0, 5)))
    assert rows["expected"].tolist() == [0.5, 0.5]
    assert rows[["low", "high"]].values.tolist() == [[0.2, 0.8], [0.2, 0.8]]
    assert rows["reading"].tolist() == ["above", "below"]
    rows = compared(units("portfolio.clients_kept", north=(0.8, 5), south=(0.2, 5)))
    assert rows["reading"].tolist() == ["in line", "in line"]


def test_the_same_distance_tells_more_of_a_large_unit() -> None:
    # 20 points below 90 %: 7 of 10 may be luck, 70 of 100 is not.
    found = units("portfolio.clients_kept", small=(0.7, 10), large=(0.7, 100), rest=(0.94, 500))
    rows = compared(found)
    assert rows["expected"].iloc[0] == pytest.approx((7 + 70 + 470) / 610)
    assert rows.loc[["small", "large"], "reading"].tolist() == ["in line", "below"]


def test_green_clients_are_a_count_of_the_clients_behind_it() -> None:
    found = units("health.green", north={"value": 9, "n": 12}, south={"value": 3, "n": 12})
    assert compared(found)["value"].tolist() == [0.75, 0.25]
    assert compared(found)["expected"].tolist() == [0.5, 0.5]


def test_rates_are_held_against_their_own_interval_widened_for_all_units() -> None:
    # n is 101, so t at 95 % is 1.660 and at 98.73 % (two units compared) 2.270: 0.05 becomes 0.068.
    rows = compared(units("movements.nrr", north=(1.1, 101, (1.05, 1.15)),
                          south=(0.9, 101, (0.85, 0.95))))  # fmt: skip
    assert rows["expected"].tolist() == [1.0, 1.0]
    assert rows["high"].tolist() == pytest.approx([1.0684, 1.0684], abs=2e-4)
    assert rows["reading"].tolist() == ["above", "below"]
    # Each interval alone leaves out the mean, but not when two are looked at: 0.09 becomes 0.123.
    rows = compared(units("movements.nrr", north=(1.1, 101, (1.01, 1.19)),
                          south=(0.9, 101, (0.81, 0.99))))  # fmt: skip
    assert rows["reading"].tolist() == ["in line", "in line"]


def test_the_mean_weighs_units_by_the_clients_behind_the_figure() -> None:
    rows = compared(
        units("movements.grr", north=(1.0, 30, (0.9, 1.1)), south=(0.8, 10, (0.7, 0.9)))
    )
    assert rows["expected"].tolist() == [0.95, 0.95]


@pytest.mark.parametrize(
    "north",
    [(1.0, 4), (1.0, None)],
    ids=["four clients", "nobody knows how many"],
)
def test_too_few_clients_say_nothing(north: tuple[float, int | None]) -> None:
    rows = compared(units("portfolio.clients_kept", north=north, south=(0.5, 40)))
    assert rows.loc["north", "reading"] == "too few to say"
    assert math.isnan(rows.loc["north", "low"])


def test_a_unit_beside_too_few_others_says_nothing_either() -> None:
    rows = compared(units("portfolio.clients_kept", north=(0.9, 40), south=(0.5, 4)))
    assert rows["reading"].tolist() == ["too few to say", "too few to say"]


@pytest.mark.parametrize("interval", [None, (1.0, 1.0)])
def test_a_rate_without_a_width_says_nothing(interval: Any) -> None:
    rows = compared(units("movements.grr", north=(1.0, 40, interval), south=(0.9, 40, (0.8, 1.0))))
    assert rows.loc["north", "reading"] == NO_INTERVAL


def test_a_unit_alone_has_nothing_to_be_compared_with() -> None:
    assert compared(units("portfolio.clients_kept", north=(0.9, 40)))["reading"].tolist() == [ALONE]


def test_a_unit_that_counts_by_another_rule_is_left_out_of_the_mean() -> None:
    usual = {"value": 0.9, "n": 40, "policy": "active_within_days: 365"}
    other = {"value": 0.4, "n": 40, "policy": "active_within_days: 90"}
    rows = compared(units("portfolio.clients_kept", a=usual, b=other, c=usual))
    assert rows["reading"].tolist() == ["in line", OTHER_RULE, "in line"]
    assert rows["expected"].tolist() == pytest.approx([0.9, 0.9, 0.9])


def test_what_is_not_computable_has_no_row() -> None:
    missing = not_computable("portfolio.clients_kept", "Kept", "share", "…", reason="too short")
    found = {"north": {missing.key: missing}, **units(missing.key, south=(0.9, 40))}
    assert compared(found).index.tolist() == ["south"]
    assert compare_units({}, PAGE).empty


def test_more_units_make_wider_limits() -> None:
    def limits(count: int) -> float:
        told = {f"u{n}": (0.8, 50) for n in range(count)}
        return float(compared(units("portfolio.clients_kept", **told))["low"].iloc[0])

    assert limits(12) < limits(2) < 0.8
