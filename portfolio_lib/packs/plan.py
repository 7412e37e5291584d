"""What a run would do, and why: which units and pages, and what is left as it is.

A page is taken from the last pack where nothing that it is made from has changed; a unit is left
alone where that holds for all its pages. What a pack was made from stands in its `run.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portfolio_lib.errors import ParameterFault
from portfolio_lib.fingerprints import (
    SHORT,
    digest,
    file_digest,
    input_digests,
    installed_versions,
    library_digest,
    notebook_digest,
    plain_parameters,
    reads_database,
)
from portfolio_lib.history import history_digests
from portfolio_lib.packs.notebooks import notebook_path, refuse_faulty_notebooks
from portfolio_lib.packs.publish import PACK
from portfolio_lib.packs.statuses import read_status
from portfolio_lib.parameters import FirmParameters, UnitParameters
from portfolio_lib.pools import needs_pool, pool_digests
from portfolio_lib.review import named_unit

Decision = Literal["run", "skip", "ask"]
PUBLISHED = (PACK, "review.json", "workbook.xlsx")
DATABASE = "what the database answers"


@dataclass(frozen=True)
class Parts:
    """Everything that a unit's pack is made from.

    `inputs` holds the digest of each file; what a database answers is known only once it has
    been asked, and is added then under `DATABASE`.
    """

    library: str
    versions: Mapping[str, str]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    notebooks: Mapping[str, str]

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values for `run.json`."""
        return {name: value for name, value in vars(self).items()}

    @property
    def run_id(self) -> str:
        """A short name for exactly these parts: the same on every machine, at any time."""
        return digest(self.as_record())[:SHORT]


@dataclass(frozen=True)
class PagePlan:
    """One page of a unit: made anew, or taken from the last pack."""

    page: str
    again: bool
    why: str


@dataclass(frozen=True)
class UnitPlan:
    """What a run does for one unit.

    Parameters
    ----------
    decision : str
        ``run``; ``skip``: the pack is what a run would make; ``ask``: only the database can tell.
    why : str
        In words, for whoever waits.
    """

    unit: UnitParameters
    decision: Decision
    why: str
    pages: tuple[PagePlan, ...]
    parts: Parts
    database_digest: str | None = None


@dataclass(frozen=True)
class Choice:
    """What the user asked for."""

    units: tuple[str, ...] = ()
    only: str | None = None
    failed: bool = False
    force: bool = False


def plan_run(firm: FirmParameters, project: Path, choice: Choice) -> list[UnitPlan]:
    """The plan of every unit asked for, in the order of their keys.

    Raises
    ------
    ParameterFault
        A unit or page that was asked for is not there, or a notebook cannot be run: whoever reads
        a plan should not learn of it only from the run.
    """
    keys = choice.units or tuple(firm.units)
    units = [named_unit(firm, key) for key in dict.fromkeys(keys)]
    reports = project / "reports"
    if choice.failed:
        units = [u for u in units if read_status(reports, u.key).state in ("stale", "failed")]
    if choice.only is not None:
        units = _with_page(units, choice.only)
    pages = dict.fromkeys(page for unit in units for page in unit.pages)
    refuse_faulty_notebooks(project, list(pages))
    others = tuple(firm.units.values())
    return [plan_unit(unit, others, project, choice) for unit in sorted(units, key=lambda u: u.key)]


def _with_page(units: Sequence[UnitParameters], page: str) -> list[UnitParameters]:
    having = [unit for unit in units if page in unit.pages]
    if units and not having:
        known = ", ".join(dict.fromkeys(name for unit in units for name in unit.pages))
        raise ParameterFault(f"--only {page}: no unit has this page. There are {known}")
    return having


def plan_unit(
    unit: UnitParameters, firm_units: Sequence[UnitParameters], project: Path, choice: Choice
) -> UnitPlan:
    """What a run does for one unit, judged by the files alone."""
    parts = parts_of(unit, firm_units, project)
    published = project / "reports" / unit.key
    record = read_record(published)
    common = _why_all(parts, record, published)
    pages = tuple(_page_plan(page, parts, record, common, choice, published) for page in unit.pages)
    asked = record.get("made_from", {}).get("inputs", {}).get(DATABASE)
    return UnitPlan(unit, *_decided(unit, pages, record, common), pages, parts, asked)


def parts_of(unit: UnitParameters, firm_units: Sequence[UnitParameters], project: Path) -> Parts:
    """What the unit's pack would be made from now."""
    published = project / "reports" / unit.key
    earlier = history_digests(published, unit.as_of, unit.edition)
    others = pool_digests(unit, firm_units, project) if needs_pool(unit) else {}
    return Parts(
        library=library_digest(),
        versions=dict(installed_versions()),
        parameters=plain_parameters(unit, project),
        inputs={**input_digests(unit), **earlier, **others},
        notebooks={page: notebook_digest(notebook_path(project, page)) for page in unit.pages},
    )


def read_record(published: Path) -> dict[str, Any]:
    """The published `run.json`; empty where there is none that can be read."""
    try:
        record = json.loads((published / "run.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return record if isinstance(record, dict) else {}


def _why_all(parts: Parts, record: Mapping[str, Any], published: Path) -> str | None:
    """Why every page has to be made anew; None where nothing common to all has changed."""
    before = record.get("made_from")
    if not isinstance(before, dict):
        return "there is no pack yet"
    reasons = [*_changes(parts, before), *_touched(record, published)]
    return "; ".join(reasons) or None


def _changes(parts: Parts, before: Mapping[str, Any]) -> Iterator[str]:
    if before.get("library") != parts.library:
        yield "the library changed"
    changed = _differing(before.get("versions", {}), parts.versions)
    if changed:
        yield f"other versions of {_listed(changed)}"
    changed = _differing(_flat(before.get("parameters", {})), _flat(parts.parameters))
    if changed:
        yield f"parameters changed: {_listed(changed)}"
    old = {name: value for name, value in before.get("inputs", {}).items() if name != DATABASE}
    changed = _differing(old, parts.inputs)
    if changed:
        yield f"input changed: {_listed(changed)}"


def _touched(record: Mapping[str, Any], published: Path) -> Iterator[str]:
    digests = record.get("files", {})
    for name in PUBLISHED:
        path = published / name
        if not path.is_file():
            yield f"{name} is missing"
        elif file_digest(path) != digests.get(name):
            yield f"{name} was changed by hand"


def _flat(values: Any, prefix: str = "") -> dict[str, Any]:
    """Nested settings as one level, `policies.credits`, so that a change can be named."""
    if not isinstance(values, Mapping) or not values:
        return {prefix: values}
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}.{key}" if prefix else str(key))
    return flat


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    absent = object()
    names = sorted({*before, *now})
    return [name for name in names if before.get(name, absent) != now.get(name, absent)]


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _page_plan(
    page: str,
    parts: Parts,
    record: Mapping[str, Any],
    common: str | None,
    choice: Choice,
    published: Path,
) -> PagePlan:
    if common is not None:
        return PagePlan(page, True, common)
    if record["made_from"].get("notebooks", {}).get(page) != parts.notebooks[page]:
        return PagePlan(page, True, "the notebook changed")
    if not (published / "notebooks" / f"{page}.ipynb").is_file():
        return PagePlan(page, True, "its executed notebook is missing")
    if choice.only == page:
        return PagePlan(page, True, "asked for with --only")
    if choice.force and choice.only is None:
        return PagePlan(page, True, "asked for with --force")
    return PagePlan(page, False, "nothing changed")


def _decided(
    unit: UnitParameters,
    pages: Sequence[PagePlan],
    record: Mapping[str, Any],
    common: str | None,
) -> tuple[Decision, str]:
    again = [page for page in pages if page.again]
    if common is not None:
        return "run", common
    if again:
        return "run", "; ".join(f"{page.page}: {page.why}" for page in again)
    if list(record["made_from"].get("notebooks", {})) != list(unit.pages):
        return "run", "the pages of the pack changed"
    if reads_database(unit):
        return "ask", "nothing changed here; the database is asked"
    return "skip", f"nothing changed since run {record.get('run')}"


def plan_record(plans: Sequence[UnitPlan]) -> list[dict[str, Any]]:
    """The plan as plain JSON values, for a scheduler outside."""
    return [
        {
            "unit": plan.unit.key,
            "decision": plan.decision,
            "why": plan.why,
            "run": plan.parts.run_id,
            "pages": [{"page": p.page, "again": p.again, "why": p.why} for p in plan.pages],
        }
        for plan in plans
    ]
