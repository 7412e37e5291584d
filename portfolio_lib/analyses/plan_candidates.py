"""What could be done for single clients: one row per client and play, from what others found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.parameters.play_models import Play, play_for

if TYPE_CHECKING:
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.former_accounts import FormerAccounts
    from portfolio_lib.analyses.growth import Growth
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.payments import Payments
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders

COLOURS = ("red", "yellow", "green")
COLUMNS = ("account_id", "play", "because", "source", "revenue", "within_days", "value", "chance")
ORDER = (
    *("Health", "Churn risk", "Renewals", "Issues and service levels", "Satisfaction"),
    *("Payments", "Stakeholders", "Engagement", "Onboarding", "Growth", "Former clients"),
)
"""Where two pages ask for the same play for one client, the first of these is named."""
FOR_THOSE_WHO_LEFT = ("Payments", "Former clients")
"""The pages that may ask for something at a client that has left: a debt, and a way back."""
EXPANSION = ("cross-sell", "upsell")


@dataclass(frozen=True)
class Grounds:
    """The results that candidates come from."""

    churn: Churn
    health: Health
    renewals: Renewals
    stakeholders: Stakeholders
    engagement: Engagement
    service: ServiceResult
    satisfaction: SatisfactionResult
    payments: Payments
    growth: Growth
    former: FormerAccounts


def candidates(grounds: Grounds, plays: Mapping[str, Play], page: PlanPage) -> pd.DataFrame:
    """Every action that any page gives cause for, one row per client and play.

    Nobody is asked to keep a client that has left: at those only a debt and a way back are planned.

    Returns
    -------
    frame
        `account_id`, `play`, `because`, `source` (the page), `revenue` (a year, at stake; NaN: the
        client's), `within_days`, `value` and `chance` (of growth; NaN else).
    """
    left = set(grounds.former.gone["account_id"])
    rows = [
        row
        for row in (
            *_at_risk(grounds, plays),
            *_renewals(grounds.renewals, page),
            *_service(grounds.service),
            *_satisfaction(grounds.satisfaction),
            *_payments(grounds.payments, left),
            *_contacts(grounds.stakeholders),
            *_reviews(grounds.engagement),
            *_starts(grounds.engagement),
            *_growth(grounds.growth),
            *_former(grounds.former),
        )
        if row["play"] in plays
        and (row["account_id"] not in left or row["source"] in FOR_THOSE_WHO_LEFT)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    usual = [float(plays[key].within_days) for key in frame["play"]]
    asked = frame["within_days"].astype("float64")
    frame["within_days"] = asked.fillna(pd.Series(usual, index=frame.index, dtype="float64"))
    for name in ("revenue", "value", "chance"):
        frame[name] = frame[name].astype("float64")
    place = frame["source"].map({name: n for n, name in enumerate(ORDER)})
    ordered = frame.assign(place=place).sort_values(
        ["account_id", "play", "place", "within_days", "because"], kind="stable"
    )
    first = ordered.drop_duplicates(["account_id", "play"]).drop(columns="place")
    return first.reset_index(drop=True)


def _row(
    account: object, play: str | None, because: str, source: str, **more: object
) -> dict[str, object]:
    return {"account_id": account, "play": play, "because": because, "source": source, **more}


def _at_risk(grounds: Grounds, plays: Mapping[str, Play]) -> Iterator[dict[str, object]]:
    """Red clients by the cause of their colour; clients on the call list by the model's."""
    red = grounds.health.at_risk
    for _, row in red.iterrows():
        yield _row(row["account_id"], play_for(str(row["cause"]), plays), "Red", "Health")
    listed = grounds.churn.accounts
    listed = listed.loc[listed["in_call_list"] & ~listed["account_id"].isin(red["account_id"])]
    for _, row in listed.iterrows():
        yield _row(row["account_id"], str(row["play"]), "On the list of risks", "Churn risk")


def _renewals(renewals: Renewals, page: PlanPage) -> Iterator[dict[str, object]]:
    """Terms not yet renewed that end within the days listed, and those whose end has passed."""
    ahead = renewals.upcoming
    if ahead.empty and renewals.late.empty:
        return
    if not ahead.empty:
        ahead = ahead.loc[ahead["days_to_end"].le(renewals.listed_days)]
        ahead = ahead.loc[ahead["state"].isin(("open", "notice given"))]
    late = renewals.late.assign(days_to_end=0)
    rows = pd.concat([frame for frame in (ahead, late) if len(frame)] or [late])
    grouped = rows.groupby("account_id", sort=True).agg(
        due=("annual_value", "sum"), days=("days_to_end", "min")
    )
    for account, row in grouped.iterrows():
        left = max(1, int(row["days"]) - page.renewal_lead_days)
        said = "A term has ended" if row["days"] <= 0 else f"A term ends in {int(row['days'])} days"
        yield _row(account, "open_the_renewal", said, "Renewals",
                   revenue=row["due"], within_days=left)  # fmt: skip


def _service(service: ServiceResult) -> Iterator[dict[str, object]]:
    rows = service.open_issues
    if rows.empty:
        return
    hurt = rows.loc[rows["is_urgent"].astype(bool) | rows["promise"].eq("breached")]
    for account, issues in hurt.groupby("account_id", sort=True):
        urgent = bool(issues["is_urgent"].any())
        yield _row(account, "put_service_right",
                   "An urgent issue is open" if urgent else "An open issue is past its time",
                   "Issues and service levels")  # fmt: skip


def _satisfaction(satisfaction: SatisfactionResult) -> Iterator[dict[str, object]]:
    rows = satisfaction.accounts
    if rows.empty:
        return
    low = rows.loc[
        (rows["is_low"].astype(bool) | rows["is_detractor"].astype(bool))
        & rows["is_client"].astype(bool)
    ]
    for account in low["account_id"]:
        yield _row(account, "hear_them_out", "The last answers are low", "Satisfaction")


def _payments(payments: Payments, left: set[object]) -> Iterator[dict[str, object]]:
    rows = payments.accounts
    if rows.empty:
        return
    for account in rows.loc[rows["overdue_amount"].gt(0), "account_id"]:
        said = "Left with bills overdue" if account in left else "Bills are overdue"
        yield _row(account, "talk_about_money_early", said, "Payments")


def _contacts(stakeholders: Stakeholders) -> Iterator[dict[str, object]]:
    """Clients with one contact and a renewal near; supporters who left without a successor."""
    single = stakeholders.single_threaded
    if not single.empty:
        near = single.loc[single["severity"].isin(("red", "yellow")) | single["tier"].eq("1")]
        for account in near["account_id"]:
            yield _row(account, "widen_the_contact", "One contact only", "Stakeholders")
    left = stakeholders.departures
    if left.empty:
        return
    alone = left.loc[left["role"].eq("champion") & is_blank(left["successor_name"])]
    for account in sorted(set(alone["account_id"])):
        yield _row(account, "find_a_new_champion", "The supporter has left", "Stakeholders")


def _reviews(engagement: Engagement) -> Iterator[dict[str, object]]:
    rows = engagement.accounts
    if {"qbr_eligible", "qbr_held"} <= set(rows.columns):
        missed = rows.loc[rows["qbr_eligible"].eq(True) & rows["qbr_held"].eq(False)]
        for account in missed["account_id"]:
            yield _row(account, "hold_the_review", "The business review was not held", "Engagement")
    due = engagement.due
    if due.empty:
        return
    for account in due.loc[due["tier"].isin(("1", "2")), "account_id"]:
        yield _row(account, "come_back_into_touch", "Contact is overdue", "Engagement")


def _starts(engagement: Engagement) -> Iterator[dict[str, object]]:
    rows = engagement.starts
    if rows.empty:
        return
    for account in rows.loc[rows["is_gap"].astype(bool), "account_id"]:
        yield _row(account, "start_again_well", "A gap since the start", "Onboarding")


def _growth(growth: Growth) -> Iterator[dict[str, object]]:
    """Open deals of cross-sell and upsell, a client's together; else what similar clients buy."""
    deals = growth.deals
    mine = deals.loc[deals["kind"].isin(EXPANSION) & ~is_blank(deals["account_id"])]
    for account, rows in mine.groupby("account_id", sort=True):
        value = float(rows["value"].sum(min_count=1))
        weighed = rows["weighted_value"].sum(min_count=len(rows))
        said = "An open deal" if len(rows) == 1 else f"{len(rows)} open deals"
        yield _row(account, "grow_with_them", said, "Growth", value=value,
                   chance=weighed / value if value else np.nan)  # fmt: skip
    free = growth.opportunities
    free = free.loc[~free["account_id"].isin(mine["account_id"])].drop_duplicates("account_id")
    for _, row in free.iterrows():
        said = f"{int(row['k'])} of {int(row['n'])} similar clients buy {row['offering']}"
        yield _row(row["account_id"], "grow_with_them", said, "Growth",
                   value=row["potential_revenue"], chance=row["probability"])  # fmt: skip


def _former(former: FormerAccounts) -> Iterator[dict[str, object]]:
    """Former clients worth a call, and clients who could speak for us."""
    for _, row in former.winnable.iterrows():
        chance = row["worth"] / row["value"] if row["value"] > 0 else np.nan
        yield _row(row["account_id"], "win_back", "Left, and worth a call", "Former clients",
                   value=row["value"], chance=chance)  # fmt: skip
    for account in former.advocates["account_id"]:
        yield _row(account, "ask_for_a_reference", "Could speak for us", "Former clients")


def chances(churn: Churn, health: Health, page: PlanPage) -> pd.DataFrame:
    """Every account with its value, its owner, and the chance that it leaves.

    The chance is the mean of the model's and of what clients of the same colour did (counted where
    enough of them were seen, else as the parameters say); the one that is known where one is.

    Returns
    -------
    frame
        By `account_id`: `account_name`, `tier`, `account_manager`, `annual_revenue`, `chance`.
    """
    base = churn.accounts.set_index("account_id")
    known = health.accounts.set_index("account_id")
    worth = known["annual_revenue"].reindex(base.index)
    level = known["level"].reindex(base.index).map(colour_chances(health.colours, page))
    both = pd.concat([base["probability"].astype("float64"), level.astype("float64")], axis=1)
    names = ["account_name", "tier", "account_manager"]
    return base[names].assign(
        annual_revenue=worth.where(worth.notna(), base["annual_revenue"]).astype("float64"),
        chance=both.mean(axis=1),
    )


def colour_chances(colours: pd.DataFrame, page: PlanPage) -> dict[str, float]:
    """The chance of leaving by colour: the past share where enough were seen."""
    found = {str(colour): float(chance) for colour, chance in page.chance_by_colour.items()}
    for _, row in colours.iterrows():
        if row["level"] in COLOURS and row["seen"] >= page.least_seen:
            found[str(row["level"])] = float(row["share"])
    return found


def due_on(as_of: dt.date, within_days: pd.Series) -> pd.Series:
    """The day so many days after the review."""
    return pd.Timestamp(as_of) + pd.to_timedelta(within_days, unit="D")
