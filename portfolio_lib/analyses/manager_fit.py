"""Which account managers do better or worse with a kind of client than others do with it."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.book_limits import LIMIT_COLUMNS, book_limits
from portfolio_lib.analyses.described_accounts import WITHOUT_TIER
from portfolio_lib.analyses.manager_measures import NRR_KEY, SATISFACTION_KEY, Measure
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.parameters.manager_models import AccountManagersPage

NO_KIND = (NOT_RECORDED, NO_TIER, WITHOUT_TIER)
KINDS = {"industry": "Industry", "tier": "Tier"}
FIT_COLUMNS = ("measure", "label", "unit", "cut", "group", *LIMIT_COLUMNS)


def fit_of(
    measures: tuple[Measure, ...],
    known: pd.DataFrame,
    tier_labels: tuple[str, str, str],
    page: AccountManagersPage,
    *,
    seed: int,
) -> pd.DataFrame:
    """Each manager's clients of one kind beside all clients of that kind.

    Returns
    -------
    frame
        One row per measure (NRR, satisfaction), kind (industry, tier), group and manager:
        `measure`, `label`, `unit`, `cut`, `group`, then those of `book_limits`. The limits allow
        for all comparisons of the measure at once.
    """
    asked = [one for one in measures if one.key in (NRR_KEY, SATISFACTION_KEY) and len(one.rows)]
    parts = [_of_measure(measure, known, page, seed) for measure in asked]
    told = [part for part in parts if len(part)]
    if not told:
        return pd.DataFrame(columns=list(FIT_COLUMNS))
    found = pd.concat(told, ignore_index=True)
    names = dict(zip(TIERS, tier_labels, strict=True))
    is_tier = found["cut"].eq("tier")
    return found.assign(group=found["group"].where(~is_tier, found["group"].replace(names)))


def _of_measure(
    measure: Measure, known: pd.DataFrame, page: AccountManagersPage, seed: int
) -> pd.DataFrame:
    about = known[["account_id", *KINDS]]
    rows = measure.rows.merge(about, on="account_id", how="left", validate="many_to_one")
    rows["tier"] = rows["tier"] if measure.key == SATISFACTION_KEY else rows["stratum"]
    cells = [
        (cut, group, own)
        for cut in KINDS
        for group, own in rows.groupby(cut, sort=True)
        if group not in NO_KIND and own["account_manager"].nunique() > 1
    ]
    compared = sum(_judged(own, page.least_accounts) for _, _, own in cells)
    parts = []
    for cut, group, own in cells:
        found = book_limits(own, page, seed=seed, compared=max(1, compared))
        about_it = {"measure": measure.key, "label": measure.label, "unit": measure.unit}
        parts.append(found.assign(**about_it, cut=cut, group=group)[list(FIT_COLUMNS)])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=FIT_COLUMNS)


def _judged(own: pd.DataFrame, least: int) -> int:
    """How many managers have enough clients of the kind, and enough others to be held against."""
    sizes = own.groupby("account_manager").size()
    return int((sizes.ge(least) & (len(own) - sizes).ge(least)).sum())
