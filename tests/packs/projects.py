"""Small whole projects for the tests of the runner: parameters, tables and notebooks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from portfolio_lib.errors import PortfolioError
from portfolio_lib.packs.endings import UnitEnding
from portfolio_lib.packs.plan import Choice
from portfolio_lib.packs.progress import PlainProgress
from portfolio_lib.packs.run import RunSummary, run_reviews
from portfolio_lib.parameters import load_firm

OPEN = "from portfolio_lib import open_review\nreview = open_review(unit)"
SAY = "from portfolio_lib.pieces import say\nsay(f'Review of {review.parameters.name}.')"
RESULT = "portfolio = review.result('portfolio')\nreview.explore(portfolio.accounts)"
GOOD_PAGE = (OPEN, RESULT, SAY)

ACCOUNTS = """account_id,account_name,industry,country,start_date
A-1,=cmd|' /C calc'!A0,Retail,France,2024-01-01
A-2,<script>alert(1)</script>,Retail,Spain,2024-01-01
A-3,Plain Ltd,Health,France,2024-01-01
"""


def write_project(
    folder: Path,
    units: Mapping[str, Sequence[str]],
    notebooks: Mapping[str, Sequence[str]],
    *,
    deadline_minutes: float = 2.0,
) -> Path:
    """A project whose units have the given pages, and whose pages have the given code cells."""
    for name in ("parameters", "notebooks", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "parameters" / "firm.yaml").write_text(
        f"firm:\n  name: Test Firm\n  run: {{deadline_minutes: {deadline_minutes}, keep_runs: 2}}\n"
        "  engine: {threads: 1}\n"
        "as_of: 2026-09-30\ncurrency: GBP\nsources:\n  folder: ../data/{unit}\n"
        "  tables:\n    accounts: {file: accounts.csv}\n    invoices: {file: invoices.csv}\n"
        "pages: [good]\nchurn: {pool: none}\n",
        encoding="utf-8",
    )
    for key, pages in units.items():
        add_unit(folder, key, pages)
    for page, cells in notebooks.items():
        write_notebook(folder, page, cells)
    return folder


def add_unit(folder: Path, key: str, pages: Sequence[str]) -> None:
    """A unit of three clients that buy every month for two and a half years."""
    text = f"unit:\n  name: Unit {key}\npages: [{', '.join(pages)}]\n"
    (folder / "parameters" / f"{key}.yaml").write_text(text, encoding="utf-8")
    data = folder / "data" / key
    data.mkdir(parents=True, exist_ok=True)
    (data / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    months = [(2024 + m // 12, m % 12 + 1) for m in range(4, 33)]
    lines = [
        f"I-{client}-{year}{month:02},A-{client},{year}-{month:02}-15,{client * 100}.50"
        for year, month in months
        for client in (1, 2, 3)
    ]
    invoices = "\n".join(["invoice_id,account_id,date,amount", *lines, ""])
    (data / "invoices.csv").write_text(invoices, encoding="utf-8")


def write_notebook(
    folder: Path, page: str, cells: Sequence[str], *, parameter: str = 'unit = "good"'
) -> Path:
    """A page notebook; `parameter` is the code of its tagged cell."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell(f"## Page {page}"),
            new_code_cell(parameter, metadata={"tags": ["parameters"]}),
            *(new_code_cell(cell) for cell in cells),
        ]
    )
    path = folder / "notebooks" / f"{page}.ipynb"
    nbformat.write(notebook, path)
    return path


def run(folder: Path, *units: str, workers: int = 2, **choice: object) -> RunSummary:
    """Run the project as the command does."""
    firm = load_firm(folder / "parameters")
    asked = Choice(units=units, **choice)
    with (folder / "run.log").open("a", encoding="utf-8") as log:
        return run_reviews(folder, firm, asked, progress=PlainProgress(log), workers=workers)


def endings(summary: RunSummary) -> dict[str, UnitEnding]:
    return {ending.unit: ending for ending in summary.endings}


def start_command(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """The command, in a process of its own, with further environment variables."""
    return subprocess.Popen(
        [sys.executable, "-m", "portfolio_lib.cli", *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, an interrupt would not reach the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    process = start_command(folder, *arguments, **variables)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def wait_for(condition: Callable[[], bool], seconds: float = 150.0) -> None:
    """Wait until something has happened; fail where it does not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise PortfolioError(f"it did not happen within {seconds:.0f} s")
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process is there and is not only waiting to be counted out."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
