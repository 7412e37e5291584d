"""All units of the demo firm, each from its own stream of chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import pandas as pd

from portfolio_lib.tables.demo.contract_units import build_unit
from portfolio_lib.tables.demo.days import AS_OF
from portfolio_lib.tables.demo.distributor import build_distributor
from portfolio_lib.tables.demo.example_unit import build_example
from portfolio_lib.tables.demo.firm import FIRM_NAME, DemoFirm, DemoUnit, Truth
from portfolio_lib.tables.demo.profiles import Profile
from portfolio_lib.tables.demo.projects import build_agency
from portfolio_lib.tables.demo.retail import build_retail
from portfolio_lib.tables.demo.service_units import (
    ACCOUNTING_PRACTICE,
    FIELD_SERVICES,
    SMALL_THREE,
)
from portfolio_lib.tables.demo.software_units import CLOSED, SAAS_NORTH, YOUNG
from portfolio_lib.tables.demo.special import (
    build_enterprise,
    build_hostile,
    build_shared,
    build_without_costs,
)
from portfolio_lib.tables.demo.world import draw_world


class Builder(Protocol):
    """Draws one unit."""

    def __call__(self, *, seed: int) -> DemoUnit: ...


def _of(profile: Profile) -> Builder:
    def build(*, seed: int) -> DemoUnit:
        return _with_late_rows(build_unit(draw_world(profile, seed=seed)))

    return build


def _with_late_rows(unit: DemoUnit) -> DemoUnit:
    """Note in the truth how many rows lie after the review date, where there are any."""
    rows = [
        (unit.key, "data fault", table, pd.Timestamp(AS_OF), float(late), "after the review date")
        for table in ("invoices", "interactions")
        if table in unit.tables
        for late in [int((unit.tables[table]["date"] > pd.Timestamp(AS_OF)).sum())]
        if late
    ]
    planted = pd.DataFrame(rows, columns=Truth.columns("planted"))
    return replace(unit, truth=replace(unit.truth, planted=planted))


BUILDERS: dict[str, Builder] = {
    "saas-north": _of(SAAS_NORTH),
    "saas-enterprise": build_enterprise,
    "accounting-practice": _of(ACCOUNTING_PRACTICE),
    "distributor": build_distributor,
    "retail-log": build_retail,
    "agency": build_agency,
    "field-services": _of(FIELD_SERVICES),
    "small-three": _of(SMALL_THREE),
    "young": _of(YOUNG),
    "no-costs": build_without_costs,
    "hostile-names": build_hostile,
    "readiness-example": build_example,
    "shared-clients": build_shared,
    "closed": _of(CLOSED),
}
"""The units in the order of the index; a new one is one line here and one file in `parameters/`."""


def simulate(seed: int) -> DemoFirm:
    """Draw the whole demo firm.

    Parameters
    ----------
    seed
        Same seed, same firm. Each unit draws from streams named after it, so that a unit added
        leaves the others as they were.

    Returns
    -------
    DemoFirm
        Tables by unit in the shape of the contracts, and the truth behind them.
    """
    return DemoFirm(FIRM_NAME, seed, {key: build(seed=seed) for key, build in BUILDERS.items()})


def simulate_unit(key: str, *, seed: int) -> DemoUnit:
    """Draw one unit alone; the same as in `simulate`."""
    return BUILDERS[key](seed=seed)
