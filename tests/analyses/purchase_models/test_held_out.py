"""The comparison on held-out purchases."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.purchase_models import PURCHASE_MODELS, compare_held_out
from portfolio_lib.analyses.purchase_models.held_out import (
    DAYS_SINCE_LAST,
    TICKET_TIMES_FREQUENCY,
)
from portfolio_lib.errors import DataFault


def _purchases(dates_by_account: dict[str, list[int]], value: float = 10.0) -> pd.DataFrame:
    """Purchases on days counted from 2025-01-01."""
    rows = [(account, day) for account, days in dates_by_account.items() for day in days]
    frame = pd.DataFrame(rows, columns=["account_id", "day"])
    dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return pd.DataFrame({"account_id": frame["account_id"], "date": dates, "value": value})


SMALL = _purchases(
    {
        "a": [0, 10, 20, 45, 55],  # 2 repeats in 40 days; buys twice in the next 20
        "b": [20, 50],  # once in 20 days; buys once
        "c": [0, 30],  # 1 repeat in 40 days; buys no more
        "d": [10],  # once in 30 days; buys no more
        "e": [50, 55],  # not known at calibration
    }
)
CALIBRATION_END, HOLDOUT_END = "2025-02-10", "2025-03-02"  # days 40 and 60


def test_the_plain_rules_by_hand() -> None:
    found = compare_held_out(SMALL, CALIBRATION_END, HOLDOUT_END)
    frequency = found.models.loc[TICKET_TIMES_FREQUENCY]
    # Expected in 20 days: a 2/40 × 20 = 1, b 0, c 1/40 × 20 = ½, d 0. Bought: 2, 1, 0, 0.
    assert frequency["expected_total"] == pytest.approx(1.5)
    assert frequency["total_error"] == pytest.approx(1.5 / 3 - 1)
    assert frequency["mean_absolute_error"] == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    # In money: every ticket is 10, so the errors are ten times those.
    assert frequency["value_mean_absolute_error"] == pytest.approx(10 * 2.5 / 4)
    # a and b buy again; scores 1, 0 against ½, 0: a beats both, b loses one and ties one.
    assert frequency["auc"] == pytest.approx((2 + 0.5) / 4)
    # Days since the last purchase at day 40: a 20, b 20, c 10, d 30: a and b lose to c, beat d.
    assert found.models.loc[DAYS_SINCE_LAST, "auc"] == pytest.approx(0.5)
    assert (found.customers, found.purchases_held_out) == (4, 3)


def test_a_blank_says_why() -> None:
    found = compare_held_out(SMALL, CALIBRATION_END, HOLDOUT_END)
    blank = found.models["loglikelihood"].isna()
    assert blank[[TICKET_TIMES_FREQUENCY, DAYS_SINCE_LAST]].all()
    assert found.models.loc[blank, "why_blank"].str.len().gt(0).all()


def test_rows_after_the_held_out_period_and_their_order_change_nothing() -> None:
    later = _purchases({"a": [61, 70], "z": [80]})
    plain = compare_held_out(SMALL, CALIBRATION_END, HOLDOUT_END)
    mixed = pd.concat([later, SMALL]).sample(frac=1.0, random_state=2)
    other = compare_held_out(mixed, CALIBRATION_END, HOLDOUT_END)
    pd.testing.assert_frame_equal(plain.models, other.models, check_exact=True)
    assert plain.sentence == other.sentence


def test_held_out_purchases_do_not_touch_the_fits() -> None:
    changed = pd.concat([SMALL, _purchases({"c": [41, 44, 52], "d": [59]})])
    fits = [compare_held_out(p, CALIBRATION_END, HOLDOUT_END).fits for p in (SMALL, changed)]
    assert {k: repr(v) for k, v in fits[0].items()} == {k: repr(v) for k, v in fits[1].items()}


def test_no_usable_model_is_a_sentence() -> None:
    once = _purchases({"a": [0], "b": [3], "c": [5, 50]})
    found = compare_held_out(once, CALIBRATION_END, HOLDOUT_END)
    assert found.chosen is None
    assert found.sentence.startswith("No purchase model can be used here.")
    assert "None of the 3 customers has bought a second time" in found.sentence


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        (("2025-02-10", "2025-02-10"), "expected the first to be earlier"),
        (("2024-01-01", "2025-02-10"), "no purchases by calibration_end 2024-01-01"),
    ],
)
def test_periods_that_cannot_be_compared_are_refused(ends: tuple[str, str], message: str) -> None:
    with pytest.raises(DataFault, match=message):
        compare_held_out(SMALL, *ends)


@pytest.mark.real_data
def test_on_cdnow_a_model_with_drop_out_is_chosen_and_beats_the_plain_rules(
    cdnow: pd.DataFrame,
) -> None:
    found = compare_held_out(cdnow, "1997-09-30", "1998-06-30")
    assert (found.customers, found.purchases_held_out) == (2357, 1882)
    scores = found.models["loglikelihood"]
    assert found.chosen == scores.idxmax() == "MBG/NBD"
    # Someone who never leaves buys on: NBD expects half as much again as was bought.
    assert found.models.loc["NBD", "total_error"] > 0.5
    assert abs(found.models.loc["Pareto/NBD", "total_error"]) < 0.15
    assert found.models.loc["BG/NBD", "auc"] == pytest.approx(0.7725, abs=5e-5)
    assert found.models.loc["BG/NBD", "auc_probability_alive"] == pytest.approx(0.316, abs=5e-4)
    assert found.models.loc[DAYS_SINCE_LAST, "auc"] == pytest.approx(0.771, abs=5e-4)
    chosen, plain = found.models.loc["MBG/NBD"], found.models.loc[TICKET_TIMES_FREQUENCY]
    assert chosen["mean_absolute_error"] < plain["mean_absolute_error"]
    assert chosen["value_mean_absolute_error"] < plain["value_mean_absolute_error"]
    assert "beats that of ticket × frequency" in found.sentence


@pytest.mark.real_data
def test_on_online_retail_nbd_is_chosen_and_the_others_are_blank_with_the_reason(
    online_retail: pd.DataFrame,
) -> None:
    found = compare_held_out(online_retail, "2011-08-31", "2011-12-09")
    assert found.chosen == "NBD"
    for model in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        row = found.models.loc[model]
        assert np.isnan(row["expected_total"])
        assert f"{model} collapses to NBD" in row["why_blank"]
        assert f"{model} collapses to NBD" in found.sentence
    # Plain ticket × frequency errs less per customer, and the sentence admits it.
    assert "does not beat that of ticket × frequency" in found.sentence


def test_a_comparison_survives_being_stored() -> None:
    found = compare_held_out(SMALL, CALIBRATION_END, HOLDOUT_END)
    again = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(again.models, found.models)
    assert repr(again.fits) == repr(found.fits)


def test_the_models_stand_simplest_first_before_the_plain_rules() -> None:
    found = compare_held_out(SMALL, CALIBRATION_END, HOLDOUT_END)
    rules = [TICKET_TIMES_FREQUENCY, DAYS_SINCE_LAST]
    assert found.models.index.tolist() == [*PURCHASE_MODELS, *rules]
