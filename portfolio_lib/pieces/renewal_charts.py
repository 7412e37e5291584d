"""The timeline of what comes due, week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

from portfolio_lib.pieces import words
from portfolio_lib.pieces.drawing import (
    HIGHLIGHT,
    INK,
    QUIET,
    SECOND,
    Label,
    canvas,
    house_style,
)

COLOURS = (QUIET, HIGHLIGHT, SECOND)
"""Settled is pale, open stands out, in danger is the second colour."""


def week_columns(
    weeks: Sequence[dt.date], parts: Mapping[str, Sequence[float]], *, label: Label
) -> Drawing:
    """A column a week, stacked: at most three parts, the settled one at the foot.

    Parameters
    ----------
    weeks : sequence of date
        First day of each week, in order; the months are named under the first week of each.
    parts : mapping of str to sequence of float
        Sizes by week. A part that is 0 throughout is left out.
    label : callable
        A value in words, for the axis.
    """
    with house_style():
        drawing, axes = canvas(height=2.5)
        ends = [0.0] * len(weeks)
        for (name, sizes), colour in zip(parts.items(), COLOURS, strict=False):
            known = [(place, size) for place, size in enumerate(sizes) if size > 0]
            if known:
                places, heights = zip(*known, strict=True)
                axes.bar(places, heights, 0.78, bottom=[ends[place] for place in places],
                         color=colour, label=name, zorder=3)  # fmt: skip
            ends = [end + size for end, size in zip(ends, sizes, strict=True)]
        firsts = [place for place, week in enumerate(weeks) if _opens_month(weeks, place, week)]
        axes.set_xticks(firsts, [words.month(weeks[place], short=True) for place in firsts],
                        ha="left")  # fmt: skip
        axes.set_xlim(-0.7, len(weeks) - 0.3)
        axes.yaxis.set_major_formatter(lambda value, _: label(value))
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
        axes.grid(axis="y", zorder=0)
        axes.axhline(0, color=INK, linewidth=0.8, zorder=4)
        axes.spines["bottom"].set_visible(False)
        handles, names = axes.get_legend_handles_labels()
        if handles:
            axes.legend(handles, names, loc="lower left", bbox_to_anchor=(0, 1.01),
                        borderaxespad=0, ncols=3, handlelength=1.4)  # fmt: skip
    return drawing


def _opens_month(weeks: Sequence[dt.date], place: int, week: dt.date) -> bool:
    return place == 0 or weeks[place - 1].month != week.month
