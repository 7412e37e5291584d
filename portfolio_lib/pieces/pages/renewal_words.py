"""What the page Renewals says: headlines and notes, each with its fallbacks."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.renewals import Renewals
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

NOT_KNOWN = "Renewals are not known here"
WITHOUT_TERMS = (
    "Clients here buy without a term, or their contracts were not handed in. When each client is "
    "expected to buy next stands on the page Recurrence and rhythm."
)
STATES = {
    "renewed": "Renewed",
    "renewed late": "Renewed late",
    "notice given": "Notice given",
    "open": "Open",
    "late": "Over, not renewed",
    "lost": "Lost",
}
ODD_NOTE = (
    "Far from the middle of contracts for the same offering, in the same tier where there are "
    "enough; in brackets how many are as far out. The largest contract of each client and offering."
)
DANGERS_SAID = ("notice given",)
MEASURES = {
    "payment_days": ("Days to pay", "longer", "shorter"),
    "notice_days": ("Days of notice", "longer", "shorter"),
    "months": ("Length, months", "longer", "shorter"),
    "value_per_employee": ("Value per employee", "higher", "lower"),
    "discount": ("Discount on list price", "higher", "lower"),
}
LOOKED_AT = {
    "in time": "In time",
    "since": "Since, late",
    "not yet": "Not yet",
    "not due yet": "Not due yet",
}


def due_headline(renewals: Renewals) -> str:
    """How many terms end within the days listed, for how much, and by which day."""
    if renewals.reason is not None:
        return NOT_KNOWN
    rows = renewals.upcoming.loc[renewals.upcoming["days_to_end"] <= renewals.listed_days]
    last = pd.Timestamp(renewals.as_of) + pd.Timedelta(days=renewals.listed_days)
    if rows.empty:
        return f"No contract term ends by {words.day(last.date())}"
    end = "ends" if len(rows) == 1 else "end"
    due = words.money(rows["annual_value"].sum(), renewals.currency)
    return (
        f"{words.plural(len(rows), 'contract term')} worth {due} {end} by {words.day(last.date())}"
    )


def windows_headline(renewals: Renewals) -> str:
    """How much of what is due soon is renewed already, and how much is at risk."""
    if renewals.reason is not None:
        return NOT_KNOWN
    days = f"within {renewals.listed_days} days"
    rows = renewals.upcoming.loc[renewals.upcoming["days_to_end"] <= renewals.listed_days]
    due = float(rows["annual_value"].sum())
    if due <= 0:
        return f"Nothing is due {days}"
    renewed = parts.number_of(renewals.figures, "renewals.renewed_ahead") or 0.0
    risk = parts.number_of(renewals.figures, "renewals.at_risk") or 0.0
    done = f"{words.percent(renewed / due)} of what is due {days} is renewed"
    if renewed <= 0:
        done = f"Nothing of what is due {days} is renewed yet"
    if risk <= 0:
        return f"{done}; no sign of danger is known for the rest" if renewed < due else done
    at_risk = words.money(risk, renewals.currency)
    grave = parts.number_of(renewals.figures, "renewals.high_risk") or 0.0
    said = f"{done}; {at_risk} of the rest is at risk"
    return f"{said}, {words.plural(grave, 'term')} at high risk" if grave else said


def rate_headline(renewals: Renewals) -> str:
    """The renewal rate of twelve months, against the year before."""
    figure = renewals.figures["renewals.rate"]
    if not isinstance(figure.value, int | float):
        return "The renewal rate is not computable"
    shown = words.percent(figure.value)
    said = f"{shown} of the value that came due in twelve months was renewed"
    if figure.previous is None:
        return said
    moved = words.share_change(figure.value, figure.previous)
    return f"{said}, {'as' if moved == 'unchanged' else moved + ' on'} the year before"


def rate_note(renewals: Renewals) -> str:
    """What the columns mean, and how much of the latest quarter is still open."""
    open_ = renewals.quarters["open"].iloc[-1] if len(renewals.quarters) else 0.0
    waiting = (
        f" {words.money(open_, renewals.currency)} of the latest quarter is over and may still be "
        "renewed."
        if open_ > 0
        else ""
    )
    yearly = words.figure_value(renewals.figures["renewals.rate_per_year"])
    return (
        f"Late: within {words.days(renewals.grace_days)} after the last day, the grace. Lost: not "
        "renewed, or the part that a lower renewal left out. Undecided: the grace still runs. "
        f"Taken to one year by the length of each term, the rate of twelve months is {yearly}."
        f"{waiting}"
    )


def groups_note(renewals: Renewals) -> str:
    """When a difference between groups means anything."""
    return (
        f"Intervals hold the true rate {words.percent(renewals.interval_level)} of the time; "
        "where two overlap widely the difference may be chance. No interval is given below "
        f"{words.plural(renewals.least_accounts, 'client')}. Managers as recorded now."
    )


def forecast_headline(renewals: Renewals) -> str:
    """What the next quarter is likely to keep, between which bounds."""
    figure = renewals.figures["renewals.forecast"]
    if not isinstance(figure.value, int | float) or figure.interval is None:
        return "Next quarter's renewals cannot be forecast"
    due = renewals.forecasts["due"].iloc[0]
    likely = words.money(figure.value, renewals.currency)
    whole = words.money(due, renewals.currency)
    return f"{likely} of {whole} due next quarter is likely to be kept"


def forecast_note(renewals: Renewals) -> str:
    """How the scenarios are made, and what they leave out."""
    tail = words.percent((1 - renewals.scenario_level) / 2)
    by_churn = renewals.figures["renewals.forecast_by_churn"]
    other = (
        f" By each client's own probability of leaving, next quarter keeps "
        f"{words.figure_value(by_churn)}."
        if by_churn.computable
        else ""
    )
    return (
        f"Low and high: the outcome is expected below low in {tail} of cases and above high in "
        f"{tail}. Terms that are not agreed yet, among them the next ones of short terms, are not "
        f"in later quarters.{other}"
    )


def check_note(renewals: Renewals) -> str:
    """How far earlier forecasts were out."""
    figure = renewals.figures["renewals.forecast_error"]
    inside = renewals.checked["is_inside"].dropna()
    if not isinstance(figure.value, int | float) or inside.empty:
        return "Earlier forecasts cannot be held against what happened."
    return (
        f"Made again from what was known on the day of each review. On average "
        f"{words.percent(figure.value, 1)} of the value due off; {int(inside.sum())} of "
        f"{len(inside)} outcomes lay between low and high."
    )


def state_of(state: str, risk: str | None) -> str:
    """What is known of a term in one cell: its state, and signs of danger that it does not say.

    >>> state_of("open", "health red, churn likely"), state_of("notice given", "notice given")
    ('Open: health red, churn likely', 'Notice given')
    """
    signs = [one for one in (risk or "").split(", ") if one and one not in DANGERS_SAID]
    return f"{STATES[state]}: {', '.join(signs)}" if signs else STATES[state]


def odd_headline(renewals: Renewals) -> str:
    """How many contracts have terms out of line, and for whom."""
    figure = renewals.figures["renewals.out_of_line"]
    if not isinstance(figure.value, int | float):
        return "Contract terms cannot be compared"
    if figure.value == 0:
        return "No contract has terms far from those of similar ones"
    favours = renewals.odd_terms.loc[renewals.odd_terms["favours"].eq("client"), "contract_id"]
    have = "has" if figure.value == 1 else "have"
    said = f"{words.plural(figure.value, 'contract')} {have} terms out of line"
    some = favours.nunique()
    return f"{said}, {words.count(some) if some else 'none'} in the client's favour"


def odd_row(measure: str, value: float, median: float, currency: str) -> str:
    """One term out of line in words.

    >>> odd_row("payment_days", 60, 30, "GBP"), odd_row("discount", 0.25, 0.1, "GBP")
    ('Days to pay: 60, longer than 30', 'Discount on list price: 25%, higher than 10%')
    """
    name, above, below = MEASURES[measure]
    if measure == "discount":
        shown = words.percent(value), words.percent(median)
    elif measure == "value_per_employee":
        shown = words.money(round(value), currency), words.money(round(median), currency)
    else:
        shown = words.number(value), words.number(median)
    return f"{name}: {shown[0]}, {above if value > median else below} than {shown[1]}"
