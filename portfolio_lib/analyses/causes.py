"""Why a client may leave: the causes in words, and what each feature says about them.

Health, plans, plays and the list of former clients use the same causes by the same keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NO_CAUSE = "no_visible_cause"

CAUSES: Mapping[str, str] = {
    "declining_usage": "Declining use",
    "low_satisfaction": "Low satisfaction",
    "champion_left": "Champion left",
    "service_failures": "Service failures",
    "late_payment": "Late payment",
    "engagement_gone": "Little contact",
    "competitor_seen": "Competitor seen",
    "falling_revenue": "Falling revenue",
    "silence": "Silence",
    "contract_position": "Contract position",
    NO_CAUSE: "No visible cause",
}
"""What people call each cause, in the order in which they are listed."""


@dataclass(frozen=True)
class Feature:
    """What a feature means to people.

    Parameters
    ----------
    label : str
        What it measures, as a noun.
    cause : str or None
        The cause that a bad value points to; None where it is background.
    direction : int
        1 where more of it can only mean more danger, −1 where less, 0 where it may be either.
    says : callable
        The value in words, as part of a sentence.
    topic : str
        Features of one topic say the same thing in other words: only one of them is told.
    bad : callable
        Whether a value is a reason at all: use that is up by a little less than elsewhere is none.
    """

    label: str
    cause: str | None
    direction: int
    says: Callable[[float], str]
    topic: str = ""
    bad: Callable[[float], bool] = lambda value: True


def cause_in_words(cause: str) -> str:
    """What people call a cause.

    >>> cause_in_words("champion_left")
    'Champion left'
    """
    return CAUSES[cause]


def _percent(share: float) -> str:
    return f"{abs(share) * 100:.0f}%"


def _times(value: float) -> str:
    return f"{value:.1f} times"


def _plural(value: float, one: str, many: str | None = None) -> str:
    return f"{value:,.0f} {one if round(value) == 1 else many or one + 's'}"


def _moved(noun: str, since: str) -> Callable[[float], str]:
    """A change as it is said: use is down 34% on the three months before."""

    def says(value: float) -> str:
        if round(abs(value) * 100) == 0:
            return f"{noun} is level with {since}"
        return f"{noun} is {'up' if value > 0 else 'down'} {_percent(value)} on {since}"

    return says


def _counted(one: str, many: str, after: str = "") -> Callable[[float], str]:
    def says(value: float) -> str:
        number = "no" if round(value) == 0 else f"{value:,.0f}"
        return f"{number} {one if round(value) == 1 else many}{after}"

    return says


def _either(yes: str, no: str) -> Callable[[float], str]:
    return lambda value: yes if value >= 0.5 else no


def _days(before: str) -> Callable[[float], str]:
    return lambda value: f"{before} {_plural(value, 'day')} ago"


def _above(limit: float) -> Callable[[float], bool]:
    return lambda value: value > limit


def _below(limit: float) -> Callable[[float], bool]:
    return lambda value: value < limit


def _years(value: float) -> str:
    years = math.floor(value / 365.25)
    return f"a client for {_plural(years, 'year') if years else 'less than a year'}"


FEATURES: Mapping[str, Feature] = {
    "usage_trend": Feature("Trend of use", "declining_usage", -1,
        _moved("use", "the three months before"),
        topic="use", bad=_below(-0.02)),
    "usage_fall": Feature("Fall of use", "declining_usage", 1,
        lambda v: f"use fell by {_percent(v)} in three months",
        topic="use", bad=_above(0.02)),
    "licence_use": Feature("Share of licences used", "declining_usage", -1,
        lambda v: f"{_percent(v)} of what is licensed is used", bad=_below(0.75)),
    "satisfaction": Feature("Last answer on satisfaction", "low_satisfaction", -1,
        lambda v: f"satisfaction is {v:.1f} of 10",
        topic="answer", bad=_below(8.0)),
    "dissatisfaction": Feature("Satisfaction under 8", "low_satisfaction", 1,
        lambda v: f"satisfaction is {8 - v:.1f} of 10",
        topic="answer", bad=_above(0.0)),
    "nps_score": Feature("Last recommendation score", "low_satisfaction", -1,
        lambda v: f"would recommend us with {v:.0f} of 10", bad=_below(9.0)),
    "csat_score": Feature("Last answer on service", "low_satisfaction", -1,
        lambda v: f"last answer on service is {v:.1f}", bad=_below(4.0)),
    "sentiment_90d": Feature("Mood of conversations", "low_satisfaction", -1,
        lambda v: f"the mood of talks is {'good' if v > 0.3 else 'poor' if v < 0 else 'mixed'}",
        bad=_below(0.3)),
    "champion_gone": Feature("Champion left without a successor", "champion_left", 1,
        _either("the champion has left and nobody took over", "the champion is there"),
        topic="champion", bad=_above(0.5)),
    "champion_present": Feature("Champion there", "champion_left", -1,
        _either("a champion is there", "no champion is there"),
        topic="champion", bad=_below(0.5)),
    "champion_left_180d": Feature("Champion left in half a year", "champion_left", 1,
        _either("a champion left within half a year", "no champion left lately"),
        topic="champion", bad=_above(0.5)),
    "issues_open": Feature("Open issues", "service_failures", 1,
        _counted("open issue", "open issues"),
        topic="issues", bad=_above(0.5)),
    "issues_90d": Feature("Issues in 90 days", "service_failures", 1,
        _counted("issue", "issues", " in 90 days"),
        topic="issues", bad=_above(0.5)),
    "urgent_issues_90d": Feature("Urgent issues in 90 days", "service_failures", 1,
        _counted("urgent issue", "urgent issues", " in 90 days"),
        topic="issues", bad=_above(0.5)),
    "breaches_90d": Feature("Promised times missed in 90 days", "service_failures", 1,
        _counted("promised time", "promised times", " missed in 90 days"), bad=_above(0.5)),
    "escalations_90d": Feature("Escalations in 90 days", "service_failures", 1,
        _counted("escalation", "escalations", " in 90 days"), bad=_above(0.5)),
    "overdue_share": Feature("Amount overdue against a year's revenue", "late_payment", 1,
        lambda v: f"{_percent(v)} of a year's revenue is overdue", bad=_above(0.0)),
    "late_share_12m": Feature("Bills paid late in 12 months", "late_payment", 1,
        lambda v: f"{_percent(v)} of the year's bills were paid late",
        topic="late", bad=_above(0.1)),
    "mean_days_late_12m": Feature("Days late in 12 months", "late_payment", 1,
        lambda v: f"bills are paid {_plural(max(v, 0), 'day')} late",
        topic="late", bad=_above(3.0)),
    "mean_days_late_90d": Feature("Days late in 90 days", "late_payment", 1,
        lambda v: f"bills are now paid {_plural(max(v, 0), 'day')} late",
        topic="late", bad=_above(3.0)),
    "contacts_active": Feature("Contacts known", "engagement_gone", -1,
        _counted("contact is", "contacts are", " known"), bad=_below(2.5)),
    "contacts_met_180d": Feature("People met in half a year", "engagement_gone", -1,
        _counted("person", "people", " met in half a year"), bad=_below(2.5)),
    "top_contact_share_180d": Feature("Share of contact through one person", "engagement_gone", 1,
        lambda v: f"{_percent(v)} of contact runs through one person", bad=_above(0.5)),
    "executive_met_180d": Feature("Executive met in half a year", "engagement_gone", -1,
        _either("an executive was met in half a year", "no executive was met in half a year"),
        bad=_below(0.5)),
    "interactions_90d": Feature("Meetings and calls in 90 days", "engagement_gone", -1,
        _counted("meeting or call", "meetings and calls", " in 90 days"),
        topic="contact", bad=_below(4.5)),
    "interactions_change": Feature("Change in meetings and calls", "engagement_gone", -1,
        _moved("contact", "the 90 days before"),
        topic="contact", bad=_below(-0.05)),
    "days_since_interaction": Feature("Days since contact", "engagement_gone", 1,
        _days("last contact was"),
        topic="contact", bad=_above(30)),
    "inbound_share_180d": Feature("Share of contact begun by the client", "engagement_gone", -1,
        lambda v: f"the client began {_percent(v)} of contacts", bad=_below(0.5)),
    "competitors_open": Feature("Competitors seen", "competitor_seen", 1,
        _counted("competitor", "competitors", " seen"), bad=_above(0.5)),
    "revenue_trend": Feature("Revenue of three months on the three before", "falling_revenue", -1,
        _moved("revenue", "the three months before"), bad=_below(-0.02)),
    "revenue_growth": Feature("Revenue of a year on the year before", "falling_revenue", -1,
        _moved("revenue", "the year before"), bad=_below(-0.02)),
    "days_since_last_purchase": Feature("Days since the last purchase", "silence", 1,
        _days("last purchase was"),
        topic="silence", bad=_above(14)),
    "purchase_days_12m": Feature("Purchase days in 12 months", "silence", -1,
        _counted("purchase day", "purchase days", " in a year")),
    "gap_ratio": Feature("Gap now against the client's own long gap", "silence", 1,
        lambda v: f"the gap since the last purchase is {_times(v)} its usual long gap",
        topic="silence", bad=_above(1.0)),
    "quiet_quarter_chance": Feature("Chance of a quiet quarter", "silence", 1,
        lambda v: f"at its own rhythm, a quarter without a purchase has a chance of {_percent(v)}",
        topic="silence", bad=_above(0.2)),
    "term_ends": Feature("A term ends within the horizon", "contract_position", 1,
        _either("the last term ends within the horizon", "no term ends within the horizon"),
        topic="term", bad=_above(0.5)),
    "notice_given": Feature("Notice given", "contract_position", 1,
        _either("notice was given", "no notice was given"), bad=_above(0.5)),
    "auto_renew": Feature("Renews by itself", "contract_position", -1,
        _either("the term renews by itself", "the term does not renew by itself"), bad=_below(0.5)),
    "days_to_term_end": Feature("Days to the end of the last term", "contract_position", 0,
        lambda v: f"the last term ends in {_plural(max(v, 0), 'day')}",
        topic="term", bad=_below(366)),
    "terms_in_force": Feature("Terms in force", None, 0,
        _counted("term in force", "terms in force")),
    "offerings_12m": Feature("Offerings bought in 12 months", None, -1,
        _counted("offering", "offerings", " bought in a year")),
    "tenure_days": Feature("Time as a client", None, 0, _years),
    "annual_revenue": Feature("Annual revenue", None, 0,
        lambda v: f"annual revenue of {v:,.0f}"),
}  # fmt: skip
"""Every feature that a churn model may use: nothing else ever enters one."""

DIRECTIONS: Mapping[str, int] = {key: one.direction for key, one in FEATURES.items()}


def in_words(feature: str, value: float) -> str:
    """What a feature's value says, as part of a sentence; a missing value says so.

    >>> in_words("usage_trend", -0.34)
    'use is down 34% on the three months before'
    >>> in_words("satisfaction", math.nan)
    'last answer on satisfaction is not known'
    """
    known = FEATURES[feature]
    if math.isnan(value):
        return f"{known.label[:1].lower()}{known.label[1:]} is not known"
    return known.says(value)
