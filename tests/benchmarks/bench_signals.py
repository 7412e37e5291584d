"""How often wake-up calls ring by chance, and how soon they find a fall: a heavier simulation.

Run as ``python -m tests.benchmarks.bench_signals``. Prints the rows of docs/signals.md.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy import stats

from portfolio_lib.analyses.expected_ranges import Rule, judge_months

CHANCE = 0.01
JUDGED = 3
DAYS = [31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30, 31] * 5
FALLS = (0.0, 0.2, 0.4)
NOISES = {"normal": None, "heavy tails (t, 4)": 4}


def drawn(rng: np.random.Generator, months: int, freedom: int | None) -> np.ndarray:
    """Trend, seasons, a level that drifts, and noise of 3, 10 or 20 %."""
    noise = float(rng.choice([0.03, 0.1, 0.2]))
    level = np.cumsum(rng.normal(0, noise * float(rng.choice([0, 0.2, 0.5, 1])), months))
    season = np.tile(rng.normal(0, 0.15, 12), 5)[:months]
    if freedom is None:
        shocks = rng.normal(0, noise, months)
    else:
        shocks = rng.standard_t(freedom, months) * noise / np.sqrt(freedom / (freedom - 2))
    trend = rng.normal(0, 0.01) * np.arange(months)
    return np.exp(10 + trend + level + season + shocks) * np.array(DAYS[:months])


def share_of_calls(months: int, freedom: int | None, fall: float, series: int) -> tuple[int, int]:
    """Calls among series × months judged without a fall; series that ring with one."""
    rng = np.random.default_rng([months, freedom or 0])
    calls = found = 0
    for _ in range(series):
        revenue = drawn(rng, months, freedom)
        revenue[-JUDGED:] *= 1 - fall
        judged = judge_months(list(revenue), DAYS[:months], months - JUDGED, Rule(CHANCE))
        out = [one.side == "below" for one in judged]
        starts = zip([False, *out[:-1]], out, strict=True)
        calls += sum(now and not before for before, now in starts)
        found += any(out)
    return calls, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1000)
    series = parser.parse_args().series
    started = time.process_time()
    low, high = (stats.binom.ppf(end, series * JUDGED, CHANCE) for end in (0.005, 0.995))
    print(
        f"{series} series × {JUDGED} months, chance {CHANCE:.0%}: {series * JUDGED * CHANCE:.0f} "
    )
    print(f"calls to expect, {low:.0f} to {high:.0f} with 99 %")
    print("| months | noise | calls without a fall | a fall of 20 % rings | of 40 % |")
    print("|---|---|---|---|---|")
    for months in (27, 36, 48):
        for name, freedom in NOISES.items():
            told = [share_of_calls(months, freedom, fall, series) for fall in FALLS]
            rings = " | ".join(f"{found / series:.0%}" for _, found in told[1:])
            print(f"| {months} | {name} | {told[0][0]} | {rings} |")
    print(f"{time.process_time() - started:.0f} processor seconds")


if __name__ == "__main__":
    main()
