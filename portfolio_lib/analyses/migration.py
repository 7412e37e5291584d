"""Who moved from one group to another since the last review, and the money that moved along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.snapshots import total

NOT_YET_KNOWN = "not_yet_known"
MOVE_COLUMNS = ("before", "now", "accounts", "revenue_before", "revenue_now")


@dataclass(frozen=True)
class Migration:
    """Accounts and money by group before (rows) and now (columns).

    Parameters
    ----------
    before, now : tuple of str
        The groups in order; `before` ends with ``not_yet_known``.
    moves : frame
        One row per pair that occurs: `before`, `now`, `accounts`, `revenue_before` (the twelve
        months to the earlier review), `revenue_now`. Adds up to all accounts of either review.
    """

    before: tuple[str, ...]
    now: tuple[str, ...]
    moves: pd.DataFrame

    def matrix(self, column: str) -> pd.DataFrame:
        """Groups before as rows, groups now as columns; 0 where nobody moved."""
        wide = self.moves.pivot(index="before", columns="now", values=column)
        return wide.reindex(index=list(self.before), columns=list(self.now)).fillna(0)

    def arrived(self, group: str) -> int:
        """Accounts in a group now that were in another group before; not those unknown then."""
        rows = self.moves
        came = rows["now"].eq(group) & ~rows["before"].isin([group, NOT_YET_KNOWN])
        return int(rows.loc[came, "accounts"].sum())

    def money_arrived(self, group: str) -> float:
        """What those accounts brought in the twelve months to the earlier review."""
        rows = self.moves
        came = rows["now"].eq(group) & ~rows["before"].isin([group, NOT_YET_KNOWN])
        return total(rows.loc[came, "revenue_before"])

    @property
    def changed(self) -> pd.DataFrame:
        """The moves of accounts known before that are in another group now."""
        rows = self.moves
        return rows.loc[rows["before"].ne(rows["now"]) & rows["before"].ne(NOT_YET_KNOWN)]

    @property
    def stayed(self) -> int:
        rows = self.moves
        return int(rows.loc[rows["before"].eq(rows["now"]), "accounts"].sum())

    @property
    def known_before(self) -> int:
        rows = self.moves
        return int(rows.loc[rows["before"].ne(NOT_YET_KNOWN), "accounts"].sum())


def migrate(
    now: pd.DataFrame, before: pd.DataFrame, groups: Sequence[str], column: str
) -> Migration:
    """Count accounts and add up money by group before and now.

    Parameters
    ----------
    now, before : frame
        One row per account: `account_id`, `revenue_12m`, and the group in `column`. An account
        once known stays known, so every account of `before` is in `now`.
    """
    both = now[["account_id", column, "revenue_12m"]].merge(
        before[["account_id", column, "revenue_12m"]],
        on="account_id",
        how="left",
        suffixes=("_now", "_before"),
        validate="one_to_one",
    )
    both[f"{column}_before"] = both[f"{column}_before"].astype("object").fillna(NOT_YET_KNOWN)
    sums = [
        {
            "before": was,
            "now": is_,
            "accounts": len(rows),
            "revenue_before": total(rows["revenue_12m_before"].fillna(0.0)),
            "revenue_now": total(rows["revenue_12m_now"]),
        }
        for (was, is_), rows in both.groupby([f"{column}_before", f"{column}_now"], sort=True)
    ]
    moves = pd.DataFrame(sums, columns=list(MOVE_COLUMNS))
    return Migration((*groups, NOT_YET_KNOWN), tuple(groups), moves)
