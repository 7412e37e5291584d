"""The data card: what was handed in for a unit, what was set aside, and what was found."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces import Column, say, style, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.tables.results import DataChecks, TableCard

CARD_KIND = "card"
"""Not let into a pack: there the notes say the same, once."""


def data_card(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """The card an analyst sees at the top of a page; it brings the stylesheet of the page along."""
    opening = say(
        (f"{parameters.name}, as of {words.day(parameters.as_of)}.", found_in_words(checks))
    )
    read = tables_read(parameters, checks)
    return replace(parts.together(opening, read, style()), kind=CARD_KIND)


def found_in_words(checks: DataChecks) -> str:
    """How many tables, how many findings.

    >>> found_in_words(DataChecks("north"))
    'No table was handed in. The checks found nothing to report.'
    """
    count = len(checks.cards)
    were = "was" if count == 1 else "were"
    read = f"{words.plural(count, 'table')} {were} read." if count else "No table was handed in."
    stops = sum(fault.level == "stop" for fault in checks.faults)
    warns = len(checks.faults) - stops
    if not checks.faults:
        return f"{read} The checks found nothing to report."
    told = [
        *([f"{words.plural(stops, 'fault')} that must be mended"] if stops else []),
        *([words.plural(warns, "point") + " to know"] if warns else []),
    ]
    return f"{read} The checks found {words.listing(told)}."


def tables_read(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """One row per table: what was read, kept and set aside, with its money and its days."""
    rows = pd.DataFrame(
        [_row(card) for card in checks.cards],
        columns=["table", "read", "kept", "merged", "aside", "money", "money_aside", "days"],
    )
    columns = {
        "table": Column("Table"),
        "read": Column("Rows read", "count"),
        "kept": Column("Kept", "count"),
        "merged": Column("Merged", "count"),
        "aside": Column("Set aside", "count"),
        "money": Column("Money kept", "money", parameters.currency, missing="holds no money"),
        "money_aside": Column(
            "Money set aside", "money", parameters.currency, missing="holds no money"
        ),
        "days": Column("Days covered", missing="has no dates"),
    }
    if not rows["merged"].any():
        del columns["merged"]
    merged = " Merged rows repeat a row that was kept." if "merged" in columns else ""
    return table(
        rows,
        caption="Tables that were handed in",
        name="tables-read",
        row_header="table",
        columns=columns,
        note=f"Rows read are those of this unit; kept, merged and set aside add up to them.{merged}"
        if merged
        else "Rows read are those of this unit; kept and set aside add up to them.",
    )


def _row(card: TableCard) -> dict[str, object]:
    has_money = card.money_kept is not None
    dated = card.first_day is not None and card.last_day is not None
    return {
        "table": card.table,
        "read": card.rows_read,
        "kept": card.rows_kept,
        "merged": card.rows_merged,
        "aside": sum(card.rows_set_aside.values()),
        "money": float(card.money_kept) if card.money_kept is not None else None,
        "money_aside": float(sum(card.money_set_aside.values())) if has_money else None,
        "days": words.period(card.first_day, card.last_day) if dated else None,
    }
