"""The thirteen segments of RFM: which scores belong to each, and what is done about it.

Scores run from 1 to 5, 5 the best. Every one of the 125 triples belongs to exactly one segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

SCORES = (1, 2, 3, 4, 5)
Ends = tuple[int, int]
ANY: Ends = (1, 5)


@dataclass(frozen=True)
class Box:
    """Scores from the first to the last, inclusive, of recency, frequency and money."""

    recency: Ends
    frequency: Ends
    money: Ends = ANY

    @property
    def triples(self) -> tuple[tuple[int, int, int], ...]:
        ends = (self.recency, self.frequency, self.money)
        return tuple(product(*(range(low, high + 1) for low, high in ends)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class RfmSegment:
    """A named segment.

    Parameters
    ----------
    key : str
        The name that parameters use.
    label : str
        What readers call it.
    action : str
        What is done about it, one sentence.
    boxes : tuple of Box
        Its scores.
    """

    key: str
    label: str
    action: str
    boxes: tuple[Box, ...]

    @property
    def rule(self) -> str:
        """Its scores in words.

        Examples
        --------
        >>> SEGMENTS[0].rule
        'R 4–5, F 4–5, M 4–5'
        """
        return "; or ".join(_in_words(box) for box in self.boxes)


def _in_words(box: Box) -> str:
    ends = (("R", box.recency), ("F", box.frequency), ("M", box.money))
    return ", ".join(
        f"{letter} {low}" if low == high else f"{letter} {low}–{high}"
        for letter, (low, high) in ends
        if (low, high) != ANY
    )


SEGMENTS = (
    RfmSegment(
        "champions",
        "Champions",
        "Look after them in person; ask for references and introductions.",
        (Box((4, 5), (4, 5), (4, 5)),),
    ),
    RfmSegment(
        "loyal",
        "Loyal",
        "Thank them and offer what similar clients also buy.",
        (Box((4, 5), (4, 5), (2, 3)), Box((3, 3), (4, 5), (2, 5))),
    ),
    RfmSegment(
        "frequent_small",
        "Frequent, small orders",
        "Raise the order: bundles, minimum order, fewer deliveries.",
        (Box((3, 5), (4, 5), (1, 1)),),
    ),
    RfmSegment(
        "big_and_rare",
        "Big, rare orders",
        "Find out what the next project is and agree a date for it.",
        (Box((3, 5), (1, 2), (5, 5)),),
    ),
    RfmSegment(
        "growing_habit",
        "Growing habit",
        "Make the next order easy: reminders in their own rhythm.",
        (Box((4, 5), (3, 3)), Box((4, 5), (2, 2), (1, 4))),
    ),
    RfmSegment(
        "new",
        "New buyers",
        "Welcome them and win the second order while the first is fresh.",
        (Box((5, 5), (1, 1), (1, 4)),),
    ),
    RfmSegment(
        "promising",
        "Promising",
        "Call about the first order and suggest the next.",
        (Box((4, 4), (1, 1), (1, 4)),),
    ),
    RfmSegment(
        "needs_attention",
        "Needs attention",
        "Call before the habit breaks; ask what has changed.",
        (Box((3, 3), (3, 3)), Box((3, 3), (2, 2), (1, 4))),
    ),
    RfmSegment(
        "about_to_sleep",
        "About to sleep",
        "One reminder with a reason to come back.",
        (Box((3, 3), (1, 1), (1, 4)),),
    ),
    RfmSegment(
        "cannot_lose",
        "Cannot lose them",
        "Visit now; the account manager's lead owns the way back.",
        (Box((1, 2), (4, 5), (4, 5)),),
    ),
    RfmSegment(
        "at_risk",
        "At risk",
        "Call this month, ask for the reason, and offer a way back.",
        (Box((1, 2), (4, 5), (1, 3)), Box((1, 2), (3, 3))),
    ),
    RfmSegment(
        "hibernating",
        "Hibernating",
        "Keep them in the seasonal mailing; no visits.",
        (Box((2, 2), (1, 2)),),
    ),
    RfmSegment(
        "lost",
        "Lost",
        "No effort beyond one message a year; learn why they left.",
        (Box((1, 1), (1, 2)),),
    ),
)
"""In the order in which readers see them, best first."""

NO_PURCHASE = "no purchase"


@cache
def segment_by_triple() -> dict[tuple[int, int, int], str]:
    """The segment's key of each of the 125 triples of scores.

    Examples
    --------
    >>> len(segment_by_triple()), segment_by_triple()[5, 5, 5]
    (125, 'champions')
    """
    return {triple: one.key for one in SEGMENTS for box in one.boxes for triple in box.triples}


def with_actions(actions: Mapping[str, str]) -> tuple[RfmSegment, ...]:
    """The segments with the actions of the parameters in place of the kit's."""
    return tuple(replace(one, action=actions.get(one.key, one.action)) for one in SEGMENTS)
