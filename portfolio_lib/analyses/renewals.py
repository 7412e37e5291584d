"""What is due for renewal, what was renewed, what will be, and which terms are out of line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.contract_peers import COLUMNS as ODD_COLUMNS
from portfolio_lib.analyses.contract_peers import contracts_in_force, out_of_line
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.looked_at import signs_of_work
from portfolio_lib.analyses.renewal_figures import Found, all_figures
from portfolio_lib.analyses.renewal_forecast import (
    KnownTerms,
    checked_forecasts,
    forecast,
    quarter_after,
)
from portfolio_lib.analyses.renewal_rates import renewal_rates
from portfolio_lib.analyses.renewal_risks import kept_by_churn, risks_of, sources_of
from portfolio_lib.analyses.snapshots import NOT_RECORDED, accounts_on, recorded
from portfolio_lib.analyses.terms_due import LATE, by_length, ended_between
from portfolio_lib.analyses.tiers import TIERS, chosen_tiers
from portfolio_lib.analyses.upcoming import due_by_tier, due_windows, upcoming_terms, weeks_ahead
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.health import Health

YEAR_MONTHS = 12


@dataclass(frozen=True)
class Renewals:
    """The answer of the page Renewals.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    upcoming : frame
        One row per term that ends within the longest window, earliest first: see `upcoming_terms`.
    late : frame
        Terms that are over, neither renewed nor given notice, within the grace.
    windows, tiers_due, weeks : frame
        What is due by days ahead, by tier within `listed_days`, and by week.
    quarters, by_tier, by_manager : frame
        Renewal rates: see `renewal_rates`; the last two over twelve months.
    lengths : frame
        Renewal by length of term over twelve months: see `by_length`.
    forecasts, checked : frame
        The quarters ahead, and earlier forecasts beside what happened.
    odd_terms : frame
        Contract terms out of line with similar clients, with names.
    """

    figures: Mapping[str, Figure]
    upcoming: pd.DataFrame
    late: pd.DataFrame
    windows: pd.DataFrame
    tiers_due: pd.DataFrame
    weeks: pd.DataFrame
    quarters: pd.DataFrame
    by_tier: pd.DataFrame
    by_manager: pd.DataFrame
    lengths: pd.DataFrame
    forecasts: pd.DataFrame
    checked: pd.DataFrame
    odd_terms: pd.DataFrame
    as_of: dt.date
    reason: str | None
    tier_labels: tuple[str, str, str]
    listed_days: int
    looked_at_days: int
    grace_days: int
    contracts_shown: int
    groups_shown: int
    scenario_level: float
    interval_level: float
    least_accounts: int
    currency: str


def measure_renewals(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    term_ends: pd.DataFrame,
    order_lines: pd.DataFrame,
    contracts: pd.DataFrame | None,
    offerings: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    health: Health | None,
    churn: Churn | None,
    *,
    parameters: UnitParameters,
) -> Renewals:
    """Measure what is due, how much is renewed, and what to expect.

    Parameters
    ----------
    accounts, account_snapshots : frame
        Give names, managers, sizes and tiers on the review date.
    term_ends : frame
        One row per term with an end, with what followed it.
    order_lines, offerings : frame
        Give discounts against list prices.
    contracts : frame or None
        The terms; None where the unit has none.
    interactions, plans, actions, opportunities : frame or None
        Say which terms were looked at.
    health, churn : Health, Churn or None
        Say whose terms are at risk, and how likely each client is to leave.
    parameters : UnitParameters
        Gives the grace, the windows, the scenarios and what it takes to compare.
    """
    page, as_of = parameters.renewals, parameters.as_of
    known = account_cards(accounts, account_snapshots, parameters)
    history = KnownTerms(term_ends, parameters)
    signs = signs_of_work(interactions, plans, actions, opportunities, page)
    named = _with_cards(history.on(as_of), known)
    risks = risks_of(
        None if health is None else health.accounts, None if churn is None else churn.accounts
    )
    upcoming = upcoming_terms(named, signs, risks, as_of, page)
    late = named.loc[named["state"].eq(LATE)]
    year = ended_between(named, months_before(as_of, YEAR_MONTHS), as_of)
    in_force = None if contracts is None else contracts_in_force(contracts, as_of)
    found = Found(
        parameters=parameters,
        terms=named,
        upcoming=upcoming,
        late=late,
        windows=due_windows(upcoming, as_of, page),
        year=year,
        year_before=_year_before(history),
        lengths=by_length(year),
        forecasts=forecast(history, as_of, page.forecast_quarters),
        checked=checked_forecasts(history),
        odd_terms=_odd_terms(in_force, known, order_lines, offerings, parameters),
        in_force=in_force,
        risk_sources=sources_of(risks, parameters),
        kept_by_churn=kept_by_churn(named, risks, parameters),
        rates=renewal_rates({"year": year}, page, seed=parameters.seed),
    )
    return _answer(found, parameters)


def _answer(found: Found, parameters: UnitParameters) -> Renewals:
    page = parameters.renewals
    figures = all_figures(found)
    return Renewals(
        figures={figure.key: figure for figure in figures},
        upcoming=found.upcoming,
        late=found.late.sort_values(["end_date", "contract_id"], kind="stable").reset_index(
            drop=True
        ),
        windows=found.windows,
        tiers_due=due_by_tier(found.upcoming, page),
        weeks=weeks_ahead(found.upcoming, parameters.as_of, page),
        quarters=_quarters(found.terms, parameters),
        by_tier=_by(found.year, "tier", TIERS, parameters),
        by_manager=_by(found.year, "account_manager", (), parameters),
        lengths=found.lengths,
        forecasts=found.forecasts,
        checked=found.checked,
        odd_terms=found.odd_terms,
        as_of=parameters.as_of,
        reason=found.no_terms,
        tier_labels=parameters.policies.tiers.labels,
        listed_days=page.listed_days,
        looked_at_days=page.looked_at_days,
        grace_days=page.grace_days,
        contracts_shown=page.contracts_shown,
        groups_shown=page.groups_shown,
        scenario_level=page.scenario_level,
        interval_level=page.interval_level,
        least_accounts=page.least_accounts,
        currency=parameters.currency,
    )


def account_cards(
    accounts: pd.DataFrame, account_snapshots: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """Name, manager, size and tier of every account on the review date, by `account_id`."""
    rows = accounts_on(accounts, account_snapshots, parameters.as_of)
    rows["tier"] = chosen_tiers(rows, parameters.policies.tiers)
    given = [name for name in ("account_manager", "employees") if name in accounts.columns]
    more = accounts[["account_id", *given]].reindex(
        columns=["account_id", "account_manager", "employees"]
    )
    more["account_manager"] = recorded(more["account_manager"])
    cards = rows[["account_id", "account_name", "tier"]]
    return cards.merge(more, on="account_id", how="left", validate="one_to_one")


def _with_cards(terms: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    cards = known[["account_id", "account_name", "tier", "account_manager"]]
    rows = terms.merge(cards, on="account_id", how="left", validate="many_to_one")
    rows["account_name"] = rows["account_name"].fillna(rows["account_id"])
    rows["tier"] = rows["tier"].fillna("none")
    rows["account_manager"] = rows["account_manager"].fillna(NOT_RECORDED)
    return rows


def _year_before(history: KnownTerms) -> pd.DataFrame:
    """The terms that ended in the year before, as known at its end."""
    day = months_before(history.parameters.as_of, YEAR_MONTHS)
    return ended_between(history.on(day), months_before(day, YEAR_MONTHS), day)


def _quarters(terms: pd.DataFrame, parameters: UnitParameters) -> pd.DataFrame:
    """Renewal rates of the latest quarters, oldest first; `group` is the last day of each."""
    page, as_of = parameters.renewals, parameters.as_of
    ends = [quarter_after(as_of, -back) for back in reversed(range(page.quarters_shown))]
    groups = {end.isoformat(): ended_between(terms, quarter_after(end, -1), end) for end in ends}
    rates = renewal_rates(groups, page, seed=parameters.seed)
    rates.insert(0, "quarter_end", pd.to_datetime(rates["group"]))
    return rates.drop(columns="group")


def _by(
    ended: pd.DataFrame, column: str, order: tuple[str, ...], parameters: UnitParameters
) -> pd.DataFrame:
    """Renewal rates by the values of a column; in the order given, else by name."""
    held = set(ended[column])
    names = [*(name for name in order if name in held), *sorted(held - set(order))]
    groups = {name: ended.loc[ended[column].eq(name)] for name in names}
    rates = renewal_rates(groups, parameters.renewals, seed=parameters.seed)
    return rates.rename(columns={"group": column})


def _odd_terms(
    in_force: pd.DataFrame | None,
    known: pd.DataFrame,
    order_lines: pd.DataFrame,
    offerings: pd.DataFrame | None,
    parameters: UnitParameters,
) -> pd.DataFrame:
    if in_force is None or in_force.empty:
        return pd.DataFrame(columns=["account_name", *ODD_COLUMNS])
    lines = order_lines.loc[
        order_lines["day"] > pd.Timestamp(months_before(parameters.as_of, YEAR_MONTHS))
    ]
    cards = known[["account_id", "tier", "employees"]]
    odd = out_of_line(in_force, cards, lines, offerings, page=parameters.renewals)
    names = known.set_index("account_id")["account_name"]
    odd.insert(0, "account_name", odd["account_id"].map(names).fillna(odd["account_id"]))
    return odd
