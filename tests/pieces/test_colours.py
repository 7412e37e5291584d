"""The colours in use: charts, rules and paper keep to the palette and to what is measured."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from portfolio_lib.pieces import drawing, figure, palette
from portfolio_lib.pieces.palette import COLOURS, GRAPHIC_PAIRS, TEXT_PAIRS, Colour

DRAWN = (palette.INK, palette.MUTED, palette.ACTUAL, palette.PREVIOUS, *drawing.SERIES)
ASSETS = ("pieces.css", "pack.css")


def asset(name: str) -> str:
    return resources.files("portfolio_lib.pieces").joinpath("assets", name).read_text("utf-8")


def test_every_colour_that_a_rule_gives_to_text_is_measured_against_its_ground() -> None:
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
