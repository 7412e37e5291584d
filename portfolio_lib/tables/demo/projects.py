"""An agency: few retainers, many projects that seldom repeat, one client that is a third of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.contract_units import build_unit
from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY, add_months, known
from portfolio_lib.tables.demo.firm import DemoUnit
from portfolio_lib.tables.demo.frames import Draft, numbered, pick, table_frame, typed
from portfolio_lib.tables.demo.names import company_names
from portfolio_lib.tables.demo.profiles import Offering
from portfolio_lib.tables.demo.service_units import AGENCY
from portfolio_lib.tables.demo.world import World, draw_world

LARGEST_SHARE = 0.35
"""Share of the last twelve months' invoices that goes to the largest client."""

PROJECT_CLIENTS = 52
REPEAT = 0.3
WORK = (
    Offering("Brand design", "Project", 26_000, 0.4),
    Offering("Website", "Project", 38_000, 0.33),
    Offering("Campaign", "Project", 21_000, 0.36),
)


def build_agency(*, seed: int) -> DemoUnit:
    """Retainer clients as any contract unit has them, project clients beside them."""
    world = draw_world(AGENCY, seed=seed)
    unit = build_unit(world)
    accounts = _project_accounts(world)
    tables = dict(unit.tables)
    tables["accounts"] = _stacked("accounts", [tables["accounts"], accounts])
    projects = _project_invoices(world, accounts)
    tables["offerings"] = _stacked("offerings", [tables["offerings"], _work_table()])
    tables["opportunities"] = _stacked(
        "opportunities", [tables["opportunities"], _pitches(world, projects)]
    )
    tables.update(_with_one_giant(tables, projects))
    return DemoUnit(unit.key, tables, unit.truth)


def _stacked(table: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    rows = [row for frame in frames for row in frame.astype(object).to_dict("records")]
    return typed(table, pd.DataFrame(rows))


def _work_table() -> pd.DataFrame:
    rows = [
        {"offering": o.name, "family": o.family, "list_price": o.yearly_price, "margin": o.margin}
        for o in WORK
    ]
    return table_frame("offerings", rows)


def _project_accounts(world: World) -> pd.DataFrame:
    """Clients known for their projects; each came with its first one."""
    rng = world.stream("project clients")
    industries = [str(pick(rng, AGENCY.industries)) for _ in range(PROJECT_CLIENTS)]
    names = company_names(rng, industries)
    span = (AS_OF - FIRST_DAY).days - 20
    starts = sorted(
        FIRST_DAY + dt.timedelta(days=int(rng.integers(0, span))) for _ in range(PROJECT_CLIENTS)
    )
    places = [AGENCY.places[int(rng.integers(len(AGENCY.places)))] for _ in starts]
    return table_frame(
        "accounts",
        [
            {
                "account_id": numbered("AP", number, 3),
                "account_name": f"{name} ({place.city})",
                "industry": industry,
                "country": place.country,
                "region": place.region,
                "city": place.city,
                "relationship_type": "client",
                "account_manager": world.managers[int(rng.integers(len(world.managers)))],
                "start_date": start,
                "acquisition_channel": "pitch",
                "employees": int(rng.integers(8, 900)),
                "credit_limit": 20_000.0,
                "market_influence": int(rng.integers(1, 6)),
                "strategic_value": int(rng.integers(1, 4)),
            }
            for number, (name, industry, place, start) in enumerate(
                zip(names, industries, places, starts, strict=True), start=1
            )
        ],
    )


def _project_invoices(world: World, accounts: pd.DataFrame) -> pd.DataFrame:
    """Two to four instalments a project; three clients in ten come back for another one."""
    rng = world.stream("projects")
    lines = [
        line
        for account_id, start in zip(accounts["account_id"], accounts["start_date"], strict=True)
        for line in _instalments(rng, str(account_id), start.date())
    ]
    lines = sorted(lines, key=lambda line: (line["date"], line["account_id"], line["amount"]))
    for number, line in enumerate(lines, start=1):
        line["invoice_id"], line["line_id"] = numbered("AJ", number, 5), "1"
    return table_frame("invoices", lines)


def _instalments(rng: np.random.Generator, account_id: str, start: dt.date) -> Iterator[Draft]:
    while start <= AS_OF:
        work = WORK[int(rng.integers(len(WORK)))]
        price = work.yearly_price * float(np.exp(rng.normal(0, 0.5)))
        parts = int(rng.integers(2, 5))
        for part in range(parts):
            day = add_months(start, part)
            amount = round(price / parts, 2)
            if day <= AS_OF:
                yield _instalment(rng, (account_id, day, amount, work))
        start += dt.timedelta(days=int(rng.integers(150, 500)))
        if rng.random() > REPEAT:
            return


def _instalment(rng: np.random.Generator, card: tuple[str, dt.date, float, Offering]) -> Draft:
    account_id, day, amount, work = card
    due = day + dt.timedelta(days=30)
    return {
        "account_id": account_id,
        "date": day,
        "amount": amount,
        "quantity": 1.0,
        "offering": work.name,
        "cost": round(amount * (1 - work.margin) * float(rng.uniform(0.85, 1.3)), 2),
        "due_date": due,
        "paid_date": known(due + dt.timedelta(days=int(rng.integers(-12, 40)))),
        "recurring": False,
    }


def _pitches(world: World, projects: pd.DataFrame) -> pd.DataFrame:
    """The won pitch before each client's first project."""
    rng = world.stream("pitches")
    first = projects.sort_values(["date", "invoice_id"]).groupby("account_id").first()
    value = projects.groupby("account_id")["amount"].sum()
    rows = [
        {
            "opportunity_id": numbered("AW", number, 3),
            "account_id": str(account_id),
            "kind": "new",
            "offering": row["offering"],
            "value": float(value[str(account_id)]),
            "probability": 1.0,
            "stage": "closed",
            "created_date": row["date"].date() - dt.timedelta(days=int(rng.integers(40, 120))),
            "close_date": row["date"].date() - dt.timedelta(days=int(rng.integers(3, 20))),
            "outcome": "won",
            "owner": world.managers[int(rng.integers(len(world.managers)))],
        }
        for number, (account_id, row) in enumerate(first.sort_index().iterrows(), start=1)
    ]
    return table_frame("opportunities", rows)


def _with_one_giant(
    tables: dict[str, pd.DataFrame], projects: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Money of the largest present client scaled to `LARGEST_SHARE` of the last year."""
    invoices = _stacked("invoices", [tables["invoices"], projects])
    year_ago = pd.Timestamp(AS_OF) - pd.DateOffset(years=1)
    last_year = invoices[invoices["date"] > year_ago].groupby("account_id")["amount"].sum()
    contracts = tables["contracts"]
    present = contracts.loc[contracts["end_date"] > pd.Timestamp(AS_OF), "account_id"]
    giant = last_year[last_year.index.isin(present)].sort_index().idxmax()
    others = float(last_year.drop(giant).sum())
    factor = LARGEST_SHARE / (1 - LARGEST_SHARE) * others / float(last_year[str(giant)])
    return {
        "invoices": _scaled(invoices, str(giant), factor, ("amount", "cost")),
        "contracts": _scaled(contracts, str(giant), factor, ("annual_value",)),
    }


def _scaled(
    frame: pd.DataFrame, account_id: str, factor: float, columns: tuple[str, ...]
) -> pd.DataFrame:
    frame = frame.copy()
    rows = frame["account_id"] == account_id
    for column in columns:
        frame.loc[rows, column] = (frame.loc[rows, column] * factor).round(2)
    return frame
