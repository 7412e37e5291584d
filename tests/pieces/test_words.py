"""Numbers, days and names as a reader sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.pieces import piece, words
from tests.pieces.hostile import NAMES, UNCARRIED, any_text

ABSENT = (None, float("nan"), float("inf"), pd.NaT, pd.NA, Decimal("NaN"))
FORMS = (
    lambda value: words.money(value, "GBP"),
    lambda value: words.money_exact(value, "GBP", 2),
    words.percent,
    words.points,
    words.count,
    words.ratio,
    words.days,
    lambda value: words.amount(value, "share"),
)
amounts = st.floats(-1e12, 1e12)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "£0"),
        (0.005, "£0.01"),  # half up
        (999.4, "£999"),
        (999.999, "£1.0k"),  # 1,000.00 after rounding: the next step up
        (950, "£950"),  # not £1.0k, which would be 5% too much
        (9_949, "£9.9k"),
        (9_950, "£10k"),  # 9.95 → 10.0, so no decimal
        (950_000, "£950k"),
        (999_499, "£999k"),
        (999_500, "£1.0m"),  # 999.5k → 1,000k → £1.0m
        (1_250_000, "£1.3m"),  # half up: 1.25 → 1.3
        (-1_250_000, "−£1.3m"),  # away from zero
        (2_345_678_901, "£2.3bn"),
    ],
)
def test_an_amount_is_rounded_half_up_and_moves_up_a_step_where_it_must(
    amount: float, said: str
) -> None:
    assert words.money(amount, "GBP") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.005, "1%"), (0.1449, "14%"), (-0.005, "−1%"), (-0.004, "0%"), (0.285, "29%")],
)
def test_a_share_is_rounded_on_the_digits_a_reader_would_write(share: float, said: str) -> None:
    # 0.285 × 100 is 28.499999999999996 in floats; on its digits it is 28.5, hence 29.
    assert words.percent(share) == said


@pytest.mark.parametrize("absent", ABSENT, ids=repr)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_absent_is_a_sentence_and_never_a_zero(form, absent) -> None:
    assert form(absent) == "not computable"


def test_a_change_from_nothing_has_no_size() -> None:
    assert words.change(5, 0) == "not computable"
    assert words.change(5, -2) == "not computable"
    assert words.share_change(None, 0.5) == "not computable"


def test_a_figure_without_a_value_says_so() -> None:
    figure = not_computable("p.s", "Satisfaction", "score", "Mean.", reason="no survey")
    assert words.figure_value(figure) == "not computable"
    assert words.figure_value(Figure("p.t", "Tier", "Tier 1", "text", "…")) == "Tier 1"


def test_days_are_read_from_dates_timestamps_and_text() -> None:
    for value in (dt.date(2026, 9, 30), pd.Timestamp("2026-09-30 23:59"), "2026-09-30T00:00"):
        assert words.day(value) == "30 September 2026"
        assert words.day(value, short=True) == "30 Sep 2026"


@given(amounts, st.sampled_from(["GBP", "USD", "XYZ"]))
def test_an_amount_differs_from_its_opposite_by_the_sign_alone(amount: float, code: str) -> None:
    plus, minus = words.money(abs(amount), code), words.money(-abs(amount), code)
    assert minus in (f"−{plus}", words.money(0, code))
    assert "e" not in plus


@given(amounts)
def test_an_amount_in_a_sentence_is_within_a_twentieth_of_itself(amount: float) -> None:
    # Two digits are the fewest: £1.0k to £1.1k, half a step of 0.05 on 1.0.
    said = words.money(amount, "GBP").replace("−", "-").replace("£", "").replace(",", "")
    step = {"k": 1e3, "m": 1e6, "bn": 1e9}.get(said.lstrip("-0123456789."), 1.0)
    read = float(said.rstrip("kmbn")) * step
    assert abs(read - amount) <= max(0.05 * abs(amount), 0.0051)


@given(any_text, st.integers(2, 60))
def test_a_name_is_one_line_of_the_length_asked_that_every_file_can_carry(
    value: str, longest: int
) -> None:
    said = words.name(value, longest)
    assert len(said) <= longest + 2  # the two isolates of text that runs right to left
    assert "\n" not in said
    assert "\t" not in said
    assert said == piece.visible(said)
    said.encode("utf-8")
    assert said == words.name(value, longest)


@pytest.mark.parametrize("value", UNCARRIED, ids=ascii)
def test_a_character_that_no_page_can_carry_becomes_a_visible_mark(value: str) -> None:
    assert words.name(value) == "Cal\ufffdder"


@pytest.mark.parametrize("value", [None, "", "  \n", float("nan"), pd.NA], ids=repr)
def test_nothing_is_called_unnamed(value: object) -> None:
    assert words.name(value) == "unnamed"


def test_a_client_called_none_keeps_its_name() -> None:
    assert [words.name(value) for value in ("None", "nan")] == ["None", "nan"]


@pytest.mark.parametrize("value", [n for n in NAMES if words.runs_right_to_left(n)], ids=ascii)
def test_text_that_could_turn_the_line_is_isolated(value: str) -> None:
    assert words.name(value)[0] == "\u2068"
    assert words.name(value)[-1] == "\u2069"
