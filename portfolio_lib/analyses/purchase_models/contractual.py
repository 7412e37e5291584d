"""sBG and BdW: how long contracts last when leaving is seen and happens at renewals.

At each renewal a customer leaves with a probability that is beta (α, β) over customers. The
shifted-beta-geometric (sBG) keeps it constant over time; the beta-discrete-Weibull (BdW) lets it
rise (c > 1) or fall (c < 1) with the number of renewals. Retention rises with age even in sBG,
because those who leave easily leave first. sBG equation numbers are those of 2007.

    S(t) = B(α, β + t^c) ÷ B(α, β), c = 1 in sBG

References
----------
Fader, P. S., Hardie, B. G. S. (2007). How to project customer retention. Journal of Interactive
Marketing 21(1), 76–90.
Fader, P. S., Hardie, B. G. S. (2010). Customer-base valuation in a contractual setting: the perils
of ignoring heterogeneity. Marketing Science 29(1), 85–93.
Fader, P. S., Hardie, B. G. S., Liu, Y., Davin, J., Steenburgh, T. (2018). "How to project customer
retention" revisited: the role of duration dependence. Journal of Interactive Marketing 43, 1–16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy import special

from portfolio_lib.analyses.purchase_models import fitting
from portfolio_lib.analyses.purchase_models.fitting import Fit, P
from portfolio_lib.analyses.purchase_models.histories import Floats, count_distinct, mean_over
from portfolio_lib.errors import DataFault

# Beyond this the discounted rest of a lifetime is below the twelfth digit.
_NEGLIGIBLE = 1e-13
_LONGEST_SUM = 200_000

# The largest share below 1 whose complement keeps a digit.
_ALMOST_SURE = 1.0 - 1e-15

# t^c leaves the range of floats long before c reaches the bounds of the other parameters.
_REACH = np.array([fitting.LOG_REACH, fitting.LOG_REACH, 3.0])


class SbgParameters(NamedTuple):
    """α and β of the beta distribution of the probability of leaving at a renewal."""

    alpha: float
    beta: float


class BdwParameters(NamedTuple):
    """α and β as in sBG; c is the duration dependence (1: none, above 1: leaving gets likelier)."""

    alpha: float
    beta: float
    c: float


ContractParameters = SbgParameters | BdwParameters


@dataclass(frozen=True, eq=False)
class ContractLifetimes:
    """Customers by the renewals they came through, and whether they were then lost.

    Parameters
    ----------
    renewals_kept : numpy.ndarray
        Renewals each group came through, whole numbers from 0, shape (m,).
    lost : numpy.ndarray of bool
        True: lost at the next renewal. False: still there, the next renewal is yet to come.
    customers : numpy.ndarray
        Customers in each group, shape (m,).
    renewals_at_entry : numpy.ndarray or None
        Renewals behind each group when it was first watched, at most `renewals_kept`; None where
        all were watched from their start. Who left before could not be seen, so the likelihood is
        that of what came after.
    """

    renewals_kept: Floats
    lost: npt.NDArray[np.bool_]
    customers: Floats
    renewals_at_entry: Floats | None = None

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.customers.sum())

    @property
    def entered(self) -> Floats:
        """Renewals behind each group when it was first watched."""
        if self.renewals_at_entry is None:
            return np.zeros_like(self.renewals_kept)
        return self.renewals_at_entry


def lifetimes_from_customers(
    renewals_kept: ArrayLike, lost: ArrayLike, renewals_at_entry: ArrayLike | None = None
) -> ContractLifetimes:
    """Gather one row per customer.

    Parameters
    ----------
    renewals_kept : array_like
        Renewals the customer came through.
    lost : array_like of bool
        Whether the customer then left at the next one.
    renewals_at_entry : array_like, optional
        Renewals that were behind the customer when it was first watched; 0 where left out.

    Raises
    ------
    DataFault
        The arrays differ in length, renewals are not whole numbers from 0 up, or an entry lies
        after what was kept.
    """
    kept = np.asarray(renewals_kept, dtype=np.float64)
    gone = np.asarray(lost, dtype=np.bool_)
    since = np.zeros_like(kept) if renewals_at_entry is None else np.asarray(renewals_at_entry)
    if kept.ndim != 1 or not kept.shape == gone.shape == since.shape:
        raise DataFault(
            f"contracts: renewals_kept, lost and renewals_at_entry have the shapes {kept.shape}, "
            f"{gone.shape} and {since.shape}; expected one entry per customer in each."
        )
    _refuse_broken("renewals_kept", ~_is_count(kept), "is not a whole number from 0 up")
    late = ~_is_count(since) | (since > kept)
    _refuse_broken("renewals_at_entry", late, "is not a whole number from 0 to what was kept")
    rows, customers = count_distinct(np.column_stack([kept, gone.astype(np.float64), since]))
    return ContractLifetimes(rows[:, 0], rows[:, 1] > 0, customers, rows[:, 2])


def _is_count(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(values) & (values >= 0) & (values == np.floor(values)))


def _refuse_broken(name: str, broken: npt.NDArray[np.bool_], rule: str) -> None:
    places = np.flatnonzero(broken)
    if len(places):
        first = ", ".join(str(position) for position in places[:5])
        raise DataFault(
            f"contracts: {name} of {len(places)} customers {rule} (first at positions {first}). "
            "Count completed renewals."
        )


def lifetimes_from_survivors(survivors: ArrayLike) -> ContractLifetimes:
    """One cohort, from the customers left at the start and after each renewal.

    Parameters
    ----------
    survivors : array_like
        Counts at renewal 0 (the start), 1, 2, …; never rising.

    Raises
    ------
    DataFault
        Fewer than two counts, a count below 0, or a count that rises.

    Examples
    --------
    >>> cohort = lifetimes_from_survivors([1000, 869, 743])
    >>> cohort.customers.tolist()    # lost at renewal 1, lost at renewal 2, still there
    [131.0, 126.0, 743.0]
    """
    counts = np.asarray(survivors, dtype=np.float64)
    falls = counts.ndim == 1 and len(counts) >= 2 and bool((np.diff(counts) <= 0).all())
    if not falls or not counts[-1] >= 0 or not np.isfinite(counts).all():
        raise DataFault(
            f"contracts: found the survivors {counts.tolist()}; expected two or more counts from 0 "
            "up that never rise. Follow one cohort, without customers who joined later."
        )
    last = len(counts) - 1
    kept = np.append(np.arange(last, dtype=np.float64), float(last))
    lost = np.append(np.ones(last, dtype=np.bool_), False)
    return ContractLifetimes(kept, lost, np.append(-np.diff(counts), counts[-1]))


def pool_lifetimes(cohorts: Sequence[ContractLifetimes]) -> ContractLifetimes:
    """Several cohorts, each observed for its own number of renewals, as one."""
    rows = np.concatenate([np.column_stack([c.renewals_kept, c.lost, c.entered]) for c in cohorts])
    customers = np.concatenate([c.customers for c in cohorts])
    order = np.lexsort(rows.T[::-1])
    rows, customers = rows[order], customers[order]
    return ContractLifetimes(rows[:, 0], rows[:, 1] > 0, customers, rows[:, 2])


def survival(renewals: ArrayLike, *, parameters: ContractParameters) -> Floats:
    """Share of customers who come through `renewals` renewals, S(t) in [0, 1]. Equation (6)."""
    return np.asarray(np.exp(_log_survival(renewals, parameters)))


def _log_survival(renewals: ArrayLike, parameters: ContractParameters) -> Floats:
    alpha, beta, c = _three(parameters)
    exposure = np.asarray(renewals, dtype=np.float64) ** c
    return np.asarray(_log_beta(alpha, beta + exposure) - _log_beta(alpha, beta))


def _log_beta(alpha: float, beta: ArrayLike) -> Floats:
    # betaln keeps its digits where one argument is huge; a difference of gammaln does not.
    return np.asarray(special.betaln(alpha, beta), dtype=np.float64)


def _three(parameters: ContractParameters) -> tuple[float, float, float]:
    c = parameters.c if isinstance(parameters, BdwParameters) else 1.0
    return parameters.alpha, parameters.beta, c


def retention_rate(renewal: ArrayLike, *, parameters: ContractParameters) -> Floats:
    """Share of those up for renewal number t = 1, 2, … who stay, r(t) = S(t) ÷ S(t−1).

    Equation (8): (β+t−1) ÷ (α+β+t−1) in sBG. In [0, 1].
    """
    t = np.asarray(renewal, dtype=np.float64)
    return np.asarray(np.exp(_log_survival(t, parameters) - _log_survival(t - 1, parameters)))


def loglikelihood(lifetimes: ContractLifetimes, *, parameters: ContractParameters) -> float:
    """Sum over customers of ln P(T = t) for the lost and ln S(t) for those still there.

    Each less ln S(entry), where a customer was not watched from its start.
    """
    loss, _ = mean_loss(np.log(_three(parameters)), lifetimes)
    return -loss * lifetimes.n


def mean_loss(log_parameters: Floats, lifetimes: ContractLifetimes) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over (ln α, ln β, ln c)."""
    parameters = BdwParameters(*np.exp(log_parameters).tolist())
    kept, lost = lifetimes.renewals_kept, lifetimes.lost
    log_here, slopes_here = _log_survival_slopes(kept, parameters)
    log_next, slopes_next = _log_survival_slopes(kept + 1, parameters)
    # P(lost at the next renewal) = S(t) − S(t+1) = S(t) × (1 − r), r = S(t+1) ÷ S(t).
    # Far from the data nobody may ever leave; a lost customer is then as good as impossible.
    stay = np.where(lost, np.minimum(np.exp(log_next - log_here), _ALMOST_SURE), 0.0)
    log_likelihood = log_here + np.log1p(-stay)
    slopes = slopes_here - stay / (1 - stay) * (slopes_next - slopes_here)
    if lifetimes.entered.any():
        log_entry, slopes_entry = _log_survival_slopes(lifetimes.entered, parameters)
        log_likelihood, slopes = log_likelihood - log_entry, slopes - slopes_entry
    customers = lifetimes.customers
    return -float(mean_over(log_likelihood, customers)), -mean_over(slopes, customers)


def _log_survival_slopes(t: Floats, parameters: BdwParameters) -> tuple[Floats, Floats]:
    alpha, beta, c = parameters
    exposure = t**c
    later, now = beta + exposure, beta
    by_alpha = special.psi(alpha + beta) - special.psi(alpha + later)
    by_exposure = special.psi(later) - special.psi(alpha + later)
    by_beta = by_exposure - special.psi(now) + special.psi(alpha + now)
    by_c = by_exposure * exposure * np.log(np.where(t > 0, t, 1.0))
    slopes = np.array([alpha * by_alpha, beta * by_beta, c * by_c])
    return _log_survival(t, parameters), slopes


def fit_sbg(lifetimes: ContractLifetimes) -> Fit[SbgParameters]:
    """Maximum-likelihood fit of the shifted-beta-geometric.

    `boundary` is set where the losses do not tell α and β apart (all customers alike, nobody
    lost, or a single renewal observed).
    """
    starts = np.log([[1.0, 3.0], [0.5, 1.0], [5.0, 20.0]])
    return _fit(lifetimes, SbgParameters._make, "sBG", SbgParameters._fields, starts)


def fit_bdw(lifetimes: ContractLifetimes) -> Fit[BdwParameters]:
    """Maximum-likelihood fit of the beta-discrete-Weibull.

    `boundary` as in `fit_sbg`; three parameters need three renewals or more.
    """
    starts = np.log([[1.0, 3.0, 1.0], [0.5, 1.0, 1.3], [2.0, 6.0, 0.7], [0.3, 1.5, 1.6]])
    return _fit(lifetimes, BdwParameters._make, "BdW", BdwParameters._fields, starts)


def _fit(
    lifetimes: ContractLifetimes,
    make: Callable[[Iterable[float]], P],
    model: str,
    names: tuple[str, ...],
    starts: Floats,
) -> Fit[P]:
    size, n = len(names), lifetimes.n
    reason = _nothing_to_fit(lifetimes, model, size)
    if reason:
        return fitting.unfitted(make, size=size, model=model, n=n, reason=reason)
    maximum = fitting.maximise(
        lambda sample: partial(_loss_of_first, lifetimes=sample),
        lifetimes,
        lifetimes,
        starts=starts,
        bounds=fitting.around(np.ones(size), reach=_REACH[:size]),
        n=n,
    )
    edge = fitting.describe_edge(maximum, names, model=model, n=n)
    return fitting.fit_from(maximum, make, model=model, n=n, boundary=edge)


def _loss_of_first(log_parameters: Floats, lifetimes: ContractLifetimes) -> tuple[float, Floats]:
    """The loss with c held at 1 where only α and β are searched."""
    size = len(log_parameters)
    whole = np.append(log_parameters, 0.0) if size == 2 else log_parameters
    loss, gradient = mean_loss(whole, lifetimes)
    return loss, gradient[:size]


def _nothing_to_fit(lifetimes: ContractLifetimes, model: str, size: int) -> str | None:
    lost, customers = lifetimes.lost, lifetimes.customers
    losses = customers[lost].sum()
    if losses == 0:
        return f"None of the {lifetimes.n:,} customers was lost, so {model} cannot be fitted."
    if losses == lifetimes.n and len(set(lifetimes.renewals_kept[customers > 0])) == 1:
        return f"All customers were lost at one renewal, so {model} cannot be fitted."
    observed = lifetimes.renewals_kept[customers > 0] + lost[customers > 0]
    renewals = int(observed.max())
    if renewals < size:
        return (
            f"{model} has {size} parameters and needs as many renewals; these customers have been "
            f"seen through {renewals}."
        )
    return None


def discounted_residual_lifetime(
    renewals_kept: ArrayLike,
    *,
    discount_rate_per_period: float,
    parameters: ContractParameters,
    horizon_periods: int | None = None,
) -> Floats:
    """Discounted expected residual lifetime (DERL), in periods, just before the next renewal.

    For a customer who came through n − 1 renewals: the sum over t = n, n+1, … of
    S(t) ÷ S(n−1) × (1+d)^−(t−n), so the coming renewal is not discounted (Fader and Hardie 2010;
    in sBG r(n) × ₂F₁(1, β+n; α+β+n; 1 ÷ (1+d))).

    Parameters
    ----------
    renewals_kept : array_like
        n − 1 for each customer: renewals come through so far.
    discount_rate_per_period : float
        d, per contract period, at least 0.
    parameters : SbgParameters or BdwParameters
        Fitted parameters.
    horizon_periods : int, optional
        Renewals counted; for ever where absent, which needs a discount rate above 0.

    Raises
    ------
    DataFault
        The rate is below 0, or 0 without a horizon, or so small that the sum does not end.
    """
    periods = _periods_to_sum(discount_rate_per_period, horizon_periods)
    kept = np.asarray(renewals_kept, dtype=np.float64)
    before, place = np.unique(kept, return_inverse=True)
    ahead = np.arange(periods, dtype=np.float64)
    discount = (1 + discount_rate_per_period) ** -ahead
    sums = [
        float(
            np.exp(_log_survival(k + 1 + ahead, parameters) - _log_survival(k, parameters))
            @ discount
        )
        for k in before
    ]
    return np.asarray(np.array(sums)[place.reshape(kept.shape)])


def _periods_to_sum(rate: float, horizon_periods: int | None) -> int:
    if horizon_periods is not None and rate >= 0 and horizon_periods >= 1:
        return int(horizon_periods)
    if horizon_periods is None and rate > 0:
        periods = int(np.ceil(np.log(_NEGLIGIBLE * rate) / -np.log1p(rate)))
        if periods <= _LONGEST_SUM:
            return periods
    raise DataFault(
        f"discounted_residual_lifetime: found the discount rate {rate} and the horizon "
        f"{horizon_periods}; expected a rate from 0 up with a horizon of 1 or more periods, or a "
        "rate of 0.0002 or more without one. Give a horizon."
    )
