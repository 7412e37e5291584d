"""What a review is made from, as digests: the same digests, the same bytes.

A run skips what has not changed, a cache is used again only where nothing changed, and a pack
carries the digest of all its parts as the name of its run. No digest depends on the machine, the
folder of the project or the time.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from portfolio_lib.parameters.models import ReadSettings, UnitParameters
from portfolio_lib.parameters.places import source_files
from portfolio_lib.parameters.pseudonyms import disguise_of
from portfolio_lib.parameters.secrets import masked

DISTRIBUTION = "portfolio-review-kit"
SHORT = 12


def digest(value: object) -> str:
    """SHA-256 of a JSON value, written with sorted keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def library_digest() -> str:
    """The digest of everything in this library that a run can execute or show."""
    root = Path(__file__).parent
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )
    return digest({path.relative_to(root).as_posix(): file_digest(path) for path in files})


@cache
def installed_versions() -> Mapping[str, str]:
    """The interpreter and the packages that a pack depends on, by name."""
    versions = {"python": platform.python_version()}
    for name in sorted(required_names()):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def required_names() -> tuple[str, ...]:
    """The packages that this one names as required, without extras."""
    try:
        lines = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return ()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if "extra ==" not in line)
    return tuple(name.group(0).lower() for name in names if name)


def plain_parameters(unit: UnitParameters, project: Path) -> dict[str, Any]:
    """The settings as JSON values, secrets masked, the data folder told from the project."""
    values = masked(unit)
    folder = unit.sources.folder
    if folder is not None:
        values["sources"]["folder"] = Path(os.path.relpath(folder, project)).as_posix()
    return values


def named_sources(unit: UnitParameters) -> Iterator[tuple[str, ReadSettings]]:
    """Every file or query that a unit reads, with the table it serves."""
    for table, source in sorted(unit.sources.tables.items()):
        yield table, source
        yield from ((table, joined) for joined in source.join)


def reads_database(unit: UnitParameters) -> bool:
    """Whether the inputs can be known only by asking a database."""
    return any(source.connection is not None for _, source in named_sources(unit))


def secret_names(unit: UnitParameters) -> tuple[str, ...]:
    """The environment variables that hold the unit's secrets: addresses of databases, and a key."""
    found = {source.connection for _, source in named_sources(unit) if source.connection}
    found |= {unit.pseudonym_key} if unit.pseudonym_key else set()
    return tuple(sorted(name.removeprefix("env:") for name in found))


def input_digests(unit: UnitParameters) -> dict[str, str]:
    """The digest of every file that the unit reads, by its path from the data folder.

    The key of the pseudonyms counts among them: with another key the tables are others.
    """
    folder = unit.sources.folder
    base = Path(folder or "")
    paths = {
        path
        for _, source in named_sources(unit)
        if source.file is not None
        for path in source_files(folder, source.file)
    }
    files = {_label(path, base): _file_digest_cached(path) for path in sorted(paths)}
    disguise = disguise_of(unit)
    return files if disguise is None else {**files, "(key of the pseudonyms)": disguise.mark}


def _label(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def _file_digest_cached(path: Path) -> str:
    """Read each file once per process, also where several units share it."""
    facts = path.stat()
    return _digest_at(path, facts.st_size, facts.st_mtime_ns)


@cache
def _digest_at(path: Path, _size: int, _changed_ns: int) -> str:
    return file_digest(path)


def folder_digest(folder: Path) -> str:
    """The digest of all files of a folder, by their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest({path.relative_to(folder).as_posix(): file_digest(path) for path in files})


def notebook_digest(path: Path) -> str:
    """The digest of what a notebook runs and says: its cells, without outputs and counts."""
    document = json.loads(path.read_text(encoding="utf-8"))
    cells = [
        {
            "kind": cell.get("cell_type"),
            "source": "".join(cell.get("source", "")),
            "tags": cell.get("metadata", {}).get("tags", []),
        }
        for cell in document.get("cells", [])
    ]
    return digest(cells)


def data_fingerprint(unit: UnitParameters, project: Path) -> str:
    """The digest of all that the tables, facts and results of a unit come from."""
    parts = {
        "library": library_digest(),
        "versions": dict(installed_versions()),
        "parameters": plain_parameters(unit, project),
        "inputs": input_digests(unit),
    }
    return digest(parts)[: SHORT * 2]
