"""The published numbers of the page Wake-up calls."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.drop_attribution import RULE, Attribution
from portfolio_lib.analyses.drop_parts import DropParts, Windows, in_years
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.panel import MINOR_UNITS
from portfolio_lib.analyses.portfolio_goals import purchases_of_a_year
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.wake_up_calls import FOLLOWED_MONTHS, Watch
from portfolio_lib.analyses.watched_series import YEAR_MONTHS, Ledger
from portfolio_lib.parameters.models import UnitParameters

NO_REVENUE = "no complete month with revenue is known; hand in table invoices or contracts"
PARTS = {
    "lost": (
        "Clients lost",
        "Revenue before, less now, of clients that bought before and brought nothing now; clients "
        "new in the window before are left to the new ones.",
    ),
    "new": (
        "Fewer new clients",
        "Revenue before of clients whose first revenue fell into the window before, less revenue "
        "now of clients whose first revenue falls into the window now.",
    ),
    "frequency": (
        "Lower frequency",
        "Clients that bought in both windows: purchases fewer × mean of the two tickets. A "
        "purchase is a day with a sale, or a month that a bill or contract runs through.",
    ),
    "ticket": (
        "Lower ticket",
        "Clients that bought in both windows: what is left of their fall after the frequency.",
    ),
    "won_since": (
        "Won since and kept",
        "Clients known by now that did not count before: won in between, new in the window before "
        "and kept, or back. It takes from the fall.",
    ),
}
"""Label and definition of every part of a fall."""
EXACT = "The five parts add up to the fall exactly; a minus is a gain."


@dataclass(frozen=True)
class Signalled:
    """What all figures are read from."""

    ledger: Ledger
    watch: Watch
    windows: Windows | None
    parts: DropParts | None
    attribution: Attribution
    months: pd.DataFrame
    mix: pd.DataFrame
    active_accounts: int
    mix_unknown: str | None
    parameters: UnitParameters

    @property
    def nothing(self) -> str | None:
        return None if self.ledger.months and len(self.ledger.accounts) else NO_REVENUE

    @property
    def no_windows(self) -> str | None:
        months = self.watch.months_judged
        short = f"needs {3 * months} complete months; this unit has {len(self.ledger.months)}"
        return self.nothing or (short if self.parts is None else None)

    @property
    def unwatched(self) -> str | None:
        """Why nothing at all is watched; the reason of the unit itself."""
        if self.nothing or self.watch.watched_months:
            return self.nothing
        reasons = self.watch.series["reason"].dropna()
        return "nothing can be watched: the unit " + str(reasons.iloc[0])

    @property
    def judged(self) -> str:
        """The window judged."""
        return self.span(len(self.ledger.months) - self.watch.months_judged, None)

    def span(self, first: int, end: int | None) -> str:
        """Months in days, from one place to before another."""
        months = self.ledger.months[max(0, first) : end]
        if not months:
            return self.parameters.as_of.isoformat()
        last = months[-1].replace(day=monthrange(months[-1].year, months[-1].month)[1])
        return f"{months[0].isoformat()} to {last.isoformat()}"


def all_figures(found: Signalled) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *call_figures(found),
        *replay_figures(found),
        *drop_figures(found),
        *plan_figures(found),
        *goal_figures(found),
    )


def _figure(
    found: Signalled, key: str, label: str, value: float | str, unit: str, definition: str,
    n: int | None = None,
) -> Figure:  # fmt: skip
    return Figure(f"signals.{key}", label, value, unit, definition, n=n, window=found.judged)


def call_figures(found: Signalled) -> tuple[Figure, ...]:
    """How much rings, of how much, and how much would by chance."""
    watch, page = found.watch, found.parameters.signals
    new = int(watch.calls["is_new"].astype(bool).sum())
    still = int((watch.calls["is_open"].astype(bool) & ~watch.calls["is_new"].astype(bool)).sum())
    told = int(watch.series["reason"].isna().sum()) if len(watch.series) else 0
    sides = "below" if page.watch == "drops" else "below or above"
    return (
        unless(found.unwatched, _figure(found, "calls", "New wake-up calls", new, "calls",
               f"Runs of months {sides} their own expected range that begin in the "
               f"{watch.months_judged} months judged. Level, trend and seasons come from the "
               "months before alone; a month within "
               f"{page.least_gap:.0%} of what was expected never rings.", watch.watched_months)),
        unless(found.unwatched, _figure(found, "false_alarms", "Calls to expect by chance, at most",
               round(watch.chance * watch.watched_months, 6), "calls",
               "Series × months judged × the chance that one month rings although nothing changed.",
               watch.watched_months)),
        unless(found.unwatched, _figure(found, "still_open", "Earlier calls still open", still,
               "calls", "Calls that began before the months judged and hold in the last one.",
               watch.watched_months)),
        unless(found.nothing, _figure(found, "watched", "Series watched", told, "series",
               "The unit, its largest segments, offerings and account managers with "
               f"{page.least_months} complete months before those judged and "
               f"{page.least_accounts} clients with revenue in a usual month of the year before.",
               len(watch.series))),
    )  # fmt: skip


def replay_figures(found: Signalled) -> tuple[Figure, ...]:
    """How often earlier calls of the same rule were followed by lower revenue."""
    watch, page = found.watch, found.parameters.signals
    known = watch.replay.loc[watch.replay["borne_out"].notna(), "borne_out"].astype(bool)
    short = (
        f"no month before those judged has {page.least_months} complete months before it"
        if watch.replayed_months == 0
        else None
    )
    none = None if len(known) else f"no earlier call has {FOLLOWED_MONTHS} months after it"
    missing = found.unwatched or short
    good, n = int(known.sum()), len(known)
    low, high = proportion_confint(good, max(1, n), alpha=0.1, method="wilson")
    borne = _figure(
        found, "borne_out", "Earlier calls borne out", good / max(1, n), "share",
        f"Calls of the {page.months_replayed} months before those judged, raised by the same rule "
        f"from the months before each, after which the next {FOLLOWED_MONTHS} months together "
        "lacked at least half of what the first month lacked.", n,
    )  # fmt: skip
    borne = replace(
        borne,
        interval=(float(low), float(high)),
        interval_method="Wilson, 90 %; calls of one cause are counted apart",
        higher_is_better=True,
    )
    return (
        unless(missing, _figure(found, "earlier_calls", "Earlier calls, replayed",
               len(watch.replay), "calls", "Calls that the same rule would have raised in the "
               f"{page.months_replayed} months before those judged.", watch.replayed_months)),
        unless(missing, _figure(found, "earlier_by_chance", "Earlier calls to expect by chance, "
               "at most", round(watch.chance * watch.replayed_months, 6), "calls",
               "Series × months replayed × the chance that one month rings although nothing "
               "changed.", watch.replayed_months)),
        unless(missing or none, borne),
    )  # fmt: skip


def drop_figures(found: Signalled) -> tuple[Figure, ...]:
    """The fall of the unit against the window before, its exact parts, and whom it follows."""
    parts, currency = found.parts, found.parameters.currency
    windows = found.windows
    before = found.span(windows.before.start, windows.before.stop) if windows else "none"
    policy = f"compared with {before}" + (
        "" if windows is None or in_years(windows) else ", the months just before: no year before"
    )
    sizes = {} if parts is None else {key: getattr(parts, key) for key in PARTS}
    whole = 0 if parts is None else parts.drop
    drop = _figure(found, "drop", "Fall of revenue", _money(whole), currency,
                   f"Revenue of the window before less revenue of the months judged. {EXACT}",
                   len(found.ledger.accounts))  # fmt: skip
    listed = [drop] + [
        _figure(found, f"drop_{key}", label, _money(sizes.get(key, 0)), currency, definition,
                len(found.ledger.accounts))
        for key, (label, definition) in PARTS.items()
    ]  # fmt: skip
    printed = [unless(found.no_windows, replace(one, policy=policy)) for one in listed]
    why = found.no_windows or found.attribution.reason
    follows = _figure(found, "follows", "The fall follows", _verdict(found.attribution), "text",
                      RULE, len(found.ledger.accounts))  # fmt: skip
    held = [
        unless(why or (None if one else "nobody is recorded"), _figure(
            found, f"fall_held_by_{kind}", f"Part of the losses that one {words} holds beyond "
            "others", round(one.own_share, 6) if one else 0.0, "share",
            f"The {words} with the largest part of all losses beyond what others lost. {RULE}",
            len(found.ledger.accounts),
        ))
        for kind, words, one in (
            ("manager", "account manager", found.attribution.manager),
            ("segment", "segment", found.attribution.segment),
        )
    ]  # fmt: skip
    return (_revenue(found), *printed, unless(why, follows), *held)


def _revenue(found: Signalled) -> Figure:
    """Revenue of the months judged, beside that of the year before where it is held against it."""
    parts, windows = found.parts, found.windows
    revenue = found.ledger.whole.by_month[-found.watch.months_judged :]
    known = _figure(
        found, "revenue", "Revenue of the months judged", _money(int(revenue.sum())),
        found.parameters.currency, "Revenue after credits of the complete months judged.",
        len(revenue),
    )  # fmt: skip
    before = windows is not None and parts is not None and in_years(windows)
    known = replace(known, previous=_money(parts.before) if parts and before else None)
    return unless(found.nothing, known)


def _verdict(attribution: Attribution) -> str:
    words = {
        "manager": "one account manager",
        "segment": "one segment",
        "both": "one account manager and one segment",
        "spread": "the portfolio as a whole",
    }
    return words[attribution.verdict or "spread"]


def _money(whole: int) -> float:
    return whole / MINOR_UNITS


def plan_figures(found: Signalled) -> tuple[Figure, ...]:
    """Revenue of the last year against its plan and against the year before."""
    months, currency = found.months, found.parameters.currency
    planned = months.loc[months["plan"].notna()]
    known = months.loc[months["previous"].notna()]
    no_plan = None if found.parameters.signals.plan else (
        "no plan is given; write one under signals.plan in parameters/"
    )  # fmt: skip
    not_yet = None if len(planned) else "the plan names none of the last twelve complete months"
    none = None if len(known) else "needs 13 complete months of revenue; this unit has fewer"
    against = "of the last twelve complete months"
    return (
        replace(
            unless(found.nothing or no_plan or not_yet, _figure(found, "revenue_planned",
                   "Revenue of planned months", round(total(planned["revenue"]), 4), currency,
                   f"Revenue after credits {against} that have a plan.", len(planned))),
            target=round(total(planned["plan"]), 4) if len(planned) else None,
            higher_is_better=True,
        ),
        replace(
            unless(found.nothing or none, _figure(found, "revenue_year", "Revenue of twelve months",
                   round(total(known["revenue"]), 4), currency,
                   f"Revenue after credits {against} that have the same month a year before.",
                   len(known))),
            previous=round(total(known["previous"]), 4) if len(known) and not found.nothing else
            None,
            higher_is_better=True,
        ),
    )  # fmt: skip


def goal_figures(found: Signalled) -> tuple[Figure, ...]:
    """Number of accounts, average ticket and mix beside what is aimed at."""
    revenue, purchases = purchases_of_a_year(found.ledger)
    goals, targets = found.parameters.signals.goals, found.parameters.targets
    none = None if purchases else f"no purchase in the last {YEAR_MONTHS} complete months"
    missed = found.mix["gap"].dropna().abs()
    no_mix = None if goals.mix else "no mix is aimed at; write one under signals.goals.mix"
    empty = None if len(missed) else "there is nothing to share"
    return (
        unless(found.nothing, replace(_figure(found, "accounts", "Active clients",
               found.active_accounts, "accounts", "Accounts active at the review.",
               found.active_accounts), target=targets.active_accounts, higher_is_better=True)),
        unless(found.nothing or none, replace(_figure(found, "average_ticket", "Average ticket",
               round(revenue / max(1, purchases), 4), found.parameters.currency,
               "Revenue of the last twelve complete months ÷ purchases of them. A purchase is a "
               "day with a sale, or a month that a bill or contract runs through.", purchases),
               target=goals.average_ticket, higher_is_better=True)),
        unless(no_mix or found.mix_unknown or empty, _figure(
               found, "mix_missed", "Mix away from its goal",
               round(total(missed) / 2, 9), "points",
               f"Half the sum of the distances between shares and goals, by {goals.mix_words}, of "
               f"{goals.mix_of}: what would have to move.", len(missed))),
    )  # fmt: skip
