"""The published numbers of the page Growth."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_lib.analyses.deals import wilson
from portfolio_lib.analyses.figures import Figure, unless, window_after
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.analyses.whitespace_test import BackTest
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

NO_DEALS = "no deal is known; hand in table opportunities"


@dataclass(frozen=True)
class Grown:
    """Everything that the figures of growth are made from."""

    parameters: UnitParameters
    cells: pd.DataFrame
    test: BackTest
    by_margin: bool
    deals: pd.DataFrame | None
    open_: pd.DataFrame
    closed: pd.DataFrame
    groups: pd.DataFrame
    no_groups: str | None
    reach: pd.DataFrame
    no_reach: str | None
    prices: pd.DataFrame
    odd_prices: pd.DataFrame
    prospects: pd.DataFrame | None
    unlike: str | None
    stories: pd.DataFrame
    no_stories: str | None
    no_influence: str | None

    @property
    def today(self) -> str:
        return self.parameters.as_of.isoformat()

    @property
    def deals_window(self) -> str:
        first = months_before(self.parameters.as_of, self.parameters.growth.window_months)
        return window_after(first, self.parameters.as_of)

    @property
    def year_window(self) -> str:
        return window_after(months_before(self.parameters.as_of, 12), self.parameters.as_of)

    @property
    def no_grid(self) -> str | None:
        if self.cells.empty:
            return "no client and named offering; hand in column offering of table invoices"
        return None

    @property
    def no_deals(self) -> str | None:
        return NO_DEALS if self.deals is None or self.deals.empty else None


def all_figures(grown: Grown) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *whitespace_figures(grown),
        *back_test_figures(grown),
        *pipeline_figures(grown),
        *expansion_figures(grown),
        *list_figures(grown),
    )


def whitespace_figures(grown: Grown) -> tuple[Figure, ...]:
    """Cells of the grid, and what the open ones are worth."""
    page, cells = grown.parameters.growth, grown.cells
    valued = cells.loc[cells["potential"].notna()]
    currency, today, none = grown.parameters.currency, grown.today, grown.no_grid
    open_ = int(cells["state"].eq("open").sum())
    clients = cells["account_id"].nunique()
    of = "margin" if grown.by_margin else "revenue"
    chance = (
        "the shrunk share of similar clients that buy × what such shares became in earlier years"
        if grown.test.conversion is not None
        else "the shrunk share of similar clients that buy"
    )
    priced = unless(none or (None if len(valued) else "no open cell has enough similar buyers"),
                    Figure("growth.potential", "Open potential a year", total(valued["potential"]),
                    currency, f"Yearly {of} of the open cells with a value: the median of similar "
                    f"clients where at least {page.similar_share:.0%} of them buy, scaled to the "
                    "client's revenue.", n=len(valued), window=today,
                    higher_is_better=True))  # fmt: skip
    return (
        unless(none, Figure("growth.open_cells", "Open cells", open_, "cells",
               "Pairs of client and offering that are open: not bought, nothing under way, "
               "eligible, and with enough similar clients to compare.", n=len(cells),
               window=today)),
        unless(none, Figure("growth.valued_cells", "Open cells with a value", len(valued), "cells",
               "Open cells never bought, where enough similar clients buy.", n=open_,
               window=today)),
        priced,
        unless(priced.reason, Figure("growth.expected_value", "Expected from open cells",
               total(valued["expected_value"]), currency,
               f"Yearly {of} of the cells with a value × chance: {chance}.", n=len(valued),
               window=today, higher_is_better=True)),
        unless(none, Figure("growth.penetration", "Offerings bought per client",
               round(int(cells["state"].eq("ours").sum()) / max(1, clients), 6), "ratio",
               "Cells that are ours ÷ clients.", n=clients, window=today,
               higher_is_better=True)),
    )  # fmt: skip


def back_test_figures(grown: Grown) -> tuple[Figure, ...]:
    """How well the first cells of a year ago did, against popularity and chance."""
    test, page = grown.test, grown.parameters.growth
    rows = {str(row["order"]): row for row in test.orders.to_dict("records")}
    window = f"{months_before(grown.parameters.as_of, 12)} to {grown.today}"
    words = {
        "similar": ("First cells bought, by similar clients", "the share of similar clients"),
        "popular": ("First cells bought, by popularity", "how many clients buy the offering"),
        "random": ("First cells bought, in random order", "chance (its expectation)"),
    }
    figures = []
    for order, (label, by) in words.items():
        row = rows.get(order)
        meaning = (
            f"Of the first {page.first_part:.0%} of the cells that were open a year ago, in order "
            f"of {by}: bought for the first time in the year after."
        )
        known = Figure(
            f"growth.hit_rate_{order}", label, 0.0 if row is None else float(row["hit_rate"]),
            "share", meaning, n=0 if row is None else int(row["cells"]), window=window,
            interval=None if row is None or order == "random" else _ends(row),
            interval_method=None if order == "random" else f"Wilson, {page.interval_level:.0%}",
            higher_is_better=True,
        )  # fmt: skip
        figures.append(unless(test.reason, known))
    few = f"needs {page.least_conversions} first purchases in earlier years; there are too few"
    figures.append(
        unless(test.reason or (few if test.conversion is None else None),
               Figure("growth.conversion", "From share to chance", test.conversion or 0.0, "ratio",
               "First purchases within a year ÷ the sum of shares, over the open cells of "
               f"{test.years} earlier years.", n=test.conversions, window=window))
    )  # fmt: skip
    return tuple(figures)


def _ends(row: Mapping[Hashable, Any]) -> tuple[float, float]:
    return float(row["low"]), float(row["high"])


def _unrecorded(deals: pd.DataFrame, column: str, what: str) -> str | None:
    """Why a sum over deals says nothing: there are some, and the column is empty for all of them.

    Without any deal the sum is nought, and that is known.
    """
    return f"no {what}" if len(deals) and deals[column].isna().all() else None


def pipeline_figures(grown: Grown) -> tuple[Figure, ...]:
    """Open deals, their worth, and how many closed ones were won."""
    open_, closed, page = grown.open_, grown.closed, grown.parameters.growth
    currency, today, none = grown.parameters.currency, grown.today, grown.no_deals
    won = closed["outcome"].eq("won")
    few = f"needs {page.least_closed} closed deals; there are {len(closed)}"
    low, high = wilson(pd.Series([int(won.sum())]), pd.Series([len(closed)]), page.interval_level)
    weighted = open_["chance"].notna()
    unvalued = int(open_["value"].isna().sum())
    growing = open_.loc[open_["kind"].ne("renewal")]
    unpriced = _unrecorded(open_, "value", "open deal has a value")
    unweighted = _unrecorded(open_, "weighted_value", "open deal has both a value and a chance")
    undated = _unrecorded(open_, "close_date", "open deal has a day to close")
    unpriced_growth = _unrecorded(growing, "value", "open deal other than renewals has a value")
    unpriced_won = _unrecorded(closed.loc[won], "value", "deal won has a value")
    known = unless(
        none or (None if len(closed) >= page.least_closed else few),
        Figure("growth.win_rate", "Deals won", float(won.mean()) if len(closed) else 0.0, "share",
               "Won ÷ closed deals, by count.", n=len(closed), window=grown.deals_window,
               interval=(float(low.iloc[0]), float(high.iloc[0])) if len(closed) else None,
               interval_method=f"Wilson, {page.interval_level:.0%}", higher_is_better=True),
    )  # fmt: skip
    return (
        unless(none, Figure("growth.open_deals", "Open deals", len(open_), "deals",
               f"Deals without an outcome; {unvalued} of them without a value.", n=len(open_),
               window=today)),
        unless(none or unpriced, Figure("growth.open_value", "Value of open deals",
               total(open_["value"].dropna()), currency, "Yearly value of open deals if won.",
               n=len(open_), window=today, higher_is_better=True)),
        unless(none or unweighted, Figure("growth.weighted_value", "Weighted value of open deals",
               total(open_["weighted_value"].dropna()), currency,
               "Value × chance: the owner's, else the win rate of the stage, the kind or all "
               f"deals; {int((~weighted).sum())} deals without any chance count as nothing.",
               n=int(weighted.sum()), window=today, higher_is_better=True)),
        unless(none or unpriced_growth, Figure("growth.growth_value", "Value of open deals other "
               "than renewals", total(growing["value"].dropna()), currency,
               "Yearly value of open deals that are no renewals.", n=len(growing),
               window=today, higher_is_better=True)),
        unless(none or undated, Figure("growth.overdue_deals", "Deals past their closing day",
               int(open_["is_overdue"].sum()), "deals",
               "Open deals whose expected day to close has passed.", n=len(open_), window=today,
               higher_is_better=False)),
        known,
        unless(none or unpriced_won, Figure("growth.won_value", "Value won",
               total(closed.loc[won, "value"].dropna()), currency, "Value of the deals won.",
               n=int(won.sum()), window=grown.deals_window, higher_is_better=True)),
        unless(none, Figure("growth.deals_without_client", "Open deals of no client or prospect",
               int((open_["account_id"].isna() & open_["prospect_id"].isna()).sum()), "deals",
               "Open deals that name neither a client nor a prospect.", n=len(open_),
               window=today)),
    )  # fmt: skip


def expansion_figures(grown: Grown) -> tuple[Figure, ...]:
    """Groups served in several places, departments reached, and prices out of line."""
    today, groups, reach = grown.today, grown.groups, grown.reach
    several = int((groups["places"] >= 2).sum())
    nobody = None if len(reach) else f"no client was active on {spoken(grown.parameters.as_of)}"
    no_group = None if len(groups) else "no group of clients has two companies that are active"
    no_price = "no line says how many units were sold; hand in column quantity of table invoices"
    none = None if len(grown.prices) else no_price
    few = f"no offering has {grown.parameters.growth.least_buyers} buyers with a unit price"
    enough = len(grown.prices) and (
        grown.prices.groupby("offering").size().max() >= grown.parameters.growth.least_buyers
    )
    return (
        unless(grown.no_groups or no_group, Figure("growth.groups_in_several_places",
               "Groups served in several places", several, "groups",
               "Groups of companies under one parent with clients in two places or more.",
               n=len(groups), window=today)),
        unless(grown.no_reach or nobody, Figure("growth.departments_reached",
               "Departments reached per client",
               round(float(reach["departments"].mean()), 6) if len(reach) else 0.0, "ratio",
               "Departments in which a contact holds a title ÷ clients.", n=len(reach),
               window=today, higher_is_better=True)),
        unless(none or (None if enough else few), Figure("growth.prices_out_of_line",
               "Unit prices out of line", len(grown.odd_prices), "prices",
               "Pairs of client and offering whose unit price lies further from the median of all "
               "buyers than three usual distances, with hardly any other as far out.",
               n=len(grown.prices), window=grown.year_window)),
    )  # fmt: skip


def list_figures(grown: Grown) -> tuple[Figure, ...]:
    """Prospects like the best clients, and clients whose story could be told."""
    today, ranked, stories = grown.today, grown.prospects, grown.stories
    high = grown.parameters.segments.potential.strategic_from
    missing = "no prospect is known; hand in table prospects"
    alike = 0 if ranked is None else int((ranked["score"].astype(float) > 1).sum())
    none = missing if ranked is None else grown.unlike or (None if len(ranked) else missing)
    return (
        unless(none, Figure("growth.look_alikes", "Prospects like the best clients", alike,
               "prospects", "Prospects whose industry, country and size are commoner among the "
               "best clients than among the others.", n=0 if ranked is None else len(ranked),
               window=today)),
        unless(grown.no_stories, Figure("growth.success_cases", "Success stories to tell",
               len(stories), "accounts", "Clients satisfied within a year and without an urgent "
               "issue that meet at least three of four: among the best, satisfied, growing, long "
               "with us.", n=len(stories), window=today)),
        unless(grown.no_stories or grown.no_influence, Figure(
               "growth.influential_success_cases", "Success stories that carry far",
               int(stories["influential"].eq(1).sum()), "accounts", "Success stories of clients "
               f"whose market influence or strategic value is {high:g} or more of 5.",
               n=len(stories), window=today)),
    )  # fmt: skip
