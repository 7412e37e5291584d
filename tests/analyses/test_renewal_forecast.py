"""Forecasts: from what was known on their day, and held against what happened."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from portfolio_lib.analyses.renewal_forecast import (
    KnownTerms,
    checked_forecasts,
    forecast,
    quarter_after,
)
from tests.analyses.agreements import Term, renewed, settings, term_ends
from tests.analyses.portfolios import AS_OF

ENDS = [quarter_after(AS_OF, back) for back in range(-11, 5)]


def history(lost_of: int = 4, clients: int = 24) -> list[Term]:
    """Every client has a term of 100 ending each quarter; each quarter one in `lost_of` is lost.

    A term that is renewed is renewed ten days before it ends.
    """
    terms = []
    for place, end in enumerate(ENDS):
        for client in range(clients):
            last = end - dt.timedelta(days=15)
            name = f"a{client:02d}"
            term = Term(f"{name}-{end}", name, last.isoformat(), agreed="2020-01-01")
            agreed = (last - dt.timedelta(days=10)).isoformat()
            is_kept = (client + place) % lost_of != 0
            terms.append(renewed(term, agreed) if is_kept and last < AS_OF else term)
    return terms


def made(terms: list[Term], day: dt.date = AS_OF, quarters: int = 1) -> pd.DataFrame:
    return forecast(KnownTerms(term_ends(terms), settings()), day, quarters)


def test_what_is_likely_is_what_clients_renewed_before() -> None:
    rows = made(history(), quarters=2)
    assert rows["due"].tolist() == [2400.0, 2400.0]
    # three in four were renewed in every quarter: 1,800 of 2,400
    assert rows["likely"].tolist() == pytest.approx([1800.0, 1800.0])
    assert (rows["low"] < 1800).all()
    assert (rows["high"] > 1800).all()
    assert (rows["high"] <= 2400).all()


def test_what_is_agreed_is_certain_and_what_is_under_notice_is_lost() -> None:
    end = (ENDS[12] - dt.timedelta(days=15)).isoformat()  # in the quarter ahead
    terms = [
        *history(),
        renewed(Term("agreed", "b", end, 50.0, agreed="2020-01-01"), "2026-09-01", 40.0),
        Term("notice", "c", end, 70.0, agreed="2020-01-01", notice="2026-09-01"),
    ]
    row = made(terms).iloc[0]
    assert (row["due"], row["renewed"], row["notice"], row["open"]) == (2520, 40, 70, 2400)
    # 40 agreed and three quarters of 2,400; the new clients move a few others to the next tier
    assert row["likely"] == pytest.approx(1840.0, abs=10)


def test_tiers_of_the_forecast_follow_the_policy() -> None:
    values = {"a": 50.0, "b": 30.0, "c": 15.0, "d": 5.0}
    terms = [
        Term(one, one, "2027-03-31", value, agreed="2020-01-01") for one, value in values.items()
    ]

    def tiers(policy: str) -> str:
        of = settings(policies={"tiers": {"policy": policy}})
        return "".join(KnownTerms(term_ends(terms), of).sizes_on(AS_OF).reindex(sorted(values)))

    # Of 100: b starts at 50. Of four accounts by rank: 20 % and 30 % end at 0.8 and 2.
    assert tiers("cumulative_revenue") == "1333"
    assert tiers("account_rank") == "1233"
    assert tiers("given") == "1333"  # not dated, so value stands in


def test_too_little_history_is_no_forecast() -> None:
    row = made([Term("t", "a", "2026-12-01", agreed="2026-01-01")]).iloc[0]
    assert row["due"] == 100.0
    assert row[["low", "likely", "high"]].isna().all()


def test_earlier_forecasts_are_those_that_would_have_been_made() -> None:
    terms = history()
    known = KnownTerms(term_ends(terms), settings(renewals={"forecasts_checked": 2}))
    checked = checked_forecasts(known)
    assert checked["happened"].tolist() == [1800.0, 1800.0]
    assert checked["error"].tolist() == pytest.approx([0.0, 0.0])
    assert checked["is_inside"].all()


@pytest.mark.parametrize("quarters_ago", [1, 3])
def test_nothing_that_came_later_changes_a_forecast(quarters_ago: int) -> None:
    day = quarter_after(AS_OF, -quarters_ago)
    before = made(history(), day)
    later = [
        Term(term.id, term.account, term.end, agreed=term.agreed)
        if term.next_agreed and dt.date.fromisoformat(term.next_agreed) > day
        else term
        for term in history()
    ]
    assert any(a != b for a, b in zip(later, history(), strict=True))
    pd.testing.assert_frame_equal(before, made(later, day))


def test_the_order_of_rows_changes_nothing() -> None:
    pd.testing.assert_frame_equal(made(history()), made(list(reversed(history()))))


def test_a_forecast_that_was_wrong_is_said_to_be_off() -> None:
    """In the last quarter nobody renewed: 1,800 were likely, nothing happened: off by 75 %."""
    terms = [
        Term(term.id, term.account, term.end, agreed=term.agreed)
        if ENDS[10] < dt.date.fromisoformat(term.end) <= ENDS[11]
        else term
        for term in history()
    ]
    last = checked_forecasts(KnownTerms(term_ends(terms), settings())).iloc[-1]
    assert last["error"] == pytest.approx(0.75)
    assert not last["is_inside"]
