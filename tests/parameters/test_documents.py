"""Reading YAML with lines, and without guessing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.parameters.documents import Document, parse_document, read_document
from portfolio_lib.parameters.nodes import Origin, find, plain

ORIGIN = Origin(Path("x.yaml"), "parameters/x.yaml")


def values(text: str) -> object:
    document = parse_document(text, ORIGIN)
    assert document.faults == ()
    assert document.root is not None
    return plain(document.root)


def faults(text: str) -> list[str]:
    return [str(fault) for fault in parse_document(text, ORIGIN).faults]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("2026-09-30", "2026-09-30"),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("5", 5),
        ("-7", -7),
        ("0.05", 0.05),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("e5", "e5"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_a_value_is_read_as_it_is_written(written: str, read: object) -> None:
    found = values(f"a: {written}\nb: 1\n")
    assert isinstance(found, dict)
    assert found["a"] == read
    assert type(found["a"]) is type(read)


def test_a_number_too_long_for_any_setting_stays_text() -> None:
    assert values("a: " + "9" * 5000) == {"a": "9" * 5000}


def test_keys_are_text_as_written() -> None:
    assert values("true: 1\n2024: 2\nNO: 3") == {"true": 1, "2024": 2, "NO": 3}


def test_every_value_keeps_its_line() -> None:
    root = parse_document("a: 1\n\nb:\n  # note\n  c: [x,\n    y]\n  d: >\n    long\n", ORIGIN).root
    assert root is not None
    lines = {
        route: node.line
        for route in [("a",), ("b",), ("b", "c"), ("b", "c", 1), ("b", "d")]
        if (node := find(root, route)) is not None
    }
    assert lines == {("a",): 1, ("b",): 3, ("b", "c"): 5, ("b", "c", 1): 6, ("b", "d"): 7}


def test_a_key_said_twice_is_a_fault_with_both_lines() -> None:
    assert faults("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n") == [
        "parameters/x.yaml:5: b.c: said twice; expected once (first in line 3). Keep one of the two"
    ]


@pytest.mark.parametrize("text", ["", "# only a note\n", "---\n", "{}", "null"])
def test_an_empty_file_is_a_fault(text: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith("parameters/x.yaml:1: the file is empty; expected")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "5"])
def test_a_file_that_is_no_mapping_is_a_fault(text: str) -> None:
    assert faults(text) == ["parameters/x.yaml:1: expected lines such as 'key: value' at the top"]


def test_a_second_document_is_a_fault() -> None:
    assert faults("a: 1\n---\nb: 2\n") == [
        "parameters/x.yaml:2: a second document begins here; expected one per file"
    ]


def test_a_reference_stands_for_the_marked_value_in_its_own_line() -> None:
    root = parse_document("a: &one\n  x: [1, 2]\nb:\n  c: *one\n", ORIGIN).root
    assert root is not None
    assert plain(root) == {"a": {"x": [1, 2]}, "b": {"c": {"x": [1, 2]}}}
    referred = find(root, ("b", "c"))
    assert referred is not None
    assert (referred.line, referred.entries["x"].line) == (4, 2)


@pytest.mark.parametrize("text", ["a: *one\nb: 1\n", "a: &one [*one]\n"])
def test_a_reference_without_a_mark_above_it_is_a_fault(text: str) -> None:
    (fault,) = faults(text)
    assert "found a reference to 'one'; expected a mark (&name) above it" in fault


def test_a_tag_is_a_fault() -> None:
    assert faults("a: 1\nc: !!python/object:os.system x\n") == [
        "parameters/x.yaml:2: c: found a tag (!…); expected the value alone"
    ]


def test_references_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (fault,) = faults("\n".join(lines))
    assert "holds more than 20,000 values; expected fewer" in fault


def test_deep_nesting_is_a_fault_and_no_recursion() -> None:
    (fault,) = faults("a: " + "[" * 100_000)
    assert "nested deeper than 20 levels" in fault


def test_broken_yaml_is_told_with_line_and_column_but_not_quoted() -> None:
    (fault,) = faults("a: 1\nb: [hunter2\nc: 3\n")
    assert fault.startswith("parameters/x.yaml:3: not YAML at column 2")
    assert "hunter2" not in fault


@pytest.mark.parametrize("text", ['a: "\\0"', 'a: "\\ud800"', '"\\x1b": 1', 'a: "\\UFFFFFFFF"'])
def test_characters_that_nobody_types_are_faults(text: str) -> None:
    assert len(faults(text)) == 1


def test_a_raw_control_character_is_told_with_its_line() -> None:
    (fault,) = faults("a: 1\nb: \x1b[31m\n")
    assert fault.startswith("parameters/x.yaml:2: holds a control character")


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("a: 1\nname: Café\n".encode("latin-1"))
    (fault,) = read_document(Origin(path, "parameters/x.yaml")).faults
    assert str(fault).startswith("parameters/x.yaml:2: byte 15 is not UTF-8")  # 5 + 'name: Caf'


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    root = read_document(Origin(path, "x")).root
    assert root is not None
    assert plain(root) == {"a": 1}


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    (fault,) = read_document(Origin(tmp_path / "x.yaml", "x.yaml")).faults
    assert "cannot be read" in str(fault)


def test_a_huge_file_is_refused_before_it_is_read_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: " + b"x" * 1_000_001)
    (fault,) = read_document(Origin(path, "x.yaml")).faults
    assert "expected at most 1,000,000" in str(fault)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab01 :-[]{}\"'&*!|>%@`#?,\n\t\\xuU~<.é\x85"))
def test_any_text_gives_a_document_and_never_an_exception(text: str) -> None:
    document = parse_document(text, ORIGIN)
    assert isinstance(document, Document)
    assert document.root is not None or document.faults
