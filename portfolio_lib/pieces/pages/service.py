"""The page Issues and service levels: what is open, and which promises were kept."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.answer_scores import TOO_FEW
from portfolio_lib.analyses.service import ServiceResult
from portfolio_lib.pieces import Column, drawing, exhibit, figure, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import service_words as said
from portfolio_lib.pieces.piece import Piece

SOURCE = "issues and slas"
CARDS = ("compliance", "urgent_compliance", "open_urgent", "open_breached")
CUT_NAMES = {"tier": "Tier", "owner": "Owner"}
FEWEST_POINTS = 3


def cards(found: ServiceResult) -> Piece:
    """Four figures: promises kept, for urgent issues, urgent ones open, past their time."""
    return kpis([said.figure(found, key) for key in CARDS], currency=found.currency)


def open_issues(found: ServiceResult) -> Piece:
    """The log of open issues, gravest first."""
    headline = said.open_headline(found)
    measure = "open issues by severity, missed ones first, then the oldest"
    origin, name = parts.source("accounts, issues and slas", found.as_of), "service-open"
    rows = found.open_issues
    if rows.empty:
        reason = said.figure(found, "open_issues").reason or "every issue known is solved"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = rows.head(found.settings.issues_shown)
    shown = shown.assign(
        state=said.states(shown["promise"]),
        about=[said.about(row) for row in shown.to_dict("records")],
        escalated=["yes" if pd.notna(time) else "no" for time in shown["escalated_at"]],
    )
    columns = {
        "account_name": Column("Client"),
        "severity": Column("Severity", missing="not recorded"),
        "about": Column("About"),
        "owner": Column("Owner", missing="nobody named"),
        "age_days": Column("Open", "count", "days"),
        "state": Column("Promise", "status"),
        "escalated": Column("Escalated"),
        "revenue_12m": Column("Revenue", "money", found.currency),
    }
    body = table(shown, caption="Open issues", name=name, row_header="account_name",
                 columns=columns, note=said.open_note(found, len(shown)),
                 searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def severities(found: ServiceResult) -> Piece:
    """Promises kept by severity, with what was promised."""
    headline = said.compliance_headline(found)
    measure = f"issues opened in the last {said.months(found)}, and promised times kept"
    origin, name = parts.source(SOURCE, found.as_of), "service-severity"
    if found.compliance.empty:
        reason = said.figure(found, "compliance").reason or "no issue was opened"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    columns = {
        "severity": Column("Severity"),
        "promised": Column("Promised", unit="hours"),
        "issues": Column("Issues", "count"),
        "met": Column("Kept", "count"),
        "breached": Column("Missed", "count"),
        "pending": Column("Pending", "count"),
        "compliance": Column("Kept ÷ decided", "percent", missing=TOO_FEW),
        "between": Column("Between", missing=TOO_FEW),
        "response_compliance": Column("Answered in time", "percent", missing=TOO_FEW),
        "resolution_compliance": Column("Solved in time", "percent", missing=TOO_FEW),
    }
    rows = found.compliance.assign(
        promised=_promised(found.compliance),
        between=said.between(
            found.compliance["compliance_low"], found.compliance["compliance_high"]
        ),
    )
    body = table(rows, caption="Promised times kept by severity", name=name,
                 row_header="severity", columns=columns, total=_total(found),
                 note=said.compliance_note(found))  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)


def _promised(rows: pd.DataFrame) -> list[str]:
    pairs = zip(rows["response_hours"], rows["resolution_hours"], strict=True)
    return [_hours(answer, solution) for answer, solution in pairs]


def _hours(answer: object, solution: object) -> str:
    """Hours to the answer and to the solution.

    >>> _hours("1", "24"), _hours(None, "24"), _hours(None, None)
    ('answer 1, solution 24', 'solution 24', 'nothing')
    """
    told = [
        f"{what} {hours}"
        for what, hours in (("answer", answer), ("solution", solution))
        if isinstance(hours, str)
    ]
    return ", ".join(told) or "nothing"


def _total(found: ServiceResult) -> dict[str, object]:
    """All severities together: the very figures."""
    whole = said.figure(found, "compliance")
    counts = {name: int(found.compliance[name].sum()) for name in ("issues", "met", "breached")}
    ends = whole.interval
    return {
        "severity": "All",
        **counts,
        "pending": said.number(found, "pending"),
        "compliance": said.number(found, "compliance"),
        "between": None
        if ends is None
        else f"{words.percent(ends[0])} to {words.percent(ends[1])}",
        "response_compliance": said.number(found, "response_compliance"),
        "resolution_compliance": said.number(found, "resolution_compliance"),
    }


def trend(found: ServiceResult) -> Piece:
    """Promises kept by quarter of opening."""
    headline = said.trend_headline(found)
    measure = "promised times kept, issues by the quarter in which they were opened"
    origin, name = parts.source(SOURCE, found.as_of), "service-trend"
    rows = found.quarters
    if rows["compliance"].isna().all():
        reason = said.figure(found, "compliance").reason or "too few issues are decided a quarter"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    data = _quarters(rows)
    if len(rows) < FEWEST_POINTS or rows["compliance"].isna().any():
        return exhibit(headline=headline, measure=measure, body=data, source=origin, name=name)
    target = said.figure(found, "compliance").target
    chart = drawing.target_line(
        [day.date() for day in rows["quarter_end"]],
        [None if words.absent(value) else value for value in rows["compliance"]],
        label=words.percent,
        target=None if target is None else float(target),
        interval=[
            None if words.absent(low) else (low, high)
            for low, high in zip(rows["compliance_low"], rows["compliance_high"], strict=True)
        ],
    )
    told = "; ".join(
        f"quarter to {words.month(day)} {words.percent(value)}"
        for day, value in zip(rows["quarter_end"], rows["compliance"], strict=True)
        if not words.absent(value)
    )
    body = figure(chart, name=f"{name}-chart", title="Promised times kept by quarter",
                  description=f"Line of promised times kept, with intervals. {told}.")  # fmt: skip
    return exhibit(
        headline=headline, measure=measure, body=body, source=origin, name=name, data=data
    )


def _quarters(rows: pd.DataFrame) -> Piece:
    columns = {
        "quarter_end": Column("Quarter to", "month"),
        "issues": Column("Issues", "count"),
        "pending": Column("Pending", "count"),
        "compliance": Column("Kept ÷ decided", "percent", missing=TOO_FEW),
        "urgent_compliance": Column("Urgent ones", "percent", missing=TOO_FEW),
    }
    return table(rows, caption="Promised times kept by quarter", name="service-quarters",
                 row_header="quarter_end", columns=columns)  # fmt: skip


def groups(found: ServiceResult) -> Piece:
    """Tiers and owners, with intervals or too few to say."""
    headline = said.groups_headline(found)
    measure = f"issues of the last {said.months(found)} by tier of the client and by owner"
    origin, name = parts.source("accounts, issues and slas", found.as_of), "service-groups"
    rows = found.groups
    if rows.empty:
        reason = said.figure(found, "compliance").reason or "no issue was opened"
        return parts.unshown(headline, measure, reason, source=origin, name=name)
    shown = rows.groupby("cut", sort=False).head(found.settings.groups_shown)
    shown = shown.assign(
        group=[words.name(group) for group in shown["group"]],
        between=said.between(shown["compliance_low"], shown["compliance_high"]),
        cut=shown["cut"].map(CUT_NAMES),
    )
    columns = {
        "group": Column("Group"),
        "cut": Column("By"),
        "issues": Column("Issues", "count"),
        "compliance": Column("Kept ÷ decided", "percent", missing=TOO_FEW),
        "between": Column("Between", missing=TOO_FEW),
        "reading": Column("Beside all others"),
        "median_hours_to_solve": Column("Hours to solve, middle", "number", missing="none solved"),
    }
    body = table(shown, caption="Promised times kept by tier and owner", name=name,
                 row_header="group", columns=columns,
                 note=said.groups_note(found, len(shown)), searchable=True)  # fmt: skip
    return exhibit(headline=headline, measure=measure, body=body, source=origin, name=name)
