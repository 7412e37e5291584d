"""The engines that run the steps. DuckDB runs their text as it is written.

`Engine` is all that the build asks of one. Another engine would render the same text in its own
dialect (`sqlglot.transpile(step.sql, read="duckdb", write=…)`); the portable subset, which `lint`
keeps, is what makes that safe.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_lib.errors import EngineFault
from portfolio_lib.facts.steps import Step
from portfolio_lib.parameters.models import EngineSettings

ROWS_PER_GROUP = 122_880
Configuration = dict[str, str | bool | int | float | list[str]]
DUCKDB_TYPES = {
    pa.string(): "VARCHAR",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
    pa.decimal128(18, 4): "DECIMAL(18,4)",
    pa.float64(): "DOUBLE",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
}


class Engine(Protocol):
    """What the build asks of an engine."""

    def load_table(self, name: str, files: Mapping[str, Path], schema: pa.Schema) -> None:
        """Make a portfolio table known: one Parquet file per unit key; none makes it empty."""

    def load_frame(self, name: str, frame: pa.Table) -> None:
        """Make a typed input known."""

    def run(self, step: Step) -> None:
        """Run a step and keep its rows under its name, for later steps."""

    def fetch(self, step: Step) -> pa.Table:
        """All rows of a step that has run, sorted by its key. For small ones."""

    def write(self, step: Step, unit_key: str, path: Path) -> None:
        """Write one unit's rows of a step to a Parquet file, sorted by the step's key."""


class DuckDBEngine:
    """DuckDB, inside this process. Rows that do not fit in memory go to the scratch folder."""

    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        self._connection = duckdb.connect(":memory:", config=_configuration(settings, scratch))
        self._show_no_progress()

    def _show_no_progress(self) -> None:
        """Inside Jupyter the bar is off already, and DuckDB refuses to be told so again."""
        shown = self._connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
        if shown[0][0]:
            self._connection.execute("SET enable_progress_bar = false")

    def close(self) -> None:
        """Let go of the memory and the scratch files."""
        self._connection.close()

    def load_table(self, name: str, files: Mapping[str, Path], schema: pa.Schema) -> None:
        if not files:
            self.load_frame(name, schema.empty_table())
            return
        for unit_key, path in files.items():
            _check_schema(path, schema)
            self._check_unit(path, unit_key)
        with _faults(f"Reading the table {name}"):
            patterns = [_literal_pattern(path) for path in files.values()]
            columns = ", ".join(map(_quoted, schema.names))
            self._connection.read_parquet(patterns).project(columns).create_view(name)

    def load_frame(self, name: str, frame: pa.Table) -> None:
        with _faults(f"Loading the input {name}"):
            self._connection.from_arrow(frame).create(name)

    def run(self, step: Step) -> None:
        with _faults(f"The step {step.name}"):
            self._connection.execute(f"CREATE TABLE {_quoted(step.name)} AS {step.sql}")
            described = self._connection.table(step.name)
        found = dict(zip(described.columns, map(str, described.types), strict=True))
        _check_columns(step, found)

    def fetch(self, step: Step) -> pa.Table:
        with _faults(f"Fetching the step {step.name}"):
            return self._connection.sql(_sorted_rows(step)).to_arrow_table()

    def write(self, step: Step, unit_key: str, path: Path) -> None:
        rows = _sorted_rows(step, where="business_unit = $unit")
        with _faults(f"Writing the step {step.name} of {unit_key}"):
            self._connection.execute(
                f"COPY ({rows}) TO $path "
                f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROWS_PER_GROUP})",
                {"unit": unit_key, "path": os.fspath(path)},
            )

    def _check_unit(self, path: Path, unit_key: str) -> None:
        """Refuse a file that holds another unit's rows."""
        with _faults(f"Reading {path}"):
            foreign = self._connection.execute(
                "SELECT business_unit, COUNT(*) FROM read_parquet($path) "
                "WHERE business_unit IS DISTINCT FROM $unit GROUP BY 1 ORDER BY 1 LIMIT 5",
                {"path": _literal_pattern(path), "unit": unit_key},
            ).fetchall()
        if foreign:
            others = ", ".join(f"{unit!r} ({rows} rows)" for unit, rows in foreign)
            raise EngineFault(
                f"{path}: holds rows of business unit {others}; expected {unit_key!r} alone. "
                "Prepare the tables again."
            )


@contextmanager
def open_engine(settings: EngineSettings, scratch: Path) -> Iterator[Engine]:
    """The engine that the settings name, closed at the end.

    Parameters
    ----------
    scratch : Path
        A folder for what does not fit in memory. The engine may fill it; the caller removes it.
    """
    engine = DuckDBEngine(settings, scratch)
    try:
        yield engine
    finally:
        engine.close()


def _configuration(settings: EngineSettings, scratch: Path) -> Configuration:
    """Nothing downloaded, everything spilled to `scratch`, no memory spent on the order of rows.

    Files come out in the order of their sort all the same; only unsorted rows may change places.
    """
    configuration: Configuration = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "temp_directory": os.fspath(scratch),
    }
    if settings.threads is not None:
        configuration["threads"] = settings.threads
    if settings.memory_limit is not None:
        configuration["memory_limit"] = settings.memory_limit
    return configuration


@contextmanager
def _faults(doing: str) -> Iterator[None]:
    """Turn what DuckDB refuses into one fault that says where and what next."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise EngineFault(
            f"{doing} needs more memory than DuckDB may use: {_first_line(error)} "
            "Raise engine.memory_limit, or lower engine.threads."
        ) from error
    except duckdb.Error as error:
        raise EngineFault(
            f"{doing} failed on DuckDB: {_first_line(error)} "
            "Look at the column it names in the prepared tables."
        ) from error


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return text if text.endswith((".", "!")) else f"{text}."


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _literal_pattern(path: Path) -> str:
    """A pattern that matches this file alone, whatever its folder is called."""
    return re.sub(r"([\[*?])", r"[\1]", os.fspath(path))


def _sorted_rows(step: Step, *, where: str = "TRUE") -> str:
    columns = ", ".join(map(_quoted, step.column_names))
    order = ", ".join(f"{_quoted(name)} ASC NULLS FIRST" for name in step.key)
    return f"SELECT {columns} FROM {_quoted(step.name)} WHERE {where} ORDER BY {order}"


def _check_schema(path: Path, schema: pa.Schema) -> None:
    """Refuse a prepared table that does not keep its contract."""
    found = {field.name: _plain(field.type) for field in pq.read_schema(path)}
    wrong = [
        f"{field.name} is {found.get(field.name, 'missing')}, expected {field.type}"
        for field in schema
        if found.get(field.name) != field.type
    ]
    if wrong:
        raise EngineFault(f"{path}: {'; '.join(wrong[:5])}. Prepare the tables again.")


def _plain(kind: pa.DataType) -> pa.DataType:
    """The contract's type for one that holds the same values."""
    return pa.string() if pa.types.is_large_string(kind) else kind


def _check_columns(step: Step, found: Mapping[str, str]) -> None:
    """Refuse a step that returns anything but its declared columns, in order and typed."""
    expected = {field.name: DUCKDB_TYPES[field.type] for field in step.schema}
    if list(found.items()) != list(expected.items()):
        wrong = sorted(set(expected.items()) ^ set(found.items()))
        listed = ", ".join(f"{name} {kind}" for name, kind in wrong[:6]) or "their order"
        raise EngineFault(
            f"facts/sql/{step.name}.sql: the columns differ from facts/steps.py in {listed}. "
            "Make the two agree."
        )
