"""Why clients went: what was recorded, and what their last quarter with us looked like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from portfolio_lib.analyses.answer_ages import ANSWER_AGES, RECENT_DAYS
from portfolio_lib.analyses.causes import CAUSES, NO_CAUSE, in_words
from portfolio_lib.analyses.snapshots import is_blank

UNKNOWN = "not known"
LOST_DEALS_DAYS = 365
MOST_TRACES = 2

TRACES: Mapping[str, Callable[[float], bool]] = {
    "champion_left_180d": lambda v: v >= 0.5,
    "competitors_open": lambda v: v >= 1,
    "escalations_90d": lambda v: v >= 1,
    "breaches_90d": lambda v: v >= 1,
    "urgent_issues_90d": lambda v: v >= 2,
    "satisfaction": lambda v: v <= 6,
    "nps_score": lambda v: v <= 6,
    "usage_trend": lambda v: v <= -0.2,
    "licence_use": lambda v: v < 0.5,
    "interactions_90d": lambda v: v < 0.5,
    "mean_days_late_12m": lambda v: v >= 15,
    "revenue_trend": lambda v: v <= -0.2,
}
"""What is plain enough before a departure to be named as its trace, heaviest first.

An answer older than a year on that day is no trace.
"""

TRACE_CAUSES: Mapping[str, str] = {
    "champion_left_180d": "champion_left",
    "competitors_open": "competitor_seen",
    "escalations_90d": "service_failures",
    "breaches_90d": "service_failures",
    "urgent_issues_90d": "service_failures",
    "satisfaction": "low_satisfaction",
    "nps_score": "low_satisfaction",
    "usage_trend": "declining_usage",
    "licence_use": "declining_usage",
    "interactions_90d": "engagement_gone",
    "mean_days_late_12m": "late_payment",
    "revenue_trend": "falling_revenue",
}


def cause_of_words(text: object, words: Mapping[str, Sequence[str]]) -> str | None:
    """The cause that a recorded reason points to; None where its words point to none.

    >>> cause_of_words("Problems took too long", {"service_failures": ["problem"]})
    'service_failures'
    """
    if not isinstance(text, str):
        return None
    said = text.casefold()
    return next((key for key, known in words.items() if _has_any(said, known)), None)


def _has_any(said: str, known: Sequence[str]) -> bool:
    return any(word.casefold() in said for word in known)


def last_features(gone: pd.DataFrame, account_features: pd.DataFrame) -> pd.DataFrame:
    """What was known of each former account on the last look-back day by which it was still there.

    Parameters
    ----------
    gone : frame
        `account_id`, `left_on`.
    account_features : frame
        One row per account and snapshot date.
    """
    joined = account_features.merge(gone[["account_id", "left_on"]], on="account_id", how="inner")
    before = joined.loc[joined["snapshot_date"] <= joined["left_on"]]
    order = before.sort_values(["account_id", "snapshot_date"], kind="stable")
    return order.drop_duplicates("account_id", keep="last").drop(columns="left_on")


def lost_deals(gone: pd.DataFrame, opportunities: pd.DataFrame | None) -> dict[str, str]:
    """The loss reason most often given in the year before an account left, by account."""
    needed = {"account_id", "outcome", "close_date", "loss_reason"}
    if opportunities is None or not needed <= set(opportunities.columns):
        return {}
    joined = opportunities.merge(gone[["account_id", "left_on"]], on="account_id", how="inner")
    days = (joined["left_on"] - pd.to_datetime(joined["close_date"])).dt.days
    lost = joined.loc[
        joined["outcome"].eq("lost")
        & days.between(0, LOST_DEALS_DAYS)
        & ~is_blank(joined["loss_reason"])
    ]
    counted = lost.groupby(["account_id", "loss_reason"]).size().reset_index(name="n")
    first = counted.sort_values(["account_id", "n", "loss_reason"], ascending=[True, False, True])
    first = first.drop_duplicates("account_id")
    return dict(zip(first["account_id"], first["loss_reason"].astype(str), strict=True))


def reasons(
    gone: pd.DataFrame,
    account_features: pd.DataFrame,
    opportunities: pd.DataFrame | None,
    words: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Why each former account went.

    Parameters
    ----------
    gone : frame
        `account_id`, `left_on`, `end_reason` (missing where not recorded), sorted by account.

    Returns
    -------
    frame
        On the index of `gone`: `cause` (a key of `causes.CAUSES`), `reason` (what readers call it:
        the words recorded where they point to no cause; ``not known`` without either), `said`
        (as recorded, or None), `seen` (what the last quarter showed, in words, or None),
        `reason_from` (``recorded``, ``seen`` or ``nothing``).
    """
    last = last_features(gone, account_features).set_index("account_id")
    deals = lost_deals(gone, opportunities)
    told = []
    for account, text in zip(gone["account_id"], gone["end_reason"], strict=True):
        said = None if not isinstance(text, str) or not text.strip() else text.strip()
        traces = _traces(last.loc[account]) if account in last.index else []
        told.append(_reason(said, traces, deals.get(account), words))
    columns = ["cause", "reason", "said", "seen", "reason_from"]
    return pd.DataFrame(told, columns=columns, index=gone.index).astype("object")


def _traces(row: pd.Series) -> list[tuple[str, str]]:
    """Cause and words of what was plain to see, heaviest first, one per cause."""
    found: dict[str, str] = {}
    for feature, plain in TRACES.items():
        value = row.get(feature)
        if value is None or pd.isna(value) or not _is_recent(row, feature):
            continue
        if plain(float(value)):
            found.setdefault(TRACE_CAUSES[feature], in_words(feature, float(value)))
    return list(found.items())


def _is_recent(row: pd.Series, feature: str) -> bool:
    """Whether an answer was given within a year of the day; other readings are of the day."""
    if feature not in ANSWER_AGES:
        return True
    age = row.get(ANSWER_AGES[feature])
    return age is not None and not pd.isna(age) and float(age) <= RECENT_DAYS


def _reason(
    said: str | None,
    traces: list[tuple[str, str]],
    deal: str | None,
    words: Mapping[str, Sequence[str]],
) -> tuple[str, str, str | None, str | None, str]:
    cause = cause_of_words(said, words)
    seen = [text for _, text in traces][:MOST_TRACES]
    if deal is not None:
        seen = [*seen[: MOST_TRACES - 1], f"a deal was lost: {deal}"]
    shown = "; ".join(seen) or None
    if said is not None:
        named = CAUSES[cause] if cause else said
        return cause or NO_CAUSE, named, said, shown, "recorded"
    if traces:
        return traces[0][0], CAUSES[traces[0][0]], None, shown, "seen"
    deal_cause = cause_of_words(deal, words)
    if deal is not None:
        named = CAUSES[deal_cause] if deal_cause else f"Lost deal: {deal}"
        return deal_cause or NO_CAUSE, named, None, shown, "seen"
    return NO_CAUSE, UNKNOWN.capitalize(), None, None, "nothing"
