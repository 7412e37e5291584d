"""Values of accounts whose leaving is seen: how long they stay × what they leave a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_lib.analyses.acquisition import last_complete_month
from portfolio_lib.analyses.contract_value import ContractValues, Discounting, contract_values
from portfolio_lib.analyses.contributions import yearly_serving
from portfolio_lib.analyses.stay_choice import choose_curve
from portfolio_lib.analyses.survival import tenure_months
from portfolio_lib.analyses.value_inputs import (
    CLV,
    EXPECTED_REVENUE,
    AccountValues,
    Known,
    reasons,
)

NO_CONTRACT = "no contract in force"
NOTHING_RECURS = "nothing recurring in the last three months"
NO_REVENUE = "no revenue in twelve months"
HAS_LEFT = "has left"
NOTHING_AHEAD = "no client has recurring revenue to look ahead from"
SHORTEST_YEAR_DAYS = 30.0


def values_by_contracts(known: Known) -> AccountValues:
    """Value the accounts that bring something a year, each by its age."""
    page = known.parameters.value
    lives = lives_with_start(known.rows, known.account_lives, known.from_contracts)
    until = observed_until(known)
    gap = known.parameters.policies.gap_tolerance_days
    choice = choose_curve(lives, until, gap_days=gap, page=page)
    yearly, why = yearly_revenue(known)
    gone = pd.Series(False, index=yearly.index) if why == NO_CONTRACT else _gone(known)
    yearly = yearly.where(~gone, 0.0)
    told = reasons(yearly.le(0), why).where(~gone, HAS_LEFT)
    frame = known.blank_values().assign(
        age_months=_ages(known.rows, lives, until), why_no_value=told
    )
    valued = yearly.gt(0)
    reason = choice.reason or (None if valued.any() else NOTHING_AHEAD)
    if choice.curve is None or reason is not None:
        return AccountValues(frame, stays=choice, reason=reason)
    found = contract_values(
        _ahead(known, frame, yearly).loc[valued],
        choice.curve,
        choice.lifetimes,
        discounting=Discounting(page.horizon_months, page.discount_rate),
        level=page.interval_level,
        draws=page.resamples,
        seed=known.parameters.seed,
    )
    return AccountValues(
        _filled(frame, found, known.measure),
        interval=found.margin_interval if known.measure == CLV else found.revenue_interval,
        method=found.method,
        model=choice.curve.name,
        stays=choice,
    )


def _ahead(known: Known, frame: pd.DataFrame, yearly: pd.Series) -> pd.DataFrame:
    serving = yearly_serving(known.rows, known.left, yearly)
    return pd.DataFrame(
        {
            "age": frame["age_months"].fillna(0.0),
            "months_left": known.rows["account_id"].map(months_of_notice(known)).astype("float64"),
            "yearly_revenue": yearly,
            "yearly_margin": yearly * known.left.accounts["margin_rate"] - serving,
        }
    )


def _filled(frame: pd.DataFrame, found: ContractValues, measure: str) -> pd.DataFrame:
    what = "margin" if measure == CLV else "revenue"
    values = found.accounts.reindex(frame.index)
    return frame.assign(
        chance_there=values["stays_12m"],
        clv=values["expected_margin"],
        lower=values[f"expected_{what}_lower"],
        upper=values[f"expected_{what}_upper"],
        **{EXPECTED_REVENUE: values["expected_revenue"]},
    )


def lives_with_start(
    rows: pd.DataFrame, account_lives: pd.DataFrame, from_contracts: bool
) -> pd.DataFrame:
    """The lives with the first day as a client; missing where it lies before the data, unknown.

    Clients whose start date lies before the first month of the data were there already; without a
    start date they may have been. Contracts know their days, so their lives begin with them.
    """
    starts = rows.set_index("account_id")["start_date"]
    lives = account_lives.assign(given=pd.to_datetime(account_lives["account_id"].map(starts)))
    opening = lives["first_month"].min()
    unknown = lives["given"].isna() & lives["first_month"].eq(opening)
    older = (lives["given"] < opening) | unknown
    first = lives["life_first_day"]
    lives["start"] = first if from_contracts else lives["given"].where(older, first)
    return lives.drop(columns="given")


def observed_until(known: Known) -> pd.Timestamp:
    """The day up to which lives are seen: the review date, or the end of the last whole month."""
    if known.from_contracts:
        return pd.Timestamp(known.parameters.as_of)
    month: pd.Timestamp = last_complete_month(known.parameters.as_of) + pd.offsets.MonthEnd(0)
    return month


def _ages(rows: pd.DataFrame, lives: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """Whole months as a client; 0 for one that left and came back, which counts as new."""
    since = lives["start"].fillna(lives["life_first_day"])
    ends = pd.Series(until, index=lives.index)
    nobody = pd.Series(False, index=lives.index)
    months = tenure_months(since, ends, nobody).where(~lives["has_left"].astype(bool), 0)
    by_account = dict(zip(lives["account_id"], months, strict=True))
    return rows["account_id"].map(by_account).astype("float64")


def yearly_revenue(known: Known) -> tuple[pd.Series, str]:
    """What each account brings a year as things stand, and why one without is not valued.

    The yearly value of contracts in force; where no contracts are handed in, four times what
    recurred in the last three complete months; where nothing is marked as recurring, the revenue
    of twelve months, taken up to a year for clients of less.
    """
    rows, months = known.rows, known.recurring_months
    in_force = rows["annual_value_in_force"].fillna(0.0)
    if in_force.gt(0).any():
        return in_force.clip(lower=0.0), NO_CONTRACT
    if len(months):
        last = last_complete_month(known.parameters.as_of)
        lately = months.loc[months["month"].between(last - pd.DateOffset(months=2), last)]
        sums = lately.groupby("account_id", sort=True)["recurring_revenue"].sum()
        found = rows["account_id"].map(sums).astype("float64").fillna(0.0) * 4
        return found.clip(lower=0.0), NOTHING_RECURS
    held = rows["tenure_days"].clip(lower=SHORTEST_YEAR_DAYS, upper=365.0).fillna(365.0) / 365.0
    return (rows["revenue_12m"] / held).clip(lower=0.0), NO_REVENUE


def _gone(known: Known) -> pd.Series:
    """Accounts that left and have not come back, where no contract says who is there."""
    revenue, last = known.account_month_revenue, last_complete_month(known.parameters.as_of)
    lately = revenue.loc[revenue["month"].eq(last) & revenue["revenue_net"].gt(0), "account_id"]
    left = known.account_lives.loc[known.account_lives["has_left"].astype(bool), "account_id"]
    ids = known.rows["account_id"]
    return ids.isin(left) & ~ids.isin(lately)


def months_of_notice(known: Known) -> Mapping[str, float]:
    """Whole months until the end, of accounts that have given notice of all their terms."""
    terms, as_of = known.contracts, pd.Timestamp(known.parameters.as_of)
    if terms is None or terms.empty:
        return {}
    last_days = terms["end_date"].fillna(terms["cancelled_date"])
    ahead = terms.assign(last_day=last_days).loc[last_days.isna() | last_days.ge(as_of)]
    given = ahead["cancelled_date"].le(as_of)
    staying = set(ahead.loc[~given, "account_id"])
    leaving = ahead.loc[given & ~ahead["account_id"].isin(staying)]
    last = leaving.groupby("account_id", sort=True)["last_day"].max()
    tomorrow = pd.Series(as_of + pd.Timedelta(days=1), index=last.index)
    months = tenure_months(tomorrow, last, pd.Series(False, index=last.index))
    return {str(account): float(np.maximum(0, count)) for account, count in months.items()}
