"""What happened with each client, as a line of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from portfolio_lib.analyses.signs import is_true
from portfolio_lib.analyses.snapshots import is_blank

EVENT_COLUMNS = ("account_id", "date", "kind", "detail", "amount", "count")
GRAVEST = "P1"
REVIEWS = ("QBR", "EBR")


def events_of(
    accounts: pd.DataFrame,
    contracts: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    issues: pd.DataFrame | None,
    surveys: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    milestones: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    *,
    as_of: dt.date,
) -> pd.DataFrame:
    """What is known to have happened up to the day, latest first.

    Returns
    -------
    frame
        `account_id`, `date`, `kind` (start, end, terms, notice, left, review, escalation, urgent,
        answer, won, lost, first_value, plan), `detail` (a name or a kind), `amount` (money a year,
        or the answer as a share of its scale), `count` (how many of one day are joined).
    """
    parts = [
        *_client(accounts),
        *_terms(contracts),
        *_people(contacts),
        *_reviews(interactions),
        *_issues(issues),
        *_answers(surveys),
        *_deals(opportunities),
        *_milestones(milestones),
        *_dated(plans, "date", "plan", None, None),
    ]
    rows = [part for part in parts if len(part)]
    if not rows:
        return pd.DataFrame(columns=list(EVENT_COLUMNS))
    found = pd.concat(rows, ignore_index=True)
    found = found.loc[found["date"].le(pd.Timestamp(as_of))]
    return found.sort_values(
        ["account_id", "date", "kind", "detail"],
        ascending=[True, False, True, True],
        kind="stable",
        ignore_index=True,
    )


def _dated(
    table: pd.DataFrame | None, date: str, kind: str, detail: str | None, amount: str | None
) -> Iterator[pd.DataFrame]:
    """Rows with a day, as events of one kind; those of one day and detail are joined."""
    if table is None or date not in table or table[date].isna().all():
        return
    rows = table.loc[table[date].notna()]
    told = pd.DataFrame(
        {
            "account_id": rows["account_id"].astype("object"),
            "date": pd.to_datetime(rows[date]).dt.normalize().astype("datetime64[us]"),
            "kind": kind,
            "detail": _texts(rows, detail),
            "amount": rows[amount].astype("float64") if amount and amount in rows else 0.0,
            "count": 1,
        }
    )
    joined = told.groupby(["account_id", "date", "kind", "detail"], sort=True)
    yield joined.agg(amount=("amount", "sum"), count=("count", "sum")).reset_index()[
        list(EVENT_COLUMNS)
    ]


def _texts(rows: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None or column not in rows:
        return pd.Series("", index=rows.index, dtype="object")
    return rows[column].astype("object").where(~is_blank(rows[column]), "")


def _client(accounts: pd.DataFrame) -> Iterator[pd.DataFrame]:
    yield from _dated(accounts, "start_date", "start", "acquisition_channel", None)
    yield from _dated(accounts, "end_date", "end", "end_reason", None)


def _terms(contracts: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    """Terms that began, and notice given; terms of one day are one event."""
    yield from _dated(contracts, "start_date", "terms", None, "annual_value")
    yield from _dated(contracts, "cancelled_date", "notice", None, "annual_value")


def _people(contacts: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    yield from _dated(contacts, "left_date", "left", "role", None)


def _reviews(interactions: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    if interactions is not None and "kind" in interactions:
        held = interactions.loc[interactions["kind"].isin(REVIEWS)]
        yield from _dated(held, "date", "review", "kind", None)


def _issues(issues: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    if issues is None:
        return
    yield from _dated(issues, "escalated_at", "escalation", "theme", None)
    if "severity" in issues:
        gravest = issues.loc[issues["severity"].eq(GRAVEST)]
        yield from _dated(gravest, "opened_at", "urgent", "theme", None)


def _answers(surveys: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    """The mean answer of a day to one kind of question, as a share of its scale."""
    if surveys is None or "score" not in surveys or "scale_max" not in surveys:
        return
    told = surveys.loc[surveys["score"].notna() & surveys["scale_max"].gt(0)]
    told = told.assign(share=told["score"] / told["scale_max"])
    for found in _dated(told, "date", "answer", "kind", "share"):
        yield found.assign(amount=(found["amount"] / found["count"]).round(9))


def _deals(opportunities: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    if opportunities is None or "outcome" not in opportunities:
        return
    own = opportunities.loc[~is_blank(opportunities["account_id"])]
    for outcome in ("won", "lost"):
        closed = own.loc[own["outcome"].eq(outcome).fillna(False)]
        yield from _dated(closed, "close_date", outcome, "offering", "value")


def _milestones(milestones: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    if milestones is not None and "is_first_value" in milestones:
        first = is_true(milestones["is_first_value"])
        yield from _dated(milestones.loc[first], "done_date", "first_value", "milestone", None)
