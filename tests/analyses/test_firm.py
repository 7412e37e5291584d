"""All units together: every client once, every currency by itself."""

from __future__ import annotations

import pytest

from portfolio_lib.analyses.firm import FirmSummary, UnitFrames, summarise_firm
from tests.analyses.portfolios import Client, accounts, months, snapshots, unit


def frames(
    key: str, clients: list[Client], currency: str = "GBP", history_start: str | None = "2020-01-01"
) -> UnitFrames:
    return UnitFrames(
        unit(key=key, name=key.title(), currency=currency),
        accounts(clients),
        snapshots(clients, history_start),
        months(clients),
    )


def value(result: FirmSummary, name: str) -> float | int | str | None:
    return result.figures[f"firm.{name}"].value


NORTH = [Client("a", 60, 50), Client("b", 10, 10), Client("gone", 0, 20)]
SOUTH = [Client("a", 20, 10), Client("c", 10, 10)]


def test_a_client_of_two_units_is_counted_once() -> None:
    result = summarise_firm([frames("north", NORTH), frames("south", SOUTH)])
    assert value(result, "accounts") == 4
    assert value(result, "active_accounts") == 3
    assert result.shared_accounts == 1
    assert result.clients["client_id"].tolist() == ["a", "b", "c", "gone"]
    assert result.clients["units"].tolist() == [2, 1, 1, 1]


def test_revenue_growth_and_concentration_over_the_firm_by_hand() -> None:
    result = summarise_firm([frames("south", SOUTH), frames("north", NORTH)])
    # 70 + 30 = 100 on 80 + 20 = 100; a brings 80, b and c 10 each: 0.64 + 0.01 + 0.01 = 0.66.
    assert value(result, "revenue_12m") == 100
    assert value(result, "growth") == pytest.approx(0.0)
    assert value(result, "top_decile_share") == pytest.approx(0.8)
    assert value(result, "hhi") == pytest.approx(0.66)
    assert result.units["unit"].tolist() == ["north", "south"]


def test_accounts_under_one_parent_are_one_client_of_the_firm_too() -> None:
    north = [Client("a", 30, parent="P"), Client("b", 10), Client("c", 20, parent="a")]
    south = [Client("d", 30, parent="P"), Client("c", 10)]  # only north knows the parent of c
    result = summarise_firm([frames("south", south), frames("north", north)])
    # P brings 30 + 20 + 30 + 10 = 90 of 100 through a, c and d; b brings 10.
    rows = result.clients.set_index("client_id")
    assert rows["revenue"].to_dict() == {"P": 90.0, "b": 10.0}
    assert rows.loc["P", ["accounts", "units"]].tolist() == [3, 2]
    assert value(result, "hhi") == pytest.approx(0.9**2 + 0.1**2)
    for name in ("top_decile_share", "top_fifth_share", "top_decile_share_in_history"):
        figure = result.figures[f"firm.{name}"]
        assert (figure.value, figure.n) == (pytest.approx(0.9), 2)
        assert figure.policy == "accounts under one parent count as one client"
    assert value(result, "accounts") == 4  # accounts are counted one by one
    assert value(result, "accounts_in_history") == 4
    assert result.currencies["accounts"].tolist() == [4]


def test_a_circle_of_parents_over_two_units_is_one_client() -> None:
    result = summarise_firm(
        [frames("n", [Client("a", 60, parent="b")]), frames("s", [Client("b", 40, parent="a")])]
    )
    assert result.clients["client_id"].tolist() == ["a"]
    assert value(result, "hhi") == pytest.approx(1.0)


def test_a_history_of_credits_alone_has_no_largest_clients() -> None:
    result = summarise_firm([frames("north", [Client("a", -5, -5)])])
    reason = result.figures["firm.top_decile_share_in_history"].reason
    assert reason == "no client brought revenue"


def test_currencies_are_never_added_together() -> None:
    result = summarise_firm([frames("north", NORTH), frames("south", SOUTH, "USD")])
    reason = "the units keep their books in GBP and USD, which are not added together"
    for name in ("revenue_12m", "growth", "top_decile_share", "top_fifth_share", "hhi"):
        assert result.figures[f"firm.{name}"].reason == reason
    assert result.figures["firm.revenue_in_history"].reason == reason
    assert value(result, "accounts_in_history") == 4  # people can be counted whatever they pay in
    assert value(result, "accounts") == 4
    by_currency = result.currencies.set_index("currency")
    assert by_currency["revenue"].to_dict() == {"GBP": 70.0, "USD": 30.0}
    assert by_currency["units"].to_dict() == {"GBP": 1, "USD": 1}


def test_one_short_history_leaves_the_firm_without_growth() -> None:
    result = summarise_firm(
        [frames("north", NORTH), frames("south", SOUTH, history_start="2026-03-01")]
    )
    reason = result.figures["firm.growth"].reason
    assert reason == "needs 24 months of history in every unit; 1 of 2 have less"
    assert value(result, "revenue_12m") == 100


@pytest.mark.parametrize("clients", [[], [Client("a")], [Client("a", -5)], [Client("a", 5)]])
def test_hardly_anything_is_still_a_firm(clients: list[Client]) -> None:
    result = summarise_firm([frames("north", clients, history_start=None)])
    assert all(one.computable or one.reason for one in result.figures.values())


def test_a_firm_without_units_says_so() -> None:
    result = summarise_firm([])
    assert result.figures["firm.revenue_12m"].reason == "the firm has no unit"
    assert result.figures["firm.accounts"].reason == "no unit has an account"


def test_all_of_the_history_is_added_up_for_whoever_checks_the_books() -> None:
    north = frames("north", NORTH)
    south = frames("south", SOUTH)
    result = summarise_firm([north, south])
    by_hand = sum(float(part.account_month_revenue["revenue_net"].sum()) for part in (north, south))
    assert value(result, "revenue_in_history") == pytest.approx(by_hand)
    assert value(result, "accounts_in_history") == 4  # a is in both units, and counted once
    both = pytest.approx(
        sum(
            float(part.account_month_revenue.query("account_id == 'a'")["revenue_net"].sum())
            for part in (north, south)
        )
        / by_hand
    )
    assert value(result, "top_decile_share_in_history") == both
