"""Warnings about rows that were set aside or need a remark, so that none goes in silence."""

from __future__ import annotations

from portfolio_lib.tables.findings import Rows, plain_fault, select, total
from portfolio_lib.tables.results import Fault
from portfolio_lib.tables.settling import (
    ACCOUNT_ASIDE,
    ACCOUNT_LATER,
    AFTER_REVIEW,
    NO_ACCOUNT,
    NO_DATE,
    OTHER_ROW_KEPT,
    REPEATED,
    Settled,
)
from portfolio_lib.tables.unit_rules import UnitRows
from portfolio_lib.tables.wording import count_of, money_words

_WORDS = {
    NO_ACCOUNT: (
        "without an account",
        "They were set aside; fill the account to have them counted.",
    ),
    AFTER_REVIEW: (
        "dated after the review date",
        "They were set aside; set as_of to a later day to have them counted.",
    ),
    NO_DATE: (
        "dated before 1900, which most systems write where there is no date",
        "They were set aside; write the true date, or leave an optional one empty.",
    ),
    OTHER_ROW_KEPT: (
        "that say something else than the row kept for the same key",
        "The earliest row was kept; make the rows agree, or map fewer columns.",
    ),
    ACCOUNT_LATER: (
        "of accounts that begin after the review date",
        "They were set aside; mend the start_date of the accounts, or of the rows.",
    ),
    ACCOUNT_ASIDE: (
        "of accounts that your own rule set aside",
        "They were set aside with the accounts.",
    ),
}


def aside_faults(rows: UnitRows, settled: Settled) -> list[Fault]:
    """One warning per reason that the user did not choose, and one for exact repeats kept."""
    faults = [
        _fault(rows, reason, found, *_WORDS[reason])
        for reason, found in settled.aside.items()
        if reason in _WORDS
    ]
    repeats = settled.noted.get(REPEATED)
    if repeats is not None and not rows.mapped.contract.key:
        step = "They were kept and counted; set policies: exact_duplicates: set_aside otherwise."
        faults.append(
            _fault(rows, REPEATED, repeats, "that repeat another row in every column", step)
        )
    return faults


def _fault(rows: UnitRows, reason: str, found: Rows, words: str, step: str) -> Fault:
    money = total(rows.mapped.money, found)
    held = f", with {money_words(money, rows.unit.currency)}" if money is not None else ""
    column = "date" if reason == AFTER_REVIEW and rows.table == "invoices" else ""
    return plain_fault(
        "warn", rows.table, column, reason, f"{count_of(len(found), 'row')} {words}{held}", step,
        count=len(found), listed=_names(rows, found), money=money,
    )  # fmt: skip


def _names(rows: UnitRows, found: Rows) -> list[str]:
    """Keys of the rows, where the table has any, by name and not by place."""
    contract = rows.mapped.contract
    key = contract.key[0] if contract.key else "invoice_id"
    if key not in contract.column_names:
        return []
    names = {str(name) for name in select(rows.mapped.texts(key), found) if name is not None}
    return sorted(names)
