"""Drawings as inline SVG: accessible, in the palette's colours, the same bytes every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from portfolio_lib.pieces import drawing, figure, palette, words
from portfolio_lib.pieces.charts import MOST_MARKS, count_marks
from tests.pieces.hostile import NAMES, any_text, skeleton

DESCRIBED = "Bar chart. The largest client brings 40%."


def bars(names: list[str]) -> Drawing:
    return drawing.top_bars(names, [0.4, 0.3, 0.2][: len(names)], label=words.percent)


def svg_of(html: str) -> ElementTree.Element:
    """The drawing read as XML, which refuses what a browser would forgive."""
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def scatter(points: int) -> Drawing:
    made, axes = drawing.canvas()
    axes.scatter(range(points), range(points), color=palette.ACTUAL.light)
    axes.axis("off")
    return made


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_no_name_breaks_or_leaves_its_drawing(name: str) -> None:
    plain = figure(bars(["Calder"]), description=DESCRIBED, name="top").html
    hostile = figure(bars([name]), description=DESCRIBED, name="top").html
    svg_of(hostile)
    assert skeleton(hostile) == skeleton(plain)
    hostile.encode("utf-8")


def test_a_control_character_shows_as_a_mark_in_the_drawing_and_its_description() -> None:
    made = figure(bars(["Cal\x08der"]), description="Bars of Cal\x08der and Za\ud800.", name="top")
    texts = ["".join(element.itertext()) for element in svg_of(made.html).iter("text")]
    assert "Cal\ufffdder" in texts
    assert svg_of(made.html).findtext("desc") == "Bars of Cal\ufffdder and Za\ufffd."
    made.text.encode("utf-8")


def test_a_drawing_made_without_our_words_cannot_break_the_page_either() -> None:
    made, axes = drawing.canvas()
    axes.text(0, 0, "Cal\x08der\uffff", color=palette.INK.light)
    axes.axis("off")
    shown = figure(made, description=DESCRIBED, name="raw").html
    assert "Cal\ufffdder\ufffd" in "".join(svg_of(shown).itertext())


@settings(max_examples=12, deadline=None)
@given(any_text, any_text.filter(lambda text: bool(text.strip())))
def test_any_text_stays_text(name: str, description: str) -> None:
    plain = figure(bars(["Calder", "Whitmore"]), description=DESCRIBED, name="top").html
    made = figure(bars(["Calder", name]), description=description, name="top").html
    assert skeleton(made) == skeleton(plain)
    svg_of(made)


def test_the_same_drawing_gives_the_same_bytes() -> None:
    first, again = (figure(bars(["A", "B"]), description=DESCRIBED, name="top") for _ in range(2))
    assert first.html == again.html


def test_a_chart_is_named_and_described() -> None:
    svg = svg_of(figure(bars(["A"]), description=DESCRIBED, name="top").html)
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "top-title top-desc")
    assert svg.findtext("title") == "Bar chart."
    assert svg.findtext("desc") == DESCRIBED


@pytest.mark.parametrize("description", ["", " \n"])
def test_a_chart_without_a_description_is_refused(description: str) -> None:
    with pytest.raises(ValueError, match="needs a description for readers who cannot see it"):
        figure(bars(["A"]), description=description, name="top")


def test_a_colour_outside_the_palette_is_refused() -> None:
    made, axes = drawing.canvas()
    axes.plot([0, 1], [0, 1], color="#ff00ff")
    with pytest.raises(ValueError, match="not in the palette: #ff00ff"):
        figure(made, description=DESCRIBED, name="pink")


def test_colours_follow_the_page_and_nothing_is_styled_inline() -> None:
    html = figure(bars(["A", "B"]), description=DESCRIBED, name="top").html
    assert "var(--highlight)" in html
    assert not re.search(r"#[0-9a-f]{6}", html)
    assert " style=" not in html


def test_two_charts_share_no_id() -> None:
    ids = [
        re.findall(r' id="([^"]+)"', figure(bars(["A"]), description=DESCRIBED, name=n).html)
        for n in ("one", "two")
    ]
    assert ids[0]
    assert not {*ids[0]} & {*ids[1]}


def test_names_with_dollars_are_not_formulas() -> None:
    html = figure(bars(["$5m to $9m"]), description=DESCRIBED, name="top").html
    assert "$5m to $9m" in html


def test_many_marks_become_one_picture_within_the_page() -> None:
    few = figure(scatter(MOST_MARKS), description=DESCRIBED, name="few").html
    many = figure(scatter(MOST_MARKS + 1), description=DESCRIBED, name="many").html
    assert "<image" not in few
    assert many.count('href="data:image/png;base64,') == 1


def test_the_drawing_is_left_as_it_was() -> None:
    made = scatter(MOST_MARKS + 1)
    figure(made, description=DESCRIBED, name="many")
    assert not any(artist.get_rasterized() for axes in made.axes for artist in axes.collections)


@given(st.integers(1, 4000), st.booleans())
def test_a_line_counts_its_markers(points: int, with_markers: bool) -> None:
    line = Line2D(range(points), range(points), marker="o" if with_markers else "")
    assert count_marks(line) == 1 + (points if with_markers else points // 500)
