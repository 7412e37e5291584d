"""What the page Account managers says: headlines, notes, and values with their readings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from portfolio_lib.analyses.account_managers import AccountManagers
from portfolio_lib.analyses.answer_scores import ABOVE, BELOW, TOO_FEW
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

ASSIGNED_NOW = (
    "The data say who looks after a client now, and not since when: what a client did before it "
    "changed hands counts for whoever has it now."
)


def value(amount: object, unit: str) -> str:
    """A measure's value in the words of its unit.

    >>> value(0.944, "share"), value(-0.031, "growth"), value(8.44, "rating")
    ('94%', '−3%', '8.4')
    """
    if not isinstance(amount, int | float) or words.absent(amount):
        return words.NOT_COMPUTABLE
    if unit in ("share", "growth"):
        return words.percent(amount, signed=unit == "growth")
    return words.number(amount, 1)


def reading(row: Mapping[Hashable, object]) -> str:
    """A value, with its reading where it lies beyond its limits or says too little.

    >>> reading({"value": 0.9, "unit": "share", "reading": "in line"})
    '90%'
    >>> reading({"value": 0.9, "unit": "share", "reading": "above"})
    '▲ 90% above'
    >>> reading({"value": 0.9, "unit": "share", "reading": "too few to say"})
    'too few'
    """
    told = value(row["value"], str(row["unit"]))
    if row["reading"] == TOO_FEW:
        return "too few"
    mark = {ABOVE: "▲ {} above", BELOW: "▼ {} below"}.get(str(row["reading"]), "{}")
    return mark.format(told)


def limits(row: Mapping[Hashable, object]) -> str | None:
    """Both limits of a reading; None where there are none.

    >>> limits({"low": 0.5, "high": 1.0, "unit": "share"})
    '50% to 100%'
    """
    if words.absent(row["low"]):
        return None
    return f"{value(row['low'], str(row['unit']))} to {value(row['high'], str(row['unit']))}"


def number(found: AccountManagers, key: str) -> float | None:
    """A figure of the page as a number."""
    return parts.number_of(found.figures, f"account_managers.{key}")


def books_headline(found: AccountManagers) -> str:
    """How many are over capacity; else the largest book; else that there is nobody."""
    people = number(found, "managers")
    if people is None:
        return "Nobody is recorded to look after a client"
    over, known = number(found, "over_capacity"), found.figures["account_managers.over_capacity"].n
    if over:
        verb = "is" if over == 1 else "are"
        return (
            f"{words.count(over)} of {words.plural(known, 'account manager')} {verb} over capacity"
        )
    share = number(found, "largest_book")
    largest = "" if share is None else f"the largest book brings {words.percent(share)} of revenue"
    if over == 0:
        said = "No account manager is over capacity"
        return f"{said}; {largest}" if largest else said
    said = words.plural(people, "account manager")
    return f"{said}; {largest}" if largest else f"{said}, and no capacity is recorded"


def books_note(found: AccountManagers) -> str:
    """What the hours are, who is without a manager, and since when nobody knows."""
    alone = number(found, "unassigned")
    told = [
        "Capacity used: clients ÷ clients that can be looked after well. Hours used: hours "
        "a week on their clients, by whoever worked for them, ÷ hours they have for clients.",
    ]
    if alone:
        have = "has" if alone == 1 else "have"
        told.append(f"{words.plural(alone, 'client')} {have} no account manager.")
    return " ".join([*told, ASSIGNED_NOW])


def comparison_headline(found: AccountManagers) -> str:
    """Who stands out, or that nobody does beyond luck."""
    judged = found.comparison.loc[found.comparison["reading"].ne(TOO_FEW)]
    if judged.empty:
        return "Too few clients each to compare account managers"
    beyond = beyond_luck(judged)
    if beyond is None:
        return "No account manager does better or worse than luck would explain"
    first, said = beyond
    name = words.name(first["account_manager"], longest=30)
    return f"{first['label']} of {name}, {value(first['value'], first['unit'])}, is {said}"


def beyond_luck(judged: pd.DataFrame) -> tuple[pd.Series, str] | None:
    """The reading to name first, below before above, and where it lies; None where all are in line.

    Parameters
    ----------
    judged : frame
        One row per reading, in the order to be told: `reading` and what it is of.
    """
    beyond = judged.loc[judged["reading"].isin([ABOVE, BELOW])]
    if beyond.empty:
        return None
    low = beyond.loc[beyond["reading"].eq(BELOW)]
    first = (low if len(low) else beyond).iloc[0]
    rest = len(beyond) - 1
    more = f"; {words.plural(rest, 'other reading')} beyond limits" if rest else ""
    way = "below" if first["reading"] == BELOW else "above"
    return first, f"{way} what luck would explain{more}"


def comparison_note(found: AccountManagers) -> str:
    """How the limits are made, and what is not computable and why."""
    page = found.page
    told = [
        "Above or below: beyond the limits between which a book of as many clients of each tier "
        "lies when clients are dealt out at random; all others are in line, however they rank. "
        f"Where all are alike, {_odds(page.limits_level)} reviews show somebody beyond the limits "
        f"of a measure. Too few: fewer than {page.least_accounts} clients.",
        *(
            f"{one.label}: not computable, {one.reason}."
            for one in found.measures
            if one.reason is not None
        ),
    ]
    return " ".join([*told, ASSIGNED_NOW])


def _odds(level: float) -> str:
    """
    >>> _odds(0.95), _odds(0.9)
    ('one in 20', 'one in 10')
    """
    return f"one in {round(1 / (1 - level))}"


def fit_headline(found: AccountManagers) -> str:
    """Which kind of client somebody does better or worse with, or that none stands out."""
    judged = found.fit.loc[found.fit["reading"].ne(TOO_FEW)]
    if judged.empty:
        return "Too few clients of a kind to say who fits whom"
    beyond = judged.loc[judged["reading"].isin([ABOVE, BELOW])]
    if beyond.empty:
        return "No account manager stands out with a kind of client"
    first = beyond.iloc[0]
    name = words.name(first["account_manager"], longest=24)
    kind = words.name(first["group"], longest=24)
    way = "above" if first["reading"] == ABOVE else "below"
    return f"{name} is {way} the limits with {kind}: {first['label']} {_shown(first)}"


def _shown(row: pd.Series) -> str:
    return value(row["value"], row["unit"])


def fit_note(found: AccountManagers) -> str:
    """How many pairs there are too few clients for."""
    few = int(found.fit["reading"].eq(TOO_FEW).sum())
    told = (
        "Each person's clients of a kind beside all clients of that kind, for NRR and "
        "satisfaction; the limits allow for all these comparisons at once."
    )
    if few:
        told += (
            f" {few} of {words.plural(len(found.fit), 'comparison')} "
            f"{'has' if few == 1 else 'have'} fewer than {found.page.least_accounts} clients on "
            "one side: too few to say."
        )
    return told


def briefs_headline(found: AccountManagers) -> str:
    """How many clients have a brief of their own."""
    count = len(found.briefs)
    if not count:
        return "No client has a brief of its own"
    have = "has a brief of its own" if count == 1 else "have a brief of their own"
    return f"{words.plural(count, 'client')} {have}"
