"""The colours: contrast on screen and on paper, and no colour written anywhere else."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from portfolio_lib.pieces import drawing, figure, palette
from portfolio_lib.pieces.palette import COLOURS, GRAPHIC_PAIRS, TEXT_PAIRS, Colour, contrast

THEMES = ("light", "dark", "paper")
DRAWN = (palette.INK, palette.MUTED, palette.ACTUAL, palette.PREVIOUS, *drawing.SERIES)
ASSETS = ("pieces.css", "pack.css")


def asset(name: str) -> str:
    return resources.files("portfolio_lib.pieces").joinpath("assets", name).read_text("utf-8")


def pair_name(pair: tuple[Colour, Colour]) -> str:
    return f"{pair[0].name} on {pair[1].name}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids=pair_name)
def test_text_stands_out_at_least_4_5_to_1(pair: tuple[Colour, Colour], theme: str) -> None:
    assert contrast(getattr(pair[0], theme), getattr(pair[1], theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", GRAPHIC_PAIRS, ids=pair_name)
def test_marks_stand_out_at_least_3_to_1(pair: tuple[Colour, Colour], theme: str) -> None:
    assert contrast(getattr(pair[0], theme), getattr(pair[1], theme)) >= 3


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that WCAG's own examples let pass
        ("#777777", "#ffffff", 4.48),  # one step lighter fails
        ("#949494", "#ffffff", 3.03),
    ],
)
def test_contrast_agrees_with_the_known_ratios(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_a_mark_on_the_page_is_judged_in_every_theme() -> None:
    """Every colour that the rules give to text is among the pairs that are measured."""
    rules = "".join(map(asset, ASSETS))
    used = set(re.findall(r"(?<![-\w])color:var\(--([\w-]+)\)", rules))
    judged = {colour.name for pair in (*TEXT_PAIRS, *GRAPHIC_PAIRS) for colour in pair}
    assert used
    assert used <= judged


@pytest.mark.parametrize("name", ASSETS)
def test_rules_use_only_colours_of_the_palette(name: str) -> None:
    rules = asset(name)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) <= {colour.name for colour in COLOURS}


def test_no_two_colours_share_a_name() -> None:
    assert len({colour.name for colour in COLOURS}) == len(COLOURS)


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda colour: colour.name)
def test_what_is_drawn_in_a_colour_follows_that_colour_into_the_dark(drawn: Colour) -> None:
    """A drawing's light values are turned back into variables, so each must stand for one."""
    made, axes = drawing.canvas()
    axes.plot([0, 1], [0, 1], color=drawn.light)
    axes.axis("off")
    shown = figure(made, description="A line from 0 to 1.", name="line").html
    assert f'stroke="var(--{drawn.name})"' in shown


@pytest.mark.parametrize(
    ("level", "light", "dark"),
    [
        ("GREEN", "#0b7a75", "#25b1b1"),
        ("YELLOW", "#bf7a00", "#ffdb70"),
        ("RED", "#8b0a1e", "#e5483d"),
    ],
)
def test_status_colours_are_the_agreed_ones(level: str, light: str, dark: str) -> None:
    colour = getattr(palette, level)
    assert (colour.light, colour.dark) == (light, dark)


def test_paper_is_light_whatever_the_screen() -> None:
    rules = palette.stylesheet_variables()
    printed = rules[rules.index("@media print") :]
    assert f"--page:{palette.PAGE.light}" in printed
    assert "color-scheme:light" in printed
