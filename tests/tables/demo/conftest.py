"""The demo firm, drawn once for all tests, and written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.tables.demo import DemoFirm, simulate
from portfolio_lib.tables.demo.writing import write_unit

SEED = 20_260_930
"""The seed in parameters/firm.yaml: the firm that users see."""


@pytest.fixture(scope="session")
def firm() -> DemoFirm:
    return simulate(SEED)


@pytest.fixture(scope="session")
def demo_folder(firm: DemoFirm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    for unit in firm.units.values():
        write_unit(unit, folder)
    return folder
