"""The published numbers of the page Value."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from portfolio_lib.analyses.acquisition import FIRST_MONTHS, NO_COST, NO_MONTH, payback
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.held_out_models import held_out_models
from portfolio_lib.analyses.snapshots import Period, positive, total
from portfolio_lib.analyses.value_inputs import CLV, CONTRACTS, AccountValues, Known
from portfolio_lib.facts import months_before

ONE_DAY = dt.timedelta(days=1)
NO_REFERRALS = (
    "no client is recorded as referred by another; hand in column referred_by of table accounts"
)
NOBODY = "no account was known on the day of the review"


@dataclass(frozen=True, eq=False)
class Churn:
    """Share of clients lost in a year, or why it is not known."""

    rate: float | None
    reason: str | None


@dataclass(frozen=True, eq=False)
class Valued:
    """Everything the figures are read from."""

    rows: pd.DataFrame
    known: Known
    values: AccountValues
    won: pd.DataFrame
    referred: pd.DataFrame
    churn: Churn
    period: Period

    @property
    def currency(self) -> str:
        return self.known.parameters.currency

    @property
    def nobody(self) -> str | None:
        return NOBODY if self.rows.empty else None

    @property
    def no_margin(self) -> str | None:
        return self.nobody or self.known.left.reason

    @property
    def no_value(self) -> str | None:
        return self.nobody or self.values.reason

    @property
    def policy(self) -> str:
        page, share = self.known.parameters.value, self.known.recurring_share
        recurs = "not known" if share is None else f"{share:.0%}"
        return (
            f"value.relation: {self.known.relation} ({recurs} of revenue recurs); horizon_months: "
            f"{page.horizon_months}; discount_rate: {page.discount_rate:g}"
        )

    @cached_property
    def with_value(self) -> pd.DataFrame:
        return self.rows.loc[self.rows["value"].notna()]

    @property
    def ahead(self) -> str:
        """The months that lifetime value covers."""
        day = self.known.parameters.as_of
        last = months_before(day, -self.known.parameters.value.horizon_months)
        return f"{(day + ONE_DAY).isoformat()} to {last.isoformat()}"


def all_figures(found: Valued) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the exhibits."""
    return (
        *left_figures(found),
        *value_figures(found),
        *model_figures(found),
        cross_check(found),
        *acquisition_figures(found),
        *referral_figures(found),
    )


def left_figures(found: Valued) -> tuple[Figure, ...]:
    """What the clients left in twelve months, and who left less than nothing."""
    rows, window = found.rows, found.period.window
    known = rows["contribution"].dropna()
    below = rows.loc[rows["contribution"] < 0]
    service = found.known.left.serving_reason
    less = "less direct cost" + ("" if service else " and cost to serve")
    note = f" Cost to serve is not taken off: {service}." if service else ""
    return (
        unless(found.no_margin, Figure("value.contribution_12m", "Left after costs, 12 months",
               total(known), found.currency,
               f"Revenue {less}, added up over clients whose direct cost is known.{note}",
               n=len(known), window=window, higher_is_better=True)),
        unless(found.nobody or service, Figure("value.cost_to_serve_12m",
               "Cost to serve, 12 months", total(rows["cost_to_serve_12m"].fillna(0.0)),
               found.currency, "Cost to serve in the twelve months, all clients.",
               n=int(rows["cost_to_serve_12m"].gt(0).sum()), window=window,
               higher_is_better=False)),
        unless(found.no_margin, Figure("value.unprofitable_accounts",
               "Clients that cost more than they bring", len(below), "accounts",
               f"Clients whose revenue {less} is below nothing.", n=len(known), window=window,
               higher_is_better=False)),
        unless(found.no_margin, Figure("value.unprofitable_sum", "What they cost beyond it",
               total(below["contribution"].abs()), found.currency,
               "What these clients cost beyond what they bring, added up.", n=len(below),
               window=window, higher_is_better=False)),
    )  # fmt: skip


def value_figures(found: Valued) -> tuple[Figure, ...]:
    """Lifetime value in sum, per client, and how much of it the first tenth brings."""
    rows, is_clv = found.with_value, found.known.measure == CLV
    n, summed = len(rows), total(rows["value"])
    first = max(1, math.ceil(n / 10))
    largest, above = total(rows["value"].nlargest(first)), total(positive(rows["value"]))
    missing = found.no_value
    clv = missing or found.known.left.reason
    top = None if above > 0 else "the value of all clients together is not above nothing"
    meant = value_definition(found)
    figures = (
        unless(clv, _with_interval(found, is_clv, Figure("value.clv_total",
               "Lifetime value of all clients", summed, found.currency, meant, n=n))),
        unless(clv, Figure("value.clv_mean", "Lifetime value of a client, mean",
               summed / max(1, n), found.currency, meant, n=n)),
        unless(missing, _with_interval(found, not is_clv, Figure("value.expected_revenue",
               "Expected revenue, discounted", total(found.rows["expected_revenue"].dropna()),
               found.currency, "Expected revenue within the horizon, discounted, before any cost.",
               n=n))),
        unless(missing or top, Figure("value.top_tenth_share",
               "Value that the first tenth of clients holds", largest / (above or 1.0), "share",
               f"Value of the {first} clients of most value ÷ value of all above nothing.", n=n)),
    )  # fmt: skip
    return tuple(replace(figure, policy=found.policy, window=found.ahead) for figure in figures)


def _with_interval(found: Valued, is_told: bool, figure: Figure) -> Figure:
    if not is_told or found.values.interval is None:
        return figure
    return replace(figure, interval=found.values.interval, interval_method=found.values.method)


def value_definition(found: Valued) -> str:
    """How lifetime value is made, in one sentence."""
    page = found.known.parameters.value
    ends = f"over {page.horizon_months} months, discounted at {page.discount_rate:.0%} a year"
    if found.known.relation == CONTRACTS:
        return (
            "Chance that the client is still there, month by month, × what it leaves a year as "
            f"things stand ÷ 12, {ends}."
        )
    return f"Expected purchases × what a purchase is expected to leave, {ends}."


def model_figures(found: Valued) -> tuple[Figure, Figure]:
    """The model that is used, and how well it foretold the held-out months."""
    models = held_out_models(found.values)
    used = models.loc[models["is_used"]]
    what = "clients lost" if found.known.relation == CONTRACTS else "purchases"
    unheld = found.values.stays.unchosen if found.values.stays else None
    actual = float(used["actual"].iloc[0]) if len(used) else 0.0
    missing = found.no_value or unheld
    if missing is None and not actual > 0:
        missing = f"there were no {what} in the held-out months"
    expected = float(used["expected"].iloc[0]) if len(used) else 0.0
    n, window = held_out_size(found)
    return (
        unless(found.no_value, Figure("value.model", "Way to foretell", found.values.model or "",
               "text", "The way that did best on months it had not seen.", n=n, window=window,
               policy=found.policy)),
        unless(missing, Figure("value.model_error", f"Held-out {what}, error of the sum",
               expected / actual - 1.0 if actual > 0 else 0.0, "share",
               f"Expected {what} ÷ actual {what} − 1, over months kept back from the model.",
               n=n, window=window)),
    )  # fmt: skip


def held_out_size(found: Valued) -> tuple[int | None, str | None]:
    """Clients behind the comparison, and the held-out days."""
    stays, purchases = found.values.stays, found.values.purchases
    if purchases is not None:
        n, first, last = purchases.customers, purchases.calibration_end, purchases.holdout_end
    elif stays is not None and stays.clients:
        n, first, last = stays.clients, stays.calibration_end, stays.holdout_end
    else:
        return None, None
    return n, f"{first + pd.Timedelta(days=1):%Y-%m-%d} to {last:%Y-%m-%d}"


def cross_check(found: Valued) -> Figure:
    """What a client leaves a year ÷ the share lost in a year: a rule of thumb beside the model."""
    active = found.rows.loc[found.rows["is_active"]]
    name = "contribution" if found.known.measure == CLV else "revenue_12m"
    amounts = active[name].dropna()
    each = total(amounts) / max(1, len(amounts))
    rate, reason = found.churn.rate, found.churn.reason
    if reason is None and not rate:
        reason = "no client was lost in the twelve months, and at that rate none ever would be"
    if reason is None and amounts.empty:
        reason = "no active client has a known amount"
    told = "leaves" if found.known.measure == CLV else "brings"
    return unless(found.nobody or reason, Figure(
        "value.cross_check", f"What a client {told} a year ÷ share lost a year",
        each / (rate or 1.0), found.currency,
        f"Mean of what an active client {told} in twelve months ÷ share of clients lost in them "
        "(ARPA ÷ churn). It looks ahead for ever, without discount, as if all clients were alike.",
        n=len(amounts), window=found.period.window,
    ))  # fmt: skip


def acquisition_figures(found: Valued) -> tuple[Figure, ...]:
    """What it costs to win a client, and how long it takes to earn that back."""
    months = found.known.parameters.value.acquisition_months
    as_of = found.known.parameters.as_of
    first = months_before(as_of, months) + ONE_DAY
    window = f"{first.isoformat()} to {as_of.isoformat()}"
    rate = found.known.left.margin_rate
    sums = payback(found.won, rate)
    nobody = f"no client was won in the {months} months to the review" if found.won.empty else None
    missing = found.nobody or nobody or (None if sums["with_cost"] else NO_COST)
    late = missing or (None if sums["in_payback"] else NO_MONTH) or found.known.left.reason
    if late is None and math.isnan(sums["payback_months"]):
        late = "what new clients leave a month is not above nothing"
    recurs = "recurring revenue" if found.known.relation == CONTRACTS else "revenue"

    def or_nothing(name: str) -> float:
        return 0.0 if math.isnan(sums[name]) else float(sums[name])

    return (
        unless(found.nobody, Figure("value.won_accounts", "Clients won", len(found.won),
               "accounts", f"Clients whose first day lies in the {months} months to the review.",
               n=len(found.won), window=window)),
        unless(missing, Figure("value.cac", "Cost to win a client", or_nothing("cac"),
               found.currency, "Acquisition cost ÷ clients won, over those with a cost on record.",
               n=int(sums["with_cost"]), window=window, higher_is_better=False)),
        unless(late, Figure("value.payback_months", "Payback of a new client",
               or_nothing("payback_months"),
               "months", f"Acquisition cost ÷ (new monthly {recurs} × direct margin); monthly is "
               f"the mean of up to {FIRST_MONTHS} complete months after the first.",
               n=int(sums["in_payback"]), window=window, higher_is_better=False)),
    )  # fmt: skip


def referral_figures(found: Valued) -> tuple[Figure, ...]:
    """How many clients came by another, and what they bring."""
    rows, referred, window = found.rows, found.referred, found.period.window
    missing = found.nobody or (NO_REFERRALS if referred.empty else None)
    whole = total(positive(rows["revenue_12m"]))
    brought = total(referred["revenue_12m"])
    clv = total(referred["clv"].dropna())
    n = len(referred)
    return (
        unless(missing, Figure("value.referred_accounts", "Clients referred by another", n,
               "accounts", "Accounts recorded as referred by another account.", n=len(rows),
               window=window, higher_is_better=True)),
        unless(missing, Figure("value.referrers", "Clients that have referred others",
               referred["referred_by"].nunique(), "accounts",
               "Accounts named as the one that referred another.", n=n, window=window)),
        unless(missing, Figure("value.referred_revenue", "Revenue of referred clients", brought,
               found.currency, "Revenue of twelve months of the referred clients.", n=n,
               window=window, higher_is_better=True)),
        unless(missing or (None if whole > 0 else "no client brought revenue in the window"),
               Figure("value.referred_share", "Revenue that came by referrals",
               brought / (whole or 1.0), "share",
               "Revenue of referred clients ÷ positive revenue of all.", n=n, window=window,
               higher_is_better=True)),
        unless(missing or found.no_value or found.known.left.reason,
               Figure("value.referred_clv", "Lifetime value of referred clients", clv,
               found.currency, "Lifetime value of the referred clients, added up.",
               n=int(referred["clv"].notna().sum()), window=found.ahead, policy=found.policy,
               higher_is_better=True)),
    )  # fmt: skip
