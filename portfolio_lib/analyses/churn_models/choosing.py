"""One model for one day: chosen, tuned and calibrated on rows that were closed by then.

Candidates are compared by their predictions for accounts that they have not seen: the rows are cut
into folds by account. The logistic baseline stays unless trees are better by twice the error of
that comparison. The same unseen predictions calibrate the chosen one. No class weights and no
resampling: both spoil probabilities and gain nothing in ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from portfolio_lib.analyses.churn_models.calibration import Calibration, calibrate, probability
from portfolio_lib.analyses.churn_models.linear import fit_linear
from portfolio_lib.analyses.churn_models.samples import Floats, Samples, at_most
from portfolio_lib.analyses.churn_models.trees import TreeSize, fit_trees

STRENGTHS = (0.003, 0.02, 0.1, 0.5)
SIZES = (TreeSize(60, 3), TreeSize(120, 4))
CAUTION = 2.0
"""Standard errors by which trees must beat the baseline: it is easier to explain."""
ROWS_TO_TUNE = 20_000
ROWS_TO_FIT = 200_000


class ScoringModel(Protocol):
    """What every kind of model can do."""

    @property
    def dropped(self) -> Mapping[str, str]: ...

    def log_odds(self, values: Floats) -> Floats: ...

    def contributions(self, values: Floats) -> tuple[float, Floats]: ...


Fit = Callable[[Samples, bool], ScoringModel]
"""Fits rows; the flag says whether contributions will be asked for."""


@dataclass(frozen=True)
class Policy:
    """What the choice of a model goes by.

    Parameters
    ----------
    least_events : int
        With fewer accounts that left, no model at all.
    trees_from_events : int
        With fewer, the logistic baseline alone.
    folds : int
        Parts into which the accounts are cut.
    directions : mapping of str to int
        Which way a feature may point: see `fit_linear`.
    seed : int
        Start of every random choice.
    """

    least_events: int = 5
    trees_from_events: int = 60
    folds: int = 5
    directions: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class ChurnModel:
    """A chosen, fitted and calibrated model.

    Parameters
    ----------
    kind : str
        ``logistic`` or ``trees``.
    setting : str
        What was tuned, in words.
    rows, events : int
        Rows and leavers that it learned from.
    unseen_loss : mapping of str to float
        Log loss of the best of each kind for accounts not seen.
    """

    kind: str
    setting: str
    names: tuple[str, ...]
    model: ScoringModel
    calibration: Calibration
    rows: int
    events: int
    unseen_loss: Mapping[str, float]

    @property
    def dropped(self) -> Mapping[str, str]:
        """Features without use, and why, in words."""
        return self.model.dropped

    @property
    def used(self) -> tuple[str, ...]:
        """The features that count."""
        return tuple(name for name in self.names if name not in self.dropped)

    def log_odds(self, rows: Samples) -> Floats:
        """The calibrated score of each row."""
        return self.calibration.applied(self.model.log_odds(self._values(rows)))

    def probabilities(self, rows: Samples) -> Floats:
        """The chance of leaving within the horizon, in (0, 1), of each row."""
        return probability(self.log_odds(rows))

    def contributions(self, rows: Samples) -> tuple[float, Floats]:
        """What each feature adds to the calibrated score: with the constant, it adds up to it."""
        start, terms = self.model.contributions(self._values(rows))
        return float(self.calibration.applied(np.array([start]))[0]), terms * self.calibration.slope

    def _values(self, rows: Samples) -> Floats:
        if rows.names != self.names:
            raise ValueError("the rows have other features than the model was fitted on")
        return rows.values


@dataclass(frozen=True)
class _Candidate:
    kind: str
    setting: str
    fit: Fit


def choose_model(rows: Samples, policy: Policy) -> ChurnModel | None:
    """The model for these closed rows; None where too few accounts left, or none stayed.

    Parameters
    ----------
    rows : Samples
        Every row closed on the day for which the model is made.
    policy : Policy
        What the choice goes by.
    """
    if rows.events < max(policy.least_events, 2) or not (rows.churned == 0).any():
        return None
    tuning = at_most(rows, ROWS_TO_TUNE, policy.seed)
    folds = account_folds(tuning, policy.folds, policy.seed)
    tried = {one: _unseen(tuning, folds, one.fit) for one in _candidates(rows, policy)}
    best, losses = _best(tried, tuning)
    fitted = best.fit(at_most(rows, ROWS_TO_FIT, policy.seed), True)
    calibration = calibrate(tried[best], tuning.churned)
    return ChurnModel(
        best.kind, best.setting, rows.names, fitted, calibration, len(rows), rows.events, losses
    )


def _candidates(rows: Samples, policy: Policy) -> list[_Candidate]:
    def linear(strength: float) -> _Candidate:
        told = f"inverse penalty {strength:g}"
        return _Candidate(
            "logistic", told, lambda some, _: fit_linear(some, strength, policy.directions)
        )

    def trees(size: TreeSize) -> _Candidate:
        told = f"{size.trees} trees of {size.leaves} leaves"
        return _Candidate(
            "trees",
            told,
            lambda some, last: fit_trees(some, size, policy.directions, policy.seed, centred=last),
        )

    enough = rows.events >= policy.trees_from_events and len(rows.names) > 0
    return [*map(linear, STRENGTHS), *(map(trees, SIZES) if enough else ())]


def account_folds(rows: Samples, folds: int, seed: int) -> npt.NDArray[np.intp]:
    """The fold of each row: all rows of an account in one, leavers spread evenly."""
    owners, place = np.unique(rows.owners.astype(str), return_inverse=True)
    left = np.zeros(len(owners), dtype=bool)
    left[place[rows.churned == 1]] = True
    order = np.random.default_rng(seed).permutation(len(owners))
    order = order[np.argsort(left[order], kind="stable")]
    fold = np.empty(len(owners), dtype=np.intp)
    fold[order] = np.arange(len(owners)) % folds
    return fold[place]


def _unseen(rows: Samples, folds: npt.NDArray[np.intp], fit: Fit) -> Floats:
    """Scores of each row by a model that has not seen its account."""
    found = np.full(len(rows), np.nan)
    for fold in np.unique(folds):
        held = folds == fold
        rest = rows.take(~held)
        if len(np.unique(rest.churned)) == 2:
            found[held] = fit(rest, False).log_odds(rows.values[held])
    rate = float(np.clip(rows.churned.mean(), 1e-6, 1 - 1e-6))
    return np.where(np.isnan(found), np.log(rate / (1 - rate)), found)


def _best(
    tried: Mapping[_Candidate, Floats], rows: Samples
) -> tuple[_Candidate, Mapping[str, float]]:
    """The best of each kind by log loss; trees only where better beyond the error of comparing."""
    losses = {one: _losses(scores, rows.churned) for one, scores in tried.items()}
    kinds = dict.fromkeys(one.kind for one in losses)
    leaders = {
        kind: min((one for one in losses if one.kind == kind), key=lambda o: losses[o].mean())
        for kind in kinds
    }
    means = {kind: float(losses[one].mean()) for kind, one in leaders.items()}
    base = leaders["logistic"]
    if "trees" not in leaders:
        return base, means
    gain = losses[base] - losses[leaders["trees"]]
    better = gain.mean() > CAUTION * _error(gain, rows)
    return (leaders["trees"] if better else base), means


def _losses(scores: Floats, churned: Floats) -> Floats:
    found: Floats = np.logaddexp(0.0, np.where(churned == 1, -scores, scores))
    return found


def _error(gains: Floats, rows: Samples) -> float:
    """Standard error of the mean gain, rows of one account counted together."""
    _, place = np.unique(rows.owners.astype(str), return_inverse=True)
    sums = np.bincount(place, weights=gains - gains.mean())
    return float(np.sqrt((sums**2).sum())) / len(gains)
