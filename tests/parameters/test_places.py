"""Folders, files and variables that are named and must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.parameters import load_firm, source_files

from .folders import FIRM, PAGES, UNIT, faults_of, load

ABSENT = "Put the files there, or correct the path"


def put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("a\n1\n")


def looked_for(root: Path, files: dict[str, str], **environ: str) -> list[str]:
    return faults_of(root, files, check_paths=True, environ=environ)


def test_a_firm_whose_files_are_there_loads(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv", "invoices.csv")
    files = {"firm.yaml": FIRM, "n.yaml": UNIT}
    assert list(load(tmp_path, files, check_paths=True).units) == ["n"]


def test_a_folder_that_is_not_there_is_told_once_for_the_line_that_names_it(tmp_path: Path) -> None:
    firm = FIRM.replace("../data", "../data/{unit}")
    told = looked_for(tmp_path, {"firm.yaml": firm, "a.yaml": "seed: 1", "b.yaml": "seed: 1"})
    assert told == [
        "parameters/firm.yaml:7: sources.folder: found no folder 'data/a', 'data/b'; "
        f"expected the folder of the files. {ABSENT}"
    ]


def test_the_demo_folder_says_how_its_data_are_made(tmp_path: Path) -> None:
    firm = FIRM.replace("../data", "../data/demo/{unit}")
    (told,) = looked_for(tmp_path, {"firm.yaml": firm, "n.yaml": UNIT})
    assert told.endswith("'make review' or 'portfolio demo' makes the demo's data")


def test_a_file_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv", "invoice.csv")
    assert looked_for(tmp_path, {"firm.yaml": FIRM, "n.yaml": UNIT}) == [
        "parameters/firm.yaml:10: sources.tables.invoices.file: found no file "
        f"'data/invoices.csv'; expected at least one; did you mean 'invoice.csv'? {ABSENT}"
    ]


def test_a_pattern_that_matches_nothing_and_an_empty_folder_are_faults(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv")
    put(tmp_path / "data" / "sales", ".hidden")
    unit = UNIT + (
        "sources:\n  tables:\n    invoices: {file: 'inv-*.csv'}\n    issues: {file: sales}\n"
    )
    told = looked_for(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit})
    assert [fault.split(";")[0] for fault in told] == [
        "parameters/n.yaml:5: sources.tables.invoices.file: found no file 'data/inv-*.csv'",
        "parameters/n.yaml:6: sources.tables.issues.file: found no file 'data/sales'",
    ]


def test_joined_files_are_looked_for_too(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv", "invoices.csv")
    unit = UNIT + "sources: {tables: {invoices: {join: [{file: heads.csv, on: {no: no}}]}}}\n"
    (told,) = looked_for(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit})
    assert told.startswith("parameters/n.yaml:3: sources.tables.invoices.join.1.file: found no")


def test_an_optional_table_may_be_absent_but_not_half_of_it(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv", "invoices.csv")
    join = "join: [{file: heads.csv, on: {no: no}}]"
    unit = UNIT + f"sources: {{tables: {{issues: {{file: i.csv, optional: true, {join}}}}}}}\n"
    files = {"firm.yaml": FIRM, "n.yaml": unit}
    assert load(tmp_path, files, check_paths=True)
    put(tmp_path / "data", "i.csv")
    (told,) = looked_for(tmp_path, files)
    assert told.startswith("parameters/n.yaml:3: sources.tables.issues.join.1.file: found no file")


def test_a_file_without_a_folder_is_a_fault(tmp_path: Path) -> None:
    firm = FIRM.replace("  folder: ../data\n", "")
    told = faults_of(tmp_path, {"firm.yaml": firm, "n.yaml": UNIT})
    assert len(told) == 2  # accounts.csv and invoices.csv
    assert "found the file 'accounts.csv' and no folder; expected sources.folder" in told[0]


def test_an_absolute_file_needs_no_folder(tmp_path: Path) -> None:
    put(tmp_path / "else", "x.csv")
    tables = f"sources: {{tables: {{invoices: {{file: {tmp_path / 'else' / 'x.csv'}}}}}}}\n"
    firm = FIRM.split("sources:")[0] + tables
    assert load(tmp_path, {"firm.yaml": firm, "n.yaml": UNIT}, check_paths=True)


def test_a_variable_that_is_not_set_is_told_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv")
    unit = UNIT + "sources: {tables: {invoices: {connection: env:CRM, table: t}}}\n"
    files = {"firm.yaml": FIRM, "n.yaml": unit}
    assert looked_for(tmp_path, files) == [
        "parameters/n.yaml:3: sources.tables.invoices.connection: found the environment variable "
        "'CRM' not set; expected the address of a database in it. Set it before you run"
    ]
    firm = load_firm(tmp_path / "parameters", pages=PAGES, environ={"CRM": "sqlite://"})
    assert firm.units["n"].sources.tables["invoices"].connection == "env:CRM"


def test_only_what_the_units_asked_for_name_has_to_be_there(tmp_path: Path) -> None:
    put(tmp_path / "data" / "north", "accounts.csv", "invoices.csv")
    files = {
        "firm.yaml": FIRM.replace("../data", "../data/{unit}"),
        "north.yaml": UNIT,
        "south.yaml": "unit: {name: South}\n",
        "west.yaml": "sources: {tables: {invoices: {connection: env:CRM, table: t}}}\n",
    }
    firm = load(tmp_path, files, check_paths=True, environ={}, data_of=["north"])
    assert list(firm.units) == ["north", "south", "west"]
    told = looked_for(tmp_path, files)
    assert [fault.split("; expected")[0] for fault in told] == [
        "parameters/firm.yaml:7: sources.folder: found no folder 'data/south', 'data/west'",
        "parameters/west.yaml:1: sources.tables.invoices.connection: "
        "found the environment variable 'CRM' not set",
    ]
    (told,) = faults_of(tmp_path, files, check_paths=True, environ={}, data_of=["south"])
    assert "found no folder 'data/south';" in told


def test_a_wrong_setting_of_another_unit_is_still_told(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv", "invoices.csv")
    files = {"firm.yaml": FIRM, "n.yaml": UNIT, "s.yaml": "sed: 1\n"}
    (told,) = faults_of(tmp_path, files, check_paths=True, environ={}, data_of=["n"])
    assert told.startswith("parameters/s.yaml:1: sed:")


def test_the_folder_is_taken_from_the_file_that_names_it(tmp_path: Path) -> None:
    unit = UNIT + "sources: {folder: here}\n"
    units = load(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit, "s.yaml": "seed: 1"}).units
    assert units["n"].sources.folder == str(tmp_path / "parameters" / "here")
    assert units["s"].sources.folder == str(tmp_path / "data")


def test_a_name_too_long_for_the_disk_is_a_fault_and_no_exception(tmp_path: Path) -> None:
    put(tmp_path / "data", "accounts.csv")
    firm = FIRM.replace("invoices.csv", "x" * 400)
    (told,) = looked_for(tmp_path, {"firm.yaml": firm, "n.yaml": UNIT})
    assert "found no file 'data/xxx" in told
    assert len(told) < 300


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("a.csv", ["a.csv"]),
        ("*.csv", ["a.csv", "b.csv"]),
        ("sub", ["c.csv", "d.csv"]),
        ("**/*.csv", ["a.csv", "b.csv", "c.csv", "d.csv"]),
        ("e[1].csv", ["e[1].csv"]),
        ("nothing*", []),
    ],
)
def test_files_of_a_source_come_in_the_order_of_their_paths(
    tmp_path: Path, file: str, names: list[str]
) -> None:
    folder = tmp_path / "odd [x]*"
    put(folder, "b.csv", "a.csv", "e[1].csv", ".h.csv")
    put(folder / "sub", "d.csv", "c.csv")
    found = [path.name for path in source_files(str(folder), file)]
    assert [name for name in found if name != "e[1].csv" or file == name] == names
