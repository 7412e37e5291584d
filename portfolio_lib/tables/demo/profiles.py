"""What makes one demo unit different from the next: size, prices, terms, troubles, tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY
from portfolio_lib.tables.demo.names import BRITAIN, EUROPE, NORTH, Place

Weights = tuple[tuple[str, float], ...]
ALL_TABLES = tuple(TABLES)


@dataclass(frozen=True)
class Offering:
    """One product or service line. `appeal` is the log-odds that an average client wants it."""

    name: str
    family: str
    yearly_price: float
    margin: float
    appeal: float = 0.0
    industries: tuple[str, ...] = ()


DAYS_OF_WORK = Offering("Days of work", "Services", 700.0, 0.39)
"""Sold by the day by every unit, to any client: its price is that of a day."""


@dataclass(frozen=True)
class Profile:
    """A unit that lives by contracts. The first offering is the one that every client has."""

    key: str
    id_prefix: str
    offerings: tuple[Offering, ...]
    industries: Weights
    accounts_at_start: int
    arrivals_per_month: float
    managers: int
    teams: tuple[str, ...]
    themes: tuple[str, ...]
    rivals: tuple[str, ...]
    usage_measures: tuple[str, ...] = ("active users", "reports run")
    places: tuple[Place, ...] = BRITAIN
    first_day: dt.date = FIRST_DAY
    closing_day: dt.date | None = None
    term_months: tuple[tuple[int, float], ...] = ((12, 1.0),)
    billing: Weights = (("annual", 0.6), ("monthly", 0.4))
    employees: float = 120.0
    size_spread: float = 0.9
    yearly_uplift: float = 0.03
    adoption: float = 0.03
    issues_per_month: float = 0.35
    meetings_per_month: float = 1.0
    trouble: float = 0.022
    base_log_odds: float = -5.6
    children: float = 0.0
    one_offs_per_month: float = 0.03
    return_chance: float = 0.08
    hour_cost: float = 48.0
    hours_per_million: float = 900.0
    days_shown_after: int = 0
    tables: tuple[str, ...] = field(default=ALL_TABLES)

    @property
    def last_day_shown(self) -> dt.date:
        """Last day of dated rows; past the review date in the unit that shows what then happens."""
        return AS_OF + dt.timedelta(days=self.days_shown_after)


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

CONTRACT_UNITS: tuple[Profile, ...] = (
    SAAS_NORTH,
    SAAS_ENTERPRISE,
    ACCOUNTING_PRACTICE,
    FIELD_SERVICES,
    SMALL_THREE,
    YOUNG,
    NO_COSTS,
    HOSTILE_NAMES,
    SHARED_CLIENTS,
    CLOSED,
)
