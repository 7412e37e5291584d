"""Small summaries for tests: figures by key, and the frames that situations come from."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.summary import Summary, summarise
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import unit

UNITS = {
    "portfolio.revenue_12m": "GBP",
    "portfolio.active_accounts": "accounts",
    "portfolio.average_revenue": "GBP",
    "portfolio.recurring_in_force": "GBP",
    "concentration.effective_clients": "index",
    "satisfaction.rating": "rating",
    "satisfaction.nps": "points",
    "satisfaction.detractor_revenue": "GBP",
    "satisfaction.detractor_accounts": "accounts",
    "health.red": "accounts",
    "health.at_risk_revenue": "GBP",
    "churn.revenue_at_risk": "GBP",
    "churn.to_call": "accounts",
    "churn.expected_saved": "GBP",
    "renewals.due_90d": "GBP",
    "renewals.renewed_ahead": "GBP",
    "renewals.at_risk": "GBP",
    "renewals.notice": "GBP",
    "payments.overdue": "GBP",
    "service.open_urgent": "issues",
    "service.open_urgent_revenue": "GBP",
    "stakeholders.single_threaded_red": "accounts",
    "stakeholders.single_threaded_red_revenue": "GBP",
}
SHARES = (
    *("portfolio.growth", "portfolio.clients_kept", "portfolio.margin", "movements.nrr"),
    *("movements.grr", "concentration.top_1_share", "concentration.top_10_share"),
    *("health.green_share", "churn.revenue_at_risk_share", "churn.revenue_caught"),
    *("service.compliance", "engagement.review_completion", "engagement.cadence_kept"),
    *("stakeholders.single_threaded_share", "renewals.rate", "payments.late_share"),
    *("recurrence.recurring_share", "portfolio.margin_after_service"),
)
COUNTS = ("portfolio.new_accounts", "portfolio.returned_accounts", "portfolio.lost_accounts")
LIMITS = (
    "concentration.top_10_share",
    "stakeholders.single_threaded_share",
    "payments.late_share",
)
ACCOUNTS = [
    *("account_id", "account_name", "account_manager", "annual_revenue", "probability"),
    *("revenue_at_risk", "cause"),
]
CALLS = ["name", "is_new", "gap"]


def figure(key: str, value: float | None, target: float | None = None) -> Figure:
    """A figure with its unit; None is not computable."""
    one = UNITS.get(key) or ("share" if key in SHARES else "accounts")
    label = re.sub("[_0-9]+", " ", key.partition(".")[2]).strip().capitalize()
    return Figure(
        key,
        label,
        value,
        one,
        "Made for a test.",
        n=40,
        target=target,
        higher_is_better=key not in LIMITS,
        reason="no table" if value is None else None,
    )


def summary(
    values: dict[str, float],
    targets: dict[str, float] | None = None,
    *,
    risks: list[tuple[Any, ...]] = (),
    falls: list[tuple[Any, ...]] = (),
    parameters: UnitParameters | None = None,
) -> Summary:
    """A summary of figures with these values; all others are not computable.

    `risks` are (id, name, yearly revenue, probability); `falls` are (series, gap).
    """
    aims = targets or {}
    known = {key: figure(key, values.get(key), aims.get(key)) for key in (*UNITS, *SHARES, *COUNTS)}
    accounts = pd.DataFrame(
        [(i, n, "Mo", money, p, money * p, "silence") for i, n, money, p in risks],
        columns=ACCOUNTS,
    )
    parts: dict[str, Any] = {
        room: SimpleNamespace(figures={k: f for k, f in known.items() if k.startswith(f"{room}.")})
        for room in {key.partition(".")[0] for key in known} | {"signals", "recurrence"}
    }
    parts["churn"].accounts = accounts
    parts["churn"].calls = accounts.sort_values("revenue_at_risk", ascending=False)
    parts["signals"].calls = pd.DataFrame([(n, True, g) for n, g in falls], columns=CALLS)
    parts["concentration"].clients = pd.DataFrame([("Ash", 0.4)], columns=["client_name", "share"])
    return summarise(**parts, parameters=parameters or unit())
