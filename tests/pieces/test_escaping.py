"""Whatever text a piece is given stays text, in every place that a piece has for text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from nbformat.v4 import new_code_cell, new_notebook, new_output

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.pieces import Column, Heat, Piece, exhibit, kpis, message, say, status, table
from portfolio_lib.pieces.pages.described import Described, described
from portfolio_lib.pieces.piece import visible
from tests.pieces.hostile import NAMES, any_text, shown, skeleton

PLAIN = "Calder"


def _table(text: str) -> Piece:
    frame = pd.DataFrame(
        {
            "name": [text, PLAIN], "owner": [PLAIN, text], "link": [(text, "a.html"), (text, None)],
            "state": [("green", text or PLAIN), "red"], "money": [1.0, None], "heat": [1, None],
            "day": [dt.date(2026, 9, 30), None],
        },
        dtype=object,  # other frames refuse halves of surrogate pairs themselves
    )  # fmt: skip
    columns = {
        "name": Column("Client"), "owner": Column(text, unit=text), "link": Column("Page", "link"),
        "state": Column("State", "status"),
        "money": Column("Paid", "money", bar=True, missing=text),
        "heat": Column("Heat", "count"), "day": Column("Day", "date"),
    }  # fmt: skip
    return table(
        frame, caption=text, columns=columns, row_header="name", total={"name": text},
        note="x" + text, searchable=True, heat=Heat(["heat"]), name="t",
    )  # fmt: skip


def _cards(text: str) -> Piece:
    missed = Figure(
        "p.a", text, 0.4, "share", text, target=0.5, higher_is_better=True, previous=0.3
    )
    absent = not_computable("p.b", text, "share", text, reason=text or PLAIN)
    return kpis([missed, absent, Figure("p.c", "Largest client", text, "text", "…")])


def _message(text: str) -> Piece:
    return message("Ten words", sentences=[text, (text, text)], decision="x" + text)


def _exhibit(text: str) -> Piece:
    body = say(text, (text, text))
    return exhibit(headline=text, measure=text, body=body, source=text, name="e" + text, data=body)


def _described(text: str) -> Piece:
    entry = Described(text, value="x" + text, text="x" + text, details=(text,), mark=("red", text))
    return described([entry], caption=text)


MAKERS: dict[str, Callable[[str], Piece]] = {
    "table": _table,
    "cards": _cards,
    "say": lambda text: say(text, (text, text)),
    "message": _message,
    "exhibit": _exhibit,
    "status": lambda text: status("red", "x" + text),
    "described": _described,
}

makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def tags(html: str) -> list[tuple[str, ...]]:
    """The markup without what keeps the look of long and turning names."""
    bare = [tuple(part for part in tag if part != "class") for tag in skeleton(html)]
    return [tag for tag in bare if tag not in (("bdi",), ("span",))]


@makers
@settings(max_examples=40, deadline=None)
@given(text=any_text.filter(lambda text: bool(text.strip())))
def test_any_text_leaves_the_markup_as_it_was(make: Callable[[str], Piece], text: str) -> None:
    made = make(text)
    assert tags(made.html) == tags(make(PLAIN).html)
    assert made.html == make(text).html
    made.html.encode("utf-8")
    made.text.encode("utf-8")


@makers
@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_a_hostile_name_is_shown_in_full(make: Callable[[str], Piece], name: str) -> None:
    told = visible(name)
    assert told in shown(make(name).html)
    assert told in make(name).text


@makers
def test_every_piece_can_be_kept_in_a_notebook(make: Callable[[str], Piece]) -> None:
    data, metadata = make("Cal\x08der \ud800")._repr_mimebundle_()
    output = new_output("display_data", data=data, metadata=metadata)
    cell = new_code_cell("", outputs=[output])
    written = nbformat.writes(new_notebook(cells=[cell])).encode("utf-8")
    assert "Cal\ufffdder \ufffd" in json.dumps(json.loads(written), ensure_ascii=False)


def test_a_headline_from_data_can_be_kept_too() -> None:
    assert _exhibit("Cal\x00der\ud800").headline == "Cal\ufffdder\ufffd"
