"""The review of one unit of the demo firm, made through the kit's own door."""

from __future__ import annotations

import shutil
from pathlib import Path

from portfolio_lib.facts import build_facts
from portfolio_lib.parameters import load_firm
from portfolio_lib.review import Review
from portfolio_lib.tables import prepare_tables
from portfolio_lib.tables.demo import simulate_unit
from portfolio_lib.tables.demo.writing import write_unit

PARAMETERS = Path(__file__).parents[1] / "parameters"
SEED = 20_260_930


def review_of(key: str, project: Path) -> Review:
    """A unit with its settings and tables written into a folder, and its facts built."""
    (project / "parameters").mkdir()
    for name in ("firm", key):
        shutil.copy(PARAMETERS / f"{name}.yaml", project / "parameters")
    folder = project / "data" / "demo" / key
    folder.parent.mkdir(parents=True)
    write_unit(simulate_unit(key, seed=SEED), folder.parent)
    firm = load_firm(project / "parameters")
    unit, store = firm.units[key], project / "store"
    prepare_tables([unit], store)
    build_facts(store, [unit], engine=firm.engine)
    return Review(unit, lambda: store, unattended=True)
