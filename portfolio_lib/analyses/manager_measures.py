"""What each client adds to its account manager's measures: a part over and one under a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.issue_promises import BREACHED, MET
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.analyses.snapshots import NOT_RECORDED, Period

if TYPE_CHECKING:
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.movements import MovementSummary
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders

ROW_COLUMNS = ("account_id", "account_manager", "stratum", "top", "bottom")
NRR_KEY, SATISFACTION_KEY = "nrr", "satisfaction"
"""The measures that also compare kinds of client."""


@dataclass(frozen=True)
class Measure:
    """A measure that books of clients are compared by.

    Parameters
    ----------
    key, label : str
        Its stable name, and what a reader calls it.
    unit : str
        ``share``, ``growth`` (a ratio less one), ``rating`` or ``contacts``.
    definition : str
        One sentence.
    rows : frame
        `account_id`, `account_manager`, `stratum`, `top`, `bottom`; one row per client, or per
        client and owner of its issues. Sorted; without clients that nobody looks after.
    reason : str or None
        Why there are no rows.
    """

    key: str
    label: str
    unit: str
    definition: str
    rows: pd.DataFrame
    reason: str | None


@dataclass(frozen=True)
class Sources:
    """The results that the measures are taken from, and who looks after whom."""

    known: pd.DataFrame
    period: Period
    prior_revenue: pd.DataFrame
    movements: MovementSummary
    stakeholders: Stakeholders
    engagement: Engagement
    service: ServiceResult
    satisfaction: SatisfactionResult


def all_measures(found: Sources) -> tuple[Measure, ...]:
    """Every measure, in the order they are shown."""
    return (
        *_retention(found),
        _growth(found),
        _satisfaction(found),
        _contacts(found),
        _client_promises(found),
        _own_promises(found),
        _reviews(found),
    )


def _measure(
    found: Sources,
    key: str,
    label: str,
    unit: str,
    definition: str,
    parts: pd.DataFrame,
    reason: str | None,
) -> Measure:
    """The measure of these clients' parts, with the managers beside them."""
    about = found.known[["account_id", "account_manager", "tier"]]
    rows = parts.merge(about, on="account_id", how="inner", suffixes=("_owner", ""))
    if "owner" in rows:
        rows["account_manager"] = rows["owner"]
    if "stratum" not in rows:
        rows["stratum"] = rows["tier"]
    rows = rows.loc[rows["account_manager"].ne(NOT_RECORDED) & rows["bottom"].gt(0)]
    rows = rows.sort_values(["account_id", "account_manager"], kind="stable", ignore_index=True)
    rows = rows[list(ROW_COLUMNS)] if reason is None else rows.iloc[:0][list(ROW_COLUMNS)]
    if rows.empty and reason is None:
        reason = "no client with an account manager has what this takes"
    return Measure(key, label, unit, definition, rows, reason)


def _retention(found: Sources) -> tuple[Measure, Measure]:
    """Clients kept and NRR over the horizon of the movements; dealt out by tier at its start."""
    moved = found.movements
    base = moved.accounts.loc[moved.accounts["before"].gt(0)]
    parts = base[["account_id", "tier"]].rename(columns={"tier": "stratum"})
    months = f"over {moved.horizon_months} months"
    kept = parts.assign(top=base["after"].gt(0).astype(float), bottom=1.0)
    money = parts.assign(top=base["after"], bottom=base["before"])
    return (
        _measure(
            found, "kept", "Clients kept", "share",
            f"Clients with revenue at both ends ÷ clients with revenue at the start, {months}.",
            kept, moved.reason,
        ),
        _measure(
            found, NRR_KEY, "NRR", "share",
            "Net revenue retention: revenue now ÷ revenue then of the clients of then, "
            f"{months}; new clients are left out.",
            money, moved.reason,
        ),
    )  # fmt: skip


def _growth(found: Sources) -> Measure:
    rows = found.prior_revenue
    parts = pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "top": rows["revenue_12m"],
            "bottom": rows["revenue_prior_12m"],
        }
    )
    return _measure(
        found, "growth", "Growth", "growth",
        "Revenue of twelve months ÷ that of the twelve months before, less one, over clients with "
        "revenue in the year before.",
        parts.loc[parts["bottom"].gt(0)], found.period.short_of(24),
    )  # fmt: skip


def _satisfaction(found: Sources) -> Measure:
    asked = found.satisfaction.accounts
    told = asked.loc[asked["satisfaction"].notna()]
    parts = pd.DataFrame(
        {"account_id": told["account_id"], "top": told["satisfaction"], "bottom": 1.0}
    )
    return _measure(
        found, SATISFACTION_KEY, "Satisfaction", "rating",
        "Mean over clients of each client's mean answer, 0 to 10, over "
        f"{found.satisfaction.window_months} months.",
        parts, found.satisfaction.figures["satisfaction.rating"].reason,
    )  # fmt: skip


def _contacts(found: Sources) -> Measure:
    rows = found.stakeholders.accounts
    told = rows.loc[rows["interactions"].notna()]
    parts = pd.DataFrame(
        {"account_id": told["account_id"], "top": told["interactions"], "bottom": 1.0}
    )
    days = found.stakeholders.page.window_days
    return _measure(
        found, "contacts", "Contacts per client", "contacts",
        f"Meetings, calls and mails of {days} days per client, whoever of us took part. "
        "More is not always better.",
        parts, found.stakeholders.meetings_missing,
    )  # fmt: skip


def _decided(found: Sources, by: list[str]) -> pd.DataFrame:
    """Kept promises and promises decided, added up by these columns of the issues' log."""
    log = found.service.log
    rows = log.loc[log["promise"].isin([MET, BREACHED])]
    parts = rows.assign(top=rows["promise"].eq(MET).astype(float), bottom=1.0)
    return parts.groupby(by, sort=True)[["top", "bottom"]].sum().reset_index()


def _client_promises(found: Sources) -> Measure:
    return _measure(
        found, "client_promises", "Promised times kept, their clients", "share",
        "Issues of their clients answered and solved in the times promised ÷ those decided, over "
        f"{found.service.settings.window_months} months, whoever dealt with them.",
        _decided(found, ["account_id"]), found.service.figures["service.compliance"].reason,
    )  # fmt: skip


def _own_promises(found: Sources) -> Measure:
    """Of the issues that a manager deals with in person."""
    parts = _decided(found, ["account_id", "owner"]) if "owner" in found.service.log else None
    if parts is None:
        parts = pd.DataFrame({"account_id": [], "owner": [], "top": [], "bottom": []})
    managers = set(found.known["account_manager"]) - {NOT_RECORDED}
    own = parts.loc[parts["owner"].isin(managers)].assign(stratum="all")
    reason = found.service.figures["service.compliance"].reason
    if reason is None and own.empty:
        reason = "no account manager is named as the owner of an issue with a promised time"
    return _measure(
        found, "own_promises", "Promised times kept, own issues", "share",
        "Issues that they deal with in person, answered and solved in the times promised ÷ those "
        f"decided, over {found.service.settings.window_months} months.",
        own, reason,
    )  # fmt: skip


def _reviews(found: Sources) -> Measure:
    rows = found.engagement.accounts
    held = rows["qbr_held"].astype("boolean")
    due = rows.loc[is_true(rows["qbr_eligible"]) & held.notna()]
    tops = held.loc[due.index].astype("float64")
    parts = pd.DataFrame({"account_id": due["account_id"], "top": tops, "bottom": 1.0})
    months = found.engagement.page.engagement.review_months
    reason = found.engagement.meetings_missing
    if reason is None and parts.empty:
        reason = "no client is to have business reviews"
    return _measure(
        found, "reviews", "Business reviews held", "share",
        f"Clients with a business review in the last {months} months ÷ clients that are to have "
        "one.",
        parts, reason,
    )  # fmt: skip
