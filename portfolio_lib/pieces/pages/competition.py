"""The second part of the page Growth: competitors at clients, and how deals end."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.competition import Competition
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.growth import left
from portfolio_lib.pieces.piece import Piece

FEW_REASONS = 5


def threats(found: Competition) -> Piece:
    """Open threats by client and offering, with the revenue exposed."""
    headline = threats_headline(found)
    measure = f"open threats, revenue of twelve months, {found.currency}"
    origin = parts.source("accounts, competitors and invoices", found.as_of)
    reason = found.figures["competition.open_threats"].reason
    if reason is None and found.threats.empty:
        reason = "no competitor on record is an open threat"
    if reason is not None:
        return parts.unshown(headline, measure, reason, source=origin, name="threats")
    shown = found.threats.head(found.rows_shown)
    body = table(
        shown,
        caption="Open threats by revenue exposed",
        name="threats-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "competitor": Column("Competitor"),
            "offering": Column("Aimed at", missing="not named"),
            "first_seen": Column("First seen", "date", missing="not recorded"),
            "exposed_revenue": Column("Exposed", "money", found.currency),
            "account_revenue": Column("Client in all", "money", found.currency),
        },
        note=left(shown, found.threats)
        + "Exposed: twelve months of the offering aimed at; 0 where the client does not buy it.",
    )
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name="threats")


def threats_headline(found: Competition) -> str:
    """How much revenue competitors are after, and where."""
    count = found.figures["competition.open_threats"]
    exposed = found.figures["competition.exposed_revenue"]
    if count.value is None:
        return "Which competitors threaten us is not known"
    if not count.value:
        return "No competitor threatens a client"
    clients = words.plural(len(found.accounts), "client")
    if not exposed.value:
        return f"Competitors are seen at {clients}, aimed at nothing that they buy from us"
    share = found.figures["competition.exposed_share"].value
    of = f", {words.percent(share)} of revenue" if isinstance(share, float) else ""
    return f"{words.figure_value(exposed)} at {clients} is exposed to competitors{of}"


def rivals(found: Competition) -> Piece:
    """Win rates by competitor, industry and kind, and why deals are lost."""
    headline = losses_headline(found)
    measure = f"closed deals, last {words.plural(found.window_months, 'month')}"
    origin = parts.source("opportunities and accounts", found.as_of)
    if found.win_loss.empty:
        named = found.figures["competition.win_rate"].reason or ""
        reason = named if "hand in" in named else "no deal was closed in these months"
        return parts.unshown(headline, measure, reason, source=origin, name="win-loss")
    rows = found.win_loss.loc[found.win_loss["cut"].isin(["competitor", "segment"])]
    shown = pd.concat([part.head(found.rows_shown) for _, part in rows.groupby("cut", sort=True)])
    shown["cut"] = shown["cut"].map({"competitor": "Competitor", "segment": "Industry"})
    shown["between"] = [
        None if pd.isna(low) else f"{words.percent(low)} to {words.percent(high)}"
        for low, high in zip(shown["low"], shown["high"], strict=True)
    ]
    shown["group"] = shown["group"].replace({"not named": "none named"})
    pieces = [
        table(
            shown,
            caption="Won and lost by competitor and industry",
            name="win-loss-table",
            row_header="group",
            columns={
                "group": Column("Group"),
                "cut": Column("By"),
                "closed": Column("Closed", "count"),
                "win_rate": Column("Share won", "bar", missing="too few to say"),
                "between": Column("Between", missing="too few to say"),
                "lost_value": Column("Value lost", "money", found.currency),
            },
            note=left(shown, rows) + f"A share from {found.least_closed} closed deals on, with "
            f"{words.percent(found.interval_level)} Wilson intervals; fewer are too few to say. "
            f"{rivals_said(found)}",
        )
    ]
    return exhibit(
        headline=headline,
        measure=measure,
        body=parts.together(*pieces, *_reasons(found)),
        source=origin,
        name="win-loss",
    )


def _reasons(found: Competition) -> list[Piece]:
    if found.reasons.empty:
        return []
    shown = found.reasons.head(FEW_REASONS)
    body = table(
        shown.assign(reason=shown["reason"].str.capitalize()),
        caption="Why deals were lost",
        name="loss-reasons",
        row_header="reason",
        columns={
            "reason": Column("Reason"),
            "lost": Column("Lost", "count"),
            "share": Column("Of lost deals", "bar"),
            "lost_value": Column("Value", "money", found.currency),
        },
        note=left(shown, found.reasons).strip() or None,
    )
    return [body]


def rivals_said(found: Competition) -> str:
    """How deals against named competitors end, or why that is not known."""
    figure = found.figures["competition.win_rate"]
    if not isinstance(figure.value, float):
        return f"Against competitors: {figure.reason}."
    return f"Against named competitors {words.percent(figure.value)} were won."


def losses_headline(found: Competition) -> str:
    """The commonest reason for losing."""
    if found.win_loss.empty:
        return "How deals end is not known"
    named = found.reasons.loc[found.reasons["reason"].ne("not recorded")]
    lost = int(found.reasons["lost"].sum())
    if not lost:
        return "No deal was lost"
    if named.empty:
        return f"{words.plural(lost, 'deal')} lost, none with a reason on record"
    first = named.iloc[0]
    return (
        f"{words.name(first['reason']).capitalize()} is the commonest reason for losing, "
        f"{words.count(int(first['lost']))} of {words.plural(lost, 'lost deal')}"
    )
