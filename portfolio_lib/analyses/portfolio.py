"""The portfolio in a dozen figures: clients, revenue, growth, margin, share of the market."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses import portfolio_figures as make
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.groups import add_up, largest_groups, with_shares
from portfolio_lib.analyses.margins import (
    Margin,
    direct_margin,
    margin_after_cost_to_serve,
    margins_by_account,
)
from portfolio_lib.analyses.portfolio_figures import Movement, Portfolio
from portfolio_lib.analyses.snapshots import (
    Period,
    accounts_on,
    change,
    months_of_activity,
    recorded,
    review_period,
    total,
)
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

CHART_MONTHS = 48
LEAST_PROFITABLE = 10
ACCOUNT_COLUMNS = (
    "account_id",
    "account_name",
    "segment",
    "is_active",
    "revenue_12m",
    "revenue_prior_12m",
    "growth",
    "margin",
    "margin_after_service",
    "annual_value_in_force",
    "days_since_last",
)


@dataclass(frozen=True)
class PortfolioSummary:
    """The answer of the page Portfolio.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    period : Period
        The twelve months under review and the history behind them.
    months : frame
        One row per month, at most 48: `month`, `revenue`, `is_complete`, `mean_12m` (NaN until
        twelve complete months are there, and in a month that is not over).
    segments : frame
        One row per market segment: `group`, `kind`, `accounts`, `active`, `revenue`,
        `revenue_share`, `growth`, `market_size`, `market_share`, `margin`,
        `margin_after_service`; NaN where not computable.
    least_profitable : frame
        Large accounts with the lowest margin, lowest first.
    large_accounts : int
        How many accounts count as large.
    large_from : float or None
        Twelve-month revenue from which an account counts as large.
    accounts : frame
        One row per account, by revenue, for analysts.
    unmatched_markets : tuple of str
        Segments with a market size in the parameters that no account belongs to.
    """

    figures: Mapping[str, Figure]
    period: Period
    months: pd.DataFrame
    segments: pd.DataFrame
    least_profitable: pd.DataFrame
    large_accounts: int
    large_from: float | None
    accounts: pd.DataFrame
    unmatched_markets: tuple[str, ...]
    segment_word: str
    currency: str


def summarise_portfolio(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_month_revenue: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> PortfolioSummary:
    """Summarise one unit's portfolio over the twelve months to `as_of`.

    Parameters
    ----------
    accounts : frame
        One row per account.
    account_snapshots : frame
        One row per account and snapshot date.
    account_month_revenue : frame
        One row per account and month: `month`, `revenue_net`.
    parameters : UnitParameters
        The unit's settings; policies and targets are printed beside the figures they change.

    Notes
    -----
    Revenue of the year before is what is known today about those days. Counts of active clients
    of the year before are read off the snapshot of that day.
    """
    portfolio = _gather(accounts, account_snapshots, account_month_revenue, parameters)
    segments = _by_segment(portfolio)
    listed = _accounts(portfolio)
    large_from = _large_from(portfolio.now)
    large = listed.loc[listed["revenue_12m"] >= large_from] if large_from else listed.iloc[:0]
    return PortfolioSummary(
        figures={figure.key: figure for figure in make.all_figures(portfolio, segments)},
        period=portfolio.period,
        months=_months(account_month_revenue, portfolio.period),
        segments=segments,
        least_profitable=_least_profitable(large),
        large_accounts=len(large),
        large_from=large_from,
        accounts=listed,
        unmatched_markets=_unmatched_markets(portfolio),
        segment_word=parameters.portfolio.market_segment,
        currency=parameters.currency,
    )


def _gather(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_month_revenue: pd.DataFrame,
    parameters: UnitParameters,
) -> Portfolio:
    period = review_period(account_snapshots, parameters.as_of)
    days = [parameters.as_of, period.year_before, months_before(parameters.as_of, 24)]
    now, before, earlier = (accounts_on(accounts, account_snapshots, day) for day in days)
    activity = months_of_activity(parameters.policies.active_within_days)
    return Portfolio(
        now=now,
        before=before,
        period=period,
        parameters=parameters,
        movement=_movement(now, before, account_month_revenue, days[1]),
        movement_before=_movement(before, earlier, account_month_revenue, days[2]),
        short_of_year_before=period.short_of(12 + activity),
        short_of_two_years_before=period.short_of(24 + activity),
    )


def _movement(
    now: pd.DataFrame, before: pd.DataFrame, account_month_revenue: pd.DataFrame, day: dt.date
) -> Movement | None:
    """Clients won, regained and lost between two days; None where the first is not known."""
    if before.empty or now.empty:
        return None
    end = set(now.loc[now["is_active"], "account_id"])
    start = set(before.loc[before["is_active"], "account_id"])
    over = account_month_revenue["month"] + pd.offsets.MonthEnd(0) <= pd.Timestamp(day)
    sold = account_month_revenue["revenue_net"] > 0
    known = set(account_month_revenue.loc[over & sold, "account_id"])
    gained = end - start
    return Movement(len(start), len(start - end), len(gained - known), len(gained & known))


def _months(account_month_revenue: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Revenue by month, with months of no revenue filled in and a month not over marked."""
    if period.history_start is None:
        return pd.DataFrame(columns=["month", "revenue", "is_complete", "mean_12m"])
    calendar = pd.date_range(period.history_start, period.as_of, freq="MS")
    rows = account_month_revenue.sort_values(["month", "account_id"], kind="stable")
    revenue = rows.groupby("month")["revenue_net"].sum().reindex(calendar, fill_value=0.0)
    complete = (calendar + pd.offsets.MonthEnd(0)) <= pd.Timestamp(period.as_of)
    mean = revenue.where(complete).rolling(12).mean()
    months = pd.DataFrame(
        {
            "month": calendar,
            "revenue": revenue.round(4).to_numpy(),
            "is_complete": complete,
            "mean_12m": mean.round(4).to_numpy(),
        }
    )
    return months.tail(CHART_MONTHS).reset_index(drop=True)


def _by_segment(portfolio: Portfolio) -> pd.DataFrame:
    """Totals, share of the market and margin by segment, largest first, blanks last."""
    now, settings = portfolio.now, portfolio.parameters.portfolio
    names = recorded(now[settings.market_segment])
    sums = with_shares(add_up(now, names), has_year_before=portfolio.period.short_of(24) is None)
    sizes = {name.strip(): size for name, size in settings.market_size.items() if size > 0}
    sums["market_size"] = sums["group"].map(sizes).astype("float64")
    full_year = portfolio.period.short_of(12) is None
    sums["market_share"] = sums["positive_revenue"] / sums["market_size"] if full_year else math.nan
    return _with_margins(largest_groups(sums, len(sums)), now, names)


def _with_margins(sums: pd.DataFrame, now: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The totals with both margins of each group; NaN where its costs are not known."""
    owns = [now.loc[names.eq(group)] for group in sums["group"]]
    return sums.assign(
        margin=[_rate(direct_margin(own)) for own in owns],
        margin_after_service=[_rate(margin_after_cost_to_serve(own)) for own in owns],
    )


def _rate(margin: Margin) -> float:
    return math.nan if margin.rate is None else margin.rate


def _accounts(portfolio: Portfolio) -> pd.DataFrame:
    now = portfolio.now
    listed = pd.concat([now, margins_by_account(now)], axis=1)
    listed["segment"] = recorded(now[portfolio.parameters.portfolio.market_segment])
    listed["growth"] = math.nan
    if portfolio.period.short_of(24) is None:
        listed["growth"] = [
            change(this, last)
            for this, last in zip(now["revenue_12m"], now["revenue_prior_12m"], strict=True)
        ]
        listed["growth"] = listed["growth"].astype("float64")
    order = listed.sort_values(["revenue_12m", "account_id"], ascending=[False, True])
    return order.loc[:, list(ACCOUNT_COLUMNS)].reset_index(drop=True)


def _large_from(now: pd.DataFrame) -> float | None:
    """An account is large where it brings at least the average of those that bring anything."""
    sold = now.loc[now["revenue_12m"] > 0, "revenue_12m"]
    return None if sold.empty else total(sold) / len(sold)


def _least_profitable(large: pd.DataFrame) -> pd.DataFrame:
    """Large accounts by margin, lowest first: after cost to serve where that is known."""
    margin = large["margin_after_service"].fillna(large["margin"])
    ranked = large.assign(rank_margin=margin).dropna(subset=["rank_margin"])
    ranked = ranked.sort_values(["rank_margin", "account_id"], kind="stable")
    return ranked.head(LEAST_PROFITABLE).reset_index(drop=True)


def _unmatched_markets(portfolio: Portfolio) -> tuple[str, ...]:
    settings = portfolio.parameters.portfolio
    present = set(recorded(portfolio.now[settings.market_segment]))
    return tuple(sorted(name for name in settings.market_size if name.strip() not in present))
