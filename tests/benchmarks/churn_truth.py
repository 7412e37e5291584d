"""How near the churn models come to what the demo firm's generator knows, out of time.

    python tests/benchmarks/churn_truth.py      # about a minute

For units that live by contracts. Two oracles: the generator's own hazard as it stood on the day of
the list (the mean pressure of the four months before it, for each term that ends within the horizon
and is not known to be renewed), which is all that could be known; and the hazard of the decision
itself, which looks into the future.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))

from portfolio_lib.analyses.causes import FEATURES, in_words
from portfolio_lib.analyses.churn_features import churn_rows
from portfolio_lib.analyses.churn_learning import Learned, learn
from portfolio_lib.analyses.churn_models import quality, ranking
from portfolio_lib.analyses.churn_models.samples import Samples
from portfolio_lib.analyses.churn_reasons import explain
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters import load_firm
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.tables import prepare_tables
from portfolio_lib.tables.demo.days import month_of
from portfolio_lib.tables.demo.latent import CAUSES
from portfolio_lib.tables.demo.lives import NOTICE_MONTHS, Decision, Term
from portfolio_lib.tables.demo.service_units import ACCOUNTING_PRACTICE, FIELD_SERVICES
from portfolio_lib.tables.demo.simulation import simulate_unit
from portfolio_lib.tables.demo.software_units import SAAS_NORTH
from portfolio_lib.tables.demo.world import World, draw_world
from portfolio_lib.tables.demo.writing import write_unit

ROOT = Path(__file__).parents[2]
PROFILES = {
    "saas-north": SAAS_NORTH,
    "field-services": FIELD_SERVICES,
    "accounting-practice": ACCOUNTING_PRACTICE,
}
VISIBLE = 0.4
"""Log-odds from which the generator itself calls a cause the main one."""
LONGEST_TERM = 12


def learned_units(folder: Path) -> Iterator[tuple[str, Learned, World]]:
    """Each unit from its own files, through the kit's own door, and the world behind it."""
    firm = load_firm(ROOT / "parameters", check_paths=False)
    units = [_in(folder, firm.units[key]) for key in PROFILES]
    for unit in units:
        write_unit(simulate_unit(unit.key, seed=unit.seed), folder / "demo")
    prepare_tables(units, folder / "store")
    build_facts(folder / "store", units, engine=EngineSettings(threads=2))
    for unit in units:
        facts = [
            read_fact(folder / "store", unit.key, name)
            for name in ("account_features", "churn_outcomes")
        ]
        rows = churn_rows(*facts, unit.churn)
        found = learn(rows, pd.Timestamp(unit.as_of), unit.churn, unit.seed, None)
        yield unit.key, found, draw_world(PROFILES[unit.key], seed=unit.seed)


def _in(folder: Path, unit: UnitParameters) -> UnitParameters:
    sources = unit.sources.model_copy(update={"folder": str(folder / "demo" / unit.key)})
    return unit.model_copy(update={"sources": sources})


def oracle(world: World, rows: Samples, horizon: int, *, sees_future: bool) -> np.ndarray:
    """The chance of leaving within the horizon, of each row."""
    places = {who.account_id: place for place, who in enumerate(world.identities)}
    days = [pd.Timestamp(day).date() for day in rows.snapshots]
    return np.array(
        [
            1 - np.prod([1 - chance for chance in _chances(world, places[account], day, horizon,
                                                           sees_future)])
            for account, day in zip(rows.accounts, days, strict=True)
        ]
    )  # fmt: skip


def _chances(
    world: World, account: int, day: dt.date, horizon: int, sees_future: bool
) -> Iterator[float]:
    """The hazards of the decisions that fall within the horizon and are still open on the day."""
    life, month = world.lives[account], month_of(day)
    for decision in life.decisions:
        last = max(term.end for term in life.terms if month_of(term.end) == decision.month)
        if not day <= last <= day + dt.timedelta(days=horizon) or _renewed(life.terms, last, day):
            continue
        yield decision.hazard if sees_future else _as_of(world, account, month, decision)


def _renewed(terms: tuple[Term, ...], last: dt.date, day: dt.date) -> bool:
    """Whether a term that follows had been signed by the day."""
    return any(t.start == last + dt.timedelta(days=1) and t.signed <= day for t in terms)


def _as_of(world: World, account: int, month: int, decision: Decision) -> float:
    """The hazard that the pressure of the day would give; the months of the term from the truth."""
    first = max(0, month - NOTICE_MONTHS + 1)
    pressure = float(world.signals.pressure[account, first : month + 1].mean())
    months = np.log1p(-decision.hazard) / np.log1p(-decision.pressure)
    return float(1 - (1 - pressure) ** min(round(months), LONGEST_TERM))


def named_causes(found: Learned, world: World) -> pd.DataFrame:
    """One row per leaver of a trial whose planted cause weighed on the day of the list.

    `seen`: a value of the data is bad that belongs to the cause; `named`: the reasons tell it;
    `main`: it is the cause given.
    """
    places = {who.account_id: place for place, who in enumerate(world.identities)}
    told = []
    for trial in found.trials:
        rows = trial.rows.only(trial.model.names)
        reasons = explain(rows, trial.model.contributions(rows)[1])
        month = month_of(pd.Timestamp(trial.snapshot).date())
        for row in np.flatnonzero(rows.churned == 1):
            weights = {c: float(world.signals.weights[c][places[rows.accounts[row]], month])
                       for c in CAUSES}  # fmt: skip
            planted = max(weights, key=lambda one: weights[one])
            if weights[planted] > VISIBLE:
                told.append(_one(rows, row, reasons, planted.replace(" ", "_")))
    return pd.DataFrame(told, columns=["cause", "seen", "named", "main"])


def _one(
    rows: Samples, row: int, reasons: pd.DataFrame, planted: str
) -> tuple[str, bool, bool, bool]:
    values = {name: float(rows.column(name)[row]) for name in rows.names}
    bad = {name: value for name, value in values.items() if FEATURES[name].cause == planted
           and not np.isnan(value) and FEATURES[name].bad(value)}  # fmt: skip
    words = [in_words(name, value) for name, value in bad.items()]
    named = any(said in reasons["reasons"].iloc[row] for said in words)
    return planted, bool(bad), named, bool(reasons["cause"].iloc[row] == planted)


def main() -> None:
    named = []
    with tempfile.TemporaryDirectory() as folder:
        for key, found, world in learned_units(Path(folder)):
            scored = found.scored
            if scored is None:
                print(f"{key}: cannot be tried out of time")
                continue
            left, auc = scored.left, ranking.auc
            model = auc(scored.chances[quality.MODEL], left)
            recency = auc(scored.chances["recency"], left)
            best = auc(oracle(world, scored.rows, 180, sees_future=False), left)
            future = auc(oracle(world, scored.rows, 180, sees_future=True), left)
            error = quality.calibration_error(quality.calibration_table(scored))
            by_chance = quality.error_by_chance(scored, 1)
            gain = model - recency
            print(f"{key}: {int(left.sum())} left of {len(left)}")
            print(f"  AUC {model:.3f}, by recency {recency:.3f}")
            print(f"  oracle of the day {best:.3f}: {gain / (best - recency):.2f} of its gain")
            print(f"  oracle of the future {future:.3f}: {gain / (future - recency):.2f} of it")
            print(f"  calibration error {error:.3f}; true chances would show {by_chance:.3f}")
            named.append(named_causes(found, world))
    rows = pd.concat(named)
    seen = rows.loc[rows["seen"]]
    print(f"planted causes: {len(rows)} leavers, {len(seen)} with a bad value in the data")
    print(f"  named in the reasons: {seen['named'].mean():.0%}; as the cause "
          f"{seen['main'].mean():.0%}")  # fmt: skip
    print(rows.groupby("cause")[["seen", "named", "main"]].sum().to_string())


if __name__ == "__main__":
    main()
