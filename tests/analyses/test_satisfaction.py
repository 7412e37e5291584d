"""Satisfaction, CSAT and NPS by hand, with intervals, groups, quarters and unhappy clients."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from portfolio_lib.analyses.answer_scores import (
    ADDED,
    ADDED_SQUARES,
    Estimate,
    differ,
    mean_rating,
    net_promoter,
    share_of,
)
from portfolio_lib.analyses.answers import latest_of_each_person, most_senior, read_answers
from portfolio_lib.parameters.service_models import SatisfactionPage
from tests.analyses.services import Answer, contacts, satisfaction_of, settings, surveys


def value(found: object, key: str) -> object:
    return found.figures[f"satisfaction.{key}"].value


class TestMeasures:
    def test_csat_is_the_share_of_answers_of_4_or_5(self) -> None:
        # 74 of 107: 69 %.
        scores = [4.0] * 40 + [5.0] * 34 + [1.0] * 13 + [2.0] * 10 + [3.0] * 10
        found = satisfaction_of([Answer("a", s, "CSAT", scale=5.0) for s in scores])
        figure = found.figures["satisfaction.csat"]
        assert (figure.value, figure.n) == (pytest.approx(74 / 107), 107)
        assert f"{figure.value:.0%}" == "69%"
        # Wilson, 90 %, z² = 2.70554: (74 + 1.35277) ÷ 109.70554 = 0.68686, reach 0.07268.
        low, high = figure.interval
        assert (low, high) == pytest.approx((0.61418, 0.75954), abs=1e-5)

    def test_csat_on_another_scale_takes_the_same_share_of_it(self) -> None:
        ten = [Answer("a", s, "CSAT", scale=10.0) for s in (8.0, 7.9, 10.0)]
        assert value(satisfaction_of(ten), "csat") == pytest.approx(2 / 3)

    def test_nps_and_its_variance_by_hand(self) -> None:
        # 5 promoters, 3 passives, 2 detractors of 10: 0.5 − 0.2 = 0.3; [0.7 − 0.09] ÷ 10 = 0.061.
        scores = [10, 10, 9, 9, 9, 8, 7, 7, 6, 0]
        found = satisfaction_of([Answer("a", float(s)) for s in scores])
        assert value(found, "nps") == pytest.approx(0.3)
        assert value(found, "nps_variance") == pytest.approx(0.061)
        assert (value(found, "promoters"), value(found, "detractors")) == (0.5, 0.2)
        # Adjusted: 3 ÷ 13 = 0.23077; (7 + 1.5) ÷ 13 − 0.23077² = 0.60059; √(that ÷ 13) = 0.21494.
        reach = 1.6448536 * 0.2149402
        assert found.figures["satisfaction.nps"].interval == pytest.approx(
            (3 / 13 - reach, 3 / 13 + reach), abs=1e-5
        )

    def test_answers_that_all_agree_are_still_uncertain(self) -> None:
        found = net_promoter(pd.Series([1.0] * 4), 0.9)
        assert (found.value, found.variance, found.high) == (1.0, 0.0, pytest.approx(1, abs=0.06))
        assert found.low < 0.5

    def test_three_roll_ups_differ_when_one_client_answers_for_many(self) -> None:
        # a: nine promoters of one client; b: one detractor; c: its end user 10, its buyer 3.
        answers = [Answer("a", 10.0, contact=f"a{n}") for n in range(9)]
        answers += [Answer("b", 2.0, contact="b0")]
        answers += [Answer("c", 10.0, contact="c0"), Answer("c", 3.0, contact="c1")]
        people = contacts(
            *((f"a{n}", "end user", 1.0) for n in range(9)),
            ("b0", "champion", 3.0),
            ("c0", "end user", 5.0),
            ("c1", "economic buyer", 1.0),
        )
        found = satisfaction_of(answers, people=people)
        assert value(found, "nps") == pytest.approx((10 - 2) / 12)
        assert value(found, "nps_per_account") == pytest.approx((1 - 1 + 0) / 3)
        assert value(found, "nps_senior") == pytest.approx((1 - 1 - 1) / 3)

    def test_satisfaction_is_a_mean_of_0_to_10_and_lets_answers_of_a_client_be_alike(self) -> None:
        answers = [Answer("a", 8.0, "satisfaction"), Answer("a", 10.0, "satisfaction")]
        answers += [Answer("b", 3.0, "satisfaction", scale=5.0)]
        found = satisfaction_of(answers)
        figure = found.figures["satisfaction.rating"]
        assert (figure.value, figure.target) == (8.0, 8.5)
        # Residuals by client: a 0 + 2, b −2; error √(2 ÷ 1 × 8) ÷ 3 = 4 ÷ 3; t(0.95; 1) 6.3138.
        assert figure.interval == pytest.approx((0.0, 10.0))
        assert mean_rating(
            pd.Series([8.0, 10.0, 6.0]), pd.Series(["a", "a", "b"]), 0.9, 100.0
        ).high == pytest.approx(8 + 6.31375 * 4 / 3, abs=1e-4)
        assert value(found, "rating_per_account") == pytest.approx((9 + 6) / 2)

    def test_one_client_alone_has_no_interval(self) -> None:
        found = satisfaction_of([Answer("a", 8.0, "satisfaction")] * 3)
        figure = found.figures["satisfaction.rating"]
        assert (figure.interval, figure.interval_method) == (None, None)

    @pytest.mark.parametrize(("p", "d", "n"), [(0.5, 0.2, 20), (0.3, 0.3, 50), (0.8, 0.05, 60)])
    def test_intervals_of_nps_hold_the_truth_as_often_as_they_say(
        self, p: float, d: float, n: int
    ) -> None:
        draws = np.random.default_rng(7).multinomial(n, [p, 1 - p - d, d], 4_000)
        middle = (draws[:, 0] - draws[:, 2]) / (n + ADDED)
        squares = (draws[:, 0] + draws[:, 2] + ADDED_SQUARES) / (n + ADDED)
        reach = 1.6448536 * np.sqrt((squares - middle**2) / (n + ADDED))
        held = np.mean(np.abs(middle - (p - d)) <= reach)
        assert 0.87 < held < 0.93
        first = draws[0]
        values = pd.Series([1.0] * first[0] + [0.0] * first[1] + [-1.0] * first[2])
        assert net_promoter(values, 0.9).low == pytest.approx(middle[0] - reach[0], abs=1e-6)

    def test_a_difference_is_told_as_newcombe_does(self) -> None:
        # 56 of 70 and 48 of 80 (Newcombe 1998): 95 % interval of the difference 0.0524 to 0.3339.
        one, other = share_of(56, 70, 0.95), share_of(48, 80, 0.95)
        gap = math.hypot(one.value - one.low, other.high - other.value)
        assert one.value - other.value - gap == pytest.approx(0.0524, abs=1e-4)
        assert differ(one, other)
        assert not differ(one, Estimate(math.nan))


class TestReading:
    def test_answers_off_their_scale_and_nps_on_another_scale_are_set_aside(self) -> None:
        answers = [
            Answer("a", 11.0),
            Answer("a", 4.0, scale=5.0),
            Answer("a", 9.0),
            Answer("a", 4.0, "CSAT", scale=None),
            Answer("a", None),
        ]
        found = satisfaction_of(answers)
        assert found.set_aside["why"].tolist() == ["above its scale", "NPS asked on another scale"]
        assert value(found, "set_aside") == 2
        assert (value(found, "nps"), value(found, "csat")) == (1.0, 1.0)

    def test_a_later_answer_never_counts(self) -> None:
        found = satisfaction_of([Answer("a", 9.0), Answer("a", 0.0, days_ago=-1)])
        assert (value(found, "nps"), found.accounts["answers"].tolist()) == (1.0, [1])

    def test_the_window_is_twelve_months_and_the_year_before_stands_beside(self) -> None:
        found = satisfaction_of(
            [Answer("a", 9.0, days_ago=364), Answer("a", 0.0, days_ago=365), Answer("b", 7.0)]
        )
        assert value(found, "nps") == pytest.approx(0.5)
        assert found.figures["satisfaction.nps"].previous == -1.0

    def test_the_most_senior_goes_by_role_then_influence_then_the_later_answer(self) -> None:
        rows = read_answers(
            surveys(
                [
                    Answer("a", 1.0, contact="u"),
                    Answer("a", 2.0, contact="x", days_ago=30),
                    Answer("a", 3.0, contact="x", days_ago=20),
                    Answer("a", 4.0, contact="y", days_ago=5),
                    Answer("b", 5.0, contact=None),
                ]
            ),
            0.8,
        )
        people = contacts(("u", None, 5.0), ("x", "champion", 4.0), ("y", "champion", 2.0))
        told = most_senior(rows, people, SatisfactionPage().seniority)
        assert told["score"].tolist() == [3.0, 5.0]

    def test_each_persons_latest_answer_counts_the_lower_on_one_day(self) -> None:
        rows = read_answers(
            surveys(
                [
                    Answer("a", 10.0, contact="x"),
                    Answer("a", 3.0, contact="x"),
                    Answer("a", 0.0, contact="x", days_ago=90),
                    Answer("a", 9.0, contact=None),
                    Answer("a", 8.0, contact=None),
                ]
            ),
            0.8,
        )
        assert sorted(latest_of_each_person(rows, "promoter")["score"]) == [3.0, 8.0, 9.0]


class TestWhoAnswers:
    def test_response_and_coverage_by_hand(self) -> None:
        # Revenue 100, 99, 98; a and b were asked, a answered twice of three times.
        answers = [Answer("a", 9.0), Answer("a", 3.0, "satisfaction"), Answer("a", None)]
        answers += [Answer("b", None)]
        found = satisfaction_of(answers, ids=["a", "b", "c"])
        assert value(found, "response_rate") == 0.5
        assert value(found, "revenue_coverage") == pytest.approx(100 / 297)
        assert value(found, "accounts_answered") == 1

    def test_without_unanswered_requests_the_response_rate_is_not_100_per_cent(self) -> None:
        figure = satisfaction_of([Answer("a", 9.0)]).figures["satisfaction.response_rate"]
        assert figure.value is None
        assert "without a score" in str(figure.reason)

    def test_unhappy_clients_are_detractors_and_low_ones_with_their_revenue(self) -> None:
        answers = [
            Answer("a", 6.0, contact="x"),
            Answer("b", 3.0, contact="y", days_ago=90),
            Answer("b", 9.0, contact="y"),
            Answer("c", 6.9, "satisfaction"),
            Answer("d", 7.0, "satisfaction"),
        ]
        found = satisfaction_of(answers)
        assert found.unhappy["account_id"].tolist() == ["a", "c"]
        assert value(found, "detractor_accounts") == 1
        assert value(found, "detractor_revenue") == 100.0
        assert value(found, "detractor_revenue_share") == pytest.approx(100 / 394)
        assert (value(found, "low_accounts"), value(found, "low_revenue")) == (1, 98.0)

    def test_groups_of_few_clients_are_too_few_to_say(self) -> None:
        good = [Answer(f"a{n}", 9.0 + n % 2, "satisfaction") for n in range(8)]
        bad = [Answer(f"b{n}", 3.0 + n % 2, "satisfaction") for n in range(8)]
        few = [Answer("c0", 1.0, "satisfaction")]
        managers = {**{a.account: "Ann" for a in good}, **{b.account: "Bob" for b in bad}}
        found = satisfaction_of([*good, *bad, *few], managers={**managers, "c0": "Cy"})
        rows = found.groups.loc[found.groups["cut"].eq("account_manager")].set_index("group")
        assert rows["reading"].to_dict() == {
            "Ann": "above",
            "Bob": "below",
            "Cy": "too few to say",
        }
        assert rows.loc["Bob", "satisfaction"] == 3.5
        assert math.isnan(rows.loc["Cy", "satisfaction"])
        assert found.groups["cut"].unique().tolist() == ["tier", "industry", "account_manager"]

    def test_quarters_begin_with_the_first_request_and_keep_gaps(self) -> None:
        found = satisfaction_of(
            [Answer("a", 8.0, "satisfaction", 300), Answer("a", 6.0, "satisfaction", 1)]
        )
        ends = [str(day.date()) for day in found.quarters["quarter_end"]]
        assert ends == ["2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"]
        assert found.quarters["satisfaction"].fillna(-1).tolist() == [8, -1, -1, 6]


class TestMissing:
    def test_without_the_table_every_figure_names_it(self) -> None:
        found = satisfaction_of(None, ids=["a", "b"])
        assert {figure.reason for figure in found.figures.values()} == {
            "no answers are known; hand in table surveys"
        }
        assert len(found.accounts) == 2

    def test_without_contacts_only_the_senior_roll_up_is_lost(self) -> None:
        found = satisfaction_of([Answer("a", 9.0)])
        lost = {key for key, one in found.figures.items() if "contacts" in (one.reason or "")}
        assert lost == {"satisfaction.nps_senior"}

    def test_a_kind_that_was_not_asked_has_no_measure(self) -> None:
        reason = satisfaction_of([Answer("a", 9.0)]).figures["satisfaction.csat"].reason
        assert reason == "no answer of kind CSAT in the 12 months to 30 September 2026"

    def test_nobody_at_all(self) -> None:
        found = satisfaction_of([], ids=[])
        assert all(figure.value is None for figure in found.figures.values())


ANSWERS = st.lists(
    st.builds(
        Answer,
        account=st.sampled_from("abc"),
        score=st.none() | st.integers(0, 10).map(float),
        kind=st.sampled_from(["NPS", "CSAT", "satisfaction"]),
        days_ago=st.integers(-5, 900),
        contact=st.none() | st.sampled_from(["p", "q"]),
        scale=st.just(10.0),
        comment=st.none(),
    ),
    max_size=12,
)


@trials(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(ANSWERS)
def test_whatever_was_answered_stays_within_its_scale(answers: list[Answer]) -> None:
    found = satisfaction_of(answers, ids=["a", "b", "c"])
    for figure in found.figures.values():
        if isinstance(figure.value, float) and figure.unit in ("share", "points"):
            assert -1 <= figure.value <= 1
        if isinstance(figure.value, float) and figure.interval:
            assert figure.interval[0] - 1e-9 <= figure.value <= figure.interval[1] + 1e-9
    again = satisfaction_of(answers, ids=["a", "b", "c"], shuffle=1)
    assert again.figures == found.figures
    for name in ("accounts", "groups", "quarters", "comments"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))


def test_settings_reach_the_numbers() -> None:
    answers = [Answer("a", 7.5, "satisfaction"), Answer("a", 3.0, "CSAT", scale=5.0)]
    strict = settings({"low_rating": 8.0, "satisfied_from": 0.6})
    found = satisfaction_of(answers, strict)
    assert (value(found, "low_accounts"), value(found, "csat")) == (1, 1.0)
