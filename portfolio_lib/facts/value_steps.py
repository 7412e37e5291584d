"""The heavy steps behind the page Value."""

from __future__ import annotations

from portfolio_lib.facts.columns import ACCOUNT, BUSINESS_UNIT, day, money
from portfolio_lib.facts.step import Step

RECURRING_MONTHS = Step(
    "recurring_months",
    "account and complete month with revenue that is agreed to repeat",
    ("business_unit", "account_id", "month"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        day("month", "first day of the month", required=True),
        money("recurring_revenue", "net revenue of the month that recurs", required=True),
    ),
    facts=("revenue_parts",),
    frames=("unit_settings", "calendar"),
)
