"""What the page Checklist says: headlines, cells and notes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from portfolio_lib.analyses.checklist import MET, NO_EVIDENCE, NOT_APPLICABLE, NOT_MET, Checklist
from portfolio_lib.pieces import words

SHORT_STATES = {
    MET: "met",
    "attested": "attested",
    NOT_MET: "not met",
    NO_EVIDENCE: "none",
    NOT_APPLICABLE: "n/a",
}


def value(found: Checklist, name: str) -> int:
    """A count among the figures."""
    number = found.figures[f"checklist.{name}"].value
    return int(number) if isinstance(number, int | float) else 0


def headline(found: Checklist) -> str:
    """How many practices are in place, and the level that this makes."""
    score, level = found.figures["checklist.score"], found.figures["checklist.level"]
    if not score.computable or not score.n:
        return "No practice of the checklist applies to this unit"
    done = value(found, "met") + value(found, "attested")
    said = f"{done} of {score.n} practices are in place"
    nothing = value(found, "no_evidence")
    if nothing > score.n / 2:
        return f"{said}; for {nothing} there is no evidence"
    return f"{said}: {level.value}"


def score_sentences(found: Checklist) -> tuple[str, ...]:
    """What stands behind the score, in plain words."""
    score = found.figures["checklist.score"]
    if not score.computable:
        return (f"{(score.reason or 'Nothing applies').capitalize()}.",)
    measured = value(found, "met") + value(found, "not_met")
    said = [
        f"The tables decide {words.plural(measured, 'practice')} of {score.n}, each by a rule of "
        f"its own; {value(found, 'attested')} more are attested by people, and for "
        f"{value(found, 'no_evidence')} there is no evidence, which counts as not done.",
        f"{found.figures['checklist.level'].definition}",
    ]
    gaps = value(found, "gaps")
    if gaps:
        differ = "answer differs" if gaps == 1 else "answers of people differ"
        said.append(f"{gaps} {differ} from what the data show; the data count.")
    return tuple(said)


def sections_headline(found: Checklist) -> str:
    """The section with the lowest score."""
    rows = found.sections.dropna(subset=["score"])
    if rows.empty:
        return "No section applies to this unit"
    low, high = rows["score"].min(), rows["score"].max()
    if low == high:
        return f"Every section stands at {words.percent(low)}"
    weakest = rows[rows["score"].eq(low)]
    if len(weakest) > 1:
        return f"{len(weakest)} sections stand lowest, at {words.percent(low)}"
    return f"Lowest: {weakest.iloc[0]['title']}, {words.percent(low)} in place"


def open_items(found: Checklist) -> pd.DataFrame:
    """Practices not met by data, those that fall short at most clients of tier 1 first."""
    rows = found.items[found.items["state"].eq(NOT_MET)]
    order = ["tier_1_open", "short_accounts", "section", "place"]
    return rows.sort_values(order, ascending=[False, False, True, True], kind="stable")


def open_headline(found: Checklist) -> str:
    """How many practices are open at clients of tier 1."""
    rows = open_items(found)
    if rows.empty:
        return "The data show no practice that is not followed"
    top = rows[rows["tier_1_open"].gt(0)]
    if top.empty:
        return f"{words.plural(len(rows), 'practice')} not followed, none at a client of tier 1"
    verb = "falls" if len(top) == 1 else "fall"
    return f"{words.plural(len(top), 'practice')} {verb} short at clients of tier 1"


def clients(names: Sequence[str], shown: int) -> str:
    """The clients of tier 1 that fall short, a few by name.

    >>> clients(["Ann", "Bob", "Cy"], 2), clients(["Ann"], 2), clients([], 2)
    ('Ann, Bob and 1 more', 'Ann', 'none')
    """
    if not names:
        return "none"
    named = [words.name(one) for one in names[:shown]]
    left = len(names) - shown
    return words.listing(named) if left <= 0 else f"{', '.join(named)} and {left} more"


def list_headline(found: Checklist) -> str:
    """How many practices are open in all."""
    score = found.figures["checklist.score"]
    if not score.computable or not score.n:
        return "There is nothing to list"
    left = score.n - value(found, "met") - value(found, "attested")
    return f"{left} of {score.n} practices are still open" if left else "No practice is open"
