"""The notes and the data card: choices, definitions, what the data held."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from portfolio_lib.pieces.pages import notes as show
from portfolio_lib.pieces.pages.data_card import data_card, found_in_words
from portfolio_lib.tables.results import DataChecks, Fault, TableCard
from tests.analyses.portfolios import Client, unit
from tests.pieces.pages.pages import results

INVOICES = TableCard(
    table="invoices",
    source="invoices.csv",
    rows_read=110,
    rows_kept=100,
    rows_set_aside={"no account": 7, "after the review date": 3},
    money_kept=Decimal("1000.50"),
    money_set_aside={"no account": Decimal("70"), "after the review date": Decimal("-3")},
    first_day=dt.date(2024, 1, 1),
    last_day=dt.date(2026, 9, 30),
    absent_columns=("cost",),
    rows_noted={"credits": 4},
    money_noted={"credits": Decimal("-40")},
)
ACCOUNTS = TableCard("accounts", "a.csv", 12, 12, {}, None, {}, None, None, ())
WARNING = Fault("warn", "invoices", "account_id", "no account", 7, ("<b>1</b>", "2"), Decimal(70),
                "7 lines of <b>invoices</b> have no account.", "Fill account_id.")  # fmt: skip
STOP = Fault("stop", "accounts", "account_id", "key", 2, ("x",), None, "Two accounts share x.", "")
CHECKS = DataChecks("north", (WARNING, STOP), (ACCOUNTS, INVOICES), ("costs", "contacts"))
EMPTY = DataChecks("north")


def test_rows_read_are_those_kept_and_those_set_aside() -> None:
    text = show.data(unit(), CHECKS).text
    assert "invoices\t110\t100\t10\t1,001\t67\t1 January 2024 to 30 September 2026" in text
    assert "accounts\t12\t12\t0\t–\t–\t–" in text


def test_what_was_set_aside_is_counted_with_its_money() -> None:
    text = show.set_aside(unit(), CHECKS).text
    assert "after the review date\tinvoices\t3\t−3" in text
    assert "no account\tinvoices\t7\t70" in text
    assert "All\t–\t10\t67" in text
    assert "every row handed in is in the figures" in show.set_aside(unit(), EMPTY).text


def test_rows_that_deserve_a_word_are_shown() -> None:
    assert "credits\tinvoices\t4\t−40" in show.noted(unit(), CHECKS).text
    assert "needs a remark" in show.noted(unit(), EMPTY).text


def test_the_gravest_finding_comes_first_and_nothing_in_it_is_markup() -> None:
    piece = show.findings(unit(), CHECKS)
    assert piece.text.index("◆ Mend Two accounts share x.") < piece.text.index("▲ Know 7 lines of")
    assert "Fill account_id. Money concerned: £70" in piece.text
    assert "&lt;b&gt;invoices&lt;/b&gt;" in piece.html
    assert "<b>invoices" not in piece.html
    assert "Nothing needs to be mended." in show.findings(unit(), EMPTY).text


def test_the_card_counts_faults_and_points() -> None:
    assert found_in_words(CHECKS) == (
        "2 tables were read. The checks found 1 fault that must be mended and 1 point to know."
    )
    card = data_card(unit(), CHECKS)
    assert card.kind == "card"
    assert card.text.startswith("Northern Services, as of 30 September 2026.")
    assert "<style>" in card.html


def test_every_policy_is_printed_with_what_it_decides() -> None:
    parameters = unit(policies={"active_within_days": 90, "credits": "set_aside"})
    text = show.policies(parameters).text
    assert "Active account: 90 days\n  Which accounts count as active" in text
    assert "Credits: set aside, counted and listed" in text
    assert len(text.splitlines()) == 1 + 2 * len(type(parameters.policies).model_fields)


def test_targets_are_in_their_own_unit_and_unset_ones_are_named() -> None:
    parameters = unit(
        targets={"revenue_12m": 1_200_000.0, "top_10_share": 0.4, "active_accounts": 80}
    )
    text = show.targets(parameters).text
    for told in ("£1.2m\trevenue_12m", "40%\ttop_10_share", "80\tactive_accounts",
                 "8.5\tsatisfaction", "110%\tnrr", "–\tgrr"):  # fmt: skip
        assert told in text


def test_every_figure_of_the_pack_is_defined_once() -> None:
    found = results([Client("a", 100)], history_start="2026-03-01")
    answers = (found.portfolio, found.concentration, found.segments)
    piece = show.definitions(*answers)
    figures = [one for answer in answers for one in answer.figures.values()]
    assert len({one.key for one in figures}) == len(figures) >= 30
    assert len({one.label for one in figures}) == len(figures)
    for one in figures:
        assert f"\n{one.label}: " in piece.text
        assert one.definition in piece.text
        assert one.definition.endswith(".")
    assert "not computable, needs 24 months of history; this unit has 7" in piece.text
