"""Signals of the first two dimensions: account strategy and segments, relationships and people."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.people import NO_CONTACTS, NO_INTERACTIONS
from portfolio_lib.analyses.readiness_criteria.counting import Counted, of, unknown
from portfolio_lib.analyses.readiness_criteria.known import Known
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.analyses.tiers import NO_TIER, TIERS, given_tiers
from portfolio_lib.facts import months_before

NOBODY = "no client was active"
NO_LARGER = "no client is of the tiers that are to have plans and roles"
NO_PLANS = "no account plans are recorded; hand in table plans"
UNDATED = "table accounts carries no day for tiers, sponsors and descriptions"
DESCRIBED_BY = ("industry", "employees", "strategic_value")
BUYER, CHAMPION = "economic buyer", "champion"


def tier_given(known: Known) -> Counted:
    """Clients with a tier given by the unit: a tier that we computed is not its practice."""
    tiers = _given(known)
    if isinstance(tiers, Counted):
        return tiers
    return of(tiers.ne(NO_TIER).sum(), len(tiers), nothing=NOBODY)


def tier_fit(known: Known) -> Counted:
    """Clients whose given tier is the one that their place by value gives, sizes as given."""
    tiers = _given(known)
    if isinstance(tiers, Counted):
        return tiers
    rows = known.clients.assign(given=tiers).loc[tiers.ne(NO_TIER)]
    ranked = rows.sort_values(
        ["annual_revenue", "account_id"], ascending=[False, True], kind="stable"
    )
    suggested = sorted(ranked["given"])
    fits = sum(one == other for one, other in zip(ranked["given"], suggested, strict=True))
    return of(fits, len(ranked), nothing="no client has a tier given in the data")


def _given(known: Known) -> pd.Series | Counted:
    """The tier that table accounts gives each client."""
    if not known.is_now:
        return unknown(UNDATED)
    if "tier" not in known.accounts or given_tiers(known.accounts).eq(NO_TIER).all():
        return unknown("no account has a tier in the data; fill column tier of table accounts")
    tiers = given_tiers(known.accounts)
    by_id = pd.Series(tiers.to_numpy(), index=known.accounts["account_id"].to_numpy())
    return known.clients["account_id"].map(by_id).fillna(NO_TIER)


def described(known: Known) -> Counted:
    """Clients of which industry, size and importance are all recorded."""
    if not known.is_now:
        return unknown(UNDATED)
    rows = known.accounts.loc[known.accounts["account_id"].isin(known.clients["account_id"])]
    told = rows.reindex(columns=list(DESCRIBED_BY)).apply(lambda values: ~is_blank(values))
    if len(rows) and not told.any(axis=None):
        return unknown("no account says industry, size or importance; fill them in table accounts")
    full = told.all(axis=1)
    return of(full.sum(), len(rows), nothing=NOBODY)


def _no_tiers(known: Known) -> str | None:
    return None if known.has_tiers else UNDATED


def _plans(known: Known) -> pd.DataFrame | str:
    """The plans that still hold; or why none are known."""
    if _no_tiers(known):
        return UNDATED
    if "plans" not in known.tables:
        return NO_PLANS
    rows = known.tables["plans"]
    start = pd.Timestamp(months_before(known.day, known.page.plan_months))
    return rows.loc[pd.to_datetime(rows["date"]).gt(start)]


def _planned(known: Known, plans: pd.DataFrame) -> pd.Series:
    """The larger clients with a plan that says goals."""
    told = plans.loc[~is_blank(plans["goals"]), "account_id"]
    return known.larger["account_id"].isin(told)


def plan_goals(known: Known) -> Counted:
    """Larger clients with a plan that holds and says goals."""
    plans = _plans(known)
    if isinstance(plans, str):
        return unknown(plans)
    return of(_planned(known, plans).sum(), len(known.larger), nothing=NO_LARGER)


def plan_people(known: Known) -> Counted:
    """Of these, clients of which somebody with a part in buying is known."""
    plans = _plans(known)
    if isinstance(plans, str):
        return unknown(plans)
    if not known.has("contacts"):
        return unknown(NO_CONTACTS)
    planned = known.larger.loc[_planned(known, plans), "account_id"]
    people = known.people.loc[known.people["role"].notna(), "account_id"]
    return of(planned.isin(people).sum(), len(planned), nothing="no larger client has a plan")


def measures_agreed(known: Known) -> Counted:
    """Larger clients whose plan has measures of success that the client agreed to."""
    plans = _plans(known)
    if isinstance(plans, str):
        return unknown(plans)
    agreed = is_true(plans["agreed_with_client"])
    told = plans.loc[agreed & ~is_blank(plans["success_measures"]), "account_id"]
    return of(known.larger["account_id"].isin(told).sum(), len(known.larger), nothing=NO_LARGER)


def within_capacity(known: Known) -> Counted:
    """Account managers with no more clients than they can look after well."""
    if known.managers is None or known.results is None:
        reason = "table managers carries no day" if not known.is_now else _NO_MANAGERS
        return unknown(reason)
    held = known.clients["account_manager"].value_counts()
    rows = known.managers.loc[known.managers["capacity_accounts"].notna()]
    if rows.empty:
        return unknown("no manager's capacity is known; fill column capacity_accounts of managers")
    load = rows["manager"].map(held).fillna(0).astype("float64")
    busy = load.gt(0)
    fits = busy & load.le(pd.to_numeric(rows["capacity_accounts"]).astype("float64"))
    return of(fits.sum(), busy.sum(), nothing="no manager of the table looks after a client")


_NO_MANAGERS = "no account managers are recorded; hand in table managers"


def effort_by_tier(known: Known) -> Counted:
    """Clients that were contacted as often as planned for their tier, as page Stakeholders says."""
    if known.results is None:
        return unknown("contacts against plan are known for the review alone")
    if not known.has("interactions"):
        return unknown(NO_INTERACTIONS)
    met = known.results.engagement.accounts["plan_met"].dropna()
    return of(met.sum(), len(met), nothing="no client has a tier with planned contacts")


def roles_known(known: Known) -> Counted:
    """Larger clients with an economic buyer and a champion who are still there."""
    if not known.has("contacts"):
        return unknown(NO_CONTACTS)
    if _no_tiers(known):
        return unknown(UNDATED)
    held = [known.people.loc[known.people["role"].eq(role), "account_id"] for role in
            (BUYER, CHAMPION)]  # fmt: skip
    ids = known.larger["account_id"]
    return of((ids.isin(held[0]) & ids.isin(held[1])).sum(), len(ids), nothing=NO_LARGER)


def cadence_kept(known: Known) -> Counted:
    """People with whom a rhythm of contacts was agreed and is kept."""
    if known.results is None:
        return unknown("agreed rhythms carry no day")
    if not known.has("contacts"):
        return unknown(NO_CONTACTS)
    if not known.has("interactions"):
        return unknown(NO_INTERACTIONS)
    rows = known.results.engagement.accounts
    nothing = "no rhythm was agreed with anybody; fill column cadence_days of table contacts"
    return of(rows["cadences_kept"].sum(), rows["cadences_agreed"].sum(), nothing=nothing)


def sponsors_active(known: Known) -> Counted:
    """Clients of tier 1 with a sponsor of ours, and an executive of theirs met in the window."""
    if known.results is None:
        return unknown(UNDATED)
    if not known.has("interactions"):
        return unknown(NO_INTERACTIONS)
    rows = known.clients.loc[known.clients["tier"].eq(TIERS[0])]
    named = rows["sponsor_named"].eq(True).fillna(False).astype(bool)
    met = rows["executive_met"].eq(True).fillna(False).astype(bool)
    return of((named & met).sum(), len(rows), nothing="no client is of tier 1")


def depth(known: Known) -> Counted:
    """Clients that do not hang by one contact, as page Stakeholders counts them."""
    return _not_single(known, None)


def depth_of_the_largest(known: Known) -> Counted:
    """The same for clients of tier 1."""
    if _no_tiers(known):
        return unknown(UNDATED)
    return _not_single(known, TIERS[0])


def _not_single(known: Known, tier: str | None) -> Counted:
    if not known.has("contacts"):
        return unknown(NO_CONTACTS)
    if not known.has("interactions"):
        return unknown(NO_INTERACTIONS)
    past = known.history.stakeholders.account_history
    then = past.loc[past["snapshot_date"].eq(pd.Timestamp(known.day))]
    rows = known.clients if known.is_now else then
    if tier is not None:
        ids = known.clients.loc[known.clients["tier"].eq(tier), "account_id"]
        rows = rows.loc[rows["account_id"].isin(ids)]
    told = rows["single_threaded"].dropna().astype(bool)
    return of((~told).sum(), len(told), nothing=NOBODY if tier is None else
              "no client is of tier 1")  # fmt: skip
