"""Ranks, shares and parents."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.shares import (
    herfindahl,
    part_size,
    share_of_total,
    top_share,
    ultimate_parents,
)

amounts = st.lists(
    st.integers(-1_000_000, 1_000_000).map(lambda pence: pence / 100), min_size=1, max_size=40
)


def test_the_herfindahl_index_is_the_sum_of_squared_shares() -> None:
    # 0.5² + 0.3² + 0.2² = 0.25 + 0.09 + 0.04 = 0.38
    assert herfindahl(pd.Series([50.0, 30.0, 20.0])) == pytest.approx(0.38)


def test_equal_clients_have_the_smallest_index_and_one_alone_the_largest() -> None:
    assert herfindahl(pd.Series([7.0] * 8)) == pytest.approx(1 / 8)
    assert herfindahl(pd.Series([7.0])) == 1.0


def test_without_positive_revenue_there_is_no_share_and_no_index() -> None:
    nothing = pd.Series([-5.0, 0.0])
    assert herfindahl(nothing) is None
    assert top_share(nothing, 1) is None
    assert share_of_total(nothing).tolist() == [0.0, 0.0]


def test_a_part_of_clients_is_rounded_down_but_never_nobody() -> None:
    assert [part_size(n, 0.1) for n in (0, 1, 9, 10, 19, 20)] == [0, 1, 1, 1, 1, 2]
    # 0.29 × 100 is 28.999999999999996 in binary; it means 29.
    assert part_size(100, 0.29) == 29


@given(amounts)
def test_shares_add_up_to_one_or_to_nothing(values: list[float]) -> None:
    whole = float(share_of_total(pd.Series(values)).sum())
    assert whole == pytest.approx(1.0 if max(values) > 0 else 0.0)


@given(amounts)
def test_the_index_lies_between_one_in_n_and_one(values: list[float]) -> None:
    revenue = pd.Series(values)
    index = herfindahl(revenue)
    earning = int((revenue > 0).sum())
    if index is None:
        assert earning == 0
    else:
        assert 1 / earning - 1e-9 <= index <= 1 + 1e-9


@given(amounts, st.integers(0, 45))
def test_one_more_client_never_has_a_smaller_share(values: list[float], size: int) -> None:
    revenue = pd.Series(values)
    fewer, more = top_share(revenue, size), top_share(revenue, size + 1)
    if fewer is not None:
        assert more is not None
        assert fewer <= more + 1e-12 <= 1 + 2e-12


def parents(**parent_of: str | None) -> dict[str, str]:
    frame = pd.DataFrame(
        {"account_id": list(parent_of), "parent_account_id": list(parent_of.values())},
        dtype="object",
    )
    return ultimate_parents(frame).to_dict()


def test_a_chain_of_parents_ends_at_the_top() -> None:
    assert parents(a="b", b="c", c=None) == {"a": "c", "b": "c", "c": "c"}


def test_parents_in_a_circle_are_one_company_named_by_its_smallest_id() -> None:
    assert parents(z="y", y="x", x="z", w="z") == dict.fromkeys("zyxw", "x")


def test_an_account_that_is_its_own_parent_stands_alone() -> None:
    assert parents(a="a", b="") == {"a": "a", "b": "b"}


def test_a_parent_that_is_no_account_still_joins_its_daughters() -> None:
    assert parents(a="holding", b=" holding ") == {"a": "holding", "b": "holding"}


def test_accounts_without_a_parent_column_are_their_own_parents() -> None:
    assert ultimate_parents(pd.DataFrame({"account_id": ["a"]})).to_dict() == {"a": "a"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), min_size=1))
def test_account_and_parent_always_share_a_top_and_a_top_is_its_own_top(
    links: dict[str, str],
) -> None:
    tops = parents(**{**dict.fromkeys("abcdefgh"), **links})
    for child, parent in links.items():
        assert tops[child] == tops[parent]
    assert all(tops[top] == top for top in tops.values())
