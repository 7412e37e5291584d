"""The hidden life of the clients of one unit: what goes wrong, who sees it, and what it costs.

Troubles come in episodes. Each leaves a visible trace (usage, tickets, answers to surveys, the
champion's departure, late payment, fewer meetings) some weeks before it raises the pressure to
leave. A share of the pressure (`frailty`) leaves no trace, so nobody can predict churn perfectly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolio_lib.tables.demo.days import ALL_MONTHS
from portfolio_lib.tables.demo.frames import logistic, stream
from portfolio_lib.tables.demo.profiles import Profile

Months = NDArray[np.float64]
"""One row per account, one column per month from the first month of history."""

LEAD_IN = 8
"""Months drawn before the first, so that lagged signals exist from the start."""

CAUSES = (
    "declining usage",
    "service failures",
    "low satisfaction",
    "champion left",
    "late payment",
)
OTHER_CAUSE = "no visible cause"


@dataclass(frozen=True)
class Signals:
    """What happens at each account in each month; all arrays are accounts × months.

    `usage` and `engagement` are shares (1 is normal), `satisfaction` is on a scale of 10,
    `champion_gone` is true while nobody has taken over, `days_late` are days after the due date,
    `pressure` is the chance of leaving within the month if the client were free to go, and
    `weights` the part of its log-odds that comes from each of `CAUSES`.
    """

    usage: Months
    issues: Months
    breaches: Months
    satisfaction: Months
    champion_gone: NDArray[np.bool_]
    days_late: Months
    engagement: Months
    pressure: Months
    weights: dict[str, Months]


def draw_signals(profile: Profile, accounts: int, *, seed: int) -> Signals:
    """The signals of `accounts` clients over the history and the months after it."""
    rng = stream(seed, profile.key, "signals")
    shape = (accounts, ALL_MONTHS + LEAD_IN)
    trouble = {cause: _episodes(rng, shape, profile.trouble / 3) for cause in CAUSES}
    usage = _usage(rng, trouble["declining usage"])
    issues, breaches = _issues(rng, trouble["service failures"], profile.issues_per_month)
    satisfaction = _satisfaction(rng, trouble["low satisfaction"], breaches)
    gone = trouble["champion left"] > 0
    late = _days_late(rng, trouble["late payment"])
    weights = _weights(usage, breaches, satisfaction, gone, late)
    frailty = rng.normal(0, 0.45, (accounts, 1))
    log_odds = profile.base_log_odds + frailty + np.sum(list(weights.values()), axis=0)
    return Signals(
        usage=_cut(usage),
        issues=_cut(issues),
        breaches=_cut(breaches),
        satisfaction=_cut(satisfaction),
        champion_gone=gone[:, LEAD_IN:],
        days_late=_cut(late),
        engagement=_cut(_engagement(rng, trouble)),
        pressure=_cut(logistic(log_odds)),
        weights={cause: _cut(values) for cause, values in weights.items()},
    )


def main_cause(signals: Signals, account: int, month: int) -> str:
    """The cause that weighed most on `account` in `month`; a plain word where none did."""
    weights = [signals.weights[cause][account, month] for cause in CAUSES]
    heaviest = int(np.argmax(weights))
    return CAUSES[heaviest] if weights[heaviest] > 0.4 else OTHER_CAUSE


def _cut(values: Months) -> Months:
    return values[:, LEAD_IN:]


def _episodes(rng: np.random.Generator, shape: tuple[int, int], rate: float) -> Months:
    """Months since an episode began (1 in its first month), 0 outside episodes of 5 to 9 months."""
    starts = rng.random(shape) < rate
    lengths = rng.integers(5, 10, shape)
    age = np.zeros(shape)
    ends = np.zeros(shape[0])
    for month in range(shape[1]):
        before = age[:, month - 1] if month else np.zeros(shape[0])
        running = (before > 0) & (before < ends)
        begins = ~running & starts[:, month]
        ends = np.where(begins, lengths[:, month], ends)
        age[:, month] = np.where(running, before + 1, np.where(begins, 1, 0))
    return age


def _usage(rng: np.random.Generator, episode: Months) -> Months:
    """Used share of what is licensed: a level of its own, falling by a tenth a month in trouble."""
    base = np.clip(rng.normal(0.78, 0.09, episode.shape[0]), 0.5, 1.0)
    level = base.copy()
    usage = np.empty_like(episode)
    for month in range(episode.shape[1]):
        falling = episode[:, month] > 0
        level = np.where(falling, level * 0.88, np.minimum(base, level * 1.08))
        usage[:, month] = level
    return np.asarray((usage * rng.normal(1, 0.03, usage.shape)).clip(0.02, 1.15))


def _issues(rng: np.random.Generator, episode: Months, rate: float) -> tuple[Months, Months]:
    """Tickets raised, and how many of them missed their time; both rise in a bad spell."""
    bad = episode > 0
    issues = rng.poisson(np.where(bad, rate * 2 + 0.5, rate)).astype(float)
    breaches = rng.binomial(issues.astype(int), np.where(bad, 0.5, 0.06)).astype(float)
    return issues, breaches


def _satisfaction(rng: np.random.Generator, episode: Months, breaches: Months) -> Months:
    base = rng.normal(8.7, 0.5, (episode.shape[0], 1)).clip(7.2, 9.7)
    slump = np.minimum(episode, 4) * 0.8
    hurt = np.minimum(_rolling_sum(breaches, 3), 4) * 0.45
    noise = rng.normal(0, 0.3, episode.shape)
    return np.asarray((base - slump - hurt + noise).clip(1, 10))


def _days_late(rng: np.random.Generator, episode: Months) -> Months:
    usual = rng.gamma(2.0, 2.5, (episode.shape[0], 1))
    slipping = np.minimum(episode, 5) * 9
    return np.asarray(usual + slipping + rng.gamma(1.5, 2.0, episode.shape))


def _engagement(rng: np.random.Generator, trouble: dict[str, Months]) -> Months:
    """Share of the usual meetings: from its third month on, any trouble keeps people away."""
    depth = np.maximum.reduce([np.minimum(age, 6) for age in trouble.values()])
    usual = np.clip(rng.gamma(6.0, 1 / 6.0, (depth.shape[0], 1)), 0.4, 2)
    return np.asarray(usual * np.where(depth >= 3, 0.45, 1.0))


def _weights(
    usage: Months,
    breaches: Months,
    satisfaction: Months,
    gone: NDArray[np.bool_],
    late: Months,
) -> dict[str, Months]:
    """Log-odds of leaving by cause, each from what was visible one month or more before."""
    drop = np.maximum(0, 1 - _rolling_mean(usage, 2) / np.maximum(_rolling_mean(usage, 8), 0.05))
    parts = (
        9.0 * drop,
        0.55 * np.minimum(_rolling_sum(breaches, 3), 5),
        1.1 * np.maximum(0, 7.6 - _rolling_mean(satisfaction, 2)),
        1.9 * gone,
        0.08 * np.maximum(0, _rolling_mean(late, 2) - 16).clip(max=26),
    )
    return {cause: _lagged(np.asarray(part)) for cause, part in zip(CAUSES, parts, strict=True)}


def _lagged(values: Months) -> Months:
    return np.concatenate([values[:, :1], values[:, :-1]], axis=1)


def _rolling_sum(values: Months, months: int) -> Months:
    total = np.cumsum(values, axis=1)
    earlier = np.concatenate([np.zeros((len(values), months)), total[:, :-months]], axis=1)
    return np.asarray(total - earlier)


def _rolling_mean(values: Months, months: int) -> Months:
    counts = np.minimum(np.arange(values.shape[1]) + 1, months)
    return np.asarray(_rolling_sum(values, months) / counts)
