"""Bills as they stood on a day: paid or not, late or not, how long clients take to pay."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from portfolio_lib.analyses.snapshots import total

TERM_EDGES = (0, 7, 14, 30, 45, 60, 90)
"""Upper edges, in days, of the bands that agreed days to pay are shown in."""


def bills_on(invoice_payments: pd.DataFrame, day: dt.date, as_of: dt.date) -> pd.DataFrame:
    """The bills written by a day, as known on that day.

    Parameters
    ----------
    invoice_payments : frame
        The fact: one row per bill.
    day, as_of : datetime.date
        The day looked from, and the review date, on which part payments are known.

    Returns
    -------
    frame
        The rows of the fact without later bills; `paid_date` empty where payment came later,
        `unpaid_amount` as of the day (before the review date a bill is unpaid as a whole), and
        `agreed_days` (due − billed), `days_overdue` (unpaid and past due: days since; else NaN),
        `is_judged` (due before the day, or paid), `is_late` (of these: paid after the due day, or
        unpaid).
    """
    today = pd.Timestamp(day)
    rows = invoice_payments.loc[invoice_payments["invoice_date"] <= today].reset_index(drop=True)
    paid = rows["paid_date"].where(rows["paid_date"] <= today)
    unpaid = rows["unpaid_amount"] if day >= as_of else rows["amount"].where(paid.isna(), 0.0)
    is_open = paid.isna() & (unpaid > 0)
    due = rows["due_date"]
    judged = due.notna() & (~is_open | (due < today))
    overdue = is_open & (due < today)
    return rows.assign(
        paid_date=paid,
        unpaid_amount=unpaid.where(is_open, 0.0),
        agreed_days=(due - rows["invoice_date"]).dt.days,
        days_overdue=(today - due).dt.days.where(overdue),
        is_judged=judged,
        is_late=judged & ((paid > due) | overdue),
    )


def due_between(bills: pd.DataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """The bills due after one day and not after another, of which it is known how they went."""
    due = bills["due_date"]
    return bills.loc[
        bills["is_judged"] & (due > pd.Timestamp(after)) & (due <= pd.Timestamp(until))
    ]


def days_to_pay(bills: pd.DataFrame, day: dt.date, shares: tuple[float, ...]) -> list[float | None]:
    """Days within which so large a share of bills is paid; unpaid ones are counted as running.

    Parameters
    ----------
    bills : frame
        `invoice_date`, `paid_date` as known on the day.
    day : datetime.date
        Up to this day unpaid bills are known to be unpaid.
    shares : tuple of float
        0.5 for the median.

    Returns
    -------
    list of float or None
        None where so many have not been paid yet that the share was not reached.

    Notes
    -----
    Kaplan–Meier: a bill that is unpaid after 20 days counts among those that take more than 20
    days, and says nothing about later days. A bill paid before it was written took 0 days.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2026-01-01"] * 4))
    >>> paid = pd.to_datetime(pd.Series(["2026-01-11", "2026-01-21", "2026-01-31", None]))
    >>> bills = pd.DataFrame({"invoice_date": days, "paid_date": paid})
    >>> days_to_pay(bills, dt.date(2026, 2, 28), (0.5, 0.8))
    [20.0, None]
    """
    paid = bills["paid_date"].notna().to_numpy()
    ends = bills["paid_date"].fillna(pd.Timestamp(day))
    times = (ends - bills["invoice_date"]).dt.days.clip(lower=0).to_numpy()
    if not paid.any():
        return [None] * len(shares)
    curve = SurvfuncRight(times, paid.astype("int64"))
    reached = 1.0 - np.round(np.asarray(curve.surv_prob, dtype=float), 12)
    places = np.searchsorted(reached, np.asarray(shares) - 1e-9, side="left")
    held = np.asarray(curve.surv_times, dtype=float)
    return [float(held[place]) if place < len(held) else None for place in places]


def sales_outstanding(bills: pd.DataFrame, day: dt.date, days: int) -> float | None:
    """Days sales outstanding: open bills ÷ billed in the days before × these days.

    None where nothing was billed in them.
    """
    first = pd.Timestamp(day) - pd.Timedelta(days=days)
    billed = total(bills.loc[bills["invoice_date"] > first, "amount"])
    return total(bills["unpaid_amount"]) / billed * days if billed > 0 else None


def age_bands(bills: pd.DataFrame, edges: tuple[int, ...]) -> pd.DataFrame:
    """Unpaid bills by how long they are overdue.

    Returns
    -------
    frame
        `band`, `bills`, `accounts`, `amount`: not yet due, each band of days, and bills that do
        not say when they are due.
    """
    open_ = bills.loc[bills["unpaid_amount"] > 0]
    overdue, due = open_["days_overdue"], open_["due_date"]
    lows, highs = [1, *(edge + 1 for edge in edges)], [*edges, np.inf]
    masks = {"not yet due": due.notna() & overdue.isna()}
    for low, high in zip(lows, highs, strict=True):
        name = f"over {low - 1} days" if high == np.inf else f"{low} to {high:.0f} days"
        masks[name] = overdue.between(low, high)
    if due.isna().any():
        masks["no due day given"] = due.isna()
    rows = [
        {
            "band": name,
            "bills": int(mask.sum()),
            "accounts": open_.loc[mask, "account_id"].nunique(),
            "amount": total(open_.loc[mask, "unpaid_amount"]),
        }
        for name, mask in masks.items()
    ]
    return pd.DataFrame(rows)


def agreed_terms(bills: pd.DataFrame) -> pd.DataFrame:
    """How many days clients are given to pay.

    Parameters
    ----------
    bills : frame
        `agreed_days`, `amount`, `account_id`, `tier`.

    Returns
    -------
    frame
        One row per band that occurs: `days`, `bills`, `accounts`, `amount`, `share` (of the
        amount), and the share within tiers `tier_1`, `tier_2`, `tier_3` (NaN for a tier without
        bills).
    """
    told = bills.loc[bills["agreed_days"].notna()]
    places = np.searchsorted(TERM_EDGES, told["agreed_days"].to_numpy(float), side="left")
    names = _term_names()
    whole = total(told["amount"])
    rows = []
    for place in sorted(set(places.tolist())):
        held = told.loc[places == place]
        row = {
            "days": names[place],
            "bills": len(held),
            "accounts": held["account_id"].nunique(),
            "amount": total(held["amount"]),
            "share": total(held["amount"]) / whole,
        }
        for tier in ("1", "2", "3"):
            own = total(told.loc[told["tier"].eq(tier), "amount"])
            part = total(held.loc[held["tier"].eq(tier), "amount"])
            row[f"tier_{tier}"] = part / own if own > 0 else np.nan
        rows.append(row)
    columns = ["days", "bills", "accounts", "amount", "share", "tier_1", "tier_2", "tier_3"]
    return pd.DataFrame(rows, columns=columns)


def _term_names() -> list[str]:
    lows = [1, *(edge + 1 for edge in TERM_EDGES[1:-1])]
    middle = [f"{low} to {high}" for low, high in zip(lows, TERM_EDGES[1:], strict=True)]
    return ["at once", *middle, f"over {TERM_EDGES[-1]}"]
