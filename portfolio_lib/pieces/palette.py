"""The colours, each with one meaning, for light pages, dark pages and paper.

This is the only place where a colour is written. The stylesheet gets them as CSS variables, and
drawings use the light values, which `figure` then turns back into those variables, so that charts
follow the page into dark mode and onto paper.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """One token: its CSS variable is ``--<name>``."""

    name: str
    light: str
    dark: str
    paper: str


def _colour(name: str, light: str, dark: str, paper: str | None = None) -> Colour:
    return Colour(name, light, dark, paper or light)


PAGE = _colour("page", "#ffffff", "#15191f")
PANEL = _colour("panel", "#f4f6f8", "#1e242c")
INK = _colour("ink", "#16202b", "#e8edf2", "#101418")
MUTED = _colour("muted", "#4a5663", "#b3bec9", "#3a434d")
HAIRLINE = _colour("hairline", "#d5dbe1", "#343d47", "#c3cad1")
CONTROL = _colour("control", "#6b7885", "#8b98a5")
LINK = _colour("link", "#12436e", "#8cc4ff")
FOCUS = _colour("focus", "#12436c", "#9fd0ff")
ACTUAL = _colour("actual", "#2b3a4a", "#d5dde5")
PREVIOUS = _colour("previous", "#84909d", "#76838f")
HIGHLIGHT = _colour("highlight", "#12436f", "#7db7ea")
SECOND = _colour("second", "#c4500f", "#ff9a5c")
THIRD = _colour("third", "#6bade6", "#4f86b8")
QUIET = _colour("quiet", "#c9d1d9", "#4a5663")
GREEN = _colour("green", "#0b7a75", "#25b1b1")
YELLOW = _colour("yellow", "#bf7a00", "#ffdb70")
RED = _colour("red", "#8b0a1e", "#e5483d")
GREY = _colour("grey", "#5b6773", "#a3afba")
GREEN_TINT = _colour("green-tint", "#e3f3f1", "#12302f")
YELLOW_TINT = _colour("yellow-tint", "#fff6e5", "#3a2f12")
RED_TINT = _colour("red-tint", "#fbe6e9", "#3a1618")
GREY_TINT = _colour("grey-tint", "#eef1f4", "#262d36")
HEAT = (
    _colour("heat-0", "#f2f6fa", "#f2f6fa"),
    _colour("heat-1", "#d3e3f1", "#d3e3f1"),
    _colour("heat-2", "#a9cae6", "#a9cae6"),
    _colour("heat-3", "#6bace6", "#6bace6"),
    _colour("heat-4", "#2073bc", "#2073bc"),
    _colour("heat-5", "#12436d", "#12436d"),
)
ON_PALE = _colour("on-pale", "#0f1720", "#0f1720")
ON_DEEP = _colour("on-deep", "#fefefe", "#fefefe")

COLOURS: tuple[Colour, ...] = (
    PAGE, PANEL, INK, MUTED, HAIRLINE, CONTROL, LINK, FOCUS, ACTUAL, PREVIOUS, HIGHLIGHT, SECOND,
    THIRD, QUIET, GREEN, YELLOW, RED, GREY, GREEN_TINT, YELLOW_TINT, RED_TINT, GREY_TINT,
    *HEAT, ON_PALE, ON_DEEP,
)  # fmt: skip

#: Text on background, at least 4.5 to 1.
TEXT_PAIRS: tuple[tuple[Colour, Colour], ...] = (
    *((ink, ground) for ink in (INK, MUTED, LINK) for ground in (PAGE, PANEL)),
    *((INK, tint) for tint in (GREEN_TINT, YELLOW_TINT, RED_TINT, GREY_TINT)),
    *((ON_PALE, step) for step in HEAT[:4]),
    *((ON_DEEP, step) for step in HEAT[4:]),
)

#: Marks, borders of controls and the focus ring on their background, at least 3 to 1.
GRAPHIC_PAIRS: tuple[tuple[Colour, Colour], ...] = (
    *((mark, PAGE) for mark in (ACTUAL, PREVIOUS, HIGHLIGHT, SECOND, CONTROL, FOCUS)),
    (GREEN, GREEN_TINT),
    (YELLOW, YELLOW_TINT),
    (RED, RED_TINT),
    (GREY, GREY_TINT),
    (ACTUAL, PANEL),
)


def variables(theme: str) -> str:
    """The declarations of one theme: ``light``, ``dark`` or ``paper``."""
    return ";".join(f"--{colour.name}:{getattr(colour, theme)}" for colour in COLOURS)


def stylesheet_variables() -> str:
    """The rules that give every colour its value by theme; paper is light whatever the screen."""
    light, dark, paper = (variables(theme) for theme in ("light", "dark", "paper"))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f":root[data-theme=dark],[data-jp-theme-light=false]{{color-scheme:dark;{dark}}}\n"
        "@media (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]):not(:has([data-jp-theme-light]))"
        f"{{color-scheme:dark;{dark}}}}}\n"
        f"@media print{{:root:root:root{{color-scheme:light;{paper}}}}}\n"
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours.

    >>> round(contrast("#000000", "#ffffff"), 1), contrast("#777777", "#777777")
    (21.0, 1.0)

    References
    ----------
    WCAG 2.2, "contrast ratio": https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
