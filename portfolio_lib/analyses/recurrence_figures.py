"""The published numbers of the page Recurrence and rhythm."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.funnel import WINDOW_DAYS
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.parameters.models import UnitParameters

SOON_DAYS = 30
LEFT_OUT = "Clients whose contract has ended are left out."


@dataclass(frozen=True)
class Rhythms:
    """The accounts that have bought, and the funnel."""

    rows: pd.DataFrame
    counts: pd.Series
    steps: pd.DataFrame
    worst: int | None
    nearly: pd.DataFrame
    parameters: UnitParameters

    @property
    def nobody_bought(self) -> str | None:
        return "no purchase is known; hand in table invoices" if self.rows.empty else None

    @property
    def nobody_lately(self) -> str | None:
        day = spoken(self.parameters.as_of)
        empty = f"nobody bought in the {WINDOW_DAYS} days to {day}"
        return self.nobody_bought or (empty if self.counts.empty else None)

    @property
    def window(self) -> str:
        as_of = self.parameters.as_of
        first = as_of - dt.timedelta(days=WINDOW_DAYS - 1)
        return f"{first.isoformat()} to {as_of.isoformat()}"

    @property
    def with_rhythm(self) -> pd.DataFrame:
        return self.rows.loc[self.rows["median_gap_days"].notna()]

    @property
    def no_rhythm(self) -> str | None:
        least = self.parameters.recurrence.least_gaps
        few = f"too few purchases to say: nobody has {least} gaps between purchases"
        return self.nobody_bought or (few if self.with_rhythm.empty else None)

    @property
    def compared(self) -> pd.DataFrame:
        return self.rows.loc[self.rows["earlier_orders"].notna()]


def all_figures(found: Rhythms) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *funnel_figures(found),
        *rhythm_figures(found),
        *missed_figures(found),
        *changed_figures(found),
        *peer_figures(found),
    )


def _figure(
    found: Rhythms, key: str, label: str, value: float, unit: str, definition: str, n: int
) -> Figure:
    return Figure(f"recurrence.{key}", label, value, unit, definition, n=n, window=found.window)


def funnel_figures(found: Rhythms) -> tuple[Figure, ...]:
    """Who bought, who is recurring, where most stop, who is nearly there."""
    threshold = found.parameters.recurrence.threshold
    buyers, recurring = len(found.counts), int(found.counts.ge(threshold).sum())
    lately = found.nobody_lately
    return (
        unless(found.nobody_bought, _figure(found, "buyers", "Clients that bought", buyers,
               "accounts", "Accounts with a sale in the last 365 days.", buyers)),
        unless(lately, _figure(found, "recurring", "Recurring clients", recurring, "accounts",
               f"Accounts with at least {threshold} purchase days in the last 365.", buyers)),
        unless(lately, _figure(found, "recurring_share", "Share of buyers that are recurring",
               recurring / max(1, buyers), "share",
               f"Accounts with at least {threshold} purchase days in the last 365 ÷ accounts "
               "that bought in them.", buyers)),
        step_figure(found, "first_step", 1, "Buyers that bought a second time"),
        step_figure(found, "worst_step", found.worst, "Worst step of the funnel"),
        unless(lately, _figure(found, "nearly", "Nearly recurring clients", len(found.nearly),
               "accounts", f"Accounts with {threshold - 1} purchase days in the last 365: one "
               f"short of recurring. {LEFT_OUT}", buyers)),
    )  # fmt: skip


def step_figure(found: Rhythms, key: str, purchases: int | None, label: str) -> Figure:
    """The share of accounts with k purchases that made one more."""
    least = found.parameters.recurrence.least_accounts
    row = found.steps.loc[found.steps["purchases"].eq(purchases or 0)]
    told = len(row) == 1 and pd.notna(row["step_rate"].iloc[0])
    few = f"no step of the funnel has {least} clients and another step after it"
    missing = found.nobody_lately or (None if told else few if key == "worst_step" else
                                      "nobody bought a second time in the window")  # fmt: skip
    n = int(row["accounts"].iloc[0]) if told else 0
    again = "a second" if purchases == 1 else f"purchase {(purchases or 0) + 1}"
    known = Figure(
        f"recurrence.{key}",
        label,
        float(row["step_rate"].iloc[0]) if told else 0.0,
        "share",
        f"Accounts that made {again} ÷ accounts that made purchase {purchases or 0}, within the "
        f"365 days. The worst step is the lowest rate among steps that {least} accounts reach; a "
        "client won late in the window has had less time for the next step.",
        n=n,
        window=found.window,
        interval=(float(row["step_low"].iloc[0]), float(row["step_high"].iloc[0]))
        if told
        else None,
        interval_method="Wilson, 90 %" if told else None,
        higher_is_better=True,
    )
    return unless(missing, known)


def rhythm_figures(found: Rhythms) -> tuple[Figure, ...]:
    """The usual gap, the usual ticket, who has no rhythm yet, and what is due soon."""
    page, rows, currency = found.parameters.recurrence, found.rows, found.parameters.currency
    steady = found.with_rhythm
    tickets = rows["average_ticket"].dropna()
    due = rows["next_day"] <= pd.Timestamp(found.parameters.as_of) + pd.Timedelta(days=SOON_DAYS)
    return (
        unless(found.no_rhythm, _figure(found, "median_gap", "Days between purchases, middle "
               "client", _median(steady["median_gap_days"]), "days",
               f"Median over accounts of each account's median gap, of at most {page.gaps_used} "
               "latest gaps; accounts with a rhythm.", len(steady))),
        unless(found.nobody_bought, _figure(found, "without_rhythm", "Clients with too few "
               "purchases to say", len(rows) - len(steady), "accounts",
               f"Accounts that have bought, with fewer than {page.least_gaps} gaps between "
               "purchase days.", len(rows))),
        unless(found.nobody_lately, _figure(found, "average_ticket", "Average ticket, middle "
               "client", _median(tickets), currency,
               "Median over accounts of sales per purchase day in the last 365 days.",
               len(tickets))),
        unless(found.no_rhythm, _figure(found, "due_soon", f"Clients due within {SOON_DAYS} days",
               int(due.sum()), "accounts",
               "Accounts whose next purchase is expected by then: the middle one of their own "
               "gaps that are longer than the one now running.", len(steady))),
    )  # fmt: skip


def missed_figures(found: Rhythms) -> tuple[Figure, ...]:
    """Missed repurchases beside the number that chance alone would show."""
    page, currency = found.parameters.recurrence, found.parameters.currency
    steady, missed = found.with_rhythm, found.rows.loc[found.rows["is_missed"]]
    gone = steady["gap_now_days"].gt(page.missed_within_days)
    watched = steady.loc[~gone]
    meaning = f"the {page.missed_quantile:.0%} point of its own gaps"
    return (
        unless(found.no_rhythm, _figure(found, "missed", "Missed repurchases", len(missed),
               "accounts", f"Accounts whose gap now is beyond {meaning} and at most "
               f"{page.missed_within_days} days. {LEFT_OUT}", len(steady))),
        unless(found.no_rhythm, _figure(found, "missed_by_chance", "Missed repurchases to expect "
               "by chance", round(total(watched["chance_late"]), 6), "accounts",
               f"Over accounts not yet silent for more than {page.missed_within_days} days, the "
               f"share of each account's days that lie beyond {meaning}, added up: so many would "
               "be beyond it although nothing has changed.", len(watched))),
        unless(found.no_rhythm, _figure(found, "missed_sales", "Sales of clients that missed a "
               "repurchase", round(total(missed["sales_before_silence"]), 4), currency,
               "Their sales in the 365 days to their last purchase.", len(missed))),
        unless(found.no_rhythm, _figure(found, "silent_longer", "Silent for longer",
               int(gone.sum()), "accounts", f"Accounts with a rhythm whose last purchase is more "
               f"than {page.missed_within_days} days ago.", len(steady))),
    )  # fmt: skip


def changed_figures(found: Rhythms) -> tuple[Figure, ...]:
    """Changed orders beside the number that chance alone would show."""
    page, rows = found.parameters.recurrence, found.compared
    names = ["ticket_change", "quantity_change", "mix_change"]
    changed = rows[names].isin(["lower", "higher", "other"]).any(axis=1)
    few = (
        f"nobody has {page.least_earlier_orders} earlier orders and three in the last "
        f"{page.recent_days} days"
    )
    missing = found.nobody_bought or (few if rows.empty else None)
    low, high = page.own_range
    return (
        unless(missing, _figure(found, "changed", "Clients whose orders changed",
               int(changed.sum()), "accounts",
               f"Accounts whose middle order among the latest ({page.recent_orders} at most, in "
               f"{page.recent_days} days) lies outside the {low:.0%} to {high:.0%} range of their "
               f"earlier orders of 24 months, in ticket, quantity or mix. {LEFT_OUT}", len(rows))),
        unless(missing, _figure(found, "changed_by_chance", "Changed orders to expect by chance, "
               "at most about", round(total(rows["chance_changed"].dropna()), 6), "accounts",
               "The binomial chance that most of the latest orders lie outside the range although "
               "nothing has changed, added up over measures and accounts; seasons come on top.",
               len(rows))),
    )  # fmt: skip


def peer_figures(found: Rhythms) -> tuple[Figure, ...]:
    """Who brings less than similar clients, and how much."""
    rows, page = found.rows, found.parameters.recurrence
    told, room = rows["peer_median"].notna(), rows["headroom"].dropna()
    if rows["peer_group"].isna().all():
        few = "no industry is recorded; hand in column industry of table accounts"
    else:
        few = f"no client has {page.least_peers} similar clients with revenue"
    missing = found.nobody_bought or (None if told.any() else few)
    return (
        unless(missing, _figure(found, "below_peers", "Clients that could be spending more",
               len(room), "accounts", "Accounts with revenue below the median of similar ones: "
               f"same industry, same third by employees where known. {LEFT_OUT}",
               int(told.sum()))),
        unless(missing, _figure(found, "headroom", "Headroom to similar clients",
               round(total(room), 4), found.parameters.currency,
               "What these accounts lack to the median of similar ones, twelve months, added up: "
               "a place to look, not a forecast.", len(room))),
    )  # fmt: skip


def _median(values: pd.Series) -> float:
    return 0.0 if values.empty else float(values.median())
