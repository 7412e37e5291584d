"""Files laid over each other, worked by hand."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.parameters.documents import parse_document
from portfolio_lib.parameters.merging import merge
from portfolio_lib.parameters.nodes import Node, Origin, find, plain


def node(text: str, name: str) -> Node:
    root = parse_document(text, Origin(Path(name), name)).root
    assert root is not None
    return root


def merged(lower: str, upper: str) -> Node:
    return merge(node(lower, "lower"), node(upper, "upper"))


def test_mappings_merge_key_by_key_and_the_rest_replaces() -> None:
    lower = "a: {x: 1, y: [1, 2], z: {p: 1}}\nb: 1"
    upper = "a: {y: [3], z: {q: 2}}\nc: 4"
    assert plain(merged(lower, upper)) == {
        "a": {"x": 1, "y": [3], "z": {"p": 1, "q": 2}},
        "b": 1,
        "c": 4,
    }


def test_each_value_keeps_the_file_and_line_that_say_it() -> None:
    both = merged("a:\n  x: 1\n  y: 2\n", "\n\na:\n  y: 3\n")
    said = {key: find(both, ("a", key)) for key in "xy"}
    assert {k: (n.origin.shown, n.line) for k, n in said.items() if n} == {
        "x": ("lower", 2),
        "y": ("upper", 4),
    }


def test_a_key_with_nothing_behind_it_says_nothing_and_null_takes_back() -> None:
    lower = "targets: {grr: 0.8}\npolicies: {credits: net}"
    assert plain(merged(lower, "targets:\n  # grr: 0.9\npolicies: null\n")) == {
        "targets": {"grr": 0.8},
        "policies": None,
    }


def test_a_connection_takes_back_the_file_underneath_and_its_reading() -> None:
    lower = "sources: {tables: {invoices: {file: i.csv, separator: ';', distinct: true}}}"
    upper = "sources: {tables: {invoices: {connection: env:DB, query: SELECT 1}}}"
    assert plain(merged(lower, upper)) == {
        "sources": {
            "tables": {"invoices": {"distinct": True, "connection": "env:DB", "query": "SELECT 1"}}
        }
    }


def test_a_file_takes_back_the_connection_underneath() -> None:
    lower = "sources: {tables: {invoices: {connection: env:DB, table: t}}}"
    upper = "sources: {tables: {invoices: {file: i.csv}}}"
    assert plain(merged(lower, upper)) == {"sources": {"tables": {"invoices": {"file": "i.csv"}}}}


def test_what_one_file_says_of_both_is_kept_for_the_check_to_refuse() -> None:
    upper = "sources: {tables: {invoices: {file: i.csv, connection: env:DB}}}"
    assert plain(merged("sources: {tables: {}}", upper)) == {
        "sources": {"tables": {"invoices": {"file": "i.csv", "connection": "env:DB"}}}
    }


def test_a_column_from_elsewhere_takes_back_the_formula_and_keeps_the_scale() -> None:
    lower = "sources: {tables: {i: {columns: {amount: {formula: a * b, scale: 0.01}}}}}"
    upper = "sources: {tables: {i: {columns: {amount: {from: Total}}}}}"
    both = find(merged(lower, upper), ("sources", "tables", "i", "columns", "amount"))
    assert both is not None
    assert plain(both) == {"scale": 0.01, "from": "Total"}


def test_a_bare_column_name_merges_as_the_mapping_it_stands_for() -> None:
    lower = "sources: {tables: {i: {columns: {amount: Total}}}}"
    upper = "sources: {tables: {i: {columns: {amount: {scale: 0.01}}}}}"
    both = find(merged(lower, upper), ("sources", "tables", "i", "columns", "amount"))
    assert both is not None
    assert plain(both) == {"from": "Total", "scale": 0.01}
