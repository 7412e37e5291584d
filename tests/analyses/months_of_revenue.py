"""Small histories of monthly revenue for tests, as the facts deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from portfolio_lib.analyses.segments import Segmentation, segment_accounts
from portfolio_lib.analyses.signals import Signals, measure_signals
from portfolio_lib.analyses.watched_series import Ledger, build_ledger
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.signal_models import SignalsPage
from tests.analyses.portfolios import Client, accounts, snapshots, unit


class Sold(NamedTuple):
    """What one account brought in one month: `months_ago` before September 2026."""

    account: str
    months_ago: int
    amount: float
    purchases: int = 1
    offering: str | None = "Oils"


def settings(page: dict[str, Any] | None = None, **more: Any) -> UnitParameters:
    return unit(signals=SignalsPage.model_validate(page or {}), **more)


def month(months_ago: int) -> pd.Timestamp:
    return pd.Timestamp("2026-09-01") - pd.DateOffset(months=months_ago)


def offering_months(sold: Sequence[Sold]) -> pd.DataFrame:
    """The fact account_offering_months."""
    rows = [(s.account, s.offering, month(s.months_ago), s.amount, s.purchases) for s in sold]
    columns = ["account_id", "offering", "month", "revenue_net", "purchases"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"month": "datetime64[s]", "revenue_net": float, "purchases": "int64"}
    )


def month_purchases(sold: Sequence[Sold]) -> pd.DataFrame:
    """The fact account_month_purchases, where no two offerings are sold on one day."""
    sums = offering_months(sold).groupby(["account_id", "month"], as_index=False)["purchases"].sum()
    return sums.loc[sums["purchases"] > 0].reset_index(drop=True)


def clients_of(
    sold: Iterable[Sold], managers: dict[str, str] | None = None, **given: dict[str, Any]
) -> tuple[list[Client], pd.DataFrame]:
    """The clients that bought and the table accounts with their managers."""
    ids = sorted({s.account for s in sold})
    columns = {key: given.get(key, {}) for key in ("industry", "name")}
    clients = [
        Client(
            one,
            revenue=1.0,
            industry=columns["industry"].get(one, "Retail"),
            name=columns["name"].get(one),
        )
        for one in ids
    ]
    table = accounts(clients)
    table["account_manager"] = [(managers or {}).get(one) for one in ids]
    heads = given.get("employees", {})
    table["employees"] = pd.Series([heads.get(one) for one in ids], dtype="float64")
    return clients, table


def ledger_of(
    sold: Sequence[Sold], parameters: UnitParameters | None = None, **given: Any
) -> Ledger:
    _, table = clients_of(sold, **given)
    return build_ledger(
        table,
        offering_months(sold),
        month_purchases(sold),
        parameters=parameters or settings(),
        history_first_day=None,
    )


def signals_of(
    sold: Sequence[Sold], parameters: UnitParameters | None = None, **given: Any
) -> Signals:
    used = parameters or settings()
    clients, table = clients_of(sold, **given)
    first = min((str(month(s.months_ago).date()) for s in sold), default=None)
    facts, segments = sorted_clients(tuple(clients), first, used.as_of)
    return measure_signals(
        table, facts, offering_months(sold), month_purchases(sold), segments, parameters=used
    )


@cache
def sorted_clients(
    clients: tuple[Client, ...], first: str | None, as_of: dt.date
) -> tuple[pd.DataFrame, Segmentation]:
    """Snapshots and tiers, made once for the same clients."""
    facts = snapshots(clients, first)
    return facts, segment_accounts(accounts(clients), facts, parameters=unit(as_of=as_of))


def steady(ids: Iterable[str], months: int = 40, amount: float = 100.0, **more: Any) -> list[Sold]:
    """Every account brings about the same each month, a little up and down."""
    return [
        Sold(one, ago, amount + (7 * ago + 3 * place) % 11, **more)
        for place, one in enumerate(ids)
        for ago in range(months)
    ]
