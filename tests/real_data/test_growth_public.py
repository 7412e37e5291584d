"""Growth on public data: a CRM's pipeline, and Northwind's orders."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses.competition import measure_competition
from portfolio_lib.analyses.growth import Growth, measure_growth
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters.growth_models import GrowthPage
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.tables import prepare_tables, read_checks, read_table
from tests.analyses.growths import empty, speaking
from tests.public_data import public_file
from tests.tables.making import preset_tables, sources, unit

pytestmark = pytest.mark.real_data
FACTS = ("account_snapshots", "offering_reviews", "order_lines", "account_offering_revenue")
TABLES = ("contracts", "offerings", "opportunities", "competitors", "contacts", "prospects")


def prepared(preset: str, data: str, store: Path, as_of: dt.date) -> UnitParameters:
    where = sources(public_file(data), **preset_tables(preset))
    parameters = unit("all", where, rest=True, as_of=as_of, currency="USD").model_copy(
        update={"growth": GrowthPage(window_months=24)}
    )
    assert not prepare_tables([parameters], store)["all"].stops
    build_facts(store, [parameters], engine=EngineSettings(threads=1), steps=FACTS)
    return parameters


def grown(store: Path, parameters: UnitParameters) -> Growth:
    accounts = read_table(store, "all", "accounts")
    assert accounts is not None
    snapshots, reviews, lines, _ = (read_fact(store, "all", fact) for fact in FACTS)
    return measure_growth(
        accounts, snapshots, reviews, empty("account_features"), lines,
        *(read_table(store, "all", name) for name in TABLES), speaking(),
        parameters=parameters,
    )  # fmt: skip


def test_the_crm_wins_63_15_per_cent_of_6711_deals_worth_10_005_534(tmp_path: Path) -> None:
    day = dt.date(2017, 12, 31)
    parameters = prepared("crm_opportunities", "crm_sales_opportunities", tmp_path, day)
    found = grown(tmp_path, parameters)
    rate = found.figures["growth.win_rate"]
    assert rate.n == 6_711
    assert round(float(rate.value or 0), 4) == 0.6315
    assert found.figures["growth.won_value"].value == 10_005_534
    assert rate.interval is not None
    assert rate.interval[0] < 0.6315 < rate.interval[1]
    # 2,089 deals are open, of which 1,425 name no account and are set aside
    assert found.figures["growth.open_deals"].value == 2_089 - 1_425
    card = read_checks(tmp_path, "all").card("opportunities")
    assert card.rows_set_aside == {"no account": 1_425}
    # written two ways in the file, one column here
    assert "GTX Pro" in set(found.cells["offering"])
    assert "GTXPro" not in set(found.cells["offering"])
    assert found.column == "offering"
    assert found.figures["growth.hit_rate_similar"].reason is not None  # ten months of history
    contest = measure_competition(
        read_table(tmp_path, "all", "accounts"), read_fact(tmp_path, "all", "account_snapshots"),
        read_fact(tmp_path, "all", "account_offering_revenue"), None,
        read_table(tmp_path, "all", "opportunities"), parameters=parameters,
    )  # fmt: skip
    segments = contest.win_loss.loc[contest.win_loss["cut"].eq("segment")]
    assert segments["closed"].sum() == 6_711
    assert {"technology"} <= set(segments["group"])
    assert "technolgy" not in set(segments["group"])


def test_northwind_has_products_by_family_and_no_industry_to_compare_by(tmp_path: Path) -> None:
    parameters = prepared("northwind", "northwind", tmp_path, dt.date(2016, 5, 6))
    found = grown(tmp_path, parameters)
    assert found.column == "family"  # 77 products in 8 families
    assert found.cells["offering"].nunique() == 8
    states = found.cells["state"].value_counts()
    assert set(states.index) == {"ours", "unknown"}  # customers have no industry on record
    assert found.figures["growth.expected_value"].reason is not None
    assert len(found.prices) < len(found.cells)
    assert found.prices["list_price"].notna().any() or found.prices.empty
    assert isinstance(found.reach, pd.DataFrame)
