"""A new unit is one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters import load_firm, new_unit

from .folders import FIRM, PAGES, UNIT, write_folder


def test_a_new_file_loads_and_points_editors_to_the_schema(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM, "south.yaml": "seed: 1"})
    path = new_unit(folder, "saas-north")
    unit = load_firm(folder, pages=PAGES, check_paths=False).units["saas-north"]
    assert path == folder / "saas-north.yaml"
    assert (unit.name, unit.business_units, unit.rest) == ("Saas North", ("saas-north",), False)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema/unit.json"


def test_every_line_offered_in_a_comment_is_sound(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM})
    path = new_unit(folder, "north")
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index(
        "# as_of: 2026-09-30            # last day observed; nothing later influences a number"
    )
    offered = [line.removeprefix("# ") for line in lines[start:]]
    path.write_text("\n".join([*lines[:start], *offered]), encoding="utf-8")
    sources = load_firm(folder, pages=PAGES, check_paths=False).units["north"].sources
    assert sources.folder == str(tmp_path / "data" / "north")
    assert sources.tables["contracts"].connection == "env:CRM_DATABASE"


@pytest.mark.parametrize(
    "name", ["NO", "a: b # c", '"', "{x}", "0123", "שלום", "<b>&", "=1+1", "x\u2028y", "{name}"]
)
def test_a_name_comes_back_as_it_was_given(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM})
    new_unit(folder, "north", name=name)
    assert load_firm(folder, pages=PAGES, check_paths=False).units["north"].name == name


@pytest.mark.parametrize("key", ["123", "no", "null", "1e3", "true"])
def test_a_key_that_yaml_takes_for_something_else_stays_a_key(tmp_path: Path, key: str) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM})
    new_unit(folder, key)
    assert load_firm(folder, pages=PAGES, check_paths=False).units[key].business_units == (key,)


@pytest.mark.parametrize(
    ("key", "name", "told"),
    [
        ("../../x", None, "'../../x' is not a key for a unit; expected small letters"),
        ("/etc/x", None, "is not a key"),
        ("North", None, "is not a key"),
        ("a b", None, "is not a key"),
        ("", None, "is not a key"),
        ("x\n", None, "is not a key"),
        ("x" * 61, None, "is not a key"),
        ("firm", None, "firm is the name of the shared file"),
        ("south", None, "the file is there already"),
        ("SOUTH", None, "it differs only by case from 'south'"),
        ("taken", None, "found 'taken', which parameters/south.yaml:2 has as well"),
        ("other", "South", "found 'South', which parameters/south.yaml:1 has as well"),
        ("other", "  ", "the name is blank"),
        ("other", "a\x00b", "the name holds the character U+0000"),
    ],
)
def test_a_key_or_name_that_cannot_be_used_is_refused_and_nothing_is_written(
    tmp_path: Path, key: str, name: str | None, told: str
) -> None:
    south = "unit:\n  business_units: [south, taken]\n"
    folder = write_folder(tmp_path, {"firm.yaml": FIRM, "south.yaml": south})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ParameterFault) as caught:
        new_unit(folder, key, name=name)
    assert told in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert (folder / "south.yaml").read_text() == south


def test_faults_of_other_files_do_not_stand_in_the_way(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM + "sed: 1\n", "south.yaml": UNIT})
    assert new_unit(folder, "west").is_file()
