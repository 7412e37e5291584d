"""What one unit breaks while tables are prepared costs that unit alone."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from portfolio_lib.errors import DataFault, EngineFault, RunFailure
from portfolio_lib.packs import run as running
from portfolio_lib.packs.prepare_job import unit_by_unit
from portfolio_lib.packs.statuses import read_status
from portfolio_lib.packs.summaries import summary_lines
from portfolio_lib.parameters import load_firm

from . import planted, projects


@pytest.fixture
def units(tmp_path):
    projects.write_project(
        tmp_path, {"east": ["good"], "north": ["good"], "south": ["good"]}, {"good": ["1"]}
    )
    return tuple(load_firm(tmp_path / "parameters").units.values())


def breaking(error: Exception, asked: list[list[str]]):
    """A step that one unit breaks."""

    def step(units):
        asked.append([unit.key for unit in units])
        if any(unit.key == "south" for unit in units):
            raise error

    return step


def test_a_step_that_one_unit_breaks_is_done_for_each_of_the_others(units):
    asked: list[list[str]] = []
    fallen = unit_by_unit(breaking(OverflowError("date value out of range"), asked), units)
    assert asked == [["east", "north", "south"], ["east"], ["north"], ["south"]]
    assert list(fallen) == ["south"]
    assert fallen["south"].exit_code == 4
    assert "OverflowError: date value out of range" in fallen["south"].reason
    assert "failed/prepare.log" in fallen["south"].reason


def test_what_the_engine_refuses_keeps_its_words_and_code(units):
    fallen = unit_by_unit(breaking(EngineFault("the step broke"), []), units)
    assert (fallen["south"].reason, fallen["south"].exit_code) == ("the step broke", 5)


@pytest.mark.parametrize(
    "error",
    [DataFault("no such table"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))],
)
def test_what_no_unit_is_to_blame_for_ends_the_step(units, error):
    asked: list[list[str]] = []
    with pytest.raises(type(error)):
        unit_by_unit(breaking(error, asked), units)
    assert len(asked) == 1


def test_a_step_without_units_is_not_done():
    assert unit_by_unit(breaking(ValueError(), []), ()) == {}


def project(folder: Path) -> Path:
    projects.write_project(
        folder, {"north": ["good"], "south": ["good"]}, {"good": projects.GOOD_PAGE}
    )
    earlier = folder / "reports" / "south"
    earlier.mkdir(parents=True)
    (earlier / "pack.html").write_text("last good pack", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("libraries_loaded")
def test_an_unforeseen_error_in_one_unit_is_named_and_the_rest_is_published(tmp_path, monkeypatch):
    folder = project(tmp_path)
    monkeypatch.setattr(running, "prepare_child", planted.break_one_unit)
    summary = projects.run(folder)
    found = projects.endings(summary)
    assert found["north"].outcome == "published"
    assert (found["south"].outcome, found["south"].exit_code) == ("failed", 4)
    assert "OverflowError: date value out of range" in (found["south"].reason or "")
    assert summary.exit_code == 4
    status = read_status(folder / "reports", "south")
    assert status.state == "stale"
    assert (folder / "reports/south/pack.html").read_text("utf-8") == "last good pack"
    log = (folder / "reports/south/failed/prepare.log").read_text("utf-8")
    assert "Traceback" in log
    index = json.loads((folder / "reports" / "index.json").read_text("utf-8"))
    assert {one["unit"]: one["state"] for one in index["units"]} == {
        "south": "stale",
        "north": "current",
    }
    assert "south: failed; its last good pack stays, marked as stale." in summary_lines(summary)


@pytest.mark.slow
@pytest.mark.usefixtures("libraries_loaded")
@pytest.mark.parametrize(
    ("child", "words"),
    [
        (planted.fill_the_disk, "the system refused to write: File too large"),
        (planted.fill_the_disk_at_once, "the system refused to write, even the reason why"),
    ],
)
def test_a_disk_that_is_full_while_tables_are_prepared_ends_the_run(
    tmp_path, monkeypatch, child, words
):
    folder = project(tmp_path)
    monkeypatch.setattr(running, "prepare_child", child)
    with pytest.raises(RunFailure, match=words) as told:
        projects.run(folder)
    assert told.value.exit_code == 4
    assert str(told.value).startswith(str(folder / "reports"))
    assert (folder / "reports/south/pack.html").read_text("utf-8") == "last good pack"
