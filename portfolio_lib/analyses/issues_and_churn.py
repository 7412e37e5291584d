"""Whether clients with urgent issues leave more often: an association, not a cause."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from portfolio_lib.analyses.answer_scores import Estimate, share_of
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.parameters.service_models import ServicePage

COLUMNS = ("urgent_issues", "accounts", "lost", "share_lost", "low", "high")
NO_OUTCOMES = "which clients were lost later is not known yet; it needs a closed outcome window"


@dataclass(frozen=True)
class IssuesAndChurn:
    """Share of clients lost with and without urgent issues.

    Parameters
    ----------
    rows : frame
        Two rows, with urgent issues first: `urgent_issues` (bool), `accounts` (clients on a
        snapshot day), `lost`, `share_lost` with the ends of its Wilson interval.
    relative : Estimate
        Share lost with ÷ share lost without.
    days : tuple of Timestamp
        The snapshot days, latest first; their outcome windows do not overlap.
    reason : str or None
        Why there is no relative rate.
    """

    rows: pd.DataFrame
    relative: Estimate
    days: tuple[pd.Timestamp, ...]
    reason: str | None


def issues_against_churn(
    churn_outcomes: pd.DataFrame | None, issues: pd.DataFrame, page: ServicePage
) -> IssuesAndChurn:
    """Compare clients with and without urgent issues before a snapshot day.

    Parameters
    ----------
    churn_outcomes : frame or None
        One row per account and snapshot day: `at_risk`, `observed`, `churned`, `horizon_end`.
    issues : frame
        Every issue known: `account_id`, `opened_at`, `is_urgent`.
    page : ServicePage
        Days in which urgent issues are counted, and the losses that it takes.
    """
    if churn_outcomes is None or churn_outcomes.empty:
        return _none(NO_OUTCOMES)
    closed = churn_outcomes.loc[
        is_true(churn_outcomes["at_risk"]) & is_true(churn_outcomes["observed"])
    ]
    window = pd.Timedelta(days=page.urgent_days)
    first = issues["opened_at"].min()
    told = closed.loc[closed["snapshot_date"] - window >= first] if pd.notna(first) else closed[:0]
    days = separate_days(told)
    known = told.loc[told["snapshot_date"].isin(list(days))]
    if known.empty:
        unrecorded = (
            f"issues were not yet recorded {page.urgent_days} days before any day whose outcome "
            "is known"
        )
        return _none(NO_OUTCOMES if closed.empty else unrecorded)
    exposed = _had_urgent(known, issues, window)
    groups = [_group(known.loc[exposed], True, page), _group(known.loc[~exposed], False, page)]
    rows = pd.DataFrame(groups, columns=list(COLUMNS))
    reason = _why_not(rows, page)
    relative = Estimate(math.nan) if reason else relative_rate(rows, page.interval_level)
    return IssuesAndChurn(rows, relative, days, reason)


def _none(reason: str) -> IssuesAndChurn:
    return IssuesAndChurn(pd.DataFrame(columns=list(COLUMNS)), Estimate(math.nan), (), reason)


def separate_days(outcomes: pd.DataFrame) -> tuple[pd.Timestamp, ...]:
    """Snapshot days, latest first, whose outcome windows do not overlap."""
    ends = outcomes.groupby("snapshot_date")["horizon_end"].max().sort_index(ascending=False)
    days: list[pd.Timestamp] = []
    for day, end in ends.items():
        if not days or pd.Timestamp(end) <= days[-1]:
            days.append(pd.Timestamp(str(day)))
    return tuple(days)


def _had_urgent(known: pd.DataFrame, issues: pd.DataFrame, window: pd.Timedelta) -> pd.Series:
    """Whether an urgent issue was opened within the window up to the snapshot day."""
    urgent = issues.loc[issues["is_urgent"], ["account_id", "opened_at"]]
    keys = known[["account_id", "snapshot_date"]].assign(_row=known.index)
    pairs = keys.merge(urgent, on="account_id")
    opened = pairs["opened_at"].dt.normalize()
    near = (opened <= pairs["snapshot_date"]) & (opened > pairs["snapshot_date"] - window)
    return pd.Series(known.index.isin(pairs.loc[near, "_row"]), index=known.index)


def _group(known: pd.DataFrame, urgent: bool, page: ServicePage) -> tuple[object, ...]:
    lost = int(is_true(known["churned"]).sum())
    share = share_of(lost, len(known), page.interval_level)
    return (urgent, len(known), lost, share.value, share.low, share.high)


def _why_not(rows: pd.DataFrame, page: ServicePage) -> str | None:
    lost = int(rows["lost"].sum())
    if lost < page.least_events:
        return f"only {lost} clients were lost later; it takes {page.least_events}"
    if rows["accounts"].eq(0).any():
        return "every client had urgent issues, or none had"
    if rows["lost"].eq(0).any():
        return "all clients lost stand on one side: no relative rate"
    return None


def relative_rate(rows: pd.DataFrame, level: float) -> Estimate:
    """Share lost with urgent issues ÷ share lost without, with Katz's logarithmic interval.

    References
    ----------
    D. Katz, J. Baptista, S. P. Azen, M. C. Pike, "Obtaining Confidence Intervals for the Risk
    Ratio in Cohort Studies", Biometrics 34 (1978).

    Examples
    --------
    >>> rows = pd.DataFrame({"accounts": [100, 200], "lost": [20, 20], "share_lost": [0.2, 0.1]})
    >>> found = relative_rate(rows, 0.95)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (2.0, 1.13, 3.54)
    """
    ratio = rows["share_lost"].iloc[0] / rows["share_lost"].iloc[1]
    variance = float((1 / rows["lost"] - 1 / rows["accounts"]).sum())
    reach = float(stats.norm.ppf(0.5 + level / 2)) * math.sqrt(max(0.0, variance))
    low, high = ratio * math.exp(-reach), ratio * math.exp(reach)
    return Estimate(float(ratio), float(low), float(high), int(rows["accounts"].sum()))
