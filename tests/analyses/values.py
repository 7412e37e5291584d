"""Small units for tests of what clients are worth, as the facts deliver them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pandas as pd

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.analyses.value import ClientValue, measure_value
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.value_models import ValuePage
from tests.analyses.portfolios import AS_OF, unit

LAST_MONTH = pd.Timestamp("2026-09-01")


@dataclass(frozen=True)
class Held:
    """One client: months since it came and since it left, and what it brings and takes a month."""

    id: str
    since: int = 40
    left: int | None = None
    monthly: float = 100.0
    cost: float | None = None
    service: float | None = None
    recurring: bool = True
    start: str | None = None
    name: str | None = None
    industry: str | None = "Retail"
    acquisition_cost: float | None = None
    channel: str | None = None
    referred_by: str | None = None
    notice: str | None = None

    @property
    def months(self) -> list[pd.Timestamp]:
        """Its months with revenue, the first one first."""
        left = self.left or 0
        last, count = LAST_MONTH.to_period("M") - left, max(0, self.since - left)
        return list(pd.period_range(end=last, periods=count, freq="M").to_timestamp())


def settings(value: dict[str, Any] | None = None, **more: Any) -> UnitParameters:
    return unit(value=ValuePage.model_validate(value or {}), **more)


def accounts(clients: Sequence[Held]) -> pd.DataFrame:
    columns = {
        "account_id": [one.id for one in clients],
        "account_name": [one.name or f"Client {one.id}" for one in clients],
        "industry": [one.industry for one in clients],
        "tier": [None for _ in clients],
        "acquisition_channel": [one.channel for one in clients],
        "referred_by": [one.referred_by for one in clients],
    }
    frame = pd.DataFrame(columns).astype("object")
    frame["start_date"] = pd.Series([one.start for one in clients], dtype="datetime64[s]")
    costs = [one.acquisition_cost for one in clients]
    frame["acquisition_cost"] = pd.Series(costs, dtype="float64")
    return frame


def snapshots(clients: Sequence[Held], *, contracts: bool) -> pd.DataFrame:
    rows = []
    for one in clients:
        held = sum(month > LAST_MONTH - pd.DateOffset(months=12) for month in one.months)
        there = one.left is None
        rows.append(
            {
                "account_id": one.id,
                "snapshot_date": pd.Timestamp(AS_OF),
                "is_current": True,
                "history_first_day": pd.Timestamp("2020-01-01"),
                "tenure_days": one.since * 30.4,
                "revenue_12m": one.monthly * held,
                "revenue_prior_12m": 0.0,
                "cost_12m": None if one.cost is None else one.cost * held,
                "revenue_with_cost_12m": None if one.cost is None else one.monthly * held,
                "cost_to_serve_12m": None if one.service is None else one.service * held,
                "annual_value_in_force": one.monthly * 12 * there if contracts else None,
                "is_active": there,
            }
        )
    columns = ["account_id", "snapshot_date", "history_first_day", "tenure_days", "revenue_12m"]
    columns += ["revenue_prior_12m", "cost_12m", "revenue_with_cost_12m", "cost_to_serve_12m"]
    columns += ["annual_value_in_force", "is_active", "is_current"]
    dates = {"snapshot_date": "datetime64[s]", "history_first_day": "datetime64[s]"}
    return pd.DataFrame(rows, columns=columns).astype(dates)


def month_frame(clients: Sequence[Held]) -> pd.DataFrame:
    rows = [
        (one.id, month, one.monthly, one.monthly, True, one.recurring)
        for one in clients
        for month in one.months
    ]
    columns = ["account_id", "month", "revenue_net", "revenue", "is_complete_month", "recurring"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"month": "datetime64[s]", "revenue_net": "float64", "revenue": "float64"}
    )


def lives(clients: Sequence[Held]) -> pd.DataFrame:
    """The fact account_lives of revenue by invoices: whole months."""
    rows = []
    for one in (client for client in clients if client.months):
        last = one.months[-1] + pd.offsets.MonthEnd(0)
        rows.append((one.id, one.months[0], one.months[0], last, one.left is not None))
    columns = ["account_id", "first_month", "life_first_day", "life_last_day", "has_left"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[1:4], "datetime64[s]")).astype({"has_left": bool})


def purchase_days(sales: Sequence[tuple[str, int, float]]) -> pd.DataFrame:
    """The fact purchase_days, from (account, days ago, amount)."""
    rows = [(a, pd.Timestamp(AS_OF) - pd.Timedelta(days=d), float(s)) for a, d, s in sales]
    frame = pd.DataFrame(rows, columns=["account_id", "day", "sales"])
    frame = frame.astype({"day": "datetime64[s]", "sales": "float64"})
    return frame.groupby(["account_id", "day"], as_index=False)["sales"].sum()


def purchase_summary(days: pd.DataFrame) -> pd.DataFrame:
    lately = days["day"] > pd.Timestamp(AS_OF) - pd.Timedelta(days=365)
    return pd.DataFrame(
        {
            "account_id": sorted(set(days["account_id"])),
            "sales": days.groupby("account_id")["sales"].sum().to_numpy(),
            "revenue": days.groupby("account_id")["sales"].sum().to_numpy(),
            "sales_365d": days["sales"].where(lately).groupby(days["account_id"]).sum().to_numpy(),
            "purchase_days_365d": lately.groupby(days["account_id"]).sum().to_numpy(),
        }
    )


def movements_of(kept: float | None, horizon: int = 12) -> Any:
    """As much of the page of movements as the page Value reads."""
    told = ("movements.logo", "Client retention", "share", "…")
    figure = (
        not_computable(*told, reason="needs 13 complete months of revenue; this unit has 4")
        if kept is None
        else Figure(*told[:2], kept, *told[2:], n=10)
    )
    return SimpleNamespace(figures={"movements.logo": figure}, horizon_months=horizon)


def terms(clients: Sequence[Held]) -> pd.DataFrame:
    """The table contracts: one term each, open or given notice of."""
    rows = [
        (f"t-{one.id}", one.id, one.months[0], one.notice, "2026-01-01" if one.notice else None)
        for one in clients
        if one.months and one.left is None
    ]
    columns = ["contract_id", "account_id", "start_date", "end_date", "cancelled_date"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "datetime64[s]"))


def value_of(
    clients: Sequence[Held],
    parameters: UnitParameters | None = None,
    *,
    contracts: bool = True,
    sales: Sequence[tuple[str, int, float]] = (),
    kept: float | None = 0.9,
    shuffle: int | None = None,
) -> ClientValue:
    """The answer of the page for a small unit."""
    revenue, days = month_frame(clients), purchase_days(sales)
    recurring = revenue.loc[revenue["recurring"].astype(bool)]
    recurring = recurring.rename(columns={"revenue": "recurring_revenue"})
    frames = [
        accounts(clients),
        snapshots(clients, contracts=contracts),
        revenue.drop(columns="recurring"),
        lives(clients),
        days,
        purchase_summary(days),
        recurring[["account_id", "month", "recurring_revenue"]],
        pd.DataFrame({"revenue_source": ["invoices"]}),
        terms(clients) if contracts else None,
    ]
    if shuffle is not None:
        frames = [
            None if one is None else one.sample(frac=1, random_state=shuffle).reset_index(drop=True)
            for one in frames
        ]
    return measure_value(*frames, movements_of(kept), parameters=parameters or settings())


def cohort(count: int, lost: int, **given: Any) -> list[Held]:
    """Clients that came over four years; every few of them left after some time."""
    clients = []
    for place in range(count):
        since = 12 + (place * 7) % 40
        gone = place < lost
        left = (place * 5) % (since - 3) if gone else None
        clients.append(
            Held(f"c{place:03d}", since=since, left=(left or 1) if gone else None,
                 monthly=100.0 + 10 * (place % 9), **given)
        )  # fmt: skip
    return clients
