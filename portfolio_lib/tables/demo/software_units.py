"""Profiles of the units that sell software and storage by subscription."""

from __future__ import annotations

import datetime as dt

from portfolio_lib.tables.demo.names import EUROPE, NORTH
from portfolio_lib.tables.demo.profiles import Offering, Profile, Weights

BUSINESS: Weights = (
    ("Manufacturing", 4),
    ("Retail", 3),
    ("Logistics", 2),
    ("Healthcare", 2),
    ("Financial services", 2),
    ("Education", 1.5),
    ("Construction", 1.5),
)

SAAS_NORTH = Profile(
    key="saas-north",
    id_prefix="N",
    offerings=(
        Offering("Planning", "Platform", 14_000, 0.82),
        Offering("Reporting", "Insight", 4_200, 0.86, 0.1),
        Offering("Forecasting", "Insight", 6_500, 0.84, -0.9),
        Offering("Payroll link", "Connectors", 2_400, 0.78, -0.5),
        Offering("Warehouse link", "Connectors", 3_600, 0.76, -0.8),
        Offering("Premium support", "Services", 5_000, 0.58, -0.7),
        Offering("Clinical audit", "Insight", 7_200, 0.8, 0.2, ("Healthcare",)),
    ),
    industries=BUSINESS,
    accounts_at_start=60,
    arrivals_per_month=1.5,
    managers=6,
    teams=("North West", "North East"),
    themes=("integration", "slow reports", "single sign-on", "billing", "training", "data import"),
    rivals=("Planwise", "Sheetless", "Orbital Planning"),
    places=NORTH,
    term_months=((12, 0.62), (3, 0.28), (24, 0.1)),
    trouble=0.034,
    days_shown_after=9,
)

SAAS_ENTERPRISE = Profile(
    key="saas-enterprise",
    id_prefix="E",
    offerings=(
        Offering("Enterprise platform", "Platform", 160_000, 0.8),
        Offering("Group consolidation", "Insight", 60_000, 0.82, -0.2),
        Offering("Audit trail", "Compliance", 35_000, 0.85, -0.4),
        Offering("Data residency", "Compliance", 42_000, 0.7, -1.0),
        Offering("Named engineer", "Services", 85_000, 0.45, -0.9),
    ),
    industries=(
        ("Financial services", 3),
        ("Manufacturing", 3),
        ("Energy", 2),
        ("Logistics", 2),
        ("Public sector", 1),
    ),
    accounts_at_start=26,
    arrivals_per_month=0.35,
    managers=4,
    teams=("Northern Europe", "Continental Europe"),
    themes=("data residency", "integration", "performance", "access rights"),
    rivals=("Consolidon", "Ledgerline"),
    places=EUROPE,
    term_months=((12, 0.25), (24, 0.25), (36, 0.5)),
    billing=(("annual", 0.9), ("quarterly", 0.1)),
    employees=4_000,
    size_spread=0.8,
    trouble=0.03,
    issues_per_month=0.8,
    meetings_per_month=2.0,
    children=0.35,
)

YOUNG = Profile(
    key="young",
    id_prefix="Y",
    offerings=(
        Offering("Carbon ledger", "Platform", 7_500, 0.74),
        Offering("Supplier survey", "Add-ons", 2_200, 0.8, 0.3),
    ),
    industries=BUSINESS,
    accounts_at_start=6,
    arrivals_per_month=4.0,
    managers=2,
    teams=("Launch team",),
    themes=("data import", "training"),
    rivals=("Footprintly",),
    first_day=dt.date(2026, 6, 1),
    term_months=((12, 0.5), (3, 0.5)),
    billing=(("monthly", 1.0),),
    tables=(
        *("accounts", "invoices", "contracts", "offerings", "contacts", "interactions"),
        *("issues", "usage", "milestones", "managers", "opportunities", "prospects"),
    ),
)

CLOSED = Profile(
    key="closed",
    id_prefix="Z",
    offerings=(
        Offering("Fax gateway", "Messaging", 3_800, 0.55),
        Offering("Paging", "Messaging", 2_100, 0.5, 0.0),
    ),
    industries=BUSINESS,
    accounts_at_start=28,
    arrivals_per_month=0.1,
    managers=2,
    teams=("Messaging",),
    themes=("outage",),
    rivals=("Instant messaging",),
    closing_day=dt.date(2024, 8, 31),
    base_log_odds=-4.6,
    return_chance=0.0,
    tables=("accounts", "invoices", "contracts", "offerings", "contacts", "interactions"),
)

HOSTILE_NAMES = Profile(
    key="hostile-names",
    id_prefix="X",
    offerings=(
        Offering("Archive", "Storage", 9_000, 0.6),
        Offering("Scanning", "Digital", 3_300, 0.5, 0.2),
        Offering("Shredding", "Disposal", 1_700, 0.45, 0.0),
    ),
    industries=BUSINESS,
    accounts_at_start=24,
    arrivals_per_month=0.25,
    managers=3,
    teams=("Records",),
    themes=("lost box", "late scan", "portal"),
    rivals=("Papertrail",),
)
