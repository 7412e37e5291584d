"""Which tables would show more, of how many clients, and how much they bring.

A gap is a table that was not handed in, or one that leaves out clients. What it would show is
said in `table_uses`; here it is weighed by the clients without it and their yearly revenue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.client_rows import current_clients
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.onboarding import new_clients
from portfolio_lib.analyses.snapshots import is_blank, spoken, total
from portfolio_lib.analyses.table_uses import TABLE_USES, uses_on
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.contracts import TABLES

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

ROW_PER_CLIENT = (
    *("invoices", "contracts", "contacts", "interactions", "surveys", "usage", "plans", "costs"),
)
"""Every client should have a row: one without is left out by the table."""
ROW_PER_NEW_CLIENT = ("milestones",)
"""Steps are asked of clients that started lately; of others nobody needs to record them now."""
MAY_HAVE_NONE = ("issues", "opportunities", "actions", "competitors")
"""A client without a row may simply have had none: the table leaves out nobody once it has rows."""
LISTS = ("managers", "offerings", "slas")
"""A client is left out where its manager, what it buys, or its issue's severity is not listed."""
NOT_BY_CLIENT = ("prospects", "attestations")
"""About the unit as a whole: there is nothing to count by client."""

NOT_HANDED_IN, NO_ROWS, IN_PART = "not handed in", "no rows", "in part"
COLUMNS = ("table", "row", "state", "uses", "accounts", "revenue")


@dataclass(frozen=True)
class DataGaps:
    """The answer of the part "What to collect next".

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    tables : frame
        One row per table with a gap, most revenue first, then the one that more pages read:
        `table`, `row` (what one row is), `state` (``not handed in``, ``no rows``, ``in part``),
        `uses` (pairs of page and what it would show there), `accounts` (clients without it)
        and `revenue` (their yearly revenue); both NaN for a table that is not about clients, or
        where no client is active.
    clients : int
        Clients.
    reason : str or None
        Why clients and revenue cannot be counted.
    """

    figures: Mapping[str, Figure]
    tables: pd.DataFrame
    clients: int
    reason: str | None
    as_of: dt.date
    currency: str


def find_data_gaps(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_offering_revenue: pd.DataFrame,
    issue_clocks: pd.DataFrame,
    optional_tables: Mapping[str, pd.DataFrame | None],
    segments: Segmentation,
    *,
    parameters: UnitParameters,
) -> DataGaps:
    """Weigh what is missing by the clients without it and their yearly revenue.

    Parameters
    ----------
    accounts, account_snapshots : frame
        The clients, and who is active.
    account_offering_revenue, issue_clocks : frame
        What clients buy, and which issues have a promised time.
    optional_tables : mapping of str to frame or None
        Every table of the data model but the accounts; None where it was not handed in.
    segments : Segmentation
        Gives the tiers that the rows of clients carry.
    parameters : UnitParameters
        Gives the pages of the pack and the review date.
    """
    as_of = parameters.as_of
    clients = current_clients(accounts, account_snapshots, segments.accounts, as_of)
    reason = None if len(clients) else f"no client was active on {spoken(as_of)}"
    fresh = new_clients(accounts, as_of, parameters.stakeholders.engagement.onboarding_months)
    known = _Known(clients, fresh, account_offering_revenue, issue_clocks)
    used = {name: uses_on(name, parameters.pages) for name in TABLE_USES}
    rows = [
        _row(name, optional_tables.get(name), uses, known) for name, uses in used.items() if uses
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    figures = _figures(found, reason, parameters)
    return DataGaps(
        figures={figure.key: figure for figure in figures},
        tables=_biggest_first(found),
        clients=len(clients),
        reason=reason,
        as_of=as_of,
        currency=parameters.currency,
    )


@dataclass(frozen=True)
class _Known:
    clients: pd.DataFrame
    fresh: pd.DataFrame
    account_offering_revenue: pd.DataFrame
    issue_clocks: pd.DataFrame


def _row(
    name: str, table: pd.DataFrame | None, uses: tuple[tuple[str, str], ...], known: _Known
) -> tuple[object, ...]:
    """One table with its state and the clients that it leaves out."""
    clients = known.clients
    state = NOT_HANDED_IN if table is None else NO_ROWS if table.empty else IN_PART
    if clients.empty or name in NOT_BY_CLIENT:
        left_out: tuple[float, float] = float("nan"), float("nan")
    else:
        ids = _left_out_by(name, None if state == NO_ROWS else table, known)
        rows = clients.loc[clients["account_id"].isin(ids)]
        left_out = float(len(rows)), round(total(rows["annual_revenue"].dropna()), 4)
    return name, TABLES[name].row, state, uses, *left_out


def _left_out_by(name: str, table: pd.DataFrame | None, known: _Known) -> set[str]:
    """The clients of which a table says nothing; all of them where it is None."""
    clients = known.clients
    everyone = set(clients["account_id"])
    if name in ROW_PER_NEW_CLIENT:
        everyone &= set(known.fresh["account_id"])
    if table is None:
        return everyone
    if name in (*ROW_PER_CLIENT, *ROW_PER_NEW_CLIENT):
        return everyone - set(table["account_id"].dropna())
    if name == "managers":
        named = clients.loc[~is_blank(clients["account_manager"])]
        return set(named.loc[~named["account_manager"].isin(table["manager"]), "account_id"])
    if name == "offerings":
        bought = known.account_offering_revenue
        bought = bought.loc[bought["revenue_12m"].gt(0) & ~is_blank(bought["offering"])]
        return everyone & set(bought.loc[~bought["offering"].isin(table["offering"]), "account_id"])
    if name == "slas":
        clocks = known.issue_clocks
        hours = clocks[["response_hours_allowed", "resolution_hours_allowed"]]
        return everyone & set(clocks.loc[hours.isna().all(axis="columns"), "account_id"])
    return set()


def _biggest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """The tables with a gap: most revenue first, then the one that more pages read."""
    gaps = rows.loc[rows["state"].ne(IN_PART) | rows["accounts"].gt(0)]
    order = gaps.assign(_pages=gaps["uses"].map(len)).sort_values(
        ["revenue", "accounts", "_pages"], ascending=False, kind="stable", na_position="last"
    )
    return order.drop(columns="_pages").reset_index(drop=True)


def _figures(rows: pd.DataFrame, reason: str | None, parameters: UnitParameters) -> list[Figure]:
    day, n = parameters.as_of.isoformat(), len(rows)
    in_part = rows["state"].eq(IN_PART)
    missing = int((~in_part).sum())
    partial = int((in_part & rows["accounts"].gt(0)).sum())
    unread = None if n else "no page of this pack reads any table but the accounts"
    return [
        unless(unread, Figure(
            "data_gaps.missing_tables", "Tables not handed in", missing, "tables",
            "Tables that a page of this pack reads, and that were not handed in or hold no row; of "
            "all tables of the data model that its pages read.", n=n, window=day,
            higher_is_better=False)),
        unless(unread or reason, Figure(
            "data_gaps.partial_tables", "Tables that leave out clients", partial, "tables",
            "Tables that were handed in and say nothing of at least one client they should "
            "speak of; of all tables of the data model that the pages of this pack read.", n=n,
            window=day, higher_is_better=False)),
    ]  # fmt: skip
