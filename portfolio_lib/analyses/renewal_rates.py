"""Renewal rates of groups of terms: by value, by client, with intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.resampling import Interval, Ratios, ratio_intervals
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.terms_due import LATE, LOST, RENEWED, RENEWED_LATE
from portfolio_lib.parameters.renewal_models import RenewalsPage

COLUMNS = (
    *("group", "terms", "accounts", "due", "on_time", "renewed_late", "smaller", "open", "lost"),
    *("rate", "rate_low", "rate_high", "logo_rate", "logo_low", "logo_high", "is_small"),
)


def renewal_rates(
    groups: Mapping[str, pd.DataFrame], page: RenewalsPage, *, seed: int
) -> pd.DataFrame:
    """Value due and what became of it, and the renewal rate, for each group of ended terms.

    Parameters
    ----------
    groups : mapping of str to frame
        Ended terms by the name of their group; see `terms_on`.
    seed : int
        Start of the draws behind the intervals.

    Returns
    -------
    frame
        One row per group, in the order given. `due` = `on_time` + `renewed_late` (both at most the
        value due) + `smaller` (renewed for less) + `open` (over, the grace still runs) + `lost`.
        `rate` is the first two ÷ due; `logo_rate` the clients that renewed anything ÷ clients with
        a term due. NaN where nothing was due, intervals also where there are too few clients;
        `is_small` marks groups of fewer clients than it takes.
    """
    rows = [_sums(name, ended) for name, ended in groups.items()]
    found = _intervals(list(groups.values()), page, seed)
    for row, ended, interval in zip(rows, groups.values(), found, strict=True):
        row["is_small"] = ended["account_id"].nunique() < page.least_accounts
        row["rate_low"], row["rate_high"] = _capped(None if row["is_small"] else interval)
        row["logo_low"], row["logo_high"] = _wilson(row, page)
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "kept_accounts"])
    numbers = [name for name in COLUMNS if name not in ("group", "terms", "accounts", "is_small")]
    return frame.drop(columns="kept_accounts").astype({name: "float64" for name in numbers})


def _sums(name: str, ended: pd.DataFrame) -> dict[str, object]:
    kept, due, state = ended["kept_value"], ended["annual_value"], ended["state"]
    whole = total(due)
    renewed = state.isin([RENEWED, RENEWED_LATE])
    accounts = ended["account_id"].nunique()
    loyal = ended.loc[renewed, "account_id"].nunique()
    return {
        "group": name,
        "terms": len(ended),
        "accounts": accounts,
        "due": whole,
        "on_time": total(kept[state.eq(RENEWED)]),
        "renewed_late": total(kept[state.eq(RENEWED_LATE)]),
        "smaller": total((due - kept)[renewed]),
        "open": total(due[state.eq(LATE)]),
        "lost": total(due[state.eq(LOST)]),
        "rate": min(1.0, total(kept) / whole) if whole > 0 else np.nan,
        "logo_rate": loyal / accounts if accounts else np.nan,
        "kept_accounts": loyal,
    }


def _intervals(groups: list[pd.DataFrame], page: RenewalsPage, seed: int) -> list[Interval | None]:
    """An interval for the rate of every group, from draws of accounts."""
    parts = [
        ended.groupby("account_id", sort=True)[["kept_value", "annual_value"]].sum()
        for ended in groups
    ]
    known = sorted(set().union(*(part.index for part in parts))) if parts else []
    if not known:
        return [None] * len(groups)
    wide = [part.reindex(known, fill_value=0.0) for part in parts]
    tops = np.column_stack([part["kept_value"].to_numpy(float) for part in wide])
    bottoms = np.column_stack([part["annual_value"].to_numpy(float) for part in wide])
    return ratio_intervals(
        Ratios(tops, bottoms), level=page.interval_level, resamples=page.resamples, seed=seed
    )


def _capped(interval: Interval | None) -> Interval:
    return (np.nan, np.nan) if interval is None else (interval[0], min(1.0, interval[1]))


def _wilson(row: Mapping[str, object], page: RenewalsPage) -> Interval:
    if not row["accounts"] or row["is_small"]:
        return (np.nan, np.nan)
    low, high = proportion_confint(
        row["kept_accounts"], row["accounts"], alpha=1 - page.interval_level, method="wilson"
    )
    return float(low), float(high)
