"""Names and business units that only one unit may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.parameters.claims import UnitNames, named_elsewhere

from .folders import FIRM, faults_of, load


def told(root: Path, **units: str) -> list[str]:
    files = {f"{key}.yaml": text for key, text in units.items()}
    return faults_of(root, {"firm.yaml": FIRM, **files})


def test_a_business_unit_that_two_units_claim_is_told_with_both_places(tmp_path: Path) -> None:
    two = "unit:\n  name: B\n  business_units:\n    - other\n    - East\n"
    assert told(tmp_path, a="unit: {business_units: [East, x]}", b=two) == [
        "parameters/b.yaml:5: unit.business_units.2: found 'East', which parameters/a.yaml:1 has "
        "as well; a business unit belongs to one unit. Take it out of one of the two"
    ]


@pytest.mark.parametrize("alike", ["EAST", "east ", "Ｅａｓｔ"])
def test_values_that_only_look_different_are_one(tmp_path: Path, alike: str) -> None:
    (fault,) = told(
        tmp_path, a="unit: {business_units: [East]}", b=f"unit: {{business_units: ['{alike}']}}"
    )
    assert "which parameters/a.yaml:1 has as well, as 'East'" in fault


def test_a_key_that_another_unit_claims_is_told(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, east="seed: 1", west="unit: {business_units: [west, east]}")
    assert fault.startswith("parameters/west.yaml:1: unit.business_units.2: found 'east'")


def test_two_units_with_one_name_are_told(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, **{"big-north": "seed: 1", "other": "unit:\n  name: big north\n"})
    assert fault.startswith("parameters/other.yaml:2: unit.name: found 'big north', which")


def test_a_value_twice_in_one_unit_is_told(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, a="unit: {business_units: [x, x]}")
    assert fault.startswith("parameters/a.yaml:1: unit.business_units.2: found 'x'")


def test_one_unit_at_most_takes_the_rest(tmp_path: Path) -> None:
    rest = "unit: {rest: true}"
    (fault,) = told(tmp_path, a=rest, b=rest, c="seed: 1")
    assert fault.startswith("parameters/b.yaml:1: unit.rest: found true, which parameters/a.yaml:1")


def test_a_unit_of_nothing_is_told_but_the_rest_may_name_nothing(tmp_path: Path) -> None:
    nothing = "unit: {business_units: []}"
    assert "expected at least one value" in told(tmp_path, a=nothing)[0]
    rest = "unit: {business_units: [], rest: true}"
    unit = load(tmp_path, {"firm.yaml": FIRM, "a.yaml": rest}).units["a"]
    assert (unit.business_units, unit.rest) == ((), True)


def test_the_rest_knows_what_other_units_name() -> None:
    units = [
        UnitNames("east", "East", ("e1", "e2"), rest=False),
        UnitNames("other", "Other", ("other",), rest=True),
        UnitNames("west", "West", ("w",), rest=False),
    ]
    assert named_elsewhere("other", units) == ("e1", "e2", "w")
    assert named_elsewhere("east", units) == ()
