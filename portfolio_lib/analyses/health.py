"""How the clients are: green, yellow, red or grey, and how far that can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.health_features import health_features, valued
from portfolio_lib.analyses.health_figures import all_figures
from portfolio_lib.analyses.health_history import counts_by_day, last_review, movers, overrides_of
from portfolio_lib.analyses.health_looked import Looked
from portfolio_lib.analyses.health_outcomes import (
    Trial,
    by_colour,
    measure_rankings,
    outcomes_of,
    score_ranking,
    try_out,
)
from portfolio_lib.analyses.health_scores import LEVELS, NO_CAUSE, Scores, score_health
from portfolio_lib.analyses.health_warnings import standing_alarms, warnings_of
from portfolio_lib.analyses.health_weights import data_to_collect, worst_ten
from portfolio_lib.analyses.snapshots import accounts_on, is_blank
from portfolio_lib.analyses.tiers import NO_TIER, TIERS, chosen_tiers
from portfolio_lib.parameters.health_models import HealthPage
from portfolio_lib.parameters.models import UnitParameters

WORST_FIRST = {"red": 0, "yellow": 1, "grey": 2, "green": 3}


@dataclass(frozen=True)
class Health:
    """The answer of the page Health.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per client of the review day, worst first: `account_id`, `account_name`, `tier`,
        `account_manager`, `annual_revenue`, `score` (0 to 100, missing where nothing is known),
        `computed_level`, `level` (with overrides), `coverage`, `cause` (key), `days_to_term_end`,
        `alarms` (titles), `override_reason`, `override_by`, `override_expires`.
    history : frame
        One row per client and day: `account_id`, `snapshot_date`, `level` (as computed by today's
        rules from what was known that day), `score`, `coverage`, `annual_revenue`.
    days : frame
        One row per day: see `counts_by_day`.
    matrix : frame
        One row per tier and colour, all of them: `tier`, `level`, `accounts`, `revenue`.
    at_risk : frame
        The accounts whose colour counts as at risk, by revenue.
    causes : frame
        One row per cause of those: `cause`, `accounts`, `revenue`, most accounts first.
    movers : frame
        Clients that changed colour since `moved_since`: see `movers`.
    overrides : frame
        Colours given by people, and what became of each.
    points : frame
        One row per client of the review day: `account_id` and its points by measure.
    warnings, alarms : frame
        Each rule with its past; each alarm that stands, by revenue.
    colours, measures : frame
        Earlier colours, and the measures, beside what became of the accounts.
    worst, to_collect : frame
        The worst clients under moved weights; what each table would tell if it were complete.
    trial : Trial or None
        Given and suggested weights on later days; None where losses are too few.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    history: pd.DataFrame
    days: pd.DataFrame
    matrix: pd.DataFrame
    at_risk: pd.DataFrame
    causes: pd.DataFrame
    movers: pd.DataFrame
    overrides: pd.DataFrame
    points: pd.DataFrame
    warnings: pd.DataFrame
    alarms: pd.DataFrame
    colours: pd.DataFrame
    measures: pd.DataFrame
    worst: pd.DataFrame
    to_collect: pd.DataFrame
    trial: Trial | None
    page: HealthPage
    labels: tuple[str, str, str]
    moved_since: dt.date | None
    horizon_days: int | None
    as_of: dt.date
    currency: str


def assess_health(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    churn_outcomes: pd.DataFrame | None,
    *,
    parameters: UnitParameters,
) -> Health:
    """Colour every client, say why, and hold earlier colours against what happened.

    Parameters
    ----------
    accounts : frame
        One row per account; names, managers and given tiers.
    account_snapshots : frame
        One row per account and snapshot date; revenue for tiers.
    account_features : frame
        One row per account and day, of what was known then.
    churn_outcomes : frame or None
        What became of each of those rows.
    parameters : UnitParameters
        Gives measures, bands, overrides and warnings under `health`.
    """
    page, as_of = parameters.health, pd.Timestamp(parameters.as_of)
    read = health_features(account_features)
    past = outcomes_of(read, churn_outcomes, as_of, page.shrunk_by)
    features = valued(read, account_snapshots, page.value)
    scores = score_health(features, page)
    now = scores.on(as_of)
    known = _described(accounts, account_snapshots, parameters)
    rows = _named(now, known, features)
    overrides = overrides_of(rows, page, parameters.as_of)
    alarms = standing_alarms(features, past["is_now"], page)
    rows = _worst_first(_with_alarms(_overridden(rows, overrides), alarms))
    at_risk = _by_revenue(rows.loc[rows["level"].isin(page.at_risk)])
    before = last_review(scores.rows["snapshot_date"], parameters.as_of, parameters.period)
    moved = movers(now, scores.on(before if before is not None else as_of))
    found = Looked(
        scores=scores,
        past=past,
        accounts=rows,
        at_risk=at_risk,
        movers=moved,
        moved_since=None if before is None else before.date(),
        overrides=overrides,
        alarms=alarms,
        warnings=warnings_of(features, past, page),
        colours=by_colour(scores, past, page),
        worst=worst_ten(now, page, parameters.seed),
        to_collect=data_to_collect(now, page),
        ranking=score_ranking(scores, past, page),
        trial=try_out(scores, past, page),
        parameters=parameters,
    )
    return Health(
        figures={figure.key: figure for figure in all_figures(found)},
        accounts=rows,
        history=scores.rows[
            ["account_id", "snapshot_date", "level", "score", "coverage", "annual_revenue"]
        ],
        days=counts_by_day(scores, page),
        matrix=_matrix(rows),
        at_risk=at_risk,
        causes=_causes(at_risk),
        movers=_told(moved, rows),
        overrides=_told(overrides, rows),
        points=_points(now),
        warnings=found.warnings,
        alarms=_by_revenue(_told(alarms, rows)),
        colours=found.colours,
        measures=_with_coverage(measure_rankings(scores, past, page), now),
        worst=_told(found.worst, rows),
        to_collect=found.to_collect,
        trial=found.trial,
        page=page,
        labels=parameters.policies.tiers.labels,
        moved_since=found.moved_since,
        horizon_days=found.horizon_days,
        as_of=parameters.as_of,
        currency=parameters.currency,
    )


def _described(
    accounts: pd.DataFrame, account_snapshots: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """Name, tier by the chosen reading and manager of every account known on the review day."""
    known = accounts_on(accounts, account_snapshots, parameters.as_of)
    known["tier"] = chosen_tiers(known, parameters.policies.tiers)
    managers = (
        accounts.set_index("account_id")["account_manager"]
        if "account_manager" in accounts
        else pd.Series(dtype="object")
    )
    manager = known["account_id"].map(managers).astype("object")
    known["account_manager"] = manager.where(~is_blank(manager), None)
    return known[["account_id", "account_name", "tier", "account_manager"]]


def _named(now: Scores, known: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    ends = features[["account_id", "snapshot_date", "days_to_term_end"]]
    rows = now.rows.rename(columns={"level": "computed_level"})
    rows = rows.merge(ends, on=["account_id", "snapshot_date"], validate="one_to_one")
    rows = rows.merge(known, on="account_id", how="left", validate="one_to_one")
    rows["account_name"] = rows["account_name"].fillna(rows["account_id"])
    rows["tier"] = rows["tier"].fillna(NO_TIER)
    return rows


def _overridden(rows: pd.DataFrame, overrides: pd.DataFrame) -> pd.DataFrame:
    """The colours that count: a person's where one is in force, else the computed one."""
    names = {"override": "given", "reason": "override_reason", "by_role": "override_by",
             "expires": "override_expires"}  # fmt: skip
    counting = overrides.loc[overrides["state"].eq("counts"), ["account_id", *names]]
    done = rows.astype({"account_id": "object"}).merge(
        counting.rename(columns=names), on="account_id", how="left", validate="one_to_one"
    )
    given = done.pop("given")
    done["level"] = given.where(given.notna(), done["computed_level"])
    done["cause"] = done["cause"].where(done["level"].isin(["yellow", "red"]), NO_CAUSE)
    return done


def _with_alarms(rows: pd.DataFrame, alarms: pd.DataFrame) -> pd.DataFrame:
    titles = alarms.groupby("account_id", sort=True)["title"].agg(", ".join).rename("alarms")
    told = titles.astype("object").reset_index().astype({"account_id": "object"})
    return rows.merge(told, on="account_id", how="left", validate="one_to_one")


def _worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    columns = [
        *("account_id", "account_name", "tier", "account_manager", "annual_revenue", "score"),
        *("computed_level", "level", "coverage", "cause", "days_to_term_end", "alarms"),
        *("override_reason", "override_by", "override_expires"),
    ]
    order = rows.assign(_place=[WORST_FIRST[level] for level in rows["level"]]).sort_values(
        ["_place", "score", "account_id"], kind="stable"
    )
    return order[columns].reset_index(drop=True)


def _by_revenue(rows: pd.DataFrame) -> pd.DataFrame:
    keyed = rows.assign(_key=-rows["annual_revenue"].fillna(0.0).to_numpy(float))
    order = keyed.sort_values(["_key", "account_id"], kind="stable")
    return order.drop(columns="_key").reset_index(drop=True)


def _matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts and revenue of every tier and colour; clients without a tier only where there are."""
    tiers = [*TIERS, *([NO_TIER] if rows["tier"].eq(NO_TIER).any() else [])]
    sums = rows.groupby(["tier", "level"])["annual_revenue"].agg(["size", "sum"])
    every = pd.MultiIndex.from_product([tiers, LEVELS], names=["tier", "level"])
    table = sums.reindex(every).fillna(0.0).reset_index()
    table.columns = pd.Index(["tier", "level", "accounts", "revenue"])
    return table.astype({"accounts": int, "revenue": "float64"})


def _causes(at_risk: pd.DataFrame) -> pd.DataFrame:
    sums = at_risk.groupby("cause")["annual_revenue"].agg(["size", "sum"]).reset_index()
    sums.columns = pd.Index(["cause", "accounts", "revenue"])
    order = ["accounts", "revenue", "cause"]
    return sums.sort_values(order, ascending=[False, False, True]).reset_index(drop=True)


def _told(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The rows with the name, manager and revenue of each client."""
    added = known[["account_id", "account_name", "account_manager", "annual_revenue"]]
    plain = rows.drop(columns=[name for name in ("annual_revenue",) if name in rows])
    done = plain.astype({"account_id": "object"}).merge(
        added.astype({"account_id": "object"}), on="account_id", how="left", validate="many_to_one"
    )
    return done.assign(account_name=done["account_name"].fillna(done["account_id"]))


def _points(now: Scores) -> pd.DataFrame:
    points = pd.DataFrame(now.points, columns=list(now.measures))
    return pd.concat([now.rows[["account_id"]], points], axis=1)


def _with_coverage(measures: pd.DataFrame, now: Scores) -> pd.DataFrame:
    """The measures with the share of clients for whom each is known on the review day."""
    known = ~np.isnan(now.points)
    share = known.mean(axis=0) if len(known) else np.full(known.shape[1], np.nan)
    points = [
        column[~np.isnan(column)].mean() if (~np.isnan(column)).any() else np.nan
        for column in now.points.T
    ]
    return measures.assign(known_share=share, mean_points=points)
