"""Which pages a pack holds: by its period, or by the unit's own order."""

from __future__ import annotations

from pathlib import Path

import pytest

from .folders import FIRM, UNIT, faults_of, load

FIRM_WITH_PACKS = FIRM.replace(
    "pages: [portfolio, segments]",
    "packs:\n  month: [segments]\n  quarter: [portfolio, segments]",
)


@pytest.mark.parametrize(
    ("unit", "pages"),
    [
        ("", ("portfolio", "segments")),  # the period is a quarter where nothing is said
        ("period: month\n", ("segments",)),
        ("period: month\npages: [portfolio]\n", ("portfolio",)),
        ("period: month\npacks: {month: [segments, portfolio]}\n", ("segments", "portfolio")),
    ],
)
def test_a_pack_holds_the_pages_of_its_period_or_the_units_own(
    tmp_path: Path, unit: str, pages: tuple[str, ...]
) -> None:
    firm = load(tmp_path, {"firm.yaml": FIRM_WITH_PACKS, "north.yaml": UNIT + unit})
    assert firm.units["north"].pages == pages


def test_a_period_without_a_pack_is_a_fault(tmp_path: Path) -> None:
    files = {"firm.yaml": FIRM_WITH_PACKS, "north.yaml": UNIT + "period: year\n"}
    (fault,) = faults_of(tmp_path, files)
    assert "pages" in fault


def test_an_unknown_page_of_a_pack_is_named_once_with_its_line(tmp_path: Path) -> None:
    wrong = FIRM_WITH_PACKS.replace("month: [segments]", "month: [segmnets]")
    files = {"firm.yaml": wrong, "north.yaml": UNIT, "south.yaml": UNIT.replace("North", "South")}
    (fault,) = faults_of(tmp_path, files)
    assert "firm.yaml:6: packs.month.1" in fault
    assert "did you mean 'segments'" in fault


def test_an_unknown_page_of_the_packs_own_period_is_told_once(tmp_path: Path) -> None:
    wrong = FIRM_WITH_PACKS.replace("quarter: [portfolio", "quarter: [portfoli")
    (fault,) = faults_of(tmp_path, {"firm.yaml": wrong, "north.yaml": UNIT})
    assert "packs.quarter.1" in fault
