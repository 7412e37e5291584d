"""A signal: so many of so many, and the score that its thresholds give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

Edges = tuple[float, float, float, float]
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Counted:
    """So many of so many; or the reason why that is not known."""

    part: int = 0
    whole: int = 0
    reason: str | None = None

    @property
    def share(self) -> float | None:
        """The part of the whole; None where it is not known."""
        return None if self.reason else self.part / self.whole


def of(part: object, whole: object, *, nothing: str) -> Counted:
    """A count, with the reason to give where there is nothing to count.

    Examples
    --------
    >>> of(3, 4, nothing="no client").share
    0.75
    >>> of(0, 0, nothing="no client was active").reason
    'no client was active'
    """
    held, all_of_them = int(part), int(whole)  # type: ignore[call-overload]
    return Counted(held, all_of_them) if all_of_them else Counted(reason=nothing)


def unknown(reason: str) -> Counted:
    """A signal that cannot be counted, and why."""
    return Counted(reason=reason)


def score_of(counted: Counted, edges: Edges) -> int | None:
    """1, and one more for each threshold reached.

    Examples
    --------
    >>> score_of(Counted(14, 40), (0.25, 0.5, 0.75, 0.9)), score_of(Counted(20, 40), (0.25, 0.5, 0.75, 0.9))
    (2, 3)
    """  # noqa: E501
    if counted.reason:
        return None
    reached = sum(counted.part >= _needed(edge, counted.whole) for edge in edges)
    return LOWEST + reached


def to_next(counted: Counted, edges: Edges) -> tuple[float, int] | None:
    """The next threshold and how many more it takes; None at the top, or where nothing is known.

    Examples
    --------
    >>> to_next(Counted(14, 40), (0.25, 0.5, 0.75, 0.9))
    (0.5, 6)
    """
    score = score_of(counted, edges)
    if score is None or score == HIGHEST:
        return None
    edge = edges[score - 1]
    return edge, _needed(edge, counted.whole) - counted.part


def _needed(edge: float, whole: int) -> int:
    exact = Decimal(str(edge)) * whole
    return int(exact.to_integral_value(rounding=ROUND_CEILING))


def half_up(value: Decimal) -> float:
    """Rounded half up to one decimal.

    Examples
    --------
    >>> half_up(Decimal("3.05")), half_up(Decimal("2.25"))
    (3.1, 2.3)
    """
    return float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def weighted_mean(pairs: Iterable[tuple[float, float]]) -> Decimal | None:
    """Mean of scores by their weights, exact; None where nothing weighs.

    Parameters
    ----------
    pairs : iterable of (float, float)
        Score and weight.

    Examples
    --------
    >>> weighted_mean([(3, 1), (2, 1), (4, 2)])
    Decimal('3.25')
    """
    exact = [(Decimal(str(score)), Decimal(str(weight))) for score, weight in pairs]
    weights = sum((weight for _, weight in exact), Decimal(0))
    if not weights:
        return None
    return sum((score * weight for score, weight in exact), Decimal(0)) / weights
