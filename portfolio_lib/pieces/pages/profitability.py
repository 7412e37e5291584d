"""The section Profitability: margins by segment, and large clients that leave little."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.portfolio import PortfolioSummary
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

SOURCE = "revenue, direct cost and cost to serve"
MARGINS = {
    "margin": Column("Direct margin", "percent", missing="no cost recorded"),
    "margin_after_service": Column("After cost to serve", "percent", missing="no cost recorded"),
}


def margins(portfolio: PortfolioSummary) -> Piece:
    """Both margins by segment; or, without costs, which table would show them."""
    direct = portfolio.figures["portfolio.margin"]
    measure = f"margin by {portfolio.segment_word}, share of revenue"
    origin = parts.source(SOURCE, portfolio.period.as_of)
    said = margins_headline(portfolio)
    if direct.reason is not None:
        return parts.unshown(said, measure, direct.reason, source=origin, name="margins")
    body = table(
        portfolio.segments,
        caption=f"Margin by {portfolio.segment_word}",
        name="margins-table",
        row_header="group",
        columns={
            "group": Column(portfolio.segment_word.capitalize()),
            "accounts": Column("Clients", "count"),
            "revenue": Column("Revenue", "money", portfolio.currency),
            **_shown(portfolio.segments),
        },
        total={
            "group": "All",
            "accounts": portfolio.segments["accounts"].sum(),
            "revenue": portfolio.segments["revenue"].sum(),
            "margin": direct.value,
            "margin_after_service": portfolio.figures["portfolio.margin_after_service"].value,
        },
        note=_note(portfolio),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(direct)}",
        body=body,
        source=origin,
        name="margins",
    )


def margins_headline(portfolio: PortfolioSummary) -> str:
    """What is left of revenue, and how that compares with the target or a year ago."""
    direct, after = (
        portfolio.figures[f"portfolio.{key}"] for key in ("margin", "margin_after_service")
    )
    if not isinstance(direct.value, int | float):
        return "The margin is not computable"
    value, compared = words.percent(direct.value), parts.against_a_year_ago(direct)
    if direct.target is not None:
        value, target = parts.told_apart(float(direct.value), float(direct.target))
        compared = f"target {target}"
    said = f"{value} of revenue is left after direct cost"
    said += f" ({compared})" if compared else ""
    if not isinstance(after.value, int | float):
        return said
    return f"{said}, {words.percent(after.value)} after cost to serve"


def least_profitable(portfolio: PortfolioSummary) -> Piece:
    """The large clients that leave the least of their revenue."""
    rows = portfolio.least_profitable
    direct = portfolio.figures["portfolio.margin"]
    measure = "margin of large clients, share of revenue"
    origin = parts.source(SOURCE, portfolio.period.as_of)
    said = least_profitable_headline(portfolio)
    if rows.empty:
        reason = direct.reason or "no large client has a cost on record"
        return parts.unshown(said, measure, reason, source=origin, name="least-profitable")
    least = words.money(portfolio.large_from, portfolio.currency)
    body = table(
        rows,
        caption=f"The {words.plural(len(rows), 'large client')} with the lowest margin",
        name="least-profitable-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "segment": Column(portfolio.segment_word.capitalize()),
            "revenue_12m": Column("Revenue", "money", portfolio.currency),
            **_shown(rows),
        },
        note=f"Large: {least} or more in the window, the average of all clients with revenue. "
        f"There are {portfolio.large_accounts}. Lowest first, after cost to serve where known.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(direct)}",
        body=body,
        source=origin,
        name="least-profitable",
    )


def least_profitable_headline(portfolio: PortfolioSummary) -> str:
    """Large clients that cost more than they bring; else the one that leaves least."""
    rows = portfolio.least_profitable
    if rows.empty:
        return "Which large clients leave least is not computable"
    at_a_loss = int(rows["rank_margin"].lt(0).sum())
    if at_a_loss:
        cost = "costs" if at_a_loss == 1 else "cost"
        many = "or more " if at_a_loss == len(rows) < portfolio.large_accounts else ""
        verb = "brings" if at_a_loss == 1 else "bring"
        return (
            f"{at_a_loss} {many}of {words.plural(portfolio.large_accounts, 'large client')} "
            f"{cost} more than {'it' if at_a_loss == 1 else 'they'} {verb}"
        )
    first = rows.iloc[0]
    name, left = words.name(first["account_name"]), words.percent(first["rank_margin"])
    return f"Every large client brings more than it costs; {name} leaves least, {left}"


def _shown(rows: pd.DataFrame) -> dict[str, Column]:
    """The margins that are known for at least one row."""
    return {name: column for name, column in MARGINS.items() if rows[name].notna().any()}


def _note(portfolio: PortfolioSummary) -> str:
    direct, after = (
        portfolio.figures[f"portfolio.{key}"] for key in ("margin", "margin_after_service")
    )
    missing = "" if after.computable else f" After cost to serve: {after.reason}."
    return f"{direct.definition}{missing}"
