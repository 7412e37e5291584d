"""Lifetime value by purchases: what is chosen, what is refused, what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.purchase_value import listed, purchase_values, with_leaving
from portfolio_lib.parameters.value_models import ValuePage
from tests.public_data import public_file

AS_OF = pd.Timestamp("2026-09-30")


def drawn(customers: int = 260, seed: int = 4, leaving_per_week: float = 0.03) -> pd.DataFrame:
    """Purchase days of customers that buy at a rate of their own until they quietly stop."""
    random = np.random.default_rng(seed)
    rate = random.gamma(1.2, 1 / 5.0, customers)
    stop = random.exponential(1 / random.gamma(1.0, leaving_per_week, customers))
    spend = 1 / random.gamma(4, 1 / 15, customers)  # as in the Gamma-Gamma model
    rows = []
    for number in range(customers):
        week = -float(random.uniform(5, 180))
        end = min(0.0, week + stop[number])
        while week <= end:
            day = AS_OF + pd.Timedelta(days=int(week * 7))
            rows.append((f"c{number:04d}", day, spend[number] * random.gamma(6, 10)))
            week += float(random.exponential(1 / rate[number]))
    frame = pd.DataFrame(rows, columns=["account_id", "day", "sales"])
    return frame.groupby(["account_id", "day"], as_index=False)["sales"].sum()


def margins(days: pd.DataFrame, share: float = 1.0) -> pd.Series:
    ids = sorted(set(days["account_id"]))
    return pd.Series(share, index=ids)


def test_a_model_with_leaving_is_chosen_on_held_out_months_and_values_every_buyer() -> None:
    days = drawn()
    found = purchase_values(days, margins(days, 0.4), AS_OF, page=ValuePage())
    assert found.reason is None
    assert found.comparison is not None
    assert found.values is not None
    assert found.comparison.calibration_end == pd.Timestamp("2025-11-30")
    assert found.model == with_leaving(found.comparison)[0] != "NBD"
    rows = found.values.customers
    assert set(rows.index) == set(days["account_id"])
    plain = rows["discounted_purchases"] * rows["spend_per_purchase"] * 0.4
    assert rows["lifetime_value"].to_numpy() == pytest.approx(plain.to_numpy())
    low, high = found.values.total_interval or (0, 0)
    assert low < rows["lifetime_value"].sum() < high


def test_purchases_after_the_review_and_the_order_of_rows_change_nothing() -> None:
    days = drawn()
    later = days.assign(day=days["day"] + pd.Timedelta(days=2000))
    first = purchase_values(days, margins(days), AS_OF, page=ValuePage())
    second = purchase_values(
        pd.concat([later, days]).sample(frac=1, random_state=3), margins(days), AS_OF,
        page=ValuePage(),
    )  # fmt: skip
    assert first.values is not None
    assert second.values is not None
    assert first.values.customers.equals(second.values.customers)


def test_too_few_buyers_and_too_short_a_history_are_said() -> None:
    days = drawn(15)
    few = purchase_values(days, margins(days), AS_OF, page=ValuePage())
    assert few.reason == "15 clients have bought; it takes 20 to fit a purchase model"
    days = drawn(60)
    young = days.loc[days["day"] > AS_OF - pd.Timedelta(days=200)]
    short = purchase_values(young, margins(young), AS_OF, page=ValuePage())
    assert short.reason is not None
    assert short.reason.startswith("the history is too short to hold 3 months out")


def test_where_nobody_leaves_the_collapse_is_named_and_nothing_is_valued() -> None:
    random = np.random.default_rng(8)
    rows = [
        (f"c{number:03d}", AS_OF - pd.Timedelta(days=int(ago)), 50.0)
        for number in range(80)
        for ago in random.integers(0, 900, size=int(random.gamma(2, 6)) + 2)
    ]
    days = pd.DataFrame(rows, columns=["account_id", "day", "sales"]).drop_duplicates(
        ["account_id", "day"]
    )
    found = purchase_values(days, margins(days), AS_OF, page=ValuePage())
    assert found.values is None
    assert found.model is None
    assert found.comparison is not None
    assert "a model in which nobody ever leaves" in (found.reason or "")


@pytest.mark.real_data
def test_the_collapse_on_the_public_retail_log_is_detected_and_said() -> None:
    """Online Retail, fitted to 2011-08-31, held out to 2011-11-30: no drop-out is identified."""
    lines = pd.read_csv(
        public_file("online_retail", "online_retail.csv.gz"),
        usecols=["Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
        dtype={"CustomerID": str},
    )
    kept = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0) & lines["CustomerID"].notna()]
    stamps = pd.to_datetime(kept["InvoiceDate"], format="%Y-%m-%d %H:%M:%S")
    days = pd.DataFrame(
        {
            "account_id": kept["CustomerID"],
            "day": stamps.dt.normalize(),
            "sales": kept["Quantity"] * kept["UnitPrice"],
        }
    )
    days = days.groupby(["account_id", "day"], as_index=False)["sales"].sum()
    until = pd.Timestamp("2011-11-30")
    found = purchase_values(days, margins(days), until, page=ValuePage())
    assert found.comparison is not None
    assert found.comparison.calibration_end == pd.Timestamp("2011-08-31")
    assert found.comparison.customers == 3_317
    assert found.values is None
    assert found.reason == (
        "leaving cannot be told from the purchases of 3,317 clients: BG/NBD, MBG/NBD and "
        "Pareto/NBD collapse to NBD, a model in which nobody ever leaves"
    )
    # No model, and not even the plain rule, comes near: pre-Christmas buying was to come.
    errors = found.comparison.models["total_error"].dropna()
    assert (errors < -0.2).all()


def test_names_in_a_sentence() -> None:
    assert listed(["sBG"]) == "sBG"
    assert listed(["sBG", "BdW"]) == "sBG and BdW"
