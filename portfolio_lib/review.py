"""What a notebook holds: one unit's tables, facts and results, made when first asked for.

Every page runs alone in JupyterLab and none computes what another has computed: whatever is made
is stored, and the store belongs to exactly these inputs, settings and this version of the library.
"""

from __future__ import annotations

import inspect
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_lib.errors import DataFault, ParameterFault
from portfolio_lib.fingerprints import SHORT, data_fingerprint, digest
from portfolio_lib.history import hand_on, history_digests
from portfolio_lib.parameters import (
    FirmParameters,
    UnitParameters,
    find_project,
    load_firm,
    load_unit_snapshot,
)
from portfolio_lib.pools import fill_pools, pool_digests, read_pool

if TYPE_CHECKING:
    import pandas as pd

    from portfolio_lib.analyses.churn_pool import ChurnPool
    from portfolio_lib.analyses.earlier_reviews import EarlierReview
    from portfolio_lib.pieces import Piece
    from portfolio_lib.tables import DataChecks

ANALYSES = {
    "portfolio": "portfolio_lib.analyses.portfolio:summarise_portfolio",
    "concentration": "portfolio_lib.analyses.concentration:measure_concentration",
    "segments": "portfolio_lib.analyses.segments:segment_accounts",
    "potential": "portfolio_lib.analyses.potential:find_potential",
    "former_accounts": "portfolio_lib.analyses.former_accounts:review_former_accounts",
    "rfm": "portfolio_lib.analyses.rfm:score_accounts",
    "recurrence": "portfolio_lib.analyses.recurrence:measure_recurrence",
    "movements": "portfolio_lib.analyses.movements:measure_movements",
    "cohorts": "portfolio_lib.analyses.cohorts:follow_cohorts",
    "value": "portfolio_lib.analyses.value:measure_value",
    "signals": "portfolio_lib.analyses.signals:measure_signals",
    "health": "portfolio_lib.analyses.health:assess_health",
    "churn": "portfolio_lib.analyses.churn:predict_churn",
    "renewals": "portfolio_lib.analyses.renewals:measure_renewals",
    "payments": "portfolio_lib.analyses.payments:measure_payments",
    "service": "portfolio_lib.analyses.service:measure_service",
    "satisfaction": "portfolio_lib.analyses.satisfaction:measure_satisfaction",
    "stakeholders": "portfolio_lib.analyses.stakeholders:map_stakeholders",
    "engagement": "portfolio_lib.analyses.engagement:measure_engagement",
    "readiness": "portfolio_lib.analyses.readiness:assess_readiness",
    "account_managers": "portfolio_lib.analyses.account_managers:compare_managers",
    "growth": "portfolio_lib.analyses.growth:measure_growth",
    "competition": "portfolio_lib.analyses.competition:measure_competition",
    "account_brief": "portfolio_lib.analyses.account_brief:collect_briefs",
    "summary": "portfolio_lib.analyses.summary:summarise",
    "checklist": "portfolio_lib.analyses.checklist:answer_checklist",
    "plan": "portfolio_lib.analyses.plan:make_plan",
    "sign_off": "portfolio_lib.analyses.sign_off:fill_sheet",
    "review_history": "portfolio_lib.analyses.review_history:compare_with_earlier",
    "data_gaps": "portfolio_lib.analyses.data_gaps:find_data_gaps",
}
"""One line per analysis: the name that a notebook asks for, and the function that answers."""

PAGES = {
    "summary": ("summary",),
    "portfolio": ("portfolio", "concentration"),
    "signals": ("signals",),
    "segments": ("segments",),
    "potential": ("potential",),
    "rfm": ("rfm",),
    "recurrence": ("recurrence",),
    "cohorts": ("cohorts",),
    "movements": ("movements",),
    "former_accounts": ("former_accounts",),
    "value": ("value",),
    "churn": ("churn",),
    "health": ("health",),
    "renewals": ("renewals",),
    "payments": ("payments",),
    "stakeholders": ("stakeholders", "engagement"),
    "service": ("service",),
    "satisfaction": ("satisfaction",),
    "growth": ("growth", "competition"),
    "account_managers": ("account_managers",),
    "account_brief": ("account_brief",),
    "readiness": ("readiness",),
    "checklist": ("checklist",),
    "plan": ("plan",),
    "sign_off": ("sign_off",),
    "notes": ("data_gaps", "review_history"),
}
"""The results that each page shows; pages that only retell others are left out."""

EARLIER_REVIEWS = "earlier_reviews"
"""An analysis with a parameter of this name receives what earlier reviews published."""
CHURN_POOL = "churn_pool"
"""An analysis with a parameter of this name receives the past of other units, without ids."""

OPTIONAL_TABLES = "optional_tables"
"""An analysis with a parameter of this name receives every table of the model but the accounts."""

STORE_FILE = "store.json"
KEPT_CACHES = 6


def open_review(unit: str | Path) -> Review:
    """Open the review of one unit.

    Parameters
    ----------
    unit : str or Path
        The unit's key, the path of ``parameters/<unit>.yaml``, or the path of the resolved
        settings that a run has written.

    Raises
    ------
    ParameterFault
        There is no such unit, or the parameters have faults.
    """
    text = os.fspath(unit)
    path = Path(text)
    if path.suffix == ".yaml" and (path.parent / STORE_FILE).is_file():
        return _opened_in_run(path)
    if path.suffix == ".yaml":
        return _opened_by_analyst(path.stem, find_project(path.absolute().parent))
    return _opened_by_analyst(text, find_project())


def _opened_in_run(snapshot: Path) -> Review:
    told = json.loads((snapshot.parent / STORE_FILE).read_text(encoding="utf-8"))
    store = Path(told["store"])
    return Review(load_unit_snapshot(snapshot), lambda: store, unattended=True)


def _opened_by_analyst(key: str, project: Path) -> Review:
    firm = load_firm(project / "parameters", data_of=(key,))
    parameters = named_unit(firm, key)

    def prepared() -> Path:
        return cached_store(parameters, firm, project)

    return Review(parameters, prepared, unattended=False)


def named_unit(firm: FirmParameters, key: str) -> UnitParameters:
    """The unit with this key.

    Raises
    ------
    ParameterFault
        There is none; the message names the nearest, or all.
    """
    if key in firm.units:
        return firm.units[key]
    near = get_close_matches(key, firm.units, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(firm.units)}."
    raise ParameterFault(f"unit {key!r}: no file parameters/{key}.yaml. {hint}")


class Review:
    """One unit's review, as a notebook holds it.

    Parameters
    ----------
    parameters : UnitParameters
        The unit's settings, with every default filled in.
    prepared : callable
        Returns the store with the unit's tables and facts, made when first called.
    unattended : bool
        True in a run: nothing that only an analyst looks at is shown.
    """

    def __init__(
        self, parameters: UnitParameters, prepared: Callable[[], Path], *, unattended: bool
    ) -> None:
        self.parameters = parameters
        self._prepared = prepared
        self._unattended = unattended
        self._results: dict[str, Any] = {}

    def __repr__(self) -> str:
        unit = self.parameters
        return f"Review of {unit.name} ({unit.key}) at {unit.as_of.isoformat()}"

    @cached_property
    def _store(self) -> Path:
        return self._prepared()

    @cached_property
    def checks(self) -> DataChecks:
        """What the checks of the unit's tables found."""
        from portfolio_lib.tables import read_checks

        return read_checks(self._store, self.parameters.key)

    def table(self, name: str) -> pd.DataFrame | None:
        """One of the unit's tables; None where it was not handed in.

        Raises
        ------
        KeyError
            There is no such table in the data model.
        """
        from portfolio_lib.tables import TABLES, read_table

        _refuse_unknown("table", name, TABLES)
        return read_table(self._store, self.parameters.key, name)

    def fact(self, name: str) -> pd.DataFrame:
        """One of the heavy steps' answers for this unit."""
        from portfolio_lib.facts import STEPS, read_fact

        _refuse_unknown("fact", name, STEPS)
        return read_fact(self._store, self.parameters.key, name)

    def result(self, name: str) -> Any:
        """The answer of one analysis, computed once and stored.

        Raises
        ------
        KeyError
            There is no such analysis.
        """
        if name not in self._results:
            self._results[name] = self._stored(name)
        return self._results[name]

    def results(self) -> dict[str, Any]:
        """The results of all pages of this unit's pack, by name, in the order of the pages."""
        shown = [name for page in self.parameters.pages for name in PAGES.get(page, ())]
        return {name: self.result(name) for name in dict.fromkeys(shown)}

    def _stored(self, name: str) -> Any:
        _refuse_unknown("result", name, ANALYSES)
        path = self._store / "results" / self.parameters.key / f"{name}.pickle"
        if path.is_file():
            return pickle.loads(path.read_bytes())
        answer = self._computed(analysis(name))
        write_by_rename(path, pickle.dumps(answer, protocol=5))
        return answer

    def _computed(self, function: Callable[..., Any]) -> Any:
        given = [self._given(name) for name in argument_names(function)]
        return function(*given, parameters=self.parameters)

    def _given(self, name: str) -> Any:
        """What an analysis asks for by this name: an earlier result, a fact or a table."""
        from portfolio_lib.facts import STEPS

        if name in ANALYSES:
            return self.result(name)
        if name == EARLIER_REVIEWS:
            return self.earlier_reviews
        if name == CHURN_POOL:
            return self.churn_pool
        if name == OPTIONAL_TABLES:
            return self.optional_tables
        return self.fact(name) if name in STEPS else self.table(name)

    @cached_property
    def earlier_reviews(self) -> tuple[EarlierReview, ...]:
        """What earlier reviews of this unit published, earliest first.

        Raises
        ------
        DataFault
            A record cannot be read.
        """
        from portfolio_lib.history import earlier_reviews

        unit = self.parameters
        return earlier_reviews(self._store, unit.key, unit.currency)

    @cached_property
    def churn_pool(self) -> ChurnPool | None:
        """The past of other units that this one may learn from; None where it needs none."""
        return read_pool(self._store, self.parameters.key)

    @property
    def optional_tables(self) -> dict[str, pd.DataFrame | None]:
        """Every table of the data model but the accounts; None where it was not handed in."""
        from portfolio_lib.tables import TABLES

        return {name: self.table(name) for name in TABLES if name != "accounts"}

    def explore(self, frame: pd.DataFrame, caption: str | None = None) -> object | None:
        """A searchable table for the analyst; nothing at all in an unattended run."""
        if self._unattended:
            return None
        from portfolio_lib.exploring import searchable_table

        return searchable_table(frame, caption or f"{len(frame):,} rows")

    def explore_pairs(
        self, frame: pd.DataFrame, columns: Sequence[str], by: str | None = None
    ) -> object | None:
        """Columns drawn against each other for the analyst; nothing at all in an unattended run."""
        if self._unattended:
            return None
        from portfolio_lib.exploring import pair_chart

        return pair_chart(frame, columns, by)

    def card(self) -> Piece:
        """The data card: what was handed in, what was set aside, and the choices made."""
        from portfolio_lib.pieces.pages.data_card import data_card

        return data_card(self.parameters, self.checks)


def analysis(name: str) -> Callable[..., Any]:
    """The function behind a name of `ANALYSES`."""
    module, _, function = ANALYSES[name].partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def argument_names(function: Callable[..., Any]) -> list[str]:
    """The facts, tables and earlier results that an analysis takes, in the order it takes them.

    They are the names of its positional parameters.
    """
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in kinds
    ]


def _refuse_unknown(what: str, name: str, known: Any) -> None:
    if name in known:
        return
    near = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
    raise KeyError(f"no {what} is called {name!r}; {hint}")


def cached_store(unit: UnitParameters, firm: FirmParameters, project: Path) -> Path:
    """The store of a unit for JupyterLab, made when it is not there.

    It is built aside and put in place by one rename, so that two notebooks that start together
    never read half of it.

    Raises
    ------
    DataFault
        The tables have faults that stop the review; the message lists all of them.
    """
    caches, published = project / "reports" / ".cache", project / "reports" / unit.key
    store = caches / _store_name(unit, firm, project, published)
    if not store.is_dir():
        caches.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="building-", dir=caches))
        try:
            _fill(aside, unit, firm)
            hand_on(published, aside, unit.key, unit.as_of, edition=unit.edition)
            _put_in_place(aside, store)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    os.utime(store)
    prune_caches(caches, keep=KEPT_CACHES)
    return store


def _store_name(unit: UnitParameters, firm: FirmParameters, project: Path, published: Path) -> str:
    """The digest of all that the store comes from: earlier reviews, and the past of other units."""
    made_from = [
        data_fingerprint(unit, project),
        history_digests(published, unit.as_of, unit.edition),
        pool_digests(unit, firm.units.values(), project),
    ]
    return digest(made_from)[: SHORT * 2]


def _fill(store: Path, unit: UnitParameters, firm: FirmParameters) -> None:
    from portfolio_lib.facts import build_facts
    from portfolio_lib.tables import prepare_tables

    units = tuple(firm.units.values())
    checks = prepare_tables(units, store, only=[unit.key])[unit.key]
    if checks.stops:
        raise DataFault(stopped_by(checks))
    build_facts(store, [unit], engine=firm.engine)
    fill_pools(store, [unit], units, engine=firm.engine)


def _put_in_place(aside: Path, store: Path) -> None:
    try:
        aside.rename(store)
    except OSError:
        if not store.is_dir():  # else another notebook was faster, with the same content
            raise


def stopped_by(checks: DataChecks) -> str:
    """Every fault that stops a unit, as one message."""
    stops = [str(fault) for fault in checks.faults if fault.level == "stop"]
    count = "1 fault stops" if len(stops) == 1 else f"{len(stops)} faults stop"
    return "\n".join([f"{checks.unit}: {count} the review.", *(f"- {line}" for line in stops)])


def prune_caches(caches: Path, *, keep: int) -> list[Path]:
    """Remove all but the caches used last.

    Returns
    -------
    list of Path
        What was removed.
    """
    stores = [path for path in caches.glob("*") if path.is_dir() and "-" not in path.name]
    stores.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in stores[keep:]:
        shutil.rmtree(path, ignore_errors=True)
    return stores[keep:]


def write_by_rename(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
