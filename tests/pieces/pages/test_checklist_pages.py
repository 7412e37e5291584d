"""What the page Checklist shows and says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portfolio_lib.analyses.checklist import Checklist, answered
from portfolio_lib.analyses.checklist_list import checklist_items
from portfolio_lib.packs.lint import lint_page
from portfolio_lib.parameters.checklist_models import ChecklistPage
from portfolio_lib.pieces.pages import checklist as show
from portfolio_lib.pieces.pages import checklist_words as told
from tests.analyses.test_checklist import answer, silent_world, with_page
from tests.pieces.hostile import HOSTILE_NAMES

EXHIBITS = (show.cards, show.score, show.open_first, show.sections, show.whole_list)
RATED = {"strategic_value": [None, 3.0, 3.0, 3.0]}


def batched(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The names by three, the last ones filled up."""
    filled = (*names, "Ann", "Bob")
    return [filled[at : at + 3] for at in range(0, len(names), 3)]


def all_of(found: Checklist) -> str:
    return "".join(exhibit(found).html for exhibit in EXHIBITS)


@pytest.fixture(scope="module")
def found() -> Checklist:
    return answer(("checklist.2.1", "met", "2026-09-01", None), seen=silent_world(of=RATED))


def test_the_headline_has_the_number_of_the_figures(found: Checklist) -> None:
    done = told.value(found, "met") + 1
    assert told.headline(found).startswith(f"{done} of 216 practices are in place; for ")
    assert "no evidence" in told.headline(found)


def test_what_is_open_at_clients_of_tier_1_comes_first(found: Checklist) -> None:
    first = told.open_items(found).iloc[0]
    assert first["item"] == "checklist.3.4"
    text = show.open_first(found).text
    assert "Strategic value and standing in the market are rated." in text
    assert "Ann" in text


def test_every_practice_is_on_the_list(found: Checklist) -> None:
    text = show.whole_list(found).text
    assert all(item.wording in text for item in checklist_items())


def test_the_page_stays_small(found: Checklist) -> None:
    assert len(all_of(found).encode()) < 28_000


def test_with_nothing_to_apply_the_page_says_so() -> None:
    page = ChecklistPage(not_applicable={one.number: "no clients" for one in checklist_items()})
    empty = answer(seen=with_page(page))
    assert told.headline(empty) == "No practice of the checklist applies to this unit"
    assert told.sections_headline(empty) == "No section applies to this unit"
    assert told.list_headline(empty) == "There is nothing to list"
    assert "nan" not in all_of(empty).lower().replace("finance", "")


def test_with_nothing_missed_the_page_says_so(found: Checklist) -> None:
    kept = found.items[found.items["state"].ne("not met by data")]
    assert told.open_headline(replace(found, items=kept)) == (
        "The data show no practice that is not followed"
    )


@pytest.mark.parametrize("names", batched(HOSTILE_NAMES), ids=lambda names: ascii(names[0])[:9])
def test_names_of_clients_are_never_markup(names: tuple[str, ...]) -> None:
    of = {"tier": "1", "strategic_value": [None, None, None, 3.0], "account_name": [*names, "Di"]}
    shown = show.open_first(answered(silent_world(of=of), {})).html
    rules = {finding.rule for finding in lint_page(f"<main>{shown}</main>")}
    assert not rules & {"tables", "empty cells", "unique ids", "scripts"}
    assert "<script" not in shown


def test_a_comma_in_a_name_makes_no_second_client() -> None:
    seen = silent_world(of={**RATED, "account_name": ["Ann, Bob, Cy and Sons", "B", "C", "D"]})
    text = show.open_first(answered(seen, {})).text
    assert "Ann, Bob, Cy and Sons" in text
    assert "more" not in text.split("Strategic value")[1].splitlines()[0]
