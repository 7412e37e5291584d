"""Where each unit lies beside what luck would make of it: one panel a measure, one line a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from portfolio_lib.pieces.drawing import (
    HAIRLINE,
    HIGHLIGHT,
    INK,
    MUTED,
    PAGE,
    QUIET,
    SECOND,
    SMALL,
    WIDTH,
    Label,
    house_style,
)

Place = Literal["above", "below", "usual", "untold"]
MARKS: dict[Place, tuple[str, str, str]] = {
    "above": ("^", HIGHLIGHT, HIGHLIGHT),
    "below": ("v", SECOND, SECOND),
    "usual": ("o", PAGE, INK),
    "untold": ("x", MUTED, MUTED),
}
"""Shape, filling and edge of a mark: what lies beyond its limits differs in shape too."""
PANELS_A_ROW = 3
HEAD, LINE = 0.75, 0.26


@dataclass(frozen=True)
class LimitsPanel:
    """One measure of all units.

    Parameters
    ----------
    title : str
        The measure.
    mean : float or None
        Drawn as a line across; None where no unit has the measure.
    values : sequence of float or None
        One per unit; None where it is not computable.
    limits : sequence of (float, float) or None
        One per unit; None where there is no reading.
    places : sequence of str
        One per unit: `above`, `below`, `usual`, or `untold`.
    label : callable
        A value in words, for the axis.
    """

    title: str
    mean: float | None
    values: Sequence[float | None]
    limits: Sequence[tuple[float, float] | None]
    places: Sequence[Place]
    label: Label


def limit_panels(units: Sequence[str], panels: Sequence[LimitsPanel]) -> Drawing:
    """Marks of all units on bars of what luck would make of them, around the firm's mean.

    Parameters
    ----------
    units : sequence of str
        Their names, the first at the top.
    panels : sequence of LimitsPanel
        At least one.
    """
    rows = -(-len(panels) // PANELS_A_ROW)
    across = min(PANELS_A_ROW, len(panels))
    height = rows * (HEAD + LINE * len(units))
    with house_style():
        drawing = Drawing(figsize=(WIDTH, height))
        grid = list(drawing.subplots(rows, across, sharey=True, squeeze=False).flat)
        for axes, panel in zip(grid, panels, strict=False):
            _panel(axes, panel)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        first = grid[0]
        first.set_yticks(range(len(units)), units)
        first.set_ylim(len(units) - 0.4, -0.6)
    return drawing


def _panel(axes: Axes, panel: LimitsPanel) -> None:
    axes.set_title(panel.title, loc="left", color=INK, fontsize=SMALL, fontweight="bold")
    axes.grid(axis="x", color=HAIRLINE, zorder=0)
    if panel.mean is not None:
        axes.axvline(panel.mean, color=INK, linewidth=1.0, dashes=(4, 2), zorder=2)
    for row, (value, ends, place) in enumerate(
        zip(panel.values, panel.limits, panel.places, strict=True)
    ):
        if ends is not None:
            axes.barh(row, ends[1] - ends[0], 0.5, left=ends[0], color=QUIET, zorder=1)
        if value is not None:
            shape, filling, edge = MARKS[place]
            axes.plot([value], [row], shape, markersize=6.5, markerfacecolor=filling,
                      markeredgecolor=edge, markeredgewidth=1.3, zorder=4)  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: panel.label(value))
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.margins(x=0.08)
