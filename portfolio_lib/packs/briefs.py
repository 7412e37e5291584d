"""Briefs of single clients beside the pack, made of the same pieces and in the same frame."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.analyses.account_brief import AccountBrief, AccountBriefs
from portfolio_lib.errors import DataFault
from portfolio_lib.packs.frame import Section, render_frame
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import account_brief as show
from portfolio_lib.pieces.pages import brief_words
from portfolio_lib.pieces.sentences import FIGURE_NUMBER

PACK_ADDRESS = "../pack.html"


def write_briefs(built: Path, briefs: AccountBriefs, unit: UnitParameters, run_id: str) -> int:
    """Write the brief of every client listed into `built`; returns how many.

    The files are named by digests, never by what stands in the data.

    Raises
    ------
    DataFault
        Two clients have one address.
    """
    addresses = briefs.listed["address"].tolist()
    if len(set(addresses)) < len(addresses):
        raise DataFault(f"{unit.key}: two clients' briefs have one address; show fewer of them")
    for row in briefs.listed.to_dict("records"):
        path = built / row["address"]
        path.parent.mkdir(parents=True, exist_ok=True)
        page = brief_page(briefs.of(row["account_id"]), unit, run_id)
        path.write_text(page, encoding="utf-8")
    return len(addresses)


def brief_page(brief: AccountBrief, unit: UnitParameters, run_id: str) -> str:
    """The whole page of one client."""
    name = words.name(brief.client["account_name"])
    as_of = words.day(brief.as_of)
    return render_frame(
        "pack.html.j2",
        title=f"{name}: account brief, {as_of}",
        name=name,
        firm=unit.name,
        up=PACK_ADDRESS,
        headline=brief_words.headline(brief),
        facts=(("Data as of", as_of), ("Edition", unit.edition.capitalize())),
        sections=_numbered(brief),
        what="brief",
        notes=(f"Run {run_id}. Data as of {as_of}.",),
        running_foot=f"{name[:60]} · data as of {as_of}",
        stale_reason=None,
        notices=(),
    )


def _numbered(brief: AccountBrief) -> list[Section]:
    """The sections, their exhibits counted over the page."""
    found, count = [], 0
    for place, (anchor, title, pieces) in enumerate(show.sections(brief)):
        first, *rest = "".join(piece.html for piece in pieces).split(FIGURE_NUMBER)
        body = first
        for after in rest:
            count += 1
            body += FIGURE_NUMBER.replace("Figure", f"Figure {count}") + after
        found.append(Section(anchor, title, body, opens=place == 0))
    return found
