"""Lifetime value where leaving is not seen: expected purchases × what a purchase leaves.

A model is chosen on held-out months, among those in which clients leave: a model in which nobody
ever does has no lifetime value.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.purchase_models import (
    HeldOutComparison,
    Horizon,
    Interval,
    LifetimeValues,
    compare_held_out,
    estimate_lifetime_values,
    nbd,
    summarise_purchases,
)
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.value_models import ValuePage

LEAST_HELD_OUT_MONTHS = 3
WITHOUT_LEAVING = nbd.MODEL
NOT_IDENTIFIED = "Drop-out is not identified"


@dataclass(frozen=True, eq=False)
class PurchaseValues:
    """Expected values of each account that has bought, and how they were come by.

    Parameters
    ----------
    values : LifetimeValues or None
        Of the accounts, by the chosen model, over all that is known.
    comparison : HeldOutComparison or None
        The models on held-out months.
    model : str or None
        The model that is used.
    reason : str or None
        Why there are no values.
    passed_over : str or None
        Why a model that did better on the held-out months is not used.
    """

    values: LifetimeValues | None
    comparison: HeldOutComparison | None
    model: str | None
    reason: str | None
    passed_over: str | None = None


def purchase_values(
    purchase_days: pd.DataFrame,
    margins: pd.Series,
    as_of: pd.Timestamp,
    *,
    page: ValuePage,
) -> PurchaseValues:
    """Choose a purchase model and value every account that has bought.

    Parameters
    ----------
    purchase_days : frame
        One row per account and day with a sale: `account_id`, `day`, `sales`.
    margins : series
        What is left of sales, by account; every account that has bought has one.
    as_of : Timestamp
        Last day observed.
    page : ValuePage
        Horizon, discount rate, months held out, level of the interval.
    """
    purchases = purchase_days.loc[purchase_days["day"].le(as_of), ["account_id", "day", "sales"]]
    purchases = purchases.rename(columns={"day": "date", "sales": "value"})
    purchases["date"] = purchases["date"].astype("datetime64[ns]")
    buyers = purchases["account_id"].nunique()
    if buyers < page.least_accounts:
        return _none(
            f"{buyers} clients have bought; it takes {page.least_accounts} to fit a purchase model"
        )
    months = min(page.holdout_months, _months_of_history(purchases, as_of) // 4)
    if months < LEAST_HELD_OUT_MONTHS:
        return _none(
            f"the history is too short to hold {LEAST_HELD_OUT_MONTHS} months out, so no purchase "
            "model can be chosen"
        )
    cut = pd.Timestamp(months_before(as_of.date(), months))
    if purchases.loc[purchases["date"].le(cut), "account_id"].nunique() < page.least_accounts:
        return _none(
            f"fewer than {page.least_accounts} clients had bought {months} months ago, so no "
            "purchase model can be chosen"
        )
    compared = compare_held_out(purchases, cut, as_of)
    return _valued(summarise_purchases(purchases, as_of=as_of), margins, compared, page)


def _none(reason: str) -> PurchaseValues:
    return PurchaseValues(None, None, None, reason)


def _months_of_history(purchases: pd.DataFrame, as_of: pd.Timestamp) -> int:
    first = purchases["date"].min()
    return int((as_of.year - first.year) * 12 + as_of.month - first.month + 1)


def _valued(
    histories: pd.DataFrame, margins: pd.Series, compared: HeldOutComparison, page: ValuePage
) -> PurchaseValues:
    """Values by the best model in which clients leave; the next best where it fits no more."""
    order = with_leaving(compared)
    horizon = Horizon(page.horizon_months, page.discount_rate)
    interval = Interval(confidence=page.interval_level)
    reasons: list[str] = []
    for model in order:
        found = estimate_lifetime_values(
            histories,
            model=model,
            horizon=horizon,
            margin=margins.reindex(histories.index),
            interval=interval,
        )
        if found.reason is None:
            return PurchaseValues(found, compared, model, None, " ".join(reasons) or None)
        reasons.append(found.reason)
    return PurchaseValues(None, compared, None, why_none(compared, reasons))


def why_none(compared: HeldOutComparison, reasons: list[str]) -> str:
    """Why no model in which clients leave can be used, in one sentence.

    Parameters
    ----------
    compared : HeldOutComparison
        The models on held-out months.
    reasons : list of str
        Why those that could be fitted then cannot be fitted to all purchases.
    """
    if reasons:
        return " ".join(dict.fromkeys(reasons))
    fits = [fit for name, fit in compared.fits.items() if name != WITHOUT_LEAVING]
    collapsed = [fit.model for fit in fits if NOT_IDENTIFIED in (fit.boundary or "")]
    others = [fit.model for fit in fits if fit.model not in collapsed]
    said = f"leaving cannot be told from the purchases of {compared.customers:,} clients"
    parts = []
    if collapsed:
        verb = "collapses" if len(collapsed) == 1 else "collapse"
        parts.append(
            f"{listed(collapsed)} {verb} to {WITHOUT_LEAVING}, a model in which nobody ever leaves"
        )
    if others:
        parts.append(f"{listed(others)} cannot be fitted")
    return f"{said}: {'; '.join(parts)}"


def listed(names: list[str]) -> str:
    """Names in a sentence.

    >>> listed(["BG/NBD", "MBG/NBD", "Pareto/NBD"])
    'BG/NBD, MBG/NBD and Pareto/NBD'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def with_leaving(compared: HeldOutComparison) -> list[str]:
    """The usable models in which clients leave, best on the held-out months first."""
    scores = compared.models["loglikelihood"].dropna().drop(WITHOUT_LEAVING, errors="ignore")
    return [str(name) for name in scores.sort_values(ascending=False, kind="stable").index]
