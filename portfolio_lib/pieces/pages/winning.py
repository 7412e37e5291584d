"""The section on winning clients of the page Value: what it costs, and who brings whom."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.value import ClientValue
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import value_words as told
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and revenue"
CHANNEL = "way they came"
NO_VALUE = "not computable"


def acquisition(value: ClientValue) -> Piece:
    """What clients cost to win and when they have paid it back, by channel and by segment."""
    said = told.acquisition_headline(value)
    cac, back = value.figures["value.cac"], value.figures["value.payback_months"]
    measure = f"cost to win a client and payback, {value.currency} and months"
    origin = parts.source(SOURCE, value.as_of)
    if not cac.computable:
        return parts.unshown(said, measure, cac.reason or "", source=origin, name="value-cac")
    note = f"{cac.definition} Payback: {back.definition}" + (
        "" if back.computable else f" Not computable: {back.reason}."
    )
    body = parts.together(
        _acquisition_table(value, value.acquisition_channels, CHANNEL, "value-channels", None),
        _acquisition_table(
            value, value.acquisition_segments, value.segment_word, "value-cac-segments", note
        ),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, clients won {parts.window(cac)}",
        body=body,
        source=origin,
        name="value-cac",
    )


def _acquisition_table(
    value: ClientValue, rows: pd.DataFrame, word: str, name: str, note: str | None
) -> Piece:
    columns = {
        "group": Column(word.capitalize()),
        "won": Column("Won", "count"),
        "with_cost": Column("With a cost", "count"),
        "spend": Column("Spend", "money", value.currency),
        "cac": Column("Cost each", "money", value.currency, missing="no cost recorded"),
        "payback_months": Column("Payback, months", "number", decimals=1, missing="not computable"),
    }
    return table(
        rows,
        caption=f"Cost to win a client by {word}",
        name=name,
        row_header="group",
        columns={key: column for key, column in columns.items() if rows[key].notna().any()},
        note=note,
    )


def referrals(value: ClientValue) -> Piece:
    """Who refers whom, by what the referred clients bring."""
    said = told.referrals_headline(value)
    count = value.figures["value.referred_accounts"]
    measure = f"clients that refer others, by revenue of those, {value.currency}"
    origin = parts.source(SOURCE, value.as_of)
    if not count.computable:
        return parts.unshown(
            said, measure, count.reason or "", source=origin, name="value-referrals"
        )
    rows = value.referrers
    shown = rows.head(value.accounts_shown)
    whom = {
        referrer: words.listing([words.name(one) for one in named])
        for referrer, named in value.referred.groupby("referred_by")["account_name"]
    }
    columns = {
        "account_name": Column("Client that referred"),
        "whom": Column("Whom"),
        "referred_active": Column("Of these active", "count"),
        "revenue_12m": Column("Their revenue", "money", value.currency, bar=True),
        "clv": Column("Their lifetime value", "money", value.currency, missing=NO_VALUE),
    }
    clv = value.figures["value.referred_clv"]
    worth = f"Their lifetime value is {words.figure_value(clv)}." if clv.computable else ""
    body = table(
        shown.assign(whom=[whom[one] for one in shown["account_id"]]),
        caption="Clients that refer others",
        name="value-referrals-table",
        row_header="account_name",
        columns={key: column for key, column in columns.items()
                 if key == "whom" or shown[key].notna().any()},
        note=" ".join(filter(None, [worth, parts_note(len(shown), len(rows))])) or None,
    )  # fmt: skip
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(count)}",
        body=body,
        source=origin,
        name="value-referrals",
    )
