"""The firm over all its units: every client counted once, every currency added up by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.shares import herfindahl, largest_first, part_size, top_share
from portfolio_lib.analyses.snapshots import accounts_on, review_period, total
from portfolio_lib.parameters.models import UnitParameters

PARTS = {0.1: ("decile", "tenth"), 0.2: ("fifth", "fifth")}


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
        One row per client and currency, largest first: `account_id`, `currency`, `units`,
        `revenue`.
    shared_accounts : int
        Clients that more than one unit serves; each is counted once.
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
    An account is the same client in every unit that uses its id. Each unit's twelve months end
    on its own review date.
    """
    ordered = sorted(units, key=lambda unit: unit.parameters.key)
    rows = _rows(ordered)
    by_unit = _by_unit(ordered, rows)
    clients = _clients(rows)
    owners = rows.groupby("account_id")["unit"].nunique()
    window = _window(ordered)
    figures = [
        *_counts(rows, owners, window),
        *_money(by_unit, clients, window),
        *_all_history(ordered),
    ]
    return FirmSummary(
        figures={figure.key: figure for figure in figures},
        currencies=_by_currency(by_unit, clients),
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


def _clients(rows: pd.DataFrame) -> pd.DataFrame:
    """What each client brings to all units together, by currency."""
    sums = rows.groupby(["account_id", "currency"], as_index=False).agg(
        units=("unit", "nunique"), revenue=("revenue_12m", "sum")
    )
    return largest_first(sums.round({"revenue": 4}), revenue="revenue", key="account_id")


def _by_currency(by_unit: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for currency, own in by_unit.groupby("currency", sort=True):
        before = own["revenue_prior"]
        prior = total(before) if before.notna().all() else math.nan
        revenue = total(own["revenue"])
        accounts = int(clients["currency"].eq(currency).sum())
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
    revenue, earning = total(by_unit["revenue"]), clients.loc[clients["revenue"] > 0, "revenue"]
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
    nothing = None if len(earning) else "no client brought revenue in the window"
    shares = [_top_part(earning, part, *names, window) for part, names in PARTS.items()]
    return [*figures, *(unless(reason or nothing, one) for one in [*shares, _hhi(earning, window)])]


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


def _top_part(earning: pd.Series, part: float, name: str, word: str, window: str | None) -> Figure:
    size = part_size(len(earning), part)
    return Figure(
        f"firm.top_{name}_share",
        f"Share of the largest {word} of clients",
        top_share(earning, size) or 0.0,
        "share",
        f"Revenue of the largest {part:.0%} of clients with revenue ({size} of {len(earning)}, "
        "rounded down but at least one) ÷ positive revenue of all; a client's revenue from all "
        "units together.",
        n=len(earning),
        window=window,
        higher_is_better=False,
    )


def _all_history(units: Sequence[UnitFrames]) -> list[Figure]:
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
    earning = revenue.loc[revenue > 0]
    shares = [_top_part(earning, part, *names, window) for part, names in PARTS.items()]
    over_history = [
        replace(
            share,
            key=f"{share.key}_in_history",
            label=f"{share.label}, since the data begins",
        )
        for share in shares
    ]
    clients, *money = [*figures, *over_history]
    return [unless(nothing, clients), *(unless(reason or nothing, figure) for figure in money)]


def _history(units: Sequence[UnitFrames]) -> tuple[pd.Series, str | None]:
    """Revenue of every client over all months and units, and the days that it covers."""
    months = [unit.account_month_revenue for unit in units if len(unit.account_month_revenue)]
    if not months:
        return pd.Series(dtype="float64"), None
    rows = pd.concat([part[["account_id", "month", "revenue_net"]] for part in months])
    revenue = rows.sort_values(["account_id", "month"]).groupby("account_id")["revenue_net"].sum()
    last = max(unit.parameters.as_of for unit in units)
    return revenue.loc[revenue != 0].round(4), f"{rows['month'].min():%Y-%m-%d} to {last}"


def _hhi(earning: pd.Series, window: str | None) -> Figure:
    return Figure(
        "firm.hhi",
        "Herfindahl index of the firm (0 to 1)",
        herfindahl(earning) or 0.0,
        "index",
        "Sum of squared shares of revenue over the clients of all units.",
        n=len(earning),
        window=window,
        higher_is_better=False,
    )
