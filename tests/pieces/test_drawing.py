"""Charts of the house style: they say what they are given, and leave matplotlib as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from portfolio_lib.pieces import drawing, figure, words

MONTHS = [dt.date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(12)]
AMOUNTS = [100.0 + i for i in range(12)]


def months(**options: object) -> Drawing:
    return drawing.month_columns(MONTHS, AMOUNTS, label=words.number, **options)


CHARTS: dict[str, Callable[[], Drawing]] = {
    "months": lambda: months(previous=AMOUNTS, target=[104.0] * 12, last_is_partial=True),
    "bars": lambda: drawing.top_bars(
        ["A", "B"], [0.3, 0.2], label=words.percent, notes=["30%", "50%"], highlight=[True, False]
    ),
    "curve": lambda: drawing.cumulative_line([5.0, 3.0, 2.0]),
    "line": lambda: drawing.target_line(
        MONTHS[:3], [1.0, None, 1.1], label=words.percent, target=1.1, interval=[(0.9, 1.1)] * 3
    ),
    "stack": lambda: drawing.stacked_bars(["T1", "T2"], {"Green": [3, 4], "Red": [1, 0]}),
}
EMPTY: dict[str, Callable[[], Drawing]] = {
    "months": lambda: drawing.month_columns([], [], label=words.number, last_is_partial=True),
    "bars": lambda: drawing.top_bars([], [], label=words.percent),
    "zero bars": lambda: drawing.top_bars(["A"], [0.0], label=words.percent),
    "curve": lambda: drawing.cumulative_line([]),
    "line": lambda: drawing.target_line([], [], label=words.percent, target=1.0),
    "stack": lambda: drawing.stacked_bars([], {}),
}


def said(made: Drawing) -> list[str]:
    made.canvas.draw()
    return [text.get_text() for text in made.findobj(Text) if text.get_text()]


def svg(made: Drawing) -> str:
    return figure(made, description="A chart. It says something.", name="c").html


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_uses_the_palette_and_gives_the_same_bytes(chart: str) -> None:
    first, second = svg(CHARTS[chart]()), svg(CHARTS[chart]())
    assert hashlib.sha256(first.encode()).digest() == hashlib.sha256(second.encode()).digest()
    assert "var(--" in first
    assert 'fill="#' not in first
    assert 'stroke="#' not in first


@pytest.mark.parametrize("chart", EMPTY)
def test_nothing_to_draw_is_still_a_chart(chart: str) -> None:
    assert "<svg" in svg(EMPTY[chart]())


@pytest.mark.parametrize("chart", CHARTS)
def test_settings_of_matplotlib_are_left_as_they_were(chart: str) -> None:
    before = dict(mpl.rcParams)
    svg(CHARTS[chart]())
    assert dict(mpl.rcParams) == before


def test_every_column_carries_its_value_and_the_year_is_said_once() -> None:
    shown = said(months())
    assert [text for text in shown if text in {words.number(a) for a in AMOUNTS}] == [
        words.number(amount) for amount in AMOUNTS
    ]
    assert "Oct\n2025" in shown
    assert "Jan\n2026" in shown
    assert "Feb" in shown
    assert "Feb\n2026" not in shown


def test_a_month_that_is_not_over_is_hatched_and_named() -> None:
    made = months(last_is_partial=True)
    hatches = [bar.get_hatch() for bar in made.axes[0].patches]
    assert [place for place, hatch in enumerate(hatches) if hatch] == [11]
    assert "Month not over" in said(made)
    assert "Month not over" not in said(months())


def test_many_months_get_an_axis_and_no_labels() -> None:
    days = [dt.date(2022 + i // 12, i % 12 + 1, 1) for i in range(48)]
    made = drawing.month_columns(days, [float(i) for i in range(48)], label=words.number)
    assert len(said(made)) < 20


def test_bars_are_labelled_and_noted_in_the_order_given() -> None:
    shown = said(CHARTS["bars"]())
    assert shown.index("A") < shown.index("B")
    assert {"30%", "20%", "50%", "Cumulative"} <= set(shown)


def test_the_curve_marks_what_the_largest_bring() -> None:
    # 5 of 10 is a half, whichever order the amounts come in; there is no fifth client to mark.
    for amounts in ([5.0, 3.0, 2.0], [2.0, 5.0, 3.0]):
        marks = [text for text in said(drawing.cumulative_line(amounts)) if ":" in text]
        assert marks == ["1: 50%"]


def test_a_gap_in_a_line_is_a_gap() -> None:
    line = CHARTS["line"]().axes[0].lines[0]
    assert math.isnan(line.get_ydata()[1])


def test_the_target_is_named_with_its_value() -> None:
    assert "Target 110%" in said(CHARTS["line"]())


def test_counts_stand_in_their_parts_where_there_is_room() -> None:
    shown = said(drawing.stacked_bars(["T1"], {"Green": [1000], "Red": [1]}))
    assert "1,000" in shown
    assert "1" not in shown


def test_more_parts_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="6 parts need 6 colours, there are 5"):
        drawing.stacked_bars(["T"], {str(i): [1] for i in range(6)})


def test_names_in_charts_are_short_and_never_formulas() -> None:
    made = drawing.top_bars(["$5m to $9m", "A" * 400], [2.0, 1.0], label=words.number)
    assert "$5m to $9m" in svg(made)
    assert "A" * 31 not in svg(made)
