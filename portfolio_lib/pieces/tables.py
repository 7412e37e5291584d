"""Tables that read well by eye, by ear and by machine.

Every table has a caption, scoped headers, one row header a row and no empty cell. Numbers keep the
digits that a reader can use and are aligned by them. A long table scrolls within a region that the
keyboard can reach. Sorting and searching are added by the one script of the pack and are not needed
for reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from portfolio_lib.pieces import words
from portfolio_lib.pieces.piece import Piece, escape, slug
from portfolio_lib.pieces.statuses import WORDS, Level, status_html

Kind = Literal[
    "text",
    "money",
    "percent",
    "points",
    "count",
    "number",
    "date",
    "month",
    "status",
    "bar",
    "link",
    "branch",
]

ROWS_BEFORE_SCROLL = 25
DEEPEST_BRANCH = 5
"""Reporting lines deeper than this are indented alike."""
CLAMPED_FROM = 240  # letters: names, not sentences
PROSE_FROM = 24


@dataclass(frozen=True)
class Column:
    """How one column of a frame is shown.

    Parameters
    ----------
    label : str
        The header.
    kind : str
        ``money`` shows whole units of the currency without its sign (say the currency in `unit`);
        where rows differ in currency it takes pairs (amount, code) and shows the sign.
        ``percent`` and ``points`` take shares of one, ``bar`` is a percent with a bar,
        ``status`` takes a level or a pair (level, word), ``month`` and ``date`` take days,
        ``link`` takes pairs (text, address of a file beside the page, or None for plain text),
        ``branch`` takes triples (text, depth, words for readers who cannot see the lines): a name
        in a tree, drawn below the last one of smaller depth.
    unit : str or None
        Shown after the label, for example ``GBP`` or ``days``.
    decimals : int
        Digits after the point for money, percent, points, number and bar.
    missing : str
        What an absent value means here, for readers who cannot see the dash.
    bar : bool
        Draw a bar beside a number of any kind; the longest is the column's largest value.
    signed : bool
        Show + before positive values.
    """

    label: str
    kind: Kind = "text"
    unit: str | None = None
    decimals: int = 0
    missing: str = "no value"
    bar: bool = False
    signed: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"a column is one of {', '.join(get_args(Kind))}, not {self.kind!r}")

    @property
    def is_number(self) -> bool:
        return self.kind not in ("text", "date", "month", "status", "link", "branch")

    @property
    def has_bar(self) -> bool:
        return self.bar or self.kind == "bar"


@dataclass(frozen=True)
class Heat:
    """Which columns are shaded in six steps, from the palest at `low` to the deepest at `high`.

    Where the ends are left out they are the smallest and the largest value of those columns.
    """

    columns: Sequence[str]
    low: float | None = None
    high: float | None = None


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    columns: Mapping[str, Column],
    row_header: str,
    total: Mapping[str, object] | None = None,
    note: str | None = None,
    searchable: bool = False,
    heat: Heat | None = None,
    name: str | None = None,
) -> Piece:
    """A frame as a semantic table, rows in the order given.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per row of the table; only the named columns are read.
    caption : str
        What one row is and what is counted.
    columns : mapping of str to Column
        The frame's columns to show, in order.
    row_header : str
        The column that names the row.
    total : mapping or None
        Values of the last row, by column; columns left out are shown as "–".
    note : str or None
        A sentence under the table.
    searchable : bool
        Let readers sort by any column, and search where there are ten rows or more.
    heat : Heat or None
        Columns shaded by value.
    name : str or None
        Stem of the ids; made from the caption where left out.

    Raises
    ------
    ValueError
        A named column is not in the frame, or the row header is not among the columns.
    """
    _refuse_unknown_columns(frame, columns, row_header, heat)
    anchor = slug(name or caption) + "-table"
    painters = {key: _painter(frame, key, column, heat) for key, column in columns.items()}
    head = "".join(_header(column) for column in columns.values())
    keys = list(columns)
    cells = zip(*(frame[key].tolist() for key in keys), strict=True)
    rows = [dict(zip(keys, row, strict=True)) for row in cells]
    body = "".join(_row(row, columns, row_header, painters) for row in rows)
    foot = _foot(total, columns, row_header) if total is not None else ""
    marks = ' data-sortable=""' if searchable and len(rows) > 1 else ""
    html = (
        f'<div class="pf pf-table{_size(len(rows))}" data-scroll="{anchor}"{marks}>'
        f'<table><caption id="{anchor}">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{body or _no_rows(len(columns))}</tbody>{foot}</table></div>"
        + (f'<p class="pf pf-note">{escape(note)}</p>' if note else "")
    )
    return Piece(html, _plain(rows, columns, caption, total), "table")


def _size(rows: int) -> str:
    return " long" if rows > ROWS_BEFORE_SCROLL else ""


def _no_rows(width: int) -> str:
    return f'<tr><td colspan="{width}">No rows.</td></tr>'


def _refuse_unknown_columns(
    frame: pd.DataFrame, columns: Mapping[str, Column], row_header: str, heat: Heat | None
) -> None:
    wanted = [*columns, *(heat.columns if heat else ())]
    unknown = sorted({key for key in wanted if key not in frame.columns})
    if unknown:
        raise ValueError(
            f"columns {', '.join(unknown)} are not in the frame, "
            f"which has {', '.join(map(str, frame.columns))}"
        )
    if row_header not in columns:
        raise ValueError(f"the row header {row_header!r} is not among the columns of the table")


def _header(column: Column) -> str:
    unit = f' <span class="u">({escape(column.unit)})</span>' if column.unit else ""
    aligned = ' class="n"' if column.is_number else ""
    return f'<th scope="col"{aligned}>{escape(column.label)}{unit}</th>'


Painter = Callable[[Any, str], str]


def _row(
    row: Mapping[str, Any],
    columns: Mapping[str, Column],
    row_header: str,
    painters: Mapping[str, Painter],
) -> str:
    cells = (painters[key](row[key], "th" if key == row_header else "td") for key in columns)
    return f"<tr>{''.join(cells)}</tr>"


def _foot(total: Mapping[str, object], columns: Mapping[str, Column], row_header: str) -> str:
    cells = []
    for key, column in columns.items():
        if key == row_header:
            cells.append(_cell(total.get(key, "Total"), Column(column.label), "th"))
        else:
            plain = Column(
                column.label,
                "percent" if column.kind == "bar" else column.kind,
                decimals=column.decimals,
                missing="no total",
                signed=column.signed,
            )
            cells.append(_cell(total.get(key), plain, "td"))
    return f"<tfoot><tr>{''.join(cells)}</tr></tfoot>"


def _painter(frame: pd.DataFrame, key: str, column: Column, heat: Heat | None) -> Painter:
    """What turns a value of this column into a cell."""
    if heat is not None and key in heat.columns:
        low, high = _ends(frame, heat)
        return lambda value, tag: _heat_cell(value, column, tag, low, high)
    if column.has_bar:
        known = (abs(float(value)) for value in frame[key].tolist() if not _is_missing(value))
        longest = max(known, default=0.0)
        return lambda value, tag: _cell(value, column, tag, bar=_bar(value, longest))
    return lambda value, tag: _cell(value, column, tag)


def _ends(frame: pd.DataFrame, heat: Heat) -> tuple[float, float]:
    values = pd.concat([pd.to_numeric(frame[key]) for key in heat.columns]).dropna()
    low = float(values.min()) if heat.low is None and len(values) else heat.low or 0.0
    high = float(values.max()) if heat.high is None and len(values) else heat.high or 0.0
    return low, high


def heat_step(value: float, low: float, high: float) -> int:
    """Which of six equal steps between two ends a value lies in; values outside take the end step.

    >>> [heat_step(v, 0, 1) for v in (-1, 0, 0.16, 0.17, 0.99, 1, 7)]
    [0, 0, 0, 1, 5, 5, 5]
    """
    if high <= low:
        return 0
    return max(0, min(5, int((value - low) / (high - low) * 6)))


def _heat_cell(value: Any, column: Column, tag: str, low: float, high: float) -> str:
    if words.absent(value):
        return _cell(value, column, tag)
    step = heat_step(float(value), low, high)
    return f'<{tag} class="h h{step}">{escape(show(value, column))}</{tag}>'


def _bar(value: Any, longest: float) -> str:
    if _is_missing(value) or longest <= 0:
        return ""
    width = words.rounded(abs(float(value)) / longest * 100)
    return f'<svg aria-hidden="true"><rect width="{width}%" height="100%"/></svg>'


def _cell(value: Any, column: Column, tag: str, bar: str = "") -> str:
    scope = ' scope="row"' if tag == "th" else ""
    if _is_missing(value):
        aligned = ' class="n"' if column.is_number else ""
        hidden = f'<span class="pf-hidden">{escape(column.missing)}</span>'
        return f'<{tag}{scope}{aligned}><span aria-hidden="true">–</span>{hidden}</{tag}>'
    classes = ("n b" if bar else "n") if column.is_number else _text_class(value, column, tag)
    marks = (f' class="{classes}"' if classes else "") + _sort_value(value, column)
    return f"<{tag}{scope}{marks}>{bar}{_inside(value, column)}</{tag}>"


def _text_class(value: Any, column: Column, tag: str) -> str:
    """Sentences wrap, dates never do; names that head a row are left to the stylesheet."""
    if column.kind in ("date", "month"):
        return "d"
    is_prose = column.kind == "text" and tag == "td" and len(str(value)) > PROSE_FROM
    return "t" if is_prose else ""


def _is_missing(value: Any) -> bool:
    shown = value[0] if isinstance(value, tuple) and value else value
    return words.absent(shown) or (isinstance(shown, str) and not shown.strip())


def _sort_value(value: Any, column: Column) -> str:
    """What the column sorts by where the shown text would sort wrongly."""
    if column.kind in ("date", "month"):
        return f' data-v="{words.as_date(value)}"'
    if column.kind == "status":
        level, _ = _level_and_word(value)
        return f' data-v="{("red", "yellow", "green", "grey").index(level)}"'
    return ""


def _inside(value: Any, column: Column) -> str:
    shown = show(value, column)
    if column.kind == "status":
        level, word = _level_and_word(value)
        return status_html(level, word)
    if column.kind == "branch":
        return _branch(*value)
    if column.kind == "link" and value[1] is not None:
        return f'<a href="{escape(_beside(value[1]))}">{_name(shown)}</a>'
    return _name(shown) if column.kind in ("text", "link") else escape(shown)


def _branch(shown: str, depth: int, told: str) -> str:
    """A name under the name it belongs to; the line to it is drawn by the stylesheet."""
    if depth == 0:
        return _name(shown)
    unseen = f'<span class="pf-hidden">, {escape(told)}</span>'
    return f'<span class="br b{min(depth, DEEPEST_BRANCH)}">{_name(shown)}{unseen}</span>'


def _beside(address: str) -> str:
    """The address, which must be that of a file below the page or a place on it."""
    if address.startswith(("/", "\\")) or ":" in address.split("/")[0]:
        raise ValueError(f"a link leads to a file beside the page, not to {address!r}")
    return address


def _name(shown: str) -> str:
    """Text from data: keeps its own writing direction, and is clamped by the eye alone."""
    text = escape(shown)
    text = f"<bdi>{text}</bdi>" if words.runs_right_to_left(shown) else text
    return f'<span class="pf-clamp">{text}</span>' if len(shown) > CLAMPED_FROM else text


def _level_and_word(value: Any) -> tuple[Level, str]:
    level, word = value if isinstance(value, tuple) else (value, None)
    if level not in WORDS:
        raise ValueError(f"a status is one of {', '.join(WORDS)}, not {level!r}")
    return level, word or WORDS[level]


def show(value: Any, column: Column) -> str:
    """A value as the text of its cell, without marks.

    >>> show(1234.5, Column("Revenue", "money")), show(0.25, Column("Share", "percent"))
    ('1,235', '25%')
    >>> show(None, Column("Owner"))
    '–'
    """
    if _is_missing(value):
        return "–"
    match column.kind:
        case "money" if isinstance(value, tuple):
            amount, currency = value
            return words.money_exact(amount, currency, column.decimals, signed=column.signed)
        case "link":
            return str(value[0])
        case "branch":
            return "  " * int(value[1]) + str(value[0])
        case "money" | "number":
            return words.number(value, column.decimals, signed=column.signed)
        case "percent" | "bar":
            return words.percent(value, column.decimals, signed=column.signed)
        case "points":
            return words.points(value, column.decimals, signed=column.signed)
        case "count":
            return words.number(value, signed=column.signed)
        case "date":
            return words.day(value, short=True)
        case "month":
            return words.month(value, short=True)
        case "status":
            return _level_and_word(value)[1]
        case _:
            return str(value)


def _plain(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, Column],
    caption: str,
    total: Mapping[str, object] | None,
) -> str:
    every = [*rows, total] if total is not None else list(rows)
    lines = [
        "\t".join(show(row.get(key), column) for key, column in columns.items()) for row in every
    ]
    head = "\t".join(column.label for column in columns.values())
    return "\n".join([caption, head, *lines])
