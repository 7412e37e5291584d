"""Which series ring, since when, and what followed the calls of earlier months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.expected_ranges import Judged, Rule, expected_after, judge_months
from portfolio_lib.analyses.panel import in_money
from portfolio_lib.analyses.watched_series import KINDS, YEAR_MONTHS, Ledger, Scope
from portfolio_lib.parameters.signal_models import SignalsPage

FOLLOWED_MONTHS = 3
"""Months after a call that say whether it was borne out."""
BORNE_OUT_SHARE = 0.5
"""A call is borne out where the months after it lack at least this part of what it lacked."""
SERIES_COLUMNS = (
    *("kind", "name", "accounts", "months", "reason", "month", "revenue", "expected", "low"),
    *("high", "state"),
)
CALL_COLUMNS = (
    *("kind", "name", "side", "first_month", "last_month", "months_out", "is_new", "is_open"),
    *("revenue", "expected", "gap", "gap_share", "followed_gap_share", "borne_out"),
)


@dataclass(frozen=True)
class Watch:
    """Everything that was watched, and every call of it.

    Parameters
    ----------
    series : frame
        One row per group: `kind`, `name`, `accounts` (with revenue in the middle month of the year
        before the months judged), `months` (known), `reason` (why it is not watched, missing where
        it is), and the last month against its range.
    calls : frame
        One row per run of months outside the range that touches the months judged, largest gap
        first: `is_new` where it begins in them, `is_open` where it holds the last; money of the
        run's months together.
    replay : frame
        Calls that begin in the months before those judged, with what followed.
    watched_months : int
        Months × series that were judged in this review.
    replayed_months : int
        Months × series that were judged again before them.
    chance : float
        With which probability one month rings although nothing has changed.
    """

    series: pd.DataFrame
    calls: pd.DataFrame
    replay: pd.DataFrame
    months_judged: int
    watched_months: int
    replayed_months: int
    chance: float


@dataclass(frozen=True)
class _Watched:
    """One series, ready to be judged."""

    scope: Scope
    revenue: list[float]
    first: int
    accounts: int
    reason: str | None


def watch(ledger: Ledger, page: SignalsPage, months_judged: int) -> Watch:
    """Judge the last months of everything that has enough history, and some before them again."""
    every = [
        _prepared(ledger.of(kind, name), page, months_judged)
        for kind in KINDS
        for name in ledger.names(kind)[: page.groups_watched]
    ]
    watched = [one for one in every if one.reason is None]
    tests = len(watched) * months_judged
    chance = min(0.1, page.false_alarms / tests) if tests else 0.0
    rule = _rule(page, chance)
    last = len(ledger.months)
    now = last - months_judged
    found: list[dict[str, object]] = []
    closing: dict[tuple[str, str], Judged] = {}
    replayed = 0
    for one in watched:
        begin = max(one.first + page.least_months, now - page.months_replayed)
        replayed += now - begin
        days = ledger.days[one.first :]
        judged = judge_months(one.revenue[one.first :], days, begin - one.first, rule)
        moved = [_moved(item, one.first) for item in judged]
        closing[one.scope.kind, one.scope.name] = moved[-1]
        found += [_call(one, run, ledger, now) for run in runs(moved)]
    calls = pd.DataFrame(found, columns=list(CALL_COLUMNS))
    in_review = calls["last_month"] >= pd.Timestamp(ledger.months[now] if found else 0)
    earlier = ~calls["is_new"].astype(bool)
    return Watch(
        series=_series_frame(every, ledger, closing),
        calls=_ordered(calls.loc[in_review]),
        replay=_ordered(calls.loc[earlier]),
        months_judged=months_judged,
        watched_months=tests,
        replayed_months=replayed,
        chance=chance,
    )


def _rule(page: SignalsPage, chance: float) -> Rule:
    """The chance goes to the side that is watched, or is shared by both."""
    if page.watch == "drops":
        return Rule(chance, 0.0, page.least_gap)
    return Rule(chance / 2, chance / 2, page.least_gap)


def _prepared(scope: Scope, page: SignalsPage, months_judged: int) -> _Watched:
    by_month = scope.by_month
    now = len(by_month) - months_judged
    started = np.flatnonzero(by_month != 0)
    first = int(started[0]) if len(started) else len(by_month)
    year = scope.revenue[:, max(0, now - YEAR_MONTHS) : max(0, now)]
    accounts = int(np.median((year > 0).sum(axis=0))) if year.shape[1] else 0
    return _Watched(
        scope,
        [float(value) for value in in_money(by_month)],
        first,
        accounts,
        _why_not(now - first, accounts, page),
    )


def _why_not(months: int, accounts: int, page: SignalsPage) -> str | None:
    if months < page.least_months:
        return (
            f"needs {page.least_months} complete months before those judged; has {max(0, months)}"
        )
    if accounts < page.least_accounts:
        had = "1 client" if accounts == 1 else f"{accounts} clients"
        return (
            f"needs {page.least_accounts} clients with revenue in a usual month of the year "
            f"before; had {had}: too few to tell a fall from one client's own ups and downs"
        )
    return None


def _moved(one: Judged, by: int) -> Judged:
    return Judged(one.place + by, one.value, one.expected, one.low, one.high, one.side)


def runs(judged: Sequence[Judged]) -> list[list[Judged]]:
    """Months in a row on the same side outside the range: one call each."""
    found: list[list[Judged]] = []
    before: Judged | None = None
    for one in judged:
        if one.side != "within":
            if before is not None and before.side == one.side:
                found[-1].append(one)
            else:
                found.append([one])
        before = one
    return found


def _call(one: _Watched, run: list[Judged], ledger: Ledger, now: int) -> dict[str, object]:
    revenue = sum(item.value for item in run)
    expected = sum(item.expected for item in run)
    followed = _followed(one, run[0], ledger)
    lacked = _gap_share(run[0].expected, run[0].value)
    return {
        "kind": one.scope.kind,
        "name": one.scope.name,
        "side": run[0].side,
        "first_month": pd.Timestamp(ledger.months[run[0].place]),
        "last_month": pd.Timestamp(ledger.months[run[-1].place]),
        "months_out": len(run),
        "is_new": run[0].place >= now,
        "is_open": run[-1].place == len(ledger.months) - 1,
        "revenue": round(revenue, 4),
        "expected": round(expected, 4),
        "gap": round(expected - revenue, 4),
        "gap_share": _gap_share(expected, revenue),
        "followed_gap_share": followed,
        "borne_out": None if followed is None else _bears_out(lacked, followed),
    }


def _bears_out(lacked: float, followed: float) -> bool:
    """Whether the months after a call lack half of what it lacked, or exceed by half as much."""
    return followed / lacked >= BORNE_OUT_SHARE if lacked else False


def _gap_share(expected: float, revenue: float) -> float:
    """What is missing, as a share of what was expected; 1 where nothing positive was."""
    return round((expected - revenue) / expected, 9) if expected > 0 else 1.0


def _followed(one: _Watched, first: Judged, ledger: Ledger) -> float | None:
    """What the three months after a call's first month lacked of what was expected before it."""
    after = first.place + 1
    if after + FOLLOWED_MONTHS > len(ledger.months):
        return None
    middles = expected_after(
        one.revenue[one.first :],
        ledger.days[one.first :],
        first.place - one.first,
        FOLLOWED_MONTHS + 1,
    )
    came = sum(one.revenue[after : after + FOLLOWED_MONTHS])
    return _gap_share(sum(middles[1:]), came)


def _series_frame(
    every: Sequence[_Watched], ledger: Ledger, closing: dict[tuple[str, str], Judged]
) -> pd.DataFrame:
    rows = []
    for one in every:
        last = closing.get((one.scope.kind, one.scope.name))
        told = (
            (None,) * 6
            if last is None
            else (
                pd.Timestamp(ledger.months[last.place]),
                *(last.value, last.expected, last.low, last.high, last.side),
            )
        )
        months = max(0, len(ledger.months) - one.first)
        row = (one.scope.kind, one.scope.name, one.accounts, months, one.reason, *told)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(SERIES_COLUMNS))
    numbers = ["revenue", "expected", "low", "high"]
    frame[numbers] = frame[numbers].astype("float64").replace([np.inf, -np.inf], np.nan).round(4)
    frame["month"] = pd.to_datetime(frame["month"])
    return frame


def _ordered(calls: pd.DataFrame) -> pd.DataFrame:
    """Open calls first, then by what is missing; ties by kind and name."""
    order = calls.assign(
        _open=calls["is_open"].astype(bool), _gap=calls["gap"].astype("float64").abs()
    )
    order = order.sort_values(
        ["_open", "_gap", "kind", "name", "first_month"],
        ascending=[False, False, True, True, True],
        kind="stable",
    )
    return order.drop(columns=["_open", "_gap"]).reset_index(drop=True)
