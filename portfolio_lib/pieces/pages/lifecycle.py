"""The page RFM and lifecycle: states with their actions, who moved, and the money that moved."""

from __future__ import annotations

from portfolio_lib.analyses.migration import NOT_YET_KNOWN, Migration
from portfolio_lib.analyses.rfm import RfmAndLifecycle
from portfolio_lib.pieces import Column, Heat, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts, invoices and contracts"
MOST_MOVES = 12


def stages(rfm: RfmAndLifecycle) -> Piece:
    """Clients and money by state, now and at the review before, with the action."""
    said = stages_headline(rfm)
    measure = f"clients and revenue of twelve months by state, {rfm.currency}"
    origin = parts.source(SOURCE, rfm.as_of)
    if rfm.accounts.empty:
        reason = rfm.figures["lifecycle.active_accounts"].reason or "there is no client"
        return parts.unshown(said, measure, reason, source=origin, name="lifecycle")
    rows = rfm.stage_totals.assign(
        name=[stage.label for stage in rfm.stages],
        rule=[rfm.stage_rules[stage.key] for stage in rfm.stages],
        action=[stage.action for stage in rfm.stages],
    )
    known = rows["accounts_before"].notna().all()
    body = table(
        rows,
        caption="Clients by the time since they were last active",
        name="lifecycle-table",
        row_header="name",
        columns={
            "name": Column("State"),
            "accounts": Column("Clients", "count", bar=True),
            "accounts_before": Column("Review before", "count", missing="not known"),
            "revenue_12m": Column("Revenue", "money", rfm.currency),
            "action": Column("Action"),
            "rule": Column("Rule"),
        },
        total={
            "name": "All clients",
            "accounts": rows["accounts"].sum(),
            "accounts_before": rows["accounts_before"].sum() if known else None,
            "revenue_12m": rows["revenue_12m"].sum(),
        },
        note="Active on a day: a sale, or a day that a sale or a contract pays for. The review "
        f"before was on {words.day(rfm.before)}.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(rfm.as_of)}",
        body=body,
        source=origin,
        name="lifecycle",
    )


def stages_headline(rfm: RfmAndLifecycle) -> str:
    """How many clients are new or active, of all that ever bought."""
    counts = rfm.stage_totals.set_index("state")["accounts"]
    if counts.sum() == 0:
        return "There are no clients to place in a lifecycle"
    ever = counts.sum() - counts["no_activity"]
    if ever == 0:
        return "No client has bought yet"
    live = counts["new"] + counts["active"]
    are = "is" if live == 1 else "are"
    said = f"{words.count(live)} of {words.plural(ever, 'client')} {are} new or active"
    return f"{said}; {words.count(counts['sleeping'])} asleep, {words.count(counts['lost'])} lost"


def moves(rfm: RfmAndLifecycle) -> Piece:
    """Who moved from which state to which, as clients and as money."""
    said = moves_headline(rfm)
    measure = "clients and their revenue by state at the review before (rows) and now (columns)"
    origin = parts.source(SOURCE, rfm.as_of)
    found = rfm.stage_migration
    if found is None:
        reason = rfm.figures["lifecycle.moved_to_sleeping"].reason or "there is no review before"
        return parts.unshown(said, measure, reason, source=origin, name="lifecycle-moves")
    labels = {stage.key: stage.label for stage in rfm.stages}
    counts = _matrix(found, labels, "accounts", "Clients by state before and now", None)
    money = _matrix(
        found,
        labels,
        "revenue_before",
        "Their revenue in the twelve months to the review before, by state before and now",
        rfm.currency,
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.period(rfm.before, rfm.as_of)}",
        body=parts.together(counts, money),
        source=origin,
        name="lifecycle-moves",
    )


def _matrix(
    found: Migration, labels: dict[str, str], column: str, caption: str, currency: str | None
) -> Piece:
    """A heat table of moves; states that nobody was in or came to are left out."""
    wide = found.matrix(column)
    counts = found.matrix("accounts")
    rows = [name for name in found.before if counts.loc[name].sum()]
    if column == "revenue_before":
        rows = [name for name in rows if name != NOT_YET_KNOWN]
    now = [name for name in found.now if counts[name].sum()]
    shown = wide.loc[rows, now].reset_index(drop=True)
    # A pair in which nobody moved shows a dash: a zero would shade and shout.
    shown = shown.where(counts.loc[rows, now].reset_index(drop=True) > 0)
    shown = shown.astype("float64")
    shown.insert(0, "name", [labels.get(name, "Not yet a client") for name in rows])
    kind = "count" if currency is None else "money"
    note = "Read: from the row to the column." if currency is None else None
    return table(
        shown,
        caption=caption,
        name=f"lifecycle-moves-{column.replace('_', '-')}",
        row_header="name",
        columns={
            "name": Column("Before"),
            **{
                name: Column(labels[name], kind, currency, missing="nobody")  # type: ignore[arg-type]
                for name in now
            },
        },
        heat=Heat(now, low=0) if rows and now else None,
        note=note,
    )


def moves_headline(rfm: RfmAndLifecycle) -> str:
    """How many clients moved to sleeping since the review before, and what they brought."""
    moved = rfm.figures["lifecycle.moved_to_sleeping"]
    money = rfm.figures["lifecycle.moved_to_sleeping_revenue"]
    if not isinstance(moved.value, int | float):
        return "Who moved since the review before is not known"
    if moved.value == 0:
        return f"No client moved to sleeping since {words.day(rfm.before)}"
    worth = words.figure_value(money)
    return f"{words.plural(moved.value, 'client')} moved to sleeping, {worth} of yearly revenue"


def movers(rfm: RfmAndLifecycle) -> Piece:
    """The clients that went quiet since the review before, by what they brought."""
    said = movers_headline(rfm)
    measure = f"clients in a later state than before, {rfm.currency}"
    labels = {stage.key: stage.label for stage in rfm.stages}
    return capped_list(
        rfm.movers,
        at_most=rfm.accounts_shown,
        headline=said,
        measure=f"{measure}, {words.period(rfm.before, rfm.as_of)}",
        source=parts.source(SOURCE, rfm.as_of),
        name="went-quiet",
        caption="Clients that went quiet since the review before",
        columns={
            "account_name": Column("Client"),
            "state_before": Column("Before"),
            "state": Column("Now"),
            "revenue_before": Column("Revenue before", "money", rfm.currency),
            "recency_days": Column("Days since last purchase", "count", missing="no purchase"),
            "median_gap_days": Column("Own usual gap", "number", "days", missing="too few"),
            "long_gap_days": Column("Own long gap", "number", "days", missing="too few"),
        },
        reason=rfm.figures["lifecycle.moved_to_sleeping"].reason or "nobody moved to a later state",
        notes=[
            "The long gap is the 80% point of a client's own gaps where the parameters do not say "
            "otherwise."
        ],
        prepared=lambda shown: shown.assign(
            state_before=shown["state_before"].map(labels), state=shown["state"].map(labels)
        ),
    )


def movers_headline(rfm: RfmAndLifecycle) -> str:
    """The largest client that went quiet."""
    if rfm.stage_migration is None:
        return "Who went quiet since the review before is not known"
    if rfm.movers.empty:
        return f"Nobody went quiet since {words.day(rfm.before)}"
    first = rfm.movers.iloc[0]
    name = words.name(first["account_name"])
    worth = words.money(first["revenue_before"], rfm.currency)
    if len(rfm.movers) == 1:
        return f"{name} went quiet, worth {worth} a year"
    many = words.plural(len(rfm.movers), "client")
    return f"{many} went quiet; {name} is the largest, {worth} a year"


def segment_moves(rfm: RfmAndLifecycle) -> Piece:
    """The largest moves between RFM segments, by money."""
    said = segment_moves_headline(rfm)
    measure = f"clients and revenue that moved between RFM segments, {rfm.currency}"
    origin = parts.source(SOURCE, rfm.as_of)
    found = rfm.segment_migration
    if found is None:
        reason = rfm.figures["lifecycle.same_segment"].reason or "there is no review before"
        return parts.unshown(said, measure, reason, source=origin, name="segment-moves")
    rows = found.moves.loc[
        found.moves["before"].ne(found.moves["now"]) & found.moves["before"].ne(NOT_YET_KNOWN)
    ].sort_values(["revenue_before", "before", "now"], ascending=[False, True, True])
    labels = {one.key: one.label for one in rfm.segments}
    return capped_list(
        rows.reset_index(drop=True),
        at_most=MOST_MOVES,
        headline=said,
        measure=f"{measure}, {words.period(rfm.before, rfm.as_of)}",
        source=origin,
        name="segment-moves",
        caption="Largest moves between segments, by revenue of the year to the review before",
        columns={
            "before": Column("From"),
            "now": Column("To"),
            "accounts": Column("Clients", "count"),
            "revenue_before": Column("Revenue before", "money", rfm.currency, bar=True),
            "revenue_now": Column("Revenue now", "money", rfm.currency),
        },
        reason="nobody moved to another segment",
        prepared=lambda shown: shown.assign(
            before=[labels.get(name, "No purchase") for name in shown["before"]],
            now=[labels.get(name, "No purchase") for name in shown["now"]],
        ),
        row_header="before",
    )


def segment_moves_headline(rfm: RfmAndLifecycle) -> str:
    """The share of clients that stayed in their segment, by the same cut-offs."""
    same = rfm.figures["lifecycle.same_segment"]
    if not isinstance(same.value, int | float):
        return "Moves between segments are not known"
    share = words.percent(float(same.value))
    return f"{share} of clients are in the same segment as at the review before"
