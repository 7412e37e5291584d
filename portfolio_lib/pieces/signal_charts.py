"""Revenue beside plan and year before: columns below, the variance above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from portfolio_lib.pieces import words
from portfolio_lib.pieces.drawing import (
    ACTUAL,
    HIGHLIGHT,
    INK,
    MUTED,
    PREVIOUS,
    SECOND,
    SMALL,
    WIDTH,
    Label,
    house_style,
)

NARROW, WIDE = 0.5, 0.62


def variance_columns(
    months: Sequence[dt.date],
    actual: Sequence[float],
    *,
    previous: Sequence[float | None],
    plan: Sequence[float | None],
    label: Label,
) -> Drawing:
    """A column a month beside the year before and the plan, with the variance above.

    Solid columns are actual, pale ones behind them the year before, lines across the plan. The
    variance is to the plan where there is one for any month, else to the year before; months
    without either have none.

    Parameters
    ----------
    months : sequence of date
        One per column, in order.
    actual : sequence of float
        What was observed.
    previous, plan : sequence of float or None
        None where unknown.
    label : callable
        A value in words.
    """
    with house_style():
        drawing = Drawing(figsize=(WIDTH, 3.3))
        above, below = drawing.subplots(2, 1, sharex=True, height_ratios=(1, 2.2))
        to_plan = any(value is not None for value in plan)
        _variance(above, actual, plan if to_plan else previous, label)
        above.set_title(f"Variance to {'plan' if to_plan else 'year before'}", loc="left",
                        color=MUTED, fontsize=SMALL)  # fmt: skip
        _columns(below, actual, previous, plan)
        below.set_xticks(range(len(months)), _names(months))
        below.legend(loc="lower left", bbox_to_anchor=(0, 1.04), ncols=3, borderaxespad=0,
                     handlelength=1.2, columnspacing=1.4)  # fmt: skip
        for place, beside in enumerate(zip(actual, previous, plan, strict=True)):
            top = max([0.0, *(value for value in beside if value is not None)])
            _write(below, label(actual[place]), place, top)
        below.margins(y=0.12)
    return drawing


def _columns(
    axes: Axes,
    actual: Sequence[float],
    previous: Sequence[float | None],
    plan: Sequence[float | None],
) -> None:
    before = [(place - 0.2, value) for place, value in enumerate(previous) if value is not None]
    if before:
        places, heights = zip(*before, strict=True)
        axes.bar(places, heights, NARROW, color=PREVIOUS, label="Year before")
    axes.bar(range(len(actual)), actual, NARROW if before else WIDE, color=ACTUAL, label="Actual")
    aims = [(place, value) for place, value in enumerate(plan) if value is not None]
    if aims:
        places, heights = zip(*aims, strict=True)
        axes.hlines(heights, [p - 0.42 for p in places], [p + 0.42 for p in places], color=SECOND,
                    linewidth=2, label="Plan", zorder=4)  # fmt: skip
    _bare(axes)


def _variance(
    axes: Axes, actual: Sequence[float], against: Sequence[float | None], label: Label
) -> None:
    known = [
        (place, value - other)
        for place, (value, other) in enumerate(zip(actual, against, strict=True))
        if other is not None
    ]
    for place, gap in known:
        axes.bar(place, gap, 0.3, color=HIGHLIGHT if gap >= 0 else SECOND)
        text = f"+{label(gap)}" if gap > 0 else label(gap)
        _write(axes, text, place, gap, below=gap < 0)
    axes.margins(y=0.35)
    _bare(axes)


def _write(axes: Axes, text: str, place: int, height: float, *, below: bool = False) -> None:
    axes.annotate(text, (place, height), (0, -4 if below else 3), textcoords="offset points",
                  ha="center", va="top" if below else "bottom", fontsize=SMALL - 1)  # fmt: skip


def _bare(axes: Axes) -> None:
    axes.yaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.axhline(0, color=INK, linewidth=0.8)


def _names(months: Sequence[dt.date]) -> list[str]:
    """Short names, the year under the first month of each year."""
    names = []
    for place, month in enumerate(months):
        short, year = words.month(month, short=True).split()
        first = place == 0 or months[place - 1].year != month.year
        names.append(f"{short}\n{year}" if first else short)
    return names
