"""Steps about agreements: contract terms that end, and invoices that were to be paid."""

from __future__ import annotations

from portfolio_lib.facts.columns import (
    ACCOUNT,
    BUSINESS_UNIT,
    OFFERING,
    count,
    day,
    flag,
    money,
)
from portfolio_lib.facts.step import Step
from portfolio_lib.tables.contracts import Column, Kind

CONTRACT = Column("contract_id", Kind.ID, "the term", required=True)
INVOICE = Column("invoice_id", Kind.ID, "the invoice", required=True)

TERM_ENDS = Step(
    "term_ends",
    "contract term with an end, agreed by as_of, with what followed it",
    ("business_unit", "contract_id"),
    (
        BUSINESS_UNIT,
        CONTRACT,
        ACCOUNT,
        OFFERING,
        day("agreed_on", "day the term was agreed; its first day where not stated", required=True),
        day("start_date", "first day of the term", required=True),
        day("end_date", "last day of the term, inclusive", required=True),
        count("term_days", "days from the first to the last, both counted", unit="days"),
        money("annual_value", "recurring value of twelve months", required=True),
        flag("auto_renew", "true where the term renews unless cancelled; empty where not stated"),
        count("notice_days", "notice needed before the end", unit="days"),
        Column("payment_terms_days", Kind.NUMBER, "days allowed for payment", unit="days"),
        day("cancelled_date", "day notice was given, where it had been by as_of"),
        Column("successor", Kind.ID, "the term that renewed_by names, where agreed by as_of"),
        day("successor_agreed_on", "day the successor was agreed"),
        day("successor_start", "first day of the successor"),
        money("successor_value", "yearly value of the successor"),
        Column("follower", Kind.ID, "first other term of account and offering from the end on"),
        day("follower_agreed_on", "day the follower was agreed"),
        day("follower_start", "first day of the follower"),
        money("follower_value", "yearly value of the follower"),
    ),
    tables=("contracts",),
    frames=("unit_settings",),
)

INVOICE_PAYMENTS = Step(
    "invoice_payments",
    "invoice of an account with a positive sum",
    ("business_unit", "account_id", "invoice_id"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        INVOICE,
        day("invoice_date", "day of the first line", required=True),
        day("due_date", "latest day on which a line is due; empty where not stated"),
        day("paid_date", "day the last line was paid; empty while any is not"),
        money("amount", "sum of the lines", required=True),
        money("unpaid_amount", "sum of the lines not paid by as_of, never below 0", required=True),
    ),
    tables=("invoices",),
    frames=("unit_settings",),
)
