"""Small histories of answers and issues for tests, as the tables and facts deliver them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from portfolio_lib.analyses.satisfaction import SatisfactionResult, measure_satisfaction
from portfolio_lib.analyses.segments import segment_accounts
from portfolio_lib.analyses.service import ServiceResult, measure_service
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.service_models import SatisfactionPage, ServicePage
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots, unit

PROMISED = {"P1": (1.0, 8.0), "P2": (4.0, 48.0), "P3": (8.0, 120.0), "P4": (24.0, 360.0)}
CLOCK_TIMES = ("opened_at", "first_response_at", "resolved_at", "escalated_at")


class Answer(NamedTuple):
    """One request, answered or not: `days_ago` before the review date."""

    account: str
    score: float | None
    kind: str = "NPS"
    days_ago: int = 10
    contact: str | None = None
    scale: float | None = 10.0
    comment: str | None = None


class Issue(NamedTuple):
    """One issue: opened at noon so many days ago; hours to its answer and solution."""

    account: str
    days_ago: int
    severity: str | None = "P3"
    answered: float | None = 1.0
    solved: float | None = 2.0
    theme: str | None = "billing"
    owner: str | None = "Desk"
    status: str | None = None
    cause: str | None = None
    escalated: float | None = None


def settings(
    satisfaction: dict[str, Any] | None = None, service: dict[str, Any] | None = None, **more: Any
) -> UnitParameters:
    return unit(
        satisfaction=SatisfactionPage.model_validate(satisfaction or {}),
        service=ServicePage.model_validate(service or {}),
        **more,
    )


def surveys(answers: Sequence[Answer]) -> pd.DataFrame:
    """The table surveys."""
    rows = [
        {
            "survey_id": f"S-{n:04d}",
            "account_id": one.account,
            "contact_id": one.contact,
            "date": pd.Timestamp(AS_OF) - pd.Timedelta(days=one.days_ago),
            "kind": one.kind,
            "score": one.score,
            "scale_max": one.scale,
            "comment": one.comment,
        }
        for n, one in enumerate(answers)
    ]
    columns = [
        *("survey_id", "account_id", "contact_id", "date", "kind", "score", "scale_max", "comment"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    types = {"date": "datetime64[us]", "score": "float64", "scale_max": "float64"}
    texts = dict.fromkeys(("survey_id", "account_id", "contact_id", "kind", "comment"), "str")
    return frame.astype(types | texts)


def contacts(*people: tuple[str, str | None, float | None]) -> pd.DataFrame:
    """The table contacts: number, role, influence."""
    frame = pd.DataFrame(list(people), columns=["contact_id", "role", "influence"])
    named = frame.assign(name="Person " + frame["contact_id"].astype(str))
    return named.astype({"contact_id": "str", "role": "str", "influence": "float64"})


def issue_frames(found: Sequence[Issue], *, promised: bool = True) -> list[pd.DataFrame]:
    """The table issues and the fact issue_clocks, in elapsed hours."""
    rows = []
    for n, one in enumerate(found):
        opened = pd.Timestamp(AS_OF) - pd.Timedelta(days=one.days_ago) + pd.Timedelta(hours=12)
        hours = PROMISED.get(str(one.severity)) if promised else None
        later = (one.answered, one.solved, one.escalated, *(hours or (None, None)))
        times = [pd.NaT if h is None else opened + pd.Timedelta(hours=h) for h in later]
        rows.append(
            (f"I-{n:04d}", one.account, one.severity, one.owner, one.theme, opened, *times,
             *(hours or (None, None)), None if hours is None else False, one.status, one.cause)
        )  # fmt: skip
    columns = [
        *("issue_id", "account_id", "severity", "owner", "theme", "opened_at"),
        *("first_response_at", "resolved_at", "escalated_at"),
        *("response_due_at", "resolution_due_at"),
        *("response_hours_allowed", "resolution_hours_allowed", "counts_business_hours"),
        *("status", "root_cause"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    times = {name: "datetime64[us]" for name in columns if name.endswith("_at")}
    hours = {name: "float64" for name in columns if name.endswith("_allowed")}
    names = ("issue_id", "account_id", "severity", "owner", "theme", "status", "root_cause")
    typed = frame.astype(times | hours | dict.fromkeys(names, "str"))
    typed["counts_business_hours"] = typed["counts_business_hours"].astype("boolean")
    return [typed, typed.drop(columns=["status", "root_cause"])]


@cache
def _sorted_into_tiers(ids: tuple[str, ...], names: tuple[str | None, ...]) -> Any:
    """Clients of 100, 99, 98 … of revenue, in the order of their ids, and their segments."""
    known = [
        Client(one, 100.0 - place, 50.0, name=name)
        for place, (one, name) in enumerate(zip(ids, names, strict=True))
    ]
    table = accounts(known)
    return table, segment_accounts(table, snapshots(known), parameters=unit())


def _frames(
    ids: Sequence[str], names: dict[str, str] | None, managers: dict[str, str] | None
) -> tuple[pd.DataFrame, Any]:
    table, segments = _sorted_into_tiers(tuple(ids), tuple((names or {}).get(i) for i in ids))
    managed = table["account_id"].map(managers or {}).astype("str")
    return table.assign(account_manager=managed), segments


def satisfaction_of(
    answers: Sequence[Answer] | None,
    parameters: UnitParameters | None = None,
    *,
    ids: Sequence[str] | None = None,
    people: pd.DataFrame | None = None,
    names: dict[str, str] | None = None,
    managers: dict[str, str] | None = None,
    shuffle: int | None = None,
) -> SatisfactionResult:
    known = list(ids) if ids is not None else sorted({a.account for a in answers or ()})
    chosen = parameters or settings()
    table, segments = _frames(known, names, managers)
    asked = None if answers is None else surveys(answers)
    if shuffle is not None and asked is not None:
        asked = asked.sample(frac=1, random_state=shuffle)
        table = table.sample(frac=1, random_state=shuffle)
    return measure_satisfaction(table, asked, people, segments, parameters=chosen)


def service_of(
    found: Sequence[Issue] | None,
    parameters: UnitParameters | None = None,
    *,
    ids: Sequence[str] | None = None,
    names: dict[str, str] | None = None,
    promised: bool = True,
    outcomes: pd.DataFrame | None = None,
    shuffle: int | None = None,
) -> ServiceResult:
    known = list(ids) if ids is not None else sorted({one.account for one in found or ()})
    chosen = parameters or settings()
    table, segments = _frames(known, names, None)
    issues, clocks = issue_frames(found or (), promised=promised)
    if shuffle is not None:
        issues = issues.sample(frac=1, random_state=shuffle)
        clocks = clocks.sample(frac=1, random_state=shuffle + 1)
    return measure_service(
        table,
        None if found is None else issues,
        clocks,
        segments,
        outcomes,
        parameters=chosen,
    )
