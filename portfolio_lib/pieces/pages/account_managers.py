"""The page Account managers: books and capacity, what lies beyond luck, and who fits whom."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.account_managers import AccountManagers
from portfolio_lib.analyses.answer_scores import IN_LINE, TOO_FEW
from portfolio_lib.analyses.manager_books import NOT_KNOWN, OVER, WITHIN
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import manager_words as said
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

CARDS = ("managers", "largest_book", "capacity_used", "beyond_limits")
CUT_NAMES = {"industry": "Industry", "tier": "Tier"}
LOADS = {OVER: ("yellow", "Over"), WITHIN: ("green", "Within"), NOT_KNOWN: ("grey", "Not known")}
BOOKS_SOURCE = "accounts, managers and costs"
COMPARED_SOURCE = "accounts, invoices or contracts, surveys, interactions and issues"


def cards(found: AccountManagers) -> Piece:
    """Four figures: people, the largest book, capacity, readings beyond their limits."""
    return kpis(
        [found.figures[f"account_managers.{key}"] for key in CARDS], currency=found.currency
    )


def books(found: AccountManagers) -> Piece:
    """Each person's clients, revenue, capacity and training."""
    headline = said.books_headline(found)
    measure = "clients, revenue of twelve months, and capacity of each account manager"
    origin, name = parts.source(BOOKS_SOURCE, found.as_of), "manager-books"
    if found.managers.empty:
        reason = found.figures["account_managers.managers"].reason or "nobody is recorded"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    rows = found.managers.head(found.page.managers_shown)
    shown = rows.assign(
        tiers=[" / ".join(str(row[f"tier_{n}"]) for n in (1, 2, 3)) for _, row in rows.iterrows()],
        state=rows["load"].map(LOADS),
        training=rows["training_done"].map({True: "done", False: "not done"}),
    )
    labels = " / ".join(words.name(label, longest=20) for label in found.tier_labels)
    columns = {
        "account_manager": Column("Account manager"),
        "accounts": Column("Clients", "count"),
        "tiers": Column(f"Of these {labels}"),
        "revenue_12m": Column("Revenue", "money", found.currency),
        "revenue_share": Column("Share", "percent", missing="no revenue to divide"),
        "accounts_used": Column("Capacity used", "percent", missing="capacity not recorded"),
        "hours_used": Column("Hours used", "percent", missing="hours not recorded"),
        "state": Column("Load", "status"),
        "training": Column("Training", missing="not recorded"),
    }
    more = parts_note(len(rows), len(found.managers)) or ""
    note = f"{said.books_note(found)} {more}".strip()
    body = table(shown, caption="Books of the account managers", name=name, columns=columns,
                 row_header="account_manager", note=note)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def comparison(found: AccountManagers) -> Piece:
    """Every measure of every book, with what lies beyond its limits marked."""
    headline = said.comparison_headline(found)
    measure = "measures of each book beside what luck would make of it"
    origin, name = parts.source(COMPARED_SOURCE, found.as_of), "manager-comparison"
    if found.comparison.empty:
        reasons = sorted({one.reason for one in found.measures if one.reason})
        reason = found.figures["account_managers.managers"].reason or "; ".join(reasons)
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    people = found.managers["account_manager"].head(found.page.managers_shown)
    rows = found.comparison.loc[found.comparison["account_manager"].isin(people)]
    values = [said.reading(row) for row in rows.to_dict("records")]
    ends = [said.limits(row) for row in rows.to_dict("records")]
    limits = pd.Series(ends, index=rows.index, dtype="object")
    body = _wide(rows.assign(shown=values), people, found, name, "Measures of each book",
                 said.comparison_note(found))  # fmt: skip
    data = _wide(rows.assign(shown=limits), people, found, f"{name}-limits", "Limits of each book",
                 "The workbook has the expected values and the best estimates too.")  # fmt: skip
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name=name, data=data
    )


def _wide(
    rows: pd.DataFrame,
    people: pd.Series,
    found: AccountManagers,
    name: str,
    caption: str,
    note: str,
) -> Piece:
    """One row per person and one column per measure that can be computed."""
    keys = [one.key for one in found.measures if one.reason is None]
    labels = {one.key: one.label for one in found.measures}
    wide = rows.pivot(index="account_manager", columns="measure", values="shown")
    kept = [person for person in people if person in wide.index]
    wide = wide.reindex(index=kept, columns=keys).reset_index()
    columns = {"account_manager": Column("Account manager")}
    columns |= {key: Column(labels[key], missing=TOO_FEW) for key in keys}
    more = parts_note(len(kept), found.comparison["account_manager"].nunique()) or ""
    return table(wide, caption=caption, name=name, columns=columns, row_header="account_manager",
                 note=f"{note} {more}".strip())  # fmt: skip


def fit(found: AccountManagers) -> Piece:
    """Kinds of client with whom somebody does better or worse, where there are enough."""
    headline = said.fit_headline(found)
    measure = "NRR and satisfaction of each account manager's clients of a kind"
    origin, name = (
        parts.source("accounts, invoices or contracts, and surveys", found.as_of),
        ("manager-fit"),
    )
    rows = found.fit.loc[found.fit["reading"].ne(TOO_FEW)]
    if rows.empty:
        reason = found.figures["account_managers.fit_beyond_limits"].reason or "too few clients"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    far = (rows["value"] - rows["expected"]).abs() / (rows["high"] - rows["low"]).where(
        rows["high"] > rows["low"]
    )
    ordered = rows.assign(_line=rows["reading"].eq(IN_LINE), _far=far.fillna(0.0)).sort_values(
        ["_line", "_far", "measure", "group", "account_manager"],
        ascending=[True, False, True, True, True],
        kind="stable",
    )
    shown = ordered.head(found.page.fit_shown)
    records = shown.to_dict("records")
    shown = shown.assign(
        kind=[f"{CUT_NAMES[row['cut']]}: {words.name(row['group'])}" for row in records],
        shown=[said.value(row["value"], row["unit"]) for row in records],
        limits=pd.Series([said.limits(row) for row in records], index=shown.index, dtype="object"),
    )
    columns = {
        "account_manager": Column("Account manager"),
        "kind": Column("Kind of client"),
        "accounts": Column("Clients", "count"),
        "label": Column("Measure"),
        "shown": Column("Value"),
        "limits": Column("Limits"),
        "reading": Column("Reading"),
    }
    more = parts_note(len(shown), len(rows)) or ""
    note = f"{said.fit_note(found)} {more}".strip()
    body = table(shown, caption="Account managers and kinds of client", name=name, columns=columns,
                 row_header="account_manager", note=note)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def briefs(found: AccountManagers) -> Piece:
    """The clients with a brief of their own, each with the way to it."""
    rows = found.briefs
    headline = said.briefs_headline(found)
    measure, name = "briefs of single clients, beside this pack", "account-briefs"
    origin = parts.source("all tables handed in", found.as_of)
    if rows.empty:
        reason = "no client is of a tier that briefs are written for, or none are asked for"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    links = [(words.name(row["account_name"]), row["address"]) for row in rows.to_dict("records")]
    shown = rows.assign(client=pd.Series(links, index=rows.index, dtype="object"))
    columns = {
        "client": Column("Client", "link"),
        "tier": Column("Tier"),
        "account_manager": Column("Account manager"),
        "revenue_12m": Column("Revenue", "money", found.currency),
    }
    body = table(shown, caption="Account briefs", name=name, row_header="client", columns=columns)
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)
