"""The page Satisfaction: measures, trend, groups, unhappy clients, and what they wrote."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.answer_scores import TOO_FEW
from portfolio_lib.analyses.satisfaction import SatisfactionResult
from portfolio_lib.pieces import Column, drawing, exhibit, figure, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import satisfaction_words as said
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and surveys"
CARDS = ("rating", "nps", "response_rate", "detractor_revenue")
MEASURES = ("rating", "rating_per_account", "csat", "nps", "nps_per_account", "nps_senior")
FEWEST_POINTS = 3


def cards(found: SatisfactionResult) -> Piece:
    """Four figures: satisfaction, NPS, who answers, what the detractors bring."""
    return kpis([found.figures[f"satisfaction.{key}"] for key in CARDS], currency=found.currency)


def measures(found: SatisfactionResult) -> Piece:
    """Satisfaction, CSAT, and the net promoter score in three roll-ups."""
    headline = said.measures_headline(found)
    figures = [found.figures[f"satisfaction.{key}"] for key in MEASURES]
    measure = f"answers of the last {words.plural(found.window_months, 'month')}"
    origin = parts.source("accounts, surveys and contacts", found.as_of)
    if all(one.value is None for one in figures):
        reason = figures[0].reason or "nobody answered"
        return parts.unshown(
            headline, measure, reason, source=origin, name="satisfaction-measures",
            help_=said.is_old(found),
        )  # fmt: skip
    spread = found.figures["satisfaction.nps_variance"].value
    frame = pd.DataFrame(
        {
            "label": [one.label for one in figures],
            "value": [said.shown(one) if one.computable else None for one in figures],
            "between": [said.span(one) for one in figures],
            "answers": [one.n if one.computable else None for one in figures],
            "before": [
                None if one.previous is None else said.shown(one, float(one.previous))
                for one in figures
            ],
            "variance": [spread if one.key == "satisfaction.nps" else None for one in figures],
        }
    )
    columns = {
        "label": Column("Measure"),
        "value": Column("Value", missing="not computable"),
        "between": Column("Between", missing="no interval"),
        "answers": Column("Answers or clients", "count", missing="none"),
        "before": Column("A year ago", missing="not known"),
        "variance": Column("Variance", "number", decimals=4, missing="does not apply"),
    }
    reasons = [f"{one.label}: {one.reason}." for one in figures if one.reason]
    note = " ".join([said.senior_note(found), *reasons, said.answering(found)])
    body = table(frame, caption="Measures of satisfaction", name="satisfaction-measures",
                 row_header="label", columns=columns, note=note)  # fmt: skip
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name="satisfaction-measures"
    )


def trend(found: SatisfactionResult) -> Piece:
    """Satisfaction by quarter with its interval; the other measures in the data."""
    headline = said.trend_headline(found)
    measure = "satisfaction of 0 to 10 by quarter, mean of answers"
    origin, name = parts.source("surveys", found.as_of), "satisfaction-trend"
    rows = found.quarters
    if rows.empty:
        reason = found.figures["satisfaction.rating"].reason or "nobody was asked"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    data = _trend_table(rows)
    if len(rows) < FEWEST_POINTS or rows["satisfaction"].isna().any():
        return exhibit(headline=headline, measure=measure, body=data, source=origin, name=name)
    chart = drawing.target_line(
        [day.date() for day in rows["quarter_end"]],
        [None if words.absent(value) else value for value in rows["satisfaction"]],
        label=said.rating,
        target=found.target,
        interval=[
            None if words.absent(low) else (low, high)
            for low, high in zip(rows["satisfaction_low"], rows["satisfaction_high"], strict=True)
        ],
    )
    told = "; ".join(
        f"quarter to {words.month(day)} {said.rating(value)}"
        for day, value in zip(rows["quarter_end"], rows["satisfaction"], strict=True)
        if not words.absent(value)
    )
    body = figure(chart, name=f"{name}-chart", title="Satisfaction by quarter",
                  description=f"Line of satisfaction by quarter with its interval. {told}. Target "
                  f"{said.rating(found.target)}.")  # fmt: skip
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name=name, data=data
    )


def _trend_table(rows: pd.DataFrame) -> Piece:
    asked = rows.assign(nps=rows["nps"] * 100)
    columns = {
        "quarter_end": Column("Quarter to", "month"),
        "requests": Column("Requests", "count"),
        "answers": Column("Answers", "count"),
        "satisfaction": Column("Satisfaction", "number", decimals=1, missing="not asked"),
        "nps": Column("NPS", "number", signed=True, missing="not asked"),
        "csat": Column("CSAT", "percent", missing="not asked"),
    }
    shown = {
        key: column
        for key, column in columns.items()
        if key not in ("nps", "csat") or rows[key].notna().any()
    }
    return table(asked, caption="Answers by quarter", name="satisfaction-quarters",
                 row_header="quarter_end", columns=shown)  # fmt: skip


def groups(found: SatisfactionResult) -> Piece:
    """Tiers, industries and account managers, with intervals or too few to say."""
    headline = said.groups_headline(found)
    measure = f"satisfaction and NPS of clients, last {words.plural(found.window_months, 'month')}"
    origin, name = parts.source(SOURCE, found.as_of), "satisfaction-groups"
    if not found.groups["answers"].gt(0).any():
        reason = found.figures["satisfaction.accounts_answered"].reason or "nobody answered"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = found.groups.groupby("cut", sort=False).head(found.groups_shown)
    shown = shown.assign(
        group=[words.name(group) for group in shown["group"]],
        cut=shown["cut"].map(said.CUT_NAMES),
        between=said.spans(shown["satisfaction_low"], shown["satisfaction_high"]),
        nps=shown["nps"] * 100,
    )
    columns = {
        "group": Column("Group"),
        "cut": Column("By"),
        "answered_accounts": Column("Clients that answered", "count"),
        "satisfaction": Column("Satisfaction", "number", decimals=1, missing=TOO_FEW),
        "between": Column("Between", missing=TOO_FEW),
        "reading": Column("Beside all others"),
        "nps": Column("NPS", "number", signed=True, missing=TOO_FEW),
        "revenue": Column("Revenue", "money", found.currency),
    }
    more = parts_note(len(shown), len(found.groups)) or ""
    note = " ".join([said.groups_note(found), more]).strip()
    body = table(shown, caption="Satisfaction by tier, industry and account manager", name=name,
                 row_header="group", columns=columns, note=note, searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def unhappy(found: SatisfactionResult) -> Piece:
    """Clients with a detractor or with low satisfaction, by what they bring."""
    headline = said.unhappy_headline(found)
    measure = f"clients with a detractor or satisfaction below {found.low_rating:g}"
    origin, name = parts.source(SOURCE, found.as_of), "satisfaction-unhappy"
    rows = found.unhappy
    if rows.empty:
        reasons = [found.figures[f"satisfaction.{key}"].reason for key in ("nps", "rating")]
        known = "every person's latest answer of the window is above these lines"
        reason = known if None in reasons else str(reasons[0])
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = rows.head(found.accounts_shown)
    shown = shown.assign(why=[said.why_unhappy(row) for row in shown.to_dict("records")])
    columns = {
        "account_name": Column("Client"),
        "why": Column("Why"),
        "last_answer": Column("Latest answer", "date"),
        "revenue_12m": Column("Revenue", "money", found.currency, bar=True),
        "tier": Column("Tier"),
        "account_manager": Column("Account manager"),
    }
    note = (
        "A detractor is a person whose latest answer of the window to the NPS question is 0 to 6. "
        + (parts_note(len(shown), len(rows)) or "")
    )
    body = table(shown, caption="Unhappy clients", name=name, row_header="account_name",
                 columns=columns, note=note.strip(), searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def comments(found: SatisfactionResult) -> Piece:
    """The latest comments, to be searched; all of them are in the workbook."""
    headline = said.comments_headline(found)
    measure = "words of clients, latest first"
    origin, name = parts.source("surveys and contacts", found.as_of), "satisfaction-comments"
    shown = found.comments.head(found.comments_shown)
    if shown.empty:
        none = "no answer known has a comment; it belongs into column comment of table surveys"
        reason = found.figures["satisfaction.comments"].reason
        return parts.unshown(headline, measure, reason or none, source=origin, name=name)
    shown = shown.assign(
        words=[words.name(one, longest=said.LONGEST_COMMENT) for one in shown["comment"]],
        asked=[said.asked(row) for row in shown.to_dict("records")],
    )
    columns = {
        "date": Column("Day", "date"),
        "account_name": Column("Client"),
        "person": Column("Person", missing="not named"),
        "asked": Column("Question"),
        "words": Column("Comment"),
    }
    more = parts_note(len(shown), len(found.comments)) or ""
    body = table(shown, caption="Latest comments", name=name, row_header="account_name",
                 columns=columns, note=more or None, searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)
