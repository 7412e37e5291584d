"""What to collect next, as a reader sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portfolio_lib.pieces.pages.data_gaps import headline, to_collect
from portfolio_lib.pieces.pages.page_titles import PAGE_TITLES
from portfolio_lib.review import PAGES
from tests.analyses.portfolios import Client
from tests.analyses.test_data_gaps import found, table

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def test_a_table_says_what_it_would_show_and_of_how_much_revenue() -> None:
    piece = to_collect(found(usage=None, surveys=table("a"), prospects=None))
    assert piece.headline == "Table usage says nothing of 3 clients with £2.0k a year"
    assert (
        "usage (account, period and measure)\tChurn risk, Health: use and licences as signs; "
        "Checklist: more practices answered\t3\t2,000\tnot handed in"
    ) in piece.text
    assert "surveys (answer to a survey)\tSatisfaction: ratings, NPS" in piece.text
    assert "\t2\t1,000\tin part" in piece.text
    assert "Growth: companies like the best clients" in piece.text
    assert "\t–\t–\tnot handed in" in piece.text
    assert "never shown as nothing" in piece.html
    assert "data-sortable" in piece.html


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ((), "No table is missing, and none leaves out a client"),
        (("contacts", "surveys", "plans"), "3 tables are missing for all 3 clients"),
        (("prospects",), "1 table is missing; none of them is about single clients"),
    ],
)
def test_the_headline_weighs_what_is_missing(missing: tuple[str, ...], said: str) -> None:
    assert headline(found(**dict.fromkeys(missing))) == said


def test_nothing_missing_is_said_in_a_sentence() -> None:
    assert "Every table that these pages read was handed in" in to_collect(found()).text


def test_without_active_clients_the_reason_stands_in_the_note() -> None:
    piece = to_collect(found([Client("gone", 0)], contacts=None))
    assert piece.headline == "1 table is missing; no client is active to weigh them by"
    assert "No client was active on 30 September 2026." in piece.html
    assert "contacts (person at a client)" in piece.text
    assert "\t–\t–\tnot handed in" in piece.text


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_called_as_their_notebooks_are(page: str) -> None:
    cells = json.loads((NOTEBOOKS / f"{page}.ipynb").read_text("utf-8"))["cells"]
    title = "".join(cells[0]["source"]).splitlines()[0]
    assert title == f"## {PAGE_TITLES[page]}"
    assert PAGE_TITLES.keys() == PAGES.keys()
