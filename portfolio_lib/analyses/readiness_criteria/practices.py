"""Eight good practices, each held against its signals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.readiness_criteria.counting import Counted, score_of
from portfolio_lib.parameters.readiness_models import ReadinessPage

MET, NOT_MET, NOT_COMPUTABLE = "met", "not met", "not computable"
TOP_DEPTH = "depth_of_the_largest"
TOP_WORDS = "clients of tier 1 are met through more than one contact"


@dataclass(frozen=True)
class Practice:
    """A good practice and the signals that show it."""

    number: int
    title: str
    signals: tuple[str, ...]


PRACTICES = (
    Practice(1, "Sort clients by worth, and let effort follow the tier",
             ("tier_fit", "effort_by_tier")),
    Practice(2, "Know several people early; never one alone at a client of tier 1", (TOP_DEPTH,)),
    Practice(3, "Agree at the start how success is measured, and look at it again",
             ("measures_agreed",)),
    Practice(4, "Watch what comes before a loss: use, mood and contact",
             ("health_watched", "risks_acted_on")),
    Practice(5, "Hold business reviews that show gains and open doors", ("reviews_held",)),
    Practice(6, "Answer issues openly, with an owner, a time and an end",
             ("triaged", "answered_in_time", "actions_done")),
    Practice(7, "Look at renewals 90 days ahead, and at growth with them",
             ("renewals_looked_at", "growth_worked")),
    Practice(8, "Give the largest clients an executive sponsor", ("sponsors_active",)),
)  # fmt: skip


def check_practices(
    counts: Mapping[str, Counted], words: Mapping[str, str], page: ReadinessPage
) -> pd.DataFrame:
    """Each practice held against its signals.

    A practice is met where every signal reaches the score asked, not met where one that is known
    does not, and not computable otherwise.

    Returns
    -------
    frame
        `number`, `practice`, `state`, `sentence`.
    """
    return pd.DataFrame(
        [_checked(one, counts, words, page) for one in PRACTICES],
        columns=["number", "practice", "state", "sentence"],
    )


def _checked(
    practice: Practice,
    counts: Mapping[str, Counted],
    words: Mapping[str, str],
    page: ReadinessPage,
) -> tuple[int, str, str, str]:
    known = [key for key in practice.signals if counts[key].reason is None]
    missing = [counts[key].reason or "" for key in practice.signals if counts[key].reason]
    enough = [_reaches(key, counts[key], page) for key in known]
    as_far = NOT_COMPUTABLE if missing else MET
    state = as_far if all(enough) else NOT_MET
    said = [_said(key, counts[key], words, page) for key in known] + missing
    sentence = "; ".join(said)
    return practice.number, practice.title, state, sentence[:1].upper() + sentence[1:] + "."


def _edge(key: str, page: ReadinessPage) -> float:
    if key == TOP_DEPTH:
        return 1.0
    edges: tuple[float, ...] = getattr(page.thresholds, key)
    return edges[page.practice_score - 2]


def _reaches(key: str, counted: Counted, page: ReadinessPage) -> bool:
    if key == TOP_DEPTH:
        return counted.part == counted.whole
    score = score_of(counted, getattr(page.thresholds, key))
    return score is not None and score >= page.practice_score


def _said(key: str, counted: Counted, words: Mapping[str, str], page: ReadinessPage) -> str:
    asked = "all" if _edge(key, page) == 1 else f"{_edge(key, page):.0%}"
    return f"{counted.part:,} of {counted.whole:,} {words[key]} ({asked} asked)"
