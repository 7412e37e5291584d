"""Rules on account planning: sections 5 to 8 of the checklist."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import (
    NoEvidence,
    Reading,
    count,
    measured,
    rules_of,
    share,
)
from portfolio_lib.analyses.checklist_rules.seen import (
    IMPORTANT_WORDS,
    Seen,
    at_least,
    filled,
    one_of,
    quarters_with,
)
from portfolio_lib.analyses.signs import is_true

PLANNED = "planned clients of tiers 1 and 2"
DECIDERS = ("economic buyer", "decision maker")


@measured(
    "5.1",
    "{limit} of clients of tiers 1 and 2 have a plan written within twelve months.",
    "plans segments",
    least=0.9,
)
def plans_current(seen: Seen) -> Reading:
    return share(one_of(seen.important, seen.plans.reset_index()), IMPORTANT_WORDS)


@measured(
    "5.2",
    "{limit} of current plans of tiers 1 and 2 hold the client's goals.",
    "plans segments",
    least=0.95,
)
def goals_in_plan(seen: Seen) -> Reading:
    return share(filled(seen.planned, "goals"), PLANNED)


@measured(
    "5.3",
    "{limit} of planned clients have two people or more on record with their role, one of "
    "them with a superior.",
    "plans contacts segments",
    least=0.8,
)
def people_mapped(seen: Seen) -> Reading:
    people = seen.people[filled(seen.people, "role")]
    two = at_least(seen.planned, people, 2)
    return share(two & one_of(seen.planned, people[filled(people, "reports_to")]), PLANNED)


@measured(
    "5.4",
    "{limit} of clients of tiers 1 and 2 have an economic buyer or decision maker on record.",
    "contacts segments",
    least=0.9,
)
def deciders_known(seen: Seen) -> Reading:
    return share(one_of(seen.important, _in_role(seen, *DECIDERS)), IMPORTANT_WORDS)


def _in_role(seen: Seen, *roles: str) -> pd.DataFrame:
    filled(seen.people, "role")
    return seen.people[seen.people["role"].isin(roles)]


@measured(
    "5.5",
    "{limit} of clients of tiers 1 and 2 with a competitor have a plan written since it "
    "was first seen.",
    "plans competitors segments",
    least=0.8,
)
def plans_see_rivals(seen: Seen) -> Reading:
    seen.table("plans")
    first = seen.table("competitors").groupby("account_id")["first_seen"].max()
    rows = seen.important.join(first, how="inner")
    planned = seen.plans["date"].reindex(rows.index)
    return share(planned.ge(rows["first_seen"]), "such clients")


@measured(
    "5.6",
    "{limit} of planned clients had a business review and answered a survey within twelve months.",
    "plans interactions surveys segments",
    least=0.8,
)
def service_in_plan(seen: Seen) -> Reading:
    met, asked = seen.lately("interactions", "date"), seen.lately("surveys", "date")
    reviewed = one_of(seen.planned, met[met["kind"].isin(["QBR", "EBR"])])
    return share(reviewed & one_of(seen.planned, asked[asked["score"].notna()]), PLANNED)


@measured(
    "5.7",
    "{limit} of planned clients have an open growth deal.",
    "plans opportunities segments",
    least=0.6,
)
def growth_in_plan(seen: Seen) -> Reading:
    return share(one_of(seen.planned, seen.deals(is_open=True)), PLANNED)


@measured(
    "5.8",
    "{limit} of planned clients that are yellow or red had an action agreed within six months.",
    "plans actions health segments",
    least=0.8,
)
def keeping_in_plan(seen: Seen) -> Reading:
    health = seen.frame("health", "accounts")
    weak = seen.planned[one_of(seen.planned, health[health["level"].isin(["yellow", "red"])])]
    acted = one_of(weak, seen.lately("actions", "created_date", 6))
    return share(acted, "planned clients that are yellow or red")


@measured(
    "6.1",
    "{limit} of clients of tiers 1 and 2 have more than one person on record.",
    "contacts segments",
    least=0.9,
)
def more_than_one(seen: Seen) -> Reading:
    return share(at_least(seen.important, seen.people, 2), IMPORTANT_WORDS)


@measured(
    "6.2",
    "{limit} of people at clients carry a role and their weight in decisions.",
    "contacts",
    least=0.9,
)
def influence_told_apart(seen: Seen) -> Reading:
    return _of_people(seen, filled(seen.people, "role", "influence"))


def _of_people(seen: Seen, holds: pd.Series) -> Reading:
    return share(holds, "people", accounts=seen.people["account_id"])


@measured(
    "6.3",
    "For {limit} of rated people the strength given lies within one point of what contacts show.",
    "stakeholders",
    least=0.7,
)
def strength_holds(seen: Seen) -> Reading:
    rows = seen.frame("stakeholders", "people")
    rows = rows[rows["strength_given"].notna() & rows["strength_measured"].notna()]
    near = (rows["strength_given"] - rows["strength_measured"]).abs().le(1)
    return share(near, "rated people", accounts=rows["account_id"])


@measured(
    "6.4",
    "{limit} of clients of tiers 1 and 2 have a champion, and an executive sponsor named "
    "on our side.",
    "contacts accounts segments",
    least=0.8,
)
def champion_and_sponsor(seen: Seen) -> Reading:
    champion = one_of(seen.important, _in_role(seen, "champion"))
    sponsor = seen.important["executive_sponsor"].notna()
    return share(champion & sponsor, IMPORTANT_WORDS)


@measured(
    "6.5",
    "{limit} of people who left clients within a year have a successor named.",
    "contacts",
    least=0.8,
)
def successors(seen: Seen) -> Reading:
    gone = seen.lately("contacts", "left_date")
    gone = gone[gone["account_id"].isin(seen.active.index)]
    known = gone["successor"].notna()
    return share(known, "people who left", accounts=gone["account_id"])


@measured(
    "6.6",
    "{limit} of people at clients have an agreed time between contacts.",
    "contacts",
    least=0.9,
)
def next_contacts(seen: Seen) -> Reading:
    return _of_people(seen, filled(seen.people, "cadence_days"))


@measured(
    "6.7",
    "{limit} of people at clients have a preferred way to be reached on record.",
    "contacts",
    least=0.9,
)
def reached_how(seen: Seen) -> Reading:
    return _of_people(seen, filled(seen.people, "channel_preference"))


@measured(
    "6.8",
    "{limit} of clients of more than a year had a strength of relationship at "
    "each of the last four quarters.",
    "stakeholders",
    least=0.7,
)
def relationships_followed(seen: Seen) -> Reading:
    history = seen.frame("stakeholders", "account_history")
    known = history[history["strength_measured"].notna()]
    grown = seen.active[seen.active["start_date"].le(seen.since(12))]
    met = quarters_with(grown, known, "snapshot_date", seen.as_of)
    return share(met.ge(4), "clients of more than a year")


@measured(
    "7.1",
    "{limit} of clients of tiers 1 and 2 have their goals in a plan of the last two years.",
    "plans segments",
    least=0.9,
)
def goals_written(seen: Seen) -> Reading:
    rows = seen.lately("plans", "date", 24)
    return share(one_of(seen.important, rows[filled(rows, "goals")]), IMPORTANT_WORDS)


@measured(
    "7.2",
    "{limit} of current plans of tiers 1 and 2 are agreed with the client.",
    "plans segments",
    least=0.7,
)
def goals_compared(seen: Seen) -> Reading:
    return share(_agreed(seen), PLANNED)


def _agreed(seen: Seen) -> pd.Series:
    filled(seen.planned, "agreed_with_client")
    return is_true(seen.planned["agreed_with_client"])


@measured(
    "7.4",
    "{limit} on working together was opened within two years.",
    "opportunities",
    least=1,
    unit="deal",
)
def partnership(seen: Seen) -> Reading:
    rows = seen.lately("opportunities", "created_date", 24)
    return count(int(rows["kind"].eq("partnership").sum()), "such deals")


@measured(
    "7.7",
    "{limit} of tier 1 clients are bound for more than a year from now, by contract.",
    "contracts segments",
    least=0.5,
)
def long_view(seen: Seen) -> Reading:
    top = seen.important[seen.important["tier"].eq("1")]
    far = seen.terms["end_date"].gt(seen.as_of + pd.DateOffset(years=1))
    return share(one_of(top, seen.terms[far]), "clients of tier 1")


@measured(
    "7.8",
    "{limit} of current plans of tiers 1 and 2 hold measures of success to which the "
    "client agreed.",
    "plans segments",
    least=0.8,
)
def success_agreed(seen: Seen) -> Reading:
    return share(filled(seen.planned, "success_measures") & _agreed(seen), PLANNED)


@measured(
    "8.1",
    "{limit} of open cross-sell deals carry a value, a chance and the offering.",
    "opportunities",
    least=0.9,
)
def cross_sell(seen: Seen) -> Reading:
    rows = seen.deals(kinds=("cross-sell",), is_open=True)
    fine = filled(rows, "value", "probability", "offering")
    return share(fine, "open cross-sell deals", accounts=rows["account_id"])


@measured(
    "8.2",
    "{limit} of open upsell deals carry a day expected that has not passed.",
    "opportunities",
    least=0.9,
)
def upsell(seen: Seen) -> Reading:
    rows = seen.deals(kinds=("upsell",), is_open=True)
    ahead = rows["close_date"].ge(seen.as_of)
    return share(ahead, "open upsell deals", accounts=rows["account_id"])


@measured(
    "8.3",
    "{limit} of cross-sell deals of a year are for an offering that the client had not "
    "bought before.",
    "opportunities invoices",
    least=0.7,
)
def offered_new(seen: Seen) -> Reading:
    rows = seen.deals(kinds=("cross-sell",), is_open=False)
    rows = rows[rows["created_date"].gt(seen.since(12)) & filled(rows, "offering")]
    bought = seen.table("invoices").groupby(["account_id", "offering"])["date"].min()
    first = rows.join(bought.rename("first"), on=["account_id", "offering"])["first"]
    fresh = ~first.lt(rows["created_date"])
    return share(fresh, "cross-sell deals", accounts=rows["account_id"])


@measured(
    "8.5",
    "{limit} of clients of tiers 1 and 2 have people of two departments or more on record, by "
    "their titles.",
    "growth contacts segments",
    least=0.5,
)
def other_departments(seen: Seen) -> Reading:
    seen.figure("growth.departments_reached")
    rows = seen.frame("growth", "reach")
    return share(one_of(seen.important, rows[rows["departments"].ge(2)]), IMPORTANT_WORDS)


@measured(
    "8.6", "{limit} of terms renewed within a year were renewed for more.", "contracts", least=0.2
)
def renewed_for_more(seen: Seen) -> Reading:
    terms = seen.table("contracts")
    filled(terms, "renewed_by")
    values = terms.drop_duplicates("contract_id").set_index("contract_id")["annual_value"]
    ended = terms["end_date"].gt(seen.since(12)) & terms["end_date"].le(seen.as_of)
    rows = terms[ended & terms["renewed_by"].isin(values.index)]
    later = values.reindex(rows["renewed_by"]).to_numpy()
    wider = rows["annual_value"].lt(pd.Series(later, index=rows.index, dtype="float64"))
    return share(wider, "renewed terms", accounts=rows["account_id"])


@measured(
    "8.7",
    "{limit} of clients have a price per unit that is held against that of enough other buyers.",
    "growth",
    least=0.7,
)
def prices_compared(seen: Seen) -> Reading:
    seen.figure("growth.prices_out_of_line")
    return share(one_of(seen.active, seen.frame("growth", "compared_prices")), "clients")


@measured(
    "8.8",
    "{limit} of clients with a competitor had a deal for that same offering within a year.",
    "competitors opportunities",
    least=0.2,
)
def replace_rivals(seen: Seen) -> Reading:
    rivals = seen.table("competitors")
    rivals = rivals[rivals["account_id"].isin(seen.active.index) & filled(rivals, "offering")]
    deals = seen.lately("opportunities", "created_date")
    if rivals.empty:
        raise NoEvidence("no competitor is seen at a client")
    sought = set(zip(deals["account_id"], deals["offering"], strict=True))
    pairs = zip(rivals["account_id"], rivals["offering"], strict=True)
    holds = pd.Series([pair in sought for pair in pairs], index=rivals.index)
    return share(holds, "places of competitors", accounts=rivals["account_id"])


RULES = rules_of(dict(globals()))
