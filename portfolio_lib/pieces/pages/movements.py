"""The page Movements, NRR and GRR: what stayed, what moved, and who moved it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.movements import MovementSummary
from portfolio_lib.analyses.panel import KINDS
from portfolio_lib.pieces import Column, exhibit, figure, kpis, say, table, words
from portfolio_lib.pieces.pages import movement_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.retention_charts import RateLine, movement_columns, rate_lines

SOURCE = "accounts and revenue"
CARDS = ("nrr", "grr", "logo", "lost_accounts", "start", "gone", "gained", "end")
RATES = ("nrr", "nrr_bridge", "grr", "logo", "gross_churn", "net_churn")
GAINS = {"New": "new", "Came back": "reactivation", "Expansion": "expansion"}
LOSSES = {"Churn": "churn", "Contraction": "contraction"}
MOVED = {
    "lost": "Lost",
    "shrunk": "Brings less",
    "unchanged": "Unchanged",
    "grown": "Brings more",
    "back": "Came back",
    "new": "New",
}


def retention(movements: MovementSummary) -> Piece:
    """The rates now, with their intervals, against targets and against a year ago."""
    origin = parts.source(SOURCE, movements.as_of)
    measure = "retention of revenue and clients, %"
    said = told.retention_headline(movements)
    if movements.reason is not None:
        return parts.unshown(said, measure, movements.reason, source=origin, name="retention")
    cards = kpis([movements.figures[f"movements.{name}"] for name in CARDS])
    body = parts.together(cards, _rates_table(movements))
    return exhibit(
        headline=said,
        measure=f"{measure}, {told.months_of(movements)}",
        body=body,
        source=origin,
        name="retention",
    )


def _rates_table(movements: MovementSummary) -> Piece:
    rows = [_rate_row(movements, movements.figures[f"movements.{name}"]) for name in RATES]
    notes = [told.reading_note(movements), told.bridge_note(movements)]
    return table(
        pd.DataFrame(rows),
        caption="Rates now and a year ago",
        name="retention-table",
        row_header="label",
        columns={
            "label": Column("Rate"),
            "now": Column("Now", "percent", decimals=1),
            "interval": Column(f"{movements.interval_level:.0%} interval", missing="not given"),
            "target": Column("Target", "percent", missing="not set"),
            "before": Column("A year ago", "percent", decimals=1, missing="not known"),
            "change": Column("Change", "points", decimals=1, signed=True, missing="not known"),
            "reading": Column("Reading", missing="no interval is given for this rate"),
        },
        note=" ".join(note for note in (*notes, told.policy_note(movements)) if note),
    )


def _rate_row(movements: MovementSummary, one: Figure) -> dict[str, object]:
    name = one.key.removeprefix("movements.")
    tested = movements.changes.loc[movements.changes["rate"].eq(name)]
    now = parts.number_of(movements.figures, one.key)
    before = None if one.previous is None else float(one.previous)
    return {
        "label": one.label,
        "now": now,
        "interval": None if one.interval is None else _from_to(one.interval),
        "target": one.target,
        "before": before,
        "change": None if now is None or before is None else now - before,
        "reading": told.reading(tested.iloc[0]) if len(tested) else None,
    }


def _from_to(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{words.percent(low, 1)} to {words.percent(high, 1)}"


def movement(movements: MovementSummary) -> Piece:
    """What came and what went, month by month."""
    origin = parts.source(SOURCE, movements.as_of)
    measure = f"revenue won and lost by month, {movements.currency} a month"
    said = told.movements_headline(movements)
    months = movements.months.tail(movements.months_shown).reset_index(drop=True)
    if months.empty:
        reason = "needs two complete months of revenue; this unit has fewer"
        return parts.unshown(said, measure, reason, source=origin, name="movements")
    chart = movement_columns(
        [day.date() for day in months["month"]],
        {name: months[kind].tolist() for name, kind in GAINS.items()},
        {name: months[kind].tolist() for name, kind in LOSSES.items()},
        label=lambda value: words.money(value, movements.currency),
    )
    first, last = months["month"].iloc[0], months["month"].iloc[-1]
    drawn = figure(
        chart,
        name="movements-chart",
        title="Revenue won and lost by month",
        description=told.movements_description(movements, months),
    )
    sentence = told.movements_sentence(movements)
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.month(first)} to {words.month(last)}",
        body=drawn if sentence is None else parts.together(drawn, say(sentence)),
        source=origin,
        name="movements",
        data=_months_table(movements, months),
    )


def _amounts(movements: MovementSummary, *, start: str, end: str) -> dict[str, Column]:
    """Columns from the start over the movements to the end."""
    labels = {"new": "New", "reactivation": "Came back", "expansion": "Expansion",
              "contraction": "Contraction", "churn": "Churn"}  # fmt: skip
    return {
        "start": Column(start, "money", movements.currency),
        **{kind: Column(labels[kind], "money") for kind in KINDS},
        "end": Column(end, "money", movements.currency),
    }


def _months_table(movements: MovementSummary, months: pd.DataFrame) -> Piece:
    return table(
        months,
        caption="Movements by month",
        name="movements-data",
        row_header="month",
        columns={
            "month": Column("Month", "month"),
            **_amounts(movements, start="Start", end="End"),
            "accounts_end": Column("Clients at the end", "count"),
        },
        total={kind: months[kind].sum() for kind in KINDS},
        note="Start + new + came back + expansion − contraction − churn = end. "
        + told.policy_note(movements),
    )


def quarters(movements: MovementSummary) -> Piece:
    """NRR and GRR at the end of each quarter, with intervals and targets."""
    rows = movements.quarters
    origin = parts.source(SOURCE, movements.as_of)
    measure = f"NRR and GRR over {movements.horizon_months} months, % of revenue"
    said = told.quarters_headline(movements)
    if movements.reason is not None or rows.empty:
        reason = movements.reason or "no quarter has a month to compare with"
        return parts.unshown(said, measure, reason, source=origin, name="retention-by-quarter")
    chart = rate_lines([day.date() for day in rows["month"]], _lines(movements))
    level = words.percent(movements.interval_level)
    return exhibit(
        headline=said,
        measure=f"{measure}, with {level} intervals, "
        f"{words.month(rows['month'].iloc[0])} to {words.month(rows['month'].iloc[-1])}",
        body=figure(
            chart,
            name="retention-by-quarter-chart",
            title="NRR and GRR by quarter",
            description=told.quarters_description(movements),
        ),
        source=origin,
        name="retention-by-quarter",
        data=_quarters_table(movements),
    )


def _lines(movements: MovementSummary) -> list[RateLine]:
    rows = movements.quarters
    return [
        RateLine(
            told.RATE_NAMES[rate],
            [None if pd.isna(value) else float(value) for value in rows[rate]],
            [_interval(low, high) for low, high in zip(rows[f"{rate}_low"], rows[f"{rate}_high"],
                                                       strict=True)],
            None if target is None else float(target),
        )
        for rate in ("nrr", "grr")
        for target in [movements.figures[f"movements.{rate}"].target]
    ]  # fmt: skip


def _interval(low: float, high: float) -> tuple[float, float] | None:
    return None if pd.isna(low) or pd.isna(high) else (float(low), float(high))


def _quarters_table(movements: MovementSummary) -> Piece:
    rows = movements.quarters.copy()
    for rate in told.RATE_NAMES:
        ends = zip(rows[f"{rate}_low"], rows[f"{rate}_high"], strict=True)
        known = [_interval(low, high) for low, high in ends]
        rows[f"{rate}_interval"] = [None if one is None else _from_to(one) for one in known]
    rates = {
        key: column
        for rate, name in told.RATE_NAMES.items()
        for key, column in (
            (rate, Column(name, "percent", decimals=1, missing="not computable")),
            (f"{rate}_interval", Column("Interval", missing="not given")),
        )
    }
    return table(
        rows,
        caption="Retention at the end of each quarter, and the quarter's own churn",
        name="retention-by-quarter-data",
        row_header="month",
        columns={
            "month": Column("To the end of", "month"),
            "accounts": Column("Clients at the start", "count"),
            **rates,
            "gross_churn": Column(
                "Gross churn of the quarter", "percent", decimals=1, missing="not in the data"
            ),
            "net_churn": Column(
                "Net churn of the quarter", "percent", decimals=1, missing="not in the data"
            ),
        },
        note="Quarterly rates are not multiplied into yearly ones.",
    )


def stress(movements: MovementSummary) -> Piece:
    """Retention as it would be without the largest clients."""
    rows = movements.stress
    origin = parts.source(SOURCE, movements.as_of)
    measure = "retention without the largest clients, %"
    said = told.stress_headline(movements)
    if movements.reason is not None or len(rows) < 2:
        reason = movements.reason or "without its largest client nobody would be left"
        return parts.unshown(said, measure, reason, source=origin, name="retention-stress")
    body = table(
        rows.assign(case=[told.without(int(size)) for size in rows["without"]]),
        caption="Retention without the largest clients",
        name="retention-stress-table",
        row_header="case",
        columns={"case": Column("Case"), **_rate_columns(movements)},
        note=f"Largest by revenue in {words.month(movements.base_month)}; accounts under one "
        "parent count as one client.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {told.months_of(movements)}",
        body=body,
        source=origin,
        name="retention-stress",
    )


def _rate_columns(movements: MovementSummary) -> dict[str, Column]:
    missing = "nobody at the start"
    return {
        "accounts": Column("Clients at the start", "count"),
        "start": Column("Revenue a month then", "money", movements.currency),
        "nrr": Column("NRR", "percent", decimals=1, missing=missing),
        "grr": Column("GRR", "percent", decimals=1, missing=missing),
        "logo": Column("Clients kept", "percent", decimals=1, missing=missing),
    }


def tiers(movements: MovementSummary) -> Piece:
    """Movements and retention by the tier that clients had at the start."""
    return _groups(movements, "tiers", "tier at the start", movements.tiers_reason)


def segments(movements: MovementSummary) -> Piece:
    """Movements and retention by segment."""
    return _groups(movements, "segments", movements.segment_word, movements.reason)


def _groups(movements: MovementSummary, kind: str, what: str, reason: str | None) -> Piece:
    rows: pd.DataFrame = getattr(movements, kind)
    origin = parts.source(SOURCE, movements.as_of)
    measure = f"movements and retention by {what}, {movements.currency} a month"
    said, name = told.groups_headline(movements, kind), f"retention-{kind}"
    if reason is not None or rows.empty:
        why = reason or "there is no revenue to divide"
        return parts.unshown(said, measure, why, source=origin, name=name)
    names = [told.group_name(movements, str(group), kind) for group in rows["group"]]
    columns = {
        "name": Column(what.capitalize()),
        **_amounts(movements, start="Start", end="End"),
        **{key: one for key, one in _rate_columns(movements).items() if key != "start"},
    }
    body = table(
        rows.assign(name=names),
        caption=f"Movements and retention by {what}",
        name=f"{name}-table",
        row_header="name",
        columns=columns,
        total=_total(movements, rows),
        note="Each row and the total foot: start + new + came back + expansion − contraction − "
        f"churn = end.{_tier_note(kind)}",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {told.months_of(movements)}",
        body=body,
        source=origin,
        name=name,
    )


def _tier_note(kind: str) -> str:
    if kind != "tiers":
        return ""
    return " Tiers are those of a horizon ago: by today's, every lost client would have none."


def _total(movements: MovementSummary, rows: pd.DataFrame) -> Mapping[str, object]:
    amounts = {name: rows[name].sum() for name in ("start", *KINDS, "end", "accounts")}
    rates = {rate: told.number(movements, rate) for rate in ("nrr", "grr", "logo")}
    return {"name": "All clients", **amounts, **rates}


def accounts(movements: MovementSummary) -> Piece:
    """The clients that moved most."""
    origin = parts.source(SOURCE, movements.as_of)
    measure = f"revenue a month by client, {movements.currency}"
    said = told.accounts_headline(movements)
    if movements.reason is not None:
        return parts.unshown(said, measure, movements.reason, source=origin, name="movers")
    moved = movements.accounts.loc[movements.accounts["change"] != 0]
    shown = moved.head(movements.accounts_shown)
    notes = [
        told.listing_note(len(shown), len(moved)),
        f"Before is {words.month(movements.base_month)}, now {words.month(movements.last_month)}.",
    ]
    body = table(
        shown.assign(moved=[MOVED[str(word)] for word in shown["movement"]]),
        caption="Clients that moved most",
        name="movers-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "moved": Column("What happened"),
            "before": Column("Before", "money", movements.currency),
            "after": Column("Now", "money", movements.currency),
            "change": Column("Change", "money", movements.currency, signed=True),
        },
        searchable=True,
        note=" ".join(note for note in notes if note),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {told.months_of(movements)}",
        body=body,
        source=origin,
        name="movers",
    )
