"""The settings that say where the tables come from and how their columns are named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import (
    EncodingName,
    EnvironmentName,
    IsoDate,
    PresetName,
    Settings,
    Text,
    is_part,
    refuse_if,
)


def _column_named_bare(value: object) -> object:
    """`invoice_id: InvoiceNo` is short for `invoice_id: {from: InvoiceNo}`."""
    if isinstance(value, str):
        return {"from": value}
    if isinstance(value, dict):
        # What passes through here is no longer seen as JSON, where a list may fill a tuple.
        return {key: tuple(v) if isinstance(v, list) else v for key, v in value.items()}
    return value


class ColumnSource(Settings):
    """Where the values of one of our columns come from: one of `from`, `value`, `formula`."""

    source: Text | None = Field(None, alias="from", description="Name of the column in your file.")
    value: str | None = Field(None, description="The same value for every row.")
    formula: Text | None = Field(
        None, description="Arithmetic over your columns: + - * / ( ) and numbers."
    )
    format: Text | None = Field(
        None, description="How dates are written, for example %d/%m/%Y. ISO dates need none."
    )
    values: dict[str, str] | None = Field(
        None, description="Your words for ours, for example {Closed Won: won}."
    )
    true: tuple[str, ...] | None = Field(
        None, description="Words that mean yes, for yes/no columns."
    )
    scale: float | None = Field(
        None, description="Multiply numbers by this, for example 0.01 for per cent."
    )
    without: tuple[Text, ...] | None = Field(
        None, description="Text to take off either end of a value, for example £ or .0."
    )
    shift_days: int = Field(
        0,
        ge=-366,
        le=366,
        description="Days to add to a date: -1 where yours is the first day no longer covered.",
    )
    also: tuple[Text, ...] | None = Field(
        None, description="Further columns whose text is put behind, such as the last name."
    )
    times: dict[Text, dict[str, float]] | None = Field(
        None,
        description="Multiply by a number that a word in another column stands for, for example "
        "{Interval: {month: 12, year: 1}}.",
    )
    months_before: IsoDate | None = Field(
        None,
        description="Your column counts months up to this day; the date is that many months back.",
    )

    @model_validator(mode="after")
    def _one_origin(self, info: ValidationInfo) -> ColumnSource:
        given = [
            key
            for key, value in (
                ("from", self.source),
                ("value", self.value),
                ("formula", self.formula),
            )
            if value is not None
        ]
        found = f"names {' and '.join(given) or 'no origin'}"
        wrong = len(given) > 1 or (not given and not is_part(info))
        refuse_if(
            (wrong, f"{found}; expected one of from, value, formula"),
            (self.scale == 0, "scale is 0, which makes every number 0; expected another number"),
        )
        return self


class ReadSettings(Settings):
    """How one file or query is read, before any column is named."""

    file: Text | None = Field(
        None, description="File, pattern (invoices-*.csv) or folder. {unit} is the unit's key."
    )
    format: Literal["csv", "parquet", "excel", "sql"] | None = Field(
        None, description="Taken from the ending where left out."
    )
    encoding: EncodingName = Field(
        "utf-8", description="utf-8, latin-1, cp1252 … A byte-order mark is fine."
    )
    separator: str = Field(
        ",", min_length=1, max_length=1, description="Between two values of a CSV."
    )
    decimal: Literal[".", ","] = Field(".", description="Decimal mark of numbers written as text.")
    thousands: Literal[",", ".", " ", "'"] | None = Field(
        None, description="Thousands mark, if any."
    )
    skip_rows: int = Field(0, ge=0, description="Lines above the header.")
    sheet: Text | None = Field(None, description="Sheet of a workbook; the first where left out.")
    connection: EnvironmentName | None = Field(
        None, description="env:NAME of the variable that holds the database address."
    )
    query: Text | None = Field(None, description="SELECT to run on the database.")
    table: Text | None = Field(None, description="Table to read whole from the database.")

    @model_validator(mode="after")
    def _one_place(self, info: ValidationInfo) -> ReadSettings:
        has_file, has_connection = self.file is not None, self.connection is not None
        asked = [key for key in ("query", "table") if getattr(self, key) is not None]
        same_mark = self.thousands is not None and self.thousands == self.decimal
        refuse_if(
            (has_file and has_connection, "names file and connection; expected one of the two"),
            (len(asked) > 1, "names query and table; expected one of the two"),
            (same_mark, "decimal and thousands are the same mark; expected two"),
        )
        if not is_part(info):
            self._check_whole(has_file, has_connection, asked)
        return self

    def _check_whole(self, has_file: bool, has_connection: bool, asked: list[str]) -> None:
        """Refuse what can be judged only once every file is laid over the others."""
        format_ = self.format
        odd = has_connection and format_ not in (None, "sql")
        refuse_if(
            (
                not has_file and not has_connection,
                "names neither file nor connection; expected one of the two",
            ),
            (
                bool(asked) and not has_connection,
                f"names {' and '.join(asked)} without a connection; expected env:NAME there",
            ),
            (
                format_ == "sql" and not has_connection,
                "format is sql without a connection; expected env:NAME there",
            ),
            (
                has_connection and not asked,
                "names a connection only; expected query or table as well",
            ),
            (odd, f"format is {format_} with a connection; expected sql or nothing"),
        )


class JoinSettings(ReadSettings):
    """A second file, added by a common key. Each row may match at most one of its rows."""

    on: dict[str, Text] = Field(
        min_length=1, description="{column of the first file: column of this file}."
    )
    columns: tuple[Text, ...] | None = Field(
        None, description="Columns to take; all where left out."
    )
    prefix: Text | None = Field(
        None, description="Put before the names of the columns taken, such as 'Owner '."
    )


class RowRule(Settings):
    """Rows to set aside: counted, listed in the quarantine, their money shown."""

    when: Text = Field(description="Condition over your columns, for example InvoiceNo LIKE 'C%'.")
    reason: Text = Field(description="Why, in words a reader understands.")


MappedColumn = Annotated[
    ColumnSource, BeforeValidator(_column_named_bare, json_schema_input_type=Text | ColumnSource)
]


class TableSource(ReadSettings):
    """One of our tables, from one of your files."""

    join: tuple[JoinSettings, ...] = Field(
        (), description="Further files whose columns are added by a common key."
    )
    columns: dict[str, MappedColumn] | None = Field(
        None,
        description="Our column: your column. Where left out, the names are taken as they are.",
    )
    set_aside: tuple[RowRule, ...] = Field(
        (), description="Rows that do not count; they are listed in the quarantine."
    )
    distinct: bool = Field(
        False,
        description="Keep one row per key, where a list of clients is read off a list of sales.",
    )
    optional: bool = Field(
        False, description="Leave the table out, with a warning, where its file is not there."
    )


class Sources(Settings):
    """Where the tables come from."""

    preset: PresetName | None = Field(
        None, description="Name of a file in presets/, without the ending."
    )
    folder: Text | None = Field(
        None, description="Folder of the files, from this file's folder. {unit} is the unit's key."
    )
    tables: dict[str, TableSource] = Field(
        default_factory=dict, description="Our table: where it is and how it is read."
    )
