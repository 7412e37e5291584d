"""Earlier colours and measures beside what became of the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.clustered_auc import Floats, Gain, Ranking, gain, ranking
from portfolio_lib.analyses.health_scores import LEVELS, Scores, weighted
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.parameters.health_models import HealthPage

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """Given and suggested weights on days after those that the suggestion was made from."""

    given: Ranking
    suggested: Ranking
    gain: Gain
    first_day: pd.Timestamp
    last_day: pd.Timestamp


def outcomes_of(
    rows: pd.DataFrame, churn_outcomes: pd.DataFrame | None, as_of: pd.Timestamp, shrunk_by: float
) -> pd.DataFrame:
    """What became of every row.

    Parameters
    ----------
    rows : frame
        `account_id`, `snapshot_date`, `annual_revenue`, sorted by day and account.
    churn_outcomes : frame or None
        One row per account and day: `at_risk`, `horizon_end`, `observed`, `churned`,
        `revenue_lost`.

    Returns
    -------
    frame
        On the index of `rows`: `is_now`, `observed` (it could leave, and the horizon is over),
        `compared` (observed, on days so far apart that no loss is counted twice), `left`, `shrunk`
        (its yearly revenue fell by `shrunk_by` or more within the horizon, and it stayed),
        `came_true` (either), `revenue_lost`, `horizon_end`.
    """
    keys = ["account_id", "snapshot_date"]
    columns = ["at_risk", "horizon_end", "observed", "churned", "revenue_lost"]
    if churn_outcomes is None:
        churn_outcomes = pd.DataFrame(columns=[*keys, *columns])
    known = churn_outcomes[[*keys, *columns]].astype({"snapshot_date": "datetime64[ns]"})
    plain = rows[[*keys, "annual_revenue"]].astype({"snapshot_date": "datetime64[ns]"})
    joined = plain.merge(known, on=keys, how="left", validate="one_to_one")
    joined.index = rows.index
    left = is_true(joined["churned"])
    seen = is_true(joined["at_risk"]) & is_true(joined["observed"])
    end = pd.to_datetime(joined["horizon_end"])
    shrunk = _shrank(joined.assign(horizon_end=end), shrunk_by) & ~left
    lost = pd.to_numeric(joined["revenue_lost"]).astype("float64").fillna(0.0)
    apart = days_apart(rows["snapshot_date"], end, seen)
    return pd.DataFrame(
        {
            "is_now": rows["snapshot_date"].eq(as_of),
            "observed": seen,
            "compared": seen & rows["snapshot_date"].isin(apart),
            "left": left & seen,
            "shrunk": shrunk & seen,
            "came_true": (left | shrunk) & seen,
            "revenue_lost": lost.where(left & seen, 0.0),
            "horizon_end": end,
        }
    )


def _shrank(joined: pd.DataFrame, by: float) -> pd.Series:
    """Whether a later day within the horizon has less yearly revenue, though still some."""
    shrank = pd.Series(False, index=joined.index)
    groups = joined.groupby("account_id", sort=False)
    for step in range(1, int(groups.size().max() if len(joined) else 0)):
        later = groups["snapshot_date"].shift(-step)
        within = later <= joined["horizon_end"]
        if not within.any():
            break
        amount = groups["annual_revenue"].shift(-step)
        limit = (joined["annual_revenue"] * (1 - by)).round(6)
        shrank |= within & (amount > 0) & (amount.round(6) <= limit)
    return shrank


def by_colour(scores: Scores, past: pd.DataFrame, page: HealthPage) -> pd.DataFrame:
    """How many left by colour, on days so far apart that no loss is counted twice.

    Returns
    -------
    frame
        One row per colour: `level`, `seen` (accounts and days), `left`, `share` with its Wilson
        interval `low`, `high` (missing where none was seen), `revenue_lost`.
    """
    rows = scores.rows.assign(left=past["left"], lost=past["revenue_lost"]).loc[past["compared"]]
    sums = rows.groupby("level").agg(
        seen=("left", "size"), left=("left", "sum"), revenue_lost=("lost", "sum")
    )
    table = sums.reindex(list(LEVELS)).rename_axis("level").reset_index()
    table[["seen", "left"]] = table[["seen", "left"]].fillna(0).astype(int)
    table["revenue_lost"] = table["revenue_lost"].astype("float64").fillna(0.0)
    seen = table["seen"].clip(lower=1)
    low, high = proportion_confint(
        table["left"], seen, alpha=1 - page.interval_level, method="wilson"
    )
    told = table["seen"] > 0
    for name, values in (("share", table["left"] / seen), ("low", low), ("high", high)):
        table[name] = pd.Series(np.asarray(values, dtype=float), index=table.index).where(told)
    return table


def days_apart(day: pd.Series, end: pd.Series, observed: pd.Series) -> list[pd.Timestamp]:
    """Observed days from the latest back, each with its horizon over before the next begins."""
    seen = pd.DataFrame({"day": day, "end": end}).loc[observed]
    ends = seen.groupby("day")["end"].max().sort_index(ascending=False)
    chosen: list[pd.Timestamp] = []
    for one, end in ends.items():
        if not chosen or end <= chosen[-1]:
            chosen.append(pd.Timestamp(str(one)))
    return chosen


def measure_rankings(scores: Scores, past: pd.DataFrame, page: HealthPage) -> pd.DataFrame:
    """Every measure beside what became of the accounts, with the weight that this suggests.

    Returns
    -------
    frame
        One row per measure: `key`, `title`, `weight`, `rows`, `lost` (accounts), `auc`, `low`,
        `high`, `suggested` (missing where no measure can be compared). A measure with too few
        losses keeps its weight; the others share what they weigh together by how far each lies
        above chance.
    """
    seen = past["observed"].to_numpy(bool)
    found = _rankings(scores, past, seen, page)
    told = [one if one is not None and is_enough(one, page) else None for one in found]
    rows = pd.DataFrame(
        {
            "key": list(scores.measures),
            "title": [one.title for one in scores.measures.values()],
            "weight": scores.weights,
            "rows": [0 if one is None else one.rows for one in found],
            "lost": [0 if one is None else one.lost for one in found],
            "auc": [np.nan if one is None else one.auc for one in told],
            "low": [one.interval[0] if one and one.interval else np.nan for one in told],
            "high": [one.interval[1] if one and one.interval else np.nan for one in told],
        }
    )
    return rows.assign(suggested=suggested(scores.weights, rows["auc"].to_numpy(float)))


def suggested(weights: Floats, aucs: Floats) -> Floats:
    """The weights of compared measures, shared out anew by how far each lies above chance.

    >>> suggested(np.array([10.0, 10, 5]), np.array([0.9, 0.6, np.nan])).tolist()
    [16.0, 4.0, 5.0]
    """
    known = ~np.isnan(aucs)
    above = np.where(known, np.maximum(0.0, np.nan_to_num(aucs) - 0.5), 0.0)
    if above.sum() <= 0:
        return np.full(len(weights), np.nan)
    shared = weights[known].sum() * above / above.sum()
    return np.where(known, shared, weights).round(6)


def score_ranking(scores: Scores, past: pd.DataFrame, page: HealthPage) -> Ranking | None:
    """How well the score put those that left first, over all observed days."""
    seen = past["observed"].to_numpy(bool) & scores.rows["level"].ne("grey").to_numpy(bool)
    return _ranked(scores.rows["score"].to_numpy(float), scores, past, seen, page)


def try_out(scores: Scores, past: pd.DataFrame, page: HealthPage) -> Trial | None:
    """Suggest weights from earlier days and hold them against the given ones on later days.

    The earlier days end, with their horizons, before the later ones begin. The later days begin
    as late as still leaves enough losses in both; None where no day does.
    """
    days = sorted(scores.rows.loc[past["observed"], "snapshot_date"].unique(), reverse=True)
    for day in days:
        found = _tried(scores, past, page, pd.Timestamp(day), pd.Timestamp(days[0]))
        if found is not None:
            return found
    return None


def _tried(
    scores: Scores, past: pd.DataFrame, page: HealthPage, first: pd.Timestamp, last: pd.Timestamp
) -> Trial | None:
    seen, known = past["observed"].to_numpy(bool), scores.rows["level"].ne("grey").to_numpy(bool)
    later = seen & known & scores.rows["snapshot_date"].ge(first).to_numpy(bool)
    earlier = seen & past["horizon_end"].le(first).to_numpy(bool)
    given = _ranked(scores.rows["score"].to_numpy(float), scores, past, later, page)
    if given is None or not is_enough(given, page):
        return None
    aucs = [
        one.auc if one is not None and is_enough(one, page) else np.nan
        for one in _rankings(scores, past, earlier, page)
    ]
    weights = suggested(scores.weights, np.array(aucs, dtype=float))
    if np.isnan(weights).any():
        return None
    other, _ = weighted(scores.points, weights)
    tried = _ranked(other, scores, past, later, page)
    if tried is None or tried.rows != given.rows:
        return None
    own = scores.rows["score"].to_numpy(float)
    left, ids = past["left"].to_numpy(bool)[later], scores.rows.loc[later, "account_id"]
    more = gain(own[later], other[later], left, ids, level=page.interval_level)
    return Trial(given, tried, more, first, last)


def is_enough(found: Ranking, page: HealthPage) -> bool:
    """Whether enough accounts left, and enough stayed, to compare."""
    return found.lost >= page.least_events and found.accounts - found.lost >= page.least_events


def _rankings(
    scores: Scores, past: pd.DataFrame, chosen: Bools, page: HealthPage
) -> Sequence[Ranking | None]:
    return [_ranked(column, scores, past, chosen, page) for column in scores.points.T]


def _ranked(
    health: Floats, scores: Scores, past: pd.DataFrame, chosen: Bools, page: HealthPage
) -> Ranking | None:
    used = chosen & ~np.isnan(health)
    return ranking(
        health[used],
        past["left"].to_numpy(bool)[used],
        scores.rows.loc[used, "account_id"],
        level=page.interval_level,
    )
