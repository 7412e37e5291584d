"""Where the next revenue is: whitespace, pipelines, expansion, prices, prospects, references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses import expansion, look_alikes, pipelines, success_cases, unit_prices
from portfolio_lib.analyses.deals import closed_in, deals_on
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.growth_figures import Grown, all_figures
from portfolio_lib.analyses.peers import peer_groups
from portfolio_lib.analyses.snapshots import accounts_on, is_blank
from portfolio_lib.analyses.threats import open_threats
from portfolio_lib.analyses.whitespace import (
    Worth,
    by_offering,
    cells_of,
    margins_by_column,
    taken_cells,
)
from portfolio_lib.analyses.whitespace_grid import Grid, columns_of, grid_on, likeness
from portfolio_lib.analyses.whitespace_test import BackTest, back_test, open_cells
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.former_accounts import FormerAccounts

YEARS_BACK = (1, 2)
MONTHS_OF_PRICES = 12
OPPORTUNITY_COLUMNS = (
    *("account_id", "account_name", "offering", "potential_revenue", "potential", "probability"),
    *("expected_value", "k", "n", "alike"),
)


@dataclass(frozen=True)
class Growth:
    """The answer of the page Growth.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    cells : frame
        The grid: see `whitespace.cells_of`.
    offerings : frame
        The grid added up by offering: see `whitespace.by_offering`.
    opportunities : frame
        Open cells with a value, most expected value first: `account_id`, `account_name`,
        `offering`, `potential_revenue` (a year), `potential` (margin, or revenue where margins are
        not all known), `probability` (of a first purchase within a year), `expected_value`, `k` of
        `n` similar clients that buy, `alike`.
    test : BackTest
        What became of the cells of earlier years; `test_orders` is its frame.
    pipeline : frame
        Open deals by kind: see `pipelines.by_kind`.
    stages : frame
        Open deals by stage.
    deals : frame
        Open deals with the chance each is weighted by.
    groups : frame
        Groups of companies and the places we serve.
    reach : frame
        Departments in which we know somebody, by client.
    compared_prices : frame
        Unit prices of offerings that enough clients buy.
    prices : frame
        Those of them that are out of line.
    traits, prospects : frame
        What the best clients are like, and prospects by likeness to them.
    success_cases : frame
        Clients whose story could be told, strongest first.
    """

    figures: Mapping[str, Figure]
    cells: pd.DataFrame
    offerings: pd.DataFrame
    opportunities: pd.DataFrame
    test: BackTest
    test_orders: pd.DataFrame
    pipeline: pd.DataFrame
    stages: pd.DataFrame
    deals: pd.DataFrame
    groups: pd.DataFrame
    reach: pd.DataFrame
    compared_prices: pd.DataFrame
    prices: pd.DataFrame
    traits: pd.DataFrame
    prospects: pd.DataFrame
    success_cases: pd.DataFrame
    column: str
    by_margin: bool
    as_of: dt.date
    similar_share: float
    window_months: int
    least_closed: int
    interval_level: float
    satisfied_from: float
    influential_from: float
    rows_shown: int
    currency: str


def measure_growth(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    offering_reviews: pd.DataFrame,
    account_features: pd.DataFrame,
    order_lines: pd.DataFrame,
    contracts: pd.DataFrame | None,
    offerings: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    competitors: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    prospects: pd.DataFrame | None,
    former_accounts: FormerAccounts,
    *,
    parameters: UnitParameters,
) -> Growth:
    """Measure where the next revenue could be from.

    Parameters
    ----------
    accounts, account_snapshots, offering_reviews, account_features, order_lines : frame
        Clients, what they bring and what they buy; the reviews also as of one and two years ago.
    contracts, offerings, opportunities, competitors, contacts, prospects : frame or None
        Tables that may not be handed in.
    former_accounts : FormerAccounts
        Says which clients could speak for us.
    parameters : UnitParameters
        Gives the review date and the settings of the page.
    """
    page, as_of = parameters.growth, parameters.as_of
    column_of, column = columns_of(offering_reviews, offerings, page.most_offerings)
    clients = _clients(accounts, account_snapshots, as_of)

    def grid_at(day: dt.date) -> Grid:
        then = clients if day == as_of else _clients(accounts, account_snapshots, day)
        return grid_on(day, then, offering_reviews, contracts, offerings, column_of)

    grid = grid_at(as_of)
    test = _tested(grid, grid_at, account_snapshots, parameters)
    deals = deals_on(opportunities, as_of)
    closed = closed_in(deals, as_of, page.window_months)
    threats = open_threats(competitors, page.closed_words)
    margins = margins_by_column(offerings, column_of)
    worth = Worth(
        page.least_similar, page.similar_share, page.largest_scale, margins, test.conversion
    )
    cells = cells_of(
        grid, likeness(grid, prior=page.prior_clients, least=page.least_similar),
        accounts.set_index("account_id")["account_name"],
        taken_cells(deals, threats, column_of, page.in_house_words), worth,
    )  # fmt: skip
    least, level = page.least_closed, page.interval_level
    open_ = pipelines.with_chances(deals, closed, least=least, level=level)
    extended = success_cases.with_record(clients, accounts, account_features)
    extended["peer_group"] = peer_groups(extended)
    best = look_alikes.best_clients(extended, page.best_part)
    unlike = look_alikes.too_few(best)
    traits, ranked = _alike(extended, best, prospects, open_, page.prior_clients, unlike)
    groups, no_groups = expansion.groups_by_place(accounts, clients)
    reached, no_reach = expansion.reach(
        extended, contacts, page.departments, share=page.similar_share, least=page.least_similar
    )
    prices = unit_prices.unit_prices(
        order_lines, pd.Timestamp(months_before(as_of, MONTHS_OF_PRICES)), offerings
    )
    odd = unit_prices.out_of_line(prices, least=page.least_buyers, odd=page.odd_price)
    influential_from = parameters.segments.potential.strategic_from
    stories = success_cases.success_cases(
        extended, best, _speakers(former_accounts), satisfied_from=page.satisfied_from,
        loyal_months=page.loyal_months, influential_from=influential_from,
    )  # fmt: skip
    by_kind = pipelines.by_kind(open_, closed, least=least, level=level)
    grown = Grown(
        parameters=parameters,
        cells=cells,
        test=test,
        by_margin=margins is not None,
        deals=None if opportunities is None else deals,
        open_=open_,
        closed=closed,
        groups=groups,
        no_groups=no_groups,
        reach=reached,
        no_reach=no_reach,
        prices=prices,
        odd_prices=odd,
        prospects=None if prospects is None else ranked,
        unlike=unlike,
        stories=stories,
        no_stories=success_cases.nothing_known(extended),
        no_influence=success_cases.no_influence(extended),
    )
    return Growth(
        figures={figure.key: figure for figure in all_figures(grown)},
        cells=cells,
        offerings=by_offering(cells),
        opportunities=_opportunities(cells),
        test=test,
        test_orders=test.orders,
        pipeline=by_kind,
        stages=pipelines.by_stage(open_),
        deals=_named(open_, accounts),
        groups=groups,
        reach=reached,
        compared_prices=unit_prices.compared(prices, least=page.least_buyers),
        prices=_priced(odd, accounts),
        traits=traits,
        prospects=ranked,
        success_cases=stories,
        column=column,
        by_margin=margins is not None,
        as_of=as_of,
        similar_share=page.similar_share,
        window_months=page.window_months,
        least_closed=page.least_closed,
        interval_level=page.interval_level,
        satisfied_from=page.satisfied_from,
        influential_from=influential_from,
        rows_shown=page.rows_shown,
        currency=parameters.currency,
    )


def _clients(accounts: pd.DataFrame, account_snapshots: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The clients of a day, former ones left out, by id, with their size."""
    rows = accounts_on(accounts, account_snapshots, day)
    rows = rows.loc[rows["is_client"]].reset_index(drop=True)
    sizes = accounts.reindex(columns=["account_id", "employees"])
    sizes["employees"] = pd.to_numeric(sizes["employees"]).astype("float64")
    return rows.merge(sizes, on="account_id", how="left", validate="one_to_one")


def _tested(grid: Grid, grid_at: Callable[[dt.date], Grid], account_snapshots: pd.DataFrame,
            parameters: UnitParameters) -> BackTest:  # fmt: skip
    """The grids of one and two years ago against what was then bought for the first time."""
    page, as_of = parameters.growth, parameters.as_of
    first = account_snapshots["history_first_day"].min()
    reason, years, after = None, [], grid
    for back in YEARS_BACK:
        day = months_before(as_of, 12 * back)
        if pd.isna(first) or pd.Timestamp(first) > pd.Timestamp(months_before(day, 12)) + ONE_DAY:
            break
        before = grid_at(day)
        alike = likeness(before, prior=page.prior_clients, least=page.least_similar)
        years.append(open_cells(before, after, alike))
        after = before
    if not years:
        reason = "needs 24 months of history, to look back at the grid of a year ago"
    elif len(years[0]) < page.least_cells:
        held = f"this unit had {len(years[0])}"
        reason = f"needs {page.least_cells} open cells a year ago; {held}"
    return back_test(
        years, part=page.first_part, level=page.interval_level,
        least=page.least_conversions, reason=reason,
    )  # fmt: skip


ONE_DAY = pd.Timedelta(days=1)
"""Twelve months before a day end on that day; history may begin on the next."""


def _speakers(former_accounts: FormerAccounts) -> frozenset[str] | None:
    """Clients that could speak for us; None where nobody can tell."""
    if not former_accounts.figures["former_accounts.advocates"].computable:
        return None
    return frozenset(former_accounts.advocates["account_id"])


def _alike(
    clients: pd.DataFrame,
    best: pd.Series,
    prospects: pd.DataFrame | None,
    open_: pd.DataFrame,
    prior: float,
    unlike: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Traits of the best clients, and prospects by likeness; empty where it cannot be told."""
    traits = pd.DataFrame(columns=list(look_alikes.TRAIT_COLUMNS))
    ranked = pd.DataFrame(columns=list(look_alikes.PROSPECT_COLUMNS))
    if unlike is not None:
        return traits, ranked
    names = ["prospect_id", "name", "industry", "country", "employees", "source"]
    given = pd.DataFrame(columns=names) if prospects is None else prospects.reindex(columns=names)
    ours, theirs = look_alikes.trait_rows(clients, given.sort_values("prospect_id"))
    traits = look_alikes.compare_traits(ours, best, prior)
    dealt = frozenset(open_["prospect_id"].dropna().astype(str))
    if len(given):
        ranked = look_alikes.rank_prospects(theirs.reset_index(drop=True), traits, dealt)
    return traits, ranked


def _opportunities(cells: pd.DataFrame) -> pd.DataFrame:
    valued = cells.loc[cells["potential"].notna()]
    ordered = valued.sort_values(
        ["expected_value", "account_id", "offering"], ascending=[False, True, True], kind="stable"
    )
    return ordered[list(OPPORTUNITY_COLUMNS)].reset_index(drop=True)


def _named(open_: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Open deals with the client's name, most weighted value first."""
    names = dict(zip(accounts["account_id"], accounts["account_name"], strict=True))
    rows = open_.copy()
    rows["account_name"] = rows["account_id"].map(names)
    rows["account_name"] = rows["account_name"].where(~is_blank(rows["account_name"]), None)
    kept = ["opportunity_id", "account_id", "account_name", "prospect_id", "kind", "offering"]
    more = ["stage", "value", "chance", "chance_from", "weighted_value", "age_days", "is_overdue"]
    return rows.sort_values(
        ["weighted_value", "opportunity_id"], ascending=[False, True], kind="stable"
    )[[*kept, *more, "close_date", "owner"]].reset_index(drop=True)


def _priced(odd: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    names = dict(zip(accounts["account_id"], accounts["account_name"], strict=True))
    return odd.assign(account_name=odd["account_id"].map(names).fillna(odd["account_id"]))
