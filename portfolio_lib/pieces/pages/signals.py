"""The page Wake-up calls: what rings, what falls are made of, plan, goals, earlier calls."""

from __future__ import annotations

import math

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.signals import Signals
from portfolio_lib.pieces import Column, exhibit, figure, kpis, table, words
from portfolio_lib.pieces.pages import parts, signal_words
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.signal_charts import variance_columns

SOURCE = "accounts and revenue by month"
CARDS = ("calls", "still_open", "borne_out", "revenue")


def cards(signals: Signals) -> Piece:
    """Four figures: what is new, what is still open, how often calls were right, revenue."""
    return kpis([signals.figures[f"signals.{key}"] for key in CARDS], currency=signals.currency)


def calls(signals: Signals) -> Piece:
    """Everything outside its expected range in the months judged, open calls first."""
    said = signal_words.calls_headline(signals)
    judged = parts.window(signals.figures["signals.calls"])
    measure = f"months outside their expected range, {signals.currency}"
    origin = parts.source(SOURCE, signals.as_of)
    rows = signals.calls
    if rows.empty:
        reason = signals.figures["signals.calls"].reason
        help_ = signal_words.truncated_note(signals) or None
        why = reason or f"nothing rings from {judged}; {_best_told(signals)}"
        return parts.unshown(said, measure, why, source=origin, name="wake-up-calls", help_=help_)
    shown = rows.head(signals.calls_shown)
    body = table(
        shown.assign(
            what=[signal_words.KINDS[kind] for kind in shown["kind"]],
            state=[signal_words.call_state(row) for _, row in shown.iterrows()],
        ),
        caption="Wake-up calls",
        name="wake-up-calls-table",
        row_header="name",
        columns={
            "name": Column("What rings"),
            "what": Column("Kind"),
            "first_month": Column("Since", "month"),
            "months_out": Column("Months", "count"),
            "revenue": Column("Revenue", "money", signals.currency),
            "expected": Column("Expected", "money", signals.currency),
            "gap_share": Column("Missing", "percent"),
            "state": Column("State"),
        },
        note=signal_words.calls_note(signals, len(shown)),
        searchable=True,
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {judged}",
        body=body,
        source=origin,
        name="wake-up-calls",
    )


def _best_told(signals: Signals) -> str:
    watched = signals.figures["signals.watched"].value
    chance = parts.number_of(signals.figures, "signals.false_alarms") or 0
    series = words.plural(watched if isinstance(watched, int) else 0, "series", "series")
    return f"{series} watched, at most {words.number(chance, 1)} false alarms to expect"


def falls(signals: Signals) -> Piece:
    """The fall of the unit and of everything that rings, in exact parts, and whom it follows."""
    said = signal_words.parts_headline(signals)
    measure = f"fall of revenue and its parts, {signals.currency}"
    origin = parts.source(SOURCE, signals.as_of)
    drop = signals.figures["signals.drop"]
    if signals.drops.empty or drop.reason:
        reason = drop.reason or "there is nothing to compare"
        return parts.unshown(said, measure, reason, source=origin, name="falls")
    shown = signals.drops.head(signals.calls_shown + 1)
    money = {
        key: Column(label, "money", signals.currency if key == "before" else None)
        for key, label in (
            *(("before", "Before"), ("now", "Now"), ("drop", "Fall"), ("lost", "Clients lost")),
            *(("new", "Fewer new"), ("frequency", "Frequency"), ("ticket", "Ticket")),
            ("won_since", "Won since"),
        )
    }
    body = table(
        shown.assign(whom=[signal_words.follows(row) for _, row in shown.iterrows()]),
        caption="What falls are made of",
        name="falls-table",
        row_header="name",
        columns={"name": Column("What fell"), **money, "whom": Column("Whom it follows")},
        note=signal_words.parts_note(signals),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(drop)}",
        body=body,
        source=origin,
        name="falls",
    )


def plan(signals: Signals) -> Piece:
    """Actual revenue by month beside its plan and the year before, with the variance."""
    said = signal_words.plan_headline(signals)
    measure = f"revenue by month beside plan and year before, {signals.currency}"
    origin = parts.source(SOURCE, signals.as_of)
    months = signals.months
    if months.empty:
        reason = signals.figures["signals.revenue_year"].reason or "there is no complete month"
        return parts.unshown(said, measure, reason, source=origin, name="revenue-and-plan")
    chart = variance_columns(
        [month.date() for month in months["month"]],
        months["revenue"].tolist(),
        previous=_known(months["previous"]),
        plan=_known(months["plan"]),
        label=lambda value: words.money(value, signals.currency),
    )
    reasons = [
        signals.figures["signals.revenue_planned"].reason,
        signal_words.truncated_note(signals),
    ]
    note = " ".join(parts.capital(text) for text in reasons if text)
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.month(months['month'].iloc[0])} to "
        f"{words.month(months['month'].iloc[-1])}",
        body=figure(chart, name="revenue-and-plan-chart", title="Revenue, plan and year before",
                    description=_description(signals)),
        source=f"{origin}. {note}" if note else origin,
        name="revenue-and-plan",
    )  # fmt: skip


def _known(values: pd.Series) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def _description(signals: Signals) -> str:
    """Every month in words, for readers who cannot see the chart."""
    told = []
    for _, row in signals.months.iterrows():
        month, revenue = words.month(row["month"], short=True), row["revenue"]
        said = f"{month} {words.money(revenue, signals.currency)}"
        others = [
            f"{name} {words.money(row[column], signals.currency)}"
            for name, column in (("plan", "plan"), ("year before", "previous"))
            if not math.isnan(row[column])
        ]
        told.append(f"{said} ({', '.join(others)})" if others else said)
    return f"Columns of revenue by month. {'; '.join(told)}."


def goals(signals: Signals) -> Piece:
    """Number of clients, average ticket and mix beside what is aimed at."""
    said = signal_words.goals_headline(signals)
    measure = "portfolio beside its goals, latest twelve months"
    origin = parts.source(SOURCE, signals.as_of)
    met = dict(signal_words.met_goals(signals))
    if all(one is None for one in met.values()):
        reason = signals.mix_unknown or (
            "no goals are given; write targets.active_accounts, signals.goals.average_ticket or "
            "signals.goals.mix in parameters/"
        )
        return parts.unshown(said, measure, reason, source=origin, name="portfolio-goals")
    rows = [*_plain_goals(signals), *_mix_goals(signals)]
    body = table(
        pd.DataFrame([{**row, "met": _mark(met.get(str(row["goal"])))} for row in rows]),
        caption="Goals of the portfolio",
        name="portfolio-goals-table",
        row_header="goal",
        columns={
            "goal": Column("Goal"),
            "actual": Column("Actual"),
            "aim": Column("Aimed at"),
            "gap": Column("Gap"),
            "met": Column("State", "status"),
        },
        note=f"The mix is by {signals.mix_by}, of {_of(signals)}; a share within a point is met."
        if len(signals.mix)
        else f"The mix is not computable: {signals.mix_unknown}."
        if signals.mix_unknown
        else None,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="portfolio-goals")


def _of(signals: Signals) -> str:
    return "revenue" if signals.mix_of == "revenue" else "active clients"


def _mark(met: bool | None) -> tuple[str, str]:
    return (
        ("grey", "No goal") if met is None else ("green", "Met") if met else ("yellow", "Not met")
    )


def _plain_goals(signals: Signals) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for key in ("accounts", "average_ticket"):
        one = signals.figures[f"signals.{key}"]
        known = isinstance(one.value, int | float) and one.target is not None
        gap = float(one.value or 0) - float(one.target or 0)
        rows.append({
            "goal": one.label,
            "actual": _plain(one, one.value),
            "aim": "none" if one.target is None else _plain(one, one.target),
            "gap": _plain(one, gap, signed=True) if known else "none",
        })  # fmt: skip
    return rows


def _plain(one: Figure, value: object, *, signed: bool = False) -> str:
    """Counts and money with all their digits: a goal may be missed by little."""
    if isinstance(value, int | float) and words.is_currency(one.unit):
        return words.money_exact(value, one.unit, signed=signed)
    return words.figure_value(one, value=value, signed=signed)


def _mix_goals(signals: Signals) -> list[dict[str, object]]:
    return [
        {
            "goal": row["group"],
            "actual": words.percent(row["actual"]),
            "aim": "none" if pd.isna(row["goal"]) else words.percent(row["goal"]),
            "gap": "none" if pd.isna(row["gap"]) else words.points(row["gap"], signed=True),
        }
        for _, row in signals.mix.iterrows()
    ]


def replay(signals: Signals) -> Piece:
    """Calls that the same rule would have raised earlier, and what followed them."""
    said = signal_words.replay_headline(signals)
    measure = f"earlier calls and the three months after them, {signals.currency}"
    origin = parts.source(SOURCE, signals.as_of)
    rows = signals.replay
    if rows.empty:
        reason = signals.figures["signals.earlier_calls"].reason or "no earlier month rings"
        return parts.unshown(said, measure, reason, source=origin, name="earlier-calls")
    shown = rows.head(signals.calls_shown)
    outcome = shown["borne_out"].map({True: "borne out", False: "passed"}).fillna("too recent")
    body = table(
        shown.assign(what=[signal_words.KINDS[kind] for kind in shown["kind"]], outcome=outcome),
        caption="Earlier calls and what followed",
        name="earlier-calls-table",
        row_header="name",
        columns={
            "name": Column("What rang"),
            "what": Column("Kind"),
            "first_month": Column("Since", "month"),
            "months_out": Column("Months", "count"),
            "gap_share": Column("Missing", "percent"),
            "followed_gap_share": Column("Missing after", "percent", missing="too recent"),
            "outcome": Column("Outcome"),
        },
        note=_replay_note(signals, len(shown)),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="earlier-calls")


def _replay_note(signals: Signals, shown: int) -> str:
    chance = parts.number_of(signals.figures, "signals.earlier_by_chance") or 0
    more = len(signals.replay) - shown
    said = [
        signals.figures["signals.borne_out"].definition,
        f"At most {words.number(chance, 1)} to expect by chance.",
    ]
    if more:
        said.append(f"{words.count(shown)} of {words.count(len(signals.replay))}; all are in the "
                    "workbook.")  # fmt: skip
    return " ".join(said)
