"""From the facts to the rows that churn models learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.causes import FEATURES
from portfolio_lib.analyses.churn_models.samples import Floats, Samples, samples
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.parameters.churn_models import ChurnPage

KEY = ["business_unit", "account_id", "snapshot_date"]
LARGEST_CHANGE = 3.0
CONTENT = 8.0
"""An answer on satisfaction from which nobody leaves for it."""
QUARTER_DAYS = 90


def churn_rows(
    account_features: pd.DataFrame, churn_outcomes: pd.DataFrame, page: ChurnPage
) -> Samples:
    """Every account at risk at every snapshot, with its features and what happened after.

    Parameters
    ----------
    account_features, churn_outcomes : frame
        One row per account and snapshot date, as the facts deliver them.
    page : ChurnPage
        Gives the horizon.

    Notes
    -----
    Only features of `causes.FEATURES` are taken: each is dated by the facts and has a meaning that
    a reader can check. Any other column is left alone.
    """
    keys = [key for key in KEY if key in account_features and key in churn_outcomes]
    outcomes = churn_outcomes.loc[is_true(churn_outcomes["at_risk"])]
    joined = outcomes[[*keys, "closes_on", "churned"]].merge(
        account_features, on=keys, how="inner", validate="one_to_one"
    )
    derived = model_features(joined, page.horizon_days)
    known = pd.concat([joined[[*keys, "closes_on", "churned"]], derived], axis=1)
    return samples(known, list(derived.columns))


def model_features(rows: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """The features of `causes.FEATURES` that can be read from rows, in its order, as numbers."""
    made = {
        "revenue_growth": _change(rows, "revenue_12m", "revenue_prior_12m"),
        "revenue_trend": _limited(_number(rows, "revenue_trend")),
        "usage_trend": _limited(_number(rows, "usage_trend")),
        "interactions_change": _change(rows, "interactions_90d", "interactions_prior_90d"),
        "overdue_share": _share(rows, "overdue_amount", "annual_revenue"),
        "champion_gone": _champion_gone(rows),
        "term_ends": _term_ends(rows, horizon_days),
        "dissatisfaction": np.maximum(0.0, CONTENT - _number(rows, "satisfaction")),
        "usage_fall": np.maximum(0.0, -_number(rows, "usage_trend")),
        "quiet_quarter_chance": _quiet_chance(_number(rows, "mean_gap_days")),
    }
    columns = {
        name: made[name] if name in made else _number(rows, name)
        for name in FEATURES
        if name in made or name in rows
    }
    return pd.DataFrame(columns, index=rows.index)


def _number(rows: pd.DataFrame, name: str) -> Floats:
    if name not in rows:
        return np.full(len(rows), np.nan)
    values = rows[name]
    flags = values.dtype == object or str(values.dtype) in ("bool", "boolean")
    typed = values.astype("boolean").astype("Float64") if flags else values
    found: Floats = pd.to_numeric(typed).to_numpy(dtype="float64", na_value=np.nan)
    return found


def _limited(values: Floats) -> Floats:
    found: Floats = np.clip(values, -1.0, LARGEST_CHANGE)
    return found


def _change(rows: pd.DataFrame, now: str, before: str) -> Floats:
    """Growth as a share of what it grew from; not known where that was nothing."""
    first, last = _number(rows, before), _number(rows, now)
    return _limited(_over(last, first) - 1.0)


def _share(rows: pd.DataFrame, part: str, whole: str) -> Floats:
    found: Floats = np.clip(_over(_number(rows, part), _number(rows, whole)), 0.0, LARGEST_CHANGE)
    return found


def _over(top: Floats, bottom: Floats) -> Floats:
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return found


def _quiet_chance(mean_gap_days: Floats) -> Floats:
    """How likely a gap of a quarter is where purchases come by chance, as often as they did."""
    return np.exp(-_over(np.full(len(mean_gap_days), QUARTER_DAYS), mean_gap_days))


def _champion_gone(rows: pd.DataFrame) -> Floats:
    """A champion left within half a year, and there is none now."""
    left, here = _number(rows, "champion_left_180d"), _number(rows, "champion_present")
    return np.where(np.isnan(left) | np.isnan(here), np.nan, (left > 0) & (here < 0.5))


def _term_ends(rows: pd.DataFrame, horizon_days: int) -> Floats:
    """A term ends within the horizon and nothing follows it yet: only then can a contract be lost.

    With terms in force, none of which has such an end, it is 0; without any it is not known.
    """
    left, terms = _number(rows, "days_to_term_end"), _number(rows, "terms_in_force")
    ends = np.where(np.isnan(left), np.where(terms > 0, 0.0, np.nan), left <= horizon_days)
    return np.asarray(ends, dtype=np.float64)
