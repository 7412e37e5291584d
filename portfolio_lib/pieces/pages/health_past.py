"""The page Health: early warnings, earlier colours beside losses, weights, missing data."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.health import Health
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import health_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.health import SOURCE
from portfolio_lib.pieces.piece import Piece

LEAST_GAIN = 0.005
"""Tables that would make less of the score known are left to the workbook."""


def warnings(health: Health) -> Piece:
    """Each early warning: whom it concerns now, and how often it came true."""
    said = told.warnings_headline(health)
    measure = "alarms now, and earlier alarms that came true"
    origin = parts.source(SOURCE, health.as_of)
    reason = health.figures["health.warned"].reason
    if reason is not None:
        return parts.unshown(said, measure, reason, source=origin, name="health-warnings")
    rules = dict(health.page.warnings.in_use())
    rows = health.warnings.loc[_readable(health)]
    body = table(
        rows.assign(
            when=[told.rule(rules[key]) for key in rows["key"]],
            judged=_estimates(rows, "precision"),
            alarms_now=rows["alarms_now"].where(rows["known_now"] > 0),
        ),
        caption="Early warnings",
        name="health-warnings",
        row_header="title",
        columns={
            "title": Column("Warning"),
            "when": Column("Raised when"),
            "alarms_now": Column("Now", "count", "clients", missing="cannot be read"),
            "past_alarms": Column("Earlier alarms", "count"),
            "judged": Column("Came true (interval)", missing="no earlier alarm"),
            "base_rate": Column("All clients", "percent", missing="no outcome known"),
        },
        note=warnings_note(health),
    )
    return exhibit(headline=said, measure=f"{measure}, {words.day(health.as_of)}", body=body,
                   source=origin, name="health-warnings")  # fmt: skip


def _readable(health: Health) -> pd.Series:
    """The rules whose reading is known for someone, now or on an earlier day."""
    return health.warnings[["known_now", "base_rows"]].gt(0).any(axis=1)


def warnings_note(health: Health) -> str:
    """What coming true means, what it is held against, and what cannot be read here."""
    blind = health.warnings.loc[~_readable(health), "title"].map(words.name).tolist()
    unread = f" Cannot be read from what was handed in: {words.listing(blind)}." if blind else ""
    by, level = words.percent(health.page.shrunk_by), words.percent(health.page.interval_level)
    within = "the horizon" if health.horizon_days is None else words.days(health.horizon_days)
    return (
        f"Came true: the client left, or its yearly revenue fell by {by} or more, within {within}. "
        "Days are a full horizon apart, so that no loss counts twice. All clients: the same share "
        f"of every client whose reading was known, alarm or not. {level} Wilson intervals.{unread}"
    )


def past(health: Health) -> Piece:
    """Earlier colours beside what became of the clients."""
    said = told.past_headline(health)
    measure = "clients that left, by earlier colour"
    origin = parts.source(SOURCE, health.as_of)
    reason = health.figures["health.lost_while_green"].reason
    rows = health.colours.loc[health.colours["seen"] > 0]
    if rows.empty:
        unknown = reason or "no earlier day has its outcome yet"
        return parts.unshown(said, measure, unknown, source=origin, name="health-past")
    body = table(
        rows.assign(
            judged=_estimates(rows, "share"), name=[told.COLOURS[one] for one in rows["level"]]
        ),
        caption="Earlier colours and what became of the clients",
        name="health-past",
        row_header="name",
        columns={
            "name": Column("Colour then"),
            "seen": Column("Clients seen", "count"),
            "left": Column("Left", "count"),
            "judged": Column("Share (interval)"),
            "revenue_lost": Column("Revenue lost", "money", health.currency),
        },
        note=past_note(health),
    )
    window = parts.window(health.figures["health.green_left"])
    if window == "no window":
        window = words.day(health.as_of)
    return exhibit(headline=said, measure=f"{measure}, {window}", body=body, source=origin,
                   name="health-past")  # fmt: skip


def past_note(health: Health) -> str:
    """How days were chosen, and how much of the loss was green."""
    keys = ("health.lost_while_green", "health.lost_without_colour")
    green = parts.green_when_lost(*(health.figures[key] for key in keys))
    level = words.percent(health.page.interval_level)
    return (
        f"{green} Days are a full horizon apart, so that no loss counts twice. {level} Wilson "
        "intervals."
    )


def weights(health: Health) -> Piece:
    """Measures with their weights and scales, beside how well each ranks losses."""
    said = told.weights_headline(health)
    page = dict(health.page.measures.each())
    rows = health.measures
    body = table(
        rows.assign(
            scale=[told.scale(page[key]) for key in rows["key"]],
            judged=_estimates(rows, "auc"),
        ),
        caption="Measures, weights and scales",
        name="health-weights",
        row_header="title",
        columns={
            "title": Column("Measure"),
            "weight": Column("Weight", "number"),
            "suggested": Column("Suggested", "number", missing="too few losses"),
            "known_share": Column("Known for", "percent", missing="no client"),
            "judged": Column("Ranks losses (interval)", missing="too few losses"),
            "scale": Column("Value = points"),
        },
        note=weights_note(health),
    )
    return exhibit(
        headline=said,
        measure="weight of each measure, and share of pairs it puts in the right order",
        body=body,
        source=parts.source(SOURCE, health.as_of),
        name="health-weights",
    )


def weights_note(health: Health) -> str:
    """What ranking means, and what became of the suggested weights on later days."""
    given, other = (health.figures[f"health.{key}_auc"] for key in ("given", "suggested"))
    said = (
        "Ranks losses: of two clients, one that left and one that stayed, how often the one that "
        "left had fewer points; 50% is chance. Suggested weights are never taken by themselves."
    )
    if not isinstance(given.value, int | float) or not isinstance(other.value, int | float):
        return said
    assert health.trial is not None
    return (
        f"{said} Suggested from days before {words.day(health.trial.first_day.date())} and tried "
        f"on days from it, they rank {words.percent(other.value)}; the given ones "
        f"{words.percent(given.value)}."
    )


def worst(health: Health) -> Piece:
    """The worst clients, and how often each stays among them when the weights move."""
    said = told.worst_headline(health)
    measure = "clients with the lowest scores, and share of draws in which each stays"
    origin = parts.source(SOURCE, health.as_of)
    if health.worst.empty:
        reason = health.figures["health.worst_stays"].reason or "no client has a colour"
        return parts.unshown(said, measure, reason, source=origin, name="health-worst")
    by = words.percent(health.page.weight_range)
    body = say(
        f"Lowest scores first: {words.listing(told.firm_list(health))}.",
        f"Stays: in how many of {words.count(health.page.draws)} draws, each weight moved by up to "
        f"{by}, the client is still among the worst {words.count(len(health.worst))}.",
    )
    return exhibit(headline=said, measure=f"{measure}, {words.day(health.as_of)}", body=body,
                   source=origin, name="health-worst")  # fmt: skip


def to_collect(health: Health) -> Piece:
    """What each table would tell if it were complete."""
    said = told.collect_headline(health)
    measure = "clients for whom readings are missing or too old"
    origin = parts.source(SOURCE, health.as_of)
    if said == told.HARDLY or health.to_collect.empty:
        reason = health.figures["health.coverage"].reason or (
            "readings that can be collected are known and fresh for nearly every client"
        )
        return parts.unshown(said, measure, reason, source=origin, name="health-to-collect")
    rows = health.to_collect
    body = table(
        rows.loc[rows["out_of_grey"].gt(0) | rows["coverage_gain"].ge(LEAST_GAIN)],
        caption="What complete data would tell",
        name="health-to-collect",
        row_header="table",
        columns={
            "table": Column("Data"),
            "measures": Column("Measures"),
            "accounts": Column("Missing for", "count", "clients"),
            "out_of_grey": Column("Colour known for", "count", "more"),
            "coverage_gain": Column("Score known", "points", signed=True),
        },
        note="What only time can bring, such as two years of revenue, is left out.",
    )
    return exhibit(headline=said, measure=f"{measure}, {words.day(health.as_of)}", body=body,
                   source=origin, name="health-to-collect")  # fmt: skip


def _estimates(rows: pd.DataFrame, name: str) -> pd.Series:
    each = zip(rows[name], rows["low"], rows["high"], strict=True)
    return pd.Series([told.estimate(*one) for one in each], index=rows.index, dtype="object")
