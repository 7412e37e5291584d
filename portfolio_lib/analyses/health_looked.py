"""What the figures of the page Health are read from, and why some cannot be told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.clustered_auc import Ranking
from portfolio_lib.analyses.health_outcomes import Trial
from portfolio_lib.analyses.health_scores import Scores
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.parameters.health_models import HealthPage
from portfolio_lib.parameters.models import UnitParameters

COLOUR_NAMES = {"green": "Green", "yellow": "Yellow", "red": "Red", "grey": "Unknown"}


@dataclass(frozen=True)
class Looked:
    """What the figures are read from."""

    scores: Scores
    past: pd.DataFrame
    accounts: pd.DataFrame
    at_risk: pd.DataFrame
    movers: pd.DataFrame
    moved_since: dt.date | None
    overrides: pd.DataFrame
    alarms: pd.DataFrame
    warnings: pd.DataFrame
    colours: pd.DataFrame
    worst: pd.DataFrame
    to_collect: pd.DataFrame
    ranking: Ranking | None
    trial: Trial | None
    parameters: UnitParameters

    @property
    def page(self) -> HealthPage:
        return self.parameters.health

    @property
    def day(self) -> str:
        return self.parameters.as_of.isoformat()

    @property
    def nobody(self) -> str | None:
        """Why nothing can be said; None where there is a client."""
        day = spoken(self.parameters.as_of)
        return f"no client was active on {day}" if self.accounts.empty else None

    @property
    def all_grey(self) -> str | None:
        """Why no colour can be told; None where one can."""
        if self.accounts["level"].ne("grey").any():
            return self.nobody
        least = f"{self.page.least_coverage:.0%}"
        tables = self.to_collect["table"].head(3).tolist()
        told = f"; tables that would tell most: {'; '.join(tables)}" if tables else ""
        known = f"too little is known: no client has {least} of the weights covered"
        return self.nobody or f"{known}{told}"

    @property
    def no_earlier(self) -> str | None:
        """Why nothing has moved; None where there is an earlier day with clients."""
        missing = None if self.moved_since else "no client is known at the review before"
        return self.all_grey or missing

    @property
    def not_closed(self) -> str | None:
        """Why the past cannot be judged; None where an outcome is known."""
        none = "no earlier day has its outcome yet; it needs a full horizon of history"
        return self.nobody or (None if self.past["observed"].any() else none)

    @property
    def horizon_days(self) -> int | None:
        """Days that an account is followed after each earlier day."""
        ends = self.past["horizon_end"] - self.scores.rows["snapshot_date"]
        known = ends.dropna()
        return None if known.empty else int(known.dt.days.max())

    @property
    def observed_window(self) -> str | None:
        days = self.scores.rows.loc[self.past["observed"], "snapshot_date"]
        if days.empty:
            return None
        return f"{days.min().date().isoformat()} to {days.max().date().isoformat()}"
