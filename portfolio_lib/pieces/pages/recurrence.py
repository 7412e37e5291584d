"""The page Recurrence and rhythm: the funnel, the nearly recurring, who could spend more."""

from __future__ import annotations

from portfolio_lib.analyses.recurrence import Recurrence
from portfolio_lib.pieces import Column, drawing, exhibit, figure, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and invoices"
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)
CARDS = ("recurring_share", "median_gap", "average_ticket", "missed")


def cards(recurrence: Recurrence) -> Piece:
    """Four figures: who recurs, how often, for how much, who is late."""
    figures = [recurrence.figures[f"recurrence.{key}"] for key in CARDS]
    return kpis(figures, currency=recurrence.currency)


def ordinal(number: int) -> str:
    """A place in words.

    >>> ordinal(5), ordinal(13), ordinal(22)
    ('fifth', '13th', '22nd')
    """
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 20 else last}"


def funnel(recurrence: Recurrence) -> Piece:
    """Clients by number of purchase days in a year, with the share that goes on."""
    said = funnel_headline(recurrence)
    buyers = recurrence.figures["recurrence.buyers"]
    measure = "clients with at least so many purchase days, number"
    origin = parts.source(SOURCE, recurrence.as_of)
    rows = recurrence.steps
    if rows.empty:
        reason = recurrence.figures["recurrence.recurring"].reason or "nobody bought"
        return parts.unshown(said, measure, reason, source=origin, name="recurrence-funnel")
    names = [words.plural(n, "purchase") + (" or more" if n > 1 else "") for n in rows["purchases"]]
    rates = [words.percent(rate) if rate == rate else "" for rate in rows["step_rate"]]
    chart = drawing.top_bars(
        names,
        rows["accounts"].tolist(),
        label=words.count,
        highlight=[int(n) == recurrence.worst for n in rows["purchases"]],
        notes=rates,
        notes_title="Buy again",
    )
    told = "; ".join(
        f"{name}: {words.count(count)}{', of whom ' + rate + ' buy again' if rate else ''}"
        for name, count, rate in zip(names, rows["accounts"], rates, strict=True)
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {parts.window(buyers)}",
        body=figure(chart, name="recurrence-funnel-chart", title="Recurrence funnel",
                    description=f"Bars of clients by number of purchase days. {told}."),
        source=origin,
        name="recurrence-funnel",
        data=_funnel_table(recurrence, names),
    )  # fmt: skip


def _funnel_table(recurrence: Recurrence, names: list[str]) -> Piece:
    return table(
        recurrence.steps.assign(name=names),
        caption="Recurrence funnel, with 90% Wilson intervals",
        name="recurrence-funnel-data",
        row_header="name",
        columns={
            "name": Column("Within 365 days"),
            "accounts": Column("Clients", "count"),
            "step_rate": Column("Buy again", "percent", missing="no next step"),
            "step_low": Column("From", "percent", missing="no next step"),
            "step_high": Column("To", "percent", missing="no next step"),
        },
        note=recurrence.figures["recurrence.worst_step"].definition,
    )


def funnel_headline(recurrence: Recurrence) -> str:
    """The step at which most clients stop."""
    if recurrence.steps.empty:
        return "Nobody bought in the last year"
    if recurrence.worst is None:
        recurring = words.figure_value(recurrence.figures["recurrence.recurring"])
        buyers = words.plural(recurrence.steps["accounts"].iloc[0], "client")
        often = f"bought on {recurrence.threshold} days or more"
        return f"{recurring} of {buyers} {often}; too few to name a worst step"
    rate = recurrence.figures["recurrence.worst_step"].value
    shown = words.percent(None if isinstance(rate, str) else rate)
    again = ordinal(recurrence.worst + 1)
    return f"The weakest step is the {again} purchase: {shown} of clients make it"


def nearly(recurrence: Recurrence) -> Piece:
    """Clients one purchase short of recurring, and the day by which it must come."""
    said = nearly_headline(recurrence)
    short = recurrence.threshold - 1
    measure = (
        f"clients with {words.plural(short, 'purchase day')} in 365 days, {recurrence.currency}"
    )
    return capped_list(
        recurrence.nearly,
        at_most=recurrence.accounts_shown,
        headline=said,
        measure=measure,
        source=parts.source(SOURCE, recurrence.as_of),
        name="nearly-recurring",
        caption="Nearly recurring clients",
        columns={
            "account_name": Column("Client"),
            "buy_by": Column("One more purchase by", "date"),
            "next_day": Column("Expected", "date", missing="no rhythm to say"),
            "last_purchase": Column("Last purchase", "date"),
            "sales_365d": Column("Sales", "money", recurrence.currency),
        },
        reason=recurrence.figures["recurrence.nearly"].reason or "nobody is one purchase short",
        notes=[
            "One purchase by the day named makes the client recurring: after it, its oldest "
            "purchase leaves the 365 days."
        ],
    )


def nearly_headline(recurrence: Recurrence) -> str:
    """How many clients one purchase would make recurring."""
    figure_ = recurrence.figures["recurrence.nearly"]
    if not isinstance(figure_.value, int | float):
        return "Nearly recurring clients are not known"
    if figure_.value == 0:
        return "No client is one purchase short of recurring"
    are = "is" if figure_.value == 1 else "are"
    return f"{words.plural(figure_.value, 'client')} {are} one purchase short of recurring"


def could_spend_more(recurrence: Recurrence) -> Piece:
    """Clients below the middle of similar ones, by what is missing to it."""
    said = more_headline(recurrence)
    measure = f"revenue of twelve months beside similar clients, {recurrence.currency}"
    return capped_list(
        recurrence.could_spend_more,
        at_most=recurrence.accounts_shown,
        headline=said,
        measure=measure,
        source=parts.source(SOURCE, recurrence.as_of),
        name="could-spend-more",
        caption="Clients that could be spending more",
        columns={
            "account_name": Column("Client"),
            "peer_group": Column("Similar clients"),
            "revenue_12m": Column("Revenue", "money", recurrence.currency),
            "peer_median": Column("Similar, middle", "money", recurrence.currency),
            "headroom": Column("Missing", "money", recurrence.currency, bar=True),
            "above": Column("Similar that bring more"),
            "average_ticket": Column("Ticket", "money", recurrence.currency, missing="none"),
            "peer_ticket": Column("Similar ticket", "money", recurrence.currency, missing="none"),
        },
        reason=recurrence.figures["recurrence.below_peers"].reason or "nobody is below the middle",
        notes=[
            "Similar: same industry, same third of clients by employees where sizes are known; "
            f"at least {recurrence.least_peers} of them with revenue. A place to look, not a "
            "forecast."
        ],
        prepared=lambda shown: shown.assign(
            above=[
                f"{words.count(k)} of {words.count(n)}"
                for k, n in zip(shown["peers_above"], shown["peers"], strict=True)
            ]
        ),
    )


def more_headline(recurrence: Recurrence) -> str:
    """How many clients bring less than similar ones, and what they lack together."""
    below = recurrence.figures["recurrence.below_peers"]
    if not isinstance(below.value, int | float):
        return "Similar clients cannot be compared"
    if below.value == 0:
        return "No client brings less than the middle of similar ones"
    lack = "brings" if below.value == 1 else "bring"
    room = words.figure_value(recurrence.figures["recurrence.headroom"])
    return f"{words.plural(below.value, 'client')} {lack} less than similar ones, {room} in all"
