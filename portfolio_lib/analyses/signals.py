"""What the sales curve says: who rings, what a fall is made of, whom it follows, plan and goals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.drop_attribution import Attribution, Holder, attribute
from portfolio_lib.analyses.drop_parts import (
    DropParts,
    Windows,
    all_parts,
    in_years,
    take_apart,
    windows_to_compare,
)
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.panel import MINOR_UNITS
from portfolio_lib.analyses.portfolio_goals import (
    mix_beside_goal,
    mix_unknown,
    months_beside_plan,
)
from portfolio_lib.analyses.signal_figures import Signalled, all_figures
from portfolio_lib.analyses.wake_up_calls import watch
from portfolio_lib.analyses.watched_series import UNIT, Ledger, Scope, build_ledger
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

PART_COLUMNS = (
    *("kind", "name", "before", "now", "drop", "lost", "new", "frequency", "ticket", "won_since"),
    *("lost_accounts", "new_accounts", "new_accounts_before", "verdict", "reason"),
    *("holder", "holder_share", "holder_own_share", "holder_fell_in", "holder_of"),
)


@dataclass(frozen=True)
class Signals:
    """The answer of the page Wake-up calls.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    calls, replay, series : frame
        See `Watch`.
    drops : frame
        One row for the unit and one per call: money `before` and `now`, the `drop` and its five
        exact parts, and whom it follows (`verdict`, `holder` …; `reason` where that is not known).
        No rows where there are no two windows to compare.
    months : frame
        The last twelve complete months beside plan and year before: see `months_beside_plan`.
    mix : frame
        Shares beside goals: see `mix_beside_goal`.
    truncated : date or None
        The month that the review date cuts short and that is left out.
    """

    figures: Mapping[str, Figure]
    calls: pd.DataFrame
    replay: pd.DataFrame
    series: pd.DataFrame
    drops: pd.DataFrame
    months: pd.DataFrame
    mix: pd.DataFrame
    as_of: dt.date
    unit_name: str
    segment_column: str
    months_judged: int
    judged: str
    compared_with: str | None
    is_year_before: bool
    truncated: dt.date | None
    mix_by: str
    mix_unknown: str | None
    mix_of: str
    watches_both_sides: bool
    calls_shown: int
    currency: str


def measure_signals(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_offering_months: pd.DataFrame,
    account_month_purchases: pd.DataFrame,
    segments: Segmentation,
    *,
    parameters: UnitParameters,
) -> Signals:
    """Watch revenue by unit, segment, offering and account manager.

    Parameters
    ----------
    accounts : frame
        One row per account; segments and account managers are those recorded now.
    account_snapshots : frame
        One row per account and snapshot date; gives the first day with revenue.
    account_offering_months : frame
        One row per account, offering and month.
    account_month_purchases : frame
        One row per account and month with a purchase.
    segments : Segmentation
        Tiers and active accounts.
    parameters : UnitParameters
        Gives what is watched and aimed at.
    """
    page = parameters.signals
    ledger = build_ledger(
        accounts,
        account_offering_months,
        account_month_purchases,
        parameters=parameters,
        history_first_day=_first_day(account_snapshots),
    )
    months_judged = page.months_of(parameters.period)
    found = watch(ledger, page, months_judged)
    windows = windows_to_compare(len(ledger.months), months_judged)
    told = Signalled(
        ledger=ledger,
        watch=found,
        windows=windows,
        parts=_parts(ledger.whole, windows),
        attribution=_whom(ledger, windows, page.least_accounts),
        months=months_beside_plan(ledger, page),
        mix=mix_beside_goal(accounts, segments, parameters),
        mix_unknown=mix_unknown(accounts, page.goals),
        active_accounts=int(segments.accounts["is_active"].sum()),
        parameters=parameters,
    )
    return _answer(told)


def _answer(told: Signalled) -> Signals:
    page, windows = told.parameters.signals, told.windows
    compared = None if windows is None else told.span(windows.before.start, windows.before.stop)
    return Signals(
        figures={figure.key: figure for figure in all_figures(told)},
        calls=told.watch.calls,
        replay=told.watch.replay,
        series=told.watch.series,
        drops=_drops(told, windows),
        months=told.months,
        mix=told.mix,
        as_of=told.parameters.as_of,
        unit_name=told.parameters.name,
        segment_column=told.ledger.segment_column,
        months_judged=told.watch.months_judged,
        judged=told.judged,
        compared_with=compared,
        is_year_before=windows is not None and in_years(windows),
        truncated=told.ledger.truncated,
        mix_by=page.goals.mix_words,
        mix_unknown=told.mix_unknown,
        mix_of=page.goals.mix_of,
        watches_both_sides=page.watch == "both",
        calls_shown=page.calls_shown,
        currency=told.parameters.currency,
    )


def _first_day(account_snapshots: pd.DataFrame) -> dt.date | None:
    first = account_snapshots["history_first_day"].min()
    return None if pd.isna(first) else pd.Timestamp(first).date()


def _parts(scope: Scope, windows: Windows | None) -> DropParts | None:
    return None if windows is None else take_apart(scope.revenue, scope.purchases, windows)


def _whom(ledger: Ledger, windows: Windows | None, least_accounts: int) -> Attribution:
    if windows is None:
        return Attribution(None, reason="too few complete months to compare two windows")
    return attribute(ledger.whole, ledger, windows, least_accounts=least_accounts)


def _drops(told: Signalled, windows: Windows | None) -> pd.DataFrame:
    """The unit and every call against the window before."""
    if windows is None:
        return pd.DataFrame(columns=list(PART_COLUMNS))
    calls = zip(told.watch.calls["kind"], told.watch.calls["name"], strict=True)
    asked = [(UNIT, told.ledger.unit_name), *((str(kind), str(name)) for kind, name in calls)]
    rows = [_drop_row(kind, name, told, windows) for kind, name in dict.fromkeys(asked)]
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def _drop_row(kind: str, name: str, told: Signalled, windows: Windows) -> dict[str, object]:
    scope, least = told.ledger.of(kind, name), told.parameters.signals.least_accounts
    parts = take_apart(scope.revenue, scope.purchases, windows)
    whom = attribute(scope, told.ledger, windows, least_accounts=least)
    money = {"before": parts.before, "now": parts.now, "drop": parts.drop, **dict(all_parts(parts))}
    return {
        "kind": scope.kind,
        "name": scope.name,
        **{key: whole / MINOR_UNITS for key, whole in money.items()},
        "lost_accounts": parts.lost_accounts,
        "new_accounts": parts.new_accounts,
        "new_accounts_before": parts.new_accounts_before,
        "verdict": whom.verdict,
        "reason": whom.reason,
        **_held_by(whom),
    }


def _held_by(whom: Attribution) -> dict[str, object]:
    """The manager or segment that holds most of a fall beyond others."""
    both: list[Holder] = [one for one in (whom.manager, whom.segment) if one is not None]
    if not both:
        return {}
    most = max(both, key=lambda one: (one.carries, one.own_share))
    return {
        "holder": most.name,
        "holder_share": round(most.share, 9),
        "holder_own_share": round(most.own_share, 9),
        "holder_fell_in": most.fell_in,
        "holder_of": most.of,
    }
