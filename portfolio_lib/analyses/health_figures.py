"""The published numbers of the page Health."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.health_looked import Looked
from portfolio_lib.analyses.health_past_figures import past_figures, warning_figures
from portfolio_lib.analyses.health_scores import LEVELS
from portfolio_lib.analyses.snapshots import spoken, total

LABELS = {
    "green": "Green clients",
    "yellow": "Yellow clients",
    "red": "Red clients",
    "grey": "Clients of unknown health",
}
VALUES = {
    "annual_revenue": "worth of a client: revenue of a year",
    "contracts": "worth of a client: yearly value of its contracts in force",
}


def all_figures(found: Looked) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *colour_figures(found),
        *risk_figures(found),
        *moved_figures(found),
        *override_figures(found),
        *past_figures(found),
        *warning_figures(found),
    )


def colour_figures(found: Looked) -> tuple[Figure, ...]:
    """How many clients have each colour, and how much of the score is known."""
    rows, page = found.accounts, found.page
    told = {
        "green": f"Clients with a score of {page.green_from:g} or more, no critical measure below "
        f"{page.critical_below:g}.",
        "yellow": f"Clients with a score of {page.yellow_from:g} or more that are not green.",
        "red": f"Clients with a score below {page.yellow_from:g}.",
        "grey": f"Clients of whom less than {page.least_coverage:.0%} of the weights is known.",
    }
    counts = [
        unless(
            found.nobody if level == "grey" else found.all_grey,
            _plain(found, level, LABELS[level],
                   int(rows["level"].eq(level).sum()), "accounts",
                   f"{told[level]} Overrides in force count.",
                   previous=_before(found, level)),
        )
        for level in LEVELS
    ]  # fmt: skip
    green = rows.loc[rows["level"].eq("green"), "annual_revenue"]
    whole = total(rows["annual_revenue"].dropna())
    no_money = None if whole > 0 else "no client brings revenue"
    return (
        *counts,
        unless(found.all_grey or no_money, _plain(found, "green_share", "Revenue with green "
               "clients", total(green.dropna()) / (whole or 1.0), "share", "Yearly revenue of "
               "green clients ÷ yearly revenue of all clients.", better=True,
               policy=VALUES[page.value])),
        unless(found.nobody, _plain(found, "coverage", "Known of the score, mean client",
               float(rows["coverage"].mean()) if len(rows) else 0.0, "share", "Mean over clients "
               "of the weight of the measures that are known and fresh ÷ the weight of all.",
               better=True)),
    )  # fmt: skip


def _before(found: Looked, level: str) -> int | None:
    """Clients of this computed colour at the last review."""
    if found.moved_since is None:
        return None
    then = found.scores.on(pd.Timestamp(found.moved_since)).rows["level"]
    return int(then.eq(level).sum())


def risk_figures(found: Looked) -> tuple[Figure, ...]:
    """How many clients are at risk, and what they bring."""
    colours = " or ".join(found.page.at_risk)
    revenue = total(found.at_risk["annual_revenue"].dropna())
    return (
        unless(found.all_grey, _plain(found, "at_risk", "Clients at risk", len(found.at_risk),
               "accounts", f"Clients that are {colours}.", better=False)),
        unless(found.all_grey, _plain(found, "at_risk_revenue", "Yearly revenue of clients at risk",
               revenue,
               found.parameters.currency, f"Yearly revenue of clients that are {colours}.",
               better=False, policy=VALUES[found.page.value])),
    )  # fmt: skip


def moved_figures(found: Looked) -> tuple[Figure, ...]:
    """Who fell and who rose since the last review; how sure the list of the worst is."""
    worse = found.movers["worse"].fillna(False).astype(bool)
    better = ~worse & found.movers["worse"].notna()
    since = "" if found.moved_since is None else f" than on {spoken(found.moved_since)}"
    page, few = found.page, None
    if found.worst.empty:
        few = f"no more than {page.worst} clients have a colour, so the list cannot change"
    stays = float(found.worst["stays"].mean()) if len(found.worst) else 0.0
    return (
        unless(found.no_earlier, _plain(found, "fell", "Clients that fell", int(worse.sum()),
               "accounts", f"Clients with a worse computed colour{since}; grey is neither better "
               "nor worse.", better=False)),
        unless(found.no_earlier, _plain(found, "rose", "Clients that rose", int(better.sum()),
               "accounts", f"Clients with a better computed colour{since}.", better=True)),
        unless(found.all_grey or few, _plain(found, "worst_stays", "How firm the list of the worst "
               "is", stays, "share", f"Over {page.draws} draws in which each weight is moved by up "
               f"to {page.weight_range:.0%}: mean share of draws in which a client of the worst "
               f"{page.worst} stays among them. Seed {found.parameters.seed}.", better=True)),
    )  # fmt: skip


def override_figures(found: Looked) -> tuple[Figure, ...]:
    """Colours given by people."""
    state = found.overrides["state"]
    return (
        _plain(found, "overrides", "Colours given by people", int(state.eq("counts").sum()),
               "accounts", "Overrides in the parameters that are in force."),
        _plain(found, "overrides_lapsed", "Overrides that lapsed", int(state.eq("lapsed").sum()),
               "accounts", "Overrides whose last day is past; the computed colour counts again."),
    )  # fmt: skip


def _plain(
    found: Looked,
    key: str,
    label: str,
    value: float,
    unit: str,
    definition: str,
    *,
    previous: int | None = None,
    better: bool | None = None,
    policy: str | None = None,
) -> Figure:
    return Figure(f"health.{key}", label, value, unit, definition, n=len(found.accounts),
                  window=found.day, policy=policy, previous=previous,
                  higher_is_better=better)  # fmt: skip
