"""How the page Value does: held-out comparisons, the demo's truth, intervals, and speed.

    python -m tests.benchmarks.bench_value               # held-out tables and the demo's truth
    python -m tests.benchmarks.bench_value --coverage 200   # how often intervals hold the truth
    python -m tests.benchmarks.bench_value --clients 100000 # one large unit of each kind

The demo's files must be there (`portfolio demo`). The public retail log is read where the folder
named in PORTFOLIO_REAL_DATA holds it.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lib import open_review
from portfolio_lib.analyses.purchase_value import purchase_values
from portfolio_lib.analyses.stay_choice import choose_curve
from portfolio_lib.analyses.stays import KAPLAN_MEIER, SAME_RATE, SBG
from portfolio_lib.analyses.value_inputs import CONTRACTS
from portfolio_lib.analyses.values_by_contracts import lives_with_start
from portfolio_lib.parameters.value_models import ValuePage
from portfolio_lib.tables.demo.simulation import simulate_unit
from tests.analyses.stay_coverage import coverage
from tests.analyses.test_purchase_value import drawn
from tests.analyses.test_stays import many
from tests.analyses.values import AS_OF
from tests.public_data import find_public

PROJECT = Path(__file__).parents[2]
RETAIL = find_public("online_retail", "online_retail.csv.gz")
BY_CONTRACTS = ("saas-north", "saas-enterprise", "accounting-practice", "field-services")
BY_PURCHASES = ("distributor", "retail-log")
TRUTH_MONTHS = 6
"""The demo draws who leaves up to six months after the review."""


def held_out() -> None:
    """The tables of the page, for demo units and the public retail log."""
    for unit in (*BY_CONTRACTS, *BY_PURCHASES):
        found = open_review(unit).result("value")
        used = found.figures["value.model"]
        print(f"\n{unit}: {used.value}, {used.n} clients, held out {used.window}")
        print(found.models.drop(columns="why_blank").round(4).to_string(index=False))
    if RETAIL is not None:
        days = retail_days()
        for until in ("2011-11-30", "2011-12-09"):
            margins = pd.Series(1.0, index=sorted(set(days["account_id"])))
            start = time.perf_counter()
            found = purchase_values(days, margins, pd.Timestamp(until), page=ValuePage())
            assert found.comparison is not None
            print(
                f"\npublic retail log to {until}, fitted to {found.comparison.calibration_end:%F}"
            )
            print(f"{time.perf_counter() - start:.1f} s; {found.reason or found.model}")
            shown = ["expected_total", "total_error", "mean_absolute_error", "auc"]
            print(found.comparison.models[shown].round(3).to_string())


def retail_days() -> pd.DataFrame:
    """Purchase days of the public retail log, cleaned as its readers do."""
    lines = pd.read_csv(
        RETAIL,
        usecols=["Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
        dtype={"CustomerID": str},
    )
    kept = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0) & lines["CustomerID"].notna()]
    stamps = pd.to_datetime(kept["InvoiceDate"], format="%Y-%m-%d %H:%M:%S")
    sales = kept["Quantity"] * kept["UnitPrice"]
    days = pd.DataFrame({"account_id": kept["CustomerID"], "day": stamps.dt.normalize()})
    return days.assign(sales=sales).groupby(["account_id", "day"], as_index=False)["sales"].sum()


def against_truth() -> None:
    """Losses and returning buyers that were expected, beside those the demo has in store."""
    print(f"\nclients lost in the {TRUTH_MONTHS} months after the review")
    for unit in BY_CONTRACTS:
        review = open_review(unit)
        seed = review.parameters.seed
        found = review.result("value")
        assert found.relation == CONTRACTS
        valued = found.accounts.loc[found.accounts["clv"].notna()]
        lives = lives_with_start(
            review.table("accounts"), review.fact("account_lives"), from_contracts=False
        )
        gap = review.parameters.policies.gap_tolerance_days
        page = review.parameters.value
        curve = choose_curve(lives, pd.Timestamp(AS_OF), gap_days=gap, page=page).curve
        assert curve is not None
        ages = valued["age_months"].fillna(0).astype(int)
        expected = float((1 - curve.stays(ages, TRUTH_MONTHS)).sum())
        hazards = simulate_unit(unit, seed=seed).truth.hazards
        coming = hazards.loc[
            (hazards["month"] > pd.Timestamp(AS_OF))
            & hazards["account_id"].isin(valued["account_id"])
        ]
        stayed = coming.groupby("account_id")["hazard"].apply(lambda own: np.prod(1 - own))
        lost = coming.loc[coming["churned"], "account_id"].nunique()
        print(
            f"{unit}: {len(valued)} clients, expected {expected:.1f}, by the true chances "
            f"{(1 - stayed).sum():.1f}, lost {lost}"
        )
    print("\nbuyers that come back within nine months")
    for unit in BY_PURCHASES:
        review = open_review(unit)
        known = review.result("value").accounts.dropna(subset=["chance_there"])
        truth = simulate_unit(unit, seed=review.parameters.seed).truth.next_purchases
        returned = set(truth.loc[truth["next_purchase"].notna(), "account_id"])
        comes = known["account_id"].isin(returned)
        bins = pd.cut(known["chance_there"], [-0.01, 0.1, 0.5, 0.9, 1.0])
        shown = known.assign(comes=comes).groupby(bins, observed=True)
        table = shown.agg(clients=("comes", "size"), expected=("chance_there", "mean"),
                          came=("comes", "mean"))  # fmt: skip
        print(f"{unit}: {comes.sum()} of {len(known)} came\n{table.round(2).to_string()}")


def intervals(units: int) -> None:
    """How often 90 % intervals of the sum hold the true expectation."""
    for name, clients in ((SAME_RATE, 80), (SAME_RATE, 300), (KAPLAN_MEIER, 150), (SBG, 300)):
        share = coverage(name, clients=clients, units=units, draws=200, seed=5)
        print(f"{name}, {clients} clients: {share:.3f} of {units}")


def large(clients: int) -> None:
    """Seconds and memory of a large unit of each kind."""
    start = time.perf_counter()
    choose_curve(many(count=clients), pd.Timestamp(AS_OF), gap_days=0, page=ValuePage())
    print(f"curves of staying, {clients:,} clients: {time.perf_counter() - start:.1f} s")
    days = drawn(clients)
    margins = pd.Series(1.0, index=sorted(set(days["account_id"])))
    start = time.perf_counter()
    found = purchase_values(days, margins, pd.Timestamp(AS_OF), page=ValuePage())
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"purchases, {len(days):,} days: {seconds:.1f} s, {found.model}; peak {peak:,.0f} MiB")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--coverage", type=int, default=0)
    asked.add_argument("--clients", type=int, default=0)
    given = asked.parse_args()
    if given.coverage:
        intervals(given.coverage)
    elif given.clients:
        large(given.clients)
    else:
        held_out()
        against_truth()


if __name__ == "__main__":
    main()
