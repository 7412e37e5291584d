"""Where a client stands in its life with us, by the time since it was last active."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.facts import months_before
from portfolio_lib.parameters.behaviour_models import LifecycleSettings


@dataclass(frozen=True)
class Stage:
    """A state of the lifecycle and what is done about it."""

    key: str
    label: str
    action: str


STAGES = (
    Stage("new", "New", "Welcome, check the first order, agree the next contact."),
    Stage("active", "Active", "Serve in the agreed cadence; look for what else they need."),
    Stage("sleeping", "Sleeping", "Call within two weeks and ask for the next order."),
    Stage("hibernating", "Hibernating", "Find the reason; make one concrete offer."),
    Stage("leaving", "Leaving", "Last call by someone senior before the year is over."),
    Stage("lost", "Lost", "Record why; decide whether winning back is worth it."),
    Stage("no_activity", "No activity", "Never bought: check the record, or pass to sales."),
)
STATES = tuple(stage.key for stage in STAGES)


def stages(settings: LifecycleSettings) -> tuple[Stage, ...]:
    """The states with the actions of the parameters in place of the kit's."""
    chosen: dict[str, str] = dict(settings.actions)  # type: ignore[arg-type]
    return tuple(Stage(s.key, s.label, chosen.get(s.key, s.action)) for s in STAGES)


def rules(settings: LifecycleSettings) -> dict[str, str]:
    """Each state's rule in words."""
    one, two, three = (
        settings.active_months,
        settings.sleeping_months,
        settings.hibernating_months,
    )
    return {
        "new": f"first purchase at most {settings.new_days} days ago",
        "active": f"last active at most {one} months ago",
        "sleeping": f"{one} to {two} months ago",
        "hibernating": f"{two} to {three} months ago",
        "leaving": f"{three} months to {settings.leaving_days} days ago",
        "lost": f"more than {settings.leaving_days} days ago",
        "no_activity": "no purchase known",
    }


def states(rows: pd.DataFrame, day: dt.date, settings: LifecycleSettings) -> pd.Series:
    """The state of every account on a day.

    Parameters
    ----------
    rows : frame
        One row per account as known on the day: `start_date`, `first_active_day`,
        `last_active_day` (all may be missing).

    Returns
    -------
    series
        One of `STATES` per row. A client is new only where its given start date, if there is one,
        is as young as its first purchase, and only while it would otherwise be active.
    """
    found = pd.Series("lost", index=rows.index, dtype="object")
    last = rows["last_active_day"]
    limits = (
        ("leaving", day - dt.timedelta(days=settings.leaving_days)),
        ("hibernating", months_before(day, settings.hibernating_months)),
        ("sleeping", months_before(day, settings.sleeping_months)),
        ("active", months_before(day, settings.active_months)),
    )
    for state, limit in limits:
        found = found.where(~(last >= pd.Timestamp(limit)), state)
    youngest = pd.Timestamp(day - dt.timedelta(days=settings.new_days))
    young = (rows["first_active_day"] >= youngest) & (
        rows["start_date"].isna() | (rows["start_date"] >= youngest)
    )
    found = found.where(~(young & found.eq("active")), "new")
    return found.where(last.notna(), "no_activity")
