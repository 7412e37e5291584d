"""Clients of the whole firm: accounts of all units, those under one parent together."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.shares import (
    GROUPING,
    herfindahl,
    largest_first,
    part_size,
    top_share,
    ultimate_parents,
)
from portfolio_lib.analyses.snapshots import is_blank

PARTS = {0.1: ("decile", "tenth"), 0.2: ("fifth", "fifth")}
CLIENT_COLUMNS = ("client_id", "currency", "accounts", "units", "revenue")


def client_of_accounts(accounts: Sequence[pd.DataFrame]) -> pd.Series:
    """The client that each account belongs to, as an id by `account_id`; see `ultimate_parents`.

    A parent that one unit knows holds in all of them; where two name different ones, that of the
    unit that comes first.

    Parameters
    ----------
    accounts : sequence of frame
        Of each unit: `account_id`, and `parent_account_id` where known.
    """
    columns = ["account_id", "parent_account_id"]
    parts = [part.reindex(columns=columns).astype("object") for part in accounts if len(part)]
    stacked = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    parentless = is_blank(stacked["parent_account_id"]).rename("parentless")
    ordered = stacked.loc[parentless.sort_values(kind="stable").index]
    return ultimate_parents(ordered.drop_duplicates("account_id").sort_values("account_id"))


def clients_of(rows: pd.DataFrame, clients: pd.Series) -> pd.DataFrame:
    """What each client brings to all units together, by currency, largest first.

    Parameters
    ----------
    rows : frame
        One row per unit and account: `account_id`, `unit`, `currency`, `revenue_12m`.
    clients : series
        See `client_of_accounts`.

    Returns
    -------
    frame
        `client_id`, `currency`, `accounts`, `units`, `revenue`.
    """
    named = rows.assign(client_id=client_ids(rows["account_id"], clients))
    ordered = named.sort_values(["account_id", "unit"], kind="stable")
    sums = ordered.groupby(["client_id", "currency"], as_index=False).agg(
        accounts=("account_id", "nunique"),
        units=("unit", "nunique"),
        revenue=("revenue_12m", "sum"),
    )
    return largest_first(
        sums.round({"revenue": 4})[list(CLIENT_COLUMNS)], revenue="revenue", key="client_id"
    )


def client_ids(account_ids: pd.Series, clients: pd.Series) -> pd.Series:
    """The client of each account; one that stands in no table of accounts is its own."""
    ids = account_ids.astype("object")
    return ids.map(clients).where(ids.isin(clients.index), ids)


def concentration_figures(
    revenue: pd.Series, window: str | None, *, suffix: str = "", more: str = ""
) -> list[Figure]:
    """Shares of the largest tenth and fifth of the clients with revenue.

    Parameters
    ----------
    revenue : series
        One value per client, accounts under one parent and all units together.
    suffix, more : str
        What the keys and the labels end with.
    """
    earning = revenue.loc[revenue > 0]
    return [
        _top_part(earning, part, f"{name}_share{suffix}", f"{word} of clients{more}", window)
        for part, (name, word) in PARTS.items()
    ]


def _top_part(earning: pd.Series, part: float, name: str, what: str, window: str | None) -> Figure:
    size = part_size(len(earning), part)
    return Figure(
        f"firm.top_{name}",
        f"Share of the largest {what}",
        top_share(earning, size) or 0.0,
        "share",
        f"Revenue of the largest {part:.0%} of clients with revenue ({size} of {len(earning)}, "
        "rounded down but at least one) ÷ positive revenue of all; a client's revenue from all "
        "units together.",
        n=len(earning),
        window=window,
        policy=GROUPING,
        higher_is_better=False,
    )


def herfindahl_figure(revenue: pd.Series, window: str | None) -> Figure:
    """The Herfindahl index over the clients of all units."""
    return Figure(
        "firm.hhi",
        "Herfindahl index of the firm (0 to 1)",
        herfindahl(revenue) or 0.0,
        "index",
        "Sum of squared shares of revenue over the clients of all units.",
        n=int((revenue > 0).sum()),
        window=window,
        policy=GROUPING,
        higher_is_better=False,
    )
