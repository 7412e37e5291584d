"""Lines to be filled by hand."""

from __future__ import annotations

from collections.abc import Sequence

from portfolio_lib.pieces.piece import Piece, escape

RULE = "_" * 28
"""A line to write on, for readers of plain text."""


def signature(labels: Sequence[str]) -> Piece:
    """One line to write on for each label; the page says in words that it is blank.

    Parameters
    ----------
    labels : sequence of str
        What is written there: name, title, signature, date.

    Raises
    ------
    ValueError
        There is no label.
    """
    if not labels:
        raise ValueError("a signature needs at least one label")
    lines = "".join(
        f'<li><span class="k">{escape(label)}</span>'
        '<span class="l"><span class="pf-hidden">to be filled by hand</span></span></li>'
        for label in labels
    )
    text = "\n".join(f"{label}: {RULE}" for label in labels)
    return Piece(f'<ul class="pf-sign">{lines}</ul>', text, "say")
