"""How long it takes to learn who leaves, and to score, beside plain scikit-learn.

    python -m tests.benchmarks.bench_churn                     # 100,000 accounts, 12 snapshots
    python -m tests.benchmarks.bench_churn --accounts 10000

The peer learns in the same run, from the same rows: impute, scale, one logistic regression and one
HistGradientBoosting with interactions, without choice, folds, calibration or reasons.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from portfolio_lib.analyses.churn_models import quality, ranking
from portfolio_lib.analyses.churn_models.choosing import Policy
from portfolio_lib.analyses.churn_models.samples import Samples
from portfolio_lib.analyses.churn_models.trials import fit_on, out_of_time

FEATURES, SIGNALS, MISSING, RATE = 40, 6, 0.1, -3.2
FIRST = np.datetime64("2023-01-01", "D")
QUARTER, HORIZON = 91, 180


def draw(accounts: int, snapshots: int, seed: int) -> Samples:
    """Accounts at quarterly snapshots; six of forty features raise the chance of leaving."""
    random = np.random.default_rng(seed)
    rows = accounts * snapshots
    values = random.standard_normal((rows, FEATURES))
    score = RATE + values[:, :SIGNALS] @ np.linspace(0.9, 0.2, SIGNALS)
    left = (random.random(rows) < 1 / (1 + np.exp(-score))).astype(float)
    values[random.random(values.shape) < MISSING] = np.nan
    days = np.repeat(FIRST + QUARTER * np.arange(snapshots), accounts)
    closes = days + HORIZON
    left[closes > days[-1]] = np.nan
    ids = np.array([f"A{n:06d}" for n in range(accounts)], dtype=object)
    names = tuple(f"feature_{n}" for n in range(FEATURES))
    return Samples(
        values, names, left, np.tile(ids, snapshots), np.full(rows, "", dtype=object), days,
        closes, random.lognormal(9, 1, rows),
    )  # fmt: skip


def timed(label: str, work: Callable[[], object]) -> tuple[object, float]:
    start = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label:<58}{seconds:>8.1f} s   peak so far {peak:,.0f} MiB")
    return done, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--snapshots", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rows = draw(given.accounts, given.snapshots, given.seed)
    trusted, policy = frozenset(rows.names), Policy(seed=given.seed)
    closed, now = rows.take(~np.isnan(rows.churned)), rows.at(rows.snapshots.max())
    print(f"{len(rows):,} rows, {len(closed):,} closed, {closed.events:,} accounts left")

    fitted, learning = timed("choose, tune, calibrate and fit", lambda: fit_on(
        closed, policy, trusted=trusted))  # fmt: skip
    _, scoring = timed("score the accounts now", lambda: fitted.model.probabilities(now))
    timed("explain the accounts now, every term", lambda: fitted.model.contributions(now))
    trials, _ = timed("try out of time on two days", lambda: out_of_time(
        rows, policy, snapshots=2, recency="feature_0", trusted=trusted))  # fmt: skip
    timed("measure with intervals", lambda: quality.measure(quality.pooled(trials), 1000, 1))

    def peer() -> list[np.ndarray]:
        linear = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler(),
                               LogisticRegression(max_iter=500))  # fmt: skip
        trees = HistGradientBoostingClassifier(random_state=0)
        left = closed.churned.astype(int)
        return [m.fit(closed.values, left).predict_proba(now.values)[:, 1] for m in (linear, trees)]

    plain, seconds = timed("plain peer: one logistic, one boosted, all rows", peer)
    print(f"ours ÷ peer: {(learning + scoring) / seconds:.2f}")
    last = trials[-1]
    print(f"chosen: {fitted.model.kind}, {fitted.model.setting}; AUC out of time "
          f"{ranking.auc(last.chances, last.rows.churned):.4f}")  # fmt: skip
    chances = fitted.model.probabilities(now)
    for name, other in zip(("logistic", "boosted"), plain, strict=True):
        print(f"rank correlation with the peer's {name}: {np.corrcoef(chances, other)[0, 1]:.3f}")


if __name__ == "__main__":
    main()
