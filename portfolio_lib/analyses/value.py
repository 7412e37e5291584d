"""What clients are worth: what they leave, will leave, cost to win, and who brought whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.acquisition import acquisition_by, won_accounts
from portfolio_lib.analyses.contributions import contributions
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.held_out_models import held_out_models
from portfolio_lib.analyses.referrals import referred_accounts, referrers
from portfolio_lib.analyses.snapshots import Period, accounts_on, recorded, review_period
from portfolio_lib.analyses.tiers import chosen_tiers
from portfolio_lib.analyses.value_by_group import value_by_segment, value_by_tier
from portfolio_lib.analyses.value_figures import Churn, Valued, all_figures
from portfolio_lib.analyses.value_inputs import CONTRACTS, Known
from portfolio_lib.analyses.values_by_contracts import values_by_contracts
from portfolio_lib.analyses.values_by_purchases import values_by_purchases
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.movements import MovementSummary

YEAR_MONTHS = 12
GIVEN = ("start_date", "acquisition_cost", "acquisition_channel", "referred_by")
ACCOUNT_COLUMNS = (
    *("account_id", "account_name", "tier", "segment", "is_active"),
    *("revenue_12m", "margin_12m", "cost_to_serve_12m", "contribution", "average_ticket"),
    *("age_months", "chance_there", "expected_revenue", "clv", "lower", "upper"),
    *("why_no_value", "acquisition_channel", "acquisition_cost", "referred_by"),
)


@dataclass(frozen=True)
class ClientValue:
    """The answer of the page Value.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per account, by value: `account_id`, `account_name`, `tier`, `segment`, `is_active`,
        `revenue_12m`, `margin_12m`, `cost_to_serve_12m`, `contribution`, `average_ticket`,
        `age_months`, `chance_there` (to be there in twelve months by contracts; to be a buyer
        still, today, by purchases), `expected_revenue` and `clv` (discounted, within the horizon;
        missing where not computable), `lower` and `upper` (of what `measure` names),
        `why_no_value`, `acquisition_channel`, `acquisition_cost`, `referred_by`.
    measure : str
        ``clv`` where a margin is known, else ``expected_revenue``.
    relation : str
        ``contracts`` or ``purchases``.
    recurring_share : float or None
        Share of revenue that is agreed to repeat.
    unchosen, passed_over : str or None
        Why nothing was held out; why the best of the held-out months is not used.
    tiers, segments : frame
        See `value_by_group`; `value` is the measure.
    models : frame
        The ways to foretell, side by side on held-out months: see `held_out_models`.
    acquisition_segments, acquisition_channels : frame
        See `acquisition.acquisition_by`.
    referred, referrers : frame
        See `referrals`.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    measure: str
    relation: str
    recurring_share: float | None
    unchosen: str | None
    passed_over: str | None
    tiers: pd.DataFrame
    segments: pd.DataFrame
    models: pd.DataFrame
    acquisition_segments: pd.DataFrame
    acquisition_channels: pd.DataFrame
    referred: pd.DataFrame
    referrers: pd.DataFrame
    tier_labels: tuple[str, str, str]
    segment_word: str
    horizon_months: int
    discount_rate: float
    acquisition_months: int
    accounts_shown: int
    period: Period
    currency: str

    @property
    def as_of(self) -> dt.date:
        """Last day observed."""
        return self.period.as_of


def measure_value(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_month_revenue: pd.DataFrame,
    account_lives: pd.DataFrame,
    purchase_days: pd.DataFrame,
    purchase_summary: pd.DataFrame,
    recurring_months: pd.DataFrame,
    unit_history: pd.DataFrame,
    contracts: pd.DataFrame | None,
    movements: MovementSummary,
    *,
    parameters: UnitParameters,
) -> ClientValue:
    """Measure what the clients of a unit are worth.

    Parameters
    ----------
    accounts, account_snapshots, account_month_revenue, account_lives, purchase_days, \
purchase_summary, recurring_months, unit_history, contracts
        The table and the facts of these names.
    movements : MovementSummary
        Gives the share of clients lost in a year, for the cross-check.
    parameters : UnitParameters
        The horizon, the discount rate, what is held out and shown.

    Notes
    -----
    Where clients have contracts, value is how long they stay × what they leave a year. Where they
    just buy, it is how often they will buy × what a purchase leaves. In both the way to foretell is
    the one that did best on months that it had not seen.
    """
    page = parameters.value
    rows = _rows(accounts, account_snapshots, purchase_summary, parameters)
    known = Known(
        rows=rows,
        account_month_revenue=account_month_revenue,
        account_lives=account_lives,
        purchase_days=purchase_days,
        purchase_summary=purchase_summary,
        recurring_months=recurring_months,
        contracts=contracts,
        from_contracts=bool(unit_history["revenue_source"].eq("contracts").any()),
        left=contributions(rows, own_after_months=page.own_margin_months),
        parameters=parameters,
    )
    by = values_by_contracts if known.relation == CONTRACTS else values_by_purchases
    values = by(known)
    valued = rows.drop(columns="cost_to_serve_12m").join(known.left.accounts)
    valued = valued.join(values.accounts)
    valued["value"] = valued[known.measure]
    untold = valued["value"].isna() & valued["why_no_value"].isna()
    valued.loc[untold, "why_no_value"] = values.reason or known.left.reason
    won = won_accounts(
        valued, account_lives, _monthly(known), parameters.as_of, months=page.acquisition_months
    )
    referred = referred_accounts(valued)
    period = review_period(account_snapshots, parameters.as_of)
    return _answer(Valued(valued, known, values, won, referred, churn_of(movements), period))


def _answer(found: Valued) -> ClientValue:
    """The result: figures, and the frames that the exhibits show."""
    known, rows = found.known, found.rows
    parameters, page = known.parameters, known.parameters.value
    by_segment, by_channel = (
        acquisition_by(found.won, name, known.left.margin_rate, shown=page.groups_shown)
        for name in ("segment", "acquisition_channel")
    )
    order = rows.sort_values(
        ["value", "revenue_12m", "account_id"], ascending=[False, False, True], na_position="last"
    )
    return ClientValue(
        figures={figure.key: figure for figure in all_figures(found)},
        accounts=order.loc[:, list(ACCOUNT_COLUMNS)].reset_index(drop=True),
        measure=known.measure,
        relation=known.relation,
        recurring_share=known.recurring_share,
        unchosen=None if found.values.stays is None else found.values.stays.unchosen,
        passed_over=found.values.passed_over,
        tiers=value_by_tier(rows),
        segments=value_by_segment(rows, shown=page.groups_shown),
        models=held_out_models(found.values),
        acquisition_segments=by_segment,
        acquisition_channels=by_channel,
        referred=found.referred,
        referrers=referrers(rows, found.referred),
        tier_labels=parameters.policies.tiers.labels,
        segment_word=parameters.portfolio.market_segment,
        horizon_months=page.horizon_months,
        discount_rate=page.discount_rate,
        acquisition_months=page.acquisition_months,
        accounts_shown=page.accounts_shown,
        period=found.period,
        currency=parameters.currency,
    )


def _rows(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    purchase_summary: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """One row per account on the day of the review, with tier, segment and what was given."""
    rows = accounts_on(accounts, account_snapshots, parameters.as_of)
    given = [name for name in GIVEN if name in accounts.columns]
    rows = rows.merge(
        accounts[["account_id", *given]], on="account_id", how="left", validate="one_to_one"
    )
    for name in set(GIVEN) - set(given):
        rows[name] = None
    rows["tier"] = chosen_tiers(rows, parameters.policies.tiers)
    rows["segment"] = recorded(rows[parameters.portfolio.market_segment])
    bought = purchase_summary.set_index("account_id")
    for name in ("sales_365d", "purchase_days_365d"):
        rows[name] = rows["account_id"].map(bought[name]).astype("float64")
    days = rows["purchase_days_365d"]
    rows["average_ticket"] = rows["sales_365d"] / days.where(days > 0)
    return rows


def _monthly(known: Known) -> pd.DataFrame:
    """Revenue by account and complete month; what recurs where clients have contracts."""
    if known.relation == CONTRACTS and len(known.recurring_months):
        return known.recurring_months.rename(columns={"recurring_revenue": "revenue"})
    months = known.account_month_revenue
    return months.loc[months["is_complete_month"].astype(bool), ["account_id", "month", "revenue"]]


def churn_of(movements: MovementSummary) -> Churn:
    """Share of clients lost in twelve months, as the page of movements has it."""
    kept = movements.figures["movements.logo"]
    if not isinstance(kept.value, int | float):
        return Churn(None, kept.reason)
    if movements.horizon_months != YEAR_MONTHS:
        return Churn(
            None,
            f"retention is measured over {movements.horizon_months} months; set "
            "movements.horizon_months to 12",
        )
    return Churn(1.0 - float(kept.value), None)
