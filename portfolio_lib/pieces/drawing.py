"""Charts in the house style, drawn with matplotlib and ready for `figure`.

Each function takes plain sequences, draws one chart and returns it. Values are labelled where they
are, so that no reader has to measure against an axis. There are no pies, no gauges, no second axes
and no red-green pairs. A month that is not over is hatched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from portfolio_lib.pieces import palette, words
from portfolio_lib.pieces.palette import Colour

Label = Callable[[float], str]

WIDTH = 7.6
SMALL, NORMAL = 8.5, 9.5
MOST_LABELLED_COLUMNS = 14

INK = palette.INK.light
MUTED = palette.MUTED.light
HAIRLINE = palette.HAIRLINE.light
PAGE = palette.PAGE.light
ACTUAL = palette.ACTUAL.light
PREVIOUS = palette.PREVIOUS.light
HIGHLIGHT = palette.HIGHLIGHT.light
SECOND = palette.SECOND.light
THIRD = palette.THIRD.light
QUIET = palette.QUIET.light

#: Colours of parts in an order that stays readable in grey and for colour-blind readers.
SERIES: tuple[Colour, ...] = (
    palette.HIGHLIGHT, palette.THIRD, palette.PREVIOUS, palette.QUIET, palette.SECOND,
)  # fmt: skip

_STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same layout on every machine
    "font.size": NORMAL,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.unicode_minus": True,
    "axes.prop_cycle": cycler(color=[colour.light for colour in SERIES]),
    "axes.titlesize": NORMAL,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 1.4,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 2.0,
    "patch.edgecolor": PAGE,
    "patch.linewidth": 0.0,
    "xtick.bottom": False,
    "xtick.color": INK,
    "ytick.left": False,
    "ytick.color": INK,
    "figure.constrained_layout.use": True,
}


@contextmanager
def house_style() -> Iterator[None]:
    """The settings of every chart, for the length of a `with` block only."""
    with mpl.rc_context(_STYLE):
        yield


def canvas(height: float = 2.8, width: float = WIDTH) -> tuple[Drawing, Axes]:
    """An empty drawing with one set of axes, without a window; sizes are in inches.

    Draw on it inside `house_style`.
    """
    drawing = Drawing(figsize=(width, height))
    return drawing, drawing.add_subplot()


def month_columns(
    months: Sequence[dt.date],
    amounts: Sequence[float],
    *,
    label: Label,
    previous: Sequence[float | None] | None = None,
    target: Sequence[float | None] | None = None,
    last_is_partial: bool = False,
) -> Drawing:
    """A column a month; last year as a paler column behind, the plan as a line across.

    Parameters
    ----------
    months : sequence of date
        One per column, in order.
    amounts : sequence of float
        What was observed.
    label : callable
        A value in words; written over the columns where there are fourteen or fewer.
    previous, target : sequence of float or None
        The same months one year before, and what was planned; None where unknown.
    last_is_partial : bool
        The last month is not over: it is hatched and said to be so.
    """
    with house_style():
        drawing, axes = canvas()
        width = 0.62 if previous is None else 0.5
        if previous is not None:
            _columns(axes, previous, PREVIOUS, width, shift=-0.2, name="Previous year")
        bars = axes.bar(range(len(amounts)), amounts, width, color=ACTUAL, label="Actual", zorder=3)
        if last_is_partial and len(amounts):
            bars[-1].set(facecolor=PAGE, edgecolor=ACTUAL, linewidth=1.2, hatch="////")
        if target is not None:
            _target_steps(axes, target)
        _label_columns(axes, amounts, label, above=target)
        _month_axis(axes, months)
        if previous is not None or target is not None or last_is_partial:
            _legend(axes, last_is_partial and len(amounts) > 0)
    return drawing


def _columns(
    axes: Axes,
    values: Sequence[float | None],
    colour: str,
    width: float,
    *,
    shift: float,
    name: str,
) -> None:
    known = [(place + shift, value) for place, value in enumerate(values) if value is not None]
    if known:
        places, heights = zip(*known, strict=True)
        axes.bar(places, heights, width, color=colour, label=name, zorder=2)


def _target_steps(axes: Axes, target: Sequence[float | None]) -> None:
    """The plan as a short line over each column."""
    known = [(place, value) for place, value in enumerate(target) if value is not None]
    if known:
        places, heights = zip(*known, strict=True)
        starts, ends = [p - 0.42 for p in places], [p + 0.42 for p in places]
        axes.hlines(heights, starts, ends, color=SECOND, linewidth=2, label="Plan", zorder=4)


def _label_columns(
    axes: Axes,
    amounts: Sequence[float],
    label: Label,
    *,
    above: Sequence[float | None] | None = None,
) -> None:
    """Each amount over its column, and over the plan's line where that lies close above."""
    if len(amounts) > MOST_LABELLED_COLUMNS:
        axes.yaxis.set_major_formatter(lambda value, _: label(value))
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
        axes.grid(axis="y", zorder=0)
    else:
        axes.yaxis.set_visible(False)
        close = 0.12 * max([*amounts, 0])
        for place, value in enumerate(amounts):
            plan = above[place] if above else None
            clear = plan if plan is not None and -close < plan - value < close else value
            axes.annotate(
                label(value), (place, max(value, clear, 0)), (0, 4), textcoords="offset points",
                ha="center", fontsize=SMALL, zorder=5,
            )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.8, zorder=5)
    axes.spines["bottom"].set_visible(False)


def _month_axis(axes: Axes, months: Sequence[dt.date]) -> None:
    """Short months, the year under the first of each year; fewer where there are many."""
    every = 1 if len(months) <= MOST_LABELLED_COLUMNS else 3 if len(months) <= 40 else 12
    shown = range(0, len(months), every)
    names = []
    for place in shown:
        short, year = words.month(months[place], short=True).split()
        first_of_year = place == 0 or months[place].year != months[max(place - every, 0)].year
        names.append(f"{short}\n{year}" if first_of_year else short)
    axes.set_xticks(list(shown), names)
    axes.margins(x=0.02)


def _legend(axes: Axes, last_is_partial: bool = False) -> None:
    handles, names = axes.get_legend_handles_labels()
    if last_is_partial:
        patch = mpl.patches.Patch(facecolor=PAGE, edgecolor=ACTUAL, linewidth=1, hatch="////")
        handles, names = [*handles, patch], [*names, "Month not over"]
    axes.legend(
        handles, names, loc="lower left", bbox_to_anchor=(0, 1.02), ncols=len(names),
        borderaxespad=0, handlelength=1.2, columnspacing=1.4,
    )  # fmt: skip


def top_bars(
    names: Sequence[str],
    amounts: Sequence[float],
    *,
    label: Label,
    highlight: Sequence[bool] | None = None,
    notes: Sequence[str] | None = None,
    notes_title: str = "Cumulative",
) -> Drawing:
    """A bar a name, longest first as given, with the value at its end.

    Parameters
    ----------
    names : sequence of str
        Shortened where long; the table beside the chart holds them in full.
    amounts : sequence of float
        Not negative.
    label : callable
        A value in words.
    highlight : sequence of bool or None
        Bars to stress; all have the same colour where left out.
    notes : sequence of str or None
        A column of words at the right, for example the cumulative share.
    notes_title : str
        Its heading.
    """
    stressed = highlight or [True] * len(names)
    with house_style():
        drawing, axes = canvas(height=0.45 + 0.27 * max(len(names), 1))
        places = range(len(names))
        colours = [HIGHLIGHT if strong else PREVIOUS for strong in stressed]
        axes.barh(places, amounts, 0.66, color=colours)
        for place, value in zip(places, amounts, strict=True):
            axes.annotate(label(value), (value, place), (4, 0), textcoords="offset points",
                          va="center", fontsize=SMALL)  # fmt: skip
        _name_axis(axes, names)
        axes.set_xlim(0, max([*amounts, 0]) * (1.35 if notes else 1.18) or 1)
        for place, note in enumerate(notes or ()):
            _right_note(axes, place, note)
        if notes:
            _right_note(axes, -0.95, notes_title)
    return drawing


def _name_axis(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [words.name(name, longest=30) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=INK, linewidth=0.8)


def _right_note(axes: Axes, place: float, note: str) -> None:
    axes.annotate(note, (1, place), xycoords=("axes fraction", "data"), ha="right", va="center",
                  fontsize=SMALL, color=MUTED, annotation_clip=False)  # fmt: skip


def cumulative_line(
    amounts: Sequence[float], *, marks: Sequence[int] = (1, 5, 10), unit: str = "clients"
) -> Drawing:
    """The share of the total that the largest n bring, for every n, with some n pointed out.

    Parameters
    ----------
    amounts : sequence of float
        One per client, in any order; negatives count as nothing.
    marks : sequence of int
        The n to label.
    unit : str
        What is counted along the axis.
    """
    ordered = sorted((max(0.0, amount) for amount in amounts), reverse=True)
    total = sum(ordered) or 1.0
    shares = [0.0, *(reached / total for reached in accumulate(ordered))]
    with house_style():
        drawing, axes = canvas(height=2.6)
        axes.plot(range(len(shares)), shares, color=HIGHLIGHT)
        for place in (n for n in marks if 0 < n < len(shares)):
            axes.plot([place], [shares[place]], marker="o", color=HIGHLIGHT, markersize=5)
            axes.annotate(f"{place}: {words.percent(shares[place])}", (place, shares[place]),
                          (8, -9), textcoords="offset points", fontsize=SMALL)  # fmt: skip
        _percent_axis(axes)
        axes.set_xlabel(f"Largest n {unit}")
        axes.set_xlim(0, max(len(shares) - 1, 1))
        axes.set_ylim(0, 1.04)
    return drawing


def _percent_axis(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(lambda value, _: words.percent(value))
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(5))
    axes.grid(axis="y", zorder=0)


def target_line(
    days: Sequence[dt.date],
    values: Sequence[float | None],
    *,
    label: Label,
    target: float | None = None,
    target_name: str = "Target",
    interval: Sequence[tuple[float, float] | None] | None = None,
) -> Drawing:
    """A measure over time, with its target as a dashed line and its interval as a band.

    Parameters
    ----------
    days : sequence of date
        Where each value was measured, in order.
    values : sequence of float or None
        None leaves a gap.
    label : callable
        A value in words; the first and last value and the target are labelled.
    target : float or None
        Drawn where given.
    target_name : str
        What the dashed line is called.
    interval : sequence of (float, float) or None
        Lower and upper end of each value.
    """
    with house_style():
        drawing, axes = canvas(height=2.6)
        places = list(range(len(days)))
        heights = [float("nan") if value is None else value for value in values]
        if interval is not None:
            lows, highs = zip(*((i or (float("nan"),) * 2) for i in interval), strict=True)
            axes.fill_between(places, lows, highs, color=QUIET, alpha=0.6, linewidth=0)
        axes.plot(places, heights, color=HIGHLIGHT, marker="o", markersize=4.5, zorder=3)
        below = target is not None and _last_known(values) < target
        _label_ends(axes, values, label, below=below)
        if target is not None:
            axes.axhline(target, color=SECOND, linewidth=1.6, dashes=(5, 3))
            axes.annotate(f"{target_name} {label(target)}", (1, target), (0, 4 if below else -4),
                          ha="right", va="bottom" if below else "top", fontsize=SMALL,
                          xycoords=("axes fraction", "data"),
                          textcoords="offset points")  # fmt: skip
        axes.yaxis.set_major_formatter(lambda value, _: label(value))
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
        axes.grid(axis="y", zorder=0)
        _month_axis(axes, days)
        axes.margins(x=0.06, y=0.18)
    return drawing


def _last_known(values: Sequence[float | None]) -> float:
    """The last value; infinite where there is none."""
    return next((value for value in reversed(values) if value is not None), float("inf"))


def _label_ends(
    axes: Axes, values: Sequence[float | None], label: Label, *, below: bool = False
) -> None:
    """The first value over its point; the last one under it where `below`, clear of the target."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    for place, value in {**dict(known[:1]), **dict(known[-1:])}.items():
        under = below and place == known[-1][0]
        axes.annotate(label(value), (place, value), (0, -7 if under else 7), fontsize=SMALL,
                      textcoords="offset points", ha="center", va="top" if under else "baseline",
                      fontweight="bold")  # fmt: skip


def stacked_bars(
    groups: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    label: Label = words.count,
    colours: Sequence[Colour] = SERIES,
) -> Drawing:
    """A bar a group, cut into parts that carry their own numbers.

    Parameters
    ----------
    groups : sequence of str
        One bar each, from the top.
    parts : mapping of str to sequence of float
        For each part its size in every group; at most as many parts as colours.
    label : callable
        A size in words; left out where the piece is too narrow for it.
    colours : sequence of Colour
        One per part.
    """
    if len(parts) > len(colours):
        raise ValueError(f"{len(parts)} parts need {len(parts)} colours, there are {len(colours)}")
    totals = [sum(sizes) for sizes in zip(*parts.values(), strict=True)] if parts else []
    widest = max([*totals, 0]) or 1
    with house_style():
        drawing, axes = canvas(height=0.8 + 0.36 * max(len(groups), 1))
        starts = [0.0] * len(groups)
        for (part, sizes), colour in zip(parts.items(), colours, strict=False):
            axes.barh(range(len(groups)), sizes, 0.66, left=starts, color=colour.light, label=part,
                      edgecolor=PAGE, linewidth=1)  # fmt: skip
            _label_parts(axes, starts, sizes, label, colour, widest)
            starts = [start + size for start, size in zip(starts, sizes, strict=True)]
        _name_axis(axes, groups)
        axes.set_xlim(0, widest)
        _legend(axes)
    return drawing


def _label_parts(
    axes: Axes,
    starts: Sequence[float],
    sizes: Sequence[float],
    label: Label,
    colour: Colour,
    widest: float,
) -> None:
    on_page = palette.contrast(colour.light, PAGE) >= 4.5
    for place, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        shown = label(size)
        if size > 0 and size / widest > 0.012 * (len(shown) + 1):
            axes.annotate(shown, (start + size / 2, place), ha="center", va="center",
                          fontsize=SMALL, color=PAGE if on_page else INK)  # fmt: skip
