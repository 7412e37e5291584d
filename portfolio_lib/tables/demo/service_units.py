"""Profiles of the units that sell work and goods: practice, maintenance, agency, trade."""

from __future__ import annotations

from portfolio_lib.tables.demo.profiles import Offering, Profile
from portfolio_lib.tables.demo.software_units import BUSINESS

_FINANCE_LINES = (
    Offering("Accounts and tax", "Compliance", 9_500, 0.48),
    Offering("Audit", "Assurance", 18_000, 0.42, -0.6),
    Offering("Payroll", "Outsourcing", 5_200, 0.38, 0.2),
    Offering("Bookkeeping", "Outsourcing", 7_800, 0.34, -0.4),
    Offering("VAT", "Compliance", 3_000, 0.5, 0.3),
    Offering("Advisory", "Advisory", 14_000, 0.55, -1.0),
    Offering("Grant claims", "Advisory", 6_000, 0.5, -0.3, ("Charity", "Education")),
)

ACCOUNTING_PRACTICE = Profile(
    key="accounting-practice",
    id_prefix="P",
    offerings=_FINANCE_LINES,
    industries=(
        ("Manufacturing", 2),
        ("Construction", 3),
        ("Hospitality", 2),
        ("Professional services", 3),
        ("Charity", 1.5),
        ("Agriculture", 1.5),
        ("Healthcare", 1),
    ),
    accounts_at_start=70,
    arrivals_per_month=0.7,
    managers=7,
    teams=("Audit partners", "Tax partners", "Advisory partners"),
    themes=("late accounts", "fee query", "payroll error", "missing records", "tax notice"),
    rivals=("Brook & Vane", "Ninefold Accounting", "in-house bookkeeper"),
    usage_measures=("portal sign-ins", "documents exchanged"),
    billing=(("monthly", 0.55), ("annual", 0.3), ("quarterly", 0.15)),
    employees=45,
    size_spread=1.0,
    adoption=0.022,
    issues_per_month=0.22,
    meetings_per_month=0.7,
    base_log_odds=-6.3,
    one_offs_per_month=0.07,
    hour_cost=62.0,
    hours_per_million=2_600.0,
)

FIELD_SERVICES = Profile(
    key="field-services",
    id_prefix="F",
    offerings=(
        Offering("Boiler cover", "Heating", 8_000, 0.36),
        Offering("Lift cover", "Access", 11_000, 0.33, -0.4),
        Offering("Fire alarms", "Safety", 4_500, 0.42, 0.1),
        Offering("Air conditioning", "Cooling", 9_000, 0.35, -0.5),
        Offering("Emergency call-out", "Safety", 3_200, 0.3, 0.0),
        Offering("Water hygiene", "Safety", 2_800, 0.45, 0.3, ("Healthcare", "Hospitality")),
    ),
    industries=(
        ("Public sector", 3),
        ("Hospitality", 3),
        ("Healthcare", 2),
        ("Retail", 2),
        ("Education", 2),
    ),
    accounts_at_start=64,
    arrivals_per_month=0.9,
    managers=5,
    teams=("East depot", "West depot"),
    themes=("missed visit", "parts delay", "repeat fault", "invoice query", "site access"),
    rivals=("Sureheat", "Liftwell", "Allday Maintenance"),
    usage_measures=("planned visits", "call-outs"),
    billing=(("quarterly", 0.7), ("monthly", 0.3)),
    employees=90,
    issues_per_month=2.0,
    meetings_per_month=0.7,
    base_log_odds=-5.9,
    one_offs_per_month=0.18,
    hour_cost=41.0,
    hours_per_million=5_200.0,
)

SHARED_CLIENTS = Profile(
    key="shared-clients",
    id_prefix="H",
    offerings=(
        Offering("Pension administration", "Pensions", 6_800, 0.46),
        Offering("Staff benefits", "Benefits", 4_100, 0.4, -0.2),
        Offering("Trustee secretary", "Pensions", 8_800, 0.5, -1.0),
    ),
    industries=ACCOUNTING_PRACTICE.industries,
    accounts_at_start=30,
    arrivals_per_month=0.3,
    managers=3,
    teams=("Pensions",),
    themes=("late statement", "contribution error", "scheme rules"),
    rivals=("Evergreen Pensions",),
    billing=(("quarterly", 0.6), ("annual", 0.4)),
    employees=45,
    tables=(
        *("accounts", "invoices", "contracts", "offerings", "contacts", "interactions"),
        *("issues", "slas", "surveys", "managers", "opportunities"),
    ),
)

SMALL_THREE = Profile(
    key="small-three",
    id_prefix="T",
    offerings=(
        Offering("Translation desk", "Language", 48_000, 0.44),
        Offering("Interpreters", "Language", 22_000, 0.38, 0.2),
    ),
    industries=(("Public sector", 1), ("Healthcare", 1), ("Media", 1)),
    accounts_at_start=3,
    arrivals_per_month=0.0,
    managers=1,
    teams=("Language services",),
    themes=("late delivery", "terminology"),
    rivals=("Polyword",),
    base_log_odds=-12.0,
    return_chance=0.0,
    tables=("accounts", "invoices", "contracts", "contacts", "interactions", "surveys", "managers"),
)

NO_COSTS = Profile(
    key="no-costs",
    id_prefix="W",
    offerings=(
        Offering("Office cleaning", "Cleaning", 12_000, 0.3),
        Offering("Window cleaning", "Cleaning", 2_400, 0.3, 0.0),
        Offering("Waste removal", "Waste", 3_900, 0.3, -0.3),
    ),
    industries=BUSINESS,
    accounts_at_start=45,
    arrivals_per_month=0.6,
    managers=3,
    teams=("Contracts",),
    themes=("missed clean",),
    rivals=("Brightway",),
    billing=(("monthly", 1.0),),
    tables=("accounts", "invoices"),
)

AGENCY = Profile(
    key="agency",
    id_prefix="A",
    offerings=(
        Offering("Retainer", "Retainer", 42_000, 0.42),
        Offering("Paid search", "Media", 18_000, 0.3, -0.2),
        Offering("Content", "Creative", 15_000, 0.45, 0.0),
    ),
    industries=(("Retail", 3), ("Hospitality", 2), ("Education", 2), ("Charity", 1), ("Media", 1)),
    accounts_at_start=10,
    arrivals_per_month=0.16,
    managers=3,
    teams=("Brand", "Digital"),
    themes=("late artwork", "budget", "approval"),
    rivals=("Studio Ember", "Northlight"),
    billing=(("monthly", 1.0),),
    hours_per_million=1_800.0,
    tables=(
        *("accounts", "invoices", "contracts", "offerings", "contacts", "interactions"),
        *("surveys", "opportunities", "managers", "costs"),
    ),
)

DISTRIBUTOR = Profile(
    key="distributor",
    id_prefix="D",
    offerings=(
        Offering("Dry goods", "Food", 18.5, 0.22, 1.2),
        Offering("Oils", "Food", 41.0, 0.18, 0.3),
        Offering("Frozen", "Food", 29.0, 0.25, 0.1),
        Offering("Dairy", "Food", 15.0, 0.2, 0.2),
        Offering("Coffee", "Drinks", 52.0, 0.34, -0.2),
        Offering("Soft drinks", "Drinks", 11.5, 0.28, 0.0),
        Offering("Cleaning", "Non-food", 23.0, 0.38, -0.3),
        Offering("Tableware", "Non-food", 64.0, 0.41, -1.0),
    ),
    industries=(("Restaurant", 4), ("Hotel", 2), ("Canteen", 2), ("Café", 3)),
    accounts_at_start=105,
    arrivals_per_month=1.0,
    managers=5,
    teams=("Van sales", "Key accounts"),
    themes=(),
    rivals=(),
    employees=18,
    size_spread=0.7,
    adoption=0.012,
    tables=("accounts", "invoices", "offerings", "managers"),
)
