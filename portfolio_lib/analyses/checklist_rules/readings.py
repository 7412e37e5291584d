"""What a rule is, and what it reads from the data.

A rule looks at one item of the checklist. It tells how much of the practice the data show, and
the item is met where that reaches the threshold. Where the data cannot tell, it says why: that
is no evidence, which is not the same as not done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.signs import is_true

if TYPE_CHECKING:
    from portfolio_lib.analyses.checklist_rules.seen import Seen


class NoEvidence(Exception):
    """The data cannot tell whether the practice is followed; the text says why."""


@dataclass(frozen=True)
class Reading:
    """What the data show of one practice.

    Parameters
    ----------
    value : float
        A share in [0, 1], or a number in the rule's unit.
    evidence : str
        The same in words: "98 of 102 clients".
    short : tuple of str
        The accounts at which the practice falls short, by id.
    """

    value: float
    evidence: str
    short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How one item of the checklist is measured.

    Parameters
    ----------
    item : str
        Section and place, ``5.1``.
    sentence : str
        The rule as it is printed; ``{limit}`` stands where the threshold goes.
    needs : tuple of str
        Names of the tables, facts and results that it reads.
    limit : float
        The threshold.
    is_limit : bool
        True where the value must stay at or below the threshold.
    unit : str
        ``share``, or what is counted.
    read : callable
        Takes what was seen, returns a reading; raises `NoEvidence`.
    """

    item: str
    sentence: str
    needs: tuple[str, ...]
    limit: float
    is_limit: bool
    unit: str
    read: Callable[[Seen], Reading]

    def holds(self, value: float, limit: float) -> bool:
        """Whether a value meets a threshold, which itself is enough."""
        near = 1e-9
        return value <= limit + near if self.is_limit else value >= limit - near

    def told(self, limit: float) -> str:
        """The rule with its threshold, as a sentence."""
        bound = "at most" if self.is_limit else "at least"
        shown = f"{bound} {amount(limit, self.unit)}"
        text = self.sentence.format(limit=shown)
        return text[:1].upper() + text[1:]


def measured(
    item: str,
    sentence: str,
    needs: str,
    *,
    least: float | None = None,
    most: float | None = None,
    unit: str = "share",
) -> Callable[[Callable[[Seen], Reading]], Rule]:
    """Make a rule of a function that reads one practice from the data.

    Raises
    ------
    ValueError
        There is not exactly one of `least` and `most`, or no place for it in the sentence.
    """
    limit = least if most is None else most
    if limit is None or (least is not None and most is not None) or "{limit}" not in sentence:
        raise ValueError(f"rule {item}: expected one threshold, and {{limit}} in the sentence")

    def made(read: Callable[[Seen], Reading]) -> Rule:
        return Rule(item, sentence, tuple(needs.split()), limit, most is not None, unit, read)

    return made


def amount(value: float, unit: str) -> str:
    """A threshold or a value in words.

    Examples
    --------
    >>> amount(0.9, "share"), amount(3, "reviews"), amount(0.125, "share")
    ('90%', '3 reviews', '12.5%')
    """
    if unit == "share":
        return f"{round(value * 100, 1):g}%"
    return f"{round(value, 2):g} {unit}".strip()


def share(holds: pd.Series, what: str, *, accounts: pd.Series | None = None) -> Reading:
    """How many of some rows hold.

    Parameters
    ----------
    holds : series of bool
        One row per client (then its index holds account ids), or per other thing.
    what : str
        What a row is, in the plural.
    accounts : series of str or None
        The account of each row, where the index does not say it.

    Raises
    ------
    NoEvidence
        There is no row.
    """
    if holds.empty:
        raise NoEvidence(f"there are no {what}")
    fine = is_true(holds).to_numpy()
    ids = pd.Series(holds.index if accounts is None else accounts.to_numpy())
    short = tuple(sorted({str(one) for one in ids[~fine].dropna()}))
    return Reading(float(fine.mean()), f"{int(fine.sum()):,} of {len(fine):,} {what}", short)


def part_of_revenue(holds: pd.Series, revenue: pd.Series, what: str) -> Reading:
    """The share of revenue at clients for which something holds.

    Parameters
    ----------
    holds, revenue : series
        On the same index of account ids.
    """
    weight = revenue.clip(lower=0.0)
    if not weight.sum() > 0:
        raise NoEvidence("there is no revenue")
    fine = is_true(holds)
    value = float(weight[fine].sum() / weight.sum())
    short = tuple(sorted(map(str, holds.index[~fine & weight.gt(0)])))
    return Reading(value, f"{amount(value, 'share')} of revenue {what}", short)


def count(number: float, what: str, short: Iterable[str] = ()) -> Reading:
    """A plain number of things."""
    return Reading(float(number), f"{number:g} {what}", tuple(short))


def without_accounts(reading: Reading) -> Reading:
    """The same of things that are no accounts: their ids must not be listed as clients."""
    return Reading(reading.value, reading.evidence)


def lesser(*readings: Reading) -> Reading:
    """The weakest of several readings: the practice has several parts and needs all."""
    evidence = "; ".join(one.evidence for one in readings)
    short = tuple(sorted({account for one in readings for account in one.short}))
    return Reading(min(one.value for one in readings), evidence, short)


def rules_of(names: dict[str, Any]) -> tuple[Rule, ...]:
    """The rules among the names of a module, in the order in which they stand."""
    return tuple(value for value in names.values() if isinstance(value, Rule))
