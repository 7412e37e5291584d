"""The page Renewals: what is due, what was renewed, what to expect, which terms stand out."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.renewals import Renewals
from portfolio_lib.pieces import Column, exhibit, figure, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import renewal_words as told
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.renewal_charts import week_columns

SOURCE = "accounts and contracts"
CARDS = ("at_risk", "rate", "looked_at")
UNSETTLED = ("late", "notice given", "open")


def cards(renewals: Renewals) -> Piece:
    """Four figures: what is due, at risk, renewed, looked at."""
    due = f"due_{renewals.listed_days}d"
    keys = [key for key in (due, *CARDS) if f"renewals.{key}" in renewals.figures]
    return kpis([renewals.figures[f"renewals.{key}"] for key in keys], currency=renewals.currency)


def timeline(renewals: Renewals) -> Piece:
    """What comes due week by week, and the terms not yet renewed, one row per client and day."""
    said = told.due_headline(renewals)
    measure = f"value of contract terms by the week they end, {renewals.currency} a year"
    origin = parts.source(SOURCE, renewals.as_of)
    if renewals.reason is not None:
        return parts.unshown(said, measure, renewals.reason, source=origin, name="renewals-due",
                             help_=told.WITHOUT_TERMS)  # fmt: skip
    chart = week_columns(
        [day.date() for day in renewals.weeks["first_day"]],
        {
            "Renewed already": renewals.weeks["renewed"].tolist(),
            "Open": renewals.weeks["open"].tolist(),
            "At risk": renewals.weeks["at_risk"].tolist(),
        },
        label=lambda value: words.money(value, renewals.currency),
    )
    drawn = figure(
        chart,
        name="renewals-weeks-chart",
        title="Contract terms that end, by week",
        description=_described(renewals),
    )
    body = parts.together(drawn, _listed(renewals))
    period = words.plural(len(renewals.weeks), "week")
    return exhibit(headline=said, measure=f"{measure}, next {period}", body=body, source=origin,
                   name="renewals-due")  # fmt: skip


def _described(renewals: Renewals) -> str:
    sums = renewals.weeks[["renewed", "open", "at_risk"]].sum()
    if sums.sum() <= 0:
        return "An empty chart: no term ends in these weeks."
    shown = {name: words.money(value, renewals.currency) for name, value in sums.items()}
    place = int(renewals.weeks[["renewed", "open", "at_risk"]].sum(axis=1).to_numpy().argmax())
    fullest = renewals.weeks["first_day"].iloc[place]
    return (
        f"Columns of value due by week: {shown['renewed']} renewed already, {shown['open']} open, "
        f"{shown['at_risk']} at risk. Most is due in the week from {words.day(fullest.date())}."
    )


def _listed(renewals: Renewals) -> Piece:
    ahead = renewals.upcoming.loc[renewals.upcoming["days_to_end"] <= renewals.listed_days]
    rows = _by_client_and_day(pd.concat([renewals.late, ahead], ignore_index=True))
    shown = rows.head(renewals.contracts_shown).sort_values(
        ["end_date", "account_id"], kind="stable"
    )
    return table(
        shown.assign(
            state=[told.state_of(*one) for one in zip(shown["state"], shown["risk"], strict=True)],
            looked_at=shown["looked_at"].map(told.LOOKED_AT),
        ),
        caption=f"Not yet renewed, ending within {renewals.listed_days} days or over",
        name="renewals-listed",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "end_date": Column("Ends", "date"),
            "due": Column("Due", "money", renewals.currency),
            "terms": Column("Terms", "count"),
            "account_manager": Column("Account manager"),
            "state": Column("State"),
            "notice_day": Column("Notice until", "date", missing="not stated"),
            "looked_at": Column("Looked at", missing="not known"),
        },
        note=_list_note(renewals, len(shown), len(rows)),
        searchable=True,
    )


def _by_client_and_day(terms: pd.DataFrame) -> pd.DataFrame:
    """Terms not yet renewed, those of a client that end on one day together; largest first."""
    rows = terms.loc[terms["state"].isin(UNSETTLED)]
    if "risk" not in rows or "looked_at" not in rows:
        rows = rows.reindex(columns=[*rows.columns, *{"risk", "looked_at"} - set(rows.columns)])
    keys = ["account_id", "account_name", "end_date", "tier", "account_manager", "state"]
    found = rows.groupby(keys, sort=True, as_index=False).agg(
        due=("annual_value", "sum"),
        terms=("contract_id", "size"),
        risk=("risk", "first"),
        notice_day=("notice_day", "min"),
        looked_at=("looked_at", "first"),
    )
    return found.sort_values(
        ["due", "end_date", "account_id"], ascending=[False, True, True], kind="stable"
    ).reset_index(drop=True)


def _list_note(renewals: Renewals, shown: int, whole: int) -> str:
    more = (
        f"The {words.count(shown)} largest of {words.count(whole)}; all terms are in the workbook. "
        if shown < whole
        else ""
    )
    mark = words.days(renewals.looked_at_days)
    return (
        f"{more}Notice until: the last day to give notice. Looked at in time: something was done "
        f"about the client in the {mark} before the mark of {mark} to the end."
    )


def windows(renewals: Renewals) -> Piece:
    """What is due within 30, 60, 90 and 180 days, and by tier."""
    said = told.windows_headline(renewals)
    measure = f"value due and what is known of it, {renewals.currency} a year"
    origin = parts.source(SOURCE, renewals.as_of)
    if renewals.reason is not None:
        return parts.unshown(said, measure, renewals.reason, source=origin, name="renewals-windows")
    labels = dict(zip(("1", "2", "3"), renewals.tier_labels, strict=True))
    days = renewals.windows.assign(
        name=[f"Within {words.days(n)}" for n in renewals.windows["days"]]
    )
    tiers = renewals.tiers_due.assign(
        name=[
            f"{labels.get(tier, 'No tier')}, within {words.days(renewals.listed_days)}"
            for tier in renewals.tiers_due["tier"]
        ]
    )
    rows = pd.concat([days, tiers], ignore_index=True) if len(tiers) else days
    body = table(
        rows.assign(
            looked=_of(rows["looked_at"], rows["asked"]),
            unsettled=rows["notice"] + rows["open"],
        ),
        caption="Due by days ahead, and by tier",
        name="renewals-windows",
        row_header="name",
        columns={
            "name": Column("Due"),
            "terms": Column("Terms", "count"),
            "due": Column("Value", "money", renewals.currency),
            "renewed": Column("Renewed", "money", renewals.currency),
            "unsettled": Column("Not renewed", "money", renewals.currency),
            "at_risk": Column("Of it at risk", "money", renewals.currency),
            "looked": Column("Looked at in time", missing="not known"),
        },
        note="Wider stretches hold the narrower.",
    )
    return exhibit(headline=said, measure=f"{measure}, on {words.day(renewals.as_of)}", body=body,
                   source=origin, name="renewals-windows")  # fmt: skip


def _of(some: pd.Series, whole: pd.Series) -> pd.Series:
    told_ = [
        None if one != one else f"{words.count(one)} of {words.count(all_)}"
        for one, all_ in zip(some, whole, strict=True)
    ]
    return pd.Series(told_, index=some.index, dtype="object")


RATE_COLUMNS = {
    "rate": Column("Renewal rate", "percent", missing="nothing was due"),
    "interval": Column("Interval", missing="too few"),
    "logo_rate": Column("Clients renewed", "percent", missing="nobody was due"),
}


def rates(renewals: Renewals) -> Piece:
    """Renewal rates by quarter, tier and account manager."""
    said = told.rate_headline(renewals)
    measure = "renewed ÷ due by the quarter in which terms ended, %"
    origin = parts.source(SOURCE, renewals.as_of)
    missing = renewals.reason
    if missing is None and renewals.quarters["due"].sum() <= 0:
        missing = renewals.figures["renewals.rate"].reason
    if missing is not None:
        return parts.unshown(said, measure, missing, source=origin, name="renewal-rates")
    body = parts.together(_quarter_table(renewals), _group_table(renewals))
    period = words.plural(len(renewals.quarters), "quarter")
    return exhibit(
        headline=said,
        measure=f"{measure}, {period} to {words.day(renewals.as_of)}",
        body=body,
        source=origin,
        name="renewal-rates",
    )


def _quarter_table(renewals: Renewals) -> Piece:
    currency = renewals.currency
    rows = renewals.quarters.assign(
        name=[words.day(day.date(), short=True) for day in renewals.quarters["quarter_end"]],
        interval=_intervals(renewals.quarters),
        gone=renewals.quarters["lost"] + renewals.quarters["smaller"],
    )
    return table(
        rows,
        caption="Renewal rate by quarter",
        name="renewal-quarters",
        row_header="name",
        columns={
            "name": Column("Quarter to"),
            **RATE_COLUMNS,
            "due": Column("Due", "money", currency),
            "renewed_late": Column("Renewed late", "money", currency),
            "gone": Column("Lost", "money", currency),
            "open": Column("Undecided", "money", currency),
        },
        note=told.rate_note(renewals),
    )


def _group_table(renewals: Renewals) -> Piece:
    labels = dict(zip(("1", "2", "3"), renewals.tier_labels, strict=True))
    tiers = renewals.by_tier.assign(
        name=[labels.get(tier, "No tier") for tier in renewals.by_tier["tier"]]
    )
    managers = renewals.by_manager.head(renewals.groups_shown)
    managers = managers.assign(name=[words.name(one) for one in managers["account_manager"]])
    parts_ = [part for part in (tiers, managers) if len(part)]
    rows = pd.concat(parts_, ignore_index=True) if parts_ else tiers
    more = len(renewals.by_manager) - len(managers)
    left = f" {words.plural(more, 'account manager')} more in the workbook." if more > 0 else ""
    return table(
        rows.assign(interval=_intervals(rows)),
        caption="Renewal rate of twelve months by tier and by account manager",
        name="renewal-groups",
        row_header="name",
        columns={
            "name": Column("Tier or account manager"),
            **RATE_COLUMNS,
            "due": Column("Due", "money", renewals.currency),
            "lost": Column("Lost", "money", renewals.currency),
        },
        note=told.groups_note(renewals) + left,
    )


def _intervals(rates: pd.DataFrame) -> pd.Series:
    told_ = [
        None if low != low else f"{words.percent(low)} to {words.percent(high)}"
        for low, high in zip(rates["rate_low"], rates["rate_high"], strict=True)
    ]
    return pd.Series(told_, index=rates.index, dtype="object")
