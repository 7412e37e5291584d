"""The heavy steps: what one row of each is, what its columns mean, and the SQL that builds it.

Each step is one `SELECT` in `sql/<name>.sql`. Its header says the grain, the columns and the rules;
the declarations here type the columns, and the engine refuses a step that returns anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from portfolio_lib.errors import EngineFault
from portfolio_lib.facts.columns import (
    ACCOUNT,
    BUSINESS_UNIT,
    OFFERING,
    count,
    day,
    flag,
    moment,
    money,
    number,
    quantity,
    text,
)
from portfolio_lib.facts.feature_steps import FEATURE_STEPS
from portfolio_lib.facts.growth_steps import OFFERING_REVIEWS
from portfolio_lib.facts.step import Step
from portfolio_lib.facts.term_steps import INVOICE_PAYMENTS, TERM_ENDS
from portfolio_lib.facts.value_steps import RECURRING_MONTHS

__all__ = ["STEPS", "Step", "find_step", "steps_needed"]

UNIT_HISTORY = Step(
    "unit_history",
    "business unit",
    ("business_unit",),
    (
        BUSINESS_UNIT,
        day("as_of", "last day observed, inclusive", required=True),
        text("revenue_source", "table that revenue is built from: invoices or contracts"),
        count("invoice_lines", "invoice lines known at as_of", unit="lines"),
        count("contract_terms", "contract terms agreed by as_of", unit="terms"),
        day("first_known_day", "first invoice date, or first day a term was agreed"),
        day("first_day", "first day that a line or term may bring revenue for"),
        moment("first_issue_at", "when the first issue was opened"),
        number("longest_promise_hours", "most hours allowed for an issue", unit="hours"),
    ),
    tables=("invoices", "contracts", "issues", "slas"),
    frames=("unit_settings",),
)

REVENUE_PARTS = Step(
    "revenue_parts",
    "part of recognised revenue: the lines and terms of one account, offering and kind that became "
    "known on one day and count for the same days",
    (
        "business_unit",
        "account_id",
        "offering",
        "recurring",
        "kind",
        "known_from",
        "first_day",
        "last_day",
    ),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        OFFERING,
        flag("recurring", "true where the line repeats by agreement; empty where not stated"),
        text("kind", "sale, credit or contract"),
        day("known_from", "invoice date, or the day the term was agreed", required=True),
        day("first_day", "first day the part counts for", required=True),
        day("last_day", "last day the part counts for, in the same month", required=True),
        money("amount", "revenue of these days, net of tax; negative for credits", required=True),
        money("cost", "direct cost of these days; empty where no line has one"),
        money("amount_with_cost", "amount of the lines whose cost is known"),
        quantity("quantity", "units sold, spread like the amount"),
        count("lines", "invoice lines that begin in this part", unit="lines"),
    ),
    tables=("invoices", "contracts"),
    facts=("unit_history",),
    frames=("unit_settings", "stretches"),
)

PURCHASE_DAYS = Step(
    "purchase_days",
    "account and day with at least one sale",
    ("business_unit", "account_id", "day"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("day", "invoice date", required=True),
        money("sales", "sum of the positive lines", required=True),
        count("sale_lines", "positive lines", unit="lines"),
        count("invoices", "invoices whose first positive line is of this day", unit="invoices"),
    ),
    tables=("invoices",),
    frames=("unit_settings",),
)

ACCOUNT_MONTH_REVENUE = Step(
    "account_month_revenue",
    "account and month with revenue, a credit or a purchase",
    ("business_unit", "account_id", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("month", "first day of the month", required=True),
        money("revenue_net", "recognised revenue after credits; may be negative", required=True),
        money("revenue", "recognised revenue after credits, never below 0", required=True),
        money("cost", "direct cost; empty where no line has one"),
        money("revenue_with_cost", "net revenue of the lines whose cost is known"),
        quantity("quantity", "units sold; empty where no line says"),
        count("invoices", "sales invoices by date; empty without invoices", unit="invoices"),
        flag("is_complete_month", "false for a month that as_of cuts short", required=True),
    ),
    facts=("revenue_parts", "purchase_days"),
    frames=("unit_settings", "calendar"),
)

PURCHASE_SUMMARY = Step(
    "purchase_summary",
    "account with at least one purchase up to as_of",
    ("business_unit", "account_id"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("as_of", "last day observed, inclusive", required=True),
        day("first_purchase", "first day with a sale", required=True),
        day("last_purchase", "last day with a sale", required=True),
        count("purchase_days", "days with a sale", unit="days"),
        count("invoices", "invoices with a sale", unit="invoices"),
        money("sales", "positive lines, by invoice date", required=True),
        money("revenue", "recognised revenue after credits", required=True),
        count("purchase_days_365d", "days with a sale in the last 365 days", unit="days"),
        money("sales_365d", "positive lines dated in the last 365 days", required=True),
        money("revenue_365d", "revenue after credits of the last 365 days", required=True),
        count("days_since_last", "as_of minus last_purchase", unit="days"),
        count("age_days", "as_of minus first_purchase", unit="days"),
        count("age_at_last_purchase_days", "last_purchase minus first_purchase", unit="days"),
    ),
    facts=("purchase_days", "revenue_parts"),
    frames=("unit_settings",),
)

ACCOUNT_SNAPSHOTS = Step(
    "account_snapshots",
    "account and day looked back from, with what was known on that day",
    ("business_unit", "account_id", "snapshot_date"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("snapshot_date", "day looked back from, inclusive", required=True),
        flag("is_current", "true where snapshot_date is as_of", required=True),
        day("history_first_day", "first day with revenue in the unit, as known on the day"),
        count("days_since_last", "days since the last purchase; empty without one", unit="days"),
        count("tenure_days", "days since the first day as a client", unit="days"),
        money("revenue_3m", "net revenue of the last 3 months"),
        money("revenue_12m", "net revenue of the last 12 months"),
        money("revenue_prior_12m", "net revenue of the 12 months before those"),
        money("cost_12m", "direct cost of the last 12 months; empty where no line has one"),
        money("revenue_with_cost_12m", "part of revenue_12m whose direct cost is known"),
        money("cost_to_serve_12m", "cost to serve of the last 12 months; empty without costs"),
        count("purchase_days_12m", "days with a sale; empty without invoices", unit="days"),
        count("invoices_12m", "invoices with a sale; empty without invoices", unit="invoices"),
        money("annual_value_in_force", "yearly value in force; empty without contracts"),
        count("contracts_in_force", "terms in force; empty without contracts", unit="terms"),
        day("next_renewal_date", "first end of a term in force without a known successor"),
        count("days_to_renewal", "next_renewal_date minus snapshot_date", unit="days"),
        flag("is_active", "revenue within active_within_days, or a term in force", required=True),
        flag("is_client", "active, and its contract has not ended", required=True),
    ),
    tables=("accounts", "invoices", "contracts", "costs"),
    facts=("revenue_parts", "purchase_days"),
    frames=("unit_settings", "snapshots", "feature_settings"),
)

ACCOUNT_OFFERING_REVENUE = Step(
    "account_offering_revenue",
    "account and offering that brought revenue or a credit up to as_of",
    ("business_unit", "account_id", "offering"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        OFFERING,
        money("revenue_12m", "net revenue of the 12 months to as_of", required=True),
        money("revenue_prior_12m", "net revenue of the 12 months before those"),
        day("first_day", "first day with a sale or contract revenue"),
        day("last_day", "last day with a sale or contract revenue"),
    ),
    facts=("revenue_parts",),
    frames=("snapshots",),
)

ACCOUNT_REVIEWS = Step(
    "account_reviews",
    "account and day of a review, with what was known on that day",
    ("business_unit", "account_id", "review_day"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("review_day", "this review, the one before, and a day of frozen cut-offs"),
        day("start_date", "first day as a client, where it was given and had come"),
        day("first_purchase", "first day with a sale"),
        day("last_purchase", "last day with a sale"),
        count("purchase_days", "days with a sale, over the window of RFM", unit="days"),
        count("invoices", "invoices with a sale, over the window of RFM", unit="invoices"),
        money("revenue", "net revenue, over the window of RFM", required=True),
        money("revenue_12m", "net revenue of the 12 months to review_day", required=True),
        day("first_active_day", "first day with a sale or served by one, or under contract"),
        day("last_active_day", "last day with a sale or served by one, or under contract"),
    ),
    tables=("accounts",),
    facts=("revenue_parts", "purchase_days"),
    frames=("review_days",),
)

ORDER_LINES = Step(
    "order_lines",
    "account, day and offering with a sale in the 24 months to as_of",
    ("business_unit", "account_id", "day", "offering"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("day", "invoice date", required=True),
        OFFERING,
        money("sales", "sum of the positive lines", required=True),
        quantity("quantity", "units sold; empty where no line says"),
    ),
    tables=("invoices",),
    frames=("snapshots",),
)

ACCOUNT_MONTH_RATES = Step(
    "account_month_rates",
    "account and complete month, for units whose movements compare run rates or means",
    ("business_unit", "account_id", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("month", "first day of the month", required=True),
        money("rate", "what runs on the last day, for a month; or a mean", required=True),
    ),
    tables=("invoices", "contracts"),
    facts=("unit_history", "revenue_parts", "account_month_revenue"),
    frames=("unit_settings", "calendar", "period_lengths"),
)

REVENUE_MOVEMENTS = Step(
    "revenue_movements",
    "account and complete month in which it has revenue, is carried over a pause, or is lost",
    ("business_unit", "account_id", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("month", "first day of the month", required=True),
        money("revenue_before", "revenue of the month before", required=True),
        money("revenue_after", "revenue of the month", required=True),
        money("new_amount", "none before, and never any earlier", required=True),
        money("reactivation_amount", "none before, but some earlier", required=True),
        money("expansion_amount", "more than before", required=True),
        money("contraction_amount", "less than before, but some", required=True),
        money("churn_amount", "some before, none now", required=True),
        money("carried_amount", "part of revenue_after carried over a pause", required=True),
        money("one_off_amount", "first month's revenue that waits for a second", required=True),
    ),
    facts=("account_month_revenue", "account_month_rates"),
    frames=("unit_settings", "calendar"),
)

ACCOUNT_LIVES = Step(
    "account_lives",
    "account with revenue in at least one complete month",
    ("business_unit", "account_id"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("cohort", "first month of the period that holds first_month", required=True),
        day("first_month", "first complete month with revenue", required=True),
        day("life_first_day", "first day with revenue; of its month for invoices", required=True),
        day("life_last_day", "last day before the first long pause, or observed", required=True),
        flag("has_left", "true where a pause longer than the tolerance was seen", required=True),
    ),
    facts=("unit_history", "revenue_parts", "account_month_revenue"),
    frames=("unit_settings", "calendar", "cohort_months"),
)

COHORT_ACTIVITY = Step(
    "cohort_activity",
    "account and age, observed for its whole cohort, at which it brought revenue",
    ("business_unit", "account_id", "age"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("cohort", "first month of the period of the first revenue", required=True),
        count("age", "periods since the account's first month", unit="periods", required=True),
        money("revenue", "revenue at that age, after credits", required=True),
    ),
    facts=("account_month_revenue", "account_lives"),
    frames=("unit_settings", "calendar", "cohort_months", "cohort_ages"),
)

COHORT_TRIANGLE = Step(
    "cohort_triangle",
    "cohort and age that has been observed for the whole cohort",
    ("business_unit", "cohort", "age"),
    (
        BUSINESS_UNIT,
        day("cohort", "first month of the period of the first revenue", required=True),
        count("age", "periods since each account's first month", unit="periods", required=True),
        count("cohort_accounts", "accounts of the cohort", unit="accounts", required=True),
        money("cohort_revenue", "revenue of the cohort at age 0", required=True),
        count("accounts", "accounts with revenue at that age", unit="accounts", required=True),
        money("revenue", "revenue at that age", required=True),
    ),
    facts=("account_lives", "cohort_activity"),
    frames=("unit_settings", "calendar", "cohort_months", "cohort_ages"),
)

ACCOUNT_OFFERING_MONTHS = Step(
    "account_offering_months",
    "account, offering and month with revenue or a credit",
    ("business_unit", "account_id", "offering", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        OFFERING,
        day("month", "first day of the month", required=True),
        money("revenue_net", "recognised revenue after credits; may be negative", required=True),
        count("purchases", "days with a sale, and months served", unit="purchases", required=True),
    ),
    facts=("revenue_parts",),
    frames=("calendar",),
)

ACCOUNT_MONTH_PURCHASES = Step(
    "account_month_purchases",
    "account and month with a purchase",
    ("business_unit", "account_id", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("month", "first day of the month", required=True),
        count("purchases", "days with a sale, and months served", unit="purchases", required=True),
    ),
    facts=("revenue_parts",),
    frames=("calendar",),
)

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        UNIT_HISTORY,
        REVENUE_PARTS,
        PURCHASE_DAYS,
        ACCOUNT_MONTH_REVENUE,
        PURCHASE_SUMMARY,
        ACCOUNT_SNAPSHOTS,
        ACCOUNT_OFFERING_REVENUE,
        ACCOUNT_REVIEWS,
        ORDER_LINES,
        ACCOUNT_MONTH_RATES,
        REVENUE_MOVEMENTS,
        ACCOUNT_LIVES,
        COHORT_ACTIVITY,
        COHORT_TRIANGLE,
        ACCOUNT_OFFERING_MONTHS,
        ACCOUNT_MONTH_PURCHASES,
        TERM_ENDS,
        INVOICE_PAYMENTS,
        RECURRING_MONTHS,
        OFFERING_REVIEWS,
        *FEATURE_STEPS,
    )
}
"""Every step, each after the ones it reads."""


def find_step(name: str) -> Step:
    """The step called `name`.

    Raises
    ------
    EngineFault
        Where there is none; the nearest name is given.
    """
    if name in STEPS:
        return STEPS[name]
    near = get_close_matches(name, STEPS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(STEPS)}."
    raise EngineFault(f"There is no fact called {name[:80]!r}. {hint}")


def steps_needed(names: Sequence[str] | None) -> tuple[Step, ...]:
    """The steps called `names` and all they read, in the order they must run; all for None.

    Examples
    --------
    >>> [step.name for step in steps_needed(["account_offering_revenue"])]
    ['unit_history', 'revenue_parts', 'account_offering_revenue']
    """
    wanted = set(STEPS) if names is None else {find_step(name).name for name in names}
    for step in reversed(STEPS.values()):
        if step.name in wanted:
            wanted.update(step.facts)
    wanted.add(UNIT_HISTORY.name)
    return tuple(step for step in STEPS.values() if step.name in wanted)
