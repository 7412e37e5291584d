"""A new unit's file, written with comments that say what may stand in it."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.parameters.documents import text_fault
from portfolio_lib.parameters.faults import Fault, FaultyParameters
from portfolio_lib.parameters.folders import key_fault, read_folder, shown_path
from portfolio_lib.parameters.loading import Expectations, folder_faults
from portfolio_lib.parameters.schemas import SCHEMA_FOLDER
from portfolio_lib.parameters.writing import quoted

_TEXT = """\
# yaml-language-server: $schema={schema}
#
# One business unit. What is not said here is taken from firm.yaml.
# 'portfolio check' lists every fault with its line, before anything runs.

unit:
  # What readers call the unit.
  name: {name}
  # The unit's values in the business_unit column of your tables.
  business_units: [{key}]
  # true: also takes every business unit that no other file names. One unit at most.
  rest: false

# Anything below is said for this unit only. Take the '#' away to use a line.

# as_of: 2026-09-30            # last day observed; nothing later influences a number
# currency: GBP
# sources:
#   folder: ../data/{{unit}}     # from this file's folder; {{unit}} is the name of this file
#   tables:
#     invoices:
#       file: invoices-*.csv
#       separator: ";"
#       columns:
#         invoice_id: InvoiceNo            # our column: your column
#         date: {{from: InvoiceDate, format: "%d/%m/%Y"}}
#         amount: {{formula: Quantity * UnitPrice}}
#     contracts:
#       connection: env:CRM_DATABASE       # the address stands in this environment variable
#       table: contracts
# policies:                    # choices that change what a number means
#   active_within_days: 365
# targets:
#   retention: 0.9
# pages: [portfolio, segments]
"""


def new_unit(folder: Path | str, key: str, *, name: str | None = None) -> Path:
    """Write `folder/key.yaml` for a new business unit.

    Parameters
    ----------
    folder
        The folder of firm.yaml.
    key
        Small letters, digits and hyphens: the name of the file and of the folder of reports.
    name
        What readers call the unit; made from the key where left out.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ParameterFault
        The key or name cannot be used or is taken, or the file is there already. Nothing is
        written then.
    """
    at = Path(folder).absolute()
    path = at / f"{key}.yaml"
    shown = shown_path(path, at.parent)
    called = key.replace("-", " ").title() if name is None else name
    present = [file.stem for file in at.glob("*.yaml")]
    problem = key_fault(key, present) or _name_fault(called)
    if problem is None and key in present:
        problem = "the file is there already; expected a new key"
    if problem is not None:
        raise FaultyParameters([Fault(shown_path(at, at.parent), None, "new unit", problem)])
    text = _TEXT.format(schema=f"{SCHEMA_FOLDER}/unit.json", name=quoted(called), key=quoted(key))
    files = read_folder(at, unwritten={key: text})
    faults = [fault for fault in folder_faults(files, Expectations()) if fault.file == shown]
    if faults:
        raise FaultyParameters(faults)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    return path


def _name_fault(name: str) -> str | None:
    if not name.strip():
        return "the name is blank; expected what readers call the unit"
    problem = text_fault(name)
    return f"the name {problem}" if problem else None
