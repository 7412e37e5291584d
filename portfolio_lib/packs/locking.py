"""One run at a time over one folder of reports.

The lock belongs to the process: the system lets go of it whenever the process ends, also when it
is killed, so there is no lock left over that somebody has to judge.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from portfolio_lib.errors import RunFailure
from portfolio_lib.packs.disk import writing_in

LOCK_FILE = "lock"


@contextlib.contextmanager
def only_run(work: Path) -> Iterator[None]:
    """Hold the lock of a folder of reports.

    Parameters
    ----------
    work : Path
        The folder of scratch files, ``reports/.work``.

    Raises
    ------
    RunFailure
        Another run holds it; the message names its process. Or nothing can be written there.
    """
    import fcntl

    path = work / LOCK_FILE
    with writing_in(work):
        work.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+b", buffering=0)
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunFailure(_held_by(path)) from None
        with writing_in(work):
            stream.truncate(0)
            stream.write(json.dumps({"process": os.getpid()}).encode("utf-8"))
        yield


def _held_by(path: Path) -> str:
    try:
        process = json.loads(path.read_text(encoding="utf-8"))["process"]
        who = f"process {process}"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return (
        f"{path.parent.parent}: {who} is making reports here at the moment. Wait until it has "
        "ended, or end it, and run again"
    )
