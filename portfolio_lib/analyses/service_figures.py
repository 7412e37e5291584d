"""The published numbers of the page Issues and service levels."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from portfolio_lib.analyses.answer_scores import SHARE_METHOD
from portfolio_lib.analyses.compliance import kept
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.issue_promises import (
    BREACHED,
    NO_PROMISE,
    NOT_KNOWN,
    PENDING,
    SEVERITIES,
)
from portfolio_lib.analyses.served_issues import Served, count_figure
from portfolio_lib.analyses.service_cause_figures import (
    churn_figures,
    repeat_figures,
    text_figures,
    theme_figures,
)
from portfolio_lib.analyses.snapshots import total

RULE = (
    "met ÷ (met + breached), checked again from the times of every issue opened in the window; "
    "open past its time is breached, open within it is pending and counts neither way"
)
WHOLE = "Both promised times, to the first answer and to the solution, as far as promised"


def all_figures(served: Served) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *compliance_figures(served),
        *open_figures(served),
        *count_figures(served),
        *theme_figures(served),
        *repeat_figures(served),
        *text_figures(served),
        *churn_figures(served),
    )


def _rate(served: Served, draft: Figure, states: pd.Series, before: pd.Series) -> Figure:
    """A share of kept promises with its interval, beside that of the window before."""
    found, earlier = kept(states, served.level), kept(before, served.level).value
    told = replace(
        draft,
        value=0.0 if math.isnan(found.value) else round(found.value, 9),
        n=found.n,
        window=served.window,
        policy=hours_counted(served.rows.loc[states.index]),
        interval=found.interval,
        interval_method=f"{SHARE_METHOD}, {served.level:.0%}",
        previous=None if math.isnan(earlier) else round(earlier, 9),
        higher_is_better=True,
    )
    return unless(served.undecided(states), told)


def hours_counted(rows: pd.DataFrame) -> str | None:
    """Which hours count towards the promised times of these issues; None where none is promised.

    Examples
    --------
    >>> hours_counted(pd.DataFrame({"counts_business_hours": [True, True, None]}))
    'table slas: business hours'
    >>> hours_counted(pd.DataFrame({"counts_business_hours": [True, False, False]}))
    'table slas: business hours for 1 issue, elapsed hours for 2'
    """
    promised = rows["counts_business_hours"].dropna().astype(bool)
    business = int(promised.sum())
    elapsed = len(promised) - business
    if business and elapsed:
        issues = "1 issue" if business == 1 else f"{business:,} issues"
        return f"table slas: business hours for {issues}, elapsed hours for {elapsed:,}"
    if len(promised) == 0:
        return None
    return f"table slas: {'business' if business else 'elapsed'} hours"


def _draft(key: str, label: str, definition: str) -> Figure:
    return Figure(f"service.{key}", label, 0.0, "share", definition)


def compliance_figures(served: Served) -> tuple[Figure, ...]:
    """Kept promises: in all, to the answer, to the solution, urgent ones, by severity."""
    rows, before = served.rows, served.before
    page = served.parameters.service
    whole = replace(
        _draft("compliance", "Promised times kept", f"{WHOLE}: {RULE}."),
        target=page.compliance_target,
    )
    parts = {
        "response": ("Answered in time", "As promised times kept, for the first answer alone."),
        "resolution": ("Solved in time", "As promised times kept, for the solution alone."),
    }
    names = ", ".join(page.urgent)
    urgent = _draft("urgent_compliance", f"Kept for urgent issues ({names})",
                    f"As promised times kept, of issues of severity {names} alone.")  # fmt: skip
    return (
        _rate(served, whole, rows["promise"], before["promise"]),
        _rate(
            served,
            urgent,
            rows.loc[rows["is_urgent"], "promise"],
            before.loc[before["is_urgent"], "promise"],
        ),
        *(
            _rate(served, _draft(f"{name}_compliance", label, what), rows[name], before[name])
            for name, (label, what) in parts.items()
        ),
        *(_severity(served, name) for name in SEVERITIES),
    )  # fmt: skip


def _severity(served: Served, name: str) -> Figure:
    draft = _draft(
        f"compliance_{name.lower()}",
        f"Kept for {name}",
        f"As promised times kept, of issues of severity {name} alone.",
    )
    rows, before = served.rows, served.before
    own, earlier = rows["severity"].eq(name), before["severity"].eq(name)
    return _rate(served, draft, rows.loc[own, "promise"], before.loc[earlier, "promise"])


def open_figures(served: Served) -> tuple[Figure, ...]:
    """What is open on the review date: how many, how grave, how old, whose."""
    rows, day = served.opened, served.parameters.as_of.isoformat()
    urgent = rows.loc[rows["is_urgent"]]
    owners = urgent.drop_duplicates("account_id")
    none = served.no_table or (None if len(rows) else "no issue is open")
    meaning = "Issues without a time of solution whose status does not say that they are over"
    late = int(rows["promise"].eq(BREACHED).sum())
    figures = (
        unless(served.no_table, count_figure(served, "open_issues", "Open issues", len(rows),
               f"{meaning}, as known on the review date.", len(rows))),
        unless(served.no_table, count_figure(served, "open_urgent", "Open urgent issues",
               len(urgent), f"{meaning}, of an urgent severity.", len(rows))),
        unless(served.no_table, count_figure(served, "open_breached", "Open and past a promise",
               late, "Open issues that missed a promised time.", len(rows))),
        unless(none, Figure("service.open_age", "Age of open issues, middle one",
               0.0 if none else float(rows["age_days"].median()), "days",
               "Median of the days since open issues were opened.", n=len(rows),
               higher_is_better=False)),
        unless(served.no_table, Figure("service.open_urgent_revenue",
               "Revenue of clients with an urgent issue open",
               round(total(owners["revenue_12m"]), 4), served.parameters.currency,
               "Revenue of twelve months of clients with at least one urgent issue open.",
               n=len(owners), higher_is_better=False)),
    )  # fmt: skip
    return tuple(replace(figure, window=day) for figure in figures)


def count_figures(served: Served) -> tuple[Figure, ...]:
    """Issues opened, pending, escalated, without a promise, or closed without a time."""
    rows, promise, n = served.rows, served.rows["promise"], len(served.rows)
    escalated = rows["escalated_at"].notna()
    return (
        unless(served.no_table, count_figure(served, "issues", "Issues opened", n,
               "Issues opened in the window.", n,
               previous=len(served.before) if len(served.before) else None)),
        unless(served.no_issue, count_figure(served, "pending", "Pending",
               promise.eq(PENDING).sum(),
               "Issues open within their promised time: not in the compliance.", n)),
        unless(served.no_issue, count_figure(served, "no_promise", "Without a promise",
               promise.eq(NO_PROMISE).sum(),
               "Issues for whose severity no time is promised: not in the compliance.", n)),
        unless(served.no_issue, count_figure(served, "not_recorded", "Closed without a time",
               promise.eq(NOT_KNOWN).sum(), "Issues over by their status, without a time of "
               "solution, that missed no other time: not in the compliance.", n)),
        unless(served.no_issue, count_figure(served, "escalated", "Escalated", escalated.sum(),
               "Issues of the window that were escalated.", n,
               previous=int(served.before["escalated_at"].notna().sum())
               if len(served.before) else None)),
        unless(served.no_issue, Figure("service.escalated_share", "Share escalated",
               round(float(escalated.mean()), 9) if n else 0.0, "share",
               "Escalated ÷ all issues of the window.", n=n, window=served.window,
               higher_is_better=False)),
        unless(served.no_table, count_figure(served, "escalated_open", "Escalated and open",
               served.opened["escalated_at"].notna().sum(), "Open issues that were escalated.",
               len(served.opened))),
    )  # fmt: skip
