"""Which curve of staying foretells the last months best, and the one that is used from here on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.panel import months_apart
from portfolio_lib.analyses.purchase_models.contractual import ContractLifetimes
from portfolio_lib.analyses.stays import (
    CURVES,
    SAME_RATE,
    StayCurve,
    draw_curve,
    lifetimes_of,
    observed_stays,
)
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.value_models import ValuePage

Floats = npt.NDArray[np.float64]

LEAST_HELD_OUT_MONTHS = 3
MODEL_COLUMNS = ("model", "expected_losses", "error", "skill", "why_blank")


@dataclass(frozen=True, eq=False)
class StayChoice:
    """The curves side by side on held-out months, and the one that is used.

    Parameters
    ----------
    curve : StayCurve or None
        The chosen curve, drawn over all that is known.
    lifetimes : ContractLifetimes
        The clients behind it.
    models : frame
        One row per curve: `model`, `expected_losses`, `error` (mean squared error of the chance to
        leave; the lower, the better), `skill` (1 − error ÷ that of one rate for all), `why_blank`.
        Empty where nothing was held out.
    clients, losses : int
        Clients there when the held-out months began, and those of them lost by their end.
    calibration_end, holdout_end : Timestamp
        Last days of the two periods.
    reason : str or None
        Why there is no curve.
    unchosen : str or None
        Why nothing was held out, so that the simplest curve is used.
    """

    curve: StayCurve | None
    lifetimes: ContractLifetimes
    models: pd.DataFrame
    clients: int
    losses: int
    calibration_end: pd.Timestamp
    holdout_end: pd.Timestamp
    reason: str | None
    unchosen: str | None


def choose_curve(
    lives: pd.DataFrame, until: pd.Timestamp, *, gap_days: int, page: ValuePage
) -> StayChoice:
    """Draw every curve without the last months, and take the one that foretells them best.

    Parameters
    ----------
    lives : frame
        As in `stays.observed_stays`.
    until : Timestamp
        Last day observed.
    gap_days : int
        Longest pause that is not yet a loss.
    page : ValuePage
        Months held out, the horizon, how many clients and losses it takes.

    Notes
    -----
    Of curves that do equally well the simplest is taken. A curve chosen by a period is a little
    flattered by it.
    """
    stays = observed_stays(lives, until, gap_days=gap_days)
    lifetimes = lifetimes_of(stays)
    first = lives["life_first_day"].min()
    months = page.holdout_months
    if pd.notna(first):
        months = min(months, (months_apart(first, until) + 1) // 4)
    cut = pd.Timestamp(months_before(until.date(), max(0, months)))
    models, clients, losses = _blank_models(), 0, 0
    unchosen = _why_not(observed_stays(lives, cut, gap_days=gap_days), months, page)
    reason = _too_few(lifetimes, page)
    if reason is None and unchosen is None:
        models, clients, losses = _held_out(lives, cut, until, gap_days)
    chosen = _best(models)
    oldest = max(int(stays["age"].max()), months_apart(first, until)) if len(stays) else 0
    ages = oldest + page.horizon_months + 12
    curve = None if reason else draw_curve(chosen, lifetimes, ages=ages)
    if curve is not None and curve.reason is not None:  # it fitted the earlier months, not all
        curve = draw_curve(SAME_RATE, lifetimes, ages=ages)
    return StayChoice(
        curve, lifetimes, models, clients, losses, cut, until, reason, None if reason else unchosen
    )


def _blank_models() -> pd.DataFrame:
    return pd.DataFrame(columns=list(MODEL_COLUMNS)).astype(
        dict.fromkeys(("expected_losses", "error", "skill"), "float64")
    )


def _too_few(lifetimes: ContractLifetimes, page: ValuePage) -> str | None:
    lost = int(lifetimes.customers[lifetimes.lost].sum())
    if lifetimes.n == 0:
        return "no client has been seen from a known first day on"
    if lost < page.least_losses:
        return (
            f"{lost} of {lifetimes.n} clients left in the data; it takes {page.least_losses} to "
            "say how long clients stay"
        )
    return None


def _why_not(before: pd.DataFrame, months: int, page: ValuePage) -> str | None:
    """Why the last months cannot be held out."""
    if months < LEAST_HELD_OUT_MONTHS:
        return "the history is too short to hold months out"
    there, lost = int((~before["has_left"]).sum()), int(before["has_left"].sum())
    if there < page.least_accounts or lost < page.least_losses:
        return (
            f"{months} months earlier {there} clients were there and {lost} had left; it takes "
            f"{page.least_accounts} and {page.least_losses} to compare ways to foretell"
        )
    return None


def _held_out(
    lives: pd.DataFrame, cut: pd.Timestamp, until: pd.Timestamp, gap_days: int
) -> tuple[pd.DataFrame, int, int]:
    """Every curve of what was known at the cut, held against who was lost after it."""
    known = observed_stays(lives, cut, gap_days=gap_days)
    lifetimes = lifetimes_of(known)
    there = known.loc[~known["has_left"]]
    left = dict(zip(lives["account_id"], lives["has_left"], strict=True))
    lost = there["account_id"].map(left).to_numpy(dtype=bool)
    months = months_apart(cut, until)
    ages = int(known["age"].max()) + months
    rows = [_judge(draw_curve(name, lifetimes, ages=ages), there, lost, months) for name in CURVES]
    models = pd.DataFrame(rows, columns=list(MODEL_COLUMNS))
    base = float(models["error"].iloc[0])
    models["skill"] = 1.0 - models["error"] / base if base > 0 else np.nan
    return models, len(there), int(lost.sum())


def _judge(
    curve: StayCurve, there: pd.DataFrame, lost: npt.NDArray[np.bool_], months: int
) -> dict[str, object]:
    if curve.reason is not None:
        return {"model": curve.name, "why_blank": curve.reason}
    leaving = 1.0 - curve.stays(there["age"], months)
    return {
        "model": curve.name,
        "expected_losses": float(leaving.sum()),
        "error": round(float(((leaving - lost) ** 2).mean()), 12),
        "why_blank": None,
    }


def _best(models: pd.DataFrame) -> str:
    """The curve with the lowest error; the simplest of equals, or of none."""
    known = models.dropna(subset=["error"])
    if known.empty:
        return SAME_RATE
    return str(known["model"].iloc[int(known["error"].to_numpy().argmin())])
