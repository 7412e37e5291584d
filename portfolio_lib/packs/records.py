"""`review.json`: every figure of a review, for other programs. The same review, the same bytes.

The shape is promised by `docs/review.schema.json`; a change that a reader of the file could
notice raises `SCHEMA_VERSION`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.packs.outcomes import PageOutcome
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.words import is_currency
from portfolio_lib.tables import DataChecks

SCHEMA_VERSION = 1
MONEY_DECIMALS = 2
RATE_DECIMALS = 6


def review_record(
    unit: UnitParameters,
    *,
    run_id: str,
    headline: str,
    decision: str | None,
    figures: Iterable[Figure],
    checks: DataChecks,
    pages: Sequence[PageOutcome],
) -> dict[str, Any]:
    """Everything that `review.json` says, as plain JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "unit": {"key": unit.key, "name": unit.name},
        "firm": unit.firm_name,
        "as_of": unit.as_of.isoformat(),
        "period": unit.period,
        "currency": unit.currency,
        "edition": unit.edition,
        "run": run_id,
        "headline": headline,
        "decision": decision,
        "figures": [figure_record(figure) for figure in figures],
        "data": data_record(checks),
        "pages": [{"page": page.page, "outcome": page.outcome} for page in pages],
    }


def figure_record(figure: Figure) -> dict[str, Any]:
    """One figure, with its numbers rounded the same way on every machine."""
    decimals = MONEY_DECIMALS if is_currency(figure.unit) else RATE_DECIMALS
    values = asdict(figure)
    for key in ("value", "previous", "target"):
        values[key] = rounded(values[key], decimals)
    if figure.interval is not None:
        values["interval"] = [rounded(end, decimals) for end in figure.interval]
    values["status"] = figure.status
    return values


def rounded(value: Any, decimals: int) -> Any:
    """A float rounded half up on the digits that Python prints; anything else as it is.

    >>> rounded(0.1234565, 6), rounded(-0.0001, 2), rounded(7, 2), rounded("n/a", 2)
    (0.123457, 0.0, 7, 'n/a')
    """
    if not isinstance(value, float) or not math.isfinite(value):
        return None if isinstance(value, float) else value
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return float(exact) + 0.0


def data_record(checks: DataChecks) -> dict[str, Any]:
    """The data cards, the faults, and what was set aside in all."""
    plain: dict[str, Any] = json.loads(checks.to_json())
    return {
        "tables": plain["cards"],
        "absent_tables": plain["absent_tables"],
        "faults": plain["faults"],
        "set_aside": {
            "rows": sum(sum(card.rows_set_aside.values()) for card in checks.cards),
            "money": {
                card.table: format(sum(card.money_set_aside.values(), Decimal(0)), "f")
                for card in checks.cards
                if card.money_set_aside
            },
        },
    }


def figures_of(results: Mapping[str, Any]) -> list[Figure]:
    """The figures of all results, in their order; a key is never published twice.

    Raises
    ------
    ValueError
        Two results publish the same key.
    """
    found: dict[str, Figure] = {}
    for name, result in results.items():
        for figure in getattr(result, "figures", {}).values():
            if figure.key in found:
                raise ValueError(f"{name} publishes {figure.key}, which another result has")
            found[figure.key] = figure
    return list(found.values())
