"""Signs that hold, do not hold or are not known, and lists that begin with the largest."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def is_true(flags: pd.Series) -> pd.Series:
    """True where a flag is known and true; what is not known counts as false.

    Examples
    --------
    >>> is_true(pd.Series([True, False, None])).tolist()
    [True, False, False]
    """
    return flags.astype("boolean").fillna(False).astype(bool)


def where_known(holds: pd.Series, known: pd.Series) -> pd.Series:
    """A sign as a number: 1 where it holds, 0 where not, blank where that is not known.

    Blanks keep apart what speaks against a client from what nobody wrote down; sums skip them.

    Examples
    --------
    >>> where_known(pd.Series([True, False, True]), pd.Series([True, True, False])).tolist()
    [1.0, 0.0, nan]
    """
    return holds.astype("float64").where(known)


def largest_first(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Rows in falling order, blanks last; among equals the account id has the last word.

    Parameters
    ----------
    rows : frame
        One row per account: `account_id` and the columns of `by`.
    by : sequence of str
        What counts first stands first.
    """
    falling = [False] * len(by)
    ordered = rows.sort_values(
        [*by, "account_id"], ascending=[*falling, True], kind="stable", na_position="last"
    )
    return ordered.reset_index(drop=True)
