"""The published numbers on the lists of earlier days, and on what was green when it was lost."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.parameters.models import UnitParameters


def replay_figures(
    replay: pd.DataFrame, untried: str | None, window: str, parameters: UnitParameters
) -> tuple[Figure, ...]:
    """How the lists of earlier days did, over all of them.

    Parameters
    ----------
    replay : frame
        See `churn_replay.replay_by_day`.
    untried : str or None
        Why no list of an earlier day can be held against what happened.
    window : str
        The days of the lists.
    parameters : UnitParameters
        Length of each list, and the currency.
    """
    listed, hits = int(replay["listed"].sum()), int(replay["hits"].sum())
    no_list = untried or (None if listed else "nobody stood on the lists of earlier days")
    return (
        unless(no_list, Figure("churn.hit_rate", "Of those listed, left", hits / max(1, listed),
               "share", f"Over the lists of earlier days, of {parameters.churn.top} accounts "
               "each: accounts that left within the horizon ÷ accounts listed.", n=listed,
               window=window, higher_is_better=True)),
        unless(untried, Figure("churn.replay_revenue_lost", "Revenue lost on the days tried",
               total(replay["revenue_lost"]), parameters.currency, "Annual revenue of accounts "
               "that left within the horizon of an earlier day; one that left within that of two "
               "days counts twice.", n=int(replay["lost"].sum()), window=window,
               higher_is_better=False)),
        *_green_figures(replay, untried, window),
    )  # fmt: skip


def _green_figures(replay: pd.DataFrame, untried: str | None, window: str) -> tuple[Figure, Figure]:
    """What was green of the revenue lost, and how much of it nobody could have coloured."""
    lost, coloured = total(replay["revenue_lost"]), total(replay["revenue_lost_coloured"])
    green = total(replay["revenue_lost_green"].dropna())
    none = untried or _no_colour(replay, lost)
    unseen = None if coloured > 0 else "no revenue was lost at a client with a colour"
    rest = max(0.0, lost - coloured) / lost if lost > 0 else 0.0
    return (
        unless(none or unseen, Figure("churn.green_share", "Lost revenue that was green",
               green / coloured if coloured > 0 else 0.0, "share", "Of the revenue lost within the "
               "horizon of earlier days at clients that were green, yellow or red on the day, the "
               "part whose health was green. Clients of unknown health are left out.",
               n=int(replay["lost_coloured"].sum()), window=window, higher_is_better=False)),
        unless(none, Figure("churn.lost_without_colour", "Lost revenue of unknown health",
               rest, "share", "Of the revenue lost within the horizon of earlier days, the part at "
               "clients whose health was not known on the day.", n=int(replay["lost"].sum()),
               window=window, higher_is_better=False)),
    )  # fmt: skip


def _no_colour(replay: pd.DataFrame, lost: float) -> str | None:
    if lost <= 0:
        return "no revenue was lost on the days tried"
    known = replay["colours_known"].astype(bool).any()
    return None if known else "no client had a colour on the days tried"
