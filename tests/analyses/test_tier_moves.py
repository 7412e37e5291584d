"""Moves between tiers since a year before, by the same amounts on both days."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio_lib.analyses.segments import Segmentation, segment_accounts
from portfolio_lib.analyses.tier_moves import GIVEN
from portfolio_lib.pieces.pages import tier_moves as show
from tests.analyses.portfolios import Client, accounts, snapshots, unit

# A year before: 100 in all, a starts at 0, b at 40, c at 70, d at 90; edges at 20 and 50. So a was
# tier 1 from 40 up, b tier 2 from 30 up, c and d tier 3. The same amounts today: a has fallen to 2,
# b is gone, c has risen to 1, d stands still, e has joined in tier 2.
FIVE = [
    Client("a", 35, 40),
    Client("b", 0, 30),
    Client("c", 45, 20),
    Client("d", 10, 10),
    Client("e", 32, 0),
]


def segmented(
    clients: list[Client],
    tiers: dict[str, Any] | None = None,
    history_start: str | None = "2020-01-01",
) -> Segmentation:
    settings = unit(policies={"tiers": tiers or {}})
    return segment_accounts(
        accounts(clients), snapshots(clients, history_start), parameters=settings
    )


def pairs(found: Segmentation) -> dict[tuple[str, str], tuple[int, float, float]]:
    return {
        (row.before, row.now): (row.accounts, row.revenue_before, row.revenue_now)
        for row in found.moves.moves.itertuples()
    }


def test_every_client_moves_from_where_it_was_to_where_it_is() -> None:
    found = segmented(FIVE)
    assert found.moves.amounts == (40, 30)
    assert pairs(found) == {
        ("1", "2"): (1, 40, 35),
        ("2", "none"): (1, 30, 0),
        ("3", "1"): (1, 20, 45),
        ("3", "3"): (1, 10, 10),
        ("none", "2"): (1, 0, 32),
    }


def test_what_fell_and_what_rose_by_hand() -> None:
    figures = segmented(FIVE).figures
    # a and b fell: 35 + 0 less 40 + 30. c and e rose: 45 + 32 less 20 + 0.
    assert (figures["segments.fell_accounts"].value, figures["segments.fell_accounts"].n) == (2, 4)
    assert figures["segments.fell_revenue_change"].value == -35
    assert (figures["segments.rose_accounts"].value, figures["segments.rose_accounts"].n) == (2, 4)
    assert figures["segments.rose_revenue_change"].value == 57


def test_nobody_moves_because_others_did() -> None:
    # By shares of this year's revenue b would have fallen behind c; by the same amounts it stays.
    clients = [Client("a", 50, 50), Client("b", 30, 30), Client("c", 400, 20)]
    found = segmented(clients)
    assert found.accounts.set_index("account_id")["tier"].to_dict() == {
        "a": "3", "b": "3", "c": "1",
    }  # fmt: skip
    assert {(was, now) for was, now in pairs(found) if was != now} == {("3", "1")}


def test_thresholds_are_the_amounts() -> None:
    found = segmented(FIVE, {"policy": "thresholds", "thresholds": (36, 15)})
    assert found.moves.amounts == (36, 15)
    assert found.figures["segments.fell_accounts"].value == 2
    assert (
        show.amounts_note(found)
        == "Tier 1 is £36 a year or more, tier 2 £15 or more, on both days."
    )


def test_by_rank_the_amounts_are_those_of_the_ranks() -> None:
    # Four with revenue: places below 1.6 are tier 1 (a, b), below 2.8 tier 2 (c).
    found = segmented(FIVE, {"policy": "account_rank", "shares": (0.4, 0.3)})
    assert found.moves.amounts == (30, 20)


@pytest.mark.parametrize(
    ("clients", "tiers", "history", "reason"),
    [
        (FIVE, {}, "2026-03-01", "needs 24 months of history; this unit has 7"),
        ([Client("a", 5, 5, tier="1")], {"policy": "given"}, "2020-01-01", GIVEN),
        ([], {}, None, "no account was known on 30 September 2026"),
        (
            [Client("a", 5)],
            {},
            "2020-01-01",
            "no client brought revenue in the twelve months to 30 September 2025",
        ),
    ],
)
def test_what_cannot_be_told_is_a_sentence(
    clients: list[Client], tiers: dict[str, Any], history: str | None, reason: str
) -> None:
    found = segmented(clients, tiers, history)
    assert found.moves.migration is None
    for way in ("fell", "rose"):
        for key in ("accounts", "revenue_change"):
            figure = found.figures[f"segments.{way}_{key}"]
            assert (figure.value, figure.reason) == (None, reason)
    piece = show.moves(found)
    assert piece.headline == "Moves between tiers are not known"
    assert f"{reason[:1].upper()}{reason[1:]}." in piece.text


def test_where_tier_2_was_empty_the_note_says_so() -> None:
    note = show.amounts_note(segmented([Client("a", 50, 50), Client("b", 10, 10)]))
    assert note.startswith("Tier 1 is £50 a year or more on both days, and leaves no room for")


def test_a_given_tier_that_nobody_has_is_followed_by_revenue() -> None:
    assert segmented(FIVE, {"policy": "given"}).moves.reading == "cumulative_revenue"


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (FIVE, "2 clients fell a tier or left, £35 less; 2 rose or joined, £57 more"),
        (
            [Client("a", 0, 5), Client("b", 5, 5)],
            "1 client that fell a tier or left brings £5 less",
        ),
        (
            [Client("a", 5, 0), Client("b", 5, 5)],
            "1 client that rose a tier or joined brings £5 more",
        ),
        ([Client("a", 6, 5), Client("b", 6, 5)], "No client changed tier within a year"),
    ],
)
def test_the_headline_says_what_moved_in_money(clients: list[Client], said: str) -> None:
    assert show.moves_headline(segmented(clients)) == said


def test_the_tables_have_who_joined_who_left_and_dashes_where_nobody_moved() -> None:
    text = show.moves(segmented(FIVE)).text
    assert "1 Strategic\t–\t1\t–\t–" in text
    assert "2 Core\t–\t–\t–\t1" in text
    assert "No revenue\t–\t1\t–\t–" in text
    assert "1 Strategic\t–\t−5\t–\t–" in text
    assert "3 Transactional\t+25\t–\t0\t–" in text


def test_a_client_not_known_a_year_before_joined() -> None:
    frames = snapshots(FIVE)
    is_e_then = frames["account_id"].eq("e") & frames["snapshot_date"].lt("2026-09-30")
    found = segment_accounts(accounts(FIVE), frames.loc[~is_e_then], parameters=unit())
    assert pairs(found)["not_yet_known", "2"] == (1, 0, 32)
    assert found.figures["segments.rose_accounts"].value == 2
    assert "Not yet a client\t–\t1\t–\t–" in show.moves(found).text
