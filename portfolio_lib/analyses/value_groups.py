"""Best, loyal and small clients: what they bring, where it is going, and what they take."""

from __future__ import annotations

import math

import pandas as pd

from portfolio_lib.analyses.margins import margins_by_account
from portfolio_lib.analyses.snapshots import positive
from portfolio_lib.parameters.behaviour_models import ValueGroupSettings

VALUE_GROUPS = ("best", "loyal", "small", "other", "no_revenue")
LABELS = {
    "best": "Best: large and growing",
    "loyal": "Loyal: steady",
    "small": "Small: little revenue, much effort",
    "other": "Others with revenue",
    "no_revenue": "No revenue in twelve months",
}
NO_EFFORT = "effort not known: no cost to serve is recorded; hand in table costs"
NO_MARGIN = "effort not known: no direct cost is recorded; hand in column cost of table invoices"
NO_YEAR_BEFORE = "growth not known: there was no revenue in the year before"


def grouped(rows: pd.DataFrame, settings: ValueGroupSettings) -> pd.DataFrame:
    """Every account's group, and the reason where it cannot be told.

    Parameters
    ----------
    rows : frame
        One row per account, sorted by id: `revenue_12m`, `revenue_prior_12m` (0 or missing where
        there was none) and costs.

    Returns
    -------
    frame
        `value_group` (one of `VALUE_GROUPS`), `growth`, `margin_after_service` (both may be
        missing), `group_reason` (why it is in no closer group; None where it is).

    Notes
    -----
    Best comes first: a large growing client is best even where it is steady as well. Small needs
    both: revenue among the last, and a margin after cost to serve below that of the unit's middle
    client.
    """
    revenue = positive(rows["revenue_12m"])
    place = revenue.where(revenue > 0).rank(ascending=False, method="min")
    sold = int(revenue.gt(0).sum())
    large = place <= max(1, math.floor(settings.large_share * sold + 1e-9))
    little = place > sold - math.floor(settings.small_share * sold + 1e-9)
    before = rows["revenue_prior_12m"].where(rows["revenue_prior_12m"] > 0)
    growth = revenue.where(revenue > 0) / before - 1
    margin = margins_by_account(rows)["margin_after_service"]
    effort = little & (margin < margin.median())
    group = pd.Series("other", index=rows.index, dtype="object")
    group = group.where(~(growth.abs() <= settings.steady + 1e-12), "loyal")
    group = group.where(~effort, "small")
    group = group.where(~(large & (growth >= settings.growth - 1e-12)), "best")
    group = group.where(revenue > 0, "no_revenue")
    found = {"value_group": group, "growth": growth, "margin_after_service": margin}
    done = pd.DataFrame(found, index=rows.index)
    done["group_reason"] = _reasons(done, little & margin.isna(), rows)
    return done


def _reasons(done: pd.DataFrame, effort_unknown: pd.Series, rows: pd.DataFrame) -> list[str | None]:
    service = rows["cost_to_serve_12m"].fillna(0).ne(0).any()
    why = NO_MARGIN if service else NO_EFFORT
    return [
        None
        if group != "other"
        else NO_YEAR_BEFORE
        if math.isnan(growth)
        else why
        if blind
        else None
        for group, growth, blind in zip(
            done["value_group"], done["growth"], effort_unknown, strict=True
        )
    ]
