"""How long clients stay: by hand, published, always."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.survival import compare_survival, survival_curve, tenure_months
from tests.public_data import public_file


def curve(tenures: list[int], left: list[bool], level: float = 0.95) -> pd.DataFrame:
    return survival_curve(pd.Series(tenures), pd.Series(left, dtype=bool), level=level)


def test_survival_by_hand() -> None:
    # Months 1, 2, 2, 4 left; one still there after 3. S(1) = 4/5; S(2) = 4/5 × 2/4 = 2/5;
    # month 3 only loses sight of one; S(4) = 2/5 × 0/1 = 0.
    found = curve([1, 2, 2, 3, 4], [True, True, True, False, True])
    assert found["survival"].tolist() == pytest.approx([1.0, 0.8, 0.4, 0.4, 0.0])
    assert found["at_risk"].tolist() == [5, 5, 4, 2, 1]
    assert found["left"].tolist() == [0, 1, 2, 0, 1]


def test_the_band_by_hand() -> None:
    # S(1) = 0.8, Greenwood's error 0.8 √(1 ÷ (5 × 4)) = 0.178885; ln 0.8 = −0.223144;
    # reach 1.959964 × 0.178885 ÷ (0.8 × 0.223144) = 1.964043; 0.8^(e^±1.964043) = 0.2038, 0.9692.
    found = curve([1, 2, 2, 3, 4], [True, False, False, False, False])
    assert found.loc[1, ["low", "high"]].tolist() == pytest.approx([0.2038, 0.9692], abs=1e-4)
    assert found.loc[0, ["low", "high"]].isna().all()


def test_nobody_left_is_all_there_without_a_band() -> None:
    found = curve([3, 5], [False, False])
    assert found["survival"].eq(1.0).all()
    assert found["low"].isna().all()
    assert found["month"].tolist() == [0, 1, 2, 3, 4, 5]


def test_nobody_to_follow_is_no_curve() -> None:
    assert curve([], []).empty
    assert curve([0, 0], [False, False]).empty


def test_months_are_whole_and_counted_in_both_days() -> None:
    first = pd.to_datetime(pd.Series(["2025-01-31", "2026-01-15", "2026-01-15", "2026-01-01"]))
    last = pd.to_datetime(pd.Series(["2026-01-30", "2026-02-14", "2026-02-13", "2026-01-05"]))
    left = pd.Series([True, True, False, True])
    # a year to the day; a month to the day; a day short of it; left within its first month
    assert tenure_months(first, last, left).tolist() == [12, 1, 0, 1]


@pytest.mark.real_data
def test_subscribers_of_the_public_sample_stay_as_published() -> None:
    """Kaplan–Meier on IBM's Telco tenure: S(12), S(24), S(72), and 95 % at 24 months."""
    rows = pd.read_csv(public_file("telco", "Telco-Customer-Churn.csv"))
    found = curve(rows["tenure"].tolist(), rows["Churn"].eq("Yes").tolist())
    shown = found.set_index("month")["survival"]
    assert shown[12] == pytest.approx(0.843200, abs=1e-6)
    assert shown[24] == pytest.approx(0.788736, abs=1e-6)
    assert shown[72] == pytest.approx(0.592790, abs=1e-6)
    low, high = found.set_index("month").loc[24, ["low", "high"]]
    assert (round(low, 5), round(high, 5)) == (0.77831, 0.79874)


@pytest.mark.real_data
def test_contracts_of_the_public_sample_differ_in_how_long_they_last() -> None:
    rows = pd.read_csv(public_file("telco", "Telco-Customer-Churn.csv"))
    compared = compare_survival(rows["tenure"], rows["Churn"].eq("Yes"), rows["Contract"])
    assert compared.differs


def test_groups_alike_do_not_differ() -> None:
    tenures = pd.Series([1, 2, 3, 4, 5, 6] * 2)
    groups = pd.Series(["a"] * 6 + ["b"] * 6)
    compared = compare_survival(tenures, pd.Series([True] * 12), groups)
    assert compared.p_value == pytest.approx(1.0)
    assert not compared.differs


def test_too_little_to_compare_is_said() -> None:
    tenures, left = pd.Series([3, 4, 5]), pd.Series([True, False, False])
    one = compare_survival(tenures, left, pd.Series(["a", "a", "a"]))
    few = compare_survival(tenures, left, pd.Series(["a", "b", "b"]))
    assert one.reason == "there is only one group"
    assert few.reason == "fewer than 5 clients left"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60))
def test_a_curve_never_rises_and_its_band_holds_it(lives: list[tuple[int, bool]]) -> None:
    found = curve([months for months, _ in lives], [left for _, left in lives])
    assert found["survival"].is_monotonic_decreasing
    assert found["survival"].between(0, 1).all()
    known = found.dropna()
    assert (known["low"] <= known["survival"] + 1e-12).all()
    assert (known["high"] >= known["survival"] - 1e-12).all()
    if len(found):
        assert found["survival"].iloc[0] == 1.0
