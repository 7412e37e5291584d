"""What the pack says first: one line, three to five sentences, and the decision asked.

All of it follows from the figures by the rules below, so that the same figures always say the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces import judge, words
from portfolio_lib.pieces.pages.parts import capital, moved, number_of, spell, told_apart

Figures = Mapping[str, Figure]
TOP_TEN = 10
NO_DECISION = "No decision is asked for."


def headline(figures: Figures) -> str:
    """The message of the pack in at most twelve words.

    The first rule that holds decides: nothing to review; too much hangs on ten clients; too few
    clients stayed; else revenue and its concentration.
    """
    revenue = figures["portfolio.revenue_12m"]
    if not revenue.computable:
        return "There is no revenue to review yet"
    top = figures["concentration.top_10_share"]
    if _missed(top) and isinstance(top.value, int | float) and top.target is not None:
        share, limit = told_apart(float(top.value), float(top.target))
        return f"{revenue_moved(figures)}; {_top(top)} bring {share}, the limit is {limit}"
    kept = figures["portfolio.clients_kept"]
    if _missed(kept) and isinstance(kept.value, int | float) and kept.target is not None:
        share, target = told_apart(float(kept.value), float(kept.target))
        return f"{revenue_moved(figures)}; {share} of clients stayed, target {target}"
    return _calm(figures)


def _calm(figures: Figures) -> str:
    top = figures["concentration.top_10_share"]
    growth = number_of(figures, "portfolio.growth")
    shown = words.figure_value(figures["portfolio.revenue_12m"])
    said = f"Revenue is {shown}" if growth is None else f"Revenue {moved(growth)} at {shown}"
    if not isinstance(top.value, int | float):
        return said
    if (top.n or 0) <= TOP_TEN:
        return f"{said}, from {words.plural(top.n, 'client')}"
    return f"{said}; ten clients bring {words.percent(top.value)}"


def revenue_moved(figures: Figures) -> str:
    """How revenue moved, as a headline begins; how much it is where there is no year before."""
    growth = number_of(figures, "portfolio.growth")
    if growth is None:
        return f"Revenue is {words.figure_value(figures['portfolio.revenue_12m'])}"
    return f"Revenue {moved(growth)}"


def _top(top: Figure) -> str:
    return "ten clients" if (top.n or 0) > TOP_TEN else "all clients"


def _missed(figure: Figure) -> bool:
    verdict = judge(figure)
    return verdict is not None and verdict[0] in ("yellow", "red")


def sentences(figures: Figures, currency: str) -> list[tuple[str, str]]:
    """Four or five sentences: revenue, clients, margin, concentration, contracts."""
    said = [on_revenue(figures), on_clients(figures), _on_margin(figures), on_top(figures)]
    return [*said, *_on_contracts(figures, currency)]


def on_revenue(figures: Figures) -> tuple[str, str]:
    revenue, growth = figures["portfolio.revenue_12m"], figures["portfolio.growth"]
    if not revenue.computable:
        return "Revenue cannot be shown.", capital(revenue.reason or "")
    lead = f"{spell(revenue)} is {words.figure_value(revenue)}."
    if not growth.computable:
        return lead, f"Growth is not computable: {growth.reason}."
    rate = number_of(figures, "portfolio.growth") or 0.0
    return lead, f"It {moved(rate)} on the year before.{_aimed(growth)}"


def on_clients(figures: Figures) -> tuple[str, str]:
    active, kept = figures["portfolio.active_accounts"], figures["portfolio.clients_kept"]
    if not active.computable:
        return "There are no clients to count.", capital(active.reason or "")
    are = "is" if active.value == 1 else "are"
    counted = words.plural(number_of(figures, active.key), "client")
    lead = f"{counted} {are} active.{_former(figures)}"
    if not kept.computable:
        return lead, f"Who came and went is not computable: {kept.reason}."
    new, back, lost = (
        words.number(number_of(figures, f"portfolio.{name}_accounts"))
        for name in ("new", "returned", "lost")
    )
    stayed = words.figure_value(kept)
    return lead, (
        f"In the year {new} joined, {back} came back and {lost} left; {stayed} of last year's "
        f"clients stayed.{_aimed(kept)}"
    )


def _former(figures: Figures) -> str:
    """How many active clients have left by now; nothing where none has, or none is known to."""
    key = "portfolio.active_former"
    former = number_of(figures, key) if key in figures else None
    if not former:
        return ""
    has, its = ("has", "its") if former == 1 else ("have", "their")
    return f" Of these, {words.number(former)} {has} left since: {its} contract has ended."


def _on_margin(figures: Figures) -> tuple[str, str]:
    margin, after = figures["portfolio.margin"], figures["portfolio.margin_after_service"]
    if not margin.computable:
        return "The margin is not computable.", capital(margin.reason or "")
    lead, aimed = f"The direct margin is {words.figure_value(margin)}.", _aimed(margin).strip()
    left = f"After cost to serve {words.figure_value(after)} is left."
    if not after.computable:
        left = f"What is left after cost to serve is not computable: {after.reason}."
    return lead, f"{aimed} {left}".strip()


def on_top(figures: Figures) -> tuple[str, str]:
    top, equal = figures["concentration.top_10_share"], figures["concentration.effective_clients"]
    if not isinstance(top.value, int | float):
        return "Concentration is not computable.", capital(top.reason or "")
    alike = words.count(number_of(figures, equal.key))
    tail = f"Revenue is spread as if there were {alike} clients of one size."
    if (top.n or 0) <= TOP_TEN:
        first = words.percent(number_of(figures, "concentration.top_1_share"))
        return f"All revenue comes from {words.plural(top.n, 'client')}.", (
            f"The largest brings {first}. {tail}"
        )
    return f"The ten largest clients bring {words.figure_value(top)} of revenue.", (
        f"{tail}{_aimed(top)}"
    )


def _on_contracts(figures: Figures, currency: str) -> list[tuple[str, str]]:
    """What contracts bring; nothing where there are none, now and a year ago."""
    recurring = figures["portfolio.recurring_in_force"]
    value = number_of(figures, recurring.key)
    if value is None or (value == 0 and not recurring.previous):
        return []
    if value == 0:
        before = words.money(recurring.previous, currency)
        return [("No contract is in force.", f"A year ago contracts brought {before} a year.")]
    lead = f"Contracts in force bring {words.money(value, currency)} a year."
    return [(lead, _compared(recurring))]


def _compared(figure: Figure) -> str:
    if figure.previous is None or not isinstance(figure.value, int | float):
        return "There is no year before to compare with."
    moved_by = words.change(figure.value, figure.previous)
    if moved_by == words.NOT_COMPUTABLE:
        return "A year ago there were none."
    return f"That is {moved_by} on a year ago."


def _aimed(figure: Figure) -> str:
    """How a share stands to its target or limit, as one more sentence; nothing without one."""
    if figure.target is None or not isinstance(figure.value, int | float):
        return ""
    word = "limit" if figure.higher_is_better is False else "target"
    target, value = words.percent(figure.target), words.percent(figure.value)
    gap = float(figure.value) - float(figure.target)
    good = gap <= 0 if figure.higher_is_better is False else gap >= 0
    just = "just " if target == value and gap else ""
    if word == "limit":
        return f" The limit of {target} is {just}{'kept' if good else 'passed'}."
    return f" The target of {target} is {just}{'met' if good else 'missed'}."


def decision(figures: Figures, clients: pd.DataFrame) -> str | None:
    """What the readers are asked to decide; None where every stated aim is met.

    The gravest comes first and is the only one asked: concentration, clients lost, growth, margin,
    revenue, number of clients.
    """
    top = figures["concentration.top_10_share"]
    if _missed(top) and len(clients):
        first = clients.iloc[0]
        name, share = words.name(first["client_name"]), words.percent(first["share"])
        return f"Agree a plan to depend less on the largest clients, first {name} ({share})."
    for key, asked in _ASKED.items():
        one = figures[key]
        if _missed(one) and isinstance(one.value, int | float) and one.target is not None:
            if one.unit == "share":
                value, target = told_apart(float(one.value), float(one.target))
            else:
                value = words.figure_value(one)
                target = words.figure_value(one, value=one.target)
            return asked.format(value=value, target=target)
    return None


_ASKED = {
    "portfolio.clients_kept": "Agree who wins back lost clients and keeps the others: {value} "
    "stayed, the target is {target}.",
    "portfolio.growth": "Agree where more growth is to come from: it is {value}, the target is "
    "{target}.",
    "portfolio.margin": "Agree which prices or costs are to change: the margin is {value}, the "
    "target is {target}.",
    "portfolio.revenue_12m": "Agree how the gap in revenue is closed: it is {value}, the target "
    "is {target}.",
    "portfolio.average_revenue": "Agree which clients can be sold more to: one brings {value} on "
    "average, the target is {target}.",
    "portfolio.active_accounts": "Agree how new clients are won: {value} are active, the target "
    "is {target}.",
}
