"""Tables: contracts, sources, checks, and the prepared tables of every unit."""

from portfolio_lib.tables.contracts import REVENUE_TABLES, TABLES, Column, Kind, Table
from portfolio_lib.tables.knowledge import known_at
from portfolio_lib.tables.preparing import prepare_tables
from portfolio_lib.tables.results import DataChecks, Fault, TableCard
from portfolio_lib.tables.store import read_checks, read_table

__all__ = [
    "REVENUE_TABLES",
    "TABLES",
    "Column",
    "DataChecks",
    "Fault",
    "Kind",
    "Table",
    "TableCard",
    "known_at",
    "prepare_tables",
    "read_checks",
    "read_table",
]
