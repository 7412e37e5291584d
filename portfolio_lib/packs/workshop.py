"""The places of one run: scratch beside the reports, a folder with a short path for sockets."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portfolio_lib.packs.disk import writing_in
from portfolio_lib.packs.publish import WORK, recover
from portfolio_lib.parameters import FirmParameters

SHORT_PREFIX = "portfolio-"
SHORT_FOLDER = "short-folder"


@dataclass
class Workshop:
    """The places of one run, and what ends it early."""

    project: Path
    firm: FirmParameters
    scratch: Path
    short: Path
    cancelled: threading.Event

    @property
    def reports(self) -> Path:
        return self.project / "reports"

    @property
    def store(self) -> Path:
        return self.scratch / "store"

    def of_unit(self, unit: str) -> Path:
        return self.scratch / "units" / unit


@contextlib.contextmanager
def workshop(project: Path, firm: FirmParameters) -> Iterator[Workshop]:
    """Scratch folders for one run, gone afterwards whatever happens."""
    work = project / "reports" / WORK
    with contextlib.ExitStack() as at_end:
        with writing_in(work):
            scratch = Path(tempfile.mkdtemp(prefix="run-", dir=work))
        at_end.callback(shutil.rmtree, scratch, ignore_errors=True)
        with writing_in(Path("the folder of temporary files (TMPDIR)")):
            short = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX))
        at_end.callback(shutil.rmtree, short, ignore_errors=True)
        with writing_in(work):
            (scratch / SHORT_FOLDER).write_text(str(short), encoding="utf-8")
        shop = Workshop(project, firm, scratch, short, threading.Event())
        at_end.callback(shop.cancelled.set)
        yield shop


def tidy(reports: Path) -> list[str]:
    """Remove what killed runs have left, and mend what they have left half done."""
    with writing_in(reports):
        for path in (reports / WORK).glob("*"):
            if path.is_dir():
                _forget_short_folder(path / SHORT_FOLDER)
                shutil.rmtree(path, ignore_errors=True)
        return recover(reports)


def _forget_short_folder(told: Path) -> None:
    """Remove the folder of sockets that a killed run has left among the temporary files."""
    if not told.is_file():
        return
    short = Path(told.read_text(encoding="utf-8"))
    if short.name.startswith(SHORT_PREFIX) and short.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(short, ignore_errors=True)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
