"""A disk that takes nothing is told with the folder, the reason and the next step."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from portfolio_lib.errors import EngineFault, RunFailure
from portfolio_lib.packs import run as running
from portfolio_lib.packs.disk import disk_message, disk_refusal
from portfolio_lib.packs.endings import UnitEnding
from portfolio_lib.packs.locking import only_run
from portfolio_lib.packs.workshop import tidy, workshop

from . import projects


def refusal(code: int) -> OSError:
    return OSError(code, os.strerror(code))


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EDQUOT, "Free some space"),
        (errno.EFBIG, "Raise the limit"),
        (errno.EROFS, "Let the user who runs this write there"),
        (errno.EACCES, "Let the user who runs this write there"),
        (errno.ENOTDIR, "A file lies where a folder should be"),
        (errno.EIO, "See that the disk is there"),
    ],
)
def test_every_refusal_has_its_own_next_step(code, step):
    message = disk_message(refusal(code))
    assert message.startswith(f"the system refused to write: {os.strerror(code)}. {step}")
    assert message.endswith("run again")


def test_a_refusal_is_found_behind_the_words_of_a_library():
    quoted = EngineFault("The step failed on DuckDB: No space left on device.")
    found = disk_refusal(quoted)
    assert found is not None
    assert found.errno == errno.ENOSPC
    assert disk_refusal(EngineFault("The step failed.")) is None
    assert disk_refusal(refusal(errno.EACCES)) is None  # a file that may not be read, perhaps


def test_a_file_in_the_place_of_the_reports_is_told(tmp_path):
    projects.write_project(tmp_path, {"good": ["good"]}, {"good": projects.GOOD_PAGE})
    (tmp_path / "reports").write_text("a file", encoding="utf-8")
    with pytest.raises(RunFailure, match="move it away") as told:
        projects.run(tmp_path)
    assert str(tmp_path / "reports") in str(told.value)
    assert (tmp_path / "reports").read_text("utf-8") == "a file"


def read_only(*_arguments: object, **_options: object) -> None:
    raise refusal(errno.EROFS)


@pytest.mark.parametrize("refused", ["mkdir", "open"])
def test_reports_that_cannot_be_written_are_told(tmp_path, monkeypatch, refused):
    monkeypatch.setattr(Path, refused, read_only)
    words = f"{tmp_path}: the system refused to write: Read-only file system"
    with pytest.raises(RunFailure, match=words), only_run(tmp_path):
        pytest.fail("there is no lock")


def test_scratch_that_cannot_be_made_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    work = tmp_path / "reports" / ".work"
    work.mkdir(parents=True)
    monkeypatch.setattr(Path, "write_text", read_only)
    with pytest.raises(RunFailure, match="Read-only"), workshop(tmp_path, SimpleNamespace()):
        pytest.fail("there is no scratch")
    assert list(work.iterdir()) == []


def test_leftovers_that_cannot_be_mended_are_told(tmp_path, monkeypatch):
    (tmp_path / ".history" / "north" / "pending-000001").mkdir(parents=True)
    monkeypatch.setattr(Path, "rename", read_only)
    with pytest.raises(RunFailure, match=f"{tmp_path}: the system refused"):
        tidy(tmp_path)


@pytest.mark.parametrize("has_pack", [True, False])
def test_a_status_that_cannot_be_written_does_not_hide_the_pack(tmp_path, monkeypatch, has_pack):
    (tmp_path / "north").mkdir()
    if has_pack:
        (tmp_path / "north" / "pack.html").write_text("last good pack", encoding="utf-8")

    def full(*_arguments: object) -> None:
        raise refusal(errno.ENOSPC)

    monkeypatch.setattr(running, "mark_failed", full)
    ending = UnitEnding("north", "failed", "the disk was full", exit_code=4)
    told = running._told(SimpleNamespace(reports=tmp_path), ending, [])
    assert told.keeps_pack is has_pack
    assert "the disk was full" in (told.reason or "")
    assert "Its status could not be written: the system refused" in (told.reason or "")
