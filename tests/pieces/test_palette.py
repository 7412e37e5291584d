"""The colours can be read: every pair that meets on a page has the contrast it needs."""

from __future__ import annotations

import re

import pytest

from portfolio_lib.pieces.palette import (
    COLOURS,
    GRAPHIC_PAIRS,
    HEAT,
    TEXT_PAIRS,
    Colour,
    contrast,
    stylesheet_variables,
    variables,
)
from portfolio_lib.pieces.sentences import pieces_css

THEMES = ("light", "dark", "paper")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS, ids=lambda c: c.name)
def test_text_has_the_contrast_of_wcag_aa(ink: Colour, ground: Colour, theme: str) -> None:
    assert contrast(getattr(ink, theme), getattr(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), GRAPHIC_PAIRS, ids=lambda c: c.name)
def test_marks_have_three_to_one(mark: Colour, ground: Colour, theme: str) -> None:
    assert contrast(getattr(mark, theme), getattr(ground, theme)) >= 3


def test_contrast_agrees_with_published_ratios() -> None:
    """#767676 on white is the well-known lightest grey that passes AA, 4.54 to 1."""
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_no_two_tokens_share_a_light_value() -> None:
    """A drawing's colours are turned back into variables by their light value."""
    values = [colour.light for colour in COLOURS]
    assert len(values) == len(set(values))
    assert all(re.fullmatch("#[0-9a-f]{6}", getattr(c, t)) for c in COLOURS for t in THEMES)


def test_heat_grows_darker_by_step() -> None:
    against_white = [contrast(step.light, "#ffffff") for step in HEAT]
    assert against_white == sorted(against_white)
    assert len(HEAT) == 6


def test_every_variable_that_the_stylesheet_uses_is_a_token() -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", pieces_css()))
    assert used - {colour.name for colour in COLOURS} == set()


def test_no_colour_is_written_outside_the_palette() -> None:
    rules = pieces_css().replace(stylesheet_variables(), "")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_gives_every_token_a_value(theme: str) -> None:
    assert variables(theme).count("--") == len(COLOURS)
