"""A fall taken apart: by hand, and to the last digit whatever comes in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.drop_parts import (
    Windows,
    all_parts,
    in_years,
    often_less,
    take_apart,
    windows_to_compare,
)

TWO = Windows(range(1, 2), range(2, 3))


def apart(*rows: tuple[int, int, int], purchases: tuple[tuple[int, int, int], ...] | None = None):
    often = purchases or tuple(tuple(int(value > 0) for value in row) for row in rows)
    return take_apart(np.array(rows, dtype="int64"), np.array(often, dtype="int64"), TWO)


def test_each_part_by_hand() -> None:
    parts = apart(
        (50, 40, 0),  # lost: 40
        (0, 30, 10),  # new before, 30; kept: 10 won since
        (0, 0, 25),  # new now
        (60, 0, 5),  # back: 5 won since
        (10, 100, 60),  # buys less often: 4 × 25 before, 3 × 20 now
        purchases=((1, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 4, 3)),
    )
    assert (parts.before, parts.now, parts.drop) == (170, 100, 70)
    assert parts.lost == 40
    assert parts.new == 30 - 25
    assert parts.won_since == -15
    # (4 - 3) × (25 + 20) ÷ 2 = 22.5, to the even 22; the ticket has the rest of 40
    assert (parts.frequency, parts.ticket) == (22, 18)
    assert (parts.lost_accounts, parts.new_accounts, parts.new_accounts_before) == (1, 1, 1)


def test_fewer_new_clients_are_a_fall_although_nobody_left() -> None:
    parts = apart((10, 10, 10), (0, 20, 0))
    assert (parts.drop, parts.new, parts.lost) == (20, 20, 0)


def test_the_same_price_for_fewer_orders_is_frequency_alone() -> None:
    assert often_less(1000, 400, 10, 4) == 600
    assert often_less(1000, 400, 5, 5) == 0
    assert often_less(1000, 400, 0, 5) == 0


def test_the_window_a_year_before_comes_first() -> None:
    found = windows_to_compare(18, 3)
    assert found == Windows(range(3, 6), range(15, 18))
    assert in_years(found)
    short = windows_to_compare(17, 3)  # a year before, nothing lies before the window
    assert short == Windows(range(11, 14), range(14, 17))
    assert not in_years(short)
    assert windows_to_compare(9, 3) == Windows(range(3, 6), range(6, 9))
    assert windows_to_compare(8, 3) is None


def test_windows_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="are not two windows in order"):
        Windows(range(3, 6), range(5, 8))


whole = st.integers(-(10**13), 10**13)
account = st.tuples(st.tuples(*[whole] * 6), st.tuples(*[st.integers(-2, 90)] * 6))


@settings(max_examples=150, deadline=None)
@given(st.lists(account, max_size=12))
def test_the_parts_always_add_up_to_the_fall(rows) -> None:
    revenue = np.array([row for row, _ in rows], dtype="int64").reshape(len(rows), 6)
    purchases = np.array([row for _, row in rows], dtype="int64").reshape(len(rows), 6)
    parts = take_apart(revenue, purchases, Windows(range(2, 4), range(4, 6)))
    assert sum(size for _, size in all_parts(parts)) == parts.drop == parts.before - parts.now
    backwards = take_apart(revenue[::-1], purchases[::-1], Windows(range(2, 4), range(4, 6)))
    assert backwards == parts
