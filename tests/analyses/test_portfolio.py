"""The portfolio's figures by hand, with short histories, and with hardly anything."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.portfolio import PortfolioSummary, summarise_portfolio
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import AS_OF, Client, accounts, months, snapshots, unit


def summarise(
    clients: list[Client],
    parameters: UnitParameters | None = None,
    history_start: str | None = "2020-01-01",
) -> PortfolioSummary:
    return summarise_portfolio(
        accounts(clients),
        snapshots(clients, history_start),
        months(clients),
        parameters=parameters or unit(),
    )


def figure(result: PortfolioSummary, name: str) -> Figure:
    return result.figures[f"portfolio.{name}"]


FOUR = [
    Client("a", 600, 500, 400),
    Client("b", 300, 300, 100),
    Client("c", 0, 200, 200),
    Client("d", 100, 0, 0),
]


def test_revenue_growth_average_and_median_by_hand() -> None:
    result = summarise(FOUR)
    # 600 + 300 + 100 = 1,000 on 500 + 300 + 200 = 1,000: no growth; the year before 1,000 ÷ 700.
    assert figure(result, "revenue_12m").value == 1000
    assert figure(result, "revenue_12m").previous == 1000
    assert figure(result, "growth").value == 0
    assert figure(result, "growth").previous == pytest.approx(1000 / 700 - 1)
    # Three clients with revenue: mean 333.33, median 300.
    assert figure(result, "average_revenue").value == pytest.approx(1000 / 3)
    assert figure(result, "average_revenue").n == 3
    assert figure(result, "median_revenue").value == 300
    assert figure(result, "median_revenue").previous == 300


def test_clients_at_the_start_less_lost_plus_new_plus_returned_are_those_at_the_end() -> None:
    clients = [*FOUR, Client("e", 50, 0, 70), Client("f", 10, 10, 10)]
    result = summarise(clients)
    # Active a year ago: a b c f; now: a b d e f. Lost c; new d; e was there two years ago.
    names = ("active_accounts", "lost_accounts", "new_accounts", "returned_accounts")
    active, lost, new, returned = (figure(result, name).value for name in names)
    assert (active, lost, new, returned) == (5, 1, 1, 1)
    assert figure(result, "active_accounts").previous == 4
    # 3 of the 4 active a year ago are still active.
    assert figure(result, "clients_kept").value == pytest.approx(0.75)
    assert figure(result, "clients_kept").target == 0.9
    # The year before: active a b c e f, then a b c f; e lost: 4 of 5 kept.
    assert figure(result, "clients_kept").previous == pytest.approx(0.8)


def test_seven_months_of_history_are_not_compared_with_anything() -> None:
    result = summarise(FOUR, history_start="2026-03-01")
    assert figure(result, "growth").reason == "needs 24 months of history; this unit has 7"
    assert figure(result, "clients_kept").reason == "needs 24 months of history; this unit has 7"
    assert figure(result, "revenue_12m").value == 1000
    assert figure(result, "revenue_12m").previous is None
    assert figure(result, "active_accounts").previous is None
    assert figure(result, "revenue_12m").window == "2026-03-01 to 2026-09-30"


def test_a_shorter_rule_of_activity_needs_a_shorter_history() -> None:
    parameters = unit(policies={"active_within_days": 90})
    result = summarise(FOUR, parameters, history_start="2025-06-01")
    # 12 months back, and 3 more to know who was active then: 15; there are 16.
    assert figure(result, "clients_kept").computable
    assert figure(result, "growth").reason == "needs 24 months of history; this unit has 16"


def test_growth_has_an_interval_where_enough_clients_moved() -> None:
    # Each of 40 grew by a tenth or shrank by a tenth, by turns: all but none in total.
    many = [Client(f"a{n:02d}", 110.0 if n % 2 else 90.0, 100.0) for n in range(40)]
    growth = figure(summarise(many), "growth")
    assert growth.value == 0
    low, high = growth.interval
    # Standard error 10 ÷ 100 ÷ √40 = 1.58 points; the 90 % quantile of t is about 1.68.
    assert high == pytest.approx(0.0266, abs=0.004)
    assert low == pytest.approx(-high, abs=1e-9)
    assert growth.interval_method.startswith("90%, symmetric bootstrap-t over accounts")
    assert figure(summarise(many[:4]), "growth").interval is None


def test_growth_from_nothing_is_not_computable() -> None:
    result = summarise([Client("a", 100)])
    assert figure(result, "growth").reason == "the twelve months before brought no revenue"


def test_margins_by_hand() -> None:
    clients = [
        Client("a", 600, cost=300, service=60),
        Client("b", 400, cost=320, service=140),
    ]
    result = summarise(clients, unit(targets={"gross_margin": 0.4}))
    # (1,000 − 620) ÷ 1,000 = 38 %; less (60 + 140) ÷ 1,000 = 18 %.
    assert figure(result, "margin").value == pytest.approx(0.38)
    assert figure(result, "margin").target == 0.4
    assert figure(result, "margin_after_service").value == pytest.approx(0.18)
    assert result.segments["margin_after_service"].tolist() == pytest.approx([0.18])


def test_a_margin_stands_on_the_revenue_whose_cost_is_known() -> None:
    clients = [Client("a", 600, cost=100, costed=400), Client("b", 400)]
    result = summarise(clients)
    # (400 − 100) ÷ 400 = 75 %, known for 400 of 1,000.
    assert figure(result, "margin").value == pytest.approx(0.75)
    assert "known for 40% of revenue" in figure(result, "margin").definition
    assert figure(result, "margin").n == 1


def test_without_costs_there_is_no_margin_and_never_a_hundred_per_cent() -> None:
    for clients in ([Client("a", 600)], [Client("a", 600, cost=0.0, service=0.0)]):
        result = summarise(clients)
        assert "hand in column cost of table invoices" in (figure(result, "margin").reason or "")
        assert not figure(result, "margin_after_service").computable
        assert result.accounts["margin"].isna().all()
        assert result.least_profitable.empty


def test_without_cost_to_serve_only_the_second_margin_is_missing() -> None:
    result = summarise([Client("a", 600, cost=100)])
    assert figure(result, "margin").computable
    assert "hand in table costs" in (figure(result, "margin_after_service").reason or "")


def test_the_least_profitable_of_the_large_accounts_come_first() -> None:
    clients = [
        Client("a", 500, cost=100),
        Client("b", 400, cost=390),
        Client("c", 90, cost=100),
        Client("d", 10, cost=1),
    ]
    result = summarise(clients)
    # The average of four is 250: a and b are large. Margins 80 % and 2.5 %.
    assert result.large_from == 250
    assert result.large_accounts == 2
    assert result.least_profitable["account_id"].tolist() == ["b", "a"]
    assert result.least_profitable["margin"].tolist() == pytest.approx([0.025, 0.8])


def test_recurring_revenue_is_what_contracts_in_force_bring_a_year() -> None:
    result = summarise([Client("a", 10, contracts=1200), Client("b", 0, contracts=0)])
    assert figure(result, "recurring_in_force").value == 1200
    assert figure(result, "recurring_in_force").n == 1
    without = figure(summarise([Client("a", 10)]), "recurring_in_force")
    assert without.reason == "no contracts are recorded; hand in table contracts"


def test_share_of_market_is_own_revenue_over_the_size_given() -> None:
    clients = [
        Client("a", 600, industry="Retail"),
        Client("b", 300, industry="Energy"),
        Client("c", 100, industry=None),
    ]
    sizes = {"Retail": 6000.0, "Mining": 9000.0, "Energy": 0.0}
    result = summarise(clients, unit(portfolio={"market_size": sizes}))
    # 600 ÷ 6,000 = 10 %; Energy's size of 0 is none; nobody is in Mining.
    assert figure(result, "market_share").value == pytest.approx(0.1)
    assert figure(result, "market_share").n == 1
    assert result.unmatched_markets == ("Mining",)
    by_name = result.segments.set_index("group")["market_share"]
    assert by_name["Retail"] == pytest.approx(0.1)
    assert math.isnan(by_name["Energy"])
    assert result.segments["group"].tolist() == ["Retail", "Energy", "not recorded"]


def test_without_market_sizes_the_parameter_to_fill_is_named() -> None:
    reason = figure(summarise(FOUR), "market_share").reason or ""
    assert "portfolio.market_size" in reason
    assert "industry" in reason


def test_half_a_year_of_revenue_is_not_set_against_a_year_of_market() -> None:
    parameters = unit(portfolio={"market_size": {"Retail": 6000.0}})
    result = summarise([Client("a", 600)], parameters, history_start="2026-03-01")
    assert figure(result, "market_share").reason == "needs 12 months of history; this unit has 7"
    assert result.segments["market_share"].isna().all()


def test_targets_stand_beside_their_figures() -> None:
    parameters = unit(
        targets={
            "active_accounts": 5,
            "revenue_12m": 900.0,
            "revenue_growth": 0.05,
            "average_revenue": 300.0,
        }
    )
    result = summarise(FOUR, parameters)
    names = ("active_accounts", "revenue_12m", "growth", "average_revenue")
    assert [figure(result, name).target for name in names] == [5, 900, 0.05, 300]


def monthly(*amounts: float, last: str = "2026-09-01", drop: int | None = None) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=len(amounts), freq="MS")
    frame = pd.DataFrame({"account_id": "a", "month": days, "revenue_net": amounts})
    return frame.drop(index=drop) if drop is not None else frame


def months_of(frame: pd.DataFrame, as_of: dt.date = AS_OF) -> pd.DataFrame:
    clients = [Client("a", 100, 100)]
    facts = snapshots(clients, history_start=str(frame["month"].min().date()))
    facts.loc[facts["is_current"], "snapshot_date"] = pd.Timestamp(as_of)
    return summarise_portfolio(accounts(clients), facts, frame, parameters=unit(as_of=as_of)).months


def test_the_mean_of_twelve_months_begins_with_the_twelfth() -> None:
    result = months_of(monthly(*range(1, 15)))
    assert result["mean_12m"].notna().tolist() == [False] * 11 + [True] * 3
    # Mean of 1 … 12 is 6.5; of 3 … 14 it is 8.5.
    assert result["mean_12m"].iloc[[11, 13]].tolist() == [6.5, 8.5]


def test_a_month_that_is_not_over_is_marked_and_left_out_of_the_mean() -> None:
    result = months_of(monthly(*range(1, 14)), as_of=dt.date(2026, 9, 20))
    assert result["is_complete"].tolist() == [True] * 12 + [False]
    assert result["mean_12m"].notna().tolist() == [False] * 11 + [True, False]


def test_a_month_without_revenue_is_shown_as_nothing_not_skipped() -> None:
    result = months_of(monthly(5, 6, 7, drop=1))
    assert result["revenue"].tolist() == [5, 0, 7]


def test_at_most_forty_eight_months_are_shown_and_the_mean_uses_those_before() -> None:
    result = months_of(monthly(*[10] * 60))
    assert len(result) == 48
    assert result["mean_12m"].eq(10).all()


@pytest.mark.parametrize(
    "clients",
    [
        [],
        [Client("a")],
        [Client("a", 5)],
        [Client("a", -5, -7)],
        [Client("a", -5, 10), Client("b", 3)],
        [Client("a", 5, 5), Client("b", 5, 5), Client("c", 5, 5)],
        [Client("a", 5, industry=None, country=" ", relationship=None, cost=9, service=3)],
    ],
)
@pytest.mark.parametrize("history_start", [None, "2026-09-01", "2025-01-01", "2020-01-01"])
def test_hardly_anything_is_still_a_portfolio(
    clients: list[Client], history_start: str | None
) -> None:
    result = summarise(clients, history_start=history_start)
    for one in result.figures.values():
        assert one.computable or (one.reason and not one.reason.endswith("."))
    assert result.segments["accounts"].sum() == len(clients)


def test_an_empty_portfolio_says_so_in_every_figure() -> None:
    result = summarise([], history_start=None)
    assert {one.reason for one in result.figures.values()} == {
        "no account was known on 30 September 2026"
    }


def test_negative_revenue_is_a_figure_but_has_no_average() -> None:
    result = summarise([Client("a", -5, 10)])
    assert figure(result, "revenue_12m").value == -5
    assert figure(result, "growth").value == pytest.approx(-1.5)
    assert figure(result, "average_revenue").reason == "no client brought revenue in the window"


money = st.integers(-10_000, 100_000).map(lambda pence: pence / 100)
portfolios_ = st.lists(
    st.tuples(money, money, money, st.sampled_from(["Retail", "Energy", None])), max_size=20
).map(
    lambda rows: [
        Client(f"a{place:02d}", now, prior, earlier, industry=industry)
        for place, (now, prior, earlier, industry) in enumerate(rows)
    ]
)


@settings(max_examples=15, deadline=None)
@given(portfolios_)
def test_segments_add_up_to_the_portfolio_to_the_cent(clients: list[Client]) -> None:
    result = summarise(clients)
    if not clients:
        return
    whole = float(figure(result, "revenue_12m").value or 0)
    assert round(result.segments["revenue"].sum(), 2) == round(whole, 2)
    assert result.segments["active"].sum() == figure(result, "active_accounts").value
    shares = result.segments["revenue_share"].sum()
    assert shares == pytest.approx(1.0 if any(one.revenue > 0 for one in clients) else 0.0)


@settings(max_examples=8, deadline=None)
@given(portfolios_)
def test_shuffled_rows_give_the_same_summary(clients: list[Client]) -> None:
    frames = (accounts(clients), snapshots(clients), months(clients))
    mixed = [frame.sample(frac=1, random_state=7) for frame in frames]
    straight = summarise_portfolio(*frames, parameters=unit())
    shuffled = summarise_portfolio(*mixed, parameters=unit())
    assert straight.figures == shuffled.figures
    for name in ("segments", "accounts", "months", "least_profitable"):
        pd.testing.assert_frame_equal(getattr(straight, name), getattr(shuffled, name))
