"""References and advocates: clients that are satisfied, refer others, have stayed and grow."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.answer_ages import RECENT_DAYS, last_of_ten
from portfolio_lib.analyses.referrals import referred_accounts
from portfolio_lib.analyses.signs import largest_first, where_known
from portfolio_lib.parameters.former_models import FormerAccountsPage

SIGNS = ("satisfied", "refers", "long", "grows")
DAYS_PER_YEAR = 365.25
TWO_YEARS_DAYS = 730
CONTENT_FROM = 7
"""Nobody is asked to speak for us whose last answer, however old, was below this, of 10."""


def advocates(
    rows: pd.DataFrame, page: FormerAccountsPage, growth: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clients that could speak for us, with the signs that they show.

    Parameters
    ----------
    rows : frame
        One row per account: `account_id`, `account_name`, `tier`, `is_active`, `revenue_12m`,
        `revenue_prior_12m`, `tenure_days`, `satisfaction`, `nps_score` and their ages,
        `referred_by`, `market_influence`, `strategic_value`, `is_client`.
    page : FormerAccountsPage
        What counts as satisfied and long, and how many signs it takes.
    growth : float
        Growing: revenue up by at least this share on the year before.

    Returns
    -------
    advocates, every : frame
        Those with enough signs, of which being satisfied or having referred others is one: by
        signs, influence and revenue; and all clients with their signs (missing where not
        known), `signs`, `signs_known`, `referred` (clients they referred), `last_score` (the newer
        of satisfaction and recommendation; missing where it is more than a year old).
    """
    known = rows.assign(clv=float("nan"))
    brought = referred_accounts(known).groupby("referred_by").size()
    active = rows.loc[rows["is_client"]].reset_index(drop=True)
    before = active["revenue_prior_12m"].where(active["revenue_prior_12m"] > 0)
    last = last_of_ten(active)
    score = last["score"].where(last["days_since"] <= RECENT_DAYS)
    has_referrals = rows["referred_by"].notna().any()
    referred = active["account_id"].map(brought).fillna(0).astype("int64")
    years = active["tenure_days"] / DAYS_PER_YEAR
    change = (active["revenue_12m"] / before - 1).where(active["tenure_days"] >= TWO_YEARS_DAYS)
    every = active.assign(
        last_score=score,
        referred=referred,
        years=years,
        growth=change,
        satisfied=where_known(score >= page.advocate_score, score.notna()),
        refers=where_known(referred > 0, pd.Series(has_referrals, index=active.index)),
        long=where_known(years >= page.advocate_years, years.notna()),
        grows=where_known(change >= growth, change.notna()),
    )
    every["signs"] = every[list(SIGNS)].sum(axis=1)
    every["signs_known"] = every[list(SIGNS)].notna().sum(axis=1)
    speaks = every["satisfied"].eq(1) | every["refers"].eq(1)
    # An old answer does not show that a client is satisfied; an old complaint still warns.
    unhappy = last["score"] < CONTENT_FROM
    chosen = every.loc[speaks & ~unhappy & (every["signs"] >= page.advocate_signs)]
    return largest_first(chosen, ["signs", "market_influence", "revenue_12m"]), every
