"""Score, coverage, colour and cause of every account on every day.

score = Σ weight × points ÷ Σ weight over the measures that are known and fresh; coverage = the
weight of those ÷ all weight. Points run from 0 to 100, and 100 is always healthy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.health_features import AGES
from portfolio_lib.parameters.health_measures import Measure
from portfolio_lib.parameters.health_models import HealthPage

Floats = npt.NDArray[np.float64]
LEVELS = ("green", "yellow", "red", "grey")
NO_CAUSE = "no_visible_cause"
DIGITS = 9


@dataclass(frozen=True)
class Scores:
    """Rows of features with what the measures make of them.

    Parameters
    ----------
    rows : frame
        `account_id`, `snapshot_date`, `annual_revenue`, `score` (missing where no measure is
        known), `coverage`, `level` (as computed), `cause`.
    points : array of shape (rows, measures)
        0 to 100; missing where a measure is not known or too old.
    lost : array of shape (rows, measures)
        Points that each measure takes off the score; what is lost and the score add up to 100.
    measures : mapping of str to Measure
        Those with a weight, in the order of the columns.
    """

    rows: pd.DataFrame
    points: Floats
    lost: Floats
    measures: Mapping[str, Measure]

    @property
    def weights(self) -> Floats:
        """The weights, in the order of the columns."""
        return weights_of(self.measures)

    def on(self, day: pd.Timestamp) -> Scores:
        """The rows of one day."""
        return self.where(self.rows["snapshot_date"].eq(day).to_numpy(dtype=bool))

    def where(self, chosen: npt.NDArray[np.bool_]) -> Scores:
        """Some of the rows, with a new index."""
        rows = self.rows.loc[chosen].reset_index(drop=True)
        return Scores(rows, self.points[chosen], self.lost[chosen], self.measures)


def score_health(features: pd.DataFrame, page: HealthPage) -> Scores:
    """Score every row.

    Parameters
    ----------
    features : frame
        See `health_features`.
    """
    measures = {key: one for key, one in page.measures.each() if one.weight > 0}
    points = np.column_stack([points_of(features, one) for one in measures.values()])
    weights = weights_of(measures)
    score, coverage = weighted(points, weights)
    lost = _lost(points, weights)
    level = levels(score, coverage, has_red_critical(points, measures, page), page)
    rows = features[["account_id", "snapshot_date", "annual_revenue"]].assign(
        score=score, coverage=coverage, level=level, cause=causes(lost, level, measures)
    )
    return Scores(rows, points, lost, measures)


def weights_of(measures: Mapping[str, Measure]) -> Floats:
    """The weights in the order of the measures."""
    return np.array([one.weight for one in measures.values()], dtype="float64")


def points_of(features: pd.DataFrame, measure: Measure) -> Floats:
    """Points of one measure; missing where it is not known or older than it may be."""
    values = features[measure.feature].to_numpy(dtype="float64")
    points = on_scale(values, measure)
    age = AGES.get(measure.feature)
    if age is not None and measure.fresh_days is not None:
        points = np.where(features[age].to_numpy(dtype="float64") <= measure.fresh_days, points,
                          np.nan)  # fmt: skip
    return points


def on_scale(values: Floats, measure: Measure) -> Floats:
    """Values on the scale of a measure: on the line between two entries, or by steps.

    >>> from portfolio_lib.parameters.health_measures import Satisfaction, Service
    >>> on_scale(np.array([4.0, 7.5, 10.0, np.nan]), Satisfaction()).tolist()
    [0.0, 62.5, 100.0, nan]
    >>> on_scale(np.array([0.0, 1.0, 2.5, 9.0]), Service()).tolist()
    [100.0, 50.0, 25.0, 0.0]
    """
    edges, heights = (np.array(side, dtype="float64") for side in zip(*measure.scale, strict=True))
    if not measure.steps:
        found = np.interp(values, edges, heights)
    else:
        place = np.searchsorted(edges, np.nan_to_num(values), side="right") - 1
        found = heights[np.maximum(place, 0)]
    return np.where(np.isnan(values), np.nan, found).round(DIGITS)


def weighted(points: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Score and coverage of each row.

    >>> score, coverage = weighted(np.array([[47.0, 59.0, 21.0]]), np.array([20.0, 15.0, 22.0]))
    >>> round(score[0], 2), coverage[0]
    (np.float64(40.12), np.float64(1.0))
    """
    known = ~np.isnan(points)
    there = np.where(known, weights, 0.0).sum(axis=1)
    gained = np.where(known, weights * np.nan_to_num(points), 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(there > 0, gained / np.where(there > 0, there, 1.0), np.nan)
    return score.round(DIGITS), (there / weights.sum()).round(DIGITS)


def has_red_critical(
    points: Floats, measures: Mapping[str, Measure], page: HealthPage
) -> npt.NDArray[np.bool_]:
    """Whether any critical measure has fewer points than it may have."""
    critical = np.array([one.critical for one in measures.values()], dtype=bool)
    low = np.nan_to_num(points, nan=100.0) < page.critical_below
    found: npt.NDArray[np.bool_] = (low & critical).any(axis=1)
    return found


def levels(
    score: Floats, coverage: Floats, capped: npt.NDArray[np.bool_], page: HealthPage
) -> npt.NDArray[np.object_]:
    """The colour of each row: bands from their edge up, capped, grey where too little is known."""
    colour = np.select(
        [
            np.isnan(score) | (coverage < page.least_coverage),
            (score >= page.green_from) & ~capped,
            score >= page.yellow_from,
        ],
        ["grey", "green", "yellow"],
        default="red",
    )
    return colour.astype("object")


def causes(
    lost: Floats, level: npt.NDArray[np.object_], measures: Mapping[str, Measure]
) -> npt.NDArray[np.object_]:
    """The cause that the dearest measure of a yellow or red row points to.

    The dearest measure is the one that takes most off the score; of two that take as much it is
    the first in the settings.
    """
    keys = np.array([one.cause for one in measures.values()], dtype="object")
    dearest = keys[np.argmax(lost, axis=1)] if len(lost) else np.array([], dtype="object")
    told = np.isin(level.astype(str), ("yellow", "red")) & (lost.max(axis=1, initial=0.0) > 0)
    return np.where(told, dearest, NO_CAUSE).astype("object")


def _lost(points: Floats, weights: Floats) -> Floats:
    known = ~np.isnan(points)
    there = np.where(known, weights, 0.0).sum(axis=1, keepdims=True)
    taken = np.where(known, weights * (100.0 - np.nan_to_num(points)), 0.0)
    lost: Floats = (taken / np.where(there > 0, there, 1.0)).round(DIGITS)
    return lost
