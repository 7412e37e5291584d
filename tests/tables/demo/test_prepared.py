"""The demo firm through the kit's own door: settings loaded, files read, checked and set aside."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from portfolio_lib.parameters import known_pages, load_firm
from portfolio_lib.parameters.models import FirmParameters
from portfolio_lib.tables import TABLES, DataChecks, prepare_tables, read_table
from portfolio_lib.tables.demo import DemoFirm
from portfolio_lib.tables.demo.days import AS_OF
from portfolio_lib.tables.demo.firm import FIRM_NAME
from portfolio_lib.tables.demo.simulation import BUILDERS
from tests.tables.demo.conftest import SEED

PARAMETERS = Path(__file__).parents[3] / "parameters"
WARNS = {
    ("saas-north", "invoices"),  # rows after the review date
    ("saas-north", "interactions"),
    ("retail-log", "invoices"),  # till lines without a customer number
    ("saas-enterprise", "accounts"),  # two sites of one group in one city share a name
    ("closed", "invoices"),  # every client left more than a year ago
    ("closed", "interactions"),
    ("readiness-example", "issues"),  # few tickets have a theme
    ("readiness-example", "plans"),  # plans are informal: no measures of success
}


@pytest.fixture(scope="module")
def settings(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> FirmParameters:
    """The parameter files of the project beside freshly written files of the demo."""
    project = tmp_path_factory.mktemp("project")
    (project / "parameters").mkdir()
    for file in PARAMETERS.glob("*.yaml"):
        shutil.copy(file, project / "parameters")
    (project / "data").mkdir()
    (project / "data" / "demo").symlink_to(demo_folder)
    names = {name: table.column_names for name, table in TABLES.items()}
    pages = known_pages(PARAMETERS.parent)
    return load_firm(project / "parameters", pages=pages, tables=names)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def checks(settings: FirmParameters, store: Path) -> Mapping[str, DataChecks]:
    return prepare_tables(list(settings.units.values()), store)


def test_every_unit_has_a_parameter_file_and_shares_the_firms_settings(
    settings: FirmParameters,
) -> None:
    assert settings.name == FIRM_NAME
    assert set(settings.units) == set(BUILDERS)
    assert {unit.as_of for unit in settings.units.values()} == {AS_OF}
    assert {unit.seed for unit in settings.units.values()} == {SEED}
    assert {unit.currency for unit in settings.units.values()} == {"GBP", "USD"}


@pytest.mark.parametrize("unit", BUILDERS)
def test_a_units_file_names_the_tables_that_the_unit_hands_in(
    firm: DemoFirm, settings: FirmParameters, unit: str
) -> None:
    assert set(settings.units[unit].sources.tables) == set(firm.units[unit].tables)


def test_no_unit_stops_and_only_what_is_planted_warns(checks: Mapping[str, DataChecks]) -> None:
    assert [key for key, unit in checks.items() if unit.stops] == []
    warned = {(key, fault.table) for key, unit in checks.items() for fault in unit.faults}
    assert warned == WARNS


def test_rows_set_aside_are_those_planted(firm: DemoFirm, checks: Mapping[str, DataChecks]) -> None:
    found = {
        (key, card.table, reason): count
        for key, unit in checks.items()
        for card in unit.cards
        for reason, count in card.rows_set_aside.items()
        if (key, card.table) != ("retail-log", "accounts")  # read off the same log
    }
    planted = firm.truth.planted
    faults = planted[planted["what"] == "data fault"]
    expected = {
        (row.business_unit, row.subject, row.note): int(row.size) for row in faults.itertuples()
    }
    assert found == expected


@pytest.mark.parametrize("unit", BUILDERS)
def test_what_is_prepared_is_what_was_drawn(
    firm: DemoFirm, checks: Mapping[str, DataChecks], store: Path, unit: str
) -> None:
    """Rows and money come through every format unchanged, but for the rows set aside."""
    assert not checks[unit].stops
    for table, frame in firm.units[unit].tables.items():
        prepared = read_table(store, unit, table)
        assert prepared is not None
        kept = frame
        if table in ("invoices", "interactions"):
            kept = frame[(frame["date"].dt.date <= AS_OF) & frame["account_id"].notna()]
        assert len(prepared) == len(kept), table
        if table == "invoices":
            assert prepared["amount"].sum() == pytest.approx(kept["amount"].sum(), abs=0.01)


def test_hostile_names_come_through_but_for_spaces_around_them(
    firm: DemoFirm, checks: Mapping[str, DataChecks], store: Path
) -> None:
    assert not checks["hostile-names"].stops
    prepared = read_table(store, "hostile-names", "accounts")
    assert prepared is not None
    drawn = firm.units["hostile-names"].tables["accounts"]
    found = dict(zip(prepared["account_id"], prepared["account_name"], strict=True))
    names = drawn["account_name"].str.strip()
    assert found == dict(zip(drawn["account_id"], names, strict=True))
