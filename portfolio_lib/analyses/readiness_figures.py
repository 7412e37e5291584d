"""The published numbers on readiness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.readiness_criteria.counting import half_up, weighted_mean
from portfolio_lib.analyses.readiness_criteria.practices import MET, NOT_COMPUTABLE
from portfolio_lib.analyses.readiness_criteria.scoring import ATTESTED, MEASURED
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.earlier_reviews import EarlierReview

BASIS = {
    "measured": "the measured score counts, the attested one where nothing is measured",
    "attested": "the attested score counts, the measured one where nothing is attested",
    "lower": "the lower of the measured and the attested score counts",
}
NO_LAST = (
    "no earlier review was published, and not all scores can be worked out for the last one; "
    "set readiness.last_scores"
)
NOTHING = "no criterion is measured or attested; hand in more tables, or attest scores"


def all_figures(
    dimensions: pd.DataFrame,
    criteria: pd.DataFrame,
    practices: pd.DataFrame,
    parameters: UnitParameters,
    last_day: dt.date,
    earlier: Sequence[EarlierReview],
) -> list[Figure]:
    """Overall, by dimension, what is known, and practices."""
    return [
        *_overall(dimensions, parameters, last_day, earlier),
        *_by_dimension(dimensions, parameters),
        *_coverage(criteria, parameters),
        *_practices(practices, parameters),
    ]


def overall_of(scores: pd.Series, weights: pd.Series) -> float | None:
    """Weighted mean of the known dimensions, rounded half up to one decimal."""
    known = scores.notna()
    mean = weighted_mean(zip(scores[known], weights[known], strict=True))
    return None if mean is None else half_up(mean)


def _weights_in_words(dimensions: pd.DataFrame) -> str:
    weights = dimensions["weight"]
    if weights.nunique() == 1:
        return "all six weigh the same"
    told = ", ".join(f"{w:g}" for w in weights)
    return f"weights {told}, in the order of the dimensions"


def _overall(
    dimensions: pd.DataFrame,
    parameters: UnitParameters,
    last_day: dt.date,
    earlier: Sequence[EarlierReview],
) -> Iterator[Figure]:
    scores, weights = dimensions["score"], dimensions["weight"]
    now = overall_of(scores, weights)
    known = int(scores.notna().sum())
    counted = scores.notna()
    then = _published(earlier)
    if then is None and counted.any() and dimensions.loc[counted, "last"].notna().all():
        then = overall_of(dimensions["last"].where(counted), weights)
    day = parameters.as_of.isoformat()
    equal = overall_of(scores, pd.Series(1.0, index=scores.index))
    reason = NOTHING if known == 0 else None
    unweighed = reason or ("every known dimension weighs nothing" if now is None else None)
    yield unless(unweighed, Figure(
        "readiness.overall", "Readiness", now if now is not None else 0.0, "score",
        "Weighted mean of the dimensions whose score is known, each the mean of its known "
        f"criteria, 1 to 5, rounded half up; {_weights_in_words(dimensions)}.",
        n=known, window=day, policy=f"readiness: {BASIS[parameters.readiness.basis]}",
        target=parameters.readiness.target, higher_is_better=True,
    ))  # fmt: skip
    yield unless(reason or (None if then is not None else NO_LAST), Figure(
        "readiness.overall_last", "Readiness at the last review", then if then is not None else 0.0,
        "score", "The weighted mean as published at the last review; else of what the dimensions "
        "stood at then, where all of them are known.", n=known, window=last_day.isoformat(),
        higher_is_better=True,
    ))  # fmt: skip
    yield unless(reason, Figure(
        "readiness.overall_equal", "Readiness, equal weights", equal if equal is not None else 0.0,
        "score", "Plain mean of the dimensions whose score is known, 1 to 5, rounded half up.",
        n=known, window=day, higher_is_better=True,
    ))  # fmt: skip


def _published(earlier: Sequence[EarlierReview]) -> float | None:
    then = earlier[-1].figures.get("readiness.overall") if earlier else None
    if then is None or not isinstance(then.value, int | float):
        return None
    return float(then.value)


def _by_dimension(dimensions: pd.DataFrame, parameters: UnitParameters) -> Iterator[Figure]:
    for row in dimensions.to_dict("records"):
        is_known = pd.notna(row["score"])
        yield unless(None if is_known else _none_known(str(row["title"])), Figure(
            f"readiness.dimension_{row['dimension']}", str(row["title"]),
            float(row["score"]) if is_known else 0.0, "score",
            "Mean of the known criteria of the dimension, 1 to 5, rounded half up to one decimal.",
            n=int(row["known"]), window=parameters.as_of.isoformat(),
            target=float(row["target"]), higher_is_better=True,
        ))  # fmt: skip


def _none_known(title: str) -> str:
    return f"no criterion of {title[:1].lower()}{title[1:]} is measured or attested"


def _coverage(criteria: pd.DataFrame, parameters: UnitParameters) -> Iterator[Figure]:
    day, total = parameters.as_of.isoformat(), len(criteria)
    known = criteria["score"].notna()
    for key, label, count, definition in (
        ("coverage", "Criteria known", known.sum(), "that are measured or attested"),
        ("measured_share", "Criteria measured", criteria["basis"].eq(MEASURED).sum(),
         "whose measured score counts"),
        ("attested_share", "Criteria attested", criteria["basis"].eq(ATTESTED).sum(),
         "whose attested score counts"),
    ):  # fmt: skip
        yield Figure(
            f"readiness.{key}", label, float(count / total), "share",
            f"Criteria {definition} ÷ all {total} criteria.", n=total, window=day,
            higher_is_better=True if key == "coverage" else None,
        )  # fmt: skip
    both = criteria["gap"].dropna()
    yield unless(
        "no criterion is both measured and attested" if both.empty else None,
        Figure(
            "readiness.gap", "Measured less attested", round(float(both.mean()), 2)
            if len(both) else 0.0, "score",
            "Mean of measured less attested score, over the criteria that have both; below 0 the "
            "unit says more of itself than the data shows.", n=len(both), window=day,
        ),
    )  # fmt: skip


def _practices(practices: pd.DataFrame, parameters: UnitParameters) -> Iterator[Figure]:
    told = practices.loc[practices["state"].ne(NOT_COMPUTABLE)]
    reason = None if len(told) else "no table that shows a good practice was handed in"
    yield unless(reason, Figure(
        "readiness.practices_met", "Good practices met", int(told["state"].eq(MET).sum()),
        "practices",
        f"Of eight good practices those whose signals all score "
        f"{parameters.readiness.practice_score} or more.",
        n=len(told), window=parameters.as_of.isoformat(), higher_is_better=True,
    ))  # fmt: skip
