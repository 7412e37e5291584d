"""Rules on knowing the portfolio: sections 1 to 4 of the checklist."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import (
    NoEvidence,
    Reading,
    count,
    lesser,
    measured,
    part_of_revenue,
    rules_of,
    share,
    without_accounts,
)
from portfolio_lib.analyses.checklist_rules.seen import (
    Seen,
    at_least,
    filled,
    known_at,
    one_of,
)

CLIENTS = "clients"


@measured(
    "1.1",
    "{limit} of accounts have a start date, and no account without an end date is inactive.",
    "accounts segments",
    least=0.95,
)
def active_known(seen: Seen) -> Reading:
    rows = seen.clients
    told = rows["is_active"] | rows["end_date"].notna()
    return share(filled(rows, "start_date") & told, "accounts whose state is clear")


@measured(
    "1.2",
    "Yearly value of contracts in force and revenue of twelve months agree in total to {limit}.",
    "contracts segments",
    most=0.15,
)
def revenue_reconciled(seen: Seen) -> Reading:
    booked, agreed = seen.clients["revenue_12m"].sum(), seen.terms["annual_value"].sum()
    if not booked > 0 or not seen.has("invoices"):
        raise NoEvidence("contracts and invoices are not both there to compare")
    gap = abs(float(agreed / booked) - 1.0)
    return Reading(gap, f"they differ by {gap:.1%}")


@measured(
    "1.3",
    "{limit} for the share of the ten largest clients is set and can be held against what is.",
    "concentration",
    least=1,
    unit="limit",
)
def dependence_has_a_limit(seen: Seen) -> Reading:
    seen.figure("concentration.top_10_share")
    is_set = seen.parameters.targets.top_10_share is not None
    return Reading(float(is_set), "a limit is set" if is_set else "no limit is set")


@measured(
    "1.4",
    "{limit} of clients have a lifetime value from a model tried on months kept back from it.",
    "value",
    least=0.9,
)
def lifetime_value(seen: Seen) -> Reading:
    seen.figure("value.model_error")
    return share(known_at(seen.active, seen.frame("value", "accounts"), "clv"), CLIENTS)


@measured(
    "1.5",
    "{limit} of clients won within two years have the cost of winning them and a segment.",
    "accounts",
    least=0.9,
)
def acquisition_cost(seen: Seen) -> Reading:
    won = seen.clients[seen.clients["start_date"].gt(seen.since(24))]
    return share(filled(won, "acquisition_cost", "industry"), "new clients")


@measured(
    "1.6",
    "There are {limit} of revenue history, and a goal for growth.",
    "portfolio",
    least=24,
    unit="months",
)
def growth_followed(seen: Seen) -> Reading:
    targets = seen.parameters.targets
    months = seen.results["portfolio"].period.history_months
    if targets.revenue_growth is None and targets.revenue_12m is None:
        return Reading(0.0, f"{months} months, and no goal for growth")
    return count(months, "months, and a goal")


@measured(
    "1.7",
    "Margin after the cost to serve is known for {limit} of clients.",
    "portfolio costs",
    least=0.95,
)
def left_after_costs(seen: Seen) -> Reading:
    rows = seen.frame("portfolio", "accounts")
    return share(known_at(seen.active, rows, "margin_after_service"), CLIENTS)


@measured(
    "1.8",
    "The size of the market is known for segments that bring {limit} of revenue.",
    "portfolio",
    least=0.9,
)
def market_by_segment(seen: Seen) -> Reading:
    rows = seen.frame("portfolio", "segments").set_index("group")
    return without_accounts(
        part_of_revenue(rows["market_share"].notna(), rows["revenue"], "in segments so known")
    )


def _looked_after(seen: Seen, tier: str) -> Reading:
    named = filled(seen.active, "account_manager")
    return share(named[seen.active["tier"].eq(tier)], f"clients of tier {tier}")


@measured(
    "2.2", "{limit} of tier 1 clients have a named account manager.", "accounts segments", least=1
)
def tier_1_named(seen: Seen) -> Reading:
    return _looked_after(seen, "1")


@measured(
    "2.3",
    "{limit} of tier 2 clients have a named account manager.",
    "accounts segments",
    least=0.95,
)
def tier_2_named(seen: Seen) -> Reading:
    return _looked_after(seen, "2")


@measured(
    "2.4", "{limit} of tier 3 clients have a named account manager.", "accounts segments", least=0.9
)
def tier_3_named(seen: Seen) -> Reading:
    return _looked_after(seen, "3")


@measured(
    "2.5",
    "{limit} of open growth deals name the client, a value and a chance.",
    "opportunities",
    least=0.9,
)
def potential_named(seen: Seen) -> Reading:
    rows = seen.deals(is_open=True)
    fine = filled(rows, "account_id", "value", "probability")
    return share(fine, "open growth deals", accounts=rows["account_id"])


@measured(
    "2.6",
    "{limit} of clients have both a colour and a chance of leaving.",
    "health churn",
    least=0.8,
)
def risk_in_order(seen: Seen) -> Reading:
    return share(_scored(seen), CLIENTS)


def _scored(seen: Seen) -> pd.Series:
    health = seen.frame("health", "accounts")
    coloured = one_of(seen.active, health[health["level"].ne("grey")])
    return coloured & known_at(seen.active, seen.frame("churn", "accounts"), "probability")


def _falls_by_tier(by_tier: pd.Series, what: str) -> Reading:
    if len(by_tier) < 2:
        raise NoEvidence("there are no two tiers to compare")
    steps = by_tier.sort_index().diff().dropna().lt(0)
    shown = ", ".join(f"{value:.1f} in tier {tier}" for tier, value in by_tier.items())
    return Reading(float(steps.mean()), f"{what}: {shown}")


@measured(
    "2.7",
    "Contacts a client in twelve months fall from tier to tier ({limit} of steps).",
    "interactions segments",
    least=1,
)
def way_of_working(seen: Seen) -> Reading:
    met = seen.lately("interactions", "date").groupby("account_id").size()
    return _falls_by_tier(_mean_by_tier(seen, met), "contacts")


@measured(
    "2.8",
    "Hours a client in twelve months fall from tier to tier ({limit} of steps).",
    "costs segments",
    least=1,
)
def hours_follow(seen: Seen) -> Reading:
    rows = seen.lately("costs", "period")
    filled(rows, "hours")
    return _falls_by_tier(_mean_by_tier(seen, rows.groupby("account_id")["hours"].sum()), "hours")


def _mean_by_tier(seen: Seen, by_account: pd.Series) -> pd.Series:
    clients = seen.active[seen.active["tier"].isin(["1", "2", "3"])]
    amounts = by_account.reindex(clients.index).fillna(0.0).astype(float)
    return amounts.groupby(clients["tier"]).mean().sort_index()


@measured(
    "3.1",
    "{limit} of clients brought revenue in twelve months, or hold a contract "
    "in force with its value.",
    "segments contracts",
    least=0.95,
)
def yearly_revenue(seen: Seen) -> Reading:
    held = pd.Series(False, index=seen.active.index)
    if seen.has("contracts"):
        contracts = seen.table("contracts")
        running = contracts["start_date"].le(seen.as_of) & ~contracts["end_date"].lt(seen.as_of)
        held = one_of(seen.active, contracts[running & contracts["annual_value"].gt(0)])
    return share(held | seen.active["revenue_12m"].gt(0), CLIENTS)


@measured(
    "3.2",
    "Margin after direct cost is known for {limit} of clients.",
    "portfolio",
    least=0.95,
)
def margin_known(seen: Seen) -> Reading:
    return share(known_at(seen.active, seen.frame("portfolio", "accounts"), "margin"), CLIENTS)


@measured(
    "3.3",
    "{limit} of clients of tiers 1 and 2 had a growth deal with value and chance within "
    "twelve months.",
    "opportunities segments",
    least=0.6,
)
def potential_estimated(seen: Seen) -> Reading:
    rows = seen.deals(is_open=False)
    rows = rows[rows["created_date"].gt(seen.since(12)) | rows["outcome"].isna()]
    rows = rows[filled(rows, "value", "probability")]
    return share(one_of(seen.important, rows), "clients of tiers 1 and 2")


@measured(
    "3.4",
    "{limit} of clients are rated for strategic value and standing in their market.",
    "accounts",
    least=0.9,
)
def strategic_value(seen: Seen) -> Reading:
    return share(filled(seen.active, "strategic_value", "market_influence"), CLIENTS)


@measured(
    "3.5",
    "{limit} of revenue lies at clients who answered whether they would recommend us "
    "within twelve months, or who have.",
    "surveys accounts",
    least=0.6,
)
def recommending(seen: Seen) -> Reading:
    asked = seen.lately("surveys", "date")
    answered = asked[asked["kind"].eq("NPS") & asked["score"].notna()]
    referred = seen.active.index.isin(seen.clients["referred_by"].dropna())
    known = one_of(seen.active, answered) | referred
    return part_of_revenue(known, seen.active["revenue_12m"], "at clients so known")


@measured(
    "3.6",
    "{limit} of competitors on record carry the offering, a status and the day first "
    "seen, and one was added within twelve months.",
    "competitors",
    least=0.9,
)
def could_be_won(seen: Seen) -> Reading:
    rows = seen.table("competitors")
    if not rows["first_seen"].gt(seen.since(12)).any():
        return Reading(0.0, "nothing was added within twelve months")
    fine = filled(rows, "offering", "status", "first_seen")
    return share(fine, "competitors on record", accounts=rows["account_id"])


@measured(
    "3.7",
    "{limit} of clients had a cross-sell deal within two years that names the offering.",
    "opportunities",
    least=0.5,
)
def what_else(seen: Seen) -> Reading:
    rows = seen.deals(kinds=("cross-sell",), is_open=False)
    rows = rows[rows["created_date"].gt(seen.since(24)) & filled(rows, "offering")]
    return share(one_of(seen.active, rows), CLIENTS)


@measured(
    "3.8",
    "The chance that the client is still there is known for {limit} of clients.",
    "value",
    least=0.9,
)
def how_long(seen: Seen) -> Reading:
    rows = seen.frame("value", "accounts")
    return share(known_at(seen.active, rows, "chance_there"), CLIENTS)


@measured(
    "4.1",
    "Clients that bring {limit} of revenue answered a survey within twelve months.",
    "surveys segments",
    least=0.7,
)
def satisfaction_asked(seen: Seen) -> Reading:
    rows = seen.lately("surveys", "date")
    answered = one_of(seen.active, rows[rows["score"].notna()])
    return part_of_revenue(answered, seen.active["revenue_12m"], "at clients that answered")


@measured(
    "4.2",
    "{limit} of industries have at least five answers to the question of recommendation.",
    "satisfaction",
    least=0.8,
)
def nps_by_segment(seen: Seen) -> Reading:
    rows = seen.frame("satisfaction", "groups")
    rows = rows[rows["cut"].eq("industry")]
    return without_accounts(share(rows["nps_answers"].ge(5), "industries"))


@measured(
    "4.3",
    "Retention over twelve months is known for {limit} of tiers with clients.",
    "movements",
    least=1,
)
def retention_by_tier(seen: Seen) -> Reading:
    rows = seen.frame("movements", "tiers")
    rows = rows[rows["accounts"].gt(0) & rows["group"].isin(["1", "2", "3"])]
    return without_accounts(share(rows["logo"].notna(), "tiers"))


@measured(
    "4.4",
    "{limit} of early signs can be watched at half of the clients.",
    "health",
    least=0.6,
)
def signs_watched(seen: Seen) -> Reading:
    rows = seen.frame("health", "warnings")
    watched = rows["known_now"].ge(len(seen.active) / 2)
    return without_accounts(share(watched, "early signs"))


@measured(
    "4.5",
    "Contacts of the last 90 days are on record for {limit} of clients.",
    "interactions",
    least=0.8,
)
def meetings_followed(seen: Seen) -> Reading:
    return share(one_of(seen.active, seen.lately("interactions", "date", 3)), CLIENTS)


@measured(
    "4.6",
    "{limit} of contracts in force carry their end, their notice, and whether they "
    "renew by themselves.",
    "contracts",
    least=0.95,
)
def renewals_followed(seen: Seen) -> Reading:
    fine = filled(seen.terms, "end_date", "notice_days", "auto_renew")
    return share(fine, "contracts in force", accounts=seen.terms["account_id"])


@measured(
    "4.7",
    "{limit} of bills of twelve months carry a due date, and as many clients a credit limit.",
    "invoices accounts",
    least=0.9,
)
def payment_known(seen: Seen) -> Reading:
    bills = seen.lately("invoices", "date")
    due = share(filled(bills, "due_date"), "bill lines", accounts=bills["account_id"])
    return lesser(due, share(filled(seen.active, "credit_limit"), CLIENTS))


@measured(
    "4.8",
    "{limit} of clients with a rival in a deal of two years also stand in the record of "
    "competitors.",
    "opportunities competitors",
    least=0.8,
)
def threats_recorded(seen: Seen) -> Reading:
    deals = seen.lately("opportunities", "created_date", 24)
    rivals = deals[deals["competitor"].notna()]
    met = seen.active[one_of(seen.active, rivals)]
    return share(at_least(met, seen.table("competitors"), 1), "clients with a rival in a deal")


RULES = rules_of(dict(globals()))
