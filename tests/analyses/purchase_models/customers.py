"""Customers simulated from known parameters, straight from the stories the models tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portfolio_lib.analyses.purchase_models.bgnbd import BgNbdParameters
from portfolio_lib.analyses.purchase_models.gamma_gamma import GammaGammaParameters
from portfolio_lib.analyses.purchase_models.mbgnbd import MbgNbdParameters
from portfolio_lib.analyses.purchase_models.nbd import NbdParameters
from portfolio_lib.analyses.purchase_models.pareto_nbd import ParetoNbdParameters

Floats = npt.NDArray[np.float64]

# Like CDNOW, so that drop-out can be told from a year of weeks.
TRUTH = {
    "NBD": NbdParameters(0.9, 8.0),
    "BG/NBD": BgNbdParameters(0.6, 5.0, 0.9, 2.5),
    "MBG/NBD": MbgNbdParameters(0.8, 5.0, 0.9, 2.5),
    "Pareto/NBD": ParetoNbdParameters(0.8, 6.0, 0.7, 10.0),
}
SPEND_TRUTH = GammaGammaParameters(6.0, 4.0, 15.0)


@dataclass(frozen=True)
class Customers:
    """Histories at age T, whether each was there then, and what came after."""

    purchases_repeat: Floats
    age_at_last_purchase: Floats
    age: Floats
    alive: npt.NDArray[np.bool_]
    bought_later: Floats

    @property
    def histories(self) -> tuple[Floats, Floats, Floats]:
        return self.purchases_repeat, self.age_at_last_purchase, self.age


def simulate(
    model: str, n: int, *, seed: int, weeks: float = 52.0, later: float = 26.0
) -> Customers:
    """`n` customers of a model who began over the first third of the time observed."""
    generator = np.random.default_rng(seed)
    age = generator.uniform(weeks * 2 / 3, weeks, n)
    truth = TRUTH[model]
    rate = generator.gamma(truth.r, 1 / truth.alpha, n)
    if isinstance(truth, BgNbdParameters | MbgNbdParameters):
        p = generator.beta(truth.a, truth.b, n)
        gone_at = np.full(n, np.inf)
        may_leave_at_once = isinstance(truth, MbgNbdParameters)
    else:
        p = np.zeros(n)
        may_leave_at_once = False
        leaving = (
            generator.gamma(truth.s, 1 / truth.beta, n)
            if isinstance(truth, ParetoNbdParameters)
            else np.zeros(n)
        )
        with np.errstate(divide="ignore"):
            gone_at = generator.exponential(1.0, n) / leaving
    return _live(generator, rate, p, gone_at, age, later, may_leave_at_once)


def _live(
    generator: np.random.Generator,
    rate: Floats,
    p: Floats,
    gone_at: Floats,
    age: Floats,
    later: float,
    may_leave_at_once: bool,
) -> Customers:
    n = len(rate)
    x, t_x, y, now = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    if may_leave_at_once:
        gone_at = np.where(generator.random(n) < p, 0.0, gone_at)
    while True:
        with np.errstate(divide="ignore"):
            now = now + generator.exponential(1.0, n) / rate
        buys = (now <= gone_at) & (now <= age + later)
        if not buys.any():
            break
        seen = buys & (now <= age)
        x[seen] += 1
        t_x[seen] = now[seen]
        y[buys & ~seen] += 1
        leaves = buys & (generator.random(n) < p)
        gone_at = np.where(leaves, now, gone_at)
    return Customers(x, t_x, age, gone_at > age, y)


def simulate_spend(purchases_repeat: Floats, *, seed: int) -> Floats:
    """Average value of the repeat purchases of each customer; missing without one."""
    generator = np.random.default_rng(seed)
    p, q, gamma = SPEND_TRUTH
    rate = generator.gamma(q, 1 / gamma, len(purchases_repeat))
    x = np.maximum(purchases_repeat, 1.0)
    mean = generator.gamma(p * x, 1 / (rate * x))
    return np.where(purchases_repeat > 0, mean, np.nan)


def simulate_contracts(
    alpha: float, beta: float, c: float, n: int, *, periods: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Renewals kept, and whether then lost, of customers observed for `periods` renewals."""
    generator = np.random.default_rng(seed)
    theta = generator.beta(alpha, beta, n)
    # Discrete Weibull: S(t) = (1 − θ)^(t^c), so T is the first whole t with S(t) below a uniform.
    with np.errstate(divide="ignore"):
        exposure = np.log(generator.random(n)) / np.log1p(-theta)
    lost_at = np.floor(exposure ** (1 / c)) + 1
    lost = lost_at <= periods
    kept = np.where(lost, lost_at - 1, periods).astype(np.int64)
    return kept, lost
