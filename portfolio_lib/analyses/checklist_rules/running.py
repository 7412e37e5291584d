"""Rules on tools, processes and what lies ahead: sections 21 to 27 of the checklist."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import (
    NoEvidence,
    Reading,
    count,
    lesser,
    measured,
    rules_of,
    share,
    without_accounts,
)
from portfolio_lib.analyses.checklist_rules.seen import (
    GROWTH_KINDS,
    Seen,
    filled,
    one_of,
    quarters_with,
)
from portfolio_lib.tables.account_names import name_alone

CLIENTS = "clients"
CURRENT_WITHIN_DAYS = 45
AGREE_WITHIN = 0.25
EVENTS = {
    "invoices": "date",
    "interactions": "date",
    "issues": "opened_at",
    "surveys": "date",
    "usage": "period",
    "costs": "period",
    "opportunities": "created_date",
}
"""Tables that grow from day to day, and their day."""


@measured(
    "21.1",
    "{limit} of clients have people on record, and a contact within six months.",
    "contacts interactions",
    least=0.95,
)
def system_used(seen: Seen) -> Reading:
    met = one_of(seen.active, seen.lately("interactions", "date", 6))
    return share(one_of(seen.active, seen.people) & met, CLIENTS)


@measured(
    "21.2",
    "{limit} of clients have industry, country, size, manager and start on record.",
    "accounts",
    least=0.95,
)
def data_complete(seen: Seen) -> Reading:
    columns = ("industry", "country", "employees", "account_manager", "start_date")
    return share(filled(seen.active, *columns), CLIENTS)


@measured(
    "21.3",
    "For {limit} of clients with a contract in force its value and the revenue of twelve "
    "months agree to a quarter.",
    "contracts invoices",
    least=0.8,
)
def systems_agree(seen: Seen) -> Reading:
    seen.table("invoices")
    since = seen.terms[seen.terms["account_id"].isin(_settled(seen))]
    agreed = since.groupby("account_id")["annual_value"].sum()
    agreed = agreed[agreed.gt(0)]
    booked = seen.clients["revenue_12m"].reindex(agreed.index)
    return share((booked / agreed - 1).abs().le(AGREE_WITHIN), "clients with a contract")


def _settled(seen: Seen) -> pd.Index:
    """Clients of more than a year: a younger one has not been billed for a year."""
    return seen.active.index[seen.active["start_date"].le(seen.since(12))]


@measured(
    "22.2",
    "{limit} of plans of a year hold goals, measures and the day of the next look.",
    "plans",
    least=0.95,
)
def one_form(seen: Seen) -> Reading:
    rows = seen.plans[seen.plans.index.isin(seen.active.index)]
    return share(filled(rows, "goals", "success_measures", "next_review"), "plans")


@measured(
    "22.3",
    "{limit} of contacts of a year say whom we met, how, and who began.",
    "interactions",
    least=0.95,
)
def contacts_recorded(seen: Seen) -> Reading:
    rows = seen.lately("interactions", "date")
    fine = filled(rows, "contact_id", "kind", "initiated_by")
    return share(fine, "contacts", accounts=rows["account_id"])


@measured(
    "22.4",
    "{limit} of open deals are not past the day expected, and as many open issues not past "
    "the time promised.",
    "opportunities service",
    least=0.8,
)
def worked_in_time(seen: Seen) -> Reading:
    deals = seen.table("opportunities")
    deals = deals[deals["outcome"].isna()]
    readings = [
        share(
            deals["close_date"].ge(seen.as_of), "open deals in time", accounts=deals["account_id"]
        )
    ]
    issues = seen.results["service"].open_issues
    if not issues.empty:
        kept = issues["promise"].ne("breached")
        readings.append(share(kept, "open issues in time", accounts=issues["account_id"]))
    return lesser(*readings)


@measured(
    "22.5",
    "{limit} of contracts in force carry day signed, status, offering and notice.",
    "contracts",
    least=0.95,
)
def contracts_one_way(seen: Seen) -> Reading:
    fine = filled(seen.terms, "signed_date", "status", "offering", "notice_days")
    return share(fine, "contracts in force", accounts=seen.terms["account_id"])


@measured(
    "23.4",
    "{limit} of clients of more than a year have a contact on record in each of the "
    "last four quarters.",
    "interactions accounts",
    least=0.8,
)
def history_complete(seen: Seen) -> Reading:
    grown = seen.active.loc[_settled(seen)]
    met = quarters_with(grown, seen.table("interactions"), "date", seen.as_of)
    return share(met.ge(4), "clients of more than a year")


@measured(
    "24.1",
    "{limit} of bill lines of a year name the offering, the quantity and the due date.",
    "invoices",
    least=0.95,
)
def rules_kept(seen: Seen) -> Reading:
    rows = seen.lately("invoices", "date")
    fine = filled(rows, "offering", "quantity", "due_date")
    return share(fine, "bill lines", accounts=rows["account_id"])


@measured(
    "24.2",
    "{limit} of accounts carry a name that no other account of the same country has.",
    "accounts",
    least=0.99,
)
def one_truth(seen: Seen) -> Reading:
    rows = seen.clients
    # names that repeat are shown with their number, which would tell apart what is to be found
    alone = [
        name_alone(str(name), str(number))
        for number, name in rows["account_name"].fillna("").items()
    ]
    plain = pd.Series(alone, index=rows.index, dtype="string")
    name = plain.str.casefold().str.replace(r"\W+", "", regex=True)
    keys = pd.DataFrame({"name": name.fillna(""), "country": rows["country"].astype("string")})
    return share(~keys.duplicated(keep=False), "accounts")


@measured(
    "24.5",
    "The later half of checked forecasts of renewals missed by {limit} of what the earlier "
    "half missed by.",
    "renewals",
    most=1.0,
)
def forecasts_better(seen: Seen) -> Reading:
    rows = seen.frame("renewals", "checked").sort_values("review_day")
    errors = rows["error"].dropna().abs()
    if len(errors) < 4:
        raise NoEvidence("fewer than four forecasts can be checked")
    half = len(errors) // 2
    before, now = errors.head(half).mean(), errors.tail(half).mean()
    if not before > 0:
        raise NoEvidence("the earlier forecasts missed by nothing")
    return Reading(float(now / before), f"{now:.1%} after {before:.1%}")


@measured(
    "24.6",
    "{limit} of the tables that grow from day to day hold something of the last 45 days.",
    "invoices interactions issues surveys usage costs opportunities",
    least=1,
)
def figures_current(seen: Seen) -> Reading:
    start = seen.as_of - pd.Timedelta(days=CURRENT_WITHIN_DAYS)
    held = {
        name: seen.table(name)[day].gt(start).any()
        for name, day in EVENTS.items()
        if seen.has(name)
    }
    return without_accounts(share(pd.Series(held, dtype=bool), "such tables"))


@measured(
    "24.8",
    "What is known of clients for their health covers {limit} of the measures it covered "
    "a year ago.",
    "health",
    least=1.0,
)
def data_better(seen: Seen) -> Reading:
    history = seen.frame("health", "history")
    by_day = history.groupby("snapshot_date")["coverage"].mean()
    past = by_day[by_day.index <= seen.since(12)]
    if past.empty or not past.iloc[-1] > 0:
        raise NoEvidence("nothing is known of a year ago")
    now, before = by_day.iloc[-1], past.iloc[-1]
    return Reading(float(now / before), f"{now:.0%} after {before:.0%}")


@measured("25.1", "{limit} for revenue or its growth is set.", "", least=1, unit="target")
def growth_target(seen: Seen) -> Reading:
    targets = (seen.parameters.targets.revenue_12m, seen.parameters.targets.revenue_growth)
    number = sum(one is not None for one in targets)
    return count(number, "target set" if number == 1 else "targets set")


@measured(
    "25.3",
    "{limit} of prospects on record had a deal within a year, or an open one.",
    "prospects opportunities",
    least=0.1,
)
def new_clients(seen: Seen) -> Reading:
    prospects = seen.table("prospects")["prospect_id"]
    deals = seen.table("opportunities")
    recent = deals["outcome"].isna() | deals["created_date"].gt(seen.since(12))
    return without_accounts(
        share(prospects.isin(deals.loc[recent, "prospect_id"].dropna()), "prospects")
    )


@measured(
    "25.4",
    "{limit} of clients of tiers 1 and 2 had a growth deal opened or closed within six months.",
    "opportunities segments",
    least=0.5,
)
def growth_carried_out(seen: Seen) -> Reading:
    rows = seen.deals(kinds=GROWTH_KINDS, is_open=False)
    opened = rows["created_date"].gt(seen.since(6))
    closed = rows["outcome"].notna() & rows["close_date"].gt(seen.since(6))
    return share(one_of(seen.important, rows[opened | closed]), "clients of tiers 1 and 2")


@measured(
    "25.5",
    "{limit} on a partnership is open, or was opened within a year.",
    "opportunities",
    least=1,
    unit="deal",
)
def partnerships_sought(seen: Seen) -> Reading:
    rows = seen.deals(kinds=("partnership",), is_open=False)
    sought = rows["outcome"].isna() | rows["created_date"].gt(seen.since(12))
    number = int(sought.sum())
    return count(number, "such deal" if number == 1 else "such deals")


@measured(
    "27.3",
    "{limit} of clients that a champion left within two years are still active.",
    "contacts segments",
    least=0.8,
)
def survives(seen: Seen) -> Reading:
    gone = seen.lately("contacts", "left_date", 24)
    gone = gone[gone["role"].eq("champion")]
    rows = seen.clients[one_of(seen.clients, gone)]
    return share(rows["is_client"], "clients that a champion left")


RULES = rules_of(dict(globals()))
