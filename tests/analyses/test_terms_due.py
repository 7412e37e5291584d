"""Terms as they stood on a day, and what a loss over years is in one."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.terms_due import by_length, terms_on, yearly_loss, yearly_rate
from portfolio_lib.parameters.renewal_models import RenewalsPage
from tests.analyses.agreements import Term, ago, renewed, term_ends
from tests.analyses.portfolios import AS_OF

PAGE = RenewalsPage()


def on(terms: list[Term], day: dt.date = AS_OF, page: RenewalsPage = PAGE) -> pd.DataFrame:
    return terms_on(term_ends(terms), day, page).set_index("contract_id")


STATES = {
    "in time": (renewed(Term("t", "a", ago(40)), ago(50)), "renewed"),
    "on its last day": (renewed(Term("t", "a", ago(40)), ago(40)), "renewed"),
    "late": (renewed(Term("t", "a", ago(40)), ago(39)), "renewed late"),
    "on the last day of grace": (renewed(Term("t", "a", ago(40)), ago(10)), "renewed late"),
    "after the grace": (renewed(Term("t", "a", ago(40)), ago(9)), "lost"),
    "over, grace runs": (Term("t", "a", ago(30)), "late"),
    "ends today": (Term("t", "a", ago(0)), "late"),
    "over, grace is over": (Term("t", "a", ago(31)), "lost"),
    "over after notice": (Term("t", "a", ago(3), notice=ago(60)), "lost"),
    "ahead": (Term("t", "a", "2026-10-01"), "open"),
    "ahead after notice": (Term("t", "a", "2026-10-01", notice=ago(1)), "notice given"),
    "ahead and renewed": (renewed(Term("t", "a", "2026-10-01"), ago(1)), "renewed"),
    "ahead, renewed after notice": (
        renewed(Term("t", "a", "2026-10-01", notice=ago(9)), ago(1)),
        "renewed",
    ),
}


@pytest.mark.parametrize("case", STATES)
def test_a_term_is_in_the_state_it_was_known_in(case: str) -> None:
    term, state = STATES[case]
    # another term that names its successor, so that naming is how this unit recognises renewals
    other = renewed(Term("other", "b", ago(200)), ago(210))
    assert on([term, other]).loc["t", "state"] == state


def test_an_earlier_day_knows_nothing_of_what_came_later() -> None:
    term = renewed(Term("t", "a", ago(40), notice=ago(45)), ago(42))
    states = {
        days: on([term], AS_OF - dt.timedelta(days=days)).loc["t", "state"]
        for days in (50, 45, 43, 42)
    }
    assert states == {50: "open", 45: "notice given", 43: "notice given", 42: "renewed"}


def test_what_is_kept_is_the_smaller_of_renewed_and_due() -> None:
    rows = on([
        renewed(Term("up", "a", ago(40)), ago(50), 130),
        renewed(Term("down", "a", ago(40)), ago(50), 70),
        Term("gone", "a", ago(40)),
    ])  # fmt: skip
    assert rows["kept_value"].to_dict() == {"up": 100.0, "down": 70.0, "gone": 0.0}


def test_a_successor_of_two_terms_is_split_by_what_was_due() -> None:
    two = [
        Term(name, "a", ago(40), value, next_id="both", next_agreed=ago(50), next_value=200.0)
        for name, value in (("small", 100.0), ("large", 300.0))
    ]
    # 200 for 400 due: a quarter of it for the small one, three quarters for the large
    assert on(two)["kept_value"].to_dict() == {"large": 150.0, "small": 50.0}


def test_without_named_successors_the_following_term_counts_within_the_grace() -> None:
    soon = ("f", ago(35), ago(20), 90.0)
    far = ("g", ago(35), ago(9), 90.0)  # starts 31 days after the end
    rows = on([Term("t", "a", ago(40), follower=soon), Term("u", "b", ago(40), follower=far)])
    assert rows["state"].to_dict() == {"t": "renewed late", "u": "lost"}
    named = on([Term("t", "a", ago(40), follower=soon)], page=RenewalsPage(successors="named"))
    assert named.loc["t", "state"] == "lost"


def test_the_notice_day_lies_so_many_days_before_the_end() -> None:
    rows = on([Term("t", "a", "2026-12-31", notice_days=90), Term("u", "a", "2026-12-31")])
    assert rows.loc["t", "notice_day"] == pd.Timestamp("2026-10-02")
    assert pd.isna(rows.loc["u", "notice_day"])


def test_a_loss_of_27_percent_over_three_years_is_10_percent_a_year() -> None:
    assert yearly_loss(0.27, 3) == pytest.approx(0.10, abs=5e-4)  # 0.9³ = 0.729


def test_three_year_terms_are_taken_to_one_year() -> None:
    terms = [
        renewed(Term("kept", "a", ago(40), 73.0, months=36), ago(50)),
        Term("lost", "b", ago(40), 27.0, months=36),
    ]
    lengths = by_length(on(terms).reset_index())
    assert lengths["rate"].tolist() == [0.73]
    assert yearly_rate(lengths) == pytest.approx(0.90, abs=5e-4)


def test_lengths_are_weighted_by_the_value_under_them() -> None:
    lengths = pd.DataFrame({"months": [12, 36], "due": [300.0, 100.0], "yearly_rate": [0.8, 0.9]})
    # 300 a year and 3 × 100 stand under contract, so that both count alike: 0.85
    assert yearly_rate(lengths) == pytest.approx(0.85)
    assert yearly_rate(lengths.head(0)) is None


@given(st.floats(0, 1), st.integers(1, 10))
def test_losing_the_yearly_part_every_year_comes_to_the_whole(lost: float, years: int) -> None:
    yearly = yearly_loss(lost, years)
    assert 0 <= yearly <= lost + 1e-12
    assert 1 - (1 - yearly) ** years == pytest.approx(lost, abs=1e-9)
