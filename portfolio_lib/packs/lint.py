"""What a finished page must keep, beyond what accessibility checkers look for.

A page that loads from elsewhere, runs another script, shows a placeholder for a description or a
``nan`` for a number can look right and pass a checker. Each rule here reads the finished markup and
tells every place that breaks it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from portfolio_lib.packs.frame import script, source_hash

SHOWN_PER_RULE = 3

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NEVER_ON_A_PAGE = ("base", "embed", "frame", "iframe", "link", "object")
LOADING = (
    "src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "xlink:href",
)  # fmt: skip
POINTING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
PLACEHOLDER = re.compile(
    r"(an? |the )?(alt|chart|description|desc|diagram|drawing|figure|fig|graph|image|img|picture"
    r"|plot|svg|title|todo|untitled)(\.?\s*\d+)?\W*",
    re.IGNORECASE,
)

_BLANK = re.compile(r"[\x00-\x20]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_POLICY_HASH = re.compile(r"'(sha256-[^']+)'")
_NOT_A_VALUE = re.compile(r"(?<![\w.])[+−-]?(nan|NaN|inf|NaT|None|<NA>)(?!\w)")
_NONE_OF = re.compile(r"\bNone (of|has|have|is|are|was|were|needs?)\b")


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule.

    Parameters
    ----------
    rule : str
        Name of the rule.
    where : str
        The element, the line of the file, and the nearest anchor above it.
    message : str
        What was found and what was expected.
    """

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.message} ({self.where})"


Found = Iterator[tuple[Tag | None, str]]


def lint_page(html: str) -> list[Finding]:
    """Every finding of every rule, in the order of the rules and of the page.

    Parameters
    ----------
    html : str
        A pack or the index, whole.

    Examples
    --------
    >>> [finding.rule for finding in lint_page("<h1>One</h1><h1>Two</h1>")][:3]
    ['language', 'title', 'one main heading']
    """
    page = BeautifulSoup(html, "html.parser")
    return [
        Finding(name, _where(tag), message)
        for name, rule in RULES.items()
        for tag, message in rule(page)
    ]


def lint_in_words(findings: Sequence[Finding], shown: int = SHOWN_PER_RULE) -> tuple[str, ...]:
    """The findings as notes: the first few of each rule, and how many more there are.

    >>> lint_in_words([Finding("title", "page", "there is no title")])
    ('Lint, title: there is no title (page)',)
    """
    notes = []
    for rule, how_many in Counter(finding.rule for finding in findings).items():
        of_rule = [finding for finding in findings if finding.rule == rule]
        notes += [f"Lint, {finding}" for finding in of_rule[:shown]]
        if how_many > shown:
            notes.append(f"Lint, {rule}: {how_many - shown} more places")
    return tuple(notes)


def _where(tag: Tag | None) -> str:
    if tag is None:
        return "page"
    anchors = (one.get("id") for one in (tag, *tag.parents))
    anchor = next((str(found) for found in anchors if found), None)
    near = f", in #{anchor}" if anchor else ""
    return f"<{tag.name}>, line {tag.sourceline}{near}"


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else value or ""


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _language(page: BeautifulSoup) -> Found:
    root = page.find("html")
    if root is None or not _attribute(root, "lang").strip():
        yield root, "the page does not say its language (lang)"


def _title(page: BeautifulSoup) -> Found:
    title = page.select_one("head > title")
    if title is None or not _text(title):
        yield title, "the page has no title, or an empty one"


def _one_main_heading(page: BeautifulSoup) -> Found:
    main = page.find_all("h1")
    if len(main) != 1:
        yield (main[1] if main else None), f"one h1 was expected, {len(main)} were found"


def _heading_order(page: BeautifulSoup) -> Found:
    """The contents may come before the h1: only steps down by more than one are skipped levels."""
    before = 0
    for heading in page.find_all(HEADINGS):
        level = int(heading.name[1])
        if before and level > before + 1:
            yield heading, f"h{level} follows h{before}: a level is skipped"
        if not _text(heading):
            yield heading, "the heading is empty"
        before = level


def _unique_ids(page: BeautifulSoup) -> Found:
    seen: set[str] = set()
    for tag in page.find_all(id=True):
        anchor = _attribute(tag, "id")
        if anchor in seen:
            yield tag, f"the id {_excerpt(anchor)} is used twice"
        seen.add(anchor)


def _pictures(page: BeautifulSoup) -> Found:
    for svg in page.find_all("svg"):
        if _attribute(svg, "role") == "img":
            yield from ((svg, fault) for fault in _unnamed(svg))
        elif _attribute(svg, "aria-hidden") != "true":
            yield svg, "a drawing is neither named (role=img) nor hidden from listeners"
    for picture in page.find_all("img"):
        if "alt" not in picture.attrs or _is_placeholder(_attribute(picture, "alt")):
            yield picture, "the picture has no description (alt)"


def _unnamed(svg: Tag) -> Iterator[str]:
    label = _attribute(svg, "aria-label")
    names = [label] if label.strip() else _own_words(svg)
    if len(names) < (1 if label.strip() else 2):
        yield "a drawing needs a title and a desc, or an aria-label"
    for name in names:
        if _is_placeholder(name):
            yield f"{_excerpt(name)} describes nothing"


def _own_words(svg: Tag) -> list[str]:
    parts = (svg.find(tag, recursive=False) for tag in ("title", "desc"))
    return [_text(part) for part in parts if part is not None and _text(part)]


def _is_placeholder(text: str) -> bool:
    return PLACEHOLDER.fullmatch(text.strip()) is not None


def _tables(page: BeautifulSoup) -> Found:
    for table in page.find_all("table"):
        caption = table.find("caption")
        if caption is None or not _text(caption):
            yield table, "the table has no caption"
        if not table.select("thead th[scope=col]"):
            yield table, "the table has no column headers (th scope=col)"
        for header in table.find_all("th"):
            if _attribute(header, "scope") not in ("col", "row", "colgroup", "rowgroup"):
                yield header, "a header does not say what it heads (scope)"
        for row in table.select("tbody tr"):
            if row.select_one("th[scope=row]") is None and row.select_one("td[colspan]") is None:
                yield row, "the row has no header (th scope=row)"


def _empty_cells(page: BeautifulSoup) -> Found:
    for cell in page.find_all(("td", "th")):
        if not _text(cell):
            yield cell, "an empty cell: say what is missing"


def _addresses(page: BeautifulSoup) -> Found:
    for tag in page.find_all(NEVER_ON_A_PAGE):
        yield tag, f"<{tag.name}> loads from elsewhere"
    for tag in page.find_all(True):
        for name, value in _loaded(tag):
            if not _is_within(value):
                yield tag, f"{name}={_excerpt(value)} loads from elsewhere"
    for link in page.find_all("a", href=True):
        if _leaves(_attribute(link, "href")):
            yield link, f"href={_excerpt(_attribute(link, 'href'))} leads out of the review's files"
    for refresh in page.find_all("meta", attrs={"http-equiv": re.compile("refresh", re.I)}):
        yield refresh, "the page sends its reader elsewhere"
    for style in page.find_all("style"):
        yield from ((style, message) for message in _css_addresses(style.get_text()))


def _loaded(tag: Tag) -> Iterator[tuple[str, str]]:
    names = LOADING if tag.name == "a" else (*LOADING, "href")
    yield from ((name, _attribute(tag, name)) for name in names if name in tag.attrs)
    for name in tag.attrs:
        for address in _CSS_ADDRESS.findall(_attribute(tag, name)):
            yield name, address


def _css_addresses(css: str) -> Iterator[str]:
    if "@import" in css.lower():
        yield "@import loads from elsewhere"
    for address in _CSS_ADDRESS.findall(css):
        if not _is_within(address):
            yield f"url({_excerpt(address)}) loads from elsewhere"


def _is_within(address: str) -> bool:
    return _BLANK.sub("", address).lower().startswith(("#", "data:image/"))


def _leaves(address: str) -> bool:
    """Anything but a place on this page or a file beside it, read as a browser would."""
    plain = _BLANK.sub("", address).replace("\\", "/")
    return plain.startswith("/") or _SCHEME.match(plain) is not None


def _scripts(page: BeautifulSoup) -> Found:
    ours = source_hash(script())
    found = page.find_all("script")
    for one in found:
        if "src" in one.attrs or source_hash(one.get_text()) != ours:
            yield one, f"this is not the pack's script: {_excerpt(one.get_text().strip())}"
    if len(found) > 1:
        yield found[1], f"one script was expected, {len(found)} were found"


def _policy(page: BeautifulSoup) -> Found:
    meta = page.select_one('head > meta[http-equiv="Content-Security-Policy"]')
    if meta is None:
        yield None, "the page has no Content-Security-Policy"
        return
    parts = [part.split() for part in _attribute(meta, "content").split(";") if part.split()]
    rules = {name: sources for name, *sources in parts}
    if rules.get("default-src") != ["'none'"]:
        yield meta, "the policy does not start from default-src 'none'"
    for name, sources in rules.items():
        yield from ((meta, message) for message in _loose(name, sources))
    for kind, tags in (
        ("script-src", page.find_all("script")),
        ("style-src", page.find_all("style")),
    ):
        named = _POLICY_HASH.findall(" ".join(rules.get(kind, [])))
        yield from (
            (tag, f"{kind} of the policy does not name this <{tag.name}>")
            for tag in tags
            if source_hash(tag.get_text()) not in named
        )


def _loose(name: str, sources: Iterable[str]) -> Iterator[str]:
    """Whatever a rule of the policy lets in besides hashes, nothing, and pictures within."""
    for source in sources:
        fits = source == "'none'" or _POLICY_HASH.fullmatch(source)
        if not fits and (name, source) != ("img-src", "data:"):
            yield f"{name} of the policy lets in {source}"


def _inline(page: BeautifulSoup) -> Found:
    for tag in page.find_all(True):
        for name in tag.attrs:
            if name.lower().startswith("on"):
                yield tag, f"an inline event handler: {name}"
            if name.lower() in ("style", "srcdoc"):
                yield tag, f"an inline {name} attribute"


def _missing_values(page: BeautifulSoup) -> Found:
    """Row headers are names, and a client may be called None; text cells must not be just that."""
    for tag in page.select("td, .pf-kpis .v, .pf-kpis dd, h1, h3"):
        text = _NONE_OF.sub("", _text(tag))
        is_words = tag.name == "td" and "n" not in _attribute(tag, "class").split()
        found = (_NOT_A_VALUE.fullmatch if is_words else _NOT_A_VALUE.search)(text)
        if found:
            yield tag, f"{_excerpt(found[0])} where a value or a sentence was expected"


def _references(page: BeautifulSoup) -> Found:
    ids = {_attribute(tag, "id") for tag in page.find_all(id=True)}
    for tag in page.find_all(True):
        for name, target in _pointed(tag):
            if target not in ids:
                yield tag, f"{name} points to #{target}, which is not on the page"


def _pointed(tag: Tag) -> Iterator[tuple[str, str]]:
    address = _attribute(tag, "href")
    if address.startswith("#"):
        yield "href", address[1:]
    for name in POINTING:
        yield from ((name, target) for target in _attribute(tag, name).split())
    for name in tag.attrs:
        for found in _CSS_ADDRESS.findall(_attribute(tag, name)):
            if found.startswith("#"):
                yield name, found[1:]


RULES: dict[str, Callable[[BeautifulSoup], Found]] = {
    "language": _language,
    "title": _title,
    "one main heading": _one_main_heading,
    "heading order": _heading_order,
    "unique ids": _unique_ids,
    "named pictures": _pictures,
    "table headers": _tables,
    "empty cells": _empty_cells,
    "addresses": _addresses,
    "scripts": _scripts,
    "policy": _policy,
    "inline code": _inline,
    "missing values": _missing_values,
    "references": _references,
}
"""Every rule by the name that findings carry."""
