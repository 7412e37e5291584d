"""The pages Renewals and Payments: headlines, fallbacks, hostile names, one value a number."""

from __future__ import annotations

import re
from functools import cache

import pytest

from portfolio_lib.analyses.payments import Payments, measure_payments
from portfolio_lib.analyses.renewals import Renewals
from portfolio_lib.pieces.pages import payments as payments_page
from portfolio_lib.pieces.pages import renewal_outlook, renewal_words
from portfolio_lib.pieces.pages import renewals as renewals_page
from portfolio_lib.pieces.piece import Piece
from tests.analyses.agreements import (
    Bill,
    Term,
    ago,
    invoice_payments,
    measured,
    renewed,
    settings,
)
from tests.analyses.portfolios import Client, accounts, snapshots
from tests.pieces.pages.whole import HOSTILE, check

TERMS = [
    renewed(Term("1", "a", "2026-10-30", 1_000.0), ago(9)),
    Term("2", "b", "2026-10-31", 2_000.0, notice=ago(3), notice_days=60),
    Term("3", "b", "2026-12-29", 1_000.0),
    renewed(Term("4", "c", ago(100), 900.0), ago(110), 600.0),
    Term("5", "d", ago(9), 100.0),
]
BILLS = [Bill("a", 100, 70, 80), Bill("a", 100, 70, 60), Bill("b", 400, 370), Bill("c", 20, -10)]


def renewal_pieces(found: Renewals) -> list[Piece]:
    """What the notebook Renewals shows, in its order."""
    return [
        renewals_page.cards(found),
        renewals_page.timeline(found),
        renewals_page.windows(found),
        renewals_page.rates(found),
        renewal_outlook.expected(found),
        renewal_outlook.odd_terms(found),
    ]


def payment_pieces(found: Payments) -> list[Piece]:
    """What the notebook Payments shows, in its order."""
    return [
        payments_page.cards(found),
        payments_page.overdue(found),
        payments_page.trend(found),
        payments_page.terms(found),
    ]


def paid(bills: list[Bill], names: dict[str, str] | None = None) -> Payments:
    ids = sorted({bill.account for bill in bills} | {"a"})
    known = [Client(one, 100.0, name=(names or {}).get(one)) for one in ids]
    table = accounts(known).assign(credit_limit=500.0)
    frames = (table, snapshots(known), invoice_payments(bills))
    return measure_payments(*frames, parameters=settings(payments={"least_invoices": 1}))


@cache
def usual() -> Renewals:
    return measured(TERMS)


@cache
def without() -> Renewals:
    return measured([], names={"a": "A"}, with_contracts=False)


def test_headlines_say_how_much_is_due_and_what_became_of_it() -> None:
    found = usual()
    assert renewal_words.due_headline(found) == (
        "3 contract terms worth £4.0k end by 29 December 2026"
    )
    assert renewal_words.windows_headline(found) == (
        "25% of what is due within 90 days is renewed; £2.0k of the rest is at risk, "
        "1 term at high risk"
    )
    # 600 of 900 + 100 were kept
    assert renewal_words.rate_headline(found) == (
        "60% of the value that came due in twelve months was renewed"
    )
    assert renewal_words.forecast_headline(found) == "Next quarter's renewals cannot be forecast"


def test_the_list_has_what_is_not_renewed_and_what_is_over() -> None:
    text = renewals_page.timeline(usual()).text
    assert "Client a" not in text  # renewed already
    assert "Over, not renewed" in text
    assert "Notice given" in text


def test_without_contracts_the_page_says_what_would_change_that() -> None:
    pieces = renewal_pieces(without())
    assert pieces[1].headline == renewal_words.NOT_KNOWN
    assert "No contract is known; hand in table contracts." in pieces[1].text
    assert "Recurrence" in pieces[1].text
    check(pieces)


def test_a_quiet_unit_has_nothing_due() -> None:
    found = measured([renewed(Term("1", "a", ago(200)), ago(210))])
    assert renewal_words.due_headline(found) == "No contract term ends by 29 December 2026"
    assert renewal_words.windows_headline(found) == "Nothing is due within 90 days"
    check(renewal_pieces(found))


def test_usual_pages_are_whole() -> None:
    check([*renewal_pieces(usual()), *payment_pieces(paid(BILLS))])


def test_hostile_names_are_text() -> None:
    names = {f"a{place}": name for place, name in enumerate(HOSTILE)}
    terms = [Term(f"t{one}", one, "2026-11-30", offering=names[one]) for one in names]
    bills = [Bill(one, 100, 70) for one in names]
    check(renewal_pieces(measured(terms, names=names)))
    check(payment_pieces(paid([*bills, Bill("a0", 90, 60, 50)], names)))


def test_the_headline_and_the_figure_are_one_number() -> None:
    found = paid(BILLS)
    said = payments_page.overdue_headline(found)
    assert said == "£100 of £200 unpaid is overdue, the oldest by 370 days"
    # a year ago one bill of one was past its due day; now one of two
    assert payments_page.late_headline(found) == (
        "50% of bills are paid late, 50 points less than a year ago"
    )
    assert payments_page.terms_headline(found).startswith("Bills usually give 30 days; half are")
    assert re.search(
        r"0 clients are over the limit|1 client is over", payments_page.limits_said(found)
    )


FALLBACKS = {
    "nothing": ([], "What is overdue is not known", "Whether bills are paid late is not known"),
    "all in time": ([Bill("a", 50, 20, 30)], "No bill is overdue", "Every bill was paid in time"),
    "all overdue": (
        [Bill("a", 50, 20), Bill("b", 500, 470, 480)],
        "Nearly all that is unpaid is overdue, £100, the oldest by 20 days",
        "100% of bills are paid late",
    ),
}


@pytest.mark.parametrize("case", FALLBACKS)
def test_payments_without_news_are_said_in_a_sentence(case: str) -> None:
    bills, overdue, late = FALLBACKS[case]
    found = paid(bills)
    assert payments_page.overdue_headline(found) == overdue
    assert payments_page.late_headline(found).startswith(late)
    check(payment_pieces(found))


def test_the_same_terms_give_the_same_bytes() -> None:
    again = measured(list(reversed(TERMS)))
    first, second = ([piece.html for piece in renewal_pieces(one)] for one in (usual(), again))
    assert first == second
