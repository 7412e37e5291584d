"""The page Sign-off: one sheet, filled from the figures, with lines for people to fill."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.sign_off import SignOff
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.summary_words import situation
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.signature import signature

SOURCE = "the pages of this pack"
OPEN_STATES = ("not_met", "no_evidence")
BEYOND = "Goals beyond 90 days"
LINES = ("Completed by", "Title", "Signature", "Date", "Next review date")
GROWTH_LABELS = {
    "cross-sell": "Cross-selling",
    "upsell": "Upselling",
    "new": "New clients",
    "partnership": "Partnerships",
    "renewal": "Renewals",
}
RISKS = ("high_risk_clients", "high_risk_share", "renewals_due", "prevention")


def health(sheet: SignOff) -> Piece:
    """The health of the portfolio against its targets, the tiers, the targets to come."""
    said = health_headline(sheet)
    body = parts.together(
        _figures(sheet.health, "Health of the portfolio"),
        _tiers(sheet),
        _targets(sheet),
        say(_score(sheet)),
    )
    return exhibit(
        headline=said,
        measure="figures against their targets, revenue by tier, and what is aimed at next",
        body=body,
        source=parts.source(SOURCE, sheet.as_of),
        name="sign-off-health",
    )


def health_headline(sheet: SignOff) -> str:
    """How many of the targets of the sheet are met."""
    aimed = [f for f in sheet.health if f.target is not None and f.computable]
    if not aimed:
        return "No figure of the sheet has both a value and a target"
    met = sum(1 for figure in aimed if _is_met(figure))
    return f"{met} of {words.plural(len(aimed), 'target')} met"


def _is_met(figure: Figure) -> bool:
    value, target = figure.value, figure.target
    if not isinstance(value, int | float) or target is None:
        return False
    return value <= target if figure.higher_is_better is False else value >= target


def _figures(figures: tuple[Figure, ...], caption: str) -> Piece:
    shown = [_compared(figure) for figure in figures]
    why = "; ".join(
        f"{figure.label}: {figure.reason}" for figure in figures if figure.reason is not None
    )
    return table(
        pd.DataFrame(shown, columns=["label", "value", "target", "state"]),
        caption=caption,
        name="sign-off-figures",
        row_header="label",
        columns={
            "label": Column("Figure"),
            "value": Column("Now", missing="not computable"),
            "target": Column("Target", missing="none set"),
            "state": Column("State", "status", missing="not judged"),
        },
        note=parts.capital(f"not computable: {why}") if why else None,
    )


def _compared(figure: Figure) -> tuple[str, str | None, str | None, tuple[str, str] | None]:
    if not isinstance(figure.value, int | float):
        return figure.label, None, _aim(figure), None
    if figure.target is None:
        return figure.label, words.figure_value(figure), None, None
    state = ("green", "Met") if _is_met(figure) else ("red", "Missed")
    if figure.unit == "share" and figure.value != figure.target:
        value, target = parts.told_apart(float(figure.value), float(figure.target))
        return figure.label, value, target, state
    return figure.label, words.figure_value(figure), _aim(figure), state


def _aim(figure: Figure) -> str | None:
    return None if figure.target is None else words.amount(figure.target, figure.unit)


def _tiers(sheet: SignOff) -> Piece:
    labels = dict(zip(("1", "2", "3"), sheet.tier_labels, strict=True))
    names = [
        f"Tier {tier} {labels[tier]}" if tier in labels else "No tier"
        for tier in sheet.tiers["tier"]
    ]
    return table(
        sheet.tiers.assign(tier=names),
        caption="Tiers",
        name="sign-off-tiers",
        row_header="tier",
        columns={
            "tier": Column("Tier"),
            "active": Column("Active clients", "count"),
            "revenue": Column("Revenue of 12 months", "money", sheet.currency),
            "revenue_share": Column("Share", "percent", missing="no revenue"),
        },
    )


def _score(sheet: SignOff) -> tuple[str, str]:
    """The checklist in one line."""
    figures = sheet.checklist
    score, level = figures["checklist.score"], figures["checklist.level"]
    if not score.computable:
        return "Checklist.", parts.capital(score.reason or "not computable")
    done = (parts.number_of(figures, "checklist.met") or 0) + (
        parts.number_of(figures, "checklist.attested") or 0
    )
    open_ = sum(parts.number_of(figures, f"checklist.{key}") or 0 for key in OPEN_STATES)
    told = f"{words.figure_value(score)} ({words.count(done)} of {words.count(done + open_)} items)"
    return "Checklist.", f"Score {told}, level: {words.figure_value(level)}."


def areas(sheet: SignOff) -> Piece:
    """Best areas, areas that need attention, situations of high risk."""
    return exhibit(
        headline=areas_headline(sheet),
        measure="areas by distance from their goals; situations by revenue concerned",
        body=say(*_lists(sheet)),
        source=parts.source(SOURCE, sheet.as_of),
        name="sign-off-areas",
    )


def areas_headline(sheet: SignOff) -> str:
    """The area furthest behind, else that there is none."""
    missed = sheet.summary.attention
    if sheet.summary.areas.empty:
        return "No area can be judged yet"
    if missed.empty:
        return "No area needs attention"
    worst = missed.iloc[0]
    return f"Needs attention first: {worst['label']}"


def _lists(sheet: SignOff) -> list[tuple[str, str]]:
    summary, most = sheet.summary, sheet.page.listed
    risks = [
        f"{situation(row)} ({words.money(row['money'], sheet.currency)})"
        for _, row in summary.situations.head(most).iterrows()
    ]
    return [
        ("Top performing.", _numbered(_areas(summary.best.head(most)), "No area meets its goal.")),
        ("Needs attention.", _numbered(_areas(summary.attention.head(most)), "None.")),
        ("High risk.", _numbered(risks, "None was found.")),
        ("Next priorities.", _numbered(list(sheet.priorities), "None.")),
    ]


def _areas(rows: pd.DataFrame) -> list[str]:
    told = []
    for _, row in rows.iterrows():
        now, goal = (words.amount(row[name], row["unit"]) for name in ("value", "goal"))
        limit = "at most " if row["is_limit"] else ""
        told.append(f"{row['label']} ({now}; goal {limit}{goal})")
    return told


def _numbered(items: list[str], none: str) -> str:
    """Items with their numbers, in one paragraph.

    >>> _numbered(["Revenue", "Service"], "None.")
    '1. Revenue. 2. Service.'
    """
    return " ".join(f"{n}. {parts.capital(item)}" for n, item in enumerate(items, 1)) or none


def actions(sheet: SignOff) -> Piece:
    """The first actions of each stage."""
    said = actions_headline(sheet)
    measure = "planned actions by the days until they are due"
    origin = parts.source(SOURCE, sheet.as_of)
    if sheet.actions.empty:
        return parts.unshown(said, measure, "the plan holds none", source=origin,
                             name="sign-off-actions")  # fmt: skip
    body = table(
        sheet.actions.assign(
            account_name=sheet.actions["account_name"].fillna("whole portfolio"),
            owner=sheet.actions["owner"].map(lambda owner: owner or "nobody named"),
        ),
        caption="The first of each stage",
        name="sign-off-actions",
        row_header="title",
        columns={
            "title": Column("Action"),
            "stage": Column("Stage"),
            "account_name": Column("Client"),
            "owner": Column("Owner"),
            "due": Column("Due", "date"),
        },
        note="Every action stands in the plan. Goals beyond 90 days are for people to write below."
        if not sheet.stages.get("Later")
        else "Every action stands in the plan.",
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin,
                   name="sign-off-actions")  # fmt: skip


def actions_headline(sheet: SignOff) -> str:
    """How many actions there are in each stage."""
    told = [
        f"{words.count(count)} {'' if place else 'actions '}{_within(stage)}"
        for place, (stage, count) in enumerate(sheet.stages.items())
    ]
    return words.listing(told) if sheet.stages.get("Later") else words.listing(told[:-1])


def _within(stage: str) -> str:
    return "later" if stage == "Later" else f"in {stage}"


def risks(sheet: SignOff) -> Piece:
    """What threatens, and what could grow."""
    said = risks_headline(sheet)
    counted = (*(sheet.figures[f"sign_off.{key}"] for key in RISKS), sheet.threats)
    pieces = [_listed(counted, "Risks", "sign-off-risks"), _growth(sheet)]
    return exhibit(
        headline=said,
        measure=f"counts, and open deals in {sheet.currency}",
        body=parts.together(*pieces),
        source=parts.source(SOURCE, sheet.as_of),
        name="sign-off-risks",
    )


def risks_headline(sheet: SignOff) -> str:
    """Who is at high risk, and with how much of the revenue."""
    clients = sheet.figures["sign_off.high_risk_clients"]
    share = sheet.figures["sign_off.high_risk_share"]
    if not clients.computable:
        return "Who is at high risk cannot be told yet"
    if not clients.value:
        return "No client is at high risk"
    count = float(clients.value) if isinstance(clients.value, int | float) else 0.0
    lead = f"{words.plural(count, 'client')} at high risk"
    return f"{lead} with {words.figure_value(share)} of revenue" if share.computable else lead


def _listed(figures: tuple[Figure, ...], caption: str, name: str) -> Piece:
    why = "; ".join(f"{f.label}: {f.reason}" for f in figures if f.reason is not None)
    rows = [(f.label, words.figure_value(f) if f.computable else None) for f in figures]
    return table(
        pd.DataFrame(rows, columns=["label", "value"]),
        caption=caption,
        name=name,
        row_header="label",
        columns={"label": Column("Figure"), "value": Column("Now", missing="not computable")},
        note=parts.capital(f"not computable: {why}") if why else None,
    )


def _growth(sheet: SignOff) -> Piece:
    if sheet.pipelines.empty:
        reason = sheet.figures["sign_off.open_upsell"].reason or "deals are not known"
        return say(("Growth opportunities.", parts.capital(reason)))
    prospects = sheet.figures["sign_off.prospects"]
    known = f"Companies to be won: {words.figure_value(prospects)}." if prospects.computable else ""
    return table(
        sheet.pipelines.assign(kind=sheet.pipelines["kind"].map(GROWTH_LABELS)),
        caption="Growth opportunities: open deals by kind",
        name="sign-off-growth",
        row_header="kind",
        columns={
            "kind": Column("Kind"),
            "deals": Column("Deals", "count"),
            "value": Column("Value", "money", sheet.currency),
        },
        note=known or parts.capital(prospects.reason or ""),
    )


def _targets(sheet: SignOff) -> Piece:
    rows = [
        (row["label"],
         parts.known_amount(row["now"], row["unit"]),
         parts.known_amount(row["target"], row["unit"]),
         _to_go(row["now"], row["target"], row["unit"]))
        for _, row in sheet.targets.iterrows()
    ]  # fmt: skip
    return table(
        pd.DataFrame(rows, columns=["label", "now", "target", "to_go"]),
        caption="Targets for the next review",
        name="sign-off-targets",
        row_header="label",
        columns={
            "label": Column("Figure"),
            "now": Column("Now", missing="not computable"),
            "target": Column("Target", missing="for people to set"),
            "to_go": Column("To go", missing="not known"),
        },
    )


def _to_go(now: float, target: float, unit: str) -> str | None:
    """How far it is to the target; nothing where it is reached."""
    if now != now or target != target:
        return None
    if now >= target:
        return "reached"
    gap = target - now
    return words.points(gap, 1) if unit == "share" else words.number(gap, 1 if gap < 10 else 0)


def lines(sheet: SignOff) -> Piece:
    """What people write: name, title, signature, dates."""
    asked = say(
        f"The next review looks back from {words.day(sheet.next_review)}. By signing, the reader "
        "agrees to the priorities, the actions and the targets above."
    )
    return parts.together(
        asked, signature(LINES if sheet.stages.get("Later") else (*LINES, BEYOND))
    )
