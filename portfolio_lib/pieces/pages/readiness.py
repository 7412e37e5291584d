"""The page Readiness: six dimensions, measured beside attested, and what would raise them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portfolio_lib.analyses.readiness import Readiness
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import readiness_words as told
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.statuses import Level

SOURCE = "all tables handed in, and attestations"
STATES: dict[str, tuple[Level, str]] = {
    "met": ("green", "Met"),
    "not met": ("red", "Not met"),
    "not computable": ("grey", "Not computable"),
}


def cards(found: Readiness) -> Piece:
    """The whole, how it stood, how much is known, and practices met."""
    keys = ["overall", "overall_last", "coverage", "practices_met"]
    return kpis([found.figures[f"readiness.{key}"] for key in keys], currency=found.currency)


def about(found: Readiness) -> Piece:
    """What the review is about: context, objectives, constraints."""
    given = told.about(found)
    return say(*given) if given else say("What the unit is after is not said in its parameters.")


def scorecard(found: Readiness) -> Piece:
    """The six dimensions: now, last, target, measured and attested, findings."""
    rows = found.dimensions
    shown = rows.assign(
        then=[told.last_and_change(row) for _, row in rows.iterrows()],
        band=rows["band"].fillna("unknown"),
        held=[f"{known} of 4" for known in rows["known"]],
    )
    body = table(
        shown,
        caption="Scores of the six dimensions, 1 to 5",
        name="readiness-scorecard",
        row_header="title",
        columns={
            "title": Column("Dimension"),
            "score": Column("Score", "number", decimals=1, missing="not known"),
            "band": Column("Band"),
            "then": Column("Last review"),
            "target": Column("Target", "number", decimals=1),
            "measured": Column("Measured", "number", decimals=1, missing="not known"),
            "attested": Column("Attested", "number", decimals=1, missing="not known"),
            "gap": Column("Gap", "number", signed=True, decimals=1, missing="not known"),
            "held": Column("Criteria known"),
            "findings": Column("Findings"),
        },
        note=told.scorecard_note(found),
    )
    return exhibit(
        headline=told.scorecard_headline(found),
        measure="score by dimension now, at the last review and aimed at, 1 to 5",
        body=body,
        source=parts.source(SOURCE, found.as_of),
        name="readiness-scorecard",
    )


def criteria(found: Readiness) -> Piece:
    """The 24 criteria, each with its rule, what is seen, and what would raise it by one."""
    rows = found.criteria
    shown = rows.assign(
        title=rows["criterion"] + " " + rows["title"],
        counts=[told.counted(row) for _, row in rows.iterrows()],
        seen=rows["seen"].map(parts.capital),
        rule=rows["rule"].map(lambda rule: rule[:1].upper() + rule[1:]),
    )
    body = table(
        shown,
        caption="Criteria with rule, evidence and next step",
        name="readiness-criteria",
        row_header="title",
        columns={
            "title": Column("Criterion"),
            "measured": Column("Measured", "number", missing="not measured"),
            "attested": Column("Attested", "number", missing="not attested"),
            "gap": Column("Gap", "number", signed=True, missing="not known"),
            "counts": Column("Counts"),
            "seen": Column("What is seen"),
            "rule": Column("Scores 2, 3, 4, 5 from"),
            "raise_by_one": Column("One more takes"),
        },
        note=told.criteria_note(found),
    )
    return exhibit(
        headline=told.criteria_headline(found),
        measure="measured and attested score by criterion, 1 to 5",
        body=body,
        source=parts.source(SOURCE, found.as_of),
        name="readiness-criteria",
    )


def practices(found: Readiness) -> Piece:
    """Eight good practices against the data."""
    rows = found.practices
    cells: dict[str, list[Any]] = {"mark": [STATES[state] for state in rows["state"]]}
    asked = found.page.practice_score
    body = table(
        rows.assign(**cells),
        caption="Good practices held against the data",
        name="readiness-practices",
        row_header="practice",
        columns={
            "practice": Column("Good practice"),
            "mark": Column("State", "status"),
            "sentence": Column("What is seen"),
        },
    )
    return exhibit(
        headline=told.practices_headline(found),
        measure=f"good practices; met where every signal scores {asked} or more",
        body=body,
        source=parts.source(SOURCE, found.as_of),
        name="readiness-practices",
    )


def where_to_find(found: Readiness) -> Piece:
    """Where the six parts of the review stand."""
    rows = [
        (part, f"Section {title}" if page in found.pages else "Not a page of this pack")
        for part, page, title in told.DELIVERABLES
    ]
    body = table(
        pd.DataFrame(rows, columns=["part", "where"]),
        caption="Parts of the review",
        name="readiness-parts",
        row_header="part",
        columns={"part": Column("Part"), "where": Column("Where")},
    )
    return exhibit(
        headline=told.where_headline(found),
        measure=f"the six parts of the review, {words.day(found.as_of)}",
        body=body,
        source="the pages of this pack",
        name="readiness-parts",
    )
