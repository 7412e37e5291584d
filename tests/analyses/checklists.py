"""Four clients on a small frame each: a world in which one practice is followed, and one not.

`a` is of tier 1, `b` of tier 2, `c` and `d` of tier 3; each brought 100, and is a client since
2020. A case says only what its rule looks at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pandas as pd

from portfolio_lib.analyses.checklist_rules.seen import Seen
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.parameters.checklist_models import ChecklistPage

DAY = dt.date(2026, 9, 30)
NOW = pd.Timestamp("2026-09-20")
LONG_AGO = pd.Timestamp("2020-01-01")
AHEAD = pd.Timestamp("2026-12-31")
ALL, IDS = "abcd", list("abcd")


def part(ok: bool, value: Any, missing: Any = None) -> list[Any]:
    """The value four times; or once, which is a quarter."""
    return [value] * 4 if ok else [value, missing, missing, missing]


def days(ok: bool, day: pd.Timestamp = NOW) -> pd.Series:
    """Four days; or one and three that are missing."""
    return pd.Series(part(ok, day, pd.NaT), dtype="datetime64[ns]")


def rows(accounts: Iterable[str], **columns: Any) -> pd.DataFrame:
    """One row per letter, the other columns the same in all rows or given as a list."""
    ids = list(accounts)
    held = {name: list(v) if isinstance(v, pd.Series) else v for name, v in columns.items()}
    return pd.DataFrame({"account_id": ids, **held}, index=range(len(ids)))


def ids(ok: bool) -> str:
    """All four clients, or the third alone: a quarter, and none of tiers 1 and 2."""
    return ALL if ok else "c"


def result(name: str, values: dict[str, float | None] | None = None, **frames: Any) -> Any:
    """Another page's result with these figures and frames."""
    figures = {
        f"{name}.{key}": Figure(
            f"{name}.{key}", key, value, "x", "…", reason="why" if value is None else None
        )
        for key, value in (values or {}).items()
    }
    return SimpleNamespace(figures=figures, **frames)


def clients(**columns: Any) -> pd.DataFrame:
    """The four clients, some columns otherwise."""
    base: dict[str, Any] = {
        "account_name": ["Ann", "Bob", "Cy", "Di"],
        "tier": ["1", "2", "3", "3"],
        "is_active": True,
        "is_client": columns.get("is_active", True),
        "revenue_12m": 100.0,
        "start_date": LONG_AGO,
        "end_date": pd.Series([pd.NaT] * 4, dtype="datetime64[ns]", index=IDS),
        "end_reason": None,
        "industry": "Retail",
        "country": "UK",
        "employees": 10,
        "account_manager": "Mo",
        "executive_sponsor": None,
        "acquisition_cost": None,
        "acquisition_channel": None,
        "referred_by": None,
        "credit_limit": 10.0,
        "strategic_value": 3.0,
        "market_influence": 3.0,
    }
    given = {k: list(v) if isinstance(v, pd.Series) else v for k, v in columns.items()}
    return pd.DataFrame({**base, **given}, index=pd.Index(IDS, name="account_id"))


def world(
    *,
    of: dict[str, Any] | None = None,
    targets: dict[str, Any] | None = None,
    results: dict[str, Any] | None = None,
    **tables: pd.DataFrame,
) -> Seen:
    """What a rule sees: clients (`of` overrides columns), tables, results, targets."""
    aims = {"top_10_share": None, "revenue_growth": None, "revenue_12m": None, **(targets or {})}
    settings: Any = SimpleNamespace(
        as_of=DAY, targets=SimpleNamespace(**aims), checklist=ChecklistPage()
    )
    return Seen(clients(**(of or {})), tables, results or {}, settings)


def plan(accounts: str, **columns: Any) -> pd.DataFrame:
    """Current plans, complete."""
    base = {
        "date": NOW,
        "goals": "grow",
        "success_measures": "hours",
        "agreed_with_client": True,
        "next_review": AHEAD,
    }
    return rows(accounts, **{**base, **columns})


def person(accounts: str, **columns: Any) -> pd.DataFrame:
    """People who are there."""
    base = {
        "role": "champion",
        "reports_to": "x",
        "influence": 3.0,
        "cadence_days": 30,
        "channel_preference": "mail",
        "left_date": pd.NaT,
        "successor": None,
    }
    return rows(accounts, **{**base, **columns})


def deal(accounts: str, **columns: Any) -> pd.DataFrame:
    """Open cross-sell deals, complete."""
    base = {
        "kind": "cross-sell",
        "outcome": None,
        "created_date": NOW,
        "close_date": AHEAD,
        "value": 10.0,
        "probability": 0.5,
        "offering": "Plan",
        "competitor": None,
        "loss_reason": None,
        "prospect_id": None,
    }
    return rows(accounts, **{**base, **columns})


def term(accounts: str, **columns: Any) -> pd.DataFrame:
    """Contracts in force, complete."""
    base = {
        "contract_id": [f"k{at}" for at in range(len(accounts))],
        "start_date": pd.Timestamp("2026-01-01"),
        "end_date": AHEAD,
        "signed_date": pd.Timestamp("2025-12-01"),
        "annual_value": 100.0,
        "status": "active",
        "auto_renew": True,
        "notice_days": 30,
        "payment_terms_days": 30.0,
        "offering": "Plan",
        "renewed_by": None,
    }
    return rows(accounts, **{**base, **columns})


def bill(accounts: str, **columns: Any) -> pd.DataFrame:
    """Bill lines, complete."""
    base = {
        "date": NOW,
        "offering": "Plan",
        "quantity": 1.0,
        "due_date": AHEAD,
        "recurring": True,
        "service_start": NOW,
        "service_end": AHEAD,
    }
    return rows(accounts, **{**base, **columns})


def meeting(accounts: str, **columns: Any) -> pd.DataFrame:
    """Contacts, complete."""
    base = {
        "date": NOW,
        "kind": "meeting",
        "contact_id": "p",
        "owner": "Mo",
        "initiated_by": "us",
        "executive_present": False,
    }
    return rows(accounts, **{**base, **columns})


def issue(accounts: str, **columns: Any) -> pd.DataFrame:
    """Solved issues, and what the page Issues says of them."""
    base = {
        "opened_at": pd.Timestamp("2026-07-01 10:00"),
        "resolved_at": pd.Timestamp("2026-07-02 10:00"),
        "first_response_at": pd.Timestamp("2026-07-01 11:00"),
        "escalated_at": pd.NaT,
        "severity": "P1",
        "theme": "billing",
        "root_cause": "old part",
        "is_urgent": True,
        "promise": "breached",
        "is_repeat": False,
    }
    return rows(accounts, **{**base, **columns})


def survey(accounts: str, **columns: Any) -> pd.DataFrame:
    """Answers to surveys."""
    base = {"date": NOW, "kind": "NPS", "score": 9.0, "scale_max": 10.0, "survey_id": "s"}
    return rows(accounts, **{**base, **columns})


def action(accounts: str, **columns: Any) -> pd.DataFrame:
    """Actions that are done."""
    base = {
        "created_date": pd.Timestamp("2026-08-01"),
        "due_date": pd.Timestamp("2026-09-01"),
        "done_date": NOW,
        "play": "call",
        "result": "met",
    }
    return rows(accounts, **{**base, **columns})


def rival(accounts: str, **columns: Any) -> pd.DataFrame:
    """Competitors at clients."""
    base = {
        "competitor": "Orb",
        "offering": "Plan",
        "first_seen": pd.Timestamp("2026-06-01"),
        "status": "active",
    }
    return rows(accounts, **{**base, **columns})


def quarters(length: int = 8, **columns: Any) -> pd.DataFrame:
    """The ends of the last quarters, earliest first."""
    ends = pd.date_range(end=pd.Timestamp(DAY), periods=length, freq="QE")
    return pd.DataFrame({"quarter_end": ends, **columns})


def by_quarter(ok: bool, column: str, **columns: Any) -> pd.DataFrame:
    """All clients on each of the last four quarter ends; or all on the last one alone."""
    ends = quarters(4)["quarter_end"] if ok else [pd.Timestamp(DAY)]
    return pd.concat([rows(ALL, **{column: end}, **columns) for end in ends], ignore_index=True)
