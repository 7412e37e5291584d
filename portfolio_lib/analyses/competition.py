"""Competitors: where they threaten revenue, and how deals against them end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.competition_figures import Contest, all_figures
from portfolio_lib.analyses.deals import NOT_NAMED, RATE_COLUMNS, closed_in, deals_on, win_rates
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import NOT_RECORDED, accounts_on, recorded
from portfolio_lib.analyses.threats import open_threats
from portfolio_lib.parameters.models import UnitParameters

THREAT_COLUMNS = (
    *("account_id", "account_name", "account_manager", "competitor", "offering", "first_seen"),
    *("status", "exposed_revenue", "account_revenue"),
)
CUTS = ("competitor", "reason", "segment", "kind")


@dataclass(frozen=True)
class Competition:
    """The answer of the page Growth's second part.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per client with an open threat, most revenue exposed first: `account_id`,
        `account_name`, `open_threats`, `competitors` (text), `exposed_revenue`, `account_revenue`.
    threats : frame
        One row per open threat: client, competitor, offering, `exposed_revenue` (twelve months of
        that offering; of the whole client where no offering is named), `account_revenue`.
    competitors : frame
        One row per competitor with an open threat or a closed deal: `competitor`, `accounts`,
        `threats`, `exposed_revenue`, and of closed deals `closed`, `won`, `win_rate`,
        `low`, `high`.
    win_loss : frame
        One row per group of closed deals: `cut` (competitor, segment, kind), `group`, and the
        rates of `win_rates`.
    reasons : frame
        One row per reason of losing: `reason`, `lost`, `share` (of lost deals), `lost_value`.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    threats: pd.DataFrame
    competitors: pd.DataFrame
    win_loss: pd.DataFrame
    reasons: pd.DataFrame
    as_of: dt.date
    window_months: int
    least_closed: int
    interval_level: float
    rows_shown: int
    currency: str


def measure_competition(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_offering_revenue: pd.DataFrame,
    competitors: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    *,
    parameters: UnitParameters,
) -> Competition:
    """Measure what competitors threaten, and how deals end.

    Parameters
    ----------
    accounts, account_snapshots, account_offering_revenue : frame
        Clients, and what they bring by offering.
    competitors, opportunities : frame or None
        Threats and deals, where handed in.
    parameters : UnitParameters
        Gives the review date and the settings of the page Growth.
    """
    page, as_of = parameters.growth, parameters.as_of
    clients = accounts_on(accounts, account_snapshots, as_of)
    threats = _exposed(
        open_threats(competitors, page.closed_words), clients, accounts, account_offering_revenue
    )
    closed = closed_in(deals_on(opportunities, as_of), as_of, page.window_months)
    rates = _win_loss(closed, accounts, page.least_closed, page.interval_level)
    by_account = _by_account(threats)
    contest = Contest(
        parameters=parameters,
        has_competitors=competitors is not None,
        has_deals=opportunities is not None,
        threats=threats,
        accounts=by_account,
        closed=closed,
        revenue=float(clients["revenue_12m"].clip(lower=0).sum()),
    )
    return Competition(
        figures={figure.key: figure for figure in all_figures(contest)},
        accounts=by_account,
        threats=threats,
        competitors=_by_competitor(threats, rates),
        win_loss=rates,
        reasons=_reasons(closed),
        as_of=as_of,
        window_months=page.window_months,
        least_closed=page.least_closed,
        interval_level=page.interval_level,
        rows_shown=page.rows_shown,
        currency=parameters.currency,
    )


def _exposed(
    threats: pd.DataFrame,
    clients: pd.DataFrame,
    accounts: pd.DataFrame,
    account_offering_revenue: pd.DataFrame,
) -> pd.DataFrame:
    """Open threats at clients that bring revenue, with the revenue they are aimed at."""
    whole = clients.set_index("account_id")["revenue_12m"].clip(lower=0.0)
    lines = account_offering_revenue.dropna(subset=["offering"])
    part = lines.set_index(["account_id", "offering"])["revenue_12m"].clip(lower=0.0)
    rows = threats.copy()
    rows["account_revenue"] = rows["account_id"].map(whole).fillna(0.0).astype(float)
    pairs = pd.MultiIndex.from_frame(rows[["account_id", "offering"]].astype("object"))
    named = pd.Series(part.reindex(pairs).to_numpy(float), index=rows.index).fillna(0.0)
    rows["exposed_revenue"] = named.where(rows["offering"].notna(), rows["account_revenue"])
    told = accounts.reindex(columns=["account_id", "account_name", "account_manager"])
    rows = rows.merge(told, on="account_id", how="left", validate="many_to_one")
    rows["account_name"] = rows["account_name"].fillna(rows["account_id"])
    ours = set(clients.loc[clients["is_client"], "account_id"])
    rows = rows.loc[rows["account_id"].isin(ours)]
    ordered = rows.sort_values(
        ["exposed_revenue", "account_id", "competitor", "offering"],
        ascending=[False, True, True, True],
        kind="stable",
    )
    return ordered[list(THREAT_COLUMNS)].reset_index(drop=True)


def _by_account(threats: pd.DataFrame) -> pd.DataFrame:
    """Clients with an open threat; revenue that two competitors are after counts once."""
    groups = threats.groupby("account_id", sort=True)
    once = threats.drop_duplicates(["account_id", "offering"]).groupby("account_id")
    rows = pd.DataFrame(
        {
            "account_name": groups["account_name"].first(),
            "open_threats": groups.size(),
            "competitors": groups["competitor"].apply(
                lambda names: ", ".join(sorted(set(map(str, names))))
            ),
            "account_revenue": groups["account_revenue"].first(),
            "exposed_revenue": once["exposed_revenue"].sum(),
        }
    ).rename_axis("account_id")
    rows["exposed_revenue"] = rows[["exposed_revenue", "account_revenue"]].astype(float).min(axis=1)
    return (
        rows.reset_index()
        .sort_values(["exposed_revenue", "account_id"], ascending=[False, True], kind="stable")
        .reset_index(drop=True)
    )


def _win_loss(
    closed: pd.DataFrame, accounts: pd.DataFrame, least: int, level: float
) -> pd.DataFrame:
    """Win rates by competitor, by industry and by kind."""
    industry = accounts.reindex(columns=["account_id", "industry"])
    segment = dict(zip(industry["account_id"], recorded(industry["industry"]), strict=True))
    groups = {
        "competitor": closed["competitor"].fillna(NOT_NAMED),
        "segment": closed["account_id"].map(segment).fillna(NOT_RECORDED),
        "kind": closed["kind"],
    }
    frames = [
        win_rates(closed, by, least=least, level=level).assign(cut=cut)
        for cut, by in groups.items()
    ]
    return pd.concat(frames, ignore_index=True)[["cut", "group", *RATE_COLUMNS]]


def _by_competitor(threats: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Everybody we meet: where they threaten, and how deals against them ended."""
    groups = threats.groupby("competitor", sort=True)
    seen = pd.DataFrame(
        {
            "accounts": groups["account_id"].nunique(),
            "threats": groups.size(),
            "exposed_revenue": groups["exposed_revenue"].sum().round(4),
        }
    )
    met = rates.loc[rates["cut"].eq("competitor") & rates["group"].ne(NOT_NAMED)]
    rows = seen.join(
        met.set_index("group")[["closed", "won", "win_rate", "low", "high"]], how="outer"
    )
    counted = ["accounts", "threats", "exposed_revenue", "closed", "won"]
    rows[counted] = rows[counted].astype(float).fillna(0.0)
    return (
        rows.rename_axis("competitor")
        .reset_index()
        .sort_values(
            ["exposed_revenue", "closed", "competitor"],
            ascending=[False, False, True],
            kind="stable",
        )
        .reset_index(drop=True)
    )


def _reasons(closed: pd.DataFrame) -> pd.DataFrame:
    """Why deals were lost, commonest first."""
    lost = closed.loc[closed["outcome"].eq("lost")]
    groups = lost.assign(reason=recorded(lost["loss_reason"])).groupby("reason", sort=True)
    rows = (
        pd.DataFrame({"lost": groups.size(), "lost_value": groups["value"].sum().round(4)})
        .rename_axis("reason")
        .reset_index()
    )
    rows["share"] = rows["lost"] / max(1, len(lost))
    return rows.sort_values(["lost", "reason"], ascending=[False, True], kind="stable")[
        ["reason", "lost", "share", "lost_value"]
    ].reset_index(drop=True)
