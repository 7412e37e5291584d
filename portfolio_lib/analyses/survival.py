"""How long clients stay: the Kaplan–Meier curve, its band, and whether groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

Floats = npt.NDArray[np.float64]

LEAST_EVENTS = 5
"""With fewer losses in all, groups are not compared."""
P_DIFFERENT = 0.05
DIGITS = 12
"""The library adds up logarithms: a half comes out as 0.5000000000000001."""


def tenure_months(first_days: pd.Series, last_days: pd.Series, has_left: pd.Series) -> pd.Series:
    """Whole months from the first day of each life to its last, both included.

    A life that ended within its first month counts as one month: it was there, and it left.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2026-01-01", "2026-01-15", "2026-03-31"]))
    >>> ends = pd.to_datetime(pd.Series(["2026-03-31", "2026-03-13", "2026-04-02"]))
    >>> tenure_months(days, ends, pd.Series([True, False, True])).tolist()
    [3, 1, 1]
    """
    after = last_days + pd.Timedelta(days=1)
    months = (after.dt.year - first_days.dt.year) * 12 + after.dt.month - first_days.dt.month
    whole = months - (after.dt.day < first_days.dt.day).astype("int64")
    lived: pd.Series = whole.where(~has_left | (whole >= 1), 1).astype("int64")
    return lived


def survival_curve(tenures: pd.Series, has_left: pd.Series, *, level: float) -> pd.DataFrame:
    """The share of clients still there after each month, with a band.

    Parameters
    ----------
    tenures : series of int
        Months that each client has stayed so far.
    has_left : series of bool
        True where it has left after them; False where it is still there (censored).
    level : float
        Level of the band, in (0, 1).

    Returns
    -------
    frame
        One row per month from 0 to the longest tenure: `month`, `survival`, `low`, `high` (NaN
        before the first loss, and once nobody is left), `at_risk` (followed up to that month),
        `left` (in that month). Empty where nobody has stayed a month.

    Notes
    -----
    The band is pointwise, on the log-log scale with Greenwood's variance, so that it stays within
    0 and 1.

    References
    ----------
    Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd ed., eq. 1.14.

    Examples
    --------
    >>> curve = survival_curve(pd.Series([1, 2, 2, 3]), pd.Series([True, True, False, False]),
    ...                        level=0.95)
    >>> curve["survival"].tolist(), curve["at_risk"].tolist()
    ([1.0, 0.75, 0.5, 0.5], [4, 4, 3, 1])
    """
    columns = ["month", "survival", "low", "high", "at_risk", "left"]
    followed = tenures >= 1
    times, left = tenures[followed].to_numpy(), has_left[followed].to_numpy()
    if not len(times):
        return pd.DataFrame(columns=columns)
    months = np.arange(int(times.max()) + 1)
    survival, errors = _steps(times, left, months)
    low, high = _band(survival, errors, level)
    at_risk = [int((times >= month).sum()) for month in months]
    gone = np.bincount(times[left], minlength=len(months))
    return pd.DataFrame(
        dict(zip(columns, (months, survival, low, high, at_risk, gone), strict=True))
    )


def _steps(
    times: npt.NDArray[np.int64], left: npt.NDArray[np.bool_], months: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Survival and its standard error at every month."""
    if not left.any():
        return np.ones(len(months)), np.zeros(len(months))
    fitted = SurvfuncRight(times, left.astype("int64"))
    places = np.searchsorted(fitted.surv_times, months, side="right")
    survival = np.concatenate([[1.0], np.asarray(fitted.surv_prob, dtype="float64")])
    errors = np.concatenate([[0.0], np.asarray(fitted.surv_prob_se, dtype="float64")])
    return np.round(survival[places], DIGITS), errors[places]


def _band(survival: Floats, errors: Floats, level: float) -> tuple[Floats, Floats]:
    inside = (survival > 0) & (survival < 1) & np.isfinite(errors)
    logs = np.log(np.where(inside, survival, 0.5))
    reach = norm.ppf(0.5 + level / 2) * errors / (np.where(inside, survival, 0.5) * logs)
    low = np.where(inside, survival ** np.exp(-reach), np.nan)
    high = np.where(inside, survival ** np.exp(reach), np.nan)
    return np.fmin(low, high), np.fmax(low, high)


@dataclass(frozen=True)
class Comparison:
    """Whether groups stay equally long, by the log-rank test.

    Parameters
    ----------
    p_value : float or None
        How often groups that do not differ would look as different as these.
    reason : str or None
        Why they were not compared.
    """

    p_value: float | None
    reason: str | None

    @property
    def differs(self) -> bool:
        return self.p_value is not None and self.p_value < P_DIFFERENT


def compare_survival(tenures: pd.Series, has_left: pd.Series, groups: pd.Series) -> Comparison:
    """Compare how long groups stay; not where there are too few losses to compare.

    Examples
    --------
    >>> tenures = pd.Series([1, 2, 3, 4, 20, 21, 22, 23])
    >>> left = pd.Series([True] * 8)
    >>> compare_survival(tenures, left, pd.Series(["a"] * 4 + ["b"] * 4)).differs
    True
    """
    followed = tenures >= 1
    events = int(has_left[followed].sum())
    if groups[followed].nunique() < 2:
        return Comparison(None, "there is only one group")
    if events < LEAST_EVENTS:
        return Comparison(None, f"fewer than {LEAST_EVENTS} clients left")
    _, p_value = survdiff(
        tenures[followed].to_numpy(),
        has_left[followed].to_numpy().astype("int64"),
        groups[followed].to_numpy(),
    )
    return Comparison(float(p_value), None)
