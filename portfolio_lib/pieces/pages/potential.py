"""The page Segments and tiers: who could become large, and where effort does not fit."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.potential import Potential
from portfolio_lib.analyses.tiers import TIERS
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, revenue and costs"
JUDGEMENTS = {"strategic_value": "Strategic value", "market_influence": "Market influence"}
SIGN_WORDS = {"growing": "growing", "headroom_sign": "room", "good_margin": "margin"}
KINDS = {"more": "takes more", "less": "gets less"}
TIER_WORDS = {"1": "tier 1", "2": "tier 2", "3": "tier 3"}


def high_potential(potential: Potential) -> Piece:
    """Clients that are not large and show enough signs, by signs and room."""
    number = potential.figures["potential.high"]
    return capped_list(
        potential.high,
        at_most=potential.accounts_shown,
        headline=high_headline(potential),
        measure=f"growth, room against similar clients and margin, {potential.currency}, "
        f"{parts.window(number)}",
        source=parts.source(SOURCE, potential.as_of),
        name="high-potential",
        caption="High-potential clients",
        columns=_present(
            potential.high,
            {
                "account_name": Column("Client"),
                "seen": Column("Signs"),
                "revenue_12m": Column("Revenue", "money", potential.currency),
                "growth": Column("Growth", "percent", signed=True, missing="too new"),
                "headroom": Column(
                    "Missing to similar", "money", potential.currency, missing="nothing known"
                ),
                "above": Column("Similar that bring more", missing="too few alike"),
                "margin": Column("Margin", "percent", missing="not known"),
                "strategic_value": Column("Strategic value", "number", missing="not given"),
                "market_influence": Column("Influence", "number", missing="not given"),
            },
        ),
        reason=number.reason or "no client shows enough signs",
        notes=[potential.rule],
        prepared=_with_signs,
    )


def _present(rows: pd.DataFrame, columns: dict[str, Column]) -> dict[str, Column]:
    """The columns without those that hold nothing."""
    return {
        key: column
        for key, column in columns.items()
        if key not in rows.columns or rows[key].notna().any()
    }


def _with_signs(shown: pd.DataFrame) -> pd.DataFrame:
    seen = [
        f"{', '.join(word for key, word in SIGN_WORDS.items() if row[key] == 1)} "
        f"({row['signs']:.0f} of {row['signs_known']:.0f} known)"
        for row in shown.to_dict("records")
    ]
    above = [
        None if pd.isna(k) else f"{words.count(k)} of {words.count(n)}"
        for k, n in zip(shown["peers_above"], shown["peers"], strict=True)
    ]
    return shown.assign(seen=seen, above=pd.Series(above, index=shown.index, dtype="object"))


def high_headline(potential: Potential) -> str:
    """How many clients are of high potential, and what they lack to similar ones."""
    number = potential.figures["potential.high"]
    room = potential.figures["potential.headroom"]
    if not isinstance(number.value, int | float):
        return "Who could become large is not known"
    if number.value == 0:
        return "No client shows enough signs of potential"
    said = f"{words.plural(number.value, 'client')} could become large"
    if not room.computable or room.n is None:
        return said
    who = "it" if number.value == 1 else f"{words.count(room.n)} of them"
    lack = "lacks" if room.n == 1 else "lack"
    return f"{said}; {who} {lack} {words.figure_value(room)} to similar"


def judgements(potential: Potential) -> Piece:
    """What was judged of clients beyond revenue, beside tiers."""
    number = potential.figures["potential.strategic_outside_tier_1"]
    least = f"{potential.strategic_from:g}"
    measure = f"clients and revenue by judgement, {potential.currency}"
    origin = parts.source(SOURCE, potential.as_of)
    said = judgements_headline(potential)
    if number.reason is not None:
        return parts.unshown(said, measure, number.reason, source=origin, name="judgements")
    levels = {"high": f"{least} or more of 5", "other": f"below {least}", "not given": "not given"}
    rows = potential.given.loc[potential.given["accounts"] > 0].reset_index(drop=True)
    body = table(
        rows.assign(
            name=[f"{JUDGEMENTS[j]}: {levels[k]}"
                  for j, k in zip(rows["judgement"], rows["level"], strict=True)]
        ),
        caption="Strategic value and market influence, as given",
        name="judgements-table",
        row_header="name",
        columns={
            "name": Column("Judged"),
            "accounts": Column("Clients", "count"),
            "in_tier_1": Column("In tier 1", "count"),
            "high": Column("High potential", "count"),
            "revenue": Column("Revenue", "money", potential.currency),
            "revenue_share": Column("Share of revenue", "bar"),
        },
        note="Judged by people, from 1 to 5, in the accounts handed in; every client is counted "
        "once under each of the two.",
    )  # fmt: skip
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(number)}",
        body=body,
        source=origin,
        name="judgements",
    )


def judgements_headline(potential: Potential) -> str:
    """How many clients of weight stand outside tier 1."""
    number = potential.figures["potential.strategic_outside_tier_1"]
    if not isinstance(number.value, int | float):
        return "Strategic value and market influence are not recorded"
    if number.value == 0:
        return "Every client of strategic value or influence is in tier 1"
    are = "is" if number.value == 1 else "are"
    clients = words.plural(number.value, "client")
    return f"{clients} of strategic value or influence {are} outside tier 1"


def effort(potential: Potential) -> Piece:
    """Hours and cost to serve by tier, beside revenue."""
    share = potential.figures["potential.effort_tier_1_share"]
    measure = f"effort and revenue by tier, hours and {potential.currency}"
    origin = parts.source(SOURCE, potential.as_of)
    said = effort_headline(potential)
    if share.reason is not None:
        return parts.unshown(said, measure, share.reason, source=origin, name="effort")
    rows = potential.effort_tiers
    names = [f"{tier} {words.name(label, longest=30)}"
             for tier, label in zip(TIERS, potential.labels, strict=True)]  # fmt: skip
    unit = "hours" if potential.effort_measure == "hours" else potential.currency
    body = table(
        rows.assign(name=names),
        caption="Effort by tier",
        name="effort-table",
        row_header="name",
        columns=_present(
            rows,
            {
                "name": Column("Tier"),
                "accounts": Column("Clients", "count"),
                "hours": Column("Hours", "count", missing="not recorded"),
                "cost": Column(
                    "Cost to serve", "money", potential.currency, missing="not recorded"
                ),
                "effort_share": Column("Share of effort", "bar"),
                "revenue_share": Column("Share of revenue", "bar"),
                "middle": Column("Middle client", "number", unit, missing="not known"),
            },
        ),
        note="Clients that were there all year and still are.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(share)}",
        body=body,
        source=origin,
        name="effort",
    )


def effort_headline(potential: Potential) -> str:
    """Which share of effort tier 1 gets, beside what it brings."""
    share = potential.figures["potential.effort_tier_1_share"]
    if not isinstance(share.value, int | float):
        return "Where effort goes is not known"
    revenue = potential.effort_tiers["revenue_share"].iloc[0]
    label = words.name(potential.labels[0], longest=30)
    got, brought = parts.told_apart(float(share.value), float(revenue))
    return f"{label.capitalize()} clients get {got} of effort and bring {brought} of revenue"


def misfits(potential: Potential) -> Piece:
    """Clients whose effort fits the tier above, or below, better than their own."""
    more = potential.figures["potential.effort_more"]
    unit = "hours" if potential.effort_measure == "hours" else potential.currency
    kind = "number" if unit == "hours" else "money"
    return capped_list(
        potential.misfits,
        at_most=potential.accounts_shown,
        headline=misfits_headline(potential),
        measure=f"effort of clients against the tier beside their own, {unit}, "
        f"{parts.window(more)}",
        source=parts.source(SOURCE, potential.as_of),
        name="effort-misfits",
        caption="Clients whose effort does not fit their tier",
        columns={
            "account_name": Column("Client"),
            "tier_name": Column("Tier"),
            "what": Column("Effort"),
            "effort": Column("Its effort", kind, unit),  # type: ignore[arg-type]
            "against": Column("Middle client there", kind, unit),  # type: ignore[arg-type]
            "revenue_12m": Column("Revenue", "money", potential.currency),
        },
        reason=more.reason or "every client's effort fits its tier",
        notes=[
            "Takes more than the middle client of the tier above, or gets less than that of the "
            "tier below. Where effort has nothing to do with tier, about half would be listed."
        ],
        prepared=_misfits_told,
    )


def _misfits_told(shown: pd.DataFrame) -> pd.DataFrame:
    step = {"more": -1, "less": 1}
    what = [
        f"{KINDS[kind]} than {TIER_WORDS[TIERS[TIERS.index(tier) + step[kind]]]}"
        for kind, tier in zip(shown["kind"], shown["tier"], strict=True)
    ]
    return shown.assign(what=what, tier_name=shown["tier"].map(TIER_WORDS))


def misfits_headline(potential: Potential) -> str:
    """How many clients take more, and how many get less, than their tier."""
    more, less = (potential.figures[f"potential.effort_{kind}"] for kind in ("more", "less"))
    if not isinstance(more.value, int | float) or not isinstance(less.value, int | float):
        return "Whose effort does not fit is not known"
    if more.value + less.value == 0:
        return "Every client's effort fits its tier"
    takes = "takes" if more.value == 1 else "take"
    gets = "gets" if less.value == 1 else "get"
    return (
        f"{words.plural(more.value, 'client')} {takes} more effort than the tier above, "
        f"{words.count(less.value)} {gets} less than the tier below"
    )
