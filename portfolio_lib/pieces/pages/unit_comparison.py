"""The units beside each other on the index: what lies beyond luck, as a picture and as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from portfolio_lib.analyses.answer_scores import ABOVE, BELOW, IN_LINE, TOO_FEW
from portfolio_lib.analyses.unit_limits import ALONE, NO_INTERVAL, OTHER_RULE
from portfolio_lib.parameters.manager_models import AccountManagersPage
from portfolio_lib.pieces import Column, exhibit, figure, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.manager_words import beyond_luck
from portfolio_lib.pieces.pages.manager_words import value as shown_value
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.unit_charts import LimitsPanel, Place, limit_panels

NAME = "units-compared"
MOST_DRAWN = 16
MEASURE = (
    "each unit (mark), what luck would make of a unit of its size (bar), and the mean of the units "
    "(broken line)"
)
SOURCE = "the published reviews of the units"
READINGS = {
    ABOVE: "▲ {} above",
    BELOW: "▼ {} below",
    IN_LINE: "● {} as usual",
    TOO_FEW: "{}, too few to tell",
    NO_INTERVAL: "{}, no interval",
    ALONE: "{}, no other unit",
    OTHER_RULE: "{}, by another rule",
}
TABLES = {
    "Clients": (
        ("kept", "green", "rating"),
        "Kept: share of last year's clients. Green: share of clients in good health. Rating: "
        "satisfaction, of ten.",
    ),
    "Revenue": (
        ("nrr", "grr", "growth"),
        "NRR and GRR: what last year's clients bring now ÷ what they brought, with and without "
        "what they buy more. Growth: revenue of twelve months on the twelve before.",
    ),
}
PLACES: dict[str, Place] = {ABOVE: "above", BELOW: "below", IN_LINE: "usual"}


def comparison(found: pd.DataFrame, names: Mapping[str, str], page: AccountManagersPage) -> Piece:
    """All units beside the firm's mean; a sentence where there is nothing to compare.

    Parameters
    ----------
    found : frame
        As `compare_units` gives it.
    names : mapping of str to str
        What readers call each unit, in the order to show them.
    page : AccountManagersPage
        The fewest clients that are compared, and the level of the limits.
    """
    said = headline(found, names)
    if found.empty:
        reason = "no unit has published any of the figures that are compared"
        return parts.unshown(said, MEASURE, reason, source=SOURCE, name=NAME)
    body = _readings(found, names, page)
    if found["low"].notna().any():
        body = parts.together(_picture(found, names), body)
    return exhibit(
        headline=said, measure=MEASURE, body=body, source=SOURCE, name=NAME,
        data=_limits(found, names),
    )  # fmt: skip


def headline(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Which unit is beyond what luck would explain, or that none is, or that nobody can tell."""
    judged = found.loc[found["low"].notna()]
    if judged.empty:
        return "The units cannot be compared yet"
    beyond = beyond_luck(judged)
    if beyond is None:
        return "No unit does better or worse than luck would explain"
    first, said = beyond
    unit = words.name(names[first["business_unit"]], longest=30)
    return f"{first['label']} of {unit}, {shown_value(first['value'], first['unit'])}, {said}"


def reading(row: Mapping[Any, Any]) -> str:
    """A value with its sign and word, and how many stand behind it.

    >>> reading({"value": 0.9, "unit": "share", "reading": "in line", "n": 20.0})
    '● 90% as usual (20)'
    >>> reading({"value": 0.7, "unit": "share", "reading": "below", "n": 40.0})
    '▼ 70% below (40)'
    >>> reading({"value": 1.0, "unit": "share", "reading": "too few to say", "n": 3.0})
    '100%, too few to tell (3)'
    """
    told = READINGS[row["reading"]].format(shown_value(row["value"], row["unit"]))
    return told if words.absent(row["n"]) else f"{told} ({words.count(row['n'])})"


def note(page: AccountManagersPage) -> str:
    """What is compared with what, and what the words mean."""
    odds = round(1 / (1 - page.limits_level))
    return (
        "Above or below: beyond the limits between which a unit of this size lies where all units "
        "are alike. As usual: within them, however the units rank. Where all are alike, one index "
        f"in {odds} shows a unit beyond the limits of a measure. Too few to tell: fewer than "
        f"{page.least_accounts} clients or answers, in the unit or in all others. No "
        "interval: its review gives none, often because hardly any client moved. "
        "In brackets: how many stand behind the figure. Mean: each unit weighted by these."
    )


def _readings(found: pd.DataFrame, names: Mapping[str, str], page: AccountManagersPage) -> Piece:
    """One table on clients and one on their revenue: six measures side by side are too wide."""
    said = found.assign(shown=[reading(row) for row in found.to_dict("records")])
    tables = []
    for about, (measures, told) in TABLES.items():
        rows = said.loc[said["measure"].isin(measures)]
        if len(rows):
            caption = f"{about} of every unit beside the mean of the units"
            tables.append(_wide(rows, names, f"{NAME}-{about.lower()}", caption, told,
                                total=_means(rows)))  # fmt: skip
    return parts.together(*tables, say(note(page)))


def _limits(found: pd.DataFrame, names: Mapping[str, str]) -> Piece:
    ends = [_ends(row) for row in found.to_dict("records")]
    told = found.assign(shown=pd.Series(ends, index=found.index, dtype="object"))
    return _wide(
        told, names, f"{NAME}-limits", "Limits of each unit",
        "For shares of clients: the firm's clients dealt out to the units at random, as many as "
        "each has. For NRR, GRR, growth and rating: the wider half of the unit's published "
        "interval, widened for the number of units compared, to both sides of the mean.",
    )  # fmt: skip


def _wide(
    rows: pd.DataFrame,
    names: Mapping[str, str],
    name: str,
    caption: str,
    told: str,
    total: Mapping[str, object] | None = None,
) -> Piece:
    """One row per unit and one column per measure that any unit has."""
    labels = dict(zip(rows["measure"], rows["label"], strict=True))
    wide = rows.pivot(index="business_unit", columns="measure", values="shown")
    wide = wide.reindex(index=list(names), columns=list(labels)).reset_index()
    wide["name"] = [names[unit] for unit in wide["business_unit"]]
    missing = "no limits" if total is None else "not computable"
    columns = {"name": Column("Unit")}
    columns |= {key: Column(label, missing=missing) for key, label in labels.items()}
    return table(wide, caption=caption, name=name, columns=columns, row_header="name", note=told,
                 total=total)  # fmt: skip


def _means(found: pd.DataFrame) -> dict[str, object]:
    rows = found.drop_duplicates("measure").to_dict("records")
    means = {
        str(row["measure"]): shown_value(row["expected"], str(row["unit"]))
        for row in rows
        if not words.absent(row["expected"])
    }
    return {"name": "Mean of the units", **means}


def _ends(row: Mapping[Any, Any]) -> str | None:
    if words.absent(row["low"]):
        return None
    return f"{shown_value(row['low'], row['unit'])} to {shown_value(row['high'], row['unit'])}"


def _picture(found: pd.DataFrame, names: Mapping[str, str]) -> Piece:
    """The measures that have a reading, for the first units in the order of the index."""
    told = found.loc[found["low"].notna()]
    measures = list(dict.fromkeys(told["measure"]))
    units = [unit for unit in names if told["business_unit"].eq(unit).any()][:MOST_DRAWN]
    panels = [_panel(found.loc[found["measure"].eq(one)], units) for one in measures]
    labels = [parts.drawable(words.name(names[unit], longest=20)) for unit in units]
    return figure(
        limit_panels(labels, panels),
        name=NAME,
        title="Units beside the firm's mean",
        description=" ".join(_described(told.loc[told["measure"].eq(one)], names)
                             for one in measures),
    )  # fmt: skip


def _panel(rows: pd.DataFrame, units: Sequence[str]) -> LimitsPanel:
    own = {row["business_unit"]: row for row in rows.to_dict("records")}
    kind, mean = str(rows["unit"].iloc[0]), float(rows["expected"].iloc[0])
    known = [own.get(unit) for unit in units]
    return LimitsPanel(
        title=str(rows["label"].iloc[0]),
        mean=None if math.isnan(mean) else mean,
        values=[None if row is None else float(row["value"]) for row in known],
        limits=[
            None if row is None or words.absent(row["low"]) else (row["low"], row["high"])
            for row in known
        ],
        places=["untold" if row is None else PLACES.get(row["reading"], "untold") for row in known],
        label=lambda value: shown_value(float(value), kind),
    )


def _described(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """One measure of the picture in words."""
    first = rows.iloc[0]
    said = [f"{first['label']}: mean {shown_value(first['expected'], first['unit'])}"]
    for way in (ABOVE, BELOW):
        units = rows.loc[rows["reading"].eq(way), "business_unit"]
        if len(units):
            said.append(f"{way}: {words.listing([words.name(names[one], 30) for one in units])}")
    usual = int(rows["reading"].eq(IN_LINE).sum())
    said.append(f"{words.plural(usual, 'unit')} as usual")
    return "; ".join(said) + "."
