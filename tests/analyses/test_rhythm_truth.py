"""The demo firm's truth is found again: planted lapses, changed orders, next purchases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses.recurrence import Recurrence
from portfolio_lib.parameters import load_firm
from portfolio_lib.review import Review, analysis
from portfolio_lib.tables.demo.firm import Truth
from portfolio_lib.tables.demo.simulation import simulate_unit
from portfolio_lib.tables.demo.writing import write_unit

ROOT = Path(__file__).parents[2]
KEYS = ("distributor", "retail-log")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Recurrence, Truth]]:
    """Both demo units from their own files, through the kit's own door."""
    from portfolio_lib.facts import build_facts
    from portfolio_lib.parameters.models import EngineSettings
    from portfolio_lib.tables import prepare_tables

    folder = tmp_path_factory.mktemp("truth")
    firm = load_firm(ROOT / "parameters", check_paths=False)
    units = {}
    for key in KEYS:
        unit = firm.units[key]
        sources = unit.sources.model_copy(update={"folder": str(folder / "demo" / key)})
        units[key] = unit.model_copy(update={"sources": sources})
    demo = {key: simulate_unit(key, seed=unit.seed) for key, unit in units.items()}
    for unit in demo.values():
        write_unit(unit, folder / "demo")
    prepare_tables(list(units.values()), folder / "store")
    build_facts(folder / "store", list(units.values()), engine=EngineSettings(threads=2))
    return {
        key: (
            Review(unit, lambda: folder / "store", unattended=True)._computed(
                analysis("recurrence")
            ),
            demo[key].truth,
        )
        for key, unit in units.items()
    }


def test_every_planted_lapse_is_a_missed_repurchase(found) -> None:
    result, truth = found["distributor"]
    lapses = truth.planted.loc[truth.planted["what"].eq("lapse"), "subject"]
    assert len(lapses) == 6
    assert set(lapses) <= set(result.missed["account_id"])


def test_every_planted_change_is_found_among_few_others(found) -> None:
    result, truth = found["distributor"]
    changes = truth.planted.loc[truth.planted["what"].eq("changed order"), "subject"]
    assert len(changes) == 5
    assert set(changes) <= set(result.changed["account_id"])
    smaller = result.changed.loc[result.changed["ticket_change"].eq("lower"), "account_id"]
    assert set(changes) <= set(smaller)
    assert len(smaller) <= 12
    assert len(result.changed) < 0.4 * result.accounts["earlier_orders"].notna().sum()


@pytest.mark.parametrize("key", KEYS)
def test_missed_repurchases_point_at_those_who_do_not_come_back(found, key: str) -> None:
    result, truth = found[key]
    coming = truth.next_purchases.set_index("account_id")["next_purchase"]
    told = result.accounts.loc[
        result.accounts["median_gap_days"].notna() & result.accounts["gap_now_days"].le(400)
    ]
    gone = told["account_id"].map(coming).isna()
    recall = told.loc[gone, "is_missed"].mean()
    precision = gone[told["is_missed"]].mean()
    assert recall > 0.7
    assert precision > 0.5
    assert precision > 1.5 * gone.mean()


@pytest.mark.parametrize("key", KEYS)
def test_the_interval_of_the_next_purchase_holds_about_as_often_as_it_says(found, key: str) -> None:
    result, truth = found[key]
    coming = truth.next_purchases.set_index("account_id")["next_purchase"]
    told = result.expected.assign(coming=result.expected["account_id"].map(coming))
    came = told.loc[told["coming"].notna()]
    held = (came["coming"] >= came["next_from"]) & (came["coming"] <= came["next_to"])
    assert len(came) > 60
    assert abs(held.mean() - came["next_level"].mean()) < 0.12
    assert (pd.to_datetime(told["next_from"]) > pd.Timestamp(result.as_of)).all()
