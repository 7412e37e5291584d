"""What the page Portfolio says: every headline with its comparison, "in line" and "no data"."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from portfolio_lib.analyses.portfolio import PortfolioSummary
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.pages import portfolio as show
from portfolio_lib.pieces.pages import profitability as show_profitability
from portfolio_lib.pieces.pages.portfolio_message import decision, headline, sentences
from tests.analyses.portfolios import AS_OF, Client, unit
from tests.pieces.pages.pages import TWENTY, Results, results

SHORT = "2026-03-01"


def portfolio(
    clients: list[Client],
    parameters: UnitParameters | None = None,
    history_start: str | None = "2020-01-01",
) -> PortfolioSummary:
    return results(clients, parameters, history_start).portfolio


@pytest.mark.parametrize(
    ("clients", "history", "said"),
    [
        ([Client("a", 106, 100)], "2020-01-01", "Revenue is up 6% on the year before, at £106"),
        ([Client("a", 80, 100)], "2020-01-01", "Revenue is down 20% on the year before, at £80"),
        ([Client("a", 100.2, 100)], "2020-01-01",
         "Revenue of £100 is in line with the year before"),
        ([Client("a", 106)], SHORT,
         "Revenue since 1 March 2026 is £106; growth is not computable"),
        ([Client("a")], None, "There is no revenue to show"),
        ([], None, "There is no revenue to show"),
    ],
)  # fmt: skip
def test_the_revenue_headline(clients: list[Client], history: str | None, said: str) -> None:
    assert show.revenue_headline(portfolio(clients, history_start=history)) == said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (100.0, "Revenue is up 6% on the year before, at £106, £6 above target"),
        (110.0, "Revenue is up 6% on the year before, at £106, £4 below target"),
        (106.0, "Revenue is up 6% on the year before, at £106, on target"),
    ],
)
def test_the_revenue_headline_with_a_target(target: float, said: str) -> None:
    parameters = unit(targets={"revenue_12m": target})
    assert show.revenue_headline(portfolio([Client("a", 106, 100)], parameters)) == said


@pytest.mark.parametrize(
    ("clients", "history", "said"),
    [
        (
            [Client("a", 5, 5), Client("b", 0, 5)],
            "2020-01-01",
            "50% of last year's clients stayed, which misses the target of 90%",
        ),
        (
            [*(Client(f"c{n}", 5, 5) for n in range(19)), Client("b", 0, 5)],
            "2020-01-01",
            "95% of last year's clients stayed, which meets the target of 90%",
        ),
        ([Client("a", 5, 5)], "2020-01-01", "1 client is active; none was lost in the year"),
        ([Client("a", 5)], SHORT, "1 client is active; who came and went is not computable"),
        ([], None, "There are no clients to count"),
    ],
)
def test_the_clients_headline(clients: list[Client], history: str | None, said: str) -> None:
    assert show.clients_headline(portfolio(clients, history_start=history)) == said


def test_the_table_of_clients_adds_up() -> None:
    text = show.clients(portfolio([Client("a", 5, 5), Client("b", 0, 5), Client("c", 5)])).text
    for line in ("Active a year ago\t2", "Lost\t−1", "New\t1", "Came back\t0", "Active today\t2"):
        assert line in text


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (
            [Client("a", 60), Client("b", 40, industry="Energy")],
            "Retail is the largest segment, with 60% of revenue and 1.0% of its market",
        ),
        (
            [Client("a", 40), Client("b", 60, industry="Energy")],
            "Energy is the largest segment, with 60% of revenue",
        ),
        ([Client("b", 60, industry="Energy")], "All revenue is in Energy"),
        ([Client("a", 5, industry=None)], "No client with revenue has its industry recorded"),
        ([Client("a", 0)], "There is no revenue to divide by segment"),
        ([], "There is no revenue to divide by segment"),
    ],
)
def test_the_segments_headline(clients: list[Client], said: str) -> None:
    parameters = unit(portfolio={"market_size": {"Retail": 6000.0}})
    assert show.segments_headline(portfolio(clients, parameters)) == said


def test_market_sizes_without_clients_are_pointed_out() -> None:
    parameters = unit(portfolio={"market_size": {"Retial": 6000.0}})
    text = show.segments(portfolio([Client("a", 60)], parameters)).html
    assert "No client is in Retial, for which a market size is given." in text
    assert "only for segments that no account belongs to" in text


COSTLY = [Client("a", 100, 100, cost=60, service=20), Client("b", 100, 100, cost=20, service=10)]


@pytest.mark.parametrize(
    ("clients", "target", "said"),
    [
        (COSTLY, None, "60% of revenue is left after direct cost, 45% after cost to serve"),
        (
            COSTLY,
            0.65,
            "60% of revenue is left after direct cost (target 65%), 45% after cost to serve",
        ),
        (
            COSTLY,
            0.602,
            "60.0% of revenue is left after direct cost (target 60.2%), 45% after cost to serve",
        ),
        ([Client("a", 100, cost=60)], None, "40% of revenue is left after direct cost"),
        ([Client("a", 100)], None, "The margin is not computable"),
        ([], None, "The margin is not computable"),
    ],
)
def test_the_margin_headline(clients: list[Client], target: float | None, said: str) -> None:
    parameters = unit(targets={"gross_margin": target})
    assert show_profitability.margins_headline(portfolio(clients, parameters)) == said


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (
            [Client("a", 100, cost=120), Client("b", 100, cost=20), Client("c", 1, cost=9)],
            "1 of 2 large clients costs more than it brings",
        ),
        (
            [Client("a", 100, cost=120), Client("b", 100, cost=120)],
            "2 of 2 large clients cost more than they bring",
        ),
        (
            [Client("a", 100, cost=80), Client("b", 100, cost=20)],
            "Every large client brings more than it costs; Client a leaves least, 20%",
        ),
        ([Client("a", 100)], "Which large clients leave least is not computable"),
        ([], "Which large clients leave least is not computable"),
    ],
)
def test_the_headline_of_the_least_profitable(clients: list[Client], said: str) -> None:
    assert show_profitability.least_profitable_headline(portfolio(clients)) == said


def figures(found: Results) -> dict[str, object]:
    return {**found.portfolio.figures, **found.concentration.figures}


@pytest.mark.parametrize(
    ("clients", "settings", "history", "said"),
    [
        (TWENTY, {"top_10_share": 0.4}, "2020-01-01",
         "Revenue is up 8%; ten clients bring 81%, the limit is 40%"),
        (TWENTY, {"top_10_share": 0.4}, SHORT,
         "Revenue is £360k; ten clients bring 81%, the limit is 40%"),
        (TWENTY, {"retention": 0.99}, "2020-01-01",
         "Revenue is up 8%; 95% of clients stayed, target 99%"),
        (TWENTY, {}, "2020-01-01", "Revenue is up 8% at £360k; ten clients bring 81%"),
        (TWENTY, {}, SHORT, "Revenue is £360k; ten clients bring 81%"),
        ([Client("a", 100, 100)], {}, "2020-01-01",
         "Revenue is unchanged at £100, from 1 client"),
        ([Client("a", 100, 100)], {"top_10_share": 0.4}, "2020-01-01",
         "Revenue is unchanged; all clients bring 100%, the limit is 40%"),
        ([Client("a")], {}, None, "There is no revenue to review yet"),
    ],
)  # fmt: skip
def test_the_message_of_the_pack(
    clients: list[Client], settings: dict[str, float], history: str | None, said: str
) -> None:
    found = results(clients, unit(targets=settings), history)
    assert headline(figures(found)) == said
    assert len(said.split()) <= 12


def test_an_unknown_currency_still_fits_into_the_message() -> None:
    found = results(TWENTY, unit(currency="XYZ", targets={"top_10_share": 0.4}), SHORT)
    assert len(headline(figures(found)).split()) <= 12
    assert show.told(found.portfolio, found.concentration).kind == "say"


def asked(clients: list[Client], targets: dict[str, float]) -> str | None:
    found = results(clients, unit(targets=targets))
    return decision(figures(found), found.concentration.clients)


def test_the_gravest_miss_is_what_is_asked() -> None:
    everything = {"top_10_share": 0.4, "retention": 0.99, "revenue_growth": 0.5}
    assert asked(TWENTY, everything) == (
        "Agree a plan to depend less on the largest clients, first Client a00 (28%)."
    )
    del everything["top_10_share"]
    assert asked(TWENTY, everything) == (
        "Agree who wins back lost clients and keeps the others: 95% stayed, the target is 99%."
    )
    del everything["retention"]
    assert asked(TWENTY, everything) == (
        "Agree where more growth is to come from: it is 8%, the target is 50%."
    )
    assert asked(TWENTY, {"revenue_12m": 400_000.0}) == (
        "Agree how the gap in revenue is closed: it is £360k, the target is £400k."
    )


def test_where_every_aim_is_met_no_decision_is_asked() -> None:
    assert asked(TWENTY, {}) is None


def test_four_or_five_sentences_tell_the_rest() -> None:
    found = results(TWENTY, unit(targets={"top_10_share": 0.4}))
    told = sentences(figures(found), "GBP")
    assert [lead for lead, _ in told] == [
        "Revenue of the last twelve months is £360k.",
        "20 clients are active.",
        "The direct margin is 40%.",
        "The ten largest clients bring 81% of revenue.",
        "Contracts in force bring £13k a year.",
    ]
    assert told[1][1] == (
        "In the year 1 joined, 0 came back and 1 left; 95% of last year's clients stayed. "
        "The target of 90% is met."
    )
    assert "The limit of 40% is passed." in told[3][1]
    nothing = results([], history_start=None)
    short = sentences(figures(nothing), "GBP")
    assert len(short) == 4
    assert short[0] == (
        "Revenue cannot be shown.",
        "No account was known on 30 September 2026.",
    )


def test_a_contract_sentence_needs_contracts() -> None:
    found = results([Client("a", 100, 100, contracts=0.0)])
    told = sentences(figures(found), "GBP")
    assert not any("ontract" in lead for lead, _ in told)


def test_a_target_missed_by_less_than_the_digits_shown_is_just_missed() -> None:
    found = results(COSTLY, unit(targets={"gross_margin": 0.602}))
    told = sentences(figures(found), "GBP")
    assert told[2] == (
        "The direct margin is 60%.",
        "The target of 60% is just missed. After cost to serve 45% is left.",
    )


def test_a_unit_younger_than_a_year_says_since_when() -> None:
    found = results([Client("a", 106)], history_start=SHORT)
    assert found.portfolio.figures["portfolio.revenue_12m"].label == "Revenue, 7 months"
    told = sentences(figures(found), "GBP")
    assert told[0] == (
        "Revenue since 1 March 2026 is £106.",
        "Growth is not computable: needs 24 months of history; this unit has 7.",
    )


def test_eight_cards_open_the_pack() -> None:
    found = results(TWENTY)
    cards = show.cards(found.portfolio, found.concentration)
    assert cards.html.count("<li>") == 8


def test_the_number_in_the_headline_is_the_number_in_the_cards() -> None:
    found = results(TWENTY)
    cards = show.cards(found.portfolio, found.concentration).text
    assert "Revenue, 12 months: £360k" in cards
    assert "at £360k" in str(show.revenue(found.portfolio).headline)


def test_a_month_that_is_not_over_is_hatched_and_said() -> None:
    whole = portfolio(TWENTY)
    days = pd.date_range("2026-05-01", periods=5, freq="MS")
    frame = pd.DataFrame(
        {
            "month": days,
            "revenue": [10.0, 40, 20, 30, 5],
            "is_complete": [True] * 4 + [False],
            "mean_12m": [float("nan")] * 5,
        }
    )
    cut_short = dataclasses.replace(whole, months=frame)
    description = show.month_description(cut_short)
    assert description == (
        "Column chart of revenue in 5 months. The best month brought £40 in June 2026, the "
        "weakest £10 in May 2026. September 2026 is not over."
    )
    assert "Month not over" in show.revenue(cut_short).html
    assert "Month not over" not in show.revenue(whole).html
    assert whole.period.as_of == AS_OF == dt.date(2026, 9, 30)
