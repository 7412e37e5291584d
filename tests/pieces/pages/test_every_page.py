"""Whatever the portfolio, every exhibit stands, says why it is empty, and lets nothing through."""

from __future__ import annotations

import re

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.analyses.portfolios import Client, unit
from tests.pieces.pages import whole
from tests.pieces.pages.pages import TWENTY, every_piece, results
from tests.pieces.pages.whole import HOSTILE, Walk

ODD = {
    "nobody": [],
    "one without revenue": [Client("a")],
    "one": [Client("a", 5)],
    "one in debt": [Client("a", -5, -7)],
    "three alike": [Client("a", 5, 5), Client("b", 5, 5), Client("c", 5, 5)],
    "credits above sales": [Client("a", -5, 10), Client("b", 30, 2), Client("c", 2, 2)],
    "nothing recorded": [Client("a", 5, industry=None, country=None, relationship=None, cost=9)],
    "costs of nothing": [Client("a", 5, cost=0.0, service=0.0)],
    "everyone left": [Client("a", 0, 5), Client("b", 0, 3)],
    "eleven": [Client(f"a{place:02d}", place + 1.0, 3) for place in range(11)],
}


def check(clients: list[Client], history_start: str | None = "2020-01-01") -> None:
    whole.check(every_piece(results(clients, history_start=history_start)))


@pytest.mark.parametrize("name", ODD)
def test_hardly_anything_makes_whole_pages(name: str) -> None:
    check(ODD[name])


@pytest.mark.parametrize("history_start", [None, "2026-03-01"])
def test_a_short_history_makes_whole_pages(history_start: str | None) -> None:
    check(ODD["credits above sales"], history_start)


def test_hostile_names_are_text_wherever_they_stand() -> None:
    clients = [
        Client(
            f"a{place}",
            100.0 - place,
            90.0,
            name=name,
            industry=name,
            country=name,
            relationship="client",
            parent=HOSTILE[0] if place % 2 else None,
            cost=200.0,
            service=1.0,
        )
        for place, name in enumerate(HOSTILE)
    ]
    check([*clients, Client("gone", 0, 5, name=HOSTILE[1])])


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (
        [piece.html for piece in every_piece(results(TWENTY))],
        [piece.html for piece in every_piece(results(list(reversed(TWENTY))))],
    )
    assert first == second


def test_an_empty_exhibit_says_why_in_a_sentence() -> None:
    pieces = every_piece(results([], history_start=None))
    exhibits = [piece for piece in pieces if piece.kind == "exhibit"]
    assert len(exhibits) == 17
    assert all("No account was known on 30 September 2026." in piece.text for piece in exhibits)


def test_without_costs_the_margin_names_the_table_that_is_missing() -> None:
    pieces = every_piece(results([Client("a", 100, 90), Client("b", 50, 50)]))
    margins = next(piece for piece in pieces if "margin is not computable" in str(piece.headline))
    assert "Hand in column cost of table invoices" in margins.text or (
        "hand in column cost of table invoices" in margins.text
    )


amounts = st.integers(-5_000, 10_000_000).map(lambda pence: pence / 100)


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@example([(3.0, 2.0, "\x08 \x00\x0b\uffff")], "2020-01-01")
@given(
    st.lists(st.tuples(amounts, amounts, st.text(max_size=12)), min_size=1, max_size=14),
    st.sampled_from([None, "2026-03-01", "2020-01-01"]),
)
def test_any_portfolio_makes_whole_pages(
    rows: list[tuple[float, float, str]], history_start: str | None
) -> None:
    parameters = unit(targets={"top_10_share": 0.4, "revenue_growth": 0.1, "gross_margin": 0.3})
    clients = [
        Client(f"a{place:02d}", now, prior, name=name, industry=name, cost=now / 2)
        for place, (now, prior, name) in enumerate(rows)
    ]
    for piece in every_piece(results(clients, parameters, history_start)):
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\uffff]", piece.html)
        Walk(piece.html)
        if piece.kind == "message":
            assert 1 <= len(str(piece.headline).split()) <= 12
