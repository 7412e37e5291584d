"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import RawRows, UnreadableSource, check_header, from_columns
from portfolio_lib.tables.readers.typed_text import column_as_text
from portfolio_lib.tables.wording import count_of, named_list


def read_parquet(path: Path, label: str, settings: ReadSettings) -> RawRows:
    """All rows of one Parquet file as text.

    Raises
    ------
    UnreadableSource
        The file is no Parquet file, is cut off, or has columns of lists or records.
    """
    try:
        rows = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableSource(
            "truncated",
            f"{label}: not a whole Parquet file ({str(error).splitlines()[0]}).",
            "Export or copy it again.",
        ) from None
    names = check_header(rows.column_names, file=label)
    columns = [column_as_text(column, settings.decimal) for column in rows.columns]
    nested = [name for name, column in zip(names, columns, strict=True) if column is None]
    if nested:
        raise UnreadableSource(
            "nested columns",
            f"{label}: {count_of(len(nested), 'column')} of lists or records: "
            f"{named_list(nested)}.",
            "Write one plain value per cell.",
            count=len(nested),
            offenders=nested,
        )
    places = np.arange(1, rows.num_rows + 1)
    typed = [name for name in names if not pa.types.is_string(rows.schema.field(name).type)]
    return from_columns(names, columns, file=label, lines=places, typed=typed)
