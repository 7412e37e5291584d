"""Early warnings: who is concerned now, and how often earlier alarms came true."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.health_features import AGES
from portfolio_lib.parameters.health_models import EarlyWarning, HealthPage

Bools = npt.NDArray[np.bool_]
WARNING_COLUMNS = (
    *("key", "title", "cause", "known_now", "alarms_now", "revenue_now"),
    *("past_alarms", "came_true", "precision", "low", "high", "base_rows", "base_rate"),
)


def warnings_of(features: pd.DataFrame, past: pd.DataFrame, page: HealthPage) -> pd.DataFrame:
    """Each rule in use: alarms now, and its past.

    Parameters
    ----------
    features : frame
        Every account and day: see `health_features`.
    past : frame
        The same rows on the same index: `is_now`, `compared` (what became of it is known, on days
        a full horizon apart) and `came_true` (lost, or shrunk).

    Returns
    -------
    frame
        One row per rule, in the order of the settings. `past_alarms` are those that stood on the
        days compared; `base_rate` is the share of all accounts on these days for which the rule
        could be read that were lost or shrunk, alarm or not. `precision` and its interval are
        missing where there is no earlier alarm, `base_rate` where nothing was observed.
    """
    found = [
        _one_rule(features, past, page, key, rule, fires(features, rule))
        for key, rule in page.warnings.in_use()
    ]
    return pd.DataFrame(found, columns=list(WARNING_COLUMNS))


def _one_rule(
    features: pd.DataFrame,
    past: pd.DataFrame,
    page: HealthPage,
    key: str,
    rule: EarlyWarning,
    alarm: Bools,
) -> dict[str, object]:
    known = readable(features, rule)
    now, observed = past["is_now"].to_numpy(bool), past["compared"].to_numpy(bool)
    true = past["came_true"].to_numpy(bool)
    counted = alarm & observed
    alarms, right = int(counted.sum()), int((counted & true).sum())
    base = int((known & observed).sum())
    low, high = _wilson(right, alarms, page.interval_level)
    return {
        "key": key,
        "title": rule.title,
        "cause": rule.cause,
        "known_now": int((known & now).sum()),
        "alarms_now": int((alarm & now).sum()),
        "revenue_now": float(features.loc[alarm & now, "annual_revenue"].sum()),
        "past_alarms": alarms,
        "came_true": right,
        "precision": right / alarms if alarms else np.nan,
        "low": low,
        "high": high,
        "base_rows": base,
        "base_rate": (known & observed & true).sum() / base if base else np.nan,
    }


def readable(features: pd.DataFrame, rule: EarlyWarning) -> Bools:
    """Where the rule's reading is known and fresh."""
    known = features[rule.feature].notna()
    age = AGES.get(rule.feature)
    if age is not None and rule.fresh_days is not None:
        known &= features[age] <= rule.fresh_days
    return known.to_numpy(dtype=bool)


def fires(features: pd.DataFrame, rule: EarlyWarning) -> Bools:
    """Where the alarm is raised: on its side of the limit; `at_least` and `at_most` include it."""
    values, limit = features[rule.feature].round(9), rule.limit
    sides = {
        "below": values < limit,
        "at_most": values <= limit,
        "at_least": values >= limit,
        "above": values > limit,
    }
    alarm: Bools = sides[rule.fires].to_numpy(dtype=bool) & readable(features, rule)
    return alarm


def begins(features: pd.DataFrame, alarm: Bools) -> Bools:
    """Where an alarm stands that did not stand on the account's day before."""
    before = pd.Series(alarm, index=features.index).groupby(features["account_id"]).shift(1)
    first: Bools = alarm & ~before.fillna(False).to_numpy(dtype=bool)
    return first


def standing_alarms(features: pd.DataFrame, is_now: pd.Series, page: HealthPage) -> pd.DataFrame:
    """Alarms that stand on the review day: `account_id`, `key`, `title`, `value`, `since`."""
    now = is_now.to_numpy(dtype=bool)
    raised = [(key, rule, fires(features, rule)) for key, rule in page.warnings.in_use()]
    found = [
        _standing(features, is_now, key, rule, alarm)
        for key, rule, alarm in raised
        if (alarm & now).any()
    ]
    columns = ["account_id", "key", "title", "value", "since"]
    if not found:
        return pd.DataFrame(columns=columns).astype({"since": "datetime64[s]"})
    return pd.concat(found, ignore_index=True)[columns]


def _standing(
    features: pd.DataFrame, is_now: pd.Series, key: str, rule: EarlyWarning, alarm: Bools
) -> pd.DataFrame:
    first = begins(features, alarm)
    since = features["snapshot_date"].where(first).groupby(features["account_id"]).ffill()
    rows = features.loc[alarm & is_now.to_numpy(dtype=bool)]
    return pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "key": key,
            "title": rule.title,
            "value": rows[rule.feature],
            "since": since.loc[rows.index],
        }
    )


def _wilson(right: int, alarms: int, level: float) -> tuple[float, float]:
    if not alarms:
        return np.nan, np.nan
    low, high = proportion_confint(right, alarms, alpha=1 - level, method="wilson")
    return float(low), float(high)
