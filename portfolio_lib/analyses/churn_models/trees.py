"""Small boosted trees, each of which looks at one feature only.

Such trees add up to one curve per feature, so that a feature's contribution is exact and does not
depend on the order in which features are named, as it does where trees mix them. On the public
churn data this costs no quality: see docs/churn.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from portfolio_lib.analyses.churn_models.linear import LinearModel, fit_linear
from portfolio_lib.analyses.churn_models.preparing import prepare
from portfolio_lib.analyses.churn_models.samples import Floats, Samples

ROWS_OF_MEAN = 5_000
"""Rows that the mean contribution is taken over, evenly among all: it only sets where 0 lies."""


@dataclass(frozen=True)
class TreeSize:
    """How many trees, and how small."""

    trees: int
    leaves: int
    rate: float = 0.1
    least_rows: int = 20
    pull: float = 5.0


@dataclass(frozen=True)
class TreeModel:
    """Log-odds as a sum of one curve per feature.

    Parameters
    ----------
    places : tuple of int
        The raw columns that vary; the others are not used.
    average : array of shape (features used,)
        The row that contributions are measured from: medians, NaN where mostly missing.
    offsets : array of shape (features used,)
        Mean contribution in rows of the fit, taken off so that the average is about 0.
    dropped : mapping of str to str
        Features without use, and why.
    """

    places: tuple[int, ...]
    model: Any
    average: Floats
    offsets: Floats
    dropped: Mapping[str, str]

    def log_odds(self, values: Floats) -> Floats:
        """The score of each row."""
        found: Floats = self.model.decision_function(values[:, self.places])
        return found

    def contributions(self, values: Floats) -> tuple[float, Floats]:
        """The score of the average row, and what each feature adds to it in each row.

        They add up to `log_odds` exactly, but for rounding in the last digits: with one feature to
        a tree, moving one feature at a time from the average row moves the score by all it can.
        """
        raw = curves(self.model, self.average, values[:, self.places])
        found = np.zeros(values.shape)
        found[:, self.places] = raw - self.offsets
        start = float(self.model.decision_function(self.average[None, :])[0])
        return start + float(self.offsets.sum()), found


def curves(model: Any, average: Floats, values: Floats) -> Floats:
    """What each feature moves the score by, away from the average row."""
    start = model.decision_function(average[None, :])[0]
    found = np.zeros(values.shape)
    for place in range(values.shape[1]):
        points, back = np.unique(values[:, place], return_inverse=True)
        rows = np.repeat(average[None, :], len(points), axis=0)
        rows[:, place] = points
        found[:, place] = (model.decision_function(rows) - start)[back]
    return found


def fit_trees(
    rows: Samples, size: TreeSize, directions: Mapping[str, int], seed: int, *, centred: bool = True
) -> TreeModel | LinearModel:
    """Fit the boosted trees.

    Parameters
    ----------
    rows : Samples
        Closed rows, with both outcomes among them.
    size : TreeSize
        How many trees, and how small.
    directions : mapping of str to int
        Features that may only raise (1) or only lower (−1) the score.
    seed : int
        Start of every random choice.
    centred : bool
        Measure contributions from the mean of the rows; not needed where only scores are.

    Returns
    -------
    TreeModel or LinearModel
        The latter, a constant, where no feature varies.
    """
    preparation = prepare(rows)
    if not preparation.names:
        return fit_linear(rows, 1.0, {})
    places = preparation.places
    values = rows.values[:, places]
    model = HistGradientBoostingClassifier(
        max_iter=size.trees,
        max_leaf_nodes=size.leaves,
        learning_rate=size.rate,
        min_samples_leaf=size.least_rows,
        l2_regularization=size.pull,
        interaction_cst="no_interactions",
        monotonic_cst=[directions.get(rows.names[place], 0) for place in places],
        early_stopping=False,
        random_state=seed,
    ).fit(values, rows.churned.astype(int))
    average = np.nanmedian(values, axis=0)
    offsets = np.zeros(len(places))
    if centred:
        offsets = curves(model, average, values[:: len(values) // ROWS_OF_MEAN + 1]).mean(axis=0)
    return TreeModel(places, model, average, offsets, preparation.dropped)
