"""The page Value: headlines, fallbacks, hostile names, one value a number."""

from __future__ import annotations

from functools import cache

import pytest

from portfolio_lib.analyses.value import ClientValue
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import value as value_page
from portfolio_lib.pieces.pages import value_words as told
from portfolio_lib.pieces.pages import winning
from portfolio_lib.pieces.piece import Piece
from tests.analyses.test_value import FULL, buyers, full
from tests.analyses.values import Held, settings, value_of
from tests.pieces.pages import whole
from tests.pieces.pages.whole import HOSTILE


def pieces(found: ClientValue) -> list[Piece]:
    """What the notebook shows, in its order."""
    return [
        value_page.cards(found),
        value_page.groups(found),
        value_page.accounts(found),
        value_page.costly(found),
        value_page.models(found),
        winning.acquisition(found),
        winning.referrals(found),
    ]


def check(found: ClientValue) -> None:
    whole.check(pieces(found))


@cache
def bought() -> ClientValue:
    clients, sales = buyers()
    return value_of(clients, contracts=False, sales=sales)


def shown(found: ClientValue, key: str) -> str:
    return words.figure_value(found.figures[f"value.{key}"])


def test_headlines_say_the_values_of_the_figures() -> None:
    found = full()
    low, high = found.figures["value.clv_total"].interval or (0, 0)
    said = told.accounts_headline(found)
    assert said.startswith(f"36 clients hold {shown(found, 'clv_total')} of lifetime value")
    assert words.money(low, "GBP") in said
    assert words.money(high, "GBP") in said
    assert told.acquisition_headline(found) == (
        f"A new client costs {shown(found, 'cac')} to win and pays it back in "
        f"{shown(found, 'payback_months')}"
    )
    assert told.groups_headline(found).startswith("Tier 1 (Strategic) is ")
    assert told.groups_headline(found).endswith(" of lifetime value")
    assert told.costly_headline(found) == "No client costs more than it brings"
    row = found.models.loc[found.models["is_used"]].iloc[0]
    assert told.models_headline(found) == (
        f"In the months held back {words.count(row['expected'])} lost clients were expected; there "
        f"were {words.count(row['actual'])}"
    )


def test_by_purchases_the_model_stands_beside_the_plain_rules() -> None:
    found = bought()
    text = value_page.models(found).text
    assert "ticket × frequency" in text
    assert "plain rule, only ranks" in text
    assert "nobody leaves" in text
    assert told.models_headline(found).startswith("In the months held back ")
    assert " purchases were expected; there were " in told.models_headline(found)
    note = told.models_note(found)
    assert "that of ticket × frequency" in note
    assert "that of days since last purchase" in note
    assert "Still a buyer" in value_page.accounts(found).text


def test_clients_that_cost_more_than_they_bring_are_listed_worst_first() -> None:
    worse, bad = (
        Held(name, since=30, monthly=10.0, cost=cost, service=10.0)
        for name, cost in (("worse", 90.0), ("bad", 40.0))
    )
    found = value_of([*FULL[:6], bad, worse])
    assert told.costly_headline(found) == (
        f"2 clients cost more than they bring, {shown(found, 'unprofitable_sum')} in all"
    )
    text = value_page.costly(found).text
    assert text.index("Client worse") < text.index("Client bad")


def test_referrals_name_whom_and_what_they_bring() -> None:
    clients = [
        Held("a", cost=10),
        Held("b", cost=10, referred_by="a"),
        Held("c", cost=10, referred_by="a", monthly=50.0),
    ]
    found = value_of(clients)
    assert told.referrals_headline(found) == "2 referred clients bring 60% of revenue"
    assert "Client b and Client c" in winning.referrals(found).text


def test_without_costs_expected_revenue_is_named_and_no_margin_is_shown() -> None:
    found = value_of([Held(**{**vars(one), "cost": None, "service": None}) for one in FULL])
    assert "of expected revenue" in told.accounts_headline(found)
    assert "Lifetime value" not in value_page.accounts(found).text
    assert "Hand in" in value_page.costly(found).text or "hand in" in value_page.costly(found).text
    check(found)


def test_the_rule_of_thumb_says_why_it_is_missing() -> None:
    found = value_of(FULL[:8], kept=1.0)
    assert told.cross_check(found).startswith("ARPA ÷ churn is not computable: no client was lost")
    assert "a client for ever, without discount" in told.cross_check(full())


def test_few_of_many_are_shown_and_said() -> None:
    found = value_of(FULL[24:40] + FULL[:8], settings({"accounts_shown": 3}))
    html = value_page.accounts(found).html
    assert "3 of 16 are shown; the rest is in the workbook." in html


@pytest.mark.parametrize(
    "clients",
    [
        [],
        [Held("a")],
        [Held("a", monthly=0.0)],
        [Held("a", monthly=-5.0, cost=3.0)],
        [Held("a", left=2), Held("b", left=5)],
        [Held("a", cost=0.0, service=0.0), Held("b", acquisition_cost=0.0, since=5)],
        [Held("a", referred_by="a"), Held("b", referred_by="nobody", industry=None)],
    ],
    ids=["nobody", "one", "nothing", "in debt", "all left", "zeros", "odd referrals"],
)
@pytest.mark.parametrize("contracts", [True, False])
def test_hardly_anything_makes_a_whole_page(clients: list[Held], contracts: bool) -> None:
    check(value_of(clients, contracts=contracts, kept=None))


def test_the_usual_pages_are_whole() -> None:
    check(full())
    check(bought())


def test_hostile_names_are_text_wherever_they_stand() -> None:
    clients = [
        Held(
            f"h{place}", name=name, industry=name, channel=name, cost=300.0 if place else 10.0,
            acquisition_cost=10.0, since=10, referred_by="h0" if place else None,
        )
        for place, name in enumerate(HOSTILE)
    ]  # fmt: skip
    check(value_of([*FULL, *clients]))


def test_shuffled_rows_give_the_same_bytes() -> None:
    first, second = full(), value_of(FULL, shuffle=9)
    assert [one.html for one in pieces(first)] == [one.html for one in pieces(second)]
