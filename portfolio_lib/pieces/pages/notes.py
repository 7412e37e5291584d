"""The page Data and definitions: choices made, what each figure means, what the data held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Protocol

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.parameters import describe_policies
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces import Column, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.data_card import found_in_words, tables_read
from portfolio_lib.pieces.pages.described import (
    Chapter,
    Described,
    described,
    described_in_chapters,
)
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.statuses import Level
from portfolio_lib.tables.results import DataChecks, Fault

LEVELS: dict[str, tuple[Level, str]] = {"stop": ("red", "Mend"), "warn": ("yellow", "Know")}


class Result(Protocol):
    """Any analysis' answer: it has figures."""

    @property
    def figures(self) -> Mapping[str, Figure]: ...


def policies(parameters: UnitParameters) -> Piece:
    """Every choice that changes what a number means, as it was made for this unit."""
    entries = [
        Described(choice.name, choice.value, choice.changes)
        for choice in describe_policies(parameters)
    ]
    return described(
        entries,
        caption="Choices made. Each can be changed by one line in the unit's parameter file, under "
        "policies.",
    )


def targets(parameters: UnitParameters) -> Piece:
    """What is aimed at; aims that are not set are named as such."""
    settings = parameters.targets
    rows = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = None if value is None else _target_in_words(name, value, parameters.currency)
        rows.append((name, field.description, shown))
    return table(
        pd.DataFrame(rows, columns=["name", "meaning", "value"]),
        caption="Targets and limits",
        name="targets-and-limits",
        row_header="meaning",
        columns={
            "meaning": Column("Aim"),
            "value": Column("Target", missing="not set"),
            "name": Column("Name in the parameters"),
        },
    )


def _target_in_words(name: str, value: float, currency: str) -> str:
    """A target in the unit that its name tells."""
    if name in ("revenue_12m", "average_revenue"):
        return words.money(value, currency)
    if name == "active_accounts":
        return words.count(value)
    return words.ratio(value) if name == "satisfaction" else words.percent(value)


def definitions(*results: Result) -> Piece:
    """What every figure of the given results means, what it stands on, and what it came to.

    Folded away topic by topic. Neighbours that cover the same days by the same choices stand under
    one line that says so.
    """
    figures = [figure for result in results for figure in result.figures.values()]
    return described_in_chapters(
        [_chapter(topic, list(found)) for topic, found in groupby(figures, key=_topic)],
        caption=f"Definitions of {words.plural(len(figures), 'figure')}: open a topic to read "
        "them. On paper they are left out; the first sheets of the workbook have them all. n is "
        "the number of rows that a figure stands on. One that cannot be computed says why; it is "
        "never shown as nothing.",
    )


def _topic(figure: Figure) -> str:
    return figure.key.partition(".")[0]


def _chapter(topic: str, figures: list[Figure]) -> Chapter:
    title = parts.capital(topic.replace("_", " "))
    groups = [
        (shared or "No window and no choice", [_defined(figure) for figure in found])
        for shared, found in groupby(figures, key=_window_and_choice)
    ]
    return Chapter(f"{title}: {words.plural(len(figures), 'figure')}", groups)


def _window_and_choice(figure: Figure) -> str:
    window = None if figure.window is None else parts.window(figure)
    policy = None if figure.policy is None else f"choice: {figure.policy}"
    return " · ".join(detail for detail in (window, policy) if detail)


def _defined(figure: Figure) -> Described:
    counted = "" if figure.n is None else f" (n {words.count(figure.n)})"
    value = words.figure_value(figure) if figure.computable else f"not computable, {figure.reason}"
    return Described(figure.label, f"{value}{counted}", figure.definition)


def data(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """What was handed in, and how much of it was kept."""
    return tables_read(parameters, checks)


def findings(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """What the checks found, gravest first, with the money concerned and the next step."""
    if not checks.faults:
        return say((found_in_words(checks), "Nothing needs to be mended."))
    order = sorted(checks.faults, key=lambda fault: (fault.level != "stop", fault.table))
    return described(
        [_found(fault, parameters.currency) for fault in order],
        caption="What the checks found, gravest first.",
    )


def _found(fault: Fault, currency: str) -> Described:
    money = (
        None if fault.money is None else f"Money concerned: {words.money(fault.money, currency)}"
    )
    return Described(
        fault.message,
        text=fault.next_step,
        details=(money,) if money else (),
        mark=LEVELS[fault.level],
    )


def set_aside(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """Rows that are in no figure: how many, why, and how much money they hold."""
    rows = [
        {
            "reason": reason,
            "table": card.table,
            "rows": count,
            "money": _money(card.money_set_aside.get(reason), card.money_kept is not None),
        }
        for card in checks.cards
        for reason, count in sorted(card.rows_set_aside.items())
    ]
    if not rows:
        return say("No row was set aside: every row handed in is in the figures.")
    frame = pd.DataFrame(rows)
    return table(
        frame,
        caption="Rows set aside",
        name="rows-set-aside",
        row_header="reason",
        columns={
            "reason": Column("Reason"),
            "table": Column("Table"),
            "rows": Column("Rows", "count"),
            "money": Column("Money", "money", parameters.currency, missing="holds no money"),
        },
        total={"reason": "All", "rows": frame["rows"].sum(), "money": _known_sum(frame["money"])},
        note="They are listed row by row in the folder quarantine beside this pack.",
    )


def noted(parameters: UnitParameters, checks: DataChecks) -> Piece:
    """Rows that are in the figures and deserve a word, such as credits."""
    rows = [
        {
            "what": what,
            "table": card.table,
            "rows": count,
            "money": _money(card.money_noted.get(what), card.money_kept is not None),
        }
        for card in checks.cards
        for what, count in sorted(card.rows_noted.items())
    ]
    if not rows:
        return say("No row that was kept needs a remark.")
    return table(
        pd.DataFrame(rows),
        caption="Rows kept that deserve a word",
        name="rows-noted",
        row_header="what",
        columns={
            "what": Column("What"),
            "table": Column("Table"),
            "rows": Column("Rows", "count"),
            "money": Column("Money", "money", parameters.currency, missing="holds no money"),
        },
    )


def _money(amount: object, has_money: bool) -> float | None:
    if not has_money:
        return None
    return 0.0 if amount is None else float(str(amount))


def _known_sum(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None and not words.absent(amount)]
    return sum(known) if known else None
