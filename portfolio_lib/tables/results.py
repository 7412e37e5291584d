"""What the checks of one unit's tables found, frozen, and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Level = Literal["stop", "warn"]


@dataclass(frozen=True)
class Fault:
    """One thing found in the data.

    `stop` means that nothing may be computed from the unit's tables until it is mended; `warn`
    means that the review goes on and shows it. `message` is complete in itself: table, column,
    count, first offenders. `money` is what the offending rows hold, in the unit's currency, None
    where the table holds no money. Column is "" where the fault is not about one column.
    """

    level: Level
    table: str
    column: str
    rule: str
    count: int
    offenders: tuple[str, ...]
    money: Decimal | None
    message: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


@dataclass(frozen=True)
class TableCard:
    """What was read of one table for one unit, and what became of it.

    `rows_read` = `rows_kept` + all of `rows_set_aside` + `rows_merged`. Merged rows repeat a kept
    row of a `distinct` table and say nothing new. Money is the sum of the table's money column
    (invoices.amount, contracts.annual_value …), None where there is none. `rows_noted` counts kept
    rows that deserve a sentence, such as credits. `coverage` is the share of kept rows in which a
    handed-in column is filled.
    """

    table: str
    source: str
    rows_read: int
    rows_kept: int
    rows_set_aside: Mapping[str, int]
    money_kept: Decimal | None
    money_set_aside: Mapping[str, Decimal]
    first_day: dt.date | None
    last_day: dt.date | None
    absent_columns: tuple[str, ...]
    rows_merged: int = 0
    rows_noted: Mapping[str, int] = field(default_factory=dict)
    money_noted: Mapping[str, Decimal] = field(default_factory=dict)
    coverage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class DataChecks:
    """Everything the checks have to say about one unit."""

    unit: str
    faults: tuple[Fault, ...] = ()
    cards: tuple[TableCard, ...] = ()
    absent_tables: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """True where at least one fault forbids computing anything."""
        return any(fault.level == "stop" for fault in self.faults)

    def card(self, table: str) -> TableCard | None:
        """The card of one table; None where the table was not handed in."""
        return next((card for card in self.cards if card.table == table), None)

    def to_json(self) -> str:
        """The checks as JSON text, the same bytes for the same checks."""
        document = {
            "unit": self.unit,
            "stops": self.stops,
            "faults": [_plain(fault) for fault in self.faults],
            "cards": [_plain(card) for card in self.cards],
            "absent_tables": list(self.absent_tables),
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> DataChecks:
        """The checks that `to_json` wrote."""
        document = json.loads(text)
        return cls(
            unit=document["unit"],
            faults=tuple(_fault(entry) for entry in document["faults"]),
            cards=tuple(_card(entry) for entry in document["cards"]),
            absent_tables=tuple(document["absent_tables"]),
        )


def _plain(result: Fault | TableCard) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in vars(result).items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain_value(value[key]) for key in sorted(value)}
    return list(value) if isinstance(value, tuple) else value


def _fault(entry: Mapping[str, Any]) -> Fault:
    return Fault(
        **{**entry, "offenders": tuple(entry["offenders"]), "money": _money(entry["money"])}
    )


def _card(entry: Mapping[str, Any]) -> TableCard:
    return TableCard(
        **{
            **entry,
            "money_kept": _money(entry["money_kept"]),
            "money_set_aside": _moneys(entry["money_set_aside"]),
            "money_noted": _moneys(entry["money_noted"]),
            "first_day": _day(entry["first_day"]),
            "last_day": _day(entry["last_day"]),
            "absent_columns": tuple(entry["absent_columns"]),
        }
    )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moneys(texts: Mapping[str, str]) -> dict[str, Decimal]:
    return {reason: Decimal(text) for reason, text in texts.items()}


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
