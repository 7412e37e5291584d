"""What a heavy step is: its grain, its key, its columns, what it reads, and the text of its SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from portfolio_lib.tables.contracts import ARROW_TYPES, Column


@dataclass(frozen=True)
class Step:
    """One heavy step.

    Parameters
    ----------
    name : str
        Name of the fact, of its SQL file and of its folder in the store.
    grain : str
        What one row is.
    key : tuple of str
        Columns that no two rows share; the rows of a file are sorted by them.
    columns : tuple of Column
        Every column, in order. One that is not `required` may be empty.
    tables : tuple of str
        Portfolio tables that it reads.
    facts : tuple of str
        Earlier steps that it reads.
    frames : tuple of str
        Typed inputs that it reads: see `inputs.FRAMES`.
    is_kept : bool
        False for a step that later ones alone read: it is not written to the store.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    tables: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    is_kept: bool = True

    @property
    def sql(self) -> str:
        """The text of the step, in the portable subset of DuckDB's dialect."""
        return _read_sql(self.name)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the step's files."""
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])

    @property
    def reads(self) -> tuple[str, ...]:
        """Every relation that the SQL may name."""
        return (*self.tables, *self.facts, *self.frames)


@cache
def _read_sql(name: str) -> str:
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
