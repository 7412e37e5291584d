"""The typed settings of a firm and its units.

Every key that a parameter file may hold is a field here, with its type, its default and the
sentence that editors show. Nothing here reads a file: see `loading`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

UnitKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^env:[A-Za-z_][A-Za-z0-9_]*$")]
PageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """Strict and frozen: an unknown key or a wrong type is a fault, never a guess."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnSource(Settings):
    """Where one of our columns comes from: exactly one of `from`, `value`, `formula`."""

    source: str | None = Field(None, alias="from", description="Name of the column in your file.")
    value: str | None = Field(None, description="The same value for every row.")
    formula: str | None = Field(
        None, description="Arithmetic over your columns: + - * / ( ) and numbers."
    )
    format: str | None = Field(
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


class ReadSettings(Settings):
    """How one file or query is read, before any column is named."""

    file: str | None = Field(None, description="File, pattern (invoices-*.csv) or folder.")
    format: Literal["csv", "parquet", "excel", "sql"] | None = Field(
        None, description="Taken from the ending where left out."
    )
    encoding: str = Field(
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
    sheet: str | None = Field(None, description="Sheet of a workbook; the first where left out.")
    connection: EnvironmentName | None = Field(
        None, description="env:NAME of the variable that holds the database address."
    )
    query: str | None = Field(None, description="SELECT to run on the database.")
    table: str | None = Field(None, description="Table to read whole from the database.")


class JoinSettings(ReadSettings):
    """A second file whose columns are added; each row matches at most one of its rows."""

    on: dict[str, str] = Field(description="{column of the first file: column of this file}.")
    columns: tuple[str, ...] | None = Field(
        None, description="Columns to take; all where left out."
    )


class RowRule(Settings):
    """Rows to set aside: counted, listed in the quarantine, their money shown."""

    when: str = Field(description="Condition over your columns, for example InvoiceNo LIKE 'C%'.")
    reason: str = Field(description="Why, in words a reader understands.")


class TableSource(ReadSettings):
    """One of our tables, from one of your files."""

    join: tuple[JoinSettings, ...] = ()
    columns: dict[str, str | ColumnSource] | None = Field(
        None,
        description="Our column: your column. Where left out, the names are taken as they are.",
    )
    set_aside: tuple[RowRule, ...] = ()
    distinct: bool = Field(
        False,
        description="Keep one row per key, where a list of clients is read off a list of sales.",
    )


class Sources(Settings):
    """Where the tables come from."""

    preset: str | None = Field(None, description="Name of a file in presets/, without the ending.")
    folder: str | None = Field(
        None, description="Folder of the files, from this file's folder. {unit} is the unit's key."
    )
    tables: dict[str, TableSource] = Field(default_factory=dict)


class TierPolicy(Settings):
    """How accounts are sorted into tiers 1, 2 and 3."""

    policy: Literal["cumulative_revenue", "account_rank", "thresholds", "given"] = (
        "cumulative_revenue"
    )
    shares: tuple[Share, Share] = Field((0.2, 0.3), description="Share of tier 1, share of tier 2.")
    thresholds: tuple[float, float] | None = Field(
        None, description="Twelve-month revenue from which an account is tier 1, tier 2."
    )
    labels: tuple[str, str, str] = ("Strategic", "Core", "Transactional")


class Policies(Settings):
    """Choices that change what a number means; each is printed beside what it changes."""

    revenue_source: Literal["auto", "invoices", "contracts"] = Field(
        "auto", description="auto: invoices where there are any, else contracts."
    )
    credits: Literal["net", "set_aside"] = Field(
        "net", description="What becomes of negative lines."
    )
    zero_amounts: Literal["keep", "set_aside"] = "keep"
    exact_duplicates: Literal["keep", "set_aside"] = Field(
        "keep", description="Lines that agree in every column. Kept ones are counted and shown."
    )
    spread_service_periods: bool = True
    active_within_days: int = Field(365, ge=1, le=3650)
    tiers: TierPolicy = TierPolicy()


class Targets(Settings):
    """What is aimed at. Absent targets are not shown."""

    active_accounts: int | None = Field(None, ge=0)
    revenue_12m: float | None = Field(None, ge=0)
    revenue_growth: float | None = None
    average_revenue: float | None = Field(None, ge=0)
    gross_margin: Share | None = None
    retention: Share = 0.90
    nrr: float = 1.10
    grr: Share | None = None
    satisfaction: float = Field(8.5, ge=0, le=10)
    top_10_share: Share | None = Field(None, description="Limit: lower is better.")


class PortfolioPage(Settings):
    """Settings of the page Portfolio."""

    major_client_share: Share = 0.10
    stress_sizes: tuple[int, ...] = (1, 5, 10)
    market_size: dict[str, float] = Field(
        default_factory=dict,
        description="Yearly size of the market by segment, in the unit's currency.",
    )
    market_segment: Literal["industry", "country", "region"] = "industry"


class SegmentsPage(Settings):
    """Settings of the page Segments and tiers."""

    revenue_bands: tuple[float, ...] | None = Field(
        None, description="Lower edges of the revenue cut; quartiles of this unit where left out."
    )
    geography: Literal["country", "region", "city"] = "country"
    top_groups: int = Field(12, ge=1, description="Groups shown by name; the rest are added up.")


class UnitParameters(Settings):
    """Everything that one review needs, with every default filled in."""

    key: UnitKey
    name: str
    firm_name: str
    business_units: tuple[str, ...]
    rest: bool = False
    as_of: dt.date
    period: Literal["month", "quarter", "year"] = "quarter"
    currency: CurrencyCode
    seed: int = 0
    edition: Literal["full", "confidential"] = "full"
    suppress_below: int = Field(5, ge=1)
    sources: Sources
    policies: Policies = Policies()
    targets: Targets = Targets()
    pages: tuple[PageName, ...]
    portfolio: PortfolioPage = PortfolioPage()
    segments: SegmentsPage = SegmentsPage()


class EngineSettings(Settings):
    """What runs the heavy steps."""

    kind: Literal["duckdb"] = "duckdb"
    threads: int | None = Field(None, ge=1)
    memory_limit: str | None = Field(None, pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$")


class RunSettings(Settings):
    """How units are run."""

    workers: int | None = Field(
        None, ge=1, description="Units side by side; the number of cores where left out."
    )
    deadline_minutes: float = Field(10, gt=0, description="For one unit; then it is stopped.")
    keep_runs: int = Field(5, ge=1)


class FirmParameters(Settings):
    """The firm and all its units."""

    name: str
    folder: Path
    engine: EngineSettings = EngineSettings()
    run: RunSettings = RunSettings()
    units: dict[UnitKey, UnitParameters]
