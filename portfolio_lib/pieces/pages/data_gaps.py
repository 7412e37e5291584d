"""What to collect next: the tables with gaps, what they would show, and of how much revenue."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.data_gaps import IN_PART, DataGaps
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.page_titles import PAGE_TITLES
from portfolio_lib.pieces.piece import Piece

NAME = "what-to-collect-next"
NOTE = (
    "Clients: clients of which the table says nothing. A client without issues, deals, "
    "agreed actions or competitors may have had none, so these tables count as whole once they "
    "hold a row; onboarding steps are looked for at new clients alone. Revenue: what these clients "
    "bring a year, by contracts in force, else over twelve months. Tables that no page of this "
    "pack reads are left out. What a missing table would show is not computable; it is never shown "
    "as nothing."
)


def to_collect(found: DataGaps) -> Piece:
    """The tables with gaps, most revenue first, with the pages that they would light up."""
    measure = (
        f"tables with gaps, by the yearly revenue of the clients without them, in {found.currency}"
    )
    origin = parts.source("all tables handed in", found.as_of)
    if found.tables.empty:
        body = say("Every table that these pages read was handed in and leaves out no client.")
        return exhibit(headline=headline(found), measure=measure, body=body, source=origin,
                       name=NAME)  # fmt: skip
    rows = found.tables
    body = table(
        rows.assign(
            shows=[would_show(uses) for uses in rows["uses"]],
            called=rows["table"] + " (" + rows["row"] + ")",
        ),
        caption="What each table would show",
        name=NAME,
        row_header="called",
        columns={
            "called": Column("Table, and what one row is"),
            "shows": Column("Would show"),
            "accounts": Column("Clients without it", "count", missing="not counted by client"),
            "revenue": Column("Revenue without it", "money", found.currency,
                              missing="not counted by client"),
            "state": Column("Handed in"),
        },
        note=NOTE if found.reason is None else f"{parts.capital(found.reason)} {NOTE}",
        searchable=True,
    )  # fmt: skip
    return exhibit(headline=headline(found), measure=measure, body=body, source=origin, name=NAME)


def would_show(uses: tuple[tuple[str, str], ...]) -> str:
    """The pages with what each would show; pages that would show the same stand together.

    >>> would_show((("service", "promises"), ("churn", "a sign"), ("health", "a sign")))
    'Issues and service levels: promises; Churn risk, Health: a sign'
    """
    pages: dict[str, list[str]] = {}
    for page, what in uses:
        pages.setdefault(what, []).append(PAGE_TITLES[page])
    return "; ".join(f"{', '.join(titles)}: {what}" for what, titles in pages.items())


def headline(found: DataGaps) -> str:
    """Which table would show most, and of how much revenue."""
    rows = found.tables
    if rows.empty:
        return "No table is missing, and none leaves out a client"
    if found.reason is not None:
        return f"{_missing(len(rows))}; no client is active to weigh them by"
    counted = rows.loc[rows["revenue"].notna()]
    if counted.empty:
        return f"{_missing(len(rows))}; none of them is about single clients"
    most = counted.loc[counted["revenue"].eq(counted["revenue"].iloc[0])]
    whole = most.loc[most["state"].ne(IN_PART) & most["accounts"].eq(found.clients)]
    if len(whole) > 1:
        return f"{_missing(len(whole))} for all {words.plural(found.clients, 'client')}"
    return _largest(counted.iloc[0], found)


def _missing(count: int) -> str:
    return f"{words.plural(count, 'table')} {'is' if count == 1 else 'are'} missing"


def _largest(row: pd.Series, found: DataGaps) -> str:
    clients = words.plural(int(row["accounts"]), "client")
    money = words.money(row["revenue"], found.currency)
    return f"Table {row['table']} says nothing of {clients} with {money} a year"
