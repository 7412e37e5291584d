"""Child processes: libraries loaded once, threads capped, whole groups ended, outcomes observed.

One thread of the run watches one child; the children are forked from a process that has the
libraries loaded and no threads (`forkserver` of the standard library), so that a child is at work
in milliseconds. Why not a `ProcessPoolExecutor`: it cannot end a task that hangs, and a worker
that is killed takes the whole pool with it. Here a hang, a `kill -9`, an `os._exit` and a crash of
the interpreter each cost one unit and nothing else.

A child leads a process group of its own. Its kernels stay in that group, so one signal ends them
all, and a child whose run has vanished ends its group itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import math
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from portfolio_lib.review import write_by_rename

THREAD_CAPS = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
}

SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
"""What would otherwise differ between two machines, or two runs on one."""

GRACE_SECONDS = 5.0


def context() -> BaseContext:
    """How children start: forked from a prepared process on Linux, else a fresh interpreter."""
    return multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Load the libraries once, in a process that children are forked from.

    Where that process is there already, because somebody further out has prepared it, it is used
    and left running.
    """
    from multiprocessing import forkserver

    server: Any = forkserver._forkserver
    if server._forkserver_pid is not None:
        yield
        return
    before = dict(os.environ)
    os.environ.update(THREAD_CAPS | SAME_EVERYWHERE)
    try:
        if sys.platform == "linux":
            forkserver.set_forkserver_preload(["portfolio_lib.packs.loaded"])
            forkserver.ensure_running()
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _stop_forkserver()


def _stop_forkserver() -> None:
    """End the prepared process, so that the next run starts with the settings it asks for."""
    from multiprocessing import forkserver

    server: Any = forkserver._forkserver
    pid = server._forkserver_pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)  # it would wait for every child that holds its pipe
        server._stop()


@dataclass(frozen=True)
class Ending:
    """How a child ended, as observed: its exit code (negative: the signal), or why we ended it."""

    exit_code: int | None
    ended_by_us: str | None
    seconds: float


def run_child(
    function: Callable[..., None],
    arguments: tuple[Any, ...],
    *,
    log: Path,
    deadline_seconds: float | None,
    cancelled: threading.Event,
) -> Ending:
    """Run a function in a child and wait for its end, the deadline or the cancelling of the run.

    Returns
    -------
    Ending
        `ended_by_us` is ``deadline`` or ``cancelled`` where the group was ended.
    """
    started = time.monotonic()
    child = context().Process(target=_child, args=(function, arguments, str(log)))  # type: ignore[attr-defined]
    child.start()
    deadline = math.inf if deadline_seconds is None else started + deadline_seconds
    reason = _wait(child, deadline, cancelled)
    end_group(child)
    return Ending(child.exitcode, reason, time.monotonic() - started)


def _wait(child: BaseProcess, deadline: float, cancelled: threading.Event) -> str | None:
    while not multiprocessing.connection.wait([child.sentinel], timeout=0.1):
        if cancelled.is_set():
            return "cancelled"
        if time.monotonic() > deadline:
            return "deadline"
    return None


def end_group(child: BaseProcess) -> None:
    """End a child and everything it started that is still there."""
    if child.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Between its start and `setpgid` a child has no group of its own yet.
            if child.is_alive():
                os.kill(child.pid, signal.SIGKILL)
    child.join(GRACE_SECONDS)


def _child(function: Callable[..., None], arguments: tuple[Any, ...], log: str) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _write_output_to(log)
    function(*arguments)


def _write_output_to(log: str) -> None:
    """Send what is printed, by Python or below it, to a file; crashes leave their stack there."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    faulthandler.enable()


def leave_with_run() -> None:
    """End this child and its group as soon as the run that asked for it is gone.

    A thread watches, so a child that forks (kernels, for instance) does so before it calls this.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        multiprocessing.connection.wait([sentinel])
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, args=(parent.sentinel,), daemon=True).start()


def read_answer(path: Path) -> dict[str, Any] | None:
    """What a child has written before it ended; None where it did not come so far."""
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return answer if isinstance(answer, dict) else None


def write_answer(path: Path, answer: dict[str, Any]) -> None:
    """Leave an answer for the run: all of it or nothing."""
    write_by_rename(path, json.dumps(answer, ensure_ascii=False).encode("utf-8"))
