"""The page RFM and lifecycle: states with their actions, who moved, and the money that moved."""

from __future__ import annotations

from portfolio_lib.analyses.migration import NOT_YET_KNOWN, Migration
from portfolio_lib.analyses.rfm import RfmAndLifecycle
from portfolio_lib.analyses.rfm_segments import NO_PURCHASE
from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.pages.migration import (
    NOT_YET,
    READ,
    largest,
    largest_moves,
    money_moved,
    moves_table,
    numbered,
)
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
    rows, columns = _states_held(found, labels)
    counts = moves_table(
        found, found.matrix("accounts"), rows=rows, columns=columns, note=READ,
        caption="Clients by state before and now", name="lifecycle-moves-accounts",
    )  # fmt: skip
    known = {key: label for key, label in rows.items() if key != NOT_YET_KNOWN}
    money = moves_table(
        found, found.matrix("revenue_before"), rows=known, columns=columns, currency=rfm.currency,
        caption="Their revenue in the twelve months to the review before, by state before and now",
        name="lifecycle-moves-revenue-before",
    )  # fmt: skip
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.period(rfm.before, rfm.as_of)}",
        body=parts.together(counts, money),
        source=origin,
        name="lifecycle-moves",
    )


def _states_held(found: Migration, labels: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """States that anybody was in before, and that anybody is in now."""
    counts = found.matrix("accounts")
    before = {key: labels.get(key, NOT_YET) for key in found.before if counts.loc[key].sum()}
    return before, {key: labels[key] for key in found.now if counts[key].sum()}


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
    """Who moved from which RFM segment to which, as clients and as money."""
    said = segment_moves_headline(rfm)
    measure = "clients and revenue by RFM segment at the review before (rows) and now (columns)"
    origin = parts.source(SOURCE, rfm.as_of)
    found = rfm.segment_migration
    if found is None:
        reason = rfm.figures["lifecycle.same_segment"].reason or "there is no review before"
        return parts.unshown(said, measure, reason, source=origin, name="segment-moves")
    labels = _segment_labels(rfm)
    rows, columns = numbered(found, labels)
    counts = moves_table(
        found, found.matrix("accounts"), rows=rows, columns=columns, name="segment-moves-accounts",
        caption="Clients by RFM segment before and now",
        note=f"{READ} Columns have the numbers of the rows.",
    )  # fmt: skip
    money = moves_table(
        found, money_moved(found), rows=rows, columns=columns, name="segment-moves-revenue",
        currency=rfm.currency,
        caption="Their revenue in the twelve months to the review before; of new clients, now",
    )  # fmt: skip
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.period(rfm.before, rfm.as_of)}",
        body=parts.together(counts, money),
        source=origin,
        name="segment-moves",
        data=largest_moves(
            found, labels, at_most=MOST_MOVES, currency=rfm.currency, name="segment-moves-largest"
        ),
    )


def _segment_labels(rfm: RfmAndLifecycle) -> dict[str, str]:
    return {**{one.key: one.label for one in rfm.segments}, NO_PURCHASE: "No purchase"}


def segment_moves_headline(rfm: RfmAndLifecycle) -> str:
    """How much revenue changed segment, and where most of it went."""
    money, found = rfm.figures["lifecycle.segment_moved_revenue"], rfm.segment_migration
    if not isinstance(money.value, int | float) or found is None:
        return "Moves between segments are not known"
    if not money.n:
        return "Every client is in the same segment as at the review before"
    clients = f"{words.plural(money.n, 'client')} changed segment"
    most = largest(found.changed.groupby("now")["revenue_before"].sum(), _segment_labels(rfm))
    if most is None or money.value <= 0:
        return f"{clients}, and brought no revenue before"
    goal, amount = most
    worth = f"{clients} and took {words.figure_value(money)} a year along"
    return f"{worth}, most to “{goal}”: {words.money(amount, rfm.currency)}"
