"""The review as a notebook holds it: made when asked for, stored, computed once."""

from __future__ import annotations

import base64
import json
import os
import sys
import types
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib import open_review, review
from portfolio_lib.errors import DataFault, ParameterFault
from portfolio_lib.facts import STEPS
from portfolio_lib.packs.notebooks import results_asked
from portfolio_lib.parameters import load_firm, save_unit_snapshot
from portfolio_lib.review import Review, argument_names, prune_caches, write_by_rename
from portfolio_lib.tables import TABLES

from .packs import projects


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    return projects.write_project(
        folder, {"north": ["good"], "faulty": ["good"]}, {"good": projects.GOOD_PAGE}
    )


@pytest.fixture
def in_notebooks(project, monkeypatch):
    """The working folder of a notebook in JupyterLab."""
    monkeypatch.chdir(project / "notebooks")
    return project


@dataclass(frozen=True)
class Answer:
    accounts: int
    contacts: object
    currency: str


def count_accounts(accounts, account_snapshots, contacts, *, parameters, detail=None):
    """An analysis that takes a table, a fact, and a table that was not handed in."""
    sys.modules["counted"].calls.append(len(account_snapshots))
    return Answer(len(accounts), contacts, parameters.currency)


@pytest.fixture
def counted(monkeypatch):
    module = types.ModuleType("counted")
    module.count_accounts, module.calls = count_accounts, []
    monkeypatch.setitem(sys.modules, "counted", module)
    monkeypatch.setitem(review.ANALYSES, "counted", "counted:count_accounts")
    return module


def test_tables_facts_and_checks_are_there_when_asked_for(in_notebooks):
    north = open_review("north")
    assert north.parameters.name == "Unit north"
    assert len(north.table("accounts")) == 3
    assert north.table("contacts") is None
    assert {"account_id", "snapshot_date"} <= set(north.fact("account_snapshots").columns)
    assert not north.checks.stops
    assert repr(north) == "Review of Unit north (north) at 2026-09-30"


def test_opening_reads_nothing(in_notebooks):
    before = set((in_notebooks / "reports").glob(".cache/*"))
    open_review("faulty")
    assert set((in_notebooks / "reports").glob(".cache/*")) == before


def test_a_result_gets_its_frames_by_name_and_is_computed_once(in_notebooks, counted):
    north = open_review("north")
    answer = north.result("counted")
    assert answer == Answer(3, None, "GBP")
    assert north.result("counted") is answer
    assert open_review("north").result("counted") == answer
    assert len(counted.calls) == 1


def test_the_store_is_used_again_until_an_input_changes(in_notebooks):
    first = open_review("north")._store
    assert open_review("north")._store == first
    invoices = in_notebooks / "data" / "north" / "invoices.csv"
    before = invoices.read_bytes()
    try:
        invoices.write_bytes(before + b"I-new,A-1,2026-09-20,1\n")
        changed = open_review("north")
        assert changed._store != first
        assert len(changed.table("invoices")) == before.count(b"\n")
    finally:
        invoices.write_bytes(before)


def test_a_path_of_a_parameter_file_opens_its_unit(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_review(project / "parameters" / "north.yaml").parameters.key == "north"
    assert open_review(str(project / "parameters" / "north.yaml")).parameters.key == "north"


def test_an_unknown_unit_is_refused_with_the_nearest(in_notebooks):
    with pytest.raises(ParameterFault, match="Did you mean 'north'"):
        open_review("nroth")


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda one: one.table("acounts"), "did you mean 'accounts'"),
        (lambda one: one.fact("account_snapshot"), "did you mean 'account_snapshots'"),
        (lambda one: one.result("portfolo"), "did you mean 'portfolio'"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(in_notebooks, call, hint):
    with pytest.raises(KeyError, match=hint):
        call(open_review("north"))


def test_faulty_data_are_told_all_at_once_and_leave_no_store(in_notebooks):
    path = in_notebooks / "data" / "faulty" / "invoices.csv"
    before = path.read_bytes()
    path.write_bytes(before + b"I-x,A-99,2026-01-01,5\nI-y,A-1,soon,5\n")
    caches = set((in_notebooks / "reports" / ".cache").glob("*"))
    with pytest.raises(DataFault) as refusal:
        open_review("faulty").table("accounts")
    assert "A-99" in str(refusal.value)
    assert "soon" in str(refusal.value)
    assert set((in_notebooks / "reports" / ".cache").glob("*")) == caches
    path.write_bytes(before)


def test_a_run_hands_over_its_store_and_explores_nothing(in_notebooks, tmp_path):
    store = open_review("north")._store
    snapshot = tmp_path / "north.yaml"
    save_unit_snapshot(load_firm(in_notebooks / "parameters").units["north"], snapshot)
    (tmp_path / "store.json").write_text(json.dumps({"store": str(store)}))
    os.chdir(tmp_path)
    unattended = open_review(snapshot)
    assert len(unattended.table("accounts")) == 3
    assert unattended.explore(unattended.table("accounts")) is None
    assert unattended.explore_pairs(unattended.table("accounts"), []) is None


def test_exploring_shows_names_as_text(in_notebooks):
    north = open_review("north")
    shown = north.explore(north.table("accounts"), "Clients")._repr_mimebundle_()
    assert "<script>alert(1)</script>" not in shown["text/html"]
    assert "Plain Ltd" in shown["text/html"]
    assert shown["text/plain"] == "Clients: 3 rows"


def test_columns_are_drawn_against_each_other_for_the_analyst(in_notebooks):
    frame = pd.DataFrame({"revenue": [1.0, 2.0, 4.0, None], "margin": [0.1, 0.4, 0.2, 0.3],
                          "same": 1.0, "tier": ["$x^", "b", None, "b"]})  # fmt: skip
    shown = open_review("north").explore_pairs(frame, ["revenue", "margin", "same"], by="tier")
    told = shown._repr_mimebundle_()
    assert base64.b64decode(told["image/png"]).startswith(b"\x89PNG")
    assert told["text/plain"] == ("4 rows by tier; left out, with fewer than two values: same")


def test_a_chart_of_columns_without_values_is_a_sentence(in_notebooks):
    frame = pd.DataFrame({"revenue": [1.0, 2.0], "margin": [float("nan")] * 2})
    shown = open_review("north").explore_pairs(frame, ["revenue", "margin"])
    assert shown._repr_mimebundle_() == {
        "text/plain": "Nothing to draw: it takes two columns of numbers; "
        "left out, with fewer than two values: margin"
    }


def test_the_card_is_a_piece_for_the_analyst(in_notebooks):
    card = open_review("north").card()
    assert "Unit north" in card.text
    assert "<script>" not in card.html


def test_positional_names_of_an_analysis_are_its_frames():
    assert argument_names(count_accounts) == ["accounts", "account_snapshots", "contacts"]


def test_every_registered_analysis_can_be_loaded_and_asks_for_what_exists():
    given = {*TABLES, *STEPS, review.EARLIER_REVIEWS, review.CHURN_POOL, review.OPTIONAL_TABLES}
    assert given.isdisjoint(review.ANALYSES), "a name would mean two things"
    for name in review.ANALYSES:
        assert set(argument_names(review.analysis(name))) <= given | review.ANALYSES.keys(), name


def test_no_analysis_waits_for_itself():
    asks = {name: argument_names(review.analysis(name)) for name in review.ANALYSES}
    earlier = {name: set(asked) & asks.keys() for name, asked in asks.items()}
    assert sorted(TopologicalSorter(earlier).static_order()) == sorted(asks)


def test_an_analysis_may_stand_on_an_earlier_result(in_notebooks, counted, monkeypatch):
    module = types.ModuleType("standing")
    module.twice = lambda counted, *, parameters: 2 * counted.accounts
    monkeypatch.setitem(sys.modules, "standing", module)
    monkeypatch.setitem(review.ANALYSES, "standing", "standing:twice")
    held = open_review("north")
    assert held.result("standing") == 2 * held.result("counted").accounts


def test_every_page_shows_the_results_that_its_notebook_asks_for():
    notebooks = Path(review.__file__).parents[1] / "notebooks"
    asked = {path.stem: results_asked(path) for path in notebooks.glob("*.ipynb")}
    assert {page: set(names) for page, names in asked.items() if names} == {
        page: set(names) for page, names in review.PAGES.items()
    }


def test_only_the_caches_used_last_stay(tmp_path):
    for age, name in enumerate(("newest", "newer", "old", "oldest")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "building-x").mkdir()
    assert [path.name for path in prune_caches(tmp_path, keep=2)] == ["old", "oldest"]
    assert {path.name for path in tmp_path.iterdir()} == {"newest", "newer", "building-x"}


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "answer"
    write_by_rename(path, b"old")

    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_by_rename(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["answer"]


def test_a_review_needs_no_project_once_it_has_its_store(tmp_path):
    made = Review(None, lambda: tmp_path, unattended=True)
    assert made.explore(pd.DataFrame()) is None
