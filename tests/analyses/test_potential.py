"""High potential apart from size, and effort against tiers, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from portfolio_lib.analyses.effort import NO_EFFORT, measure_effort
from portfolio_lib.analyses.potential_figures import NOTHING_GIVEN
from portfolio_lib.parameters.models import SegmentsPage
from tests.analyses.formers import Held, potential
from tests.analyses.portfolios import Client, unit

# Ten clients with revenue: the first two (20 %) are large. Similar clients: all of one industry.
TEN = [Held(Client(f"a{n}", 1000 - 100 * n, 1000 - 100 * n, cost=100.0)) for n in range(9)]


def test_signs_by_hand() -> None:
    # z brings 50, up from 40 (25 %); the middle of the other nine is 600: 550 are missing.
    # Its margin is 1 − 10 ÷ 50 = 80 %; those of the others run from 90 % down to 50 %.
    found = potential([*TEN, Held(Client("z", 50, 40, cost=10.0))])
    row = found.accounts.set_index("account_id").loc["z"]
    assert row["growth"] == pytest.approx(0.25)
    assert row["headroom"] == 550
    assert (row["signs"], row["signs_known"]) == (2, 3)
    assert "z" in found.high["account_id"].tolist()
    assert found.figures["potential.headroom"].value == pytest.approx(found.high["headroom"].sum())


def test_large_leaving_and_shrinking_clients_have_no_potential() -> None:
    held = [
        *TEN,
        Held(Client("big", 5000, 1000, cost=10.0)),
        Held(Client("new", 50, 40, cost=1.0), days=400),
        Held(Client("down", 50, 80, cost=1.0)),
        Held(Client("gone", 50, 40, cost=1.0), [(900, 100)], features={"terms_in_force": 1.0}),
    ]
    found = potential(held)
    assert found.high["account_id"].tolist() == ["new"]
    new = found.accounts.set_index("account_id").loc["new"]
    assert math.isnan(new["growth"])
    assert new["signs"] == 2


def test_strategic_value_is_counted_where_given() -> None:
    held = [*TEN[:8], Held(Client("s", 10, 10), strategic=5.0), Held(Client("t", 9), strategic=2.0)]
    found = potential(held)
    assert found.figures["potential.strategic_outside_tier_1"].value == 1
    assert found.figures["potential.strategic_outside_tier_1"].n == 2
    given = found.given.loc[found.given["judgement"].eq("strategic_value")].set_index("level")
    assert given["accounts"].to_dict() == {"high": 1, "other": 1, "not given": 8}
    assert potential(TEN).figures["potential.strategic_outside_tier_1"].reason == NOTHING_GIVEN


def efforts(**hours: list[float]) -> pd.DataFrame:
    rows = [
        (f"{tier}-{n}", tier[-1], 100.0, value)
        for tier, values in hours.items()
        for n, value in enumerate(values)
    ]
    frame = pd.DataFrame(rows, columns=["account_id", "tier", "revenue_12m", "hours_12m"])
    return frame.assign(account_name=frame["account_id"], cost_to_serve_12m=math.nan)


def test_misfits_by_hand() -> None:
    # Middles: tier 1 20, tier 2 10, tier 3 3.
    rows = efforts(tier1=[9, 20, 30], tier2=[2, 10, 25], tier3=[1, 3, 11])
    found = measure_effort(rows, 3)
    told = list(zip(found.misfits["account_id"], found.misfits["kind"], strict=True))
    assert told == [
        ("tier2-2", "more"),
        ("tier1-0", "less"),
        ("tier2-0", "less"),
        ("tier3-2", "more"),
    ]
    assert found.misfits["beyond"].tolist() == [5, 1, 1, 1]
    assert found.tiers["effort_share"].tolist() == pytest.approx([59 / 111, 37 / 111, 15 / 111])
    assert found.compared == 9


def test_effort_needs_hours_and_enough_clients() -> None:
    assert measure_effort(efforts(tier1=[math.nan]), 1).reason == NO_EFFORT
    few = measure_effort(efforts(tier1=[1.0], tier2=[2.0]), 3)
    assert few.reason == "no tier beside another has 3 clients with effort on record"
    assert few.misfits.empty


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [0, 1, 3])
def test_small_units_say_what_is_missing(count: int) -> None:
    found = potential(TEN[:count], unit(segments=SegmentsPage()))
    assert found.figures["potential.effort_more"].reason is not None
    assert found.high.empty


def test_shuffled_rows_change_nothing() -> None:
    held = [*TEN, Held(Client("z", 50, 40, cost=10.0))]
    one, other = potential(held), potential(held[::-1])
    pd.testing.assert_frame_equal(one.high, other.high)
    assert one.figures == other.figures
