"""Contacts against plan: by quarter and tier, and with the people with whom a rhythm was agreed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.analyses.people import window_of
from portfolio_lib.analyses.relationships import is_covered
from portfolio_lib.analyses.tiers import TIERS
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.relationship_models import EngagementSettings

QUARTER_DAYS = 91
BY_PERSON, BY_PLAN = "agreed", "plan"


def contacts_against_plan(
    clients: pd.DataFrame, meetings: pd.DataFrame, as_of: dt.date, plan: EngagementSettings
) -> pd.DataFrame:
    """Contacts of the last quarter beside what is planned for the client's tier.

    Parameters
    ----------
    clients : frame
        The clients: `account_id`, `tier`, `tenure_days`.
    meetings : frame
        One row per contact up to the day: `account_id`, `date`.

    Returns
    -------
    frame
        One row per client, on the index of `clients`: `contacts_quarter`, `contacts_planned` (NaN
        without a tier), `plan_met` (missing without a plan, and for clients that began within the
        quarter).
    """
    first = months_before(as_of, 3)
    days = (as_of - first).days
    recent = window_of(meetings, as_of, days)
    counts = clients["account_id"].map(recent.groupby("account_id").size()).fillna(0).astype(float)
    planned = clients["tier"].map(planned_by_tier(plan)).astype("float64")
    is_held_to = planned.notna() & clients["tenure_days"].ge(days)
    return pd.DataFrame(
        {
            "contacts_quarter": counts,
            "contacts_planned": planned,
            "plan_met": counts.ge(planned).astype("boolean").where(is_held_to),
        }
    )


def planned_by_tier(plan: EngagementSettings) -> dict[str, int]:
    """Contacts planned in a quarter, by tier."""
    return dict(zip(TIERS, plan.contacts_per_quarter, strict=True))


def quarter_is_covered(since: dt.date | None, as_of: dt.date) -> bool:
    """Whether contacts on record reach back over the quarter."""
    return since is not None and is_covered(since, as_of, (as_of - months_before(as_of, 3)).days)


def kept_by_client(people: pd.DataFrame) -> pd.DataFrame:
    """What was agreed with the people of each client, and whoever is most overdue.

    Parameters
    ----------
    people : frame
        One row per person: `account_id`, `contact_id`, `name`, `role`, `is_present`,
        `cadence_days`, `cadence_kept`, `days_overdue`.

    Returns
    -------
    frame
        Index `account_id`, clients with somebody there with whom a rhythm was agreed: `agreed`
        (people whose rhythm can be told: somebody new and not yet due is not among them), `kept`,
        `overdue`, and of the most overdue one `who`, `role`, `days_overdue`.
    """
    rhythms = people.loc[people["is_present"].eq(True) & people["cadence_days"].notna()]
    by_client = rhythms["account_id"]
    kept = rhythms["cadence_kept"].eq(True).fillna(False).astype(bool)
    overdue = rhythms["cadence_kept"].eq(False).fillna(False).astype(bool)
    counts = pd.DataFrame({"kept": kept, "overdue": overdue}).groupby(by_client, sort=True).sum()
    counts.insert(0, "agreed", counts["kept"] + counts["overdue"])
    late = rhythms.loc[overdue].sort_values(
        ["days_overdue", "contact_id"], ascending=[False, True], kind="stable"
    )
    worst = late.drop_duplicates("account_id").set_index("account_id")
    worst = worst[["name", "role", "days_overdue"]].rename(columns={"name": "who"})
    return counts.astype("float64").join(worst, how="left")


def due(
    clients: pd.DataFrame, kept: pd.DataFrame, *, known_days: float, grace_days: int
) -> pd.DataFrame:
    """Which clients are to be contacted, and by how many days that is overdue.

    Where a rhythm was agreed with people of the client, the most overdue of them decides. Else the
    plan of the tier does: one contact each 91 ÷ planned days.

    Parameters
    ----------
    clients : frame
        `account_id`, `tenure_days`, `days_since_contact`, `contacts_planned`.
    kept : frame
        As `kept_by_client` returns it.
    known_days : float
        Days since the first contact on record: nobody is overdue for longer.

    Returns
    -------
    frame
        On the index of `clients`: `basis` (``agreed``, ``plan`` or ``none``), `due` (missing where
        nothing was agreed or planned), `days_overdue` (0 where not due), `who`, `role`,
        `people_overdue`.
    """
    own = kept.reindex(clients["account_id"]).set_index(clients.index)
    waited = clients["days_since_contact"].fillna(clients["tenure_days"].clip(upper=known_days))
    allowed = QUARTER_DAYS / clients["contacts_planned"]
    by_person = own["agreed"].notna()
    by_plan = ~by_person & allowed.notna() & waited.notna()
    plan_late = waited.gt(allowed + grace_days) & by_plan
    behind = pd.Series(np.ceil(waited - allowed), index=clients.index).where(plan_late, 0.0)
    overdue = own["days_overdue"].fillna(0.0).where(by_person, behind)
    is_due = own["overdue"].gt(0) | plan_late
    return pd.DataFrame(
        {
            "basis": np.select([by_person, by_plan], [BY_PERSON, BY_PLAN], default="none"),
            "due": is_due.astype("boolean").where(by_person | by_plan),
            "days_overdue": overdue.where(by_person | by_plan),
            "who": own["who"].astype("object").where(own["who"].notna(), None),
            "role": own["role"].astype("object").where(own["role"].notna(), None),
            "people_overdue": own["overdue"],
            "cadences_agreed": own["agreed"].fillna(0.0),
            "cadences_kept": own["kept"].fillna(0.0),
            "cadence_kept": own["kept"] / own["agreed"].where(own["agreed"] > 0),
        }
    )
