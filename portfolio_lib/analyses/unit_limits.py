"""Whether a unit does better or worse than luck alone would make a unit of its size.

Units are compared as account managers are: not ranked, but held against the limits between which a
unit of so many clients lies where all units are alike. Only what the units have published is read,
never their tables.

- **Shares of clients** (kept, green): the firm's clients are dealt out to the units at random, each
  unit getting as many as it has. How many of a kind a unit then gets follows the hypergeometric
  distribution, so nothing has to be drawn.
- **Rates of revenue, ratings**: the unit's own published interval says how far luck can carry it.
  The wider half of it, widened for the number of units compared, goes to both sides of the mean.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from portfolio_lib.analyses.answer_scores import ABOVE, BELOW, IN_LINE, TOO_FEW
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.parameters.manager_models import AccountManagersPage

ALONE = "no other unit"
OTHER_RULE = "another rule"
NO_INTERVAL = "no interval"
COMPARED_COLUMNS = (
    *("measure", "label", "unit", "business_unit", "n", "value", "expected", "low", "high"),
    "reading",
)
CLOSE = 1e-9
DECIMALS = 9
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


@dataclass(frozen=True)
class UnitMeasure:
    """A figure of every unit that is compared.

    Parameters
    ----------
    key, label : str
        What it is called here, and by readers.
    figure : str
        The key of the published figure.
    kind : str
        ``share`` (of the clients that stand behind the figure), ``count`` (of them), or
        ``interval`` where the figure is an estimate.
    unit : str
        ``share``, ``growth`` or ``rating``: how values are shown.
    """

    key: str
    label: str
    figure: str
    kind: Literal["share", "count", "interval"]
    unit: Literal["share", "growth", "rating"] = "share"


MEASURES = (
    UnitMeasure("kept", "Clients kept", "portfolio.clients_kept", "share"),
    UnitMeasure("green", "Green clients", "health.green", "count"),
    UnitMeasure("rating", "Rating", "satisfaction.rating", "interval", "rating"),
    UnitMeasure("nrr", "NRR", "movements.nrr", "interval"),
    UnitMeasure("grr", "GRR", "movements.grr", "interval"),
    UnitMeasure("growth", "Growth", "portfolio.growth", "interval", "growth"),
)


def compare_units(
    figures: Mapping[str, Mapping[str, Figure]], page: AccountManagersPage
) -> pd.DataFrame:
    """Every measure of every unit beside what luck alone would make of it.

    Parameters
    ----------
    figures : mapping of str to mapping of str to Figure
        The published figures of each unit by their keys, by unit.
    page : AccountManagersPage
        The fewest clients that are compared, and the level of the limits.

    Returns
    -------
    frame
        One row per measure and unit that has it: `measure`, `label`, `unit`, `business_unit`, `n`
        (clients, or answers, behind the figure), `value`, `expected` (the mean of the units, each
        weighted by its `n`), `low`, `high` (the limits), `reading` (above, in line, below, too few
        to say, no interval, no other unit, another rule). Limits are NaN where there is no reading.

    Notes
    -----
    The limits of a measure hold for all units at once at `limits_level` (Šidák): where all units
    are alike, a measure shows one beyond its limits in five indexes of a hundred at 0.95. A unit
    counts in the mean that it is held against: a reading is a little harder to come by.

    Examples
    --------
    >>> def kept(share, n):
    ...     return {"portfolio.clients_kept": Figure("portfolio.clients_kept", "Kept", share,
    ...                                              "share", "…", n=n)}
    >>> found = compare_units({"north": kept(1.0, 40), "south": kept(0.5, 40)},
    ...                       AccountManagersPage())
    >>> found[["expected", "reading"]].values.tolist()
    [[0.75, 'above'], [0.75, 'below']]
    """
    parts = [_of_measure(one, figures, page) for one in MEASURES]
    rows = [row for part in parts for row in part]
    numbers = ["n", "value", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=list(COMPARED_COLUMNS)).astype(
        {name: "float64" for name in numbers}
    )


def _of_measure(
    measure: UnitMeasure,
    figures: Mapping[str, Mapping[str, Figure]],
    page: AccountManagersPage,
) -> list[dict[str, object]]:
    known = {
        unit: own[measure.figure]
        for unit, own in figures.items()
        if measure.figure in own and _value(measure, own[measure.figure]) is not None
    }
    alike = _by_the_same_rule(measure, known)
    sizes = {unit: known[unit].n or 0 for unit in alike}
    whole = sum(sizes.values())
    values = {unit: _value(measure, figure) or 0.0 for unit, figure in known.items()}
    mean = total(values[unit] * sizes[unit] for unit in alike) / whole if whole else math.nan
    enough = [
        unit for unit in alike if page.least_accounts <= sizes[unit] <= whole - page.least_accounts
    ]
    needs_width = measure.kind == "interval"
    judged = [one for one in enough if not needs_width or _half_width(known[one]) is not None]
    tail = (1 - page.limits_level ** (1 / max(1, len(judged)))) / 2
    rows = []
    for unit, figure in known.items():
        row: dict[str, object] = {
            "measure": measure.key, "label": measure.label, "unit": measure.unit,
            "business_unit": unit, "n": figure.n, "value": round(values[unit], DECIMALS),
            "expected": round(mean, DECIMALS), "low": math.nan, "high": math.nan,
        }  # fmt: skip
        if unit in judged:
            hits = round(mean * whole)
            low, high = (
                _limits_of_mean(figure, mean, tail)
                if measure.kind == "interval"
                else _limits_of_deal(sizes[unit], hits, whole, tail)
            )
            row |= {"low": round(low, DECIMALS), "high": round(high, DECIMALS)}
            row["reading"] = _reading(values[unit], low, high)
        elif unit not in alike:
            row["reading"] = OTHER_RULE
        elif len(alike) == 1:
            row["reading"] = ALONE
        else:
            row["reading"] = NO_INTERVAL if unit in enough else TOO_FEW
        rows.append(row)
    return rows


def _value(measure: UnitMeasure, figure: Figure) -> float | None:
    """The measure as a number; None where the figure has none, or a count has nothing to be of."""
    if not isinstance(figure.value, int | float):
        return None
    if measure.kind != "count":
        return float(figure.value)
    return figure.value / figure.n if figure.n else None


def _by_the_same_rule(measure: UnitMeasure, known: Mapping[str, Figure]) -> list[str]:
    """The units that count by the rule most of them have; ties go to the rule of more clients."""
    if measure.kind == "interval":
        return list(known)
    rules = {unit: (figure.definition, figure.policy) for unit, figure in known.items()}
    many, clients = Counter(rules.values()), Counter[tuple[str, str | None]]()
    for unit, rule in rules.items():
        clients[rule] += known[unit].n or 0
    if not rules:
        return []
    common = max(many, key=lambda rule: (many[rule], clients[rule], str(rule)))
    return [unit for unit, rule in rules.items() if rule == common]


def _limits_of_deal(size: int, hits: int, whole: int, tail: float) -> tuple[float, float]:
    """Shares between which a unit of this size lies when the firm's clients are dealt at random.

    Examples
    --------
    Ten clients, five of a kind, five to a unit: all five go to one unit in 1 of 252 deals.

    >>> _limits_of_deal(5, 5, 10, 0.01)
    (0.2, 0.8)
    """
    dealt = stats.hypergeom(whole, hits, size)
    low, high = dealt.ppf(tail), dealt.ppf(1 - tail)
    return float(low) / size, float(high) / size


def _limits_of_mean(figure: Figure, mean: float, tail: float) -> tuple[float, float]:
    """The firm's mean less and plus the unit's own half interval, widened to this tail."""
    half = _half_width(figure)
    assert half is not None
    assert figure.n is not None
    degrees = figure.n - 1
    published = (1 - _level(figure)) / 2
    wider = stats.t.ppf(1 - tail, degrees) / stats.t.ppf(1 - published, degrees)
    reach = half * max(1.0, float(wider))
    return mean - reach, mean + reach


def _half_width(figure: Figure) -> float | None:
    """The wider half of the published interval; None where it has no width or names no level."""
    if figure.interval is None or not isinstance(figure.value, int | float):
        return None
    low, high = figure.interval
    half = max(float(figure.value) - low, high - float(figure.value))
    return half if half > CLOSE and 0 < _level(figure) < 1 else None


def _level(figure: Figure) -> float:
    """The level that the method of an interval names; 0 where it names none.

    Examples
    --------
    >>> _level(Figure("p.n", "NRR", 1.0, "share", "…", interval_method="90%, over accounts"))
    0.9
    """
    told = _PERCENT.search(figure.interval_method or "")
    return float(np.round(float(told[1]) / 100, 6)) if told else 0.0


def _reading(value: float, low: float, high: float) -> str:
    if value > high + CLOSE:
        return ABOVE
    return BELOW if value < low - CLOSE else IN_LINE
