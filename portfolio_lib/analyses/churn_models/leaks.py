"""Features too good to be true: they may know what was known only later."""

from __future__ import annotations

import numpy as np

from portfolio_lib.analyses.churn_models.ranking import auc
from portfolio_lib.analyses.churn_models.samples import Floats, Samples

TOO_GOOD = 0.9
"""An AUC above this is a warning: real portfolios seldom allow it, leaks nearly always do."""
LEAST_LEAVERS = 5
LEAST_PAIRS, LEAST_VALUES, ALWAYS = 30, 10, 0.999
SUSPICION = "it may know the future"
HARDLY, MOST = 0.05, 0.5
DELETED = "it is known of hardly anybody who left: it may have been deleted since"
FROZEN = f"it is the same at every snapshot: {SUSPICION}"


def feature_aucs(rows: Samples) -> dict[str, float]:
    """How well each feature alone tells who left, whichever way it points: 0.5 is not at all.

    Missing values count as one value below all others, so that a feature that is missing only for
    those who left is seen too.
    """
    known = rows.take(~np.isnan(rows.churned))
    left = known.churned == 1
    if left.all() or not left.any():
        return {}
    return {name: _either_way(known.column(name), left) for name in known.names}


def _either_way(values: Floats, left: Floats) -> float:
    low = np.nanmin(values) - 1.0 if not np.isnan(values).all() else 0.0
    found = auc(np.where(np.isnan(values), low, values), left)
    return max(found, 1.0 - found)


def suspects(rows: Samples, trusted: frozenset[str]) -> dict[str, str]:
    """Features that may know the future, and why, in words; they are not used.

    Three signs: a feature that alone tells who left with an AUC above 0.9; one that is the same at
    every snapshot of an account while it differs between accounts, as a total over a lifetime is:
    it was written down later, not as it stood on the day; and one that is known of most who stayed
    and of hardly anybody who left, as where the data of former clients was deleted.

    Parameters
    ----------
    rows : Samples
        Closed rows.
    trusted : frozenset of str
        Features whose dates are known and tested, such as those of the facts. The third sign
        holds for them too.
    """
    found = dict.fromkeys(_frozen(rows, trusted), FROZEN) | dict.fromkeys(_deleted(rows), DELETED)
    if rows.events >= LEAST_LEAVERS:
        doubtful = rows.only([name for name in rows.names if name not in trusted])
        for name, value in feature_aucs(doubtful).items():
            if value > TOO_GOOD:
                found[name] = f"alone it tells who left (AUC {value:.2f}): {SUSPICION}"
    return dict(sorted(found.items()))


def _deleted(rows: Samples) -> list[str]:
    """Features known of most accounts that stayed, and of hardly any that ever left."""
    left = np.isin(rows.owners.astype(str), rows.owners[rows.churned == 1].astype(str))
    if rows.events < LEAST_LEAVERS or left.all():
        return []
    known = ~np.isnan(rows.values)
    gone = (known[left].mean(axis=0) < HARDLY) & (known[~left].mean(axis=0) > MOST)
    return [name for name, is_gone in zip(rows.names, gone, strict=True) if is_gone]


def _frozen(rows: Samples, trusted: frozenset[str]) -> list[str]:
    """Features of many values that never change from snapshot to snapshot."""
    open_to_doubt = [name for name in rows.names if name not in trusted]
    values = rows.only(open_to_doubt).values
    order = np.lexsort((rows.snapshots, rows.owners.astype(str)))
    owners = rows.owners[order]
    follows = np.concatenate([[False], owners[1:] == owners[:-1]])
    if follows.sum() < LEAST_PAIRS:
        return []
    now, before = values[order][follows], values[order][np.roll(follows, -1)]
    same = (now == before) | (np.isnan(now) & np.isnan(before))
    many = [len(np.unique(column[~np.isnan(column)])) > LEAST_VALUES for column in values.T]
    return [n for n, s, m in zip(open_to_doubt, same.mean(axis=0), many, strict=True)
            if m and s > ALWAYS]  # fmt: skip


def carrier(rows: Samples) -> tuple[str, float] | None:
    """The feature that alone tells most about who left, with its AUC; ties by name."""
    found = feature_aucs(rows)
    return min(found.items(), key=lambda pair: (-pair[1], pair[0])) if found else None
