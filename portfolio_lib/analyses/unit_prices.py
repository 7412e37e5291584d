"""Unit prices that are out of line with what other clients pay for the same offering."""

from __future__ import annotations

import numpy as np
import pandas as pd

FAR = 3.0
NORMAL_SCALE = 1.4826
"""Makes the median distance from the median estimate the standard deviation of a bell curve."""
RARE_SHARE = 0.1
"""A price is out of line where at most this part of the others is as far out on its side."""
LIST_PRICE_RANGE = (0.2, 2.0)
"""A list price is per unit sold where the middle client pays between these parts of it."""
COLUMNS = (
    *("account_id", "account_name", "offering", "unit_price", "usual_price", "of_usual"),
    *("as_far", "others", "list_price", "of_list", "quantity", "difference"),
)


def unit_prices(
    lines: pd.DataFrame, first: pd.Timestamp, offerings: pd.DataFrame | None
) -> pd.DataFrame:
    """What each client pays per unit of each offering after a day.

    Parameters
    ----------
    lines : frame
        Sales by `account_id`, `day`, `offering` with `sales` and `quantity`.
    first : Timestamp
        The last day before the window.

    Returns
    -------
    frame
        `account_id`, `offering`, `quantity`, `unit_price`, `list_price` (missing where none is
        given, or where it is plainly not per unit sold).
    """
    sold = lines.loc[(lines["day"] > first) & (lines["quantity"] > 0)].dropna(subset=["offering"])
    sums = sold.groupby(["account_id", "offering"], sort=True)[["sales", "quantity"]].sum().round(4)
    rows = sums.reset_index()
    rows["unit_price"] = rows["sales"] / rows["quantity"]
    prices = _list_prices(offerings)
    rows["list_price"] = rows["offering"].map(prices).astype("float64")
    ratio = (rows["unit_price"] / rows["list_price"]).groupby(rows["offering"]).transform("median")
    rows["list_price"] = rows["list_price"].where(ratio.between(*LIST_PRICE_RANGE))
    return rows.drop(columns="sales")


def _list_prices(offerings: pd.DataFrame | None) -> dict[str, float]:
    if offerings is None or "list_price" not in offerings:
        return {}
    prices = pd.to_numeric(offerings["list_price"]).astype(float)
    known = prices > 0
    return dict(zip(offerings.loc[known, "offering"], prices[known], strict=True))


def compared(rows: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """The prices of offerings that at least so many clients buy: what others pay is known.

    Returns
    -------
    frame
        `account_id`, `offering`, `unit_price`, in the order of the rows.
    """
    buyers = rows.groupby("offering")["account_id"].transform("size")
    kept = rows.loc[buyers >= least, ["account_id", "offering", "unit_price"]]
    return kept.reset_index(drop=True)


def out_of_line(rows: pd.DataFrame, *, least: int, odd: float) -> pd.DataFrame:
    """Prices far from the middle of what others pay, by a robust rule.

    A price is out of line where its distance from the median, on the scale of ratios, is more than
    three times the usual distance and more than `odd`, and hardly any other client is as far out.

    Parameters
    ----------
    least : int
        Clients that buy the offering, at least.
    odd : float
        A price nearer than this part to the usual one is never out of line.

    Returns
    -------
    frame
        `unit_price`, `usual_price` (median of all buyers), `of_usual` (their ratio, less one),
        `as_far` of `others` as far out on that side, `of_list` (price ÷ list price, less one),
        `difference` (a year, to the usual price); largest difference first.
    """
    done = rows.copy()
    logs = np.log(done["unit_price"])
    groups = logs.groupby(done["offering"])
    middle = groups.transform("median")
    gap = logs - middle
    usual = gap.abs().groupby(done["offering"]).transform("median") * NORMAL_SCALE
    done["others"] = groups.transform("size") - 1
    done["as_far"] = _as_far(gap, done["offering"])
    done["usual_price"] = np.exp(middle)
    done["of_usual"] = np.exp(gap) - 1
    done["of_list"] = done["unit_price"] / done["list_price"] - 1
    done["difference"] = ((done["unit_price"] - done["usual_price"]) * done["quantity"]).round(2)
    far = (gap.abs() > FAR * usual) & (done["of_usual"].abs() > odd)
    rare = done["as_far"] <= RARE_SHARE * done["others"]
    found = done.loc[far & rare & (done["others"] + 1 >= least)]
    order: pd.DataFrame = found.assign(_size=found["difference"].abs()).sort_values(
        ["_size", "account_id", "offering"], ascending=[False, True, True], kind="stable"
    )
    return order.reindex(columns=list(COLUMNS)).reset_index(drop=True)


def _as_far(gap: pd.Series, offering: pd.Series) -> pd.Series:
    """How many others are as far from the middle on the same side."""
    signed = gap.where(gap < 0, -gap)  # the farther out, the smaller
    return signed.groupby([offering, gap < 0]).rank(method="max") - 1
