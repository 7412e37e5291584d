"""A unit's settings written to one file and read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters import UnitParameters, load_unit_snapshot, save_unit_snapshot
from portfolio_lib.parameters.documents import text_fault
from portfolio_lib.parameters.models import Policies, Sources, TableSource, Targets, TierPolicy

from .folders import FIRM, UNIT, load

TEXT = st.text(min_size=1, max_size=30).filter(lambda t: bool(t.strip()) and not text_fault(t))
TRAPS = st.sampled_from(
    ["NO", "0123", "1e3", ".nan", "null", "~", "2026-09-30", "5", " x", "a: b", "=1"]
)
WORDS = TEXT | TRAPS
SHARES = st.floats(0, 1)


def unit_parameters(**settings: object) -> UnitParameters:
    values: dict[str, object] = {
        "key": "north",
        "name": "North",
        "firm_name": "Acme",
        "business_units": ("north",),
        "as_of": dt.date(2026, 9, 30),
        "currency": "GBP",
        "sources": Sources(),
        "pages": ("portfolio",),
    }
    return UnitParameters.model_validate({**values, **settings})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=WORDS,
    business_units=st.lists(WORDS, max_size=3),
    as_of=st.dates(dt.date(1970, 1, 1), dt.date(2199, 12, 31)),
    retention=SHARES,
    revenue=st.floats(0, allow_infinity=False) | st.none(),
    values=st.dictionaries(WORDS, st.text(max_size=5).filter(lambda t: not text_fault(t))),
    label=WORDS,
)
def test_what_is_saved_is_loaded_equal(tmp_path: Path, **drawn: object) -> None:
    labels = (f"a{drawn['label']}", f"b{drawn['label']}", f"c{drawn['label']}")
    column = {"from": "x", "values": drawn["values"], "true": (drawn["label"], "y")}
    unit = unit_parameters(
        name=drawn["name"],
        business_units=tuple(drawn["business_units"]),
        as_of=drawn["as_of"],
        targets=Targets.model_validate(
            {"retention": drawn["retention"], "revenue_12m": drawn["revenue"]}
        ),
        policies=Policies(tiers=TierPolicy(labels=labels, thresholds=(2e16, 1e-7))),
        sources=Sources(
            tables={"t": TableSource.model_validate({"file": "x", "columns": {"c": column}})}
        ),
    )
    path = save_unit_snapshot(unit, tmp_path / "north.yaml")
    assert load_unit_snapshot(path) == unit


def test_the_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    unit = load(tmp_path, {"firm.yaml": FIRM, "n.yaml": UNIT}).units["n"]
    one = save_unit_snapshot(unit, tmp_path / "one.yaml").read_bytes()
    two = save_unit_snapshot(unit.model_copy(deep=True), tmp_path / "two.yaml").read_bytes()
    assert one == two
    assert load_unit_snapshot(tmp_path / "one.yaml") == unit


def test_the_path_as_text_is_enough(tmp_path: Path) -> None:
    save_unit_snapshot(unit_parameters(), tmp_path / "deep" / 'it\'s "one".yaml')
    assert load_unit_snapshot(f'{tmp_path}/deep/it\'s "one".yaml') == unit_parameters()


def test_a_plain_yaml_reader_sees_the_same_texts(tmp_path: Path) -> None:
    path = save_unit_snapshot(
        unit_parameters(name="NO", business_units=("0123", "1e3")), tmp_path / "x"
    )
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert (plain["name"], plain["business_units"]) == ("NO", ["0123", "1e3"])
    assert plain["as_of"] == "2026-09-30"


def test_no_scratch_file_is_left(tmp_path: Path) -> None:
    save_unit_snapshot(unit_parameters(), tmp_path / "x.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("name: North\n", "as_of: missing; expected a date"),
        ("nam: North\n", ":1: nam: unknown key; did you mean 'name'?"),
        ("a: [", "not YAML"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ParameterFault) as caught:
        load_unit_snapshot(path)
    assert told in str(caught.value)


def test_a_snapshot_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterFault, match="cannot be read"):
        load_unit_snapshot(tmp_path / "none.yaml")
