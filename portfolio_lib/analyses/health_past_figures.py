"""The published numbers on earlier colours, earlier alarms, and the weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.clustered_auc import METHOD, Ranking
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.health_looked import COLOUR_NAMES, Looked
from portfolio_lib.analyses.health_outcomes import is_enough
from portfolio_lib.analyses.snapshots import spoken


def past_figures(found: Looked) -> tuple[Figure, ...]:
    """What became of earlier colours."""
    page, days = found.page, found.horizon_days or 0
    within = f"within {days} days"
    table = found.colours.set_index("level")
    few = found.ranking is None or not is_enough(found.ranking, page)
    why = found.not_closed or (
        f"fewer than {page.least_events} clients left, or stayed, on earlier days" if few else None
    )
    return (
        *(_left_share(found, level, within) for level in ("red", "yellow", "green")),
        *_lost_figures(found, table, within),
        unless(why, _auc(found, "score_auc", "How well the score ranks losses", found.ranking,
               f"Chance that a client that left {within} had a lower score than one that stayed; "
               "0.5 is chance. All earlier days, each scored from what was known then.")),
        *_trial_figures(found, why),
    )  # fmt: skip


def _lost_figures(found: Looked, table: pd.DataFrame, within: str) -> tuple[Figure, Figure]:
    """What was green of the revenue lost, and how much of it nobody could have coloured."""
    coloured = table.loc[table.index != "grey"]
    lost, seen = float(table["revenue_lost"].sum()), float(coloured["revenue_lost"].sum())
    green = float(table["revenue_lost"].get("green", 0.0))
    unlost = None if lost > 0 else "no revenue was lost on the days compared"
    none = None if coloured["seen"].sum() else "no client had a colour on the days compared"
    unseen = None if seen > 0 else "no revenue was lost at a client with a colour"
    why = found.not_closed or unlost or none
    return (
        unless(why or unseen, _past(found, "lost_while_green", "Lost revenue that was green",
               green / (seen or 1.0), "share",
               f"Of the yearly revenue of clients that left {within} of an earlier day and were "
               "green, yellow or red on it, the share of those that were green. Clients of unknown "
               "health are left out.", int(coloured["left"].sum()), better=False)),
        unless(why, _past(found, "lost_without_colour", "Lost revenue of unknown health",
               max(0.0, lost - seen) / (lost or 1.0), "share",
               f"Of the yearly revenue of clients that left {within} of an earlier day, the share "
               "of those whose health was not known on it.", int(table["left"].sum()),
               better=False)),
    )  # fmt: skip


def _left_share(found: Looked, level: str, within: str) -> Figure:
    row = found.colours.loc[found.colours["level"].eq(level)].iloc[0]
    seen = int(row["seen"])
    none = None if seen else f"no client was {level} on an earlier day with a known outcome"
    return unless(
        found.not_closed or none,
        _past(found, f"{level}_left", f"{COLOUR_NAMES[level]} clients that left",
              0.0 if np.isnan(row["share"]) else float(row["share"]), "share",
              f"Of clients that were {level} on an earlier day, the share that left {within}. Days "
              "are a full horizon apart, so that no loss counts twice.", seen,
              interval=(float(row["low"]), float(row["high"])) if seen else None,
              method=_level(found, "Wilson")),
    )  # fmt: skip


def _trial_figures(found: Looked, why: str | None) -> tuple[Figure, ...]:
    trial = found.trial
    none = None if trial else "too few losses to suggest weights from one time and try them later"
    first = "" if trial is None else f" from {spoken(trial.first_day.date())}"
    return (
        unless(why or none, _auc(found, "given_auc", "Given weights, later days",
               trial.given if trial else None,
               f"How well the score ranks losses by the given weights on days{first}.")),
        unless(why or none, _auc(found, "suggested_auc", "Suggested weights, later days",
               trial.suggested if trial else None,
               f"The same by weights suggested from days whose horizon ended before, tried on "
               f"days{first}.")),
        unless(why or none, _gain(found, first)),
    )  # fmt: skip


def _gain(found: Looked, first: str) -> Figure:
    trial = found.trial
    return _past(
        found,
        "suggested_gain",
        "What suggested weights gain",
        0.0 if trial is None else trial.gain.gain,
        "points",
        f"Share of pairs ranked rightly by suggested weights less that by the given ones, on the "
        f"same clients and days{first}.",
        0 if trial is None else trial.given.rows,
        interval=None if trial is None else trial.gain.interval,
        method=_level(found, METHOD),
        better=True,
    )


def warning_figures(found: Looked) -> tuple[Figure, ...]:
    """Alarms now, and how often earlier alarms of each rule came true."""
    warned = int(found.alarms["account_id"].nunique())
    unread = None if found.warnings["known_now"].gt(0).any() else "no warning could be read"
    return (
        unless(found.nobody or unread, Figure("health.warned", "Clients with an early warning",
               warned, "accounts", "Clients with at least one alarm of the rules in force.",
               n=len(found.accounts), window=found.day, higher_is_better=False)),
        *(_precision(found, row) for _, row in found.warnings.iterrows()),
    )  # fmt: skip


def _precision(found: Looked, row: pd.Series) -> Figure:
    page, days = found.page, found.horizon_days or 0
    alarms = int(row["past_alarms"])
    none = None if alarms else "no such alarm was raised on an earlier day with a known outcome"
    base = "" if np.isnan(row["base_rate"]) else (
        f" Of all clients where it could be read it was {row['base_rate']:.1%}"
        f" (n {int(row['base_rows'])})."
    )  # fmt: skip
    return unless(
        found.not_closed or none,
        _past(found, f"warning_{row['key']}", f"{row['title']}: alarms that came true",
              0.0 if np.isnan(row["precision"]) else float(row["precision"]), "share",
              f"Of earlier alarms, the share whose client left, or shrank by {page.shrunk_by:.0%} "
              f"or more, within {days} days. Days are a full horizon apart.{base}", alarms,
              interval=(float(row["low"]), float(row["high"])) if alarms else None,
              method=_level(found, "Wilson")),
    )  # fmt: skip


def _level(found: Looked, method: str) -> str:
    return f"{method}, {found.page.interval_level:.0%}"


def _past(
    found: Looked,
    key: str,
    label: str,
    value: float,
    unit: str,
    definition: str,
    n: int,
    *,
    interval: tuple[float, float] | None = None,
    method: str | None = None,
    better: bool | None = None,
) -> Figure:
    return Figure(
        f"health.{key}",
        label,
        value,
        unit,
        definition,
        n=n,
        window=found.observed_window,
        interval=interval,
        interval_method=method if interval else None,
        higher_is_better=better,
    )


def _auc(found: Looked, key: str, label: str, one: Ranking | None, definition: str) -> Figure:
    n = 0 if one is None else one.rows
    told = "" if one is None else f" {one.lost} of {one.accounts} clients left."
    return _past(found, key, label, 0.0 if one is None else one.auc, "index", definition + told, n,
                 interval=None if one is None else one.interval, method=_level(found, METHOD),
                 better=True)  # fmt: skip
