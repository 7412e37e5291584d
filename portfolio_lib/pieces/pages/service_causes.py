"""The page Issues and service levels: what keeps coming back, and who leaves."""

from __future__ import annotations

from portfolio_lib.analyses.service import ServiceResult
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import service_words as said
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and issues"


def themes(found: ServiceResult) -> Piece:
    """The plain count of themes, those of most clients first."""
    headline = said.themes_headline(found)
    measure = f"issues of the last {said.months(found)} by theme"
    origin, name = parts.source(SOURCE, found.as_of), "service-themes"
    rows = found.themes
    if rows.empty:
        reason = said.figure(found, "recurring_themes").reason or "no theme is recorded"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = rows.head(found.settings.groups_shown)
    shown = shown.assign(theme=[words.name(theme) for theme in shown["theme"]])
    columns = {
        "theme": Column("Theme"),
        "accounts": Column("Clients", "count", bar=True),
        "issues": Column("Issues", "count"),
        "issues_before": Column("The year before", "count"),
        "urgent": Column("Urgent", "count"),
        "breached": Column("Promise missed", "count"),
    }
    if found.settings.window_months != 12:
        columns["issues_before"] = Column(f"{said.months(found)} before", "count")
    note = " ".join([said.themes_note(found), parts_note(len(shown), len(rows)) or ""]).strip()
    body = table(shown, caption="Themes of issues", name=name, row_header="theme",
                 columns=columns, note=note, searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def texts(found: ServiceResult) -> Piece | None:
    """Groups of free texts with plain counts; None where there are none (the themes say why)."""
    rows = found.text_groups
    if rows.empty:
        return None
    shown = rows.head(found.settings.groups_shown)
    shown = shown.assign(
        words=[words.name(one) for one in shown["words"]],
        commonest_text=[words.name(one) for one in shown["commonest_text"]],
    )
    columns = {
        "words": Column("Words"),
        "issues": Column("Issues", "count"),
        "accounts": Column("Clients", "count"),
        "first_word_in": Column("Plain count of the first word", "count"),
        "commonest_text": Column("Most common text"),
        "commonest_in": Column("So often", "count"),
    }
    body = table(shown, caption="Groups of texts", name="service-texts", row_header="words",
                 columns=columns, note=said.texts_note(found))  # fmt: skip
    return exhibit(
        headline=said.texts_headline(found),
        measure=f"texts of issues of the last {said.months(found)} that share words",
        body=body,
        source=parts.source(SOURCE, found.as_of),
        name="service-texts",
    )


def repeats(found: ServiceResult) -> Piece:
    """Problems that return to the same client, and the causes on record."""
    headline = said.repeats_headline(found)
    days = found.settings.repeat_days
    measure = f"issues of one client and theme within {days} days, and causes on record"
    origin, name = parts.source(SOURCE, found.as_of), "service-repeats"
    pieces = [*_repeats(found), *_causes(found)]
    if not pieces:
        reason = said.figure(found, "repeats").reason or said.repeats_note(found)
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    return exhibit(
        headline=headline,
        measure=measure,
        body=parts.together(*pieces),
        source=origin,
        name=name,
    )


def _repeats(found: ServiceResult) -> list[Piece]:
    rows = found.repeats
    if rows.empty:
        return []
    shown = rows.head(found.settings.groups_shown)
    shown = shown.assign(theme=[words.name(theme) for theme in shown["theme"]])
    columns = {
        "account_name": Column("Client"),
        "theme": Column("Theme"),
        "repeats": Column("Repeats", "count"),
        "issues": Column("Issues", "count"),
        "last_opened": Column("Latest", "date"),
        "revenue_12m": Column("Revenue", "money", found.currency),
    }
    more = parts_note(len(shown), len(rows)) or ""
    note = " ".join([said.repeats_note(found), more]).strip()
    return [
        table(shown, caption="Problems that return to the same client", name="service-repeats",
              row_header="account_name", columns=columns, note=note)
    ]  # fmt: skip


def _causes(found: ServiceResult) -> list[Piece]:
    rows = found.root_causes
    if rows.empty:
        return []
    shown = rows.head(found.settings.groups_shown)
    shown = shown.assign(root_cause=[words.name(cause) for cause in shown["root_cause"]])
    columns = {
        "root_cause": Column("Root cause"),
        "issues": Column("Issues", "count", bar=True),
        "accounts": Column("Clients", "count"),
        "breached": Column("Promise missed", "count"),
        "repeats": Column("Repeats", "count"),
    }
    note = parts_note(len(shown), len(rows))
    if found.repeats.empty:
        note = " ".join([said.repeats_note(found), note or ""]).strip()
    return [
        table(shown, caption="Root causes on record", name="service-causes",
              row_header="root_cause", columns=columns, note=note)
    ]  # fmt: skip


def churn(found: ServiceResult) -> Piece:
    """Clients lost later, with and without urgent issues."""
    headline = said.churn_headline(found)
    names = " or ".join(found.settings.urgent)
    measure = (
        f"clients lost later, by whether they had an issue of {names} in the "
        f"{found.settings.urgent_days} days before"
    )
    origin, name = parts.source("issues and revenue or contracts", found.as_of), "service-churn"
    rows = found.churn
    if rows.empty:
        reason = said.figure(found, "churn_relative").reason or "nobody was lost"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = rows.assign(
        group=["with urgent issues" if urgent else "without" for urgent in rows["urgent_issues"]],
        between=said.between(rows["low"], rows["high"]),
    )
    columns = {
        "group": Column("Clients"),
        "accounts": Column("Number", "count"),
        "lost": Column("Lost later", "count"),
        "share_lost": Column("Share lost", "percent", missing="nobody"),
        "between": Column("Between", missing="nobody"),
    }
    why_not = found.against_churn.reason
    note = said.churn_note(found) + (f" {parts.capital(why_not)}" if why_not else "")
    body = table(shown, caption="Clients lost later, with and without urgent issues", name=name,
                 row_header="group", columns=columns, note=note)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)
