"""The figures of the checklist: score, level, and the items by state."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.parameters.checklist_models import ChecklistPage

LEVELS = ("Basic", "Developing", "Optimized")
COUNTS = (
    ("met", "Met by data", "met by data", "Items whose rule the data meet."),
    ("attested", "Attested", "attested", "Items that people attested, where the data cannot tell."),
    ("not_met", "Not met by data", "not met by data", "Items whose rule the data do not meet."),
    (
        "no_evidence",
        "No evidence",
        "no evidence",
        "Items that neither data nor a valid answer show.",
    ),
    ("not_applicable", "Not applicable", "not applicable", "Items declared not to apply."),
)


def level_of(score: float, page: ChecklistPage) -> str:
    """Basic, Developing or Optimized; each threshold belongs to the level above it.

    Examples
    --------
    >>> [level_of(score, ChecklistPage()) for score in (0.59, 0.6, 0.85)]
    ['Basic', 'Developing', 'Optimized']
    """
    return LEVELS[(score >= page.developing_from) + (score >= page.optimized_from)]


def checklist_figures(
    items: pd.DataFrame, page: ChecklistPage, as_of: dt.date
) -> dict[str, Figure]:
    """Score, level, counts and shares.

    Parameters
    ----------
    items : frame
        One row per item: `state`, `kind`, `gap`.
    """
    day, total = as_of.isoformat(), len(items)
    states = items["state"].value_counts()
    applicable = total - int(states.get("not applicable", 0))
    done = int(states.get("met by data", 0) + states.get("attested", 0))
    measured = int(states.get("met by data", 0) + states.get("not met by data", 0))
    found = [_score(done, applicable, page, day), _level(done, applicable, page, day)]
    found += [
        Figure(
            f"checklist.{key}", label, int(states.get(state, 0)), "items", told, n=total, window=day
        )
        for key, label, state, told in COUNTS
    ]
    told = "Items that have a state by data ÷ items that apply."
    share = measured / applicable if applicable else 0.0
    found.append(
        unless(
            None if applicable else "no item applies",
            Figure(
                "checklist.measured_share",
                "Measured",
                share,
                "share",
                told,
                n=applicable,
                window=day,
            ),
        )
    )
    gaps = int(items["gap"].astype(bool).sum())
    told = "Items that people answer otherwise than the data; the data count."
    found.append(
        Figure("checklist.gaps", "Answers against data", gaps, "items", told, n=total, window=day)
    )
    return {figure.key: figure for figure in found}


def _score(done: int, applicable: int, page: ChecklistPage, day: str) -> Figure:
    known = Figure(
        "checklist.score",
        "Checklist score",
        done / applicable if applicable else 0.0,
        "share",
        "Items met by data or attested ÷ items that apply; no evidence is not done.",
        n=applicable,
        window=day,
        target=page.optimized_from,
        higher_is_better=True,
    )
    return unless(None if applicable else "no item applies", known)


def _level(done: int, applicable: int, page: ChecklistPage, day: str) -> Figure:
    known = Figure(
        "checklist.level",
        "Level",
        level_of(done / applicable, page) if applicable else LEVELS[0],
        "level",
        f"Optimized from a score of {page.optimized_from:.0%}, Developing from "
        f"{page.developing_from:.0%}, else Basic.",
        n=applicable,
        window=day,
    )
    return unless(None if applicable else "no item applies", known)
