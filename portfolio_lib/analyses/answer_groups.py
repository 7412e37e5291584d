"""Measures of answers by tier, industry and account manager, and by quarter."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.answer_scores import (
    NOBODY,
    TOO_FEW,
    TOP_RATING,
    Estimate,
    beside,
    mean_rating,
    net_promoter,
    share_of,
)
from portfolio_lib.analyses.answers import quarter_ends, within
from portfolio_lib.analyses.described_accounts import CUTS, order_of
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.service_models import SatisfactionPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

GROUP_COLUMNS = (
    *("cut", "group", "accounts", "answered_accounts", "revenue", "answers", "satisfaction"),
    *("satisfaction_low", "satisfaction_high", "reading", "nps_answers", "nps", "nps_low"),
    *("nps_high", "csat", "csat_low", "csat_high"),
)
QUARTER_COLUMNS = (
    *("quarter_end", "requests", "answers", "response_rate", "ratings", "satisfaction"),
    *("satisfaction_low", "satisfaction_high", "nps_answers", "nps", "nps_low", "nps_high"),
    *("csat_answers", "csat", "csat_low", "csat_high"),
)


def measures(rows: pd.DataFrame, level: float) -> dict[str, Estimate]:
    """Satisfaction, NPS over all answers, and CSAT, of these answers."""
    rated = rows.loc[rows["rating"].notna()]
    satisfied = rows["is_satisfied"].dropna()
    return {
        "satisfaction": mean_rating(rated["rating"], rated["account_id"], level, TOP_RATING),
        "nps": net_promoter(rows["promoter"].dropna(), level),
        "csat": share_of(satisfied.sum(), len(satisfied), level),
    }


def _ends(found: dict[str, Estimate]) -> dict[str, float]:
    told: dict[str, float] = {}
    for name, estimate in found.items():
        told |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return told


def by_group(
    rows: pd.DataFrame, known: pd.DataFrame, segments: Segmentation, page: SatisfactionPage
) -> pd.DataFrame:
    """One row per cut and group that brings revenue or has answered.

    Returns
    -------
    frame
        `cut`, `group`, `accounts`, `answered_accounts`, `revenue`, `answers`, the measures with
        the ends of their intervals, and `reading`: whether satisfaction is above, below or in
        line with all other clients', as far as the interval tells. Groups in which fewer than
        `least_accounts` answered have no measures: too few to say.
    """
    read = rows.loc[rows["is_readable"]].merge(
        known[["account_id", *CUTS]], on="account_id", how="left", validate="many_to_one"
    )
    level, found = page.interval_level, []
    for cut in CUTS:
        for group, members in known.groupby(cut, sort=True):
            inside = read[cut].eq(group)
            if inside.any() or members["revenue_12m"].gt(0).any():
                told = _group(members, read, inside, page, level)
                found.append({"cut": cut, "group": group, **told})
    frame = pd.DataFrame(found, columns=list(GROUP_COLUMNS))
    places = pd.concat(
        [order_of(cut, frame.loc[frame["cut"].eq(cut), "group"], segments) for cut in CUTS]
    )
    ordered = frame.assign(_cut=frame["cut"].map(CUTS.index), _place=places).sort_values(
        ["_cut", "_place", "revenue", "group"], ascending=[True, True, False, True], kind="stable"
    )
    return ordered.drop(columns=["_cut", "_place"]).reset_index(drop=True)


def _group(
    members: pd.DataFrame,
    read: pd.DataFrame,
    inside: pd.Series,
    page: SatisfactionPage,
    level: float,
) -> dict[str, Any]:
    own, others = read.loc[inside], read.loc[~inside]
    answered = own["account_id"].nunique()
    told: dict[str, Any] = {
        "accounts": len(members),
        "answered_accounts": answered,
        "revenue": math.fsum(members["revenue_12m"]),
        "answers": len(own),
        "nps_answers": int(own["promoter"].notna().sum()),
        "reading": TOO_FEW,
    }
    if answered < page.least_accounts:
        return told
    estimates = measures(own, level)
    enough = others["account_id"].nunique() >= page.least_accounts
    rest = measures(others, level)["satisfaction"] if enough else NOBODY
    told["reading"] = beside(estimates["satisfaction"], rest)
    return told | _ends(estimates)


def by_quarter(every: pd.DataFrame, parameters: UnitParameters) -> pd.DataFrame:
    """One row per quarter, oldest first, from the first quarter with a request."""
    page = parameters.satisfaction
    ends = quarter_ends(parameters.as_of, page.quarters_shown + 1)
    rows: list[dict[str, Any]] = []
    for before, last in itertools.pairwise(ends):
        asked = within(every, before, last)
        if rows or len(asked):
            rows.append({"quarter_end": pd.Timestamp(last), **_quarter(asked, page.interval_level)})
    return pd.DataFrame(rows, columns=list(QUARTER_COLUMNS))


def _quarter(asked: pd.DataFrame, level: float) -> dict[str, Any]:
    read = asked.loc[asked["is_readable"]]
    answers = int(asked["is_answered"].sum())
    return {
        "requests": len(asked),
        "answers": answers,
        "response_rate": answers / len(asked) if len(asked) else math.nan,
        "ratings": int(read["rating"].notna().sum()),
        "nps_answers": int(read["promoter"].notna().sum()),
        "csat_answers": int(read["is_satisfied"].notna().sum()),
        **_ends(measures(read, level)),
    }
