"""The published figures of the page Portfolio, one function each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.growth_interval import growth_interval
from portfolio_lib.analyses.margins import Margin, direct_margin, margin_after_cost_to_serve
from portfolio_lib.analyses.snapshots import Period, change, spoken, total
from portfolio_lib.parameters.models import UnitParameters


@dataclass(frozen=True)
class Movement:
    """Clients between two days. `start − lost + new + returned` are the active at the end."""

    start: int
    lost: int
    new: int
    returned: int

    @property
    def kept_share(self) -> float | None:
        """Active on both days ÷ active on the first; None where nobody was active."""
        return 1 - self.lost / self.start if self.start else None


@dataclass(frozen=True)
class Portfolio:
    """What the figures are made from: the accounts now, a year before, and the settings."""

    now: pd.DataFrame
    before: pd.DataFrame
    period: Period
    parameters: UnitParameters
    movement: Movement | None
    movement_before: Movement | None
    short_of_year_before: str | None
    short_of_two_years_before: str | None

    @property
    def nothing_known(self) -> str | None:
        """Why there is nothing to count at all; None where there is something."""
        day = spoken(self.period.as_of)
        if self.now.empty:
            return f"no account was known on {day}"
        if self.period.history_start is None and not self.now["is_active"].any():
            return f"no revenue is recorded up to {day}"
        return None

    @property
    def activity_policy(self) -> str:
        days = self.parameters.policies.active_within_days
        return f"active_within_days: {days}"

    @property
    def revenue_policy(self) -> str:
        policies = self.parameters.policies
        return f"revenue_source: {policies.revenue_source}; credits: {policies.credits}"


def all_figures(portfolio: Portfolio, segments: pd.DataFrame) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        active_accounts(portfolio),
        active_former(portfolio),
        *client_movement(portfolio),
        clients_kept(portfolio),
        revenue(portfolio),
        growth(portfolio),
        average_revenue(portfolio),
        median_revenue(portfolio),
        recurring_in_force(portfolio),
        margin(portfolio),
        margin_after_service(portfolio),
        market_share(portfolio, segments),
    )


def active_accounts(portfolio: Portfolio) -> Figure:
    days = portfolio.parameters.policies.active_within_days
    moved = portfolio.movement if portfolio.short_of_year_before is None else None
    known = Figure(
        "portfolio.active_accounts",
        "Active clients",
        int(portfolio.now["is_active"].sum()),
        "accounts",
        f"Accounts with revenue in the {days} days to the review date, or a contract in force.",
        n=len(portfolio.now),
        window=portfolio.period.as_of.isoformat(),
        policy=portfolio.activity_policy,
        previous=moved.start if moved else None,
        target=portfolio.parameters.targets.active_accounts,
        higher_is_better=True,
    )
    return unless(portfolio.nothing_known, known)


def active_former(portfolio: Portfolio) -> Figure:
    """How many of the active clients are former ones by now, so that pages add up."""
    now, churn = portfolio.now, portfolio.parameters.churn
    silent = churn.event in ("no_purchase", "revenue_gone")
    untold = now["annual_value_in_force"].isna().all()
    known = Figure(
        "portfolio.active_former",
        "Active clients whose contract has ended",
        int((now["is_active"] & ~now["is_client"]).sum()),
        "accounts",
        "Active clients of which the last of all terms agreed ended more than "
        f"{churn.grace_days} days before the review date. They count as former clients; pages "
        "about clients to look after leave them out.",
        n=int(now["is_active"].sum()),
        window=portfolio.period.as_of.isoformat(),
        policy=f"{portfolio.activity_policy}; churn.grace_days: {churn.grace_days}",
        higher_is_better=False,
    )
    bare = "clients leave by their silence here, not by the end of a contract"
    return unless(portfolio.nothing_known or (bare if silent or untold else None), known)


def client_movement(portfolio: Portfolio) -> tuple[Figure, ...]:
    """New, returned and lost clients over the year."""
    meanings = (
        ("new", "New clients", "Active now, and without any revenue up to a year ago.", True),
        (
            "returned",
            "Clients who came back",
            "Active now, not active a year ago, with revenue before that.",
            True,
        ),
        ("lost", "Clients lost", "Active a year ago and not active now.", False),
    )
    return tuple(_moved(portfolio, *meaning) for meaning in meanings)


def _moved(
    portfolio: Portfolio, name: str, label: str, definition: str, higher_is_better: bool
) -> Figure:
    now, before = portfolio.movement, portfolio.movement_before
    earlier = before if portfolio.short_of_two_years_before is None else None
    known = Figure(
        f"portfolio.{name}_accounts",
        label,
        getattr(now, name) if now else 0,
        "accounts",
        definition,
        n=now.start if now else None,
        window=_year(portfolio.period),
        policy=portfolio.activity_policy,
        previous=getattr(earlier, name) if earlier else None,
        higher_is_better=higher_is_better,
    )
    return unless(_no_year_before(portfolio), known)


def clients_kept(portfolio: Portfolio) -> Figure:
    now, before = portfolio.movement, portfolio.movement_before
    earlier = before if portfolio.short_of_two_years_before is None else None
    share = now.kept_share if now else None
    nobody = None if share is not None else "no client was active a year ago"
    known = Figure(
        "portfolio.clients_kept",
        "Clients kept",
        share if share is not None else 0.0,
        "share",
        "Clients active on both days ÷ clients active a year ago; new clients are not in the base.",
        n=now.start if now else None,
        window=_year(portfolio.period),
        policy=portfolio.activity_policy,
        previous=earlier.kept_share if earlier else None,
        target=portfolio.parameters.targets.retention,
        higher_is_better=True,
    )
    return unless(_no_year_before(portfolio) or nobody, known)


def revenue(portfolio: Portfolio) -> Figure:
    now = portfolio.now["revenue_12m"]
    before = total(portfolio.now["revenue_prior_12m"])
    known = Figure(
        "portfolio.revenue_12m",
        f"Revenue, {portfolio.period.span}",
        round(total(now), 4),
        portfolio.parameters.currency,
        "Revenue recognised in the window, credits taken off.",
        n=int(now.ne(0).sum()),
        window=portfolio.period.window,
        policy=portfolio.revenue_policy,
        previous=round(before, 4) if portfolio.period.short_of(24) is None else None,
        target=portfolio.parameters.targets.revenue_12m,
        higher_is_better=True,
    )
    return unless(portfolio.nothing_known or _no_revenue_at_all(portfolio), known)


def growth(portfolio: Portfolio) -> Figure:
    now = total(portfolio.now["revenue_12m"])
    before = total(portfolio.now["revenue_prior_12m"])
    rate = change(now, before)
    no_base = None if rate is not None else "the twelve months before brought no revenue"
    interval, method = growth_interval(portfolio.now, portfolio.parameters)
    known = Figure(
        "portfolio.growth",
        "Growth on the year before",
        rate if rate is not None else 0.0,
        "share",
        "Revenue of the twelve months ÷ revenue of the twelve months before, less one.",
        n=int(portfolio.now["revenue_prior_12m"].ne(0).sum()),
        window=portfolio.period.window,
        policy=portfolio.revenue_policy,
        interval=interval,
        interval_method=method,
        previous=_growth_a_year_before(portfolio),
        target=portfolio.parameters.targets.revenue_growth,
        higher_is_better=True,
    )
    short = portfolio.period.short_of(24)
    return unless(portfolio.nothing_known or short or no_base, known)


def _growth_a_year_before(portfolio: Portfolio) -> float | None:
    if portfolio.period.short_of(36) is not None or portfolio.before.empty:
        return None
    before = portfolio.before
    return change(total(before["revenue_12m"]), total(before["revenue_prior_12m"]))


def average_revenue(portfolio: Portfolio) -> Figure:
    sold = _sold(portfolio.now, "revenue_12m")
    earlier = _sold(portfolio.now, "revenue_prior_12m")
    has_before = portfolio.period.short_of(24) is None and not earlier.empty
    known = Figure(
        "portfolio.average_revenue",
        "Average revenue per client",
        total(sold) / max(1, len(sold)),
        portfolio.parameters.currency,
        "Revenue ÷ clients, over the clients with revenue in the window.",
        n=len(sold),
        window=portfolio.period.window,
        policy=portfolio.revenue_policy,
        previous=total(earlier) / len(earlier) if has_before else None,
        target=portfolio.parameters.targets.average_revenue,
        higher_is_better=True,
    )
    return unless(portfolio.nothing_known or _nobody_bought(sold), known)


def median_revenue(portfolio: Portfolio) -> Figure:
    sold = _sold(portfolio.now, "revenue_12m")
    earlier = _sold(portfolio.now, "revenue_prior_12m")
    has_before = portfolio.period.short_of(24) is None and not earlier.empty
    known = Figure(
        "portfolio.median_revenue",
        "Median revenue per client",
        float(sold.median()) if len(sold) else 0.0,
        portfolio.parameters.currency,
        "Half of the clients with revenue in the window bring more, half bring less.",
        n=len(sold),
        window=portfolio.period.window,
        policy=portfolio.revenue_policy,
        previous=float(earlier.median()) if has_before else None,
        higher_is_better=True,
    )
    return unless(portfolio.nothing_known or _nobody_bought(sold), known)


def recurring_in_force(portfolio: Portfolio) -> Figure:
    value = portfolio.now["annual_value_in_force"]
    before = portfolio.before["annual_value_in_force"]
    missing = None if value.notna().any() else "no contracts are recorded; hand in table contracts"
    known = Figure(
        "portfolio.recurring_in_force",
        "Recurring revenue in force",
        round(total(value.dropna()), 4),
        portfolio.parameters.currency,
        "Yearly value of the contracts in force on the review date.",
        n=int(portfolio.now["contracts_in_force"].sum()),
        window=portfolio.period.as_of.isoformat(),
        policy="value: annual_value of table contracts",
        previous=round(total(before.dropna()), 4) if before.notna().any() else None,
        higher_is_better=True,
    )
    return unless(portfolio.nothing_known or missing, known)


def margin(portfolio: Portfolio) -> Figure:
    known = _margin_figure(
        portfolio,
        direct_margin(portfolio.now),
        direct_margin(portfolio.before),
        ("portfolio.margin", "Direct margin"),
        "(Revenue − direct cost) ÷ revenue, over the revenue whose direct cost is known",
    )
    if known.value is None:
        return known
    return replace(known, target=portfolio.parameters.targets.gross_margin)


def margin_after_service(portfolio: Portfolio) -> Figure:
    return _margin_figure(
        portfolio,
        margin_after_cost_to_serve(portfolio.now),
        margin_after_cost_to_serve(portfolio.before),
        ("portfolio.margin_after_service", "Margin after cost to serve"),
        "Direct margin less cost to serve ÷ all revenue",
    )


def _margin_figure(
    portfolio: Portfolio, now: Margin, before: Margin, names: tuple[str, str], definition: str
) -> Figure:
    key, label = names
    has_before = portfolio.period.short_of(24) is None
    known = Figure(
        key,
        label,
        now.rate if now.rate is not None else 0.0,
        "share",
        f"{definition}. Direct cost is known for {now.covered:.0%} of revenue.",
        n=now.accounts,
        window=portfolio.period.window,
        policy=portfolio.revenue_policy,
        previous=before.rate if has_before else None,
        higher_is_better=True,
    )
    if now.reason is not None:
        known = replace(known, definition=f"{definition}.", n=None)
    return unless(portfolio.nothing_known or now.reason, known)


def market_share(portfolio: Portfolio, segments: pd.DataFrame) -> Figure:
    """Share of the markets whose size is given, all together."""
    settings = portfolio.parameters.portfolio
    sized = segments.loc[segments["market_size"].notna()]
    market = total(sized["market_size"])
    missing = None
    if sized.empty:
        missing = (
            "no market size is given; fill portfolio.market_size in this unit's parameters, "
            f"by {settings.market_segment}"
        )
        if any(size > 0 for size in settings.market_size.values()):
            missing = "market sizes are given only for segments that no account belongs to"
    known = Figure(
        "portfolio.market_share",
        "Share of market",
        total(sized["positive_revenue"]) / market if market > 0 else 0.0,
        "share",
        "Own revenue ÷ market size, over the segments whose market size is given.",
        n=len(sized),
        window=portfolio.period.window,
        policy=f"market_segment: {settings.market_segment}",
        higher_is_better=True,
    )
    short = portfolio.period.short_of(12)
    return unless(portfolio.nothing_known or missing or short, known)


def _sold(accounts: pd.DataFrame, column: str) -> pd.Series:
    return accounts.loc[accounts[column] > 0, column]


def _nobody_bought(sold: pd.Series) -> str | None:
    return "no client brought revenue in the window" if sold.empty else None


def _no_revenue_at_all(portfolio: Portfolio) -> str | None:
    if portfolio.period.history_start is None:
        return f"no revenue is recorded up to {spoken(portfolio.period.as_of)}"
    return None


def _no_year_before(portfolio: Portfolio) -> str | None:
    if portfolio.nothing_known or portfolio.short_of_year_before:
        return portfolio.nothing_known or portfolio.short_of_year_before
    if portfolio.movement is None:
        return f"the portfolio of {spoken(portfolio.period.year_before)} is not known"
    return None


def _year(period: Period) -> str:
    return f"{period.year_before.isoformat()} to {period.as_of.isoformat()}"
