"""What clients say about us: satisfaction, CSAT and NPS, who answers, who is unhappy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.answer_groups import by_group, by_quarter
from portfolio_lib.analyses.answers import latest_of_each_person, read_answers, within
from portfolio_lib.analyses.described_accounts import described
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.satisfaction_figures import Asked, all_figures
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

ABOUT = ["account_id", "account_name", "tier", "industry", "account_manager", "revenue_12m"]


@dataclass(frozen=True)
class SatisfactionResult:
    """The answer of the page Satisfaction.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per account: `account_id`, `satisfaction` (mean of the window, 0 to 10), `nps`
        (mean of +1, 0, −1), `csat` (share satisfied), `last_answer`, `is_detractor` (one of its
        people's latest answer is 0 to 6), `latest_satisfaction`, `is_low`, `answers`,
        `detractors`, `lowest_score`, and what describes the account. NaN where not asked.
    unhappy : frame
        The detractors and the low ones among those still with us, by revenue.
    groups : frame
        One row per cut (tier, industry, account manager) and group: see `by_group`.
    quarters : frame
        One row per quarter, oldest first: see `by_quarter`.
    comments : frame
        Every comment known, latest first, with client, person, kind, score.
    set_aside : frame
        Answers that cannot be read: off their scale, or NPS asked on another scale.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    unhappy: pd.DataFrame
    groups: pd.DataFrame
    quarters: pd.DataFrame
    comments: pd.DataFrame
    set_aside: pd.DataFrame
    as_of: dt.date
    window_months: int
    low_rating: float
    least_accounts: int
    interval_level: float
    groups_shown: int
    accounts_shown: int
    comments_shown: int
    target: float
    currency: str


def measure_satisfaction(
    accounts: pd.DataFrame,
    surveys: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    segments: Segmentation,
    *,
    parameters: UnitParameters,
) -> SatisfactionResult:
    """Measure what clients answered in the window, in all, by group and by quarter.

    Parameters
    ----------
    accounts : frame
        One row per account.
    surveys : frame or None
        One row per answer or unanswered request; None where not handed in.
    contacts : frame or None
        People; they say whose answer is the most senior one.
    segments : Segmentation
        Tiers and revenue.
    parameters : UnitParameters
        Section `satisfaction`, and the target.
    """
    page, as_of = parameters.satisfaction, parameters.as_of
    known = described(accounts, segments)
    every = read_answers(surveys, page.satisfied_from)
    every = within(every.loc[every["account_id"].isin(known["account_id"])], dt.date.min, as_of)
    start = months_before(as_of, page.window_months)
    rows = within(every, start, as_of)
    each = _each_account(known, rows, every, page.low_rating)
    unhappy = each.loc[each["is_client"] & (each["is_detractor"] | each["is_low"])].sort_values(
        ["revenue_12m", "account_id"], ascending=[False, True], kind="stable", ignore_index=True
    )
    before = within(every, months_before(as_of, 2 * page.window_months), start)
    asked = Asked(surveys is not None, every, rows, before, each, contacts, parameters)
    return SatisfactionResult(
        figures={figure.key: figure for figure in all_figures(asked)},
        accounts=each,
        unhappy=unhappy,
        groups=by_group(rows, known, segments, page),
        quarters=by_quarter(every, parameters),
        comments=_comments(every, known, contacts),
        set_aside=_set_aside(every, known),
        as_of=as_of,
        window_months=page.window_months,
        low_rating=page.low_rating,
        least_accounts=page.least_accounts,
        interval_level=page.interval_level,
        groups_shown=page.groups_shown,
        accounts_shown=page.accounts_shown,
        comments_shown=page.comments_shown,
        target=parameters.targets.satisfaction,
        currency=parameters.currency,
    )


def _each_account(
    known: pd.DataFrame, rows: pd.DataFrame, every: pd.DataFrame, low_rating: float
) -> pd.DataFrame:
    """One row per account with what its people answered in the window."""
    read = rows.loc[rows["is_readable"]]
    own = read.groupby("account_id", sort=True)
    last = every.loc[every["is_readable"]].groupby("account_id", sort=True)["date"].max()
    promoters = latest_of_each_person(read, "promoter")
    against = promoters.loc[promoters["promoter"] < 0]
    ratings = latest_of_each_person(read, "rating").groupby("account_id", sort=True)["rating"]
    found = pd.DataFrame(
        {
            "satisfaction": own["rating"].mean(),
            "nps": own["promoter"].mean(),
            "csat": own["is_satisfied"].mean(),
            "answers": own.size(),
            "latest_satisfaction": ratings.mean(),
            "detractors": against.groupby("account_id", sort=True).size(),
            "lowest_score": promoters.groupby("account_id", sort=True)["score"].min(),
        }
    ).round(9)
    found.index.name = "account_id"
    each = known[[*ABOUT, "is_client"]].merge(found.reset_index(), on="account_id", how="left")
    each["last_answer"] = last.reindex(each["account_id"]).to_numpy()
    counts = ["answers", "detractors"]
    each[counts] = each[counts].astype("float64").fillna(0).astype("int64")
    each["is_detractor"] = each["detractors"] > 0
    each["is_low"] = each["latest_satisfaction"].lt(low_rating)
    return each


def _comments(
    every: pd.DataFrame, known: pd.DataFrame, contacts: pd.DataFrame | None
) -> pd.DataFrame:
    """Comments, latest first; the lower answer first on a day."""
    said = every.loc[~is_blank(every["comment"])].merge(
        known[["account_id", "account_name", "revenue_12m"]], on="account_id", how="left"
    )
    people = pd.DataFrame({"contact_id": [], "person": []}, dtype="object")
    if contacts is not None:
        people = contacts.reindex(columns=["contact_id", "name"]).rename(columns={"name": "person"})
    said = said.merge(people, on="contact_id", how="left", validate="many_to_one")
    share = said["score"] / said["scale_max"]
    ordered = said.assign(_share=share).sort_values(
        ["date", "_share", "survey_id"], ascending=[False, True, True], kind="stable"
    )
    columns = [
        *("date", "account_id", "account_name", "person", "kind", "score", "scale_max"),
        *("comment", "revenue_12m", "survey_id"),
    ]
    return ordered[columns].reset_index(drop=True)


def _set_aside(every: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Answers without a measure, and why."""
    rows = every.loc[every["is_answered"] & ~every["is_readable"]]
    names = known[["account_id", "account_name"]]
    told = rows.merge(names, on="account_id", how="left")
    high = told["score"] > told["scale_max"]
    told["why"] = high.map({True: "above its scale", False: "NPS asked on another scale"})
    columns = ["survey_id", "account_id", "account_name", "date", "kind", "score", "scale_max"]
    return told[[*columns, "why"]].reset_index(drop=True)
