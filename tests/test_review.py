"""The review as a notebook holds it: made when asked for, stored, computed once."""

from __future__ import annotations

import os
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib import open_review, review
from portfolio_lib.packs.notebooks import results_asked
from portfolio_lib.review import Review, prune_caches, write_by_rename

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
    held = open_review("north")
    assert held.result("standing") == 2 * held.result("counted").accounts
    monkeypatch.setitem(sys.modules, "standing", module)
    monkeypatch.setitem(review.ANALYSES, "standing", "standing:twice")
    assert (
        open_review("north").result("standing")
        == 2 * open_review("north").result("counted").accounts
    )


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
    made = Review(None, lambda: tmp_path, unattended=True)  # type: ignore[arg-type]
    assert made.explore(pd.DataFrame()) is None
