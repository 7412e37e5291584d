"""How good a list is out of time: measures with intervals, beside plain rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.churn_models import ranking
from portfolio_lib.analyses.churn_models.profit import CampaignCosts, expected_profit
from portfolio_lib.analyses.churn_models.samples import Floats, Samples, joined
from portfolio_lib.analyses.churn_models.trials import Trial

MODEL = "model"
LEVEL = 0.9
DRAWS, LEAST_DRAWS, CELLS, CELLS_AT_ONCE = 400, 50, 40_000_000, 4_000_000
TENTH = 0.1
METHOD = "percentiles over draws of accounts, 90 %"
PROFIT_ROWS, PROFIT_DRAWS = 20_000, 100
MOST_DRAWS = 4000


@dataclass(frozen=True)
class Scored:
    """Rows of several trials, with the probabilities that each rival gave them in advance.

    Parameters
    ----------
    rows : Samples
        What happened, to whom, with which revenue.
    chances : mapping of str to array of shape (rows,)
        Probabilities by ``model``, and by ``recency`` and ``colour`` where they stand.
    """

    rows: Samples
    chances: Mapping[str, Floats]

    @property
    def left(self) -> Floats:
        return self.rows.churned

    @property
    def both_happened(self) -> bool:
        """Whether anybody left and anybody stayed: without that nothing can be measured."""
        return len(self.rows) > 0 and 0 < self.left.sum() < len(self.rows)


@dataclass(frozen=True)
class Measured:
    """One measure of one rival."""

    rival: str
    measure: str
    value: float
    interval: tuple[float, float] | None


def pooled(trials: Sequence[Trial], colours: Sequence[Floats] | None = None) -> Scored | None:
    """All trials as one; a rival that is missing in any of them is left out."""
    if not trials:
        return None
    chances = {MODEL: np.concatenate([trial.chances for trial in trials])}
    recency = [trial.recency for trial in trials if trial.recency is not None]
    if len(recency) == len(trials):
        chances["recency"] = np.concatenate(recency)
    if colours is not None:
        chances["colour"] = np.concatenate(list(colours))
    rows = trials[0].rows
    for trial in trials[1:]:
        rows = joined(rows, trial.rows)
    return Scored(rows, chances)


def measure(scored: Scored, top: int, seed: int) -> tuple[Measured, ...]:
    """Every measure of every rival, and how far the model is ahead, with intervals.

    Parameters
    ----------
    scored : Scored
        Trials put together.
    top : int
        Length of the list whose revenue caught is measured, per snapshot.
    seed : int
        Start of the draws of accounts.

    Returns
    -------
    tuple of Measured
        Measures `auc`, `pr_auc`, `brier`, `brier_skill`, `lift`, `revenue_caught` by rival; and of
        ``model less recency`` and so on for `auc`, `brier_skill` and `revenue_caught`.
    """
    if not scored.both_happened:
        return ()
    values = _all_measures(scored, np.ones((1, len(scored.rows))), top)
    drawn: dict[tuple[str, str], list[Floats]] = {key: [] for key in values}
    for weights in _weights(scored.rows, seed):
        for key, found in _all_measures(scored, weights, top).items():
            drawn[key].append(found)
    return tuple(
        Measured(*key, float(value[0]), _interval(np.concatenate(drawn[key])))
        for key, value in values.items()
        if np.isfinite(value[0])
    )


def _interval(drawn: Floats) -> tuple[float, float] | None:
    known = drawn[np.isfinite(drawn)]
    if len(known) < LEAST_DRAWS // 2:
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _weights(rows: Samples, seed: int) -> Iterator[Floats]:
    """How often each row counts when accounts are drawn with replacement, some draws at a time."""
    owners, place = np.unique(rows.owners.astype(str), return_inverse=True)
    random = np.random.default_rng(seed)
    left = max(LEAST_DRAWS, min(DRAWS, CELLS // max(1, len(rows))))
    at_once = max(1, CELLS_AT_ONCE // max(1, len(rows)))
    while left > 0:
        size = min(left, at_once)
        counts = np.empty((size, len(owners)))
        for draw in range(size):
            chosen = random.integers(0, len(owners), len(owners))
            counts[draw] = np.bincount(chosen, minlength=len(owners))
        yield counts[:, place]
        left -= size


def _all_measures(scored: Scored, weights: Floats, top: int) -> dict[tuple[str, str], Floats]:
    found: dict[tuple[str, str], Floats] = {}
    for rival, chances in scored.chances.items():
        for name, values in _measures(scored.rows, chances, weights, top).items():
            found[rival, name] = values
    for rival in scored.chances:
        if rival != MODEL:
            for name in ("auc", "brier_skill", "revenue_caught"):
                ahead = found[MODEL, name] - found[rival, name]
                found[f"{MODEL} less {rival}", name] = ahead
    return found


def _measures(rows: Samples, chances: Floats, weights: Floats, top: int) -> dict[str, Floats]:
    steps, left = ranking.ladder(chances), rows.churned
    return {
        "auc": ranking.aucs(steps, weights, left),
        "pr_auc": ranking.average_precisions(steps, weights, left),
        "brier": ranking.briers(weights, chances, left),
        "brier_skill": ranking.brier_skills(weights, chances, left),
        "lift": ranking.captured(steps, weights, left, TENTH) / TENTH,
        "revenue_caught": _revenue_caught(rows, chances, weights, top),
    }


def _revenue_caught(rows: Samples, chances: Floats, weights: Floats, top: int) -> Floats:
    """The share of all revenue lost that stood in the first `top` rows of each snapshot's list."""
    money = np.nan_to_num(rows.revenue, nan=0.0).clip(min=0.0)
    lost = money * rows.churned
    caught = np.zeros(len(weights))
    for day in np.unique(rows.snapshots):
        here = np.flatnonzero(rows.snapshots == day)
        part = min(1.0, top / len(here))
        steps = ranking.ladder((chances * money)[here])
        share = ranking.captured(steps, weights[:, here], lost[here], part)
        caught += np.nan_to_num(share) * (weights[:, here] @ lost[here])
    whole = weights @ lost
    found: Floats = np.divide(caught, whole, out=np.full(len(caught), np.nan), where=whole > 0)
    return found


def calibration_table(scored: Scored, rival: str = MODEL) -> pd.DataFrame:
    """What was said and what happened, by bins of equally many rows.

    Returns
    -------
    frame
        One row per bin, lowest first: `bin`, `rows`, `said` (mean probability), `left`,
        `happened` (share that left). As many bins as leavers allow, ten to a bin, 2 to 10.
    """
    chances, left = scored.chances[rival], scored.left
    bins = int(min(10, max(2, left.sum() // 10), len(left)))
    order = np.argsort(chances, kind="stable")
    place = np.empty(len(order), dtype=int)
    place[order] = np.arange(len(order)) * bins // len(order)
    rows = pd.DataFrame({"bin": place + 1, "said": chances, "left": left})
    return rows.groupby("bin", as_index=False).agg(
        rows=("left", "size"),
        said=("said", "mean"),
        left=("left", "sum"),
        happened=("left", "mean"),
    )


def calibration_error(table: pd.DataFrame) -> float:
    """Mean distance of what was said from what happened, bins weighted by their rows."""
    gap = (table["said"] - table["happened"]).abs()
    return float((gap * table["rows"]).sum() / table["rows"].sum())


@dataclass(frozen=True)
class ByChance:
    """What probabilities would show that are exactly right.

    Parameters
    ----------
    error : float
        Their mean calibration error: in few rows even true probabilities miss.
    losses : tuple of float
        Where the number of losses falls in 90 of 100 draws.
    """

    error: float
    losses: tuple[float, float]


def by_chance(scored: Scored, seed: int, draws: int = 200) -> ByChance:
    """Draw what happens from the probabilities themselves, and measure it as what happened is.

    Snapshots less than a horizon apart see the same loss, so an account is drawn once for all of
    them: several rows do not make several clients.
    """
    chances = scored.chances[MODEL]
    order = np.argsort(chances, kind="stable")
    edges = np.concatenate([[0], calibration_table(scored)["rows"].cumsum().to_numpy()[:-1]])
    said = np.add.reduceat(chances[order], edges)
    fates, place = np.unique(_fates(scored.rows), return_inverse=True)
    random = np.random.default_rng(seed)
    errors, losses = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        drawn = (random.random(len(fates))[place] < chances)[order].astype(float)
        errors[draw] = np.abs(said - np.add.reduceat(drawn, edges)).sum() / len(chances)
        losses[draw] = drawn.sum()
    low, high = np.quantile(losses, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return ByChance(float(errors.mean()), (float(low), float(high)))


def _fates(rows: Samples) -> npt.NDArray[np.str_]:
    """One name for the rows of an account whose windows overlap, one window after the other."""
    window = np.maximum((rows.closes - rows.snapshots).astype(int), 1)
    since = (rows.snapshots - rows.snapshots.min()).astype(int)
    found: npt.NDArray[np.str_] = np.char.add(
        rows.owners.astype(str), np.char.mod(" %d", since // window)
    )
    return found


def drawn_interval(chances: Floats, money: Floats, seed: int) -> tuple[float, float]:
    """Where the sum of money lost falls in 90 of 100 draws of who leaves."""
    draws = int(max(100, min(MOST_DRAWS, CELLS // max(1, len(chances)))))
    random = np.random.default_rng(seed)
    sums = np.array([money[random.random(len(chances)) < chances].sum() for _ in range(draws)])
    low, high = np.quantile(sums, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def profits(scored: Scored, costs: CampaignCosts, seed: int) -> tuple[Measured, ...]:
    """EMPC of every rival, with intervals where the rows are not too many to draw again."""
    if not scored.both_happened:
        return ()
    small = len(scored.rows) <= PROFIT_ROWS
    found = []
    for rival, chances in scored.chances.items():
        value, _ = expected_profit(chances, scored.left, costs)
        drawn = [
            expected_profit(chances, scored.left, costs, counts)[0]
            for weights in (_weights(scored.rows, seed) if small else ())
            for counts in weights[:PROFIT_DRAWS]
            if 0 < counts @ scored.left < counts.sum()
        ]
        found.append(Measured(rival, "empc", value, _interval(np.array(drawn))))
    return tuple(found)


def value_of(found: Sequence[Measured], rival: str, name: str) -> Measured | None:
    """One of the measures; None where it could not be taken."""
    return next((one for one in found if (one.rival, one.measure) == (rival, name)), None)
