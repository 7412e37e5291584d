"""What the page Stakeholders and engagement says of people: headlines, cells and notes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from portfolio_lib.analyses.departures import COVERED, MET, NOT_MET
from portfolio_lib.analyses.reporting_lines import ReportingLines
from portfolio_lib.analyses.stakeholders import Stakeholders
from portfolio_lib.analyses.stakeholders_figures import thread_rule
from portfolio_lib.analyses.tiers import NO_TIER
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.statuses import Level

NAMED_AT_MOST = 3
ROLES = {
    "has_economic_buyer": "economic buyer",
    "has_champion": "champion",
    "has_sponsor": "executive sponsor",
}


def is_true(value: object) -> bool:
    """Whether a flag is known and true; an unknown one is neither true nor false."""
    return not words.absent(value) and bool(value)


def is_false(value: object) -> bool:
    """Whether a flag is known and false."""
    return not words.absent(value) and not bool(value)


def tier_label(tier: object, labels: tuple[str, str, str]) -> str:
    """What a tier is called.

    >>> tier_label("1", ("Strategic", "Core", "Transactional")), tier_label("none", ("", "", ""))
    ('Strategic', 'no tier')
    """
    return "no tier" if tier == NO_TIER else labels[int(str(tier)) - 1]


def map_headline(found: Stakeholders) -> str:
    """Which of the largest clients hang by one person."""
    if found.contacts_missing is not None or not found.top:
        return "Who is known at the largest clients cannot be said"
    if found.meetings_missing is not None:
        return "Who is met at the largest clients cannot be said"
    top = found.accounts.loc[found.accounts["account_id"].isin(found.top)]
    thin = top.loc[top["single_threaded"].eq(True).fillna(False)]
    which = "The largest client is" if len(top) == 1 else f"The {len(top)} largest clients are"
    if thin.empty:
        return f"{which} met through two people or more" + ("" if len(top) == 1 else " each")
    if len(thin) == 1:
        return _one_thread(thin.iloc[0], found)
    names = words.listing([words.name(one) for one in thin["account_name"].head(NAMED_AT_MOST)])
    said = f"{len(thin)} of the {len(top)} largest clients depend on one contact"
    return f"{said}: {names}" if len(thin) <= NAMED_AT_MOST else said


def _one_thread(row: pd.Series, found: Stakeholders) -> str:
    name = words.name(row["account_name"])
    if row["contacts_active"] == 0:
        return f"{name}: none of its people was met in {found.page.window_days} days"
    also = ", and no executive was met" if is_false(row["executive_met"]) else ""
    return f"{name} depends on one contact{also}"


def client_caption(row: pd.Series, found: Stakeholders) -> str:
    """A client in one line: tier, value, end of its term."""
    tier = tier_label(row["tier"], found.tier_labels)
    value = words.money(row["annual_revenue"], found.currency)
    return f"{words.name(row['account_name'])}: {tier}, {value} a year, {term(row)}"


def term(row: pd.Series) -> str:
    """When the term of a client ends."""
    if words.absent(row["next_renewal_date"]):
        return "no end of term known"
    return f"term ends {words.day(row['next_renewal_date'])}"


def client_note(row: pd.Series, lines: ReportingLines | None, found: Stakeholders) -> str:
    """What is missing at a client, in sentences; empty where nothing is."""
    said = []
    if is_true(row["single_threaded"]):
        said.append("Single-threaded.")
    if is_false(row["executive_met"]):
        said.append(f"No executive relationship: none was met in {found.page.window_days} days.")
    lacking = [role for flag, role in ROLES.items() if is_false(row[flag])]
    if lacking:
        said.append(f"Not known: {words.listing(lacking)}.")
    main = main_contact_missing(found.people, row["account_id"])
    if main is not None:
        said.append(main)
    if found.accounts["sponsor_named"].any() and not row["sponsor_named"]:
        said.append("No executive of ours is named as sponsor.")
    return " ".join([*said, *(line_faults(lines) if lines is not None else [])])


def line_faults(lines: ReportingLines) -> list[str]:
    """What does not fit together in reporting lines.

    >>> from portfolio_lib.analyses.reporting_lines import reporting_lines
    >>> people = pd.DataFrame({"contact_id": ["a"], "account_id": ["x"], "reports_to": ["q"],
    ...                        "influence": [1.0], "is_present": [True]})
    >>> line_faults(reporting_lines(people, {"a": "x"}))
    ['Of 1 person the superior is not among the people recorded.']
    """
    turning = sum(len(circle) for circle in lines.circles)
    told = [
        f"By the record {_people(turning)} in a circle of superiors." if turning else "",
        _lost(len(lines.unknown), "is not among the people recorded"),
        _lost(len(lines.elsewhere), "is recorded at another client"),
        _lost(len(lines.departed), "has left"),
    ]
    return [sentence for sentence in told if sentence]


def _people(count: int) -> str:
    return "1 person stands" if count == 1 else f"{count} people stand"


def _lost(count: int, what: str) -> str:
    return f"Of {words.plural(count, 'person', 'people')} the superior {what}." if count else ""


def role_of(row: Mapping[Hashable, Any]) -> str | None:
    """The role of a person, and whether it is the main contact; None where neither is known.

    >>> role_of({"role": "champion", "is_primary": True})
    'champion, main contact'
    >>> role_of({"role": None, "is_primary": True})
    'main contact'
    """
    role = None if words.absent(row["role"]) else str(row["role"])
    if not is_true(row["is_primary"]):
        return role
    return "main contact" if role is None else f"{role}, main contact"


def main_contact_missing(people: pd.DataFrame, account_id: str) -> str | None:
    """What is wrong with the main contact of a client; None where nothing is, or none is marked."""
    if not people["is_primary"].any():
        return None
    own = people.loc[people["account_id"].eq(account_id)]
    there = own.loc[own["is_present"]]
    if there["is_primary"].any():
        return None
    if own["is_primary"].any():
        return "The main contact has left."
    return None if there.empty else "No main contact is marked."


def agreed(row: pd.Series) -> str | None:
    """What was agreed with a person, and whether it is kept; None where nothing was.

    >>> agreed(pd.Series({"cadence_days": 30.0, "cadence_kept": False, "days_overdue": 18.0}))
    'every 30 days, 18 late'
    """
    if words.absent(row["cadence_days"]):
        return None
    every = f"every {words.days(row['cadence_days'])}".replace("every 1 day", "every day")
    if is_true(row["cadence_kept"]):
        return f"{every}, kept"
    if is_false(row["cadence_kept"]):
        return f"{every}, {words.count(row['days_overdue'])} late"
    return every


def threads_headline(found: Stakeholders) -> str:
    """How many clients are single-threaded, and how many of them come up soon."""
    figure = found.figures["stakeholders.single_threaded"]
    if not isinstance(figure.value, int):
        return "Single-threaded clients are not known"
    if figure.value == 0:
        return "No client depends on one contact alone"
    share = words.figure_value(found.figures["stakeholders.single_threaded_share"])
    depend = "client depends" if figure.value == 1 else "clients depend"
    red = found.figures["stakeholders.single_threaded_red"].value
    soon = "no term of theirs ends" if not red else f"the {_terms(red)}"
    return (
        f"{words.count(figure.value)} {depend} on one contact at most ({share}); {soon} within "
        f"{found.page.red_days} days"
    )


def _terms(count: object) -> str:
    assert isinstance(count, int)
    return "term of 1 ends" if count == 1 else f"terms of {words.count(count)} end"


def threads_note(found: Stakeholders) -> str:
    """The rule, and what is said of a contact."""
    rule = thread_rule(found.page)
    return (
        f"Single-threaded: {rule}. Met: in a meeting, call, mail or review. Red: the term ends "
        f"within {found.page.red_days} days; yellow: within {found.page.yellow_days}."
    )


def end_of_term(row: pd.Series) -> tuple[Level, str]:
    """The end of a client's term, with how soon it is as its colour.

    >>> end_of_term(pd.Series({"severity": "red", "next_renewal_date": "2026-11-27"}))
    ('red', '27 Nov 2026')
    """
    if words.absent(row["next_renewal_date"]):
        return "grey", "No end known"
    levels: dict[object, Level] = {"red": "red", "yellow": "yellow"}
    return levels.get(row["severity"], "grey"), words.day(row["next_renewal_date"], short=True)


def coverage_headline(found: Stakeholders) -> str:
    """How high we reach."""
    champion = found.figures["stakeholders.champion_share"]
    executive = found.figures["stakeholders.executive_met_share"]
    if not champion.computable:
        return "Whether the people who decide are known cannot be said"
    known = f"A champion is known at {words.figure_value(champion)} of clients"
    if not executive.computable:
        return known
    return f"{known}; an executive was met at {words.figure_value(executive)}"


def departures_headline(found: Stakeholders) -> str:
    """How many people left, and for how many nobody has taken over."""
    left = found.figures["stakeholders.departures"]
    opened = found.figures["stakeholders.departures_open"].value
    if not isinstance(left.value, int) or not isinstance(opened, int):
        return "Who left clients is not known"
    days = found.page.departures_days
    if left.value == 0:
        return f"Nobody is recorded as having left a client in {days} days"
    said = f"{words.plural(left.value, 'person', 'people')} left clients in {days} days"
    if opened == 0:
        return f"{said}; all are taken over"
    if opened == left.value:
        return f"{said}; nobody has taken over"
    return f"{said}; {words.count(opened)} {'is' if opened == 1 else 'are'} not taken over"


def taken_over(row: pd.Series) -> str:
    """Who has taken over, in words.

    >>> taken_over(pd.Series({"succession": "not met", "successor_name": "Ann Smith"}))
    'Ann Smith, not met yet'
    """
    name = words.name(row["successor_name"])
    if row["succession"] == MET:
        return name
    if row["succession"] == NOT_MET:
        return f"{name}, not met yet"
    return "another in the role" if row["succession"] == COVERED else "nobody"


def strength_headline(found: Stakeholders) -> str:
    """How strong relationships are, beside a year ago."""
    figure = found.figures["stakeholders.strength"]
    if not isinstance(figure.value, int | float):
        return "The strength of relationships cannot be measured"
    said = f"Relationships measure {words.ratio(figure.value)} of 5"
    if figure.previous is None:
        return said
    gap = words.rounded(figure.value - figure.previous, 1)
    if gap == 0:
        return f"{said}, as a year ago"
    return f"{said}, {'up' if gap > 0 else 'down'} {abs(gap)} on a year ago"


def strength_sentences(found: Stakeholders) -> list[str]:
    """The strength that was given, beside the measured one."""
    given = found.figures["stakeholders.strength_given"]
    if not given.computable:
        return [parts.capital(given.reason or "no strength is given")]
    said = [f"Given by us: {words.figure_value(given)} of 5."]
    rated = found.figures["stakeholders.overrated"]
    if isinstance(rated.value, int) and rated.value:
        who = "person is" if rated.value == 1 else "people are"
        said.append(
            f"{words.count(rated.value)} of {words.count(rated.n)} {who} rated at least 2 points "
            "above what contacts show."
        )
    return said
