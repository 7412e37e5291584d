"""One run at a time, and no lock left behind by a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from portfolio_lib.errors import RunFailure
from portfolio_lib.packs.locking import only_run

HOLD = """
import pathlib, sys, time
from portfolio_lib.packs.locking import only_run
with only_run(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_by_the_process_of_the_first(tmp_path):
    refused = pytest.raises(RunFailure, match=f"process {os.getpid()} is making")
    with only_run(tmp_path), refused, only_run(tmp_path):
        pytest.fail("two runs at once")


def test_a_killed_run_holds_nothing(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(RunFailure, match=f"process {holder.pid}"), only_run(tmp_path):
        pytest.fail("the lock was held")
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    with only_run(tmp_path):
        pass
