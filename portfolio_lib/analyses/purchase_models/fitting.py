"""Maximum likelihood for the purchase and contract models.

Every parameter is positive, so the search runs over logarithms, from several fixed starting
points, with exact gradients. The mean log-likelihood per customer is maximised (so that tolerances
mean the same for 100 and for 100,000 customers); standard errors come from the Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from portfolio_lib.analyses.purchase_models.histories import Floats

P = TypeVar("P", bound=tuple[float, ...])

# Minus the mean log-likelihood per customer and its gradient, at a point of log-parameters.
Objective = Callable[[Floats], tuple[float, Floats]]

# How far a log-parameter may move from its natural scale: factors of about 6e-6 and 1.6e5.
LOG_REACH = 12.0

# A looking-for-a-start sample: large enough to rank the starting points, small enough to be quick.
SEARCH_CUSTOMERS = 4_000

# A log-parameter whose standard error is above this has a 90 % interval that spans a factor of
# 100 either way: the data do not say what it is.
WIDEST_LOG_ERROR = float(np.log(100.0) / stats.norm.ppf(0.95))

_HESSIAN_STEP = 1e-4
_NEWTON_STEPS = 8
# Log-likelihood (of the whole sample) that one more Newton step may still promise at convergence.
_GAIN_LEFT = 1e-5
_FLAT_GRADIENT = 1e-5
# Share of the loss that a step of L-BFGS-B must still gain: loose while starts are compared.
_SEARCHING, _CLIMBING = 1e-9, 1e-11
_NEAR_BOUND = 1e-3


def around(scale: Sequence[float] | Floats, *, reach: float | Floats = LOG_REACH) -> Floats:
    """Bounds of the log-parameters: `reach` to either side of the logarithm of their scale."""
    centre = np.log(np.asarray(scale, dtype=np.float64))
    return np.column_stack([centre - reach, centre + reach])


@dataclass(frozen=True)
class Fit(Generic[P]):
    """A fitted model.

    Parameters
    ----------
    model : str
        What readers call it, ``BG/NBD``.
    parameters : NamedTuple
        Maximum-likelihood estimates; NaN where nothing could be fitted.
    standard_errors : NamedTuple
        From the Hessian over log-parameters by the delta method; NaN at a boundary.
    loglikelihood : float
        Sum over customers at the estimates.
    n : int
        Customers behind the fit.
    converged : bool
        The gradient vanished and the surface is curved as at a maximum, or a bound stops it.
    boundary : str or None
        A sentence, where a parameter ran to its bound or is not identified. Callers print this
        sentence and no figure from the model.
    log_covariance : tuple of tuple of float
        Covariance of the log-parameters; NaN at a boundary.
    starts_tried, starts_agreeing : int
        How many starting points were tried, and how many led to the best log-likelihood found.
    """

    model: str
    parameters: P
    standard_errors: P
    loglikelihood: float
    n: int
    converged: bool
    boundary: str | None
    log_covariance: tuple[tuple[float, ...], ...] = field(repr=False)
    starts_tried: int
    starts_agreeing: int

    @property
    def usable(self) -> bool:
        """Converged, and no boundary."""
        return self.converged and self.boundary is None

    def interval(self, confidence: float = 0.90) -> tuple[P, P]:
        """Lower and upper ends of the parameters, symmetric in logarithms (so above 0)."""
        width = float(stats.norm.ppf(0.5 + confidence / 2)) * np.sqrt(np.diag(self.log_covariance))
        centre = np.log(np.asarray(self.parameters))
        make = maker(self.parameters)
        return make(np.exp(centre - width).tolist()), make(np.exp(centre + width).tolist())


S = TypeVar("S")


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the search ended: a point of log-parameters and the surface around it."""

    log_parameters: Floats
    loss: float
    hessian: Floats
    converged: bool
    at_bound: tuple[bool, ...]
    starts_tried: int
    starts_agreeing: int


def maximise(
    loss_over: Callable[[S], Objective],
    sample: S,
    small_sample: S,
    *,
    starts: Floats,
    bounds: Floats,
    n: int,
) -> Maximum:
    """The maximum over `sample`, started from the best of `starts` over `small_sample`.

    Parameters
    ----------
    loss_over : callable
        From a sample to its `Objective`.
    sample, small_sample : object
        Everything, and a thinned version (or the same) on which the starts are compared.
    starts : numpy.ndarray
        Log-parameters, shape (starts, parameters).
    bounds : numpy.ndarray
        Lower and upper end of each log-parameter, shape (parameters, 2); see `around`.
    n : int
        Customers in `sample`.
    """
    # The search solves systems of four unknowns. Sharing those out over processors takes ten times
    # as long as solving them, and far longer on a machine with other work.
    with threadpool_limits(limits=1):
        best, agreeing = search(loss_over(small_sample), starts, bounds=bounds)
        counts = (len(starts), agreeing)
        return climb(loss_over(sample), best, n=n, bounds=bounds, starts=counts)


def search(objective: Objective, starts: Floats, *, bounds: Floats) -> tuple[Floats, int]:
    """The best point reached from any of the starts, and how many starts reached its height.

    Parameters
    ----------
    objective : callable
        See `Objective`.
    starts : numpy.ndarray
        Log-parameters, shape (starts, parameters).
    bounds : numpy.ndarray
        Lower and upper end of each log-parameter, shape (parameters, 2).
    """
    runs = [_descend(objective, start, bounds, tolerance=_SEARCHING) for start in starts]
    losses = np.array([run.fun for run in runs])
    # Ties go to the earliest start, so the answer does not hang on rounding between equal ends.
    best = int(np.flatnonzero(losses <= losses.min() + 1e-9)[0])
    return np.asarray(runs[best].x), int((losses <= losses.min() + 1e-5).sum())


def _descend(
    objective: Objective, start: Floats, bounds: Floats, *, tolerance: float
) -> optimize.OptimizeResult:
    options = {"maxiter": 150, "ftol": tolerance, "gtol": 1e-8}
    return optimize.minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )


def climb(
    objective: Objective, start: Floats, *, n: int, bounds: Floats, starts: tuple[int, int]
) -> Maximum:
    """From a good start to the maximum: L-BFGS-B, then Newton steps on the coordinates off bounds.

    Parameters
    ----------
    objective : callable
        Over the whole sample.
    start : numpy.ndarray
        Log-parameters from `search`.
    n : int
        Customers in the sample.
    bounds : numpy.ndarray
        As in `search`.
    starts : tuple of int
        How many starting points were tried and how many agreed; carried into the result.
    """
    point = np.asarray(_descend(objective, start, bounds, tolerance=_CLIMBING).x)
    converged = False
    for _ in range(_NEWTON_STEPS):
        loss, gradient = objective(point)
        hessian = _hessian(objective, point)
        free = _off_bounds(point, bounds)
        step = _newton_step(hessian, gradient, free)
        if step is None:
            converged = bool(np.all(np.abs(gradient[free]) < _FLAT_GRADIENT))
            break
        if -n * float(gradient @ step) / 2 < _GAIN_LEFT:
            converged = True
            break
        point = _damped(objective, point, loss, step, bounds)
    else:
        loss, _ = objective(point)
        hessian = _hessian(objective, point)
    at_bound = tuple(bool(bound) for bound in ~_off_bounds(point, bounds))
    return Maximum(point, loss, hessian, converged, at_bound, *starts)


def _off_bounds(point: Floats, bounds: Floats) -> npt.NDArray[np.bool_]:
    inside = (point > bounds[:, 0] + _NEAR_BOUND) & (point < bounds[:, 1] - _NEAR_BOUND)
    return np.asarray(inside)


def _hessian(objective: Objective, point: Floats) -> Floats:
    """Central differences of the exact gradient."""
    columns = []
    for shift in np.eye(len(point)) * _HESSIAN_STEP:
        difference = objective(point + shift)[1] - objective(point - shift)[1]
        columns.append(difference / (2 * _HESSIAN_STEP))
    matrix = np.array(columns)
    return np.asarray((matrix + matrix.T) / 2)


def _newton_step(hessian: Floats, gradient: Floats, free: npt.NDArray[np.bool_]) -> Floats | None:
    """The step to the top of the local parabola, or None where the surface is not one."""
    block = hessian[np.ix_(free, free)]
    if not free.any() or not is_positive_definite(block):
        return None
    step = np.zeros_like(gradient)
    step[free] = -np.linalg.solve(block, gradient[free])
    return step


def _damped(
    objective: Objective, point: Floats, loss: float, step: Floats, bounds: Floats
) -> Floats:
    """The largest halving of the step that does not lower the likelihood."""
    for halving in range(20):
        trial = np.clip(point + step / 2**halving, bounds[:, 0], bounds[:, 1])
        if objective(trial)[0] <= loss:
            return np.asarray(trial)
    return point


def is_positive_definite(matrix: Floats) -> bool:
    """All eigenvalues clearly above zero, compared with the largest."""
    if not np.isfinite(matrix).all():
        return False
    eigenvalues = np.linalg.eigvalsh(matrix)
    return bool(eigenvalues[0] > 1e-10 * max(eigenvalues[-1], 1e-12))


def log_covariance(maximum: Maximum, n: int) -> Floats:
    """Covariance of the log-parameters; NaN at a bound or where the surface is flat."""
    size = len(maximum.log_parameters)
    if any(maximum.at_bound) or not is_positive_definite(maximum.hessian):
        return np.full((size, size), np.nan)
    return np.asarray(np.linalg.inv(maximum.hessian) / n)


def describe_edge(maximum: Maximum, names: Sequence[str], *, model: str, n: int) -> str | None:
    """A sentence where a parameter ran to its bound or is not pinned down, else None."""
    at_bound = [name for name, is_at in zip(names, maximum.at_bound, strict=True) if is_at]
    if at_bound:
        return (
            f"{model} cannot be told from these {n:,} customers: {_listed(at_bound)} ran to the "
            "end of the search."
        )
    errors = np.sqrt(np.diag(log_covariance(maximum, n)))
    vague = [name for name, e in zip(names, errors, strict=True) if not e <= WIDEST_LOG_ERROR]
    if vague:
        return (
            f"{model} cannot be told from these {n:,} customers: {_listed(vague)} could be a "
            "hundred times larger or smaller."
        )
    return None


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def fit_from(
    maximum: Maximum,
    make: Callable[[Iterable[float]], P],
    *,
    model: str,
    n: int,
    boundary: str | None,
    loglikelihood: float | None = None,
) -> Fit[P]:
    """The published form of a maximum."""
    estimates = np.exp(maximum.log_parameters)
    covariance = log_covariance(maximum, n)
    if boundary is not None:
        covariance = np.full_like(covariance, np.nan)
    errors = estimates * np.sqrt(np.diag(covariance))
    return Fit(
        model=model,
        parameters=make(estimates.tolist()),
        standard_errors=make(errors.tolist()),
        loglikelihood=-maximum.loss * n if loglikelihood is None else loglikelihood,
        n=n,
        converged=maximum.converged,
        boundary=boundary,
        log_covariance=tuple(tuple(row) for row in covariance.tolist()),
        starts_tried=maximum.starts_tried,
        starts_agreeing=maximum.starts_agreeing,
    )


def unfitted(
    make: Callable[[Iterable[float]], P], *, size: int, model: str, n: int, reason: str
) -> Fit[P]:
    """A fit that could not begin: no parameters, and the reason as its boundary sentence."""
    nothing = [float("nan")] * size
    return Fit(
        model=model,
        parameters=make(nothing),
        standard_errors=make(nothing),
        loglikelihood=float("nan"),
        n=n,
        converged=False,
        boundary=reason,
        log_covariance=tuple(tuple(nothing) for _ in nothing),
        starts_tried=0,
        starts_agreeing=0,
    )


def maker(parameters: P) -> Callable[[Iterable[float]], P]:
    """The function that builds parameters of this kind from a sequence of numbers."""
    make: Callable[[Iterable[float]], P] = parameters._make  # type: ignore[attr-defined]
    return make


def refit(objective: Objective, parameters: P) -> P:
    """Estimates on another sample, searched from the estimates at hand (for bootstrap draws)."""
    point = np.asarray(parameters)
    run = _descend(objective, np.log(point), around(point), tolerance=_CLIMBING)
    return maker(parameters)(np.exp(run.x).tolist())
