"""What holds for the pieces of every page: nothing leaks, no id twice, no data is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from portfolio_lib.pieces.piece import Piece

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK(1)",
    "שלום תעשיות",
    "$5m to $9m",
    "A" * 400,
    "nameless\nline",
    "{{ 7 * 7 }}",
]
LEAKS = re.compile(r"\b(nan|NaN|None|NaT|inf|<NA>)\b")
NEVER_TAGS = {"script", "img", "style", "iframe"}


class Walk(HTMLParser):
    """Collects tags, ids and text of a piece."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check(pieces: Iterable[Piece], *, no_tags: Iterable[str] = ()) -> None:
    """The pieces of one page: no value leaks, no id stands twice, nothing from data is markup."""
    ids: list[str] = []
    for piece in pieces:
        walk = Walk(piece.html)
        ids += walk.ids
        assert not LEAKS.search(" ".join(walk.words)), piece.text
        assert not {*NEVER_TAGS, *no_tags} & set(walk.tags)
    assert len(ids) == len(set(ids))
