"""What the page Wake-up calls says in words: headlines, notes, cells."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.signals import Signals
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

KINDS = {
    "unit": "whole unit",
    "segment": "segment",
    "offering": "offering",
    "manager": "account manager",
}
LOSSES = {
    "lost": "clients lost",
    "new": "fewer new clients",
    "frequency": "lower frequency",
    "ticket": "a lower ticket",
}
MANAGERS_NOW = (
    "Clients are grouped by the segment and account manager recorded now; when that was agreed is "
    "not recorded."
)


def calls_headline(signals: Signals) -> str:
    """How much rings that is new, and how much would by chance."""
    figure = signals.figures["signals.calls"]
    if not isinstance(figure.value, int | float):
        return "Nothing can be watched yet"
    still = parts.number_of(signals.figures, "signals.still_open") or 0
    chance = parts.number_of(signals.figures, "signals.false_alarms") or 0
    if figure.value == 0 and still == 0:
        return "Revenue is in line with what was expected; nothing rings"
    earlier = f"{words.plural(still, 'earlier one')} {'is' if still == 1 else 'are'} still open"
    if figure.value == 0:
        return f"No new wake-up call; {earlier}"
    said = f"{words.plural(figure.value, 'new wake-up call')}"
    by_chance = f"at most {words.number(chance, 1)} would ring by chance"
    return f"{said}, {by_chance}; {earlier}" if still else f"{said}; {by_chance}"


def calls_note(signals: Signals, shown: int) -> str:
    """What the months are judged by, who is left out, and what the last month is."""
    watched = parts.number_of(signals.figures, "signals.watched") or 0
    left = signals.series.loc[signals.series["reason"].notna()]
    said = [
        "A month rings when it lies "
        f"{'outside' if signals.watches_both_sides else 'below'} the range that the months before "
        "it make likely: level, trend and season of that series alone, by days in the month. A "
        f"call lasts until revenue is back in its range. "
        f"{words.plural(watched, 'series', 'series')} watched.",
        MANAGERS_NOW,
    ]
    if len(left) and watched:
        names = [words.name(name, longest=30) for name in left["name"].head(3)]
        more = len(left) - len(names)
        who = words.listing([*names, f"{words.count(more)} more"] if more else names)
        said.append(f"Not watched, too little history or too few clients: {who}.")
    said.append(truncated_note(signals))
    if shown < len(signals.calls):
        said.append(f"{words.count(shown)} of {words.count(len(signals.calls))}; all are in the "
                    "workbook.")  # fmt: skip
    return " ".join(text for text in said if text)


def truncated_note(signals: Signals) -> str:
    """The month that is not over; empty where there is none."""
    if signals.truncated is None:
        return ""
    return f"{words.month(signals.truncated)} is not over; it is left out and rings nothing."


def call_state(row: pd.Series) -> str:
    """Where a call stands.

    >>> call_state(pd.Series({"is_new": True, "is_open": False}))
    'new, back in range'
    """
    if row["is_new"]:
        return "new" if row["is_open"] else "new, back in range"
    return "still open" if row["is_open"] else "earlier, back in range"


def parts_headline(signals: Signals) -> str:
    """How far the unit fell, and the part that took most."""
    drop = signals.figures["signals.drop"]
    if not isinstance(drop.value, int | float):
        return "There is nothing to compare revenue with"
    against = "the year before" if signals.is_year_before else "the months before"
    shown = words.money(abs(drop.value), signals.currency)
    if shown == words.money(0, signals.currency):
        return f"Revenue is in line with {against}"
    sizes = {key: parts.number_of(signals.figures, f"signals.drop_{key}") or 0 for key in LOSSES}
    largest = max(sizes, key=lambda key: (sizes[key], key))
    took = words.money(sizes[largest], signals.currency)
    cost = f"{LOSSES[largest]} took {took}" if sizes[largest] > 0 else "nothing was lost"
    if drop.value > 0:
        return f"Revenue fell by {shown} on {against}; {cost}"
    return f"Revenue rose by {shown} on {against}, although {cost}" if sizes[largest] > 0 else (
        f"Revenue rose by {shown} on {against}"
    )  # fmt: skip


def follows(row: pd.Series) -> str:
    """Whom a fall follows, with the shares behind it.

    >>> follows(pd.Series({"verdict": None, "reason": "revenue did not fall"}))
    'revenue did not fall'
    """
    if not isinstance(row["verdict"], str):
        return str(row["reason"]).split(";")[0]
    of = "segments" if row["kind"] == "manager" or row["verdict"] == "manager" else "managers"
    held = (
        f"{words.name(row['holder'], longest=30)}: {words.percent(row['holder_own_share'])} "
        "of losses beyond others"
    )
    if row["verdict"] == "spread":
        return f"spread; most {held}"
    wide = f"in {words.count(row['holder_fell_in'])} of {words.count(row['holder_of'])}"
    return f"{held}, {wide} {of}"


def parts_note(signals: Signals) -> str:
    """What is compared, what the parts are, and the rule of the last column."""
    compared = _period(signals.compared_with)
    rule = signals.figures["signals.follows"].definition
    why = "" if signals.is_year_before else " There is no full year before to compare with."
    return (
        f"{_period(signals.judged)} against {compared}.{why} The five parts add up to the fall "
        "exactly; a minus is a gain. Won since: clients known by now that did not count "
        f"before. {rule}"
    )


def _period(window: str | None) -> str:
    first, _, last = (window or "").partition(" to ")
    return f"{words.month(first)} to {words.month(last)}" if first and last else "nothing"


def plan_headline(signals: Signals) -> str:
    """Revenue against its plan, else against the year before."""
    planned = signals.figures["signals.revenue_planned"]
    if isinstance(planned.value, int | float) and planned.target:
        return _against(planned, planned.target, "plan")
    year = signals.figures["signals.revenue_year"]
    if isinstance(year.value, int | float) and year.previous is not None:
        return f"{_against(year, year.previous, 'the year before')}; no plan is given"
    return "There is no plan and no year before to compare with"


def _against(figure: Figure, other: float, name: str) -> str:
    assert isinstance(figure.value, int | float)
    gap = float(figure.value) - float(other)
    shown = words.money(abs(gap), figure.unit)
    value = words.figure_value(figure)
    if shown == words.money(0, figure.unit):
        return f"Revenue of {value} is in line with {name}"
    return f"Revenue of {value} is {shown} {'above' if gap > 0 else 'below'} {name}"


def replay_headline(signals: Signals) -> str:
    """How often earlier calls were right, as far as the unit itself can tell."""
    earlier = signals.figures["signals.earlier_calls"]
    if not isinstance(earlier.value, int | float):
        return "Earlier calls cannot be replayed yet"
    if earlier.value == 0:
        return "The same rule would have raised no earlier call"
    right = signals.figures["signals.borne_out"]
    if not isinstance(right.value, int | float):
        return f"{words.plural(earlier.value, 'earlier call')}; too recent to say what followed"
    good = round(right.value * (right.n or 0))
    return f"{words.count(good)} of {words.plural(right.n, 'earlier call')} were borne out"


def goals_headline(signals: Signals) -> str:
    """How many goals of the portfolio are met."""
    known = [(name, met) for name, met in met_goals(signals) if met is not None]
    if not known:
        return "No goals are set for the portfolio"
    met = sum(good for _, good in known)
    verb = "is" if 1 in (met, len(known)) else "are"
    return f"{words.count(met)} of {words.plural(len(known), 'portfolio goal')} {verb} met"


def met_goals(signals: Signals) -> list[tuple[str, bool | None]]:
    """Every goal with whether it is met; None where none is set or nothing is known.

    A share is met within one point.
    """
    found: list[tuple[str, bool | None]] = []
    for key in ("accounts", "average_ticket"):
        figure = signals.figures[f"signals.{key}"]
        known = isinstance(figure.value, int | float) and figure.target is not None
        met = float(figure.value or 0) >= float(figure.target or 0) if known else None
        found.append((figure.label, met))
    for group, gap in zip(signals.mix["group"], signals.mix["gap"], strict=True):
        found.append((str(group), None if pd.isna(gap) else abs(gap) <= 0.01))
    return found
