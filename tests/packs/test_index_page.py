"""The index compares units without ranking them, from their published figures alone."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.firm import summarise_firm
from portfolio_lib.packs.entries import UnitEntry
from portfolio_lib.packs.index_job import index_record, strictest
from portfolio_lib.packs.index_page import compared, render_index
from portfolio_lib.packs.lint import lint_page
from portfolio_lib.packs.records import figure_record
from portfolio_lib.parameters.manager_models import AccountManagersPage
from portfolio_lib.pieces.pages.unit_comparison import comparison
from portfolio_lib.pieces.unit_charts import LimitsPanel, limit_panels
from tests.analyses.portfolios import unit

PAGE = AccountManagersPage()


def entry(key: str, kept: float, clients: int, name: str | None = None, **more: Any) -> UnitEntry:
    """A unit with a review that says how many clients were kept."""
    figure = Figure("portfolio.clients_kept", "Clients kept", kept, "share", "…", n=clients)
    nrr = Figure("movements.nrr", "NRR", 1.0, "share", "…", n=clients)
    record = {
        "headline": "A message",
        "currency": "GBP",
        "as_of": "2026-09-30",
        "edition": "full",
        "data": {"faults": []},
        "figures": [figure_record(one) for one in (figure, nrr)],
        **more,
    }
    return UnitEntry(key, name or key.title(), "current", None, record)


def page_of(*entries: UnitEntry) -> str:
    return render_index("Example", list(entries), summarise_firm([]), made_from="0" * 64)


def cells(html: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", html)]


# 5 of 5 and 0 of 5 kept: dealing out the ten makes that once in 252 times.
APART = (entry("north", 1.0, 5), entry("south", 0.0, 5))
ALIKE = (entry("north", 0.8, 5), entry("south", 0.2, 5))


def test_a_reading_is_a_sign_a_word_and_how_many_stand_behind_it() -> None:
    html = page_of(*APART, entry("tiny", 1.0, 2))
    told = cells(html)
    assert "100%, too few to tell (2)" in told
    assert any(re.fullmatch(r"[▲●] 100% (above|as usual) \(5\)", cell) for cell in told)
    assert lint_page(html) == []


def test_what_dealing_out_would_make_is_as_usual() -> None:
    told = cells(page_of(*ALIKE))
    assert [c for c in told if "as usual" in c] == ["● 80% as usual (5)", "● 20% as usual (5)"]
    assert "No unit does better or worse than luck would explain" in page_of(*ALIKE)


def test_the_unit_below_is_named_first_and_the_rest_is_counted() -> None:
    html = page_of(*APART)
    assert (
        "Clients kept of South, 0%, below what luck would explain; 1 other reading beyond" in html
    )
    assert "▼ 0% below (5)" in cells(html)
    assert "▲ 100% above (5)" in cells(html)


def test_the_picture_says_in_words_what_it_shows() -> None:
    described = re.search(r"<desc[^>]*>(.*?)</desc>", page_of(*APART), re.DOTALL)
    assert described is not None
    assert described[1] == "Clients kept: mean 50%; above: North; below: South; 0 units as usual."


def test_panels_without_a_measure_stay_empty() -> None:
    panel = LimitsPanel("Kept", 0.5, [0.4], [(0.2, 0.8)], ["usual"], str)
    drawn = limit_panels(["North"], [panel] * 4)
    assert [axes.axison for axes in drawn.axes] == [True] * 4 + [False] * 2


def test_a_rate_without_an_interval_is_shown_and_not_judged() -> None:
    assert "100%, no interval (5)" in cells(page_of(*APART))


def test_one_unit_alone_is_not_compared() -> None:
    assert "Units compared" not in page_of(entry("north", 0.9, 40))
    piece = comparison(compared([entry("north", 0.9, 40)], PAGE), {"north": "North"}, PAGE)
    assert piece.headline == "The units cannot be compared yet"
    assert "no other unit" in piece.text


def test_units_without_figures_give_the_reason() -> None:
    found = compared([], PAGE)
    assert found.empty
    text = comparison(found, {}, PAGE).text
    assert "No unit has published any of the figures that are compared." in text


def test_hostile_names_and_the_confidential_edition_make_a_whole_page() -> None:
    html = page_of(
        entry("one", 0.9, 40, "<script>alert(1)</script>", edition="confidential"),
        entry("two", 0.2, 40, "שלום $5m to $9m", edition="confidential"),
    )
    assert "<script>alert" not in html
    assert lint_page(html) == []
    assert "▼ 20% below (40)" in cells(html)


def test_the_same_reviews_give_the_same_bytes() -> None:
    assert page_of(*APART) == page_of(*APART)


def test_units_are_compared_by_the_strictest_of_their_settings() -> None:
    loose = AccountManagersPage(least_accounts=3, limits_level=0.9)
    strict = AccountManagersPage(least_accounts=8, limits_level=0.8)
    found = strictest([unit(account_managers=loose), unit(account_managers=strict)])
    assert (found.least_accounts, found.limits_level) == (8, 0.9)
    few = compared(list(APART), found)
    assert set(few["reading"]) == {"too few to say"}


def test_raw_rates_stand_nowhere_without_a_reading() -> None:
    body = re.sub(r"<tfoot>.*?</tfoot>", "", page_of(*APART))
    raw = [cell for cell in cells(body) if re.fullmatch(r"(0|100)%", cell)]
    assert raw == []


def test_the_record_of_the_index_has_the_comparison() -> None:
    job = SimpleNamespace(firm_name="Example", made_from="0" * 64)
    told = index_record(job, APART, summarise_firm([]), compared(APART, PAGE))["comparison"]
    first = {"measure": "kept", "business_unit": "north", "n": 5, "expected": 0.5, "high": 0.8}
    assert first.items() <= told[0].items()
    assert told[2]["low"] is None


@pytest.mark.parametrize("count", [2, 20])
def test_many_units_are_all_in_the_table(count: int) -> None:
    entries = [entry(f"u{n:02d}", 0.8, 20) for n in range(count)]
    assert isinstance(compared(entries, PAGE), pd.DataFrame)
    assert sum("80% as usual" in cell for cell in cells(page_of(*entries))) == count


def test_a_review_of_data_that_end_early_says_so_beside_its_message() -> None:
    ends = {
        "rule": "revenue ends before the review date",
        "message": "invoices.date: invoices end on 12 March 2026, 6 months before the review date.",
    }
    other = {"rule": "thin columns", "message": "accounts: 1 column."}
    told = cells(page_of(entry("north", 1.0, 5, data={"faults": [other, ends]}), *APART[1:]))
    assert "A message. Invoices end on 12 March 2026, 6 months before the review date." in told
    assert "A message" in told
