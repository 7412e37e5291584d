"""How far the worst clients hang on the weights, and which missing data would tell most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.health_features import TIME_ALONE_BRINGS, collected_in
from portfolio_lib.analyses.health_scores import Floats, Scores, weighted
from portfolio_lib.parameters.health_models import HealthPage

DIGITS_OF_SHARES = 6


def worst_ten(now: Scores, page: HealthPage, seed: int) -> pd.DataFrame:
    """The worst clients, and in how many draws of the weights each stays among them.

    Every weight is moved by itself, by a factor between 1 − range and 1 + range. A client that is
    grey is not ranked. Ties go by account id.

    Returns
    -------
    frame
        `account_id`, `score`, `stays` (share of draws), worst first; empty where there are no
        more clients than the list is long, for then everybody stays.
    """
    ranked = now.where(now.rows["level"].ne("grey").to_numpy(bool))
    order = np.argsort(ranked.rows["account_id"].to_numpy(str), kind="stable")
    points, ids = ranked.points[order], ranked.rows["account_id"].to_numpy(object)[order]
    columns = ["account_id", "score", "stays"]
    if len(ids) <= page.worst:
        return pd.DataFrame(columns=columns)
    scores, _ = weighted(points, now.weights)
    worst = _lowest(scores, page.worst)
    stays = _share_of_draws(points, now.weights, worst, page, seed)
    return pd.DataFrame({"account_id": ids[worst], "score": scores[worst], "stays": stays})


def _lowest(scores: Floats, count: int) -> np.ndarray:
    """Places of the lowest scores, lowest first; of equal ones the first."""
    return np.argsort(scores, kind="stable")[:count]


def _share_of_draws(
    points: Floats, weights: Floats, worst: np.ndarray, page: HealthPage, seed: int
) -> Floats:
    random = np.random.default_rng(seed)
    reach = page.weight_range
    moved = weights * random.uniform(1 - reach, 1 + reach, (page.draws, len(weights)))
    kept = np.zeros(len(worst))
    for one in moved:
        scores, _ = weighted(points, one)
        kept += np.isin(worst, _lowest(scores, page.worst))
    return (kept / page.draws).round(DIGITS_OF_SHARES)


def data_to_collect(now: Scores, page: HealthPage) -> pd.DataFrame:
    """What each table would tell if it were complete, most telling first.

    Measures that come from one table are taken together: who collects answers for one has all.
    Readings that only time brings are left out.

    Returns
    -------
    frame
        One row per table that is missing for someone: `table`, `measures` (titles), `accounts`
        (clients it is missing for), `revenue` (theirs), `out_of_grey` (clients that would no
        longer be grey), `revenue_out_of_grey`, `coverage_gain` (mean over all clients).
    """
    tables: dict[str, list[int]] = {}
    for place, one in enumerate(now.measures.values()):
        if one.feature not in TIME_ALONE_BRINGS:
            tables.setdefault(collected_in(one.feature), []).append(place)
    rows = [_one_table(now, page, table, places) for table, places in tables.items()]
    columns = [
        *("table", "measures", "accounts", "revenue", "out_of_grey", "revenue_out_of_grey"),
        "coverage_gain",
    ]
    found = pd.DataFrame(rows, columns=columns)
    found = found.loc[found["accounts"] > 0]
    return found.sort_values(
        ["out_of_grey", "coverage_gain", "table"], ascending=[False, False, True], kind="stable"
    ).reset_index(drop=True)


def _one_table(now: Scores, page: HealthPage, table: str, places: list[int]) -> dict[str, object]:
    missing = np.isnan(now.points[:, places])
    gain = (missing * now.weights[places]).sum(axis=1) / now.weights.sum()
    coverage = now.rows["coverage"].to_numpy(float)
    out = now.rows["level"].eq("grey").to_numpy(bool) & missing.any(axis=1)
    out &= (coverage + gain).round(9) >= page.least_coverage
    revenue = now.rows["annual_revenue"].fillna(0.0).to_numpy(float)
    titles = [one.title for one in now.measures.values()]
    return {
        "table": table,
        "measures": ", ".join(titles[place] for place in places),
        "accounts": int(missing.any(axis=1).sum()),
        "revenue": float(revenue[missing.any(axis=1)].sum()),
        "out_of_grey": int(out.sum()),
        "revenue_out_of_grey": float(revenue[out].sum()),
        "coverage_gain": float(gain.mean()) if len(gain) else 0.0,
    }
