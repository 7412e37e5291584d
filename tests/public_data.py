"""Public data sets, where the variable PORTFOLIO_REAL_DATA names the folder that holds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "PORTFOLIO_REAL_DATA"


def find_public(*parts: str) -> Path | None:
    """A file or folder of a public data set, by its parts; None where it is not on this machine."""
    named = os.environ.get(VARIABLE)
    path = Path(named, *parts) if named else None
    return path if path is not None and path.exists() else None


def public_file(*parts: str) -> Path:
    """A file or folder of a public data set; the test that asks for it is skipped without it."""
    path = find_public(*parts)
    if path is None:
        pytest.skip(f"public data {'/'.join(parts)}: name the folder that holds it in {VARIABLE}")
    return path
