"""Cohort retention and movements: their sentences, and exhibits that stand whatever the unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.analyses.cohorts import CohortSummary
from portfolio_lib.analyses.movements import MovementSummary
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.pages import cohort_words, movement_words
from portfolio_lib.pieces.pages import cohorts as cohorts_page
from portfolio_lib.pieces.pages import movements as movements_page
from portfolio_lib.pieces.piece import Piece
from tests.analyses.portfolios import Client, unit
from tests.analyses.revenues import Revenues, flat
from tests.analyses.test_cohorts import follow
from tests.analyses.test_movements import HAND, measure
from tests.pieces.pages import whole
from tests.pieces.pages.whole import HOSTILE

# Thirty clients over three years: ten leave, five shrink, five grow, some come within the time.
PORTFOLIO: dict[str, list[float]] = {
    f"c{place:02d}": [
        *flat(0, 6 * (place % 4)),
        *flat(100 + 10 * place, 36 - 6 * (place % 4) - 8),
        *flat((0, 80, 100 + 10 * place, 140 + 10 * place)[place % 3 + (place % 5 == 0)], 8),
    ]
    for place in range(30)
}
STARTS = {one: "2023-10-01" for one in PORTFOLIO}
ODD: dict[str, Revenues] = {
    "nobody": {},
    "one": {"a": flat(5, 30)},
    "one, once": {"a": [5.0]},
    "three": {
        "a": flat(5, 20),
        "b": [*flat(0, 10), *flat(7, 10)],
        "c": [*flat(3, 4), *flat(0, 16)],
    },
    "all in one month": {name: [10.0] for name in "abcde"},
    "everyone left": {name: [*flat(10, 5), *flat(0, 20)] for name in "abc"},
    "nothing changes": {name: flat(10, 26) for name in "abcdefghijkl"},
    "back again": {"a": [*flat(1, 3), *flat(0, 8), *flat(1, 8)], "b": flat(1, 19)},
    "young": {name: flat(10, 4) for name in "abc"},
    "one old, one young": {"a": flat(3, 20), "b": [*flat(0, 19), 3.0]},
    "tiny amounts": {name: flat(0.0001, 26) for name in "ab"},
}


def movement_pieces(found: MovementSummary) -> list[Piece]:
    show = movements_page
    every = (show.retention, show.movement, show.quarters, show.stress, show.tiers)
    return [piece(found) for piece in (*every, show.segments, show.accounts)]


def cohort_pieces(found: CohortSummary) -> list[Piece]:
    show = cohorts_page
    every = (show.by_accounts, show.by_revenue, show.tiers, show.segments, show.survival)
    return [piece(found) for piece in every]


def both(
    store: Path,
    revenues: Revenues,
    parameters: UnitParameters | None = None,
    **columns: Mapping[str, Any],
) -> list[Piece]:
    """All exhibits of the two pages."""
    clients = [
        Client(
            one,
            12 * sum(amounts[-1:]),
            12 * sum(amounts[-13:-12]),
            name=columns.get("account_name", {}).get(one),
            industry=columns.get("industry", {}).get(one),
        )
        for one, amounts in sorted(revenues.items())
    ]
    longest = max((len(amounts) for amounts in revenues.values()), default=0)
    full = {one: [*flat(0, longest - len(a)), *a] for one, a in revenues.items()}
    moved = measure(full, clients, parameters)
    followed = follow(store, full, parameters, **{k: dict(v) for k, v in columns.items()})
    return [*movement_pieces(moved), *cohort_pieces(followed)]


def check(pieces: list[Piece]) -> None:
    """Every piece has a headline without a stop, and the page is whole."""
    whole.check(pieces)
    for piece in pieces:
        assert piece.headline
        assert not piece.headline.endswith(".")


@pytest.mark.parametrize("name", ODD)
def test_hardly_anything_makes_whole_pages(name: str, tmp_path: Path) -> None:
    check(both(tmp_path, ODD[name], unit(movements={"resamples": 200})))


@pytest.mark.parametrize("compared", ["run_rate", "quarter_mean", "year_mean"])
def test_every_policy_makes_whole_pages(compared: str, tmp_path: Path) -> None:
    policies = {
        "movement_revenue": compared,
        "gap_tolerance_days": 62,
        "reactivation": "new",
        "new_and_gone": "wait",
        "cohort_period": "month",
    }
    check(both(tmp_path, PORTFOLIO, unit(policies=policies, as_of=dt.date(2026, 10, 8))))


def test_hostile_names_are_text_wherever_they_stand(tmp_path: Path) -> None:
    revenues = dict(list(PORTFOLIO.items())[: 2 * len(HOSTILE)])
    names = {one: HOSTILE[place % len(HOSTILE)] for place, one in enumerate(revenues)}
    parameters = unit(policies={"tiers": {"labels": tuple(HOSTILE[:3])}})
    pieces = both(
        tmp_path, revenues, parameters, account_name=names, industry=names, start_date=STARTS
    )
    check(pieces)


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        [piece.html for piece in both(tmp_path / place, PORTFOLIO, start_date=STARTS)]
        for place in ("one", "two")
    )
    assert first == second


def test_pages_stay_small(tmp_path: Path) -> None:
    sizes = [len(piece.html.encode()) for piece in both(tmp_path, PORTFOLIO, start_date=STARTS)]
    assert sum(sizes) < 120_000


def test_a_missed_and_a_met_target_are_told() -> None:
    assert movement_words.retention_headline(measure(HAND)) == (
        "NRR of 110% meets its target of 110%; client retention misses its own"
    )
    missed = measure(HAND, parameters=unit(targets={"nrr": 1.2, "grr": 0.97}))
    assert movement_words.retention_headline(missed) == (
        "NRR of 110% misses its target of 120%, as do GRR and client retention"
    )
    met = measure(HAND, parameters=unit(targets={"nrr": 1.0, "retention": 0.7}))
    assert movement_words.retention_headline(met) == "NRR of 110% meets its target of 100%"
    other = measure(HAND, parameters=unit(movements={"horizon_months": 6}))
    assert movement_words.retention_headline(other) == "NRR over 6 months is 100%"


def test_what_was_lost_and_what_made_up_for_it_are_told() -> None:
    assert movement_words.movements_headline(measure(HAND)) == (
        "Expansion of £150 a month more than covers £50 a month lost within 12 months"
    )
    told = {
        "Nothing was lost within 12 months; expansion brings £10 a month": {
            "a": [*flat(90, 12), 100.0]
        },
        "£10 a month was lost within 12 months, and no client that was there brings more": {
            "a": [*flat(90, 12), 80.0]
        },
        "Expansion just covers the £5 a month lost within 12 months": {
            "a": [*flat(90, 12), 95.0], "b": [*flat(90, 12), 85.0]
        },
        "No client brings more or less than a year ago": {"a": flat(90, 13)},
        "Revenue a month went from £90 to £95 since the data begin": {"a": [90.0, 90.0, 95.0]},
        "Revenue a month is £90, as when the data begin": {"a": flat(90, 4)},
        "There are no movements to show yet": {"a": [90.0]},
    }  # fmt: skip
    for sentence, revenues in told.items():
        assert movement_words.movements_headline(measure(revenues)) == sentence


def test_two_months_are_compared_and_the_moves_between_them_are_told_apart() -> None:
    """100 falls to 50 and recovers: nothing is gone, and the columns show 50 down and 50 up."""
    swings = measure({"a": [*flat(100, 6), 50.0, *flat(100, 6)]})
    assert movement_words.movements_headline(swings) == (
        "No client brings more or less than a year ago"
    )
    assert movement_words.movements_sentence(swings).endswith("together £50 down and £50 up.")
    assert movement_words.movements_sentence(measure({"a": flat(90, 4)})) is None


def test_quarters_are_counted_against_the_target() -> None:
    growing = measure({"a": [100.0 * 1.01**place for place in range(37)]})
    assert (
        movement_words.quarters_headline(growing) == "NRR met its target of 110% in all 8 quarters"
    )
    still = measure({"a": flat(100, 37)})
    assert (
        movement_words.quarters_headline(still)
        == "NRR met its target of 110% in none of 8 quarters"
    )
    short = measure({"a": flat(100, 13)})
    assert (
        movement_words.quarters_headline(short)
        == "NRR is 100%; earlier quarters are not in the data"
    )


def test_the_stress_says_when_nothing_hangs_on_the_largest() -> None:
    alike = measure({name: flat(100, 13) for name in "abcd"})
    assert movement_words.stress_headline(alike) == (
        "NRR does not hang on the largest clients: it stays 100% without them"
    )
    assert movement_words.stress_headline(measure(HAND)) == (
        "Without the largest client, NRR would be 118% instead of 110%"  # 650 ÷ 550
    )
    few = measure({name: flat(100, 13) for name in "ab"})
    assert movement_words.stress_headline(few) == "With 2 clients, the largest ones decide NRR"
    assert movement_words.stress_headline(measure({"a": flat(100, 13)})) == (
        "There are too few clients to leave the largest out"
    )


def test_groups_that_keep_least_and_most_are_named() -> None:
    clients = [Client("a", industry="Retail"), Client("b", industry="Energy")]
    revenues = {"a": [*flat(100, 12), 50.0], "b": [*flat(100, 12), 120.0]}
    result = measure(revenues, clients)
    assert movement_words.groups_headline(result, "segments") == (
        "Retail keeps least, with NRR of 50%; Energy most, with 120%"
    )
    assert movement_words.groups_headline(result, "tiers") == (
        "There are not two of any tier to compare"
    )


def test_the_largest_losses_are_told() -> None:
    assert movement_words.accounts_headline(measure(HAND)) == (
        "2 clients bring £50 a month less than a year ago"
    )
    many = {f"{place}": [*flat(100, 12), 90.0 - place] for place in range(6)}
    # 10 + 11 + 12 + 13 + 14 + 15 = 75 lost; the five largest are 65 of it.
    assert movement_words.accounts_headline(measure(many)) == (
        "Five clients account for 87% of the £75 a month that went"
    )
    assert movement_words.accounts_headline(measure({"a": flat(1, 13)})) == (
        "No client brings less than a year ago"
    )


def test_the_cut_month_and_what_is_carried_are_said() -> None:
    result = measure(
        HAND,
        parameters=unit(as_of=dt.date(2026, 10, 9), policies={"gap_tolerance_days": 31}),
    )
    note = movement_words.policy_note(result)
    assert "October 2026 is not over on 9 October 2026 and is in no number here." in note
    assert "once its pause is longer than 31 days" in note
    assert "£0 is carried" in note


def test_a_bridge_that_differs_is_explained() -> None:
    grown = {**HAND, "won": [*flat(0, 10), 70.0, 70.0, 90.0]}
    told = movement_words.bridge_note(measure(grown))
    assert told is not None
    assert told.startswith("Read off the movements, NRR would be 112%")
    assert movement_words.bridge_note(measure(HAND)) is None


def test_the_reading_of_a_change_stands_beside_it() -> None:
    revenues = {
        f"{place:02d}": [*flat(100, 12), *flat(101 + place % 3, 12), 1.3 * (101 + place % 3)]
        for place in range(30)
    }
    text = movements_page.retention(measure(revenues)).text
    assert "changed, up" in text
    assert "within noise" in text
    assert "not tested: only 4 clients" not in text
    few = movements_page.retention(measure({**HAND, "same": flat(450, 25)})).text
    assert "not tested: " in few


def test_early_and_late_leaving_are_told_apart(tmp_path: Path) -> None:
    months = {"cohort_period": "month"}
    early = {f"{place}": [10.0, *flat(0 if place < 5 else 10, 13)] for place in range(10)}
    starts = dict.fromkeys(early, "2025-08-05")
    result = follow(tmp_path, early, unit(policies=months), start_date=starts)
    assert cohort_words.accounts_headline(result) == (
        "50% of clients remain a month on, and as many after a year"
    )
    early["6"] = [*flat(10, 8), *flat(0, 6)]
    result = follow(tmp_path, early, unit(policies=months), start_date=starts)
    assert cohort_words.accounts_headline(result) == (
        "Most leave early: 50% remain a month on, 40% after a year"
    )
    late = {f"{place}": [*flat(10, 8), *flat(0 if place < 5 else 10, 6)] for place in range(10)}
    result = follow(tmp_path, late, unit(policies=months), start_date=starts)
    assert cohort_words.accounts_headline(result) == (
        "100% of clients remain a month on, 50% after a year"
    )


def test_a_headline_takes_no_age_that_few_cohorts_have_reached(tmp_path: Path) -> None:
    # The oldest of four cohorts alone has reached age 3; two have reached age 2.
    revenues = {
        f"{place}": [*flat(0, place), 10.0, *flat(0 if place else 10, 3 - place)]
        for place in range(4)
    }
    starts = dict.fromkeys(revenues, "2026-06-01")
    result = follow(
        tmp_path, revenues, unit(policies={"cohort_period": "month"}), start_date=starts
    )
    # Age 1: 1 of 3; age 2: 1 of 2.
    assert cohort_words.accounts_headline(result) == (
        "33% of clients bring revenue a month on, 50% after 2 months"
    )


def test_cells_that_are_not_observed_are_dashes_and_not_nought(tmp_path: Path) -> None:
    revenues = {"a": [10.0, 10.0, 0.0], "b": [0.0, 10.0, 10.0]}
    result = follow(tmp_path, revenues, unit(policies={"cohort_period": "month"}))
    html = cohorts_page.by_accounts(result).html
    assert "not yet observed" in html
    assert "Jul 2026 †*" in html
    assert ">0%<" in html  # seen, and nobody was there


def test_groups_of_few_clients_are_marked(tmp_path: Path) -> None:
    revenues = {name: flat(10, 3) for name in "abcdefg"}
    industry = dict(zip("abcdefg", [*["Retail"] * 5, "Energy", "Energy"], strict=True))
    starts = dict.fromkeys(revenues, "2026-07-01")
    months = unit(policies={"cohort_period": "month"})
    text = cohorts_page.segments(
        follow(tmp_path, revenues, months, industry=industry, start_date=starts)
    ).text
    assert "Energy *" in text
    assert "Retail *" not in text


def test_survival_is_told_by_the_ages_that_were_reached(tmp_path: Path) -> None:
    starts = {"a": "2025-02-05", "b": "2025-02-05"}
    few = unit(cohorts={"least_accounts": 1})
    result = follow(tmp_path, {"a": flat(5, 20), "b": flat(5, 20)}, few, start_date=starts)
    assert cohort_words.survival_headline(result) == "No client followed has left within 12 months"
    short = follow(tmp_path, {"a": flat(5, 4)}, few, start_date={"a": "2026-06-01"})
    assert (
        cohort_words.survival_headline(short) == "Clients have been followed for 4 months at most"
    )
    left = follow(
        tmp_path,
        {"a": flat(5, 30), "b": [*flat(5, 3), *flat(0, 27)]},
        few,
        start_date={"a": "2024-04-05", "b": "2024-04-05"},
    )
    assert cohort_words.survival_headline(left) == (
        "50% of clients stay longer than a year, 50% longer than 2 years"
    )
    assert "Tiers are not compared: fewer than 5 clients left" in cohort_words.comparison_note(left)


def test_too_few_clients_say_nothing_on_how_long_clients_stay(tmp_path: Path) -> None:
    result = follow(tmp_path, {"a": flat(5, 20)}, start_date={"a": "2025-02-05"})
    assert cohort_words.survival_headline(result) == "How long clients stay is not computable"
    shown = cohorts_page.survival(result).text
    assert "Needs 5 clients followed from their first revenue on; there is 1." in shown
    assert "100%" not in shown
