"""Former clients: why they went, whether they still fit, and who is worth winning back.

Those who could speak for us stand beside them: references and advocates among the best.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.advocates import advocates
from portfolio_lib.analyses.answer_ages import ANSWER_AGES
from portfolio_lib.analyses.causes import NO_CAUSE
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.former_figures import Gone, all_figures
from portfolio_lib.analyses.leaving_reasons import reasons
from portfolio_lib.analyses.margins import margins_by_account
from portfolio_lib.analyses.peers import peer_groups
from portfolio_lib.analyses.return_rates import (
    Leaving,
    departures,
    leaving_rule,
    return_rates,
    with_chance,
)
from portfolio_lib.analyses.signs import largest_first, where_known
from portfolio_lib.analyses.snapshots import accounts_on, is_blank
from portfolio_lib.analyses.tiers import chosen_tiers
from portfolio_lib.parameters.former_models import REASON_WORDS, FormerAccountsPage
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.play_models import Play, play_for, plays_in_use

FITS = ("fits_group", "fits_size", "fits_margin")
MIDDLE = (0.1, 0.9)
LISTED = (
    *("account_id", "account_name", "industry", "account_manager", "left_on", "days_gone"),
    *("value", "cause", "reason", "said", "seen", "reason_from"),
    *("alike", "active_known", *FITS, "fit_signs", "fit_known", "margin_then"),
    *(
        "chance",
        "chance_low",
        "chance_high",
        "chance_of",
        "chance_returned",
        "worth",
        "winnable",
        "play",
        "next_step",
    ),
)
ADVOCATES = (
    *("account_id", "account_name", "tier", "account_manager", "revenue_12m", "growth", "years"),
    *("last_score", "referred", "satisfied", "refers", "long", "grows", "signs", "signs_known"),
    *("market_influence", "strategic_value"),
)


@dataclass(frozen=True)
class FormerAccounts:
    """The answer of the page Former clients.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    reasons : frame
        One row per reason, by value lost: `reason`, `cause`, `accounts`, `value`, `recorded`
        (accounts for which it was recorded and not read from data), `fits` (accounts that fit).
    rates : frame
        How often those who left came back, by the time since they left; see `return_rates`.
    winnable : frame
        Former accounts worth a call, by worth, then value; columns as `gone`.
    gone : frame
        One row per former account, latest first; see `LISTED`. `value` is the revenue of the
        twelve months to their last day, `worth` value × chance of a return.
    departures : frame
        Every time an account left, with the day it came back, for analysts.
    advocates : frame
        Clients that could speak for us; see `ADVOCATES`.
    """

    figures: Mapping[str, Figure]
    reasons: pd.DataFrame
    rates: pd.DataFrame
    winnable: pd.DataFrame
    gone: pd.DataFrame
    departures: pd.DataFrame
    advocates: pd.DataFrame
    rule: Leaving
    page: FormerAccountsPage
    growth: float
    reference_play: str | None
    as_of: dt.date
    currency: str


def review_former_accounts(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    churn_outcomes: pd.DataFrame,
    account_stays: pd.DataFrame,
    account_month_revenue: pd.DataFrame,
    opportunities: pd.DataFrame | None,
    *,
    parameters: UnitParameters,
) -> FormerAccounts:
    """Say why clients went, whether they fit, and what winning them back is worth.

    Parameters
    ----------
    accounts : frame
        One row per account; `end_reason`, `employees`, `referred_by` where given.
    account_snapshots, account_features : frame
        One row per account and snapshot date.
    churn_outcomes : frame
        Says which event counts as a loss.
    account_stays : frame
        One row per account and run of terms, purchases or revenue.
    account_month_revenue : frame
        One row per account and month.
    opportunities : frame or None
        Deals; lost ones before a departure are read.
    parameters : UnitParameters
        Gives the settings of the page, and the plays.
    """
    page, as_of = parameters.former_accounts, parameters.as_of
    rule = leaving_rule(churn_outcomes, parameters.churn, parameters.policies.active_within_days)
    rows = _known_today(accounts, account_snapshots, account_features, parameters)
    left = departures(account_stays, as_of, rule)
    rates = return_rates(left, as_of, rule, page)
    gone = _gone(rows, left, account_stays, rule, as_of)
    gone["value"] = _last_year(gone, account_month_revenue)
    words: dict[str, Sequence[str]] = {str(k): said for k, said in REASON_WORDS.items()}
    words |= {str(key): said for key, said in page.reasons.items()}
    gone = pd.concat([gone, reasons(gone, account_features, opportunities, words)], axis=1)
    gone = pd.concat([gone, _fit(gone, rows, account_snapshots, page)], axis=1)
    gone = pd.concat([gone, with_chance(gone, rates)], axis=1)
    gone["worth"] = gone["value"] * gone["chance"]
    plays = plays_in_use(parameters.plays)
    gone = _with_next_step(gone, page, plays)
    speakers, _ = advocates(rows, page, parameters.segments.potential.growth)
    winnable = largest_first(gone.loc[gone["winnable"]], ["worth", "value"])[list(LISTED)]
    figures = all_figures(Gone(gone, winnable, left, rates, speakers, rows, rule, parameters))
    return FormerAccounts(
        figures={figure.key: figure for figure in figures},
        reasons=_by_reason(gone),
        rates=rates,
        winnable=winnable,
        gone=largest_first(gone, ["left_on"])[list(LISTED)],
        departures=left,
        advocates=speakers.loc[:, list(ADVOCATES)],
        rule=rule,
        page=page,
        growth=parameters.segments.potential.growth,
        reference_play=next((p.title for p in plays.values() if p.moment == "reference"), None),
        as_of=as_of,
        currency=parameters.currency,
    )


def _known_today(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """Every account as it stands today, with what was recorded of it."""
    known = accounts_on(accounts, account_snapshots, parameters.as_of)
    texts, numbers = ("account_manager", "end_reason", "referred_by"), (
        *("employees", "market_influence", "strategic_value"),
    )  # fmt: skip
    extra = [name for name in (*texts, *numbers) if name in accounts.columns]
    known = known.drop(columns=[name for name in extra if name in known.columns])
    known = known.merge(
        accounts[["account_id", *extra]], on="account_id", how="left", validate="one_to_one"
    )
    for name in texts:
        known[name] = known[name].astype("object") if name in known else None
        known[name] = known[name].where(~is_blank(known[name]), None)
    for name in numbers:
        known[name] = pd.to_numeric(known[name]) if name in known else math.nan
        known[name] = known[name].astype("float64")
    today = account_features["snapshot_date"].eq(pd.Timestamp(parameters.as_of))
    names = [name for pair in ANSWER_AGES.items() for name in pair]
    known = known.merge(
        account_features.loc[today].reindex(columns=["account_id", *names]),
        on="account_id",
        how="left",
    )
    known[names] = known[names].astype("float64")
    known["peer_group"] = peer_groups(known)
    known["tier"] = chosen_tiers(known, parameters.policies.tiers).to_numpy()
    return known


def _gone(
    rows: pd.DataFrame,
    left: pd.DataFrame,
    account_stays: pd.DataFrame,
    rule: Leaving,
    as_of: dt.date,
) -> pd.DataFrame:
    """One row per account that is gone now, by account."""
    today = pd.Timestamp(as_of)
    last = left.loc[left["back_on"].isna()].drop_duplicates("account_id", keep="last")
    # Whoever still has a term in force, or is served by a bill, is a client, however silent.
    held = rows.loc[~rows["is_client"]].merge(
        last[["account_id", "left_on"]], on="account_id", how="inner"
    )
    # Clients without a contract in a unit of contracts: gone when inactive, since their last sale.
    others = rows.loc[
        ~rows["account_id"].isin(set(account_stays["account_id"]))
        & ~rows["is_active"]
        & (rows["days_since_last"] > rule.after_days)
    ]
    silent = others.assign(left_on=today - pd.to_timedelta(others["days_since_last"], unit="D"))
    parts = [part for part in (held, silent) if len(part)]
    every = pd.concat(parts, ignore_index=True) if parts else held
    every["left_on"] = pd.to_datetime(every["left_on"])
    every["days_gone"] = (today - every["left_on"]).dt.days.astype("int64")
    return every.sort_values("account_id", kind="stable").reset_index(drop=True)


def _last_year(gone: pd.DataFrame, account_month_revenue: pd.DataFrame) -> pd.Series:
    """Revenue of the twelve months to the month of the last day, 0 where there was none."""
    joined = account_month_revenue.merge(gone[["account_id", "left_on"]], on="account_id")
    month = joined["month"].dt.year * 12 + joined["month"].dt.month
    until = joined["left_on"].dt.year * 12 + joined["left_on"].dt.month
    kept = joined.loc[(until - month).between(0, 11)]
    sums = kept.groupby("account_id")["revenue"].sum()
    return gone["account_id"].map(sums).fillna(0.0).astype("float64").round(4)


def _fit(
    gone: pd.DataFrame,
    rows: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    page: FormerAccountsPage,
) -> pd.DataFrame:
    """How each former account compares with the active ones, in three signs."""
    active = rows.loc[rows["is_client"]]
    sizes = active["employees"].dropna()
    ends = sizes.quantile(list(MIDDLE)).to_list() if len(sizes) else [math.nan, math.nan]
    margins = margins_by_account(active)["margin"].dropna()
    floor = float(margins.quantile(0.25)) if len(margins) else math.nan
    alike = gone["peer_group"].map(active["peer_group"].value_counts())
    then = _margin_then(gone, account_snapshots)
    found = pd.DataFrame(
        {
            "alike": alike.fillna(0).astype("int64"),
            "active_known": int(active["peer_group"].notna().sum()),
            "fits_group": where_known(
                alike.fillna(0) >= page.least_alike, gone["peer_group"].notna()
            ),
            "fits_size": where_known(
                gone["employees"].between(ends[0], ends[1]),
                gone["employees"].notna() & bool(len(sizes)),
            ),
            "fits_margin": where_known(then >= floor - 1e-12, then.notna() & bool(len(margins))),
            "margin_then": then,
        },
        index=gone.index,
    )
    found["fit_signs"] = found[list(FITS)].sum(axis=1).astype("int64")
    found["fit_known"] = found[list(FITS)].notna().sum(axis=1).astype("int64")
    return found


def _margin_then(gone: pd.DataFrame, account_snapshots: pd.DataFrame) -> pd.Series:
    """Direct margin of the latest snapshot with revenue that lies within a year of leaving."""
    needed = ["account_id", "revenue_12m", "cost_12m", "revenue_with_cost_12m"]
    needed += ["cost_to_serve_12m"]
    if not set(needed) <= set(account_snapshots.columns):
        return pd.Series(math.nan, index=gone.index)
    snapshots = account_snapshots[[*needed, "snapshot_date"]].merge(
        gone[["account_id", "left_on"]], on="account_id"
    )
    near = (snapshots["snapshot_date"] - snapshots["left_on"]).dt.days.between(-365, 364)
    sold = snapshots.loc[near & (snapshots["revenue_12m"] > 0)]
    last = sold.sort_values(["account_id", "snapshot_date"], kind="stable").drop_duplicates(
        "account_id", keep="first"
    )
    last = last.astype({name: "float64" for name in needed[1:]})
    margin = margins_by_account(last)["margin"]
    return gone["account_id"].map(dict(zip(last["account_id"], margin, strict=True))).astype(float)


def _with_next_step(
    gone: pd.DataFrame, page: FormerAccountsPage, plays: Mapping[str, Play]
) -> pd.DataFrame:
    """Who is worth a call, by which play, and what to begin with."""
    told = gone["said"].fillna("").astype(str).str.casefold()
    over = np.array([any(word.casefold() in one for word in page.beyond_recovery) for one in told])
    fit = gone["fit_signs"] / gone["fit_known"].where(gone["fit_known"] > 0)
    winnable = (
        (gone["days_gone"] <= page.winnable_within_days)
        & ~(fit < page.least_fit)
        & ~over.astype(bool)
        & (gone["value"] > 0)
    )
    key = next((name for name, play in plays.items() if play.moment == "win_back"), None)
    # A recorded reason that is no cause of ours, such as the price, is known: nobody has to ask.
    asked = gone["cause"].where(gone["cause"].ne(NO_CAUSE) | gone["said"].isna(), None)
    steps = [_next_step(cause, plays, key) if wins else None
             for cause, wins in zip(asked, winnable, strict=True)]  # fmt: skip
    return gone.assign(
        winnable=winnable.astype(bool),
        play=pd.Series(
            [key if wins else None for wins in winnable], index=gone.index, dtype=object
        ),
        next_step=pd.Series(steps, index=gone.index, dtype=object),
    )


def _next_step(cause: str | None, plays: Mapping[str, Play], win_back: str | None) -> str | None:
    """The play that wins back, and the one that answers the cause, by their titles."""
    answer = None if cause is None else play_for(cause, plays)
    titles = [plays[key].title for key in dict.fromkeys((answer, win_back)) if key is not None]
    return ", then: ".join(titles) or None


def _by_reason(gone: pd.DataFrame) -> pd.DataFrame:
    fits = gone["fit_signs"] >= gone["fit_known"].where(gone["fit_known"] > 0)
    grouped = gone.assign(
        recorded=gone["reason_from"].eq("recorded").astype(int), fits=fits.astype(int)
    ).groupby(["reason", "cause"], sort=True)
    found = grouped.agg(
        accounts=("account_id", "size"),
        value=("value", "sum"),
        recorded=("recorded", "sum"),
        fits=("fits", "sum"),
    ).reset_index()
    return found.sort_values(
        ["value", "reason"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True)
