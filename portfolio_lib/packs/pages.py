"""Run one page notebook and say what was observed, whatever the notebook claims about itself."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from portfolio_lib.packs.notebooks import PARAMETERS_TAG
from portfolio_lib.packs.outcomes import Outcome, PageOutcome
from portfolio_lib.pieces.piece import METADATA_KEY

ENGINE = "portfolio"
START_SECONDS = 60
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")


class KeepingEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine; it keeps hold of the notebook, which a timeout would lose."""

    running: NotebookNode | None = None

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> Any:
        cls.running = nb_man.nb
        return super().execute_managed_notebook(nb_man, kernel_name, **settings)


papermill_engines.register(ENGINE, KeepingEngine)


def run_page(
    page: str,
    source: Path,
    *,
    snapshot: Path,
    folder: Path,
    managers: type[AsyncKernelManager],
    seconds: float,
) -> tuple[NotebookNode, PageOutcome]:
    """Run a page for the unit whose settings `snapshot` holds.

    Parameters
    ----------
    source : Path
        The notebook; it is only read.
    folder : Path
        The private working folder of the kernel.
    managers : type
        What starts kernels.
    seconds : float
        The most that one cell may take.

    Returns
    -------
    notebook, outcome
        The notebook as far as it came, and what was observed.
    """
    started = time.monotonic()
    notebook = with_fixed_ids(nbformat.read(source, as_version=4))
    KeepingEngine.running = None
    error: BaseException | None = None
    try:
        papermill.execute_notebook(
            notebook,
            None,
            parameters={"unit": str(snapshot)},
            engine_name=ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=START_SECONDS,
            execution_timeout=max(1, int(seconds)),
            cwd=folder,
            kernel_manager_class=managers,
            shutdown_kernel="immediate",
        )
    except (PapermillExecutionError, DeadKernelError, CellTimeoutError, RuntimeError) as caught:
        error = caught
    executed = notebook if KeepingEngine.running is None else KeepingEngine.running
    executed = remove_error_markers(executed)
    outcome, message = observe(executed, error)
    taken = round(time.monotonic() - started, 3)
    return executed, PageOutcome(page, outcome, message, taken)


def with_fixed_ids(notebook: NotebookNode) -> NotebookNode:
    """A copy in the newest format whose cells are named by their place, not by chance."""
    copy: NotebookNode = nbformat.v4.upgrade(deepcopy(notebook))
    for place, cell in enumerate(copy.cells):
        cell["id"] = f"cell-{place}"
    return copy


def observe(notebook: NotebookNode, error: BaseException | None) -> tuple[Outcome, str | None]:
    """What a notebook shows, and the error that ended it, as an outcome with its message."""
    last = _last_begun(notebook)
    where = f"cell {last[0]}" if last else "before the first cell"
    if isinstance(error, CellTimeoutError):
        return "timed out", f"{where} did not end in time: {_first_line(last)}"
    if isinstance(error, DeadKernelError):
        return "kernel died", (
            f"the kernel ended in {where}: {_first_line(last)}. It was killed, ran out of memory, "
            "or the cell ended it"
        )
    broken = _error_cell(notebook)
    if broken is not None:
        return broken
    if error is not None:
        return "failed", f"{where}: {error}"
    unrun = [number for number, cell in _code_cells(notebook) if cell.execution_count is None]
    if unrun:
        return "incomplete", f"cell {unrun[0]} and {len(unrun) - 1} more were not run"
    if not _pieces(notebook):
        return "no data", "the page ran and shows nothing: none of its cells ends in a piece"
    return "ok", None


def _code_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Code cells that hold code, numbered from 1 as a reader counts all cells of the source."""
    number = 0
    for cell in notebook.cells:
        number += "injected-parameters" not in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def _last_begun(notebook: NotebookNode) -> tuple[int, NotebookNode] | None:
    """The cell that was running; a kernel that is killed at once does not even count it."""
    begun = [pair for pair in _code_cells(notebook) if _has_begun(pair[1])]
    return begun[-1] if begun else None


def _has_begun(cell: NotebookNode) -> bool:
    started = cell.metadata.get("papermill", {}).get("start_time")
    return started is not None or cell.execution_count is not None


def _first_line(last: tuple[int, NotebookNode] | None) -> str:
    lines = last[1].source.strip().splitlines() if last else []
    return repr(lines[0]) if lines else "it did not start"


def _error_cell(notebook: NotebookNode) -> tuple[Outcome, str] | None:
    for number, cell in _code_cells(notebook):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return _error_outcome(number, cell, output)
    return None


def _error_outcome(number: int, cell: NotebookNode, output: NotebookNode) -> tuple[Outcome, str]:
    if output.ename == "SystemExit":
        code = output.evalue or "0"
        return "incomplete", f"cell {number} left the notebook with SystemExit({code})"
    found = _LINE.search(_COLOURS.sub("", "\n".join(output.traceback)))
    lines = cell.source.splitlines()
    line = int(found.group(1)) if found else 0
    at = f", line {line} ({lines[line - 1].strip()!r})" if 0 < line <= len(lines) else ""
    return "failed", f"cell {number}{at}: {output.ename}: {_COLOURS.sub('', output.evalue)}"


def _pieces(notebook: NotebookNode) -> int:
    outputs = (o for _, cell in _code_cells(notebook) for o in cell.get("outputs", []))
    return sum(METADATA_KEY in output.get("metadata", {}) for output in outputs)


def settled(notebook: NotebookNode, unit_key: str) -> NotebookNode:
    """A copy to keep: no times, no scratch paths, the unit by its key.

    Two runs over the same inputs keep the same bytes, and the notebook runs again in JupyterLab.
    """
    copy = deepcopy(notebook)
    copy.metadata.pop("papermill", None)
    for place, cell in enumerate(copy.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        cell["id"] = f"cell-{place}"
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = f'# {PARAMETERS_TAG} of this run\nunit = "{unit_key}"'
    return copy
