"""Account managers: books, capacity, and who is beyond what luck would make of a book."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.book_limits import LIMIT_COLUMNS, book_limits
from portfolio_lib.analyses.brief_files import briefed
from portfolio_lib.analyses.described_accounts import described
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.manager_books import books_of
from portfolio_lib.analyses.manager_figures import Compared, all_figures
from portfolio_lib.analyses.manager_fit import fit_of
from portfolio_lib.analyses.manager_measures import Measure, Sources, all_measures
from portfolio_lib.analyses.snapshots import review_period
from portfolio_lib.parameters.manager_models import AccountManagersPage
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.movements import MovementSummary
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.segments import Segmentation
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders


@dataclass(frozen=True)
class AccountManagers:
    """The answer of the page Account managers.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    managers : frame
        One row per account manager, by revenue: see `books_of`.
    comparison : frame
        One row per measure and manager: `measure` (key), `label`, `unit`, then those of
        `book_limits`.
    fit : frame
        One row per measure, kind of client and manager: see `fit_of`.
    measures : tuple of Measure
        What is compared, with the reason where a measure is not computable.
    accounts : frame
        One row per client known: what describes it, and who looks after it now.
    briefs : frame
        The clients with a brief of their own beside the pack: see `briefed`.
    """

    figures: Mapping[str, Figure]
    managers: pd.DataFrame
    comparison: pd.DataFrame
    fit: pd.DataFrame
    accounts: pd.DataFrame
    briefs: pd.DataFrame
    measures: tuple[Measure, ...]
    tier_labels: tuple[str, str, str]
    as_of: dt.date
    page: AccountManagersPage
    currency: str


def compare_managers(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    managers: pd.DataFrame | None,
    costs: pd.DataFrame | None,
    segments: Segmentation,
    movements: MovementSummary,
    stakeholders: Stakeholders,
    engagement: Engagement,
    service: ServiceResult,
    satisfaction: SatisfactionResult,
    *,
    parameters: UnitParameters,
) -> AccountManagers:
    """Compare the books of the account managers as they are now.

    Parameters
    ----------
    accounts, account_snapshots : frame
        Give who looks after each client, and how long the history is.
    managers : frame or None
        Capacity, hours, teams and training; None where not handed in.
    costs : frame or None
        Hours spent by client and month; None where not handed in.
    segments, movements, stakeholders, engagement, service, satisfaction
        Give each client's tier, revenue, contacts, promises and answers.
    parameters : UnitParameters
        Section `account_managers`.

    Notes
    -----
    The data say who looks after a client now and not since when. What a client did before a
    change of hands counts for whoever has it now.
    """
    page, known = parameters.account_managers, described(accounts, segments)
    sources = Sources(
        known, review_period(account_snapshots, parameters.as_of), segments.accounts, movements,
        stakeholders, engagement, service, satisfaction,
    )  # fmt: skip
    measures = all_measures(sources)
    books = books_of(known, managers, costs, segments.labels, parameters.as_of)
    comparison = _compared(measures, page, parameters.seed)
    fit = fit_of(measures, known, segments.labels, page, seed=parameters.seed)
    compared = Compared(known, books, comparison, fit, managers, costs, parameters)
    return AccountManagers(
        figures={figure.key: figure for figure in all_figures(compared)},
        managers=books,
        comparison=comparison,
        fit=fit,
        accounts=known,
        briefs=briefed(known, segments.labels, parameters.account_brief),
        measures=measures,
        tier_labels=segments.labels,
        as_of=parameters.as_of,
        page=page,
        currency=parameters.currency,
    )


def _compared(measures: tuple[Measure, ...], page: AccountManagersPage, seed: int) -> pd.DataFrame:
    """The limits of every measure that can be computed, one below the other."""
    parts = []
    for measure in measures:
        if len(measure.rows):
            found = book_limits(measure.rows, page, seed=seed)
            less = 1.0 if measure.unit == "growth" else 0.0
            for name in ("value", "expected", "low", "high", "best_estimate"):
                found[name] = found[name] - less
            found.insert(0, "measure", measure.key)
            found.insert(1, "label", measure.label)
            found.insert(2, "unit", measure.unit)
            parts.append(found)
    columns = ["measure", "label", "unit", *LIMIT_COLUMNS]
    if not parts:
        empty = pd.DataFrame(columns=columns, dtype="object")
        numbers = ["value", "expected", "low", "high", "best_estimate"]
        return empty.astype({name: "float64" for name in numbers}).assign(accounts=math.nan)[
            columns
        ]
    return pd.concat(parts, ignore_index=True)
