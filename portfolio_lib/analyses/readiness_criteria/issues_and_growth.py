"""Signals of issues and escalation, and of retention and growth."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.issue_promises import BREACHED, MET
from portfolio_lib.analyses.readiness_criteria.counting import Counted, of, unknown
from portfolio_lib.analyses.readiness_criteria.known import Known
from portfolio_lib.analyses.snapshots import is_blank

NO_ISSUES = "no issues are known; hand in table issues"
NO_WINDOW = "no issue was opened in the window"
NO_PROMISES = "no promised time is decided; hand in table slas"
GRAVEST = "P1"
GROWTH_KINDS = ("cross-sell", "upsell")


def _issues(known: Known) -> pd.DataFrame | str:
    if known.clocks.empty:
        return NO_ISSUES
    rows = known.judged_issues
    return NO_WINDOW if rows.empty else rows


def triaged(known: Known) -> Counted:
    """Issues with a severity and an owner."""
    rows = _issues(known)
    if isinstance(rows, str):
        return unknown(rows)
    full = ~is_blank(rows["severity"]) & ~is_blank(rows["owner"])
    return of(full.sum(), len(rows), nothing=NO_WINDOW)


def promises_kept(known: Known) -> Counted:
    """Issues that kept their promised times, of those decided."""
    return _kept(known, "promise")


def answered_in_time(known: Known) -> Counted:
    """First answers within the promised time, of those decided."""
    return _kept(known, "response")


def _kept(known: Known, column: str) -> Counted:
    rows = _issues(known)
    if isinstance(rows, str):
        return unknown(rows)
    met, missed = rows[column].eq(MET).sum(), rows[column].eq(BREACHED).sum()
    return of(met, met + missed, nothing=NO_PROMISES)


def no_repeats(known: Known) -> Counted:
    """Issues with a theme that did not come back at the same client, as page Service counts."""
    rows = _issues(known)
    if isinstance(rows, str):
        return unknown(rows)
    rows = rows.loc[rows["theme"].notna()]
    nothing = "no issue of the window has a theme; fill column theme of table issues"
    return of((~rows["is_repeat"]).sum(), len(rows), nothing=nothing)


def causes_found(known: Known) -> Counted:
    """Closed issues that were grave or late, and whose cause was written down."""
    rows = _issues(known)
    if isinstance(rows, str):
        return unknown(rows)
    grave = rows["severity"].eq(GRAVEST) | rows["promise"].eq(BREACHED)
    rows = rows.loc[grave.fillna(False).astype(bool) & ~rows["is_open"].astype(bool)]
    found = ~is_blank(rows["root_cause"])
    return of(found.sum(), len(rows), nothing="no closed issue was grave or late")


def late_escalated(known: Known) -> Counted:
    """Grave issues past their promised time that were escalated."""
    rows = _issues(known)
    if isinstance(rows, str):
        return unknown(rows)
    rows = rows.loc[rows["severity"].eq(GRAVEST) & rows["promise"].eq(BREACHED)]
    nothing = "no issue of the highest severity was late"
    return of(rows["escalated_at"].notna().sum(), len(rows), nothing=nothing)


def _terms_due(known: Known) -> pd.DataFrame | str:
    """Terms that end within the days listed on page Renewals."""
    if known.results is None:
        return "terms that were due are known for the review alone"
    found = known.results.renewals
    if found.reason:
        return found.reason
    rows = found.upcoming
    return rows.loc[rows["days_to_end"].le(found.listed_days)]


def renewals_looked_at(known: Known) -> Counted:
    """Terms due that were looked at in time before their end."""
    rows = _terms_due(known)
    if isinstance(rows, str):
        return unknown(rows)
    told = rows["looked_at"].notna()
    if len(rows) and not told.any():
        return unknown("nothing says which terms were looked at; hand in table interactions")
    timely = rows["looked_at"].eq("in time").fillna(False).astype(bool)
    return of(timely.sum(), told.sum(), nothing="no term ends soon")


def renewals_scored(known: Known) -> Counted:
    """Terms due whose client has a colour of health."""
    rows = _terms_due(known)
    if isinstance(rows, str):
        return unknown(rows)
    colours = rows["account_id"].map(known.levels)
    return of(
        colours.isin(["green", "yellow", "red"]).sum(), len(rows), nothing="no term ends soon"
    )


def _actions(known: Known) -> pd.DataFrame:
    rows = known.tables["actions"]
    days = {name: pd.to_datetime(rows[name]) for name in ("created_date", "due_date", "done_date")}
    return rows.assign(**days)


NO_ACTIONS = "no actions are recorded; hand in table actions"


def risks_acted_on(known: Known) -> Counted:
    """Red clients with a recent action that is done or not yet overdue."""
    if "actions" not in known.tables:
        return unknown(NO_ACTIONS)
    if known.levels.empty or not known.levels.ne("grey").any():
        return unknown("no client has a colour of health")
    red = pd.Series(known.levels.index[known.levels.eq("red")])
    today = pd.Timestamp(known.day)
    rows = _actions(known)
    recent = rows["created_date"].gt(today - pd.Timedelta(days=known.page.action_days))
    alive = rows["done_date"].notna() | ~rows["due_date"].lt(today)
    acted = rows.loc[recent & alive, "account_id"].dropna()
    return of(red.isin(acted).sum(), len(red), nothing="no client is at risk")


def actions_done(known: Known) -> Counted:
    """Actions that fell due in the window and were done."""
    if "actions" not in known.tables:
        return unknown(NO_ACTIONS)
    rows = _actions(known)
    start, end = pd.Timestamp(known.window_start), pd.Timestamp(known.day)
    rows = rows.loc[rows["due_date"].gt(start) & rows["due_date"].le(end)]
    return of(rows["done_date"].notna().sum(), len(rows), nothing="no action has fallen due")


def growth_worked(known: Known) -> Counted:
    """Larger clients in green health with an open deal of growth."""
    if "opportunities" not in known.tables:
        return unknown("no deals are recorded; hand in table opportunities")
    if not known.has_tiers:
        return unknown("table accounts carries no day for tiers")
    deals = known.tables["opportunities"]
    deals = deals.loc[deals["kind"].isin(GROWTH_KINDS) & is_blank(deals["outcome"])]
    green = known.levels.index[known.levels.eq("green")]
    ids = known.larger.loc[known.larger["account_id"].isin(green), "account_id"]
    return of(ids.isin(deals["account_id"]).sum(), len(ids), nothing="no larger client is green")


def feedback_followed(known: Known) -> Counted:
    """Low answers that were followed by a contact or an action in time."""
    if not known.has("surveys"):
        return unknown("no answers to surveys are recorded; hand in table surveys")
    if known.meetings.empty and "actions" not in known.tables:
        return unknown("nothing says what was done; hand in tables interactions or actions")
    low = _low_answers(known)
    within = pd.Timedelta(days=known.page.feedback_days)
    done = pd.concat([_contact_days(known), _action_days(known)], ignore_index=True)
    pairs = low.merge(done, on="account_id", how="left")
    timely = pairs["day"].gt(pairs["date"]) & pairs["day"].le(pairs["date"] + within)
    followed = timely.groupby(pairs["place"]).any()
    over = low.set_index("place")["date"].add(within).le(pd.Timestamp(known.day))
    followed = followed.reindex(over.index).fillna(False).astype(bool)
    counts = followed | over
    nothing = "no low answer was given, or none has had its time"
    return of(followed.sum(), counts.sum(), nothing=nothing)


def _low_answers(known: Known) -> pd.DataFrame:
    rows = known.tables["surveys"]
    score, most = (pd.to_numeric(rows[name]).astype("float64") for name in ("score", "scale_max"))
    days = pd.to_datetime(rows["date"]).astype("datetime64[s]")
    is_low = (score / most.where(most > 0)).le(known.page.low_answer)
    rows = rows.assign(date=days).loc[is_low & days.gt(pd.Timestamp(known.window_start))]
    kept = rows[["account_id", "date"]].astype({"account_id": "object"}).reset_index(drop=True)
    return kept.assign(place=range(len(kept)))


def _contact_days(known: Known) -> pd.DataFrame:
    rows = known.meetings[["account_id", "date"]].rename(columns={"date": "day"})
    return rows.astype({"account_id": "object", "day": "datetime64[s]"})


def _action_days(known: Known) -> pd.DataFrame:
    if "actions" not in known.tables:
        return _contact_days(known).iloc[:0]
    rows = _actions(known)[["account_id", "created_date"]].dropna()
    rows = rows.rename(columns={"created_date": "day"})
    return rows.astype({"account_id": "object", "day": "datetime64[s]"})
