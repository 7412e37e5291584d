"""The page Stakeholders and engagement: who is known and met at the clients."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from portfolio_lib.analyses.engagement import Engagement
from portfolio_lib.analyses.stakeholders import Stakeholders
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import stakeholder_words as told
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, contacts and interactions"
CARDS = ("single_threaded_share", "champion_share", "executive_met_share", "strength")
ENGAGEMENT_CARDS = ("review_completion", "plan_met", "cadence_kept", "proactive_share")
PERSON_COLUMNS = {
    "person": Column("Person", "branch"),
    "title": Column("Title", missing="not recorded"),
    "role": Column("Role", missing="not recorded"),
    "influence": Column("Influence", "count", missing="not recorded"),
    "strength_given": Column("Strength given", "number", decimals=1, missing="not given"),
    "strength_measured": Column("Measured", "number", decimals=1, missing="not known"),
    "agreed": Column("Contact agreed", missing="nothing agreed"),
    "last_contact": Column("Last contact", "date", missing="none on record"),
}


def cards(stakeholders: Stakeholders, engagement: Engagement) -> Piece:
    """Eight figures: threads, roles and strength; reviews, plan, rhythms and who begins."""
    figures = [stakeholders.figures[f"stakeholders.{key}"] for key in CARDS]
    figures += [engagement.figures[f"engagement.{key}"] for key in ENGAGEMENT_CARDS]
    return kpis(figures, currency=stakeholders.currency)


def top_accounts(found: Stakeholders) -> Piece:
    """The people of the largest clients, in the order of their reporting lines."""
    said, name = told.map_headline(found), "stakeholder-map"
    measure = (
        f"people at the {words.plural(found.page.top_accounts, 'largest client')}, under whom "
        "they report to; influence and strength 1 to 5"
    )
    origin = parts.source(SOURCE, found.as_of)
    people = found.figures["stakeholders.people"]
    if not people.computable or not found.top:
        reason = people.reason or "no client was active"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    rows = found.accounts.head(len(found.top))
    body = parts.together(
        *(_client(place, row, found) for place, (_, row) in enumerate(rows.iterrows(), start=1))
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def _client(place: int, row: pd.Series, found: Stakeholders) -> Piece:
    """The people of one client as a table, or a sentence where nobody is known."""
    people = found.people.loc[
        found.people["account_id"].eq(row["account_id"]) & found.people["is_present"]
    ]
    caption = told.client_caption(row, found)
    note = told.client_note(row, found.lines.get(row["account_id"]), found)
    if people.empty:
        return say((f"{caption}.", f"Nobody there is known. {note}"))
    shown = people.head(found.page.people_shown)
    more = parts_note(len(shown), len(people))
    cells: dict[str, list[Any]] = {
        "person": [_person(one) for one in shown.to_dict("records")],
        "role": [told.role_of(one) for one in shown.to_dict("records")],
        "agreed": [told.agreed(one) for _, one in shown.iterrows()],
    }
    return table(
        shown.assign(**cells),
        caption=caption,
        name=f"stakeholders-{place}",
        row_header="person",
        columns=PERSON_COLUMNS,
        note=" ".join(part for part in (note, more) if part) or None,
    )


def _person(row: Mapping[Hashable, Any]) -> tuple[str, int, str]:
    superior = row["superior_name"]
    under = f"reports to {words.name(superior)}" if isinstance(superior, str) else ""
    return str(row["name"]), int(row["depth"]), under


def single_threaded(found: Stakeholders) -> Piece:
    """Clients that depend on one contact, soonest end of a term first."""
    said, name = told.threads_headline(found), "single-threaded"
    measure = f"single-threaded clients by end of term, yearly revenue in {found.currency}"
    origin = parts.source(f"{SOURCE}, contracts", found.as_of)
    figure = found.figures["stakeholders.single_threaded"]
    rows = found.single_threaded
    if rows.empty:
        reason = figure.reason or "at every client at least two people were met"
        return parts.unshown(
            said, measure, reason, source=origin, name=name, help_=told.threads_note(found)
        )
    shown = rows.head(found.page.accounts_shown)
    cells: dict[str, list[Any]] = {
        "soon": [told.end_of_term(row) for _, row in shown.iterrows()],
        "met": [_met(row) for _, row in shown.iterrows()],
    }
    body = table(
        shown.assign(**cells),
        caption="Clients that depend on one contact at most",
        name=name,
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "soon": Column("Term ends", "status"),
            "annual_revenue": Column("Revenue", "money", found.currency),
            "met": Column("People met"),
            "strength_measured": Column("Strength", "number", decimals=1),
            "account_manager": Column("Manager", missing="not recorded"),
        },
        note=_joined(told.threads_note(found), parts_note(len(shown), len(rows))),
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def _met(row: pd.Series) -> str:
    return f"{words.count(row['contacts_active'])} of {words.count(row['contacts_known'])}"


def _joined(*sentences: str | None) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def coverage(found: Stakeholders) -> Piece:
    """How deep and how high we reach, by tier."""
    said, name = told.coverage_headline(found), "stakeholder-coverage"
    measure = f"clients by people met in {found.page.window_days} days and roles known, number"
    origin = parts.source(SOURCE, found.as_of)
    share = found.figures["stakeholders.champion_share"]
    if not share.computable:
        reason = share.reason or "no client was active"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    rows = found.coverage
    depths = {
        "nobody": Column("Nobody met", "count"),
        "one": Column("One met", "count"),
        "two": Column("Two", "count"),
        "more": Column("More", "count"),
    }
    met = {"executive_met": Column("Executive met", "count")}
    is_met = found.meetings_missing is None
    columns = {
        "label": Column("Tier"),
        "accounts": Column("Clients", "count"),
        **(depths if is_met else {}),
        "has_economic_buyer": Column("Economic buyer", "count"),
        "has_champion": Column("Champion", "count"),
        "has_sponsor": Column("Sponsor there", "count"),
        "sponsor_named": Column("Sponsor of ours", "count"),
        **(met if is_met else {}),
    }
    counted = [key for key in columns if key != "label"]
    body = table(
        rows.assign(label=[told.tier_label(tier, found.tier_labels) for tier in rows["tier"]]),
        caption="Clients by tier, people met and roles known",
        name=name,
        row_header="label",
        columns=columns,
        total={"label": "All", **{key: int(rows[key].sum()) for key in counted}},
        note=None if is_met else parts.capital(found.meetings_missing or ""),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def departures(found: Stakeholders) -> Piece:
    """People who left, and who has taken over from them."""
    said, name = told.departures_headline(found), "stakeholder-departures"
    figure = found.figures["stakeholders.departures"]
    measure = f"people who left clients, {parts.window(figure)}"
    origin = parts.source(SOURCE, found.as_of)
    rows = found.departures
    if rows.empty:
        reason = figure.reason or "no departure is on record"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    shown = rows.head(found.page.accounts_shown)
    body = table(
        shown.assign(by=[told.taken_over(row) for _, row in shown.iterrows()]),
        caption="People who left",
        name=name,
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "name": Column("Who left"),
            "role": Column("Role", missing="not recorded"),
            "left_date": Column("Left", "date"),
            "by": Column("Taken over by"),
            "annual_revenue": Column("Revenue", "money", found.currency),
        },
        note=parts_note(len(shown), len(rows)),
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def strength(found: Stakeholders) -> Piece:
    """Strength and single threads at each review back, from what was known then."""
    said, name = told.strength_headline(found), "relationship-strength"
    measure = "strength of relationships, 1 to 5, mean over clients active then, by review"
    origin = parts.source(SOURCE, found.as_of)
    figure, rows = found.figures["stakeholders.strength"], found.history
    given = told.strength_sentences(found)
    if not figure.computable:
        reason = figure.reason or "nobody was met"
        return parts.unshown(said, measure, reason, source=origin, name=name)
    rule = parts.capital(found.strength_rule)
    if rows.empty:
        short = f"contacts are on record for fewer than {found.page.window_days} days"
        body = say(" ".join(given), f"{parts.capital(short)} No earlier review is shown.", rule)
        return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)
    body = table(
        rows,
        caption="Strength and single threads, as known at each review",
        name=name,
        row_header="snapshot_date",
        columns={
            "snapshot_date": Column("Review", "date"),
            "accounts": Column("Clients", "count"),
            "strength": Column("Strength", "number", decimals=1),
            "single_threaded": Column("Single-threaded", "count"),
            "single_threaded_share": Column("Share", "percent"),
        },
        note=" ".join([*given, rule]),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)
