"""The page Renewals, second part: what to expect, and contracts whose terms stand out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from portfolio_lib.analyses.renewals import Renewals
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import renewal_words as told
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and contracts"


def expected(renewals: Renewals) -> Piece:
    """The quarters ahead in scenarios, and what earlier forecasts were worth."""
    said = told.forecast_headline(renewals)
    measure = f"value of terms due that is kept, {renewals.currency} a year"
    origin = parts.source(SOURCE, renewals.as_of)
    reason = renewals.reason
    if reason is None and renewals.forecasts["terms"].sum() == 0:
        reason = renewals.figures["renewals.forecast"].reason
    if reason is not None:
        return parts.unshown(said, measure, reason, source=origin, name="renewal-forecast")
    body = parts.together(_ahead_table(renewals), *_checked_table(renewals))
    return exhibit(
        headline=said,
        measure=f"{measure}, next {words.plural(len(renewals.forecasts), 'quarter')}",
        body=body,
        source=origin,
        name="renewal-forecast",
    )


def _scenarios(currency: str) -> Mapping[str, Column]:
    few = "too few earlier terms"
    return {
        name: Column(name.capitalize(), "money", currency, missing=few)
        for name in ("low", "likely", "high")
    }


def _ahead_table(renewals: Renewals) -> Piece:
    currency, rows = renewals.currency, renewals.forecasts
    return table(
        rows.assign(name=[words.day(day.date(), short=True) for day in rows["quarter_end"]]),
        caption="The quarters ahead",
        name="renewal-ahead",
        row_header="name",
        columns={
            "name": Column("Quarter to"),
            "terms": Column("Terms", "count"),
            "due": Column("Due", "money", currency),
            "renewed": Column("Agreed", "money", currency),
            "notice": Column("Under notice", "money", currency),
            **_scenarios(currency),
        },
        note=told.forecast_note(renewals),
    )


def _checked_table(renewals: Renewals) -> list[Piece]:
    rows, currency = renewals.checked, renewals.currency
    if rows["likely"].isna().all():
        return []
    body = table(
        rows.assign(
            name=[words.day(day.date(), short=True) for day in rows["review_day"]],
            inside=rows["is_inside"].astype("object").map({True: "yes", False: "no"}),
        ),
        caption="Earlier reviews: the quarter ahead as forecast, and what happened",
        name="renewal-checked",
        row_header="name",
        columns={
            "name": Column("Review of"),
            "due": Column("Due", "money", currency),
            "likely": Column("Likely", "money", currency, missing="no forecast"),
            "happened": Column("Happened", "money", currency),
            "error": Column("Off by", "points", decimals=1, signed=True, missing="no forecast"),
            "inside": Column("Between low and high", missing="no forecast"),
        },
        note=told.check_note(renewals),
    )
    return [body]


def odd_terms(renewals: Renewals) -> Piece:
    """Contracts with terms far from those of similar ones."""
    said = told.odd_headline(renewals)
    measure = "contract terms beside those of similar contracts"
    origin = parts.source("accounts, contracts, offerings and invoices", renewals.as_of)
    rows, most = renewals.odd_terms, renewals.contracts_shown
    if rows.empty:
        figure_ = renewals.figures["renewals.out_of_line"]
        reason = (
            figure_.reason or "every term lies near the middle of its group, or is common in it"
        )
        return parts.unshown(said, measure, reason, source=origin, name="odd-terms")
    contracts = _by_contract(rows, renewals.currency)
    shown = contracts.head(most)
    left = all_in_workbook(len(shown), len(contracts))
    body = table(
        shown,
        caption="Terms out of line",
        name="odd-terms-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "offering": Column("Offering", missing="not stated"),
            "annual_value": Column("A year", "money", renewals.currency),
            "said": Column("Out of line, and how many similar are as far out"),
            "favours": Column("Favours"),
        },
        note=(f"{left} " if left else "") + told.ODD_NOTE,
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="odd-terms")


def _by_contract(rows: pd.DataFrame, currency: str) -> pd.DataFrame:
    """One row per contract and whom its terms favour, in the order of the rows; terms as words."""
    said = [
        f"{told.odd_row(measure, value, median, currency)} ({words.count(k)} of {words.count(n)})"
        for measure, value, median, k, n in zip(
            *(rows[name] for name in ("measure", "value", "similar_median", "as_far", "similar")),
            strict=True,
        )
    ]
    whom = {"client": "the client", "us": "us"}
    told_ = rows.assign(
        said=said,
        favours=rows["favours"].map(whom),
        offering=rows["offering"].where(rows["offering"].ne(""), None),
    )
    keys = ["account_id", "contract_id", "favours"]
    joined = told_.groupby(keys, sort=False)["said"].agg("; ".join).reset_index()
    firsts = told_.drop_duplicates(keys)[[*keys, "account_name", "offering", "annual_value"]]
    return firsts.merge(joined, on=keys, how="left", validate="one_to_one")
