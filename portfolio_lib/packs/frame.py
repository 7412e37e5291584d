"""The frame around a pack or the index: one HTML file that loads nothing and reads without script.

The browser is told to refuse everything except this file's own style and script, which are named
by their hashes; inline styles, event handlers, pictures and addresses from elsewhere do nothing
even if one should slip in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portfolio_lib.pieces.sentences import pieces_css

TEMPLATE_FOLDER = Path(str(resources.files("portfolio_lib.packs").joinpath("template")))


@dataclass(frozen=True)
class Section:
    """A part of the page under one heading; `body` is finished markup."""

    anchor: str
    title: str
    body: str
    opens: bool = False


@dataclass(frozen=True)
class Records:
    """Labelled values in the footer."""

    title: str
    pairs: tuple[tuple[str, str], ...]


def render_frame(
    template: str,
    *,
    title: str,
    name: str,
    headline: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    what: str,
    notes: Sequence[str] = (),
    records: Sequence[Records] = (),
    running_foot: str = "",
    **more: object,
) -> str:
    """A whole page from a template of the template folder; every value is escaped there."""
    css = stylesheet() + _running_foot(running_foot)
    shown = [
        {"anchor": s.anchor, "title": s.title, "body": Markup(s.body), "opens": s.opens}
        for s in sections
    ]
    return _environment().get_template(template).render(
        title=title, name=name, headline=headline, facts=facts, sections=shown, what=what,
        notes=notes, records=records, css=Markup(css), script=Markup(script()),
        policy=content_policy(css, script()), **more,
    )  # fmt: skip


def content_policy(css: str, javascript: str) -> str:
    """The page's Content-Security-Policy: nothing but this style, this script, pictures within."""
    return (
        f"default-src 'none'; img-src data:; style-src '{source_hash(css)}'; "
        f"script-src '{source_hash(javascript)}'; base-uri 'none'; form-action 'none'"
    )


def source_hash(text: str) -> str:
    """The hash by which a policy names an inline style or script.

    >>> source_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


@cache
def stylesheet() -> str:
    """The style of pieces and frame."""
    return pieces_css() + _asset("pack.css")


@cache
def script() -> str:
    """The one script: theme, print, sorting, searching, scroll regions, place in the contents."""
    return _asset("pack.js")


def _asset(name: str) -> str:
    assets = resources.files("portfolio_lib.pieces").joinpath("assets")
    return assets.joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def _running_foot(text: str) -> str:
    """What stands under every printed page; the text cannot end the rule, being escaped whole."""
    escaped = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text)
    look = "font:7.5pt system-ui,sans-serif;color:#3a434d"
    return (
        f'@media print{{@page{{@bottom-left{{content:"{escaped}";{look}}}'
        f'@bottom-right{{content:"Page " counter(page) " of " counter(pages);{look}}}}}}}\n'
    )
