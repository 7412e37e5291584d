"""Rules on working with clients: sections 9 to 12 of the checklist."""

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
)
from portfolio_lib.analyses.checklist_rules.seen import (
    IMPORTANT_WORDS,
    Seen,
    filled,
    one_of,
    quarters_with,
)
from portfolio_lib.analyses.signs import is_true

OPEN_AFTER_DAYS = 30
NEW_OFFERING_MONTHS = 24
LOW_SHARE = 0.6
"""An answer at or below this part of its scale is a low one."""


@measured("9.1", "{limit} of agreed contacts were kept.", "engagement", least=0.7)
def rhythm_kept(seen: Seen) -> Reading:
    value = seen.figure("engagement.cadence_kept")
    due = seen.results["engagement"].due
    return Reading(value, f"{value:.0%} of agreed contacts", tuple(sorted(due["account_id"])))


@measured("9.2", "{limit} of business reviews that were due were held.", "engagement", least=0.8)
def reviews_held(seen: Seen) -> Reading:
    rows = seen.frame("engagement", "accounts")
    rows = rows[is_true(rows["qbr_eligible"])].set_index("account_id")
    return share(rows["qbr_held"], "clients due for a review")


@measured(
    "9.3",
    "{limit} of clients of more than a year had a colour at each of the last four quarters.",
    "health",
    least=0.8,
)
def health_each_quarter(seen: Seen) -> Reading:
    history = seen.frame("health", "history")
    grown = seen.active[seen.active["start_date"].le(seen.since(12))]
    coloured = history[history["level"].ne("grey")]
    return share(
        quarters_with(grown, coloured, "snapshot_date", seen.as_of).ge(4),
        "clients of more than a year",
    )


@measured(
    "9.4",
    "{limit} of clients of tiers 1 and 2 met an executive of ours within twelve months.",
    "interactions segments",
    least=0.8,
)
def planning_talk(seen: Seen) -> Reading:
    met = seen.lately("interactions", "date")
    filled(met, "executive_present")
    return share(one_of(seen.important, _with_executive(met)), IMPORTANT_WORDS)


def _with_executive(met: pd.DataFrame) -> pd.DataFrame:
    return met[is_true(met["executive_present"])]


@measured(
    "9.5",
    "{limit} of urgent issues of a year that broke a promise were escalated.",
    "service",
    least=0.8,
)
def escalated(seen: Seen) -> Reading:
    log = seen.frame("service", "log")
    rows = log[is_true(log["is_urgent"]) & log["promise"].eq("breached")]
    return share(
        rows["escalated_at"].notna(),
        "urgent issues that broke a promise",
        accounts=rows["account_id"],
    )


def _met_for(seen: Seen, *kinds: str) -> Reading:
    met = seen.lately("interactions", "date")
    return share(one_of(seen.important, met[met["kind"].isin(kinds)]), IMPORTANT_WORDS)


@measured(
    "9.7",
    "{limit} of clients of tiers 1 and 2 had a training, an event or an executive review "
    "within twelve months.",
    "interactions segments",
    least=0.5,
)
def beyond_daily(seen: Seen) -> Reading:
    return _met_for(seen, "training", "event", "EBR")


@measured(
    "9.8",
    "{limit} of clients of tiers 1 and 2 were at an event with us within twelve months.",
    "interactions segments",
    least=0.3,
)
def events(seen: Seen) -> Reading:
    return _met_for(seen, "event")


@measured(
    "10.1",
    "Clients that bring {limit} of revenue were asked within twelve months.",
    "surveys segments",
    least=0.9,
)
def survey_programme(seen: Seen) -> Reading:
    asked = one_of(seen.active, seen.lately("surveys", "date"))
    return part_of_revenue(asked, seen.active["revenue_12m"], "at clients that were asked")


@measured(
    "10.2",
    "{limit} of clients of tiers 1 and 2 answered in at least two of the last four quarters.",
    "surveys segments",
    least=0.6,
)
def feedback_regular(seen: Seen) -> Reading:
    rows = seen.lately("surveys", "date")
    answered = rows[rows["score"].notna()]
    return share(quarters_with(seen.important, answered, "date", seen.as_of).ge(2), IMPORTANT_WORDS)


@measured(
    "10.6",
    "{limit} of issues of a year that are older than 30 days are solved.",
    "issues",
    least=0.95,
)
def issues_worked_off(seen: Seen) -> Reading:
    rows = seen.lately("issues", "opened_at")
    rows = rows[rows["opened_at"].lt(seen.as_of - pd.Timedelta(days=OPEN_AFTER_DAYS))]
    return share(rows["resolved_at"].notna(), "issues", accounts=rows["account_id"])


@measured(
    "10.7",
    "{limit} of issues of a year repeat an earlier one of the same client and theme.",
    "service",
    most=0.2,
)
def stays_right(seen: Seen) -> Reading:
    log = seen.frame("service", "log")
    fresh = share(~is_true(log["is_repeat"]), "issues", accounts=log["account_id"])
    repeats = int(is_true(log["is_repeat"]).sum())
    return Reading(1 - fresh.value, f"{repeats:,} of {len(log):,} issues", fresh.short)


@measured(
    "10.8",
    "{limit} of clients that gave a low answer within twelve months had an action afterwards.",
    "surveys actions",
    least=0.6,
)
def feedback_acted_on(seen: Seen) -> Reading:
    rows = seen.lately("surveys", "date")
    low = rows[rows["score"].le(rows["scale_max"] * LOW_SHARE)]
    first = low.groupby("account_id")["date"].min()
    first = first[first.index.isin(seen.active.index)]
    last = seen.table("actions").groupby("account_id")["created_date"].max()
    return share(last.reindex(first.index).ge(first), "clients with a low answer")


@measured("11.1", "{limit} of promises of service of a year were kept.", "service", least=0.9)
def promises_kept(seen: Seen) -> Reading:
    value = seen.figure("service.compliance")
    log = seen.results["service"].log
    broken = tuple(sorted(set(log.loc[log["promise"].eq("breached"), "account_id"])))
    return Reading(value, f"{value:.0%} of promises", broken)


@measured(
    "11.2",
    "{limit} of issues of a year carry severity, theme and the time of the first answer.",
    "issues",
    least=0.95,
)
def quality_measured(seen: Seen) -> Reading:
    rows = seen.lately("issues", "opened_at")
    rows = rows[rows["resolved_at"].notna()]
    fine = filled(rows, "severity", "theme", "first_response_at")
    return share(fine, "solved issues", accounts=rows["account_id"])


@measured(
    "11.5",
    "Promises kept in the last four quarters lie {limit} above the four before.",
    "service",
    least=0.0,
)
def service_better(seen: Seen) -> Reading:
    rows = seen.frame("service", "quarters").sort_values("quarter_end")
    if len(rows) < 8 or rows["compliance"].tail(8).isna().any():
        raise NoEvidence("there are no eight quarters with promises to compare")
    now, before = rows["compliance"].tail(4).mean(), rows["compliance"].tail(8).head(4).mean()
    return Reading(float(now - before), f"{now:.0%} after {before:.0%}")


@measured("11.8", "{limit} was first sold within two years.", "invoices", least=1, unit="offering")
def new_services(seen: Seen) -> Reading:
    first = seen.table("invoices").groupby("offering")["date"].min()
    start = seen.since(NEW_OFFERING_MONTHS)
    if first.empty or first.min() > start:
        raise NoEvidence("bills do not reach back two years, or name no offering")
    return count(int(first.gt(start).sum()), "new offerings")


@measured(
    "12.1",
    "{limit} of clients of tiers 1 and 2 have measures of success in a current plan whose "
    "next look is not overdue.",
    "plans segments",
    least=0.8,
)
def success_defined(seen: Seen) -> Reading:
    rows = seen.plans[filled(seen.plans, "success_measures")]
    fine = rows[rows["next_review"].ge(seen.as_of)].reset_index()
    return share(one_of(seen.important, fine), IMPORTANT_WORDS)


@measured(
    "12.2",
    "{limit} of clients whose first benefit was planned within two years have reached it.",
    "milestones",
    least=0.9,
)
def benefit_reached(seen: Seen) -> Reading:
    rows = seen.lately("milestones", "planned_date", 24)
    rows = rows[is_true(rows["is_first_value"])]
    return share(rows["done_date"].notna(), "clients", accounts=rows["account_id"])


@measured(
    "12.4",
    "{limit} of clients can be held against enough similar ones.",
    "recurrence",
    least=0.8,
)
def compared(seen: Seen) -> Reading:
    found = seen.results["recurrence"]
    rows = found.accounts[found.accounts["peers"].ge(found.least_peers)]
    return share(one_of(seen.active, rows), "clients")


RULES = rules_of(dict(globals()))
