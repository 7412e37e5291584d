"""The examples in the docstrings of the analyses and of the pages are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import portfolio_lib.analyses
import portfolio_lib.pieces.pages

MODULES = [
    found.name
    for package in (portfolio_lib.analyses, portfolio_lib.pieces.pages)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    if not found.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
