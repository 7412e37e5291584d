"""How often the intervals of NRR and GRR hold the truth, over drawn portfolios."""

from __future__ import annotations

import numpy as np

from portfolio_lib.analyses.resampling import Ratios, ratio_intervals

LOST, CHANGED, GROWTH, JUMP = 0.10, 0.40, 0.02, 0.25
"""Share of accounts lost, share of the others that change, and how: log-normal factors."""


def factors(random: np.random.Generator, accounts: int) -> np.ndarray:
    """What each account brings now for each pound that it brought before."""
    changed = random.random(accounts) < CHANGED
    jumps = np.where(changed, random.lognormal(GROWTH, JUMP, accounts), 1.0)
    return jumps * (random.random(accounts) >= LOST)


def truth() -> dict[str, float]:
    """NRR and GRR of endlessly many such accounts, whatever their sizes."""
    jump = np.exp(GROWTH + JUMP**2 / 2)
    draws = np.random.default_rng(0).lognormal(GROWTH, JUMP, 4_000_000)
    capped = np.minimum(draws, 1.0).mean()
    return {
        "nrr": (1 - LOST) * (1 - CHANGED + CHANGED * jump),
        "grr": (1 - LOST) * (1 - CHANGED + CHANGED * capped),
    }


def coverage(
    *, accounts: int, spread: float, portfolios: int, resamples: int, seed: int
) -> dict[str, float]:
    """The share of drawn portfolios whose 90 % intervals hold the truth.

    `spread` is the standard deviation of the logarithm of the sizes: at 0.8 the largest of eighty
    is some forty times the smallest, at 1.0 about a hundred times.
    """
    random = np.random.default_rng(seed)
    true = truth()
    hits = dict.fromkeys(true, 0)
    for place in range(portfolios):
        before = random.lognormal(8, spread, accounts)
        after = before * factors(random, accounts)
        ratios = Ratios(
            np.column_stack([after, np.minimum(before, after)]), np.column_stack([before, before])
        )
        found = ratio_intervals(ratios, level=0.9, resamples=resamples, seed=seed + place)
        for rate, ends in zip(true, found, strict=True):
            hits[rate] += ends is not None and ends[0] <= true[rate] <= ends[1]
    return {rate: count / portfolios for rate, count in hits.items()}
