"""The baseline: a logistic regression on standardised features, with a penalty on their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from portfolio_lib.analyses.churn_models.preparing import Preparation, prepare
from portfolio_lib.analyses.churn_models.samples import Flags, Floats, Samples

WRONG_WAY = "would point the wrong way"


@dataclass(frozen=True)
class LinearModel:
    """Log-odds as a sum: a constant and one term for each column of the design.

    Features of `wrong_way` have no weight: it would have come out against what is known of them.
    """

    preparation: Preparation
    constant: float
    weights: Floats
    wrong_way: tuple[str, ...]

    @property
    def dropped(self) -> Mapping[str, str]:
        """Features without a weight, and why."""
        return {**self.preparation.dropped, **dict.fromkeys(self.wrong_way, WRONG_WAY)}

    def log_odds(self, values: Floats) -> Floats:
        """The score of each row."""
        found: Floats = self.preparation.design(values) @ self.weights + self.constant
        return found

    def contributions(self, values: Floats) -> tuple[float, Floats]:
        """The score of the average row, and what each feature adds to it in each row.

        Returns
        -------
        float, array of shape (rows, features of the samples)
            They add up to `log_odds` exactly, but for rounding in the last digit. A missing value
            adds the weight of being missing.
        """
        terms = self.preparation.design(values) * self.weights
        found = np.zeros(values.shape)
        for column, owner in enumerate(self.preparation.owners):
            found[:, self.preparation.places[owner]] += terms[:, column]
        return self.constant, found


def fit_linear(rows: Samples, strength: float, directions: Mapping[str, int]) -> LinearModel:
    """Fit the logistic regression.

    Parameters
    ----------
    rows : Samples
        Closed rows, with both outcomes among them.
    strength : float
        Inverse of the penalty: larger is freer.
    directions : mapping of str to int
        1 where more of a feature can only mean more danger, −1 where less can; a feature whose
        weight comes out the other way is left out and the rest fitted again, so that chance in a
        few events never tells a manager that a happy client is in danger.
    """
    preparation = prepare(rows)
    design = preparation.design(rows.values)
    points = np.array([directions.get(preparation.names[at], 0) for at in preparation.owners])
    points[len(preparation.names) :] = 0  # being missing may point either way
    owners, kept = np.array(preparation.owners, dtype=int), np.ones(design.shape[1], dtype=bool)
    while True:
        constant, weights = _fitted(design, kept, rows.churned, strength)
        against = weights * points < 0
        if not against.any():
            break
        kept &= ~np.isin(owners, owners[against])
    wrong = sorted({preparation.names[at] for at in owners[~kept]})
    return LinearModel(preparation, constant, weights, tuple(wrong))


def _fitted(design: Floats, kept: Flags, churned: Floats, strength: float) -> tuple[float, Floats]:
    """Constant and weights; columns that are not kept weigh nothing."""
    weights = np.zeros(design.shape[1])
    if not kept.any():
        rate = float(np.clip(churned.mean(), 1e-6, 1 - 1e-6))
        return float(np.log(rate / (1 - rate))), weights
    solver = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200)
    solver.fit(design[:, kept], churned.astype(int))
    weights[kept] = solver.coef_[0]
    return float(solver.intercept_[0]), weights
