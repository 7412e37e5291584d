"""The brief of one client: who it is, what it brings, whom we know, what to fear, hope and do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from portfolio_lib.analyses.account_brief import AccountBrief
from portfolio_lib.analyses.account_dangers import number
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import brief_words as said
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.stakeholder_words import role_of
from portfolio_lib.pieces.piece import Piece

LEVELS = {"red": ("red", "Grave"), "yellow": ("yellow", "Watch")}


def cards(brief: AccountBrief) -> Piece:
    """Four figures: revenue, health, chance of leaving, satisfaction."""
    client = brief.client
    before = number(client["revenue_prior_12m"])
    drafts = (
        ("revenue", "Revenue, 12 months", "revenue_12m", brief.currency, True,
         "Revenue of the twelve months to the review date."),
        ("health", "Health", "score", "score", True, "Score of 0 to 100; see the page Health."),
        ("leaving", "Chance of leaving", "probability", "share", False,
         "Chance of leaving within the horizon; see the page Churn risk."),
        ("satisfaction", "Satisfaction", "satisfaction", "rating", True,
         "Mean answer of its people, 0 to 10."),
    )  # fmt: skip
    figures = []
    for key, label, name, unit, better, definition in drafts:
        value = number(client[name])
        figures.append(
            Figure(
                f"account_brief.{key}", label, value, unit, definition,
                window=brief.as_of.isoformat(),
                previous=before if key == "revenue" and value is not None and before else None,
                higher_is_better=better,
                reason="not known for this client" if value is None else None,
            )
        )  # fmt: skip
    return kpis(figures, currency=brief.currency)


def profile(brief: AccountBrief) -> Piece:
    """Who the client is, what it brings, and how the relationship stands."""
    pairs = [
        *(("Who", *pair) for pair in said.known_as(brief)),
        *(("Money", *pair) for pair in said.money_facts(brief)),
        *(("Relationship", *pair) for pair in said.standing(brief)),
    ]
    frame = pd.DataFrame(pairs, columns=["part", "label", "told"])
    columns = {"label": Column("What"), "told": Column("Known"), "part": Column("About")}
    body = table(frame, caption="Profile", name="brief-profile", row_header="label",
                 columns=columns)  # fmt: skip
    return _exhibit(brief, said.headline(brief), "profile of the client", body, "brief-profile",
                    "all tables handed in")  # fmt: skip


def services(brief: AccountBrief) -> Piece:
    """What it buys, with its revenue by quarter in the data."""
    name = "brief-services"
    columns = {
        "offering": Column("Service"),
        "revenue_12m": Column("Twelve months", "money", brief.currency, bar=True),
        "revenue_prior_12m": Column("The twelve before", "money", brief.currency),
        "first_day": Column("First", "date"),
        "last_day": Column("Last", "date"),
    }
    shown, note = _top(brief, brief.services)
    if shown.empty:
        body = say("Nothing was bought in the last two years, as far as services are recorded.")
    else:
        shown = shown.assign(offering=[said.text(one) for one in shown["offering"]])
        body = table(shown, caption="Services", name=name, row_header="offering", columns=columns,
                     note=note)  # fmt: skip
    return _exhibit(brief, said.services_headline(brief), "revenue by service", body, name,
                    "invoices or contracts", data=_quarters(brief))  # fmt: skip


def _quarters(brief: AccountBrief) -> Piece | None:
    if brief.quarters.empty:
        return None
    columns = {
        "quarter_end": Column("Quarter to", "month"),
        "revenue": Column("Revenue", "money", brief.currency),
    }
    return table(brief.quarters, caption="Revenue by quarter", name="brief-quarters",
                 row_header="quarter_end", columns=columns)  # fmt: skip


def people(brief: AccountBrief) -> Piece:
    """Whom we know there."""
    name = "brief-people"
    there = brief.people["is_present"].fillna(False).astype(bool)
    shown, note = _top(brief, brief.people.loc[there])
    if shown.empty:
        body = say(brief.missing.get("people", "No person who is still there is recorded."))
        return _exhibit(brief, said.people_headline(brief), "people at the client", body, name,
                        "contacts")  # fmt: skip
    columns = {
        "name": Column("Person", missing="not named"),
        "title": Column("Title", missing="not recorded"),
        "role": Column("Role", missing="not recorded"),
        "strength_measured": Column("Strength, 1 to 5", "number", decimals=1, missing="not known"),
        "last_contact": Column("Last contact", "date", missing="none known"),
        "days_overdue": Column("Days overdue", "count", missing="not due"),
    }
    roles: list[Any] = [role_of(row) for row in shown.to_dict("records")]
    shown = shown.assign(role=roles)
    body = table(shown, caption="People", name=name, row_header="name", columns=columns, note=note)
    return _exhibit(brief, said.people_headline(brief), "people at the client", body, name,
                    "contacts and interactions")  # fmt: skip


def dangers(brief: AccountBrief) -> Piece:
    """Health and why; what speaks against the client staying."""
    name = "brief-dangers"
    told = [brief.missing[part] for part in ("issues", "surveys") if part in brief.missing]
    if brief.dangers.empty:
        body = say("No rule of this brief finds a danger.", *told)
    else:
        rows = brief.dangers.head(brief.settings.rows_shown)
        shown = pd.DataFrame(
            {
                "danger": [said.danger(row, brief.currency) for row in rows.to_dict("records")],
                "state": rows["level"].map(LEVELS),
            }
        )
        columns = {"danger": Column("Danger"), "state": Column("Weight", "status")}
        body = table(shown, caption="Dangers", name=name, row_header="danger", columns=columns,
                     note=" ".join(told) or None)  # fmt: skip
    return _exhibit(brief, said.dangers_headline(brief), "health and dangers", body, name,
                    "the pages Health, Churn risk, Stakeholders, Service and Payments")  # fmt: skip


def chances(brief: AccountBrief) -> Piece:
    """Open deals, and what similar clients buy."""
    name = "brief-chances"
    deals, _ = _top(brief, brief.deals)
    openings, _ = _top(brief, brief.openings)
    rows = [
        *(
            (said.text(row["offering"], missing="not named"),
             f"open deal, {said.text(row['stage'], missing='no stage')}",
             row["value"], row["chance"], row["close_date"])
            for row in deals.to_dict("records")
        ),
        *(
            (said.text(row["offering"]), f"bought by {row['k']:g} of {row['n']:g} similar clients",
             row["potential_revenue"], row["probability"], None)
            for row in openings.to_dict("records")
        ),
    ]  # fmt: skip
    if not rows:
        body = say(brief.missing.get("deals", "No open deal is recorded for this client."))
    else:
        frame = pd.DataFrame(rows, columns=["offering", "basis", "value", "chance", "day"])
        columns = {
            "offering": Column("Offering"),
            "basis": Column("Basis"),
            "value": Column("A year", "money", brief.currency, missing="not known"),
            "chance": Column("Chance", "percent", missing="not known"),
            "day": Column("Expected", "date", missing="no day"),
        }
        body = table(frame.assign(day=pd.to_datetime(frame["day"])), caption="Opportunities",
                     name=name, row_header="offering", columns=columns)  # fmt: skip
    return _exhibit(brief, said.chances_headline(brief), "open deals and whitespace", body, name,
                    "opportunities, and the page Growth")  # fmt: skip


def plan(brief: AccountBrief) -> Piece:
    """The account plan, what was agreed and is not done, and the next step."""
    sentences: list[tuple[str, str]] = []
    for row in brief.plans.to_dict("records"):
        sentences += [
            ("Goals:", said.text(row["goals"])),
            ("Measured by:", said.text(row["success_measures"])),
            ("Agreed with the client:", said.yes_no(row["agreed_with_client"])),
        ]
    for row in brief.actions.head(brief.settings.rows_shown).to_dict("records"):
        due = "no day" if words.absent(row["due_date"]) else words.day(row["due_date"])
        what = said.text(row["play"], missing="action")
        sentences.append(("Open:", f"{what}, {said.text(row['owner'])}, due {due}"))
    step = said.next_step(brief)
    if step:
        sentences.append(("Next step by the guide:", step))
    headline = "No plan is recorded" if brief.plans.empty else "The plan and what is open"
    if not sentences:
        told = brief.missing.get("plans", "No plan, no open action and no play for this client.")
        body = say(told)
    else:
        body = say(*sentences)
    return _exhibit(brief, headline, "plan and open actions", body, "brief-plan",
                    "plans, actions, and the page Churn risk")  # fmt: skip


def history(brief: AccountBrief) -> Piece:
    """What happened, latest first."""
    rows = brief.events.head(brief.settings.history_shown)
    name = "brief-history"
    if rows.empty:
        body = say("Nothing dated is recorded of this client.")
        headline = "No history is recorded"
    else:
        shown = pd.DataFrame(
            {
                "date": rows["date"],
                "event": [said.event(row, brief.currency) for row in rows.to_dict("records")],
            }
        )
        columns = {"event": Column("Event"), "date": Column("Day", "date")}
        body = table(shown, caption="History", name=name, row_header="event", columns=columns,
                     note=_part_shown(len(rows), len(brief.events)))  # fmt: skip
        first = rows.to_dict("records")[0]
        headline = f"Last: {said.event(first, brief.currency)}"
    return _exhibit(brief, headline, "history, latest first", body, name, "all tables handed in")


def sections(brief: AccountBrief) -> Sequence[tuple[str, str, Sequence[Piece]]]:
    """The whole brief: anchor, title and pieces of each section."""
    return (
        ("profile", "Profile", (cards(brief), profile(brief))),
        ("services", "Services", (services(brief),)),
        ("people", "People", (people(brief),)),
        ("dangers", "Health and dangers", (dangers(brief),)),
        ("chances", "Opportunities", (chances(brief),)),
        ("plan", "Plan", (plan(brief),)),
        ("history", "History", (history(brief),)),
    )


def _top(brief: AccountBrief, rows: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    shown = rows.head(brief.settings.rows_shown)
    return shown, _part_shown(len(shown), len(rows))


def _part_shown(shown: int, known: int) -> str | None:
    """How many of a list are shown; None where all are.

    >>> _part_shown(8, 8), _part_shown(8, 12)
    (None, '8 of 12 are shown; the notebook Account brief has all.')
    """
    if shown == known:
        return None
    return f"{shown} of {known} are shown; the notebook Account brief has all."


def _exhibit(
    brief: AccountBrief,
    headline: str,
    measure: str,
    body: Piece,
    name: str,
    tables: str,
    data: Piece | None = None,
) -> Piece:
    origin = parts.source(tables, brief.as_of)
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name=name, data=data
    )
