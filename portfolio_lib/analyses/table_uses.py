"""What each table of the data model switches on: by page, in a few words.

Every table but the accounts is listed, with the pages that read it, the one it says most on first.
Pages that only retell what others found (the executive summary) are left out. A test holds this
against what the analyses of each page take, so a page that reads a new table cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CHECKLIST = "more practices answered"

_USES: dict[str, dict[str, str]] = {
    "invoices": {
        "rfm": "purchases, and how recent",
        "recurrence": "repeat purchases and rhythm",
        "payments": "who pays late, and what is owed",
        "portfolio": "direct margin",
        "value": "worth by purchases",
        "former_accounts": "clients that stopped buying",
        "signals": "orders behind a fall",
        "growth": "prices and volumes",
        "potential": "margin as a sign",
        "renewals": "prices paid",
        "churn": "purchases and late payment as signs",
        "health": "purchases and late payment as signs",
        "checklist": _CHECKLIST,
    },
    "contracts": {
        "renewals": "terms due, rates and forecast",
        "portfolio": "recurring revenue in force",
        "value": "worth by contract terms",
        "stakeholders": "when terms of single-threaded clients end",
        "churn": "terms and notice as signs",
        "health": "terms and notice as signs",
        "growth": "services under contract",
        "former_accounts": "terms that were not renewed",
        "sign_off": "renewals due",
        "account_brief": "terms in force",
        "checklist": _CHECKLIST,
    },
    "offerings": {
        "growth": "families, and who may buy what",
        "renewals": "prices against the list",
    },
    "contacts": {
        "stakeholders": "people, roles, single threads",
        "churn": "champions who left as signs",
        "health": "champions who left as signs",
        "readiness": "whether those who decide are known",
        "account_managers": "clients that hang on one person",
        "satisfaction": "answers by role",
        "growth": "departments reached",
        "account_brief": "people there",
        "checklist": _CHECKLIST,
    },
    "interactions": {
        "stakeholders": "contacts against plan, business reviews, strength",
        "churn": "silence as a sign",
        "health": "silence as a sign",
        "renewals": "terms looked at ahead",
        "account_managers": "contacts and reviews held",
        "readiness": "reviews held, contact before the client has to ask",
        "account_brief": "history",
        "checklist": _CHECKLIST,
    },
    "issues": {
        "service": "open issues, promises kept, themes",
        "churn": "issues and escalations as signs",
        "health": "issues and escalations as signs",
        "account_managers": "promises kept",
        "readiness": "how issues are dealt with",
        "growth": "stories without trouble behind them",
        "account_brief": "open issues",
        "checklist": _CHECKLIST,
    },
    "slas": {
        "service": "promised times kept",
        "churn": "missed promises as signs",
        "health": "missed promises as signs",
        "account_managers": "promises kept",
        "readiness": "whether promises exist and are kept",
        "checklist": _CHECKLIST,
    },
    "surveys": {
        "satisfaction": "ratings, NPS and what clients say",
        "churn": "satisfaction as a sign",
        "health": "satisfaction as a sign",
        "growth": "success stories",
        "former_accounts": "clients that speak well of us",
        "account_managers": "satisfaction",
        "readiness": "whether answers are followed up",
        "account_brief": "answers",
        "checklist": _CHECKLIST,
    },
    "opportunities": {
        "growth": "open deals, win rates, losses to competitors",
        "sign_off": "open deals by kind",
        "plan": "growth, and open cross-sell and upsell",
        "former_accounts": "why clients were lost",
        "renewals": "terms looked at ahead",
        "readiness": "growth at healthy clients",
        "account_brief": "open deals",
        "checklist": _CHECKLIST,
    },
    "usage": {
        "churn": "use and licences as signs",
        "health": "use and licences as signs",
        "checklist": _CHECKLIST,
    },
    "milestones": {
        "stakeholders": "onboarding on time, days to first value",
        "readiness": "how clients start",
        "account_brief": "history",
        "checklist": _CHECKLIST,
    },
    "plans": {
        "readiness": "goals and measures agreed with clients",
        "renewals": "terms looked at ahead",
        "account_brief": "goals",
        "checklist": _CHECKLIST,
    },
    "actions": {
        "plan": "promises of earlier reviews, what plays brought",
        "sign_off": "actions in progress",
        "renewals": "terms looked at ahead",
        "readiness": "whether warnings lead to action",
        "account_brief": "open actions",
        "checklist": _CHECKLIST,
    },
    "costs": {
        "portfolio": "margin after cost to serve",
        "value": "worth against effort",
        "potential": "effort by tier",
        "account_managers": "hours by client",
        "checklist": _CHECKLIST,
    },
    "managers": {
        "account_managers": "books against capacity, who fits whom",
        "churn": "hours for the call list",
        "plan": "hours for the plan",
        "readiness": "training and capacity",
        "checklist": _CHECKLIST,
    },
    "prospects": {
        "growth": "companies like the best clients",
        "sign_off": "companies to be won",
        "checklist": _CHECKLIST,
    },
    "competitors": {
        "growth": "threats, and how they end",
        "sign_off": "open threats",
        "churn": "threats as signs",
        "health": "threats as signs",
        "account_brief": "competitors there",
        "checklist": _CHECKLIST,
    },
    "attestations": {
        "checklist": "practices that no table shows",
        "readiness": "your own scores beside the measured ones",
    },
}

TABLE_USES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {table: MappingProxyType(uses) for table, uses in _USES.items()}
)
"""By table, what it would show on each page; pages by the names of their notebooks."""


def uses_on(table: str, pages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What a table shows on these pages: pairs of page and words, the fullest use first.

    Examples
    --------
    >>> uses_on("usage", ("churn", "health"))
    (('churn', 'use and licences as signs'), ('health', 'use and licences as signs'))
    >>> uses_on("prospects", ("churn", "health"))
    ()
    """
    return tuple((page, words) for page, words in TABLE_USES[table].items() if page in pages)
