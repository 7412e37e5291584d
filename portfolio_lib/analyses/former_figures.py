"""The published figures of the page Former clients."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.answer_ages import RECENT_DAYS, last_of_ten
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.return_rates import NOT_RENEWED, Leaving
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.parameters.models import UnitParameters

NOBODY = "no former client is known"


@dataclass(frozen=True)
class Gone:
    """Who is gone, who came back, and who could speak for us."""

    rows: pd.DataFrame
    winnable: pd.DataFrame
    left: pd.DataFrame
    rates: pd.DataFrame
    advocates: pd.DataFrame
    known: pd.DataFrame
    rule: Leaving
    parameters: UnitParameters

    @property
    def day(self) -> str:
        return self.parameters.as_of.isoformat()

    @property
    def meaning(self) -> str:
        """When a client counts as gone."""
        days = self.rule.after_days
        if self.rule.event == NOT_RENEWED:
            return f"whose last contract term ended more than {days} days ago with none after it"
        what = "purchase" if self.rule.event == "no_purchase" else "revenue"
        return f"without {what} for more than {days} days"

    @property
    def nobody_known(self) -> str | None:
        day = spoken(self.parameters.as_of)
        return f"no account was known on {day}" if self.known.empty else None

    @property
    def nobody_gone(self) -> str | None:
        return self.nobody_known or (NOBODY if self.rows.empty else None)


def all_figures(gone: Gone) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        former(gone),
        lost_value(gone),
        reason_known(gone),
        still_fit(gone),
        *return_figures(gone),
        *worth_figures(gone),
        advocate_count(gone),
    )


def former(gone: Gone) -> Figure:
    """How many clients are former ones."""
    known = Figure(
        "former_accounts.former",
        "Former clients",
        len(gone.rows),
        "accounts",
        f"Clients {gone.meaning}, at the review date.",
        n=len(gone.known),
        window=gone.day,
        policy=f"loss: {gone.rule.event}, gone for more than {gone.rule.after_days} days",
        higher_is_better=False,
    )
    return unless(gone.nobody_known, known)


def lost_value(gone: Gone) -> Figure:
    """What former clients brought in their last year."""
    known = Figure(
        "former_accounts.value",
        "Revenue former clients brought",
        round(total(gone.rows["value"]), 4),
        gone.parameters.currency,
        "Revenue of each former client in the twelve months to its last month, added up. They "
        "left at different times.",
        n=len(gone.rows),
        window=gone.day,
    )
    return unless(gone.nobody_gone, known)


def reason_known(gone: Gone) -> Figure:
    """For how many former clients a reason was written down."""
    recorded = gone.rows["reason_from"].eq("recorded")
    known = Figure(
        "former_accounts.reason_recorded",
        "Former clients with a recorded reason",
        float(recorded.mean()) if len(recorded) else 0.0,
        "share",
        "Former clients with a reason on record ÷ all former clients. For the others the last "
        "look-back day and lost deals are read.",
        n=len(gone.rows),
        window=gone.day,
        higher_is_better=True,
    )
    return unless(gone.nobody_gone, known)


def still_fit(gone: Gone) -> Figure:
    """How many former clients are like the active ones in all that is known."""
    judged = gone.rows.loc[gone.rows["fit_known"] > 0]
    fits = judged["fit_signs"].eq(judged["fit_known"])
    known = Figure(
        "former_accounts.fit",
        "Former clients that still fit",
        int(fits.sum()),
        "accounts",
        "Former clients for which all known signs hold: enough clients alike in industry "
        "and size; employees within the range of the middle 80% of clients; margin then "
        "at or above that of all but the last quarter of clients.",
        n=len(judged),
        window=gone.day,
        policy=f"former_accounts.least_alike: {gone.parameters.former_accounts.least_alike}",
    )
    blank = "neither industry, size nor margin of a former client is known"
    return unless(gone.nobody_gone or (blank if judged.empty else None), known)


def return_figures(gone: Gone) -> tuple[Figure, ...]:
    """How many came back of those gone for so long, one figure per stretch."""
    page = gone.parameters.former_accounts
    told = []
    for row in gone.rates.to_dict("records"):
        days, n, k = int(row["from_days"]), int(row["departures"]), int(row["returned"])
        few = (
            f"needs {page.least_departures} past departures whose {page.return_within_days} days "
            f"are over; this unit has {n}"
        )
        known = Figure(
            f"former_accounts.return_after_{days}_days",
            f"Came back, of those gone for {days} days",
            k / max(1, n),
            "share",
            f"Departures that were followed by a return within {page.return_within_days} days, of "
            f"all that had lasted {days} days: {k} of {n}. A client that left twice counts twice.",
            n=n,
            window=gone.day,
            policy=f"former_accounts.return_within_days: {page.return_within_days}",
            interval=None if pd.isna(row["low"]) else (row["low"], row["high"]),
            interval_method=f"{page.interval_level * 100:g}% Wilson interval",
            higher_is_better=True,
        )
        told.append(unless(gone.nobody_known or (few if pd.isna(row["rate"]) else None), known))
    return tuple(told)


def worth_figures(gone: Gone) -> tuple[Figure, Figure]:
    """Who is worth a call, and what comes back on average."""
    page, rows = gone.parameters.former_accounts, gone.winnable
    number = Figure(
        "former_accounts.winnable",
        "Former clients worth a call",
        len(rows),
        "accounts",
        f"Former clients gone for at most {page.winnable_within_days} days, with at least "
        f"{page.least_fit * 100:g}% of the known signs of a fit, revenue in their last year, and "
        "no recorded end of business.",
        n=len(gone.rows),
        window=gone.day,
        policy=f"former_accounts.winnable_within_days: {page.winnable_within_days}",
    )
    valued = rows.loc[rows["worth"].notna()]
    low, high = (
        total(valued["value"] * valued[name]) for name in ("chance_low", "chance_high")
    )  # fmt: skip
    worth = Figure(
        "former_accounts.worth",
        "What winnable clients are worth",
        round(total(valued["worth"]), 4),
        gone.parameters.currency,
        "Revenue of the last twelve months with us × the unit's own past rate of return, added up "
        "over the winnable.",
        n=len(valued),
        window=gone.day,
        interval=(low, high),
        interval_method=f"all chances at the ends of their {page.interval_level * 100:g}% Wilson "
        "intervals",
    )
    few = f"too few past departures to say how often clients return: needs {page.least_departures}"
    nobody = "no former client is worth a call by these rules"
    empty = nobody if rows.empty else few if valued.empty else None
    return unless(gone.nobody_gone, number), unless(gone.nobody_gone or empty, worth)


def advocate_count(gone: Gone) -> Figure:
    """How many clients could speak for us."""
    page, rows = gone.parameters.former_accounts, gone.known
    answered = last_of_ten(rows)["days_since"] <= RECENT_DAYS
    judged = answered | rows["referred_by"].notna()
    known = Figure(
        "former_accounts.advocates",
        "Clients that could speak for us",
        len(gone.advocates),
        "accounts",
        f"Clients with at least {page.advocate_signs} of 4 signs, satisfied or having "
        f"referred others among them: last answer {page.advocate_score:g} or more of 10 within a "
        f"year; has referred others; a client for {page.advocate_years:g} years; revenue up by "
        f"{gone.parameters.segments.potential.growth * 100:g}% or more. None whose last answer, "
        "however old, was below 7.",
        n=int(rows["is_client"].sum()),
        window=gone.day,
        policy=f"former_accounts.advocate_signs: {page.advocate_signs}",
    )
    blank = (
        "no answer of the last year and no referral is recorded; hand in table surveys, or column "
        "referred_by of table accounts"
    )
    missing = None if judged.any() else blank
    return unless(gone.nobody_known or missing, known)
