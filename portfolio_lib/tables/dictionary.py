"""The data dictionary of the documentation, written from the contracts.

`python -m portfolio_lib.tables.dictionary docs/tables.md` renews the generated part of that page; a
test fails while the page and the contracts differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

from portfolio_lib.tables.contracts import REVENUE_TABLES, TABLES, Column, Kind, Table

BEGIN = "<!-- generated from the contracts: begin -->"
END = "<!-- generated from the contracts: end -->"

_KINDS = {
    Kind.ID: "id (text, zeros kept)",
    Kind.TEXT: "text",
    Kind.CATEGORY: "one of these words",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "date and time",
    Kind.MONEY: "money",
    Kind.NUMBER: "number",
    Kind.INTEGER: "whole number",
    Kind.SHARE: "share",
    Kind.FLAG: "yes/no",
}


def data_dictionary() -> str:
    """Every table and column as Markdown, one section a table."""
    return "\n".join(_section(contract) for contract in TABLES.values())


def _section(contract: Table) -> str:
    lines = [
        f"### {contract.name}",
        "",
        f"One row per {contract.row}. {_needed(contract)}{_key(contract)}{_known(contract)}",
        "",
        "| column | holds | what it is |",
        "|---|---|---|",
        *(_line(column) for column in contract.columns),
        "",
    ]
    return "\n".join(lines)


def _needed(contract: Table) -> str:
    if contract.name == "accounts":
        return "Always needed. "
    if contract.name in REVENUE_TABLES:
        return f"At least one of {' and '.join(REVENUE_TABLES)} is needed. "
    return ""


def _key(contract: Table) -> str:
    if not contract.key:
        return "Rows need no key. "
    names = " + ".join(f"`{name}`" for name in contract.key)
    return f"Unique within a business unit: {names}. "


def _known(contract: Table) -> str:
    if not contract.known_from:
        return "Rows count whatever the review date is."
    names = ", else ".join(f"`{name}`" for name in contract.known_from)
    return f"A row counts from {names} on."


def _line(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    return f"| {name} | {_holds(column)} | {_cell(column.meaning)}{_notes(column)} |"


def _holds(column: Column) -> str:
    if column.allowed:
        return _cell(", ".join(column.allowed))
    unit = f" ({column.unit})" if column.unit else ""
    return f"{_KINDS[column.kind]}{_cell(unit)}"


def _notes(column: Column) -> str:
    notes = []
    if column.references:
        notes.append(f"refers to `{column.references}`")
    if column.known_when and column.known_when != column.name:
        notes.append(f"empty while `{column.known_when}` lies after the review date")
    elif column.known_when:
        notes.append("empty while it lies after the review date")
    return f" ({'; '.join(notes)})" if notes else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(page: str) -> str:
    """A page with the part between the two marks written anew.

    Raises
    ------
    ValueError
        The page lacks a mark.
    """
    before, found, rest = page.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not found or not ends:
        raise ValueError(f"The page lacks the marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{data_dictionary()}\n{END}{after}"


def main(path: str) -> None:
    """Renew the page in place."""
    page = Path(path)
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
