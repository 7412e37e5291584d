"""What the page Former clients, and potential and effort on the page Segments, say."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.parameters.former_models import FormerAccountsPage
from portfolio_lib.pieces import Column
from portfolio_lib.pieces.pages import former_accounts as show
from portfolio_lib.pieces.pages import potential as show_potential
from portfolio_lib.pieces.pages.lists import capped_list
from tests.analyses.formers import Held, former, potential
from tests.analyses.portfolios import Client, unit

ALIKE = [Held(Client(f"x{n}", 10), [(900, 0)]) for n in range(3)]
GONE = [
    Held(Client(f"g{n}", active=False, name=name), [(900, 100 + n)], end_reason="Price")
    for n, name in enumerate(["<b>Bold</b>", "=1+1", "Plain"])
]
PAGE = FormerAccountsPage(least_departures=2, accounts_shown=2)


def test_headlines_of_a_unit_that_lost_clients() -> None:
    found = former([*ALIKE, *GONE])
    assert (
        show.reasons_headline(found) == "3 clients left; the costliest reason is “Price”, 3 times"
    )
    assert show.winnable_headline(found) == (
        "3 former clients are worth a call; how likely a return is, is not known"
    )
    assert show.returns_headline(found) == "Too few have left to say how often clients return"
    assert show.advocates_headline(found) == "Who could speak for us is not known"


def test_the_list_is_capped_and_says_so_and_names_are_no_markup() -> None:
    piece = show.winnable(former([*ALIKE, *GONE], unit(former_accounts=PAGE)))
    assert "2 of 3 are shown; the rest is in the workbook." in piece.html
    assert "<b>Bold" not in piece.html


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("held", [[], ALIKE[:1], ALIKE])
def test_units_that_lost_nobody_have_honest_sentences(held: list[Held]) -> None:
    found = former(held)
    said = "No client has left" if held else "There are no clients that could have left"
    assert show.reasons_headline(found) == said
    assert show.winnable_headline(found) == "There is nobody to win back"
    for exhibit in (show.cards, show.reasons, show.returns, show.winnable, show.advocates):
        assert "nan" not in exhibit(found).text


def test_headlines_of_potential_and_effort() -> None:
    clients = [Held(Client(f"a{n}", 1000 - 100 * n, 1000 - 100 * n, cost=100.0)) for n in range(9)]
    found = potential([*clients, Held(Client("z", 50, 40, cost=10.0))])
    assert show_potential.high_headline(found) == (
        "1 client could become large; it lacks £550 to similar"
    )
    assert "growing, room (2 of 3 known)" in show_potential.high_potential(found).text
    assert show_potential.effort_headline(found) == "Where effort goes is not known"
    assert show_potential.misfits_headline(found) == "Whose effort does not fit is not known"
    assert show_potential.judgements_headline(found) == (
        "Strategic value and market influence are not recorded"
    )
    assert show_potential.high_headline(potential([])) == "Who could become large is not known"


def test_an_empty_list_gives_its_reason() -> None:
    empty = pd.DataFrame({"account_name": pd.Series(dtype="object")})
    piece = capped_list(
        empty,
        at_most=5,
        headline="Nobody",
        measure="clients",
        source="accounts",
        name="nobody",
        caption="Nobody",
        columns={"account_name": Column("Client")},
        reason="there is nobody",
    )
    assert "There is nobody." in piece.text


def test_the_headline_says_of_how_many_the_worth_is() -> None:
    # Four left 800 days ago and none came back: gone for 30 days or more, 0 of 4.
    past = [Held(Client(f"p{n}", active=False), [(1200, 800)]) for n in range(4)]
    page = FormerAccountsPage(least_departures=4, gone_for_days=(120,))
    late = Held(Client("late", active=False), [(900, 130)])
    early = former([*ALIKE, *past, *GONE], unit(former_accounts=page))
    assert show.winnable_headline(early).endswith("worth a call, £0 a year to be expected")
    few = [Held(Client(f"q{n}", active=False), [(900, 490)]) for n in range(3)]
    page = FormerAccountsPage(least_departures=6, gone_for_days=(130,), winnable_within_days=500)
    both = former([*ALIKE, *past, *few, *GONE, late], unit(former_accounts=page))
    assert both.figures["former_accounts.worth"].n == 3
    assert (
        show.winnable_headline(both) == "7 former clients are worth a call; 3 can be valued, at £0"
    )


def test_two_clients_of_one_name_stay_two() -> None:
    twins = [Held(Client(f"t{n}", active=False, name="Twin"), [(900, 100)]) for n in range(2)]
    found = former([*ALIKE, *twins])
    assert found.winnable["account_id"].tolist() == ["t0", "t1"]
    assert show.winnable(found).text.count("Twin\t") == 2
