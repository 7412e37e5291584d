"""Faults as people read them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from portfolio_lib.parameters.faults import (
    Fault,
    FaultyParameters,
    did_you_mean,
    listed,
    shown_route,
    shown_text,
)
from portfolio_lib.parameters.nodes import Node, Origin, plain, replaced, walk, without

TWO = (Fault("b.yaml", 2, "seed", "found x", "Mend it"), Fault("a.yaml", None, "", "missing"))


def test_faults_are_told_once_in_the_order_of_files_and_lines() -> None:
    faulty = FaultyParameters([*TWO, TWO[0]])
    assert str(faulty) == (
        "2 faults in 2 files of parameters:\n  a.yaml: missing\n  b.yaml:2: seed: found x. Mend it"
    )


def test_faults_cross_from_a_worker_process_whole() -> None:
    faulty = FaultyParameters(TWO)
    back = pickle.loads(pickle.dumps(faulty))
    assert (back.faults, str(back)) == (faulty.faults, str(faulty))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"'a\nb'"),
        ("\u202ereversed", r"'\u202ereversed'"),
        ("x" * 400, "'" + "x" * 59 + "…'"),
        ("http://bob:pass@host", "(not shown: it looks like a secret)"),
    ],
)
def test_text_from_a_file_stays_short_harmless_and_on_one_line(text: str, shown: str) -> None:
    assert shown_text(text) == shown


def test_a_route_is_dotted_counts_from_one_and_quotes_odd_keys() -> None:
    assert shown_route(("sources", "tables", "a b", "join", 0)) == "sources.tables.'a b'.join.1"


def test_the_nearest_word_ignores_case_and_far_words_are_not_offered() -> None:
    assert did_you_mean("SEED", ["seed", "name"]) == "; did you mean 'seed'?"
    assert did_you_mean("zzz", ["seed", "name"]) == ""


def test_long_lists_are_cut_with_a_count() -> None:
    assert listed(["a", "b", "c"], most=2) == "a, b and 1 more"


def test_trees_are_changed_by_copy_only() -> None:
    origin = Origin(Path("x"), "x")
    leaf = Node(1, origin, 2)
    tree = Node({"a": Node([leaf, Node({"b": leaf}, origin, 3)], origin, 1)}, origin, 1)
    assert plain(replaced(tree, ("a", 1, "b"), 5)) == {"a": [1, {"b": 5}]}
    assert plain(without(tree, ("a", 1, "b"))) == {"a": [1, {}]}
    assert plain(without(tree, ("a", 0))) == {"a": [{"b": 1}]}
    assert plain(without(tree, ("z", 0))) == plain(tree) == {"a": [1, {"b": 1}]}
    assert [route for route, _ in walk(tree)] == [
        (),
        ("a",),
        ("a", 0),
        ("a", 1),
        ("a", 1, "b"),
    ]
    with pytest.raises(KeyError):
        replaced(tree, ("z",), 1)
