"""How much hangs on how few: shares of the largest clients, and what would be left without them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.concentration_figures import Everyone, all_figures, is_major
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.shares import largest_first, share_of_total, ultimate_parents
from portfolio_lib.analyses.snapshots import (
    Period,
    accounts_on,
    change,
    review_period,
    total,
)
from portfolio_lib.parameters.models import UnitParameters


@dataclass(frozen=True)
class Concentration:
    """The answer of the section Concentration.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    clients : frame
        One row per client with positive revenue (accounts under one parent together), largest
        first: `rank`, `client_id`, `client_name`, `accounts`, `revenue`, `revenue_prior`,
        `share`, `cumulative_share`, `is_major`.
    stress : frame
        One row per number of largest clients left out, 0 first: `without`, `revenue`,
        `revenue_left`, `revenue_prior`, `growth`; growth is NaN where not computable. A size
        that would leave nobody is not listed.
    negative_clients : int
        Clients whose credits exceed their sales; they count as 0 in every share.
    negative_revenue : float
        What those come to, at most 0.
    grouped_accounts : int
        Accounts that are one client together with another account.
    """

    figures: Mapping[str, Figure]
    clients: pd.DataFrame
    stress: pd.DataFrame
    period: Period
    negative_clients: int
    negative_revenue: float
    grouped_accounts: int
    major_client_share: float
    limit: float | None
    currency: str


def measure_concentration(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> Concentration:
    """Measure how much of the last twelve months' revenue hangs on how few clients.

    Parameters
    ----------
    accounts : frame
        One row per account, with `parent_account_id` where known.
    account_snapshots : frame
        One row per account and snapshot date.
    parameters : UnitParameters
        Gives the share from which a client is a major one, the stress sizes and the limit.

    Notes
    -----
    The year before uses today's parents, so that a take-over alone changes no figure.

    References
    ----------
    Major client: ASC 280-10-50-42, 10 % or more of revenue, entities under common control
    together. Herfindahl index: the sum of squared shares, 1/n for n equal clients.
    """
    now = accounts_on(accounts, account_snapshots, parameters.as_of)
    period = review_period(account_snapshots, parameters.as_of)
    everyone = Everyone(clients_by_revenue(now), period, parameters)
    settings = parameters.portfolio
    clients = _ranked(everyone.clients, settings.major_client_share)
    negative = everyone.clients.loc[everyone.clients["revenue"] < 0, "revenue"]
    shared = everyone.clients.loc[everyone.clients["accounts"] > 1, "accounts"]
    return Concentration(
        figures={figure.key: figure for figure in all_figures(everyone, clients)},
        clients=clients,
        stress=stress_without_largest(
            everyone.clients, settings.stress_sizes, has_year_before=period.short_of(24) is None
        ),
        period=period,
        negative_clients=len(negative),
        negative_revenue=total(negative),
        grouped_accounts=int(shared.sum()),
        major_client_share=settings.major_client_share,
        limit=parameters.targets.top_10_share,
        currency=parameters.currency,
    )


def clients_by_revenue(accounts: pd.DataFrame) -> pd.DataFrame:
    """One row per client: an account alone, or all accounts under one parent.

    Parameters
    ----------
    accounts : frame
        One row per account, sorted by id: `account_id`, `account_name`, `parent_account_id`,
        `revenue_12m`, `revenue_prior_12m`.

    Returns
    -------
    frame
        Largest first, ties by id: `client_id`, `client_name` (of the parent where it is an
        account itself, else its id), `accounts`, `revenue` and `revenue_prior` (both net).
    """
    tops = ultimate_parents(accounts)
    names = dict(zip(accounts["account_id"], accounts["account_name"], strict=True))
    rows = pd.DataFrame(
        {
            "client_id": tops.to_numpy(),
            "accounts": 1,
            "revenue": accounts["revenue_12m"].to_numpy(),
            "revenue_prior": accounts["revenue_prior_12m"].to_numpy(),
        }
    )
    clients = rows.groupby("client_id", sort=True).sum().reset_index()
    clients[["revenue", "revenue_prior"]] = clients[["revenue", "revenue_prior"]].round(4)
    clients.insert(1, "client_name", [names.get(one, one) for one in clients["client_id"]])
    return largest_first(clients, revenue="revenue", key="client_id")


def stress_without_largest(
    clients: pd.DataFrame, sizes: tuple[int, ...], *, has_year_before: bool
) -> pd.DataFrame:
    """Revenue and growth as they would be without the largest clients.

    The same clients are left out of both years. Sizes that would leave no client are dropped.
    """
    earning = clients.loc[clients["revenue"] > 0]
    kept = [0, *(size for size in sorted(set(sizes)) if 0 < size < len(earning))]
    whole = total(clients["revenue"])
    rows = []
    for size in kept:
        left = clients.iloc[size:]
        revenue, prior = total(left["revenue"]), total(left["revenue_prior"])
        grown = change(revenue, prior) if has_year_before else None
        share = revenue / whole if whole > 0 else math.nan
        rows.append((size, revenue, share, prior, math.nan if grown is None else grown))
    columns = ["without", "revenue", "revenue_left", "revenue_prior", "growth"]
    return pd.DataFrame(rows, columns=columns)


def _ranked(everyone: pd.DataFrame, major_client_share: float) -> pd.DataFrame:
    clients = everyone.loc[everyone["revenue"] > 0].reset_index(drop=True)
    clients.insert(0, "rank", range(1, len(clients) + 1))
    clients["share"] = share_of_total(clients["revenue"])
    clients["cumulative_share"] = clients["share"].cumsum().clip(upper=1.0)
    clients["is_major"] = is_major(clients["share"], major_client_share)
    return clients
