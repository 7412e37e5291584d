"""Charts of retention: movements by month, rates by quarter, how long clients stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from portfolio_lib.pieces import words
from portfolio_lib.pieces.drawing import (
    HAIRLINE,
    HIGHLIGHT,
    INK,
    MUTED,
    PAGE,
    PREVIOUS,
    QUIET,
    SECOND,
    SMALL,
    THIRD,
    Label,
    canvas,
    house_style,
)

GAIN_COLOURS = (HIGHLIGHT, THIRD, QUIET)
LOSS_COLOURS = (SECOND, PREVIOUS)
LINE_COLOURS = (HIGHLIGHT, SECOND, PREVIOUS, THIRD)
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2), (2, 2), (8, 2, 2, 2))
MOST_NAMED_MONTHS = 14
YEAR_MONTHS = 12
NOT_A_NUMBER = float("nan")


@dataclass(frozen=True)
class RateLine:
    """A rate by quarter.

    Parameters
    ----------
    name : str
        What it is called.
    values : sequence of float or None
        None leaves a gap.
    intervals : sequence of (float, float) or None
        Lower and upper end of each value.
    target : float or None
        Drawn as a dashed line in the rate's colour.
    """

    name: str
    values: Sequence[float | None]
    intervals: Sequence[tuple[float, float] | None]
    target: float | None = None


@dataclass(frozen=True)
class StayLine:
    """A survival curve: the share still there after each month, from month 0 on."""

    name: str
    shares: Sequence[float]
    lows: Sequence[float] = ()
    highs: Sequence[float] = ()


def movement_columns(
    months: Sequence[dt.date],
    gains: Mapping[str, Sequence[float]],
    losses: Mapping[str, Sequence[float]],
    *,
    label: Label,
) -> Drawing:
    """What came, stacked upwards, and what went, stacked downwards, with the net as dots.

    Parameters
    ----------
    months : sequence of date
        One column each, in order.
    gains, losses : mapping of str to sequence of float
        Sizes by month, not negative; the first of each lies next to the axis.
    label : callable
        A value in words, for the axis.
    """
    with house_style():
        drawing, axes = canvas(height=3.1)
        places = range(len(months))
        over = _stack(axes, gains, GAIN_COLOURS, sign=1)
        under = _stack(axes, losses, LOSS_COLOURS, sign=-1)
        net = [up + down for up, down in zip(over, under, strict=True)]
        axes.plot(places, net, "o", color=INK, markerfacecolor=PAGE, markersize=4.5, zorder=5,
                  label="Net")  # fmt: skip
        axes.axhline(0, color=INK, linewidth=0.8, zorder=4)
        axes.spines["bottom"].set_visible(False)
        _value_axis(axes, label)
        _name_months(axes, months)
        _names_above(axes)
    return drawing


def _stack(
    axes: Axes, parts: Mapping[str, Sequence[float]], colours: Sequence[str], *, sign: int
) -> list[float]:
    """Draw parts on top of each other; where each column ends."""
    ends = [0.0] * max((len(sizes) for sizes in parts.values()), default=0)
    for (name, sizes), colour in zip(parts.items(), colours, strict=True):
        signed = [sign * size for size in sizes]
        axes.bar(range(len(signed)), signed, 0.68, bottom=ends, color=colour, label=name, zorder=3)
        ends = [end + size for end, size in zip(ends, signed, strict=True)]
    return ends


def rate_lines(months: Sequence[dt.date], lines: Sequence[RateLine]) -> Drawing:
    """Rates by quarter, each with its interval as a band and its target as a dashed line."""
    with house_style():
        drawing, axes = canvas(height=3.1)
        for line, colour in zip(lines, LINE_COLOURS, strict=False):
            _rate(axes, line, colour)
        _value_axis(axes, words.percent)
        _name_months(axes, months)
        axes.margins(x=0.07, y=0.14)
        _names_above(axes)
    return drawing


def _rate(axes: Axes, line: RateLine, colour: str) -> None:
    places = range(len(line.values))
    heights = [NOT_A_NUMBER if value is None else value for value in line.values]
    ends = [interval or (NOT_A_NUMBER, NOT_A_NUMBER) for interval in line.intervals]
    if any(line.intervals):
        lows, highs = zip(*ends, strict=True)
        axes.fill_between(places, lows, highs, color=colour, alpha=0.16, linewidth=0)
    axes.plot(places, heights, color=colour, marker="o", markersize=4.5, zorder=4, label=line.name)
    if line.target is not None:
        axes.axhline(line.target, color=colour, linewidth=1.2, dashes=(5, 3), zorder=2,
                     label=f"{line.name}, target {words.percent(line.target)}")  # fmt: skip
    known = [(place, value) for place, value in enumerate(line.values) if value is not None]
    for place, value in {**dict(known[:1]), **dict(known[-1:])}.items():
        axes.annotate(words.percent(value), (place, value), (0, 7), textcoords="offset points",
                      ha="center", fontweight="bold", fontsize=SMALL, zorder=5)  # fmt: skip


def stay_lines(lines: Sequence[StayLine]) -> Drawing:
    """Survival by months since the first revenue, as steps; the first curve with its band."""
    with house_style():
        drawing, axes = canvas(height=3.1)
        longest = max((len(line.shares) for line in lines), default=1) - 1
        for place, line in enumerate(lines):
            _stay(axes, line, LINE_COLOURS[place % 4], DASHES[place % 4])
        _value_axis(axes, words.percent)
        axes.set_ylim(0, 1.04)
        axes.set_xlim(0, max(longest, 1))
        axes.set_xticks(range(0, max(longest, 1) + 1, _month_step(longest)))
        axes.set_xlabel("Months since the first revenue", color=MUTED)
        _names_above(axes)
    return drawing


def _stay(axes: Axes, line: StayLine, colour: str, dashes: tuple[float, ...]) -> None:
    months = range(len(line.shares))
    if len(line.lows):
        axes.fill_between(months, line.lows, line.highs, step="post", color=QUIET, alpha=0.6,
                          linewidth=0)  # fmt: skip
    (drawn,) = axes.plot(
        months, line.shares, color=colour, drawstyle="steps-post", label=line.name, zorder=3
    )
    if dashes:
        drawn.set_dashes(dashes)


def _month_step(longest: int) -> int:
    """Months between two ticks: whole quarters or years where there are many."""
    return next((step for step in (1, 3, 6, 12, 24) if longest / step <= 14), 60)


def _value_axis(axes: Axes, label: Label) -> None:
    axes.yaxis.set_major_formatter(lambda value, _: label(value))
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(5))
    axes.grid(axis="y", color=HAIRLINE, zorder=0)
    axes.set_axisbelow(True)


def _name_months(axes: Axes, months: Sequence[dt.date]) -> None:
    """Short names, the year under the first of each year; every third where there are many."""
    every = 1 if len(months) <= MOST_NAMED_MONTHS else 3 if len(months) <= 3 * YEAR_MONTHS else 12
    shown = list(range(0, len(months), every))
    names = []
    for place in shown:
        short, year = words.month(months[place], short=True).split()
        is_first = place == 0 or months[place].year != months[place - every].year
        names.append(f"{short}\n{year}" if is_first else short)
    axes.set_xticks(shown, names)
    axes.margins(x=0.02)


def _names_above(axes: Axes) -> None:
    handles, names = axes.get_legend_handles_labels()
    if handles:
        axes.legend(handles, names, loc="lower left", bbox_to_anchor=(0, 1.02), borderaxespad=0,
                    ncols=min(len(names), 6), handlelength=1.6, columnspacing=1.2)  # fmt: skip
