"""Whatever stands in the files: faults, and never another exception."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.parameters import Fault, FaultyParameters, load_firm
from portfolio_lib.parameters.writing import yaml_text

from .folders import FIRM, PAGES, write_folder

_KEYS = st.sampled_from(
    [
        "firm",
        "unit",
        "name",
        "sources",
        "tables",
        "folder",
        "file",
        "preset",
        "columns",
        "from",
        "values",
        "policies",
        "tiers",
        "shares",
        "pages",
        "as_of",
        "currency",
        "targets",
        "join",
        "on",
        "connection",
        "password",
        "rest",
        "business_units",
    ]
) | st.text(max_size=6)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["../..", "**", "{unit}", "env:X", "2026-09-30", "\u202e", "=1+1", "<b>"])
)
_GARBAGE = st.dictionaries(
    _KEYS,
    st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    ),
    max_size=6,
)


def _told(folder: Path, **options: Any) -> tuple[Fault, ...]:
    """The faults of a folder, none where it loads; any other exception is the test's failure."""
    try:
        load_firm(folder, **options)
    except FaultyParameters as faulty:
        return faulty.faults
    return ()


@settings(max_examples=80, deadline=None)
@given(firm=_GARBAGE, unit=_GARBAGE, preset=_GARBAGE)
def test_garbage_is_told_as_faults_and_never_as_another_exception(
    firm: object, unit: object, preset: object
) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "parameters"
        (folder / "presets").mkdir(parents=True)
        for name, content in (("firm", firm), ("n", unit), ("presets/shop", preset)):
            text = yaml_text(content)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8", errors="replace")
        faults = _told(folder, pages=PAGES, environ={})
        assert all(str(fault).startswith("parameters") for fault in faults)


@settings(max_examples=80, deadline=None)
@given(unit=_GARBAGE)
def test_garbage_in_a_unit_of_a_sound_firm_is_told_as_faults(unit: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = write_folder(Path(root), {"firm.yaml": FIRM})
        text = yaml_text(unit)
        (folder / "n.yaml").write_text(text, encoding="utf-8", errors="replace")
        faults = _told(folder, pages=PAGES, check_paths=False)
        assert {fault.file for fault in faults} <= {"parameters/n.yaml"}


_SOUND: dict[str, Any] = {
    "unit": {"name": "North", "business_units": ["north"], "rest": False},
    "as_of": "2026-09-30",
    "pages": ["portfolio"],
    "sources": {
        "preset": "shop",
        "folder": "../data",
        "tables": {
            "invoices": {
                "file": "i.csv",
                "join": [{"file": "j.csv", "on": {"a": "b"}}],
                "columns": {"amount": {"from": "A", "values": {"x": "y"}}, "date": "D"},
                "set_aside": [{"when": "x", "reason": "y"}],
            }
        },
    },
    "policies": {"tiers": {"shares": [0.1, 0.2]}},
    "portfolio": {"market_size": {"a": 1}},
}


def _routes(value: object, route: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    return [route, *(deeper for key, child in inside for deeper in _routes(child, (*route, key)))]


@settings(max_examples=120, deadline=None)
@given(route=st.sampled_from(_routes(_SOUND)[1:]), value=_LEAVES | _GARBAGE | st.lists(_LEAVES))
def test_one_value_replaced_by_garbage_is_told_in_its_own_file(
    route: tuple[str | int, ...], value: object
) -> None:
    unit = copy.deepcopy(_SOUND)
    holder: Any = unit
    for step in route[:-1]:
        holder = holder[step]
    holder[route[-1]] = value
    preset = "about: x\ntables: {accounts: {file: a.csv}}\n"
    with tempfile.TemporaryDirectory() as root:
        folder = write_folder(Path(root), {"firm.yaml": FIRM, "presets/shop.yaml": preset})
        (folder / "n.yaml").write_text(yaml_text(unit), encoding="utf-8", errors="replace")
        faults = _told(folder, pages=PAGES, check_paths=False)
        assert {fault.file for fault in faults} <= {"parameters/n.yaml"}
        _told(folder, pages=PAGES, environ={})


def test_references_that_nest_deeply_are_told_as_faults(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 190))]
    folder = write_folder(tmp_path, {"firm.yaml": FIRM, "n.yaml": "\n".join(lines)})
    faults = _told(folder, pages=PAGES, check_paths=False)
    assert {fault.file for fault in faults} == {"parameters/n.yaml"}
