"""A figure: one published number with everything a reader needs to trust it.

Analyses return figures inside their results; pieces show them; `review.json` lists them. A number
that cannot be computed is a figure too: its value is absent and its reason says why in words.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True)
class Figure:
    """One published number.

    Parameters
    ----------
    key : str
        Stable name, `page.measure` in snake case, for example ``portfolio.revenue_12m``.
    label : str
        What a reader calls it.
    value : float or int or str or None
        None where it is not computable; then `reason` says why. Rates lie in [0, 1].
    unit : str
        A currency code (``GBP``), ``share``, ``accounts``, ``days``, ``months``, ``index`` …
    definition : str
        One plain sentence that says how it is computed.
    n : int or None
        How many rows (of what the definition says) stand behind it.
    window : str or None
        The days it covers, ``2025-10-01 to 2026-09-30``, or one day.
    policy : str or None
        The choice made where the field disagrees, ``tiers: cumulative_revenue``.
    interval : tuple of float or None
        Lower and upper end where the value is an estimate; `interval_method` says of what kind.
    previous : float or int or None
        The same measure one year before (or at the last review), where known.
    target : float or int or None
        What was aimed at, from the parameters.
    reason : str or None
        Why the value is absent. Set exactly when `value` is None.
    """

    key: str
    label: str
    value: float | int | str | None
    unit: str
    definition: str
    n: int | None = None
    window: str | None = None
    policy: str | None = None
    interval: tuple[float, float] | None = None
    interval_method: str | None = None
    previous: float | int | None = None
    target: float | int | None = None
    higher_is_better: bool | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.value, float) and not math.isfinite(self.value):
            raise ValueError(f"{self.key}: a figure is a finite number or absent, not {self.value}")
        if (self.value is None) != (self.reason is not None):
            raise ValueError(f"{self.key}: give a reason exactly when there is no value")

    @property
    def status(self) -> str:
        """`ok` or `not computable`."""
        return "ok" if self.value is not None else "not computable"

    @property
    def computable(self) -> bool:
        return self.value is not None


class _HasFigures(Protocol):
    @property
    def figures(self) -> Mapping[str, Figure]: ...


def known_figures(*results: _HasFigures) -> dict[str, Figure]:
    """The figures of several results by their keys."""
    return {key: figure for result in results for key, figure in result.figures.items()}


def not_computable(key: str, label: str, unit: str, definition: str, *, reason: str) -> Figure:
    """A figure without a value, with the reason in words."""
    return Figure(key, label, None, unit, definition, reason=reason)


def window_after(day_before: dt.date, last_day: dt.date) -> str:
    """The window of the days after one day up to another, as figures carry it.

    Examples
    --------
    >>> window_after(dt.date(2025, 9, 30), dt.date(2026, 9, 30))
    '2025-10-01 to 2026-09-30'
    """
    return f"{day_before + dt.timedelta(days=1)} to {last_day}"


def unless(reason: str | None, known: Figure) -> Figure:
    """The figure; or, where there is a reason against it, the same figure without its values."""
    if reason is None:
        return known
    return replace(known, value=None, previous=None, interval=None, reason=reason)
