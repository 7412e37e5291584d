"""The published numbers about competitors."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.deals import wilson
from portfolio_lib.analyses.figures import Figure, unless, window_after
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters


@dataclass(frozen=True)
class Contest:
    """What the figures about competitors are made from."""

    parameters: UnitParameters
    has_competitors: bool
    has_deals: bool
    threats: pd.DataFrame
    accounts: pd.DataFrame
    closed: pd.DataFrame
    revenue: float


def all_figures(contest: Contest) -> tuple[Figure, ...]:
    """Every figure, in the order of the definitions."""
    today, currency = contest.parameters.as_of.isoformat(), contest.parameters.currency
    none = (
        None
        if contest.has_competitors
        else ("no competitor is on record; hand in table competitors")
    )
    exposed = total(contest.accounts["exposed_revenue"])
    no_revenue = None if contest.revenue > 0 else "the clients brought no revenue in twelve months"
    return (
        unless(none, Figure("competition.open_threats", "Open threats", len(contest.threats),
               "threats", "Competitors seen at clients, whose status does not say that it "
               "is over.", n=len(contest.accounts), window=today, higher_is_better=False)),
        unless(none, Figure("competition.threatened_accounts", "Clients with an open threat",
               len(contest.accounts), "accounts", "Clients with at least one open threat.",
               n=len(contest.accounts), window=today, higher_is_better=False)),
        unless(none, Figure("competition.exposed_revenue", "Revenue exposed", exposed, currency,
               "Twelve-month revenue of the offerings that competitors are after, each client's "
               "offering counted once; of the whole client where no offering is named.",
               n=len(contest.accounts), window=today, higher_is_better=False)),
        unless(none or no_revenue, Figure("competition.exposed_share", "Share of revenue exposed",
               exposed / contest.revenue if contest.revenue > 0 else 0.0, "share",
               "Revenue exposed ÷ twelve-month revenue.", n=len(contest.accounts), window=today,
               higher_is_better=False)),
        rivals_figure(contest),
    )  # fmt: skip


def rivals_figure(contest: Contest) -> Figure:
    """How often deals with a named competitor are won."""
    page, as_of = contest.parameters.growth, contest.parameters.as_of
    met = contest.closed.loc[contest.closed["competitor"].notna()]
    won = int(met["outcome"].eq("won").sum())
    low, high = wilson(pd.Series([won]), pd.Series([len(met)]), page.interval_level)
    lost_only = len(met) > 0 and won == 0
    reason = None
    if not contest.has_deals:
        reason = "no deal is known; hand in table opportunities"
    elif len(met) < page.least_closed:
        reason = (
            f"needs {page.least_closed} closed deals that name a competitor; there are {len(met)}"
        )
    elif lost_only:
        reason = "competitors are named on lost deals alone; name them on won ones too"
    return unless(reason, Figure("competition.win_rate", "Deals won against competitors",
                  won / len(met) if len(met) else 0.0, "share",
                  "Won ÷ closed deals that name a competitor.", n=len(met),
                  window=window_after(months_before(as_of, page.window_months), as_of),
                  interval=(float(low.iloc[0]), float(high.iloc[0])) if len(met) else None,
                  interval_method=f"Wilson, {page.interval_level:.0%}",
                  higher_is_better=True))  # fmt: skip
