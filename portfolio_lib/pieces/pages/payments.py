"""The page Payments: how fast bills are paid, what is overdue, who pays late, on which terms."""

from __future__ import annotations

from portfolio_lib.analyses.payments import Payments
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and invoices"
CARDS = ("days_median", "late_share", "overdue", "dso")


def cards(payments: Payments) -> Piece:
    """Four figures: speed, lateness, what is overdue, days sales outstanding."""
    figures = [payments.figures[f"payments.{key}"] for key in CARDS]
    return kpis(figures, currency=payments.currency)


def overdue(payments: Payments) -> Piece:
    """Unpaid bills by age, and the clients that owe most."""
    said = overdue_headline(payments)
    measure = f"unpaid bills by age and by client, {payments.currency}"
    origin = parts.source(SOURCE, payments.as_of)
    missing = payments.figures["payments.overdue"].reason
    if missing is not None:
        return parts.unshown(said, measure, missing, source=origin, name="payments-overdue")
    body = parts.together(_bands_table(payments), *_payers_table(payments))
    return exhibit(headline=said, measure=f"{measure}, on {words.day(payments.as_of)}", body=body,
                   source=origin, name="payments-overdue")  # fmt: skip


def overdue_headline(payments: Payments) -> str:
    """How much is overdue, of how much that is unpaid, for how long at most."""
    figure = payments.figures["payments.overdue"]
    if not isinstance(figure.value, int | float):
        return "What is overdue is not known"
    if figure.value <= 0:
        return "No bill is overdue"
    open_ = words.figure_value(payments.figures["payments.open"])
    oldest = words.days(payments.accounts["oldest_days"].max())
    late = words.figure_value(figure)
    if late == open_:
        return f"Nearly all that is unpaid is overdue, {late}, the oldest by {oldest}"
    return f"{late} of {open_} unpaid is overdue, the oldest by {oldest}"


def _bands_table(payments: Payments) -> Piece:
    return table(
        payments.bands.assign(band=[band.capitalize() for band in payments.bands["band"]]),
        caption="Unpaid bills by days past their due day",
        name="payments-bands",
        row_header="band",
        columns={
            "band": Column("Age"),
            "bills": Column("Bills", "count"),
            "accounts": Column("Clients", "count"),
            "amount": Column("Amount", "money", payments.currency, bar=True),
        },
        total={
            "band": "Unpaid",
            "bills": payments.bands["bills"].sum(),
            "amount": payments.bands["amount"].sum(),
        },
    )


def _payers_table(payments: Payments) -> list[Piece]:
    """The clients with most overdue, then those most often late; nobody where all pay in time."""
    rows = payments.accounts
    held = rows.loc[(rows["overdue_amount"] > 0) | (rows["late_share"] > 0)]
    if held.empty:
        return []
    shown = held.head(payments.accounts_shown)
    labels = dict(zip(("1", "2", "3"), payments.tier_labels, strict=True))
    left = all_in_workbook(len(shown), len(held))
    body = table(
        shown.assign(tier=shown["tier"].map(labels)),
        caption="Who owes most past the due day, then who pays late most often",
        name="payments-payers",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "tier": Column("Tier", missing="no tier"),
            "overdue_amount": Column("Overdue", "money", payments.currency),
            "oldest_days": Column("Oldest", "count", "days", missing="nothing overdue"),
            "bills": Column("Bills due", "count"),
            "late_share": Column("Paid late", "percent", missing="too few bills"),
            "median_days_late": Column("Days late", "count", missing="none late"),
            "limit_used": Column("Credit limit used", "percent", missing="no limit"),
        },
        note=(f"{left} " if left else "")
        + f"Over {words.plural(payments.window_months, 'month')}; days late: the middle of the "
        "late bills. A share is given from "
        f"{words.plural(payments.least_invoices, 'bill')} on. {limits_said(payments)}".rstrip(),
        searchable=True,
    )
    return [body]


def limits_said(payments: Payments) -> str:
    """How much of all credit limits is used, and how many clients are over theirs."""
    used = payments.figures["payments.limit_used"]
    over = payments.figures["payments.over_limit"]
    if not isinstance(used.value, int | float) or not isinstance(over.value, int | float):
        return ""
    are = "is" if over.value == 1 else "are"
    return (
        f"{words.percent(used.value)} of all credit limits is used; "
        f"{words.plural(over.value, 'client')} {are} over the limit."
    )


def trend(payments: Payments) -> Piece:
    """How clients have paid, quarter by quarter."""
    said = late_headline(payments)
    measure = "bills by the quarter they were due in"
    origin = parts.source(SOURCE, payments.as_of)
    missing = payments.figures["payments.late_share"].reason
    rows = payments.quarters
    if rows["bills"].sum() == 0 or payments.reason is not None:
        reason = payments.reason or missing or "no bill fell due in these quarters"
        return parts.unshown(said, measure, reason, source=origin, name="payments-trend")
    body = table(
        rows.assign(name=[words.day(day.date(), short=True) for day in rows["quarter_end"]]),
        caption="Paying by quarter",
        name="payments-quarters",
        row_header="name",
        columns={
            "name": Column("Quarter to"),
            "bills": Column("Bills due", "count"),
            "late_share": Column("Paid late", "percent", missing="too few bills", bar=True),
            "median_days": Column("Days to pay", "count", missing="too few bills"),
            "overdue_amount": Column("Overdue at its end", "money", payments.currency),
            "dso": Column("DSO", "count", "days", missing="too short a history"),
        },
        note="Days to pay: half of the bills are paid within it. DSO, days sales outstanding: "
        f"unpaid at the quarter's end ÷ billed in the {payments.dso_days} days before × "
        f"{payments.dso_days}. What was overdue and the DSO are as known on that day.",
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, last {words.plural(len(rows), 'quarter')}",
        body=body,
        source=origin,
        name="payments-trend",
    )


def late_headline(payments: Payments) -> str:
    """The share of bills paid late, against the year before."""
    figure = payments.figures["payments.late_share"]
    if not isinstance(figure.value, int | float):
        return "Whether bills are paid late is not known"
    if figure.value == 0:
        return "Every bill was paid in time"
    said = f"{words.percent(figure.value)} of bills are paid late"
    compared = parts.against_a_year_ago(figure)
    return said if compared is None else f"{said}, {compared}"


def terms(payments: Payments) -> Piece:
    """How many days clients are given to pay, in all and by tier."""
    said = terms_headline(payments)
    measure = "share of the amount billed by days given to pay, %"
    origin = parts.source(SOURCE, payments.as_of)
    usual = payments.figures["payments.usual_terms"]
    if usual.reason is not None:
        return parts.unshown(said, measure, usual.reason, source=origin, name="payment-terms")
    labels = dict(zip(("1", "2", "3"), payments.tier_labels, strict=True))
    body = table(
        payments.terms,
        caption="Days from the bill to its due day",
        name="payment-terms-table",
        row_header="days",
        columns={
            "days": Column("Days to pay"),
            "bills": Column("Bills", "count"),
            "accounts": Column("Clients", "count"),
            "share": Column("Of the amount", "bar"),
            **{
                f"tier_{tier}": Column(name, "percent", missing="no bills")
                for tier, name in labels.items()
            },
        },
    )
    return exhibit(headline=said, measure=f"{measure}, {parts.window(usual)}", body=body,
                   source=origin, name="payment-terms")  # fmt: skip


def terms_headline(payments: Payments) -> str:
    """The terms most bills have, beside the days that the middle bill takes."""
    usual = payments.figures["payments.usual_terms"]
    if not isinstance(usual.value, int | float):
        return "Days given to pay are not known"
    said = f"Bills usually give {words.days(usual.value)}"
    half, most = (payments.figures[f"payments.{key}"] for key in ("days_median", "days_slow"))
    if not isinstance(half.value, int | float):
        return said
    paid = f"{said}; half are paid within {words.days(half.value)}"
    if not isinstance(most.value, int | float):
        return paid
    return f"{paid}, four in five within {words.days(most.value)}"
