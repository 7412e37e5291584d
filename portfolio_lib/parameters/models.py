"""The typed settings of a firm and its units.

Every key that a parameter file may hold is a field here, with its type, its default and the
sentence that editors, faults and packs show. Nothing here reads a file: see `loading`.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def _iso_date(value: object) -> object:
    """Take a day written as YYYY-MM-DD and nothing else: 1/2/26 is two different days."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("expected a date as YYYY-MM-DD, for example 2026-09-30")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("expected a day of the calendar, as YYYY-MM-DD") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"expected a date from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def _text_encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise ValueError("expected the name of an encoding: utf-8, latin-1, cp1252 …") from None
    return name


def _column_named_bare(value: object) -> object:
    """`invoice_id: InvoiceNo` is short for `invoice_id: {from: InvoiceNo}`."""
    return {"from": value} if isinstance(value, str) else value


def _in_words(words: str) -> Any:
    """Say in words what a pattern asks for; editors know this key too."""
    return Field(json_schema_extra={"patternErrorMessage": words})


def _choices(*words: str) -> dict[str, Any]:
    """Say what each choice of a Literal means, in the order of the choices."""
    return {"enumDescriptions": list(words)}


UnitKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$"),
    _in_words("small letters, digits and hyphens, at most 60, for example saas-north"),
]
CurrencyCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    _in_words("the three capital letters of a currency, for example GBP"),
]
EnvironmentName = Annotated[
    str,
    StringConstraints(pattern=r"^env:[A-Za-z_][A-Za-z0-9_]*$"),
    _in_words("env:NAME, where NAME is the environment variable that holds the address"),
]
PageName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$"),
    _in_words("the name of a notebook without its ending, for example portfolio"),
]
PresetName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$"),
    _in_words("the name of a file in presets/ without its ending"),
]
IsoDate = Annotated[dt.date, BeforeValidator(_iso_date)]
EncodingName = Annotated[str, AfterValidator(_text_encoding)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, StringConstraints(min_length=1)]


def _is_part(info: ValidationInfo) -> bool:
    """Whether this is one of several files that are laid over each other, not yet the whole."""
    return bool((info.context or {}).get("part"))


class Settings(BaseModel):
    """Strict and frozen: an unknown key or a wrong type is a fault, never a guess."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


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
        if len(given) > 1:
            raise ValueError(f"names {' and '.join(given)}; expected one of from, value, formula")
        if not given and not _is_part(info):
            raise ValueError("names no origin; expected one of from, value, formula")
        if self.scale == 0:
            raise ValueError("scale is 0, which makes every number 0; expected another number")
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
        if self.file is not None and self.connection is not None:
            raise ValueError("names file and connection; expected one of the two")
        if self.query is not None and self.table is not None:
            raise ValueError("names query and table; expected one of the two")
        if self.thousands is not None and self.thousands == self.decimal:
            raise ValueError("decimal and thousands are the same mark; expected two")
        if not _is_part(info):
            self._check_whole()
        return self

    def _check_whole(self) -> None:
        """Refuse what can be judged only once every file is laid over the others."""
        if self.file is None and self.connection is None:
            raise ValueError("names neither file nor connection; expected one of the two")
        asked = self.query is not None or self.table is not None
        if self.connection is None and asked:
            raise ValueError("names query or table without a connection; expected env:NAME there")
        if self.connection is None and self.format == "sql":
            raise ValueError("format is sql without a connection; expected env:NAME there")
        if self.connection is not None and not asked:
            raise ValueError("names a connection only; expected query or table as well")
        if self.connection is not None and self.format not in (None, "sql"):
            raise ValueError(f"format is {self.format} with a connection; expected sql or nothing")


class JoinSettings(ReadSettings):
    """A second file, added by a common key. Each row may match at most one of its rows."""

    on: dict[str, Text] = Field(
        min_length=1, description="{column of the first file: column of this file}."
    )
    columns: tuple[Text, ...] | None = Field(
        None, description="Columns to take; all where left out."
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


class TierPolicy(Settings):
    """How accounts are sorted into tiers 1, 2 and 3."""

    policy: Literal["cumulative_revenue", "account_rank", "thresholds", "given"] = Field(
        "cumulative_revenue",
        description="What an account's tier goes by.",
        json_schema_extra=_choices(
            "the accounts that make up the first part of revenue",
            "the first part of the accounts, largest first",
            "revenue of twelve months from a threshold up",
            "the tier given in the accounts table",
        ),
    )
    shares: tuple[Share, Share] = Field((0.2, 0.3), description="Share of tier 1, share of tier 2.")
    thresholds: tuple[float, float] | None = Field(
        None, description="Twelve-month revenue from which an account is tier 1, tier 2."
    )
    labels: tuple[Text, Text, Text] = Field(
        ("Strategic", "Core", "Transactional"), description="What tiers 1, 2 and 3 are called."
    )

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> TierPolicy:
        if sum(self.shares) > 1:
            raise ValueError(f"the shares add up to {sum(self.shares):g}; expected at most 1")
        if self.thresholds is not None and self.thresholds[0] <= self.thresholds[1]:
            raise ValueError("the threshold of tier 1 is not above that of tier 2; expected it is")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError("two tiers have one label; expected three different labels")
        if self.policy == "thresholds" and self.thresholds is None and not _is_part(info):
            raise ValueError("the policy is thresholds and none are given; expected two amounts")
        return self


class Policies(Settings):
    """The choices that change what a number means, each printed beside what it changes."""

    revenue_source: Literal["auto", "invoices", "contracts"] = Field(
        "auto",
        title="Source of revenue",
        description="Which table every figure of revenue is built from.",
        json_schema_extra=_choices(
            "invoices where there are any, else contracts", "invoices", "contracts"
        ),
    )
    credits: Literal["net", "set_aside"] = Field(
        "net",
        title="Credits",
        description="What becomes of negative lines: revenue after credits, or sales alone.",
        json_schema_extra=_choices("taken off the revenue", "set aside, counted and listed"),
    )
    zero_amounts: Literal["keep", "set_aside"] = Field(
        "keep",
        title="Lines without an amount",
        description="Whether lines of exactly 0 count as purchases.",
        json_schema_extra=_choices("kept", "set aside, counted and listed"),
    )
    exact_duplicates: Literal["keep", "set_aside"] = Field(
        "keep",
        title="Repeated lines",
        description="What becomes of lines that agree in every column; kept ones add to revenue.",
        json_schema_extra=_choices("kept, counted and shown", "set aside but for the first"),
    )
    spread_service_periods: bool = Field(
        True,
        title="Service periods",
        description="When revenue counts that is billed for a period, such as a year in advance.",
        json_schema_extra=_choices("on the day of the invoice", "spread over the days served"),
    )
    active_within_days: int = Field(
        365,
        ge=1,
        le=3650,
        title="Active account",
        description="Which accounts count as active: revenue within this many days, or a contract "
        "in force.",
        json_schema_extra={"unit": "days"},
    )
    tiers: TierPolicy = Field(
        TierPolicy(), title="Tiers", description="How accounts are sorted into tiers 1, 2 and 3."
    )


class Targets(Settings):
    """What is aimed at. Absent targets are not shown."""

    active_accounts: int | None = Field(None, ge=0, description="Active accounts at the end.")
    revenue_12m: float | None = Field(None, ge=0, description="Revenue of twelve months.")
    revenue_growth: float | None = Field(
        None, description="Growth of revenue on the twelve months before, 0.05 for 5 %."
    )
    average_revenue: float | None = Field(
        None, ge=0, description="Revenue of twelve months per active account."
    )
    gross_margin: Share | None = Field(None, description="Gross margin as a share of revenue.")
    retention: Share = Field(0.90, description="Share of accounts kept over twelve months.")
    nrr: float = Field(1.10, ge=0, description="Net revenue retention, 1.10 for 110 %.")
    grr: Share | None = Field(None, description="Gross revenue retention, at most 1.")
    satisfaction: float = Field(8.5, ge=0, le=10, description="Satisfaction on a scale of 0 to 10.")
    top_10_share: Share | None = Field(
        None, description="Share of the ten largest accounts. A limit: lower is better."
    )


class PortfolioPage(Settings):
    """Settings of the page Portfolio."""

    major_client_share: Share = Field(
        0.10, description="Share of revenue from which one client is called major."
    )
    stress_sizes: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (1, 5, 10), description="How many of the largest accounts are taken away in the stress."
    )
    market_size: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Yearly size of the market by segment, in the unit's currency.",
    )
    market_segment: Literal["industry", "country", "region"] = Field(
        "industry", description="The column of accounts that the sizes of the market go by."
    )


class SegmentsPage(Settings):
    """Settings of the page Segments and tiers."""

    revenue_bands: tuple[float, ...] | None = Field(
        None, description="Lower edges of the revenue cut; quartiles of this unit where left out."
    )
    geography: Literal["country", "region", "city"] = Field(
        "country", description="The column of accounts that the cut by place goes by."
    )
    top_groups: int = Field(12, ge=1, description="Groups shown by name; the rest are added up.")

    @model_validator(mode="after")
    def _bands_rise(self) -> SegmentsPage:
        bands = self.revenue_bands or ()
        if list(bands) != sorted(set(bands)):
            raise ValueError("revenue_bands do not rise; expected each edge above the one before")
        return self


class UnitParameters(Settings):
    """Everything that one review needs, with every default filled in."""

    key: UnitKey = Field(description="Name of the unit's file, without the ending.")
    name: Text = Field(description="What readers call the unit.")
    firm_name: Text = Field(description="What readers call the firm.")
    business_units: tuple[Text, ...] = Field(
        description="The unit's values in the business_unit column of your tables."
    )
    rest: bool = Field(
        False, description="Take every business unit that no other unit names. One unit at most."
    )
    as_of: IsoDate = Field(description="Last day observed, inclusive, as YYYY-MM-DD.")
    period: Literal["month", "quarter", "year"] = Field(
        "quarter", description="How often the unit is reviewed."
    )
    currency: CurrencyCode = Field(description="Currency of every amount, for example GBP.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Start of every random draw.")
    edition: Literal["full", "confidential"] = Field(
        "full", description="confidential: groups of few accounts are not shown."
    )
    suppress_below: int = Field(
        5, ge=1, description="In the confidential edition, groups of fewer accounts are not shown."
    )
    sources: Sources = Field(description="Where the tables come from.")
    policies: Policies = Field(
        Policies(), description="The choices that change what a number means."
    )
    targets: Targets = Field(Targets(), description="What is aimed at.")
    pages: tuple[PageName, ...] = Field(
        min_length=1, description="Pages of the pack, in order: names of notebooks."
    )
    portfolio: PortfolioPage = Field(PortfolioPage(), description="The page Portfolio.")
    segments: SegmentsPage = Field(SegmentsPage(), description="The page Segments and tiers.")


class EngineSettings(Settings):
    """What runs the heavy steps."""

    kind: Literal["duckdb"] = Field("duckdb", description="The engine.")
    threads: int | None = Field(
        None, ge=1, description="Threads; the number of cores where left out."
    )
    memory_limit: (
        Annotated[
            str,
            StringConstraints(pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$"),
            _in_words("a size with its unit, for example 4GB"),
        ]
        | None
    ) = Field(None, description="Memory that the engine may use, for example 4GB.")


class RunSettings(Settings):
    """How units are run."""

    workers: int | None = Field(
        None, ge=1, description="Units side by side; the number of cores where left out."
    )
    deadline_minutes: float = Field(10, gt=0, description="For one unit; then it is stopped.")
    keep_runs: int = Field(5, ge=1, description="Runs whose working files are kept.")


class FirmParameters(Settings):
    """The firm and all its units."""

    name: Text
    folder: Path
    engine: EngineSettings = EngineSettings()
    run: RunSettings = RunSettings()
    units: dict[UnitKey, UnitParameters]
