"""How much of good client management is in place: 216 practices, each with what shows it.

An item is measured by its own rule where the tables can tell, and answered by people where they
cannot. Where both speak, the data win and the answer stands beside them. What nobody can show is
not done.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.checklist_answers import Answer, valid_answers
from portfolio_lib.analyses.checklist_figures import checklist_figures
from portfolio_lib.analyses.checklist_list import Item, checklist_items
from portfolio_lib.analyses.checklist_rules import RULES
from portfolio_lib.analyses.checklist_rules.readings import NoEvidence, Reading, Rule
from portfolio_lib.analyses.checklist_rules.seen import Seen
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.concentration import Concentration
    from portfolio_lib.analyses.earlier_reviews import EarlierReview
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.growth import Growth
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.movements import MovementSummary
    from portfolio_lib.analyses.payments import Payments
    from portfolio_lib.analyses.portfolio import PortfolioSummary
    from portfolio_lib.analyses.recurrence import Recurrence
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.segments import Segmentation
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders
    from portfolio_lib.analyses.value import ClientValue

MET, NOT_MET, ATTESTED = "met by data", "not met by data", "attested"
NO_EVIDENCE, NOT_APPLICABLE = "no evidence", "not applicable"
STATES = (MET, ATTESTED, NOT_MET, NO_EVIDENCE, NOT_APPLICABLE)
ITEM_COLUMNS = [
    "item",
    "section",
    "place",
    "part",
    "title",
    "wording",
    "kind",
    "state",
    "evidence",
    "rule",
    "needs",
    "value",
    "limit",
    "short_accounts",
    "tier_1_open",
    "tier_1_accounts",
    "attested",
    "gap",
]


@dataclass(frozen=True)
class Checklist:
    """The answer of the page Checklist.

    Parameters
    ----------
    figures : mapping of str to Figure
        Score, level, and how many items are in which state.
    items : frame
        One row per item, in the order of the list: see `ITEM_COLUMNS`. `state` is one of
        `STATES`; `evidence` a sentence; `short_accounts` how many clients fall short,
        `tier_1_open` how many of them are of tier 1, `tier_1_accounts` their names; `attested`
        what people answered beside the data, `gap` whether the two differ.
    sections : frame
        One row per section: `section`, `part`, `title`, one column per state with its items,
        `score` (empty where nothing applies).
    tier_1 : frame
        One row per open item and client of tier 1 that falls short: `item`, `wording`,
        `account_id`, `account_name`, `revenue_12m`.
    as_of : datetime.date
        The day of the review.
    page : ChecklistPage
        The settings it was made with.
    """

    figures: Mapping[str, Figure]
    items: pd.DataFrame
    sections: pd.DataFrame
    tier_1: pd.DataFrame
    as_of: dt.date
    page: Any


def answer_checklist(
    accounts: pd.DataFrame,
    invoices: pd.DataFrame | None,
    contracts: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    issues: pd.DataFrame | None,
    surveys: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    usage: pd.DataFrame | None,
    milestones: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    costs: pd.DataFrame | None,
    managers: pd.DataFrame | None,
    prospects: pd.DataFrame | None,
    competitors: pd.DataFrame | None,
    attestations: pd.DataFrame | None,
    portfolio: PortfolioSummary,
    concentration: Concentration,
    segments: Segmentation,
    recurrence: Recurrence,
    movements: MovementSummary,
    value: ClientValue,
    health: Health,
    churn: Churn,
    renewals: Renewals,
    payments: Payments,
    service: ServiceResult,
    satisfaction: SatisfactionResult,
    stakeholders: Stakeholders,
    engagement: Engagement,
    growth: Growth,
    earlier_reviews: tuple[EarlierReview, ...],
    *,
    parameters: UnitParameters,
) -> Checklist:
    """Answer every item of the checklist from the tables, other results and attestations.

    Parameters
    ----------
    accounts, invoices, …, attestations : frame or None
        The tables as handed in.
    portfolio, …, growth : result
        Results of other analyses.
    earlier_reviews : tuple of EarlierReview
        What earlier reviews of this unit published.
    parameters : UnitParameters
        `checklist` holds thresholds and items that do not apply.
    """
    given = locals()
    tables = {name: given[name] for name in TABLE_NAMES}
    results = {name: given[name] for name in RESULT_NAMES}
    seen = Seen(clients_of(accounts, segments.accounts), tables, results, parameters)
    return answered(seen, valid_answers(attestations, parameters.as_of))


TABLE_NAMES = (
    "invoices",
    "contracts",
    "contacts",
    "interactions",
    "issues",
    "surveys",
    "opportunities",
    "usage",
    "milestones",
    "plans",
    "actions",
    "costs",
    "managers",
    "prospects",
    "competitors",
)
RESULT_NAMES = (
    "portfolio",
    "concentration",
    "segments",
    "recurrence",
    "movements",
    "value",
    "health",
    "churn",
    "renewals",
    "payments",
    "service",
    "satisfaction",
    "stakeholders",
    "engagement",
    "growth",
    "earlier_reviews",
)


def clients_of(accounts: pd.DataFrame, tiered: pd.DataFrame) -> pd.DataFrame:
    """Every account with its tier, whether it is active and what it brought, by account id."""
    columns = ["account_id", "account_name", "tier", "is_active", "is_client", "revenue_12m"]
    own = accounts.drop(columns=["account_name", "tier"], errors="ignore")
    rows = tiered[columns].merge(own, on="account_id", how="left", validate="one_to_one")
    return rows.sort_values("account_id", kind="stable").set_index("account_id")


def answered(seen: Seen, answers: Mapping[str, Answer]) -> Checklist:
    """The checklist from what was seen and what people answered."""
    rows, short = [], []
    for item in checklist_items():
        row, reading = _answer(item, seen, answers.get(item.number))
        top = _tier_1(seen, reading) if row["state"] == NOT_MET else []
        named = [str(seen.clients.loc[one, "account_name"]) for one in top]
        row |= {"tier_1_open": len(top), "tier_1_accounts": ", ".join(named)}
        rows.append(row)
        short += [(item.number, item.wording, one) for one in top]
    items = pd.DataFrame(rows, columns=ITEM_COLUMNS)
    page = seen.parameters.checklist
    figures = checklist_figures(items, page, seen.parameters.as_of)
    return Checklist(
        figures, items, _sections(items), _pairs(seen, short), seen.parameters.as_of, page
    )


def _tier_1(seen: Seen, reading: Reading | None) -> list[str]:
    """The clients of tier 1 that fall short, largest first."""
    if reading is None:
        return []
    clients = seen.clients
    top = clients[
        clients["is_client"] & clients["tier"].eq("1") & clients.index.isin(reading.short)
    ]
    top = top.rename_axis("account_id").reset_index()
    return list(
        top.sort_values(["revenue_12m", "account_id"], ascending=[False, True])["account_id"]
    )


def _answer(
    item: Item, seen: Seen, answer: Answer | None
) -> tuple[dict[str, object], Reading | None]:
    """One row of the list, and what the data showed."""
    rule, page = RULES.get(item.key), seen.parameters.checklist
    row: dict[str, object] = {
        "item": item.number,
        "section": item.section,
        "place": item.place,
        "part": item.part,
        "title": item.title,
        "wording": item.wording,
        "kind": "attested" if rule is None else "data",
        "attested": "" if answer is None else answer.status,
        "rule": "",
        "needs": "",
        "value": math.nan,
        "limit": math.nan,
        "gap": False,
        "short_accounts": 0,
    }
    if rule is not None:
        limit = page.thresholds.get(item.number, rule.limit)
        row |= {"rule": rule.told(limit), "needs": ", ".join(rule.needs), "limit": limit}
    if item.number in page.not_applicable:
        return row | _state(NOT_APPLICABLE, page.not_applicable[item.number]), None
    try:
        reading = _read(rule, seen)
    except NoEvidence as why:
        return row | _by_people(answer, str(why)), None
    return row | _by_data(rule, reading, float(row["limit"]), answer), reading  # type: ignore


def _read(rule: Rule | None, seen: Seen) -> Reading:
    if rule is None:
        raise NoEvidence("nobody has answered")
    return rule.read(seen)


def _state(state: str, evidence: str) -> dict[str, object]:
    return {"state": state, "evidence": evidence[:1].upper() + evidence[1:]}


def _by_data(
    rule: Rule, reading: Reading, limit: float, answer: Answer | None
) -> dict[str, object]:
    """The state that the data show; an answer that differs is a gap."""
    met = rule.holds(reading.value, limit)
    differs = answer is not None and answer.holds and (answer.status == "met") != met
    return _state(MET if met else NOT_MET, reading.evidence) | {
        "value": reading.value,
        "gap": differs,
        "short_accounts": len(reading.short),
    }


def _by_people(answer: Answer | None, why: str) -> dict[str, object]:
    """The state that people attest; without an answer that holds there is no evidence."""
    if answer is None:
        return _state(NO_EVIDENCE, why)
    if not answer.holds:
        return _state(NO_EVIDENCE, f"answer of {answer.by} lapsed on {spoken(answer.last_day)}")
    if answer.status == "met":
        return _state(ATTESTED, f"{answer.by}, {spoken(answer.date)}")
    if answer.status == "not applicable":
        return _state(NOT_APPLICABLE, f"so answered by {answer.by}, {spoken(answer.date)}")
    return _state(NO_EVIDENCE, f"answered “{answer.status}” by {answer.by}, {spoken(answer.date)}")


def _sections(items: pd.DataFrame) -> pd.DataFrame:
    """How many items of each section are in each state, and the section's score."""
    keys = ["section", "part", "title"]
    counts = items.groupby([*keys, "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(STATES), fill_value=0).reset_index()
    applicable = counts[[MET, ATTESTED, NOT_MET, NO_EVIDENCE]].sum(axis=1)
    done = counts[[MET, ATTESTED]].sum(axis=1)
    counts["score"] = (done / applicable.where(applicable > 0)).astype(float)
    return counts.rename_axis(columns=None)


def _pairs(seen: Seen, short: list[tuple[str, str, str]]) -> pd.DataFrame:
    """One row per open item and client of tier 1."""
    rows = pd.DataFrame(short, columns=["item", "wording", "account_id"])
    clients = seen.clients.reindex(rows["account_id"])
    rows["account_name"] = clients["account_name"].to_numpy()
    rows["revenue_12m"] = clients["revenue_12m"].to_numpy()
    return rows
