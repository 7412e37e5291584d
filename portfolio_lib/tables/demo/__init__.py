"""The demo firm: invented units that show every kind of portfolio and every kind of trouble.

`write_demo` writes what the units would hand in. `simulate` returns the same in memory together
with the truth that no file shows, against which the analyses are tested.
"""

from __future__ import annotations

from portfolio_lib.tables.demo.firm import DemoFirm, DemoUnit, Truth
from portfolio_lib.tables.demo.simulation import simulate, simulate_unit
from portfolio_lib.tables.demo.writing import write_demo

__all__ = ["DemoFirm", "DemoUnit", "Truth", "simulate", "simulate_unit", "write_demo"]
