"""Columns of facts, in the words of the table contracts."""

from __future__ import annotations

from portfolio_lib.tables.contracts import Column, Kind

BUSINESS_UNIT = Column("business_unit", Kind.ID, "key of the unit", required=True)
ACCOUNT = Column("account_id", Kind.ID, "the client company", required=True)
OFFERING = Column("offering", Kind.ID, "product or service line; empty where not stated")


def text(name: str, meaning: str) -> Column:
    """A word that every row has."""
    return Column(name, Kind.CATEGORY, meaning, required=True)


def day(name: str, meaning: str, *, required: bool = False) -> Column:
    """A calendar day."""
    return Column(name, Kind.DATE, meaning, required=required)


def flag(name: str, meaning: str, *, required: bool = False) -> Column:
    """True or false."""
    return Column(name, Kind.FLAG, meaning, required=required)


def money(name: str, meaning: str, *, required: bool = False) -> Column:
    """An exact amount with four decimals."""
    return Column(name, Kind.MONEY, meaning, required=required, unit="currency of the unit")


def quantity(name: str, meaning: str) -> Column:
    """Units sold, held with four decimals like money so that sums are exact."""
    return Column(name, Kind.MONEY, meaning, unit="units")


def count(name: str, meaning: str, *, unit: str, required: bool = False) -> Column:
    """A whole number."""
    return Column(name, Kind.INTEGER, meaning, required=required, unit=unit)
