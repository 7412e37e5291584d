"""Small worlds of clients, offerings, deals and rivals, as the tables and facts deliver them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from portfolio_lib.analyses.competition import Competition, measure_competition
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.former_accounts import FormerAccounts
from portfolio_lib.analyses.growth import Growth, measure_growth
from portfolio_lib.facts import STEPS
from portfolio_lib.parameters.growth_models import GrowthPage
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables import TABLES
from tests.analyses.portfolios import AS_OF, TWO_YEARS_BEFORE, YEAR_BEFORE, unit

DAYS = {"now": AS_OF, "year": YEAR_BEFORE, "two": TWO_YEARS_BEFORE}
Rows = Iterable[Mapping[str, Any]]


def table(name: str, rows: Rows | None) -> pd.DataFrame | None:
    """Rows of a table with every column of its contract."""
    if rows is None:
        return None
    contract = TABLES[name]
    frame = pd.DataFrame(list(rows), columns=list(contract.column_names))
    for column in contract.columns:
        if column.kind.value in ("date", "timestamp"):
            frame[column.name] = pd.to_datetime(frame[column.name])
        if column.kind.value in ("money", "number", "integer", "share"):
            frame[column.name] = frame[column.name].astype("float64")
    return frame


def bought(rows: Iterable[tuple[str, str, float, str]]) -> pd.DataFrame:
    """(client, offering, revenue of twelve months, day), the day by its word in `DAYS`."""
    frame = pd.DataFrame(
        [(a, o, r, pd.Timestamp(DAYS[day]), day == "now") for a, o, r, day in rows],
        columns=["account_id", "offering", "revenue_12m", "snapshot_date", "is_current"],
    )
    frame["snapshot_date"] = pd.to_datetime(frame["snapshot_date"])
    return frame


def snapshots(revenue: Mapping[str, float], start: str = "2020-01-01") -> pd.DataFrame:
    """Every client, active on each of the three days, with the same revenue."""
    return pd.DataFrame(
        [
            (account, pd.Timestamp(day), pd.Timestamp(start), value, value / 2, value > 0, 900)
            for account, value in revenue.items()
            for day in DAYS.values()
        ],
        columns=[
            *("account_id", "snapshot_date", "history_first_day", "revenue_12m"),
            *("revenue_prior_12m", "is_active", "tenure_days"),
        ],
    ).astype({"is_active": bool})


def settings(**growth: Any) -> UnitParameters:
    return unit(growth=GrowthPage(**growth))


def empty(fact: str) -> pd.DataFrame:
    step = STEPS[fact]
    return pd.DataFrame(columns=[column.name for column in step.columns])


def growth_of(
    accounts: Rows,
    buys: Iterable[tuple[str, str, float, str]] = (),
    *,
    revenue: Mapping[str, float] | None = None,
    parameters: UnitParameters | None = None,
    features: pd.DataFrame | None = None,
    lines: pd.DataFrame | None = None,
    start: str = "2020-01-01",
    speakers: Sequence[str] | None = None,
    **tables: Rows | None,
) -> Growth:
    """Growth of a world; tables that are left out were not handed in."""
    listed, sold = table("accounts", accounts), bought(buys)
    assert listed is not None
    if revenue is None:
        now = sold.loc[sold["is_current"]].groupby("account_id")["revenue_12m"].sum()
        revenue = {account: float(now.get(account, 0.0)) for account in listed["account_id"]}
    names = ("contracts", "offerings", "opportunities", "competitors", "contacts", "prospects")
    return measure_growth(
        listed,
        snapshots(revenue, start),
        sold,
        empty("account_features") if features is None else features,
        empty("order_lines") if lines is None else lines,
        *(table(name, tables.get(name)) for name in names),
        speaking(speakers),
        parameters=parameters or settings(),
    )


def speaking(accounts: Sequence[str] | None = None) -> FormerAccounts:
    """Of the page Former clients, who could speak for us; None: that is not known."""
    number = None if accounts is None else len(accounts)
    figure = Figure("former_accounts.advocates", "Clients that could speak for us", number,
                    "accounts", "", reason="no answer" if accounts is None else None)  # fmt: skip
    listed = pd.DataFrame({"account_id": pd.Series(list(accounts or ()), dtype="object")})
    told = SimpleNamespace(figures={figure.key: figure}, advocates=listed)
    return cast(FormerAccounts, told)


def competition_of(
    accounts: Rows,
    revenue: Mapping[tuple[str, str], float],
    *,
    competitors: Rows | None = None,
    opportunities: Rows | None = None,
    parameters: UnitParameters | None = None,
) -> Competition:
    """Competitors of a world; revenue by client and offering."""
    listed = table("accounts", accounts)
    assert listed is not None
    lines = pd.DataFrame(
        [(account, offering, value) for (account, offering), value in revenue.items()],
        columns=["account_id", "offering", "revenue_12m"],
    )
    whole = lines.groupby("account_id")["revenue_12m"].sum()
    by_account = {account: float(whole.get(account, 0.0)) for account in listed["account_id"]}
    return measure_competition(
        listed, snapshots(by_account), lines, table("competitors", competitors),
        table("opportunities", opportunities), parameters=parameters or settings(),
    )  # fmt: skip


def client(account_id: str, **columns: Any) -> dict[str, Any]:
    return {"account_id": account_id, "account_name": f"Client {account_id}", **columns}


def deal(opportunity_id: str, **columns: Any) -> dict[str, Any]:
    given = {"kind": "cross-sell", "created_date": "2026-05-01", "stage": "proposal"}
    return {"opportunity_id": opportunity_id, **given, **columns}
