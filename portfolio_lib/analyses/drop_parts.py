"""What a fall of revenue is made of, exactly: every part in ten-thousandths, nothing left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from portfolio_lib.analyses.panel import Whole


@dataclass(frozen=True)
class DropParts:
    """A fall of revenue between two windows of equal length, in ten-thousandths.

    A part is positive where it takes revenue away and negative where it adds some.
    `lost + new + frequency + ticket + won_since == drop`, always.

    Parameters
    ----------
    before, now : int
        Revenue of the two windows.
    lost : int
        Accounts that bought before and no longer do; those new in the window before are left to
        `new`.
    new : int
        Revenue before of accounts whose first revenue fell into the window before, less revenue
        now of accounts whose first revenue falls into the window now.
    frequency, ticket : int
        Accounts that buy in both windows: how often, and for how much each time. What both changes
        make together is shared evenly between the two.
    won_since : int
        Accounts known by now that did not count before: won in between, new in the window before
        and kept, or back. Never positive unless credits exceed their sales.
    lost_accounts, new_accounts, new_accounts_before : int
        How many stand behind `lost` and `new`.
    """

    before: int
    now: int
    lost: int
    new: int
    frequency: int
    ticket: int
    won_since: int
    lost_accounts: int
    new_accounts: int
    new_accounts_before: int

    @property
    def drop(self) -> int:
        """Revenue before less revenue now."""
        return self.before - self.now


@dataclass(frozen=True)
class Windows:
    """Places of the months of two windows of equal length."""

    before: range
    now: range

    def __post_init__(self) -> None:
        if len(self.before) != len(self.now) or self.before.stop > self.now.start:
            raise ValueError(f"{self.before} and {self.now} are not two windows in order")


def windows_to_compare(months_known: int, months: int, year: int = 12) -> Windows | None:
    """The last months and the same ones a year before; else the ones just before them.

    As many months again must lie before both, to tell new accounts from known ones. None where
    not even that is known.
    """
    for distance in (max(year, months), months):
        now = months_known - months
        before = now - distance
        if before >= months:
            return Windows(range(before, before + months), range(now, now + months))
    return None


def take_apart(revenue: Whole, purchases: Whole, windows: Windows) -> DropParts:
    """Take the difference of two windows apart, account by account.

    Parameters
    ----------
    revenue, purchases : array of int
        Accounts × months, from the first month known; money in ten-thousandths, after credits.
    windows : Windows
        Which months are compared.
    """
    before, now = _sums(revenue, windows.before), _sums(revenue, windows.now)
    often_before = _sums(purchases, windows.before)
    often_now = _sums(purchases, windows.now)
    first = _first_months(revenue)
    parts = dict.fromkeys(("lost", "new", "frequency", "ticket", "won_since"), 0)
    counts = dict.fromkeys(("lost", "new", "new_before"), 0)
    for place in range(len(before)):
        was, is_ = before[place], now[place]
        if windows.now.start <= first[place] < windows.now.stop:
            parts["new"] += was - is_
            counts["new"] += 1
        elif windows.before.start <= first[place] < windows.before.stop:
            parts["new"] += was
            parts["won_since"] -= is_
            counts["new_before"] += 1
        elif was > 0 and is_ > 0:
            often = often_less(was, is_, often_before[place], often_now[place])
            parts["frequency"] += often
            parts["ticket"] += was - is_ - often
        elif was > 0:
            parts["lost"] += was - is_
            counts["lost"] += 1
        else:
            parts["won_since"] += was - is_
    return DropParts(
        sum(before),
        sum(now),
        **parts,
        lost_accounts=counts["lost"],
        new_accounts=counts["new"],
        new_accounts_before=counts["new_before"],
    )


def often_less(before: int, now: int, often_before: int, often_now: int) -> int:
    """What buying less often takes away, with half of what both changes make together.

    (f₀ − f₁) × (t₀ + t₁) ÷ 2 with frequency f and ticket t = revenue ÷ f, rounded to a whole
    ten-thousandth; the rest of the difference is the ticket's. Without purchases on one side all
    of it is the ticket's.

    Examples
    --------
    >>> often_less(1000, 400, 10, 5)  # (10 − 5) × (100 + 80) ÷ 2; the ticket takes 150
    450
    """
    if often_before <= 0 or often_now <= 0:
        return 0
    tickets = Fraction(before, often_before) + Fraction(now, often_now)
    return round((often_before - often_now) * tickets / 2)


def _sums(values: Whole, months: range) -> list[int]:
    """Exact sums by account as whole numbers of any size."""
    return [sum(row) for row in values[:, months.start : months.stop].tolist()]


def _first_months(revenue: Whole) -> list[int]:
    """The place of each account's first month with revenue; one past the end where none has."""
    sold = revenue > 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), revenue.shape[1])
    return [int(place) for place in first]


def in_years(windows: Windows, year: int = 12) -> bool:
    """Whether the window before is the same one a year earlier."""
    return windows.now.start - windows.before.start == year


def all_parts(parts: DropParts) -> Sequence[tuple[str, int]]:
    """Name and size of every part, in the order in which they are shown."""
    return (
        ("lost", parts.lost),
        ("new", parts.new),
        ("frequency", parts.frequency),
        ("ticket", parts.ticket),
        ("won_since", parts.won_since),
    )
