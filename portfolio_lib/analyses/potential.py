"""Who could become large, what was judged of clients beyond revenue, and where effort goes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.effort import measure_effort
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.margins import margins_by_account
from portfolio_lib.analyses.peers import compared, peer_groups
from portfolio_lib.analyses.potential_figures import Sought, all_figures
from portfolio_lib.analyses.signs import largest_first, where_known
from portfolio_lib.analyses.snapshots import accounts_on, positive
from portfolio_lib.analyses.tiers import chosen_tiers
from portfolio_lib.parameters.former_models import PotentialSettings
from portfolio_lib.parameters.models import UnitParameters

SIGNS = ("growing", "headroom_sign", "good_margin")
GIVEN = ("strategic_value", "market_influence")
YEAR_DAYS, TWO_YEARS_DAYS = 365, 730
LISTED = (
    *("account_id", "account_name", "tier", "account_manager", "revenue_12m", "growth", "margin"),
    *("peer_group", "peers", "peers_above", "peer_median", "headroom", "signs", "signs_known"),
    *SIGNS,
    *GIVEN,
)


@dataclass(frozen=True)
class Potential:
    """Potential and effort, on the page Segments and tiers.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    high : frame
        Accounts that are not large and show enough signs, by signs and by what is missing to
        similar accounts; see `LISTED`.
    given : frame
        One row per judgement (`strategic_value`, `market_influence`) and level (``high``,
        ``other``, ``not given``): `accounts`, `revenue`, `revenue_share`, `in_tier_1`, `high`
        (high-potential accounts).
    effort_tiers, misfits : frame
        See `effort.Effort`.
    effort_measure : str or None
        ``hours``, ``cost``, or None where nothing is recorded.
    rule : str
        What makes an account one of high potential, in one sentence.
    accounts : frame
        One row per account with revenue, by revenue, for analysts.
    """

    figures: Mapping[str, Figure]
    high: pd.DataFrame
    given: pd.DataFrame
    effort_tiers: pd.DataFrame
    misfits: pd.DataFrame
    effort_measure: str | None
    rule: str
    accounts: pd.DataFrame
    labels: tuple[str, str, str]
    strategic_from: float
    accounts_shown: int
    as_of: dt.date
    currency: str


def find_potential(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> Potential:
    """Find the accounts that could become large, and hold effort against tiers.

    Parameters
    ----------
    accounts : frame
        One row per account; `strategic_value`, `market_influence` and `employees` where given.
    account_snapshots : frame
        One row per account and snapshot date.
    account_features : frame
        One row per account and snapshot date; gives `hours_12m`.
    parameters : UnitParameters
        Gives the signs, the tiers and how many similar accounts a comparison takes.
    """
    page = parameters.segments.potential
    rows = _one_row_each(accounts, account_snapshots, account_features, parameters)
    rows = _with_signs(rows, page, parameters.rfm.groups.large_share)
    high = _high(rows, page)
    effort = measure_effort(_all_year(rows), page.least_in_tier)
    rule = rule_in_words(page, parameters.rfm.groups.large_share, parameters.recurrence.least_peers)
    figures = all_figures(Sought(rows, high, effort, rule, parameters))
    return Potential(
        figures={figure.key: figure for figure in figures},
        high=high,
        given=_given(rows, high, page.strategic_from),
        effort_tiers=effort.tiers,
        misfits=effort.misfits,
        effort_measure=effort.measure,
        rule=rule,
        accounts=largest_first(rows.loc[rows["revenue_12m"] > 0], ["revenue_12m"])[list(LISTED)],
        labels=parameters.policies.tiers.labels,
        strategic_from=page.strategic_from,
        accounts_shown=page.accounts_shown,
        as_of=parameters.as_of,
        currency=parameters.currency,
    )


def rule_in_words(page: PotentialSettings, large_share: float, least_peers: int) -> str:
    """What makes an account one of high potential."""
    return (
        f"Not among the first {large_share * 100:g}% of clients with revenue, still with us, "
        f"revenue not down {page.growth * 100:g}% or more, and at least "
        f"{page.signs} of 3 signs: revenue up {page.growth * 100:g}% or more on the year before "
        "(clients of two years and more); revenue below the middle of at least "
        f"{least_peers} similar clients by {page.headroom * 100:g}% of its own or more; margin at "
        "or above that of the middle client."
    )


def _one_row_each(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """Every account known today with its tier, similar clients, judgements and hours."""
    known = accounts_on(accounts, account_snapshots, parameters.as_of)
    extra = [name for name in ("employees", "account_manager", *GIVEN) if name in accounts.columns]
    known = known.drop(columns=[name for name in extra if name in known.columns])
    known = known.merge(
        accounts[["account_id", *extra]], on="account_id", how="left", validate="one_to_one"
    )
    today = account_features["snapshot_date"].eq(pd.Timestamp(parameters.as_of))
    hours = account_features.loc[today, ["account_id", "hours_12m"]]
    known = known.merge(hours, on="account_id", how="left", validate="one_to_one")
    for name in (*GIVEN, "hours_12m"):
        known[name] = pd.to_numeric(known[name]) if name in known else math.nan
        known[name] = known[name].astype("float64")
    known["tier"] = chosen_tiers(known, parameters.policies.tiers).to_numpy()
    known["account_manager"] = known.get("account_manager")
    known["peer_group"] = peer_groups(known)
    known["average_ticket"] = math.nan
    beside = compared(known, parameters.recurrence.least_peers)
    return pd.concat([known, beside], axis=1)


def _with_signs(rows: pd.DataFrame, page: PotentialSettings, large_share: float) -> pd.DataFrame:
    """The three signs of each account as 1, 0 or missing, and whether it is large."""
    revenue = positive(rows["revenue_12m"])
    sells = revenue > 0
    place = revenue.where(sells).rank(ascending=False, method="min")
    large = place <= max(1, math.floor(large_share * int(sells.sum()) + 1e-9))
    before = rows["revenue_prior_12m"].where(rows["revenue_prior_12m"] > 0)
    growth = (revenue / before - 1).where(sells & (rows["tenure_days"] >= TWO_YEARS_DAYS))
    margins = margins_by_account(rows)
    served = margins["margin_after_service"].notna().any()
    margin = margins["margin_after_service" if served else "margin"].where(sells)
    missing = rows["headroom"].fillna(0.0) / revenue.where(sells)
    enough = rows["peer_median"].notna() & sells
    done = rows.assign(
        is_large=large.astype(bool),
        growth=growth,
        margin=margin,
        growing=where_known(growth >= page.growth - 1e-12, growth.notna()),
        headroom_sign=where_known(missing >= page.headroom - 1e-12, enough),
        good_margin=where_known(margin >= margin.median() - 1e-12, margin.notna()),
    )
    done["signs"] = done[list(SIGNS)].sum(axis=1)
    done["signs_known"] = done[list(SIGNS)].notna().sum(axis=1)
    return done


def _all_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts that were there all year and still are: half a year of effort is no misfit."""
    there = (rows["tenure_days"] >= YEAR_DAYS) & rows["is_client"]
    return rows.loc[there & (rows["revenue_12m"] > 0)]


def _high(rows: pd.DataFrame, page: PotentialSettings) -> pd.DataFrame:
    there = rows["is_client"] & ~(rows["growth"] <= -page.growth) & ~rows["is_large"]
    chosen = rows.loc[there & (rows["revenue_12m"] > 0) & (rows["signs"] >= page.signs)]
    return largest_first(chosen, ["signs", "headroom", "revenue_12m"])[list(LISTED)]


def _given(rows: pd.DataFrame, high: pd.DataFrame, high_from: float) -> pd.DataFrame:
    """The accounts with revenue by what was judged of them."""
    sells = rows.loc[rows["revenue_12m"] > 0]
    revenue = sells["revenue_12m"].sum()
    told = []
    for name in GIVEN:
        level = sells[name].ge(high_from).map({True: "high", False: "other"})
        level = level.where(sells[name].notna(), "not given")
        for key in ("high", "other", "not given"):
            own = sells.loc[level.eq(key)]
            told.append(
                {
                    "judgement": name,
                    "level": key,
                    "accounts": len(own),
                    "revenue": float(own["revenue_12m"].sum()),
                    "revenue_share": own["revenue_12m"].sum() / revenue if revenue > 0 else None,
                    "in_tier_1": int(own["tier"].eq("1").sum()),
                    "high": int(own["account_id"].isin(set(high["account_id"])).sum()),
                }
            )
    return pd.DataFrame(told)
