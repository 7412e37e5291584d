"""The page Value: what clients leave, are worth, and how that was foretold."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.tiers import NO_TIER
from portfolio_lib.analyses.value import ClientValue
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import value_words as told
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, revenue and costs"
NO_COST, NO_VALUE = "no cost recorded", "not computable"


def cards(value: ClientValue) -> Piece:
    """Four figures: what is left, what is to come, payback, referrals."""
    keys = ("contribution_12m", told.total_of(value).key.removeprefix("value."))
    figures = [value.figures[f"value.{key}"] for key in (*keys, "payback_months", "referred_share")]
    return kpis(figures, currency=value.currency)


def groups(value: ClientValue) -> Piece:
    """Revenue, what is left and what is to come, by tier and by segment."""
    said = told.groups_headline(value)
    measure = f"revenue, left after costs and {told.value_word(value)} by tier, {value.currency}"
    origin = parts.source(SOURCE, value.as_of)
    if value.accounts.empty:
        reason = value.figures["value.won_accounts"].reason or "no account was known"
        return parts.unshown(said, measure, reason, source=origin, name="worth-by-group")
    tiers = value.tiers.loc[value.tiers["accounts"].gt(0)]
    names = [
        told.NO_TIER_WORDS
        if group == NO_TIER
        else f"{group} {words.name(value.tier_labels[int(group) - 1])}"
        for group in tiers["group"]
    ]
    body = parts.together(
        _group_table(value, tiers.assign(name=names), "Tier", "value-tiers"),
        _group_table(
            value,
            value.segments.assign(name=value.segments["group"]),
            value.segment_word.capitalize(),
            "value-segments",
        ),
    )
    first, _, last = value.period.window.partition(" to ")
    days = words.period(first, last)
    return exhibit(
        headline=said,
        measure=f"{measure}; revenue {days}, {told.value_word(value)} {told.span(value)}",
        body=body,
        source=origin,
        name="worth-by-group",
    )


def _group_table(value: ClientValue, rows: pd.DataFrame, word: str, name: str) -> Piece:
    currency = value.currency
    columns = {
        "name": Column(word),
        "accounts": Column("Clients", "count"),
        "revenue_12m": Column("Revenue", "money", currency),
        "revenue_share": Column("Share", "percent", missing="no revenue"),
        "contribution": Column("Left after costs", "money", currency, missing=NO_COST),
        "contribution_share": Column("Share", "percent", missing=NO_COST),
        "value": Column(told.value_word(value).capitalize(), "money", currency, missing=NO_VALUE),
        "value_share": Column("Share", "percent", missing=NO_VALUE),
        "average_ticket": Column("Average ticket", "money", currency, missing="no purchase"),
    }
    shown = {key: column for key, column in columns.items() if rows[key].notna().any()}
    return table(
        rows,
        caption=f"Value by {word.lower()}",
        name=name,
        row_header="name",
        columns=shown,
        note="Average ticket: sales per purchase day of the last 365 days."
        if word == "Tier" and "average_ticket" in shown
        else None,
    )


def accounts(value: ClientValue) -> Piece:
    """The clients that are worth most, with an interval each."""
    said, figure = told.accounts_headline(value), told.total_of(value)
    measure = f"{told.value_word(value)} by client, {value.currency}, {told.span(value)}"
    origin = parts.source(SOURCE, value.as_of)
    known = value.accounts.loc[value.accounts[value.measure].notna()]
    if not figure.computable or known.empty:
        reason = figure.reason or "no client has one"
        return parts.unshown(said, measure, reason, source=origin, name="value-accounts")
    shown = known.head(value.accounts_shown)
    body = table(
        shown.assign(tier=shown["tier"].where(shown["tier"].ne(NO_TIER))),
        caption=f"Clients by {told.value_word(value)}",
        name="value-accounts-table",
        row_header="account_name",
        columns=_account_columns(value, shown),
        note=" ".join(
            filter(None, [told.accounts_note(value, shown), parts_note(len(shown), len(known))])
        ),
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="value-accounts")


def _account_columns(value: ClientValue, rows: pd.DataFrame) -> dict[str, Column]:
    currency = value.currency
    chance = "There in a year" if value.relation == "contracts" else "Still a buyer"
    alike = told.same_chance(value, rows) is not None
    columns = {
        "account_name": Column("Client"),
        "tier": Column("Tier", missing="no tier"),
        "revenue_12m": Column("Revenue", "money", currency),
        "contribution": Column("Left after costs", "money", currency, missing=NO_COST),
        "chance_there": Column(chance, "percent"),
        value.measure: Column(told.value_word(value).capitalize(), "money", currency, bar=True),
        "lower": Column("From", "money", currency, missing="no interval"),
        "upper": Column("To", "money", currency, missing="no interval"),
    }
    return {
        key: column
        for key, column in columns.items()
        if rows[key].notna().any() and not (key == "chance_there" and alike)
    }


def costly(value: ClientValue) -> Piece:
    """Margin and cost to serve of the clients that leave least."""
    said = told.costly_headline(value)
    figure = value.figures["value.unprofitable_accounts"]
    measure = f"clients by what they leave after costs, least first, {value.currency}"
    origin = parts.source(SOURCE, value.as_of)
    rows = value.accounts.loc[value.accounts["contribution"] < 0]
    if not figure.computable or rows.empty:
        whole = value.figures["value.contribution_12m"]
        left = f"all clients together leave {words.figure_value(whole)} after costs"
        service = value.figures["value.cost_to_serve_12m"].reason
        note = None if service is None or figure.reason else parts.capital(
            f"cost to serve is not taken off: {service}"
        )  # fmt: skip
        return parts.unshown(
            said, measure, figure.reason or left, source=origin, name="value-costly", help_=note
        )
    rows = rows.sort_values(["contribution", "account_id"], kind="stable")
    shown = rows.head(value.accounts_shown)
    columns = {
        "account_name": Column("Client"),
        "revenue_12m": Column("Revenue", "money", value.currency),
        "margin_12m": Column("Less direct cost", "money", value.currency),
        "cost_to_serve_12m": Column("Cost to serve", "money", value.currency, missing=NO_COST),
        "contribution": Column("Left after costs", "money", value.currency),
    }
    body = table(
        shown,
        caption="Clients that cost more than they bring",
        name="value-costly-table",
        row_header="account_name",
        columns={key: column for key, column in columns.items() if shown[key].notna().any()},
        note=parts_note(len(shown), len(rows)),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(figure)}",
        body=body,
        source=origin,
        name="value-costly",
    )


def models(value: ClientValue) -> Piece:
    """The ways to foretell, side by side on months that they had not seen."""
    said = told.models_headline(value)
    what = told.what_is_foretold(value)
    measure = f"ways to foretell {what}, on held-out months"
    origin = parts.source("purchases" if value.relation == "purchases" else SOURCE, value.as_of)
    used = value.figures["value.model"]
    if value.models.empty:
        note = None if used.computable else parts.capital(told.cross_check(value))
        reason = used.reason or told.models_note(value)
        return parts.unshown(said, measure, reason, source=origin, name="value-models", help_=note)
    rows = value.models.assign(remark=[told.remark(row) for _, row in value.models.iterrows()])
    body = table(
        rows,
        caption=f"Ways to foretell {what}",
        name="value-models-table",
        row_header="model",
        columns=_model_columns(value, rows),
        note=told.models_note(value),
    )
    if used.reason:
        body = parts.together(say(parts.capital(used.reason)), body)
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="value-models")


def _model_columns(value: ClientValue, rows: pd.DataFrame) -> dict[str, Column]:
    by_contracts = value.relation == "contracts"
    columns = {
        "model": Column("Way"),
        "expected": Column("Lost, expected" if by_contracts else "Expected", "number",
                           decimals=1 if by_contracts else 0, missing="no number"),
        "actual": Column("Lost" if by_contracts else "Bought", "count"),
        "mean_error": Column("Error", "number", decimals=4 if by_contracts else 2,
                             missing="no number"),
        "fit": Column("Fit", "number", missing="no likelihood"),
        "ranking": Column("Ranking", "number", decimals=3, missing="no ranking"),
        "money_error": Column("Sales, off by", "percent", signed=True, missing="no number"),
        "remark": Column("Remark"),
    }  # fmt: skip
    return {key: column for key, column in columns.items() if rows[key].notna().any()}
