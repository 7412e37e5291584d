"""The page Former clients: why they went, who is worth a call, and who could speak for us."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from portfolio_lib.analyses.former_accounts import FITS, FormerAccounts
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, revenue, contracts, issues, surveys and opportunities"
CARDS = ("former", "value", "winnable", "worth")
SIGN_WORDS = {"satisfied": "satisfied", "refers": "refers", "long": "long", "grows": "growing"}
FIT_WORDS = {"fits_group": "kind", "fits_size": "size", "fits_margin": "margin"}


def cards(former: FormerAccounts) -> Piece:
    """Four figures: how many are gone, what they brought, who is worth a call, and how much."""
    figures = [former.figures[f"former_accounts.{key}"] for key in CARDS]
    return kpis(figures, currency=former.currency)


def reasons(former: FormerAccounts) -> Piece:
    """Why clients went, by what they brought."""
    known = former.figures["former_accounts.reason_recorded"]
    return capped_list(
        former.reasons,
        at_most=former.page.accounts_shown,
        headline=reasons_headline(former),
        measure=f"former clients and revenue of their last year by reason, {former.currency}",
        source=parts.source(SOURCE, former.as_of),
        name="leaving-reasons",
        caption="Why clients went",
        columns={
            "reason": Column("Reason"),
            "accounts": Column("Clients", "count"),
            "value": Column("Revenue they brought", "money", former.currency, bar=True),
            "recorded": Column("On record", "count"),
            "fits": Column("Fit in all that is known", "count"),
        },
        reason=known.reason or "nobody has left",
        notes=[
            former.figures["former_accounts.former"].definition,
            "Where no reason is on record, the last look-back day before they left and deals lost "
            "in the year before are read.",
        ],
        row_header="reason",
    )


def reasons_headline(former: FormerAccounts) -> str:
    """The reason that cost most, of those known."""
    number = former.figures["former_accounts.former"]
    if not isinstance(number.value, int | float):
        return "There are no clients that could have left"
    if number.value == 0:
        return "No client has left"
    known = former.reasons.loc[former.reasons["reason"].ne("Not known")]
    gone = words.plural(number.value, "client")
    if known.empty:
        return f"{gone} left, and nothing says why"
    first = known.iloc[0]
    reason = words.name(first["reason"], longest=40)
    return (
        f"{gone} left; the costliest reason is “{reason}”, {words.count(first['accounts'])} times"
    )


def returns(former: FormerAccounts) -> Piece:
    """How often clients that left have come back, by the time since they left."""
    rows = former.rates
    horizon = words.days(former.page.return_within_days)
    measure = f"share that came back within {horizon}, by time gone"
    origin = parts.source(SOURCE, former.as_of)
    said = returns_headline(former)
    if rows["departures"].sum() == 0:
        first = former.figures[
            f"former_accounts.return_after_{int(rows['from_days'].iloc[0])}_days"
        ]
        return parts.unshown(said, measure, first.reason or "", source=origin, name="returns")
    names = [f"{words.count(a)} days or more" if pd.isna(b)
             else f"{words.count(a)} to {words.count(b)} days"
             for a, b in zip(rows["from_days"], rows["to_days"], strict=True)]  # fmt: skip
    body = table(
        rows.assign(name=names),
        caption="Clients that came back, by the time they had been gone",
        name="returns-table",
        row_header="name",
        columns={
            "name": Column("Gone for"),
            "departures": Column("Departures", "count"),
            "returned": Column("Came back", "count"),
            "rate": Column("Share", "percent", missing="too few"),
            "low": Column("From", "percent", missing="too few"),
            "high": Column("To", "percent", missing="too few"),
        },
        note=f"Of those that had been gone for the first day of the stretch, how many came back "
        f"in the {horizon} after it; only departures for which these are over. At least "
        f"{former.page.least_departures} are needed; From and To are "
        f"{former.page.interval_level * 100:g}% Wilson intervals.",
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="returns")


def returns_headline(former: FormerAccounts) -> str:
    """How often clients come back soon after leaving."""
    known = former.rates.loc[former.rates["rate"].notna()]
    if known.empty:
        return "Too few have left to say how often clients return"
    first = known.iloc[0]
    k, n = words.count(first["returned"]), words.count(first["departures"])
    within = words.days(former.page.return_within_days)
    return f"{k} of {n} clients gone for {words.days(first['from_days'])} came back within {within}"


def winnable(former: FormerAccounts) -> Piece:
    """Former clients worth a call, by value × chance, each with a first step."""
    number = former.figures["former_accounts.winnable"]
    return capped_list(
        former.winnable,
        at_most=former.page.accounts_shown,
        headline=winnable_headline(former),
        measure=f"revenue of the last year × chance of a return, {former.currency}",
        source=parts.source(SOURCE, former.as_of),
        name="winnable",
        caption="Former clients worth a call",
        columns={
            "account_name": Column("Client"),
            "left_on": Column("Last day", "date"),
            "why": Column("Why they went"),
            "fit": Column("Still fits"),
            "value": Column("Last year", "money", former.currency),
            "of": Column("Chance", missing="too few"),
            "worth": Column("Worth", "money", former.currency, missing="not computable"),
            "next_step": Column("Next step", missing="no play"),
        },
        reason=number.reason or "no former client is worth a call by these rules",
        notes=[
            number.definition,
            "Chance: the unit's own past returns of clients gone for as long, the same for all of "
            "them. Worth: last year × chance.",
        ],
        prepared=_told,
    )


def _told(shown: pd.DataFrame) -> pd.DataFrame:
    """What readers need beside the numbers: why, fit, and the count behind the chance."""
    rows = shown.to_dict("records")
    chances = [
        None
        if pd.isna(row["chance"])
        else f"{words.count(row['chance_returned'])} of {words.count(row['chance_of'])}"
        for row in rows
    ]
    return shown.assign(
        why=[why(row) for row in rows],
        fit=[fit(row) for row in rows],
        of=pd.Series(chances, index=shown.index, dtype="object"),
    )


def why(row: Mapping[Hashable, Any]) -> str:
    """The reason, and what was to be seen before they left.

    >>> why({"reason": "Price", "seen": "1 competitor seen"})
    'Price (1 competitor seen)'
    """
    reason = words.name(row["reason"], longest=48)
    return f"{reason} ({row['seen']})" if isinstance(row["seen"], str) else reason


def fit(row: Mapping[Hashable, Any]) -> str:
    """The signs of a fit that hold, of those known, and how many active clients are alike.

    >>> fit({"fits_group": 1.0, "fits_size": 1.0, "fits_margin": float("nan"), "fit_signs": 2,
    ...      "fit_known": 2, "alike": 6, "active_known": 90})
    '2 of 2: kind, size; 6 of 90 alike'
    """
    if not row["fit_known"]:
        return "not known"
    held = ", ".join(FIT_WORDS[key] for key in FITS if row[key] == 1) or "none"
    said = f"{row['fit_signs']} of {row['fit_known']}: {held}"
    if pd.isna(row["fits_group"]):
        return said
    return f"{said}; {row['alike']} of {row['active_known']} alike"


def winnable_headline(former: FormerAccounts) -> str:
    """How many former clients are worth a call, and what comes of it on average."""
    number = former.figures["former_accounts.winnable"]
    worth = former.figures["former_accounts.worth"]
    if not isinstance(number.value, int | float):
        return "There is nobody to win back"
    if number.value == 0:
        return "No former client is worth a call by these rules"
    are = "is" if number.value == 1 else "are"
    said = f"{words.plural(number.value, 'former client')} {are} worth a call"
    if not worth.computable:
        return f"{said}; how likely a return is, is not known"
    if worth.n != number.value:
        return f"{said}; {words.count(worth.n or 0)} can be valued, at {words.figure_value(worth)}"
    return f"{said}, {words.figure_value(worth)} a year to be expected"


def advocates(former: FormerAccounts) -> Piece:
    """Clients that could speak for us, by the signs that they show."""
    number = former.figures["former_accounts.advocates"]
    rows = former.advocates
    columns = {
        "account_name": Column("Client"),
        "signs_told": Column("Signs"),
        "last_score": Column("Last answer of 10", "number", missing="none in a year"),
        "referred": Column("Referred", "count"),
        "years": Column("Years with us", "number", decimals=1),
        "growth": Column("Growth", "percent", signed=True, missing="too new"),
        "market_influence": Column("Influence", "number", missing="not given"),
        "revenue_12m": Column("Revenue", "money", former.currency),
    }
    return capped_list(
        rows,
        at_most=former.page.accounts_shown,
        headline=advocates_headline(former),
        measure=f"signs of an advocate, {former.currency}",
        source=parts.source(SOURCE, former.as_of),
        name="advocates",
        caption="References and advocates",
        columns={
            key: column
            for key, column in columns.items()
            if key not in rows.columns or rows[key].notna().any()
        },
        reason=number.reason or "no client shows enough signs",
        notes=[
            number.definition,
            f"Next step: {former.reference_play}." if former.reference_play else None,
        ],
        prepared=lambda shown: shown.assign(
            signs_told=[
                ", ".join(word for key, word in SIGN_WORDS.items() if row[key] == 1)
                for row in shown.to_dict("records")
            ]
        ),
    )


def advocates_headline(former: FormerAccounts) -> str:
    """How many clients could be asked to speak for us."""
    number = former.figures["former_accounts.advocates"]
    if not isinstance(number.value, int | float):
        return "Who could speak for us is not known"
    if number.value == 0:
        return "No client shows enough signs to be asked for a reference"
    return f"{words.plural(number.value, 'client')} could be asked for a reference"
