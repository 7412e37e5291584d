"""Small parameter folders for tests."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.parameters import FaultyParameters, FirmParameters, load_firm

FIRM = """
firm:
  name: Acme
as_of: 2026-09-30
currency: GBP
pages: [portfolio, segments]
sources:
  folder: ../data
  tables:
    accounts: {file: accounts.csv}
    invoices: {file: invoices.csv}
"""
UNIT = """
unit:
  name: North
"""
PAGES = ("portfolio", "segments")


def write_folder(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a parameter folder; line 1 of a text is its first line."""
    folder = root / "parameters"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def load(root: Path, files: Mapping[str, str], **options: Any) -> FirmParameters:
    """Write and load a folder without looking for its data."""
    folder = write_folder(root, files)
    return load_firm(folder, **{"pages": PAGES, "check_paths": False, **options})


def faults_of(root: Path, files: Mapping[str, str], **options: Any) -> list[str]:
    """The faults of a folder, as told, which must have some."""
    with pytest.raises(FaultyParameters) as caught:
        load(root, files, **options)
    return [str(fault) for fault in caught.value.faults]


def places_of(faults: list[str]) -> list[str]:
    """`file:line: key` of each fault."""
    return [": ".join(fault.split(": ")[:2]) for fault in faults]
