"""Executed page notebooks become one pack: a single HTML file that opens anywhere.

Only what the pieces made, and our own prose, is let in. Whatever else a cell has left behind
(printed lines, warnings, bare frames, tracebacks) stays out and is reported.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from portfolio_lib.packs.frame import TEMPLATE_FOLDER, Records, Section, render_frame
from portfolio_lib.packs.prose import ANCHOR_PREFIX, prose
from portfolio_lib.pieces import words
from portfolio_lib.pieces.piece import METADATA_KEY, escape, slug
from portfolio_lib.pieces.sentences import FIGURE_NUMBER

OPENING = "Executive summary"
LET_IN = frozenset({"table", "figure", "kpis", "status", "say", "exhibit", "message"})

_SECTION = re.compile(r'<h2 data-section="">(.*?)</h2>\n', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_EXCERPT = 120


@dataclass(frozen=True)
class PackPage:
    """One executed notebook and what the page is called."""

    key: str
    notebook: NotebookNode


@dataclass(frozen=True)
class PackHeader:
    """What the frame of a pack says about itself.

    Parameters
    ----------
    unit_name, firm_name : str
        As people write them.
    period : str
        In words, for example ``Quarter 3 2026``.
    as_of : date
        The last day observed.
    status : str
        For example ``Draft for review``.
    edition : str
        ``Full`` or ``Confidential``.
    run_id : str
        Leads to `run.json`.
    versions, parameters : mapping of str to str
        Listed in the footer; secrets are masked by the caller.
    checks : sequence of str
        What the data checks found, in sentences.
    stale_reason : str or None
        Why this is the last good pack and not a new one.
    notices : sequence of str
        What a reader must know before the first figure, such as data that end early.
    index_address : str or None
        Where the firm's index lies, relative to the pack.
    """

    unit_name: str
    firm_name: str
    period: str
    as_of: dt.date
    status: str
    edition: str
    run_id: str
    versions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    checks: Sequence[str] = ()
    stale_reason: str | None = None
    notices: Sequence[str] = ()
    index_address: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """Something in a notebook that did not get into the pack."""

    page: str
    cell: int
    what: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.page}, cell {self.cell}: {self.what} left out: {self.excerpt}"


@dataclass(frozen=True)
class ExportedPack:
    """The pack, and what a reader of the log should know about it."""

    html: str
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]
    figures: int
    headline: str
    decision: str | None


@dataclass(frozen=True)
class _Opening:
    """What is lifted to the first page."""

    headline: str | None = None
    message: str = ""
    cards: str = ""
    decision: str | None = None


class PackExporter(TemplateExporter):
    """nbconvert with the pack's template; keep one and use it for every unit.

    Examples
    --------
    >>> exporter = PackExporter()
    >>> exporter.exclude_input
    True
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            extra_template_basedirs=[str(TEMPLATE_FOLDER.parent)],
            template_name=TEMPLATE_FOLDER.name,
            template_file="index.html.j2",
            **options,
        )

    @property
    def default_config(self) -> Config:
        shown = {"display_data_priority": ["text/html"]}
        ours = Config({"NbConvertBase": shown, "TemplateExporter": {"exclude_input": True}})
        ours.merge(super().default_config)
        return ours

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def default_filters(self) -> Any:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "pack_prose", prose

    def export_pack(self, pages: Sequence[PackPage], header: PackHeader) -> ExportedPack:
        """The pages, in order, as one HTML text.

        Parameters
        ----------
        pages : sequence of PackPage
            Executed notebooks; they are left as they are.
        header : PackHeader
            What the frame says.

        Notes
        -----
        The first message becomes the title of the pack, and its sentences open the pack together
        with the first cards. Figures are numbered over all pages. The same pages and header give
        the same bytes.
        """
        admitted = [_admit(page) for page in pages]
        left_out = tuple(one for _, out in admitted for one in out)
        notebooks, opening = _lift([notebook for notebook, _ in admitted])
        bodies = [self._inside(notebook) for notebook in notebooks]
        warnings: list[str] = []
        sections = _sections([page.key for page in pages], bodies, opening, warnings)
        if opening.headline is None:
            warnings.append("No page gives a message: the pack is titled with the unit's name.")
        sections, figures = _numbered(sections)
        headline = opening.headline or f"{header.unit_name}: client portfolio review"
        html = _framed(header, headline, sections)
        return ExportedPack(html, left_out, tuple(warnings), figures, headline, opening.decision)

    def _inside(self, notebook: NotebookNode) -> str:
        body, _ = self.from_notebook_node(notebook)
        return str(body)


def _admit(page: PackPage) -> tuple[NotebookNode, list[LeftOut]]:
    """A copy of the notebook with pieces and prose only, and the list of the rest."""
    left_out: list[LeftOut] = []
    cells = []
    for number, cell in enumerate(page.notebook.cells):
        copy = NotebookNode(cell)
        if cell.cell_type == "code":
            outputs = cell.get("outputs", [])
            copy["outputs"] = [output for output in outputs if _is_piece(output)]
            left_out += [
                _left_out(page.key, number, output) for output in outputs if _is_stray(output, cell)
            ]
        cells.append(copy)
    return NotebookNode({**page.notebook, "cells": cells}), left_out


def _kind(output: NotebookNode) -> str | None:
    """The kind of piece that an output is; None where it is none."""
    if output.output_type not in ("display_data", "execute_result"):
        return None
    detail = output.get("metadata", {}).get(METADATA_KEY)
    is_markup = isinstance(output.get("data", {}).get("text/html"), str)
    return detail.get("kind") if is_markup and isinstance(detail, Mapping) else None


def _is_piece(output: NotebookNode) -> bool:
    return _kind(output) in LET_IN


def _is_stray(output: NotebookNode, cell: NotebookNode) -> bool:
    """Neither a piece, nor the stylesheet for JupyterLab, nor an analyst's own view."""
    if "analyst" in cell.metadata.get("tags", []) and output.output_type != "error":
        return False
    return not _is_piece(output) and _kind(output) != "style"


def _left_out(page: str, cell: int, output: NotebookNode) -> LeftOut:
    if output.output_type == "stream":
        what, text = f"output to {output.name}", output.text
    elif output.output_type == "error":
        what, text = "an error", f"{output.ename}: {output.evalue}"
    else:
        what, text = "an output that no piece made", output.get("data", {}).get("text/plain", "")
    line = " ".join("".join(text).split())
    return LeftOut(page, cell, what, line[:_EXCERPT] + ("…" if len(line) > _EXCERPT else ""))


def _lift(notebooks: Sequence[NotebookNode]) -> tuple[list[NotebookNode], _Opening]:
    """Take the first message and the first cards out of their places."""
    message = _first(notebooks, "message")
    cards = _first(notebooks, "kpis")
    taken = [output for output in (message, cards) if output is not None]
    rest = [_without(notebook, taken) for notebook in notebooks]
    if message is None:
        return rest, _Opening(cards=_html(cards))
    told = message.metadata[METADATA_KEY]
    headline = told.get("headline", "")
    title = f'<p class="pf-title">{escape(headline)}</p>'
    html = _html(message).replace(title, "", 1)
    return rest, _Opening(headline, html, _html(cards), told.get("decision"))


def _html(output: NotebookNode | None) -> str:
    return "" if output is None else str(output.data["text/html"])


def _first(notebooks: Sequence[NotebookNode], kind: str) -> NotebookNode | None:
    every = (output for nb in notebooks for cell in nb.cells for output in cell.get("outputs", []))
    return next((output for output in every if _kind(output) == kind), None)


def _without(notebook: NotebookNode, taken: Sequence[NotebookNode]) -> NotebookNode:
    cells = []
    for cell in notebook.cells:
        copy = NotebookNode(cell)
        if "outputs" in cell:
            copy["outputs"] = [o for o in cell.outputs if all(o is not one for one in taken)]
        cells.append(copy)
    return NotebookNode({**notebook, "cells": cells})


def _sections(
    keys: Sequence[str], bodies: Sequence[str], opening: _Opening, warnings: list[str]
) -> list[Section]:
    """One section a second-level heading, the opening in front; anchors are unique."""
    parts = [(OPENING, "")]
    for key, body in zip(keys, bodies, strict=True):
        before, *rest = _SECTION.split(body)
        if before.strip():
            warnings.append(f"{key}: the page has content before its first heading.")
            parts.append((key.replace("_", " ").replace("-", " ").capitalize(), before))
        parts += [
            (_plain(title), inside) for title, inside in zip(rest[::2], rest[1::2], strict=True)
        ]
    if len(parts) > 1 and parts[1][0] == OPENING:
        parts[:2] = [(OPENING, parts[1][1])]
    first = opening.message + opening.cards + parts[0][1]
    parts = [(OPENING, first), *parts[1:]] if first.strip() else parts[1:]
    return _anchored(parts)


def _plain(title: str) -> str:
    return unescape(_TAG.sub("", title)).strip()


def _anchored(parts: Sequence[tuple[str, str]]) -> list[Section]:
    sections: list[Section] = []
    taken: set[str] = set()
    for title, body in parts:
        stem = ANCHOR_PREFIX + slug(title)
        anchor, again = stem, 2
        while anchor in taken:
            anchor, again = f"{stem}-{again}", again + 1
        taken.add(anchor)
        sections.append(Section(anchor, title, body, opens=title == OPENING and not sections))
    return sections


def _numbered(sections: Sequence[Section]) -> tuple[list[Section], int]:
    """Every exhibit gets its number, counted over the pack."""
    numbered, count = [], 0
    for section in sections:
        first, *rest = section.body.split(FIGURE_NUMBER)
        body = first
        for after in rest:
            count += 1
            body += FIGURE_NUMBER.replace("Figure", f"Figure {count}") + after
        numbered.append(Section(section.anchor, section.title, body, section.opens))
    return numbered, count


def _framed(header: PackHeader, headline: str, sections: Sequence[Section]) -> str:
    as_of = words.day(header.as_of)
    return render_frame(
        "pack.html.j2",
        title=f"{header.unit_name}: client portfolio review, {header.period}",
        name=header.unit_name,
        firm=header.firm_name,
        up=header.index_address,
        headline=headline,
        facts=(
            ("Period", header.period),
            ("Data as of", as_of),
            ("Status", header.status),
            ("Edition", header.edition),
        ),
        sections=sections,
        what="pack",
        notes=(f"Run {header.run_id}. Data as of {as_of}.", *header.checks),
        records=(
            Records("Versions", tuple(header.versions.items())),
            Records("Parameters that differ from the defaults", tuple(header.parameters.items())),
        ),
        running_foot=f"{header.unit_name[:60]} · data as of {as_of}",
        stale_reason=header.stale_reason,
        notices=header.notices,
    )
