"""The rules that put an account into tier 1, 2 or 3.

One boundary rule for both readings by share: **an account belongs to the tier in which it
starts.** Accounts stand in a row by revenue, largest first, ties by id. An account whose
predecessors bring less than 20 % of revenue (or make up less than 20 % of the accounts) starts
within the first 20 % and is tier 1. So tier 1 is the fewest largest accounts that reach 20 %, it
is never empty while anyone brings revenue, and the largest account is always in it.

Accounts without revenue in the window have no tier: they would be tier 3 by default, not by
anything they did. A tier given in the data stays, whatever the revenue.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import numpy as np
import pandas as pd

from portfolio_lib.analyses.shares import largest_first
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.parameters.models import TierPolicy

TIERS = ("1", "2", "3")
NO_TIER = "none"
READINGS = ("cumulative_revenue", "account_rank", "thresholds", "given")
MINOR_UNITS = 10_000
"""Money has at most four decimals (the contract of the tables), so sums of these are exact."""


def tiers_by_reading(accounts: pd.DataFrame, policy: TierPolicy) -> dict[str, pd.Series]:
    """The tier of each account by every reading; ``none`` throughout where one cannot be read."""
    nowhere = pd.Series(NO_TIER, index=accounts.index, dtype="object")
    limits = policy.thresholds
    return {
        "cumulative_revenue": cumulative_revenue(accounts, policy.shares),
        "account_rank": account_rank(accounts, policy.shares),
        "thresholds": nowhere if limits is None else threshold_tiers(accounts, limits),
        "given": given_tiers(accounts),
    }


def chosen_tiers(accounts: pd.DataFrame, policy: TierPolicy) -> pd.Series:
    """The tier of each account by the reading that the policy chooses, on the index of `accounts`.

    ``none`` throughout where that reading cannot be read: no page puts another in its place, or two
    pages would name two tiers for one client.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a"], "revenue_12m": [5.0], "tier": [None]})
    >>> chosen_tiers(accounts, TierPolicy(policy="given")).tolist()
    ['none']
    """
    return tiers_by_reading(accounts, policy)[policy.policy]


def dated_tiers(accounts: pd.DataFrame, policy: TierPolicy) -> pd.Series:
    """The tier of each account on an earlier day, by revenue as it stood then.

    By the reading that the policy chooses. A tier given in the data does not say since when it
    holds, so that the first reading by revenue stands in for it.

    Parameters
    ----------
    accounts : frame
        One row per account: `account_id`, and `revenue_12m` as known on the day.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": list("abcd"), "revenue_12m": [50, 30, 15, 5.0]})
    >>> dated_tiers(accounts, TierPolicy(policy="account_rank")).tolist()
    ['1', '2', '3', '3']
    >>> dated_tiers(accounts, TierPolicy(policy="given")).tolist()
    ['1', '3', '3', '3']
    """
    if policy.policy == "thresholds" and policy.thresholds is not None:
        return threshold_tiers(accounts, policy.thresholds)
    if policy.policy == "account_rank":
        return account_rank(accounts, policy.shares)
    return cumulative_revenue(accounts, policy.shares)


def dated_rule(policy: TierPolicy) -> str:
    """The rule of `dated_tiers` in words, with its numbers."""
    if policy.policy != "given":
        return f"Tiers by revenue as it stood on each day. {rule_of(policy.policy, policy)}"
    return (
        "The tiers in table accounts do not say since when they hold, so tiers here go by revenue "
        f"as it stood on each day. {rule_of('cumulative_revenue', policy)}"
    )


def why_not_shown(accounts: pd.DataFrame, policy: TierPolicy) -> dict[str, str]:
    """The readings that this unit's data or parameters do not allow, and why."""
    reasons: dict[str, str] = {}
    if policy.thresholds is None:
        reasons["thresholds"] = "no thresholds are given; fill policies.tiers.thresholds"
    if given_tiers(accounts).eq(NO_TIER).all():
        reasons["given"] = "no account has a tier in the data; fill column tier of table accounts"
    return reasons


def cumulative_revenue(accounts: pd.DataFrame, shares: tuple[float, float]) -> pd.Series:
    """Tiers of the accounts that make up the first, the next and the last part of revenue.

    Parameters
    ----------
    accounts : frame
        One row per account: `account_id`, `revenue_12m`.
    shares : tuple of float
        Part of revenue of tier 1 and of tier 2; the rest is tier 3.

    Returns
    -------
    series
        ``1``, ``2``, ``3`` or ``none`` on the index of `accounts`.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": list("abcd"), "revenue_12m": [50, 30, 15, 5.0]})
    >>> cumulative_revenue(accounts, (0.2, 0.3)).tolist()
    ['1', '3', '3', '3']
    """
    ranked = _earning(accounts)
    minor = (ranked["revenue_12m"] * MINOR_UNITS).round().astype("int64")
    starts = minor.cumsum() - minor
    return _by_start(accounts, ranked, starts, int(minor.sum()), shares)


def account_rank(accounts: pd.DataFrame, shares: tuple[float, float]) -> pd.Series:
    """Tiers of the first, the next and the last part of the accounts with revenue, by rank.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": list("abcd"), "revenue_12m": [50, 30, 15, 5.0]})
    >>> account_rank(accounts, (0.2, 0.3)).tolist()
    ['1', '2', '3', '3']
    """
    ranked = _earning(accounts)
    starts = pd.Series(np.arange(len(ranked)), index=ranked.index)
    return _by_start(accounts, ranked, starts, len(ranked), shares)


def threshold_tiers(accounts: pd.DataFrame, thresholds: tuple[float, float]) -> pd.Series:
    """Tiers by revenue: from the first amount on tier 1, from the second on tier 2.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": list("abc"), "revenue_12m": [50, 49.99, 0.0]})
    >>> threshold_tiers(accounts, (50, 10)).tolist()
    ['1', '2', 'none']
    """
    first, second = thresholds
    revenue = accounts["revenue_12m"]
    chosen = np.select(
        [revenue <= 0, revenue >= first, revenue >= second], [NO_TIER, "1", "2"], default="3"
    )
    return pd.Series(chosen, index=accounts.index, dtype="object")


def given_tiers(accounts: pd.DataFrame) -> pd.Series:
    """Tiers as the data has them; an account without one has none."""
    texts = accounts["tier"].astype("string").str.strip()
    known = texts.isin(TIERS) & ~is_blank(accounts["tier"])
    return texts.where(known, NO_TIER).astype("object")


def rule_of(reading: str, policy: TierPolicy) -> str:
    """The rule of a reading in one sentence, with its numbers."""
    first, second = policy.shares
    last = Decimal(1) - Decimal(str(first)) - Decimal(str(second))
    parts = f"the first {first:.0%}, the next {second:.0%} and the last {last:.0%}"
    ending = "an account belongs to the part in which it starts; ties go by account number"
    rows = "Accounts, largest first, that"
    rules = {
        "cumulative_revenue": f"{rows} make up {parts} of revenue; {ending}.",
        "account_rank": f"{rows} are {parts} of all accounts with revenue; {ending}.",
        "given": "The tier recorded for the account in table accounts.",
    }
    if reading == "thresholds" and policy.thresholds is not None:
        high, low = policy.thresholds
        return (
            f"Twelve-month revenue of {high:,.0f} or more is tier 1, of {low:,.0f} or more tier 2, "
            "anything else above 0 tier 3."
        )
    return rules[reading]


def _earning(accounts: pd.DataFrame) -> pd.DataFrame:
    """The accounts with revenue in rank order, on their own index."""
    earning = accounts.loc[accounts["revenue_12m"] > 0, ["account_id", "revenue_12m"]]
    keyed = earning.assign(place=earning.index)
    return largest_first(keyed, revenue="revenue_12m", key="account_id").set_index("place")


def _by_start(
    accounts: pd.DataFrame,
    ranked: pd.DataFrame,
    starts: pd.Series,
    whole: int,
    shares: tuple[float, float],
) -> pd.Series:
    """Tier 1 where an account starts below the first boundary, tier 2 below the second."""
    first, second = (Decimal(str(share)) for share in shares)
    edges = [_ceiling(first * whole), _ceiling((first + second) * whole)]
    tiers = pd.Series(NO_TIER, index=accounts.index, dtype="object")
    tiers.loc[ranked.index] = np.select(
        [starts < edges[0], starts < edges[1]], ["1", "2"], default="3"
    )
    return tiers


def _ceiling(value: Decimal) -> int:
    """For whole starts, below a boundary and below its ceiling are the same."""
    return int(value.to_integral_value(rounding=ROUND_CEILING))
