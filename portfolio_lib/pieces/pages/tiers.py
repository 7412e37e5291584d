"""The section on tiers: the reading chosen, and every reading side by side."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.segments import Segmentation
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.pieces import Column, Heat, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and revenue"
READINESS_LABELS = ("strategic", "growth", "standard")
READING_NAMES = {
    "cumulative_revenue": "by revenue",
    "account_rank": "by rank",
    "thresholds": "by thresholds",
    "given": "as given",
}


def shown_reading(segmentation: Segmentation) -> str:
    """The reading chosen in the parameters, or by revenue where the data cannot serve it."""
    chosen = segmentation.policy
    return chosen if chosen in segmentation.tiers else "cumulative_revenue"


def tier_name(segmentation: Segmentation, tier: str) -> str:
    """A tier with its label; accounts without one are named too."""
    if tier == NO_TIER:
        return "No tier"
    return f"{tier} {words.name(segmentation.labels[TIERS.index(tier)], longest=30)}"


def tiers(segmentation: Segmentation) -> Piece:
    """Totals by tier, in the reading chosen."""
    reading = shown_reading(segmentation)
    rows = segmentation.tiers[reading]
    measure = f"clients and revenue by tier, {segmentation.currency}"
    origin = parts.source(SOURCE, segmentation.period.as_of)
    said = tiers_headline(segmentation)
    nothing = segmentation.figures["segments.tier_agreement"].reason
    if nothing is not None and reading != "given":
        return parts.unshown(said, measure, nothing, source=origin, name="tiers")
    named = rows.assign(name=[tier_name(segmentation, tier) for tier in rows["group"]])
    body = table(
        named,
        caption=f"Tiers {READING_NAMES[reading]}",
        name="tiers-table",
        row_header="name",
        columns={
            "name": Column("Tier"),
            "accounts": Column("Clients", "count"),
            "accounts_share": Column("Share of clients", "percent"),
            "active": Column("Active", "count"),
            "revenue": Column("Revenue", "money", segmentation.currency),
            "revenue_share": Column("Share of revenue", "bar"),
            "average_revenue": Column(
                "Average", "money", segmentation.currency, missing="no client"
            ),
            "growth": Column("Growth", "percent", signed=True, missing="not computable"),
        },
        total=parts.total_of(rows, "name", "All clients"),
        note=tier_note(segmentation),
    )
    window = parts.window(segmentation.figures["segments.tier_1_accounts"])
    return exhibit(
        headline=said, measure=f"{measure}, {window}", body=body, source=origin, name="tiers"
    )


def tiers_headline(segmentation: Segmentation) -> str:
    """How few clients are in tier 1, and how much they bring."""
    rows = segmentation.tiers[shown_reading(segmentation)]
    if rows["accounts"].sum() == 0:
        return "There are no clients to sort into tiers"
    if rows["positive_revenue"].sum() <= 0:
        return "No client has revenue to be sorted by"
    first = rows.loc[rows["group"].eq("1")].iloc[0]
    label = words.name(segmentation.labels[0], longest=30)
    if first["accounts"] == 0:
        return f"No client is in tier 1, {label}"
    are = "client is" if first["accounts"] == 1 else "clients are"
    clients, revenue = words.percent(first["accounts_share"]), words.percent(first["revenue_share"])
    return f"{words.count(first['accounts'])} {label} {are} {clients} of all, {revenue} of revenue"


def tier_note(segmentation: Segmentation) -> str:
    """The rule in force, who has no tier, and what growth by tier can and cannot say."""
    reading = shown_reading(segmentation)
    said = []
    if reading != segmentation.policy:
        reason = segmentation.unavailable[segmentation.policy]
        said.append(f"The policy is {segmentation.policy}, but {reason}.")
    said.append(segmentation.rules[reading])
    if reading == "given":
        said.append("Accounts without a recorded tier have none.")
    else:
        said.append("Accounts without revenue in the window have no tier.")
        said.append("Tiers go by this year's revenue, so growth is flattered at the top.")
    if tuple(label.casefold() for label in segmentation.labels) != READINESS_LABELS:
        said.append(f"Readiness frameworks call the three {words.listing(list(READINESS_LABELS))}.")
    return " ".join(said)


def readings(segmentation: Segmentation) -> Piece:
    """Every reading of the tiers side by side, and who changes place between the two main ones."""
    agreement = segmentation.figures["segments.tier_agreement"]
    measure = "clients by tier and reading, number and share of revenue"
    origin = parts.source(SOURCE, segmentation.period.as_of)
    said = readings_headline(segmentation)
    if agreement.reason is not None:
        return parts.unshown(said, measure, agreement.reason, source=origin, name="tier-readings")
    body = parts.together(_readings_table(segmentation), _agreement_table(segmentation))
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(agreement)}",
        body=body,
        source=origin,
        name="tier-readings",
    )


def readings_headline(segmentation: Segmentation) -> str:
    """How many clients would change tier under the other reading."""
    agreement = segmentation.figures["segments.tier_agreement"]
    if not isinstance(agreement.value, int | float) or agreement.n is None:
        return "The readings of the tiers cannot be compared"
    other = round(agreement.n * (1 - agreement.value))
    if other == 0:
        return "Both readings put every client into the same tier"
    clients = words.plural(agreement.n, "client")
    change = "changes" if other == 1 else "change"
    return f"{other} of {clients} {change} tier when tiers go by rank instead of revenue"


def _readings_table(segmentation: Segmentation) -> Piece:
    rows = pd.DataFrame({"tier": [tier_name(segmentation, one) for one in [*TIERS, NO_TIER]]})
    columns = {"tier": Column("Tier")}
    total: dict[str, object] = {"tier": "All clients"}
    for reading, totals in segmentation.tiers.items():
        name = READING_NAMES[reading]
        rows[f"{reading}_n"] = totals["accounts"].to_numpy()
        rows[f"{reading}_share"] = totals["revenue_share"].to_numpy()
        columns[f"{reading}_n"] = Column("Clients", "count", name)
        columns[f"{reading}_share"] = Column("Share of revenue", "percent", name)
        total[f"{reading}_n"] = totals["accounts"].sum()
        total[f"{reading}_share"] = totals["revenue_share"].sum()
    rules = " ".join(
        f"{READING_NAMES[reading].capitalize()}: {rule}"
        for reading, rule in segmentation.rules.items()
    )
    return table(
        rows,
        caption="Tiers in every reading",
        name="tier-readings-table",
        row_header="tier",
        columns=columns,
        total=total,
        note=rules,
    )


def _agreement_table(segmentation: Segmentation) -> Piece:
    pairs = segmentation.agreement
    wide = pairs.pivot(
        index="tier_cumulative_revenue", columns="tier_account_rank", values="accounts"
    )
    wide = wide.loc[list(TIERS), list(TIERS)].reset_index()
    wide["name"] = [tier_name(segmentation, one) for one in wide["tier_cumulative_revenue"]]
    return table(
        wide,
        caption="Clients by tier by revenue (rows) and tier by rank (columns)",
        name="tier-agreement-table",
        row_header="name",
        columns={
            "name": Column("By revenue"),
            **{one: Column(f"{tier_name(segmentation, one)} by rank", "count") for one in TIERS},
        },
        heat=Heat(TIERS, low=0),
    )
