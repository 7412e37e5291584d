"""The published figures of the page Cohort retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.parameters.models import UnitParameters

YEAR_MONTHS = 12
MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Followed:
    """What the figures are read off."""

    lives: pd.DataFrame
    curve: pd.DataFrame
    mean_accounts: Mapping[str, float]
    mean_revenue: Mapping[str, float]
    reason: str | None
    parameters: UnitParameters

    @property
    def period(self) -> str:
        return self.parameters.policies.cohort_period

    @property
    def n(self) -> int:
        """Clients followed from their first revenue on."""
        return int(self.lives["is_followed"].sum()) if len(self.lives) else 0

    @property
    def too_few(self) -> str | None:
        """Why a handful of clients say nothing on how long clients stay; None where enough are."""
        least = self.parameters.cohorts.least_accounts
        if self.n >= least:
            return None
        there = "there is" if self.n == 1 else "there are"
        return f"needs {least} clients followed from their first revenue on; {there} {self.n}"

    @property
    def window(self) -> str | None:
        """From the first month with revenue to the last day observed."""
        if self.lives.empty:
            return None
        first: dt.date = self.lives["first_month"].min().date()
        return f"{first.isoformat()} to {self.parameters.as_of.isoformat()}"


def all_figures(followed: Followed) -> list[Figure]:
    """Every figure of the page, in the order in which it is shown."""
    policies = followed.parameters.policies
    policy = f"cohort_period: {policies.cohort_period}; gap_tolerance_days: "
    figures = [
        _clients(followed),
        *_kept(followed),
        *(_survival(followed, months) for months in _ages(followed)),
        _median(followed),
    ]
    told = [replace(one, policy=f"{policy}{policies.gap_tolerance_days}") for one in figures]
    return [unless(followed.reason or one.reason, one) for one in told]


def _ages(followed: Followed) -> list[int]:
    return sorted(set(followed.parameters.cohorts.survival_months))


def _clients(followed: Followed) -> Figure:
    return Figure(
        "cohorts.accounts",
        "Clients followed",
        len(followed.lives),
        "clients",
        "Clients with revenue in at least one complete month.",
        n=len(followed.lives),
        window=followed.window,
    )


def _kept(followed: Followed) -> list[Figure]:
    """Weighted means of the cohorts after one period and after a year."""
    year = YEAR_MONTHS // MONTHS[followed.period]
    ages = {"next_period": (1, f"one {followed.period}"), "year": (year, "twelve months")}
    told = {
        "accounts": ("Clients kept", "with revenue", followed.mean_accounts),
        "revenue": ("Revenue kept", "revenue", followed.mean_revenue),
    }
    return [
        _mean(followed, f"{what}_{name}", f"{label} after {words}", part, age, means)
        for name, (age, words) in ages.items()
        for what, (label, part, means) in told.items()
    ]


def _mean(
    followed: Followed, name: str, label: str, part: str, age: int, means: Mapping[str, float]
) -> Figure:
    value = means.get(str(age))
    of = "clients" if part == "with revenue" else "first revenue"
    return Figure(
        f"cohorts.{name}",
        label,
        value,
        "share",
        f"Mean over the cohorts shown that have reached age {age} ({followed.period}s after each "
        f"client's first), weighted by {of}: {part} at that age ÷ {of} at age 0.",
        n=len(followed.lives),
        window=followed.window,
        higher_is_better=True,
        reason=None if value is not None else f"no cohort in the mean has reached age {age} yet",
    )


def _survival(followed: Followed, months: int) -> Figure:
    row = _at(followed.curve, months)
    level = f"{followed.parameters.cohorts.survival_level:.0%}"
    interval = None
    if row is not None and not pd.isna(row["low"]):
        interval = (float(row["low"]), float(row["high"]))
    unseen = None if row is not None else f"no client has been followed for {months} months"
    known = Figure(
        f"cohorts.survival_{months}",
        f"Still clients after {months} months",
        None if row is None else float(row["survival"]),
        "share",
        f"Kaplan–Meier estimate of the share of clients that stay longer than {months} months; "
        "those still there count for as long as they have been followed.",
        n=followed.n,
        window=followed.window,
        interval=interval,
        interval_method=f"{level}, log-log band" if interval else None,
        higher_is_better=True,
        reason=unseen,
    )
    return unless(unseen or followed.too_few, known)


def _at(curve: pd.DataFrame, months: int) -> pd.Series | None:
    """The row of a month; the last one where everybody had left before it."""
    known = curve.loc[curve["month"] <= months]
    if known.empty:
        return None
    row = known.iloc[-1]
    return row if row["month"] == months or row["survival"] == 0 else None


def _median(followed: Followed) -> Figure:
    """The month by which half of the clients have left."""
    unseen = "fewer than half of the clients are known to have left"
    half = followed.curve.loc[followed.curve["survival"] <= 0.5, "month"]
    known = Figure(
        "cohorts.median_months",
        "Median stay",
        None if half.empty else int(half.iloc[0]),
        "months",
        "The first month at which the Kaplan–Meier estimate is at or below one half.",
        n=followed.n,
        window=followed.window,
        higher_is_better=True,
        reason=unseen if half.empty else None,
    )
    return unless(followed.too_few or known.reason, known)
