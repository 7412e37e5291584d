"""Small clients with their people and contacts for tests, as the tables deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd

from portfolio_lib.analyses.engagement import Engagement, measure_engagement
from portfolio_lib.analyses.stakeholders import Stakeholders, map_stakeholders
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import StakeholdersPage
from tests.analyses.portfolios import AS_OF, unit


class Firm(NamedTuple):
    """A client; days and values as on the day of the review."""

    id: str
    value: float = 100.0
    tier: str = "1"
    renewal_in: int | None = 400
    name: str | None = None
    tenure: int = 900
    sponsor: str | None = None
    active: bool = True
    manager: str | None = "Kim"


class Person(NamedTuple):
    """Somebody at a client; `left` and `since` in days before the review (negative: after it)."""

    id: str
    at: str
    role: str | None = "champion"
    boss: str | None = None
    influence: float | None = 3.0
    given: float | None = None
    cadence: int | None = None
    since: int | None = None
    left: int | None = None
    successor: str | None = None
    name: str | None = None
    main: bool | None = None


class Met(NamedTuple):
    """A contact, `ago` days before the review."""

    at: str
    who: str | None
    ago: int
    by: str | None = "us"
    kind: str | None = "call"
    executive: bool | None = None


class Step(NamedTuple):
    """An onboarding step, in days before the review."""

    at: str
    name: str
    planned: int | None
    done: int | None
    is_first_value: bool | None = None


@dataclass(frozen=True)
class World:
    """Everything a unit hands in that these analyses look at."""

    firms: Sequence[Firm]
    people: Sequence[Person] | None = ()
    met: Sequence[Met] | None = ()
    steps: Sequence[Step] | None = None
    as_of: dt.date = AS_OF
    page: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> UnitParameters:
        page = StakeholdersPage.model_validate({"quarters_shown": 1, **self.page})
        return unit(as_of=self.as_of, stakeholders=page)


def day(ago: int | None) -> pd.Timestamp:
    return pd.NaT if ago is None else pd.Timestamp(AS_OF) - pd.Timedelta(days=ago)


def accounts(world: World) -> pd.DataFrame:
    rows = [(f.id, f.name or f"Client {f.id}", f.manager, f.sponsor, day(f.tenure), pd.NaT)
            for f in world.firms]  # fmt: skip
    columns = ["account_id", "account_name", "account_manager", "executive_sponsor"]
    frame = pd.DataFrame(rows, columns=[*columns, "start_date", "end_date"])
    frame[columns] = frame[columns].astype(object)
    return frame.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"})


def snapshots(world: World) -> pd.DataFrame:
    """Every client at every quarter, as far back as it was one."""
    rows = [
        {
            "account_id": f.id,
            "snapshot_date": pd.Timestamp(on),
            "is_active": f.active,
            "revenue_12m": f.value,
            "annual_value_in_force": None,
            "tenure_days": float(f.tenure - (AS_OF - on).days),
            "next_renewal_date": None if f.renewal_in is None else day(-f.renewal_in),
            "days_to_renewal": f.renewal_in,
        }
        for back in range(9)
        for on in [months_before(world.as_of, 3 * back)]
        for f in world.firms
        if (AS_OF - on).days <= f.tenure
    ]
    columns = ["account_id", "snapshot_date", "is_active", "revenue_12m", "annual_value_in_force"]
    columns += ["tenure_days", "next_renewal_date", "days_to_renewal"]
    frame = pd.DataFrame(rows, columns=columns)
    kinds = {"snapshot_date": "datetime64[us]", "next_renewal_date": "datetime64[us]"}
    return frame.astype({**kinds, "annual_value_in_force": float, "days_to_renewal": float})


def contacts(world: World) -> pd.DataFrame | None:
    if world.people is None:
        return None
    rows = [
        (p.id, p.at, p.name or f"Person {p.id}", "Title", p.role, p.boss, p.influence, p.given,
         p.cadence, day(p.since), day(p.left), p.successor, p.main)
        for p in world.people
    ]  # fmt: skip
    columns = ["contact_id", "account_id", "name", "title", "role", "reports_to", "influence"]
    columns += ["strength", "cadence_days", "start_date", "left_date", "successor", "is_primary"]
    frame = pd.DataFrame(rows, columns=columns).astype({"is_primary": "boolean"})
    return frame.astype({"start_date": "datetime64[us]", "left_date": "datetime64[us]"})


def interactions(world: World) -> pd.DataFrame | None:
    if world.met is None:
        return None
    rows = [(m.at, m.who, day(m.ago), m.kind, m.by, m.executive) for m in world.met]
    columns = ["account_id", "contact_id", "date", "kind", "initiated_by", "executive_present"]
    frame = pd.DataFrame(rows, columns=columns)
    kinds = {"date": "datetime64[us]", "executive_present": "boolean"}
    return frame.astype(kinds).astype(dict.fromkeys(columns[:2] + columns[3:5], "object"))


def milestones(world: World) -> pd.DataFrame | None:
    if world.steps is None:
        return None
    rows = [(s.at, s.name, day(s.planned), day(s.done), s.is_first_value) for s in world.steps]
    columns = ["account_id", "milestone", "planned_date", "done_date", "is_first_value"]
    frame = pd.DataFrame(rows, columns=columns)
    kinds = {"planned_date": "datetime64[us]", "done_date": "datetime64[us]"}
    return frame.astype({**kinds, "is_first_value": "boolean", "account_id": "object"})


def tiers(world: World) -> Any:
    """What the analysis takes of the segments."""
    frame = pd.DataFrame([(f.id, f.tier) for f in world.firms], columns=["account_id", "tier"])
    return SimpleNamespace(accounts=frame)


def stakeholders_of(world: World, *, shuffled_by: int | None = None) -> Stakeholders:
    frames = [accounts(world), snapshots(world), contacts(world), interactions(world)]
    if shuffled_by is not None:
        frames = [
            None if one is None else one.sample(frac=1, random_state=shuffled_by) for one in frames
        ]
    known, facts, people, met = frames
    assert known is not None
    assert facts is not None
    return map_stakeholders(known, facts, people, met, tiers(world), parameters=world.parameters)


def engagement_of(world: World, found: Stakeholders | None = None) -> Engagement:
    return measure_engagement(
        accounts(world),
        interactions(world),
        milestones(world),
        found or stakeholders_of(world),
        parameters=world.parameters,
    )
