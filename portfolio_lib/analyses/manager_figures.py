"""The published numbers of the page Account managers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from portfolio_lib.analyses.answer_scores import ABOVE, BELOW, TOO_FEW
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.manager_books import NOT_KNOWN, OVER
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

NOBODY = "no client has an account manager; names belong into column account_manager of accounts"
NO_CAPACITY = "no capacity is recorded; it belongs into column capacity_accounts of managers"
NO_HOURS = (
    "hours spent and hours for clients are not both recorded; they belong into column hours of "
    "costs and hours_per_week of managers"
)
NO_TRAINING = "training is not recorded; it belongs into column training_done of managers"
FAMILY = "account_managers"


@dataclass(frozen=True)
class Compared:
    """What the page has found, before it is counted."""

    known: pd.DataFrame
    books: pd.DataFrame
    comparison: pd.DataFrame
    fit: pd.DataFrame
    managers: pd.DataFrame | None
    costs: pd.DataFrame | None
    parameters: UnitParameters

    @property
    def day(self) -> str:
        return self.parameters.as_of.isoformat()

    @property
    def year(self) -> str:
        first = months_before(self.parameters.as_of, 12)
        return f"{(pd.Timestamp(first) + pd.Timedelta(days=1)).date().isoformat()} to {self.day}"

    @property
    def in_charge(self) -> pd.DataFrame:
        """Books with a client."""
        return self.books.loc[self.books["accounts"].gt(0)]


def all_figures(found: Compared) -> Iterator[Figure]:
    """Every figure of the page."""
    yield from _books(found)
    yield from _capacity(found)
    yield _training(found)
    yield from _limits(found)


def _figure(key: str, label: str, value: float, unit: str, definition: str, n: int) -> Figure:
    return Figure(f"{FAMILY}.{key}", label, value, unit, definition, n=n)


def _books(found: Compared) -> Iterator[Figure]:
    rows, day = found.in_charge, found.day
    active = found.known["is_client"].astype(bool)
    none = NOBODY if rows.empty else None
    alone = int((active & found.known["account_manager"].eq(NOT_RECORDED)).sum())
    clients = int(active.sum())
    count, looked_after = len(rows), int(rows["accounts"].sum())
    yield unless(
        none,
        replace(
            _figure("managers", "Account managers", count, "people",
                    "People who look after at least one client now.", looked_after),
            window=day,
        ),
    )  # fmt: skip
    yield replace(
        _figure("unassigned", "Clients without an account manager", alone, "accounts",
                "Clients that name nobody.", clients),
        window=day, higher_is_better=False,
    )  # fmt: skip
    each = round(looked_after / count, 9) if count else 0.0
    yield unless(
        none,
        replace(
            _figure("clients_each", "Clients per account manager", each, "clients",
                    "Clients with an account manager ÷ account managers.", count),
            window=day,
        ),
    )  # fmt: skip
    share = rows["revenue_share"].max() if count else math.nan
    reason = none or ("there is no revenue to divide" if math.isnan(share) else None)
    yield unless(
        reason,
        replace(
            _figure("largest_book", "Largest book", 0.0 if math.isnan(share) else
                    round(float(share), 9), "share",
                    "Revenue of twelve months of one person's clients ÷ revenue of all clients, "
                    "for the largest book.", looked_after),
            window=found.year, higher_is_better=False,
        ),
    )  # fmt: skip


def _capacity(found: Compared) -> Iterator[Figure]:
    rows, day = found.books, found.day
    told = rows.loc[rows["capacity_accounts"].gt(0)]
    room = float(told["capacity_accounts"].sum())
    yield unless(
        NO_CAPACITY if told.empty else None,
        replace(
            _figure("capacity_used", "Capacity used, clients",
                    round(int(told["accounts"].sum()) / room, 9) if room else 0.0, "share",
                    "Clients of the people with a capacity ÷ clients they can look after "
                    "well.", len(told)),
            window=day, higher_is_better=False,
        ),
    )  # fmt: skip
    timed = rows.loc[rows["hours_used"].notna()]
    hours = float(timed["hours_per_week"].sum())
    yield unless(
        NO_HOURS if timed.empty else None,
        replace(
            _figure("hours_used", "Capacity used, hours",
                    round(float(timed["hours_spent_per_week"].sum()) / hours, 9) if hours else 0.0,
                    "share", "Hours a week spent on the clients of the people with hours for "
                    "clients, by whoever worked for them ÷ these hours.", len(timed)),
            window=found.year, higher_is_better=False,
        ),
    )  # fmt: skip
    known = rows.loc[rows["load"].ne(NOT_KNOWN)]
    yield unless(
        NO_CAPACITY if known.empty else None,
        replace(
            _figure("over_capacity", "Account managers over capacity",
                    int(known["load"].eq(OVER).sum()), "people",
                    "People with more clients than they can look after well, or with more "
                    "hours spent on their clients than they have.", len(known)),
            window=day, higher_is_better=False,
        ),
    )  # fmt: skip


def _training(found: Compared) -> Figure:
    done = found.books["training_done"].dropna()
    value = round(float(done.astype(bool).mean()), 9) if len(done) else 0.0
    told = _figure("trained", "Training done", value, "share",
                   "People whose training of this year is done ÷ people of whom it is recorded.",
                   len(done))  # fmt: skip
    return unless(
        NO_TRAINING if done.empty else None,
        replace(told, window=found.day, higher_is_better=True),
    )


def _limits(found: Compared) -> Iterator[Figure]:
    page = found.parameters.account_managers
    policy = f"limits that hold for all people at once in {page.limits_level:.0%} of reviews"
    for key, label, rows, of in (
        ("beyond_limits", "Readings beyond their limits", found.comparison, "books"),
        ("fit_beyond_limits", "Kinds of client beyond their limits", found.fit,
         "parts of books by kind of client"),
    ):  # fmt: skip
        judged = rows.loc[rows["reading"].ne(TOO_FEW)]
        reason = (
            f"nobody has {page.least_accounts} clients to be compared" if judged.empty else None
        )
        told = _figure(key, label, int(judged["reading"].isin([ABOVE, BELOW]).sum()), "readings",
                       f"Measures of {of} that lie beyond what dealing out the clients at random "
                       "would make of them; the rest are in line.", len(judged))  # fmt: skip
        yield unless(reason, replace(told, policy=policy, window=found.year))
