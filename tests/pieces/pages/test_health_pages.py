"""Health: its sentences, and exhibits that stand whatever the unit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest

from portfolio_lib.analyses.health import Health
from portfolio_lib.pieces.pages import health as page
from portfolio_lib.pieces.pages import health_past
from portfolio_lib.pieces.pages import health_words as told
from portfolio_lib.pieces.piece import Piece
from tests.analyses.healths import (
    GOOD,
    account_features,
    health_of,
    quarters,
    settings,
)
from tests.analyses.test_health_past import BAD, quiet_unit
from tests.pieces.pages import whole
from tests.pieces.pages.whole import HOSTILE

NOTHING: dict[str, Any] = dict.fromkeys(GOOD)
SHOWN = (
    *(page.cards, page.colours, page.at_risk, page.movers, page.history),
    *(health_past.warnings, health_past.past, health_past.weights, health_past.worst),
    health_past.to_collect,
)


def every_piece(found: Health) -> list[Piece]:
    return [piece(found) for piece in SHOWN]


def check(found: Health) -> list[Piece]:
    """No value leaks, no id twice, nothing from data is markup."""
    pieces = every_piece(found)
    whole.check(pieces)
    return pieces


def headlines(found: Health) -> list[str]:
    return [str(piece.headline) for piece in check(found) if piece.kind == "exhibit"]


@cache
def telling() -> Health:
    """24 clients, 12 bad, 6 lost; one override in force, one lapsed; one change of rules."""
    features, lost = quiet_unit(24, 12)
    given = [
        {"account_id": "a12", "level": "red", "reason": "Sold to a rival", "by_role": "Partner",
         "expires": "2026-12-31"},
        {"account_id": "a13", "level": "red", "reason": "Late reply", "by_role": "Partner",
         "expires": "2026-09-29"},
    ]  # fmt: skip
    changes = [{"date": "2026-05-01", "what": "Weights of use and answers"}]
    health = {"overrides": given, "changes": changes, "least_events": 5}
    return health_of(features, settings(health), lost=lost)


def test_a_telling_unit_in_headlines() -> None:
    # 12 bad clients and one given by hand are red; 13 × 100 a year.
    assert headlines(telling()) == [
        "5 of 5 Strategic clients are red; 13 clients in all are red",
        "13 clients with £1.3k a year are at risk; first cause: declining use",
        "No client fell or rose since 30 June 2026",
        "As many clients are red as on 30 June 2026: 12",
        "12 clients show an early warning; “The champion is gone” came true in 13%, all clients 6%",
        "13% of red clients left within 180 days, 0% of green ones",
        "In 77% of pairs the client that left had the lower score",
        "The worst 10 stay the worst when weights move by 30%",
        "Nothing that could be collected is missing",
    ]


def test_marks_of_changed_rules_and_overrides_are_shown() -> None:
    pieces = {piece.__name__: piece(telling()).text for piece in SHOWN}
    assert "Weights of use and answers" in pieces["history"]
    assert "Sold to a rival" in pieces["colours"]
    assert "1 colour given by hand counts; 1 has lapsed" in pieces["colours"]
    assert "Declining use 12 (£1.2k)" in told.causes_sentence(telling())


def test_without_marks_the_history_says_that_there_are_none() -> None:
    found = odd("three bad")
    assert "No change of the rules is recorded" in page.history(found).html


ODD: dict[str, pd.DataFrame] = {
    "nobody": account_features({}),
    "one": account_features({"a": {}}),
    "one of whom nothing is known": account_features({"a": NOTHING}),
    "three bad": account_features({"a": BAD, "b": BAD, "c": BAD}, quarters(3)),
    "without revenue": account_features(
        {"a": {"annual_revenue": 0.0}, "b": {**BAD, "annual_revenue": None}}, quarters(2)
    ),
    "only orders": account_features(
        {
            one: {**NOTHING, "gap_ratio": 2.0, "annual_revenue": 5.0, "tenure_days": 900.0}
            for one in "abcdefghijklm"
        },
        quarters(6),
    ),
}


@cache
def odd(name: str) -> Health:
    return health_of(ODD[name])


@pytest.mark.parametrize("name", ODD)
def test_hardly_anything_makes_a_whole_page(name: str) -> None:
    check(odd(name))


def test_without_facts_on_losses_the_page_stands() -> None:
    said = headlines(health_of(quiet_unit(12, 6)[0], outcomes=False))
    assert "Earlier colours cannot be held against losses yet" in said


def test_nobody_and_one_client_in_words() -> None:
    assert told.colours_headline(odd("nobody")) == "No client to judge"
    assert told.colours_headline(odd("one")) == "The one client is green"
    grey = odd("one of whom nothing is known")
    assert told.colours_headline(grey) == "No client's health can be told yet"
    assert "tables that would tell most" in page.colours(grey).text or (
        "tables that would tell most" in page.at_risk(grey).text
    )


def test_hostile_names_and_words_are_text() -> None:
    readings = {f"a{n:02d}": BAD if n % 2 else {} for n in range(16)}
    names = {f"a{n:02d}": HOSTILE[n % len(HOSTILE)] for n in range(16)}
    given = [{"account_id": "a02", "level": "red", "reason": HOSTILE[0], "by_role": HOSTILE[1],
              "expires": "2026-12-31"}]  # fmt: skip
    rules = {"usage_drop": {"title": HOSTILE[0]}, "low_satisfaction": {"title": HOSTILE[3]}}
    health = {"overrides": given, "warnings": rules,
              "changes": [{"date": "2026-08-01", "what": HOSTILE[1]}],
              "measures": {"usage": {"title": HOSTILE[0]}}}  # fmt: skip
    check(health_of(account_features(readings, quarters(4)), settings(health), names=names))


def test_the_same_result_gives_the_same_bytes() -> None:
    first, second = ([piece.html for piece in every_piece(telling())] for _ in range(2))
    assert first == second


def test_lists_are_cut_and_say_of_how_many() -> None:
    short = replace(telling(), page=telling().page.model_copy(update={"accounts_shown": 4}))
    assert "4 of 13" in page.at_risk(short).html
    assert page.at_risk(short).html.count("<tr>") == 1 + 4


def test_rules_that_cannot_be_read_are_named_and_not_listed() -> None:
    said = health_past.warnings(odd("only orders")).html
    assert "Cannot be read from what was handed in: Use has dropped, Satisfaction is low" in said


def test_suggested_weights_are_called_better_only_where_that_is_sure() -> None:
    base = telling()
    gained = base.figures["health.score_auc"]
    for interval, ending in (
        ((0.01, 0.2), "other weights do better"),
        ((-0.1, 0.2), "no other weights surely do better"),
        ((-0.2, -0.1), "other weights do worse"),
    ):
        figure = replace(gained, key="health.suggested_gain", value=0.05, interval=interval)
        found = replace(base, figures={**base.figures, "health.suggested_gain": figure})
        assert told.weights_headline(found).endswith(ending)


def test_an_alarm_no_better_than_chance_is_not_praised() -> None:
    rules = telling().warnings.assign(precision=0.05, base_rate=0.06, past_alarms=50)
    said = told.warnings_headline(replace(telling(), warnings=rules))
    assert said.endswith("none came true more often than for all clients")
    few = replace(telling(), warnings=rules.assign(past_alarms=1))
    assert told.warnings_headline(few).endswith("past alarms are too few to judge")
