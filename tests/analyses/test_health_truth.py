"""The demo's planted colours are found by the printed rules; red comes before losses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses.health import Health
from portfolio_lib.facts import build_facts
from portfolio_lib.parameters import load_firm
from portfolio_lib.parameters.models import EngineSettings
from portfolio_lib.review import Review, analysis
from portfolio_lib.tables import prepare_tables
from portfolio_lib.tables.demo.firm import Truth
from portfolio_lib.tables.demo.simulation import simulate_unit
from portfolio_lib.tables.demo.writing import write_unit

ROOT = Path(__file__).parents[2]
KEYS = ("readiness-example", "saas-north")
STEPS = ("account_snapshots", "account_features", "churn_outcomes")
CAUSES = {
    "declining usage": "declining_usage",
    "low satisfaction": "low_satisfaction",
    "champion left": "champion_left",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Health, Truth]]:
    """Both demo units from their own files, by the rules that their parameters print."""
    folder = tmp_path_factory.mktemp("health")
    firm = load_firm(ROOT / "parameters", check_paths=False)
    units = {}
    for key in KEYS:
        unit = firm.units[key]
        sources = unit.sources.model_copy(update={"folder": str(folder / "demo" / key)})
        units[key] = unit.model_copy(update={"sources": sources})
    demo = {key: simulate_unit(key, seed=unit.seed) for key, unit in units.items()}
    for drawn in demo.values():
        write_unit(drawn, folder / "demo")
    prepare_tables(list(units.values()), folder / "store")
    engine = EngineSettings(threads=2)
    build_facts(folder / "store", list(units.values()), engine=engine, steps=STEPS)
    return {
        key: (
            Review(unit, lambda: folder / "store", unattended=True)._computed(analysis("health")),
            demo[key].truth,
        )
        for key, unit in units.items()
    }


def test_the_worked_example_has_its_colours_by_tier(found) -> None:
    health, _ = found["readiness-example"]
    counts = health.matrix.pivot(index="tier", columns="level", values="accounts")
    assert counts.loc["1", ["green", "yellow", "red", "grey"]].tolist() == [7, 2, 1, 0]
    assert counts.loc["2", ["green", "yellow", "red", "grey"]].tolist() == [18, 8, 4, 0]
    assert counts.loc["3", ["green", "yellow", "red", "grey"]].tolist() == [25, 12, 3, 0]
    assert counts.sum(axis=1).tolist() == [10, 30, 40]


def test_the_worked_example_has_its_clients_at_risk_with_their_causes(found) -> None:
    health, _ = found["readiness-example"]
    assert health.figures["health.at_risk"].value == 8
    assert health.figures["health.at_risk_revenue"].value == 3_200_000
    causes = health.causes.set_index("cause")["accounts"].to_dict()
    assert causes == {"declining_usage": 5, "low_satisfaction": 2, "champion_left": 1}


def test_every_client_of_the_worked_example_has_the_colour_and_cause_planted(found) -> None:
    health, truth = found["readiness-example"]
    planted = truth.colours.set_index("account_id")
    seen = health.accounts.set_index("account_id").loc[planted.index]
    assert (seen["level"] == planted["colour"]).all()
    red = planted.loc[planted["colour"].eq("red"), "cause"]
    assert seen.loc[red.index, "cause"].tolist() == [CAUSES[cause] for cause in red]


def test_colours_of_the_worked_example_hang_on_no_single_weight(found) -> None:
    """Scores leave a gap around both bands, so that no client stands at an edge."""
    health, _ = found["readiness-example"]
    distance = pd.concat([(health.accounts["score"] - edge).abs() for edge in (65, 85)])
    assert distance.min() > 2


def test_red_comes_before_losses(found) -> None:
    health, _ = found["saas-north"]
    red, green = (health.figures[f"health.{level}_left"] for level in ("red", "green"))
    assert red.interval[0] > green.interval[1]
    assert health.figures["health.score_auc"].value > 0.7
    assert health.figures["health.score_auc"].interval[0] > 0.6
