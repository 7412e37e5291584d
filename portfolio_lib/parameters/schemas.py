"""JSON Schemas of the parameter files, for editors that complete keys and underline faults."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from portfolio_lib.parameters.files import FirmFile, PresetFile, UnitFile
from portfolio_lib.parameters.shapes import schema_of, stable_text
from portfolio_lib.parameters.writing import write_whole

SCHEMA_FOLDER = "schema"
SCHEMA_FILES: dict[str, type[BaseModel]] = {
    "firm.json": FirmFile,
    "unit.json": UnitFile,
    "preset.json": PresetFile,
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOTHING = {"type": "null"}
_TOLD_OUTSIDE = ("title", "description", "default")


def write_schemas(folder: Path | str) -> list[Path]:
    """Write the schema of each kind of file into `folder`, usually parameters/schema.

    Returns
    -------
    list of Path
        The files written, by name.
    """
    written = []
    for name, text in sorted(schema_texts().items()):
        path = Path(folder) / name
        write_whole(path, text)
        written.append(path)
    return written


def schema_texts() -> dict[str, str]:
    """The text of each schema by the name of its file, the same for the same settings."""
    return {name: stable_text(file_schema(model)) for name, model in SCHEMA_FILES.items()}


def file_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of one kind of file, where a key may also be left empty."""
    schema = copy.deepcopy(dict(schema_of(model)))
    for shape in (schema, *schema.get("$defs", {}).values()):
        required = shape.get("required", ())
        for key, inner in shape.get("properties", {}).items():
            _allow_empty_entries(inner)
            if key not in required:
                shape["properties"][key] = _or_empty(inner)
    return {"$schema": _DIALECT, **schema}


def _or_empty(shape: dict[str, Any]) -> dict[str, Any]:
    """A key with nothing behind it says nothing, so an editor must not mark it."""
    options = shape.get("anyOf")
    if options is not None:
        return shape if _NOTHING in options else {**shape, "anyOf": [*options, _NOTHING]}
    told = {key: shape[key] for key in shape if key in _TOLD_OUTSIDE}
    inner = {key: shape[key] for key in shape if key not in _TOLD_OUTSIDE}
    return {"anyOf": [inner, _NOTHING], **told}


def _allow_empty_entries(shape: dict[str, Any]) -> None:
    """Let `tables: {invoices: null}` take back what firm.yaml says, and columns likewise."""
    for option in (shape, *shape.get("anyOf", ())):
        entries = option.get("additionalProperties")
        if isinstance(entries, dict) and ("$ref" in entries or "anyOf" in entries):
            option["additionalProperties"] = _or_empty(entries)
