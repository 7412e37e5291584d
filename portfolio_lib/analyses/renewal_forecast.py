"""What the next quarters' renewals will come to, and what earlier forecasts were worth.

A forecast made on a day looks at the terms that ended in the same quarter ahead of earlier days, as
they stood on those days: agreed, not yet renewed, no notice given. How much of them was renewed is
what is expected now of terms that stand like that. Everything is taken from what was known on the
day of the forecast, so that the forecast of an earlier review can be made again and held against
what happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.resampling import draws_for
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.terms_due import LATE, NOTICE, OPEN, RENEWED, ended_between, terms_on
from portfolio_lib.analyses.tiers import dated_tiers
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

Floats = npt.NDArray[np.float64]
QUARTER_MONTHS = 3
QUARTERS_LEARNT_FROM = 8
POOL_AT_MOST = 2_000
"""With more clients to learn from, not knowing the true shares adds nothing that can be seen."""
COLUMNS = (
    *("review_day", "quarter_start", "quarter_end", "terms", "due", "renewed", "notice", "open"),
    *("low", "likely", "high", "learnt_from"),
)


@dataclass(frozen=True)
class Scenario:
    """What a forecast expects of one quarter; None where too little is known to say."""

    low: float
    likely: float
    high: float


def quarter_after(day: dt.date, quarters: int) -> dt.date:
    """The same day so many quarters later; a month's last day goes to a month's last day.

    >>> quarter_after(dt.date(2026, 9, 30), 1)
    datetime.date(2026, 12, 31)
    """
    return months_before(day, -QUARTER_MONTHS * quarters)


class KnownTerms:
    """The terms as they stood on any day, each day looked at once.

    Parameters
    ----------
    term_ends : frame
        The fact: one row per term with an end.
    parameters : UnitParameters
        Gives the grace, how a renewal is recognised, and the tiers.
    """

    def __init__(self, term_ends: pd.DataFrame, parameters: UnitParameters) -> None:
        self.parameters = parameters
        self._term_ends = term_ends
        self._terms: dict[dt.date, pd.DataFrame] = {}
        self._sizes: dict[dt.date, pd.Series] = {}

    def on(self, day: dt.date) -> pd.DataFrame:
        """Every term agreed by a day, as known on it."""
        if day not in self._terms:
            self._terms[day] = terms_on(self._term_ends, day, self.parameters.renewals)
        return self._terms[day]

    def sizes_on(self, day: dt.date) -> pd.Series:
        """The tier of every client by the value of its terms in force on a day."""
        if day not in self._sizes:
            self._sizes[day] = _sizes(self.on(day), day, self.parameters)
        return self._sizes[day]


def forecast(known: KnownTerms, day: dt.date, quarters: int) -> pd.DataFrame:
    """The quarters after a day, from what was known on that day alone.

    Returns
    -------
    frame
        One row per quarter: `review_day`, `quarter_start`, `quarter_end`, `terms`, `due` (value of
        the terms known to end in it), `renewed` (kept already), `notice` (due where notice was
        given: counted as lost), `open` (the rest), the scenarios `low`, `likely`, `high` of what
        is kept in all (NaN where fewer clients than it takes can be learnt from), `learnt_from`
        (clients and quarters).
    """
    rows = [_quarter(known, day, ahead) for ahead in range(1, quarters + 1)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    days = ("review_day", "quarter_start", "quarter_end")
    money = ("due", "renewed", "notice", "open", "low", "likely", "high")
    frame = frame.astype({name: "float64" for name in money})
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in days})


def _quarter(known: KnownTerms, day: dt.date, ahead: int) -> dict[str, object]:
    first, last = quarter_after(day, ahead - 1), quarter_after(day, ahead)
    due = ended_between(known.on(day), first, last)
    open_ = _by_account(due.loc[due["state"].eq(OPEN)], known.sizes_on(day))
    learnt = _learnt(known, day, ahead)
    kept = total(due.loc[due["state"].eq(RENEWED), "kept_value"])
    seen = _scenario(open_, learnt, kept, known.parameters, (day.toordinal(), ahead))
    return {
        "review_day": day,
        "quarter_start": first + dt.timedelta(days=1),
        "quarter_end": last,
        "terms": len(due),
        "due": total(due["annual_value"]),
        "renewed": kept,
        "notice": total(due.loc[due["state"].eq(NOTICE), "annual_value"]),
        "open": total(open_["due"]),
        "low": np.nan if seen is None else seen.low,
        "likely": np.nan if seen is None else seen.likely,
        "high": np.nan if seen is None else seen.high,
        "learnt_from": len(learnt),
    }


def _sizes(terms: pd.DataFrame, day: dt.date, parameters: UnitParameters) -> pd.Series:
    """The tier of every client by the value of its terms in force on the day.

    By the unit's tier policy, read off the value as known on the day; see `tiers.dated_tiers`.
    """
    running = terms.loc[
        (terms["start_date"] <= pd.Timestamp(day)) & (terms["end_date"] >= pd.Timestamp(day))
    ]
    values = running.groupby("account_id", sort=True)["annual_value"].sum().reset_index()
    values.columns = pd.Index(["account_id", "revenue_12m"])
    tiers = dated_tiers(values, parameters.policies.tiers)
    return pd.Series(tiers.to_numpy(), index=values["account_id"], dtype="object")


def _by_account(terms: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """One row per client with open terms: what is due, what was kept, and its tier."""
    sums = terms.groupby("account_id", sort=True)[["annual_value", "kept_value"]].sum()
    sums.columns = pd.Index(["due", "kept"])
    sums = sums.loc[sums["due"] > 0]
    sums["tier"] = sizes.reindex(sums.index).fillna("3")
    return sums.reset_index()


def _learnt(known: KnownTerms, day: dt.date, ahead: int) -> pd.DataFrame:
    """Clients of earlier forecasts for the same quarter ahead: tier, and share then renewed.

    Only quarters whose grace was over by the day: before, those who renew are known sooner than
    those who do not.
    """
    outcome = known.on(day).set_index("contract_id")["kept_value"]
    settled = day - dt.timedelta(days=known.parameters.renewals.grace_days)
    parts = []
    for back in range(ahead, ahead + QUARTERS_LEARNT_FROM + 1):
        then = quarter_after(day, -back)
        first, last = quarter_after(then, ahead - 1), quarter_after(then, ahead)
        if last > settled:
            continue
        open_ = ended_between(known.on(then), first, last)
        open_ = open_.loc[open_["state"].eq(OPEN)]
        kept = outcome.reindex(open_["contract_id"]).fillna(0.0).to_numpy()
        parts.append(_by_account(open_.assign(kept_value=kept), known.sizes_on(then)))
    columns = ["account_id", "due", "kept", "tier"]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    found["share"] = (found["kept"] / found["due"]).clip(upper=1.0).astype("float64")
    return found


def _scenario(
    open_: pd.DataFrame,
    learnt: pd.DataFrame,
    kept: float,
    parameters: UnitParameters,
    stream: tuple[int, int],
) -> Scenario | None:
    page = parameters.renewals
    if open_.empty:
        return Scenario(kept, kept, kept)
    if learnt["account_id"].nunique() < page.least_terms:
        return None
    random = np.random.default_rng([parameters.seed, *stream])
    draws = draws_for(max(len(open_), len(learnt)), page.resamples)
    likely, sums = kept, np.full(draws, kept)
    for tier, rows in open_.groupby("tier", sort=True):
        own = learnt.loc[learnt["tier"].eq(tier)]
        enough = own["account_id"].nunique() >= page.least_terms
        shares = (own if enough else learnt)["share"].to_numpy(float)
        due = rows["due"].to_numpy(float)
        likely += float(due.sum() * shares.mean())
        sums += _drawn(due, shares, draws, random)
    tail = (1 - page.scenario_level) / 2
    low, high = np.quantile(sums, [tail, 1 - tail])
    return Scenario(float(min(low, likely)), likely, float(max(high, likely)))


def _drawn(due: Floats, shares: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Sums of what is kept: every client keeps the share of a client drawn from earlier ones.

    The earlier clients are themselves drawn first, because they are a sample.
    """
    count = len(shares)
    if count > POOL_AT_MOST:
        picked = (shares[random.integers(0, count, len(due))] for _ in range(draws))
        return np.array([due @ kept for kept in picked])
    pools = shares[random.integers(0, count, (draws, count))]
    places = random.integers(0, count, (draws, len(due)))
    sums: Floats = np.take_along_axis(pools, places, axis=1) @ due
    return sums


def checked_forecasts(known: KnownTerms) -> pd.DataFrame:
    """The forecast of earlier reviews for the quarter ahead of each, and what happened.

    Returns
    -------
    frame
        The columns of `forecast`, one row per earlier review, oldest first, and `happened` (kept of
        the same terms), `still_open` (due of those whose grace still runs), `error` (likely −
        happened, as a share of due; NaN where not computable) and `is_inside` (between low and
        high; missing where there is no forecast). Reviews before which no term ended are left out.
    """
    page, as_of = known.parameters.renewals, known.parameters.as_of
    now = known.on(as_of).set_index("contract_id")
    rows = []
    for back in reversed(range(1, page.forecasts_checked + 1)):
        day = quarter_after(as_of, -back)
        made = forecast(known, day, 1).iloc[0]
        due = ended_between(known.on(day), day, quarter_after(day, 1))
        became = now.reindex(due["contract_id"])
        rows.append(
            {
                **made.to_dict(),
                "happened": total(became["kept_value"]),
                "still_open": total(became.loc[became["state"].eq(LATE), "annual_value"]),
            }
        )
    return _with_errors(pd.DataFrame(rows, columns=[*COLUMNS, "happened", "still_open"]))


def _with_errors(rows: pd.DataFrame) -> pd.DataFrame:
    due = rows["due"].where(rows["due"] > 0)
    told = rows["likely"].notna() & due.notna()
    inside = rows["happened"].between(rows["low"] - 0.01, rows["high"] + 0.01)
    done = rows.assign(
        error=((rows["likely"] - rows["happened"]) / due).astype("float64"),
        is_inside=inside.astype("boolean").where(told),
    )
    return done.loc[rows["terms"] > 0].reset_index(drop=True)
