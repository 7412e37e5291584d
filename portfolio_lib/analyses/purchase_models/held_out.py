"""Which purchase model foretells a held-out period best, and is it better than plain rules?

Models are fitted to purchases up to `calibration_end` and judged on the days after it, up to
`holdout_end`, over the customers known at `calibration_end`. Beside them stand two plain rules:
*ticket × frequency* (each customer goes on at its own rate, repeat purchases ÷ age) and the days
since the last purchase (which only ranks).

The held-out log-likelihood is that of each customer's purchases in the held-out period given its
history: ln L(whole history) − ln L(history at calibration), with the calibration parameters. It
has the same base in every model, so it can be compared; the higher, the better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from portfolio_lib.analyses.purchase_models import gamma_gamma
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    collapse_to_days,
    collect_histories,
    summarise_purchases,
)
from portfolio_lib.analyses.purchase_models.lifetime_value import why_unusable
from portfolio_lib.analyses.purchase_models.registry import PURCHASE_MODELS, PurchaseModel
from portfolio_lib.errors import DataFault

TICKET_TIMES_FREQUENCY = "ticket × frequency"
DAYS_SINCE_LAST = "days since last purchase"

MEASURES = (
    "expected_total",
    "total_error",
    "mean_absolute_error",
    "loglikelihood",
    "auc",
    "auc_probability_alive",
    "value_total_error",
    "value_mean_absolute_error",
)

History = tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class HeldOutComparison:
    """Models and plain rules side by side on held-out purchases.

    Parameters
    ----------
    models : pandas.DataFrame
        One row per model or rule, indexed by name: `expected_total` (purchases), `total_error`
        (expected ÷ actual − 1), `mean_absolute_error` (purchases per customer), `loglikelihood`
        (sum), `auc` (does expected purchases rank those who buy again first?),
        `auc_probability_alive`, `value_total_error` and `value_mean_absolute_error` (money, where
        purchases have values), `why_blank`. Blank where not computable.
    chosen : str or None
        The usable model with the highest held-out log-likelihood.
    sentence : str
        The choice in words, with what the plain rules reach.
    customers, purchases_held_out : int
        Customers known at `calibration_end`, and their purchase days in the held-out period.
    calibration_end, holdout_end : pandas.Timestamp
        Last days of the two periods, inclusive.
    fits : Mapping
        The fit of each model, by name.
    """

    models: pd.DataFrame
    chosen: str | None
    sentence: str
    customers: int
    purchases_held_out: int
    calibration_end: pd.Timestamp
    holdout_end: pd.Timestamp
    fits: Mapping[str, Fit[Any]]


@dataclass(frozen=True, eq=False)
class _Periods:
    """Histories at both ends, held-out purchases, and spend where it is known."""

    before: History
    whole: History
    bought: Floats
    horizon: float
    mean_value_repeat: Floats | None
    mean_value: Floats | None
    spent: Floats | None


def compare_held_out(
    purchases_by_account_and_day: pd.DataFrame,
    calibration_end: pd.Timestamp | str,
    holdout_end: pd.Timestamp | str,
    *,
    unit_days: float = 7.0,
) -> HeldOutComparison:
    """Fit every model to the calibration period and judge it on the held-out one.

    Parameters
    ----------
    purchases_by_account_and_day : pandas.DataFrame
        `account_id`, `date` and, if wanted, `value`; several rows of a day count as one purchase.
    calibration_end, holdout_end : pandas.Timestamp or str
        Last days of the two periods, inclusive. Later rows are not looked at.
    unit_days : float
        Length of the unit of time in days.

    Returns
    -------
    HeldOutComparison

    Raises
    ------
    DataFault
        The periods are not in order, or nobody had bought by `calibration_end`.
    """
    ends = pd.Timestamp(calibration_end).normalize(), pd.Timestamp(holdout_end).normalize()
    periods = _split(purchases_by_account_and_day, ends, unit_days)
    fits = {
        name: model.fit_histories(collect_histories(*periods.before))
        for name, model in PURCHASE_MODELS.items()
    }
    rows = {name: _judge(PURCHASE_MODELS[name], fit, periods) for name, fit in fits.items()}
    rows[TICKET_TIMES_FREQUENCY] = _judge_frequency(periods)
    rows[DAYS_SINCE_LAST] = _judge_days_since_last(periods)
    models = pd.DataFrame.from_dict(rows, orient="index", columns=[*MEASURES, "why_blank"])
    models = models.astype(dict.fromkeys(MEASURES, np.float64))
    models.index.name = "model"
    chosen = _choose(models)
    return HeldOutComparison(
        models=models,
        chosen=chosen,
        sentence=_describe_choice(models, chosen, fits),
        customers=len(periods.bought),
        purchases_held_out=int(periods.bought.sum()),
        calibration_end=ends[0],
        holdout_end=ends[1],
        fits=fits,
    )


def _split(
    purchases: pd.DataFrame, ends: tuple[pd.Timestamp, pd.Timestamp], unit_days: float
) -> _Periods:
    if not ends[0] < ends[1]:
        raise DataFault(
            f"compare_held_out: found calibration_end {ends[0]:%Y-%m-%d} and holdout_end "
            f"{ends[1]:%Y-%m-%d}; expected the first to be earlier."
        )
    by_day = collapse_to_days(purchases)
    before = summarise_purchases(by_day, as_of=ends[0], unit_days=unit_days)
    if before.empty:
        raise DataFault(
            f"compare_held_out: no purchases by calibration_end {ends[0]:%Y-%m-%d}. Choose a later "
            "day."
        )
    whole = summarise_purchases(by_day, as_of=ends[1], unit_days=unit_days).loc[before.index]
    horizon = (ends[1] - ends[0]).days / unit_days
    has_value = "mean_value" in before.columns
    return _Periods(
        before=_columns(before),
        whole=_columns(whole),
        bought=(whole["purchases_repeat"] - before["purchases_repeat"]).to_numpy(dtype=np.float64),
        horizon=horizon,
        mean_value_repeat=before["mean_value_repeat"].to_numpy() if has_value else None,
        mean_value=before["mean_value"].to_numpy() if has_value else None,
        spent=(_spent(whole) - _spent(before)).to_numpy() if has_value else None,
    )


def _columns(histories: pd.DataFrame) -> History:
    x, t_x, t = (
        histories[name].to_numpy(dtype=np.float64)
        for name in ("purchases_repeat", "age_at_last_purchase", "age")
    )
    return x, t_x, t


def _spent(histories: pd.DataFrame) -> pd.Series:
    return histories["mean_value"] * (histories["purchases_repeat"] + 1)


def _judge(model: PurchaseModel, fit: Fit[Any], periods: _Periods) -> dict[str, Any]:
    reason = why_unusable(fit)
    if reason:
        return {"why_blank": reason}
    parameters = fit.parameters
    expected = model.expected_purchases(
        periods.before, horizon=periods.horizon, parameters=parameters
    )
    alive = model.probability_alive(*periods.before, parameters=parameters)
    whole = model.loglikelihood(*periods.whole, parameters=parameters)
    known = model.loglikelihood(*periods.before, parameters=parameters)
    return {
        **_errors(expected, periods.bought),
        "loglikelihood": float(np.sum(whole - known)),
        "auc": _auc(periods.bought, expected),
        "auc_probability_alive": _auc(periods.bought, alive),
        **_value_errors(expected, _expected_ticket(periods), periods.spent),
    }


def _judge_frequency(periods: _Periods) -> dict[str, Any]:
    """Each customer goes on at its own rate, repeat purchases ÷ age."""
    x, _, t = periods.before
    expected = np.divide(x, t, out=np.zeros_like(x), where=t > 0) * periods.horizon
    return {
        **_errors(expected, periods.bought),
        "auc": _auc(periods.bought, expected),
        **_value_errors(expected, periods.mean_value, periods.spent),
        "why_blank": "Its likelihood is 0 as soon as a one-time buyer returns; nobody leaves.",
    }


def _judge_days_since_last(periods: _Periods) -> dict[str, Any]:
    _, t_x, t = periods.before
    return {"auc": _auc(periods.bought, t_x - t), "why_blank": "It ranks, and foretells no number."}


def _errors(expected: Floats, actual: Floats) -> dict[str, float]:
    total = float(actual.sum())
    return {
        "expected_total": float(expected.sum()),
        "total_error": float(expected.sum()) / total - 1 if total > 0 else np.nan,
        "mean_absolute_error": float(np.abs(expected - actual).mean()),
    }


def _value_errors(
    purchases: Floats, ticket: Floats | None, spent: Floats | None
) -> dict[str, float]:
    """Errors in money, over the customers whose ticket is known."""
    if ticket is None or spent is None:
        return {}
    known = np.isfinite(ticket)
    if not known.any():
        return {}
    errors = _errors((purchases * ticket)[known], spent[known])
    return {
        "value_total_error": errors["total_error"],
        "value_mean_absolute_error": errors["mean_absolute_error"],
    }


def _expected_ticket(periods: _Periods) -> Floats | None:
    """Expected value per purchase from the Gamma-Gamma model, or None where it has none."""
    value = periods.mean_value_repeat
    if value is None:
        return None
    x = periods.before[0]
    usable = (x > 0) & np.isfinite(value) & (value > 0)
    fit = gamma_gamma.fit(x[usable], value[usable])
    if why_unusable(fit):
        return None
    return gamma_gamma.expected_mean_value(x, value, parameters=fit.parameters)


def _auc(bought: Floats, score: Floats) -> float:
    """Chance that one who buys again is ranked above one who does not; ties count half."""
    active = bought > 0
    if active.all() or not active.any():
        return float("nan")
    return float(roc_auc_score(active, score))


def _choose(models: pd.DataFrame) -> str | None:
    scores = models.loc[list(PURCHASE_MODELS), "loglikelihood"].dropna()
    # Models stand simplest first, and idxmax takes the first of equals.
    return None if scores.empty else str(scores.idxmax())


def _describe_choice(models: pd.DataFrame, chosen: str | None, fits: Mapping[str, Fit[Any]]) -> str:
    blanks = [fit.boundary for fit in fits.values() if fit.boundary]
    if chosen is None:
        return " ".join(["No purchase model can be used here.", *dict.fromkeys(blanks)])
    sentences = [
        f"{chosen} fits the held-out purchases best.",
        _describe_total(_number(models, chosen, "total_error")),
        _describe_against(models, chosen, TICKET_TIMES_FREQUENCY, "mean_absolute_error"),
        _describe_against(models, chosen, DAYS_SINCE_LAST, "auc"),
        *dict.fromkeys(blanks),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _number(models: pd.DataFrame, name: str, measure: str) -> float:
    return float(models[measure].to_numpy(dtype=np.float64)[models.index.get_loc(name)])


def _describe_total(error: float) -> str:
    if np.isnan(error):
        return ""
    return f"Its total is {abs(error):.0%} too {'high' if error > 0 else 'low'}."


def _describe_against(models: pd.DataFrame, chosen: str, rule: str, measure: str) -> str:
    own, other = _number(models, chosen, measure), _number(models, rule, measure)
    if np.isnan(own) or np.isnan(other):
        return ""
    # A smaller error is better, a larger AUC is.
    what, is_better = {
        "mean_absolute_error": ("Its mean error per customer", own < other),
        "auc": ("Its ranking (AUC)", own > other),
    }[measure]
    verb = "beats" if is_better else "does not beat"
    return f"{what}, {own:.3f}, {verb} that of {rule}, {other:.3f}."
