"""What the pages are called: the titles of their notebooks. A test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAGE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "summary": "Executive summary",
        "portfolio": "Portfolio",
        "signals": "Wake-up calls",
        "segments": "Segments and tiers",
        "potential": "Potential and effort",
        "rfm": "RFM and lifecycle",
        "recurrence": "Recurrence and rhythm",
        "cohorts": "Cohort retention",
        "movements": "Movements, NRR and GRR",
        "former_accounts": "Former clients",
        "value": "Value",
        "churn": "Churn risk",
        "health": "Health",
        "renewals": "Renewals",
        "payments": "Payments",
        "stakeholders": "Stakeholders and engagement",
        "service": "Issues and service levels",
        "satisfaction": "Satisfaction",
        "growth": "Growth",
        "account_managers": "Account managers",
        "account_brief": "Account brief",
        "readiness": "Readiness",
        "checklist": "Checklist",
        "plan": "Plan and promises",
        "sign_off": "Sign-off",
        "notes": "Data and definitions",
    }
)
