"""The demo firm's planted sales drops ring, little else does, and every fall adds up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses.signals import Signals
from portfolio_lib.parameters import load_firm
from portfolio_lib.review import Review, analysis
from portfolio_lib.tables.demo.firm import Truth
from portfolio_lib.tables.demo.simulation import BUILDERS, simulate_unit
from portfolio_lib.tables.demo.writing import write_unit

ROOT = Path(__file__).parents[2]
NEEDED = ("accounts", "invoices", "contracts")
FACTS = ("account_snapshots", "account_offering_months", "account_month_purchases")
SHOPS = ("distributor", "retail-log")


def signals_of_units(keys: tuple[str, ...], folder: Path) -> dict[str, tuple[Signals, Truth]]:
    """Demo units from their own files, through the kit's own door."""
    from portfolio_lib.facts import build_facts
    from portfolio_lib.parameters.models import EngineSettings
    from portfolio_lib.tables import prepare_tables

    firm, units, truths = load_firm(ROOT / "parameters", check_paths=False), {}, {}
    for key in keys:
        unit = firm.units[key]
        demo = simulate_unit(key, seed=unit.seed)
        write_unit(demo, folder / "demo")
        tables = {name: unit.sources.tables[name] for name in NEEDED if name in unit.sources.tables}
        sources = {"folder": str(folder / "demo" / key), "tables": tables}
        units[key] = unit.model_copy(update={"sources": unit.sources.model_copy(update=sources)})
        truths[key] = demo.truth
    store, every = folder / "store", list(units.values())
    prepare_tables(every, store)
    build_facts(store, every, engine=EngineSettings(threads=2), steps=FACTS)
    found = {}
    for key, unit in units.items():
        review = Review(unit, lambda: store, unattended=True)
        found[key] = (review._computed(analysis("signals")), truths[key])
    return found


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Signals, Truth]]:
    return signals_of_units(SHOPS, tmp_path_factory.mktemp("truth"))


def rung(signals: Signals) -> pd.DataFrame:
    """Every call of the review and of the months replayed, once."""
    both = pd.concat([signals.calls, signals.replay], ignore_index=True)
    return both.drop_duplicates(["kind", "name", "first_month"])


@pytest.mark.parametrize("key", SHOPS)
def test_every_planted_sales_drop_rings_within_three_months(shops, key: str) -> None:
    signals, truth = shops[key]
    planted = truth.planted.loc[truth.planted["what"].eq("sales drop")]
    assert len(planted) == 2
    calls = rung(signals)
    for _, drop in planted.iterrows():
        late = calls["first_month"] - drop["day"].replace(day=1)
        mine = calls["name"].eq(drop["subject"]) & late.dt.days.between(0, 92)
        assert mine.any(), drop["subject"]


def test_the_slumping_manager_is_followed_across_segments(shops) -> None:
    signals, truth = shops["distributor"]
    planted = truth.planted.loc[truth.planted["note"].eq("account_manager"), "subject"]
    (manager,) = planted
    row = signals.drops.set_index(["kind", "name"]).loc[("manager", manager)]
    assert row["verdict"] == "manager"
    assert row["holder"] == manager


@pytest.mark.parametrize("key", SHOPS)
def test_few_calls_begin_before_anything_was_planted(shops, key: str) -> None:
    signals, truth = shops[key]
    planted = truth.planted.loc[truth.planted["what"].isin(["sales drop", "lapse"])]
    first = planted["day"].min().replace(day=1)
    early = rung(signals).loc[lambda calls: calls["first_month"] < first]
    by_chance = signals.figures["signals.earlier_by_chance"].value
    assert len(early) <= by_chance + 2


@pytest.mark.parametrize("key", SHOPS)
def test_more_than_half_of_the_earlier_calls_are_borne_out(shops, key: str) -> None:
    figure = shops[key][0].figures["signals.borne_out"]
    assert figure.n >= 8
    assert figure.value > 0.5


def check_sums(signals: Signals) -> None:
    parts = ["lost", "new", "frequency", "ticket", "won_since"]
    for _, row in signals.drops.iterrows():
        assert round(row[parts].sum(), 4) == round(row["drop"], 4)
        assert round(row["before"] - row["now"], 4) == round(row["drop"], 4)


def test_every_fall_of_the_shops_adds_up(shops) -> None:
    for signals, _ in shops.values():
        assert len(signals.drops) >= 1
        check_sums(signals)


@pytest.mark.slow
def test_every_fall_of_every_unit_adds_up(tmp_path: Path) -> None:
    others = tuple(key for key in BUILDERS if key not in SHOPS)
    compared = 0
    for signals, _ in signals_of_units(others, tmp_path).values():
        check_sums(signals)
        compared += len(signals.drops) > 0
    assert compared == len(others) - 1  # all but the unit of four months
