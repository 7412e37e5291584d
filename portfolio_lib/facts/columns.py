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


def moment(name: str, meaning: str, *, required: bool = False) -> Column:
    """A day and a time of it."""
    return Column(name, Kind.TIMESTAMP, meaning, required=required)


def number(name: str, meaning: str, *, unit: str) -> Column:
    """A number that may have a fraction."""
    return Column(name, Kind.NUMBER, meaning, unit=unit)


def share(name: str, meaning: str) -> Column:
    """A share of a whole, or a change as one: 0.1 is 10 per cent."""
    return Column(name, Kind.NUMBER, meaning, unit="share")


def word(name: str, meaning: str) -> Column:
    """A word that a row may lack."""
    return Column(name, Kind.TEXT, meaning)


def count(name: str, meaning: str, *, unit: str, required: bool = False) -> Column:
    """A whole number."""
    return Column(name, Kind.INTEGER, meaning, required=required, unit=unit)
