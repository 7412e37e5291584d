"""The documented list is that of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.analyses.checklist_document import items_in_words, renewed
from portfolio_lib.analyses.checklist_rules import RULES

PAGE = Path(__file__).parents[2] / "docs" / "checklist.md"


def test_the_documented_list_is_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page


def test_the_list_holds_every_item_once() -> None:
    lines = [line for line in items_in_words().splitlines() if line.startswith("| `checklist.")]
    assert len(lines) == len(set(lines)) == 216
    assert sum("| data |" in line for line in lines) == len(RULES)


def test_the_page_says_how_many_are_measured() -> None:
    page = PAGE.read_text("utf-8")
    assert f"{len(RULES)} items are measured" in page
    assert f"The other {216 - len(RULES)} " in page


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        renewed("# Checklist")
