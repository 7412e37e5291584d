"""The published figures of potential and effort."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.effort import MORE, Effort
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.snapshots import review_period, spoken, total
from portfolio_lib.parameters.models import UnitParameters

NOTHING_GIVEN = (
    "no client's strategic value or market influence is recorded; hand in columns "
    "strategic_value and market_influence of table accounts"
)


@dataclass(frozen=True)
class Sought:
    """The accounts with their signs, and what is spent on them."""

    rows: pd.DataFrame
    high: pd.DataFrame
    effort: Effort
    rule: str
    parameters: UnitParameters

    @property
    def selling(self) -> pd.DataFrame:
        return self.rows.loc[self.rows["revenue_12m"] > 0]

    @property
    def window(self) -> str:
        day = self.parameters.as_of
        if "history_first_day" not in self.rows or self.rows.empty:
            return day.isoformat()
        return review_period(self.rows, day).window

    @property
    def no_revenue(self) -> str | None:
        day = spoken(self.parameters.as_of)
        missing = f"no client brought revenue in the twelve months to {day}"
        return missing if self.selling.empty else None

    @property
    def too_little_known(self) -> str | None:
        """Why nobody can be called one of high potential."""
        small = self.selling.loc[~self.selling["is_large"]]
        need = self.parameters.segments.potential.signs
        if self.no_revenue or small.empty:
            return self.no_revenue or "every client with revenue is large"
        if small["signs_known"].ge(need).any():
            return None
        return (
            f"no client has {need} of growth, similar clients and margin on record; hand in two "
            "years of revenue, column industry of table accounts, and costs"
        )


def all_figures(found: Sought) -> tuple[Figure, ...]:
    """Every figure of potential and effort, in the order of the definitions."""
    return (*high_figures(found), strategic_outside(found), *effort_figures(found))


def high_figures(found: Sought) -> tuple[Figure, Figure]:
    """How many accounts are of high potential, and what they lack to similar ones."""
    known = found.selling
    judged = ~known["is_large"] & known["signs_known"].ge(found.parameters.segments.potential.signs)
    number = Figure(
        "potential.high",
        "High-potential clients",
        len(found.high),
        "accounts",
        found.rule,
        n=int(judged.sum()),
        window=found.window,
        policy=f"segments.potential.signs: {found.parameters.segments.potential.signs} of 3",
    )
    room = found.high["headroom"].dropna()
    headroom = Figure(
        "potential.headroom",
        "What high-potential clients lack to similar ones",
        round(total(room), 4),
        found.parameters.currency,
        "For each high-potential client what is missing to the middle of similar clients, added "
        "up. A place to look, not a forecast.",
        n=len(room),
        window=found.window,
    )
    nobody = None if len(room) else "no high-potential client is below the middle of similar ones"
    reason = found.too_little_known
    return unless(reason, number), unless(reason or nobody, headroom)


def strategic_outside(found: Sought) -> Figure:
    """Clients judged to be strategic, or of influence, that are in no first tier."""
    rows, least = found.selling, found.parameters.segments.potential.strategic_from
    given = rows[["strategic_value", "market_influence"]]
    weighty = given.ge(least).any(axis=1)
    known = Figure(
        "potential.strategic_outside_tier_1",
        "Clients of weight outside tier 1",
        int((weighty & rows["tier"].ne("1")).sum()),
        "accounts",
        f"Clients with revenue whose strategic value or market influence was judged {least:g} or "
        "more of 5, and that are not in tier 1.",
        n=int(given.notna().any(axis=1).sum()),
        window=found.window,
    )
    missing = None if given.notna().any(axis=None) else NOTHING_GIVEN
    return unless(found.no_revenue or missing, known)


def effort_figures(found: Sought) -> tuple[Figure, ...]:
    """Where effort goes, and how many accounts it does not fit."""
    effort = found.effort
    word = {"hours": "hours", "cost": "cost to serve"}.get(effort.measure or "", "effort")
    more = effort.misfits["kind"].eq(MORE)
    first = effort.tiers["effort_share"].iloc[0]
    share = Figure(
        "potential.effort_tier_1_share",
        "Share of effort that goes to tier 1",
        None if pd.isna(first) else float(first),
        "share",
        f"Recorded {word} spent on clients of tier 1 ÷ {word} on all clients with a tier.",
        n=int(effort.tiers["accounts"].sum()),
        window=found.window,
        reason=(found.no_revenue or effort.reason or "no effort is recorded")
        if pd.isna(first)
        else None,
    )
    return (
        share,
        _misfits(found, "more", f"Clients that take more {word} than the middle client of the "
                 "tier above.", int(more.sum())),
        _misfits(found, "less", f"Clients that get less {word} than the middle client of the tier "
                 "below.", int((~more).sum())),
    )  # fmt: skip


def _misfits(found: Sought, kind: str, definition: str, value: int) -> Figure:
    label = "Clients that take more than their tier" if kind == "more" else (
        "Clients that get less than their tier"
    )  # fmt: skip
    least = found.parameters.segments.potential.least_in_tier
    known = Figure(
        f"potential.effort_{kind}",
        label,
        value,
        "accounts",
        definition,
        n=found.effort.compared,
        window=found.window,
        policy=f"segments.potential.least_in_tier: {least}",
        higher_is_better=False,
    )
    return unless(found.no_revenue or found.effort.reason, known)
