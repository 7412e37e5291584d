"""What the page Cohort retention says: headlines, notes and descriptions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from portfolio_lib.analyses.cohorts import CohortSummary
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.analyses.tiers import NO_TIER
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

YEAR_MONTHS = 12
EARLY_PART = 0.5
SMALLEST_LOSS = 0.05


def period_name(cohort: pd.Timestamp, period: str) -> str:
    """A cohort as a reader calls it.

    >>> period_name(pd.Timestamp("2026-07-01"), "quarter")
    'Q3 2026'
    >>> period_name(pd.Timestamp("2026-07-01"), "month")
    'Jul 2026'
    """
    if period == "quarter":
        return f"Q{(cohort.month + 2) // 3} {cohort.year}"
    return words.month(cohort.date(), short=True)


MARKS = {"is_opening": "†", "is_small": "*", "is_open": "‡"}


def marks(row: Mapping[Hashable, object]) -> str:
    """Signs after a cohort's name for what a reader should know before trusting it.

    >>> marks({"is_small": True, "is_opening": False, "is_open": True})
    ' *‡'
    """
    signs = "".join(sign for key, sign in MARKS.items() if row[key])
    return f" {signs}" if signs else ""


def accounts_headline(cohorts: CohortSummary) -> str:
    """What is left of the clients after a period and after a year, and when most leave."""
    means = cohorts.mean_accounts
    if cohorts.reason is not None:
        return "There are no cohorts to follow"
    if "1" not in means:
        return "No cohort can be followed beyond its first period yet"
    last = _last_age(cohorts)
    first_share, last_share = means["1"], means[str(last)]
    soon, late = words.percent(first_share), words.percent(last_share)
    if late == "100%":
        return f"Every client still brings revenue {_after(cohorts, last)}"
    if last == 1:
        return f"{soon} of clients bring revenue {_after(cohorts, 1)}"
    if soon == late:
        return f"{soon} of clients remain {_after(cohorts, 1)}, and as many {_after(cohorts, last)}"
    if last_share > first_share:
        return (
            f"{soon} of clients bring revenue {_after(cohorts, 1)}, {late} {_after(cohorts, last)}"
        )
    lost = 1 - last_share
    lead = "Most leave early: " if lost >= SMALLEST_LOSS and _is_early(first_share, lost) else ""
    who = "" if lead else " of clients"
    return f"{lead}{soon}{who} remain {_after(cohorts, 1)}, {late} {_after(cohorts, last)}"


def _is_early(first_share: float, lost: float) -> bool:
    """Whether at least half of all that left did so after the first period."""
    return 1 - first_share >= EARLY_PART * lost


def revenue_headline(cohorts: CohortSummary) -> str:
    """What cohorts bring after a year, for each pound that they brought at first."""
    means = cohorts.mean_revenue
    if cohorts.reason is not None:
        return "There are no cohorts to follow"
    if "1" not in means:
        return "Revenue of cohorts cannot be followed beyond the first period yet"
    last = _last_age(cohorts)
    share = means[str(last)]
    if words.percent(share) == "100%":
        return f"Cohorts bring as much {_after(cohorts, last)} as at first"
    if share > 1:
        return (
            f"Cohorts bring {words.percent(share - 1)} more than at first {_after(cohorts, last)}"
        )
    return f"Cohorts bring {words.percent(share)} of their first revenue {_after(cohorts, last)}"


def _last_age(cohorts: CohortSummary) -> int:
    """The age of a year, or the oldest that at least half of the cohorts have reached."""
    rows = cohorts.by_accounts
    out = [] if cohorts.mean_leaves_out is None else [pd.Timestamp(cohorts.mean_leaves_out)]
    counted = rows.loc[~rows["cohort"].isin(out)]
    ages = [age for age in cohorts.mean_accounts if int(age) <= _year_age(cohorts)]
    reached = {int(age): int(counted[age].notna().sum()) for age in ages}
    return max(age for age, many in reached.items() if age == 1 or 2 * many >= reached[0])


def _year_age(cohorts: CohortSummary) -> int:
    return YEAR_MONTHS // cohorts.months_per_period


def _after(cohorts: CohortSummary, age: int) -> str:
    """An age as a time after the first period."""
    if age * cohorts.months_per_period == YEAR_MONTHS:
        return "after a year"
    if age == 1:
        return f"a {cohorts.period} on"
    return f"after {words.plural(age, cohorts.period)}"


def triangle_note(cohorts: CohortSummary, what: str) -> str:
    """How cohorts and ages are counted, what is blank, what is left out of the mean."""
    said = [
        f"A cohort holds the clients whose first revenue fell into the same {cohorts.period}; ages "
        f"are {cohorts.period}s from each client's own first month. A dash is an age that not "
        "every client of the cohort can have reached yet. The mean is weighted by "
        f"{'clients' if what == 'accounts' else 'first revenue'}.",
    ]
    rows = cohorts.by_accounts
    if rows["is_small"].any():
        said.append(_few_note(cohorts))
    if rows["is_opening"].any():
        apart = " It is not in the mean." if cohorts.mean_leaves_out is not None else ""
        said.append(
            f"{MARKS['is_opening']} The data begin here: the cohort holds clients that were, or "
            f"may have been, there before.{apart}"
        )
    if rows["is_open"].any():
        said.append(f"{MARKS['is_open']} The first {cohorts.period} of its clients is not over.")
    return " ".join(said)


def group_name(cohorts: CohortSummary, group: str, kind: str) -> str:
    """A tier or a segment as a reader calls it."""
    if kind == "tiers" and group == NO_TIER:
        return "No tier"
    if kind == "tiers":
        return cohorts.tier_labels[int(group) - 1]
    return group.capitalize() if group == NOT_RECORDED else group


def groups_headline(cohorts: CohortSummary, kind: str) -> str:
    """Where most clients stay for a year, or as long as can be seen."""
    rows: pd.DataFrame = getattr(cohorts, kind)
    what = "tier" if kind == "tiers" else cohorts.segment_word
    ages = [name for name in rows.columns if name.isdigit() and name != "0"]
    if cohorts.reason is not None or not ages or "1" not in cohorts.mean_accounts:
        return f"Retention by {what} cannot be followed yet"
    age = str(_last_age(cohorts))
    named = rows.loc[
        rows[age].notna()
        & ~rows["group"].isin([NO_TIER, NOT_RECORDED])
        & (rows["accounts"] >= cohorts.least_accounts)
    ]
    if len(named) < 2:
        return f"There are not two of any {what} with enough clients to compare"
    ranked = named.sort_values([age, "group"], kind="stable")
    low, high = ranked.iloc[0], ranked.iloc[-1]
    least, most = words.percent(low[age]), words.percent(high[age])
    when = _after(cohorts, int(age))
    if least == most == "100%":
        return f"Every client still brings revenue {when}, in every {what} of some size"
    if least == most:
        return f"{least} of clients remain {when} in every {what} of some size"
    names = [words.name(group_name(cohorts, str(row["group"]), kind)) for row in (high, low)]
    return f"{names[0]} keeps {most} of its clients {when}, {names[1]} {least}"


def few(cohorts: CohortSummary, accounts: int) -> str:
    """A sign after the name of a group of few clients."""
    return f" {MARKS['is_small']}" if accounts < cohorts.least_accounts else ""


def _few_note(cohorts: CohortSummary) -> str:
    return (
        f"{MARKS['is_small']} Fewer than {words.plural(cohorts.least_accounts, 'client')}: one of "
        "them moves the share a lot."
    )


def groups_note(cohorts: CohortSummary, kind: str) -> str:
    """What tiers mean here, which cohorts count, and what the sign means where it stands."""
    said = "Over the cohorts of the mean that have reached each age."
    rows: pd.DataFrame = getattr(cohorts, kind)
    if (rows["accounts"] < cohorts.least_accounts).any():
        said = f"{said} {_few_note(cohorts)}"
    if kind == "tiers":
        given = cohorts.policies.tiers.policy == "given"
        how = "as given" if given else "by the revenue of each client's first period"
        said = f"Tiers {how}, so that nothing that came later decides them. {said}"
    return said


def too_few(cohorts: CohortSummary) -> str | None:
    """Why a handful of clients say nothing on how long clients stay; None where enough are."""
    followed = int(cohorts.lives["is_followed"].sum()) if len(cohorts.lives) else 0
    if followed >= cohorts.least_accounts:
        return None
    return cohorts.figures["cohorts.median_months"].reason


def survival_headline(cohorts: CohortSummary) -> str:
    """How many stay longer than a year, and longer than the last age printed."""
    shares = {
        int(key.rsplit("_", 1)[1]): parts.number_of(cohorts.figures, key)
        for key in cohorts.figures
        if key.startswith("cohorts.survival_")
    }
    known = {months: share for months, share in shares.items() if share is not None}
    if cohorts.curve.empty or too_few(cohorts):
        return "How long clients stay is not computable"
    if not known:
        followed = words.plural(int(cohorts.curve["month"].iloc[-1]), "month")
        return f"Clients have been followed for {followed} at most"
    if all(share == 1 for share in known.values()):
        return f"No client followed has left within {words.plural(max(known), 'month')}"
    first, last = min(known), max(known)
    said = f"{words.percent(known[first])} of clients stay longer than {_span(first)}"
    if first == last:
        return said
    return f"{said}, {words.percent(known[last])} longer than {_span(last)}"


def _span(months: int) -> str:
    if months % YEAR_MONTHS:
        return words.plural(months, "month")
    years = months // YEAR_MONTHS
    return "a year" if years == 1 else f"{years} years"


def survival_note(cohorts: CohortSummary) -> str:
    """Who is followed, who is not, and what counts as leaving."""
    known = cohorts.lives["is_followed"]
    gone = int(cohorts.lives.loc[known, "has_left"].sum())
    pause = cohorts.policies.gap_tolerance_days
    rule = (
        f"{'a day' if cohorts.from_contracts else 'a month'} without revenue"
        if pause == 0
        else f"a pause longer than {words.days(pause)}"
    )
    said = [
        f"{words.plural(int(known.sum()), 'client')} followed, of which {words.count(gone)} left. "
        f"A client leaves with its first pause: {rule}. Who came back has left all the same.",
    ]
    if cohorts.older:
        have = "client was" if cohorts.older == 1 else "clients were"
        said.append(
            f"{words.count(cohorts.older)} {have} there, or may have been, before the data begin: "
            "how long is not known, so they are not in the curve."
        )
    return " ".join(said)


def comparison_note(cohorts: CohortSummary) -> str:
    """Whether tiers differ in how long their clients stay."""
    compared = cohorts.comparison
    if compared.p_value is None:
        return f"Tiers are not compared: {compared.reason}."
    shown = words.number(compared.p_value, 3)
    p_value = "p below 0.001" if shown == "0.000" else f"p {shown}"
    if compared.differs:
        return f"Tiers differ in how long their clients stay (log-rank test, {p_value})."
    return f"No difference between tiers beyond noise (log-rank test, {p_value})."


def survival_description(cohorts: CohortSummary) -> str:
    """The curve in words, for readers who cannot see it."""
    curve = cohorts.curve
    last = curve.iloc[-1]
    middle = curve.iloc[len(curve) // 2]
    told = [
        f"{words.percent(row['survival'])} after {words.plural(int(row['month']), 'month')}"
        for row in (middle, last)
    ]
    return f"Falling steps from 100% at the start to {told[0]} and {told[1]}."
