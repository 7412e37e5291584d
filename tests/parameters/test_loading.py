"""Whole folders: what loads, and every fault of what does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters import FaultyParameters, load_firm

from .folders import FIRM, PAGES, UNIT, faults_of, load, places_of, write_folder


def test_a_unit_takes_what_it_does_not_say_from_the_firm(tmp_path: Path) -> None:
    unit = """
    as_of: 2026-06-30
    targets: {grr: 0.8}
    sources: {tables: {invoices: {separator: ";"}}}
    """
    firm = load(
        tmp_path, {"firm.yaml": FIRM + "targets: {retention: 0.95}\n", "saas-north.yaml": unit}
    )
    north = firm.units["saas-north"]
    assert (firm.name, north.firm_name, north.name) == ("Acme", "Acme", "Saas North")
    assert north.business_units == ("saas-north",)
    assert north.as_of == dt.date(2026, 6, 30)
    assert (north.targets.retention, north.targets.grr, north.targets.nrr) == (0.95, 0.8, 1.10)
    assert north.sources.tables["invoices"].file == "invoices.csv"
    assert north.sources.tables["invoices"].separator == ";"
    assert north.sources.folder == str(tmp_path / "data")
    assert firm.folder == tmp_path / "parameters"


def test_units_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    files = {f"{key}.yaml": f"unit: {{name: {key}}}" for key in ("b", "a", "c-1")}
    assert list(load(tmp_path, {"firm.yaml": FIRM, **files}).units) == ["a", "b", "c-1"]


def test_yaml_traps_stay_text(tmp_path: Path) -> None:
    unit = "unit: {name: NO, business_units: [NO, 0123, 1e3x]}"
    north = load(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit}).units["n"]
    assert (north.name, north.business_units) == ("NO", ("NO", "0123", "1e3x"))


def test_a_number_where_text_belongs_asks_for_quotes(tmp_path: Path) -> None:
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "n.yaml": "unit: {name: 2024}"})
    assert told == [
        "parameters/n.yaml:1: unit.name: found 2024; expected text that is not blank. "
        "Put quotes around it"
    ]


def test_lists_and_days_of_a_column_come_as_the_settings_want_them(tmp_path: Path) -> None:
    column = "{from: Trained, true: [yes, Y], without: ['£'], months_before: 2026-01-31}"
    unit = f"sources: {{tables: {{invoices: {{columns: {{date: {column}, amount: A}}}}}}}}\n"
    columns = (
        load(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit})
        .units["n"]
        .sources.tables["invoices"]
        .columns
    )
    assert columns is not None
    assert columns["date"].true == ("yes", "Y")
    assert columns["date"].without == ("£",)
    assert columns["date"].months_before == dt.date(2026, 1, 31)
    assert columns["amount"].source == "A"


def test_the_unit_key_stands_for_unit_in_folders_and_files(tmp_path: Path) -> None:
    firm = FIRM.replace("../data", "../data/{unit}").replace("invoices.csv", "'{unit}-*.csv'")
    north = load(tmp_path, {"firm.yaml": firm, "north.yaml": UNIT}).units["north"]
    assert north.sources.folder == str(tmp_path / "data" / "north")
    assert north.sources.tables["invoices"].file == "north-*.csv"


def test_other_words_in_braces_are_a_fault(tmp_path: Path) -> None:
    firm = FIRM.replace("../data", "../data/{units}")
    told = faults_of(tmp_path, {"firm.yaml": firm, "north.yaml": UNIT})
    assert told == [
        "parameters/firm.yaml:7: sources.folder: found '{units}'; expected {unit} or no braces"
    ]


def test_preset_then_firm_then_unit(tmp_path: Path) -> None:
    preset = """
    about: An export of sales.
    tables:
      accounts: {file: sales.csv, distinct: true, columns: {account_id: Customer}}
      invoices:
        file: sales.csv
        separator: ";"
        columns: {invoice_id: No, amount: {formula: Quantity * Price}}
    """
    firm = (
        FIRM.split("  tables:")[0] + "  preset: shop\n  tables: {invoices: {encoding: latin-1}}\n"
    )
    unit = UNIT + "sources: {tables: {invoices: {file: own.csv, columns: {amount: Total}}}}\n"
    files = {
        "presets/shop.yaml": preset,
        "firm.yaml": firm,
        "north.yaml": unit,
        "south.yaml": "unit:\n seed: 1",
    }
    files["south.yaml"] = "seed: 1"
    units = load(tmp_path, files).units
    north, south = (units[key].sources.tables["invoices"] for key in ("north", "south"))
    assert (north.file, north.separator, north.encoding) == ("own.csv", ";", "latin-1")
    assert (south.file, south.separator, south.encoding) == ("sales.csv", ";", "latin-1")
    assert north.columns is not None
    assert south.columns is not None
    assert (north.columns["amount"].source, north.columns["amount"].formula) == ("Total", None)
    assert south.columns["amount"].formula == "Quantity * Price"
    assert north.columns["invoice_id"].source == "No"
    assert units["north"].sources.tables["accounts"].distinct


def test_a_preset_may_lie_in_a_further_folder(tmp_path: Path) -> None:
    further = tmp_path / "presets"
    further.mkdir()
    (further / "shop.yaml").write_text("about: x\ntables: {invoices: {file: sales.csv}}\n")
    firm = FIRM.split("  tables:")[0] + "  preset: shop\n"
    units = load(tmp_path, {"firm.yaml": firm, "n.yaml": UNIT}, presets=further).units
    assert units["n"].sources.tables["invoices"].file == "sales.csv"


def test_a_dozen_faults_of_three_files_are_told_at_once(tmp_path: Path) -> None:
    firm = """
    firm:
      name: Acme
      run: {workers: 0}
    as_of: 30/09/2026
    currency: gbp
    pages: [portfolio, segmnets]
    sources:
      preset: shop
      folder: ../data
    policies:
      credits: netted
    """
    north = """
    unit:
      name: North
      business_units: [north, shared]
    sources:
      tables:
        invoices:
          seperator: ";"
          skip_rows: two
          skip_rows: 3
    """
    preset = """
    about: Sales
    tables:
      invoices:
        file: sales.csv
        columns:
          amount: {from: Total, formula: a * b}
          date: {from: Day, formatt: "%d"}
      accounts:
        query: SELECT 1
    """
    south = "unit: {name: north, business_units: [shared]}\n"
    told = faults_of(
        tmp_path,
        {"firm.yaml": firm, "north.yaml": north, "south.yaml": south, "presets/shop.yaml": preset},
    )
    assert places_of(told) == [
        "parameters/firm.yaml:3: firm.run.workers",
        "parameters/firm.yaml:4: as_of",
        "parameters/firm.yaml:5: currency",
        "parameters/firm.yaml:6: pages.2",
        "parameters/firm.yaml:11: policies.credits",
        "parameters/north.yaml:7: sources.tables.invoices.seperator",
        "parameters/north.yaml:8: sources.tables.invoices.skip_rows",
        "parameters/north.yaml:9: sources.tables.invoices.skip_rows",
        "parameters/presets/shop.yaml:6: tables.invoices.columns.amount",
        "parameters/presets/shop.yaml:7: tables.invoices.columns.date.formatt",
        "parameters/presets/shop.yaml:8: sources.tables.accounts",
        "parameters/south.yaml:1: unit.business_units.1",
        "parameters/south.yaml:1: unit.name",
    ]


def test_the_message_says_how_many_faults_and_lists_each(tmp_path: Path) -> None:
    files = {"firm.yaml": FIRM + "sed: 1\n", "north.yaml": UNIT + "sources: {tabels: {}}\n"}
    folder = write_folder(tmp_path, files)
    with pytest.raises(ParameterFault) as caught:
        load_firm(folder, pages=PAGES, check_paths=False)
    assert str(caught.value) == (
        "2 faults in 2 files of parameters:\n"
        "  parameters/firm.yaml:11: sed: unknown key; did you mean 'seed'?\n"
        "  parameters/north.yaml:3: sources.tabels: unknown key; did you mean 'tables'?"
    )
    assert caught.value.exit_code == 2


def test_a_key_that_every_unit_lacks_is_told_once_for_the_firm(tmp_path: Path) -> None:
    firm = "firm: {name: Acme}\npages: [portfolio]\nsources: {folder: x, tables: {a: {file: b}}}\n"
    files = {"firm.yaml": firm, "a.yaml": "seed: 1", "b.yaml": "currency: EUR"}
    told = faults_of(tmp_path, files)
    assert places_of(told) == ["parameters/a.yaml:1: currency", "parameters/firm.yaml:1: as_of"]
    assert "missing; expected a date as YYYY-MM-DD" in told[1]
    assert "Say it in firm.yaml for all units, or in the file of each" in told[1]


def test_a_key_that_a_unit_takes_back_is_told_in_its_line(tmp_path: Path) -> None:
    files = {"firm.yaml": FIRM, "a.yaml": "seed: 1\nas_of: null\n"}
    assert places_of(faults_of(tmp_path, files)) == ["parameters/a.yaml:2: as_of"]


def test_an_empty_line_leaves_the_default_and_null_takes_back(tmp_path: Path) -> None:
    firm = FIRM + "targets: {grr: 0.8}\nseed: 5\n"
    unit = "unit:\ntargets:\n  # grr: 0.7\nseed: null\nsources: {tables: {invoices: null}}\n"
    north = load(tmp_path, {"firm.yaml": firm, "north.yaml": unit}).units["north"]
    assert (north.targets.grr, north.seed) == (0.8, 0)
    assert list(north.sources.tables) == ["accounts"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("North.yaml", UNIT, "parameters/North.yaml: 'North' is not a key for a unit"),
        ("a b.yaml", UNIT, "'a b' is not a key for a unit"),
        ("..yaml.yaml", UNIT, None),
        ("x" * 61 + ".yaml", UNIT, "is not a key for a unit; expected small letters"),
        ("north.yml", UNIT, "parameters/north.yml: ends in .yml; expected .yaml"),
        ("empty.yaml", "", "parameters/empty.yaml:1: the file is empty"),
        ("x.yaml", "firm: {name: B}", "x.yaml:1: firm: unknown key"),
    ],
)
def test_a_file_that_cannot_be_a_unit_is_a_fault(
    tmp_path: Path, name: str, text: str, told: str | None
) -> None:
    files = {"firm.yaml": FIRM, "zoo.yaml": "seed: 1", name: text}
    if told is None:  # a hidden file is an editor's leaving
        assert list(load(tmp_path, files).units) == ["zoo"]
    else:
        assert any(told in fault for fault in faults_of(tmp_path, files))


def test_keys_that_differ_only_by_case_are_told(tmp_path: Path) -> None:
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "north.yaml": "seed: 1", "North.yaml": UNIT})
    assert any("it differs only by case from 'north'" in fault for fault in told)


def test_a_folder_without_firm_or_units_says_what_to_write(tmp_path: Path) -> None:
    assert faults_of(tmp_path, {"presets/x.yaml": "about: x\ntables: {a: {file: b}}"}) == [
        "parameters: no file of a unit; expected one YAML file per business unit. "
        "'portfolio new UNIT' writes one",
        "parameters/firm.yaml: missing; expected the settings that all units share. "
        "Write it; a block 'firm:' with a 'name:' begins it",
    ]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultyParameters, match="no such folder; expected the folder that holds"):
        load_firm(tmp_path / "parameters")


def test_a_firm_without_its_block_is_a_fault(tmp_path: Path) -> None:
    (told,) = faults_of(
        tmp_path, {"firm.yaml": FIRM.replace("firm:\n  name: Acme\n", ""), "n.yaml": UNIT}
    )
    assert told.startswith("parameters/firm.yaml:1: firm: missing; expected a mapping")


def test_an_unknown_preset_names_the_nearest(tmp_path: Path) -> None:
    files = {
        "firm.yaml": FIRM + "  preset: shopp\n",
        "n.yaml": UNIT,
        "presets/shop.yaml": "about: x\ntables: {a: {file: b}}",
    }
    (told,) = faults_of(tmp_path, files)
    assert told.startswith(
        "parameters/firm.yaml:11: sources.preset: found text 'shopp'; expected one of chargebee_"
    )
    assert "did you mean 'shop'?" in told


def test_the_presets_of_the_kit_are_at_hand_in_every_project(tmp_path: Path) -> None:
    (told,) = faults_of(tmp_path, {"firm.yaml": FIRM + "  preset: online_retial\n", "n.yaml": UNIT})
    assert "did you mean 'online_retail'?" in told


def test_pages_are_the_notebooks_beside_the_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM, "n.yaml": UNIT})
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "portfolio.ipynb").write_text("{}")
    with pytest.raises(FaultyParameters, match=r"firm.yaml:5: pages.2: found text 'segments'"):
        load_firm(folder, check_paths=False)
    (tmp_path / "notebooks" / "segments.ipynb").write_text("{}")
    assert load_firm(folder, check_paths=False).units["n"].pages == PAGES


def test_unknown_tables_and_columns_are_told_where_the_tables_are_known(tmp_path: Path) -> None:
    unit = (
        UNIT
        + "sources:\n  tables:\n    invoice: {file: x}\n    invoices:\n      columns: {amuont: A}\n"
    )
    tables = {"accounts": ["account_id"], "invoices": ["invoice_id", "amount"]}
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "north.yaml": unit}, tables=tables)
    assert told == [
        "parameters/north.yaml:5: sources.tables.invoice: unknown table; did you mean 'invoices'?",
        "parameters/north.yaml:7: sources.tables.invoices.columns.amuont: unknown column of "
        "invoices; did you mean 'amount'?",
    ]


def test_the_same_folder_loads_to_equal_settings(tmp_path: Path) -> None:
    files = {"firm.yaml": FIRM, "north.yaml": UNIT}
    assert load(tmp_path, files) == load(tmp_path, files)
