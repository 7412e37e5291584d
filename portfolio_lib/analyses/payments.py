"""How clients pay: how fast, how often late, what is overdue, and how it has moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.bills import (
    age_bands,
    agreed_terms,
    bills_on,
    days_to_pay,
    due_between,
    sales_outstanding,
)
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.payment_figures import Paid, all_figures
from portfolio_lib.analyses.snapshots import accounts_on, total
from portfolio_lib.analyses.tiers import chosen_tiers
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

QUARTER_MONTHS = 3
ACCOUNT_COLUMNS = (
    *("account_id", "account_name", "tier", "bills", "late_share", "median_days_late"),
    *("open_amount", "overdue_amount", "oldest_days", "credit_limit", "limit_used"),
)


@dataclass(frozen=True)
class Payments:
    """The answer of the page Payments.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    bands : frame
        Unpaid bills by age: see `age_bands`.
    accounts : frame
        One row per account with bills due in the window or unpaid: `late_share` (NaN with too few
        bills), `median_days_late` (of the late ones, to the review date where unpaid),
        `open_amount`, `overdue_amount`, `oldest_days`, `credit_limit`, `limit_used`; those with
        most overdue first, then by late share.
    quarters : frame
        One row per quarter, oldest first: `quarter_end`, `bills` (due in it), `late_share`,
        `median_days` (of these bills), and `overdue_amount` and `dso` as known on its last day.
    terms : frame
        Days given to pay: see `agreed_terms`.
    """

    figures: Mapping[str, Figure]
    bands: pd.DataFrame
    accounts: pd.DataFrame
    quarters: pd.DataFrame
    terms: pd.DataFrame
    as_of: dt.date
    reason: str | None
    tier_labels: tuple[str, str, str]
    window_months: int
    dso_days: int
    least_invoices: int
    accounts_shown: int
    currency: str


def measure_payments(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    invoice_payments: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> Payments:
    """Measure how clients pay.

    Parameters
    ----------
    accounts, account_snapshots : frame
        Give names, credit limits and tiers.
    invoice_payments : frame
        One row per bill: when it was due, when it was paid.
    parameters : UnitParameters
        Gives the window, the bands and what it takes to give a client a share.
    """
    page, as_of = parameters.payments, parameters.as_of
    cards = _cards(accounts, account_snapshots, parameters)
    bills = bills_on(invoice_payments, as_of, as_of).merge(
        cards[["account_id", "tier"]], on="account_id", how="left", validate="many_to_one"
    )
    before = months_before(as_of, 12)
    paid = Paid(
        parameters=parameters,
        bills=bills,
        bills_before=bills_on(invoice_payments, before, as_of),
        cards=cards,
        by_account=_by_account(bills, cards, parameters),
    )
    first = pd.Timestamp(months_before(as_of, page.window_months))
    return Payments(
        figures={figure.key: figure for figure in all_figures(paid)},
        bands=age_bands(bills, page.age_bands_days),
        accounts=paid.by_account,
        quarters=_quarters(invoice_payments, bills, parameters),
        terms=agreed_terms(bills.loc[bills["invoice_date"] > first]),
        as_of=as_of,
        reason=paid.nothing_paid,
        tier_labels=parameters.policies.tiers.labels,
        window_months=page.window_months,
        dso_days=page.dso_days,
        least_invoices=page.least_invoices,
        accounts_shown=page.accounts_shown,
        currency=parameters.currency,
    )


def _cards(
    accounts: pd.DataFrame, account_snapshots: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """Name, tier and credit limit of every account on the review date."""
    rows = accounts_on(accounts, account_snapshots, parameters.as_of)
    rows["tier"] = chosen_tiers(rows, parameters.policies.tiers)
    limits = accounts.reindex(columns=["account_id", "credit_limit"])
    limits["credit_limit"] = pd.to_numeric(limits["credit_limit"]).astype("float64")
    cards = rows[["account_id", "account_name", "tier"]]
    return cards.merge(limits, on="account_id", how="left", validate="one_to_one")


def _by_account(
    bills: pd.DataFrame, cards: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """How every client pays that had a bill due in the window, or owes."""
    page, as_of = parameters.payments, parameters.as_of
    judged = due_between(bills, months_before(as_of, page.window_months), as_of)
    late = judged.loc[judged["is_late"]]
    ends = late["paid_date"].fillna(pd.Timestamp(as_of))
    days_late = (ends - late["due_date"]).dt.days.groupby(late["account_id"]).median()
    overdue = bills.loc[bills["days_overdue"].notna()]
    sums = pd.DataFrame(
        {
            "bills": judged.groupby("account_id").size(),
            "late_bills": late.groupby("account_id").size(),
            "median_days_late": days_late,
            "open_amount": _sums(bills),
            "overdue_amount": _sums(overdue),
            "oldest_days": overdue.groupby("account_id")["days_overdue"].max(),
        }
    ).rename_axis("account_id")
    counted = ["bills", "late_bills", "open_amount", "overdue_amount"]
    sums[counted] = sums[counted].fillna(0.0)
    sums = sums.loc[(sums["bills"] > 0) | (sums["open_amount"] > 0)].reset_index()
    rows = sums.merge(cards, on="account_id", how="left", validate="one_to_one")
    rows["account_name"] = rows["account_name"].fillna(rows["account_id"])
    enough = rows["bills"] >= page.least_invoices
    rows["late_share"] = (rows["late_bills"] / rows["bills"]).where(enough)
    limit = rows["credit_limit"].where(rows["credit_limit"] > 0)
    rows["limit_used"] = rows["open_amount"] / limit
    ordered = rows.assign(_late=rows["late_share"].fillna(-1.0)).sort_values(
        ["overdue_amount", "_late", "account_id"], ascending=[False, False, True], kind="stable"
    )
    return ordered[list(ACCOUNT_COLUMNS)].reset_index(drop=True)


def _sums(bills: pd.DataFrame) -> pd.Series:
    """Unpaid amounts by client, without the dust of floating point."""
    return bills.groupby("account_id", sort=True)["unpaid_amount"].sum().round(4)


def _quarters(
    invoice_payments: pd.DataFrame, bills: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    page, as_of = parameters.payments, parameters.as_of
    known = invoice_payments["invoice_date"].min()
    ends = [
        months_before(as_of, QUARTER_MONTHS * back) for back in reversed(range(page.quarters_shown))
    ]
    rows = [
        _quarter(bills, bills_on(invoice_payments, end, as_of), end, parameters)
        for end in ends
        if pd.notna(known) and known <= pd.Timestamp(end)
    ]
    columns = ["quarter_end", "bills", "late_share", "median_days", "overdue_amount", "dso"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = {name: "float64" for name in columns[1:]}
    return frame.assign(quarter_end=pd.to_datetime(frame["quarter_end"])).astype(numbers)


def _quarter(
    now: pd.DataFrame, then: pd.DataFrame, end: dt.date, parameters: UnitParameters
) -> dict[str, object]:
    """What fell due in a quarter, as known now, and what was open at its end, as known then."""
    page, as_of = parameters.payments, parameters.as_of
    due = due_between(now, months_before(end, QUARTER_MONTHS), end)
    enough = len(due) >= page.least_invoices
    median = days_to_pay(due, as_of, (0.5,))[0] if enough else None
    first = pd.Timestamp(end) - pd.Timedelta(days=page.dso_days)
    covered = then["invoice_date"].min() <= first + pd.Timedelta(days=31)
    dso = sales_outstanding(then, end, page.dso_days) if covered else None
    return {
        "quarter_end": end,
        "bills": len(due),
        "late_share": due["is_late"].mean() if enough else np.nan,
        "median_days": np.nan if median is None else median,
        "overdue_amount": total(then.loc[then["days_overdue"].notna(), "unpaid_amount"]),
        "dso": np.nan if dso is None else dso,
    }
