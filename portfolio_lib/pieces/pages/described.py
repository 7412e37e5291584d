"""A list of things with what is said of each, in full: nothing in it is cut short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio_lib.pieces.piece import Piece, escape
from portfolio_lib.pieces.statuses import SHAPES, Level, status_html


@dataclass(frozen=True)
class Described:
    """One thing: its name, its value, the sentences on it, and what stands in small print.

    Parameters
    ----------
    name : str
        Set in bold.
    value : str
        Stands behind the name; may be empty.
    text : str
        One or more sentences; may be empty.
    details : tuple of str
        Joined by a middle dot; may be empty.
    mark : (level, word) or None
        A status in front of the name.
    """

    name: str
    value: str = ""
    text: str = ""
    details: tuple[str, ...] = ()
    mark: tuple[Level, str] | None = None


def described(entries: Sequence[Described], *, caption: str) -> Piece:
    """The things one below the other, as a description list.

    Parameters
    ----------
    entries : sequence of Described
        At least one.
    caption : str
        What the list holds.
    """
    body = "".join(_entry_html(entry) for entry in entries)
    html = (
        f'<div class="pf pf-say"><p>{escape(caption)}</p><dl class="pf-described">{body}</dl></div>'
    )
    return Piece(html, "\n".join([caption, *map(_entry_text, entries)]), "say")


@dataclass(frozen=True)
class Chapter:
    """Lists one below the other, each under the small print that all its things share."""

    title: str
    groups: Sequence[tuple[str, Sequence[Described]]]


def described_in_chapters(chapters: Sequence[Chapter], *, caption: str) -> Piece:
    """Many things, folded away chapter by chapter: a reader opens the one that matters.

    Parameters
    ----------
    chapters : sequence of Chapter
        In the order of the pack.
    caption : str
        What the chapters hold.
    """
    body = "".join(
        f"<details><summary>{escape(chapter.title)}</summary>"
        f"{''.join(_group_html(*group) for group in chapter.groups)}</details>"
        for chapter in chapters
    )
    text = [
        line
        for chapter in chapters
        for shared, entries in [(chapter.title, ()), *chapter.groups]
        for line in (shared, *map(_entry_text, entries))
    ]
    html = f'<div class="pf pf-say"><p>{escape(caption)}</p>{body}</div>'
    return Piece(html, "\n".join([caption, *text]), "say")


def _group_html(shared: str, entries: Sequence[Described]) -> str:
    listed = "".join(map(_entry_html, entries))
    return f'<p class="pf-shared">{escape(shared)}</p><dl class="pf-described">{listed}</dl>'


def _entry_html(entry: Described) -> str:
    mark = f"{status_html(*entry.mark)} " if entry.mark else ""
    value = f": {escape(entry.value)}" if entry.value else ""
    text = f"<dd>{escape(entry.text)}</dd>" if entry.text else ""
    small = f"<dd><small>{escape(' · '.join(entry.details))}</small></dd>" if entry.details else ""
    said = text + small or "<dd>Nothing more to say.</dd>"
    return f"<dt>{mark}<b>{escape(entry.name)}</b>{value}</dt>{said}"


def _entry_text(entry: Described) -> str:
    mark = f"{SHAPES[entry.mark[0]]} {entry.mark[1]} " if entry.mark else ""
    value = f": {entry.value}" if entry.value else ""
    rest = " ".join(part for part in (entry.text, " · ".join(entry.details)) if part)
    return f"{mark}{entry.name}{value}\n  {rest}".rstrip()
