"""How long a whole run takes, against the plain commands over the same notebooks and units.

Run it by itself on a machine that does nothing else:

    python -m tests.benchmarks.bench_run [UNIT ...]

Both ways start from the same demo data and an empty folder of reports, and read, check and
compute everything themselves. The commands are `papermill` and `jupyter nbconvert`, one after the
other for each unit and page, as a shell script would call them. The ratio is of this one run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from portfolio_lib.parameters import load_firm
from portfolio_lib.tables.demo import write_demo

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
UNITS = ("saas-north", "saas-enterprise", "small-three", "young")


def main(units: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folders = [_project(Path(scratch) / name) for name in ("run", "commands")]
        pages = load_firm(folders[0] / "parameters").units[units[0]].pages
        print(f"{len(units)} units of {len(pages)} pages: {', '.join(units)}")
        ours = _timed("portfolio run", lambda: _run(folders[0], units))
        _timed("portfolio run, nothing changed", lambda: _run(folders[0], units))
        theirs = _timed("papermill + nbconvert", lambda: _commands(folders[1], units, pages))
        print(f"ratio: {theirs / ours:.2f} times as fast as the commands")


def _project(folder: Path) -> Path:
    """A copy of the project with its demo data and without reports."""
    for name in ("parameters", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    firm = load_firm(folder / "parameters", check_paths=False)
    write_demo(folder / "data" / "demo", seed=next(iter(firm.units.values())).seed)
    return folder


def _timed(name: str, work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{name}: {seconds:.1f} s", flush=True)
    return seconds


def _run(folder: Path, units: Sequence[str]) -> None:
    _call(folder, "portfolio", "run", *units)


def _commands(folder: Path, units: Sequence[str], pages: Sequence[str]) -> None:
    for unit in units:
        out = folder / "reports" / unit
        out.mkdir(parents=True)
        for page in pages:
            executed = out / f"{page}.ipynb"
            notebook = folder / "notebooks" / f"{page}.ipynb"
            there = str(notebook.parent)
            _call(folder, "papermill", notebook, executed, "-p", "unit", unit, "--cwd", there)
            _call(folder, "jupyter", "nbconvert", "--to", "html", "--no-input", executed)


def _call(folder: Path, program: str, *arguments: str | Path) -> None:
    command = [str(BIN / program), *map(str, arguments)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)}\n{ended.stdout}\n{ended.stderr}")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or UNITS)
