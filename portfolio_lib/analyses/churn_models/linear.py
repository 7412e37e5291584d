"""The baseline: a logistic regression on standardised features, with a penalty on their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from portfolio_lib.analyses.churn_models.preparing import Preparation, prepare
from portfolio_lib.analyses.churn_models.samples import Floats, Samples

WRONG_WAY = "would point the wrong way"


@dataclass(frozen=True)
class LinearModel:
    """Log-odds as a sum: a constant and one term for each column of the design."""

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
    names, wrong = list(rows.names), list[str]()
    while True:
        model = _fitted(rows.only(names), strength)
        against = _against(model, directions)
        if not against:
            return _told_in(rows, model, tuple(sorted(wrong)))
        wrong += against
        names = [name for name in names if name not in against]


def _against(model: LinearModel, directions: Mapping[str, int]) -> list[str]:
    kept = model.preparation.names
    return [n for n, w in zip(kept, model.weights, strict=False) if w * directions.get(n, 0) < 0]


def _told_in(rows: Samples, model: LinearModel, wrong: tuple[str, ...]) -> LinearModel:
    """The model with places that refer to all features of the rows."""
    old = model.preparation
    places = tuple(rows.names.index(name) for name in old.names)
    moved = Preparation(
        old.names, places, old.is_wide, old.centres, old.spreads, old.marked, old.dropped
    )
    return LinearModel(moved, model.constant, model.weights, wrong)


def _fitted(rows: Samples, strength: float) -> LinearModel:
    preparation = prepare(rows)
    design = preparation.design(rows.values)
    if design.shape[1] == 0:
        rate = float(np.clip(rows.churned.mean(), 1e-6, 1 - 1e-6))
        return LinearModel(preparation, float(np.log(rate / (1 - rate))), np.empty(0), ())
    solver = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200)
    solver.fit(design, rows.churned.astype(int))
    return LinearModel(preparation, float(solver.intercept_[0]), solver.coef_[0].copy(), ())
