"""Small portfolios as the pages see them, and every exhibit that a pack shows of them."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_lib.analyses.concentration import Concentration, measure_concentration
from portfolio_lib.analyses.portfolio import PortfolioSummary, summarise_portfolio
from portfolio_lib.analyses.segments import Segmentation, segment_accounts
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.pages import concentration as concentration_page
from portfolio_lib.pieces.pages import notes as notes_page
from portfolio_lib.pieces.pages import portfolio as portfolio_page
from portfolio_lib.pieces.pages import profitability as profitability_page
from portfolio_lib.pieces.pages import segments as segments_page
from portfolio_lib.pieces.pages import tier_moves as tier_moves_page
from portfolio_lib.pieces.pages import tiers as tiers_page
from portfolio_lib.pieces.piece import Piece
from tests.analyses.portfolios import Client, accounts, months, snapshots, unit


@dataclass(frozen=True)
class Results:
    """The three answers of one unit."""

    portfolio: PortfolioSummary
    concentration: Concentration
    segments: Segmentation


def results(
    clients: list[Client],
    parameters: UnitParameters | None = None,
    history_start: str | None = "2020-01-01",
) -> Results:
    settings = parameters or unit()
    table, facts = accounts(clients), snapshots(clients, history_start)
    return Results(
        summarise_portfolio(table, facts, months(clients), parameters=settings),
        measure_concentration(table, facts, parameters=settings),
        segment_accounts(table, facts, parameters=settings),
    )


def every_piece(found: Results) -> list[Piece]:
    """What the three notebooks show, in their order, without the data's own notes."""
    portfolio, concentration, segments = found.portfolio, found.concentration, found.segments
    return [
        portfolio_page.told(portfolio, concentration),
        portfolio_page.cards(portfolio, concentration),
        portfolio_page.revenue(portfolio),
        portfolio_page.clients(portfolio),
        profitability_page.margins(portfolio),
        profitability_page.least_profitable(portfolio),
        portfolio_page.segments(portfolio),
        concentration_page.top_clients(concentration),
        concentration_page.curve(concentration),
        concentration_page.stress(concentration),
        tiers_page.tiers(segments),
        tiers_page.readings(segments),
        tier_moves_page.moves(segments),
        *(segments_page.cut(segments, cut) for cut in segments.cuts),
        segments_page.activity(segments),
        segments_page.inactive(segments),
        notes_page.definitions(portfolio, concentration, segments),
    ]


# 100,000 × (1 + 1/2 + … + 1/20) = 359,774 now; 90,000 × (the same − 1/8) + 20,000 = 332,547 then.
TWENTY = [
    Client(
        f"a{place:02d}",
        round(100_000 / (place + 1), 2),
        round(90_000 / (place + 1), 2) if place != 7 else 0.0,
        industry=["Retail", "Energy", "Health", None][place % 4],
        country=["Britain", "France"][place % 2],
        relationship=["client", "partner"][place % 2],
        cost=round(60_000 / (place + 1), 2),
        service=100.0,
        contracts=1_000.0 if place % 3 else 0.0,
    )
    for place in range(20)
] + [Client("gone", 0, 20_000, days_since_last=400.0)]
