"""What the page Readiness says in words."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.readiness import Readiness
from portfolio_lib.analyses.readiness_criteria.framework import band_of
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages.parts import lowered

BASIS = {
    "measured": "Where a score is both measured and attested, the measured one counts.",
    "attested": "Where a score is both measured and attested, the attested one counts.",
    "lower": "Where a score is both measured and attested, the lower one counts.",
}
NO_EVIDENCE = "Nothing is measured or attested yet"
BANDS = (
    "Initial from 1.0, Developing from 2.0, Defined from 3.0, Managed from 4.0, Optimized at 5.0"
)
DELIVERABLES = (
    ("Executive summary", "summary", "Executive summary"),
    ("Scores of the dimensions", "readiness", "Readiness"),
    ("Health of the clients", "health", "Health"),
    ("People at the largest clients", "stakeholders", "Stakeholders and engagement"),
    ("Open issues and escalations", "service", "Issues and service levels"),
    ("Plan for 30, 60 and 90 days", "plan", "Plan and promises"),
)


def scorecard_headline(found: Readiness) -> str:
    """The whole, its band, and the weakest dimension."""
    value = found.figures["readiness.overall"].value
    if not isinstance(value, int | float):
        return NO_EVIDENCE
    known = found.dimensions.loc[found.dimensions["score"].notna()]
    whole = f"Readiness is {words.ratio(value)} ({band_of(float(value))})"
    lowest = known["score"].min()
    if len(known) < 2 or known["score"].nunique() == 1:
        return f"{whole}, from {words.plural(len(known), 'dimension')}"
    weakest = known.loc[known["score"].eq(lowest), "title"].tolist()
    if len(weakest) > 1:
        return f"{whole}; {words.count(len(weakest))} dimensions are weakest at {lowest:.1f}"
    return f"{whole}; weakest is {lowered(weakest[0])} at {words.ratio(lowest)}"


def criteria_headline(found: Readiness) -> str:
    """How much is measured, and whether the unit says more of itself than the data shows."""
    rows, both = found.criteria, found.criteria["gap"].dropna()
    measured = int(rows["measured"].notna().sum())
    if not len(both):
        told = int(rows["attested"].notna().sum())
        return f"{measured} of {len(rows)} criteria are measured, {told} attested"
    above, below = int(both.lt(0).sum()), int(both.gt(0).sum())
    if not above and not below:
        return f"Measured and attested scores agree on all {len(both)} criteria that have both"
    return (
        f"Of {words.plural(len(both), 'criterion', 'criteria')} with both scores the unit "
        f"claims more than is measured on {above}, less on {below}"
    )


def practices_headline(found: Readiness) -> str:
    """How many good practices are met."""
    figure = found.figures["readiness.practices_met"]
    if not figure.computable:
        return "Good practices cannot be checked yet"
    return f"{figure.value} of {figure.n} good practices that can be checked are met"


def where_headline(found: Readiness) -> str:
    """How many of the six parts of the review this pack holds."""
    held = sum(page in found.pages for _, page, _ in DELIVERABLES)
    count = "All six" if held == len(DELIVERABLES) else f"{held} of {len(DELIVERABLES)}"
    return f"{count} parts of the review are in this pack"


def about(found: Readiness) -> list[tuple[str, str]]:
    """Whom the review is about, what is aimed at, and what holds the unit back."""
    page = found.page
    given = (
        ("About:", page.context), ("Objectives:", page.objectives),
        ("Constraints:", page.constraints),
    )  # fmt: skip
    return [(word, text) for word, text in given if text]


def scorecard_note(found: Readiness) -> str:
    """How the scores come about."""
    rows = found.dimensions
    equal = found.figures["readiness.overall_equal"]
    parts = [
        f"Scores from 1 to 5: {BANDS}.",
        BASIS[found.page.basis],
        "The gap is over the criteria that have both.",
    ]
    if rows["weight"].nunique() > 1 and equal.computable:
        told = ", ".join(f"{weight:g}" for weight in rows["weight"])
        parts.append(f"Weights {told}; with equal ones the whole is {words.figure_value(equal)}.")
    origins = [origin for origin in rows["last_from"].dropna().unique()]
    if origins:
        day = words.day(found.last_day)
        parts.append(f"Last review ({day}): {words.listing(sorted(origins))}.")
    else:
        parts.append("What stood at the last review cannot be told for any whole dimension.")
    return " ".join(parts)


def criteria_note(found: Readiness) -> str:
    """How a criterion is scored, and what was left aside."""
    page = found.page
    tiers = words.listing([str(tier) for tier in page.larger_tiers])
    parts = [
        "A signal scores 1, and 2, 3, 4 or 5 from the four shares of its rule; a criterion is as "
        f"strong as its weakest known signal. Larger clients are those of tier {tiers}."
    ]
    for count, what in (
        (found.expired, "have run out"),
        (found.unread, "are no score from 1 to 5"),
    ):
        if count:
            parts.append(f"{words.plural(count, 'attested answer')} {what} and do not count.")
    return " ".join(parts)


def last_and_change(row: pd.Series) -> str:
    """The last score in a cell.

    >>> last_and_change(pd.Series({"last": 2.0, "change": 1.0}))
    '2.0 (+1.0)'
    """
    if pd.isna(row["last"]):
        return "not known"
    moved = "" if pd.isna(row["change"]) else f" ({words.number(row['change'], 1, signed=True)})"
    return f"{words.ratio(row['last'])}{moved}"


def counted(row: pd.Series) -> str:
    """Which score counts, in a cell."""
    return "–" if row["basis"] == "unknown" else str(row["basis"])
