"""What the page Segments and tiers says."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio_lib.analyses.segments import Segmentation
from portfolio_lib.pieces.pages import segments as show
from portfolio_lib.pieces.pages import tiers as show_tiers
from tests.analyses.portfolios import Client, unit
from tests.pieces.pages.pages import TWENTY, results

FIVE = [
    Client("a", 50, 10),
    Client("b", 20, 10),
    Client("c", 15, 10),
    Client("d", 10, 10),
    Client("e", 5, 10),
]


def segmented(clients: list[Client], tiers: dict[str, Any] | None = None) -> Segmentation:
    return results(clients, unit(policies={"tiers": tiers or {}})).segments


@pytest.mark.parametrize(
    ("clients", "tiers", "said"),
    [
        (FIVE, {}, "1 Strategic client is 20% of all, 50% of revenue"),
        (
            FIVE,
            {"policy": "account_rank", "shares": (0.4, 0.3), "labels": ("Gold", "B", "C")},
            "2 Gold clients are 40% of all, 70% of revenue",
        ),
        (
            FIVE,
            {"policy": "thresholds", "thresholds": (1000.0, 10.0)},
            "No client is in tier 1, Strategic",
        ),
        # No tier is recorded: the reading by revenue stands in, and the note says so.
        (FIVE, {"policy": "given"}, "1 Strategic client is 20% of all, 50% of revenue"),
        ([Client("a")], {}, "No client has revenue to be sorted by"),
        ([], {}, "There are no clients to sort into tiers"),
    ],
)
def test_the_tiers_headline(clients: list[Client], tiers: dict[str, Any], said: str) -> None:
    assert show_tiers.tiers_headline(segmented(clients, tiers)) == said


def test_a_reading_that_the_data_cannot_serve_is_replaced_and_that_is_said() -> None:
    note = show_tiers.tier_note(segmented(FIVE, {"policy": "given"}))
    assert note.startswith("The policy is given, but no account has a tier in the data;")
    assert "the first 20%, the next 30% and the last 50% of revenue" in note


def test_the_table_of_tiers_foots() -> None:
    text = show_tiers.tiers(segmented([*FIVE, Client("z", 0, 50)])).text
    assert "1 Strategic\t1\t17%\t1\t50\t50%\t50\t+400%" in text
    assert "No tier\t1\t17%\t0\t0\t0%\t0\t−100%" in text
    assert "All clients\t6\t100%\t5\t100\t100%\t17\t0%" in text


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        # Starts 0, 50, 70, 85, 95 of 100: a is tier 1, b to e are tier 3. Places 0 | 1, 2 | 3, 4:
        # by rank a is tier 1, b and c are tier 2, so b and c change.
        (FIVE, "2 of 5 clients change tier when tiers go by rank instead of revenue"),
        (FIVE[:1], "Both readings put every client into the same tier"),
        ([], "The readings of the tiers cannot be compared"),
    ],
)
def test_the_readings_headline(clients: list[Client], said: str) -> None:
    assert show_tiers.readings_headline(segmented(clients)) == said


def test_both_readings_are_shown_with_their_rules() -> None:
    piece = show_tiers.readings(segmented(FIVE))
    assert "(by revenue)" in piece.html
    assert "(by rank)" in piece.html
    # By revenue a | b to e; by rank a | b, c | d, e.
    assert "3 Transactional\t4\t50%\t2\t15%" in piece.text
    assert "By rank: Accounts, largest first, that are the first 20%" in piece.html


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("revenue", "2 clients with £20 or more bring 70% of revenue"),
        ("geography", "70% of revenue comes from Britain, more than from any other country"),
        ("industry", "All revenue comes from Retail"),
        ("relationship", "80% of revenue comes through relationships of the kind “client”"),
    ],
)
def test_the_headline_of_each_cut(name: str, said: str) -> None:
    clients = [
        Client("a", 50),
        Client("b", 20),
        Client("c", 20, country="France", relationship="partner"),
        Client("d", 10, country=None),
    ]
    if name == "revenue":
        clients = FIVE
    assert show.cut_headline(segmented(clients), name) == said


def test_cuts_without_revenue_or_records_say_so() -> None:
    blank = segmented([Client("a", 5, industry=None)])
    assert (
        show.cut_headline(blank, "industry") == "No client with revenue has its industry recorded"
    )
    assert "1 client has nothing recorded here." in show.cut(blank, "industry").html
    none = segmented([Client("a")])
    assert show.cut_headline(none, "geography") == "There is no revenue to divide by country"
    assert show.cut_headline(segmented([]), "revenue") == (
        "There are no clients to divide by revenue band"
    )


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (TWENTY, "1 client is inactive, 5% of the books; it used to bring £20k a year"),
        (
            [Client("a", 5), Client("b", 0, 30), Client("c", 0, 30)],
            "2 clients are inactive, 67% of the books; they used to bring £60 a year",
        ),
        ([Client("a", 5), Client("b")], "1 client is inactive, 50% of the books"),
        (FIVE, "Every client on the books is active"),
        ([], "There are no clients to count"),
    ],
)
def test_the_inactive_headline(clients: list[Client], said: str) -> None:
    assert show.inactive_headline(segmented(clients)) == said


def test_a_long_list_of_inactive_clients_is_cut_and_says_so() -> None:
    clients = [Client(f"a{place:02d}", 0, 100 - place) for place in range(25)]
    piece = show.inactive(segmented([*clients, Client("z", 1)]))
    assert "17 more are not listed; they brought less." in piece.html
    assert "Client a07" in piece.text
    assert "Client a08" not in piece.text


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (TWENTY, "95% of clients are active, as a year ago"),
        ([Client("a", 5, 5), Client("b", 0, 5)],
         "50% of clients are active; a year ago it was 100%"),
        ([], "There are no clients to count"),
    ],
)  # fmt: skip
def test_the_activity_headline(clients: list[Client], said: str) -> None:
    assert show.activity_headline(segmented(clients)) == said
