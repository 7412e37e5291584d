"""The past of other units, handed into the store of a unit that has lost few clients itself.

`pools/<unit>.parquet` holds what was measured of other units' clients and what became of them,
with numbers in place of every id: see `analyses/churn_pool.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio_lib.errors import ParameterFault, PortfolioError
from portfolio_lib.fingerprints import digest, input_digests, plain_parameters, reads_database
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.parameters.models import EngineSettings

if TYPE_CHECKING:
    import pandas as pd

    from portfolio_lib.analyses.churn_models.samples import Samples
    from portfolio_lib.analyses.churn_pool import ChurnPool

STANDS_WITHOUT = frozenset(
    {"portfolio", "signals", "segments", "rfm", "recurrence", "cohorts", "movements"}
    | {"former_accounts", "value", "health", "payments", "stakeholders", "service"}
    | {"satisfaction", "growth", "account_managers", "potential", "notes"}
)
"""Pages of the kit that do not ask who may leave; any other page may."""
SAME = ("horizon_days", "grace_days", "gone_months", "silent_days")
LEFT_OUT = b"left_out"
UNFELT = ("pages", "targets", "plays", "name")
"""Settings of a partner that change nothing of what it brings."""


def partners_of(
    unit: UnitParameters, firm: Collection[UnitParameters]
) -> tuple[UnitParameters, ...]:
    """The units whose past the unit may learn from, by their keys.

    Those it names, or all; less itself, those that keep their past to themselves, those with
    another horizon or other waiting times, and those read from a database, which nobody knows to
    be unchanged without asking it.

    Raises
    ------
    ParameterFault
        The unit names one that is not there.
    """
    pool = unit.churn.pool
    if pool == "none":
        return ()
    _refuse_strangers(unit, {other.key for other in firm})
    found = (
        other
        for other in firm
        if other.key != unit.key
        and (pool == "firm" or other.key in pool)
        and other.churn.pool != "none"
        and all(getattr(other.churn, name) == getattr(unit.churn, name) for name in SAME)
        and not reads_database(other)
    )
    return tuple(sorted(found, key=lambda other: other.key))


def _refuse_strangers(unit: UnitParameters, known: set[str]) -> None:
    pool = unit.churn.pool
    strangers = [] if isinstance(pool, str) else sorted(set(pool) - known)
    if strangers:
        raise ParameterFault(
            f"{unit.key}: churn.pool names {', '.join(strangers)}; expected firm, none, or keys of "
            f"units: {', '.join(sorted(known))}"
        )


def needs_pool(unit: UnitParameters) -> bool:
    """Whether any page of the unit's pack may ask who may leave."""
    return not STANDS_WITHOUT.issuperset(unit.pages)


def pool_digests(
    unit: UnitParameters, firm: Collection[UnitParameters], project: Path
) -> dict[str, str]:
    """The digest of what each partner's past comes from, by a name that a reader understands."""
    return {
        f"the past of {other.key}, which may be learned from": _past_digest(other, project)
        for other in partners_of(unit, firm)
    }


def _past_digest(unit: UnitParameters, project: Path) -> str:
    settings = plain_parameters(unit, project)
    felt = {name: value for name, value in settings.items() if name not in UNFELT}
    return digest([felt, input_digests(unit)])


def fill_pools(
    store: Path,
    units: Sequence[UnitParameters],
    firm: Sequence[UnitParameters],
    *,
    engine: EngineSettings,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Leave a pool for every unit that lacks losses of its own; build what its partners lack.

    Parameters
    ----------
    store : Path
        With the facts of `units`.
    units : sequence of UnitParameters
        Units that may need a pool.
    firm : sequence of UnitParameters
        All units of the firm.
    """
    from portfolio_lib.tables.store import checks_path

    short = {unit.key: partners_of(unit, firm) for unit in units if _is_short(store, unit)}
    partners = {other.key: other for others in short.values() for other in others}
    absent = [key for key in sorted(partners) if not checks_path(store, key).is_file()]
    if absent:
        report = progress or (lambda _: None)
        good = [partners[key] for key in _prepare(store, absent, firm, report)]
        _build(store, good, engine, report)
    for unit in units:
        if short.get(unit.key):
            _leave(store, unit, short[unit.key])


def _prepare(
    store: Path,
    keys: Sequence[str],
    firm: Sequence[UnitParameters],
    progress: Callable[[str], None],
) -> list[str]:
    """Read the tables of partners; the keys of those that nothing stops, foreseen or not."""
    from portfolio_lib.tables import prepare_tables

    try:
        checks = prepare_tables(firm, store, only=keys, progress=progress)
    except (PortfolioError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - what befalls one unit must not cost another its pack
        if len(keys) == 1:
            progress(_left_out(keys[0], error))
            return []
        return [good for key in keys for good in _prepare(store, [key], firm, progress)]
    return [key for key in keys if not checks[key].stops]


def _left_out(key: str, error: Exception) -> str:
    return f"{key}: its past is left out of what others learn from: {error}"


def _build(
    store: Path,
    units: Sequence[UnitParameters],
    engine: EngineSettings,
    progress: Callable[[str], None],
) -> None:
    """The facts of partners; one that breaks a step is left out, as one whose data stop is."""
    from portfolio_lib.facts import build_facts

    try:
        build_facts(store, units, engine=engine, steps=["account_features", "churn_outcomes"])
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - what befalls one unit must not cost another its pack
        if len(units) == 1:
            progress(_left_out(units[0].key, error))
            return
        for unit in units:
            _build(store, [unit], engine, progress)


def _is_short(store: Path, unit: UnitParameters) -> bool:
    from portfolio_lib.analyses.churn_pool import short_of_losses

    rows, _ = _past(store, unit)
    return short_of_losses(rows, unit.churn, unit.as_of)


def _past(store: Path, unit: UnitParameters) -> tuple[Samples, frozenset[str]]:
    """The unit's rows, and what counts as a loss in them."""
    from portfolio_lib.analyses.churn_features import churn_rows
    from portfolio_lib.facts import read_fact

    outcomes = read_fact(store, unit.key, "churn_outcomes")
    features = read_fact(store, unit.key, "account_features")
    return churn_rows(features, outcomes, unit.churn), frozenset(outcomes["event"].dropna())


def _leave(store: Path, unit: UnitParameters, partners: Sequence[UnitParameters]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from portfolio_lib.analyses.churn_pool import pool_frame

    there = [other for other in partners if _has_facts(store, other)]
    _, event = _past(store, unit)
    pasts = [_past(store, other) for other in there]
    rows = pool_frame([past for past, other in pasts if other == event], unit.as_of)
    told = pa.Table.from_pandas(rows, preserve_index=False)
    path = _path(store, unit.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    left_out = str(len(partners) - len(there)).encode()
    pq.write_table(told.replace_schema_metadata({LEFT_OUT: left_out}), path)


def _has_facts(store: Path, unit: UnitParameters) -> bool:
    from portfolio_lib.facts.build import fact_path

    return all(
        fact_path(store, unit.key, step).is_file()
        for step in ("account_features", "churn_outcomes")
    )


def read_pool(store: Path, unit: str) -> ChurnPool | None:
    """What the unit may learn from besides its own past; None where nothing was handed in."""
    import pyarrow.parquet as pq

    from portfolio_lib.analyses.churn_pool import ChurnPool

    path = _path(store, unit)
    if not path.is_file():
        return None
    table = pq.read_table(path)
    rows: pd.DataFrame = table.to_pandas()
    return ChurnPool(rows, int((table.schema.metadata or {})[LEFT_OUT]))


def _path(store: Path, unit: str) -> Path:
    return store / "pools" / f"{unit}.parquet"
