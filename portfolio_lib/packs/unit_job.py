"""The child of one unit: its pages run, are put together, and lie finished in a folder.

Nothing here touches what is published.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode

from portfolio_lib.errors import PortfolioError
from portfolio_lib.packs.assembling import Finished, assemble
from portfolio_lib.packs.disk import disk_message
from portfolio_lib.packs.jobs import UnitJob
from portfolio_lib.packs.kernels import kernel_managers, waiting_kernels
from portfolio_lib.packs.notebooks import notebook_path
from portfolio_lib.packs.outcomes import PageOutcome
from portfolio_lib.packs.pages import run_page, settled
from portfolio_lib.packs.processes import leave_with_run, write_answer


def run_unit(job: UnitJob) -> None:
    """Be the child: run the pages, put the pack together, and leave the answer."""
    for name in job.secrets:
        os.environ.pop(name, None)
    kernels = waiting_kernels(sum(page.again for page in job.pages))
    leave_with_run()
    os.environ.update(JUPYTER_RUNTIME_DIR=str(job.folder), TMPDIR=str(job.folder))
    managers = kernel_managers(job.folder, kernels)
    outcomes: list[PageOutcome] = []
    executed: dict[str, NotebookNode] = {}
    try:
        for page, notebook, outcome in _pages(job, managers, outcomes):
            executed[page] = notebook
            outcomes.append(outcome)
        answer = _answer(outcomes)
        if all(outcome.good for outcome in outcomes):
            answer["finished"] = asdict(_finish(job, executed, outcomes))
    except PortfolioError as error:
        answer = _answer(outcomes) | {"error": str(error), "exit_code": error.exit_code}
    except OSError as error:
        answer = _answer(outcomes) | {"error": disk_message(error), "exit_code": 4}
    write_answer(job.answer, answer)


def _answer(outcomes: list[PageOutcome], running: str | None = None) -> dict[str, Any]:
    return {"pages": [asdict(outcome) for outcome in outcomes], "running": running}


def _pages(
    job: UnitJob, managers: type[AsyncKernelManager], outcomes: list[PageOutcome]
) -> Iterator[tuple[str, NotebookNode, PageOutcome]]:
    """Each page in turn. All are run, also after one has failed, so that all faults are told."""
    end = time.monotonic() + job.seconds
    for plan in job.pages:
        write_answer(job.answer, _answer(outcomes, plan.page))
        if not plan.again:
            yield plan.page, _published(job, plan.page), PageOutcome(plan.page, "ok", again=False)
            continue
        left = end - time.monotonic()
        if left <= 0:
            late = "the unit's deadline had passed"
            yield plan.page, NotebookNode(), PageOutcome(plan.page, "not run", late)
            continue
        notebook, outcome = run_page(
            plan.page,
            notebook_path(job.project, plan.page),
            snapshot=job.snapshot,
            folder=job.folder,
            managers=managers,
            seconds=left,
        )
        kept = settled(notebook, job.unit)
        job.notebooks.mkdir(parents=True, exist_ok=True)
        nbformat.write(kept, job.notebooks / f"{plan.page}.ipynb")
        yield plan.page, kept, outcome


def _published(job: UnitJob, page: str) -> NotebookNode:
    source = job.published / "notebooks" / f"{page}.ipynb"
    job.notebooks.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, job.notebooks / source.name)
    notebook: NotebookNode = nbformat.read(source, as_version=4)
    return notebook


def _finish(
    job: UnitJob, executed: Mapping[str, NotebookNode], outcomes: list[PageOutcome]
) -> Finished:
    return assemble(
        snapshot=job.snapshot,
        store=job.store,
        project=job.project,
        published=job.published,
        notebooks=executed,
        outcomes=outcomes,
        built=job.built,
        run_id=job.run_id,
        made_from=job.made_from,
    )
