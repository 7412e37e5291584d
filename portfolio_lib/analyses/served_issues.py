"""The issues behind the figures of the page Issues and service levels, and why some have none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.issue_promises import BREACHED, NO_PROMISE
from portfolio_lib.analyses.issues_and_churn import IssuesAndChurn
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.analyses.text_groups import TextGroups
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

NO_TABLE = "no issues are known; hand in table issues"
NO_PROMISES = "no promised time fits any issue of the window; hand in table slas"


@dataclass(frozen=True)
class Served:
    """Issues of the window, of the window before, open ones, and what was found in them."""

    handed_in: bool
    rows: pd.DataFrame
    before: pd.DataFrame
    opened: pd.DataFrame
    themes: pd.DataFrame
    texts: TextGroups
    churn: IssuesAndChurn
    by_chance: float
    parameters: UnitParameters

    @property
    def level(self) -> float:
        return self.parameters.service.interval_level

    @property
    def window(self) -> str:
        as_of = self.parameters.as_of
        start = months_before(as_of, self.parameters.service.window_months)
        return f"{(start + dt.timedelta(days=1)).isoformat()} to {as_of.isoformat()}"

    @property
    def no_table(self) -> str | None:
        return None if self.handed_in else NO_TABLE

    @property
    def no_issue(self) -> str | None:
        months, day = self.parameters.service.window_months, spoken(self.parameters.as_of)
        none = f"no issue was opened in the {months} months to {day}"
        return self.no_table or (none if self.rows.empty else None)

    @property
    def no_theme(self) -> str | None:
        none = "no issue of the window has a theme; fill column theme of table issues"
        return self.no_issue or (none if self.rows["theme"].isna().all() else None)

    def undecided(self, states: pd.Series) -> str | None:
        """Why a rate has no value; None where a promise was kept or missed."""
        if self.no_issue:
            return self.no_issue
        if states.eq(NO_PROMISE).all():
            return NO_PROMISES if len(states) else "no such issue was opened in the window"
        if not states.isin(["met", BREACHED]).any():
            return "no promise is decided yet: every issue is within its time"
        return None


def count_figure(
    served: Served, key: str, label: str, value: int, definition: str, n: int, **more: object
) -> Figure:
    """A number of issues; fewer are better."""
    return Figure(
        f"service.{key}", label, int(value), "issues", definition, n=n,
        window=served.window, higher_is_better=False, **more,  # type: ignore[arg-type]
    )  # fmt: skip
