"""Small histories of purchases for tests, as the facts deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from portfolio_lib.analyses.recurrence import Recurrence, measure_recurrence
from portfolio_lib.analyses.rfm import RfmAndLifecycle, score_accounts
from portfolio_lib.parameters.behaviour_models import RecurrencePage, RfmPage
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots, unit

BEFORE = dt.date(2026, 6, 30)


class Sale(NamedTuple):
    """One line sold: `days_ago` before the review date."""

    account: str
    days_ago: int
    amount: float = 10.0
    offering: str | None = "Oils"
    quantity: float | None = 1.0


def day(days_ago: int) -> pd.Timestamp:
    return pd.Timestamp(AS_OF) - pd.Timedelta(days=days_ago)


def settings(
    rfm: dict[str, Any] | None = None, recurrence: dict[str, Any] | None = None, **more: Any
) -> UnitParameters:
    return unit(
        rfm=RfmPage.model_validate(rfm or {}),
        recurrence=RecurrencePage.model_validate(recurrence or {}),
        **more,
    )


def purchase_days(sales: Sequence[Sale]) -> pd.DataFrame:
    """The fact purchase_days; one invoice a day."""
    rows = pd.DataFrame(
        [(s.account, day(s.days_ago), float(s.amount)) for s in sales],
        columns=["account_id", "day", "sales"],
    ).astype({"day": "datetime64[s]", "sales": float})
    sums = rows.groupby(["account_id", "day"], as_index=False)["sales"].sum()
    return sums.assign(sale_lines=1, invoices=1)


def order_lines(sales: Sequence[Sale]) -> pd.DataFrame:
    """The fact order_lines."""
    columns = ["account_id", "day", "offering", "sales", "quantity"]
    rows = [
        (s.account, day(s.days_ago), s.offering, float(s.amount), s.quantity)
        for s in sales
        if s.days_ago < 730
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"day": "datetime64[s]", "sales": float, "quantity": float})


def account_reviews(
    ids: Sequence[str], sales: Sequence[Sale], days: Sequence[dt.date] = (AS_OF, BEFORE)
) -> pd.DataFrame:
    """The fact account_reviews of accounts without a start date."""
    rows = []
    for when in days:
        for account in ids:
            own = [s for s in sales if s.account == account and day(s.days_ago).date() <= when]
            if not own and when != AS_OF:
                continue
            seen = sorted({day(s.days_ago) for s in own})
            year = pd.Timestamp(when) - pd.DateOffset(years=1)
            rows.append(
                {
                    "account_id": account,
                    "review_day": pd.Timestamp(when),
                    "start_date": pd.NaT,
                    "first_purchase": seen[0] if seen else pd.NaT,
                    "last_purchase": seen[-1] if seen else pd.NaT,
                    "purchase_days": len(seen),
                    "invoices": len(seen),
                    "revenue": float(sum(s.amount for s in own)),
                    "revenue_12m": float(sum(s.amount for s in own if day(s.days_ago) > year)),
                    "first_active_day": seen[0] if seen else pd.NaT,
                    "last_active_day": seen[-1] if seen else pd.NaT,
                }
            )
    columns = [
        *("account_id", "review_day", "start_date", "first_purchase", "last_purchase"),
        *("purchase_days", "invoices", "revenue", "revenue_12m"),
        *("first_active_day", "last_active_day"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    dated = {name: "datetime64[s]" for name in columns if name.endswith(("_day", "_date"))}
    dated |= {"first_purchase": "datetime64[s]", "last_purchase": "datetime64[s]"}
    return frame.astype(dated)


def clients_of(
    ids: Sequence[str], sales: Sequence[Sale], names: dict[str, str] | None = None, **given: Any
) -> list[Client]:
    """One client per id, with its revenue of the last year and the one before."""
    return [
        Client(
            one,
            sum(s.amount for s in sales if s.account == one and 0 <= s.days_ago < 365),
            sum(s.amount for s in sales if s.account == one and 365 <= s.days_ago < 730),
            name=(names or {}).get(one),
            **given,
        )
        for one in ids
    ]


def rfm_of(
    sales: Sequence[Sale],
    parameters: UnitParameters | None = None,
    *,
    ids: Sequence[str] | None = None,
    names: dict[str, str] | None = None,
    shuffle: int | None = None,
) -> RfmAndLifecycle:
    known = list(ids) if ids is not None else sorted({s.account for s in sales})
    clients = clients_of(known, sales, names)
    frames = [
        accounts(clients),
        snapshots(clients),
        account_reviews(known, sales),
        purchase_days(sales),
    ]
    return score_accounts(*_shuffled(frames, shuffle), parameters=parameters or settings())


def recurrence_of(
    sales: Sequence[Sale],
    parameters: UnitParameters | None = None,
    *,
    ids: Sequence[str] | None = None,
    names: dict[str, str] | None = None,
    shuffle: int | None = None,
    **given: Any,
) -> Recurrence:
    known = list(ids) if ids is not None else sorted({s.account for s in sales})
    clients = clients_of(known, sales, names, **given)
    frames = [accounts(clients), snapshots(clients), purchase_days(sales), order_lines(sales)]
    return measure_recurrence(*_shuffled(frames, shuffle), parameters=parameters or settings())


def _shuffled(frames: list[pd.DataFrame], seed: int | None) -> list[pd.DataFrame]:
    if seed is None:
        return frames
    return [frame.sample(frac=1, random_state=seed).reset_index(drop=True) for frame in frames]
