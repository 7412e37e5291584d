"""What the page Issues and service levels says: headlines, notes, states in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from portfolio_lib.analyses.answer_scores import BELOW, TOO_FEW, Estimate, differ
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.issue_promises import BREACHED, MET, NO_PROMISE, NOT_KNOWN, PENDING
from portfolio_lib.analyses.service import ServiceResult
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import parts_note
from portfolio_lib.pieces.statuses import Level

QUARTERS_IN_A_YEAR = 4
THEMES_NAMED = 3
STATUS_OF: Mapping[str, tuple[Level, str]] = {
    BREACHED: ("red", "Missed"),
    PENDING: ("yellow", "Within time"),
    MET: ("green", "Kept"),
    NOT_KNOWN: ("grey", "Time not recorded"),
    NO_PROMISE: ("grey", "No promise"),
}


def number(found: ServiceResult, key: str) -> float | None:
    """A figure of the page as a number."""
    return parts.number_of(found.figures, f"service.{key}")


def figure(found: ServiceResult, key: str) -> Figure:
    """A figure of the page."""
    return found.figures[f"service.{key}"]


def months(found: ServiceResult) -> str:
    """The window in words."""
    return words.plural(found.settings.window_months, "month")


def open_headline(found: ServiceResult) -> str:
    """How many issues are open, how many urgent, how many past their time."""
    opened, urgent = number(found, "open_issues"), number(found, "open_urgent")
    late = number(found, "open_breached")
    if opened is None or urgent is None or late is None:
        return "Open issues are not known"
    if opened == 0:
        return "No issue is open"
    if opened == 1:
        past = "past its promised time" if late else "not past any promised time"
        return f"1 issue is open: {'urgent' if urgent else 'not urgent'}, {past}"
    grave = "none of them urgent" if urgent == 0 else f"{words.count(urgent)} of them urgent"
    grave = "all of them urgent" if urgent == opened else grave
    past = "none is past its time" if late == 0 else f"{words.count(late)} past the promised time"
    return f"{words.plural(opened, 'issue')} are open, {grave}; {past}"


def open_note(found: ServiceResult, shown: int) -> str:
    """How old, how many were escalated, and how much of the log is shown."""
    told = []
    age, escalated = number(found, "open_age"), number(found, "escalated")
    if age is not None and len(found.open_issues) > 1:
        told.append(f"The middle one is {words.days(age)} old.")
    if escalated is not None:
        share = words.percent(number(found, "escalated_share"))
        now = number(found, "escalated_open") or 0
        were = "was" if escalated == 1 else "were"
        told.append(
            f"{words.plural(escalated, 'issue')} {were} escalated in {months(found)} ({share}); "
            f"{words.count(now) if now else 'none'} of the open ones."
        )
    return " ".join([*told, parts_note(shown, len(found.open_issues)) or ""]).strip()


def compliance_headline(found: ServiceResult) -> str:
    """Kept promises against the target or a year ago, and the severity kept least."""
    whole = figure(found, "compliance")
    if not isinstance(whole.value, float):
        return "Kept promises are not computable"
    told = found.compliance.loc[found.compliance["compliance"].notna()]
    rows = told.loc[told["severity"].str.startswith("P")]
    said = f"{words.percent(whole.value)} of issues keep their promised times"
    if whole.target is not None:
        shown, aim = parts.told_apart(whole.value, float(whole.target))
        meets = "meet" if whole.value >= whole.target else "miss"
        said = f"{shown} of issues in time {meets} the target of {aim}"
    if len(rows) < 2:
        return said
    low = rows.sort_values(["compliance", "severity"], kind="stable").iloc[0]
    return f"{said}; {low['severity']} is lowest at {words.percent(low['compliance'])}"


def compliance_note(found: ServiceResult) -> str:
    """What counts, what does not, and how it was a year ago."""
    told = [
        "Kept: the issue was answered and solved within the promised hours, as far as promised. "
        "Open past its time counts as missed; open within it is pending and counts neither way."
    ]
    whole = figure(found, "compliance")
    before = parts.against_a_year_ago(whole)
    if before:
        told.append(parts.capital(f"all severities: {before}"))
    if whole.reason:
        told.append(parts.capital(whole.reason))
    for key, what in (
        ("no_promise", "without a promised time"),
        ("not_recorded", "closed without a time of solution"),
    ):
        count = number(found, key)
        if count:
            told.append(f"{words.plural(count, 'issue')} {what}: left out.")
    level = words.percent(found.settings.interval_level)
    told.append(
        f"Between: {level} Wilson intervals. {parts.capital(TOO_FEW)[:-1]}: fewer than "
        f"{found.settings.least_issues} issues decided."
    )
    return " ".join(told)


def trend_headline(found: ServiceResult) -> str:
    """Whether the last quarter's promises were kept as those of a year before."""
    rows = found.quarters.loc[found.quarters["compliance"].notna()]
    if rows.empty:
        return "Kept promises by quarter are not computable"
    last = rows.iloc[-1]
    share = words.percent(last["compliance"])
    said = f"{share} in time in the quarter to {words.month(last['quarter_end'])}"
    earlier = found.quarters.shift(QUARTERS_IN_A_YEAR).loc[rows.index[-1]]
    before = earlier["compliance"]
    if words.absent(before):
        return said
    alike = words.percent(before) == words.percent(last["compliance"])
    if alike or not differ(_kept(last), _kept(earlier)):
        return f"{said}, in line with a year before ({words.percent(before)})"
    way = "up" if last["compliance"] > before else "down"
    return f"{said}, {way} from {words.percent(before)} a year before"


def _kept(row: pd.Series) -> Estimate:
    """A row's kept promises with their interval."""
    return Estimate(row["compliance"], row["compliance_low"], row["compliance_high"])


def groups_headline(found: ServiceResult) -> str:
    """The tier or owner whose promises are clearly kept less often than others'."""
    whole = number(found, "compliance")
    told = found.groups.loc[found.groups["compliance"].notna()]
    if whole is None or told.empty:
        return "Tiers and owners cannot be compared"
    low = told.loc[told["reading"].eq(BELOW)].sort_values(
        ["compliance", "cut", "group"], kind="stable"
    )
    if low.empty:
        return "No tier and no owner clearly has fewer promises kept than the others"
    row = low.iloc[0]
    name = words.name(row["group"], longest=30)
    kept, every = words.percent(row["compliance"]), words.percent(whole)
    return f"Fewest promises are kept for {name}: {kept}, {every} in all"


def groups_note(found: ServiceResult, shown: int) -> str:
    """How groups are compared, and how many are shown."""
    level = found.settings.interval_level
    said = (
        f"Above or below: the {words.percent(level)} interval of the difference to all others does "
        f"not reach zero; by chance alone about one group in {round(1 / (1 - level))} is."
    )
    return " ".join([said, parts_note(shown, len(found.groups)) or ""]).strip()


def themes_headline(found: ServiceResult) -> str:
    """The themes that many clients raise, with how many."""
    count = number(found, "recurring_themes")
    if count is None:
        return "What keeps coming back is not known"
    least = found.settings.recurring_accounts
    if count == 0:
        return f"No theme was raised by {least} clients or more"
    rows = found.themes.loc[found.themes["accounts"].ge(least)].head(THEMES_NAMED)
    named = [
        f"{words.name(theme, longest=24)} ({words.count(clients)}{'' if place else ' clients'})"
        for place, (theme, clients) in enumerate(zip(rows["theme"], rows["accounts"], strict=True))
    ]
    recurs = "theme recurs" if count == 1 else "themes recur"
    most = ", most of all" if count > len(rows) else ":"
    return f"{words.count(count)} {recurs}{most} {words.listing(named)}"


def themes_note(found: ServiceResult) -> str:
    """A plain count; what has no theme; why texts are not grouped."""
    told = [
        "A plain count of the themes given; spellings that differ in capitals and spaces are one."
    ]
    without = number(found, "without_theme")
    if without:
        have = "has" if without == 1 else "have"
        told.append(f"{words.plural(without, 'issue')} {have} no theme.")
    if found.texts.reason:
        told.append(f"Texts are not grouped: {found.texts.reason}.")
    return " ".join(told)


def texts_headline(found: ServiceResult) -> str:
    """The largest group of texts by its leading words."""
    first = found.text_groups.iloc[0]
    leading = words.name(first["words"], longest=40)
    return f"{words.plural(first['issues'], 'issue')} speak of {leading}"


def texts_note(found: ServiceResult) -> str:
    """What the groups are worth."""
    explained = number(found, "text_explained")
    share = words.percent(explained) if explained is not None else "an unknown part"
    return (
        f"Groups of {words.plural(found.texts.texts, 'text')} that share words, found by an "
        f"algorithm (TF–IDF and NMF): they make up {share} of the words. An aid to reading; the "
        "plain counts beside them can be checked by hand."
    )


def repeats_headline(found: ServiceResult) -> str:
    """How many issues repeat one, beside what chance would bring."""
    share, days = number(found, "repeat_share"), found.settings.repeat_days
    repeats, chance = number(found, "repeats"), number(found, "repeats_by_chance")
    if share is None or repeats is None or chance is None:
        return "Repeat issues are not known"
    if repeats == 0:
        return f"No issue repeats one of the same client and theme within {days} days"
    repeat = "repeats" if repeats == 1 else "repeat"
    said = f"{words.plural(repeats, 'issue')} {repeat} an earlier one of the same client"
    return f"{said}; about {words.count(chance)} would by chance"


def repeats_note(found: ServiceResult) -> str:
    """What a repeat is, and how often a cause is on record."""
    told = [
        f"Repeat: same client and theme within {found.settings.repeat_days} days. By chance: what "
        "would repeat if themes fell on issues whoever raises them."
    ]
    caused = number(found, "root_cause_share")
    if caused is not None:
        told.append(f"{words.percent(caused)} of solved issues have a root cause on record.")
    return " ".join(told)


def churn_headline(found: ServiceResult) -> str:
    """Whether clients with urgent issues were lost more often; never that issues are the cause."""
    relative = figure(found, "churn_relative")
    if not isinstance(relative.value, float) or relative.interval is None:
        return "Issues and later losses cannot be compared"
    low, high = relative.interval
    times = f"{words.number(relative.value, 1)} times"
    if low <= 1 <= high:
        return f"Clients with urgent issues were lost {times} as often: no clear difference"
    more = "more often" if relative.value > 1 else "less often"
    return f"Clients with urgent issues were lost {more}: {times} as often as others"


def churn_note(found: ServiceResult) -> str:
    """On which days clients were looked at, and why this is no cause."""
    relative = figure(found, "churn_relative")
    told = [
        "An association, not a cause: larger clients raise more issues, and clients that are about "
        "to leave may raise fewer."
    ]
    if relative.interval is not None:
        ends = " to ".join(words.number(end, 1) for end in relative.interval)
        level = words.percent(found.settings.interval_level)
        told.append(f"With ÷ without: {ends} ({level} interval).")
    days = [words.day(day, short=True) for day in found.against_churn.days]
    if days:
        told.append(f"Clients as of {words.listing(days)}.")
    return " ".join(told)


def states(promises: pd.Series) -> pd.Series:
    """Promises as statuses."""
    told = [STATUS_OF[promise] for promise in promises]
    return pd.Series(told, index=promises.index, dtype="object")


def between(lows: pd.Series, highs: pd.Series) -> pd.Series:
    """Both ends of intervals of shares, in words; missing where there is none."""
    ends = zip(lows, highs, strict=True)
    told = [
        None if words.absent(a) else f"{words.percent(a)} to {words.percent(b)}" for a, b in ends
    ]
    return pd.Series(told, index=lows.index, dtype="object")


def about(row: Mapping[Hashable, object]) -> str:
    """What an open issue is about, with its status as the system has it.

    >>> about({"theme": "integration", "status": "open"}), about({"theme": None, "status": None})
    ('integration, open', 'not recorded')
    """
    texts = [row["theme"], row["status"]]
    told = [words.name(text, longest=40) for text in texts if isinstance(text, str) and text]
    return ", ".join(told) or "not recorded"
