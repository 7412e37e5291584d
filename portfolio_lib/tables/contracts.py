"""The contracts of the portfolio tables, written once.

A contract says what one row is, which columns there are, what each holds, and which of them may
be missing. The same contracts check the data that comes in, type it, fill the data dictionary in
the documentation, and shape the demo firm.

Two things are said here so that nothing from the future can slip into a figure:

* `Table.known_from` names the columns whose first filled one is the day a row became known.
* `Column.known_when` names the date that must have passed before the column's value was known.
  A date column that records an event (an invoice was paid) names itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class Kind(StrEnum):
    """What a column holds."""

    ID = "id"
    TEXT = "text"
    CATEGORY = "category"
    DATE = "date"
    TIMESTAMP = "timestamp"
    MONEY = "money"
    NUMBER = "number"
    INTEGER = "integer"
    SHARE = "share"
    FLAG = "flag"


ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CATEGORY: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.MONEY: pa.decimal128(18, 4),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.SHARE: pa.float64(),
    Kind.FLAG: pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str | None = None
    known_when: str | None = None


@dataclass(frozen=True)
class Table:
    """The contract of one table.

    `key` is unique within a business unit; an empty key means that rows have no identity of their
    own. `shared_rows` is true where a row without a business unit may belong to every unit that
    lists its account; false where that would count money twice.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    known_from: tuple[str, ...] = ()
    shared_rows: bool = True

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of a checked table: every column, typed, in this order."""
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])


def _id(
    name: str, meaning: str, *, required: bool = False, references: str | None = None
) -> Column:
    return Column(name, Kind.ID, meaning, required=required, references=references)


def _text(
    name: str, meaning: str, *, required: bool = False, known_when: str | None = None
) -> Column:
    return Column(name, Kind.TEXT, meaning, required=required, known_when=known_when)


def _category(
    name: str, meaning: str, *allowed: str, required: bool = False, known_when: str | None = None
) -> Column:
    return Column(
        name, Kind.CATEGORY, meaning, required=required, allowed=allowed, known_when=known_when
    )


def _date(name: str, meaning: str, *, required: bool = False, event: bool = False) -> Column:
    return Column(name, Kind.DATE, meaning, required=required, known_when=name if event else None)


def _time(name: str, meaning: str, *, required: bool = False, event: bool = False) -> Column:
    return Column(
        name, Kind.TIMESTAMP, meaning, required=required, known_when=name if event else None
    )


def _money(
    name: str, meaning: str, *, required: bool = False, minimum: float | None = None
) -> Column:
    return Column(
        name, Kind.MONEY, meaning, required=required, unit="currency of the unit", minimum=minimum
    )


def _number(
    name: str,
    meaning: str,
    *,
    unit: str,
    required: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    known_when: str | None = None,
) -> Column:
    return Column(
        name, Kind.NUMBER, meaning, required, unit, (), minimum, maximum, known_when=known_when
    )


def _count(
    name: str, meaning: str, *, unit: str, minimum: float | None = 0, maximum: float | None = None
) -> Column:
    return Column(name, Kind.INTEGER, meaning, unit=unit, minimum=minimum, maximum=maximum)


def _share(name: str, meaning: str, *, known_when: str | None = None) -> Column:
    return Column(
        name, Kind.SHARE, meaning, unit="share, 0 to 1", minimum=0, maximum=1, known_when=known_when
    )


def _flag(name: str, meaning: str, *, known_when: str | None = None) -> Column:
    return Column(name, Kind.FLAG, meaning, known_when=known_when)


BUSINESS_UNIT = _id(
    "business_unit",
    "the business unit that serves the account; may be left out where a source holds one unit only",
)
ACCOUNT = _id("account_id", "the client company", required=True, references="accounts.account_id")
CURRENCY = _id("currency", "ISO 4217 code; left out where all money is in the unit's currency")

ACCOUNTS = Table(
    "accounts",
    "client company in one business unit",
    (
        BUSINESS_UNIT,
        _id("account_id", "your own number for the client", required=True),
        _text("account_name", "the name people know the client by", required=True),
        _text("industry", "industry segment"),
        _text("country", "country of the client"),
        _text("region", "region within or above the country, as you use the word"),
        _text("city", "city"),
        _category(
            "relationship_type",
            "what the company is to you",
            "client",
            "partner",
            "channel",
            "national account",
            "former",
        ),
        _id(
            "parent_account_id",
            "the account that owns this one; both count as one for concentration",
        ),
        _id("account_manager", "who looks after the account", references="managers.manager"),
        _text("executive_sponsor", "the executive on your side"),
        _date("start_date", "first day as a client"),
        _date("end_date", "last day as a client", event=True),
        _text("end_reason", "why the client left", known_when="end_date"),
        _text("acquisition_channel", "how the client came"),
        _money("acquisition_cost", "spend to win the client", minimum=0),
        _id("referred_by", "the account that recommended you"),
        _category("tier", "tier given by you: 1 strategic, 2 core, 3 transactional", "1", "2", "3"),
        _count("employees", "size of the client", unit="people"),
        CURRENCY,
        _money("credit_limit", "most that may be owed", minimum=0),
        _number(
            "market_influence", "weight in its market", unit="score 1 to 5", minimum=1, maximum=5
        ),
        _number(
            "strategic_value",
            "weight for you beyond revenue",
            unit="score 1 to 5",
            minimum=1,
            maximum=5,
        ),
    ),
    key=("account_id",),
    known_from=("start_date",),
)

INVOICES = Table(
    "invoices",
    "invoice line; credits are negative",
    (
        BUSINESS_UNIT,
        _id("invoice_id", "the invoice the line stands on", required=True),
        _id("line_id", "number of the line; where given, invoice and line are unique together"),
        ACCOUNT,
        _date("date", "invoice date", required=True),
        _money(
            "amount", "net amount of the line, without tax; negative for a credit", required=True
        ),
        _number("quantity", "units sold", unit="units"),
        _id("offering", "product or service line"),
        _money("cost", "direct cost of the line"),
        _date("service_start", "first day the line pays for"),
        _date("service_end", "last day the line pays for, inclusive"),
        _date("due_date", "day payment is due"),
        _date("paid_date", "day payment arrived", event=True),
        _flag("recurring", "true where the line repeats by agreement"),
        CURRENCY,
    ),
    known_from=("date",),
    shared_rows=False,
)

CONTRACTS = Table(
    "contracts",
    "contract or subscription term",
    (
        BUSINESS_UNIT,
        _id("contract_id", "your own number for the term", required=True),
        ACCOUNT,
        _id("offering", "product or service line"),
        _date("signed_date", "day the term was agreed; the start date where left out"),
        _date("start_date", "first day of the term", required=True),
        _date("end_date", "last day of the term, inclusive; empty for an open-ended one"),
        _money("annual_value", "recurring value of twelve months", required=True, minimum=0),
        _text("status", "status as your system has it"),
        _flag("auto_renew", "true where the term renews unless cancelled"),
        _count("notice_days", "notice needed before the end", unit="days"),
        _id("renewed_by", "the contract that follows this one"),
        _number("payment_terms_days", "days allowed for payment", unit="days", minimum=0),
        _date("cancelled_date", "day notice was given", event=True),
        CURRENCY,
    ),
    key=("contract_id",),
    known_from=("signed_date", "start_date"),
    shared_rows=False,
)

OFFERINGS = Table(
    "offerings",
    "product or service line",
    (
        _id("offering", "name or number used in the other tables", required=True),
        _text("family", "group the offering belongs to"),
        _money("list_price", "price before discounts", minimum=0),
        _share("margin", "gross margin as a share of price"),
        _text("eligible_industries", "industries that may buy it, separated by ';'; empty for all"),
    ),
    key=("offering",),
)

CONTACTS = Table(
    "contacts",
    "person at a client",
    (
        BUSINESS_UNIT,
        _id("contact_id", "your own number for the person", required=True),
        ACCOUNT,
        _text("name", "the person's name"),
        _text("title", "job title"),
        _category(
            "role",
            "part played in buying",
            "economic buyer",
            "champion",
            "influencer",
            "decision maker",
            "executive sponsor",
            "end user",
            "detractor",
        ),
        _id("reports_to", "contact_id of the superior"),
        _number("influence", "weight in decisions", unit="score 1 to 5", minimum=1, maximum=5),
        _number(
            "strength",
            "strength of the relationship, given by you",
            unit="score 1 to 5",
            minimum=1,
            maximum=5,
        ),
        _count("cadence_days", "agreed days between contacts", unit="days", minimum=1),
        _text("channel_preference", "how the person likes to be reached"),
        _date("start_date", "first day known in the role"),
        _date("left_date", "day the person left", event=True),
        _flag("is_primary", "true for the main contact"),
        _id("successor", "contact_id of who took over"),
    ),
    key=("contact_id",),
    known_from=("start_date",),
)

INTERACTIONS = Table(
    "interactions",
    "meeting, call, mail or business review",
    (
        BUSINESS_UNIT,
        _id("interaction_id", "your own number for it", required=True),
        ACCOUNT,
        _id("contact_id", "the person met", references="contacts.contact_id"),
        _date("date", "day it took place", required=True),
        _category(
            "kind",
            "what it was",
            "meeting",
            "call",
            "mail",
            "QBR",
            "EBR",
            "event",
            "training",
            "other",
        ),
        _category("initiated_by", "who began it", "us", "client"),
        _id("owner", "who of you took part"),
        _number("sentiment", "tone", unit="−1 to 1", minimum=-1, maximum=1),
        _flag("executive_present", "true where an executive took part"),
    ),
    key=("interaction_id",),
    known_from=("date",),
)

ISSUES = Table(
    "issues",
    "ticket, complaint or escalation",
    (
        BUSINESS_UNIT,
        _id("issue_id", "your own number for it", required=True),
        ACCOUNT,
        _time("opened_at", "when it was raised", required=True),
        _time("first_response_at", "when a person first answered", event=True),
        _time("resolved_at", "when it was solved", event=True),
        _category("severity", "P1 is the gravest", "P1", "P2", "P3", "P4"),
        _text("status", "status as your system has it", known_when="resolved_at"),
        _id("owner", "who looks after it"),
        _text("theme", "what it is about"),
        _time("escalated_at", "when it was escalated", event=True),
        _text("root_cause", "cause found", known_when="resolved_at"),
    ),
    key=("issue_id",),
    known_from=("opened_at",),
)

SLAS = Table(
    "slas",
    "severity, or severity and tier",
    (
        BUSINESS_UNIT,
        Column(
            "severity",
            Kind.CATEGORY,
            "severity promised for",
            True,
            allowed=("P1", "P2", "P3", "P4"),
        ),
        _category("tier", "tier promised for; empty for all", "1", "2", "3"),
        _number("response_hours", "hours to the first answer", unit="hours", minimum=0),
        _number("resolution_hours", "hours to the solution", unit="hours", minimum=0),
        _category("calendar", "which hours count", "elapsed", "business hours"),
    ),
    key=("severity", "tier"),
)

SURVEYS = Table(
    "surveys",
    "answer to a survey",
    (
        BUSINESS_UNIT,
        _id("survey_id", "your own number for the answer", required=True),
        ACCOUNT,
        _id("contact_id", "who answered", references="contacts.contact_id"),
        _date("date", "day of the answer, or of the request where no answer came", required=True),
        _category("kind", "question asked", "NPS", "CSAT", "satisfaction"),
        _number("score", "answer; empty where the person did not answer", unit="points", minimum=0),
        _number("scale_max", "highest answer possible", unit="points", minimum=1),
        _text("comment", "words of the client"),
    ),
    key=("survey_id",),
    known_from=("date",),
)

OPPORTUNITIES = Table(
    "opportunities",
    "deal",
    (
        BUSINESS_UNIT,
        _id("opportunity_id", "your own number for the deal", required=True),
        _id("account_id", "the client; empty for a prospect", references="accounts.account_id"),
        _id("prospect_id", "the prospect; empty for a client", references="prospects.prospect_id"),
        _category(
            "kind", "what it would bring", "cross-sell", "upsell", "new", "renewal", "partnership"
        ),
        _id("offering", "product or service line"),
        _money("value", "yearly value if won", minimum=0),
        _share("probability", "chance given by the owner"),
        _text("stage", "stage of the sale", known_when=None),
        _date("created_date", "day the deal was opened"),
        _date("close_date", "day it was closed; for an open deal, the day expected"),
        _category("outcome", "result; empty while open", "won", "lost", known_when="close_date"),
        _text("competitor", "who else was in it"),
        _text("loss_reason", "why it was lost", known_when="close_date"),
        _id("owner", "who of you leads it"),
        CURRENCY,
    ),
    key=("opportunity_id",),
    known_from=("created_date", "close_date"),
    shared_rows=False,
)

USAGE = Table(
    "usage",
    "account, period and measure",
    (
        BUSINESS_UNIT,
        ACCOUNT,
        _date("period", "first day of the period", required=True),
        _id("measure", "what was counted", required=True),
        _number("value", "count", unit="as the measure says", required=True),
        _number(
            "licensed", "most that the client has paid for", unit="as the measure says", minimum=0
        ),
    ),
    key=("account_id", "period", "measure"),
    known_from=("period",),
)

MILESTONES = Table(
    "milestones",
    "onboarding step",
    (
        BUSINESS_UNIT,
        ACCOUNT,
        _id("milestone", "name of the step", required=True),
        _date("planned_date", "day planned"),
        _date("done_date", "day done", event=True),
        _flag("is_first_value", "true for the step at which the client first has a benefit"),
    ),
    key=("account_id", "milestone"),
)

PLANS = Table(
    "plans",
    "account plan",
    (
        BUSINESS_UNIT,
        ACCOUNT,
        _date("date", "day the plan was written", required=True),
        _text("goals", "goals of the client"),
        _text("success_measures", "how success is measured"),
        _flag("agreed_with_client", "true where the client agreed to the measures"),
        _date("next_review", "day the plan is looked at again"),
    ),
    key=("account_id", "date"),
    known_from=("date",),
)

ACTIONS = Table(
    "actions",
    "action of an earlier plan",
    (
        BUSINESS_UNIT,
        _id("action_id", "your own number for it", required=True),
        _id("account_id", "the client; empty for the portfolio", references="accounts.account_id"),
        _date("created_date", "day it was agreed", required=True),
        _date("due_date", "day it was due"),
        _id("owner", "who promised it"),
        _id("play", "the play it came from"),
        _text("status", "status as your system has it", known_when="done_date"),
        _date("done_date", "day it was done", event=True),
        _text("result", "what came of it", known_when="done_date"),
    ),
    key=("action_id",),
    known_from=("created_date",),
)

COSTS = Table(
    "costs",
    "account and period of cost to serve",
    (
        BUSINESS_UNIT,
        ACCOUNT,
        _date("period", "first day of the period", required=True),
        _money("cost", "cost to serve, beyond the direct cost of what was sold"),
        _number("hours", "hours spent", unit="hours", minimum=0),
    ),
    key=("account_id", "period"),
    known_from=("period",),
    shared_rows=False,
)

MANAGERS = Table(
    "managers",
    "account manager",
    (
        _id("manager", "name or number used in the other tables", required=True),
        _text("team", "team"),
        _count("capacity_accounts", "accounts that can be looked after well", unit="accounts"),
        _number("hours_per_week", "hours for clients", unit="hours", minimum=0),
        _text("specialty", "what the person knows best"),
        _flag("training_done", "true where this year's training is done"),
    ),
    key=("manager",),
)

PROSPECTS = Table(
    "prospects",
    "company that is not yet a client",
    (
        BUSINESS_UNIT,
        _id("prospect_id", "your own number for it", required=True),
        _text("name", "name"),
        _text("industry", "industry segment"),
        _text("country", "country"),
        _count("employees", "size", unit="people"),
        _text("source", "where the name came from"),
    ),
    key=("prospect_id",),
)

COMPETITORS = Table(
    "competitors",
    "threat at an account",
    (
        BUSINESS_UNIT,
        ACCOUNT,
        _id("competitor", "who", required=True),
        _id("offering", "where they compete"),
        _date("first_seen", "day first noticed"),
        _text("status", "status as your system has it"),
    ),
    key=("account_id", "competitor", "offering"),
    known_from=("first_seen",),
)

ATTESTATIONS = Table(
    "attestations",
    "answer to a checklist item or criterion",
    (
        BUSINESS_UNIT,
        _id("item", "item answered", required=True),
        _text("status", "answer, or a score from 1 to 5", required=True),
        _text("evidence", "what shows it"),
        _text("by_role", "role of the person who answers"),
        _date("date", "day of the answer", required=True),
        _date("expires", "last day it holds"),
    ),
    key=("item", "date"),
    known_from=("date",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS,
        INVOICES,
        CONTRACTS,
        OFFERINGS,
        CONTACTS,
        INTERACTIONS,
        ISSUES,
        SLAS,
        SURVEYS,
        OPPORTUNITIES,
        USAGE,
        MILESTONES,
        PLANS,
        ACTIONS,
        COSTS,
        MANAGERS,
        PROSPECTS,
        COMPETITORS,
        ATTESTATIONS,
    )
}

REVENUE_TABLES = ("invoices", "contracts")
"""At least one of these must be handed in beside `accounts`."""
