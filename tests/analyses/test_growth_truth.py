"""On the demo firm the grid of a year ago beats popularity and chance; its example is as told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from portfolio_lib.analyses.growth import Growth, measure_growth
from portfolio_lib.parameters import load_firm
from portfolio_lib.pieces.pages import growth_words
from portfolio_lib.tables.demo.example_unit import build_example
from portfolio_lib.tables.demo.simulation import simulate_unit
from portfolio_lib.tables.demo.writing import write_unit
from tests.analyses.growths import empty, growth_of, speaking

ROOT = Path(__file__).parents[2]
UNITS = ("saas-north", "field-services")
NEEDED = ("accounts", "invoices", "contracts", "offerings")
FACTS = ("account_snapshots", "offering_reviews")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Growth]:
    """Demo units from their own files, through the kit's own door."""
    from portfolio_lib.facts import build_facts, read_fact
    from portfolio_lib.parameters.models import EngineSettings
    from portfolio_lib.tables import prepare_tables, read_table

    folder = tmp_path_factory.mktemp("growth")
    firm, units = load_firm(ROOT / "parameters", check_paths=False), []
    for key in UNITS:
        unit = firm.units[key]
        write_unit(simulate_unit(key, seed=unit.seed), folder / "demo")
        tables = {name: unit.sources.tables[name] for name in NEEDED}
        sources = {"folder": str(folder / "demo" / key), "tables": tables}
        units.append(unit.model_copy(update={"sources": unit.sources.model_copy(update=sources)}))
    store = folder / "store"
    prepare_tables(units, store)
    build_facts(store, units, engine=EngineSettings(threads=1), steps=FACTS)
    found = {}
    for unit in units:
        accounts = read_table(store, unit.key, "accounts")
        assert accounts is not None
        found[unit.key] = measure_growth(
            accounts, *(read_fact(store, unit.key, fact) for fact in FACTS),
            empty("account_features"), empty("order_lines"),
            read_table(store, unit.key, "contracts"), read_table(store, unit.key, "offerings"),
            None, None, None, None, speaking(), parameters=unit,
        )  # fmt: skip
    return found


@pytest.mark.parametrize("key", UNITS)
def test_the_first_cells_of_a_year_ago_beat_popularity_and_chance(
    grown: dict[str, Growth], key: str
) -> None:
    rates = {
        order: grown[key].figures[f"growth.hit_rate_{order}"].value
        for order in ("similar", "popular", "random")
    }
    assert rates["similar"] > 1.2 * rates["popular"], rates
    assert rates["similar"] > 1.5 * rates["random"], rates
    assert "against" in growth_words.back_test_headline(grown[key])


def test_chances_add_up_to_about_what_a_year_brings(grown: dict[str, Growth]) -> None:
    for found in grown.values():
        rows = dataclasses.asdict(found.test)
        assert 0.2 < rows["conversion"] < 0.6
        assert found.opportunities["probability"].between(0, 1).all()


def test_the_example_has_six_open_deals_worth_2_1_million_two_in_negotiation() -> None:
    tables = build_example(seed=20_260_930).tables
    found = growth_of(
        tables["accounts"].to_dict("records"),
        opportunities=tables["opportunities"].to_dict("records"),
        competitors=tables["competitors"].to_dict("records"),
    )
    assert found.figures["growth.open_deals"].value == 6
    assert found.figures["growth.open_value"].value == 2_100_000
    stages = found.stages.set_index("stage")["deals"]
    assert stages["negotiation"] == 2
    assert growth_words.pipeline_headline(found) == (
        "6 deals worth £2.1m are open, 2 of them in negotiation"
    )
