"""How new clients are taken on: steps on time, time to the first value, gaps at the start."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.survival import survival_curve
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.relationship_models import EngagementSettings

STEP_COLUMNS = ("account_id", "milestone", "planned_date", "done_date", "is_first_value")
LEVEL = 0.9


@dataclass(frozen=True)
class FirstValue:
    """Days from the start to the first value: the median, its interval, and who stands behind it.

    `median` is None where fewer than half have reached it so far.
    """

    median: float | None
    interval: tuple[float, float] | None
    clients: int
    reached: int


def new_clients(accounts: pd.DataFrame, as_of: dt.date, months: int) -> pd.DataFrame:
    """The clients that started in the months to a day, by start and id.

    Returns
    -------
    frame
        `account_id`, `account_name`, `start_date`, `end_date` (empty while a client).
    """
    wanted = ["account_id", "account_name", "start_date", "end_date"]
    rows = accounts.reindex(columns=wanted)
    for name in wanted[2:]:
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[s]")
    end = pd.Timestamp(as_of)
    rows["end_date"] = rows["end_date"].mask(rows["end_date"].gt(end))
    started = rows["start_date"].gt(pd.Timestamp(months_before(as_of, months)))
    rows = rows.loc[started & rows["start_date"].le(end)]
    return rows.sort_values(["start_date", "account_id"], kind="stable").reset_index(drop=True)


def steps_of(
    milestones: pd.DataFrame | None, clients: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    """The onboarding steps of these clients, each with how it stands on the day.

    Returns
    -------
    frame
        One row per client and step: the columns of the table, `start_date`, `end_date`, and
        `state`: ``on time``, ``late``, ``open`` (planned by the day and not done), ``ahead``
        (planned later) or ``undated``.
    """
    given = pd.DataFrame() if milestones is None else milestones
    rows = given.reindex(columns=list(STEP_COLUMNS))
    for name in ("planned_date", "done_date"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[s]")
    end = pd.Timestamp(as_of)
    rows["done_date"] = rows["done_date"].mask(rows["done_date"].gt(end))
    rows = rows.astype({"account_id": "object"}).merge(
        clients[["account_id", "start_date", "end_date"]].astype({"account_id": "object"}),
        on="account_id",
        how="inner",
    )
    planned, done = rows["planned_date"], rows["done_date"]
    rows["state"] = np.select(
        [planned.isna(), planned.gt(end), done.isna(), done.le(planned)],
        ["undated", "ahead", "open", "on time"],
        default="late",
    )
    return rows.sort_values(["account_id", "milestone"], kind="stable").reset_index(drop=True)


def by_step(steps: pd.DataFrame) -> pd.DataFrame:
    """Totals by step, in the order in which they are planned.

    Returns
    -------
    frame
        `milestone`, `planned` (median days from the start), `due` (planned by the day), `on_time`,
        `late`, `open`, `on_time_share`.
    """
    offset = (steps["planned_date"] - steps["start_date"]).dt.days.astype("float64")
    states = pd.DataFrame(
        {
            "planned": offset,
            "on_time": steps["state"].eq("on time"),
            "late": steps["state"].eq("late"),
            "open": steps["state"].eq("open"),
        }
    )
    groups = states.groupby(steps["milestone"], sort=True)
    frame = groups[["on_time", "late", "open"]].sum().astype("int64")
    frame.insert(0, "planned", groups["planned"].median())
    frame.insert(1, "due", frame[["on_time", "late", "open"]].sum(axis=1))
    frame["on_time_share"] = frame["on_time"] / frame["due"].where(frame["due"] > 0)
    ordered = frame.rename_axis("milestone").reset_index()
    return ordered.sort_values(["planned", "milestone"], kind="stable").reset_index(drop=True)


def first_value(steps: pd.DataFrame, as_of: dt.date) -> FirstValue:
    """Time to the first value, counting those that have not reached it for as long as they waited.

    Notes
    -----
    Kaplan–Meier in days: a client without the step done is censored on the day it left, or on
    `as_of`; the day of the start counts as the first. The interval holds the days on which the band
    of the curve crosses one half (Brookmeyer and Crowley 1982).
    """
    rows = steps.loc[steps["is_first_value"].eq(True).fillna(False)]
    firsts = rows.groupby("account_id", sort=True).agg(
        start=("start_date", "min"), done=("done_date", "min"), left=("end_date", "min")
    )
    reached = firsts["done"].notna()
    until = firsts["done"].fillna(firsts["left"]).fillna(pd.Timestamp(as_of))
    days = (until - firsts["start"]).dt.days.clip(lower=1)
    curve = survival_curve(days, reached, level=LEVEL)
    median, low, high = (_first_at_half(curve, name) for name in ("survival", "low", "high"))
    return FirstValue(
        median,
        None if low is None or high is None else (low, high),
        len(firsts),
        int(reached.sum()),
    )


def _first_at_half(curve: pd.DataFrame, column: str) -> float | None:
    below = curve.loc[curve[column].le(0.5), "month"]
    return None if below.empty else float(below.iloc[0])


def starts(
    clients: pd.DataFrame,
    steps: pd.DataFrame | None,
    meetings: pd.DataFrame,
    *,
    as_of: dt.date,
    since: dt.date | None,
    plan: EngagementSettings,
) -> pd.DataFrame:
    """Gaps at the start of new clients whose first days are over.

    Parameters
    ----------
    clients : frame
        As `new_clients` returns them.
    steps : frame or None
        As `steps_of` returns them; None where no onboarding steps are recorded.
    meetings : frame
        One row per contact: `account_id`, `date`.
    since : date or None
        First contact on record; clients that started before it cannot be judged by contacts.

    Returns
    -------
    frame
        One row per such client: `account_id`, `account_name`, `start_date`, `first_contact_days`,
        `first_step_days` (from the start; NaN where there was none), `no_contact`, `no_step`
        (missing where it cannot be told), `is_gap`.
    """
    over = clients["start_date"] + pd.Timedelta(days=plan.first_days)
    stayed = ~clients["end_date"].lt(over)
    rows = clients.loc[over.le(pd.Timestamp(as_of)) & stayed].reset_index(drop=True)
    rows["first_contact_days"] = _days_to(rows, meetings, "date")
    told = rows["start_date"].ge(pd.Timestamp(since) if since is not None else pd.NaT)
    late = ~rows["first_contact_days"].le(plan.first_days)
    rows["no_contact"] = _if_told(late, told)
    nothing = pd.DataFrame(columns=["account_id", "done_date"])
    rows["first_step_days"] = _days_to(rows, nothing if steps is None else steps, "done_date")
    idle = ~rows["first_step_days"].le(plan.first_days)
    rows["no_step"] = _if_told(idle, pd.Series(steps is not None, index=rows.index))
    rows["is_gap"] = rows["no_contact"].fillna(False) | rows["no_step"].fillna(False)
    rows["is_told"] = rows["no_contact"].notna() | rows["no_step"].notna()
    return rows.drop(columns="end_date")


def _if_told(values: pd.Series, told: pd.Series) -> pd.Series:
    known: pd.Series = values.astype("boolean").where(told)
    return known


def _days_to(rows: pd.DataFrame, events: pd.DataFrame, column: str) -> pd.Series:
    """Days from the start to the first event on or after it."""
    own = events[["account_id", column]].astype({"account_id": "object"}).dropna()
    joined = (
        rows[["account_id", "start_date"]]
        .astype({"account_id": "object"})
        .merge(own, on="account_id", how="inner")
    )
    days = (pd.to_datetime(joined[column]) - joined["start_date"]).dt.days
    first = days.loc[days.ge(0)].groupby(joined["account_id"]).min()
    return rows["account_id"].map(first).astype("float64")
