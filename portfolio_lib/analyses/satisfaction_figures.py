"""The published numbers of the page Satisfaction."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lib.analyses.answer_scores import (
    MEAN_METHOD,
    NPS_METHOD,
    SHARE_METHOD,
    TOP_RATING,
    Estimate,
    mean_rating,
    net_promoter,
    share_of,
)
from portfolio_lib.analyses.answers import most_senior
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.snapshots import is_blank, positive, spoken, total
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

NO_TABLE = "no answers are known; hand in table surveys"
KIND_OF = {"rating": "satisfaction", "promoter": "NPS", "is_satisfied": "CSAT"}


@dataclass(frozen=True)
class Asked:
    """The requests of the window, of the window before, and of all time; and each account."""

    handed_in: bool
    every: pd.DataFrame
    rows: pd.DataFrame
    before: pd.DataFrame
    accounts: pd.DataFrame
    contacts: pd.DataFrame | None
    parameters: UnitParameters

    @property
    def level(self) -> float:
        return self.parameters.satisfaction.interval_level

    @property
    def window(self) -> str:
        as_of = self.parameters.as_of
        start = months_before(as_of, self.parameters.satisfaction.window_months)
        return f"{(start + dt.timedelta(days=1)).isoformat()} to {as_of.isoformat()}"

    @property
    def nobody_asked(self) -> str | None:
        if not self.handed_in:
            return NO_TABLE
        months = self.parameters.satisfaction.window_months
        day = spoken(self.parameters.as_of)
        none = f"table surveys holds nothing in the {months} months to {day}"
        return none if self.rows.empty else None

    def nobody_answered(self, measure: str) -> str | None:
        """Why a measure has no value; None where somebody answered."""
        if self.nobody_asked or self.rows[measure].notna().any():
            return self.nobody_asked
        day, kind = spoken(self.parameters.as_of), KIND_OF[measure]
        months = self.parameters.satisfaction.window_months
        return f"no answer of kind {kind} in the {months} months to {day}"

    @cached_property
    def ours(self) -> pd.DataFrame:
        """The accounts that are still clients: whoever has left cannot be won over by an answer."""
        return self.accounts.loc[self.accounts["is_client"]]

    @cached_property
    def read(self) -> pd.DataFrame:
        return self.rows.loc[self.rows["is_readable"]]


def all_figures(asked: Asked) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *rating_figures(asked),
        csat_figure(asked),
        *promoter_figures(asked),
        *answering_figures(asked),
        *unhappy_figures(asked),
        *other_figures(asked),
    )


def _estimated(asked: Asked, estimate: Estimate, known: Figure, method: str) -> Figure:
    """The figure with the value and the interval of an estimate."""
    told = not math.isnan(estimate.value)
    few = len(asked.accounts) and estimate.interval is None
    return Figure(
        known.key,
        known.label,
        round(estimate.value, 9) if told else 0.0,
        known.unit,
        known.definition,
        n=estimate.n,
        window=asked.window,
        interval=estimate.interval,
        interval_method=None if few else f"{method}, {asked.level:.0%}",
        previous=known.previous,
        target=known.target,
        higher_is_better=True,
    )


def _draft(key: str, label: str, unit: str, definition: str, **more: float | None) -> Figure:
    return Figure(f"satisfaction.{key}", label, 0.0, unit, definition, **more)  # type: ignore[arg-type]


def _mean(values: pd.Series) -> float | None:
    known = values.dropna()
    return round(total(known) / len(known), 9) if len(known) else None


def rating_figures(asked: Asked) -> tuple[Figure, ...]:
    """Satisfaction from 0 to 10: over all answers, and with each client counted once."""
    missing, page = asked.nobody_answered("rating"), asked.parameters.satisfaction
    rated = asked.read.loc[asked.read["rating"].notna()]
    each = asked.accounts["satisfaction"].dropna()
    ones = pd.Series(each.index, index=each.index)
    low = asked.ours.loc[asked.ours["is_low"]]
    asked_about = int(asked.ours["latest_satisfaction"].notna().sum())
    return (
        unless(missing, _estimated(asked, mean_rating(rated["rating"], rated["account_id"],
               asked.level, TOP_RATING), _draft("rating", "Satisfaction", "rating",
               "Mean of all answers to the question for satisfaction, each taken to a scale of 0 "
               "to 10.", previous=_mean(asked.before["rating"]),
               target=asked.parameters.targets.satisfaction), MEAN_METHOD)),
        unless(missing, _estimated(asked, mean_rating(each, ones, asked.level, TOP_RATING),
               _draft("rating_per_account", "Satisfaction, each client once", "rating",
               "Mean over clients of each client's mean answer, 0 to 10."), MEAN_METHOD)),
        unless(missing, Figure("satisfaction.low_accounts", "Dissatisfied clients", len(low),
               "accounts", f"Clients whose satisfaction is below {page.low_rating:g} of 10: the "
               "mean of each person's latest answer. Former clients are left out.", n=asked_about,
               window=asked.window, higher_is_better=False)),
        unless(missing, Figure("satisfaction.low_revenue", "Revenue of dissatisfied clients",
               round(total(low["revenue_12m"]), 4), asked.parameters.currency,
               "Revenue of twelve months of these clients.", n=len(low), window=asked.window,
               higher_is_better=False)),
    )  # fmt: skip


def csat_figure(asked: Asked) -> Figure:
    """CSAT: the share of answers of 4 or 5 of 5."""
    missing, page = asked.nobody_answered("is_satisfied"), asked.parameters.satisfaction
    known = asked.read["is_satisfied"].dropna()
    least = f"{page.satisfied_from:.0%} of the scale or more"
    meaning = "4 or 5 of 5" if page.satisfied_from == 0.8 else least
    draft = _draft(
        "csat",
        "CSAT",
        "share",
        f"Answers of {meaning} ÷ all answers to the question of kind CSAT; on other scales, the "
        "same share of the scale.",
        previous=_mean(asked.before["is_satisfied"]),
    )
    return unless(
        missing,
        _estimated(asked, share_of(known.sum(), len(known), asked.level), draft, SHARE_METHOD),
    )


def promoter_figures(asked: Asked) -> tuple[Figure, ...]:
    """The net promoter score in three roll-ups, its variance and its parts."""
    missing = asked.nobody_answered("promoter")
    said = asked.read.loc[asked.read["promoter"].notna()]
    score = net_promoter(said["promoter"], asked.level)
    each = net_promoter(asked.accounts["nps"].dropna(), asked.level)
    senior = most_senior(said, asked.contacts, asked.parameters.satisfaction.seniority)
    top = net_promoter(senior["promoter"], asked.level)
    nobody_named = "no people are known; hand in table contacts"
    no_roles = missing or (nobody_named if asked.contacts is None else None)
    formula = "share of answers of 9 or 10 − share of 0 to 6"
    share = len(said) or 1
    return (
        unless(missing, _estimated(asked, score, _draft("nps", "NPS, all answers", "points",
               f"Net promoter score: {formula}, over all answers. Variance of the score: "
               "[p + d − (p − d)²] ÷ n.", previous=_mean(asked.before["promoter"])), NPS_METHOD)),
        unless(missing, Figure("satisfaction.nps_variance", "Variance of the NPS",
               0.0 if missing else round(score.variance, 9), "index",
               "[p + d − (p − d)²] ÷ n, with p and d the shares of promoters and detractors.",
               n=len(said), window=asked.window)),
        unless(missing, _estimated(asked, each, _draft("nps_per_account", "NPS, each client once",
               "points", f"Mean over clients of each client's own score: {formula} of its "
               "answers."), NPS_METHOD)),
        unless(no_roles, _estimated(asked, top, _draft("nps_senior", "NPS, most senior answer",
               "points", f"One answer per client, {formula}: that of its most senior person who "
               "answered (by role, then influence), the latest one."), NPS_METHOD)),
        unless(missing, Figure("satisfaction.promoters", "Promoters",
               round(float(said["promoter"].gt(0).sum()) / share, 9), "share",
               "Answers of 9 or 10 ÷ all answers.", n=len(said), window=asked.window,
               higher_is_better=True)),
        unless(missing, Figure("satisfaction.detractors", "Detractors",
               round(float(said["promoter"].lt(0).sum()) / share, 9), "share",
               "Answers of 0 to 6 ÷ all answers.", n=len(said), window=asked.window,
               higher_is_better=False)),
    )  # fmt: skip


def answering_figures(asked: Asked) -> tuple[Figure, ...]:
    """Who answers: share of requests, clients, and the revenue that they bring."""
    silent = asked.nobody_asked or (
        None
        if (~asked.every["is_answered"]).any()
        else "table surveys lists answers alone; add a row without a score for each request that "
        "nobody answered"
    )
    requests, answers = len(asked.rows), int(asked.rows["is_answered"].sum())
    before = asked.before["is_answered"]
    revenue = positive(asked.accounts["revenue_12m"])
    heard = asked.accounts["answers"] > 0
    whole = total(revenue)
    poor = asked.nobody_asked or (None if whole > 0 else "no client brought revenue in the window")
    rate = _draft(
        "response_rate",
        "Response rate",
        "share",
        "Requests that were answered ÷ all requests of the window, of every kind.",
        previous=float(before.astype("float64").mean()) if len(before) else None,
    )
    return (
        unless(silent, _estimated(asked, share_of(answers, requests, asked.level), rate,
               SHARE_METHOD)),
        unless(asked.nobody_asked, Figure("satisfaction.accounts_answered",
               "Clients that answered", int(heard.sum()), "accounts",
               "Clients with at least one answer of any kind that can be read.", n=len(heard),
               window=asked.window, higher_is_better=True)),
        unless(poor, Figure("satisfaction.revenue_coverage", "Revenue that answered",
               round(total(revenue[heard]) / whole, 9) if whole > 0 else 0.0, "share",
               "Revenue of twelve months of clients that answered ÷ revenue of all clients.",
               n=int(heard.sum()), window=asked.window, higher_is_better=True)),
    )  # fmt: skip


def unhappy_figures(asked: Asked) -> tuple[Figure, ...]:
    """The detractors, and what their companies bring."""
    missing = asked.nobody_answered("promoter")
    against = asked.ours.loc[asked.ours["is_detractor"]]
    revenue = total(positive(against["revenue_12m"]))
    whole = total(positive(asked.accounts["revenue_12m"]))
    poor = missing or (None if whole > 0 else "no client brought revenue in the window")
    meaning = "Clients of which one person's latest answer to the NPS question is 0 to 6"
    n = int(asked.ours["nps"].notna().sum())
    return (
        unless(missing, Figure("satisfaction.detractor_accounts", "Clients with a detractor",
               len(against), "accounts", f"{meaning}. Former clients are left out.", n=n,
               window=asked.window, higher_is_better=False)),
        unless(missing, Figure("satisfaction.detractor_revenue", "Revenue with a detractor",
               round(revenue, 4), asked.parameters.currency, f"{meaning}: their revenue of twelve "
               "months.", n=len(against), window=asked.window, higher_is_better=False)),
        unless(poor, Figure("satisfaction.detractor_revenue_share", "Share of revenue with a "
               "detractor", round(revenue / whole, 9) if whole > 0 else 0.0, "share",
               f"{meaning}: their revenue ÷ revenue of all clients.", n=len(against),
               window=asked.window, higher_is_better=False)),
    )  # fmt: skip


def other_figures(asked: Asked) -> tuple[Figure, ...]:
    """Comments, and answers that could not be read."""
    lost = asked.rows["is_answered"] & ~asked.rows["is_readable"]
    said = int((~is_blank(asked.rows["comment"])).sum())
    return (
        unless(asked.nobody_asked, Figure("satisfaction.comments", "Comments", said, "answers",
               "Answers of the window with words of the client.", n=len(asked.rows),
               window=asked.window)),
        unless(asked.nobody_asked, Figure("satisfaction.set_aside", "Answers that cannot be read",
               int(lost.sum()), "answers", "Answers above their own scale, and answers to the NPS "
               "question on a scale that does not end at 10: in no measure.", n=len(asked.rows),
               window=asked.window)),
    )  # fmt: skip
