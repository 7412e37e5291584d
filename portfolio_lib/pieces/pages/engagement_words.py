"""What the page Stakeholders and engagement says of contacts against plan."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.cadence import BY_PLAN
from portfolio_lib.analyses.engagement import Engagement
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts


def plan_headline(found: Engagement) -> str:
    """Reviews held and clients contacted as planned."""
    reviews = found.figures["engagement.review_completion"]
    plan = found.figures["engagement.plan_met"]
    held = f"{words.figure_value(reviews)} of business reviews due were held"
    met = f"{words.figure_value(plan)} of clients were contacted as planned"
    if reviews.computable and plan.computable:
        return f"{held}; {met}"
    if reviews.computable:
        return held
    return met if plan.computable else "Contacts cannot be held against a plan"


def plan_note(found: Engagement) -> str:
    """What was planned, and who begins contacts."""
    plan, labels = found.page.engagement, found.tier_labels
    numbers = words.listing(
        [f"{n} for {label}" for n, label in zip(plan.contacts_per_quarter, labels, strict=True)]
    )
    tiers = words.listing([labels[int(tier) - 1] for tier in plan.review_tiers])
    said = [
        f"Planned contacts in a quarter: {numbers}.",
        f"Business reviews ({' or '.join(plan.review_kinds)}) are due within "
        f"{words.plural(plan.review_months, 'month')} at {tiers} clients that were clients before.",
    ]
    sides = found.figures["engagement.proactive_share"]
    if sides.computable:
        said.append(f"We began {words.figure_value(sides)} of contacts; the rest is reactive.")
    return " ".join(said)


def of(part: object, whole: object) -> str | None:
    """A part of a whole in words; None where there is no whole.

    >>> of(5.0, 10.0), of(0.0, 0.0)
    ('5 of 10', None)
    """
    assert isinstance(part, int | float)
    assert isinstance(whole, int | float)
    return None if whole == 0 else f"{words.count(part)} of {words.count(whole)}"


def due_headline(found: Engagement) -> str:
    """How many clients are to be contacted, and what they are worth."""
    figure = found.figures["engagement.accounts_due"]
    if not isinstance(figure.value, int):
        return "Who is to be contacted is not known"
    if figure.value == 0:
        return "Nobody is overdue for a contact"
    worth = words.figure_value(found.figures["engagement.due_revenue"])
    are = "client is" if figure.value == 1 else "clients are"
    return f"{words.count(figure.value)} {are} overdue for a contact, worth {worth} a year"


def whom(row: pd.Series) -> str:
    """Whom to contact at a client.

    >>> whom(pd.Series({"basis": "agreed", "who": "Ann Smith", "role": "champion",
    ...                 "people_overdue": 3.0}))
    'Ann Smith, champion, and 2 more'
    """
    if row["basis"] == BY_PLAN:
        return "anybody: nothing agreed"
    role = f", {row['role']}" if isinstance(row["role"], str) else ""
    more = int(row["people_overdue"]) - 1
    return f"{words.name(row['who'])}{role}{f', and {more} more' if more else ''}"


def due_note(found: Engagement) -> str:
    """What overdue means."""
    days = found.page.engagement.grace_days
    grace = f", plus {words.days(days)}" if days else ""
    return (
        f"Overdue: no contact for longer than agreed with the person{grace}; where nothing is "
        "agreed, for longer than 91 days divided by the contacts planned. Days: of the person "
        "named, beyond what was agreed."
    )


def onboarding_headline(found: Engagement) -> str:
    """Steps on time and the time to the first value."""
    steps = found.figures["engagement.steps_on_time"]
    value = found.figures["engagement.first_value_days"]
    if not steps.computable:
        return "How new clients are taken on is not known"
    said = f"{words.figure_value(steps)} of onboarding steps were on time"
    if not value.computable:
        return f"{said}; time to first value is not known"
    return f"{said}; the first value takes {words.figure_value(value)}"


def onboarding_sentences(found: Engagement) -> list[str]:
    """The time to the first value, the gaps at the start, and what cannot be known."""
    value = found.figures["engagement.first_value_days"]
    gaps = found.figures["engagement.start_gaps"]
    managers = found.figures["engagement.manager_changes"]
    return [
        _first_value(found) if value.computable else
        f"Time to first value: not computable, {value.reason}.",
        _gaps(found) if gaps.computable else f"Gaps at the start: not computable, {gaps.reason}.",
        f"Handing over to another manager: not computable, {managers.reason}.",
    ]  # fmt: skip


def _first_value(found: Engagement) -> str:
    value, reached = found.figures["engagement.first_value_days"], found.first_value
    assert reached is not None
    band = ""
    if value.interval is not None:
        low, high = value.interval
        band = f" (90% interval {words.count(low)} to {words.count(high)})"
    return (
        f"Half of new clients have their first value within {words.figure_value(value)}{band}; "
        f"{words.count(reached.reached)} of {words.count(reached.clients)} have it so far."
    )


def _gaps(found: Engagement) -> str:
    gaps, days = found.figures["engagement.start_gaps"], found.page.engagement.first_days
    if gaps.value == 0:
        return f"All new clients were met and had a first step done within {days} days."
    rows = found.starts.loc[found.starts["is_gap"]]
    unmet = int(rows["no_contact"].fillna(False).sum())
    idle = int(rows["no_step"].fillna(False).sum())
    had = "had" if gaps.value != 1 else "has had"
    return (
        f"{words.figure_value(gaps)} of {words.plural(gaps.n, 'new client')} {had} a gap in the "
        f"first {days} days: {words.count(unmet)} without a contact, {words.count(idle)} without a "
        "step done."
    )


def reasons(found: Engagement) -> str:
    """Why contacts cannot be held against a plan."""
    told = [
        figure.reason
        for key in ("review_completion", "plan_met")
        if (figure := found.figures[f"engagement.{key}"]).reason
    ]
    return " ".join(parts.capital(reason) for reason in dict.fromkeys(told))
