"""The ways to foretell side by side, in one form for contracts and for purchases."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.stay_choice import StayChoice
from portfolio_lib.analyses.value_inputs import AccountValues

MODEL_COLUMNS = (
    "model",
    "is_used",
    "expected",
    "actual",
    "mean_error",
    "fit",
    "ranking",
    "money_error",
    "why_blank",
)
NUMBERS = ("expected", "actual", "mean_error", "fit", "ranking", "money_error")


def held_out_models(values: AccountValues) -> pd.DataFrame:
    """One row per model or plain rule; empty where nothing was held out.

    Returns
    -------
    frame
        `model`, `is_used`, `expected` and `actual` (clients lost, or purchases), `mean_error` (by
        contracts the mean squared error of the chance to leave, by purchases the mean error in
        purchases per client), `fit` (held-out log-likelihood, by purchases), `ranking` (AUC),
        `money_error` (expected ÷ actual sales − 1), `why_blank`. Blank where not computable.
    """
    if values.purchases is not None:
        found = values.purchases.models.reset_index()
        rows = pd.DataFrame(
            {
                "model": found["model"],
                "expected": found["expected_total"],
                "actual": float(values.purchases.purchases_held_out),
                "mean_error": found["mean_absolute_error"],
                "fit": found["loglikelihood"],
                "ranking": found["auc"],
                "money_error": found["value_total_error"],
                "why_blank": found["why_blank"],
            }
        )
    else:
        rows = _of_stays(values.stays)
    rows["is_used"] = rows["model"].eq(values.model or "")
    typed = rows.reindex(columns=list(MODEL_COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64"))
    return typed.reset_index(drop=True)


def _of_stays(stays: StayChoice | None) -> pd.DataFrame:
    if stays is None:
        return pd.DataFrame(columns=["model", "why_blank"])
    return pd.DataFrame(
        {
            "model": stays.models["model"],
            "expected": stays.models["expected_losses"],
            "actual": float(stays.losses),
            "mean_error": stays.models["error"],
            "why_blank": stays.models["why_blank"],
        }
    )
