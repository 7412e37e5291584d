"""The examples in the docstrings of the whole library are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import portfolio_lib

ROOT = Path(portfolio_lib.__file__).parent


def with_examples() -> list[str]:
    """Modules with an example, found by their source so that collecting imports none of them."""
    paths = [path for path in ROOT.rglob("*.py") if ">>> " in path.read_text("utf-8")]
    places = [path.relative_to(ROOT.parent).with_suffix("").parts for path in paths]
    return sorted(".".join(part for part in place if part != "__init__") for place in places)


@pytest.mark.parametrize("name", with_examples())
def test_examples_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
