"""Build the facts of all units in one run of the engine, and read them back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portfolio_lib.errors import EngineFault
from portfolio_lib.facts import inputs
from portfolio_lib.facts.engine import Engine, open_engine
from portfolio_lib.facts.feature_days import service_days
from portfolio_lib.facts.steps import UNIT_HISTORY, Step, find_step, steps_needed
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.tables.contracts import TABLES


def build_facts(
    store: Path,
    units: Sequence[UnitParameters],
    *,
    engine: EngineSettings,
    steps: Sequence[str] | None = None,
) -> None:
    """Run the steps over the prepared tables of all units and write one file per step and unit.

    Parameters
    ----------
    store : Path
        Folder with ``tables/<unit>/<table>.parquet``; the facts go to
        ``facts/<step>/<unit>.parquet``. Nothing is written before every step has run.
    units : sequence of UnitParameters
        Units to build for. A table that a unit did not hand in counts as empty for it.
    engine : EngineSettings
        What runs the steps.
    steps : sequence of str or None
        Steps to build, with those they read; all for None.

    Raises
    ------
    EngineFault
        Where a prepared table does not keep its contract, or the engine refuses a step.
    """
    needed = steps_needed(steps)
    if not units:
        return
    with _scratch_folder(store) as scratch, open_engine(engine, scratch) as running:
        _load_inputs(running, store, units, needed)
        for step in needed:
            if step is not UNIT_HISTORY:
                running.run(step)
        for step in (step for step in needed if step.is_kept):
            for unit in units:
                _write(running, step, unit.key, fact_path(store, unit.key, step.name))


def read_fact(store: Path, unit_key: str, step: str) -> pd.DataFrame:
    """One unit's rows of a step.

    Returns
    -------
    frame
        Grain, key and columns as in ``STEPS[step]``, sorted by the key. Ids and words are ``str``,
        days ``datetime64[s]`` (so that an end in the year 9999 fits), money ``float64``. A whole
        number that may be empty is ``float64`` where it is.

    Raises
    ------
    EngineFault
        Where there is no such step, or it has not been built for the unit.
    """
    declared = find_step(step)
    path = fact_path(store, unit_key, declared.name)
    if not declared.is_kept:
        raise EngineFault(f"The step {declared.name} is not kept: later steps alone read it.")
    if not path.is_file():
        raise EngineFault(
            f"{path}: there is no fact {declared.name} for {unit_key}. Run build_facts first."
        )
    frame: pd.DataFrame = _for_pandas(pq.read_table(path)).to_pandas()
    return frame


def fact_path(store: Path, unit_key: str, step: str) -> Path:
    """Where a unit's rows of a step are kept."""
    return store / "facts" / step / f"{unit_key}.parquet"


def _for_pandas(rows: pa.Table) -> pa.Table:
    """Decimals as floats and days as seconds, once every sum has been taken."""
    return pa.table({name: _plain_column(rows[name]) for name in rows.column_names})


def _plain_column(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date32(values.type):
        return values.cast(pa.timestamp("s"))
    return _nearest_floats(values) if pa.types.is_decimal(values.type) else values


def _nearest_floats(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The float nearest to each amount; Arrow's own cast gives 83.33330000000001 for 83.3333."""
    ten_thousandths = pc.multiply(amounts, pa.scalar(10_000, pa.decimal128(5, 0)))
    return pc.divide(ten_thousandths.cast(pa.int64()).cast(pa.float64(), safe=False), 10_000.0)


@contextmanager
def _scratch_folder(store: Path) -> Iterator[Path]:
    store.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".engine-", dir=store))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load_inputs(
    running: Engine, store: Path, units: Sequence[UnitParameters], needed: Sequence[Step]
) -> None:
    """Load tables and settings, look how far the history of each unit goes, load what follows."""
    names = sorted({name for step in needed for name in step.tables})
    handed_in = {name: _files_of(store, units, name) for name in names}
    for name, files in handed_in.items():
        running.load_table(name, files, TABLES[name].schema)
    running.load_frame("unit_settings", inputs.unit_settings(units, handed_in))
    running.run(UNIT_HISTORY)
    settings = {unit.key: unit for unit in units}
    histories = running.fetch(UNIT_HISTORY).to_pylist()
    days = [inputs.unit_days(settings[row["business_unit"]], row) for row in histories]
    running.load_frame("calendar", inputs.calendar(days))
    running.load_frame("snapshots", inputs.snapshots(days))
    running.load_frame("review_days", inputs.review_days(days))
    running.load_frame("feature_days", inputs.feature_days(days))
    running.load_frame("feature_settings", inputs.feature_settings(units, histories))
    running.load_frame("service_days", service_days(units, histories))
    running.load_frame("stretches", inputs.stretches(days))
    running.load_frame("period_lengths", inputs.period_lengths())
    running.load_frame("cohort_months", inputs.cohort_months(days))
    running.load_frame("cohort_ages", inputs.cohort_ages(days))


def _files_of(store: Path, units: Sequence[UnitParameters], table: str) -> dict[str, Path]:
    """The prepared file of every unit that handed the table in."""
    paths = {unit.key: store / "tables" / unit.key / f"{table}.parquet" for unit in units}
    return {key: path for key, path in sorted(paths.items()) if path.is_file()}


def _write(running: Engine, step: Step, unit_key: str, path: Path) -> None:
    """Write beside the place and rename, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        running.write(step, unit_key, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
