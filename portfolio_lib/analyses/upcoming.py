"""The terms that come due: which, when, for how much, and which of them are in danger."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.analyses.looked_at import IN_TIME, SINCE, looked_at
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.terms_due import NOTICE, RENEWED, ended_between
from portfolio_lib.analyses.tiers import TIERS
from portfolio_lib.parameters.renewal_models import RenewalsPage

COUNTED = ("terms", "accounts", "due", "renewed", "notice", "at_risk", "open")
DAYS_PER_WEEK = 7
DANGER_LEVELS = ("red", "yellow")


def upcoming_terms(
    terms: pd.DataFrame,
    signs: pd.DataFrame | None,
    risks: pd.DataFrame,
    as_of: dt.date,
    page: RenewalsPage,
) -> pd.DataFrame:
    """The terms that end within the longest stretch of days the page looks ahead.

    Parameters
    ----------
    terms : frame
        All terms with the cards of their accounts, as known on the review date.
    signs : frame or None
        Days on which something was done about an account.
    risks : frame
        `account_id`, `level` of health and `probability` of churn, where other pages say.

    Returns
    -------
    frame
        By `end_date`, larger first on a day, ties by contract: the columns of `terms`, and
        `days_to_end`, `looked_at`, `notice_open` (notice may still be given), `level`,
        `probability`, `is_at_risk` (not renewed, and notice was given, health is red or yellow, or
        churn is likely) and `risk` (which of these).
    """
    last = as_of + dt.timedelta(
        days=max(*page.windows_days, page.listed_days, 7 * page.weeks_shown)
    )
    rows = ended_between(terms, as_of, last).reset_index(drop=True)
    today = pd.Timestamp(as_of)
    rows["days_to_end"] = (rows["end_date"] - today).dt.days
    rows["looked_at"] = looked_at(rows, signs, as_of, page)
    rows["notice_open"] = (rows["notice_day"] >= today).where(rows["notice_day"].notna())
    rows = rows.merge(risks, on="account_id", how="left", validate="many_to_one")
    rows = pd.concat([rows, _dangers(rows, page)], axis=1)
    order = rows.sort_values(
        ["end_date", "annual_value", "contract_id"], ascending=[True, False, True], kind="stable"
    )
    return order.reset_index(drop=True)


def _dangers(rows: pd.DataFrame, page: RenewalsPage) -> pd.DataFrame:
    """Whether a term is at risk, and the signs in words, the gravest first."""
    likely = rows["probability"].ge(page.at_risk_probability)
    words = [
        [
            *(["notice given"] if state == NOTICE else []),
            *([f"health {level}"] if level in DANGER_LEVELS else []),
            *(["churn likely"] if is_likely else []),
        ]
        for state, level, is_likely in zip(rows["state"], rows["level"], likely, strict=True)
    ]
    open_ = rows["state"].ne(RENEWED).to_numpy()
    found = pd.DataFrame(
        {
            "risk": [
                ", ".join(signs) if unsettled else ""
                for signs, unsettled in zip(words, open_, strict=True)
            ]
        },
        index=rows.index,
    ).astype({"risk": "object"})
    return found.assign(is_at_risk=found["risk"].ne(""))


def within(upcoming: pd.DataFrame, days: int) -> pd.DataFrame:
    """The terms that end within so many days."""
    return upcoming.loc[upcoming["days_to_end"] <= days]


def due_windows(upcoming: pd.DataFrame, as_of: dt.date, page: RenewalsPage) -> pd.DataFrame:
    """What is due within each number of days: one row each, wider ones hold the narrower.

    Returns
    -------
    frame
        `days`, `until`, `terms`, `accounts`, `due` = `renewed` (due of terms renewed already) +
        `notice` + `open`, `at_risk` (of the last two), `looked_at` and `asked` (terms looked at in
        time, and terms whose mark has passed or that were looked at; NaN where no table says).
    """
    rows = [
        {
            "days": days,
            "until": as_of + dt.timedelta(days=days),
            **_counted(within(upcoming, days)),
        }
        for days in page.windows_days
    ]
    frame = pd.DataFrame(rows, columns=["days", "until", *COUNTED, "looked_at", "asked"])
    return frame.assign(until=pd.to_datetime(frame["until"]))


def due_by_tier(upcoming: pd.DataFrame, page: RenewalsPage) -> pd.DataFrame:
    """What is due within the days listed, by tier: `tier` and the columns of `due_windows`."""
    rows = within(upcoming, page.listed_days)
    held = [tier for tier in (*TIERS, "none") if rows["tier"].eq(tier).any()]
    sums = [{"tier": tier, **_counted(rows.loc[rows["tier"].eq(tier)])} for tier in held]
    return pd.DataFrame(sums, columns=["tier", *COUNTED, "looked_at", "asked"])


def _counted(rows: pd.DataFrame) -> dict[str, float]:
    due, state = rows["annual_value"], rows["state"]
    known = rows["looked_at"].notna().any()
    timely = int(rows["looked_at"].eq(IN_TIME).sum())
    asked = int(rows["looked_at"].isin([IN_TIME, SINCE, "not yet"]).sum())
    renewed, notice = state.eq(RENEWED), state.eq(NOTICE)
    return {
        "terms": len(rows),
        "accounts": rows["account_id"].nunique(),
        "due": total(due),
        "renewed": total(due[renewed]),
        "notice": total(due[notice]),
        "at_risk": total(due[rows["is_at_risk"]]),
        "open": total(due[~renewed & ~notice]),
        "looked_at": float(timely) if known else np.nan,
        "asked": float(asked) if known else np.nan,
    }


def weeks_ahead(upcoming: pd.DataFrame, as_of: dt.date, page: RenewalsPage) -> pd.DataFrame:
    """What is due in each week ahead.

    Returns
    -------
    frame
        One row per week from the day after the review: `first_day`, `terms`, and the value due:
        `renewed`, `at_risk`, `open` (neither).
    """
    place = (upcoming["days_to_end"] - 1) // DAYS_PER_WEEK
    rows = []
    for week in range(page.weeks_shown):
        held = upcoming.loc[place.eq(week)]
        renewed, danger = held["state"].eq(RENEWED), held["is_at_risk"]
        rows.append(
            {
                "first_day": as_of + dt.timedelta(days=1 + DAYS_PER_WEEK * week),
                "terms": len(held),
                "renewed": total(held.loc[renewed, "annual_value"]),
                "open": total(held.loc[~renewed & ~danger, "annual_value"]),
                "at_risk": total(held.loc[danger, "annual_value"]),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(first_day=pd.to_datetime(frame["first_day"]))
