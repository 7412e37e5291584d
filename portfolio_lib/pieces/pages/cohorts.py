"""The page Cohort retention: triangles, groups by age, and how long clients stay."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from portfolio_lib.analyses.cohorts import CohortSummary
from portfolio_lib.pieces import Column, Heat, exhibit, figure, table, words
from portfolio_lib.pieces.pages import cohort_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.retention_charts import StayLine, stay_lines

SOURCE = "accounts and revenue"
HOTTEST = {"accounts": 1.0, "revenue": 1.5}
"""Shares from which a cell has the deepest colour."""
TABLE_STEP_MONTHS = 6


def by_accounts(cohorts: CohortSummary) -> Piece:
    """The share of each cohort's clients that bring revenue at each age."""
    return _triangle(cohorts, "accounts", told.accounts_headline(cohorts), "clients with revenue")


def by_revenue(cohorts: CohortSummary) -> Piece:
    """The revenue of each cohort at each age against its first period's."""
    return _triangle(cohorts, "revenue", told.revenue_headline(cohorts), "revenue")


def _triangle(cohorts: CohortSummary, what: str, said: str, measured: str) -> Piece:
    rows: pd.DataFrame = getattr(cohorts, f"by_{what}")
    origin = parts.source(SOURCE, cohorts.as_of)
    measure = f"{measured} by cohort and age in {cohorts.period}s, % of age 0"
    name = f"cohorts-by-{what}"
    ages = _ages(rows)
    if cohorts.reason is not None or not ages:
        reason = cohorts.reason or f"no cohort has been observed for a whole {cohorts.period} yet"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    means: Mapping[str, float] = getattr(cohorts, f"mean_{what}")
    body = table(
        _named(cohorts, rows),
        caption=f"{measured.capitalize()} by cohort and age",
        name=f"{name}-table",
        row_header="name",
        columns=_triangle_columns(cohorts, rows, what),
        total={"name": "Mean", "accounts": rows["accounts"].sum(), **means},
        note=told.triangle_note(cohorts, what),
        heat=Heat(ages, low=0.0, high=HOTTEST[what]),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, to {words.day(cohorts.as_of)}",
        body=body,
        source=origin,
        name=name,
    )


def _ages(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name.isdigit()]


def _named(cohorts: CohortSummary, rows: pd.DataFrame) -> pd.DataFrame:
    names = [
        told.period_name(row["cohort"], cohorts.period) + told.marks(row)
        for row in rows.to_dict("records")
    ]
    return rows.assign(name=names)


def _triangle_columns(cohorts: CohortSummary, rows: pd.DataFrame, what: str) -> dict[str, Column]:
    return {
        "name": Column("Cohort"),
        "accounts": Column("Clients", "count"),
        **(
            {"revenue": Column("First", "money", cohorts.currency, missing="not yet observed")}
            if what == "revenue"
            else {}
        ),
        **_age_columns(rows),
    }


def _age_columns(rows: pd.DataFrame) -> dict[str, Column]:
    return {age: Column(age, "percent", missing="not yet observed") for age in _ages(rows)}


def tiers(cohorts: CohortSummary) -> Piece:
    """The share of clients that stay, by tier at entry."""
    return _groups(cohorts, "tiers", "tier at entry")


def segments(cohorts: CohortSummary) -> Piece:
    """The share of clients that stay, by segment."""
    return _groups(cohorts, "segments", cohorts.segment_word)


def _groups(cohorts: CohortSummary, kind: str, what: str) -> Piece:
    rows: pd.DataFrame = getattr(cohorts, kind)
    origin = parts.source(SOURCE, cohorts.as_of)
    measure = f"clients with revenue by {what} and age in {cohorts.period}s, % of age 0"
    said, name = told.groups_headline(cohorts, kind), f"cohorts-{kind}"
    ages = _ages(rows)
    if cohorts.reason is not None or rows.empty or not ages:
        reason = cohorts.reason or "no cohort of the mean has been observed yet"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    body = _group_table(cohorts, rows, kind, what, "clients", HOTTEST["accounts"])
    revenue: pd.DataFrame = getattr(cohorts, f"{kind}_revenue")
    return exhibit(
        headline=said,
        measure=f"{measure}, to {words.day(cohorts.as_of)}",
        body=body,
        source=origin,
        name=name,
        data=_group_table(cohorts, revenue, kind, what, "revenue", HOTTEST["revenue"]),
    )


def _group_table(
    cohorts: CohortSummary, rows: pd.DataFrame, kind: str, what: str, measured: str, hottest: float
) -> Piece:
    names = [
        told.group_name(cohorts, str(group), kind) + told.few(cohorts, int(size))
        for group, size in zip(rows["group"], rows["accounts"], strict=True)
    ]
    return table(
        rows.assign(name=names),
        caption=f"{measured.capitalize()} kept by {what} and age",
        name=f"cohorts-{kind}-{measured}",
        row_header="name",
        columns={
            "name": Column(what.capitalize()),
            "accounts": Column("Clients", "count"),
            **_age_columns(rows),
        },
        note=told.groups_note(cohorts, kind),
        heat=Heat(_ages(rows), low=0.0, high=hottest),
    )


def survival(cohorts: CohortSummary) -> Piece:
    """How long clients stay, with a band, and by tier."""
    curve = cohorts.curve
    origin = parts.source(SOURCE, cohorts.as_of)
    measure = "clients still there by months since their first revenue, %"
    said = told.survival_headline(cohorts)
    few = told.too_few(cohorts)
    if curve.empty or few:
        reason = (
            cohorts.reason or (_nobody_followed(cohorts) if curve.empty else few) or "not known"
        )
        return parts.unshown(said, measure, reason, source=origin, name="survival")
    level = words.percent(cohorts.survival_level)
    body = parts.together(
        figure(
            stay_lines(_lines(cohorts)),
            name="survival-chart",
            title="How long clients stay",
            description=told.survival_description(cohorts),
        ),
        _tier_table(cohorts),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, Kaplan–Meier with {level} band, to {words.day(cohorts.as_of)}",
        body=body,
        source=origin,
        name="survival",
        data=_survival_table(cohorts),
    )


def _nobody_followed(cohorts: CohortSummary) -> str:
    if cohorts.older == len(cohorts.lives):
        return "every client was, or may have been, there before the data begin"
    return "no client has been followed for a month"


def _lines(cohorts: CohortSummary) -> list[StayLine]:
    curve = cohorts.curve
    filled = curve["survival"]
    whole = StayLine(
        "All clients",
        curve["survival"].tolist(),
        curve["low"].fillna(filled).tolist(),
        curve["high"].fillna(filled).tolist(),
    )
    by_tier = [
        StayLine(told.group_name(cohorts, tier, "tiers"), known["survival"].tolist())
        for tier, known in cohorts.tier_curves.items()
        if _followed(cohorts, tier) >= cohorts.least_accounts
    ]
    return [whole, *(by_tier if len(by_tier) > 1 else [])]


def _followed(cohorts: CohortSummary, tier: str) -> int:
    lives = cohorts.lives
    return int((lives["is_followed"] & lives["tier"].eq(tier)).sum())


def _shown_months(cohorts: CohortSummary) -> list[int]:
    keys = [key for key in cohorts.figures if key.startswith("cohorts.survival_")]
    return sorted(int(key.rsplit("_", 1)[1]) for key in keys)


def _tier_table(cohorts: CohortSummary) -> Piece:
    """Everybody and each tier: how many, how many left, and the shares at the ages printed."""
    months = _shown_months(cohorts)
    followed, least = cohorts.lives.loc[cohorts.lives["is_followed"]], cohorts.least_accounts
    every = {
        "All clients": (followed, cohorts.curve),
        **{
            told.group_name(cohorts, tier, "tiers"): (
                followed.loc[followed["tier"].eq(tier)],
                known,
            )
            for tier, known in cohorts.tier_curves.items()
        },
    }
    rows = [
        {
            "name": name,
            "accounts": len(own),
            "left": int(own["has_left"].sum()),
            **{
                f"after_{month}": _share_at(curve, month) if len(own) >= least else None
                for month in months
            },
        }
        for name, (own, curve) in every.items()
    ]
    return table(
        pd.DataFrame(rows),
        caption="Clients still there, by tier at entry",
        name="survival-table",
        row_header="name",
        columns={
            "name": Column("Tier"),
            "accounts": Column("Clients", "count"),
            "left": Column("Left", "count"),
            **{
                f"after_{month}": Column(
                    f"After {words.plural(month, 'month')}", "percent", decimals=1,
                    missing="not known",
                )
                for month in months
            },
        },
        note=f"{told.comparison_note(cohorts)} {told.survival_note(cohorts)} Not known: fewer than "
        f"{words.plural(least, 'client')}, or none followed so long.",
    )  # fmt: skip


def _share_at(curve: pd.DataFrame, month: int) -> float | None:
    """The share still there after so many months; None where nobody was followed so long."""
    known = curve.loc[curve["month"] <= month]
    last = known.iloc[-1]
    reached = last["month"] == month or last["survival"] == 0
    return float(last["survival"]) if reached else None


def _survival_table(cohorts: CohortSummary) -> Piece:
    curve = cohorts.curve
    last = curve["month"].iloc[-1]
    wanted = {*range(0, int(last), TABLE_STEP_MONTHS), 1, 3, int(last), *_shown_months(cohorts)}
    return table(
        curve.loc[curve["month"].isin(wanted)],
        caption="Clients still there by month since their first revenue",
        name="survival-data",
        row_header="month",
        columns={
            "month": Column("Months", "count"),
            "survival": Column("Still there", "percent", decimals=1),
            "low": Column("Band from", "percent", decimals=1, missing="nobody has left, or all"),
            "high": Column("Band to", "percent", decimals=1, missing="nobody has left, or all"),
            "at_risk": Column("Followed so long", "count"),
            "left": Column("Left in the month", "count"),
        },
    )
