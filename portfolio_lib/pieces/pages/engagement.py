"""The page Stakeholders and engagement: contacts against plan, who is due, onboarding."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.engagement import Engagement
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import engagement_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.pages.stakeholder_words import tier_label
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and interactions"


def plan(found: Engagement) -> Piece:
    """Contacts, agreed rhythms and business reviews against plan, by tier."""
    said, name = told.plan_headline(found), "contacts-against-plan"
    figure = found.figures["engagement.plan_met"]
    measure = f"contacts and reviews against plan by tier, {parts.window(figure)}"
    origin = parts.source("accounts, contacts and interactions", found.as_of)
    if found.meetings_missing is not None or found.tiers.empty:
        return parts.unshown(said, measure, told.reasons(found), source=origin, name=name)
    rows, whole = found.tiers, found.tiers.drop(columns="tier").sum()
    labels = [tier_label(tier, found.tier_labels) for tier in rows["tier"]]
    body = table(
        pd.DataFrame([_tier(row) for _, row in rows.iterrows()]).assign(label=labels),
        caption="Contacts of the last quarter, agreed rhythms and reviews, by tier",
        name=name,
        row_header="label",
        columns={
            "label": Column("Tier"),
            "accounts": Column("Clients", "count"),
            "contacts": Column("Contacts a client", "number", decimals=1),
            "as_planned": Column("Clients as planned", missing="no plan"),
            "kept": Column("Agreed contacts kept", missing="nothing agreed"),
            "reviews": Column("Reviews held", missing="none due"),
            "ours": Column("Begun by us", "percent", missing="not recorded"),
        },
        total={"label": "All", **_tier(whole)},
        note=" ".join(part for part in (told.plan_note(found), told.reasons(found)) if part),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def _tier(row: pd.Series) -> dict[str, object]:
    """The cells of one tier, or of all."""
    begun = row["begun_by_us"] + row["begun_by_client"]
    return {
        "accounts": row["accounts"],
        "contacts": row["contacts_quarter"] / row["accounts"] if row["accounts"] else None,
        "as_planned": told.of(row["plan_met"], row["held_to_plan"]),
        "kept": told.of(row["cadences_kept"], row["cadences_agreed"]),
        "reviews": told.of(row["qbr_held"], row["qbr_eligible"]),
        "ours": row["begun_by_us"] / begun if begun else None,
    }


def due(found: Engagement) -> Piece:
    """Clients overdue for a contact, the most valuable first."""
    said, name = told.due_headline(found), "contacts-due"
    measure = f"clients overdue for a contact, yearly revenue in {found.currency}"
    origin = parts.source("accounts, contacts and interactions", found.as_of)
    rows = found.due
    if rows.empty:
        reason = found.figures["engagement.accounts_due"].reason or told.due_note(found)
        return parts.unshown(said, measure, reason, source=origin, name=name)
    shown = rows.head(found.page.accounts_shown)
    body = table(
        shown.assign(whom=[told.whom(row) for _, row in shown.iterrows()]),
        caption="Clients overdue for a contact",
        name=name,
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "annual_revenue": Column("Revenue", "money", found.currency),
            "whom": Column("Contact"),
            "days_overdue": Column("Overdue", "count", "days"),
            "account_manager": Column("Manager", missing="not recorded"),
        },
        note=" ".join(
            part for part in (told.due_note(found), parts_note(len(shown), len(rows))) if part
        ),
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name=name)


def onboarding(found: Engagement) -> Piece:
    """Onboarding steps on time, the first value, and gaps at the start."""
    said, name = told.onboarding_headline(found), "onboarding"
    figure = found.figures["engagement.steps_on_time"]
    months = found.page.engagement.onboarding_months
    measure = f"onboarding steps of clients that began in {words.plural(months, 'month')}, number"
    origin = parts.source("accounts, milestones and interactions", found.as_of)
    sentences = told.onboarding_sentences(found)
    if not figure.computable:
        reason = figure.reason or "no step was due"
        more = sentences[1] if found.figures["engagement.start_gaps"].computable else None
        return parts.unshown(said, measure, reason, source=origin, name=name, help_=more)
    body = table(
        found.steps,
        caption="Onboarding steps, in the order planned",
        name=name,
        row_header="milestone",
        columns={
            "milestone": Column("Step"),
            "planned": Column("Planned after", "count", "days", missing="not planned"),
            "due": Column("Due", "count"),
            "on_time": Column("On time", "count"),
            "late": Column("Late", "count"),
            "open": Column("Overdue, not done", "count"),
            "on_time_share": Column("On time", "percent", missing="none due"),
        },
    )
    whole = parts.together(body, say(" ".join(sentences)))
    return exhibit(headline=said, measure=measure, body=whole, source=origin, name=name)
