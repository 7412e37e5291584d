"""Steps about what was known of an account on a day, and about what came of it."""

from __future__ import annotations

from portfolio_lib.facts.columns import (
    ACCOUNT,
    BUSINESS_UNIT,
    day,
    flag,
    moment,
    money,
    number,
    text,
    word,
)
from portfolio_lib.facts.features import FEATURES
from portfolio_lib.facts.step import Step
from portfolio_lib.tables.contracts import Column, Kind

ISSUE_CLOCKS = Step(
    "issue_clocks",
    "issue opened by as_of, with the times at which an answer and a solution were due",
    ("business_unit", "issue_id"),
    (
        BUSINESS_UNIT,
        Column("issue_id", Kind.ID, "the issue", required=True),
        ACCOUNT,
        word("severity", "P1 to P4; empty where not stated"),
        moment("opened_at", "when it was raised", required=True),
        moment("first_response_at", "when a person first answered, where that was by as_of"),
        moment("resolved_at", "when it was solved, where that was by as_of"),
        moment("escalated_at", "when it was escalated, where that was by as_of"),
        word("theme", "what it is about"),
        Column("owner", Kind.ID, "who looks after it"),
        number("response_hours_allowed", "hours promised for the first answer", unit="hours"),
        number("resolution_hours_allowed", "hours promised for the solution", unit="hours"),
        flag("counts_business_hours", "true where working hours alone count; empty unpromised"),
        moment("response_due_at", "when an answer was due; empty without a promise"),
        moment("resolution_due_at", "when a solution was due; empty without a promise"),
    ),
    tables=("issues", "slas", "accounts"),
    frames=("feature_days", "service_days"),
)

KEY = ("business_unit", "account_id", "snapshot_date")
SNAPSHOT = day("snapshot_date", "day looked back from, inclusive", required=True)
IS_CURRENT = flag("is_current", "true where snapshot_date is as_of", required=True)


def _topic(
    name: str,
    features: str,
    *own: Column,
    tables: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    frames: tuple[str, ...] = (),
) -> Step:
    """A step with some features, of every account and day that they can be known of.

    It is not kept: `account_features` has them all.
    """
    return Step(
        f"feature_{name}",
        f"account and day that features are taken on: {name}",
        KEY,
        (
            BUSINESS_UNIT,
            ACCOUNT,
            SNAPSHOT,
            *own,
            *(FEATURES[feature].column for feature in features.split()),
        ),
        tables=tables,
        facts=facts,
        frames=frames,
        is_kept=False,
    )


FEATURE_ACCOUNTS = _topic(
    "accounts",
    "tenure_days",
    IS_CURRENT,
    tables=("accounts", "invoices", "contracts"),
    frames=("feature_days",),
)
FEATURE_REVENUE = _topic(
    "revenue",
    "revenue_3m revenue_prior_3m revenue_12m revenue_prior_12m offerings_12m",
    day("last_sale_day", "last day of a sale, or served by one, or of contract revenue"),
    facts=("revenue_parts", "feature_accounts"),
    frames=("feature_days",),
)
FEATURE_PURCHASES = _topic(
    "purchases",
    "days_since_last_purchase purchase_days_12m gap_ratio mean_gap_days",
    facts=("purchase_days", "feature_accounts"),
    frames=("feature_days", "feature_settings"),
)
FEATURE_CONTRACTS = _topic(
    "contracts",
    "terms_in_force days_to_term_end notice_given auto_renew",
    money("value_in_force", "yearly value of the terms in force"),
    flag("terms_over", "the last term agreed by the day ended more than grace_days before"),
    tables=("contracts",),
    facts=("feature_accounts",),
    frames=("feature_days", "feature_settings"),
)
FEATURE_USAGE = _topic(
    "usage",
    "usage_3m usage_prior_3m usage_trend licence_use usage_days_since",
    tables=("usage",),
    frames=("feature_days", "feature_settings"),
)
FEATURE_SERVICE = _topic(
    "service",
    "issues_open issues_90d urgent_issues_90d breaches_90d escalations_90d",
    facts=("unit_history", "issue_clocks", "feature_accounts"),
    frames=("feature_days",),
)
FEATURE_SURVEYS = _topic(
    "surveys",
    "satisfaction satisfaction_days_since nps_score nps_days_since csat_score csat_days_since "
    "answers_12m",
    tables=("surveys",),
    facts=("feature_accounts",),
    frames=("feature_days",),
)
FEATURE_CONTACTS = _topic(
    "contacts",
    "contacts_active champion_present champion_left_180d",
    tables=("contacts",),
    facts=("feature_accounts",),
    frames=("feature_days",),
)
FEATURE_INTERACTIONS = _topic(
    "interactions",
    "contacts_met_180d top_contact_share_180d executive_met_180d interactions_90d "
    "interactions_prior_90d days_since_interaction inbound_share_180d sentiment_90d",
    tables=("interactions", "contacts"),
    facts=("feature_accounts",),
    frames=("feature_days",),
)
FEATURE_PAYMENTS = _topic(
    "payments",
    "overdue_amount late_share_12m mean_days_late_12m",
    tables=("invoices",),
    facts=("feature_accounts",),
    frames=("feature_days",),
)
FEATURE_EFFORTS = _topic(
    "efforts",
    "competitors_open hours_12m cost_to_serve_12m",
    tables=("competitors", "costs"),
    facts=("feature_accounts",),
    frames=("feature_days",),
)
TOPICS = (
    FEATURE_REVENUE,
    FEATURE_PURCHASES,
    FEATURE_CONTRACTS,
    FEATURE_USAGE,
    FEATURE_SERVICE,
    FEATURE_SURVEYS,
    FEATURE_CONTACTS,
    FEATURE_INTERACTIONS,
    FEATURE_PAYMENTS,
    FEATURE_EFFORTS,
)

ACCOUNT_FEATURES = Step(
    "account_features",
    "account and day that features are taken on, with what was known on that day",
    KEY,
    (
        BUSINESS_UNIT,
        ACCOUNT,
        SNAPSHOT,
        IS_CURRENT,
        *(feature.column for feature in FEATURES.values()),
    ),
    facts=("unit_history", FEATURE_ACCOUNTS.name, *(step.name for step in TOPICS)),
    frames=("unit_settings", "feature_settings"),
)

ACCOUNT_STAYS = Step(
    "account_stays",
    "account and run of contract terms, purchases or revenue without a pause that counts as a loss",
    ("business_unit", "account_id", "first_day"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("first_day", "first day of the run", required=True),
        day("last_day", "last day of the run; far ahead for an open-ended term", required=True),
        day("next_day", "first day of the run after it; empty where none followed by as_of"),
    ),
    tables=("contracts",),
    facts=("purchase_days", "revenue_parts"),
    frames=("feature_days", "feature_settings"),
)

CHURN_OUTCOMES = Step(
    "churn_outcomes",
    "account and day that features are taken on, with what came of it within the horizon",
    KEY,
    (
        BUSINESS_UNIT,
        ACCOUNT,
        SNAPSHOT,
        text("event", "what counts as a loss: not_renewed, no_purchase or revenue_gone"),
        flag("at_risk", "true where the loss could happen to the account", required=True),
        day("horizon_end", "last day on which the loss counts", required=True),
        day("closes_on", "day on which the outcome is known", required=True),
        flag("observed", "true where closes_on is not after as_of", required=True),
        flag("churned", "true where the account was lost; empty where not at risk or open"),
        day("churn_date", "last day of the account: of its terms, purchases or revenue"),
        money("revenue_lost", "annual_revenue of the snapshot where lost, 0 where kept"),
    ),
    facts=("account_features", "feature_revenue", ACCOUNT_STAYS.name),
    frames=("unit_settings", "feature_days", "feature_settings"),
)

FEATURE_STEPS: tuple[Step, ...] = (
    ISSUE_CLOCKS,
    FEATURE_ACCOUNTS,
    *TOPICS,
    ACCOUNT_FEATURES,
    ACCOUNT_STAYS,
    CHURN_OUTCOMES,
)
"""In the order in which they run."""
