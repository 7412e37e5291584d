"""Promises of the demo, counted by hand from the tables it hands in."""

from __future__ import annotations

import datetime as dt

import pytest

from portfolio_lib.analyses.promises import by_review, kept_actions
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.tables.demo import simulate_unit
from tests.analyses.test_promises import checked

AS_OF, SEED = dt.date(2026, 9, 30), 20_260_930


@pytest.fixture(scope="module")
def example():
    return simulate_unit("readiness-example", seed=SEED).tables["actions"]


def test_five_of_the_nine_promises_of_the_example_were_kept(example) -> None:
    rows = example.astype(
        {name: "datetime64[ns]" for name in ("created_date", "due_date", "done_date")}
    )
    # Planted: nine promises of 30 June, all due by 28 September; five with a result, each done
    # four days ahead of its day.
    by_hand = example["result"].notna()
    assert (len(example), by_hand.sum()) == (9, 5)
    ledger = kept_actions(rows, {}, AS_OF, PlanPage())
    found = by_review(ledger, checked([]))
    assert found.loc[0, ["kept", "late", "missed", "open"]].tolist() == [5, 0, 4, 0]
    kept = set(ledger.loc[ledger["state"].eq("kept"), "result"])
    assert kept == set(example.loc[by_hand, "result"])


def test_a_review_in_august_sees_what_was_known_then(example) -> None:
    rows = example.astype(
        {name: "datetime64[ns]" for name in ("created_date", "due_date", "done_date")}
    )
    # On 15 August due, R-05 (30 July), R-11 (14 August); three of these are done.
    day = dt.date(2026, 8, 15)
    then = rows.assign(done_date=rows["done_date"].where(rows["done_date"] <= "2026-08-15"))
    found = kept_actions(then, {}, day, PlanPage(review_months=1))
    counts = found["state"].value_counts().to_dict()
    assert counts == {"kept": 3, "missed": 1, "open": 5}
