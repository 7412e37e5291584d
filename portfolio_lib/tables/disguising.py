"""The confidential edition: clients and people under pseudonyms, their words left out.

It happens once, as the tables of a unit are written: whatever is computed and shown from them
cannot name anybody, because nothing that it reads does.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.errors import DataFault
from portfolio_lib.parameters.pseudonyms import Disguise
from portfolio_lib.tables.contracts import TABLES, Table
from portfolio_lib.tables.findings import subject
from portfolio_lib.tables.reach_rules import NAMES_NOBODY
from portfolio_lib.tables.results import Fault
from portfolio_lib.tables.wording import count_of

KINDS = {
    "account_id": "Client",
    "parent_account_id": "Client",
    "referred_by": "Client",
    "prospect_id": "Prospect",
    "contact_id": "Person",
    "reports_to": "Person",
    "successor": "Person",
    "account_manager": "Colleague",
    "executive_sponsor": "Colleague",
    "owner": "Colleague",
    "manager": "Colleague",
    "invoice_id": "Invoice",
    "contract_id": "Contract",
    "renewed_by": "Contract",
    "interaction_id": "Contact",
    "issue_id": "Issue",
    "survey_id": "Answer",
    "opportunity_id": "Deal",
    "action_id": "Action",
}
"""Columns that tell who it is, or that whoever knows your systems can look up."""

READ_BY_PEOPLE = {"Colleague"}
"""Kinds whose number is itself the name that readers see."""

NAMES = {
    ("accounts", "account_name"): "account_id",
    ("contacts", "name"): "contact_id",
    ("prospects", "name"): "prospect_id",
}
"""Names, and the column beside them that their pseudonym goes by."""

EMPTIED = {
    ("accounts", "city"),
    ("accounts", "end_reason"),
    ("surveys", "comment"),
    ("plans", "goals"),
    ("plans", "success_measures"),
    ("actions", "result"),
    ("attestations", "evidence"),
}
"""Words that people wrote, and places that give a client away."""

KEPT = {
    "business_unit", "industry", "country", "region", "acquisition_channel", "currency", "line_id",
    "offering", "status", "family", "eligible_industries", "title", "channel_preference", "theme",
    "root_cause", "stage", "competitor", "loss_reason", "measure", "milestone", "play", "team",
    "specialty", "source", "item", "by_role",
}  # fmt: skip
"""Texts that name no client and nobody: groups, products, stages, causes, other companies."""


def disguised_cells(cells: pa.Table, contract: Table, disguise: Disguise) -> pa.Table:
    """The rows of one table without a client's or a person's name.

    Parameters
    ----------
    cells : pyarrow.Table
        Checked rows with the columns of the contract.

    Raises
    ------
    DataFault
        Two numbers have one pseudonym.
    """
    columns = [_column(cells, contract.name, name, disguise) for name in cells.column_names]
    return pa.table(columns, schema=cells.schema)


def _column(cells: pa.Table, table: str, name: str, disguise: Disguise) -> pa.ChunkedArray:
    if (table, name) in EMPTIED:
        return pa.chunked_array([pa.nulls(len(cells), cells[name].type)])
    if (table, name) in NAMES:
        return _names(cells[NAMES[table, name]], disguise, KINDS[NAMES[table, name]])
    if name not in KINDS:
        return cells[name]
    kind = KINDS[name]
    give = disguise.name if kind in READ_BY_PEOPLE else disguise.code
    return _mapped(cells[name], {text: give(kind, text) for text in _distinct(cells[name])}, name)


def _names(numbers: pa.ChunkedArray, disguise: Disguise, kind: str) -> pa.ChunkedArray:
    shown = [None if text is None else disguise.name(kind, text) for text in numbers.to_pylist()]
    return pa.chunked_array([pa.array(shown, type=pa.string())])


def _distinct(column: pa.ChunkedArray) -> list[str]:
    found: list[str] = pc.unique(column).drop_null().to_pylist()
    return found


def _mapped(column: pa.ChunkedArray, given: dict[str, str], name: str) -> pa.ChunkedArray:
    if len(set(given.values())) < len(given):
        raise DataFault(
            f"{name}: two numbers have the same pseudonym. Choose another key for the pseudonyms."
        )
    shown = [None if text is None else given[text] for text in column.to_pylist()]
    return pa.chunked_array([pa.array(shown, type=column.type)])


def disguised_fault(fault: Fault) -> Fault:
    """What was found, without what stands in the rows."""
    if fault.rule in NAMES_NOBODY:
        return fault
    about = subject(fault.table, fault.column)
    rows = count_of(fault.count, "row")
    message = f"{about}: {fault.rule} ({rows}; the full edition names them)."
    return replace(fault, offenders=(), message=message)


def undecided_columns() -> list[str]:
    """Columns of text that are neither disguised, nor emptied, nor known to name nobody."""
    return [
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if column.kind in ("id", "text")
        and column.name not in KINDS
        and (table.name, column.name) not in NAMES
        and (table.name, column.name) not in EMPTIED
        and column.name not in KEPT
    ]
