"""Open deals by kind and stage: how many, worth how much, how likely, and which wait too long."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.deals import KINDS, NO_KIND, win_rates

GIVEN, BY_STAGE, BY_KIND, BY_ALL, NO_CHANCE = "given", "stage", "kind", "all deals", "none"
KIND_COLUMNS = (
    *("kind", "open", "value", "weighted_value", "unweighted", "in_stage", "overdue"),
    *("overdue_value", "median_age_days", "closed", "won", "win_rate", "low", "high"),
)


def with_chances(
    deals: pd.DataFrame, closed: pd.DataFrame, *, least: int, level: float
) -> pd.DataFrame:
    """Open deals with the chance they are weighted by, and where it is from.

    The chance given by the owner; else the win rate of closed deals that ended in the same stage
    (with both outcomes among them); else that of the same kind; else that of all closed deals;
    each only where at least `least` deals are closed.

    Returns
    -------
    frame
        Open deals with `chance` (missing where there is none), `chance_from` and `weighted_value`.
    """
    open_ = deals.loc[deals["is_open"]].copy()
    rates = {
        BY_STAGE: _rates(closed, "stage", least, level, mixed=True),
        BY_KIND: _rates(closed, "kind", least, level),
    }
    everything = closed.assign(whole="all")
    whole = _rates(everything, "whole", least, level).get("all")
    open_["chance"] = open_["probability"]
    open_["chance_from"] = open_["chance"].notna().map({True: GIVEN, False: NO_CHANCE})
    for origin, column in ((BY_STAGE, "stage"), (BY_KIND, "kind"), (BY_ALL, None)):
        found = rates[origin] if column else {}
        fallback = (
            open_[column].map(found) if column else pd.Series(whole, index=open_.index, dtype=float)
        )
        blank = open_["chance"].isna() & fallback.notna()
        open_.loc[blank, "chance"] = fallback[blank].astype(float)
        open_.loc[blank, "chance_from"] = origin
    open_["weighted_value"] = (open_["value"] * open_["chance"]).round(4)
    return open_


def _rates(
    closed: pd.DataFrame, column: str, least: int, level: float, *, mixed: bool = False
) -> dict[str, float]:
    """Win rate by group; with `mixed`, of groups alone in which deals were both won and lost."""
    rates = win_rates(closed, closed[column], least=least, level=level)
    if mixed:
        rates = rates.loc[(rates["won"] > 0) & (rates["lost"] > 0)]
    known = rates.dropna(subset=["win_rate"])
    return dict(zip(known["group"], known["win_rate"], strict=True))


def by_kind(open_: pd.DataFrame, closed: pd.DataFrame, *, least: int, level: float) -> pd.DataFrame:
    """Pipelines by kind, every kind that has deals.

    Returns
    -------
    frame
        `kind`, `open`, `value`, `weighted_value`, `unweighted` (open deals without any chance),
        `in_stage` (the commonest stage, with how many), `overdue` and `overdue_value` (past the
        day they were expected to close), `median_age_days`, and of closed deals `closed`, `won`,
        `win_rate`, `low`, `high`.
    """
    groups = open_.groupby("kind")
    sums = pd.DataFrame(
        {
            "open": groups.size(),
            "value": groups["value"].sum(),
            "weighted_value": groups["weighted_value"].sum(),
            "unweighted": groups["chance"].apply(lambda chances: chances.isna().sum()),
            "in_stage": groups["stage"].apply(_commonest),
            "overdue": groups["is_overdue"].sum(),
            "overdue_value": open_["value"]
            .where(open_["is_overdue"], 0.0)
            .groupby(open_["kind"])
            .sum(),
            "median_age_days": groups["age_days"].median(),
        }
    ).rename_axis("kind")
    rates = win_rates(closed, closed["kind"], least=least, level=level).set_index("group")
    kinds = [kind for kind in (*KINDS, NO_KIND) if kind in sums.index or kind in rates.index]
    done = sums.reindex(kinds).join(rates[["closed", "won", "win_rate", "low", "high"]])
    counted = ["open", "value", "weighted_value", "unweighted", "overdue", "overdue_value"]
    done[[*counted, "closed", "won"]] = done[[*counted, "closed", "won"]].astype(float).fillna(0.0)
    done = done.round({"value": 4, "weighted_value": 4, "overdue_value": 4})
    return done.rename_axis("kind").reset_index()[list(KIND_COLUMNS)]


def _commonest(stages: pd.Series) -> str:
    counts = stages.value_counts().rename_axis("stage").reset_index(name="deals")
    first = counts.sort_values(["deals", "stage"], ascending=[False, True]).iloc[0]
    return f"{first['stage']} ({first['deals']})"


def by_stage(open_: pd.DataFrame) -> pd.DataFrame:
    """Open deals by stage, most value first: deals, value, weighted value, those overdue."""
    groups = open_.groupby("stage")
    rows = pd.DataFrame(
        {
            "deals": groups.size(),
            "value": groups["value"].sum().round(4),
            "weighted_value": groups["weighted_value"].sum().round(4),
            "overdue": groups["is_overdue"].sum(),
        }
    ).rename_axis("stage")
    return (
        rows.reset_index()
        .sort_values(["value", "stage"], ascending=[False, True], kind="stable")
        .reset_index(drop=True)
    )
