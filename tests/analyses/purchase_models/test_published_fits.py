"""Fits to public data: the figures the papers print, and the traps on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from portfolio_lib.analyses.purchase_models import (
    bgnbd,
    gamma_gamma,
    mbgnbd,
    nbd,
    pareto_nbd,
    summarise_purchases,
)

pytestmark = pytest.mark.real_data

CALIBRATION_END, HOLDOUT_END = "1997-09-30", "1998-06-30"  # 39 weeks each


@pytest.fixture(scope="module")
def cdnow_histories(cdnow: pd.DataFrame) -> pd.DataFrame:
    return summarise_purchases(cdnow, as_of=CALIBRATION_END)


def _columns(histories: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, t_x, t = (
        histories[name].to_numpy(dtype=float)
        for name in ("purchases_repeat", "age_at_last_purchase", "age")
    )
    return x, t_x, t


def test_bgnbd_on_cdnow_is_the_published_fit(cdnow_histories: pd.DataFrame) -> None:
    # Fader, Hardie and Lee (2005), table 2.
    found = bgnbd.fit(*_columns(cdnow_histories))
    assert found.parameters[:3] == pytest.approx((0.243, 4.414, 0.793), abs=1e-3)
    assert found.parameters.b == pytest.approx(2.426, abs=2e-3)
    assert found.loglikelihood == pytest.approx(-9582.4, abs=0.05)  # printed with one decimal
    assert found.loglikelihood == pytest.approx(
        -9582.429, abs=0.01
    )  # BTYDplus (Platzer), same data
    assert (found.n, found.usable, found.starts_agreeing) == (2357, True, 4)


def test_bgnbd_on_cdnow_expects_the_published_repeat_purchases(
    cdnow_histories: pd.DataFrame,
) -> None:
    # Fader, Hardie and Lee (2005), spreadsheet: E[X(t)] of a random customer at six ages, and
    # E[Y(39)] of the customer with x 2, t_x 30.43, T 38.86.
    found = bgnbd.fit(*_columns(cdnow_histories)).parameters
    weeks = (0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0)
    new = [bgnbd.expected_purchases_new_customer(horizon=t, parameters=found) for t in weeks]
    assert new == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=1e-3)
    known = bgnbd.expected_purchases([2], [30.43], [38.86], horizon=39, parameters=found)
    assert known == pytest.approx([1.226], abs=1e-3)


def test_mbgnbd_on_cdnow_is_the_published_fit(cdnow_histories: pd.DataFrame) -> None:
    # BTYDplus (Platzer), MBG/NBD on the CDNOW sample.
    found = mbgnbd.fit(*_columns(cdnow_histories))
    assert found.parameters == pytest.approx((0.5248, 6.1831, 0.8914, 1.6140), abs=1e-3)
    assert found.loglikelihood == pytest.approx(-9582.136, abs=1e-3)


def test_pareto_nbd_on_cdnow_is_the_published_fit(cdnow_histories: pd.DataFrame) -> None:
    # Fader, Hardie and Lee (2005), table 2.
    found = pareto_nbd.fit(*_columns(cdnow_histories))
    assert found.parameters[:3] == pytest.approx((0.553, 10.578, 0.606), abs=5e-3)
    assert found.parameters.beta == pytest.approx(11.669, abs=2e-2)
    assert found.loglikelihood == pytest.approx(-9595.0, abs=0.05)  # printed with one decimal
    assert found.loglikelihood == pytest.approx(-9594.976, abs=0.01)  # BTYD, same data


def test_pareto_nbd_on_cdnow_gives_the_published_customer(cdnow_histories: pd.DataFrame) -> None:
    # BTYD walkthrough: x 26, t_x 30.86, T 31; alive .9979, 25.46 purchases in 52 weeks; a random
    # customer makes 1.473 in the first 52.
    found = pareto_nbd.fit(*_columns(cdnow_histories)).parameters
    history = [26], [30.86], [31]
    alive = pareto_nbd.probability_alive(*history, parameters=found)
    expected = pareto_nbd.expected_purchases(*history, horizon=52, parameters=found)
    assert alive == pytest.approx([0.9979], abs=1e-4)
    assert expected == pytest.approx([25.46], abs=1e-2)
    new = pareto_nbd.expected_purchases_new_customer(horizon=52, parameters=found)
    assert new == pytest.approx(1.473, abs=1e-3)


def test_pareto_nbd_on_cdnow_spreads_the_probability_alive_as_published(
    cdnow_histories: pd.DataFrame,
) -> None:
    # BTYDplus demo, summary of P(alive) on CDNOW: quartiles .3174, .3499, .4763, mean .4462.
    known = _columns(cdnow_histories)
    alive = pareto_nbd.probability_alive(*known, parameters=pareto_nbd.fit(*known).parameters)
    assert np.quantile(alive, [0.25, 0.5, 0.75]) == pytest.approx(
        [0.3174, 0.3499, 0.4763], abs=1e-3
    )
    assert alive.mean() == pytest.approx(0.4462, abs=1e-3)


def test_gamma_gamma_on_cdnow_is_the_published_fit(cdnow_histories: pd.DataFrame) -> None:
    # Fader and Hardie (2013), note 025: 946 repeat customers.
    found = gamma_gamma.fit(
        cdnow_histories["purchases_repeat"], cdnow_histories["mean_value_repeat"]
    )
    assert found.parameters == pytest.approx((6.25, 3.74, 15.44), abs=1e-2)
    assert found.loglikelihood == pytest.approx(-4055.92, abs=1e-2)
    assert found.n == 946


def test_bgnbd_ranks_by_expected_purchases_and_not_by_probability_alive(
    cdnow: pd.DataFrame, cdnow_histories: pd.DataFrame
) -> None:
    known = _columns(cdnow_histories)
    found = bgnbd.fit(*known).parameters
    alive = bgnbd.probability_alive(*known, parameters=found)
    expected = bgnbd.expected_purchases(*known, horizon=39, parameters=found)
    later = summarise_purchases(cdnow, as_of=HOLDOUT_END).loc[cdnow_histories.index]
    active = later["purchases_repeat"].to_numpy() > known[0]
    # Everyone without a repeat purchase counts as certainly alive, so the ranking is upside down.
    assert (alive[known[0] == 0] == 1.0).all()
    assert roc_auc_score(active, alive) == pytest.approx(0.316, abs=5e-4)
    assert roc_auc_score(active, expected) == pytest.approx(0.7725, abs=5e-5)
    assert roc_auc_score(active, known[1] - known[2]) == pytest.approx(0.771, abs=5e-4)


@pytest.fixture(scope="module")
def retail_columns(online_retail: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    assert len(online_retail) == 397_884  # the cleaned table of the other tests
    return _columns(summarise_purchases(online_retail, as_of="2011-08-31"))


@pytest.mark.parametrize("module", [bgnbd, mbgnbd, pareto_nbd])
def test_on_online_retail_drop_out_is_not_identified_and_a_sentence_says_so(
    module, retail_columns: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    found = module.fit(*retail_columns)
    steady = nbd.fit(*retail_columns)
    assert steady.usable
    assert found.loglikelihood == pytest.approx(steady.loglikelihood, abs=1e-3)
    assert not found.usable
    assert found.boundary is not None
    assert f"{module.MODEL} collapses to NBD" in found.boundary
    assert "Drop-out is not identified" in found.boundary
    assert np.isnan(found.standard_errors).all()
