"""The piece: a finished part of a pack, safe to put on a page.

A piece is made once and never changed. Everything that came from data is escaped while the piece
is made, so that nothing downstream has to remember to do it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METADATA_KEY = "portfolio"

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Piece:
    """A part of a pack as HTML and as plain text.

    Parameters
    ----------
    html : str
        Complete markup; values from data are already escaped.
    text : str
        The same content in plain words, for consoles and screen-free reading.
    kind : str
        ``table``, ``figure``, ``kpis``, ``status``, ``say``, ``exhibit``, ``message`` or ``style``.
    headline : str or None
        The sentence that a reader should take away, where the piece has one.
    decision : str or None
        What readers are asked to decide, where the piece asks.

    Notes
    -----
    Characters that no file can carry (control characters, halves of surrogate pairs) become the
    visible mark in all of them.
    """

    html: str
    text: str
    kind: str
    headline: str | None = None
    decision: str | None = None

    def __post_init__(self) -> None:
        for name in ("html", "text", "headline", "decision"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, visible(value))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """What a notebook keeps of this piece; the pack lets in outputs with this metadata only."""
        detail: dict[str, str] = {"kind": self.kind}
        for name, value in (("headline", self.headline), ("decision", self.decision)):
            if value is not None:
                detail[name] = value
        return {"text/html": self.html, "text/plain": self.text}, {METADATA_KEY: detail}

    def __repr__(self) -> str:
        return self.text


def visible(text: str) -> str:
    """The text with a visible mark for every character that pages and drawings cannot carry.

    Line ends and tabs stay.

    >>> visible("Calder\\x08 Health\\uffff") == "Calder\\ufffd Health\\ufffd"
    True
    """
    return _CONTROL.sub("\ufffd", text)


def escape(value: object) -> str:
    """Text for an element or a quoted attribute; control characters become a visible mark.

    >>> escape('<b onclick="x">')
    '&lt;b onclick=&quot;x&quot;&gt;'
    """
    return html.escape(visible(str(value)), quote=True)


def slug(value: str) -> str:
    """An id made of letters, digits and single hyphens.

    >>> slug("Revenue, 12 months")
    'revenue-12-months'
    """
    return _NOT_IN_IDS.sub("-", value.lower()).strip("-") or "part"


def attributes(pairs: Mapping[str, str | None]) -> str:
    """Attributes ready to follow a tag's name; absent values are left out.

    >>> attributes({"class": "n", "data-v": None})
    ' class="n"'
    """
    return "".join(
        f' {name}="{escape(value)}"' for name, value in pairs.items() if value is not None
    )
