"""Where revenue came from and went: movements by month, NRR, GRR, and who made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.movement_figures import Looked, all_figures
from portfolio_lib.analyses.panel import (
    Panel,
    Whole,
    add_months,
    in_money,
    month_number,
    monthly_movements,
    revenue_panel,
)
from portfolio_lib.analyses.retention import retention, retention_by_group
from portfolio_lib.analyses.retention_history import changes_in_a_year, point_at, quarters
from portfolio_lib.analyses.shares import ultimate_parents
from portfolio_lib.analyses.snapshots import (
    NOT_RECORDED,
    accounts_on,
    is_blank,
    recorded,
)
from portfolio_lib.analyses.tiers import NO_TIER, chosen_tiers, why_not_shown
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import Policies, UnitParameters
from portfolio_lib.parameters.retention_models import MEAN_MONTHS

ACCOUNT_COLUMNS = (
    "account_id",
    "account_name",
    "tier",
    "segment",
    "movement",
    "before",
    "after",
    "change",
)
ORDER = ("lost", "shrunk", "unchanged", "grown", "back", "new")
EVERYONE_ELSE = "other"


@dataclass(frozen=True)
class MovementSummary:
    """The answer of the page Movements, NRR and GRR.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    months : frame
        Movements of every complete month after the first: see `panel.monthly_movements`.
    quarters : frame
        Retention at each quarter with intervals: see `retention_history.quarters`.
    changes : frame
        Each rate now and a year ago: see `retention_history.changes_in_a_year`.
    stress : frame
        One row per number of largest clients left out, 0 first: `without`, `start`, `accounts`,
        `nrr`, `grr`, `logo`. A size that would leave nobody is not listed.
    tiers, segments : frame
        Movements and retention by tier at the start of the horizon, and by segment: see
        `retention.retention_by_group`. Empty where not computable.
    tiers_reason : str or None
        Why there are no tiers.
    accounts : frame
        One row per account with revenue in the first or the last month of the horizon, by the size
        of its change: `account_id`, `account_name`, `tier`, `segment`, `movement` (lost, shrunk,
        unchanged, grown, back, new), `before`, `after`, `change`.
    base_month, last_month : date
        The two months that retention compares. The last one is the last complete month.
    cut_month : date or None
        The month that `as_of` cuts short; it is in no number of this page.
    reason : str or None
        Why there is no retention; None where there is.
    """

    figures: Mapping[str, Figure]
    months: pd.DataFrame
    quarters: pd.DataFrame
    changes: pd.DataFrame
    stress: pd.DataFrame
    tiers: pd.DataFrame
    tiers_reason: str | None
    segments: pd.DataFrame
    accounts: pd.DataFrame
    base_month: dt.date
    last_month: dt.date
    cut_month: dt.date | None
    as_of: dt.date
    reason: str | None
    tier_labels: tuple[str, str, str]
    segment_word: str
    policies: Policies
    horizon_months: int
    months_shown: int
    accounts_shown: int
    interval_level: float
    currency: str


def measure_movements(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    revenue_movements: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> MovementSummary:
    """Measure how a unit's revenue moved, and how much of it stayed.

    Parameters
    ----------
    accounts : frame
        One row per account.
    account_snapshots : frame
        One row per account and snapshot date; the one at the start of the horizon gives the tiers.
    revenue_movements : frame
        One row per account and complete month: see the fact of that name.
    parameters : UnitParameters
        Policies, targets, horizon, level and draws of the intervals, and the seed.

    Notes
    -----
    Only complete months count, so the last month is the last that was over at `as_of`. Tiers are
    those of the start: tiers of today would put every lost account into none.
    """
    settings = parameters.movements
    compared = parameters.policies.movement_revenue
    panel = revenue_panel(
        revenue_movements, parameters.as_of, mean_months=MEAN_MONTHS.get(compared, 1)
    )
    last = panel.last_month
    base = add_months(last, -settings.horizon_months)
    looked = Looked(
        panel,
        point_at(panel, last, settings.horizon_months),
        point_at(panel, add_months(last, -12), settings.horizon_months),
        quarters(panel, settings, seed=parameters.seed),
        parameters,
    )
    tiers, tiers_reason = _tiers_at(accounts, account_snapshots, parameters)
    segments = _segments(accounts, parameters)
    known = looked.now is not None
    return MovementSummary(
        figures={figure.key: figure for figure in all_figures(looked)},
        months=monthly_movements(panel),
        quarters=looked.quarters,
        changes=changes_in_a_year(panel, settings, seed=parameters.seed),
        stress=_stress(panel, accounts, base, parameters.portfolio.stress_sizes, known),
        tiers=_by_group(panel, tiers, base, NO_TIER, known and tiers_reason is None),
        tiers_reason=looked.reason or tiers_reason,
        segments=_by_segment(panel, segments, base, known, settings.groups_shown),
        accounts=_listed(panel, accounts, tiers, segments, base) if known else _nobody(),
        base_month=base,
        last_month=last,
        cut_month=_cut_month(parameters.as_of, last),
        as_of=parameters.as_of,
        reason=looked.reason,
        tier_labels=parameters.policies.tiers.labels,
        segment_word=parameters.portfolio.market_segment,
        policies=parameters.policies,
        horizon_months=settings.horizon_months,
        months_shown=settings.months_shown,
        accounts_shown=settings.accounts_shown,
        interval_level=settings.interval_level,
        currency=parameters.currency,
    )


def _cut_month(as_of: dt.date, last: dt.date) -> dt.date | None:
    """The month that is not over; None where the review is made at a month's end."""
    following = add_months(last, 1)
    return following if following <= as_of else None


def _tiers_at(
    accounts: pd.DataFrame, account_snapshots: pd.DataFrame, parameters: UnitParameters
) -> tuple[dict[str, str], str | None]:
    """Tiers at the start of the horizon by account; why there are none, where there are none."""
    policy = parameters.policies.tiers
    day = months_before(parameters.as_of, parameters.movements.horizon_months)
    then = accounts_on(accounts, account_snapshots, day)
    if then.empty:
        return {}, f"no account was looked at on {day.isoformat()}, when the horizon began"
    reason = why_not_shown(then, policy).get(policy.policy)
    tiers = chosen_tiers(then, policy)
    return dict(zip(then["account_id"].astype(str), tiers, strict=True)), reason


def _segments(accounts: pd.DataFrame, parameters: UnitParameters) -> dict[str, str]:
    column = parameters.portfolio.market_segment
    if column not in accounts:
        return {}
    names = recorded(accounts[column])
    return dict(zip(accounts["account_id"].astype(str), names, strict=True))


def _by_group(
    panel: Panel, groups: Mapping[str, str], base: dt.date, otherwise: str, known: bool
) -> pd.DataFrame:
    """Movements by group; no row where the horizon reaches back before the data."""
    last = panel.last_month if known else base
    found = retention_by_group(panel, groups, base, last, otherwise=otherwise)
    return found if known else found.iloc[:0]


def _by_segment(
    panel: Panel, segments: Mapping[str, str], base: dt.date, known: bool, shown: int
) -> pd.DataFrame:
    """Movements by segment: the largest by name, the rest together, blanks last."""
    every = _by_group(panel, segments, base, NOT_RECORDED, known)
    named = every.loc[every["group"].ne(NOT_RECORDED)]
    size = named["start"] + named["end"]
    ranked = named.assign(size=size).sort_values(
        ["size", "group"], ascending=[False, True], kind="stable"
    )["group"]
    if len(ranked) <= shown + 1:
        order = [*ranked, NOT_RECORDED]
        return _in_order(every, order)
    rest = set(ranked.iloc[shown:])
    other = f"{EVERYONE_ELSE} {len(rest)}"
    merged = {one: other if name in rest else name for one, name in segments.items()}
    order = [*ranked.iloc[:shown], other, NOT_RECORDED]
    return _in_order(_by_group(panel, merged, base, NOT_RECORDED, known), order)


def _in_order(rows: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    places = {name: place for place, name in reversed(list(enumerate(order)))}
    sorted_rows = rows.sort_values("group", key=lambda names: names.map(places), kind="stable")
    return sorted_rows.reset_index(drop=True)


def _stress(
    panel: Panel, accounts: pd.DataFrame, base: dt.date, sizes: tuple[int, ...], known: bool
) -> pd.DataFrame:
    """Retention without the largest clients at the start; accounts under one parent are one."""
    columns = ["without", "start", "accounts", "nrr", "grr", "logo"]
    if not known:
        return pd.DataFrame(columns=columns)
    before, after = panel.revenue_in(base), panel.revenue_in(panel.last_month)
    places = _client_places(panel, accounts, before)
    clients = int(np.unique(places[before > 0]).size)
    kept = [0, *(size for size in sorted(set(sizes)) if 0 < size < clients)]
    rows = []
    for size in kept:
        found = retention(np.where(places >= size, before, 0), after)
        rows.append((size, found.start, found.accounts, found.nrr, found.grr, found.logo))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "float64" for name in ("nrr", "grr", "logo")})


def _client_places(panel: Panel, accounts: pd.DataFrame, before: Whole) -> Whole:
    """The rank of each account's client by revenue at the start, 0 for the largest; ties by id."""
    tops = ultimate_parents(accounts)
    clients = [str(tops.get(one, one)) for one in panel.account_ids]
    sums = pd.DataFrame({"client": clients, "before": before}).groupby("client")["before"].sum()
    ranked = sums.reset_index().sort_values(
        ["before", "client"], ascending=[False, True], kind="stable"
    )
    place = dict(zip(ranked["client"], range(len(ranked)), strict=True))
    return np.array([place[client] for client in clients], dtype="int64")


def _listed(
    panel: Panel,
    accounts: pd.DataFrame,
    tiers: Mapping[str, str],
    segments: Mapping[str, str],
    base: dt.date,
) -> pd.DataFrame:
    """The accounts with revenue in either month, the largest change first, ties by id."""
    before, after = panel.revenue_in(base), panel.revenue_in(panel.last_month)
    ids = [str(one) for one in panel.account_ids]
    names = _names(accounts)
    listed = pd.DataFrame(
        {
            "account_id": ids,
            "account_name": [names.get(one, one) for one in ids],
            "tier": [tiers.get(one, NO_TIER) for one in ids],
            "segment": [segments.get(one, NOT_RECORDED) for one in ids],
            "movement": _movement_of_each(panel, before, after, base),
            "before": in_money(before),
            "after": in_money(after),
            "change": in_money(after - before),
        }
    )
    some = listed.loc[(before > 0) | (after > 0)]
    order = some.assign(size=some["change"].abs()).sort_values(
        ["size", "account_id"], ascending=[False, True], kind="stable"
    )
    return order.loc[:, list(ACCOUNT_COLUMNS)].reset_index(drop=True)


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=list(ACCOUNT_COLUMNS))


def _names(accounts: pd.DataFrame) -> dict[str, str]:
    ids = accounts["account_id"].astype(str)
    if "account_name" not in accounts:
        return {}
    names = accounts["account_name"].where(~is_blank(accounts["account_name"]), ids)
    return dict(zip(ids, names.astype(str).str.strip(), strict=True))


def _movement_of_each(
    panel: Panel, before: Whole, after: Whole, base: dt.date
) -> npt.NDArray[np.object_]:
    """What happened to each account between the two months, in a word."""
    was_there = panel.first_months() < month_number(base)
    words = np.select(
        [
            (before > 0) & (after == 0),
            (before > 0) & (after < before),
            (before > 0) & (after == before),
            before > 0,
            was_there,
        ],
        ORDER[:5],
        default=ORDER[5],
    )
    return words.astype(object)
