"""Rules on keeping clients: sections 13 to 16 of the checklist."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import (
    NoEvidence,
    Reading,
    lesser,
    measured,
    rules_of,
    share,
    without_accounts,
)
from portfolio_lib.analyses.checklist_rules.seen import (
    IMPORTANT_WORDS,
    Seen,
    filled,
    known_at,
    one_of,
)
from portfolio_lib.analyses.signs import is_true

ENOUGH_ALARMS = 5
LONG_TERM_DAYS = 700
CALLS_LOOKED_AT = 10
CONTENT_SHARE = 0.7
"""An answer from this part of its scale on is a content one."""


@measured(
    "13.1",
    "{limit} of early signs have at least five past alarms, and came true more often "
    "than losses did in all.",
    "health",
    least=0.6,
)
def signs_proven(seen: Seen) -> Reading:
    rows = seen.frame("health", "warnings")
    proven = rows["past_alarms"].ge(ENOUGH_ALARMS) & rows["precision"].gt(rows["base_rate"])
    return without_accounts(share(proven, "early signs"))


@measured(
    "13.2",
    "Revenue at risk is known for {limit} of clients, from a model that was "
    "tried on later quarters.",
    "churn",
    least=0.8,
)
def risk_by_stake(seen: Seen) -> Reading:
    seen.figure("churn.auc")
    rows = seen.frame("churn", "accounts")
    return share(known_at(seen.active, rows, "revenue_at_risk"), "clients")


@measured(
    "13.3",
    "{limit} of clients that are red or to be called had an action agreed within six months.",
    "actions health churn",
    least=0.6,
)
def risks_acted_on(seen: Seen) -> Reading:
    risky = seen.active.loc[seen.at_risk]
    acted = one_of(risky, seen.lately("actions", "created_date", 6))
    return share(acted, "clients at risk")


@measured(
    "13.4",
    "{limit} of the ten clients with most revenue at risk have an action that is open or "
    "was done within 90 days.",
    "actions churn",
    least=0.6,
)
def worst_acted_on(seen: Seen) -> Reading:
    rows = seen.frame("churn", "accounts")
    rows = rows[rows["account_id"].isin(seen.active.index) & rows["revenue_at_risk"].gt(0)]
    rows = rows.sort_values(["revenue_at_risk", "account_id"], ascending=[False, True])
    worst = rows.head(CALLS_LOOKED_AT).set_index("account_id")
    actions = seen.table("actions")
    running = actions["done_date"].isna() | actions["done_date"].gt(seen.since(3))
    return share(one_of(worst, actions[running]), "clients most at risk")


@measured(
    "13.5",
    "{limit} of clients lost within two years had a contact or a deal after they left.",
    "accounts interactions opportunities",
    least=0.3,
)
def win_back(seen: Seen) -> Reading:
    lost = _lost(seen)
    met = _last(seen, "interactions", "date", lost)
    sold = _last(seen, "opportunities", "created_date", lost)
    return share(met.gt(lost["end_date"]) | sold.gt(lost["end_date"]), "lost clients")


def _lost(seen: Seen) -> pd.DataFrame:
    ends = seen.clients["end_date"]
    return seen.clients[ends.gt(seen.since(24)) & ends.le(seen.as_of)]


def _last(seen: Seen, table: str, column: str, clients: pd.DataFrame) -> pd.Series:
    """The last day that a table holds for each client."""
    return seen.table(table).groupby("account_id")[column].max().reindex(clients.index)


@measured(
    "13.6",
    "{limit} of terms that end within the next window had been looked at.",
    "renewals",
    least=0.9,
)
def renewals_prepared(seen: Seen) -> Reading:
    value = seen.figure("renewals.looked_at")
    rows = seen.results["renewals"].upcoming
    near = rows["days_to_end"].le(seen.results["renewals"].looked_at_days)
    late = rows[near & rows["looked_at"].eq("not yet")]
    return Reading(value, f"{value:.0%} of terms", tuple(sorted(set(late["account_id"]))))


@measured(
    "13.7",
    "{limit} of clients with a competitor had an action or a deal within twelve months.",
    "competitors actions opportunities",
    least=0.6,
)
def threats_answered(seen: Seen) -> Reading:
    threatened = seen.active[one_of(seen.active, seen.table("competitors"))]
    acted = one_of(threatened, seen.lately("actions", "created_date"))
    sold = one_of(threatened, seen.lately("opportunities", "created_date"))
    return share(acted | sold, "threatened clients")


@measured(
    "13.8",
    "{limit} of clients lost within two years have the reason on record.",
    "accounts",
    least=0.9,
)
def reasons_known(seen: Seen) -> Reading:
    lost = _lost(seen)
    return share(filled(lost, "end_reason"), "lost clients")


@measured(
    "14.1",
    "{limit} of actions of a year name the play they come from, and as many of the done "
    "ones what came of them.",
    "actions",
    least=0.9,
)
def plays_recorded(seen: Seen) -> Reading:
    rows = seen.lately("actions", "created_date")
    done = rows[rows["done_date"].notna()]
    return lesser(
        share(filled(rows, "play"), "actions with a play", accounts=rows["account_id"]),
        share(filled(done, "result"), "done actions with a result", accounts=done["account_id"]),
    )


@measured(
    "14.4",
    "{limit} of clients of tiers 1 and 2 hold a contract of about two years or more.",
    "contracts segments",
    least=0.5,
)
def long_contracts(seen: Seen) -> Reading:
    length = (seen.terms["end_date"] - seen.terms["start_date"]).dt.days
    long = length.ge(LONG_TERM_DAYS) | seen.terms["end_date"].isna()
    return share(one_of(seen.important, seen.terms[long]), IMPORTANT_WORDS)


@measured(
    "14.8",
    "{limit} of clients won within two years came by recommendation of a client.",
    "accounts",
    least=0.2,
)
def recommended(seen: Seen) -> Reading:
    won = seen.clients[seen.clients["start_date"].gt(seen.since(24))]
    if seen.clients["referred_by"].isna().all():
        raise NoEvidence("no recommendation is recorded at all")
    reading = share(won["referred_by"].notna(), "new clients")
    return without_accounts(reading)


@measured(
    "15.2",
    "{limit} of urgent issues of a year were answered and solved as promised.",
    "service",
    least=0.9,
)
def urgent_in_time(seen: Seen) -> Reading:
    log = seen.frame("service", "log")
    rows = log[is_true(log["is_urgent"]) & log["promise"].isin(["met", "breached"])]
    kept = rows["promise"].eq("met")
    return share(kept, "urgent issues", accounts=rows["account_id"])


@measured(
    "15.3",
    "{limit} of clients with a gravest issue (P1) of a year were met by an executive "
    "within 30 days of one.",
    "issues interactions",
    least=0.6,
)
def grave_to_executives(seen: Seen) -> Reading:
    rows = seen.lately("issues", "opened_at")
    grave = rows.loc[rows["severity"].eq("P1"), ["account_id", "opened_at"]]
    met = seen.table("interactions")
    filled(met, "executive_present")
    met = met[is_true(met["executive_present"])]
    pairs = grave.merge(met[["account_id", "date"]], on="account_id")
    days = (pairs["date"] - pairs["opened_at"].dt.normalize()).dt.days
    clients = grave.drop_duplicates("account_id").set_index("account_id")
    return share(one_of(clients, pairs[days.between(0, 30)]), "clients with a gravest issue")


@measured(
    "15.4",
    "{limit} of clients that answered after a broken promise on an urgent issue were content.",
    "service surveys",
    least=0.7,
)
def repaired(seen: Seen) -> Reading:
    log = seen.frame("service", "log")
    broken = log[is_true(log["is_urgent"]) & log["promise"].eq("breached")]
    since = broken.groupby("account_id")["opened_at"].max()
    answers = seen.table("surveys").dropna(subset=["score", "scale_max"])
    answers = answers.sort_values(["account_id", "date", "survey_id"])
    last = answers.drop_duplicates("account_id", keep="last").set_index("account_id")
    last = last.loc[last.index.isin(since.index)]
    last = last[last["date"].gt(since.reindex(last.index))]
    content = last["score"].ge(last["scale_max"] * CONTENT_SHARE)
    return share(content, "clients that answered after")


@measured(
    "15.7",
    "{limit} of solved urgent issues of a year have their cause on record.",
    "issues",
    least=0.9,
)
def causes_found(seen: Seen) -> Reading:
    rows = seen.lately("issues", "opened_at")
    rows = rows[rows["severity"].isin(["P1", "P2"]) & rows["resolved_at"].notna()]
    return share(filled(rows, "root_cause"), "urgent issues", accounts=rows["account_id"])


@measured(
    "15.8",
    "Issues repeat {limit} times as often as chance alone would make them.",
    "service",
    most=1.1,
    unit="",
)
def failures_stay_away(seen: Seen) -> Reading:
    repeats, chance = seen.figure("service.repeats"), seen.figure("service.repeats_by_chance")
    if not chance > 0:
        raise NoEvidence("too few issues to tell repeats from chance")
    return Reading(repeats / chance, f"{repeats:g} repeats, {chance:.0f} by chance")


@measured(
    "16.1",
    "{limit} of contracts in force stand out from those of similar clients.",
    "renewals contracts",
    most=0.1,
)
def terms_compared(seen: Seen) -> Reading:
    out, terms = seen.figure("renewals.out_of_line"), len(seen.terms)
    odd = seen.results["renewals"].odd_terms
    short = tuple(sorted(set(odd["account_id"])))
    return Reading(out / terms, f"{out:g} of {terms:,} contracts", short)


@measured(
    "16.2",
    "{limit} of prices per unit lie out of line with those of all buyers of the same offering.",
    "growth",
    most=0.05,
)
def prices_fit(seen: Seen) -> Reading:
    out, prices = seen.figure("growth.prices_out_of_line"), seen.frame("growth", "compared_prices")
    short = tuple(sorted(set(seen.results["growth"].prices["account_id"])))
    return Reading(out / len(prices), f"{out:g} of {len(prices):,} prices", short)


@measured("16.3", "{limit} of open amounts are overdue.", "payments", most=0.2)
def overdue(seen: Seen) -> Reading:
    late, owed = seen.figure("payments.overdue"), seen.figure("payments.open")
    if not owed > 0:
        return Reading(0.0, "nothing is open")
    rows = seen.results["payments"].accounts
    short = tuple(sorted(rows.loc[rows["overdue_amount"].gt(0), "account_id"]))
    return Reading(late / owed, f"{late / owed:.0%} of open amounts", short)


@measured(
    "16.4",
    "{limit} of renewed value of the last four quarters was renewed before the term ended.",
    "renewals",
    least=0.9,
)
def renewed_on_time(seen: Seen) -> Reading:
    rows = seen.frame("renewals", "quarters").sort_values("quarter_end").tail(4)
    on_time, late = rows["on_time"].sum(), rows["renewed_late"].sum()
    if not on_time + late > 0:
        raise NoEvidence("nothing was renewed in the last four quarters")
    value = float(on_time / (on_time + late))
    return Reading(value, f"{value:.0%} of renewed value")


@measured(
    "16.5",
    "{limit} of contracts in force carry value, notice and days to pay, so that they can "
    "be compared.",
    "contracts",
    least=0.95,
)
def terms_comparable(seen: Seen) -> Reading:
    fine = filled(seen.terms, "annual_value", "notice_days", "payment_terms_days")
    return share(fine, "contracts in force", accounts=seen.terms["account_id"])


@measured(
    "16.6",
    "{limit} of recurring bill lines of a year name the period that they pay for.",
    "invoices",
    least=0.95,
)
def billed_by_period(seen: Seen) -> Reading:
    rows = seen.lately("invoices", "date")
    rows = rows[is_true(rows["recurring"])]
    named = rows["service_start"].notna() & rows["service_end"].notna()
    return share(named, "recurring lines", accounts=rows["account_id"])


@measured(
    "16.7",
    "{limit} of bills were paid on time, and as many promises of service kept.",
    "payments service",
    least=0.8,
)
def both_keep(seen: Seen) -> Reading:
    paid, kept = 1 - seen.figure("payments.late_share"), seen.figure("service.compliance")
    return lesser(
        Reading(paid, f"{paid:.0%} paid on time"), Reading(kept, f"{kept:.0%} of promises kept")
    )


RULES = rules_of(dict(globals()))
