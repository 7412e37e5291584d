"""Steps about what was known of an account on a day, and about what came of it."""

from __future__ import annotations

from portfolio_lib.facts.columns import ACCOUNT, BUSINESS_UNIT, flag, moment, number, word
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

FEATURE_STEPS: tuple[Step, ...] = (ISSUE_CLOCKS,)
"""In the order in which they run."""
