"""The schemas for editors say what the loader says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from portfolio_lib.parameters import write_schemas
from portfolio_lib.parameters.documents import read_document
from portfolio_lib.parameters.files import FirmFile, PresetFile, UnitFile
from portfolio_lib.parameters.new_units import new_unit
from portfolio_lib.parameters.nodes import Origin, plain
from portfolio_lib.parameters.schemas import file_schema, schema_texts

from .folders import FIRM, UNIT, write_folder

PARAMETERS = Path(__file__).parents[2] / "parameters"
MODELS = {"firm": FirmFile, "unit": UnitFile, "preset": PresetFile}


def problems(kind: str, path: Path) -> list[str]:
    root = read_document(Origin(path, path.name)).root
    assert root is not None
    checker = jsonschema.Draft202012Validator(file_schema(MODELS[kind]))
    return [error.json_path for error in checker.iter_errors(plain(root))]


def written(tmp_path: Path, text: str) -> Path:
    return write_folder(tmp_path, {"x.yaml": text}) / "x.yaml"


@pytest.mark.parametrize("name", sorted(schema_texts()))
def test_the_schemas_kept_with_the_parameters_are_up_to_date(name: str) -> None:
    kept = (PARAMETERS / "schema" / name).read_text(encoding="utf-8")
    assert kept == schema_texts()[name], "write them again: portfolio schema"


def test_writing_gives_one_file_a_kind_and_the_same_bytes(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "a")}
    second = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "b")}
    assert first == second
    assert list(first) == ["firm.json", "preset.json", "unit.json"]


@pytest.mark.parametrize("model", MODELS.values())
def test_every_schema_is_a_schema(model: type[Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(file_schema(model))


def test_every_key_of_every_file_has_a_sentence() -> None:
    silent = [
        f"{kind}: {name}.{key}"
        for kind, model in MODELS.items()
        for name, shape in _shapes(file_schema(model))
        for key, inner in shape.get("properties", {}).items()
        if not inner.get("description") and not _referred(file_schema(model), inner)
    ]
    assert silent == []


def _referred(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> str:
    """The sentence of the block that a key refers to, which stands for an equal one of its own."""
    option = shape if "$ref" in shape else shape.get("anyOf", [{}])[0]
    name = option.get("$ref", "").rsplit("/", 1)[-1]
    return str(schema["$defs"].get(name, {}).get("description", ""))


def _shapes(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "top", schema
    yield from schema["$defs"].items()


def test_sound_files_are_sound_for_editors(tmp_path: Path) -> None:
    unit = UNIT + (
        "targets:\n  # none yet\nseed: null\nsources:\n  tables:\n    contracts: null\n"
        "    invoices:\n      sheet:\n"
        "      columns: {a: A, b: {from: B, format: '%d'}, c: null}\n"
    )
    preset = "about: x\ntables: {invoices: {file: a.csv, columns: {amount: Total}}}\n"
    assert problems("firm", written(tmp_path, FIRM)) == []
    assert problems("unit", written(tmp_path, unit)) == []
    assert problems("preset", written(tmp_path, preset)) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sed: 1\n", "$"),
        ("seed: one\n", "$.seed"),
        ("currency: gbp\n", "$.currency"),
        ("unit: {nam: x}\n", "$.unit"),
        ("policies: {credits: netted}\n", "$.policies"),
        ("portfolio: {market_size: {a: }}\n", "$.portfolio"),
    ],
)
def test_editors_mark_what_the_loader_refuses(tmp_path: Path, text: str, path: str) -> None:
    assert problems("unit", written(tmp_path, text)) == [path]


def test_a_new_unit_is_sound_for_editors(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"firm.yaml": FIRM})
    assert problems("unit", new_unit(folder, "north")) == []


@pytest.mark.parametrize("path", sorted(PARAMETERS.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_parameter_files_of_this_project_are_sound_for_editors(path: Path) -> None:
    is_preset = path.parent.name == "presets"
    kind = "preset" if is_preset else "firm" if path.name == "firm.yaml" else "unit"
    assert problems(kind, path) == []
