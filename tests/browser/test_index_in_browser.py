"""The index as its readers meet it, and the cards that index and packs share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.analyses.firm import summarise_firm
from portfolio_lib.packs.entries import UnitEntry
from portfolio_lib.packs.index_page import render_index
from portfolio_lib.packs.lint import lint_page
from portfolio_lib.packs.records import figure_record
from tests.browser.conftest import Visitor
from tests.browser.test_pack_in_browser import axe_findings
from tests.packs.sample_pack import HOSTILE_NAMES, headline_figures

pytestmark = pytest.mark.browser

SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"width": 320},
}


@pytest.fixture(scope="module")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three units under hostile names: one current, one failed, one not run."""
    record = {
        "headline": HOSTILE_NAMES[0],
        "currency": "GBP",
        "as_of": "2026-09-30",
        "data": {"faults": []},
        "figures": [figure_record(figure) for figure in headline_figures()],
    }
    entries = [
        UnitEntry("one", HOSTILE_NAMES[0], "current", None, record),
        UnitEntry("two", HOSTILE_NAMES[8], "failed", HOSTILE_NAMES[1], None),
        UnitEntry("three", HOSTILE_NAMES[3], "none", None, None),
    ]
    html = render_index(HOSTILE_NAMES[17], entries, summarise_firm([]), made_from="0" * 64)
    path = tmp_path_factory.mktemp("index") / "index.html"
    path.write_text(html, encoding="utf-8")
    return path


def test_the_index_passes_the_lint(index_path: Path) -> None:
    assert lint_page(index_path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_leaves_the_index(
    visit: Visitor, index_path: Path, screen: str
) -> None:
    seen = visit(index_path, **SCREENS[screen])
    assert axe_findings(seen.page) == []
    assert (seen.left_the_file, seen.complaints) == ([], [])
    width = seen.page.viewport_size["width"]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("which", ["pack_path", "index_path"])
def test_no_name_opens_a_dialog(browser: Any, request: pytest.FixtureRequest, which: str) -> None:
    page, dialogs = browser.new_page(), []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(request.getfixturevalue(which).as_uri())
    page.wait_for_timeout(200)
    assert dialogs == []
    page.evaluate("alert('seen')")
    assert dialogs == ["seen"]
    page.close()


def test_the_index_leads_to_the_packs_that_there_are(visit: Visitor, index_path: Path) -> None:
    page = visit(index_path).page
    links = page.locator("main a").all()
    assert [link.get_attribute("href") for link in links] == ["one/pack.html"]
    assert links[0].text_content() == HOSTILE_NAMES[0]


def test_the_units_can_be_sorted(visit: Visitor, index_path: Path) -> None:
    page = visit(index_path).page
    states = page.locator("[data-sortable] tbody tr .pf-status")
    assert "Failed" in states.first.text_content()
    page.get_by_role("button", name="Status").click()
    page.get_by_role("button", name="Status").click()
    assert "Not run" in states.first.text_content()


@pytest.mark.parametrize(
    ("width", "rows"),
    [(1440, [4, 4]), (1280, [4, 4]), (1024, [4, 4]), (768, [2, 2, 2, 2]), (390, [1] * 8)],
)
def test_cards_fill_their_rows_and_break_no_comparison(
    visit: Visitor, pack_path: Path, width: int, rows: list[int]
) -> None:
    page = visit(pack_path, width=width).page
    tops = page.evaluate(
        "[...document.querySelector('.pf-kpis').children].map(c => c.getBoundingClientRect().top)"
    )
    assert [tops.count(top) for top in sorted(set(tops))] == rows
    lines = "[...document.querySelectorAll('.pf-kpis dt, .pf-kpis dd')]"
    heights = page.evaluate(f"{lines}.map(line => line.getBoundingClientRect().height)")
    assert max(heights) < 1.5 * min(heights)
