"""Former clients for tests: facts as the steps deliver them, from one line per client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from portfolio_lib.analyses.former_accounts import FormerAccounts, review_former_accounts
from portfolio_lib.analyses.potential import Potential, find_potential
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots, unit

TODAY = pd.Timestamp(AS_OF)
GRACE_DAYS = 30


@dataclass(frozen=True)
class Held:
    """One account, its runs as days ago (first, last), and what was known of it."""

    client: Client
    runs: Sequence[tuple[int, int]] = ()
    end_reason: str | None = None
    employees: float | None = None
    referred_by: str | None = None
    features: dict[str, float] = field(default_factory=dict)
    days: int = 1500
    strategic: float | None = None


def ago(days: int) -> pd.Timestamp:
    return TODAY - pd.Timedelta(days=days)


def table(held: Sequence[Held]) -> pd.DataFrame:
    frame = accounts([one.client for one in held])
    for name in ("end_reason", "employees", "referred_by"):
        frame[name] = pd.Series([getattr(one, name) for one in held], dtype="object")
    frame["strategic_value"] = pd.Series([one.strategic for one in held], dtype="float64")
    return frame


def account_snapshots(held: Sequence[Held]) -> pd.DataFrame:
    frame = snapshots([one.client for one in held])
    days = {one.client.id: float(one.days) for one in held}
    over = {one.client.id for one in held if one.runs and one.runs[-1][1] > GRACE_DAYS}
    return frame.assign(
        tenure_days=frame["account_id"].map(days).astype("float64"),
        is_client=frame["is_active"] & ~frame["account_id"].isin(over),
    )


def features(held: Sequence[Held]) -> pd.DataFrame:
    names = ["terms_in_force", "hours_12m", "satisfaction", "satisfaction_days_since", "nps_score",
             "nps_days_since"]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for one in held:
        for day in (TODAY, *(ago(run[1] + 5) for run in one.runs)):
            known = {} if day == TODAY and one.runs and one.runs[-1][1] > 0 else one.features
            rows.append({"account_id": one.client.id, "snapshot_date": day, **known})
    frame = pd.DataFrame(rows, columns=sorted({"account_id", "snapshot_date", *names}.union(*rows)))
    frame["snapshot_date"] = pd.to_datetime(frame["snapshot_date"])
    return frame.astype({name: "float64" for name in names})


def stays(held: Sequence[Held]) -> pd.DataFrame:
    rows = []
    for one in held:
        starts = [ago(first) for first, _ in one.runs]
        for place, (first, last) in enumerate(one.runs):
            after = starts[place + 1] if place + 1 < len(starts) else pd.NaT
            rows.append((one.client.id, ago(first), ago(last), after))
    columns = ["account_id", "first_day", "last_day", "next_day"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "datetime64[us]" for name in columns[1:]})


def revenue(held: Sequence[Held]) -> pd.DataFrame:
    """A hundred in the month of the last day of each account."""
    rows = [
        (one.client.id, ago(one.runs[-1][1]).to_period("M").to_timestamp(), 100.0)
        for one in held
        if one.runs
    ]
    frame = pd.DataFrame(rows, columns=["account_id", "month", "revenue"])
    return frame.astype({"month": "datetime64[us]", "revenue": "float64"})


def former(
    held: Sequence[Held],
    parameters: UnitParameters | None = None,
    *,
    event: str = "not_renewed",
    opportunities: pd.DataFrame | None = None,
    mixed: int | None = None,
) -> FormerAccounts:
    """The page's answer; `mixed` shuffles all rows by this seed."""
    frames = [
        table(held),
        account_snapshots(held),
        features(held),
        pd.DataFrame({"event": pd.Series([event] if held else [], dtype="object")}),
        stays(held),
        revenue(held),
    ]
    if mixed is not None:
        frames = [one.sample(frac=1.0, random_state=mixed) for one in frames]
    return review_former_accounts(*frames, opportunities, parameters=parameters or unit())


def potential(held: Sequence[Held], parameters: UnitParameters | None = None) -> Potential:
    return find_potential(
        table(held), account_snapshots(held), features(held), parameters=parameters or unit()
    )
