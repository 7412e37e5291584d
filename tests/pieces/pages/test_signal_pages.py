"""What the page Wake-up calls says."""

from __future__ import annotations

import datetime as dt

import pytest

from portfolio_lib.analyses.signals import Signals
from portfolio_lib.pieces.pages import signal_words as said
from portfolio_lib.pieces.pages import signals as page
from portfolio_lib.pieces.piece import Piece
from tests.analyses.months_of_revenue import Sold, settings, signals_of, steady
from tests.analyses.test_signals import NEXT, SIX, fallen
from tests.pieces.pages.whole import HOSTILE, check

ALL = (page.cards, page.calls, page.falls, page.plan, page.goals, page.replay)
AIMS = {
    "plan": {"2026": 9_000.0},
    "goals": {"average_ticket": 90.0, "mix_by": "industry", "mix": {"Retail": 0.5}},
}
ODD: dict[str, list[Sold]] = {
    "nobody": [],
    "one sale": [Sold("a", 0, 5.0)],
    "three clients": steady(["a", "b", "c"]),
    "all in one month": [Sold(one, 0, 50.0) for one in SIX],
    "everyone left": [s for s in steady(SIX) if s.months_ago > 4],
    "credits alone": [Sold("a", ago, -5.0, 0) for ago in range(40)],
    "no offering": steady(SIX, offering=None),
    "falling": [*fallen(SIX, 2, 0.2), *fallen(NEXT, 7, 0.5)],
}


def every_piece(found: Signals) -> list[Piece]:
    return [show(found) for show in ALL]


@pytest.mark.parametrize("name", ODD)
def test_whatever_was_sold_makes_a_whole_page(name: str) -> None:
    check(every_piece(signals_of(ODD[name], settings(AIMS))))


def test_hostile_names_are_text_and_two_runs_give_the_same_bytes() -> None:
    ids = [*SIX, *NEXT]
    names = {one: HOSTILE[place % len(HOSTILE)] for place, one in enumerate(ids)}
    given = {"managers": names, "industry": names, "name": names}
    sold = [*fallen(SIX, 2, 0.2), *steady(NEXT)]
    first = every_piece(signals_of(sold, **given))
    again = every_piece(signals_of(list(reversed(sold)), **given))
    assert [piece.html for piece in first] == [piece.html for piece in again]
    check(first)


class TestHeadlines:
    def test_calls(self) -> None:
        assert said.calls_headline(signals_of(steady(SIX))) == (
            "Revenue is in line with what was expected; nothing rings"
        )
        assert said.calls_headline(signals_of([])) == "Nothing can be watched yet"
        new = said.calls_headline(signals_of(fallen(SIX, 2, 0.3)))
        assert new == "3 new wake-up calls; at most 0.5 would ring by chance"
        old = said.calls_headline(signals_of(fallen(SIX, 6, 0.3)))
        assert old == "No new wake-up call; 3 earlier ones are still open"

    def test_falls(self) -> None:
        # Three months of 100: a and b stay, c leaves; a year before all three bought.
        sold = [Sold(one, ago, 100.0) for one in "abc" for ago in range(40)]
        left = [s for s in sold if s.account != "c" or s.months_ago > 2]
        assert said.parts_headline(signals_of(left)) == (
            "Revenue fell by £300 on the year before; clients lost took £300"
        )
        assert said.parts_headline(signals_of(sold)) == "Revenue is in line with the year before"
        more = [*sold, *(Sold("d", ago, 50.0) for ago in range(3))]
        assert said.parts_headline(signals_of(more)) == "Revenue rose by £150 on the year before"
        assert said.parts_headline(signals_of([])) == "There is nothing to compare revenue with"

    def test_plan(self) -> None:
        sold = [Sold("a", ago, 100.0) for ago in range(30)]
        planned = signals_of(sold, settings({"plan": {"2026": 1_800.0}}))
        assert said.plan_headline(planned) == "Revenue of £900 is £450 below plan"
        assert said.plan_headline(signals_of(sold)) == (
            "Revenue of £1.2k is in line with the year before; no plan is given"
        )
        assert said.plan_headline(signals_of([])) == (
            "There is no plan and no year before to compare with"
        )

    def test_goals(self) -> None:
        assert said.goals_headline(signals_of(steady(SIX))) == (
            "No goals are set for the portfolio"
        )
        aims = settings({"goals": {"average_ticket": 50.0}}, targets={"active_accounts": 9})
        assert said.goals_headline(signals_of(steady(SIX), aims)) == (
            "1 of 2 portfolio goals is met"
        )

    def test_replay(self) -> None:
        assert said.replay_headline(signals_of([])) == "Earlier calls cannot be replayed yet"
        assert said.replay_headline(signals_of(steady(SIX))) == (
            "The same rule would have raised no earlier call"
        )
        assert said.replay_headline(signals_of(fallen(SIX, 6, 0.3))) == (
            "3 of 3 earlier calls were borne out"
        )


def test_a_month_that_is_not_over_is_said_to_be_left_out() -> None:
    found = signals_of(steady(SIX), settings(as_of=dt.date(2026, 9, 9)))
    told = "September 2026 is not over; it is left out and rings nothing."
    assert told in page.calls(found).text + page.calls(found).html
    assert told in page.plan(found).html


def test_managers_of_now_and_the_unwatched_are_named_under_the_calls() -> None:
    sold = [*fallen(SIX, 2, 0.3), *steady(["few"], offering="Rare")]
    html = page.calls(signals_of(sold)).html
    assert "recorded now" in html
    assert "Rare" in html


def test_long_lists_say_how_much_they_leave_out() -> None:
    found = signals_of(ODD["falling"], settings({"calls_shown": 1}))
    assert len(found.calls) > 1
    assert f"1 of {len(found.calls)}; all are in the workbook." in page.calls(found).html
