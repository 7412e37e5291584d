"""The page Churn risk: headlines, fallbacks, hostile names, and nothing left unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from portfolio_lib.analyses.churn import Churn
from portfolio_lib.pieces.pages import churn as show
from portfolio_lib.pieces.pages import churn_words as told
from tests.analyses.churn_worlds import World, world
from tests.analyses.test_churn import Colours, churn_of, settings

LEAKS = re.compile(r"\b(nan|NaN|None|NaT|inf|<NA>)\b")
SNAKE = re.compile(r"\b[a-z]+_[a-z_]+\b")
HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(1)", "שלום תעשיות", "A" * 400, "$5m to $9m"]


@cache
def full() -> Churn:
    given = world(accounts=100, base=-2.8, seed=6)
    return churn_of(given, settings(cost_per_hour=20.0), health=Colours(given))


@cache
def nothing() -> Churn:
    return churn_of(world(accounts=20, base=-30.0))


@cache
def untried() -> Churn:
    return churn_of(world(accounts=40, base=-5.5))


def pieces(churn: Churn):
    makers = (show.cards, show.at_risk, show.calls, show.actions, show.trust, show.replay)
    return [make(churn) for make in makers]


@pytest.mark.parametrize("made", [full, nothing, untried], ids=["full", "nothing", "untried"])
def test_every_exhibit_stands_and_leaves_no_cell_empty(made) -> None:
    for piece in pieces(made()):
        words = re.sub(r"<[^>]+>", " ", piece.html)
        assert not LEAKS.search(words), piece.text
        assert not SNAKE.search(words.replace("hours_per_week", "").replace("churn.", "")
                                .replace("hours_per_period", "")), words  # fmt: skip
        assert "<td></td>" not in piece.html


def test_headlines_say_the_number_of_the_exhibit() -> None:
    churn = full()
    shown = show.at_risk(churn).text
    assert told.risk_headline(churn) in shown
    assert re.search(r"(Five clients hold \d+% of|is at risk, spread over)", shown)
    assert told.trust_headline(churn).startswith("The list ranks ")
    assert "of the revenue then lost" in told.replay_headline(churn)
    assert "may save" in told.calls_headline(churn)


def test_headlines_have_words_for_when_nothing_is_known() -> None:
    churn = nothing()
    assert told.risk_headline(churn) == "Nobody's chance of leaving can be told"
    assert told.calls_headline(churn) == "There is no list to call"
    assert told.trust_headline(churn) == "How good the list is cannot be told yet"
    assert told.replay_headline(churn) == "No earlier list can be rebuilt yet"
    assert told.actions_headline(churn) == "There is no cause to act on"


def _with(churn: Churn, **values: object) -> Churn:
    figures = dict(churn.figures)
    for key, value in values.items():
        figures[f"churn.{key}"] = replace(figures[f"churn.{key}"], **value)
    return replace(churn, figures=figures)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        ({"value": 0.01, "interval": (-0.1, 0.1)}, "no better than looking at the last purchase"),
        ({"value": 0.06, "interval": (-0.1, 0.2)}, "may owe it to chance"),
        ({"value": 0.3, "interval": (0.2, 0.4)}, "the last purchase alone"),
    ],
)
def test_a_list_that_is_hardly_better_than_recency_says_so(ahead, said) -> None:
    assert said in told.trust_headline(_with(full(), auc_ahead_of_recency=ahead))


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (31, "Chances were too low on the days tried"),
        (18, "They added up to 18 losses; 18 came, and chance alone may bring 12 to 24."),
        (5, "take the revenue at risk as the most to expect"),
    ],
)
def test_chances_that_chance_does_not_explain_are_doubted_where_money_stands(came, said) -> None:
    foretold = {"value": 17.6, "interval": (12.0, 24.0)}
    churn = _with(full(), losses_foretold=foretold, losses_seen={"value": came})
    assert said in show.trust(churn).text
    doubted = "go by the order of the list" in show.at_risk(churn).html
    assert doubted == (came != 18)


def test_warnings_stand_beside_the_quality() -> None:
    warned = replace(full(), warning="An AUC of 0.95 is rarely earned.")
    assert "Warning: An AUC of 0.95" in show.trust(warned).text
    assert "plain baseline" in show.trust(untried()).text


def test_colours_and_costs_are_shown_where_they_are_known() -> None:
    assert "Colour alone" in show.trust(full()).text
    assert "Of it green" in show.replay(full()).text
    assert "After hours" in show.actions(full()).text
    bare = churn_of(world(accounts=100, base=-2.8, seed=6))
    assert "Colour alone" not in show.trust(bare).text
    assert "After hours" not in show.actions(bare).text


def test_where_nobody_had_a_colour_no_share_is_said_to_be_green() -> None:
    given = world(accounts=100, base=-2.8, seed=6)
    grey = Colours(given)
    grey.history = grey.history.assign(level="grey")
    shown = show.replay(churn_of(given, health=grey)).text
    assert "Of it green" not in shown
    assert "was green on the day" not in shown
    assert (
        "How much of the revenue lost was green cannot be told: no client had a colour on the days "
        "tried." in shown
    )


def test_what_was_lost_at_clients_of_unknown_health_is_shown_beside_the_green() -> None:
    given = world(accounts=100, base=-2.8, seed=6)
    some = Colours(given)
    unknown = some.history["account_id"].str.endswith(("0", "3", "7"))
    some.history.loc[unknown, "level"] = "grey"
    shown = show.replay(churn_of(given, health=some)).text
    assert "Health unknown" in shown
    assert "of all revenue lost was at clients of unknown health." in shown
    assert "Health unknown" not in show.replay(full()).text


def test_hostile_names_are_text() -> None:
    given = world(accounts=60, base=-2.6)
    names = [HOSTILE[n % len(HOSTILE)] for n in range(60)]
    hostile = given.accounts.assign(account_name=names, account_manager=names[::-1])
    churn = churn_of(World(hostile, *list(vars(given).values())[1:]))
    for piece in pieces(churn):
        assert "<script" not in piece.html
    assert "&lt;script&gt;" in show.at_risk(churn).html


def test_lists_are_cut_and_say_what_is_missing() -> None:
    cut = replace(full(), accounts_shown=2)
    assert re.search(r"2 of \d+; all are in the workbook", show.at_risk(cut).text + "") or (
        re.search(r"2 of \d+; all are in the workbook", show.at_risk(cut).html)
    )
    assert isinstance(full().calls, pd.DataFrame)
