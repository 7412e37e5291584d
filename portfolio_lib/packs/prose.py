"""The prose of a page notebook as HTML: our own words, but still no way in for markup.

Raw HTML is shown as text, addresses on the net are written out and lead nowhere, pictures become
their alternative text, and dollar signs are money, never formulas.
"""

from __future__ import annotations

from typing import Any

import mistune

from portfolio_lib.pieces.piece import escape, slug

ANCHOR_PREFIX = "s-"


class ProseRenderer(mistune.HTMLRenderer):
    """Headings from the second level down, with anchors; nothing that loads or leaves."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        level = max(level, 2)
        if level > 2:
            return f"<h{level}>{text}</h{level}>\n"
        return f'<h2 data-section="">{text}</h2>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#"):
            return f'<a href="#{slug(url)}">{text}</a>'
        return text if escape(url) == text else f"{text} ({escape(url)})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return escape(text)


def prose(source: str) -> str:
    """Markdown as HTML.

    >>> prose("Revenue went from $5m to $9m. <b onclick=x>")
    '<p>Revenue went from $5m to $9m. &lt;b onclick=x&gt;</p>\\n'
    """
    rendered = _MARKDOWN(source)
    assert isinstance(rendered, str)
    return rendered


_MARKDOWN = mistune.create_markdown(renderer=ProseRenderer())
