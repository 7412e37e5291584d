"""How much of the revenue and of the accounts of one month is there in a later one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.panel import (
    KINDS,
    Panel,
    Whole,
    add_months,
    in_money,
    totals_of,
)


@dataclass(frozen=True)
class Retention:
    """What became of the accounts of one month.

    Parameters
    ----------
    accounts, kept : int
        Accounts with revenue at the start; those of them with revenue at the end.
    start, end : float
        Their revenue at the start and at the end, in money.
    held : float
        What of the start is still there at the end: no account with more than it brought, in money.
    nrr, grr, logo : float or None
        None where nobody had revenue at the start.
    """

    accounts: int
    kept: int
    start: float
    end: float
    held: float
    nrr: float | None
    grr: float | None
    logo: float | None

    @property
    def gone(self) -> float:
        """What these accounts bring less at the end, those lost included, in money."""
        return round(self.start - self.held, 4)

    @property
    def gained(self) -> float:
        """What these accounts bring more at the end, in money."""
        return round(self.end - self.held, 4)

    @property
    def lost(self) -> int:
        """Accounts with revenue at the start and none at the end."""
        return self.accounts - self.kept


def retention(before: Whole, after: Whole) -> Retention:
    """Net, gross and logo retention of the accounts with revenue before.

    Parameters
    ----------
    before, after : array
        Revenue of each account in the two months, as whole numbers (ten-thousandths).

    Notes
    -----
    NRR = Σ after ÷ Σ before over accounts with revenue before. GRR caps each account at what it
    brought before, so it never exceeds 1. Accounts new since are in neither.

    Examples
    --------
    >>> before = np.array([25, 125, 400, 450]) * 10_000
    >>> after = np.array([0, 100, 550, 450]) * 10_000
    >>> found = retention(before, after)  # 1,000 at the start; lost 25, shrunk 25, grown 150
    >>> found.nrr, found.grr, found.logo
    (1.1, 0.95, 0.75)
    >>> found.gone, found.gained
    (50.0, 150.0)
    """
    base = before > 0
    start = int(before[base].sum())
    end = int(after[base].sum())
    accounts, kept = int(base.sum()), int((after[base] > 0).sum())
    floor = int(np.minimum(before, after)[base].sum())
    return Retention(
        accounts,
        kept,
        float(in_money(start)),
        float(in_money(end)),
        float(in_money(floor)),
        end / start if start else None,
        floor / start if start else None,
        kept / accounts if accounts else None,
    )


@dataclass(frozen=True)
class Bridge:
    """Movements of a run of months, in money, and the rates that follow from them.

    Its movements are those of all accounts, the ones that came within the time included.
    """

    start: float
    end: float
    new: float
    reactivation: float
    expansion: float
    contraction: float
    churn: float

    @property
    def gross_churn(self) -> float | None:
        """(Churn + contraction) ÷ start; None where there was nothing at the start."""
        return (self.churn + self.contraction) / self.start if self.start > 0 else None

    @property
    def net_churn(self) -> float | None:
        """Gross churn less expansion and reactivation; below 0 where those are larger."""
        if self.start <= 0:
            return None
        gained = self.expansion + self.reactivation
        return (self.churn + self.contraction - gained) / self.start

    @property
    def nrr(self) -> float | None:
        """(Start + net expansion) ÷ start: the bridge's reading of NRR."""
        return None if self.net_churn is None else 1.0 - self.net_churn


def bridge(panel: Panel, first: dt.date, last: dt.date) -> Bridge:
    """The movements of the months from one to another, both included.

    Examples
    --------
    >>> bridge_of = Bridge(1000, 900, 0, 0, 100, 80, 120)  # lost 120, shrunk 80, grown 100
    >>> bridge_of.gross_churn, bridge_of.net_churn, bridge_of.nrr
    (0.2, 0.1, 0.9)
    """
    sums = totals_of(panel.between(first, last))
    start = int(panel.revenue_in(add_months(first, -1)).sum())
    end = int(panel.revenue_in(last).sum())
    money = {name: float(in_money(value)) for name, value in sums.items()}
    return Bridge(start=float(in_money(start)), end=float(in_money(end)), **money)


def retention_by_group(
    panel: Panel, groups: Mapping[str, str], base: dt.date, last: dt.date, *, otherwise: str
) -> pd.DataFrame:
    """Movements and retention of every group of accounts between two months.

    Parameters
    ----------
    panel : Panel
        Revenue in force.
    groups : mapping of str to str
        The group of each account by its id; it must not depend on what happened after `base`.
    base, last : date
        The month that retention starts from, and the one that it looks at.
    otherwise : str
        The group of accounts that the mapping does not name.

    Returns
    -------
    frame
        One row per group with any revenue or movement, by name: `group`, `start`, the five
        movements, `end`, `accounts`, `kept`, `nrr`, `grr`, `logo` (NaN where nobody had revenue
        at the start). The amounts of all groups add up to those of the unit.
    """
    names = pd.Series(
        [groups.get(str(one), otherwise) for one in panel.account_ids], dtype="object"
    )
    codes, labels = pd.factorize(names, sort=True)
    before, after = panel.revenue_in(base), panel.revenue_in(last)
    rows = panel.between(add_months(base, 1), last)
    moved = rows[list(KINDS)].groupby(codes[rows["code"].to_numpy()]).sum()
    sums = moved.reindex(range(len(labels)), fill_value=0).to_dict("index")
    found = [
        _group_row(str(label), sums[code], before[own], after[own])
        for code, label in enumerate(labels)
        for own in [codes == code]
    ]
    columns = ["group", "start", *KINDS, "end", "accounts", "kept", "nrr", "grr", "logo"]
    frame = pd.DataFrame([row for row in found if row is not None], columns=columns)
    return frame.astype({name: "float64" for name in ("nrr", "grr", "logo")})


def _group_row(
    label: str, moved: Mapping[Hashable, int], before: Whole, after: Whole
) -> dict[str, object] | None:
    """One group's movements and rates; None where it had neither revenue nor a movement."""
    if not any(moved.values()) and not before.any():
        return None
    found = retention(before, after)
    return {
        "group": label,
        "start": float(in_money(int(before.sum()))),
        **{kind: float(in_money(moved[kind])) for kind in KINDS},
        "end": float(in_money(int(after.sum()))),
        "accounts": found.accounts,
        "kept": found.kept,
        "nrr": found.nrr,
        "grr": found.grr,
        "logo": found.logo,
    }
