"""The published figures of the page Movements, NRR and GRR."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.panel import Panel, add_months
from portfolio_lib.analyses.resampling import METHOD, draws_for
from portfolio_lib.analyses.retention_history import Point
from portfolio_lib.analyses.snapshots import MONTH_NAMES
from portfolio_lib.parameters.models import Policies, UnitParameters


@dataclass(frozen=True)
class Looked:
    """What the figures are read off: retention now and a year ago, and by quarter."""

    panel: Panel
    now: Point | None
    before: Point | None
    quarters: pd.DataFrame
    parameters: UnitParameters

    @property
    def horizon(self) -> int:
        return self.parameters.movements.horizon_months

    @property
    def base(self) -> dt.date:
        return add_months(self.panel.last_month, -self.horizon)

    @property
    def reason(self) -> str | None:
        """Why retention is not computable; None where it is."""
        short = self.panel.short_of(self.horizon + 1)
        if short is not None:
            return short
        if self.now is None or self.now.retention.accounts == 0:
            return f"no client brought revenue in {spoken_month(self.base)}"
        return None

    @property
    def window(self) -> str:
        """From the first day of the month compared with to the last day of the last month."""
        end = add_months(self.panel.last_month, 1) - dt.timedelta(days=1)
        return f"{self.base.isoformat()} to {end.isoformat()}"

    @property
    def moving_window(self) -> str:
        """The months between the two that retention compares, the last one included."""
        end = add_months(self.panel.last_month, 1) - dt.timedelta(days=1)
        return f"{add_months(self.base, 1).isoformat()} to {end.isoformat()}"


def spoken_month(month: dt.date) -> str:
    """A month as it is said.

    Examples
    --------
    >>> spoken_month(dt.date(2026, 9, 1))
    'September 2026'
    """
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


REVENUES = {
    "recognised": "revenue in {month}",
    "run_rate": "revenue running at the end of {month}",
    "quarter_mean": "mean revenue of the three months to {month}",
    "year_mean": "mean revenue of the twelve months to {month}",
}
"""What a month's revenue is, by the policy movement_revenue."""


def revenue_words(looked: Looked, month: dt.date) -> str:
    """What the page compares, in words: ``revenue in September 2026``."""
    compared = looked.parameters.policies.movement_revenue
    return REVENUES[compared].format(month=spoken_month(month))


def policy_words(policies: Policies) -> str:
    """The choices behind every figure of the page, as they stand in the parameters.

    Examples
    --------
    >>> policy_words(Policies()).split("; ")[:2]
    ['movement_revenue: recognised', 'gap_tolerance_days: 0']
    """
    return (
        f"movement_revenue: {policies.movement_revenue}; "
        f"gap_tolerance_days: {policies.gap_tolerance_days}; "
        f"reactivation: {policies.reactivation}; new_and_gone: {policies.new_and_gone}"
    )


def all_figures(looked: Looked) -> list[Figure]:
    """Every figure of the page, in the order of the definitions."""
    figures = [
        *_rates(looked),
        *_bridge_rates(looked),
        *_since(looked),
        *_movements(looked),
        *_accounts(looked),
    ]
    policy = policy_words(looked.parameters.policies)
    return [unless(looked.reason, replace(figure, policy=policy)) for figure in figures]


class _Rate(NamedTuple):
    name: str
    label: str
    told: str
    target: float | None


def _rates(looked: Looked) -> list[Figure]:
    """NRR, GRR and logo retention of the accounts of the first month."""
    targets = looked.parameters.targets
    now = revenue_words(looked, looked.panel.last_month)
    then = revenue_words(looked, looked.base)
    base = f"the clients with {then}"
    rates = [
        _Rate(
            "nrr",
            "Net revenue retention",
            f"{now[:1].upper()}{now[1:]} of {base} ÷ what they brought then.",
            targets.nrr,
        ),
        _Rate(
            "grr",
            "Gross revenue retention",
            "The same, but no client counts with more than it brought then.",
            targets.grr,
        ),
        _Rate(
            "logo",
            "Client retention",
            f"Share of {base} that also have {now}; clients new since are in neither.",
            targets.retention,
        ),
    ]
    return [_rate(looked, one) for one in rates]


def _rate(looked: Looked, rate: _Rate) -> Figure:
    interval, method = _interval(looked, rate.name)
    return Figure(
        f"movements.{rate.name}",
        rate.label,
        _of(looked.now, "retention", rate.name) or 0.0,
        "share",
        rate.told,
        n=None if looked.now is None else looked.now.retention.accounts,
        window=looked.window,
        interval=interval,
        interval_method=method,
        previous=_of(looked.before, "retention", rate.name),
        target=rate.target if looked.horizon == 12 else None,
        higher_is_better=True,
    )


def _interval(looked: Looked, rate: str) -> tuple[tuple[float, float] | None, str | None]:
    """The interval at the last point, and how it was made."""
    settings = looked.parameters.movements
    if looked.quarters.empty or looked.now is None:
        return None, None
    last = looked.quarters.iloc[-1]
    if pd.isna(last[f"{rate}_low"]):
        return None, None
    low, high = float(last[f"{rate}_low"]), float(last[f"{rate}_high"])
    level = f"{settings.interval_level:.0%}"
    if rate == "logo":
        return (low, high), f"{level}, Wilson"
    draws = draws_for(len(looked.panel.account_ids), settings.resamples)
    return (low, high), f"{level}, {METHOD}, {draws} draws, seed {looked.parameters.seed}"


def _of(point: Point | None, part: Literal["retention", "bridge"], name: str) -> float | None:
    """One number of a point; None where there is no point or the number is not computable."""
    if point is None:
        return None
    value: float | None = getattr(getattr(point, part), name)
    return value


def _bridge_rates(looked: Looked) -> list[Figure]:
    """The rates that follow from the movements of all clients over the horizon."""
    start = revenue_words(looked, looked.base)
    months = f"the {looked.horizon} months after {spoken_month(looked.base)}"
    rates = [
        (
            "nrr_bridge",
            "Net revenue retention, bridge form",
            f"(Start + expansion + reactivation − contraction − churn of {months}) ÷ start; the "
            f"start is {start}. Clients that came since count with what they gained and lost.",
            "nrr",
            True,
        ),
        (
            "gross_churn",
            "Gross revenue churn, months added up",
            f"Churn and contraction of {months}, all clients ÷ {start}. A client that falls and "
            "recovers counts with every fall.",
            "gross_churn",
            False,
        ),
        (
            "net_churn",
            "Net revenue churn, months added up",
            f"Gross churn less expansion and reactivation of {months} ÷ {start}; below 0 where "
            "more was gained than lost.",
            "net_churn",
            False,
        ),
    ]
    return [
        Figure(
            f"movements.{name}",
            label,
            _of(looked.now, "bridge", read) or 0.0,
            "share",
            definition,
            n=len(looked.panel.account_ids),
            window=looked.moving_window,
            previous=_of(looked.before, "bridge", read),
            higher_is_better=better,
        )
        for name, label, definition, read, better in rates
    ]


def _since(looked: Looked) -> list[Figure]:
    """What became of the revenue of the first month: gone, and gained with the same clients."""
    currency = looked.parameters.currency
    then, now = spoken_month(looked.base), spoken_month(looked.panel.last_month)
    told = {
        "gone": (
            "Revenue a month gone since",
            f"What the clients of {then} bring less in {now}, those lost included.",
        ),
        "gained": (
            "Revenue a month gained since, same clients",
            f"What the clients of {then} bring more in {now}.",
        ),
    }
    return [
        Figure(
            f"movements.{name}",
            label,
            _of(looked.now, "retention", name) or 0.0,
            currency,
            f"{definition} The two months alone are compared: what fell and recovered between "
            "them is in neither.",
            n=None if looked.now is None else looked.now.retention.accounts,
            window=looked.window,
            previous=_of(looked.before, "retention", name),
            higher_is_better=name == "gained",
        )
        for name, (label, definition) in told.items()
    ]


def _movements(looked: Looked) -> list[Figure]:
    """Revenue of the two months, and what moved between them."""
    currency = looked.parameters.currency
    then, now = (revenue_words(looked, one) for one in (looked.base, looked.panel.last_month))
    told = {
        "start": ("Revenue a month, at the start", f"{then[:1].upper()}{then[1:]}, all clients."),
        "new": ("New revenue", "First months of clients without any revenue before."),
        "reactivation": ("Revenue that came back", "First months of clients lost before."),
        "expansion": ("Expansion", "What clients brought more than in the month before."),
        "contraction": ("Contraction", "What clients that stayed brought less."),
        "churn": ("Churn", "The last month's revenue of clients that brought none any more."),
        "end": ("Revenue a month, at the end", f"{now[:1].upper()}{now[1:]}, all clients."),
    }
    return [
        Figure(
            f"movements.{name}",
            label,
            _of(looked.now, "bridge", name) or 0.0,
            currency,
            definition
            if name in ("start", "end")
            else f"{definition} Added up over {looked.horizon} months.",
            n=len(looked.panel.account_ids),
            window=looked.moving_window,
            previous=_of(looked.before, "bridge", name),
        )
        for name, (label, definition) in told.items()
    ]


def _accounts(looked: Looked) -> list[Figure]:
    """How many clients are behind it."""
    then, now = spoken_month(looked.base), spoken_month(looked.panel.last_month)

    return [
        Figure(
            "movements.lost_accounts",
            "Clients lost",
            0 if looked.now is None else looked.now.retention.lost,
            "clients",
            f"Clients with {then} and no {now}.",
            n=None if looked.now is None else looked.now.retention.accounts,
            window=looked.window,
            previous=None if looked.before is None else looked.before.retention.lost,
            higher_is_better=False,
        )
    ]
