"""What the section Concentration says, against a limit, a year ago, or nothing."""

from __future__ import annotations

import pytest

from portfolio_lib.analyses.concentration import Concentration
from portfolio_lib.pieces.pages import concentration as show
from tests.analyses.portfolios import Client, unit
from tests.pieces.pages.pages import results

EVEN = [Client(f"a{place:02d}", 10, 10) for place in range(20)]
TOP_HEAVY = [Client("big", 110, 10), *(Client(f"a{place:02d}", 10, 10) for place in range(19))]


def measured(
    clients: list[Client], limit: float | None = None, history_start: str | None = "2020-01-01"
) -> Concentration:
    return results(clients, unit(targets={"top_10_share": limit}), history_start).concentration


@pytest.mark.parametrize(
    ("clients", "limit", "history", "said"),
    [
        (EVEN, 0.4, "2020-01-01", "Ten clients bring 50% of revenue; the limit is 40%"),
        (EVEN, 0.6, "2020-01-01", "Ten clients bring 50% of revenue, within the limit of 60%"),
        (EVEN, 0.498, "2020-01-01", "Ten clients bring 50.0% of revenue; the limit is 49.8%"),
        (EVEN, None, "2020-01-01", "Ten clients bring 50% of revenue, as a year ago"),
        # 110 + 9 × 10 of 300 is 67 %; a year ago ten of twenty alike, 50 %.
        (
            TOP_HEAVY,
            None,
            "2020-01-01",
            "Ten clients bring 67% of revenue, 17 points more than a year ago",
        ),
        (EVEN, None, "2026-03-01", "Ten clients bring 50% of revenue"),
        (EVEN[:4], 0.4, "2020-01-01", "All revenue comes from 4 clients; the largest brings 25%"),
        (EVEN[:1], 0.4, "2020-01-01", "One client brings all revenue"),
        ([Client("a")], 0.4, "2020-01-01", "Concentration is not computable"),
    ],
)
def test_the_headline_of_the_largest(
    clients: list[Client], limit: float | None, history: str, said: str
) -> None:
    assert show.top_headline(measured(clients, limit, history)) == said


@pytest.mark.parametrize(
    ("clients", "history", "said"),
    [
        (EVEN, "2020-01-01", "20 clients are as concentrated as 20.0 equal ones, as a year ago"),
        # (110² + 19 × 10²) ÷ 300² = 14,000 ÷ 90,000; its inverse is 6.4.
        (
            TOP_HEAVY,
            "2020-01-01",
            "20 clients are as concentrated as 6.4 equal ones; a year ago it was 20.0",
        ),
        (EVEN, "2026-03-01", "20 clients are as concentrated as 20.0 equal ones"),
        (EVEN[:1], "2020-01-01", "With one client there is nothing to spread"),
        ([], "2020-01-01", "How revenue is spread is not computable"),
    ],
)
def test_the_headline_of_the_curve(clients: list[Client], history: str, said: str) -> None:
    assert show.curve_headline(measured(clients, history_start=history)) == said


@pytest.mark.parametrize(
    ("clients", "history", "said"),
    [
        (
            TOP_HEAVY,
            "2020-01-01",
            "Without the ten largest clients, revenue would be £100, unchanged on the year before",
        ),
        (
            [Client("a", 60, 20), Client("b", 40, 50)],
            "2020-01-01",
            "Without the largest client, revenue would be £40, down 20% on the year before",
        ),
        (EVEN[:2], "2026-03-01", "Without the largest client, revenue would be £10"),
        (EVEN[:1], "2020-01-01", "Life without the largest clients is not computable"),
        ([], "2020-01-01", "Life without the largest clients is not computable"),
    ],
)
def test_the_headline_of_the_stress(clients: list[Client], history: str, said: str) -> None:
    assert show.stress_headline(measured(clients, history_start=history)) == said


def test_the_note_names_major_clients_groups_and_credits() -> None:
    clients = [
        Client("a", 60, parent="b"),
        Client("b", 20, name="Calder"),
        Client("c", 20),
        Client("d", -5),
    ]
    note = show.client_note(measured(clients))
    assert note == (
        "Major clients (10% of revenue or more): Calder and Client c. 2 accounts belong to a "
        "group and are counted under their parent. 1 client has more credits than sales (−£5); "
        "shares are of the revenue of the others."
    )
    assert show.client_note(measured(EVEN)).endswith("or more): none.")


def test_the_chart_and_the_headline_show_one_value() -> None:
    found = measured(TOP_HEAVY)
    piece = show.top_clients(found)
    assert "67% of revenue" in str(piece.headline)
    assert "Together they bring 67%." in piece.text


def test_every_measure_is_listed_with_the_year_before() -> None:
    text = show.measures_table(measured(TOP_HEAVY)).text
    assert "Effective number of clients\t6.4\t20.0" in text
    assert "Herfindahl index (0 to 10,000)\t1,556\t500" in text
    assert "Share of the largest client\t36.7%\t5.0%" in text
