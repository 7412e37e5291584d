"""The published numbers of the page Payments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.bills import days_to_pay, due_between, sales_outstanding
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.resampling import METHOD, Ratios, ratio_intervals
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

SLOW_SHARE = 0.8
SPEEDS = (
    ("days_median", "Days to pay, middle bill", "Half of the bills are paid within it."),
    ("days_slow", "Days to pay, slowest fifth", "Four bills in five are paid within it."),
)
COVERED_WITHIN_DAYS = 31


@dataclass(frozen=True)
class Paid:
    """The bills now and a year before, each as known then."""

    parameters: UnitParameters
    bills: pd.DataFrame
    bills_before: pd.DataFrame
    cards: pd.DataFrame
    by_account: pd.DataFrame

    @property
    def nothing_paid(self) -> str | None:
        if self.bills.empty:
            return "no bill is known; hand in table invoices"
        if self.bills["paid_date"].isna().all():
            return "no payment is known; hand in column paid_date of table invoices"
        return None

    @property
    def no_due_days(self) -> str | None:
        no_days = "no bill says when it is due; hand in column due_date of table invoices"
        return self.nothing_paid or (no_days if self.bills["due_date"].isna().all() else None)

    @property
    def first(self) -> dt.date:
        """The last day before the window."""
        return months_before(self.parameters.as_of, self.parameters.payments.window_months)

    @property
    def window(self) -> str:
        return f"{self.first + dt.timedelta(days=1)} to {self.parameters.as_of}"

    @property
    def judged(self) -> pd.DataFrame:
        return due_between(self.bills, self.first, self.parameters.as_of)

    @property
    def judged_before(self) -> pd.DataFrame:
        """The bills of the same window a year before, as known at its end."""
        last = months_before(self.parameters.as_of, 12)
        first = months_before(last, self.parameters.payments.window_months)
        return due_between(self.bills_before, first, last)


def all_figures(paid: Paid) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *speed_figures(paid),
        late_figure(paid),
        *open_figures(paid),
        dso_figure(paid),
        *limit_figures(paid),
    )


def speed_figures(paid: Paid) -> tuple[Figure, ...]:
    """Days within which half and four fifths of bills are paid, and the days that are given."""
    rows = paid.bills.loc[paid.bills["invoice_date"] > pd.Timestamp(paid.first)]
    open_ = int(rows["paid_date"].isna().sum())
    nobody = None if len(rows) else "no bill was written in the window"
    found = days_to_pay(rows, paid.parameters.as_of, (0.5, SLOW_SHARE)) if len(rows) else [None] * 2
    unreached = "too many bills of the window are still unpaid to say"
    meaning = (
        "Kaplan–Meier over the bills written in the window, from the bill to its last payment; "
        f"those unpaid so far ({open_:,}) count as taking longer than they have taken."
    )
    speeds = [
        unless(
            paid.nothing_paid or nobody or (unreached if days is None else None),
            Figure(f"payments.{key}", label, days or 0.0, "days", f"{said} {meaning}", n=len(rows),
                   window=paid.window, higher_is_better=False),
        )
        for (key, label, said), days in zip(SPEEDS, found, strict=True)
    ]  # fmt: skip
    return (*speeds, _usual_terms(paid, rows))


def _usual_terms(paid: Paid, rows: pd.DataFrame) -> Figure:
    agreed = rows["agreed_days"].dropna()
    usual = agreed.mode()
    untold = "no bill of the window says when it is due; hand in column due_date of table invoices"
    nobody = None if len(rows) else "no bill was written in the window"
    return unless(
        nobody or (untold if usual.empty else None),
        Figure("payments.usual_terms", "Days usually given to pay",
               0 if usual.empty else int(usual.min()), "days",
               "From the bill to its due day; the number most bills of the window have.",
               n=len(agreed), window=paid.window),
    )  # fmt: skip


def late_figure(paid: Paid) -> Figure:
    """The share of bills paid late, or unpaid past their due day."""
    page, rows, before = paid.parameters.payments, paid.judged, paid.judged_before
    nothing = "no bill fell due in the window"
    interval = _late_interval(rows, paid.parameters)
    return unless(
        paid.no_due_days or (nothing if rows.empty else None),
        Figure(
            "payments.late_share",
            "Bills paid late",
            float(rows["is_late"].mean()) if len(rows) else 0.0,
            "share",
            "Bills due in the window that were paid after their due day, or are unpaid past it ÷ "
            "bills due in the window; a bill due on the review date and still unpaid is left out.",
            n=len(rows),
            window=paid.window,
            interval=interval,
            interval_method=None if interval is None else f"{METHOD}, {page.interval_level:.0%}",
            previous=float(before["is_late"].mean()) if len(before) else None,
            higher_is_better=False,
        ),
    )


def _late_interval(rows: pd.DataFrame, parameters: UnitParameters) -> tuple[float, float] | None:
    """Clients pay all their bills alike, so that clients are drawn and not bills."""
    page = parameters.payments
    counts = rows.groupby("account_id", sort=True)["is_late"].agg(["sum", "size"])
    if len(counts) < parameters.renewals.least_accounts:
        return None
    ratios = Ratios(counts[["sum"]].to_numpy(float), counts[["size"]].to_numpy(float))
    found = ratio_intervals(
        ratios, level=page.interval_level, resamples=page.resamples, seed=parameters.seed
    )[0]
    return None if found is None else (found[0], min(1.0, found[1]))


def open_figures(paid: Paid) -> tuple[Figure, ...]:
    """What is unpaid, and what of it is overdue."""
    currency, today = paid.parameters.currency, paid.parameters.as_of.isoformat()
    open_ = paid.bills.loc[paid.bills["unpaid_amount"] > 0]
    overdue = open_.loc[open_["days_overdue"].notna()]
    before = paid.bills_before
    return (
        unless(paid.nothing_paid, Figure("payments.open", "Unpaid", total(open_["unpaid_amount"]),
               currency, "Sum of the lines not paid by the review date, due or not; credit notes "
               "are not taken off.", n=len(open_), window=today)),
        unless(paid.no_due_days, Figure("payments.overdue", "Overdue",
               total(overdue["unpaid_amount"]), currency, "Unpaid past the due day.",
               n=len(overdue), window=today, higher_is_better=False,
               previous=total(before.loc[before["days_overdue"].notna(), "unpaid_amount"])
               if len(before) else None)),
    )  # fmt: skip


def dso_figure(paid: Paid) -> Figure:
    """Days sales outstanding, now and a year before."""
    days, as_of = paid.parameters.payments.dso_days, paid.parameters.as_of
    short = _short_of(paid.bills, as_of, days)
    value = None if short else sales_outstanding(paid.bills, as_of, days)
    before = months_before(as_of, 12)
    known = not _short_of(paid.bills_before, before, days)
    nothing = f"nothing was billed in the {days} days to the review date"
    return unless(
        paid.nothing_paid or short or (nothing if value is None else None),
        Figure(
            "payments.dso",
            "Days sales outstanding",
            value or 0.0,
            "days",
            f"Unpaid on the day ÷ billed in the {days} days up to it × {days}; bills without "
            "credit notes.",
            n=int(np.count_nonzero(paid.bills["unpaid_amount"] > 0)),
            window=as_of.isoformat(),
            policy=f"days of billing: {days}",
            previous=sales_outstanding(paid.bills_before, before, days) if known else None,
            higher_is_better=False,
        ),
    )


def _short_of(bills: pd.DataFrame, day: dt.date, days: int) -> str | None:
    """Why days sales outstanding cannot be told: the bills do not reach back far enough."""
    first = bills["invoice_date"].min()
    if pd.isna(first):
        return f"needs {days} days of bills; this unit has none"
    held = (pd.Timestamp(day) - first).days
    if held + COVERED_WITHIN_DAYS >= days:
        return None
    return f"needs {days} days of bills; this unit has {held}"


def limit_figures(paid: Paid) -> tuple[Figure, ...]:
    """Credit limits: how much of them is used, and by how many they are exceeded."""
    limited = paid.cards.loc[paid.cards["credit_limit"] > 0]
    rows = paid.by_account.loc[paid.by_account["account_id"].isin(limited["account_id"])]
    none = "no client has a credit limit; hand in column credit_limit of table accounts"
    missing = paid.nothing_paid or (none if limited.empty else None)
    whole, today = total(limited["credit_limit"]), paid.parameters.as_of.isoformat()
    return (
        unless(missing, Figure("payments.limit_used", "Credit limits used",
               total(rows["open_amount"]) / whole if whole > 0 else 0.0, "share",
               "Unpaid bills of clients with a credit limit ÷ their limits.", n=len(limited),
               window=today)),
        unless(missing, Figure("payments.over_limit", "Clients over their limit",
               int((rows["limit_used"] > 1).sum()), "accounts",
               "Clients whose unpaid bills exceed their credit limit.", n=len(limited),
               window=today, higher_is_better=False)),
    )  # fmt: skip
