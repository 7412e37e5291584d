"""What a leader has to know first: the figures that matter, what is good, what needs work, what
is at high risk.

Nothing is computed anew: every number is one of another analysis. This one chooses and ranks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.figures import Figure, known_figures
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.concentration import Concentration
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.movements import MovementSummary
    from portfolio_lib.analyses.payments import Payments
    from portfolio_lib.analyses.portfolio import PortfolioSummary
    from portfolio_lib.analyses.recurrence import Recurrence
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.signals import Signals
    from portfolio_lib.analyses.stakeholders import Stakeholders

CARDS = 8
RATING_SCALE = 10.0
LEAST_N = {"concentration.top_10_share": 11}
"""Figures that say nothing of fewer clients: the ten largest of ten bring everything."""

AREA_COLUMNS = ["key", "label", "unit", "value", "goal", "is_limit", "ahead", "is_met"]
SITUATION_COLUMNS = [
    "kind",
    "money",
    "count",
    "account_id",
    "account_name",
    "probability",
    "cause",
    "owner",
]
STAKES = (
    ("notice", "renewals.notice", None),
    ("single_threaded", "stakeholders.single_threaded_red_revenue",
     "stakeholders.single_threaded_red"),
    ("urgent_issue", "service.open_urgent_revenue", "service.open_urgent"),
    ("detractors", "satisfaction.detractor_revenue", "satisfaction.detractor_accounts"),
    ("overdue", "payments.overdue", None),
)  # fmt: skip
"""Kinds of situation, the figure with the money at stake, and the figure that counts them."""


@dataclass(frozen=True)
class Summary:
    """The answer of the page Executive summary.

    Parameters
    ----------
    figures : mapping of str to Figure
        What this page publishes itself: how many areas are judged and met.
    known : mapping of str to Figure
        The figures of the other pages, which everything here is chosen from.
    kpis : tuple of Figure
        Those of the cards, each with the goal that it is held to.
    areas : frame
        One row per judged area, best first: `key`, `label`, `unit`, `value`, `goal`, `is_limit`,
        `ahead` (how far it is ahead of its goal, in parts of its scale), `is_met`.
    situations : frame
        What is at high risk, most money first: see `SITUATION_COLUMNS`.
    calls : frame
        The clients to call, as the page Churn risk lists them.
    clients : frame
        The largest clients, as the part Concentration lists them.
    pages : tuple of str
        The pages of this pack: a monthly one leaves some out.
    """

    figures: Mapping[str, Figure]
    known: Mapping[str, Figure]
    kpis: tuple[Figure, ...]
    areas: pd.DataFrame
    situations: pd.DataFrame
    calls: pd.DataFrame
    clients: pd.DataFrame
    pages: tuple[str, ...]
    as_of: dt.date
    areas_shown: int
    situations_shown: int
    currency: str

    @property
    def best(self) -> pd.DataFrame:
        """The areas furthest ahead of their goals."""
        return self.areas.loc[self.areas["is_met"]].head(self.areas_shown)

    @property
    def attention(self) -> pd.DataFrame:
        """The areas furthest behind their goals, worst first."""
        missed = self.areas.loc[~self.areas["is_met"]]
        return missed.iloc[::-1].head(self.areas_shown)


def summarise(
    portfolio: PortfolioSummary,
    concentration: Concentration,
    movements: MovementSummary,
    recurrence: Recurrence,
    signals: Signals,
    health: Health,
    churn: Churn,
    renewals: Renewals,
    payments: Payments,
    service: ServiceResult,
    satisfaction: SatisfactionResult,
    stakeholders: Stakeholders,
    engagement: Engagement,
    *,
    parameters: UnitParameters,
) -> Summary:
    """Choose what a leader has to know first.

    Parameters
    ----------
    portfolio, concentration, … : results
        The answers that figures and lists are chosen from.
    parameters : UnitParameters
        Says which figures the cards show and what each area is held to.
    """
    page = parameters.summary
    known = known_figures(
        portfolio, concentration, movements, recurrence, signals, health, churn, renewals,
        payments, service, satisfaction, stakeholders, engagement,
    )  # fmt: skip
    aimed = {key: _aimed(figure, page.goals) for key, figure in known.items()}
    areas = judged_areas(aimed, page.goals)
    situations = _situations(known, churn.accounts, signals.calls, parameters)
    return Summary(
        figures={figure.key: figure for figure in _own_figures(areas, situations, parameters)},
        known=known,
        kpis=chosen_kpis(aimed, page.kpis),
        areas=areas,
        situations=situations,
        calls=churn.calls,
        clients=concentration.clients,
        pages=tuple(parameters.pages),
        as_of=parameters.as_of,
        areas_shown=page.areas_shown,
        situations_shown=page.situations_shown,
        currency=parameters.currency,
    )


def chosen_kpis(known: Mapping[str, Figure], keys: tuple[str, ...]) -> tuple[Figure, ...]:
    """The first eight that can be computed; where there are fewer, others say why they cannot."""
    asked = [known[key] for key in keys if key in known]
    shown = [figure for figure in asked if figure.computable][:CARDS]
    silent = [figure for figure in asked if not figure.computable][: CARDS - len(shown)]
    chosen = {figure.key for figure in (*shown, *silent)}
    return tuple(figure for figure in asked if figure.key in chosen)


def _aimed(figure: Figure, goals: Mapping[str, float]) -> Figure:
    """The figure with its target, or the general goal where it has none."""
    if figure.target is not None or figure.key not in goals:
        return figure
    return replace(figure, target=goals[figure.key])


def judged_areas(aimed: Mapping[str, Figure], goals: Mapping[str, float]) -> pd.DataFrame:
    """Areas with a goal and a value, the one furthest ahead of its goal first.

    Returns
    -------
    frame
        See `Summary.areas`. How far an area is ahead is counted in parts of its scale, so that
        shares of one and ratings out of ten can stand in one list.
    """
    rows = []
    for key in goals:
        figure = aimed.get(key)
        if figure is None or figure.target is None or not isinstance(figure.value, int | float):
            continue
        if figure.n is not None and figure.n < LEAST_N.get(key, 0):
            continue
        is_limit = figure.higher_is_better is False
        gap = float(figure.value) - float(figure.target)
        scale = RATING_SCALE if figure.unit == "rating" else 1.0
        ahead = round((-gap if is_limit else gap) / scale, 6)
        rows.append(
            [key, figure.label, figure.unit, float(figure.value), float(figure.target), is_limit,
             ahead, ahead >= 0]
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=AREA_COLUMNS).astype({"is_met": bool, "is_limit": bool})
    return frame.sort_values(["ahead", "key"], ascending=[False, True], ignore_index=True)


def _situations(
    known: Mapping[str, Figure],
    accounts: pd.DataFrame,
    calls: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    rows = [
        *_single_clients(accounts, parameters),
        *_stakes(known),
        *_falls(calls),
    ]
    frame = pd.DataFrame(rows, columns=SITUATION_COLUMNS)
    return frame.sort_values(
        ["money", "kind", "account_id"], ascending=[False, True, True], ignore_index=True
    )


def _single_clients(
    accounts: pd.DataFrame, parameters: UnitParameters
) -> Iterator[dict[str, object]]:
    """The clients with most at stake among those likely enough to leave."""
    page = parameters.summary
    likely = accounts.loc[accounts["probability"].fillna(0.0) >= page.least_chance]
    ranked = likely.sort_values(["revenue_at_risk", "account_id"], ascending=[False, True])
    for _, row in ranked.head(page.single_clients).iterrows():
        yield {
            "kind": "may_leave",
            "money": float(row["annual_revenue"]),
            "count": 1,
            "account_id": row["account_id"],
            "account_name": row["account_name"],
            "probability": float(row["probability"]),
            "cause": row["cause"],
            "owner": row["account_manager"],
        }


def _stakes(known: Mapping[str, Figure]) -> Iterator[dict[str, object]]:
    for kind, money, counted in STAKES:
        stake = known[money].value
        if isinstance(stake, int | float) and stake > 0:
            count = known[counted].value if counted else None
            yield {"kind": kind, "money": float(stake), "count": count, "account_id": ""}


def _falls(calls: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Wake-up calls of this review for revenue below its range."""
    if calls.empty:
        return
    for _, row in calls.loc[calls["is_new"] & (calls["gap"] < 0)].iterrows():
        yield {
            "kind": "wake_up",
            "money": float(-row["gap"]),
            "count": 1,
            "account_id": "",
            "account_name": row["name"],
        }


def _own_figures(
    areas: pd.DataFrame, situations: pd.DataFrame, parameters: UnitParameters
) -> Iterator[Figure]:
    day = parameters.as_of.isoformat()
    yield Figure(
        "summary.areas_judged",
        "Areas judged",
        len(areas),
        "areas",
        "Areas with a figure that can be computed and a goal to hold it to.",
        n=len(parameters.summary.goals),
        window=day,
    )
    yield Figure(
        "summary.areas_met",
        "Areas that meet their goal",
        int(areas["is_met"].sum()),
        "areas",
        "Areas whose figure reaches its goal, or stays within its limit.",
        n=len(areas),
        window=day,
        higher_is_better=True,
    )
    yield Figure(
        "summary.situations",
        "Situations of high risk",
        len(situations),
        "situations",
        "Single clients likely to leave, contracts under notice, clients that depend on one "
        "contact and renew soon, urgent issues, unhappy clients, overdue bills and falls of "
        "revenue, each with money at stake.",
        n=len(situations),
        window=day,
        higher_is_better=False,
    )
