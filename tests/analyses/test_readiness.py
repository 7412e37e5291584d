"""Readiness: signals counted by hand, scores by printed rules, findings, attested answers."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from portfolio_lib.analyses.earlier_reviews import EarlierReview, FigureThen
from portfolio_lib.analyses.readiness import Readiness
from portfolio_lib.analyses.readiness_criteria import accounts_and_people as people
from portfolio_lib.analyses.readiness_criteria import issues_and_growth as growth
from portfolio_lib.analyses.readiness_criteria import starts_and_reviews as starts
from portfolio_lib.analyses.readiness_criteria.attested import Attested, attestations_on
from portfolio_lib.analyses.readiness_criteria.counting import (
    Counted,
    of,
    score_of,
    to_next,
    unknown,
)
from portfolio_lib.analyses.readiness_criteria.framework import (
    CRITERIA,
    DIMENSIONS,
    SIGNALS,
    band_of,
)
from portfolio_lib.analyses.readiness_criteria.known import known_on
from portfolio_lib.analyses.readiness_criteria.practices import TOP_DEPTH, check_practices
from portfolio_lib.analyses.readiness_criteria.scoring import (
    Scores,
    criteria_frame,
    dimensions_frame,
)
from portfolio_lib.analyses.readiness_criteria.signal_rows import signals_frame
from portfolio_lib.analyses.readiness_figures import all_figures
from portfolio_lib.parameters.readiness_models import (
    DIMENSIONS as WEIGHT_KEYS,
)
from portfolio_lib.parameters.readiness_models import (
    ReadinessPage,
    ReadinessThresholds,
    ReadinessWeights,
)
from portfolio_lib.pieces.pages import readiness as show
from portfolio_lib.pieces.pages import readiness_words as told
from tests.analyses.portfolios import AS_OF, unit

LAST = dt.date(2026, 6, 30)
EDGES = (0.25, 0.5, 0.75, 0.9)
NOTHING = {signal.key: unknown(f"no {signal.key}") for signal in SIGNALS}
WORDS = {signal.key: signal.words for signal in SIGNALS} | {TOP_DEPTH: "clients"}


def attested(score: int) -> Attested:
    return Attested(score, "Head of accounts", dt.date(2026, 9, 1), "a note", None)


def scores(
    now: dict[str, Counted] | None = None,
    then: dict[str, Counted] | None = None,
    said: dict[str, int] | None = None,
    page: ReadinessPage | None = None,
    earlier: tuple[EarlierReview, ...] = (),
) -> Scores:
    held = {key: attested(score) for key, score in (said or {}).items()}
    return Scores(
        {**NOTHING, **(now or {})}, {**NOTHING, **(then or {})}, held, {},
        page or ReadinessPage(), earlier,
    )  # fmt: skip


def readiness(found: Scores) -> Readiness:
    """The result, from scores alone."""
    parameters = unit(readiness=found.page, pages=("readiness", "health"))
    criteria = criteria_frame(found)
    dimensions = dimensions_frame(found, criteria)
    practices = check_practices({**found.now, TOP_DEPTH: unknown("no people")}, WORDS, found.page)
    figures = all_figures(dimensions, criteria, practices, parameters, LAST, found.earlier)
    return Readiness(
        {one.key: one for one in figures}, dimensions, criteria, signals_frame(found), practices,
        LAST, 1, 0, AS_OF, found.page, parameters.pages, "GBP",
    )  # fmt: skip


class TestCounting:
    @pytest.mark.parametrize(
        ("part", "score"), [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (30, 4), (35, 4), (36, 5)]
    )
    def test_each_threshold_reached_is_one_more(self, part: int, score: int) -> None:
        assert score_of(Counted(part, 40), EDGES) == score  # edges at 10, 20, 30, 36 of 40

    def test_a_threshold_that_no_binary_number_holds_is_exact(self) -> None:
        assert score_of(Counted(7, 10), (0.1, 0.3, 0.7, 0.9)) == 4

    def test_nothing_to_count_is_not_a_zero(self) -> None:
        assert of(0, 0, nothing="no client was active").share is None
        assert score_of(unknown("no table"), EDGES) is None

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_taking_the_next_step_gives_exactly_one_more(self, part: int, whole: int) -> None:
        counted = Counted(min(part, whole), whole)
        score, step = score_of(counted, EDGES), to_next(counted, EDGES)
        assert score is not None
        if step is None:
            assert score == 5
            return
        assert step[1] > 0
        raised = score_of(Counted(counted.part + step[1], whole), EDGES)
        fewer = score_of(Counted(counted.part + step[1] - 1, whole), EDGES)
        assert raised is not None
        assert raised > score
        assert fewer == score


class TestFramework:
    def test_six_dimensions_of_four_criteria(self) -> None:
        keys = [f"{d}.{c}" for d in range(1, 7) for c in range(1, 5)]
        assert [one.key for one in CRITERIA] == keys
        assert tuple(one.key for one in DIMENSIONS) == WEIGHT_KEYS

    def test_every_signal_has_thresholds_and_every_threshold_a_signal(self) -> None:
        assert {one.key for one in SIGNALS} == set(ReadinessThresholds.model_fields)

    def test_only_what_reviews_show_is_attested_alone(self) -> None:
        measured = {signal.criterion for signal in SIGNALS}
        assert [one.key for one in CRITERIA if one.key not in measured] == ["4.2"]

    @pytest.mark.parametrize(
        ("score", "band"),
        [(1.9, "Initial"), (2.0, "Developing"), (3.9, "Defined"), (4.9, "Managed"),
         (5.0, "Optimized")],
    )  # fmt: skip
    def test_bands_begin_at_whole_scores(self, score: float, band: str) -> None:
        assert band_of(score) == band


class TestScores:
    def test_a_criterion_is_as_strong_as_its_weakest_known_signal(self) -> None:
        found = scores({"promises_kept": Counted(92, 100), "no_repeats": Counted(10, 10),
                        "causes_found": Counted(3, 10)})  # fmt: skip
        rows = criteria_frame(found).set_index("criterion")
        assert rows.loc["5.2", "measured"] == 4
        assert rows.loc["5.3", "measured"] == 3  # the weaker of 5 and 3
        assert rows.loc["5.3", "raise_by_one"] == "Causes found: 60%, 3 more"
        assert pd.isna(rows.loc["5.1", "score"])

    def test_a_dimension_is_the_mean_of_what_is_known(self) -> None:
        found = scores({"promises_kept": Counted(92, 100)}, said={"5.1": 5, "5.4": 4})
        row = dimensions_frame(found, criteria_frame(found)).set_index("dimension").loc[5]
        assert (row["score"], row["known"], row["band"]) == (4.3, 3, "Managed")  # (4 + 5 + 4) / 3

    @pytest.mark.parametrize(
        ("settings", "score", "basis"),
        [({}, 4, "measured"), ({"basis": "attested"}, 2, "attested"),
         ({"basis": "lower"}, 2, "attested"), ({"attested_only": ("5.2",)}, 2, "attested")],
    )  # fmt: skip
    def test_which_score_counts_is_a_policy(
        self, settings: dict[str, Any], score: int, basis: str
    ) -> None:
        page = ReadinessPage(**settings)
        found = scores({"promises_kept": Counted(92, 100)}, said={"5.2": 2}, page=page)
        row = criteria_frame(found).set_index("criterion").loc["5.2"]
        assert (row["score"], row["basis"], row["gap"]) == (score, basis, 2)

    def test_weights_move_the_whole_from_3_0_to_3_1(self) -> None:
        means = dict(zip("123456", (3, 2, 3, 3, 4, 3), strict=True))
        said = {one.key: means[one.key[0]] for one in CRITERIA}
        assert readiness(scores(said=said)).figures["readiness.overall"].value == 3.0
        page = ReadinessPage(weights=ReadinessWeights(issues=1.5))
        figures = readiness(scores(said=said, page=page)).figures
        assert figures["readiness.overall"].value == 3.1  # 20 / 6.5 = 3.077
        assert figures["readiness.overall_equal"].value == 3.0

    def test_the_last_score_counts_only_when_found_in_the_same_way(self) -> None:
        now = {"causes_found": Counted(3, 10), "no_repeats": Counted(9, 10)}
        same = scores(now, {**now, "causes_found": Counted(1, 10)})
        fewer = scores(now, {"causes_found": Counted(1, 10)})
        assert criteria_frame(same).set_index("criterion").loc["5.3", "last"] == 2
        assert pd.isna(criteria_frame(fewer).set_index("criterion").loc["5.3", "last"])

    def test_what_was_published_stands_before_what_is_worked_out(self) -> None:
        then = {"readiness.dimension_5": FigureThen("Issues", 2.5, "score")}
        earlier = (EarlierReview(LAST, "run", "GBP", then, pd.DataFrame()),)
        now = {"promises_kept": Counted(92, 100)}
        found = scores(now, now, earlier=earlier)
        row = dimensions_frame(found, criteria_frame(found)).set_index("dimension").loc[5]
        assert (row["last"], row["last_from"], row["change"]) == (2.5, "as published then", 1.5)


class TestAttested:
    def table(self, rows: list[tuple[str, str, str, str | None]]) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=["item", "status", "date", "expires"])
        days = {name: pd.to_datetime(frame[name]) for name in ("date", "expires")}
        return frame.assign(by_role="Head", evidence=None, **days)

    def test_the_latest_answer_up_to_the_day_holds_until_it_runs_out(self) -> None:
        table = self.table([
            ("readiness.1.1", "2", "2026-06-30", None),
            ("readiness.1.1", "4", "2026-09-01", None),
            ("readiness.1.1", "5", "2026-10-01", None),
            ("readiness.1.2", "3", "2026-01-01", "2026-06-30"),
            ("readiness.1.3", "very good", "2026-09-01", None),
            ("checklist.1.1", "met", "2026-09-01", None),
            ("readiness.7.1", "3", "2026-09-01", None),
        ])  # fmt: skip
        found = attestations_on(table, AS_OF)
        assert {key: one.score for key, one in found.held.items()} == {"1.1": 4}
        assert (found.expired, found.unread) == (1, 1)
        assert attestations_on(table, LAST).held["1.1"].score == 2
        shuffled = attestations_on(table.sample(frac=1, random_state=1), AS_OF)
        assert shuffled == found

    def test_without_the_table_nothing_is_attested(self) -> None:
        assert attestations_on(None, AS_OF).held == {}


def known(**tables: pd.DataFrame | None) -> Any:
    """Four clients on the review day: a and b of tiers 1 and 2, both red; c green, d unknown."""
    clients = pd.DataFrame({
        "account_id": list("abcd"), "tier": ["1", "2", "2", "3"],
        "annual_revenue": [90.0, 60.0, 50.0, 10.0], "account_manager": ["m", "m", "n", "n"],
    })  # fmt: skip
    health = pd.DataFrame({"account_id": list("abcd"), "level": ["red", "red", "green", "grey"]})
    results = SimpleNamespace(
        stakeholders=SimpleNamespace(accounts=clients),
        health=SimpleNamespace(accounts=health),
    )
    accounts = pd.DataFrame({
        "account_id": list("abcd"), "account_name": list("abcd"), "tier": ["1", "3", "2", "2"],
        "start_date": pd.Timestamp("2024-01-01"), "end_date": pd.NaT,
    })  # fmt: skip
    clocks = pd.DataFrame({"opened_at": pd.to_datetime([]), "first_response_at": pd.to_datetime([]),
                           "resolved_at": pd.to_datetime([]),
                           "escalated_at": pd.to_datetime([])})  # fmt: skip
    return known_on(
        AS_OF, accounts=accounts, snapshots=pd.DataFrame(), clocks=clocks, tables=tables,
        results=results, parameters=unit(),
    )  # fmt: skip


def days(*texts: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(texts))


class TestSignals:
    def test_a_given_tier_fits_where_the_place_by_value_says_the_same(self) -> None:
        # By value a, b, c, d; given 1, 3, 2, 2; in order 1, 2, 2, 3: a and c fit.
        assert people.tier_fit(known()) == Counted(2, 4)

    def test_clients_without_any_description_are_unknown_not_badly_described(self) -> None:
        assert (people.described(known()).reason or "").startswith("no account says industry")

    def test_a_plan_counts_with_goals_and_while_it_holds(self) -> None:
        plans = pd.DataFrame({
            "account_id": ["a", "b", "c", "d"], "goals": ["grow", " ", "keep", "keep"],
            "success_measures": ["orders", "orders", None, None],
            "agreed_with_client": [True, True, True, None],
            "date": days("2026-02-01", "2026-02-01", "2025-09-30", "2026-02-01"),
            "next_review": pd.NaT,
        })  # fmt: skip
        assert people.plan_goals(known(plans=plans)) == Counted(1, 3)  # a; c is a year old
        assert people.measures_agreed(known(plans=plans)) == Counted(2, 3)  # a and b

    def test_a_risk_is_acted_on_by_a_recent_action_that_is_done_or_not_overdue(self) -> None:
        actions = pd.DataFrame({
            "action_id": ["1", "2", "3"], "account_id": ["a", "b", "c"],
            "created_date": days("2026-08-01", "2026-08-01", "2026-08-01"),
            "due_date": days("2026-10-31", "2026-09-01", "2026-09-01"),
            "done_date": days(None, None, "2026-08-20"), "status": None, "result": None,
        })  # fmt: skip
        found = known(actions=actions)
        assert growth.risks_acted_on(found) == Counted(1, 2)  # a is under way, b is overdue
        assert growth.actions_done(found) == Counted(1, 2)  # due: b and c; done: c

    def test_a_low_answer_is_followed_within_the_days_allowed(self) -> None:
        surveys = pd.DataFrame({
            "survey_id": list("1234"), "account_id": ["a", "b", "c", "d"], "score": [3, 6, 9, 2],
            "scale_max": 10, "date": days("2026-08-01", "2026-08-01", "2026-08-01", "2026-09-25"),
        })  # fmt: skip
        met = pd.DataFrame({
            "interaction_id": ["1", "2"], "account_id": ["a", "b"], "contact_id": None,
            "kind": "call", "initiated_by": "us", "executive_present": None,
            "date": days("2026-08-15", "2026-08-16"),
        })  # fmt: skip
        found = growth.feedback_followed(known(surveys=surveys, interactions=met))
        assert found == Counted(1, 2)  # a on day 14, b on day 15; c is not low; d has time left

    def test_contacts_begun_by_us_are_counted_where_somebody_said_so(self) -> None:
        met = pd.DataFrame({
            "interaction_id": list("1234"), "account_id": ["a", "a", "b", "b"], "contact_id": None,
            "kind": "call", "initiated_by": ["us", "client", None, "us"],
            "executive_present": None,
            "date": days("2026-08-15", "2026-08-16", "2026-08-16", "2025-09-30"),
        })  # fmt: skip
        assert starts.begun_by_us(known(interactions=met)) == Counted(1, 2)

    @pytest.mark.parametrize(
        "measure",
        [people.plan_goals, people.roles_known, people.cadence_kept, people.depth,
         people.within_capacity, starts.steps_planned, starts.begun_by_us, growth.triaged,
         growth.actions_done, growth.growth_worked, growth.feedback_followed],
    )  # fmt: skip
    def test_a_missing_table_is_named(self, measure: Any) -> None:
        assert "hand in table" in (measure(known()).reason or "")


class TestPractices:
    def test_met_not_met_and_not_computable(self) -> None:
        counts = {**NOTHING, TOP_DEPTH: Counted(9, 10), "sponsors_active": Counted(8, 10),
                  "renewals_looked_at": Counted(1, 10), "triaged": Counted(10, 10)}  # fmt: skip
        states = check_practices(counts, WORDS, ReadinessPage()).set_index("number")["state"]
        assert states.to_dict() == {
            1: "not computable", 2: "not met", 3: "not computable", 4: "not computable",
            5: "not computable", 6: "not computable", 7: "not met", 8: "met",
        }  # fmt: skip


class TestPage:
    def full(self) -> Readiness:
        return readiness(scores({"promises_kept": Counted(92, 100)}, said={"2.1": 2, "5.2": 3}))

    def test_headlines_name_the_whole_and_the_weakest(self) -> None:
        found = self.full()
        assert told.scorecard_headline(found) == (
            "Readiness is 3.0 (Defined); weakest is relationships and people at 2.0"
        )
        assert told.criteria_headline(found) == (
            "Of 1 criterion with both scores the unit claims more than is measured on 0, less on 1"
        )
        assert told.practices_headline(found) == "Good practices cannot be checked yet"

    def test_findings_name_the_weakest_and_a_strong_criterion(self) -> None:
        now = {"promises_kept": Counted(92, 100), "triaged": Counted(1, 10)}
        rows = readiness(scores(now)).dimensions.set_index("dimension")["findings"]
        assert rows[5] == (
            "Weakest (1): 1 of 10 issues have a severity and an owner. "
            "Strongest (4): 92 of 100 issues kept their promised times."
        )
        assert rows[1].startswith("Nothing is known: no tier_given")

    def test_without_any_table_the_page_says_so(self) -> None:
        found = readiness(scores())
        assert told.scorecard_headline(found) == "Nothing is measured or attested yet"
        assert found.figures["readiness.overall"].reason is not None
        for piece in (show.cards, show.about, show.scorecard, show.criteria, show.practices,
                      show.where_to_find):  # fmt: skip
            assert "nan" not in piece(found).text.lower()

    def test_the_parts_of_the_review_are_looked_for_in_this_pack(self) -> None:
        assert told.where_headline(self.full()) == "2 of 6 parts of the review are in this pack"
        assert "Not a page of this pack" in show.where_to_find(self.full()).text

    def test_words_of_people_are_escaped(self) -> None:
        page = ReadinessPage(context="<script>alert(1)</script>")
        assert "<script" not in show.about(readiness(scores(page=page))).html

    def test_every_figure_is_documented(self) -> None:
        text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text("utf-8")
        assert set(self.full().figures) <= set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weights": {key: 0 for key in WEIGHT_KEYS}}, "every weight is 0"),
        ({"thresholds": {"depth": (0.5, 0.4, 0.8, 0.9)}}, "depth do not rise"),
        ({"targets": (4.0, 4.0, 4.0, 4.0, 4.0, 6.0)}, "less than or equal to 5"),
        ({"attested_only": ("7.1",)}, "match pattern"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ReadinessPage.model_validate(settings)
