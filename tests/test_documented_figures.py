"""Every figure that an analysis can publish has its line in docs/figures.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from portfolio_lib.analyses.concentration import measure_concentration
from portfolio_lib.analyses.firm import UnitFrames, summarise_firm
from portfolio_lib.analyses.portfolio import summarise_portfolio
from portfolio_lib.analyses.segments import segment_accounts
from tests.analyses.portfolios import Client, accounts, months, snapshots, unit

CLIENTS = [Client("a", 60, 50), Client("b", 10, 10), Client("c", 5, 8)]


def documented() -> set[str]:
    text = (Path(__file__).parents[1] / "docs" / "figures.md").read_text("utf-8")
    return set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))


def published() -> Iterable[str]:
    frames, settings = (accounts(CLIENTS), snapshots(CLIENTS)), unit()
    yield from summarise_portfolio(*frames, months(CLIENTS), parameters=settings).figures
    yield from measure_concentration(*frames, parameters=settings).figures
    yield from segment_accounts(*frames, parameters=settings).figures
    firm = [UnitFrames(settings, *frames, months(CLIENTS))]
    yield from summarise_firm(firm).figures


def test_every_figure_of_portfolio_segments_and_firm_is_documented() -> None:
    assert sorted(set(published()) - documented()) == []
