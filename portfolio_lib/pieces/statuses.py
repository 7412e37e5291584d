"""Status: always a word, a shape and a colour, so that it never rests on colour alone."""

from __future__ import annotations

from typing import Literal, get_args

from portfolio_lib.pieces.piece import Piece, escape

Level = Literal["green", "yellow", "red", "grey"]

SHAPES: dict[Level, str] = {"green": "●", "yellow": "▲", "red": "◆", "grey": "○"}
WORDS: dict[Level, str] = {"green": "Green", "yellow": "Yellow", "red": "Red", "grey": "Unknown"}


def status(level: Level, word: str | None = None) -> Piece:
    """A status mark.

    Parameters
    ----------
    level : {'green', 'yellow', 'red', 'grey'}
        Grey is unknown, never good.
    word : str or None
        What it means here; the level's own name where left out.

    Raises
    ------
    ValueError
        The level is not one of the four.

    Examples
    --------
    >>> status("yellow", "Watch").text
    '▲ Watch'
    """
    if level not in get_args(Level):
        raise ValueError(f"a status is one of {', '.join(get_args(Level))}, not {level!r}")
    shown = word or WORDS[level]
    return Piece(status_html(level, shown), f"{SHAPES[level]} {shown}", "status")


def status_html(level: Level, word: str) -> str:
    """The mark as markup, for cards and cells."""
    return (
        f'<span class="pf-status {level}"><i aria-hidden="true">{SHAPES[level]}</i> '
        f"{escape(word)}</span>"
    )
