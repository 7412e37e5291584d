"""From executed pages to the finished files of one unit's review."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from portfolio_lib import __version__
from portfolio_lib.analyses.earlier_reviews import record_of_review
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.planned_actions import planned_actions
from portfolio_lib.fingerprints import SHORT, file_digest, plain_parameters
from portfolio_lib.history import leave_records
from portfolio_lib.packs.briefs import write_briefs
from portfolio_lib.packs.exporter import ExportedPack, PackExporter, PackHeader, PackPage
from portfolio_lib.packs.json_text import as_json
from portfolio_lib.packs.lean import lean
from portfolio_lib.packs.lint import lint_in_words, lint_page
from portfolio_lib.packs.notebooks import notebook_path, results_asked
from portfolio_lib.packs.outcomes import PageOutcome
from portfolio_lib.packs.periods import period_in_words
from portfolio_lib.packs.records import figures_of, review_record
from portfolio_lib.packs.statuses import STATUS_FILE, UnitStatus, write_status
from portfolio_lib.packs.workbook import write_workbook
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.review import Review, open_review
from portfolio_lib.tables import DataChecks
from portfolio_lib.tables.reach_rules import shown_first

if TYPE_CHECKING:
    from portfolio_lib.analyses.plan import Plan

FIRM_DATA = ".data"
BRIEFS_PAGE = "account_managers"
"""The page that lists the briefs of single clients; without it there are none."""

PLAN = "plan"
"""The result whose actions the record of the review keeps, where a page of the pack shows it."""

INDEX_ADDRESS = "../index.html"
STATUS_IN_PACK = "For review"


@dataclass(frozen=True)
class Finished:
    """What the run has to say about a finished pack."""

    headline: str
    figures: int
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


def assemble(
    *,
    snapshot: Path,
    store: Path,
    project: Path,
    published: Path,
    notebooks: Mapping[str, NotebookNode],
    outcomes: Sequence[PageOutcome],
    built: Path,
    run_id: str,
    made_from: Mapping[str, Any],
) -> Finished:
    """Write every file of a unit's review into `built`.

    Parameters
    ----------
    published : Path
        The unit's folder as it is now, with the records of earlier reviews.
    notebooks : mapping of str to NotebookNode
        Executed pages, in the order of the pack; all of them good.
    """
    review = open_review(snapshot)
    unit = review.parameters
    built.mkdir(parents=True, exist_ok=True)
    results = _results(review, project, notebooks)
    figures = figures_of(results)
    header = _header(review, project, run_id, made_from)
    pack = _pack(notebooks, outcomes, header)
    (built / "pack.html").write_text(lean(pack.html), encoding="utf-8")
    record = review_record(
        unit,
        run_id=run_id,
        headline=pack.headline,
        decision=pack.decision,
        figures=figures,
        checks=review.checks,
        pages=outcomes,
    )
    (built / "review.json").write_text(as_json(record), encoding="utf-8")
    write_workbook(built / "workbook.xlsx", figures, results, as_of=unit.as_of)
    if BRIEFS_PAGE in notebooks:
        write_briefs(built, review.result("account_brief"), unit, run_id)
    _keep_notebooks(built, notebooks)
    _keep_data(built, store, snapshot, unit.key)
    _leave_records(built, published, review, run_id, figures, results.get(PLAN))
    _write_run_record(built, unit, run_id, made_from, outcomes, pack)
    write_status(built, UnitStatus(unit.key, "current"))
    left_out = tuple(str(one) for one in pack.left_out)
    notes = (*header.notices, *pack.warnings)
    return Finished(pack.headline, len(figures), left_out, notes)


def _results(review: Review, project: Path, pages: Mapping[str, Any]) -> dict[str, Any]:
    """The results that the pages of the pack show, by name, in the order of the pages."""
    names = [name for page in pages for name in results_asked(notebook_path(project, page))]
    return {name: review.result(name) for name in dict.fromkeys(names)}


@cache
def exporter() -> PackExporter:
    """One exporter for the life of the process; making one costs more than using it."""
    return PackExporter()


def _pack(
    notebooks: Mapping[str, NotebookNode], outcomes: Sequence[PageOutcome], header: PackHeader
) -> ExportedPack:
    shown = {outcome.page for outcome in outcomes if outcome.outcome == "ok"}
    pages = [PackPage(key, notebook) for key, notebook in notebooks.items() if key in shown]
    pack = exporter().export_pack(pages, header)
    return replace(pack, warnings=(*pack.warnings, *lint_in_words(lint_page(pack.html))))


def _header(review: Review, project: Path, run_id: str, made_from: Mapping[str, Any]) -> PackHeader:
    unit = review.parameters
    library = f"{__version__} ({made_from['library'][:SHORT]})"
    return PackHeader(
        unit_name=unit.name,
        firm_name=unit.firm_name,
        period=period_in_words(unit.as_of, unit.period),
        as_of=unit.as_of,
        status=STATUS_IN_PACK,
        edition=unit.edition.capitalize(),
        run_id=run_id,
        versions={"portfolio-review-kit": library, **made_from["versions"]},
        parameters=_settings_in_words(unit, project),
        checks=checks_in_words(review.checks),
        notices=shown_first(review.checks.faults),
        index_address=INDEX_ADDRESS,
    )


def _settings_in_words(unit: UnitParameters, project: Path) -> dict[str, str]:
    """The settings that differ from the kit's own, one level deep; `run.json` holds all.

    The sources are left out: the data page tells of them.
    """
    own = _one_level(unit.model_dump(mode="json", exclude_defaults=True, exclude={"sources"}))
    settings = _one_level(plain_parameters(unit, project))
    return {name: _shown(value) for name, value in settings.items() if name in own}


def _one_level(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        is_group = isinstance(value, Mapping) and value
        flat |= _one_level(value, f"{name}.") if is_group else {name: value}
    return flat


def _shown(value: Any) -> str:
    if value is None or value in ({}, []):
        return "not set"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def checks_in_words(checks: DataChecks) -> tuple[str, ...]:
    """What the data checks found, in sentences."""
    rows = sum(card.rows_kept for card in checks.cards)
    aside = sum(sum(card.rows_set_aside.values()) for card in checks.cards)
    faults = len(checks.faults)
    noted = "nothing to report" if not faults else f"{faults} thing{'s'[: faults != 1]} to report"
    tables = len(checks.cards)
    return (
        f"{rows:,} rows of {tables} table{'s'[: tables != 1]} were used and {aside:,} set aside.",
        f"The data checks found {noted}.",
    )


def _keep_notebooks(built: Path, notebooks: Mapping[str, NotebookNode]) -> None:
    folder = built / "notebooks"
    folder.mkdir()
    for page, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{page}.ipynb")


def _keep_data(built: Path, store: Path, snapshot: Path, unit: str) -> None:
    """The rows that were set aside, and what the firm's index adds up."""
    quarantine = store / "quarantine" / unit
    if quarantine.is_dir():
        shutil.copytree(quarantine, built / "quarantine")
    for name in (
        f"tables/{unit}/accounts.parquet",
        f"facts/account_snapshots/{unit}.parquet",
        f"facts/account_month_revenue/{unit}.parquet",
    ):
        target = built / FIRM_DATA / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store / name, target)
    shutil.copyfile(snapshot, built / FIRM_DATA / "unit.yaml")


def _leave_records(
    built: Path,
    published: Path,
    review: Review,
    run_id: str,
    figures: Sequence[Figure],
    plan: Plan | None,
) -> None:
    unit = review.parameters
    record = record_of_review(
        as_of=unit.as_of,
        run=run_id,
        currency=unit.currency,
        edition=unit.edition,
        figures=figures,
        account_month_revenue=review.fact("account_month_revenue"),
        planned=planned_actions(plan.actions, plan.portfolio) if plan is not None else None,
    )
    leave_records(published, built, unit.as_of, as_json(record), edition=unit.edition)


def _write_run_record(
    built: Path,
    unit: UnitParameters,
    run_id: str,
    made_from: Mapping[str, Any],
    outcomes: Sequence[PageOutcome],
    pack: ExportedPack,
) -> None:
    files = {
        path.relative_to(built).as_posix(): file_digest(path)
        for path in sorted(built.rglob("*"))
        if path.is_file() and path.name != STATUS_FILE and FIRM_DATA not in path.parts
    }
    record = {
        "schema_version": 1,
        "run": run_id,
        "unit": unit.key,
        "seed": unit.seed,
        "made_from": made_from,
        "pages": [vars(outcome) for outcome in outcomes],
        "left_out": [str(one) for one in pack.left_out],
        "warnings": list(pack.warnings),
        "files": files,
    }
    (built / "run.json").write_text(as_json(record), encoding="utf-8")
