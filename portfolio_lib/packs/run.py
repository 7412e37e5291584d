"""Run the reviews: plan, prepare, run each unit in its own child, publish, and show the whole."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portfolio_lib.errors import EngineFault, PortfolioError, RunFailure
from portfolio_lib.fingerprints import reads_database, secret_names
from portfolio_lib.packs.disk import NOT_EVEN_THE_REASON, disk_message, writing_in
from portfolio_lib.packs.endings import CANCELLED, PAGE_FAILED, UnitEnding, judge_unit, why_ended
from portfolio_lib.packs.entries import entry_of, index_digest, published_index_digest
from portfolio_lib.packs.jobs import (
    IndexJob,
    PrepareJob,
    UnitJob,
    index_child,
    prepare_child,
    unit_child,
)
from portfolio_lib.packs.locking import only_run
from portfolio_lib.packs.plan import DATABASE, Choice, UnitPlan, plan_run
from portfolio_lib.packs.processes import GRACE_SECONDS, Ending, prepared, read_answer, run_child
from portfolio_lib.packs.progress import Progress
from portfolio_lib.packs.publish import PACK, WORK, publish
from portfolio_lib.packs.statuses import mark_current, mark_failed, read_status
from portfolio_lib.packs.workshop import Workshop, cores, tidy, workshop
from portfolio_lib.parameters import FirmParameters, save_unit_snapshot
from portfolio_lib.review import STORE_FILE

LAST_FAILURE = "last-failure.log"
PREPARE_LOG = "prepare.log"


@dataclass(frozen=True)
class RunSummary:
    """What a run did.

    Parameters
    ----------
    endings : tuple of UnitEnding
        One per unit, by key.
    index : Path
        The page over all units.
    """

    endings: tuple[UnitEnding, ...]
    index: Path

    @property
    def exit_code(self) -> int:
        """The gravest of what happened; 0 where every unit is published or left alone."""
        return max((ending.exit_code for ending in self.endings), default=0)


def run_reviews(
    project: Path,
    firm: FirmParameters,
    choice: Choice,
    *,
    progress: Progress,
    workers: int | None = None,
) -> RunSummary:
    """Make the packs that are out of date, publish them, and write the index.

    Parameters
    ----------
    project : Path
        The folder with notebooks/ and reports/.
    choice : Choice
        What was asked for.
    workers : int or None
        Units side by side; as the parameters say, else one for each core.

    Raises
    ------
    PortfolioError
        Nothing could be run at all. What one unit does wrong is in the summary instead.
    KeyboardInterrupt
        The run was interrupted: its children have ended, its scratch is gone, and what was
        published stays.
    """
    with only_run(project / "reports" / WORK):
        for unit in tidy(project / "reports"):
            progress.note(
                f"{unit}: the last pack was put back; a run was killed while replacing it"
            )
        plans = plan_run(firm, project, choice)
        with workshop(project, firm) as shop, prepared():
            endings = _run_all(shop, plans, progress, workers or firm.run.workers or cores())
            index = _write_index(shop, progress)
    return RunSummary(tuple(sorted(endings, key=lambda ending: ending.unit)), index)


def _run_all(
    shop: Workshop, plans: Sequence[UnitPlan], progress: Progress, workers: int
) -> list[UnitEnding]:
    endings = [_skipped(shop, plan) for plan in plans if plan.decision == "skip"]
    for ending in endings:
        progress.note(f"{ending.unit}: skipped, {ending.reason}")
    todo = [plan for plan in plans if plan.decision != "skip"]
    if not todo:
        return endings
    todo, ended = _prepared(shop, todo, progress)
    progress.begin(len(todo))
    # Closed before anything else is tidied away, also when Ctrl-C falls into this loop.
    with contextlib.closing(_side_by_side(shop, todo, workers)) as unit_endings:
        for ending in unit_endings:
            progress.done(ending.unit, ending.outcome_in_words, ending.seconds)
            ended.append(ending)
    progress.end()
    return endings + ended


def _skipped(shop: Workshop, plan: UnitPlan) -> UnitEnding:
    key = plan.unit.key
    if read_status(shop.reports, key).state != "current":
        with writing_in(shop.reports):
            mark_current(shop.reports, key)
    return UnitEnding(key, "skipped", plan.why)


def _prepared(
    shop: Workshop, plans: Sequence[UnitPlan], progress: Progress
) -> tuple[list[UnitPlan], list[UnitEnding]]:
    """Read the tables and build the facts of all units; who is left, and who ended here."""
    count = "1 unit" if len(plans) == 1 else f"{len(plans)} units"
    progress.note(f"Preparing the tables and facts of {count}")
    told = _prepare(shop, plans)
    left, ended = [], []
    for plan in plans:
        fate = told[plan.unit.key]
        if fate["failed"] is not None:
            ended.append(_failed(shop, plan, fate["failed"], fate["exit_code"]))
        elif fate["unchanged"] and plan.decision == "ask":
            ended.append(_skipped(shop, replace(plan, why="the database answers as before")))
        else:
            left.append(_with_answer(plan, fate["database"]))
    for ending in ended:
        progress.note(f"{ending.unit}: {ending.outcome_in_words}")
    return left, ended


def _with_answer(plan: UnitPlan, answered: str | None) -> UnitPlan:
    """The plan with what the database said among the inputs; other data make every page anew."""
    if answered is None:
        return plan
    parts = replace(plan.parts, inputs={**plan.parts.inputs, DATABASE: answered})
    pages = plan.pages
    if answered != plan.database_digest:
        why = "the database answers otherwise"
        pages = tuple(page if page.again else replace(page, again=True, why=why) for page in pages)
    return replace(plan, parts=parts, pages=pages)


def _prepare(shop: Workshop, plans: Sequence[UnitPlan]) -> Mapping[str, Any]:
    asked = {p.unit.key: p.database_digest for p in plans if reads_database(p.unit)}
    job = PrepareJob(
        units=tuple(plan.unit for plan in plans),
        firm_units=tuple(shop.firm.units.values()),
        engine=shop.firm.engine,
        store=shop.store,
        reports=shop.reports,
        answer=shop.scratch / "prepared.json",
        asked={
            p.unit.key: asked[p.unit.key] if p.decision == "ask" else None
            for p in plans
            if p.unit.key in asked
        },
    )
    log = shop.scratch / PREPARE_LOG
    ending = run_child(
        prepare_child, (job,), log=log, deadline_seconds=None, cancelled=shop.cancelled
    )
    answer = read_answer(job.answer)
    if answer is None and ending.exit_code == RunFailure.exit_code:
        raise RunFailure(f"{shop.reports}: {NOT_EVEN_THE_REASON}")
    if answer is None:
        raise EngineFault(_ended_early(shop, "Preparing the tables", ending, log))
    if "error" in answer:
        raise _error(answer)
    units: Mapping[str, Any] = answer["units"]
    return units


def _ended_early(shop: Workshop, what: str, ending: Ending, log: Path) -> str:
    """Why a child that serves all units ended without an answer; its log is kept."""
    kept = shop.reports / LAST_FAILURE
    with contextlib.suppress(OSError):  # a full disk must not hide why the child ended
        shutil.copyfile(log, kept)
    killed = ending.exit_code is not None and ending.exit_code < 0
    step = (
        "Set engine.memory_limit in firm.yaml, or run fewer units at once"
        if killed
        else f"The whole log is in {kept}"
    )
    return f"{what} ended early: {why_ended(ending, log)}. {step}"


def _error(answer: Mapping[str, Any]) -> PortfolioError:
    """The error of a child, of the kind that its exit code tells."""
    kinds = {kind.exit_code: kind for kind in PortfolioError.__subclasses__()}
    return kinds.get(answer["exit_code"], PortfolioError)(answer["error"])


def _side_by_side(
    shop: Workshop, plans: Sequence[UnitPlan], workers: int
) -> Generator[UnitEnding, None, None]:
    """Endings as they come. One thread watches one child; no thread does any work itself."""
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        waiting: set[Future[UnitEnding]] = {pool.submit(run_one, shop, plan) for plan in plans}
        while waiting:
            # A wait without end would keep Ctrl-C from this thread on some systems.
            ended, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in ended)
    except BaseException:
        shop.cancelled.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def run_one(shop: Workshop, plan: UnitPlan) -> UnitEnding:
    """Run one unit in a child and publish what it finished."""
    if shop.cancelled.is_set():
        return UnitEnding(plan.unit.key, "failed", "cancelled", exit_code=CANCELLED)
    try:
        job = _job(shop, plan)
    except OSError as error:
        refused = UnitEnding(plan.unit.key, "failed", disk_message(error), PAGE_FAILED)
        return _told(shop, refused, [])
    log = shop.of_unit(plan.unit.key) / "log.txt"
    ending = run_child(
        unit_child,
        (job,),
        log=log,
        deadline_seconds=job.seconds + GRACE_SECONDS,
        cancelled=shop.cancelled,
    )
    judged = judge_unit(job, ending, read_answer(job.answer), log)
    if ending.ended_by_us == "cancelled":
        return judged
    if judged.outcome == "published":
        judged = _publish(shop, job, judged)
    if judged.outcome == "failed":
        return _told(shop, judged, [job.notebooks, log])
    return judged


def _job(shop: Workshop, plan: UnitPlan) -> UnitJob:
    key = plan.unit.key
    place = shop.of_unit(key)
    place.mkdir(parents=True)
    folder = Path(tempfile.mkdtemp(prefix="u-", dir=shop.short))
    snapshot = save_unit_snapshot(plan.unit, place / f"{key}.yaml")
    told = {"store": str(shop.store)}
    (place / STORE_FILE).write_text(json.dumps(told), encoding="utf-8")
    return UnitJob(
        unit=key,
        pages=plan.pages,
        project=shop.project,
        published=shop.reports / key,
        snapshot=snapshot,
        store=shop.store,
        built=place / "built",
        notebooks=place / "notebooks",
        folder=folder,
        answer=place / "answer.json",
        seconds=shop.firm.run.deadline_minutes * 60,
        secrets=secret_names(plan.unit),
        run_id=plan.parts.run_id,
        made_from=plan.parts.as_record(),
    )


def _publish(shop: Workshop, job: UnitJob, judged: UnitEnding) -> UnitEnding:
    try:
        publish(job.built, shop.reports, job.unit, keep=shop.firm.run.keep_runs)
    except OSError as error:
        return replace(judged, outcome="failed", reason=disk_message(error), exit_code=4)
    return judged


def _failed(shop: Workshop, plan: UnitPlan, reason: str, exit_code: int) -> UnitEnding:
    """A unit that ended before its pages: its rows set aside are the evidence."""
    ending = UnitEnding(plan.unit.key, "failed", reason, exit_code=exit_code)
    key = plan.unit.key
    evidence = [shop.store / "quarantine" / key, shop.store / "checks" / f"{key}.json"]
    if exit_code == PAGE_FAILED:
        evidence.append(shop.scratch / PREPARE_LOG)
    return _told(shop, ending, evidence)


def _told(shop: Workshop, ending: UnitEnding, evidence: Sequence[Path]) -> UnitEnding:
    """Leave the failure where readers look for the pack; a full disk may forbid even that."""
    try:
        status = mark_failed(shop.reports, ending.unit, ending.reason or "", evidence)
    except OSError as error:
        reason = f"{ending.reason}\nIts status could not be written: {disk_message(error)}"
        keeps_pack = (shop.reports / ending.unit / PACK).is_file()
        return replace(ending, reason=reason, keeps_pack=keeps_pack)
    return replace(ending, keeps_pack=status.state == "stale")


def _write_index(shop: Workshop, progress: Progress) -> Path:
    """Write the page over all units, unless the one that is there shows the same.

    What the lint finds in the page is noted: it is the kit's fault, and no reason to keep readers
    from the packs.
    """
    units = tuple(shop.firm.units.values())
    shown = index_digest(shop.firm.name, [entry_of(shop.reports, unit) for unit in units])
    index = shop.reports / "index.html"
    if shown == published_index_digest(shop.reports):
        return index
    job = IndexJob(shop.reports, shop.firm.name, units, shown, shop.scratch / "index.json")
    log = shop.scratch / "index.log"
    ending = run_child(
        index_child, (job,), log=log, deadline_seconds=None, cancelled=shop.cancelled
    )
    answer = read_answer(job.answer)
    if answer is None:
        raise RunFailure(_ended_early(shop, "Writing the index", ending, log))
    if "error" in answer:
        raise _error(answer)
    for fault in answer["lint"]:
        progress.note(f"index: {fault}")
    return index
