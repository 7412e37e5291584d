"""What the pages Health and Churn risk say of clients whose terms come due."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.renewal_forecast import quarter_after
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.terms_due import OPEN, RENEWED, ended_between
from portfolio_lib.parameters.models import UnitParameters

MOST_WITHOUT = 0.2
"""Part of the open value whose clients may lack a probability; with more, nothing is said."""


def risks_of(
    health_accounts: pd.DataFrame | None, churn_accounts: pd.DataFrame | None
) -> pd.DataFrame:
    """Colour and probability of every client that either page speaks of.

    Parameters
    ----------
    health_accounts : frame or None
        `account_id`, `level`.
    churn_accounts : frame or None
        `account_id`, `probability`; missing where no model stands.

    Returns
    -------
    frame
        `account_id`, `level`, `probability`, one row per account; missing where not known.
    """
    levels = _columns(health_accounts, "level", "object")
    likely = _columns(churn_accounts, "probability", "float64")
    return levels.merge(likely, on="account_id", how="outer", validate="one_to_one")


def _columns(rows: pd.DataFrame | None, column: str, kind: str) -> pd.DataFrame:
    if rows is None:
        empty = {"account_id": pd.Series(dtype="object"), column: pd.Series(dtype=kind)}
        return pd.DataFrame(empty)
    return rows[["account_id", column]].astype({"account_id": "object", column: kind})


def sources_of(risks: pd.DataFrame, parameters: UnitParameters) -> tuple[str, ...]:
    """The signs of danger that are known here beside notice, in words."""
    coloured = risks["level"].isin(["green", "yellow", "red"]).any()
    likely = f"churn is likely ({parameters.renewals.at_risk_probability:.0%} or more)"
    return (
        *(("health is red or yellow",) if coloured else ()),
        *((likely,) if risks["probability"].notna().any() else ()),
    )


def kept_by_churn(
    terms: pd.DataFrame, risks: pd.DataFrame, parameters: UnitParameters
) -> float | None:
    """What next quarter's terms keep by the probabilities of churn: agreed, and due × (1 − p).

    None where the probabilities of much of the open value are not known. For the few clients
    without one, the mean of the others by value stands in.
    """
    as_of = parameters.as_of
    due = ended_between(terms, as_of, quarter_after(as_of, 1))
    kept = total(due.loc[due["state"].eq(RENEWED), "kept_value"])
    open_ = due.loc[due["state"].eq(OPEN)]
    chances = risks.set_index("account_id")["probability"].astype("float64")
    stays = 1.0 - open_["account_id"].map(chances).astype("float64")
    told, whole = stays.notna(), total(open_["annual_value"])
    known = total(open_.loc[told, "annual_value"])
    if due.empty or whole - known > MOST_WITHOUT * whole:
        return None
    if whole <= 0:
        return kept
    return kept + total((open_["annual_value"] * stays)[told]) / known * whole
