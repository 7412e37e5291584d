"""How strong a relationship is, 1 to 5, by one rule for a person and for all people of a client."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.parameters.relationship_models import StrengthRule

PARTS = ("recency", "frequency", "seniority", "two_way")
WEAKEST = 1.0
_HAIR = 1e-9


def strengths(meetings: pd.DataFrame, by: str, day: dt.date, rule: StrengthRule) -> pd.DataFrame:
    """Strength from the contacts of a window.

    Parameters
    ----------
    meetings : frame
        One row per contact of the window: `date`, `initiated_by` (us, client or empty),
        `influence` of the person met, and the column named by `by`.
    by : str
        ``contact_id`` or ``account_id``.

    Returns
    -------
    frame
        Index `by`, one row per person or client met: `recency`, `frequency`, `seniority`,
        `two_way` (each 1 to 5; NaN where not recorded) and `strength`, their weighted mean over
        what is known. Whoever was not met in the window has no row: its strength is 1.

    Notes
    -----
    Recency goes by days since the last contact, frequency by the number of contacts, seniority by
    the highest influence among the people met, two-way contact by the share of contacts begun by
    the side that begins fewer.

    Examples
    --------
    >>> met = pd.DataFrame({"contact_id": ["p"] * 4, "influence": [5.0] * 4,
    ...     "date": pd.to_datetime(["2026-09-20", "2026-08-01", "2026-07-01", "2026-06-01"]),
    ...     "initiated_by": ["us", "us", "us", "client"]})
    >>> strengths(met, "contact_id", dt.date(2026, 9, 30), StrengthRule()).loc["p"].tolist()
    [5.0, 3.0, 5.0, 4.0, 4.25]
    """
    groups = meetings.groupby(by, sort=True)
    ours = meetings["initiated_by"].eq("us").groupby(meetings[by], sort=True).sum()
    theirs = meetings["initiated_by"].eq("client").groupby(meetings[by], sort=True).sum()
    begun = (ours + theirs).astype("float64")
    fewer = ours.where(ours < theirs, theirs) / begun.where(begun > 0)
    days = (pd.Timestamp(day) - groups["date"].max()).dt.days.astype("float64")
    parts = pd.DataFrame(
        {
            "recency": 6 - _scores(days - _HAIR, rule.recency_days),
            "frequency": _scores(groups.size().astype("float64"), rule.frequency),
            "seniority": groups["influence"].max().astype("float64").clip(1, 5),
            "two_way": _scores(fewer + _HAIR, rule.two_way),
        }
    )
    return parts.assign(strength=_weighted(parts, rule))


def _scores(values: pd.Series, edges: tuple[float, ...]) -> pd.Series:
    """1 below the first edge, one more from each edge on; missing stays missing."""
    found = 1.0 + np.searchsorted(np.asarray(edges, dtype="float64"), values, side="right")
    return pd.Series(found, index=values.index, dtype="float64").where(values.notna())


def _weighted(parts: pd.DataFrame, rule: StrengthRule) -> pd.Series:
    weights = pd.Series({name: float(getattr(rule.weights, name)) for name in PARTS})
    counted = parts[list(PARTS)].notna().mul(weights, axis=1)
    summed = parts[list(PARTS)].fillna(0.0).mul(weights, axis=1).sum(axis=1)
    whole = counted.sum(axis=1)
    # Where only parts of weight 0 are known nothing can be said of who was met.
    return (summed / whole.where(whole > 0)).round(6)


def rule_in_words(rule: StrengthRule, window_days: int) -> str:
    """The rule with its numbers, for printing beside what it gives."""
    days, often = rule.recency_days, rule.frequency
    shares = "/".join(f"{100 * share:.4g}" for share in rule.two_way)
    weights = [float(getattr(rule.weights, name)) for name in PARTS]
    mean = "Mean" if len(set(weights)) == 1 else "Weighted mean"
    told = "" if len(set(weights)) == 1 else (
        f" Weights {', '.join(f'{weight:g}' for weight in weights)}."
    )  # fmt: skip
    return (
        f"{mean} of four parts, 1 to 5 each: last contact at most {'/'.join(map(str, days))} days "
        f"ago (5/4/3/2, else 1); contacts in {window_days} days at least "
        f"{'/'.join(map(str, often))} (2/3/4/5); highest influence among those met; share of "
        f"contacts begun by the side that begins fewer, at least {shares}% (2/3/4/5). Parts not "
        f"recorded are left out; nobody met is 1.{told}"
    )
