"""Contract terms that are out of line with those of similar clients, by a plain robust rule.

One contract stands for a client and an offering: the largest in force. Similar are the contracts of
other clients for the same offering and in the same tier where there are enough of them, else for
the same offering, else all. A value is out of line when it lies far from the middle of its group
(three times the median distance, which a few odd contracts do not move) *and* hardly any similar
contract is as far out. The second half is what keeps two usual terms, such as 30 and 60 days, from
being called odd.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.terms_due import DAYS_PER_MONTH
from portfolio_lib.parameters.renewal_models import RenewalsPage

FAR = 3.0
NORMAL_SCALE = 1.4826
"""Makes the median distance from the median estimate the standard deviation of a bell curve."""
LEAST_SCALE = 0.05
"""Part of the median below which the scale does not fall, so that equal terms have one."""
PER_UNIT = (0.5, 1.2)
"""A list price is per unit sold where the middle client pays between these parts of it."""
PLAUSIBLE = (0.1, 2.0)
"""Paid ÷ list outside these is no discount but another unit, such as a bill for a whole office."""
COLUMNS = (
    *("account_id", "contract_id", "offering", "tier", "annual_value", "measure", "value"),
    *("similar_median", "as_far", "similar", "favours"),
)


@dataclass(frozen=True)
class Measure:
    """What is compared, whether by ratio, and whom a high value favours."""

    key: str
    by_ratio: bool
    high_favours: str


MEASURES = (
    Measure("payment_days", False, "client"),
    Measure("notice_days", False, "us"),
    Measure("months", False, "us"),
    Measure("value_per_employee", True, "us"),
    Measure("discount", False, "client"),
)


def contracts_in_force(contracts: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The terms that run on a day, open-ended ones until they were cancelled."""
    today = pd.Timestamp(day)
    ends, cancelled = contracts["end_date"], contracts["cancelled_date"]
    runs = (ends >= today) | (ends.isna() & ~(cancelled < today))
    return contracts.loc[(contracts["start_date"] <= today) & runs].reset_index(drop=True)


def out_of_line(
    in_force: pd.DataFrame,
    accounts: pd.DataFrame,
    order_lines: pd.DataFrame,
    offerings: pd.DataFrame | None,
    *,
    page: RenewalsPage,
) -> pd.DataFrame:
    """Contract terms far from those of similar clients.

    Parameters
    ----------
    in_force : frame
        One row per term in force, of the table contracts.
    accounts : frame
        One row per account: `account_id`, `tier`, `employees`.
    order_lines : frame
        One row per account, day and offering: what was sold, and how many.
    offerings : frame or None
        Gives list prices.

    Returns
    -------
    frame
        One row per contract and measure out of line: see `COLUMNS`. `as_far` of `similar` clients
        are as far from the middle on the same side; `favours` is ``client`` or ``us``. Those that
        favour the client first, then by annual value, ties by account and contract.
    """
    rows = compared_terms(in_force, accounts, order_lines, offerings)
    parts = [_far_out(rows, measure, page) for measure in MEASURES]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(
        ["favours", "annual_value", "account_id", "contract_id", "measure"],
        ascending=[True, False, True, True, True],
        kind="stable",
    ).reset_index(drop=True)


def compared_terms(
    in_force: pd.DataFrame,
    accounts: pd.DataFrame,
    order_lines: pd.DataFrame,
    offerings: pd.DataFrame | None,
) -> pd.DataFrame:
    """One row per client and offering under contract, with every measure; NaN where not known."""
    values = in_force.groupby("account_id", sort=True)["annual_value"].sum()
    rows = in_force.assign(offering=in_force["offering"].astype("object").fillna(""))
    rows = rows.sort_values(
        ["account_id", "offering", "annual_value", "contract_id"],
        ascending=[True, True, False, True],
        kind="stable",
    ).drop_duplicates(["account_id", "offering"])
    rows = rows.merge(accounts, on="account_id", how="left", validate="many_to_one")
    days = (rows["end_date"] - rows["start_date"]).dt.days + 1
    sizes = pd.to_numeric(rows["employees"]).astype("float64")
    whole = rows["account_id"].map(values).astype("float64")
    rows["payment_days"] = pd.to_numeric(rows["payment_terms_days"]).astype("float64")
    rows["notice_days"] = pd.to_numeric(rows["notice_days"]).astype("float64")
    rows["months"] = (days / DAYS_PER_MONTH).round().astype("float64")
    rows["value_per_employee"] = (whole / sizes.where(sizes > 0)).where(whole > 0)
    rows["value_per_employee"] = rows["value_per_employee"].mask(rows["account_id"].duplicated())
    discounts = list_discounts(order_lines, offerings)
    return rows.merge(discounts, on=["account_id", "offering"], how="left", validate="one_to_one")


def list_discounts(order_lines: pd.DataFrame, offerings: pd.DataFrame | None) -> pd.DataFrame:
    """The discount against list price of every client and offering, where the list is per unit.

    Returns
    -------
    frame
        `account_id`, `offering`, `discount` (1 − paid ÷ list price × units). Offerings whose list
        price is evidently not per unit sold (the middle client pays less than half of it, or much
        more) are left out, and clients who pay less than a tenth of it or more than twice of it.
    """
    columns = ["account_id", "offering", "discount"]
    if offerings is None or "list_price" not in offerings or order_lines.empty:
        return pd.DataFrame(columns=columns).astype({"discount": "float64"})
    prices = offerings[["offering", "list_price"]].drop_duplicates("offering")
    lines = order_lines.loc[order_lines["quantity"] > 0]
    sums = lines.groupby(["account_id", "offering"], sort=True)[["sales", "quantity"]].sum()
    priced = sums.reset_index().merge(prices, on="offering", how="inner", validate="many_to_one")
    listed = priced["list_price"].astype("float64") * priced["quantity"]
    priced["paid"] = (priced["sales"] / listed.where(listed > 0)).round(6)
    middle = priced.groupby("offering")["paid"].transform("median")
    priced = priced.loc[middle.between(*PER_UNIT) & priced["paid"].between(*PLAUSIBLE)]
    return priced.assign(discount=1 - priced["paid"])[columns].reset_index(drop=True)


def _far_out(rows: pd.DataFrame, measure: Measure, page: RenewalsPage) -> pd.DataFrame:
    known = rows.loc[rows[measure.key].notna()].reset_index(drop=True)
    values = known[measure.key].to_numpy(float)
    scaled = np.log(values) if measure.by_ratio else values
    found = known.assign(
        measure=measure.key,
        value=values,
        similar_median=np.nan,
        as_far=np.nan,
        similar=np.nan,
        favours="",
    )
    for place in _peer_groups(known, page.least_similar):
        found.loc[place.asked, list(COLUMNS[-4:])] = _beside(scaled, place, measure, page).to_numpy(
            dtype=object
        )
    found = found.loc[found["favours"].ne("")]
    if measure.by_ratio:
        found = found.assign(similar_median=np.exp(found["similar_median"].astype("float64")))
    kinds = {"value": float, "similar_median": float, "as_far": float, "similar": float}
    return found[list(COLUMNS)].astype(kinds)


@dataclass(frozen=True)
class _Group:
    """Rows that are asked about, and the rows they are compared with (themselves among them)."""

    asked: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]


def _peer_groups(known: pd.DataFrame, least: int) -> list[_Group]:
    """Every row once, in the narrowest group with enough other clients."""
    tier = known["tier"].astype("object").fillna("")
    every = pd.Series("", index=known.index)
    keys = (known["offering"] + "\x00" + tier, known["offering"], every)
    left = np.ones(len(known), dtype=bool)
    groups = []
    for key in keys:
        for members in key.groupby(key, sort=True).groups.values():
            places = np.asarray(members, dtype=np.int64)
            asked = places[left[places]]
            if len(asked) and known["account_id"].iloc[places].nunique() > least:
                groups.append(_Group(asked, places))
                left[asked] = False
    return groups


def _beside(
    scaled: npt.NDArray[np.float64], group: _Group, measure: Measure, page: RenewalsPage
) -> pd.DataFrame:
    """Median, how many are as far out on the same side, of how many, and whom it favours."""
    members, own = scaled[group.members], scaled[group.asked]
    median = float(np.median(members))
    spread = NORMAL_SCALE * float(np.median(np.abs(members - median)))
    floor = LEAST_SCALE * (1.0 if measure.by_ratio or median == 0 else abs(median))
    distance = own - median
    ordered = np.sort(members)
    above = len(ordered) - np.searchsorted(ordered, own - 1e-9, side="left") - 1
    below = np.searchsorted(ordered, own + 1e-9, side="right") - 1
    as_far = np.where(distance > 0, above, below)
    similar = len(members) - 1
    is_far = np.abs(distance) > FAR * max(spread, floor)
    is_rare = as_far <= page.share_as_far * similar
    other = {"us": "client", "client": "us"}[measure.high_favours]
    sides = np.where(distance > 0, measure.high_favours, other)
    return pd.DataFrame(
        {
            "similar_median": median,
            "as_far": as_far,
            "similar": similar,
            "favours": np.where(is_far & is_rare, sides, ""),
        }
    )
