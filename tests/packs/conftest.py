"""One prepared process for all runs of these tests; loading is most of a small run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portfolio_lib.packs.processes import prepared


@pytest.fixture(scope="session")
def libraries_loaded() -> Iterator[None]:
    with prepared():
        yield
