"""The page Churn risk: who may leave and why, whom to call, and how earlier lists did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.causes import cause_in_words
from portfolio_lib.analyses.churn import Churn
from portfolio_lib.analyses.churn_figures import MEASURES, RIVALS
from portfolio_lib.pieces import Column, exhibit, kpis, say, table, words
from portfolio_lib.pieces.pages import churn_words as told
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, invoices, contracts and whatever else was handed in"
TERMS = (
    "A pair is one client that left and one that stayed; half right is a coin. Lift: leavers among "
    "the tenth with the highest chances, against the usual."
)
CARDS = ("revenue_at_risk", "expected_losses", "to_call", "hit_rate")


def cards(churn: Churn) -> Piece:
    """Four figures: what is at risk, how many may leave, whom to call, how lists did."""
    return kpis([churn.figures[f"churn.{key}"] for key in CARDS], currency=churn.currency)


def at_risk(churn: Churn) -> Piece:
    """The clients with most revenue at risk, and why."""
    said = told.risk_headline(churn)
    measure = (
        f"probability of leaving within {words.days(churn.horizon_days)} × annual revenue, "
        f"{churn.currency}"
    )
    origin = parts.source(SOURCE, churn.as_of)
    rows = churn.accounts.loc[churn.accounts["revenue_at_risk"].gt(0)]
    if rows.empty:
        reason = churn.figures["churn.revenue_at_risk"].reason or "nothing is at risk"
        return parts.unshown(said, measure, reason, source=origin, name="churn-risk")
    shown = rows.head(churn.accounts_shown)
    body = table(
        _named(shown, churn),
        caption="Clients by revenue at risk",
        name="churn-risk-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "tier_name": Column("Tier"),
            "account_manager": Column("Account manager"),
            "annual_revenue": Column("Revenue a year", "money", churn.currency),
            "probability": Column("Chance", "percent"),
            "revenue_at_risk": Column("At risk", "money", churn.currency, bar=True),
            "reasons": Column("What raises it, strongest first"),
        },
        note=_of_all(len(shown), len(rows), _on_chances(churn)),
        searchable=True,
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="churn-risk")


def _named(rows: pd.DataFrame, churn: Churn) -> pd.DataFrame:
    labels = {str(place): label for place, label in enumerate(churn.tier_labels, start=1)}
    causes = [cause_in_words(c) if isinstance(c, str) else "not known" for c in rows["cause"]]
    return rows.assign(
        tier_name=rows["tier"].map(labels).fillna("none"),
        cause_name=causes,
        reasons=rows["reasons"].fillna("not known").map(parts.capital),
    )


def _on_chances(churn: Churn) -> str:
    meant = "Chance: of leaving within the horizon."
    return f"{meant} {told.chances_in_doubt(churn) or ''}".strip()


def _of_all(shown: int, every: int, first: str = "") -> str:
    return f"{first} {all_in_workbook(shown, every) or ''}".strip()


def calls(churn: Churn) -> Piece:
    """Whom to call first, and what to do."""
    said = told.calls_headline(churn)
    measure = f"expected revenue saved per hour of work, {churn.currency}"
    origin = parts.source(SOURCE, churn.as_of)
    if churn.calls.empty:
        reason = churn.figures["churn.to_call"].reason or "no call is worth its hours"
        return parts.unshown(said, measure, reason, source=origin, name="churn-calls")
    shown = churn.calls.head(churn.accounts_shown)
    body = table(
        _named(shown, churn),
        caption="Clients to call, best saving per hour first",
        name="churn-calls-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "account_manager": Column("Account manager"),
            "cause_name": Column("Cause"),
            "next_step": Column("Next step"),
            "within_days": Column("Within", "count", "days"),
            "hours": Column("Work", "number", "hours", decimals=1),
            "expected_saved": Column("May save", "money", churn.currency),
        },
        note=_of_all(len(shown), len(churn.calls), _hours_said(churn)),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="churn-calls")


def _hours_said(churn: Churn) -> str:
    hours = churn.figures["churn.hours"]
    value = parts.number_of(churn.figures, "churn.hours")
    if value is None:
        return f"The {churn.top} best calls: {hours.reason}."
    used = words.number(churn.calls["hours"].sum())
    return (
        f"{used} of {words.number(value)} hours until the next review. What a play saves is set in "
        "the parameters, not measured."
    )


def actions(churn: Churn) -> Piece:
    """What acting on each cause takes and promises."""
    said = told.actions_headline(churn)
    measure = f"share saved × probability × revenue, {churn.currency}"
    origin = parts.source(SOURCE, churn.as_of)
    if churn.actions.empty:
        reason = churn.figures["churn.revenue_at_risk"].reason or "nothing is at risk"
        return parts.unshown(said, measure, reason, source=origin, name="churn-actions")
    rows = churn.actions.assign(cause_name=churn.actions["cause"].map(cause_in_words))
    columns = {
        "cause_name": Column("Cause"),
        "play_title": Column("Play"),
        "accounts": Column("Clients", "count"),
        "called": Column("To call now", "count"),
        "revenue_at_risk": Column("At risk", "money", churn.currency),
        "hours": Column("Work", "number", "hours"),
        "expected_saved": Column("May save", "money", churn.currency),
    }
    if rows["net_value"].notna().any():
        columns["net_value"] = Column("After hours", "money", churn.currency)
    body = table(rows, caption="Actions by cause", name="churn-actions-table",
                 row_header="cause_name", columns=columns)  # fmt: skip
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="churn-actions")


def trust(churn: Churn) -> Piece:
    """How good the list is on days it had not seen, beside plain rivals."""
    said = told.trust_headline(churn)
    auc = churn.figures["churn.auc"]
    origin = parts.source(SOURCE, churn.as_of)
    if not auc.computable:
        measure = "quality of the list, out of time"
        reason = auc.reason or "not known"
        return parts.unshown(said, measure, reason, source=origin, name="churn-trust",
                             help_=churn.warning or churn.too_few)  # fmt: skip
    rows = quality_rows(churn)
    columns = {"measure": Column("Measure"), "model": Column("The list"),
               "interval": Column("90% interval")}  # fmt: skip
    for rival in RIVALS:
        if rows[rival].notna().any():
            columns[rival] = Column("Last purchase alone" if rival == "recency" else "Colour alone")
    grid = table(rows, caption="Quality out of time", name="churn-trust-table",
                 row_header="measure", columns=columns, note=TERMS)  # fmt: skip
    sentences = told.trust_sentences(churn)
    return exhibit(
        headline=said,
        measure=f"quality of lists made with the knowledge of their day, {parts.window(auc)}",
        body=parts.together(grid, say(*sentences)) if sentences else grid,
        source=origin,
        name="churn-trust",
        data=parts.together(_calibration(churn), _card(churn)),
    )


def quality_rows(churn: Churn) -> pd.DataFrame:
    """One row per measure, with the list and each rival in words."""
    keys = [*MEASURES, "empc"]
    rows = []
    for key in keys:
        figure = churn.figures[f"churn.{key}"]
        if not figure.computable:
            continue
        row: dict[str, object] = {
            "measure": figure.label,
            "model": _shown(churn, f"churn.{key}"),
            "interval": _interval(churn, f"churn.{key}"),
        }
        rows.append(row | {one: _shown(churn, f"churn.{key}_{one}") for one in RIVALS})
    return pd.DataFrame(rows, columns=["measure", "model", "interval", *RIVALS])


def _shown(churn: Churn, key: str) -> str | None:
    figure = churn.figures[key]
    return words.figure_value(figure) if figure.computable else None


def _interval(churn: Churn, key: str) -> str | None:
    figure = churn.figures[key]
    if figure.interval is None:
        return None
    low, high = (words.figure_value(figure, value=end) for end in figure.interval)
    return f"{low} to {high}"


def _calibration(churn: Churn) -> Piece:
    return table(
        churn.calibration,
        caption="What was said and what happened",
        name="churn-calibration",
        row_header="bin",
        columns={
            "bin": Column("Group", "count"),
            "rows": Column("Clients", "count"),
            "said": Column("Chance said", "percent", decimals=1),
            "happened": Column("Left", "percent", decimals=1),
        },
    )


def _card(churn: Churn) -> Piece:
    return table(
        churn.card,
        caption="Model card",
        name="churn-card",
        row_header="what",
        columns={"what": Column("What"), "value": Column("Answer")},
    )


def replay(churn: Churn) -> Piece:
    """The lists of earlier days against what happened."""
    said = told.replay_headline(churn)
    measure = f"lists of {churn.top} clients by revenue at risk, {churn.currency}"
    origin = parts.source(SOURCE, churn.as_of)
    if churn.replay.empty or not churn.figures["churn.hit_rate"].computable:
        reason = churn.figures["churn.hit_rate"].reason or "no day can be tried"
        return parts.unshown(said, measure, reason, source=origin, name="churn-replay")
    columns = {
        "snapshot_date": Column("List of", "date"),
        "listed": Column("Listed", "count"),
        "hits": Column("Of them left", "count"),
        "lost": Column("Left in all", "count"),
        "expected": Column("Expected", "number", decimals=1),
        "revenue_lost": Column("Revenue lost", "money", churn.currency),
        "revenue_caught": Column("Of it on the list", "money", churn.currency),
    }
    if churn.replay["colours_known"].any():
        columns["revenue_lost_green"] = Column(
            "Of it green", "money", churn.currency, missing="not known"
        )
    unknown = (churn.replay["revenue_lost"] - churn.replay["revenue_lost_coloured"]).clip(lower=0.0)
    if "revenue_lost_green" in columns and unknown.gt(0).any():
        columns["revenue_lost_unknown"] = Column("Health unknown", "money", churn.currency)
    body = table(churn.replay.assign(revenue_lost_unknown=unknown),
                 caption="Lists of earlier days", name="churn-replay-table",
                 row_header="snapshot_date", columns=columns,
                 note="Each list is made by a model that knew nothing later than its day. Days "
                      "closer together than the horizon share losses.")  # fmt: skip
    return exhibit(
        headline=said,
        measure=measure,
        body=parts.together(body, say(told.replay_sentence(churn))),
        source=origin,
        name="churn-replay",
        data=_tiers(churn),
    )


def _tiers(churn: Churn) -> Piece:
    labels = {str(place): label for place, label in enumerate(churn.tier_labels, start=1)}
    rows = churn.replay_tiers.assign(tier_name=churn.replay_tiers["tier"].map(labels))
    rate = rows["hits"].to_numpy(dtype=float) / np.maximum(rows["listed"].to_numpy(dtype=float), 1)
    return table(
        rows.assign(hit_rate=np.where(rows["listed"].gt(0), rate, np.nan)),
        caption="All earlier days by tier; a client counts once for each day",
        name="churn-replay-tiers",
        row_header="tier_name",
        note=churn.replay_tier_rule,
        columns={
            "tier_name": Column("Tier"),
            "accounts": Column("Clients × days", "count"),
            "lost": Column("Left", "count"),
            "hit_rate": Column("Of those listed, left", "percent", missing="none listed"),
            "revenue_lost": Column("Revenue lost", "money", churn.currency),
            "revenue_caught": Column("Of it on the list", "money", churn.currency),
        },
    )
