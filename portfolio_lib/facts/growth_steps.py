"""The heavy step behind the page Growth."""

from __future__ import annotations

from portfolio_lib.facts.columns import ACCOUNT, BUSINESS_UNIT, day, flag, money
from portfolio_lib.facts.step import Step
from portfolio_lib.tables.contracts import Column, Kind

OFFERING_REVIEWS = Step(
    "offering_reviews",
    "account, offering that it has bought by then, and day looked back from: the review date, and "
    "one and two years before",
    ("business_unit", "account_id", "offering", "snapshot_date"),
    (
        BUSINESS_UNIT,
        ACCOUNT,
        Column("offering", Kind.ID, "product or service line", required=True),
        day("snapshot_date", "day looked back from", required=True),
        flag("is_current", "true on the review date", required=True),
        money("revenue_12m", "revenue after credits in the 12 months to that day", required=True),
        day("first_day", "first day with revenue from it, as known then", required=True),
        day("last_day", "last day with revenue from it, as known then", required=True),
    ),
    facts=("revenue_parts",),
    frames=("snapshots",),
)
