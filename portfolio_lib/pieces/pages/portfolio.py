"""The page Portfolio: revenue by month, clients won and lost, segments and their markets."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Drawing

from portfolio_lib.analyses.concentration import Concentration
from portfolio_lib.analyses.portfolio import PortfolioSummary
from portfolio_lib.pieces import Column, drawing, exhibit, figure, kpis, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.portfolio_message import sentences
from portfolio_lib.pieces.piece import Piece

CARDS = (
    "portfolio.active_accounts",
    "portfolio.revenue_12m",
    "portfolio.growth",
    "portfolio.average_revenue",
    "portfolio.clients_kept",
    "portfolio.margin",
    "portfolio.recurring_in_force",
    "concentration.top_10_share",
)
SOURCE = "accounts and revenue"


def told(portfolio: PortfolioSummary, concentration: Concentration) -> Piece:
    """The portfolio in four or five sentences."""
    figures = {**portfolio.figures, **concentration.figures}
    return say(*sentences(figures, portfolio.currency))


def cards(portfolio: PortfolioSummary, concentration: Concentration) -> Piece:
    """The eight figures of the first page."""
    figures = {**portfolio.figures, **concentration.figures}
    return kpis([figures[key] for key in CARDS], currency=portfolio.currency)


def revenue(portfolio: PortfolioSummary) -> Piece:
    """Revenue by month, with the mean of the last twelve complete months."""
    months = portfolio.months
    said = revenue_headline(portfolio)
    measure = f"revenue by month, {portfolio.currency}"
    origin = parts.source(SOURCE, portfolio.period.as_of)
    if months.empty:
        reason = portfolio.figures["portfolio.revenue_12m"].reason or "no revenue is recorded"
        return parts.unshown(said, measure, reason, source=origin, name="revenue-by-month")
    first, last = months["month"].iloc[0], portfolio.period.as_of
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.month(first)} to {words.month(last)}",
        body=figure(
            _month_chart(portfolio),
            name="revenue-by-month-chart",
            title="Revenue by month",
            description=month_description(portfolio),
        ),
        source=origin,
        name="revenue-by-month",
        data=_month_table(portfolio),
    )


def revenue_headline(portfolio: PortfolioSummary) -> str:
    """Revenue, how it moved, and how far it is from its target."""
    sold, growth = (portfolio.figures[f"portfolio.{key}"] for key in ("revenue_12m", "growth"))
    if not isinstance(sold.value, int | float):
        return "There is no revenue to show"
    shown = words.figure_value(sold)
    if not isinstance(growth.value, int | float):
        said = f"{parts.spell(sold)} is {shown}; growth is not computable"
    elif parts.moved(growth.value) == "is unchanged":
        said = f"Revenue of {shown} is in line with the year before"
    else:
        said = f"Revenue {parts.moved(growth.value)} on the year before, at {shown}"
    if sold.target is None:
        return said
    gap = float(sold.value) - float(sold.target)
    distance = words.money(abs(gap), sold.unit)
    if distance == words.money(0, sold.unit):
        return f"{said}, on target"
    return f"{said}, {distance} {'above' if gap > 0 else 'below'} target"


def month_description(portfolio: PortfolioSummary) -> str:
    """What the chart shows, for readers who cannot see it."""
    months = portfolio.months
    whole = months.loc[months["is_complete"]]

    def told(row: pd.Series) -> str:
        return f"{words.money(row['revenue'], portfolio.currency)} in {words.month(row['month'])}"

    said = [f"Column chart of revenue in {words.plural(len(months), 'month')}."]
    if len(whole):
        ranked = whole.sort_values(["revenue", "month"], ascending=[False, True])
        best, worst = ranked.iloc[0], ranked.iloc[-1]
        said.append(f"The best month brought {told(best)}, the weakest {told(worst)}.")
    means = whole["mean_12m"].dropna()
    if len(means):
        ends = [words.money(value, portfolio.currency) for value in (means.iloc[0], means.iloc[-1])]
        said.append(f"The mean of twelve months went from {ends[0]} to {ends[1]}.")
    if not months["is_complete"].iloc[-1]:
        said.append(f"{words.month(months['month'].iloc[-1])} is not over.")
    return " ".join(said)


def _month_chart(portfolio: PortfolioSummary) -> Drawing:
    months = portfolio.months
    partial = not bool(months["is_complete"].iloc[-1])
    chart = drawing.month_columns(
        [day.date() for day in months["month"]],
        months["revenue"].tolist(),
        label=lambda value: words.money(value, portfolio.currency),
        last_is_partial=partial,
    )
    if months["mean_12m"].notna().sum() > 1:
        with drawing.house_style():
            axes = chart.axes[0]
            means = months["mean_12m"].tolist()
            name = "Mean of the last 12 complete months"
            axes.plot(range(len(means)), means, color=drawing.SECOND, label=name, zorder=6)
            if not partial:
                axes.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, borderaxespad=0)
    return chart


def _month_table(portfolio: PortfolioSummary) -> Piece:
    months = portfolio.months.assign(
        state=portfolio.months["is_complete"].map({True: "complete", False: "not over"})
    )
    return table(
        months,
        caption="Revenue by month",
        name="revenue-by-month-data",
        row_header="month",
        columns={
            "month": Column("Month", "month"),
            "revenue": Column("Revenue", "money", portfolio.currency),
            "mean_12m": Column(
                "Mean of 12 months",
                "money",
                portfolio.currency,
                missing="needs twelve complete months",
            ),
            "state": Column("State"),
        },
        total={"revenue": months["revenue"].sum()},
    )


def clients(portfolio: PortfolioSummary) -> Piece:
    """How the active clients of a year ago became those of today."""
    figures = portfolio.figures
    active, lost = figures["portfolio.active_accounts"], figures["portfolio.lost_accounts"]
    origin = parts.source(SOURCE, portfolio.period.as_of)
    measure = "active clients, number"
    said = clients_headline(portfolio)
    if not lost.computable:
        reason = lost.reason or "the year before is not known"
        return parts.unshown(said, measure, reason, source=origin, name="clients-won-and-lost")
    rows = [
        ("Active a year ago", active.previous),
        ("Lost", -int(lost.value or 0)),
        ("New", figures["portfolio.new_accounts"].value),
        ("Came back", figures["portfolio.returned_accounts"].value),
    ]
    body = table(
        pd.DataFrame(rows, columns=["step", "clients"]),
        caption="Active clients, from a year ago to today",
        name="clients-won-and-lost-table",
        row_header="step",
        columns={"step": Column("Step"), "clients": Column("Clients", "count", bar=True)},
        total={"step": "Active today", "clients": active.value},
        note=f"{active.definition} {figures['portfolio.new_accounts'].label}: "
        f"{parts.lowered(figures['portfolio.new_accounts'].definition)}",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(lost)}",
        body=body,
        source=origin,
        name="clients-won-and-lost",
    )


def clients_headline(portfolio: PortfolioSummary) -> str:
    """Active clients, how many left, and how many of last year's stayed."""
    figures = portfolio.figures
    active, kept = figures["portfolio.active_accounts"], figures["portfolio.clients_kept"]
    if not active.computable:
        return "There are no clients to count"
    counted = words.plural(int(active.value or 0), "client")
    are = "is" if active.value == 1 else "are"
    if not isinstance(kept.value, int | float):
        return f"{counted} {are} active; who came and went is not computable"
    lost = int(figures["portfolio.lost_accounts"].value or 0)
    if lost == 0:
        return f"{counted} {are} active; none was lost in the year"
    if kept.target is None:
        return f"{counted} {are} active; {words.percent(kept.value)} of last year's stayed"
    share, target = parts.told_apart(float(kept.value), float(kept.target))
    met = "meets" if kept.value >= kept.target else "misses"
    return f"{share} of last year's clients stayed, which {met} the target of {target}"


def segments(portfolio: PortfolioSummary) -> Piece:
    """Each segment's share of the portfolio, and the portfolio's share of each market."""
    rows = portfolio.segments
    share = portfolio.figures["portfolio.market_share"]
    origin = parts.source(SOURCE, portfolio.period.as_of)
    measure = f"revenue by {portfolio.segment_word}, {portfolio.currency}"
    said = segments_headline(portfolio)
    if rows.empty:
        reason = share.reason or "there is no client"
        return parts.unshown(said, measure, reason, source=origin, name="share-of-market")
    columns = {
        "group": Column(portfolio.segment_word.capitalize()),
        "accounts": Column("Clients", "count"),
        "revenue": Column("Revenue", "money", portfolio.currency),
        "revenue_share": Column("Share of portfolio", "bar"),
        "growth": Column("Growth", "percent", signed=True, missing="not computable"),
    }
    if rows["market_size"].notna().any():
        columns["market_size"] = Column("Market", "money", portfolio.currency, missing="not given")
        columns["market_share"] = Column(
            "Share of market", "percent", decimals=1, missing="not computable"
        )
    body = table(
        rows,
        caption=f"Revenue and market by {portfolio.segment_word}",
        name="share-of-market-table",
        row_header="group",
        columns=columns,
        total={
            "group": "All",
            "accounts": rows["accounts"].sum(),
            "revenue": rows["revenue"].sum(),
            "revenue_share": rows["revenue_share"].sum(),
            "growth": portfolio.figures["portfolio.growth"].value,
            "market_size": rows["market_size"].sum(),
            "market_share": share.value,
        },
        note=_market_note(portfolio),
    )
    window = parts.window(portfolio.figures["portfolio.revenue_12m"])
    return exhibit(
        headline=said, measure=f"{measure}, {window}", body=body, source=origin,
        name="share-of-market",
    )  # fmt: skip


def segments_headline(portfolio: PortfolioSummary) -> str:
    """The largest segment, its share of the portfolio, and of its market where that is known."""
    named = portfolio.segments.loc[portfolio.segments["kind"].eq("named")]
    if portfolio.segments.empty or not portfolio.segments["positive_revenue"].sum() > 0:
        return "There is no revenue to divide by segment"
    if named.empty or not named["positive_revenue"].sum() > 0:
        return f"No client with revenue has its {portfolio.segment_word} recorded"
    first = named.iloc[0]
    name, share = words.name(first["group"]), words.percent(first["revenue_share"])
    if share == "100%" and len(portfolio.segments) == 1:
        said = f"All revenue is in {name}"
    else:
        said = f"{name} is the largest segment, with {share} of revenue"
    if pd.isna(first["market_share"]):
        return said
    return f"{said} and {words.percent(first['market_share'], 1)} of its market"


def _market_note(portfolio: PortfolioSummary) -> str | None:
    share = portfolio.figures["portfolio.market_share"]
    said = [] if share.computable else [f"Share of market: {share.reason}."]
    if portfolio.unmatched_markets:
        names = [words.name(name) for name in portfolio.unmatched_markets]
        said.append(f"No client is in {words.listing(names)}, for which a market size is given.")
    if portfolio.segments["revenue"].ne(portfolio.segments["positive_revenue"]).any():
        said.append("Shares leave out accounts whose credits exceed their sales.")
    return " ".join(said) or None
