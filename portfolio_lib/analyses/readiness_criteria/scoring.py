"""Scores of criteria and dimensions, what they stood at, and what would raise each by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.readiness_criteria.attested import Attested
from portfolio_lib.analyses.readiness_criteria.counting import (
    HIGHEST,
    Counted,
    half_up,
    score_of,
    to_next,
    weighted_mean,
)
from portfolio_lib.analyses.readiness_criteria.framework import (
    CRITERIA,
    DIMENSIONS,
    SIGNALS,
    Criterion,
    Dimension,
    Signal,
    band_of,
)
from portfolio_lib.parameters.readiness_models import Edges, ReadinessPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.earlier_reviews import EarlierReview

MEASURED, ATTESTED, UNKNOWN = "measured", "attested", "unknown"
PER_DIMENSION = 4
STRONG = 4
PUBLISHED, RECOMPUTED, GIVEN = "as published then", "recomputed", "given in the parameters"


@dataclass(frozen=True)
class Scores:
    """Signals now and at the last review, attested scores of both, and how they count."""

    now: Mapping[str, Counted]
    then: Mapping[str, Counted]
    attested: Mapping[str, Attested]
    attested_then: Mapping[str, Attested]
    page: ReadinessPage
    earlier: Sequence[EarlierReview]

    def edges(self, signal: Signal) -> Edges:
        """The thresholds of a signal."""
        found: Edges = getattr(self.page.thresholds, signal.key)
        return found


def signals_of(criterion: Criterion) -> list[Signal]:
    """The signals that measure a criterion."""
    return [signal for signal in SIGNALS if signal.criterion == criterion.key]


def measured_score(
    scores: Scores, criterion: Criterion, counts: Mapping[str, Counted]
) -> int | None:
    """A criterion is as strong as the weakest of its signals that are known."""
    found = [score_of(counts[one.key], scores.edges(one)) for one in signals_of(criterion)]
    return min((score for score in found if score is not None), default=None)


def chosen(
    measured: int | None, attested: int | None, key: str, page: ReadinessPage
) -> tuple[int | None, str]:
    """The score that counts, and whether it is measured or attested.

    Examples
    --------
    >>> chosen(2, 4, "1.1", ReadinessPage()), chosen(None, 4, "1.1", ReadinessPage())
    ((2, 'measured'), (4, 'attested'))
    >>> chosen(None, None, "1.1", ReadinessPage())
    (None, 'unknown')
    """
    if key in page.attested_only:
        measured = None
    if measured is None:
        return attested, UNKNOWN if attested is None else ATTESTED
    if attested is None or page.basis == "measured":
        return measured, MEASURED
    if page.basis == "attested" or attested < measured:
        return attested, ATTESTED
    return measured, MEASURED


def _last_of(scores: Scores, criterion: Criterion, basis: str) -> int | None:
    """The score then, found in the same way as now: else the two could not be compared."""
    if basis == ATTESTED:
        then = scores.attested_then.get(criterion.key)
        return None if then is None else then.score
    ones = signals_of(criterion)
    known_now = {one.key for one in ones if scores.now[one.key].reason is None}
    known_then = {one.key for one in ones if scores.then[one.key].reason is None}
    if basis == UNKNOWN or known_now != known_then:
        return None
    return measured_score(scores, criterion, scores.then)


def criteria_frame(scores: Scores) -> pd.DataFrame:
    """One row per criterion: see `Readiness.criteria`."""
    frame = pd.DataFrame([_criterion_row(scores, one) for one in CRITERIA])
    numbers = ["score", "measured", "attested", "gap", "last"]
    frame[numbers] = frame[numbers].astype("float64")
    for name in ("attested_on", "expires"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def _criterion_row(scores: Scores, one: Criterion) -> dict[str, Any]:
    said = scores.attested.get(one.key)
    measured = measured_score(scores, one, scores.now)
    attested = None if said is None else said.score
    score, basis = chosen(measured, attested, one.key, scores.page)
    both = measured is not None and attested is not None
    return {
        "criterion": one.key,
        "dimension": one.dimension,
        "title": one.title,
        "score": score,
        "basis": basis,
        "measured": measured,
        "attested": attested,
        "gap": measured - attested if measured is not None and attested is not None else None,
        "last": _last_of(scores, one, basis),
        "rule": _rule(scores, one),
        "seen": _seen(scores, one, basis, said),
        "raise_by_one": _raise(scores, one, score, basis),
        "evidence": said.evidence if said else None,
        "by_role": said.by_role if said else None,
        "attested_on": said.date if said else None,
        "expires": said.expires if said else None,
        "has_both": both,
        "reason": _reason(scores, one) if measured is None else None,
    }


def _rule(scores: Scores, one: Criterion) -> str:
    """The signals with the shares from which each scores 2, 3, 4 and 5."""
    ones = signals_of(one)
    if not ones:
        return "attested alone"
    return "; ".join(f"{signal.label}: {shares(scores.edges(signal))}" for signal in ones)


def shares(edges: Edges) -> str:
    """Four thresholds in short.

    Examples
    --------
    >>> shares((0.25, 0.5, 0.75, 0.9))
    '25, 50, 75, 90%'
    """
    return ", ".join(f"{100 * edge:g}" for edge in edges) + "%"


def _weakest(scores: Scores, one: Criterion) -> list[Signal]:
    """The signals that hold the measured score down."""
    lowest = measured_score(scores, one, scores.now)
    return [
        signal
        for signal in signals_of(one)
        if lowest is not None and score_of(scores.now[signal.key], scores.edges(signal)) == lowest
    ]


def sentence_of(signal: Signal, counted: Counted) -> str:
    """What a signal shows."""
    return f"{counted.part:,} of {counted.whole:,} {signal.words}"


def _seen(scores: Scores, one: Criterion, basis: str, said: Attested | None) -> str:
    if basis == ATTESTED and said is not None:
        who = said.by_role or "nobody named"
        return f"attested {said.score} of 5 by {who}"
    if basis == UNKNOWN:
        return _reason(scores, one).partition("; ")[0]
    return "; ".join(sentence_of(s, scores.now[s.key]) for s in _weakest(scores, one))


def _reason(scores: Scores, one: Criterion) -> str:
    """Why nothing is measured, and what would change that."""
    reasons = [scores.now[signal.key].reason or "" for signal in signals_of(one)]
    return "; ".join(dict.fromkeys(r for r in reasons if r)) or "no table shows it"


def _raise(scores: Scores, one: Criterion, score: int | None, basis: str) -> str:
    """What it takes for one more."""
    if score is None:
        return _capital(one.would_help)
    if score >= HIGHEST:
        return "At the top"
    if basis == ATTESTED:
        return f"Evidence for {score + 1}"
    steps = []
    for signal in _weakest(scores, one):
        following = to_next(scores.now[signal.key], scores.edges(signal))
        if following is not None:
            steps.append(f"{signal.label}: {100 * following[0]:g}%, {following[1]:,} more")
    return "; ".join(steps)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def dimensions_frame(scores: Scores, criteria: pd.DataFrame) -> pd.DataFrame:
    """One row per dimension: see `Readiness.dimensions`."""
    rows = [
        _dimension_row(scores, one, criteria.loc[criteria["dimension"].eq(one.number)])
        for one in DIMENSIONS
    ]
    frame = pd.DataFrame(rows)
    numbers = ["score", "last", "change", "measured", "attested", "gap"]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def mean_of(values: pd.Series) -> float | None:
    """Mean of the known scores, rounded half up to one decimal; None where none is known."""
    mean = weighted_mean((value, 1) for value in values.dropna())
    return None if mean is None else half_up(mean)


def _dimension_row(scores: Scores, one: Dimension, rows: pd.DataFrame) -> dict[str, Any]:
    score = mean_of(rows["score"])
    known = int(rows["score"].notna().sum())
    last, origin = _last_score(scores, one, rows)
    both = rows.loc[rows["has_both"]]
    measured, attested = mean_of(both["measured"]), mean_of(both["attested"])
    return {
        "dimension": one.number,
        "title": one.title,
        "score": score,
        "last": last,
        "last_from": origin,
        "change": None if score is None or last is None else round(score - last, 1),
        "target": scores.page.targets[one.number - 1],
        "band": band_of(score),
        "coverage": known / PER_DIMENSION,
        "known": known,
        "measured": mean_of(rows["measured"]),
        "attested": mean_of(rows["attested"]),
        "gap": None if measured is None or attested is None else round(measured - attested, 1),
        "weight": float(getattr(scores.page.weights, one.key)),
        "findings": findings(rows),
    }


def _last_score(
    scores: Scores, one: Dimension, rows: pd.DataFrame
) -> tuple[float | None, str | None]:
    """The score at the last review: as published, else recomputed, else as given."""
    if scores.earlier:
        then = scores.earlier[-1].figures.get(f"readiness.dimension_{one.number}")
        if then is not None and isinstance(then.value, int | float):
            return float(then.value), PUBLISHED
    counted = rows.loc[rows["score"].notna()]
    if len(counted) and counted["last"].notna().all():
        return mean_of(counted["last"]), RECOMPUTED
    if scores.page.last_scores is not None:
        return scores.page.last_scores[one.number - 1], GIVEN
    return None, None


def findings(rows: pd.DataFrame) -> str:
    """One or two findings of a dimension: its weakest criterion, and its strongest if strong."""
    known = rows.loc[rows["score"].notna()]
    if known.empty:
        return f"Nothing is known: {rows['reason'].iloc[0]}."
    weakest = known.loc[known["score"].eq(known["score"].min())].iloc[0]
    strongest = known.loc[known["score"].eq(known["score"].max())].iloc[0]
    said = [_finding("Weakest", weakest)] if weakest["score"] < HIGHEST else []
    if strongest["score"] >= STRONG and strongest["score"] > weakest["score"]:
        said.append(_finding("Strongest", strongest))
    return " ".join(said or [_finding("All at the top", strongest)])


def _finding(word: str, row: pd.Series) -> str:
    """One sentence: which criterion, and what is seen of it."""
    about = f"{row['title'][:1].lower()}{row['title'][1:]}, " if row["basis"] == ATTESTED else ""
    first = row["seen"].partition("; ")[0]
    return f"{word} ({row['score']:.0f}): {about}{first}."
