"""How near the list of the distributor comes to what its generator knows, out of time.

    python -m tests.benchmarks.silence_truth     # about two minutes

A client without contracts is lost by its silence. The oracle knows what no data tell on the day:
each client's own rhythm and season, whether it is fading, and whether it has gone already. From
there chance takes its course, many times over, and the share of courses with a long silence is the
oracle's chance. It does not know what is to come.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lib.analyses.churn_models import quality, ranking
from portfolio_lib.analyses.churn_models.samples import Floats, Samples
from portfolio_lib.tables.demo.days import month_day, month_of
from portfolio_lib.tables.demo.orders import (
    FADE_RATE,
    HAZARD_CALM,
    HAZARD_FADING,
    Buyer,
    Fate,
    draw_buyers,
    draw_fate,
    next_gap_days,
    order_lines,
)
from portfolio_lib.tables.demo.service_units import DISTRIBUTOR
from portfolio_lib.tables.demo.world import draw_world
from tests.benchmarks.churn_truth import SEED, learned_units

HORIZON, SILENT = dt.timedelta(days=180), 90
COURSES = 400
NEVER = dt.date(2100, 1, 1)


def oracles(rows: Samples, *, seed: int = 1) -> dict[str, Floats]:
    """Of each row, the chance of a long silence by drawn courses, and the hazard of its month."""
    buyers = draw_buyers(draw_world(DISTRIBUTOR, seed=SEED))
    lives = {}
    for buyer in buyers:
        fate = draw_fate(DISTRIBUTOR, buyer)
        bought = sorted({line["date"] for line in order_lines(DISTRIBUTOR, buyer, fate)})
        lives[buyer.identity.account_id] = (buyer, fate, bought)
    rng = np.random.default_rng(seed)
    days = [pd.Timestamp(day).date() for day in rows.snapshots]
    seen = list(zip(rows.accounts, days, strict=True))
    fading = [lives[who][1].fading[month_of(day)] for who, day in seen]
    return {
        "oracle": np.array([_chance(*lives[who], day, rng) for who, day in seen]),
        "hazard": np.where(fading, HAZARD_FADING, HAZARD_CALM),
    }


def _chance(
    buyer: Buyer, fate: Fate, bought: Sequence[dt.date], day: dt.date, rng: np.random.Generator
) -> float:
    if fate.gone is not None and fate.gone <= day:
        return 1.0
    last = bought[bisect_right(bought, day) - 1]
    seen_slump = buyer.slump_day is not None and buyer.slump_day <= day
    known = replace(buyer, rng=rng, slump_day=buyer.slump_day if seen_slump else None)
    fading = fate.fading[month_of(day)]
    silent = [_is_silent(known, last, day, fading=fading, rng=rng) for _ in range(COURSES)]
    return float(np.mean(silent))


def _is_silent(
    buyer: Buyer, last: dt.date, day: dt.date, *, fading: bool, rng: np.random.Generator
) -> bool:
    """One course: whether more than `SILENT` days without an order are complete in time."""
    fades, gone = _months_ahead(day, fading=fading, rng=rng)
    before, order = day, _next_order(buyer, last, day, fading=fading)
    while before + dt.timedelta(days=SILENT) <= day + HORIZON:
        order = NEVER if gone is not None and order > gone else order
        if (order - before).days > SILENT:
            return True
        gap = next_gap_days(buyer, order, fading=fades.get(month_of(order), False))
        before, order = order, order + dt.timedelta(days=gap)
    return False


def _months_ahead(
    day: dt.date, *, fading: bool, rng: np.random.Generator
) -> tuple[dict[int, bool], dt.date | None]:
    """Which months it fades in, and the day it goes; how long a fade still lasts is not known."""
    month, left = month_of(day), int(rng.integers(1, 6)) if fading else 0
    fades = {month: fading}
    for later in range(month + 1, month + 8):
        left = left - 1 if left else int(rng.integers(3, 7)) if rng.random() < FADE_RATE else 0
        fades[later] = left > 0
        if rng.random() < (HAZARD_FADING if left else HAZARD_CALM):
            return fades, month_day(later, int(rng.integers(1, 28)))
    return fades, None


def _next_order(buyer: Buyer, last: dt.date, day: dt.date, *, fading: bool) -> dt.date:
    """The first order after the day, given that none has come since the last."""
    for _ in range(100):
        order = last + dt.timedelta(days=next_gap_days(buyer, last, fading=fading))
        if order > day:
            return order
    return day + dt.timedelta(days=1)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ((_, found),) = learned_units(Path(folder), alone=False, only={"distributor"})
    left = found.scored.left
    chances = {**found.scored.chances, **oracles(found.scored.rows)}
    auc = {who: ranking.auc(said, left) for who, said in chances.items()}
    for who in (quality.MODEL, "recency", "hazard", "oracle"):
        print(f"{who}: AUC {auc[who]:.3f}")
    gain = (auc[quality.MODEL] - auc["recency"]) / (auc["oracle"] - auc["recency"])
    print(f"the list has {gain:.2f} of the oracle's gain over the last purchase alone")


if __name__ == "__main__":
    main()
