"""The published figures of the page Segments and tiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.snapshots import (
    NOT_RECORDED,
    Period,
    months_of_activity,
    positive,
    spoken,
    total,
)
from portfolio_lib.analyses.tiers import NO_TIER, TIERS, rule_of
from portfolio_lib.parameters.models import UnitParameters

RECORDED = (
    ("industry", "industry", "Clients with a recorded industry"),
    ("geography", "geography", "Clients with a recorded place"),
    ("relationship", "relationship_type", "Clients with a recorded kind of relationship"),
)


@dataclass(frozen=True)
class Sorted:
    """The accounts with their tiers, now and a year before, and what cannot be read."""

    rows: pd.DataFrame
    before: pd.DataFrame
    inactive: pd.DataFrame
    unavailable: Mapping[str, str]
    period: Period
    parameters: UnitParameters

    @property
    def nothing_known(self) -> str | None:
        day = spoken(self.period.as_of)
        return f"no account was known on {day}" if self.rows.empty else None

    @property
    def no_revenue(self) -> str | None:
        if self.nothing_known or total(positive(self.rows["revenue_12m"])) > 0:
            return self.nothing_known
        return f"no client brought revenue in the twelve months to {spoken(self.period.as_of)}"

    @property
    def chosen(self) -> str:
        return self.parameters.policies.tiers.policy


def all_figures(accounts: Sorted) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *(figure for tier in TIERS for figure in tier_figures(accounts, tier)),
        tier_agreement(accounts),
        *activity_figures(accounts),
        inactive_revenue(accounts),
        *(recorded_share(accounts, *names) for names in RECORDED),
    )


def tier_figures(accounts: Sorted, tier: str) -> tuple[Figure, Figure]:
    """How many clients are in a tier, and which share of revenue they bring."""
    policy = accounts.parameters.policies.tiers
    label = policy.labels[TIERS.index(tier)]
    reason = accounts.nothing_known or accounts.unavailable.get(accounts.chosen)
    rule = "" if reason else f" Tiers: {rule_of(accounts.chosen, policy)}"

    def count(rows: pd.DataFrame) -> int:
        return int(rows["tier_chosen"].eq(tier).sum())

    def share(rows: pd.DataFrame) -> float:
        revenue = positive(rows["revenue_12m"])
        return total(revenue[rows["tier_chosen"].eq(tier)]) / max(total(revenue), 1e-9)

    number = _figure(
        accounts,
        f"segments.tier_{tier}_accounts",
        f"Clients in tier {tier}, {label}",
        count(accounts.rows),
        "accounts",
        f"Accounts in tier {tier}.{rule}",
        previous=_tier_before(accounts, count),
    )
    part = _figure(
        accounts,
        f"segments.tier_{tier}_revenue_share",
        f"Revenue from tier {tier}, {label}",
        share(accounts.rows),
        "share",
        f"Revenue of the accounts in tier {tier} ÷ positive revenue of all.{rule}",
        previous=_tier_before(accounts, share),
    )
    return unless(reason, number), unless(reason or accounts.no_revenue, part)


def tier_agreement(accounts: Sorted) -> Figure:
    """How often the two readings of "the first 20 %" mean the same accounts."""
    rows = accounts.rows
    placed = rows.loc[rows["tier_cumulative_revenue"].ne(NO_TIER)]
    same = placed["tier_cumulative_revenue"].eq(placed["tier_account_rank"])
    known = _figure(
        accounts,
        "segments.tier_agreement",
        "Clients placed alike by both readings",
        float(same.mean()) if len(placed) else 0.0,
        "share",
        "Accounts in the same tier by cumulative revenue and by rank ÷ accounts with revenue.",
        n=len(placed),
        policy="readings compared: cumulative_revenue, account_rank",
    )
    return unless(accounts.no_revenue, known)


def activity_figures(accounts: Sorted) -> tuple[Figure, Figure]:
    """Inactive accounts, and their share of all."""
    days = accounts.parameters.policies.active_within_days
    policy = f"active_within_days: {days}"
    needed = 12 + months_of_activity(days)
    meaning = f"without revenue in the {days} days to the review date and without a contract"

    def count(rows: pd.DataFrame) -> int:
        return int((~rows["is_active"]).sum())

    def share(rows: pd.DataFrame) -> float:
        return count(rows) / max(1, len(rows))

    number = _figure(
        accounts,
        "segments.inactive_accounts",
        "Inactive clients",
        count(accounts.rows),
        "accounts",
        f"Accounts {meaning} in force.",
        policy=policy,
        previous=_before(accounts, count, needed),
        higher_is_better=False,
    )
    part = _figure(
        accounts,
        "segments.inactive_share",
        "Share of clients that are inactive",
        share(accounts.rows),
        "share",
        f"Accounts {meaning} in force ÷ all accounts on the books.",
        policy=policy,
        previous=_before(accounts, share, needed),
        higher_is_better=False,
    )
    return unless(accounts.nothing_known, number), unless(accounts.nothing_known, part)


def inactive_revenue(accounts: Sorted) -> Figure:
    """What the inactive accounts brought in their best twelve months."""
    best = accounts.inactive["best_revenue_12m"].dropna()
    missing = None if len(best) else "no inactive account had revenue at an earlier snapshot"
    if accounts.inactive.empty:
        missing = "no account is inactive"
    known = _figure(
        accounts,
        "segments.inactive_best_revenue",
        "Revenue inactive clients used to bring",
        round(total(best), 4),
        accounts.parameters.currency,
        "For each inactive account the most it brought in twelve months at an earlier snapshot, "
        "added up. Accounts had their best year at different times.",
        n=len(best),
        policy=f"active_within_days: {accounts.parameters.policies.active_within_days}",
    )
    return unless(accounts.nothing_known or missing, known)


def recorded_share(accounts: Sorted, name: str, column: str, label: str) -> Figure:
    """How complete a column is that a cut rests on."""
    known = accounts.rows[column].ne(NOT_RECORDED)
    figure = _figure(
        accounts,
        f"segments.{name}_recorded",
        label,
        float(known.mean()) if len(known) else 0.0,
        "share",
        f"Accounts whose {column.replace('_', ' ')} is filled in ÷ all accounts on the books.",
        higher_is_better=True,
    )
    return unless(accounts.nothing_known, figure)


def _figure(
    accounts: Sorted,
    key: str,
    label: str,
    value: float,
    unit: str,
    definition: str,
    *,
    n: int | None = None,
    policy: str | None = None,
    previous: float | None = None,
    higher_is_better: bool | None = None,
) -> Figure:
    return Figure(
        key,
        label,
        value,
        unit,
        definition,
        n=len(accounts.rows) if n is None else n,
        window=accounts.period.window,
        policy=policy or f"tiers: {accounts.chosen}",
        previous=previous,
        higher_is_better=higher_is_better,
    )


def _before(
    accounts: Sorted, measure: Callable[[pd.DataFrame], float], months: int = 24
) -> float | None:
    """The measure a year before; None where the history is too short to know it."""
    if accounts.before.empty or accounts.period.short_of(months) is not None:
        return None
    return measure(accounts.before)


def _tier_before(accounts: Sorted, measure: Callable[[pd.DataFrame], float]) -> float | None:
    """The measure a year before; a tier given in the data is today's and has no past."""
    return None if accounts.chosen == "given" else _before(accounts, measure)
