"""Every rule of the checklist is met where its practice is followed, and not where it is not."""

from __future__ import annotations

import pytest

from portfolio_lib.analyses.checklist_list import checklist_items
from portfolio_lib.analyses.checklist_rules import RULES
from portfolio_lib.analyses.checklist_rules.readings import measured
from portfolio_lib.review import ANALYSES
from portfolio_lib.tables import TABLES
from tests.analyses.checklist_cases import CASES
from tests.analyses.checklists import world

ITEMS = {item.key: item for item in checklist_items()}


def test_every_rule_has_a_case_and_an_item() -> None:
    assert set(CASES) == set(RULES)
    assert set(RULES) <= set(ITEMS)


def test_at_least_120_items_are_measured() -> None:
    assert len(RULES) >= 120


def test_no_two_items_share_a_rule() -> None:
    assert len({rule.sentence for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("key", RULES)
@pytest.mark.parametrize("ok", [True, False], ids=["followed", "not followed"])
def test_a_rule_tells_a_practice_that_is_followed_from_one_that_is_not(key: str, ok: bool) -> None:
    rule = RULES[key]
    reading = rule.read(CASES[key](ok))
    assert rule.holds(reading.value, rule.limit) is ok, reading
    assert reading.evidence


@pytest.mark.parametrize("key", RULES)
def test_a_rule_is_a_sentence_and_names_what_it_needs(key: str) -> None:
    rule = RULES[key]
    said = rule.told(rule.limit)
    assert said[0].isupper()
    assert said.endswith(".")
    assert not {"{", "_"} & set(said)
    assert set(rule.needs) <= {*TABLES, *ANALYSES, "earlier_reviews"}


def test_a_rule_needs_exactly_one_threshold_and_a_place_for_it() -> None:
    for sentence, limits in (
        ("{limit} of clients.", {}),
        ("{limit} of clients.", {"least": 0.5, "most": 0.5}),
        ("Most clients.", {"least": 0.5}),
    ):
        with pytest.raises(ValueError, match="expected one threshold"):
            measured("1.1", sentence, "accounts", **limits)


def test_the_number_behind_a_name_does_not_make_it_another_name() -> None:
    apart = world(of={"account_name": ["Ann", "Bob", "Cy (c)", "Cy (d)"]})
    # two of the four carry one name; the numbers behind it only tell them apart for readers
    assert RULES["24.2"].read(apart).value == 0.5
