"""The page Stakeholders and engagement: what it says, and what it lets through."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from portfolio_lib.pieces import Column, table
from portfolio_lib.pieces.pages import engagement as engagement_page
from portfolio_lib.pieces.pages import engagement_words, stakeholder_words
from portfolio_lib.pieces.pages import stakeholders as page
from portfolio_lib.pieces.piece import Piece
from tests.analyses.relations import (
    Firm,
    Met,
    Person,
    Step,
    World,
    engagement_of,
    stakeholders_of,
)
from tests.pieces.hostile import NAMES
from tests.pieces.pages import whole
from tests.pieces.pages.whole import LEAKS

PLAIN = World(
    [Firm("a", 3000, renewal_in=60, sponsor="Ours"), Firm("b", 2000, tier="2"), Firm("c", 5)],
    [
        Person("boss", "a", "economic buyer", influence=5, cadence=91, given=4),
        Person("p", "a", boss="boss", cadence=30, given=5),
        Person("r", "b", boss="boss", cadence=30),
        Person("gone", "b", left=20),
    ],
    [
        *(Met("a", "p", ago, "client" if ago > 60 else "us") for ago in (3, 33, 63, 93)),
        Met("a", "boss", 12, kind="QBR"),
        Met("b", "r", 70),
        Met("b", "gone", 400),
    ],
    [Step("a", "Kick-off", 850, 851)],
)


def every_piece(world: World) -> list[Piece]:
    """What the notebook shows, in its order."""
    found = stakeholders_of(world)
    engaged = engagement_of(world, found)
    return [
        page.cards(found, engaged),
        page.top_accounts(found),
        page.single_threaded(found),
        page.coverage(found),
        page.departures(found),
        page.strength(found),
        engagement_page.plan(engaged),
        engagement_page.due(engaged),
        engagement_page.onboarding(engaged),
    ]


def check(pieces: list[Piece]) -> None:
    whole.check(pieces, no_tags=["b-name"])


@pytest.fixture(scope="module")
def plain() -> list[Piece]:
    return every_piece(PLAIN)


def test_headlines_name_the_number_that_the_exhibit_shows(plain: list[Piece]) -> None:
    check(plain)
    assert [piece.headline for piece in plain[1:]] == [
        "2 of the 3 largest clients depend on one contact: Client b and Client c",
        "2 clients depend on one contact at most (67%); no term of theirs ends within 90 days",
        "A champion is known at 67% of clients; an executive was met at 33%",
        "1 person left clients in 365 days; all are taken over",
        "Relationships measure 2.4 of 5",
        "33% of business reviews due were held; 0% of clients were contacted as planned",
        "2 clients are overdue for a contact, worth £2.0k a year",
        "How new clients are taken on is not known",
    ]


def test_reporting_lines_are_drawn_and_said(plain: list[Piece]) -> None:
    people = plain[1]
    assert '<span class="br b1">Person p<span class="pf-hidden">, reports to Person boss' in (
        people.html
    )
    assert "  Person p\tTitle\tchampion\t3\t5.0" in people.text
    assert "Of 1 person the superior is recorded at another client." in people.html
    assert "No executive relationship: none was met in 180 days." in people.html
    assert "Nobody there is known." in people.html
    assert "every 30 days, 40 late" in people.text


def test_the_main_contact_is_marked_and_missed_where_it_left() -> None:
    people = [
        Person("m", "a", main=True),
        Person("n", "a", role=None, main=True),
        Person("o", "a", main=False),
        Person("p", "b"),
        Person("q", "b", left=20, main=True),
        Person("r", "c"),
    ]
    world = dataclasses.replace(PLAIN, people=people)
    shown = page.top_accounts(stakeholders_of(world))
    assert "Person m\tTitle\tchampion, main contact\t" in shown.text
    assert "Person n\tTitle\tmain contact\t" in shown.text
    assert "Person o\tTitle\tchampion\t" in shown.text
    assert shown.html.count("The main contact has left.") == 1
    assert shown.html.count("No main contact is marked.") == 1


def test_where_no_main_contact_is_marked_at_all_nothing_is_said_of_it(plain: list[Piece]) -> None:
    assert "main contact" not in plain[1].html


def test_the_same_clients_in_another_order_give_the_same_bytes(plain: list[Piece]) -> None:
    turned = dataclasses.replace(
        PLAIN, people=list(reversed(PLAIN.people or ())), met=list(reversed(PLAIN.met or ()))
    )
    assert [one.html for one in every_piece(turned)] == [one.html for one in plain]


def test_hostile_names_are_text_wherever_they_stand() -> None:
    # No table can hold half a letter, and "None" as a name is not a leak.
    carried = [name for name in NAMES if "\ud800" not in name and not LEAKS.search(name)]
    names = [*carried, "x" * 400, "שלום", "\u202eevil\u202c"]
    people = [
        Person(f"p{n}", "a", boss=f"p{(n + 1) % len(names)}", name=name, cadence=7, left=None)
        for n, name in enumerate(names)
    ]
    left = [Person(f"q{n}", "b", name=name, left=3, successor="p0") for n, name in enumerate(names)]
    world = World(
        [Firm("a", name=names[0], manager=names[1]), Firm("b", 5, name=names[2])],
        [*people, *left],
        [Met("a", "p0", 50), Met("b", "q0", 60)],
        page={"people_shown": 30, "accounts_shown": 100},
    )
    pieces = every_piece(world)
    check(pieces)
    assert "stand in a circle of superiors" in pieces[1].html


@pytest.mark.parametrize(
    "world",
    [
        World([], [], []),
        World([Firm("a", active=False)], None, None, None),
        World([Firm("a", 0.0, tier="none", renewal_in=None, manager=None)], None, None, []),
        World([Firm("a", tier="3")], None, [Met("a", None, 2, None, None)], [Step("a", "x", 1, 9)]),
        World([Firm("a")], [Person("p", "a")], [Met("a", None, 3)]),
        World([Firm("a", tenure=90)], [Person("p", "a", cadence=10)], [Met("a", "p", 30)],
              [Step("a", "x", 50, 60, True)]),
    ],
    ids=["nobody", "former", "bare", "no people", "unnamed", "new"],
)  # fmt: skip
def test_hardly_anything_makes_a_whole_page(world: World) -> None:
    pieces = every_piece(world)
    check(pieces)
    assert all(piece.headline for piece in pieces[1:])


def test_a_missing_table_is_named_where_its_numbers_would_stand() -> None:
    pieces = every_piece(World([Firm("a")], None, None))
    assert "No people are recorded; hand in table contacts." in pieces[1].html
    assert "hand in table interactions." in pieces[7].html


def test_nobody_due_and_nobody_alone_are_said_plainly() -> None:
    world = World(
        [Firm("a")],
        [Person("p", "a", cadence=30), Person("q", "a", "executive sponsor", cadence=91)],
        [Met("a", "p", 5), Met("a", "q", 9), *(Met("a", "q", ago) for ago in (20, 40, 60))],
    )
    found = stakeholders_of(world)
    engaged = engagement_of(world, found)
    assert stakeholder_words.map_headline(found) == (
        "The largest client is met through two people or more"
    )
    assert stakeholder_words.threads_headline(found) == "No client depends on one contact alone"
    assert engagement_words.due_headline(engaged) == "Nobody is overdue for a contact"
    assert stakeholder_words.departures_headline(found) == (
        "Nobody is recorded as having left a client in 365 days"
    )
    check([page.single_threaded(found), engagement_page.due(engaged)])


def test_branches_deeper_than_the_style_goes_are_drawn_alike() -> None:
    frame = pd.DataFrame({"who": [("<b-name>", 9, "reports to <b-name>"), ("Ann", 0, "")]})
    piece = table(frame, caption="Tree", columns={"who": Column("Who", "branch")}, row_header="who")
    assert '<span class="br b5">&lt;b-name&gt;<span class="pf-hidden">, reports to' in piece.html
    assert '<th scope="row">Ann</th>' in piece.html
