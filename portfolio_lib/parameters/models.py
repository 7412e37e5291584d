"""The typed settings of a firm and its units.

Every key that a parameter file may hold is a field here or in `source_models`, with its type, its
default and the sentence that editors, faults and packs show. Nothing here reads a file: see
`loading`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from portfolio_lib.parameters.behaviour_models import RecurrencePage, RfmPage
from portfolio_lib.parameters.calendar_models import WorkingHours
from portfolio_lib.parameters.checklist_models import ChecklistPage
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.former_models import FormerAccountsPage, PotentialSettings
from portfolio_lib.parameters.growth_models import GrowthPage
from portfolio_lib.parameters.health_models import HealthPage
from portfolio_lib.parameters.history_models import HistorySettings
from portfolio_lib.parameters.kinds import (
    CurrencyCode,
    EnvironmentName,
    IsoDate,
    PageName,
    Settings,
    Share,
    Text,
    UnitKey,
    in_words,
    is_part,
    refuse_if,
)
from portfolio_lib.parameters.manager_models import AccountBriefSettings, AccountManagersPage
from portfolio_lib.parameters.plan_models import PlanPage, SignOffPage
from portfolio_lib.parameters.play_models import Plays
from portfolio_lib.parameters.readiness_models import ReadinessPage
from portfolio_lib.parameters.relationship_models import StakeholdersPage
from portfolio_lib.parameters.renewal_models import PaymentsPage, RenewalsPage
from portfolio_lib.parameters.retention_models import CohortsPage, MovementsPage
from portfolio_lib.parameters.service_models import SatisfactionPage, ServicePage
from portfolio_lib.parameters.signal_models import SignalsPage
from portfolio_lib.parameters.source_models import (
    ColumnSource,
    JoinSettings,
    ReadSettings,
    RowRule,
    Sources,
    TableSource,
)
from portfolio_lib.parameters.summary_models import SummaryPage
from portfolio_lib.parameters.value_models import ValuePage

__all__ = [
    "CohortsPage",
    "ColumnSource",
    "CurrencyCode",
    "EngineSettings",
    "FirmParameters",
    "JoinSettings",
    "MovementsPage",
    "PaymentsPage",
    "Policies",
    "PortfolioPage",
    "ReadSettings",
    "RecurrencePage",
    "RenewalsPage",
    "RfmPage",
    "RowRule",
    "RunSettings",
    "SegmentsPage",
    "Settings",
    "Share",
    "Sources",
    "StakeholdersPage",
    "TableSource",
    "Targets",
    "TierPolicy",
    "UnitKey",
    "UnitParameters",
    "ValuePage",
]


PageNames = Annotated[tuple[PageName, ...], Field(min_length=1)]


def _choices(*words: str) -> dict[str, Any]:
    """Say what each choice of a Literal means, in the order of the choices."""
    return {"enumDescriptions": list(words)}


class TierPolicy(Settings):
    """How accounts are sorted into tiers 1, 2 and 3."""

    policy: Literal["cumulative_revenue", "account_rank", "thresholds", "given"] = Field(
        "cumulative_revenue",
        description="What an account's tier goes by.",
        json_schema_extra=_choices(
            "the accounts that make up the first part of revenue",
            "the first part of the accounts, largest first",
            "revenue of twelve months from a threshold up",
            "the tier given in the accounts table",
        ),
    )
    shares: tuple[Share, Share] = Field((0.2, 0.3), description="Share of tier 1, share of tier 2.")
    thresholds: tuple[float, float] | None = Field(
        None, description="Twelve-month revenue from which an account is tier 1, tier 2."
    )
    labels: tuple[Text, Text, Text] = Field(
        ("Strategic", "Core", "Transactional"), description="What tiers 1, 2 and 3 are called."
    )

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> TierPolicy:
        edges, total = self.thresholds, sum(self.shares)
        lacks = self.policy == "thresholds" and edges is None and not is_part(info)
        refuse_if(
            (total > 1 + 1e-9, f"the shares add up to {total:g}; expected at most 1"),
            (
                edges is not None and edges[0] <= edges[1],
                "the threshold of tier 1 is not above that of tier 2; expected a higher one",
            ),
            (len(set(self.labels)) < 3, "two tiers have one label; expected three labels"),
            (lacks, "the policy is thresholds and none are given; expected two amounts"),
        )
        return self


class Policies(Settings):
    """The choices that change what a number means, each printed beside what it changes."""

    revenue_source: Literal["auto", "invoices", "contracts"] = Field(
        "auto",
        title="Source of revenue",
        description="Which table every figure of revenue is built from.",
        json_schema_extra=_choices(
            "invoices where there are any, else contracts", "invoices", "contracts"
        ),
    )
    credits: Literal["net", "set_aside"] = Field(
        "net",
        title="Credits",
        description="What becomes of negative lines: revenue after credits, or sales alone.",
        json_schema_extra=_choices("taken off the revenue", "set aside, counted and listed"),
    )
    zero_amounts: Literal["keep", "set_aside"] = Field(
        "keep",
        title="Lines without an amount",
        description="Whether lines of exactly 0 count as purchases.",
        json_schema_extra=_choices("kept", "set aside, counted and listed"),
    )
    exact_duplicates: Literal["keep", "set_aside"] = Field(
        "keep",
        title="Repeated lines",
        description="What becomes of lines that agree in every column; kept ones add to revenue.",
        json_schema_extra=_choices("kept, counted and shown", "set aside but for the first"),
    )
    spread_service_periods: bool = Field(
        True,
        title="Service periods",
        description="When revenue counts that is billed for a period, such as a year in advance.",
        json_schema_extra=_choices("on the day of the invoice", "spread over the days served"),
    )
    active_within_days: int = Field(
        365,
        ge=1,
        le=3650,
        title="Active account",
        description="Which accounts count as active: revenue within this many days, or a contract "
        "in force.",
        json_schema_extra={"unit": "days"},
    )
    movement_revenue: Literal["recognised", "run_rate", "quarter_mean", "year_mean"] = Field(
        "recognised",
        title="Revenue in movements",
        description="What movements, NRR and GRR compare from month to month. Bills spread by "
        "days bring more in long months and less where they begin or end within one: run rates "
        "do not. Clients that order now and then are better compared by means.",
        json_schema_extra=_choices(
            "revenue recognised in the month",
            "what runs on the month's last day, for a month",
            "mean of the three months to the month's end",
            "mean of the twelve months to the month's end",
        ),
    )
    gap_tolerance_days: int = Field(
        0,
        ge=0,
        le=366,
        title="Pause that is not yet a loss",
        description="How long a client may bring no revenue before it counts as lost. Until then "
        "its last month's revenue is carried on; what is carried is shown.",
        json_schema_extra={"unit": "days"},
    )
    reactivation: Literal["separate", "new"] = Field(
        "separate",
        title="Clients that come back",
        description="Where the revenue of clients counts that were lost before.",
        json_schema_extra=_choices("on a line of its own", "as new"),
    )
    new_and_gone: Literal["count", "wait"] = Field(
        "count",
        title="New and gone in one month",
        description="Whether a client counts as new in its first month with revenue. Waiting keeps "
        "single sales out of the movements.",
        json_schema_extra=_choices(
            "new in its first month, lost in the next without revenue",
            "new from its second month with revenue on; the first stands apart",
        ),
    )
    cohort_period: Literal["month", "quarter"] = Field(
        "quarter",
        title="Cohorts",
        description="Which clients belong together: those whose first revenue fell into the same "
        "period. Ages are counted in such periods from each client's own first month.",
        json_schema_extra=_choices("month", "quarter of the calendar"),
    )
    tiers: TierPolicy = Field(
        TierPolicy(), title="Tiers", description="How accounts are sorted into tiers 1, 2 and 3."
    )


class Targets(Settings):
    """What is aimed at. Absent targets are not shown."""

    active_accounts: int | None = Field(None, ge=0, description="Active accounts at the end.")
    revenue_12m: float | None = Field(None, ge=0, description="Revenue of twelve months.")
    revenue_growth: float | None = Field(
        None, description="Growth of revenue on the twelve months before, 0.05 for 5 %."
    )
    average_revenue: float | None = Field(
        None, ge=0, description="Revenue of twelve months per active account."
    )
    gross_margin: Share | None = Field(None, description="Gross margin as a share of revenue.")
    retention: Share = Field(0.90, description="Share of accounts kept over twelve months.")
    nrr: float = Field(1.10, ge=0, description="Net revenue retention, 1.10 for 110 %.")
    grr: Share | None = Field(None, description="Gross revenue retention, at most 1.")
    satisfaction: float = Field(8.5, ge=0, le=10, description="Satisfaction on a scale of 0 to 10.")
    top_10_share: Share | None = Field(
        None, description="Share of the ten largest accounts. A limit: lower is better."
    )


class PortfolioPage(Settings):
    """Settings of the page Portfolio."""

    major_client_share: Share = Field(
        0.10, description="Share of revenue from which one client is called major."
    )
    stress_sizes: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (1, 5, 10), description="How many of the largest accounts are taken away in the stress."
    )
    market_size: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Yearly size of the market by segment, in the unit's currency.",
    )
    market_segment: Literal["industry", "country", "region"] = Field(
        "industry", description="The column of accounts that the sizes of the market go by."
    )


class SegmentsPage(Settings):
    """Settings of the page Segments and tiers."""

    revenue_bands: tuple[float, ...] | None = Field(
        None, description="Lower edges of the revenue cut; quartiles of this unit where left out."
    )
    geography: Literal["country", "region", "city"] = Field(
        "country", description="The column of accounts that the cut by place goes by."
    )
    top_groups: int = Field(12, ge=1, description="Groups shown by name; the rest are added up.")
    potential: PotentialSettings = Field(
        PotentialSettings(), description="Who has potential, and whose effort does not fit."
    )

    @model_validator(mode="after")
    def _bands_rise(self) -> SegmentsPage:
        bands = self.revenue_bands or ()
        if list(bands) != sorted(set(bands)):
            raise ValueError("revenue_bands do not rise; expected each edge above the one before")
        return self


class UnitParameters(Settings):
    """Everything that one review needs, with every default filled in."""

    key: UnitKey = Field(description="Name of the unit's file, without the ending.")
    name: Text = Field(description="What readers call the unit.")
    firm_name: Text = Field(description="What readers call the firm.")
    business_units: tuple[Text, ...] = Field(
        description="The unit's values in the business_unit column of your tables."
    )
    rest: bool = Field(
        False, description="Take every business unit that no other unit names. One unit at most."
    )
    named_elsewhere: tuple[Text, ...] = Field(
        (), description="What other units name; filled in for the unit that takes the rest."
    )
    as_of: IsoDate = Field(description="Last day observed, inclusive.")
    period: Literal["month", "quarter", "year"] = Field(
        "quarter", description="How often the unit is reviewed."
    )
    currency: CurrencyCode = Field(description="Currency of every amount, for example GBP.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Start of every random draw.")
    edition: Literal["full", "confidential"] = Field(
        "full",
        description="Whether the pack names clients and people.",
        json_schema_extra=_choices(
            "with their names", "under pseudonyms, without the words that people wrote"
        ),
    )
    pseudonym_key: EnvironmentName | None = Field(
        None,
        description="env:NAME of the variable with the secret that pseudonyms are made with. The "
        "confidential edition needs it.",
    )
    sources: Sources = Field(description="Where the tables come from.")
    policies: Policies = Field(
        Policies(), description="The choices that change what a number means."
    )
    targets: Targets = Field(Targets(), description="What is aimed at.")
    packs: dict[Literal["month", "quarter", "year"], PageNames] = Field(
        default_factory=dict,
        description="Pages of the pack by how often it is made, for example month and quarter; "
        "period chooses.",
    )
    pages: PageNames = Field(
        description="Pages of the pack, in order: names of notebooks. Stands before packs.",
    )
    working_hours: WorkingHours = Field(
        WorkingHours(), description="Hours that count where business hours are promised."
    )
    portfolio: PortfolioPage = Field(PortfolioPage(), description="The page Portfolio.")
    segments: SegmentsPage = Field(SegmentsPage(), description="The page Segments and tiers.")
    former_accounts: FormerAccountsPage = Field(
        FormerAccountsPage(), description="The page Former clients."
    )
    cohorts: CohortsPage = Field(CohortsPage(), description="The page Cohort retention.")
    rfm: RfmPage = Field(RfmPage(), description="The page RFM and lifecycle.")
    recurrence: RecurrencePage = Field(
        RecurrencePage(), description="The page Recurrence and rhythm."
    )
    health: HealthPage = Field(HealthPage(), description="The page Health.")
    movements: MovementsPage = Field(
        MovementsPage(), description="The page Movements, NRR and GRR."
    )
    signals: SignalsPage = Field(SignalsPage(), description="The page Wake-up calls.")
    stakeholders: StakeholdersPage = Field(
        StakeholdersPage(), description="The page Stakeholders and engagement."
    )
    value: ValuePage = Field(ValuePage(), description="The page Value.")
    service: ServicePage = Field(ServicePage(), description="The page Issues and service levels.")
    churn: ChurnPage = Field(ChurnPage(), description="The page Churn risk, and snapshots.")
    plays: Plays = Field(
        default_factory=dict, description="Changes to the kit's plays, and plays of your own."
    )
    satisfaction: SatisfactionPage = Field(SatisfactionPage(), description="The page Satisfaction.")
    renewals: RenewalsPage = Field(RenewalsPage(), description="The page Renewals.")
    payments: PaymentsPage = Field(PaymentsPage(), description="The page Payments.")
    readiness: ReadinessPage = Field(ReadinessPage(), description="The page Readiness.")
    growth: GrowthPage = Field(GrowthPage(), description="The page Growth and competitors.")

    plan: PlanPage = Field(PlanPage(), description="The page Plan.")
    sign_off: SignOffPage = Field(SignOffPage(), description="The page Sign-off.")
    summary: SummaryPage = Field(SummaryPage(), description="The page Executive summary.")
    checklist: ChecklistPage = Field(ChecklistPage(), description="The page Checklist.")
    account_managers: AccountManagersPage = Field(
        AccountManagersPage(), description="The page Account managers."
    )
    account_brief: AccountBriefSettings = Field(
        AccountBriefSettings(), description="Briefs of single clients beside the pack."
    )
    history: HistorySettings = Field(
        HistorySettings(), description="How a review is held against those before it."
    )

    @model_validator(mode="after")
    def _has_a_key(self, info: ValidationInfo) -> UnitParameters:
        refuse_if(
            (
                self.edition == "confidential" and self.pseudonym_key is None,
                "the edition is confidential and there is no pseudonym_key; expected env:NAME",
            )
        )
        return self


class EngineSettings(Settings):
    """What runs the heavy steps."""

    kind: Literal["duckdb"] = Field("duckdb", description="The engine.")
    threads: int | None = Field(
        None, ge=1, description="Threads; the number of cores where left out."
    )
    memory_limit: (
        Annotated[
            str,
            StringConstraints(pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$"),
            in_words("a size with its unit, for example 4GB"),
        ]
        | None
    ) = Field(None, description="Memory that the engine may use, for example 4GB.")


class RunSettings(Settings):
    """How units are run."""

    workers: int | None = Field(
        None, ge=1, description="Units side by side; the number of cores where left out."
    )
    deadline_minutes: float = Field(10, gt=0, description="For one unit; then it is stopped.")
    keep_runs: int = Field(5, ge=1, description="Earlier packs of a unit that are kept.")


class FirmParameters(Settings):
    """The firm and all its units."""

    name: Text
    folder: Path
    engine: EngineSettings = EngineSettings()
    run: RunSettings = RunSettings()
    units: dict[UnitKey, UnitParameters]
