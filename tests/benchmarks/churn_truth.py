"""How near the churn models come to what the demo firm's generator knows, out of time.

    python -m tests.benchmarks.churn_truth          # about two minutes
    python -m tests.benchmarks.churn_truth alone    # each unit from its own past alone

For units that live by contracts. Two oracles: the generator's own hazard as it stood on the day of
the list (the mean pressure of the four months before it, for each term that ends within the horizon
and is not known to be renewed), which is all that could be known; and the hazard of the decision
itself, which looks into the future.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Collection, Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lib.analyses.causes import FEATURES, in_words
from portfolio_lib.analyses.churn_features import churn_rows
from portfolio_lib.analyses.churn_learning import Learned, learn
from portfolio_lib.analyses.churn_models import quality, ranking
from portfolio_lib.analyses.churn_models.samples import Samples, joined
from portfolio_lib.analyses.churn_pool import pool_of
from portfolio_lib.analyses.churn_reasons import explain
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters import load_firm
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.pools import fill_pools, read_pool
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
SEED = load_firm(ROOT / "parameters", check_paths=False).units["saas-north"].seed


def learned_units(
    folder: Path, *, alone: bool, only: Collection[str] | None = None
) -> Iterator[tuple[str, Learned]]:
    """Each unit from its own files and, unless alone, the past of others, by the kit's own door."""
    firm = load_firm(ROOT / "parameters", check_paths=False)
    units = [_in(folder, unit) for unit in firm.units.values()]
    store, engine = folder / "store", EngineSettings(threads=2)
    for unit in units:
        write_unit(simulate_unit(unit.key, seed=unit.seed), folder / "demo")
    prepare_tables(units, store)
    build_facts(store, units, engine=engine)
    if not alone:
        fill_pools(store, units, units, engine=engine)
    for unit in (unit for unit in units if only is None or unit.key in only):
        facts = [
            read_fact(store, unit.key, name) for name in ("account_features", "churn_outcomes")
        ]
        rows = churn_rows(*facts, unit.churn)
        pool = pool_of(read_pool(store, unit.key), unit.churn)
        yield unit.key, learn(rows, pd.Timestamp(unit.as_of), unit.churn, unit.seed, None, pool)


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


def report(key: str, found: Learned) -> None:
    """What the trials of a unit show, without any truth."""
    scored = found.scored
    if scored is None or not found.measured:
        print(f"{key}: cannot be tried out of time")
        return
    error = quality.calibration_error(quality.calibration_table(scored))
    auc, recency = _aucs(found)
    chance = quality.by_chance(scored, 1)
    print(f"{key}: {int(scored.left.sum())} left of {len(scored.left)}; "
          f"pooled on {found.pooled_trials} of {len(found.trials)} days")  # fmt: skip
    print(f"  AUC {auc:.3f}, by recency {recency:.3f}; calibration error {error:.3f}, by chance "
          f"{chance.error:.3f}; foretold {scored.chances[quality.MODEL].sum():.1f}, by chance "
          f"{chance.losses[0]:.0f} to {chance.losses[1]:.0f}")  # fmt: skip


def _aucs(found: Learned) -> tuple[float, float]:
    chances = found.scored.chances
    nothing = np.zeros(len(found.scored.rows))
    return tuple(
        ranking.auc(chances.get(one, nothing), found.scored.left)
        for one in (quality.MODEL, "recency")
    )


def against_the_oracles(found: Learned, world: World) -> None:
    """How much of what could be known is in the list."""
    model, recency = _aucs(found)
    for what, sees_future in (("the day", False), ("the future", True)):
        chances = oracle(world, found.scored.rows, 180, sees_future=sees_future)
        best = ranking.auc(chances, found.scored.left)
        share = (model - recency) / (best - recency)
        print(f"  oracle of {what} {best:.3f}: {share:.2f} of its gain")


def report_firm(every: list[quality.Scored]) -> None:
    """All units as one: how far the chances of the firm missed what happened."""
    firm = quality.Scored(
        reduce(joined, (one.rows.only([]) for one in every)),
        {quality.MODEL: np.concatenate([one.chances[quality.MODEL] for one in every])},
    )
    chance = quality.by_chance(firm, 1)
    print(f"the firm: {int(firm.left.sum())} left of {len(firm.left)}; calibration error "
          f"{quality.calibration_error(quality.calibration_table(firm)):.3f}, by chance "
          f"{chance.error:.3f}; foretold {firm.chances[quality.MODEL].sum():.1f}, by chance "
          f"{chance.losses[0]:.0f} to {chance.losses[1]:.0f}")  # fmt: skip


def main() -> None:
    named, tried = [], []
    with tempfile.TemporaryDirectory() as folder:
        for key, found in learned_units(Path(folder), alone="alone" in sys.argv[1:]):
            report(key, found)
            tried += [found.scored] if found.scored is not None and found.measured else []
            if key in PROFILES:
                world = draw_world(PROFILES[key], seed=SEED)
                against_the_oracles(found, world)
                named.append(named_causes(found, world))
    report_firm(tried)
    rows = pd.concat(named)
    seen = rows.loc[rows["seen"]]
    print(f"planted causes: {len(rows)} leavers, {len(seen)} with a bad value in the data")
    print(f"  named in the reasons: {seen['named'].mean():.0%}; as the cause "
          f"{seen['main'].mean():.0%}")  # fmt: skip
    print(rows.groupby("cause")[["seen", "named", "main"]].sum().to_string())


if __name__ == "__main__":
    main()
