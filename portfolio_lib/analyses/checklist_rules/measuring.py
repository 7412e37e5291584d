"""Rules on measuring: sections 17 to 20 of the checklist."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import (
    NoEvidence,
    Reading,
    count,
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
from portfolio_lib.analyses.signs import is_true

CLIENTS = "clients"
COST_MONTHS = 10
ENOUGH_ANSWERS = 5


@measured(
    "17.1",
    "Growth is known for {limit} of clients of more than two years.",
    "portfolio accounts",
    least=0.95,
)
def growth_per_client(seen: Seen) -> Reading:
    grown = seen.active[seen.active["start_date"].le(seen.since(24))]
    rows = seen.frame("portfolio", "accounts")
    return share(known_at(grown, rows, "growth"), "clients of more than two years")


@measured(
    "17.2",
    "{limit} of clients of more than a year have costs in ten of the last twelve months.",
    "costs accounts",
    least=0.9,
)
def margin_followed(seen: Seen) -> Reading:
    rows = seen.lately("costs", "period", 13)
    months = rows.assign(month=rows["period"].dt.to_period("M"))
    months = months.drop_duplicates(["account_id", "month"])
    grown = seen.active[seen.active["start_date"].le(seen.since(12))]
    return share(at_least(grown, months, COST_MONTHS), "clients of more than a year")


@measured(
    "17.3",
    "The forecast of lifetime value missed what came by {limit}, on months kept back.",
    "value",
    most=0.3,
)
def lifetime_forecast(seen: Seen) -> Reading:
    error = abs(seen.figure("value.model_error"))
    return Reading(error, f"off by {error:.0%}")


@measured(
    "17.4",
    "Cost and revenue are both known for {limit} of clients won, so that the time to earn "
    "it back is.",
    "value",
    least=0.9,
)
def payback(seen: Seen) -> Reading:
    seen.figure("value.payback_months")
    rows = seen.frame("value", "acquisition_segments")
    won, known = rows["won"].sum(), rows["in_payback"].sum()
    if not won > 0:
        raise NoEvidence("no client was won")
    return Reading(float(known / won), f"{known:.0f} of {won:.0f} new clients")


@measured(
    "17.5", "Net revenue retention is known for {limit}.", "movements", least=8, unit="quarters"
)
def nrr_followed(seen: Seen) -> Reading:
    rows = seen.frame("movements", "quarters")
    return count(int(rows["nrr"].notna().sum()), "quarters")


@measured("17.6", "Use within two months is on record for {limit} of clients.", "usage", least=0.8)
def activity_followed(seen: Seen) -> Reading:
    return share(one_of(seen.active, seen.lately("usage", "period", 2)), CLIENTS)


@measured(
    "17.7",
    "{limit} of the last four brought five answers or more.",
    "satisfaction",
    least=4,
    unit="quarters",
)
def satisfaction_regular(seen: Seen) -> Reading:
    rows = seen.frame("satisfaction", "quarters").sort_values("quarter_end").tail(4)
    return count(int(rows["answers"].ge(ENOUGH_ANSWERS).sum()), "of the last 4 quarters")


@measured(
    "17.8",
    "{limit} of clients won by recommendation within two years name who recommended.",
    "accounts",
    least=0.9,
)
def recommendations_counted(seen: Seen) -> Reading:
    won = seen.clients[seen.clients["start_date"].gt(seen.since(24))]
    channel = won["acquisition_channel"].astype("string").str.lower().fillna("")
    told = won[channel.str.contains("refer|recommend") | won["referred_by"].notna()]
    return without_accounts(share(told["referred_by"].notna(), "recommended clients"))


def _with_manager(seen: Seen, known: pd.Series, what: str) -> Reading:
    holds = filled(seen.active, "account_manager") & known
    return part_of_revenue(holds, seen.active["revenue_12m"], what)


@measured(
    "18.2",
    "Clients with a named manager and two years of revenue, or less than two years with "
    "us, bring {limit} of revenue.",
    "accounts portfolio",
    least=0.95,
)
def growth_by_manager(seen: Seen) -> Reading:
    growth = known_at(seen.active, seen.frame("portfolio", "accounts"), "growth")
    young = seen.active["start_date"].gt(seen.since(24))
    return _with_manager(seen, growth | young, "at such clients")


@measured(
    "18.3",
    "Clients with a named manager and a strength of relationship bring {limit} of revenue.",
    "accounts stakeholders",
    least=0.9,
)
def strength_by_manager(seen: Seen) -> Reading:
    rows = seen.frame("stakeholders", "accounts")
    return _with_manager(seen, known_at(seen.active, rows, "strength_measured"), "at such clients")


@measured(
    "18.4", "{limit} of contacts of a year say who of us took part.", "interactions", least=0.95
)
def activity_by_manager(seen: Seen) -> Reading:
    rows = seen.lately("interactions", "date")
    return share(filled(rows, "owner"), "contacts", accounts=rows["account_id"])


@measured(
    "18.5",
    "{limit} of account managers have at least five answers from their clients within "
    "twelve months.",
    "satisfaction",
    least=0.8,
)
def satisfaction_by_manager(seen: Seen) -> Reading:
    rows = seen.frame("satisfaction", "groups")
    rows = rows[rows["cut"].eq("account_manager")]
    return without_accounts(share(rows["answers"].ge(ENOUGH_ANSWERS), "account managers"))


@measured(
    "18.6",
    "Clients with a named manager and a known margin bring {limit} of revenue.",
    "accounts portfolio",
    least=0.95,
)
def margin_by_manager(seen: Seen) -> Reading:
    rows = seen.frame("portfolio", "accounts")
    return _with_manager(seen, known_at(seen.active, rows, "margin"), "at such clients")


@measured(
    "18.7", "{limit} of account managers have done this year's training.", "managers", least=0.9
)
def training(seen: Seen) -> Reading:
    rows = seen.table("managers")
    filled(rows, "training_done")
    done = is_true(rows["training_done"])
    return without_accounts(share(done, "account managers"))


@measured(
    "19.1",
    "The share of the market is known, for markets that bring {limit} of revenue.",
    "portfolio",
    least=0.5,
)
def position_known(seen: Seen) -> Reading:
    seen.figure("portfolio.market_share")
    rows = seen.frame("portfolio", "segments").set_index("group")
    known = part_of_revenue(rows["market_share"].notna(), rows["revenue"], "in known markets")
    return without_accounts(known)


@measured(
    "19.7",
    "{limit} of deals lost within a year have a reason, and those lost to a rival its name.",
    "opportunities",
    least=0.9,
)
def losses_analysed(seen: Seen) -> Reading:
    rows = seen.lately("opportunities", "close_date")
    rows = rows[rows["outcome"].eq("lost")]
    reason = filled(rows, "loss_reason")
    words = rows["loss_reason"].astype("string").str.lower().fillna("")
    to_rival = words.str.contains("rival|compet")
    fine = reason & (~to_rival | rows["competitor"].notna())
    return without_accounts(share(fine, "lost deals"))


@measured(
    "20.1",
    "{limit} of this unit were published within the year before this one.",
    "earlier_reviews",
    least=3,
    unit="reviews",
)
def reports_regular(seen: Seen) -> Reading:
    earlier = seen.results["earlier_reviews"]
    if not earlier:
        raise NoEvidence("no earlier review is on record")
    days = [pd.Timestamp(one.as_of) for one in earlier]
    return count(sum(seen.since(12) <= day < seen.as_of for day in days), "reviews")


@measured(
    "20.2",
    "The chance of leaving tells leavers from stayers in {limit} of pairs, on later quarters.",
    "churn",
    least=0.7,
)
def models_proven(seen: Seen) -> Reading:
    value = seen.figure("churn.auc")
    return Reading(value, f"{value:.0%} of pairs")


@measured(
    "20.4",
    "Hours of the last three months are on record for {limit} of clients.",
    "costs",
    least=0.8,
)
def hours_analysed(seen: Seen) -> Reading:
    rows = seen.lately("costs", "period", 4)
    return share(one_of(seen.active, rows[filled(rows, "hours")]), CLIENTS)


@measured(
    "20.5",
    "Of the cells that the grid of a year ago put first, the share bought is {limit} of that in "
    "random order, at the low end of its interval.",
    "growth",
    least=1,
)
def sold_by_rule(seen: Seen) -> Reading:
    found, chance = seen.figure("growth.hit_rate_similar"), seen.figure("growth.hit_rate_random")
    ends = seen.results["growth"].figures["growth.hit_rate_similar"].interval
    if ends is None or not chance > 0:
        raise NoEvidence("nothing was bought for the first time, so no order can be better")
    return Reading(
        float(ends[0]) / chance,
        f"{found:.0%} bought, {ends[0]:.0%} at the low end, {chance:.0%} in random order",
    )


@measured(
    "20.6",
    "{limit} of clients have a colour, and as many of those that can leave a chance of leaving.",
    "health churn",
    least=0.9,
)
def all_scored(seen: Seen) -> Reading:
    health, churn = seen.frame("health", "accounts"), seen.frame("churn", "accounts")
    coloured = one_of(seen.active, health[health["level"].ne("grey")])
    can = churn[is_true(churn["could_leave"])]
    free = ~one_of(seen.active, can)
    return share(coloured & (free | known_at(seen.active, churn, "probability")), CLIENTS)


@measured(
    "20.7",
    "Renewals came within {limit} of their forecast, over the quarters looked back on.",
    "renewals",
    most=0.1,
)
def forecasts_checked(seen: Seen) -> Reading:
    error = abs(seen.figure("renewals.forecast_error"))
    return Reading(error, f"off by {error:.1%}")


@measured("20.8", "{limit} of actions that were due within a year are done.", "actions", least=0.7)
def decisions_done(seen: Seen) -> Reading:
    rows = seen.lately("actions", "due_date")
    return share(rows["done_date"].notna(), "actions due", accounts=rows["account_id"])


RULES = rules_of(dict(globals()))
