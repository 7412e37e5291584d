"""The published numbers on what keeps coming back: themes, repeats, texts, and who leaves."""

from __future__ import annotations

import math
from dataclasses import replace

from portfolio_lib.analyses.answer_scores import SHARE_METHOD, Estimate
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.issues_and_churn import IssuesAndChurn
from portfolio_lib.analyses.served_issues import Served, count_figure


def theme_figures(served: Served) -> tuple[Figure, ...]:
    """Themes that recur, and issues without a theme."""
    least = served.parameters.service.recurring_accounts
    rows = served.rows
    recurring = int(served.themes["accounts"].ge(least).sum())
    known = int(rows["theme"].notna().sum())
    return (
        unless(served.no_theme, replace(count_figure(served, "recurring_themes", "Recurring themes",
               recurring, f"Themes that at least {least} clients raised in the window: a plain "
               "count of the themes given.", known), unit="themes")),
        unless(served.no_issue, count_figure(served, "without_theme", "Issues without a theme",
               len(rows) - known, "Issues of the window without a theme: in no count of themes.",
               len(rows))),
    )  # fmt: skip


def repeat_figures(served: Served) -> tuple[Figure, ...]:
    """Repeats beside what chance would bring, and how often a cause is recorded."""
    rows, days = served.rows, served.parameters.service.repeat_days
    repeats, known = int(rows["is_repeat"].sum()), int(rows["theme"].notna().sum())
    solved = rows.loc[rows["resolved_at"].notna()]
    unsolved = served.no_issue or (None if len(solved) else "no issue of the window is solved")
    caused = solved["root_cause"].notna()
    return (
        unless(served.no_theme, count_figure(served, "repeats", "Repeat issues", repeats,
               f"Issues of the window that follow one of the same client and theme within {days} "
               "days.", known)),
        unless(served.no_theme, Figure("service.repeats_by_chance", "Repeats to expect by chance",
               served.by_chance, "issues", "What repeats would be if themes fell on issues "
               "whoever raises them, with as many issues of each client in the days before.",
               n=known, window=served.window)),
        unless(served.no_theme, Figure("service.repeat_share", "Share of repeats",
               round(repeats / known, 9) if known else 0.0, "share",
               "Repeat issues ÷ issues with a theme.", n=known, window=served.window,
               higher_is_better=False)),
        unless(unsolved, Figure("service.root_cause_share", "Solved with a root cause",
               round(float(caused.mean()), 9) if len(solved) else 0.0, "share",
               "Solved issues of the window with a root cause on record ÷ solved issues.",
               n=len(solved), window=served.window, higher_is_better=True)),
    )  # fmt: skip


def text_figures(served: Served) -> tuple[Figure, ...]:
    """How many groups of texts there are, and how much of the texts they make up."""
    texts = served.texts
    reason = served.no_issue or texts.reason
    method = "TF–IDF and non-negative matrix factorisation of theme and root cause"
    return (
        unless(reason, Figure("service.text_groups", "Groups of texts", len(texts.groups),
               "groups", f"Groups of issues whose texts share words: {method}.", n=texts.texts,
               window=served.window)),
        unless(reason, Figure("service.text_explained", "Texts made up by their groups",
               texts.explained or 0.0, "share", f"1 − what {method} leaves unexplained ÷ all "
               "weighted words.", n=texts.texts, window=served.window)),
    )  # fmt: skip


def churn_figures(served: Served) -> tuple[Figure, ...]:
    """Clients lost later with urgent issues, without, and one beside the other."""
    found, page = served.churn, served.parameters.service
    names, days = ", ".join(page.urgent), page.urgent_days
    missing = served.no_table or found.reason
    about = f"with an issue of severity {names} in the {days} days up to a snapshot day"
    everybody = (
        (True, "lost_with_urgent", "Lost later, with urgent issues", f"clients {about}"),
        (False, "lost_without_urgent", "Lost later, without", f"all clients but those {about}"),
    )
    shares = [_lost(served, *one) for one in everybody]
    known = Estimate(1.0) if math.isnan(found.relative.value) else found.relative
    relative = Figure("service.churn_relative", "Lost with urgent issues ÷ without",
                      round(known.value, 6), "ratio", f"Share lost later of clients {about} ÷ "
                      "share lost of all others; outcome windows do not overlap. An association, "
                      "not a cause.", n=known.n, window=_days(found),
                      interval=known.interval,
                      interval_method=f"Katz, logarithmic, {served.level:.0%}",
                      higher_is_better=False)  # fmt: skip
    return (*shares, unless(missing, relative))


def _lost(served: Served, urgent: bool, key: str, label: str, who: str) -> Figure:
    """The share of a group that was lost; without a value where nobody is in it."""
    found = served.churn
    own = found.rows.loc[found.rows["urgent_issues"].eq(urgent)]
    held = len(own) == 1 and int(own["accounts"].iloc[0]) > 0
    known = Figure(
        f"service.{key}",
        label,
        round(float(own["share_lost"].iloc[0]), 9) if held else 0.0,
        "share",
        f"Share lost later of {who}. An association, not a cause.",
        n=int(own["accounts"].iloc[0]) if held else 0,
        window=_days(found),
        interval=(float(own["low"].iloc[0]), float(own["high"].iloc[0])) if held else None,
        interval_method=f"{SHARE_METHOD}, {served.level:.0%}" if held else None,
        higher_is_better=False,
    )
    return unless(served.no_table or (None if held else found.reason), known)


def _days(found: IssuesAndChurn) -> str | None:
    """From the first to the last snapshot day that is compared."""
    if not found.days:
        return None
    return f"{found.days[-1].date().isoformat()} to {found.days[0].date().isoformat()}"
