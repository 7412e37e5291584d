"""What the pages RFM and lifecycle, and Recurrence and rhythm say."""

from __future__ import annotations

import re

import pytest

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.pages import lifecycle, recurrence, rfm, rhythm
from portfolio_lib.pieces.piece import Piece
from tests.analyses.purchases import Sale, recurrence_of, rfm_of, settings
from tests.pieces.pages.whole import HOSTILE, check


def every_piece(
    sales: list[Sale],
    parameters: UnitParameters | None = None,
    ids: list[str] | None = None,
    names: dict[str, str] | None = None,
) -> list[Piece]:
    scores = rfm_of(sales, parameters, ids=ids, names=names)
    found = recurrence_of(sales, parameters, ids=ids, names=names)
    pieces = [
        rfm.heat(scores),
        rfm.segments(scores),
        rfm.value_groups(scores),
        rfm.clusters(scores),
        lifecycle.stages(scores),
        lifecycle.moves(scores),
        lifecycle.movers(scores),
        lifecycle.segment_moves(scores),
        recurrence.cards(found),
        recurrence.funnel(found),
        recurrence.nearly(found),
        rhythm.missed(found),
        rhythm.changed(found),
        rhythm.expected(found),
        recurrence.could_spend_more(found),
    ]
    return [piece for piece in pieces if piece is not None]


def busy(ids: list[str]) -> list[Sale]:
    """Each client buys every ten to sixteen days, the later ones stop one after the other."""
    return [
        Sale(one, 3 + 40 * place + (10 + place) * n, 20.0 + place + n % 3, ["Oils", "Salt"][n % 2])
        for place, one in enumerate(ids)
        for n in range(30)
    ]


EIGHT = [f"a{place}" for place in range(8)]
ODD: dict[str, tuple[list[Sale], list[str]]] = {
    "nobody": ([], []),
    "one without purchase": ([], ["a"]),
    "one purchase": ([Sale("a", 0)], ["a"]),
    "three clients": ([Sale(a, n * 9) for n, a in enumerate("abc")], ["a", "b", "c"]),
    "all in one month": ([Sale(a, ago) for a in EIGHT for ago in range(20)], EIGHT),
    "everyone left long ago": ([Sale(a, 800 + 5 * n) for a in EIGHT for n in range(9)], EIGHT),
    "busy": (busy(EIGHT), EIGHT),
    "nothing recorded": (
        [Sale("a", 10 * n, 5.0, None, None) for n in range(30)],
        ["a", "b"],
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_was_bought_makes_whole_pages(name: str) -> None:
    sales, ids = ODD[name]
    check(every_piece(sales, ids=ids))


def test_hostile_names_are_text_and_two_runs_give_the_same_bytes() -> None:
    names = dict(zip(EIGHT, HOSTILE, strict=True))
    first = every_piece(busy(EIGHT), names=names)
    again = every_piece(list(reversed(busy(EIGHT))), names=names)
    assert [piece.html for piece in first] == [piece.html for piece in again]
    check(first)


def test_without_purchases_every_exhibit_gives_the_reason() -> None:
    for piece in every_piece([], ids=["a"]):
        if piece.kind == "exhibit" and piece.headline != "No client has bought yet":
            known = ("no purchase is known", "No purchase is known", "Nobody had bought", "Client")
            assert any(words in piece.text for words in known), piece.text


class TestHeadlines:
    def test_moves_name_the_number_and_the_money(self) -> None:
        asleep = [Sale("a", 130, 70.0), Sale("b", 130, 30.0), Sale("c", 1)]
        assert lifecycle.moves_headline(rfm_of(asleep)) == (
            "2 clients moved to sleeping, £100 of yearly revenue"
        )
        awake = [Sale("a", 1), Sale("a", 120)]
        assert lifecycle.moves_headline(rfm_of(awake)) == (
            "No client moved to sleeping since 30 June 2026"
        )
        assert lifecycle.moves_headline(rfm_of([Sale("a", 1)])) == (
            "Who moved since the review before is not known"
        )

    def test_moves_between_segments_name_the_money_and_where_most_of_it_went(self) -> None:
        # By the edges of June, a and b were new buyers; nobody has heard of them since.
        asleep = [Sale("a", 130, 70.0), Sale("b", 130, 30.0), Sale("c", 1)]
        said = lifecycle.segment_moves_headline(rfm_of(asleep))
        assert said.startswith("2 clients changed segment and took £100 a year along, most to “")
        assert said.endswith("”: £100")
        assert lifecycle.segment_moves_headline(rfm_of([Sale("a", 1)])) == (
            "Moves between segments are not known"
        )

    def test_the_table_of_segment_moves_has_who_joined_and_blanks_where_nobody_moved(self) -> None:
        text = lifecycle.segment_moves(
            rfm_of([Sale("a", 130, 70.0), Sale("b", 130, 30.0), Sale("c", 1, 9.0)])
        ).text
        counts, money = text.split("Their revenue")
        assert sum(map(int, re.findall(r"\t(\d+)", counts.partition("\n1 ")[2]))) == 3
        assert "Not yet a client" in counts
        assert "Not yet a client" in money
        assert "\t–" in counts

    def test_the_largest_client_that_went_quiet_is_named(self) -> None:
        two = rfm_of([Sale("a", 130, 70.0), Sale("b", 130, 30.0), Sale("c", 1)])
        assert lifecycle.movers_headline(two) == (
            "2 clients went quiet; Client a is the largest, £70 a year"
        )
        one = rfm_of([Sale("a", 130, 70.0), Sale("c", 1)])
        assert lifecycle.movers_headline(one) == "Client a went quiet, worth £70 a year"

    def test_the_weakest_step_is_said_as_a_place(self) -> None:
        # Ten buy once, five of them twice, all five a third time.
        sales = [Sale(f"a{n}", 5) for n in range(10)]
        sales += [Sale(f"a{n}", ago) for n in range(5) for ago in (6, 7)]
        assert recurrence.funnel_headline(recurrence_of(sales)) == (
            "The weakest step is the second purchase: 50% of clients make it"
        )
        assert recurrence.funnel_headline(recurrence_of(sales[:3])) == (
            "0 of 3 clients bought on 4 days or more; too few to name a worst step"
        )
        assert recurrence.funnel_headline(recurrence_of([])) == "Nobody bought in the last year"

    def test_one_client_is_in_the_singular(self) -> None:
        near = recurrence_of([Sale("a", ago) for ago in (5, 50, 90)])
        assert recurrence.nearly_headline(near) == "1 client is one purchase short of recurring"
        none = recurrence_of([Sale("a", 5)])
        assert recurrence.nearly_headline(none) == "No client is one purchase short of recurring"

    def test_the_late_are_set_beside_chance(self) -> None:
        late = recurrence_of([Sale("a", 30 + ago) for ago in (0, 10, 20, 30, 40)])
        assert rhythm.missed_headline(late) == (
            "1 client missed a repurchase; about 0 would by chance alone"
        )
        few = recurrence_of([Sale("a", 5)])
        assert rhythm.missed_headline(few) == "Too few purchases to say who is late"

    def test_unstable_groups_are_not_to_be_acted_on(self) -> None:
        few = rfm_of([Sale("a", 5)], settings({"clusters": True}))
        assert rfm.clusters_headline(few) == "There are too few clients to look for groups"
        assert rfm.clusters(rfm_of([Sale("a", 5)])) is None


def test_long_lists_say_how_much_they_leave_out() -> None:
    ids = [f"a{place:02d}" for place in range(30)]
    sales = [Sale(one, ago) for one in ids for ago in (5, 50, 90)]
    shown = recurrence.nearly(recurrence_of(sales, settings(recurrence={"accounts_shown": 7})))
    assert "7 of 30 are shown; the rest is in the workbook." in shown.html
    assert sum(f"Client {one}" in shown.html for one in ids) == 7


def test_frozen_edges_come_with_the_lines_that_keep_them() -> None:
    note = rfm.freezing_note(rfm_of([Sale(one, 5, 10.0) for one in "abcde"]))
    assert "monetary_cutoffs: [11, 11, 11, 11]" in note
    given = settings(
        {
            "recency_cutoffs_days": (1, 2, 3, 4),
            "frequency_cutoffs": (2, 3, 4, 5),
            "monetary_cutoffs": (1.0, 2.0, 3.0, 4.0),
        }
    )
    assert rfm.freezing_note(rfm_of([Sale("a", 5)], given)).endswith(
        "All edges are fixed in the parameters."
    )
