"""What speaks against a client staying or growing, each with its weight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

DANGER_COLUMNS = ("account_id", "kind", "level", "amount", "detail")
LIKELY_TO_LEAVE, MAY_LEAVE = 0.4, 0.2
SOON_DAYS, AHEAD_DAYS = 90, 180
LOW_SATISFACTION = 7.0
RED, YELLOW = "red", "yellow"
Row = Mapping[Hashable, Any]


def dangers_of(profile: pd.DataFrame, threats: pd.DataFrame) -> pd.DataFrame:
    """The dangers of every client, gravest first.

    Parameters
    ----------
    profile : frame
        One row per client: see `AccountBriefs`.
    threats : frame
        `account_id`, `competitor`, `offering` of threats that are open.

    Returns
    -------
    frame
        `account_id`, `kind` (health, leaving, notice_due, single, urgent, missed, overdue,
        unhappy, due, competitor), `level` (red, yellow), `amount` (what the kind counts),
        `detail`.
    """
    rows = [
        {"account_id": row["account_id"], **danger}
        for row in profile.to_dict("records")
        for danger in _of_client(row)
    ]
    for threat in threats.to_dict("records"):
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


def _of_client(row: Row) -> Iterator[dict[str, Any]]:
    for kind, judge in _RULES.items():
        found = judge(row)
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


def _leaving(row: Row) -> Danger:
    return _counted(
        number(row["probability"]), red=LIKELY_TO_LEAVE, yellow=MAY_LEAVE, detail=row["reasons"]
    )


def _term(row: Row) -> Danger:
    days = number(row["days_to_renewal"])
    if days is None or not 0 <= days <= AHEAD_DAYS:
        return None
    return (RED if days <= SOON_DAYS else YELLOW), days, ""


def _single(row: Row) -> Danger:
    threaded = row["single_threaded"]
    if threaded is None or pd.isna(threaded) or not bool(threaded):
        return None
    return (RED if row["severity"] == RED else YELLOW), 1.0, ""


def _unhappy(row: Row) -> Danger:
    rating = number(row["satisfaction"])
    against = row["is_detractor"]
    if against is not None and not pd.isna(against) and bool(against):
        return RED, rating if rating is not None else float("nan"), "detractor"
    if rating is None or rating >= LOW_SATISFACTION:
        return None
    return YELLOW, rating, ""


def _due(row: Row) -> Danger:
    is_due = row["due"]
    if is_due is None or pd.isna(is_due) or not bool(is_due):
        return None
    days = number(row["days_since_contact"])
    return YELLOW, float("nan") if days is None else days, ""


_RULES: Mapping[str, Callable[[Row], Danger]] = {
    "health": _health,
    "leaving": _leaving,
    "term": _term,
    "single": _single,
    "urgent": lambda row: _counted(number(row["open_urgent"]), red=1, yellow=1),
    "missed": lambda row: _counted(number(row["breaches_12m"]), red=5, yellow=1),
    "overdue": lambda row: _counted(number(row["overdue_amount"]), red=float("inf"), yellow=0.01),
    "unhappy": _unhappy,
    "due": _due,
}
