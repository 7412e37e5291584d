"""The page Checklist: the score, the sections, what is open first, and all 216 practices."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist import ATTESTED, MET, NOT_APPLICABLE, STATES, Checklist
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import checklist_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece, escape

CARDS = ("score", "met", "attested", "not_met", "no_evidence", "measured_share")
SOURCE = "all tables, the other pages, and attestations"
LIST_NOTE = (
    "met, not met: by the rule of the item; attested: by people; none: no evidence; "
    "n/a: not applicable. The workbook has the rule and the evidence of each."
)


def cards(found: Checklist) -> Piece:
    """Score and the practices by state."""
    return kpis([found.figures[f"checklist.{name}"] for name in CARDS])


def score(found: Checklist) -> Piece:
    """How much is in place, and what the score rests on."""
    return exhibit(
        headline=told.headline(found),
        measure=f"practices of good client management, number, {words.day(found.as_of)}",
        body=say(*told.score_sentences(found)),
        source=parts.source(SOURCE, found.as_of),
        name="checklist-score",
    )


def sections(found: Checklist) -> Piece:
    """The 27 sections with the share of their practices that is in place."""
    rows = found.sections
    done = rows[MET] + rows[ATTESTED]
    applicable = 8 - rows[NOT_APPLICABLE]
    shown = pd.DataFrame(
        {
            "title": rows["title"],
            "score": rows["score"],
            "done": [f"{n} of {of}" for n, of in zip(done, applicable, strict=True)],
        }
    )
    body = table(
        shown,
        caption="Sections of the checklist",
        name="checklist-sections",
        row_header="title",
        columns={
            "title": Column("Section"),
            "score": Column("In place", "bar", missing="nothing applies"),
            "done": Column("Practices"),
        },
    )
    return exhibit(
        headline=told.sections_headline(found),
        measure="share of practices in place by section",
        body=body,
        source=parts.source(SOURCE, found.as_of),
        name="checklist-sections",
    )


def open_first(found: Checklist) -> Piece:
    """Practices that the data show as not followed, those at clients of tier 1 first."""
    rows = told.open_items(found)
    said, measure = told.open_headline(found), "practices not met by data, tier 1 first"
    origin, name = parts.source(SOURCE, found.as_of), "checklist-open"
    if rows.empty:
        reason = "no rule that could be applied is missed"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    head, short = rows.head(found.page.open_shown), found.tier_1
    most = found.page.accounts_named
    shown = pd.DataFrame(
        {
            "wording": head["wording"],
            "evidence": head["evidence"],
            "clients": [
                told.clients(list(short[short["item"].eq(item)]["account_name"]), most)
                for item in head["item"]
            ],
        }
    )
    body = table(
        shown,
        caption="Open practices",
        name=name,
        row_header="wording",
        columns={
            "wording": Column("Practice"),
            "evidence": Column("The data show"),
            "clients": Column("Short at tier 1"),
        },
        note=all_in_workbook(len(head), len(rows)),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def whole_list(found: Checklist) -> Piece:
    """Every practice with its state, closed until asked for."""
    rows = by_state(found.items)
    anchor = "checklist-list-table"
    lines = "".join(map(_line, rows["title"], rows["state"], rows["practices"]))
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Section", "State", "Practices"))
    closed = (
        "<details><summary>All practices by state</summary>"
        f'<div class="pf pf-table long" data-scroll="{anchor}" data-sortable=""><table>'
        f'<caption id="{anchor}">Practices by section and state</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
        f'<p class="pf pf-note">{escape(LIST_NOTE)}</p></details>'
    )
    text = "\n".join(f"{one.title} | {one.state} | {one.practices}" for one in rows.itertuples())
    return exhibit(
        headline=told.list_headline(found),
        measure=f"all {len(found.items)} practices by state",
        body=Piece(closed, text, "table"),
        source=parts.source(SOURCE, found.as_of),
        name="checklist-list",
    )


def by_state(items: pd.DataFrame) -> pd.DataFrame:
    """One row per section and state: `title`, `state` in short, `practices` as one text."""
    place = items["state"].map({state: at for at, state in enumerate(STATES)})
    rows = items.assign(at=place).sort_values(["section", "at", "place"])
    keys = ["section", "at", "title", "state"]
    texts = rows.groupby(keys, sort=True)["wording"].agg(" ".join).rename("practices")
    shown = texts.reset_index()
    return shown.assign(state=shown["state"].map(told.SHORT_STATES))


def _line(title: str, state: str, practices: str) -> str:
    """One row; practices are sentences, so they wrap and are never cut short."""
    cells = f'<td>{state}</td><td class="t">{escape(practices)}</td>'
    return f'<tr><th scope="row">{escape(title)}</th>{cells}</tr>'
