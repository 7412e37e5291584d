"""Small portfolios of contract terms and bills for tests, as the facts deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from portfolio_lib.analyses.renewals import Renewals, measure_renewals
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.renewal_models import PaymentsPage, RenewalsPage
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots, unit

DAY = pd.Timedelta(days=1)
QUICK = {"resamples": 200, "forecast_quarters": 1, "forecasts_checked": 1}


@dataclass(frozen=True)
class Term:
    """A term with an end; `next_id` names what followed it, agreed and worth so much."""

    id: str
    account: str
    end: str
    value: float = 100.0
    months: int = 12
    next_id: str | None = None
    next_agreed: str | None = None
    next_value: float | None = None
    notice: str | None = None
    agreed: str | None = None
    notice_days: float | None = None
    offering: str | None = "Service"
    follower: tuple[str, str, str, float] | None = None

    @property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(self.end) + DAY - pd.DateOffset(months=self.months)


def renewed(term: Term, agreed: str, value: float | None = None) -> Term:
    """The term with a successor, for as much where nothing is said."""
    worth = term.value if value is None else value
    return replace(term, next_id=f"{term.id}+", next_agreed=agreed, next_value=worth)


def term_ends(terms: Sequence[Term]) -> pd.DataFrame:
    """The fact term_ends, with what was agreed by the review date."""
    rows = [_row(term) for term in terms]
    frame = pd.DataFrame(rows, columns=list(_row(Term("x", "x", "2026-01-01"))))
    days = [name for name in frame if name.endswith(("_on", "_date", "_start"))]
    frame = frame.astype({name: "datetime64[s]" for name in days})
    known = frame["agreed_on"] <= pd.Timestamp(AS_OF)
    money = {name: "float64" for name in ("annual_value", "successor_value", "follower_value")}
    return frame.loc[known].astype(money).reset_index(drop=True)


def _row(term: Term) -> dict[str, Any]:
    follower = term.follower or (None, None, None, None)
    end = pd.Timestamp(term.end)
    return {
        "contract_id": term.id,
        "account_id": term.account,
        "offering": term.offering,
        "agreed_on": pd.Timestamp(term.agreed) if term.agreed else term.start,
        "start_date": term.start,
        "end_date": end,
        "term_days": (end - term.start).days + 1,
        "annual_value": term.value,
        "auto_renew": None,
        "notice_days": term.notice_days,
        "payment_terms_days": None,
        "cancelled_date": term.notice,
        "successor": term.next_id,
        "successor_agreed_on": term.next_agreed,
        "successor_start": None,
        "successor_value": term.next_value,
        "follower": follower[0],
        "follower_agreed_on": follower[1],
        "follower_start": follower[2],
        "follower_value": follower[3],
    }


def contracts(terms: Sequence[Term]) -> pd.DataFrame:
    """The table contracts."""
    rows = [
        {
            "contract_id": term.id,
            "account_id": term.account,
            "offering": term.offering,
            "start_date": term.start,
            "end_date": pd.Timestamp(term.end),
            "annual_value": term.value,
            "notice_days": term.notice_days,
            "payment_terms_days": 30.0,
            "cancelled_date": pd.Timestamp(term.notice) if term.notice else pd.NaT,
        }
        for term in terms
    ]
    columns = ["contract_id", "account_id", "offering", "start_date", "end_date", "annual_value"]
    more = ["notice_days", "payment_terms_days", "cancelled_date"]
    frame = pd.DataFrame(rows, columns=[*columns, *more])
    dates = ("start_date", "end_date", "cancelled_date")
    return frame.astype({name: "datetime64[s]" for name in dates})


def order_lines() -> pd.DataFrame:
    kinds = {"account_id": "object", "day": "datetime64[s]", "offering": "object",
             "sales": "float64", "quantity": "float64"}  # fmt: skip
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def settings(
    renewals: dict[str, Any] | None = None, payments: dict[str, Any] | None = None, **more: Any
) -> UnitParameters:
    return unit(
        renewals=RenewalsPage.model_validate({**QUICK, **(renewals or {})}),
        payments=PaymentsPage.model_validate({"resamples": 200, **(payments or {})}),
        **more,
    )


def clients(ids: Sequence[str], **columns: Any) -> list[Client]:
    return [Client(one, 100.0 + place, **columns) for place, one in enumerate(ids)]


def measured(
    terms: Sequence[Term],
    parameters: UnitParameters | None = None,
    *,
    names: dict[str, str] | None = None,
    with_contracts: bool = True,
    **tables: pd.DataFrame | None,
) -> Renewals:
    """The result of a page for these terms; tables that are not given are not handed in."""
    ids = sorted({term.account for term in terms} | set(names or {}))
    known = [Client(one, 100.0, name=(names or {}).get(one)) for one in ids]
    optional = ("offerings", "interactions", "plans", "actions", "opportunities")
    return measure_renewals(
        accounts(known),
        snapshots(known),
        term_ends(terms),
        order_lines(),
        contracts(terms) if with_contracts else None,
        *(tables.get(name) for name in optional),
        None,
        None,
        parameters=parameters or settings(),
    )


@dataclass(frozen=True)
class Bill:
    """One bill: written, due and paid, as days before the review date."""

    account: str
    written: int
    due: int | None = None
    paid: int | None = None
    amount: float = 100.0
    unpaid: float | None = None


def invoice_payments(bills: Sequence[Bill]) -> pd.DataFrame:
    """The fact invoice_payments."""

    def day(ago: int | None) -> pd.Timestamp:
        return pd.NaT if ago is None else pd.Timestamp(AS_OF) - ago * DAY

    rows = [
        {
            "account_id": bill.account,
            "invoice_id": str(place),
            "invoice_date": day(bill.written),
            "due_date": day(bill.due),
            "paid_date": day(bill.paid),
            "amount": bill.amount,
            "unpaid_amount": (bill.amount if bill.unpaid is None else bill.unpaid)
            if bill.paid is None
            else 0.0,
        }
        for place, bill in enumerate(bills)
    ]
    columns = ["account_id", "invoice_id", "invoice_date", "due_date", "paid_date"]
    frame = pd.DataFrame(rows, columns=[*columns, "amount", "unpaid_amount"])
    days = {name: "datetime64[s]" for name in columns[2:]}
    return frame.astype({**days, "amount": "float64", "unpaid_amount": "float64"})


def ago(days: int) -> str:
    return (AS_OF - dt.timedelta(days=days)).isoformat()
