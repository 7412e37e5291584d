"""Sentences, messages, exhibits and statuses: plain words in, safe markup out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given, settings
from IPython.core.formatters import DisplayFormatter

from portfolio_lib.pieces import Piece, exhibit, message, say, status, style
from portfolio_lib.pieces.sentences import FIGURE_NUMBER
from tests.pieces.hostile import NAMES, any_text, skeleton


def finding(text: str, data: Piece | None = None) -> Piece:
    return exhibit(headline=text, measure=text, body=say(text), source=text, name="n", data=data)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_hostile_words_stay_text_in_every_piece(name: str) -> None:
    def pieces(text: str) -> list[Piece]:
        asked = message("All well", sentences=[text, (text, text)], decision=text)
        return [say(text), say((text, text)), status("red", text), finding(text, say(text)), asked]

    for hostile, calm in zip(pieces(name), pieces("Calder"), strict=True):
        assert skeleton(hostile.html) == skeleton(calm.html)


@settings(max_examples=60, deadline=None)
@given(any_text, any_text)
def test_no_words_make_markup(headline: str, source: str) -> None:
    made = exhibit(headline=headline, measure="m", body=say("b"), source=source, name=headline)
    calm = exhibit(headline="h", measure="m", body=say("b"), source="s", name="h")
    assert skeleton(made.html) == skeleton(calm.html)


def test_an_exhibit_reads_in_order() -> None:
    html = exhibit(headline="Ten bring 44%", measure="share, %", body=say("Body."),
                   source="invoices",
                   name="Top ten", data=say("Data.")).html  # fmt: skip
    parts = ['<h3 id="top-ten">Ten bring 44%</h3>', FIGURE_NUMBER, "share, %", "Body.",
             "Source: invoices", "<details><summary>", "Data."]  # fmt: skip
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


def test_an_exhibit_without_data_has_nothing_to_unfold() -> None:
    assert "<details" not in finding("x").html


def test_a_message_has_at_most_twelve_words_and_five_sentences() -> None:
    twelve = " ".join(["word"] * 12)
    assert message(twelve).headline == twelve
    with pytest.raises(ValueError, match="this one has 13"):
        message(twelve + " more")
    with pytest.raises(ValueError, match="this one has 0"):
        message("  ")
    with pytest.raises(ValueError, match="at most 5 sentences, not 6"):
        message("All well", sentences=["One."] * 6)


def test_a_message_in_plain_text_keeps_its_decision() -> None:
    made = message("All well", sentences=[("First.", "Then.")], decision="approve it.")
    assert made.text == "All well\nFirst. Then.\nDecision asked: approve it."


def test_saying_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sentence"):
        say()


@pytest.mark.parametrize(
    ("level", "shape", "word"),
    [
        ("green", "●", "Green"),
        ("yellow", "▲", "Yellow"),
        ("red", "◆", "Red"),
        ("grey", "○", "Unknown"),
    ],
)
def test_a_status_has_its_own_shape_and_word(level: Any, shape: str, word: str) -> None:
    made = status(level)
    assert made.text == f"{shape} {word}"
    assert f'<i aria-hidden="true">{shape}</i> {word}</span>' in made.html


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="green, yellow, red, grey, not 'amber'"):
        status("amber")


def test_a_notebook_keeps_markup_words_and_the_mark_of_the_kit() -> None:
    data, metadata = DisplayFormatter().format(message("All well"))
    assert set(data) == {"text/html", "text/plain"}
    assert metadata == {"portfolio": {"kind": "message", "headline": "All well"}}
    assert DisplayFormatter().format(say("x"))[1] == {"portfolio": {"kind": "say"}}


def test_a_piece_cannot_be_changed() -> None:
    made = say("x")
    with pytest.raises(FrozenInstanceError):
        made.html = "y"


def test_making_pieces_shows_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    finding("x", say("y"))
    status("red")
    assert capsys.readouterr() == ("", "")


def test_the_style_for_notebooks_touches_pieces_only() -> None:
    """Every rule starts at a piece, so that JupyterLab keeps its own look."""
    css = style().html
    for selector in ("body{", "table{", "h1{", "h3{", "\na{", "\np{", "*{"):
        assert f"\n{selector.strip()}" not in css
    assert style().kind == "style"
