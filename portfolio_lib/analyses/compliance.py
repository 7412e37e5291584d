"""Kept promises counted: met ÷ (met + breached), by severity, tier, owner and quarter."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any

import pandas as pd

from portfolio_lib.analyses.answer_scores import NOBODY, Estimate, beside, share_of
from portfolio_lib.analyses.answers import quarter_ends
from portfolio_lib.analyses.issue_promises import (
    BREACHED,
    MET,
    NO_PROMISE,
    NOT_KNOWN,
    PENDING,
    SEVERITIES,
    blank_to,
    opened_within,
)
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.parameters.service_models import ServicePage

COUNTS = {
    "met": MET,
    "breached": BREACHED,
    "pending": PENDING,
    "not_recorded": NOT_KNOWN,
    "no_promise": NO_PROMISE,
}
TALLY_COLUMNS = (
    *("issues", *COUNTS, "compliance", "compliance_low", "compliance_high"),
    *("response_compliance", "resolution_compliance", "median_hours_to_answer"),
    "median_hours_to_solve",
)


def kept(states: pd.Series, level: float) -> Estimate:
    """Met ÷ (met + breached), with a Wilson interval; pending issues count neither way.

    Examples
    --------
    >>> kept(pd.Series(["met"] * 17 + ["breached"] * 3 + ["pending"]), 0.9).value
    0.85
    """
    met, missed = int(states.eq(MET).sum()), int(states.eq(BREACHED).sum())
    return share_of(met, met + missed, level)


def tally(rows: pd.DataFrame, page: ServicePage) -> dict[str, Any]:
    """Counts and compliance of these issues; rates of too few decided issues are left out."""
    told: dict[str, Any] = {"issues": len(rows)}
    told |= {name: int(rows["promise"].eq(word).sum()) for name, word in COUNTS.items()}
    level = page.interval_level
    rates = {name: kept(rows[name], level) for name in ("promise", "response", "resolution")}
    enough = rates["promise"].n >= page.least_issues
    overall = rates["promise"] if enough else NOBODY
    told |= {
        "compliance": overall.value,
        "compliance_low": overall.low,
        "compliance_high": overall.high,
        "response_compliance": rates["response"].value if enough else math.nan,
        "resolution_compliance": rates["resolution"].value if enough else math.nan,
        "median_hours_to_answer": rows["hours_to_answer"].median(),
        "median_hours_to_solve": rows["hours_to_solve"].median(),
    }
    return told


def by_severity(rows: pd.DataFrame, page: ServicePage) -> pd.DataFrame:
    """One row per severity with issues, gravest first, with the hours that were promised.

    Returns
    -------
    frame
        `severity`, `response_hours` and `resolution_hours` (in words; a range where tiers differ),
        then the tally.
    """
    severity = blank_to(rows["severity"], NOT_RECORDED)
    found = []
    for name in (*SEVERITIES, NOT_RECORDED):
        own = rows.loc[severity.eq(name)]
        if len(own):
            hours = {
                "response_hours": _hours(own["response_hours_allowed"]),
                "resolution_hours": _hours(own["resolution_hours_allowed"]),
            }
            found.append({"severity": name, **hours, **tally(own, page)})
    columns = ["severity", "response_hours", "resolution_hours", *TALLY_COLUMNS]
    return pd.DataFrame(found, columns=columns)


def _hours(allowed: pd.Series) -> str | None:
    """Promised hours in words: one number, or from the shortest to the longest."""
    known = allowed.dropna().astype("float64")
    if known.empty:
        return None
    low, high = known.min(), known.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def by_group(rows: pd.DataFrame, cuts: dict[str, pd.Series], page: ServicePage) -> pd.DataFrame:
    """One row per cut and group, most issues first: `cut`, `group`, the tally, and `reading`.

    The reading says whether promises are kept more or less often than for all other issues.

    Parameters
    ----------
    cuts : mapping of str to series
        The group of every row for each cut, on the index of `rows`; never missing.
    """
    found = [
        {"cut": cut, "group": group, **_beside_others(rows, groups.eq(group), page)}
        for cut, groups in cuts.items()
        for group in sorted(groups.unique())
    ]
    frame = pd.DataFrame(found, columns=["cut", "group", *TALLY_COLUMNS, "reading"])
    order = frame.assign(_cut=frame["cut"].map(list(cuts).index)).sort_values(
        ["_cut", "issues", "group"], ascending=[True, False, True], kind="stable"
    )
    return order.drop(columns="_cut").reset_index(drop=True)


def _beside_others(rows: pd.DataFrame, inside: pd.Series, page: ServicePage) -> dict[str, Any]:
    """A group's tally, and how its compliance stands beside that of all other issues."""
    own = tally(rows.loc[inside], page)
    rate = Estimate(own["compliance"], own["compliance_low"], own["compliance_high"])
    others = kept(rows.loc[~inside, "promise"], page.interval_level)
    enough = others.n >= page.least_issues
    return {**own, "reading": beside(rate, others if enough else NOBODY)}


def by_quarter(rows: pd.DataFrame, as_of: dt.date, page: ServicePage) -> pd.DataFrame:
    """One row per quarter in which issues were opened, from the first with any.

    Returns
    -------
    frame
        `quarter_end`, the tally, and `urgent_compliance`; oldest first.
    """
    found: list[dict[str, Any]] = []
    for before, last in itertools.pairwise(quarter_ends(as_of, page.quarters_shown + 1)):
        own = opened_within(rows, before, last)
        if found or len(own):
            urgent = kept(
                own.loc[own["severity"].isin(list(page.urgent)), "promise"], page.interval_level
            )
            found.append(
                {
                    "quarter_end": pd.Timestamp(last),
                    **tally(own, page),
                    "urgent_compliance": urgent.value
                    if urgent.n >= page.least_issues
                    else math.nan,
                }
            )
    columns = ["quarter_end", *TALLY_COLUMNS, "urgent_compliance"]
    return pd.DataFrame(found, columns=columns)
