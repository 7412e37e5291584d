"""Plays: the kit's own are whole, every cause has one, and a firm changes single lines."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from portfolio_lib.parameters.health_measures import Cause
from portfolio_lib.parameters.play_models import (
    PlayChange,
    Plays,
    kit_plays,
    play_for,
    plays_in_use,
)

WHOLE = {
    "title": "Send cake",
    "moment": "risk",
    "causes": ("silence",),
    "situation": "Nobody has called.",
    "likely_causes": "Holidays.",
    "what_to_do": ("Bake.", "Send."),
    "who": "Baker",
    "within_days": 3,
    "hours": 2.0,
}


def test_the_kit_has_a_play_for_every_cause_and_every_moment() -> None:
    plays = kit_plays()
    assert len(plays) >= 12
    assert all(play_for(cause, plays) for cause in get_args(Cause))
    moments = {play.moment for play in plays.values()}
    assert {"expansion", "onboarding", "review", "relationship", "renewal", "reference"} <= moments


def test_every_play_against_risk_says_what_it_saves() -> None:
    for play in kit_plays().values():
        if play.causes:
            assert play.share_saved is not None
            assert 0 < play.share_saved < 0.5


def test_single_lines_are_changed_and_the_rest_stays() -> None:
    changed = plays_in_use({"break_the_silence": PlayChange(hours=3.0)})["break_the_silence"]
    kit = kit_plays()["break_the_silence"]
    assert changed.hours == 3.0
    assert changed.title == kit.title
    assert changed.what_to_do == kit.what_to_do


def test_a_play_is_taken_off_and_another_takes_its_cause() -> None:
    plays = plays_in_use({"break_the_silence": PlayChange(off=True)})
    assert "break_the_silence" not in plays
    assert play_for("silence", plays) is None
    own = plays_in_use(
        {"break_the_silence": PlayChange(off=True), "send_cake": PlayChange(**WHOLE)}
    )
    assert play_for("silence", own) == "send_cake"


def test_a_new_play_that_is_not_whole_is_refused_and_what_it_lacks_is_named() -> None:
    given = {"send_cake": {"title": "Send cake", "moment": "risk"}}
    with pytest.raises(ValidationError, match=r"send_cake lacks situation, likely_causes"):
        TypeAdapter(Plays).validate_python(given)
    part = TypeAdapter(Plays).validate_python(given, context={"part": True})
    assert part["send_cake"].title == "Send cake"


def test_plays_against_risk_come_before_others_with_the_same_cause() -> None:
    assert play_for("engagement_gone", kit_plays()) == "come_back_into_touch"
    assert play_for("contract_position", kit_plays()) == "open_the_renewal"
