"""Publishing by one rename: whole before, whole after, whole after a kill at any moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portfolio_lib.packs import publish as publishing
from portfolio_lib.packs.publish import HISTORY, PENDING, publish, recover

KILLED_AT = """
import os, pathlib, shutil, sys
from portfolio_lib.packs import publish as publishing

folder, step, can_exchange = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
steps = 0

def counted(real):
    def call(*arguments, **options):
        global steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), 9)
        return real(*arguments, **options)
    return call

pathlib.Path.rename = counted(pathlib.Path.rename)
shutil.rmtree = publishing.shutil.rmtree = counted(shutil.rmtree)
os.fsync = counted(os.fsync)
publishing.exchange = counted(publishing.exchange if can_exchange else lambda one, other: False)
publishing.publish(folder / "scratch" / "built", folder / "reports", "north", keep=1)
print(steps)
"""


def pack(folder: Path, says: str) -> Path:
    """A finished folder of two files that must never be seen apart."""
    folder.mkdir(parents=True)
    for name in ("pack.html", "review.json"):
        (folder / name).write_text(says, encoding="utf-8")
    return folder


def says(folder: Path) -> str:
    told = {(folder / name).read_text("utf-8") for name in ("pack.html", "review.json")}
    assert len(told) == 1, "half of one pack and half of another"
    return told.pop()


def test_the_first_pack_is_put_in_place(tmp_path):
    (tmp_path / "reports").mkdir()
    publish(pack(tmp_path / "built", "new"), tmp_path / "reports", "north", keep=2)
    assert says(tmp_path / "reports" / "north") == "new"
    assert not (tmp_path / "reports" / HISTORY).exists()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_replaced_packs_are_kept_up_to_the_number_asked(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    reports = tmp_path / "reports"
    reports.mkdir()
    for number in range(5):
        publish(pack(tmp_path / f"built{number}", f"pack {number}"), reports, "north", keep=2)
    assert says(reports / "north") == "pack 4"
    kept = sorted((reports / HISTORY / "north").iterdir())
    assert [path.name for path in kept] == ["000003", "000004"]
    assert [says(path) for path in kept] == ["pack 2", "pack 3"]


def test_a_folder_that_told_only_of_a_failure_is_not_kept(tmp_path):
    reports = tmp_path / "reports"
    (reports / "north" / "failed").mkdir(parents=True)
    publish(pack(tmp_path / "built", "new"), reports, "north", keep=2)
    assert says(reports / "north") == "new"
    assert list((reports / HISTORY / "north").iterdir()) == []


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_kill_at_any_step_leaves_the_old_pack_or_the_new_one_whole(tmp_path, can_exchange):
    seen = []
    for step in range(1, 60):
        folder = tmp_path / str(step)
        reports = folder / "reports"
        pack(reports / "north", "old")
        pack(folder / "scratch" / "built", "new")
        arguments = [sys.executable, "-c", KILLED_AT, str(folder), str(step), str(can_exchange)]
        ended = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
        if can_exchange and sys.platform == "linux":
            says(reports / "north")  # a reader sees a whole pack even before anything is mended
        recover(reports)
        seen.append(says(reports / "north"))
        assert not list(reports.glob(f"{HISTORY}/*/{PENDING}*"))
        if ended.returncode == 0:
            break
        assert ended.returncode == -9, ended.stderr
    assert ended.returncode == 0, "the steps were never gone through"
    assert seen == sorted(seen, reverse=True), "once the new pack is in place it stays"
    assert {"old", "new"} == set(seen)


def test_a_pack_that_was_deleted_on_purpose_does_not_come_back(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    for number in range(2):
        publish(pack(tmp_path / f"built{number}", f"pack {number}"), reports, "north", keep=2)
    for path in (reports / "north").iterdir():
        path.unlink()
    (reports / "north").rmdir()
    assert recover(reports) == []
    assert not (reports / "north").exists()


def test_a_refused_exchange_is_an_error_and_changes_nothing(tmp_path):
    reports = tmp_path / "reports"
    pack(reports / "north", "old")
    with pytest.raises(OSError, match="No such file"):
        publishing.exchange(tmp_path / "not there", reports / "north")
    assert says(reports / "north") == "old"
