"""What the page Growth says, whatever is handed in."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.analyses.competition import Competition
from portfolio_lib.analyses.growth import Growth
from portfolio_lib.pieces.pages import competition, growth, growth_words
from portfolio_lib.pieces.piece import Piece
from tests.analyses.growths import client, competition_of, deal, growth_of
from tests.pieces.pages.whole import HOSTILE, check

SHOPS = [client(name, industry="Retail", employees=n) for n, name in enumerate("abcdefgh", 5)]
BUYS = [(name, "core", 100.0, "now") for name in "abcdefgh"]
PLUS = [(name, "plus", 50.0, "now") for name in "abcd"]


def pieces(found: Growth, contest: Competition) -> list[Piece]:
    return [
        growth.cards(found),
        growth.whitespace(found),
        growth.back_test(found),
        growth.pipeline(found),
        growth.expansion(found),
        growth.prospects(found),
        growth.stories(found),
        competition.threats(contest),
        competition.rivals(contest),
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_hardly_any_clients_make_a_whole_page(count: int) -> None:
    found = growth_of(SHOPS[:count], BUYS[:count])
    check(pieces(found, competition_of(SHOPS[:count], {("a", "core"): 1.0} if count else {})))


def test_tables_that_are_empty_make_a_whole_page() -> None:
    tables = ("offerings", "opportunities", "competitors", "contacts", "prospects", "contracts")
    found = growth_of(SHOPS, BUYS, **{name: [] for name in tables})
    check(pieces(found, competition_of(SHOPS, {}, competitors=[], opportunities=[])))


def test_without_tables_every_exhibit_says_which_one_would_help() -> None:
    found, contest = growth_of(SHOPS, BUYS), competition_of(SHOPS, {("a", "core"): 1.0})
    said = "\n".join(piece.text for piece in pieces(found, contest))
    for name in ("opportunities", "prospects", "surveys", "competitors", "contacts"):
        assert f"table {name}" in said
    check(pieces(found, contest))


def test_hostile_names_are_text_wherever_they_stand() -> None:
    clients = [
        client(f"{n}", account_name=name, industry=name, city=name, parent_account_id="p")
        for n, name in enumerate(HOSTILE)
    ]
    buys = [(f"{n}", HOSTILE[0], 10.0, "now") for n in range(len(HOSTILE))]
    deals = [
        deal(f"{n}{m}", account_id=f"{n}", offering=name, competitor=name, stage=name, value=5,
             outcome=outcome, loss_reason=name if outcome == "lost" else None,
             close_date="2026-05-01")
        for n, name in enumerate(HOSTILE)
        for m, outcome in enumerate(["won", "lost", None])
    ]  # fmt: skip
    threats = [
        {"account_id": f"{n}", "competitor": name, "offering": name}
        for n, name in enumerate(HOSTILE)
    ]
    prospects = [{"prospect_id": f"{n}", "name": name, "industry": name, "source": name}
                 for n, name in enumerate(HOSTILE)]  # fmt: skip
    contacts = [{"contact_id": f"{n}", "account_id": f"{n}", "title": f"Finance {name}"}
                for n, name in enumerate(HOSTILE)]  # fmt: skip
    found = growth_of(clients, buys, opportunities=deals, competitors=threats,
                      prospects=prospects, contacts=contacts)  # fmt: skip
    contest = competition_of(
        clients, {("0", HOSTILE[0]): 5.0}, competitors=threats, opportunities=deals
    )
    check(pieces(found, contest))


def test_the_headline_and_the_figure_come_from_one_value() -> None:
    found = growth_of(SHOPS, [*BUYS, *PLUS])
    figure = found.figures["growth.expected_value"]
    assert figure.value == pytest.approx(found.opportunities["expected_value"].sum())
    assert growth_words.whitespace_headline(found).startswith(f"£{figure.value:.2f} a year")


def test_deals_are_told_with_those_in_negotiation() -> None:
    deals = [
        deal("1", account_id="a", value=600, stage="negotiation"),
        deal("2", account_id="b", value=400),
        deal("3", account_id="b", value=900, kind="renewal"),
    ]
    assert growth_words.pipeline_headline(growth_of(SHOPS, BUYS, opportunities=deals)) == (
        "2 deals worth £1.0k are open besides renewals, 1 of them in negotiation"
    )
    none = growth_of(SHOPS, BUYS, opportunities=[deals[2]])
    assert growth_words.pipeline_headline(none) == "No deal is open beside renewals"


def test_the_test_of_the_order_says_when_it_did_no_better() -> None:
    clients = [client(f"c{n:03d}", industry="Retail") for n in range(120)]
    names = [one["account_id"] for one in clients]
    buys = [(name, "core", 10.0, when) for name in names for when in ("now", "year", "two")]
    buys += [(name, "plus", 10.0, when) for name in names[:60] for when in ("now", "year", "two")]
    buys += [(name, "plus", 10.0, "now") for name in names[60:90]]
    found = growth_of(clients, buys)
    # 60 cells are open, all alike: 30 of them are bought, whatever the order
    assert growth_words.back_test_headline(found) == (
        "50% of last year's first cells were bought, no more than by popularity and chance"
    )
    assert found.figures["growth.conversion"].n == 30


def test_a_story_says_what_carries_it_far() -> None:
    features = pd.DataFrame(
        {
            "account_id": list("ab"),
            "is_current": True,
            "satisfaction": 9.0,
            "satisfaction_days_since": 10.0,
            "urgent_issues_90d": 0.0,
        }
    )
    told = [{**SHOPS[0], "market_influence": 5.0}, SHOPS[1]]
    shown = growth.stories(growth_of(told, BUYS[:2], features=features, speakers=["a"])).text
    assert "influence, voice" in shown
    assert "influence not given" in shown
    unknown = growth.stories(growth_of(SHOPS[:2], BUYS[:2], features=features)).text
    assert "influence not given, voice not known" in unknown
