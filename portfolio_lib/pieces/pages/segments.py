"""The page Segments: the portfolio cut four ways, active and inactive clients."""

from __future__ import annotations

from portfolio_lib.analyses.bands import NO_REVENUE, RevenueBand
from portfolio_lib.analyses.segments import Segmentation
from portfolio_lib.pieces import Column, drawing, exhibit, figure, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and revenue"
CUT_NAMES = {
    "revenue": "Revenue band",
    "geography": "Place",
    "industry": "Industry",
    "relationship": "Kind of relationship",
}
INACTIVE_SHOWN = 8


def cut(segmentation: Segmentation, name: str) -> Piece:
    """One of the four cuts: ``revenue``, ``geography``, ``industry`` or ``relationship``."""
    rows = segmentation.cuts[name]
    label = segmentation.geography.capitalize() if name == "geography" else CUT_NAMES[name]
    measure = f"clients and revenue by {label.lower()}, {segmentation.currency}"
    origin = parts.source(SOURCE, segmentation.period.as_of)
    said = cut_headline(segmentation, name)
    if rows["accounts"].sum() == 0:
        reason = segmentation.figures["segments.inactive_accounts"].reason or "there is no client"
        return parts.unshown(said, measure, reason, source=origin, name=f"cut-{name}")
    body = table(
        rows.assign(name=group_names(segmentation, name)),
        caption=f"Clients and revenue by {label.lower()}",
        name=f"cut-{name}-table",
        row_header="name",
        columns={
            "name": Column(label),
            "accounts": Column("Clients", "count"),
            "active": Column("Active", "count"),
            "inactive": Column("Inactive", "count"),
            "revenue": Column("Revenue", "money", segmentation.currency),
            "revenue_share": Column("Share of revenue", "bar"),
            "growth": Column("Growth", "percent", signed=True, missing="not computable"),
        },
        total=parts.total_of(rows, "name", "All clients"),
        note=cut_note(segmentation, name),
    )
    window = parts.window(segmentation.figures["segments.inactive_accounts"])
    return exhibit(
        headline=said, measure=f"{measure}, {window}", body=body, source=origin, name=f"cut-{name}"
    )


def group_names(segmentation: Segmentation, name: str) -> list[str]:
    """The groups of a cut as a reader calls them; bands in money."""
    groups = segmentation.cuts[name]["group"].tolist()
    if name != "revenue":
        return [str(group) for group in groups]
    return [
        NO_REVENUE.capitalize()
        if group == NO_REVENUE
        else band_name(segmentation.bands[int(group)], segmentation.currency)
        for group in groups
    ]


def band_name(band: RevenueBand, currency: str) -> str:
    """A band of revenue in words.

    >>> band_name(RevenueBand(25000, 80000), "GBP"), band_name(RevenueBand(80000, None), "GBP")
    ('£25k to below £80k', '£80k or more')
    >>> band_name(RevenueBand(0, 5000), "GBP"), band_name(RevenueBand(0, None), "GBP")
    ('below £5.0k', 'any revenue')
    """
    low = words.money(band.lower, currency)
    if band.upper is None:
        return f"{low} or more" if band.lower else "any revenue"
    high = words.money(band.upper, currency)
    return f"{low} to below {high}" if band.lower else f"below {high}"


def cut_headline(segmentation: Segmentation, name: str) -> str:
    """The group that brings most, and what share that is."""
    rows = segmentation.cuts[name].assign(name=group_names(segmentation, name))
    what = CUT_NAMES[name].lower() if name != "geography" else segmentation.geography
    if rows["accounts"].sum() == 0:
        return f"There are no clients to divide by {what}"
    if rows["positive_revenue"].sum() <= 0:
        return f"There is no revenue to divide by {what}"
    known = rows.loc[rows["kind"].eq("named") & rows["positive_revenue"].gt(0)]
    if known.empty:
        return f"No client with revenue has its {what} recorded"
    first = known.sort_values("positive_revenue", ascending=False, kind="stable").iloc[0]
    share = words.percent(first["revenue_share"])
    if name == "revenue":
        many = words.plural(first["accounts"], "client")
        bring = "brings" if first["accounts"] == 1 else "bring"
        return f"{many} with {first['name']} {bring} {share} of revenue"
    shown = words.name(first["name"])
    share = "All" if len(rows) == 1 else f"{share} of"
    if name == "relationship":
        return f"{share} revenue comes through relationships of the kind “{shown}”"
    if len(rows) == 1:
        return f"All revenue comes from {shown}"
    return f"{share} revenue comes from {shown}, more than from any other {what}"


def cut_note(segmentation: Segmentation, name: str) -> str | None:
    """Who is in no named group, and what shares leave out."""
    rows = segmentation.cuts[name]
    said = []
    blank = rows.loc[rows["kind"].eq("not recorded"), "accounts"].sum()
    if blank:
        has = "client has" if blank == 1 else "clients have"
        said.append(f"{words.count(blank)} {has} nothing recorded here.")
    if rows["kind"].eq("other").any():
        said.append(
            f"The {segmentation.top_groups} largest groups are shown by name, the rest together."
        )
    if rows["revenue"].round(4).ne(rows["positive_revenue"].round(4)).any():
        said.append("Shares are of revenue without accounts whose credits exceed their sales.")
    return " ".join(said) or None


def inactive(segmentation: Segmentation) -> Piece:
    """The inactive clients that used to bring most."""
    rows = segmentation.inactive
    number = segmentation.figures["segments.inactive_accounts"]
    measure = f"most revenue in twelve months at an earlier review date, {segmentation.currency}"
    origin = parts.source(SOURCE, segmentation.period.as_of)
    said = inactive_headline(segmentation)
    if rows.empty:
        reason = number.reason or "no client is inactive"
        return parts.unshown(said, measure, reason, source=origin, name="inactive-clients")
    shown = rows.head(INACTIVE_SHOWN)
    rest = len(rows) - len(shown)
    days = words.days(segmentation.active_within_days)
    body = table(
        shown,
        caption="Inactive clients, by what they used to bring",
        name="inactive-clients-table",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "best_revenue_12m": Column(
                "Best 12 months", "money", segmentation.currency, missing="none known"
            ),
            "best_date": Column("Ending", "date", missing="none known"),
            "days_since_last": Column("Days since last sale", "count", missing="no sale known"),
        },
        note=f"Inactive: no revenue in {days} and no contract in force."
        + (f" {words.count(rest)} more are not listed; they brought less." if rest else ""),
    )
    return exhibit(
        headline=said, measure=measure, body=body, source=origin, name="inactive-clients"
    )


def inactive_headline(segmentation: Segmentation) -> str:
    """How many clients are inactive, and what they used to bring."""
    number, share, best = (
        segmentation.figures[f"segments.{key}"]
        for key in ("inactive_accounts", "inactive_share", "inactive_best_revenue")
    )
    if not isinstance(number.value, int | float):
        return "There are no clients to count"
    if number.value == 0:
        return "Every client on the books is active"
    are = "client is" if number.value == 1 else "clients are"
    said = f"{words.count(number.value)} {are} inactive, {words.figure_value(share)} of the books"
    if not isinstance(best.value, int | float):
        return said
    who = "it" if number.value == 1 else "they"
    return f"{said}; {who} used to bring {words.money(best.value, segmentation.currency)} a year"


def activity(segmentation: Segmentation) -> Piece:
    """Active and inactive clients by kind of relationship, as one bar each."""
    rows = segmentation.cuts["relationship"]
    number = segmentation.figures["segments.inactive_accounts"]
    measure = "clients by activity and kind of relationship, number"
    origin = parts.source(SOURCE, segmentation.period.as_of)
    said = activity_headline(segmentation)
    if rows["accounts"].sum() == 0:
        reason = number.reason or "there is no client"
        return parts.unshown(said, measure, reason, source=origin, name="activity")
    names = [parts.drawable(name) for name in group_names(segmentation, "relationship")]
    chart = drawing.stacked_bars(
        names,
        {"Active": rows["active"].tolist(), "Inactive": rows["inactive"].tolist()},
    )
    told = "; ".join(
        f"{name}: {active} active, {inactive} inactive"
        for name, active, inactive in zip(names, rows["active"], rows["inactive"], strict=True)
    )
    return exhibit(
        headline=said,
        measure=f"{measure}, {words.day(segmentation.period.as_of)}",
        body=figure(chart, name="activity-chart", title="Active and inactive clients",
                    description=f"Bars of active and inactive clients. {told}."),
        source=origin,
        name="activity",
    )  # fmt: skip


def activity_headline(segmentation: Segmentation) -> str:
    """The share of clients that is active, and where that stood a year ago."""
    inactive_share = segmentation.figures["segments.inactive_share"]
    if not isinstance(inactive_share.value, int | float):
        return "There are no clients to count"
    active = 1 - inactive_share.value
    said = f"{words.percent(active)} of clients are active"
    if inactive_share.previous is None:
        return said
    before = words.percent(1 - float(inactive_share.previous))
    if before == words.percent(active):
        return f"{said}, as a year ago"
    return f"{said}; a year ago it was {before}"
