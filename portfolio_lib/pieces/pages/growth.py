"""The page Growth: what clients could buy next, deals, room within clients, prospects, stories."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.growth import Growth
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import growth_words as said
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece

CARDS = ("expected_value", "open_cells", "weighted_value", "win_rate")
STATES = {
    "ours": "Ours",
    "pipeline": "Pipeline",
    "competitor": "Rival",
    "in-house": "In-house",
    "not eligible": "Not eligible",
    "open": "Open",
    "unknown": "Unknown",
}
ORDERS = {
    "similar": "By similar clients (this page)",
    "popular": "By popularity of the offering",
    "random": "Random order, expected",
}


def cards(found: Growth) -> Piece:
    """Four figures: expected value, open cells, weighted pipeline, win rate."""
    return kpis([found.figures[f"growth.{key}"] for key in CARDS], currency=found.currency)


def whitespace(found: Growth) -> Piece:
    """The open cells worth most, and the grid by offering."""
    headline = said.whitespace_headline(found)
    measure = f"open cells of client × {said.COLUMN_WORDS[found.column]}, {found.currency} a year"
    origin = parts.source("accounts, invoices, contracts, offerings and opportunities", found.as_of)
    missing = found.figures["growth.open_cells"].reason
    if missing is not None:
        return parts.unshown(headline, measure, missing, source=origin, name="whitespace")
    pieces = [*_first_cells(found), _grid(found)]
    return exhibit(
        headline=headline,
        measure=f"{measure}, on {words.day(found.as_of)}",
        body=parts.together(*pieces),
        source=origin,
        name="whitespace",
    )


def _first_cells(found: Growth) -> list[Piece]:
    rows = found.opportunities
    if rows.empty:
        return []
    shown = rows.head(found.rows_shown).copy()
    shown["similar"] = _of(shown)
    return [
        table(
            shown,
            caption="Open cells by expected value",
            name="whitespace-cells",
            row_header="account_name",
            columns={
                "account_name": Column("Client"),
                "offering": Column("Could buy"),
                "similar": Column("Similar clients that buy"),
                "potential": Column("Potential", "money", found.currency),
                "probability": Column("Chance", "percent"),
                "expected_value": Column("Expected", "money", found.currency),
            },
            note=left(shown, rows) + said.value_note(found),
        )
    ]


def _of(rows: pd.DataFrame) -> list[str]:
    return [f"{int(k)} of {int(n)}" for k, n in zip(rows["k"], rows["n"], strict=True)]


def left(shown: pd.DataFrame, rows: pd.DataFrame) -> str:
    """How many rows are shown of how many; nothing where all are."""
    told = all_in_workbook(len(shown), len(rows))
    return f"{told} " if told else ""


def _grid(found: Growth) -> Piece:
    rows = found.offerings
    shown = rows.head(found.rows_shown + 2)
    held = {key: name for key, name in STATES.items() if rows[key].sum() > 0}
    return table(
        shown,
        caption="Cells by offering and state",
        name="whitespace-grid",
        row_header="offering",
        columns={
            "offering": Column("Offering"),
            **{key: Column(name, "count") for key, name in held.items()},
            "valued": Column("With a value", "count"),
            "expected_value": Column("Expected", "money", found.currency),
        },
        note=left(shown, rows)
        + "Clients in each state. Unknown: no industry on record, or too few similar clients. "
        "Open cells that were ours more than a year ago are counted and not valued.",
    )


def back_test(found: Growth) -> Piece:
    """What became of the grid of a year ago."""
    headline = said.back_test_headline(found)
    measure = "first cells of a year ago bought for the first time in the year after, %"
    origin = parts.source("invoices and contracts as known a year ago", found.as_of)
    if found.test.reason is not None:
        return parts.unshown(
            headline, measure, found.test.reason, source=origin, name="whitespace-test"
        )
    rows = found.test_orders.copy()
    rows["label"] = rows["order"].map(ORDERS)
    rows["between"] = [
        None if pd.isna(low) else f"{words.percent(low)} to {words.percent(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    body = table(
        rows,
        caption="Three orders of the same open cells",
        name="whitespace-orders",
        row_header="label",
        columns={
            "label": Column("Order"),
            "cells": Column("First cells", "count"),
            "hits": Column("Bought", "number", decimals=1),
            "hit_rate": Column("Share", "bar"),
            "between": Column("Between", missing="an expectation has none"),
        },
        note=f"{words.count(found.test.cells)} cells were open, {words.count(found.test.hits)} "
        f"were bought. Where cells tie, the mean over all their orders. Between: "
        f"{words.percent(found.interval_level)} Wilson intervals, each order by itself.",
    )
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name="whitespace-test"
    )


def pipeline(found: Growth) -> Piece:
    """Open deals by kind, with win rates."""
    headline = said.pipeline_headline(found)
    measure = f"open deals by kind, {found.currency} a year"
    origin = parts.source("opportunities", found.as_of)
    missing = found.figures["growth.open_deals"].reason
    if missing is not None:
        return parts.unshown(headline, measure, missing, source=origin, name="pipeline")
    late = found.pipeline["overdue"].sum() > 0
    rows = found.pipeline.assign(kind=found.pipeline["kind"].str.capitalize())
    rows["between"] = [
        None if pd.isna(low) else f"{words.percent(low)} to {words.percent(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    body = table(
        rows,
        caption="Pipelines by kind",
        name="pipeline-kinds",
        row_header="kind",
        columns={
            "kind": Column("Kind"),
            "open": Column("Open", "count"),
            "value": Column("Value", "money", found.currency),
            "weighted_value": Column("Weighted", "money", found.currency),
            "in_stage": Column("Most in", missing="none open"),
            "median_age_days": Column("Days open, middle", "count", missing="none open"),
            **({"overdue": Column("Past closing day", "count")} if late else {}),
            "closed": Column("Closed", "count"),
            "win_rate": Column("Won", "percent", missing="too few to say"),
            "between": Column("Between", missing="too few to say"),
        },
        note=f"Closed deals: the last {words.plural(found.window_months, 'month')}; a win rate "
        f"from {found.least_closed} on. {said.pipeline_note(found)}",
    )
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name="pipeline")


def expansion(found: Growth) -> Piece:
    """Places, departments and prices within clients."""
    pieces = [say(*said.expansion_sentences(found))]
    gaps = found.reach.loc[found.reach["missing"].notna()]
    if len(gaps):
        shown = gaps.head(found.rows_shown).copy()
        shown["similar"] = _of(shown)
        pieces.append(
            table(
                shown,
                caption="Departments that similar clients let us into",
                name="expansion-departments",
                row_header="account_name",
                columns={
                    "account_name": Column("Client"),
                    "reached": Column("We know people in", missing="none"),
                    "missing": Column("Missing"),
                    "similar": Column("Similar clients where we do"),
                },
                note=left(shown, gaps) + "Departments are read from job titles.",
            )
        )
    pieces += _odd_prices(found)
    return exhibit(
        headline=said.expansion_headline(found),
        measure="departments, places and unit prices of clients",
        body=parts.together(*pieces),
        source=parts.source("accounts, contacts and invoices", found.as_of),
        name="expansion",
    )


def _odd_prices(found: Growth) -> list[Piece]:
    if found.prices.empty:
        return []
    shown = found.prices.head(found.rows_shown).copy()
    shown["as_far"] = [
        f"{int(k)} of {int(n)}" for k, n in zip(shown["as_far"], shown["others"], strict=True)
    ]
    columns = {
        "account_name": Column("Client"),
        "offering": Column("Offering"),
        "unit_price": Column("Pays", "number", decimals=2),
        "usual_price": Column("Usual", "number", decimals=2),
        "of_usual": Column("Against usual", "percent", signed=True),
        "as_far": Column("Others as far"),
        "of_list": Column("Against list", "percent", signed=True, missing="no list price"),
        "difference": Column("A year", "money", found.currency, signed=True),
    }
    if shown["of_list"].isna().all():
        del columns["of_list"]
    return [
        table(
            shown,
            caption="Unit prices out of line",
            name="unit-prices",
            row_header="account_name",
            columns=columns,
            note=left(shown, found.prices)
            + "Usual: the median of all buyers. A year: the difference × units of twelve months.",
        )
    ]


def prospects(found: Growth) -> Piece:
    """Prospects that look like the best clients, with the traits that make them alike."""
    headline = said.prospects_headline(found)
    measure = "prospects by likeness to the best clients"
    origin = parts.source("accounts and prospects", found.as_of)
    missing = found.figures["growth.look_alikes"].reason
    if missing is not None:
        return parts.unshown(headline, measure, missing, source=origin, name="look-alikes")
    rows = found.prospects
    shown = rows.head(found.rows_shown).copy()
    shown["deal"] = shown["in_pipeline"].map({True: "yes", False: "no"})
    body = table(
        shown,
        caption="Prospects most like the best clients",
        name="look-alikes-table",
        row_header="name",
        columns={
            "name": Column("Prospect", missing="no name"),
            "alike": Column("What makes it alike"),
            "score": Column("Times as common", "number", decimals=1),
            "source": Column("Source", missing="not recorded"),
            "deal": Column("Deal open"),
        },
        note=left(shown, rows)
        + "Best: the quarter of clients with the most revenue, unless your settings say "
        "otherwise. Times as common: its traits among the best ÷ among the others, multiplied.",
    )
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name="look-alikes")


def stories(found: Growth) -> Piece:
    """Clients whose story could be told."""
    headline = said.stories_headline(found)
    measure = "satisfied clients that meet three of four tests"
    origin = parts.source("accounts, invoices, surveys and issues", found.as_of)
    reason = found.figures["growth.success_cases"].reason
    if reason is None and found.success_cases.empty:
        reason = "nobody is satisfied, without an urgent issue, and meets three of the four tests"
    if reason is not None:
        return parts.unshown(headline, measure, reason, source=origin, name="success-stories")
    rows = found.success_cases
    shown = rows.head(found.rows_shown)
    shown = shown.assign(carries=said.what_carries(shown))
    sent = shown["recommended"].sum() > 0
    body = table(
        shown,
        caption="Success stories to ask for",
        name="success-stories-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "industry": Column("Industry", missing="not recorded"),
            "revenue_12m": Column("Revenue", "money", found.currency),
            "growth": Column("Growth", "percent", signed=True, missing="no year before"),
            "satisfaction": Column("Satisfaction", "number", decimals=0),
            "tenure_years": Column("Years", "number", decimals=1, missing="not known"),
            **({"recommended": Column("Clients it sent", "count")} if sent else {}),
            "carries": Column("Carries far by"),
            "strength": Column("Strength", "count"),
        },
        note=left(shown, rows)
        + f"Tests: among the best by revenue; satisfied ({words.number(found.satisfied_from)} of "
        "10 or more, within a year); growing; long with us. None had an urgent issue in 90 days. "
        "A story carries far by influence (market influence or strategic value of "
        f"{words.number(found.influential_from)} of 5 or more) and by voice (on the list of "
        "references and advocates). Strength, of 6: tests met, and one for each of these.",
    )
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name="success-stories"
    )
