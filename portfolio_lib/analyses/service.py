"""Issues and service levels: what is open, which promises were kept, what keeps coming back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.compliance import by_group, by_quarter, by_severity, kept
from portfolio_lib.analyses.described_accounts import described
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.issue_promises import (
    BREACHED,
    SEVERITIES,
    blank_to,
    judge_issues,
    opened_within,
)
from portfolio_lib.analyses.issue_themes import (
    is_repeat,
    repeats_by_chance,
    repeats_of,
    root_causes,
    spelled_alike,
    themes,
)
from portfolio_lib.analyses.issues_and_churn import IssuesAndChurn, issues_against_churn
from portfolio_lib.analyses.served_issues import Served
from portfolio_lib.analyses.service_figures import all_figures
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.analyses.text_groups import TextGroups, text_groups
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.service_models import ServicePage

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

ABOUT = ["account_id", "account_name", "tier", "account_manager", "revenue_12m"]


@dataclass(frozen=True)
class ServiceResult:
    """The answer of the page Issues and service levels.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per account: `account_id`, `open_issues`, `open_urgent`, `breaches_12m` (issues of
        the window that missed a promised time), `compliance` (met ÷ (met + breached), NaN where
        nothing is decided), `repeat_issues`, `issues`, and what describes the account.
    open_issues : frame
        The log: open issues, gravest first, then missed ones, then the oldest.
    compliance : frame
        One row per severity: see `compliance.by_severity`.
    groups : frame
        By tier and by owner: see `compliance.by_group`.
    quarters : frame
        See `compliance.by_quarter`.
    themes, repeats, root_causes : frame
        See `issue_themes`.
    text_groups : frame
        See `text_groups`; empty where there is not enough text, which `texts` says.
    churn : frame
        Clients lost with and without urgent issues; `against_churn` holds the rest.
    log : frame
        Every issue of the window, and every open one, for analysts.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    open_issues: pd.DataFrame
    compliance: pd.DataFrame
    groups: pd.DataFrame
    quarters: pd.DataFrame
    themes: pd.DataFrame
    repeats: pd.DataFrame
    root_causes: pd.DataFrame
    text_groups: pd.DataFrame
    churn: pd.DataFrame
    log: pd.DataFrame
    texts: TextGroups
    against_churn: IssuesAndChurn
    as_of: dt.date
    settings: ServicePage
    currency: str


def measure_service(
    accounts: pd.DataFrame,
    issues: pd.DataFrame | None,
    issue_clocks: pd.DataFrame,
    segments: Segmentation,
    churn_outcomes: pd.DataFrame | None,
    *,
    parameters: UnitParameters,
) -> ServiceResult:
    """Check every promise again, and look for what keeps coming back.

    Parameters
    ----------
    accounts : frame
        One row per account.
    issues : frame or None
        Gives status and root cause; None where not handed in.
    issue_clocks : frame
        One row per issue known, with times and due times.
    segments : Segmentation
        Tiers and revenue.
    churn_outcomes : frame or None
        Who was lost later.
    parameters : UnitParameters
        Section `service`.
    """
    page, as_of = parameters.service, parameters.as_of
    known = described(accounts, segments)
    every = _every_issue(issue_clocks, issues, known, parameters)
    start = months_before(as_of, page.window_months)
    rows = opened_within(every, start, as_of)
    before = opened_within(every, months_before(as_of, 2 * page.window_months), start)
    texts = text_groups(rows, page, parameters.seed)
    churn = issues_against_churn(churn_outcomes, every, page)
    told = themes(rows, before)
    inside = pd.Series(every.index.isin(rows.index), index=every.index)
    served = Served(
        issues is not None, rows, before, every.loc[every["is_open"]], told, texts, churn,
        repeats_by_chance(every, inside, page.repeat_days), parameters,
    )  # fmt: skip
    cuts = {"tier": rows["tier"], "owner": blank_to(rows["owner"], NOT_RECORDED)}
    return ServiceResult(
        figures={figure.key: figure for figure in all_figures(served)},
        accounts=_each_account(known, every, rows),
        open_issues=_open(every),
        compliance=by_severity(rows, page),
        groups=by_group(rows, cuts, page),
        quarters=by_quarter(every, as_of, page),
        themes=told,
        repeats=repeats_of(rows, known),
        root_causes=root_causes(rows),
        text_groups=texts.groups,
        churn=churn.rows,
        log=every.loc[every["is_open"] | inside].reset_index(drop=True),
        texts=texts,
        against_churn=churn,
        as_of=as_of,
        settings=page,
        currency=parameters.currency,
    )


def _every_issue(
    issue_clocks: pd.DataFrame,
    issues: pd.DataFrame | None,
    known: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """Every issue of known accounts, judged, with client, urgency, one spelling, and repeats."""
    page = parameters.service
    rows = judge_issues(issue_clocks, issues, parameters.as_of, page.closed_words)
    rows = rows.merge(known[ABOUT], on="account_id", how="inner", validate="many_to_one")
    rows = rows.sort_values(["opened_at", "issue_id"], kind="stable", ignore_index=True)
    rows["theme"] = spelled_alike(rows["theme"])
    rows["root_cause"] = spelled_alike(rows["root_cause"])
    rows["is_urgent"] = rows["severity"].isin(list(page.urgent))
    rows["is_repeat"] = is_repeat(rows, page.repeat_days)
    return rows


def _open(every: pd.DataFrame) -> pd.DataFrame:
    rows = every.loc[every["is_open"]]
    places = {severity: n for n, severity in enumerate(SEVERITIES)}
    ordered = rows.assign(
        _severity=rows["severity"].map(places).astype("float64").fillna(len(places)),
        _kept=rows["promise"].ne(BREACHED),
    ).sort_values(["_severity", "_kept", "opened_at", "issue_id"], kind="stable", ignore_index=True)
    return ordered.drop(columns=["_severity", "_kept"])


def _each_account(known: pd.DataFrame, every: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per account, by id."""
    opened = every.loc[every["is_open"]]
    own = rows.groupby("account_id", sort=True)
    found = pd.DataFrame(
        {
            "issues": own.size(),
            "open_issues": opened.groupby("account_id").size(),
            "open_urgent": opened.groupby("account_id")["is_urgent"].sum(),
            "breaches_12m": rows["promise"].eq(BREACHED).groupby(rows["account_id"]).sum(),
            "repeat_issues": own["is_repeat"].sum(),
        }
    )
    found = found.reindex(known["account_id"]).fillna(0).astype("int64")
    found.index.name = "account_id"
    rates = {account: kept(states, 0.9).value for account, states in own["promise"]}
    each = known[ABOUT].merge(found.reset_index(), on="account_id", how="left")
    each["compliance"] = each["account_id"].map(rates).astype("float64")
    return each
