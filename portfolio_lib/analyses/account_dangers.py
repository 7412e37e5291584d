"""What speaks against a client staying or growing, each with its weight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_lib.parameters.models import UnitParameters

DANGER_COLUMNS = ("account_id", "kind", "level", "amount", "detail")
RED, YELLOW = "red", "yellow"
OF_FORMER_CLIENTS = ("overdue",)
"""What still counts at a client that has left: a debt. Nothing speaks against its staying."""
Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class DangerLimits:
    """From where on something is a danger, by the settings of the pages that judge it."""

    leaving_red_from: float
    leaving_yellow_from: float
    term_red_days: int
    term_yellow_days: int
    low_rating: float


def limits_in(parameters: UnitParameters) -> DangerLimits:
    """The limits that hold in a unit: a term is as near, a rating as low, as on its own page."""
    brief, people = parameters.account_brief, parameters.stakeholders
    return DangerLimits(
        leaving_red_from=brief.leaving_red_from,
        leaving_yellow_from=brief.leaving_yellow_from,
        term_red_days=people.red_days,
        term_yellow_days=people.yellow_days,
        low_rating=parameters.satisfaction.low_rating,
    )


def dangers_of(profile: pd.DataFrame, threats: pd.DataFrame, limits: DangerLimits) -> pd.DataFrame:
    """The dangers of every client, gravest first.

    Parameters
    ----------
    profile : frame
        One row per client: see `AccountBriefs`.
    threats : frame
        `account_id` and `competitor` of threats that are open; see `threats.open_threats`.
    limits : DangerLimits
        From where on something is a danger.

    Returns
    -------
    frame
        `account_id`, `kind` (health, leaving, term, single, urgent, missed, overdue,
        unhappy, due, competitor), `level` (red, yellow), `amount` (what the kind counts),
        `detail`.
    """
    rows = [
        {"account_id": row["account_id"], **danger}
        for row in profile.to_dict("records")
        for danger in _of_client(row, limits)
    ]
    left = {row["account_id"] for row in profile.to_dict("records") if _has_left(row)}
    for threat in threats.loc[~threats["account_id"].isin(left)].to_dict("records"):
        rows.append(
            {
                "account_id": threat["account_id"],
                "kind": "competitor",
                "level": YELLOW,
                "amount": 1.0,
                "detail": str(threat["competitor"]),
            }
        )
    found = pd.DataFrame(rows, columns=list(DANGER_COLUMNS)).astype({"amount": "float64"})
    order = found["level"].map({RED: 0, YELLOW: 1})
    return (
        found.assign(_order=order)
        .sort_values(["account_id", "_order"], kind="stable")
        .drop(columns="_order")
        .reset_index(drop=True)
    )


def _has_left(row: Row) -> bool:
    is_client = row.get("is_client")
    return is_client is not None and not pd.isna(is_client) and not is_client


def _of_client(row: Row, limits: DangerLimits) -> Iterator[dict[str, Any]]:
    for kind in OF_FORMER_CLIENTS if _has_left(row) else _RULES:
        found = _RULES[kind](row, limits)
        if found is not None:
            level, amount, detail = found
            yield {"kind": kind, "level": level, "amount": amount, "detail": detail}


Danger = tuple[str, float, str] | None


def number(value: Any) -> float | None:
    """The value as a number; None where there is none.

    >>> number(3), number(float("nan")), number(None)
    (3.0, None, None)
    """
    if value is None or pd.isna(value) or not isinstance(value, int | float):
        return None
    return float(value)


def _level(value: float | None, *, red: float, yellow: float) -> str | None:
    if value is None or value < yellow:
        return None
    return RED if value >= red else YELLOW


def _counted(value: float | None, *, red: float, yellow: float, detail: Any = "") -> Danger:
    level = _level(value, red=red, yellow=yellow)
    if level is None or value is None:
        return None
    return level, value, "" if detail is None or pd.isna(detail) else str(detail)


def _health(row: Row) -> Danger:
    level, score = row["level"], number(row["score"])
    if level not in (RED, YELLOW) or score is None:
        return None
    return str(level), score, str(row["cause"])


def _leaving(row: Row, limits: DangerLimits) -> Danger:
    return _counted(
        number(row["probability"]),
        red=limits.leaving_red_from,
        yellow=limits.leaving_yellow_from,
        detail=row["reasons"],
    )


def _term(row: Row, limits: DangerLimits) -> Danger:
    days = number(row["days_to_renewal"])
    if days is None or not 0 <= days <= limits.term_yellow_days:
        return None
    return (RED if days <= limits.term_red_days else YELLOW), days, ""


def _single(row: Row) -> Danger:
    threaded = row["single_threaded"]
    if threaded is None or pd.isna(threaded) or not bool(threaded):
        return None
    return (RED if row["severity"] == RED else YELLOW), 1.0, ""


def _unhappy(row: Row, limits: DangerLimits) -> Danger:
    rating = number(row["satisfaction"])
    against = row["is_detractor"]
    if against is not None and not pd.isna(against) and bool(against):
        return RED, rating if rating is not None else float("nan"), "detractor"
    if rating is None or rating >= limits.low_rating:
        return None
    return YELLOW, rating, ""


def _due(row: Row) -> Danger:
    is_due = row["due"]
    if is_due is None or pd.isna(is_due) or not bool(is_due):
        return None
    days = number(row["days_since_contact"])
    return YELLOW, float("nan") if days is None else days, ""


_RULES: Mapping[str, Callable[[Row, DangerLimits], Danger]] = {
    "health": lambda row, limits: _health(row),
    "leaving": _leaving,
    "term": _term,
    "single": lambda row, limits: _single(row),
    "urgent": lambda row, limits: _counted(number(row["open_urgent"]), red=1, yellow=1),
    "missed": lambda row, limits: _counted(number(row["breaches_12m"]), red=5, yellow=1),
    "overdue": lambda row, limits: _counted(
        number(row["overdue_amount"]), red=float("inf"), yellow=0.01
    ),
    "unhappy": _unhappy,
    "due": lambda row, limits: _due(row),
}
