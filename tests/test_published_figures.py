"""Every figure of two whole reviews: one of a unit with all tables, one of a unit with two."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.table_uses import TABLE_USES
from portfolio_lib.review import ANALYSES, PAGES, Review
from tests.demo_reviews import review_of

pytestmark = pytest.mark.slow

UNITS = {"readiness-example": 400, "no-costs": 150}
"""The units, and how many figures at least can be computed of each."""
WINDOW = re.compile(r"\d{4}-\d{2}-\d{2}( to \d{4}-\d{2}-\d{2})?")
TABLES_NAMED = re.compile(r"hand in tables? ([a-z]+(?:(?:, | and | or )(?!or |column)[a-z]+)*)")


@pytest.fixture(scope="module", params=UNITS)
def review(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Review:
    return review_of(request.param, tmp_path_factory.mktemp(request.param))


def figures(review: Review, names: Iterator[str] | tuple[str, ...]) -> list[Figure]:
    return [one for name in names for one in review.result(name).figures.values()]


def test_every_figure_that_has_a_value_has_a_window_and_an_n(review: Review) -> None:
    known = [one for one in figures(review, iter(ANALYSES)) if one.computable]
    assert len(known) >= UNITS[review.parameters.key]
    assert [one.key for one in known if one.n is None] == []
    assert [one.key for one in known if not WINDOW.fullmatch(one.window or "")] == []


def test_windows_are_those_that_the_definitions_tell(review: Review) -> None:
    """By the calendar, from the review of 30 September 2026."""
    known = {one.key: one for one in figures(review, ("plan", "churn", "engagement", "sign_off"))}
    windows = {
        "plan.actions": "2026-10-01 to 2026-12-29",
        "plan.due_30d": "2026-10-01 to 2026-10-30",
        "plan.due_60d": "2026-10-31 to 2026-11-29",
        "plan.due_90d": "2026-11-30 to 2026-12-29",
        "churn.hours": "2026-10-01 to 2026-12-31",
        "engagement.start_gaps": "2024-10-01 to 2026-09-30",
        "sign_off.prospects": "2026-09-30",
    }
    computable = {key for key in windows if known[key].computable}
    assert computable >= {"plan.actions", "plan.due_30d", "plan.due_60d", "plan.due_90d"}
    assert {key: known[key].window for key in computable} == {
        key: windows[key] for key in computable
    }


def test_a_reason_asks_for_tables_that_are_said_to_light_up_its_page(review: Review) -> None:
    missing = {
        (page, name)
        for page, results in PAGES.items()
        for one in figures(review, results)
        for said in TABLES_NAMED.findall(one.reason or "")
        for name in re.split(", | and | or ", said)
    }
    assert sorted(
        (page, name) for page, name in missing if page not in TABLE_USES.get(name, {})
    ) == []  # fmt: skip
    if review.parameters.key == "no-costs":
        assert {name for _, name in missing} >= {"contacts", "issues", "surveys", "opportunities"}


def test_the_gaps_of_a_unit_are_the_tables_that_it_did_not_hand_in(review: Review) -> None:
    found = review.result("data_gaps")
    absent = set(review.checks.absent_tables)
    state = found.tables.set_index("table")["state"]
    assert set(state.index[state.eq("not handed in")]) == absent & TABLE_USES.keys()


def test_figures_without_a_window_would_be_found() -> None:
    assert WINDOW.fullmatch("2026-09-30")
    assert WINDOW.fullmatch("2025-10-01 to 2026-09-30")
    assert not WINDOW.fullmatch("")
    assert not WINDOW.fullmatch("last year")


def test_tables_are_read_out_of_reasons() -> None:
    said = "nothing says so; hand in tables interactions and milestones, or column x of table y"
    assert TABLES_NAMED.findall(said) == ["interactions and milestones"]
    assert TABLES_NAMED.findall("hand in table surveys, or column referred_by") == ["surveys"]
