"""One source, whatever it is, as rows of text."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import RawRows, UnreadableSource, stack, without_blank_rows
from portfolio_lib.tables.readers.csv_file import read_csv
from portfolio_lib.tables.readers.database import database_label, read_database
from portfolio_lib.tables.readers.excel_file import read_excel
from portfolio_lib.tables.readers.parquet_file import read_parquet
from portfolio_lib.tables.readers.places import files_of, format_of

_READERS = {"csv": read_csv, "parquet": read_parquet, "excel": read_excel}


def source_identity(folder: Path | None, settings: ReadSettings) -> str:
    """The same text for settings that read the same rows, so that they are read once."""
    fields = ReadSettings.model_fields
    plain = settings.model_dump(mode="json", include=set(fields))
    return f"{folder}|{sorted(plain.items())}"


def source_label(settings: ReadSettings) -> str:
    """The source as messages and cards name it."""
    return database_label(settings) if settings.connection else str(settings.file)


def read_source(folder: Path | None, settings: ReadSettings) -> RawRows:
    """All rows of a file, of several files with the same columns, or of a query.

    Raises
    ------
    UnreadableSource
        What was found instead, and what to do.
    """
    if settings.connection is not None:
        return without_blank_rows(read_database(database_label(settings), settings))
    if settings.file is None:
        raise UnreadableSource(
            "no file", "The source names no file.", "Write file: or connection: there."
        )
    base = folder or Path()
    parts = [
        _read_file(path, _label(path, base), settings) for path in files_of(base, settings.file)
    ]
    return without_blank_rows(stack(parts))


def _label(path: Path, folder: Path) -> str:
    """The file from the data folder on, so that no message depends on where the project lies."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _read_file(path: Path, label: str, settings: ReadSettings) -> RawRows:
    kind = settings.format or format_of(path)
    if kind not in _READERS:
        raise UnreadableSource(
            "format",
            f"{label}: the ending does not say how to read it.",
            "Write format: csv, parquet or excel.",
        )
    try:
        return _READERS[kind](path, label, settings)
    except OSError as error:
        raise UnreadableSource(
            "unreadable",
            f"{label}: cannot be opened ({error.strerror or type(error).__name__}).",
            "Check that the file is there and that you may read it.",
        ) from None
