"""Renewal rates: what became of the value due, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.renewal_rates import renewal_rates
from portfolio_lib.analyses.terms_due import terms_on
from portfolio_lib.parameters.renewal_models import RenewalsPage
from tests.analyses.agreements import Term, ago, renewed, term_ends
from tests.analyses.portfolios import AS_OF

PAGE = RenewalsPage(resamples=200)
FOUR = [
    renewed(Term("in time", "a", ago(40)), ago(50)),
    renewed(Term("late", "b", ago(40)), ago(30), 80),
    Term("open", "c", ago(10)),
    Term("lost", "d", ago(40)),
]


def rates(terms: list[Term]) -> pd.Series:
    ended = terms_on(term_ends(terms), AS_OF, PAGE)
    return renewal_rates({"all": ended}, PAGE, seed=1).iloc[0]


def test_value_due_is_renewed_late_smaller_open_or_lost() -> None:
    row = rates(FOUR)
    # 400 due: 100 in time, 80 late and 20 of that term gone, 100 in its grace, 100 lost
    parts = ["on_time", "renewed_late", "smaller", "open", "lost"]
    assert row[parts].tolist() == [100.0, 80.0, 20.0, 100.0, 100.0]
    assert row["rate"] == 0.45  # (100 + 80) ÷ 400
    assert row["logo_rate"] == 0.5  # two of four clients


def test_few_clients_get_no_interval_and_are_marked() -> None:
    row = rates(FOUR)
    assert row["is_small"]
    assert np.isnan(row["rate_low"])
    assert np.isnan(row["logo_low"])


def test_many_clients_get_an_interval_around_the_rate() -> None:
    terms = [
        renewed(Term(f"t{n}", f"a{n}", ago(40), 50.0 + n), ago(50)) if n % 5 else
        Term(f"t{n}", f"a{n}", ago(40), 50.0 + n)
        for n in range(40)
    ]  # fmt: skip
    row = rates(terms)
    assert not row["is_small"]
    assert 0.6 < row["rate_low"] < row["rate"] < row["rate_high"] <= 1
    assert row["logo_low"] < 0.8 < row["logo_high"]


def test_nothing_due_is_no_rate() -> None:
    ended = terms_on(term_ends(FOUR), AS_OF, PAGE).head(0)
    row = renewal_rates({"none": ended}, PAGE, seed=1).iloc[0]
    assert (row["terms"], row["due"]) == (0, 0.0)
    assert np.isnan(row["rate"])
    assert np.isnan(row["logo_rate"])


money = st.integers(0, 10_000).map(float)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 400), money, st.none() | st.integers(-60, 60), money),
                max_size=12))  # fmt: skip
def test_what_became_of_the_value_adds_up_to_what_was_due(
    rows: list[tuple[int, float, int | None, float]],
) -> None:
    terms = [
        Term(f"t{n}", f"a{n % 4}", ago(end), value)
        if late is None
        else renewed(Term(f"t{n}", f"a{n % 4}", ago(end), value), ago(end - late), worth)
        for n, (end, value, late, worth) in enumerate(rows)
    ]
    row = rates(terms)
    parts = row[["on_time", "renewed_late", "smaller", "open", "lost"]].sum()
    assert parts == pytest.approx(row["due"])
    if row["due"] > 0:
        assert 0 <= row["rate"] <= 1
