"""Every feature of an account on a day, in words: what it says, in what unit, and of which cause.

The columns of `account_features` are made from this list, so that a definition stands in one place:
steps, pages and documentation all read it here.
"""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_lib.tables.contracts import Column, Kind


@dataclass(frozen=True)
class Feature:
    """One thing that was known of an account on a day.

    Parameters
    ----------
    name : str
        Column of `account_features`.
    kind : Kind
        What the column holds.
    label : str
        What people call it.
    definition : str
        What it says, in words, with what makes it empty where that is not plain.
    unit : str
        What it is counted in.
    cause : str or None
        Key of the cause that it speaks for; None where it describes the account.
    table : str
        The table without which it is empty; `invoices` stands for either source of revenue.
    """

    name: str
    kind: Kind
    label: str
    definition: str
    unit: str
    cause: str | None
    table: str

    @property
    def column(self) -> Column:
        """The column of the step."""
        return Column(self.name, self.kind, self.definition, unit=self.unit)


CURRENCY = "currency of the unit"
_COUNT, _FLAG, _MONEY, _NUMBER = Kind.INTEGER, Kind.FLAG, Kind.MONEY, Kind.NUMBER

_ACCOUNT = (
    Feature(
        "is_active",
        _FLAG,
        "active",
        "a contract term in force, or revenue within the days that make an account active",
        "yes or no",
        None,
        "accounts",
    ),
    Feature(
        "is_client",
        _FLAG,
        "still a client",
        "active, and not out of contract: where a loss is a term that is not renewed, the last of "
        "the terms agreed by the day has not ended more than the grace days before",
        "yes or no",
        None,
        "accounts",
    ),
    Feature(
        "tenure_days",
        _COUNT,
        "time as a client",
        "days since the first day as a client; since the first invoice or term where not given",
        "days",
        None,
        "accounts",
    ),
    Feature(
        "annual_revenue",
        _MONEY,
        "revenue of a year",
        "yearly value of the terms in force where revenue is built from contracts, else revenue of "
        "the last 12 months",
        CURRENCY,
        None,
        "invoices",
    ),
)

_REVENUE = tuple(
    Feature(name, kind, label, definition, unit, "falling_revenue", "invoices")
    for name, kind, label, definition, unit in (
        (
            "revenue_3m",
            _MONEY,
            "revenue of 3 months",
            "net revenue of the last 3 months",
            CURRENCY,
        ),
        (
            "revenue_prior_3m",
            _MONEY,
            "revenue of the 3 months before",
            "net revenue of the 3 months before the last 3; empty before the unit's history",
            CURRENCY,
        ),
        (
            "revenue_12m",
            _MONEY,
            "revenue of 12 months",
            "net revenue of the last 12 months",
            CURRENCY,
        ),
        (
            "revenue_prior_12m",
            _MONEY,
            "revenue of the 12 months before",
            "net revenue of the 12 months before the last 12; empty before the unit's history",
            CURRENCY,
        ),
        (
            "revenue_trend",
            _NUMBER,
            "change of revenue",
            "revenue of the last 3 months over that of the 3 months before, minus 1; empty "
            "without revenue before",
            "share",
        ),
    )
)

_PURCHASES = (
    Feature(
        "days_since_last_purchase",
        _COUNT,
        "days since the last purchase",
        "days since the last day with a sale; empty for an account that has not bought",
        "days",
        "silence",
        "invoices",
    ),
    Feature(
        "purchase_days_12m",
        _COUNT,
        "purchases in a year",
        "days with a sale in the last 12 months",
        "days",
        "silence",
        "invoices",
    ),
    Feature(
        "gap_ratio",
        _NUMBER,
        "silence against its own rhythm",
        "days since the last purchase over the account's own long gap: the gap that 80 per cent of "
        "its latest 24 gaps do not pass; empty with fewer than 4 gaps. The page Recurrence and "
        "rhythm has the settings",
        "times its own long gap",
        "silence",
        "invoices",
    ),
    Feature(
        "mean_gap_days",
        _NUMBER,
        "days between purchases",
        "mean of the same gaps between days with a sale; empty where the long gap is",
        "days",
        "silence",
        "invoices",
    ),
    Feature(
        "offerings_12m",
        _COUNT,
        "offerings held",
        "offerings that brought revenue in the last 12 months; empty where no line names one",
        "offerings",
        None,
        "invoices",
    ),
)

_CONTRACTS = tuple(
    Feature(name, kind, label, definition, unit, "contract_position", "contracts")
    for name, kind, label, definition, unit in (
        ("terms_in_force", _COUNT, "terms in force", "contract terms in force on the day", "terms"),
        (
            "days_to_term_end",
            _COUNT,
            "days to the end of a term",
            "days to the first end of a term in force for which no renewal was agreed by the day",
            "days",
        ),
        (
            "notice_given",
            _FLAG,
            "notice given",
            "notice was given by the day for a term in force that is not renewed; empty without a "
            "term in force",
            "yes or no",
        ),
        (
            "auto_renew",
            _FLAG,
            "renews by itself",
            "every term that ends next renews unless it is cancelled; empty where not stated",
            "yes or no",
        ),
    )
)

_USAGE = tuple(
    Feature(name, kind, label, definition, unit, "declining_usage", "usage")
    for name, kind, label, definition, unit in (
        (
            "usage_3m",
            _MONEY,
            "use in 3 months",
            "sum of the measure that is followed over the last 3 complete months",
            "as the measure says",
        ),
        (
            "usage_prior_3m",
            _MONEY,
            "use in the 3 months before",
            "the same over the 3 complete months before those",
            "as the measure says",
        ),
        (
            "usage_trend",
            _NUMBER,
            "change of use",
            "use of 3 months over that of the 3 months before, minus 1; empty without use before",
            "share",
        ),
        (
            "licence_use",
            _NUMBER,
            "use of what is paid for",
            "use over what the client has paid for, in the last 3 complete months",
            "share",
        ),
        (
            "usage_days_since",
            _COUNT,
            "age of the last record of use",
            "days since the first day of the last complete month with a record of use",
            "days",
        ),
    )
)

_SERVICE = tuple(
    Feature(name, _COUNT, label, definition, "issues", "service_failures", "issues")
    for name, label, definition in (
        ("issues_open", "open issues", "issues opened by the day and not solved by its end"),
        ("issues_90d", "issues", "issues opened in the last 90 days"),
        ("urgent_issues_90d", "urgent issues", "issues of P1 and P2 opened in the last 90 days"),
        (
            "breaches_90d",
            "broken service levels",
            "issues whose answer or solution fell due in the last 90 days and did not come in "
            "time; empty without service levels",
        ),
        ("escalations_90d", "escalations", "issues escalated in the last 90 days"),
    )
)

_SURVEYS = tuple(
    Feature(name, kind, label, definition, unit, "low_satisfaction", "surveys")
    for name, kind, label, definition, unit in (
        (
            "satisfaction",
            _NUMBER,
            "satisfaction",
            "the last answer about satisfaction, brought to a scale to 10; several of one day are "
            "averaged",
            "points of 10",
        ),
        (
            "satisfaction_days_since",
            _COUNT,
            "age of the satisfaction",
            "days since that answer",
            "days",
        ),
        (
            "nps_score",
            _NUMBER,
            "would recommend",
            "the last answer to whether the client would recommend us, on a scale to 10",
            "points of 10",
        ),
        (
            "nps_days_since",
            _COUNT,
            "age of the recommendation",
            "days since the last answer to whether the client would recommend us",
            "days",
        ),
        (
            "csat_score",
            _NUMBER,
            "rating of the last service",
            "the last CSAT answer, brought to a scale to 5",
            "points of 5",
        ),
        ("csat_days_since", _COUNT, "age of the rating", "days since the last CSAT answer", "days"),
        ("answers_12m", _COUNT, "answers", "answers of any kind in the last 12 months", "answers"),
    )
)

_CONTACTS = tuple(
    Feature(name, kind, label, definition, unit, cause, table)
    for name, kind, label, definition, unit, cause, table in (
        (
            "contacts_active",
            _COUNT,
            "people known",
            "contacts known and in place on the day",
            "people",
            "engagement_gone",
            "contacts",
        ),
        (
            "contacts_met_180d",
            _COUNT,
            "people met",
            "people met in the last 180 days who had not left",
            "people",
            "engagement_gone",
            "interactions",
        ),
        (
            "top_contact_share_180d",
            _NUMBER,
            "share of one person",
            "share of the person met most often in the interactions of 180 days that name one",
            "share",
            "engagement_gone",
            "interactions",
        ),
        (
            "champion_present",
            _FLAG,
            "champion in place",
            "a contact in the role of champion is in place; empty where no roles are known",
            "yes or no",
            "champion_left",
            "contacts",
        ),
        (
            "champion_left_180d",
            _FLAG,
            "champion left",
            "a champion left in the last 180 days, whether or not another is in place",
            "yes or no",
            "champion_left",
            "contacts",
        ),
        (
            "executive_met_180d",
            _FLAG,
            "executive met",
            "an executive took part in an interaction of the last 180 days; empty where not noted",
            "yes or no",
            "engagement_gone",
            "interactions",
        ),
    )
)

_INTERACTIONS = tuple(
    Feature(name, kind, label, definition, unit, "engagement_gone", "interactions")
    for name, kind, label, definition, unit in (
        (
            "interactions_90d",
            _COUNT,
            "interactions",
            "meetings, calls, mails and reviews of the last 90 days",
            "interactions",
        ),
        (
            "interactions_prior_90d",
            _COUNT,
            "interactions before",
            "the same in the 90 days before those; empty before the unit's first",
            "interactions",
        ),
        (
            "days_since_interaction",
            _COUNT,
            "days since the last interaction",
            "days since the last meeting, call, mail or review",
            "days",
        ),
        (
            "inbound_share_180d",
            _NUMBER,
            "begun by the client",
            "share of the interactions of 180 days that the client began, of those that say",
            "share",
        ),
        (
            "sentiment_90d",
            _NUMBER,
            "tone",
            "mean tone of the interactions of the last 90 days",
            "-1 to 1",
        ),
    )
)

_PAYMENTS = tuple(
    Feature(name, kind, label, definition, unit, "late_payment", "invoices")
    for name, kind, label, definition, unit in (
        (
            "overdue_amount",
            _MONEY,
            "overdue",
            "amounts past their due day and not paid, credits on the invoice taken off; empty "
            "until the unit notes payments",
            CURRENCY,
        ),
        (
            "late_share_12m",
            _NUMBER,
            "paid late",
            "share, by amount, of what fell due in the last 12 months that was paid late or is "
            "past its due day",
            "share",
        ),
        (
            "mean_days_late_12m",
            _NUMBER,
            "days late",
            "mean days late of these amounts, punctual ones as 0, unpaid ones counted to the day",
            "days",
        ),
    )
)

_EFFORTS = (
    Feature(
        "competitors_open",
        _COUNT,
        "competitors seen",
        "competitors first seen at the account within a year, or as the settings say; empty until "
        "the unit has seen any",
        "competitors",
        "competitor_seen",
        "competitors",
    ),
    Feature(
        "hours_12m",
        _MONEY,
        "hours spent",
        "hours spent on the account in the last 12 complete months",
        "hours",
        None,
        "costs",
    ),
    Feature(
        "cost_to_serve_12m",
        _MONEY,
        "cost to serve",
        "cost to serve of the last 12 complete months",
        CURRENCY,
        None,
        "costs",
    ),
)

FEATURES: dict[str, Feature] = {
    feature.name: feature
    for feature in (
        *_ACCOUNT,
        *_REVENUE,
        *_PURCHASES,
        *_CONTRACTS,
        *_USAGE,
        *_SERVICE,
        *_SURVEYS,
        *_CONTACTS,
        *_INTERACTIONS,
        *_PAYMENTS,
        *_EFFORTS,
    )
}
"""Every feature by its name, in the order of the columns of `account_features`."""
