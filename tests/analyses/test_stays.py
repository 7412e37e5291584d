"""How long clients stay: the curves, late entry, what was known earlier, the choice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.panel import months_apart
from portfolio_lib.analyses.purchase_models.contractual import lifetimes_from_customers
from portfolio_lib.analyses.stay_choice import choose_curve
from portfolio_lib.analyses.stays import (
    BDW,
    CURVES,
    KAPLAN_MEIER,
    LEAST_AT_RISK,
    SAME_RATE,
    SBG,
    StayCurve,
    draw_curve,
    lifetimes_of,
    observed_stays,
    plain_curve,
)
from portfolio_lib.analyses.survival import survival_curve
from portfolio_lib.parameters.value_models import ValuePage
from tests.public_data import public_file

UNTIL = pd.Timestamp("2026-09-30")


def lives(*rows: tuple[str, str | None, str, str, bool]) -> pd.DataFrame:
    """Lives from (id, start, first day in the data, last day, left)."""
    columns = ["account_id", "start", "life_first_day", "life_last_day", "has_left"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[1:4], "datetime64[s]")).astype({"has_left": bool})


def stays_of(frame: pd.DataFrame, until: pd.Timestamp = UNTIL, gap: int = 0) -> dict[str, tuple]:
    rows = observed_stays(frame, until, gap_days=gap).to_dict("records")
    return {row["account_id"]: (row["entry"], row["age"], row["has_left"]) for row in rows}


def test_months_of_age_are_counted_from_the_start_and_watched_from_the_data() -> None:
    found = stays_of(
        lives(
            ("new", "2026-01-01", "2026-01-01", "2026-09-30", False),  # 9 months
            ("older", "2023-01-01", "2024-01-01", "2026-09-30", False),  # seen from month 12 on
            ("left", "2026-01-01", "2026-01-01", "2026-03-31", True),
            ("unknown", None, "2024-01-01", "2026-09-30", False),
        )
    )
    assert found == {"new": (0, 9, False), "older": (12, 45, False), "left": (0, 3, True)}


def test_an_earlier_day_knows_no_later_loss_and_no_silence_within_the_pause() -> None:
    frame = lives(
        ("later", "2025-01-01", "2025-01-01", "2026-06-30", True),
        ("silent", "2025-01-01", "2025-01-01", "2026-02-28", True),
        ("gone", "2025-01-01", "2025-01-01", "2025-06-30", True),
        ("came after", "2026-05-01", "2026-05-01", "2026-09-30", False),
    )
    found = stays_of(frame, pd.Timestamp("2026-03-31"), gap=60)
    assert found == {"later": (0, 15, False), "silent": (0, 15, False), "gone": (0, 6, True)}


def test_kaplan_meier_by_hand_with_late_entry() -> None:
    # Ten are watched from the start, ten from month 2 on. Month 1: 10 watched, 2 lost. Month 2: 8,
    # too few, so the mean rate. Month 3: 8 + 10 watched, 9 lost.
    kept, lost = [0] * 2 + [5] * 8 + [2] * 9 + [5], [True] * 2 + [False] * 8 + [True] * 9 + [False]
    entered = [0] * 10 + [2] * 10
    found = plain_curve(KAPLAN_MEIER, lifetimes_from_customers(kept, lost, entered), ages=3)
    # Months watched: 2 × 1 + 8 × 5 + 9 × 1 + 1 × 3 = 54, 11 lost.
    assert LEAST_AT_RISK == 10
    assert found == pytest.approx([1, 0.8, 0.8 * (1 - 11 / 54), 0.8 * (1 - 11 / 54) * 0.5])


def test_one_rate_is_losses_over_months_watched() -> None:
    found = plain_curve(SAME_RATE, lifetimes_from_customers([0, 3], [True, False]), ages=2)
    assert found == pytest.approx([1, 0.75, 0.5625])  # 1 loss in 1 + 3 months


@pytest.mark.real_data
def test_subscribers_of_the_public_sample_stay_as_published() -> None:
    """Kaplan–Meier on IBM's Telco tenure: S(12), S(24), S(72)."""
    rows = pd.read_csv(public_file("telco", "Telco-Customer-Churn.csv"))
    left = rows["Churn"].eq("Yes")
    stays = pd.DataFrame({"age": rows["tenure"], "has_left": left, "entry": 0})
    found = plain_curve(KAPLAN_MEIER, lifetimes_of(stays.loc[stays["age"] > 0]), ages=72)
    assert found[[12, 24, 72]] == pytest.approx([0.843200, 0.788736, 0.592790], abs=1e-6)


@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=40, max_size=80))
@settings(max_examples=20, deadline=None)
def test_without_late_entry_it_is_the_curve_of_the_library_where_enough_are_watched(rows) -> None:
    ages = pd.Series([age for age, _ in rows])
    left = pd.Series([gone for _, gone in rows], dtype=bool)
    plain = survival_curve(ages, left, level=0.9)
    stays = pd.DataFrame({"age": ages, "has_left": left, "entry": 0})
    found = plain_curve(KAPLAN_MEIER, lifetimes_of(stays), ages=8)
    enough = plain.loc[plain["at_risk"] >= LEAST_AT_RISK, "month"]
    assert found[enough] == pytest.approx(plain.loc[enough, "survival"].to_numpy())
    assert (np.diff(found) <= 1e-12).all()


def test_a_curve_gives_the_chance_to_stay_from_an_age_on() -> None:
    curve = StayCurve(SAME_RATE, np.array([1.0, 0.5, 0.5, 0.25, 0.0]))
    assert curve.stays([0, 1, 3, 4], 0).tolist() == [1.0, 1.0, 1.0, 0.0]
    assert curve.stays([0, 1], 2).tolist() == [0.5, 0.5]


def test_every_curve_of_leaving_that_slows_down_can_be_drawn_and_never_rises() -> None:
    generator = np.random.default_rng(3)
    kept = generator.geometric(generator.beta(0.6, 12.0, size=900)) - 1
    lifetimes = lifetimes_from_customers(np.minimum(kept, 30), kept < 30)
    for name in CURVES:
        curve = draw_curve(name, lifetimes, ages=60)
        assert curve.reason is None
        assert curve.survival[0] == pytest.approx(1.0)
        assert (np.diff(curve.survival) <= 1e-12).all()
        assert len(curve.survival) == 61
    for name in (SBG, BDW):
        late = draw_curve(name, lifetimes, ages=60).stays([0, 30], 12)
        assert late[1] > late[0]  # those who leave easily have left


def test_clients_that_are_all_alike_leave_sbg_at_its_edge_and_said_so() -> None:
    kept = np.repeat(np.arange(10), 8)
    curve = draw_curve(SBG, lifetimes_from_customers(kept, np.ones(80, dtype=bool)), ages=5)
    assert curve.survival.size == 0
    assert "sBG cannot be told" in (curve.reason or "")


def many(seed: int = 5, count: int = 240, rate: float = 0.02) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = []
    for place in range(count):
        since = int(generator.integers(1, 49))
        life = int(generator.geometric(rate))
        first = pd.Timestamp("2026-10-01") - pd.DateOffset(months=since)
        gone = life < since
        last = first + pd.DateOffset(months=life) - pd.Timedelta(days=1) if gone else UNTIL
        rows.append((f"c{place:03d}", first, first, last, gone))
    return lives(*rows)


def test_the_held_out_year_is_foretold_from_what_was_known_before_it() -> None:
    frame, page = many(), ValuePage()
    choice = choose_curve(frame, UNTIL, gap_days=0, page=page)
    assert choice.reason is None
    assert choice.unchosen is None
    assert choice.calibration_end == pd.Timestamp("2025-09-30")
    assert months_apart(choice.calibration_end, choice.holdout_end) == 12
    # Who was last there on the cut's own day was not yet known to have left.
    there = frame["life_first_day"].le(choice.calibration_end) & frame["life_last_day"].ge(
        choice.calibration_end
    )
    assert choice.clients == there.sum()
    assert choice.losses == (there & frame["has_left"]).sum()
    assert choice.models["model"].tolist() == list(CURVES)
    assert choice.models["skill"].iloc[0] == 0.0
    best = choice.models.set_index("model")["error"].idxmin()
    assert choice.curve is not None
    assert choice.curve.name == best


def test_what_comes_after_the_cut_moves_no_expectation_of_the_held_out_months() -> None:
    frame = many()
    cut = pd.Timestamp("2025-09-30")
    later = frame["has_left"] & frame["life_last_day"].ge(cut)
    stayed = frame.assign(
        has_left=frame["has_left"] & ~later,
        life_last_day=frame["life_last_day"].where(~later, UNTIL),
    )
    first, second = (
        choose_curve(one, UNTIL, gap_days=0, page=ValuePage()) for one in (frame, stayed)
    )
    assert first.models["expected_losses"].equals(second.models["expected_losses"])
    assert first.losses > second.losses == 0


def test_shuffled_clients_give_the_same_curve() -> None:
    frame = many()
    first, second = (
        choose_curve(one, UNTIL, gap_days=0, page=ValuePage())
        for one in (frame, frame.sample(frac=1, random_state=2).reset_index(drop=True))
    )
    assert first.curve is not None
    assert second.curve is not None
    assert first.curve.survival.tobytes() == second.curve.survival.tobytes()
    assert first.models.equals(second.models)


def test_too_few_losses_are_said_and_no_curve_is_drawn() -> None:
    frame = many(count=30, rate=0.00001)
    choice = choose_curve(frame, UNTIL, gap_days=0, page=ValuePage())
    assert choice.curve is None
    assert (
        choice.reason == "0 of 30 clients left in the data; it takes 5 to say how long clients stay"
    )
    nobody = choose_curve(frame.iloc[:0], UNTIL, gap_days=0, page=ValuePage())
    assert nobody.reason == "no client has been seen from a known first day on"


def test_with_too_little_to_hold_out_the_simplest_curve_is_used_and_said() -> None:
    frame = many(count=16, rate=0.05)
    choice = choose_curve(frame, UNTIL, gap_days=0, page=ValuePage())
    assert choice.curve is not None
    assert choice.curve.name == SAME_RATE
    assert choice.models.empty
    assert "to compare ways to foretell" in (choice.unchosen or "")
