"""The page Health: colours by tier and by hand, clients at risk, who moved, earlier colours."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.causes import cause_in_words
from portfolio_lib.analyses.health import Health
from portfolio_lib.analyses.health_scores import LEVELS
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import health_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "all tables handed in"
TERM = {"days_to_term_end": Column("Term ends in", "count", "days", missing="no term known")}
CARDS = ("green_share", "at_risk", "at_risk_revenue", "coverage")


def cards(health: Health) -> Piece:
    """Four figures: revenue with green clients, clients at risk, what they bring, coverage."""
    return kpis([health.figures[f"health.{key}"] for key in CARDS], currency=health.currency)


def colours(health: Health) -> Piece:
    """Clients by tier and colour, with what the red and yellow ones bring."""
    said = told.colours_headline(health)
    measure = f"clients by tier and colour, number and yearly revenue in {health.currency}"
    origin = parts.source(SOURCE, health.as_of)
    reason = health.figures["health.grey"].reason
    if reason is not None:
        return parts.unshown(said, measure, reason, source=origin, name="health-colours")
    rows, total = _by_tier(health)
    body = table(
        rows,
        caption="Clients by tier and colour",
        name="health-colours",
        row_header="name",
        columns={
            "name": Column("Tier"),
            **{level: Column(told.COLOURS[level], "count") for level in LEVELS},
            "revenue": Column("Revenue", "money", health.currency),
            "yellow_revenue": Column("of it yellow", "money", health.currency),
            "red_revenue": Column("of it red", "money", health.currency),
        },
        total=total,
        note=bands_note(health),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(health.as_of)}",
        body=body if health.overrides.empty else parts.together(body, overrides_table(health)),
        source=origin,
        name="health-colours",
    )


def _by_tier(health: Health) -> tuple[pd.DataFrame, dict[str, object]]:
    counts = health.matrix.pivot(index="tier", columns="level", values="accounts")
    money = health.matrix.pivot(index="tier", columns="level", values="revenue")
    rows = counts.assign(
        name=[told.tier_name(health, tier) for tier in counts.index],
        revenue=money.sum(axis=1),
        yellow_revenue=money["yellow"],
        red_revenue=money["red"],
    ).reset_index()
    summed = [*LEVELS, "revenue", "yellow_revenue", "red_revenue"]
    return rows, {"name": "All clients", **{key: rows[key].sum() for key in summed}}


def bands_note(health: Health) -> str:
    """The bands, the cap by critical measures, and how much must be known."""
    page = health.page
    critical = [one.title.lower() for _, one in page.measures.each() if one.critical and one.weight]
    cap = (
        f" Below {page.critical_below:g} points in {words.listing(critical)}: yellow at most."
        if critical
        else ""
    )
    return (
        f"Scores run from 0 to 100, and 100 is healthy. Green: {page.green_from:g} or more. "
        f"Yellow: {page.yellow_from:g} or more. Red: below.{cap} Unknown: less than "
        f"{words.percent(page.least_coverage)} of the weights is known and fresh."
        + (" No colour was given by hand." if health.overrides.empty else "")
    )


def at_risk(health: Health) -> Piece:
    """The clients at risk by revenue, each with its cause."""
    said = told.risk_headline(health)
    measure = f"clients at risk, yearly revenue in {health.currency}"
    origin = parts.source(SOURCE, health.as_of)
    rows = health.at_risk
    if rows.empty:
        reason = health.figures["health.at_risk"].reason or "no client has a colour that counts"
        return parts.unshown(said, measure, reason, source=origin, name="health-at-risk")
    shown = rows.head(health.page.accounts_shown)
    body = table(
        shown.assign(
            tier_name=[told.tier_name(health, tier) for tier in shown["tier"]],
            why=[cause_in_words(cause) for cause in shown["cause"]],
        ),
        caption="Clients at risk",
        name="health-at-risk",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "tier_name": Column("Tier"),
            "account_manager": Column("Account manager", missing="not recorded"),
            "annual_revenue": Column("Revenue", "money", health.currency, missing="not known"),
            "score": Column("Score", "number", decimals=1),
            "why": Column("Cause"),
            "alarms": Column("Early warnings", missing="none"),
            **(TERM if shown["days_to_term_end"].notna().any() else {}),
        },
        note=" ".join(
            [told.causes_sentence(health), parts_note(len(shown), len(rows)) or ""]
        ).strip(),
        searchable=True,
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(health.as_of)}",
        body=body,
        source=origin,
        name="health-at-risk",
    )


def movers(health: Health) -> Piece:
    """Clients whose colour changed since the last review, falls first."""
    said = told.movers_headline(health)
    measure = "clients with another colour than at the review before"
    origin = parts.source(SOURCE, health.as_of)
    rows = health.movers
    if rows.empty:
        reason = health.figures["health.fell"].reason or "every client kept its colour"
        return parts.unshown(said, measure, reason, source=origin, name="health-movers")
    shown = rows.head(health.page.accounts_shown)
    body = table(
        shown.assign(was=[told.COLOURS[level] for level in shown["was"]]),
        caption="Clients that changed colour",
        name="health-movers",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "was": Column("Was"),
            "level": Column("Is", "status"),
            "change": Column("Change of score", "number", signed=True, missing="not known"),
            "moved_by": Column("Moved most by", missing="nothing"),
            "annual_revenue": Column("Revenue", "money", health.currency, missing="not known"),
        },
        note=" ".join(
            ["Colours as computed, without those given by people.",
             parts_note(len(shown), len(rows)) or ""]
        ).strip(),
        searchable=True,
    )  # fmt: skip
    period = words.period(health.moved_since, health.as_of)
    return exhibit(
        headline=said, measure=f"{measure}, {period}", body=body, source=origin,
        name="health-movers",
    )  # fmt: skip


def history(health: Health) -> Piece:
    """Clients by colour on earlier days, with marks where the rules were changed."""
    said = told.history_headline(health)
    measure = "clients by colour on each day, number"
    origin = parts.source(SOURCE, health.as_of)
    reason = health.figures["health.red"].reason
    if reason is not None:
        return parts.unshown(said, measure, reason, source=origin, name="health-history")
    rows = told.shown_days(health)
    marked = rows["change"].ne("").any()
    body = table(
        rows,
        caption="Clients by colour on each day",
        name="health-history",
        row_header="snapshot_date",
        columns={
            "snapshot_date": Column("Day", "date"),
            **{level: Column(told.COLOURS[level], "count") for level in LEVELS},
            "red_revenue": Column("Revenue of red", "money", health.currency),
            **({"change": Column("Rules changed", missing="no change")} if marked else {}),
        },
        note="Every day is scored by today's rules from what was known on it."
        + ("" if marked else " No change of the rules is recorded for these days."),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="health-history")


def overrides_table(health: Health) -> Piece:
    """Colours given by people, each beside the computed one; lapsed ones are named as such."""
    return table(
        health.overrides.rename(columns={"override": "given"}),
        caption=overrides_caption(health),
        name="health-overrides",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "given": Column("Given", "status"),
            "computed_level": Column("Computed", "status", missing="not a client now"),
            "score": Column("Score", "number", decimals=1, missing="not known"),
            "reason": Column("Reason"),
            "by_role": Column("Given by"),
            "expires": Column("Until", "date"),
            "state": Column("Now"),
        },
    )


def overrides_caption(health: Health) -> str:
    """How many colours given by people count, and how many have lapsed."""
    count = parts.number_of(health.figures, "health.overrides") or 0
    lapsed = parts.number_of(health.figures, "health.overrides_lapsed") or 0
    said = f"{words.plural(count, 'colour') if count else 'No colour'} given by hand "
    said += "counts" if count < 2 else "count"
    have = "has" if lapsed == 1 else "have"
    return f"{said}; {words.count(lapsed)} {have} lapsed" if lapsed else said
