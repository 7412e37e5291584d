"""The page over all units, from what is published: also of units that failed or did not run."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_lib.analyses.firm import FirmSummary, UnitFrames, summarise_firm
from portfolio_lib.errors import ParameterFault, PortfolioError
from portfolio_lib.facts import read_fact
from portfolio_lib.packs.assembling import FIRM_DATA
from portfolio_lib.packs.entries import UnitEntry, entry_of, worst_first
from portfolio_lib.packs.index_page import compared, render_index
from portfolio_lib.packs.jobs import IndexJob
from portfolio_lib.packs.json_text import as_json
from portfolio_lib.packs.lint import lint_in_words, lint_page
from portfolio_lib.packs.processes import leave_with_run, write_answer
from portfolio_lib.packs.records import RATE_DECIMALS, figure_record
from portfolio_lib.parameters import UnitParameters, load_unit_snapshot
from portfolio_lib.parameters.manager_models import AccountManagersPage
from portfolio_lib.review import write_by_rename
from portfolio_lib.tables import read_table

SCHEMA_VERSION = 1


def write_index(job: IndexJob) -> None:
    """Be the child: write `index.json` and `index.html`, each whole or not at all."""
    leave_with_run()
    try:
        entries = worst_first([entry_of(job.reports, unit) for unit in job.units])
        firm = summarise_firm(_frames(job, entries))
        page_limits = strictest(job.units)
        record = index_record(job, entries, firm, compared(entries, page_limits))
        page = render_index(
            job.firm_name, entries, firm, made_from=job.made_from, limits=page_limits
        )
        write_by_rename(job.reports / "index.json", as_json(record).encode("utf-8"))
        write_by_rename(job.reports / "index.html", page.encode("utf-8"))
        told = {"units": len(entries), "lint": list(lint_in_words(lint_page(page)))}
        write_answer(job.answer, told)
    except PortfolioError as error:
        write_answer(job.answer, {"error": str(error), "exit_code": error.exit_code})


def strictest(units: Sequence[UnitParameters]) -> AccountManagersPage:
    """By what units are compared: as their account managers are, by the strictest of the units."""
    pages = [unit.account_managers for unit in units] or [AccountManagersPage()]
    return AccountManagersPage(
        least_accounts=max(page.least_accounts for page in pages),
        limits_level=max(page.limits_level for page in pages),
    )


def _frames(job: IndexJob, entries: Sequence[UnitEntry]) -> list[UnitFrames]:
    """What each published pack was made from, so that the firm adds up what its readers see."""
    settings = {unit.key: unit for unit in job.units}
    frames = []
    for entry in entries:
        data = job.reports / entry.unit / FIRM_DATA
        if entry.record is None:
            continue
        accounts = read_table(data, entry.unit, "accounts")
        if accounts is not None:
            snapshots = read_fact(data, entry.unit, "account_snapshots")
            months = read_fact(data, entry.unit, "account_month_revenue")
            parameters = _settings_of(data, settings[entry.unit], entry.record)
            frames.append(UnitFrames(parameters, accounts, snapshots, months))
    return frames


def _settings_of(data: Path, now: UnitParameters, record: Mapping[str, Any]) -> UnitParameters:
    """The settings that a pack was made with.

    A pack that another version of the kit has made may have settings that this one does not know.
    Then today's stand in, with the day and the currency of the pack.
    """
    try:
        return load_unit_snapshot(data / "unit.yaml")
    except ParameterFault:
        made = {"as_of": dt.date.fromisoformat(record["as_of"]), "currency": record["currency"]}
        return now.model_copy(update=made)


def index_record(
    job: IndexJob, entries: Sequence[UnitEntry], firm: FirmSummary, comparison: pd.DataFrame
) -> dict[str, Any]:
    """Everything that `index.json` says, as plain JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "firm": job.firm_name,
        "made_from": job.made_from,
        "figures": [figure_record(figure) for figure in firm.figures.values()],
        "currencies": _rows(firm.currencies),
        "comparison": _rows(comparison),
        "shared_accounts": firm.shared_accounts,
        "units": [_unit_record(entry) for entry in entries],
    }


def _rows(frame: Any) -> list[dict[str, Any]]:
    rounded = frame.round(RATE_DECIMALS)
    rows: list[dict[str, Any]] = json.loads(rounded.to_json(orient="records"))
    return rows


def _unit_record(entry: UnitEntry) -> dict[str, Any]:
    published = entry.record or {}
    return {
        "unit": entry.unit,
        "name": entry.name,
        "state": entry.state,
        "reason": entry.reason,
        "as_of": published.get("as_of"),
        "currency": published.get("currency"),
        "run": published.get("run"),
        "headline": published.get("headline"),
        "decision": published.get("decision"),
        "pack": f"{entry.unit}/pack.html" if entry.record else None,
        "review": f"{entry.unit}/review.json" if entry.record else None,
    }
