"""What is learned for one unit: the trials, the model of today, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.causes import DIRECTIONS, FEATURES
from portfolio_lib.analyses.churn_models import quality
from portfolio_lib.analyses.churn_models.choosing import Policy
from portfolio_lib.analyses.churn_models.leaks import TOO_GOOD, carrier
from portfolio_lib.analyses.churn_models.pooling import Pool
from portfolio_lib.analyses.churn_models.profit import CampaignCosts
from portfolio_lib.analyses.churn_models.quality import Measured, Scored
from portfolio_lib.analyses.churn_models.samples import Floats, Samples
from portfolio_lib.analyses.churn_models.trials import Fitted, Trial, fit_on, out_of_time
from portfolio_lib.analyses.churn_replay import colour_chances
from portfolio_lib.parameters.churn_models import CampaignSettings, ChurnPage

FEW = 10
"""With fewer that left on the days tried, a high AUC is soon chance, and its interval says so."""
RECENCY = "days_since_last_purchase"
TRUSTED = frozenset(FEATURES)
"""The facts date every one of these, and tests recompute them on tables cut at the day."""


@dataclass(frozen=True)
class Learned:
    """Everything that the past of a unit says about who leaves.

    Parameters
    ----------
    rows : Samples
        Accounts at risk at every snapshot, open ones too.
    now : Samples
        Accounts at risk on the review day.
    fitted : Fitted or None
        The model of today; None where `reason` says why.
    trials : tuple of Trial
        Past days, each with the model of that day.
    scored : Scored or None
        All trials as one; None without any.
    measured : tuple of Measured
        Measures out of time, of the model and its rivals; on the unit's own rows alone.
    left_out : int
        Other units that were to bring their past and could not.
    """

    rows: Samples
    now: Samples
    fitted: Fitted | None
    reason: str | None
    trials: tuple[Trial, ...]
    scored: Scored | None
    measured: tuple[Measured, ...]
    left_out: int = 0

    @property
    def pooled(self) -> Samples | None:
        """Rows of other units that the model of today learned from too."""
        return None if self.fitted is None else self.fitted.pooled

    @property
    def learned_events(self) -> int:
        """Lost clients that the model of today learned from, those of other units among them."""
        return self.closed.events + (0 if self.pooled is None else self.pooled.events)

    @property
    def usual_rate(self) -> float:
        """The share that left; where other units are learned from, drawn towards their rate."""
        closed = self.closed
        if self.fitted is not None and self.pooled is not None:
            return float(self.fitted.model.probabilities(self.fitted.seen(closed)).mean())
        return float(closed.churned.mean()) if len(closed) else 0.0

    @property
    def pooled_trials(self) -> int:
        """Days tried whose model learned from other units too."""
        return sum(trial.is_pooled for trial in self.trials)

    @property
    def closed(self) -> Samples:
        """Rows whose outcome is known."""
        return self.rows.take(~np.isnan(self.rows.churned))

    @property
    def chances(self) -> Floats:
        """The probability of each account now; NaN where no model stands."""
        if self.fitted is None:
            return np.full(len(self.now), np.nan)
        return self.fitted.model.probabilities(self.fitted.seen(self.now))

    @property
    def untried(self) -> str | None:
        """Why nothing is known about the quality out of time; None where it is."""
        if self.reason is not None:
            return self.reason
        if not self.trials:
            return (
                "no past day has both a full horizon of outcomes after it and enough losses before "
                "it, so the list cannot be tried out of time yet"
            )
        if not self.measured:
            return "on the days tried, nobody left or nobody stayed, so nothing can be measured"
        return None

    @property
    def warning(self) -> str | None:
        """What is too good to be true, in words; None where nothing is."""
        told = [f"“{_label(name)}” is not used: {why}" for name, why in self._aside().items()]
        found = quality.value_of(self.measured, quality.MODEL, "auc")
        if found and found.value > TOO_GOOD and self.scored and self.scored.rows.events >= FEW:
            heaviest = carrier(self.scored.rows)
            if heaviest is not None:
                told.append(
                    f"An AUC of {found.value:.2f} is rarely earned. “{_label(heaviest[0])}” "
                    f"carries it: alone it reaches {heaviest[1]:.2f}. {_check(heaviest[0])}"
                )
        return ". ".join(told) + "." if told else None

    def _aside(self) -> dict[str, str]:
        fits = [trial.set_aside for trial in self.trials]
        fits += [self.fitted.set_aside] if self.fitted else []
        return {name: why for aside in fits for name, why in sorted(aside.items())}


def _check(feature: str) -> str:
    """What to do about a feature that carries a high AUC."""
    if feature in FEATURES and FEATURES[feature].cause == "contract_position":
        return "That is natural where only clients whose term ends can leave; check the dates"
    return "Check that it was known on the day"


def _label(feature: str) -> str:
    return FEATURES[feature].label if feature in FEATURES else feature


def learn(
    rows: Samples,
    as_of: pd.Timestamp,
    page: ChurnPage,
    seed: int,
    levels: pd.DataFrame | None,
    pool: Pool | None = None,
) -> Learned:
    """Try the model on past days, measure it, and fit the one of today.

    Parameters
    ----------
    rows : Samples
        See `churn_rows`.
    as_of : day
        The review day.
    page : ChurnPage
        How many events and days it takes.
    seed : int
        Start of every random draw.
    levels : frame or None
        Colours by account and snapshot, as known then.
    pool : Pool or None
        Rows of other units, learned from on days with too few losses of the unit's own.
    """
    day = np.datetime64(as_of, "D")
    policy = Policy(page.least_events, page.trees_from_events, directions=DIRECTIONS, seed=seed)
    closed = rows.take(~np.isnan(rows.churned))
    pooled = None if pool is None else pool.rows_for(closed, day)
    fitted = fit_on(closed, policy, trusted=TRUSTED, pooled=pooled)
    recency = RECENCY if RECENCY in rows.names else None
    trials = out_of_time(
        rows, policy, snapshots=page.tried_snapshots, recency=recency, trusted=TRUSTED, pool=pool
    )
    trials = trials if fitted is not None else ()
    scored = quality.pooled(trials, _colours(rows, trials, levels))
    measured = quality.measure(scored, page.top, seed) if scored is not None else ()
    now = rows.at(day)
    reason = None if fitted else why_no_model(closed, page, pooled)
    left_out = pool.left_out if pool is not None and closed.events < pool.below else 0
    return Learned(rows, now, fitted, reason, trials, scored, measured, left_out)


def why_no_model(closed: Samples, page: ChurnPage, pooled: Samples | None = None) -> str:
    """Why no probabilities are given, in words."""
    if pooled is not None:
        return (
            f"{closed.events + pooled.events} clients are known to have left, those of other units "
            f"that are learned from among them; at least {page.least_events} are needed"
        )
    if len(closed) == 0:
        return (
            f"no account has been watched for {page.horizon_days} days yet, so nobody is known to "
            "have left or stayed"
        )
    if closed.events == 0:
        return "no client is known to have left in the past, so there is nothing to learn from"
    if not (closed.churned == 0).any():
        return "every client watched has left, so there is nothing to tell apart"
    lost = "1 client is" if closed.events == 1 else f"{closed.events} clients are"
    return (
        f"{lost} known to have left in the past; at least {page.least_events} are needed to learn "
        "from"
    )


def _colours(
    rows: Samples, trials: Sequence[Trial], levels: pd.DataFrame | None
) -> list[Floats] | None:
    """What the colour alone would have said in each trial; None unless it says something in all."""
    if levels is None or levels.empty or not trials:
        return None
    found = []
    for trial in trials:
        closed = rows.closed_by(trial.snapshot)
        then, now = _levels_of(closed, levels), _levels_of(trial.rows, levels)
        chances = colour_chances(then, closed.churned, now)
        if chances is None:
            return None
        found.append(chances)
    return found


def _levels_of(rows: Samples, levels: pd.DataFrame) -> pd.Series:
    keys = pd.DataFrame(
        {"account_id": rows.accounts, "snapshot_date": rows.snapshots.astype("datetime64[s]")}
    )
    known = levels[["account_id", "snapshot_date", "level"]].copy()
    known["snapshot_date"] = pd.to_datetime(known["snapshot_date"]).astype("datetime64[s]")
    joined = keys.merge(known, on=["account_id", "snapshot_date"], how="left", validate="m:1")
    return joined["level"]


def campaign_costs(settings: CampaignSettings, revenue: Floats) -> CampaignCosts | None:
    """Costs per account from the parameters, at the mean revenue; None without revenue."""
    known = revenue[np.isfinite(revenue) & (revenue > 0)]
    if len(known) == 0:
        return None
    margin = 1.0 if settings.margin is None else settings.margin
    worth = float(np.mean(known)) * margin * settings.years_kept
    if worth <= 0:
        return None
    return CampaignCosts(
        worth, worth * settings.offer_share, worth * settings.contact_share, *settings.success
    )
