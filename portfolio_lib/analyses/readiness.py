"""How ready a unit is to keep and grow its clients: six dimensions, measured beside attested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.readiness_criteria.accounts_and_people import depth_of_the_largest
from portfolio_lib.analyses.readiness_criteria.attested import attestations_on
from portfolio_lib.analyses.readiness_criteria.counting import Counted
from portfolio_lib.analyses.readiness_criteria.framework import SIGNALS
from portfolio_lib.analyses.readiness_criteria.known import Known, Results, known_on
from portfolio_lib.analyses.readiness_criteria.practices import (
    TOP_DEPTH,
    TOP_WORDS,
    check_practices,
)
from portfolio_lib.analyses.readiness_criteria.scoring import (
    Scores,
    criteria_frame,
    dimensions_frame,
)
from portfolio_lib.analyses.readiness_criteria.signal_rows import signals_frame
from portfolio_lib.analyses.readiness_figures import all_figures
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.readiness_models import ReadinessPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.earlier_reviews import EarlierReview
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.stakeholders import Stakeholders

REVIEW_MONTHS = {"month": 3, "quarter": 3, "year": 12}
"""How far back the last review is looked for: snapshots stand a quarter apart."""


@dataclass(frozen=True)
class Readiness:
    """The answer of the page Readiness.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    dimensions : frame
        One row per dimension: `dimension` (1 to 6), `title`, `score` (NaN where no criterion is
        known), `last`, `last_from`, `change`, `target`, `band`, `coverage` (share of the four
        criteria known), `known`, `measured`, `attested` (means), `gap` (measured − attested, over
        the criteria with both), `weight`, `findings`.
    criteria : frame
        One row per criterion: `criterion` (``1.1`` …), `dimension`, `title`, `score`, `basis`
        (``measured``, ``attested`` or ``unknown``), `measured`, `attested`, `gap`, `last`,
        `rule` (its signals with their thresholds), `seen` (what they are), `raise_by_one`,
        `evidence`, `by_role`, `attested_on`, `expires`, `reason`.
    signals : frame
        One row per signal: `signal`, `criterion`, `label`, `words`, `part`, `whole`, `share`,
        `score`, `last_share`, `last_score`, the thresholds, `next_share`, `more_needed`, `reason`.
    practices : frame
        One row per good practice: `number`, `practice`, `state`, `sentence`.
    last_day : date
        The day of the last review.
    expired, unread : int
        Attested scores that have run out; those that are no score.
    """

    figures: Mapping[str, Figure]
    dimensions: pd.DataFrame
    criteria: pd.DataFrame
    signals: pd.DataFrame
    practices: pd.DataFrame
    last_day: dt.date
    expired: int
    unread: int
    as_of: dt.date
    page: ReadinessPage
    pages: tuple[str, ...]
    currency: str


def assess_readiness(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    issue_clocks: pd.DataFrame,
    issues: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    milestones: pd.DataFrame | None,
    surveys: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    managers: pd.DataFrame | None,
    attestations: pd.DataFrame | None,
    stakeholders: Stakeholders,
    engagement: Engagement,
    renewals: Renewals,
    health: Health,
    earlier_reviews: Sequence[EarlierReview],
    *,
    parameters: UnitParameters,
) -> Readiness:
    """Score the six dimensions.

    Parameters
    ----------
    accounts, account_snapshots, issue_clocks : frame
        Clients, how they stood on each day, issues with their promised times.
    issues, plans, contacts, interactions, milestones, surveys, actions, opportunities, managers \
: frame or None
        What the signals are read from; a signal without its table is not computable.
    attestations : frame or None
        What the unit says of itself.
    stakeholders, engagement, renewals, health : results
        What the other pages have found, so that both say the same.
    earlier_reviews : sequence of EarlierReview
        What was published before, earliest first.
    parameters : UnitParameters
        Gives weights, thresholds, targets and which score counts.
    """
    tables = {
        "issues": issues, "plans": plans, "contacts": contacts, "interactions": interactions,
        "milestones": milestones, "surveys": surveys, "actions": actions,
        "opportunities": opportunities, "managers": managers,
    }  # fmt: skip
    results = Results(stakeholders, engagement, renewals, health)
    as_of = parameters.as_of
    last_day = months_before(as_of, REVIEW_MONTHS[parameters.period])
    now, then = (
        known_on(
            day, accounts=accounts, snapshots=account_snapshots, clocks=issue_clocks,
            tables=tables, results=results, parameters=parameters,
        )
        for day in (as_of, last_day)
    )  # fmt: skip
    said = attestations_on(attestations, as_of)
    scores = Scores(
        _counted(now), _counted(then), said.held, attestations_on(attestations, last_day).held,
        parameters.readiness, earlier_reviews,
    )  # fmt: skip
    criteria = criteria_frame(scores)
    dimensions = dimensions_frame(scores, criteria)
    words = {signal.key: signal.words for signal in SIGNALS} | {TOP_DEPTH: TOP_WORDS}
    practices = check_practices(
        {**scores.now, TOP_DEPTH: depth_of_the_largest(now)}, words, parameters.readiness
    )
    figures = all_figures(dimensions, criteria, practices, parameters, last_day, earlier_reviews)
    return Readiness(
        figures={figure.key: figure for figure in figures},
        dimensions=dimensions,
        criteria=criteria,
        signals=signals_frame(scores),
        practices=practices,
        last_day=last_day,
        expired=said.expired,
        unread=said.unread,
        as_of=as_of,
        page=parameters.readiness,
        pages=tuple(parameters.pages),
        currency=parameters.currency,
    )


def _counted(known: Known) -> dict[str, Counted]:
    return {signal.key: signal.measure(known) for signal in SIGNALS}
