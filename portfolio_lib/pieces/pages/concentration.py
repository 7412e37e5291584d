"""The section Concentration: the largest clients, the curve over all, and life without the few."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.concentration import Concentration
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces import Column, drawing, exhibit, figure, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and revenue"
SHOWN = 10
FEW_CLIENTS, MANY_CLIENTS = 25, 60
NUMBER_WORDS = {1: "largest client", 5: "five largest clients", 10: "ten largest clients"}


def top_clients(concentration: Concentration) -> Piece:
    """The ten largest clients, each with its share and the share of all so far."""
    top = concentration.figures["concentration.top_10_share"]
    measure = "share of revenue by client, %"
    origin = parts.source(SOURCE, concentration.period.as_of)
    said = top_headline(concentration)
    if top.reason is not None:
        return parts.unshown(said, measure, top.reason, source=origin, name="largest-clients")
    rows = concentration.clients.head(SHOWN)
    chart = drawing.top_bars(
        [parts.drawable(name) for name in rows["client_name"]],
        rows["share"].tolist(),
        label=lambda share: words.percent(share, 1),
        highlight=rows["is_major"].tolist() if rows["is_major"].any() else None,
        notes=[words.percent(share) for share in rows["cumulative_share"]],
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(top)}",
        body=figure(
            chart,
            name="largest-clients-chart",
            title="Largest clients",
            description=parts.drawable(top_description(concentration)),
        ),
        source=origin,
        name="largest-clients",
        data=_client_table(concentration, rows),
    )


def top_headline(concentration: Concentration) -> str:
    """The share of the ten largest, against the limit, else against a year ago."""
    top = concentration.figures["concentration.top_10_share"]
    if not isinstance(top.value, int | float):
        return "Concentration is not computable"
    n = len(concentration.clients)
    if n == 1:
        return "One client brings all revenue"
    if n <= SHOWN:
        first = words.percent(parts.number_of(concentration.figures, "concentration.top_1_share"))
        return f"All revenue comes from {n} clients; the largest brings {first}"
    if top.target is not None:
        share, limit = parts.told_apart(float(top.value), float(top.target))
        if top.value > top.target:
            return f"Ten clients bring {share} of revenue; the limit is {limit}"
        return f"Ten clients bring {share} of revenue, within the limit of {limit}"
    compared = parts.against_a_year_ago(top)
    said = f"Ten clients bring {words.percent(top.value)} of revenue"
    return f"{said}, {compared}" if compared else said


def top_description(concentration: Concentration) -> str:
    """The bars in words, for readers who cannot see them."""
    rows = concentration.clients.head(SHOWN)
    ends = [rows.iloc[0], rows.iloc[-1]]
    told = [
        f"{words.name(row['client_name'])} with {words.percent(row['share'], 1)}" for row in ends
    ]
    if len(rows) == 1:
        return f"Bar chart of one client: {told[0]} of revenue."
    together = words.percent(rows["cumulative_share"].iloc[-1])
    return (
        f"Bar chart of the {len(rows)} largest clients, from {told[0]} of revenue to {told[1]}. "
        f"Together they bring {together}."
    )


def _client_table(concentration: Concentration, rows: pd.DataFrame) -> Piece:
    rest = len(concentration.clients) - len(rows)
    return table(
        rows,
        caption="Largest clients",
        name="largest-clients-data",
        row_header="client_name",
        columns={
            "rank": Column("Rank", "count"),
            "client_name": Column("Client"),
            "accounts": Column("Accounts", "count"),
            "revenue": Column("Revenue", "money", concentration.currency),
            "share": Column("Share", "percent", decimals=1),
            "cumulative_share": Column("Cumulative", "percent", decimals=1),
        },
        total={
            "client_name": "All clients with revenue" if rest else "All",
            "accounts": concentration.clients["accounts"].sum(),
            "revenue": concentration.clients["revenue"].sum(),
            "share": concentration.clients["share"].sum(),
        },
        note=client_note(concentration),
    )


def client_note(concentration: Concentration) -> str:
    """Who counts as one client, who as a major one, and what is left out of the shares."""
    majors = concentration.clients.loc[concentration.clients["is_major"], "client_name"]
    limit = words.percent(concentration.major_client_share)
    named = words.listing([words.name(name) for name in majors.head(SHOWN)])
    said = [f"Major clients ({limit} of revenue or more): {named}."]
    if concentration.grouped_accounts:
        said.append(
            f"{concentration.grouped_accounts} accounts belong to a group and are counted under "
            "their parent."
        )
    if concentration.negative_clients:
        money = words.money(concentration.negative_revenue, concentration.currency)
        have = "client has" if concentration.negative_clients == 1 else "clients have"
        said.append(
            f"{concentration.negative_clients} {have} more credits than sales ({money}); shares "
            "are of the revenue of the others."
        )
    return " ".join(said)


def curve(concentration: Concentration) -> Piece:
    """The share that the largest n clients bring, for every n."""
    tenth = concentration.figures["concentration.top_decile_share"]
    measure = "cumulative share of revenue, %"
    origin = parts.source(SOURCE, concentration.period.as_of)
    said = curve_headline(concentration)
    if tenth.reason is not None:
        return parts.unshown(said, measure, tenth.reason, source=origin, name="cumulative-revenue")
    clients = concentration.clients
    marks = places_pointed_out(len(clients))
    said_at = [
        f"{words.plural(n, 'client')}: {words.percent(clients['cumulative_share'].iloc[n - 1])}"
        for n in marks
    ]
    return exhibit(
        headline=said,
        measure=f"{measure}, clients from the largest on, {parts.window(tenth)}",
        body=figure(
            drawing.cumulative_line(clients["revenue"].tolist(), marks=marks),
            name="cumulative-revenue-chart",
            title="Cumulative share of revenue",
            description=f"Rising line. Share of revenue of the largest {'; '.join(said_at)}.",
        ),
        source=origin,
        name="cumulative-revenue",
        data=measures_table(concentration),
    )


def places_pointed_out(count: int) -> list[int]:
    """Which places of the curve carry a number: few enough that they do not run into each other.

    >>> places_pointed_out(4), places_pointed_out(30), places_pointed_out(100)
    ([1, 4], [5, 10, 15], [5, 10, 20, 50])
    """
    if count < FEW_CLIENTS:
        return sorted({1, min(5, count)})
    if count < MANY_CLIENTS:
        return [5, 10, count // 2]
    return [count // 20, count // 10, count // 5, count // 2]


def curve_headline(concentration: Concentration) -> str:
    """How few equal clients would be as concentrated, and how that has moved in a year."""
    equal = concentration.figures["concentration.effective_clients"]
    if not isinstance(equal.value, int | float):
        return "How revenue is spread is not computable"
    n = len(concentration.clients)
    if n == 1:
        return "With one client there is nothing to spread"
    said = f"{n} clients are as concentrated as {words.ratio(equal.value)} equal ones"
    if equal.previous is None:
        return said
    if words.ratio(equal.previous) == words.ratio(equal.value):
        return f"{said}, as a year ago"
    return f"{said}; a year ago it was {words.ratio(equal.previous)}"


def measures_table(concentration: Concentration) -> Piece:
    """Every measure of concentration, now and a year ago."""
    rows = pd.DataFrame(
        [(one.label, _in_unit(one, one.value), _in_unit(one, one.previous))
         for one in concentration.figures.values()],
        columns=["measure", "now", "before"],
    )  # fmt: skip
    return table(
        rows,
        caption="Measures of concentration",
        name="concentration-measures",
        row_header="measure",
        columns={
            "measure": Column("Measure"),
            "now": Column("Now", missing="not computable"),
            "before": Column("A year ago", missing="not known"),
        },
        note="The Herfindahl index is the sum of squared shares: 0 to 1, or 0 to 10,000 with "
        "shares in per cent. Accounts under one parent count as one client.",
    )


def _in_unit(one: Figure, value: object) -> str | None:
    if not isinstance(value, int | float):
        return None
    if one.unit == "share":
        return words.percent(value, 1)
    if one.unit == "index":
        return words.number(value, 3)
    return words.number(value, 1 if one.key.endswith("effective_clients") else 0)


def stress(concentration: Concentration) -> Piece:
    """Revenue and growth as they would be without the largest clients."""
    rows = concentration.stress
    top = concentration.figures["concentration.top_1_share"]
    measure = f"revenue without the largest clients, {concentration.currency}"
    origin = parts.source(SOURCE, concentration.period.as_of)
    said = stress_headline(concentration)
    if top.reason is not None or len(rows) < 2:
        reason = top.reason or "without its largest client nothing would be left"
        return parts.unshown(said, measure, reason, source=origin, name="without-the-largest")
    named = rows.assign(
        case=["All clients", *(f"Without the {_largest(size)}" for size in rows["without"][1:])]
    )
    growth = concentration.period.short_of(24)
    body = table(
        named,
        caption="Revenue without the largest clients",
        name="without-the-largest-table",
        row_header="case",
        columns={
            "case": Column("Case"),
            "revenue": Column("Revenue", "money", concentration.currency),
            "revenue_left": Column("Left", "bar"),
            "growth": Column("Growth", "percent", signed=True, missing="not computable"),
        },
        note="The same clients are left out of both years, so growth is that of the others."
        + (f" Growth {growth}." if growth else ""),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(top)}",
        body=body,
        source=origin,
        name="without-the-largest",
    )


def stress_headline(concentration: Concentration) -> str:
    """What would be left without the largest clients, and whether the others grow."""
    rows = concentration.stress
    if len(rows) < 2:
        return "Life without the largest clients is not computable"
    row = rows.iloc[-1]
    without = _largest(int(row["without"]))
    left = words.money(row["revenue"], concentration.currency)
    if pd.isna(row["growth"]):
        return f"Without the {without}, revenue would be {left}"
    how = parts.moved(row["growth"]).removeprefix("is ")
    return f"Without the {without}, revenue would be {left}, {how} on the year before"


def _largest(size: int) -> str:
    return NUMBER_WORDS.get(size, f"{size} largest clients")
