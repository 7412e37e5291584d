"""The page RFM and lifecycle: scores, segments with their actions, value groups, clusters."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.rfm import RfmAndLifecycle
from portfolio_lib.analyses.rfm_clusters import STABLE_FROM
from portfolio_lib.analyses.rfm_segments import NO_PURCHASE
from portfolio_lib.analyses.value_groups import LABELS
from portfolio_lib.pieces import Column, Heat, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, invoices and contracts"
KEYS = {
    "recency": "recency_cutoffs_days",
    "frequency": "frequency_cutoffs",
    "money": "monetary_cutoffs",
}
NEED_CARE = ("cannot_lose", "at_risk", "needs_attention", "about_to_sleep")


def heat(rfm: RfmAndLifecycle) -> Piece:
    """How many clients have which scores of recency and frequency."""
    said = heat_headline(rfm)
    measure = "clients by recency (rows) and frequency (columns), number"
    origin = parts.source(SOURCE, rfm.as_of)
    if not rfm.has_purchases:
        reason = rfm.figures["rfm.median_recency"].reason or "no purchase is known"
        return parts.unshown(said, measure, reason, source=origin, name="rfm-heat")
    shown = rfm.heat.assign(name=[_recency_words(rfm, score) for score in (5, 4, 3, 2, 1)])
    names = [f"f{score}" for score in range(1, 6)]
    body = table(
        shown,
        caption="Clients by days since the last purchase and number of purchases",
        name="rfm-heat-table",
        row_header="name",
        columns={
            "name": Column("Last purchase"),
            **{name: Column(_frequency_words(rfm, n), "count") for n, name in enumerate(names, 1)},
        },
        heat=Heat(names, low=0),
        note="Score 5 is the best. Days up to the last one of a row, purchases from the first one "
        "of a column.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(rfm.as_of)}",
        body=body,
        source=origin,
        name="rfm-heat",
        data=cut_offs(rfm),
    )


def heat_headline(rfm: RfmAndLifecycle) -> str:
    """How many clients need care before they are gone, and how many are champions."""
    if not rfm.has_purchases:
        return "There are no purchases to score"
    counts = rfm.segment_totals.set_index("segment")["accounts"]
    champions = words.plural(counts["champions"], "champion")
    care = int(counts[list(NEED_CARE)].sum())
    if care == 0:
        return f"{champions}, and nobody who needs to be won back"
    need = "needs" if care == 1 else "need"
    return f"{champions}; {words.plural(care, 'client')} {need} attention before they are gone"


def _edges(values: tuple[float, ...]) -> list[str]:
    return [words.number(value, 0 if float(value).is_integer() else 2) for value in values]


def _recency_words(rfm: RfmAndLifecycle, score: int) -> str:
    edges = _edges(rfm.cuts.recency)
    if score == 1:
        return f"R1: more than {edges[-1]} days ago"
    return f"R{score}: up to {edges[5 - score]} days ago"


def _frequency_words(rfm: RfmAndLifecycle, score: int) -> str:
    edges = _edges(rfm.cuts.frequency)
    return f"F1: below {edges[0]}" if score == 1 else f"F{score}: {edges[score - 2]} or more"


def cut_offs(rfm: RfmAndLifecycle) -> Piece:
    """The edges of the scores, where they come from, and the lines that hold them fast."""
    rows = []
    for name, label in (
        ("recency", "Recency, days up to"),
        ("frequency", "Frequency, purchases from"),
        ("money", f"Money, {rfm.currency} from"),
    ):
        edges = _edges(getattr(rfm.cuts, name))
        scores = edges if name != "recency" else list(reversed(edges))
        rows.append((label, *scores, _origin(rfm, name)))
    return table(
        pd.DataFrame(rows, columns=["name", "s2", "s3", "s4", "s5", "origin"]),
        caption="Edges of the scores, the same for both reviews",
        name="rfm-cut-offs",
        row_header="name",
        columns={
            "name": Column("Measure"),
            **{f"s{score}": Column(f"Score {score}") for score in (5, 4, 3, 2)},
            "origin": Column("From"),
        },
        note=freezing_note(rfm),
    )


def _origin(rfm: RfmAndLifecycle, name: str) -> str:
    if name not in rfm.cuts.frozen:
        return "parameters"
    return f"quintiles of {words.day(rfm.cuts.frozen_at)}"


def freezing_note(rfm: RfmAndLifecycle) -> str:
    """How to hold frozen quintiles for the reviews to come."""
    over = "all history" if rfm.window_days is None else words.days(rfm.window_days)
    counted = f"Purchases and money are counted over {over}."
    if not rfm.cuts.frozen:
        return f"{counted} All edges are fixed in the parameters."
    lines = words.listing(
        [
            f"{KEYS[name]}: [{', '.join(f'{edge:g}' for edge in getattr(rfm.cuts, name))}]"
            for name in rfm.cuts.frozen
        ]
    )
    return (
        f"{counted} To keep these edges at the next review, set them under rfm in the unit's "
        f"parameters (four rising numbers): {lines}."
    )


def segments(rfm: RfmAndLifecycle) -> Piece:
    """Every segment with its clients, its money and its action."""
    said = segments_headline(rfm)
    measure = f"clients and revenue of twelve months by RFM segment, {rfm.currency}"
    origin = parts.source(SOURCE, rfm.as_of)
    if not rfm.has_purchases:
        reason = rfm.figures["rfm.median_recency"].reason or "no purchase is known"
        return parts.unshown(said, measure, reason, source=origin, name="rfm-segments")
    totals = rfm.segment_totals.set_index("segment")
    listed = [one for one in rfm.segments if totals.loc[one.key, "accounts"]]
    rows = pd.DataFrame(
        {
            "name": [one.label for one in listed],
            "accounts": [totals.loc[one.key, "accounts"] for one in listed],
            "revenue": [totals.loc[one.key, "revenue_12m"] for one in listed],
            "before": [rfm.figures[f"rfm.segment_{one.key}"].previous for one in listed],
            "rule": [one.rule for one in listed],
            "action": [one.action for one in listed],
        }
    )
    empty = [one.label for one in rfm.segments if one not in listed]
    never = int(totals["accounts"][NO_PURCHASE])
    body = table(
        rows,
        caption="Segments by recency, frequency and money",
        name="rfm-segments-table",
        row_header="name",
        columns={
            "name": Column("Segment"),
            "accounts": Column("Clients", "count"),
            "before": Column("Review before", "count", missing="not known"),
            "revenue": Column("Revenue", "money", rfm.currency, bar=True),
            "action": Column("Action"),
            "rule": Column("Scores"),
        },
        note=" ".join(
            [
                *([f"Nobody is in: {words.listing(empty)}."] if empty else []),
                *([f"{words.plural(never, 'client')} never bought."] if never else []),
            ]
        )
        or None,
        searchable=True,
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(rfm.as_of)}",
        body=body,
        source=origin,
        name="rfm-segments",
    )


def segments_headline(rfm: RfmAndLifecycle) -> str:
    """The segment that brings most, and its share."""
    if not rfm.has_purchases:
        return "There are no purchases to divide into segments"
    money = rfm.segment_totals.set_index("segment")["revenue_12m"].clip(lower=0)
    if money.sum() <= 0:
        return "No segment brought revenue in twelve months"
    key = str(money.drop(NO_PURCHASE).idxmax())
    label = next((one.label for one in rfm.segments if one.key == key), key)
    share = words.percent(money[key] / money.sum())
    many = words.plural(rfm.segment_totals.set_index("segment")["accounts"][key], "client")
    return f"Most revenue comes from “{label}”: {many}, {share}"


def value_groups(rfm: RfmAndLifecycle) -> Piece:
    """Best, loyal and small clients, with the reason where a group cannot be told."""
    said = value_headline(rfm)
    measure = f"clients and revenue of twelve months by value group, {rfm.currency}"
    origin = parts.source("accounts, invoices and costs", rfm.as_of)
    if rfm.accounts.empty:
        reason = rfm.figures["lifecycle.active_accounts"].reason or "there is no client"
        return parts.unshown(said, measure, reason, source=origin, name="value-groups")
    rows = rfm.value_totals
    reasons = [
        rfm.figures[key].reason if (key := f"rfm.value_{group}") in rfm.figures else None
        for group in rows["value_group"]
    ]
    known = [
        count if why is None else None for count, why in zip(rows["accounts"], reasons, strict=True)
    ]
    body = table(
        rows.assign(
            name=rows["value_group"].map(LABELS),
            accounts=pd.Series(known, dtype="Int64"),
            revenue_12m=rows["revenue_12m"].where(pd.Series([why is None for why in reasons])),
        ),
        caption="Clients by what they bring and what they take",
        name="value-groups-table",
        row_header="name",
        columns={
            "name": Column("Group"),
            "accounts": Column("Clients", "count", missing="not computable"),
            "revenue_12m": Column("Revenue", "money", rfm.currency, missing="not computable"),
        },
        note=value_note(rfm),
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(rfm.as_of)}",
        body=body,
        source=origin,
        name="value-groups",
    )


def value_headline(rfm: RfmAndLifecycle) -> str:
    """How many clients are large and growing, and how many take much effort for little."""
    best, small = rfm.figures["rfm.value_best"], rfm.figures["rfm.value_small"]
    if rfm.accounts.empty:
        return "There are no clients to group"
    if not isinstance(best.value, int | float):
        return "Large and growing clients cannot be told yet"
    grow = "is" if best.value == 1 else "are"
    said = f"{words.plural(best.value, 'client')} {grow} large and growing"
    if not isinstance(small.value, int | float):
        return said
    take = "takes" if small.value == 1 else "take"
    return f"{said}; {words.count(small.value)} {take} much effort for little"


def value_note(rfm: RfmAndLifecycle) -> str:
    """What the groups mean, and why one has no number."""
    figures = [rfm.figures[f"rfm.value_{group}"] for group in ("best", "loyal", "small")]
    said = [figure.definition for figure in figures]
    said += [
        f"{figure.label.partition(': ')[2].capitalize()} clients: {figure.reason}."
        for figure in figures
        if figure.reason
    ]
    return " ".join(said)


def clusters(rfm: RfmAndLifecycle) -> Piece | None:
    """Groups found by k-means with their stability; nothing where they were not asked for."""
    if not rfm.clusters_asked:
        return None
    figure, found = rfm.figures["rfm.cluster_stability"], rfm.clusters
    measure = "groups that k-means finds in recency, frequency and money, medians"
    origin = parts.source(SOURCE, rfm.as_of)
    said = clusters_headline(rfm)
    if found is None:
        reason = figure.reason or "there are too few clients"
        return parts.unshown(said, measure, reason, source=origin, name="rfm-clusters")
    low, high = found.stability_ends
    body = table(
        found.summary.assign(name=[f"Group {n}" for n in found.summary["cluster"]]),
        caption="Groups found by an algorithm",
        name="rfm-clusters-table",
        row_header="name",
        columns={
            "name": Column("Group"),
            "accounts": Column("Clients", "count"),
            "recency_days": Column("Days since last purchase", "number"),
            "purchases": Column("Purchases", "number"),
            "revenue": Column("Revenue", "money", rfm.currency),
        },
        note=f"Stability (adjusted Rand index over {found.resamples} resamples): "
        f"{words.ratio(found.stability, 2)}, from {words.ratio(low, 2)} to {words.ratio(high, 2)}; "
        f"silhouette {words.ratio(found.silhouette, 2)}. Groups like these are an aid to look. "
        "Decisions rest on the segments above, whose rules are written down.",
    )
    return exhibit(
        headline=said, measure=f"{measure}, {words.day(rfm.as_of)}", body=body, source=origin,
        name="rfm-clusters",
    )  # fmt: skip


def clusters_headline(rfm: RfmAndLifecycle) -> str:
    """Whether the groups hold when the clients are drawn again."""
    if rfm.clusters is None:
        return "There are too few clients to look for groups"
    many = words.plural(len(rfm.clusters.summary), "group")
    if rfm.clusters.stability >= STABLE_FROM:
        return f"{many} hold when clients are drawn again; they are no truth of their own"
    return f"{many} do not hold when clients are drawn again: do not act on them"
