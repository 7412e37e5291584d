"""The firm over all its units: every client counted once, every currency added up by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.firm_clients import (
    client_ids,
    client_of_accounts,
    clients_of,
    concentration_figures,
    herfindahl_figure,
)
from portfolio_lib.analyses.snapshots import accounts_on, review_period, total
from portfolio_lib.parameters.models import UnitParameters


@dataclass(frozen=True)
class UnitFrames:
    """One unit's settings and frames.

    Parameters
    ----------
    parameters : UnitParameters
        The unit's settings.
    accounts, account_snapshots, account_month_revenue : frame
        As the analyses of one unit take them.
    """

    parameters: UnitParameters
    accounts: pd.DataFrame
    account_snapshots: pd.DataFrame
    account_month_revenue: pd.DataFrame


@dataclass(frozen=True)
class FirmSummary:
    """The answer of the firm's index.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    currencies : frame
        One row per currency: `currency`, `units`, `accounts`, `revenue`, `revenue_prior`,
        `growth` (NaN where not computable). Currencies are never added together.
    units : frame
        One row per unit: `unit`, `name`, `currency`, `as_of`, `accounts`, `active`, `revenue`,
        `revenue_prior`, `growth`.
    clients : frame
        One row per client (accounts under one parent together) and currency, largest first:
        `client_id`, `currency`, `accounts`, `units`, `revenue`.
    shared_accounts : int
        Accounts that more than one unit serves; each is counted once.
    """

    figures: Mapping[str, Figure]
    currencies: pd.DataFrame
    units: pd.DataFrame
    clients: pd.DataFrame
    shared_accounts: int


def summarise_firm(units: Sequence[UnitFrames]) -> FirmSummary:
    """Summarise all units together.

    Parameters
    ----------
    units : sequence of UnitFrames
        In any order; the same account may be in several.

    Notes
    -----
    An account is the same client in every unit that uses its id. Accounts are counted one by one;
    in shares of the largest clients, accounts under one parent are one client, as they are in each
    unit. Each unit's twelve months end on its own review date.
    """
    ordered = sorted(units, key=lambda unit: unit.parameters.key)
    rows = _rows(ordered)
    by_unit = _by_unit(ordered, rows)
    belongs = client_of_accounts([unit.accounts for unit in ordered])
    clients = clients_of(rows, belongs)
    owners = rows.groupby("account_id")["unit"].nunique()
    window = _window(ordered)
    figures = [
        *_counts(rows, owners, window),
        *_money(by_unit, clients, window),
        *_all_history(ordered, belongs),
    ]
    return FirmSummary(
        figures={figure.key: figure for figure in figures},
        currencies=_by_currency(by_unit, rows),
        units=by_unit,
        clients=clients,
        shared_accounts=int((owners > 1).sum()),
    )


def _rows(units: Sequence[UnitFrames]) -> pd.DataFrame:
    """One row per unit and account."""
    columns = ["account_id", "is_active", "revenue_12m", "revenue_prior_12m"]
    parts = []
    for unit in units:
        now = accounts_on(unit.accounts, unit.account_snapshots, unit.parameters.as_of)
        parts.append(
            now.loc[:, columns].assign(unit=unit.parameters.key, currency=unit.parameters.currency)
        )
    filled = [part for part in parts if not part.empty]
    if filled:
        return pd.concat(filled, ignore_index=True)
    return pd.DataFrame(columns=[*columns, "unit", "currency"]).astype(
        {"is_active": bool, "revenue_12m": float, "revenue_prior_12m": float}
    )


def _by_unit(units: Sequence[UnitFrames], rows: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for unit in units:
        own = rows.loc[rows["unit"].eq(unit.parameters.key)]
        period = review_period(unit.account_snapshots, unit.parameters.as_of)
        has_before = period.short_of(24) is None
        lines.append(
            {
                "unit": unit.parameters.key,
                "name": unit.parameters.name,
                "currency": unit.parameters.currency,
                "as_of": pd.Timestamp(unit.parameters.as_of),
                "accounts": len(own),
                "active": int(own["is_active"].sum()),
                "revenue": round(total(own["revenue_12m"]), 4),
                "revenue_prior": round(total(own["revenue_prior_12m"]), 4)
                if has_before
                else math.nan,
            }
        )
    columns = ["unit", "name", "currency", "as_of", "accounts", "active", "revenue"]
    by_unit = pd.DataFrame(lines, columns=[*columns, "revenue_prior"])
    before = by_unit["revenue_prior"].astype("float64")
    by_unit["growth"] = by_unit["revenue"] / before.where(before > 0) - 1.0
    return by_unit


def _by_currency(by_unit: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for currency, own in by_unit.groupby("currency", sort=True):
        before = own["revenue_prior"]
        prior = total(before) if before.notna().all() else math.nan
        revenue = total(own["revenue"])
        accounts = int(rows.loc[rows["currency"].eq(currency), "account_id"].nunique())
        growth = revenue / prior - 1.0 if prior > 0 else math.nan
        lines.append((currency, len(own), accounts, revenue, prior, growth))
    columns = ["currency", "units", "accounts", "revenue", "revenue_prior", "growth"]
    return pd.DataFrame(lines, columns=columns)


def _window(units: Sequence[UnitFrames]) -> str | None:
    days = sorted({unit.parameters.as_of.isoformat() for unit in units})
    if not days:
        return None
    if len(days) == 1:
        return f"12 months to {days[0]}"
    return f"12 months to each unit's review date, {days[0]} to {days[-1]}"


def _counts(rows: pd.DataFrame, owners: pd.Series, window: str | None) -> tuple[Figure, Figure]:
    """All clients and active clients, each counted once."""
    active = rows.loc[rows["is_active"], "account_id"].nunique()
    nobody = "no unit has an account" if rows.empty else None
    once = "each counted once, however many units serve it"
    clients = Figure(
        "firm.accounts",
        "Clients of the firm",
        len(owners),
        "accounts",
        f"Accounts on the books of any unit, {once}.",
        n=len(rows),
        window=window,
    )
    busy = Figure(
        "firm.active_accounts",
        "Active clients of the firm",
        int(active),
        "accounts",
        f"Accounts that are active in at least one unit, {once}.",
        n=len(owners),
        window=window,
        policy="active_within_days of each unit",
        higher_is_better=True,
    )
    return unless(nobody, clients), unless(nobody, busy)


def _money(by_unit: pd.DataFrame, clients: pd.DataFrame, window: str | None) -> list[Figure]:
    """Revenue, growth and concentration over the firm, where there is one currency."""
    currencies = sorted(set(by_unit["currency"]))
    reason = _no_sum(currencies)
    unit = currencies[0] if len(currencies) == 1 else "money"
    revenue, brought = total(by_unit["revenue"]), clients["revenue"]
    before = by_unit["revenue_prior"]
    prior = total(before) if before.notna().all() and len(before) else None
    figures = [
        unless(
            reason,
            Figure(
                "firm.revenue_12m",
                "Revenue of the firm, 12 months",
                round(revenue, 4),
                unit,
                "Revenue of all units added up; revenue between units is not taken out.",
                n=len(by_unit),
                window=window,
                previous=prior,
                higher_is_better=True,
            ),
        ),
        unless(reason or _no_growth(by_unit, prior), _growth(revenue, prior, window, len(by_unit))),
    ]
    nothing = None if brought.gt(0).any() else "no client brought revenue in the window"
    shares = [*concentration_figures(brought, window), herfindahl_figure(brought, window)]
    return [*figures, *(unless(reason or nothing, one) for one in shares)]


def _no_sum(currencies: Sequence[str]) -> str | None:
    if not currencies:
        return "the firm has no unit"
    if len(currencies) == 1:
        return None
    named = f"{', '.join(currencies[:-1])} and {currencies[-1]}"
    return f"the units keep their books in {named}, which are not added together"


def _no_growth(by_unit: pd.DataFrame, prior: float | None) -> str | None:
    short = by_unit.loc[by_unit["revenue_prior"].isna(), "name"].tolist()
    if short:
        return f"needs 24 months of history in every unit; {len(short)} of {len(by_unit)} have less"
    return None if prior and prior > 0 else "the twelve months before brought no revenue"


def _growth(revenue: float, prior: float | None, window: str | None, n: int) -> Figure:
    return Figure(
        "firm.growth",
        "Growth of the firm on the year before",
        revenue / prior - 1.0 if prior and prior > 0 else 0.0,
        "share",
        "Revenue of all units ÷ their revenue of the twelve months before, less one.",
        n=n,
        window=window,
        higher_is_better=True,
    )


def _all_history(units: Sequence[UnitFrames], belongs: pd.Series) -> list[Figure]:
    """What the data held from its first day on: for checking a firm's books against its packs."""
    currencies = sorted({unit.parameters.currency for unit in units})
    reason = _no_sum(currencies)
    currency = currencies[0] if len(currencies) == 1 else "money"
    revenue, window = _history(units)
    nothing = None if len(revenue) else "no unit has any revenue"
    figures = [
        Figure(
            "firm.accounts_in_history",
            "Clients with revenue since the data begins",
            len(revenue),
            "accounts",
            "Accounts with revenue in any month, each counted once over all units.",
            n=len(units),
            window=window,
        ),
        Figure(
            "firm.revenue_in_history",
            "Revenue since the data begins",
            round(total(revenue), 4),
            currency,
            "Recognised revenue of every month up to the review date, all units added up.",
            n=len(revenue),
            window=window,
        ),
    ]
    accounts = revenue.sort_index().reset_index()
    brought = accounts.groupby(client_ids(accounts["account_id"], belongs))["revenue_net"].sum()
    shares = concentration_figures(
        brought.round(4), window, suffix="_in_history", more=", since the data begins"
    )
    nobody = nothing or (None if brought.gt(0).any() else "no client brought revenue")
    counted, added_up = figures
    return [
        unless(nothing, counted),
        unless(reason or nothing, added_up),
        *(unless(reason or nobody, one) for one in shares),
    ]


def _history(units: Sequence[UnitFrames]) -> tuple[pd.Series, str | None]:
    """Revenue of every client over all months and units, and the days that it covers."""
    months = [unit.account_month_revenue for unit in units if len(unit.account_month_revenue)]
    if not months:
        nobody = pd.Index([], name="account_id", dtype="object")
        return pd.Series(dtype="float64", index=nobody, name="revenue_net"), None
    rows = pd.concat([part[["account_id", "month", "revenue_net"]] for part in months])
    revenue = rows.sort_values(["account_id", "month"]).groupby("account_id")["revenue_net"].sum()
    last = max(unit.parameters.as_of for unit in units)
    return revenue.loc[revenue != 0].round(4), f"{rows['month'].min():%Y-%m-%d} to {last}"
