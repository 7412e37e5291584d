"""KPI cards: one figure each, with what was aimed at, last year, and a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces import words
from portfolio_lib.pieces.piece import Piece, escape
from portfolio_lib.pieces.statuses import SHAPES, Level, status_html

WATCH_WITHIN = 0.05


def kpis(
    figures: Sequence[Figure], *, currency: str | None = None, watch_within: float = WATCH_WITHIN
) -> Piece:
    """Cards, one per figure, in the order given.

    Parameters
    ----------
    figures : sequence of Figure
        Eight fill the first page of a pack.
    currency : str or None
        For figures whose unit is ``money``; those with a currency code as unit carry their own.
    watch_within : float
        How far a figure may miss its target, relative to the target, and still be "Watch".
    """
    shown = [_in_currency(figure, currency) for figure in figures]
    cards = "".join(_card(figure, watch_within) for figure in shown)
    text = "\n".join(_in_words(figure, watch_within) for figure in shown)
    return Piece(f'<ul class="pf pf-kpis" role="list">{cards}</ul>', text, "kpis")


def judge(figure: Figure, watch_within: float = WATCH_WITHIN) -> tuple[Level, str] | None:
    """Level and word of a figure against its target; None where nothing was aimed at.

    Examples
    --------
    >>> judge(Figure("p.n", "NRR", 1.01, "share", "…", target=1.1, higher_is_better=True))
    ('red', 'Off target')
    >>> judge(Figure("p.t", "Top 10", 0.41, "share", "…", target=0.4, higher_is_better=False))
    ('yellow', 'Just over limit')
    """
    if not figure.computable:
        return "grey", "Not computable"
    if figure.target is None or figure.higher_is_better is None or isinstance(figure.value, str):
        return None
    assert figure.value is not None
    target = float(figure.target)
    short = (target - float(figure.value)) * (1 if figure.higher_is_better else -1)
    reach = 0 if short <= 0 else 1 if short <= watch_within * abs(target) else 2
    levels: tuple[Level, ...] = ("green", "yellow", "red")
    aims = ("On target", "Watch", "Off target")
    limits = ("Within limit", "Just over limit", "Over limit")
    return levels[reach], (aims if figure.higher_is_better else limits)[reach]


def _in_currency(figure: Figure, currency: str | None) -> Figure:
    if figure.unit != "money" or currency is None:
        return figure
    return replace(figure, unit=currency)


@dataclass(frozen=True)
class _Line:
    """One comparison of a card."""

    name: str
    value: str
    distance: str


def _card(figure: Figure, watch_within: float) -> str:
    verdict = judge(figure, watch_within)
    mark = status_html(*verdict) if verdict else ""
    if not figure.computable:
        value = f'<span class="none">{mark}</span>'
        rest = f'<p class="why">{escape(_sentence(figure.reason or ""))}</p>'
    else:
        shown = words.figure_value(figure, finer=_finer(figure))
        value = f'<span class="v">{escape(shown)}</span>{mark}'
        rest = _bullet(figure) + _comparisons(_lines(figure))
    return f'<li><p class="k">{escape(figure.label)}</p><p class="r">{value}</p>{rest}</li>'


def _comparisons(lines: Sequence[_Line]) -> str:
    rows = "".join(
        f"<div><dt>{escape(line.name)}</dt><dd>{escape(line.value)}</dd>"
        f'<dd class="d">{escape(line.distance)}</dd></div>'
        for line in lines
    )
    return f"<dl>{rows}</dl>" if rows else ""


def _lines(figure: Figure) -> list[_Line]:
    """The target and last year, each with the distance from it."""
    lines = []
    if figure.target is not None:
        name = "Limit" if figure.higher_is_better is False else "Target"
        lines.append(_line(figure, name, figure.target))
    if figure.previous is not None:
        lines.append(_line(figure, "A year ago", figure.previous))
    return lines


def _finer(figure: Figure) -> int:
    """Decimals more than usual, so that a value that misses its target does not read like it."""
    if figure.target is None or not isinstance(figure.value, int | float):
        return 0
    return words.finer_apart(figure.value, figure.target, figure.unit)


def _line(figure: Figure, name: str, other: float | int) -> _Line:
    finer = _finer(figure)
    shown = words.figure_value(figure, value=other, finer=finer)
    return _Line(name, shown, _distance(figure, other, finer))


def _distance(figure: Figure, other: float | int, finer: int) -> str:
    """How far the value lies from another: points for shares, per cent for money and counts."""
    if not isinstance(figure.value, int | float):
        return words.NOT_COMPUTABLE
    gap = float(figure.value) - float(other)
    if figure.unit == "share":
        return words.points(gap, finer, signed=True)
    if words.is_currency(figure.unit) and other > 0:
        return words.percent(gap / float(other), finer, signed=True)
    return words.amount(gap, figure.unit, signed=True, finer=finer)


def _sentence(reason: str) -> str:
    reason = reason.strip()
    capital = reason[:1].upper() + reason[1:]
    return capital if capital.endswith((".", "!", "?")) else capital + "."


def _bullet(figure: Figure) -> str:
    """A bar from zero with the target as a tick; only where there is a target to compare with."""
    value, target = figure.value, figure.target
    if not isinstance(value, int | float) or target is None or value < 0 or target <= 0:
        return ""
    scale = 100 / (max(float(value), float(target)) * 1.15)
    aim = "limit" if figure.higher_is_better is False else "target"
    finer = _finer(figure)
    label = (
        f"{figure.label}: {words.figure_value(figure, finer=finer)}, {aim} "
        f"{words.figure_value(figure, value=target, finer=finer)}"
    )
    tick = float(target) * scale
    return (
        '<svg class="pf-bullet" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><rect class="track" y="2" width="100" height="8"/>'
        f'<rect class="bar" y="4" width="{float(value) * scale:.1f}" height="4"/>'
        f'<rect class="gap" x="{tick - 1.1:.1f}" width="2.2" height="12"/>'
        f'<rect class="tick" x="{tick - 0.6:.1f}" width="1.2" height="12"/></svg>'
    )


def _in_words(figure: Figure, watch_within: float) -> str:
    if not figure.computable:
        return f"{figure.label}: {words.NOT_COMPUTABLE}. {_sentence(figure.reason or '')}"
    verdict = judge(figure, watch_within)
    mark = [f"{SHAPES[verdict[0]]} {verdict[1]}"] if verdict else []
    lines = [f"{line.name} {line.value} ({line.distance})" for line in _lines(figure)]
    shown = words.figure_value(figure, finer=_finer(figure))
    return "; ".join([f"{figure.label}: {shown}", *lines, *mark])
