"""The guide of plays among the documents."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.parameters.play_guide import guide
from portfolio_lib.parameters.play_models import PlayChange, kit_plays, plays_in_use

DOCUMENT = Path(__file__).parents[2] / "docs" / "plays.md"


def test_the_document_tells_the_plays_as_they_are() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == guide(kit_plays())


def test_every_play_says_how_one_sees_that_it_worked() -> None:
    told = [play.measure for play in kit_plays().values()]
    assert len(set(told)) == len(told)


def test_a_play_of_ones_own_stands_in_the_guide_and_one_taken_off_does_not() -> None:
    changes = {
        "win_back": PlayChange(off=True),
        "bring_use_back": PlayChange(known_as=("usage workshop",), hours=2.5),
    }
    text = guide(plays_in_use(changes))
    assert "Win the client back" not in text
    assert "- **Takes**: 2.5 hours" in text
