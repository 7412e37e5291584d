"""The page over all units: what the firm comes to, and which unit needs somebody first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.firm import FirmSummary
from portfolio_lib.analyses.unit_limits import compare_units
from portfolio_lib.packs.entries import UnitEntry
from portfolio_lib.packs.frame import Records, Section, render_frame
from portfolio_lib.packs.statuses import State
from portfolio_lib.parameters.manager_models import AccountManagersPage
from portfolio_lib.pieces import Column, judge, kpis, say, table, words
from portfolio_lib.pieces.pages.unit_comparison import comparison
from portfolio_lib.pieces.sentences import FIGURE_NUMBER
from portfolio_lib.pieces.statuses import Level
from portfolio_lib.tables.reach_rules import REVENUE_ENDS, sentence_of

STATES: dict[State, tuple[Level, str]] = {
    "current": ("green", "Current"),
    "stale": ("yellow", "Stale"),
    "failed": ("red", "Failed"),
    "none": ("grey", "Not run"),
}
CARDS = (
    "firm.active_accounts",
    "firm.revenue_12m",
    "firm.growth",
    "firm.top_decile_share",
)
HISTORY = (
    "firm.accounts_in_history",
    "firm.revenue_in_history",
    "firm.top_decile_share_in_history",
    "firm.top_fifth_share_in_history",
)


def render_index(
    firm_name: str,
    entries: Sequence[UnitEntry],
    firm: FirmSummary,
    *,
    made_from: str,
    limits: AccountManagersPage | None = None,
) -> str:
    """The whole index as one HTML file.

    Parameters
    ----------
    firm_name : str
        What readers call the firm.
    entries : sequence of UnitEntry
        In the order of the table.
    firm : FirmSummary
        What the published packs come to together.
    made_from : str
        Digest of everything shown.
    limits : AccountManagersPage or None
        By what the units are compared, as account managers are; the defaults where left out.
    """
    page = limits or AccountManagersPage()
    ordered = by_need(entries)
    return render_frame(
        "firm.html.j2",
        title=f"Client portfolio reviews – {firm_name}",
        name=firm_name,
        headline=headline(ordered, firm),
        facts=_facts(ordered),
        sections=tuple(_sections(ordered, firm, page)),
        what="index",
        notes=(
            "Each unit's own page holds its definitions, its data checks and what was set aside.",
            "A client of several units is counted once; currencies are never added together.",
        ),
        records=(Records("Record", (("Made from", made_from[:12]),)),),
        running_foot=f"{firm_name} – client portfolio reviews",
    )


def headline(entries: Sequence[UnitEntry], firm: FirmSummary) -> str:
    """The message of the index: what is missing first, else what the firm comes to."""
    if not entries:
        return "No unit is set up yet"
    missing = sum(entry.state != "current" for entry in entries)
    if missing:
        verb = "has" if missing == 1 else "have"
        return f"{missing} of {words.plural(len(entries), 'unit')} {verb} no current review"
    clients, revenue = firm.figures["firm.active_accounts"], firm.figures["firm.revenue_12m"]
    if not clients.computable:
        return "The units have no clients yet"
    active = words.plural(int(clients.value or 0), "active client")
    units = words.plural(len(entries), "unit")
    if revenue.computable:
        return f"{active} in {units} bring {words.figure_value(revenue)} a year"
    return f"{active} in {units}, each reviewed"


def by_need(entries: Sequence[UnitEntry]) -> list[UnitEntry]:
    """Units without a current review first, then those that miss most targets; ties by key."""
    order: list[State] = ["failed", "stale", "none", "current"]
    return sorted(entries, key=lambda e: (order.index(e.state), -_missed(e), e.unit))


def _missed(entry: UnitEntry) -> int:
    verdicts = (judge(figure) for figure in _figures(entry).values())
    return sum(verdict is not None and verdict[0] == "red" for verdict in verdicts)


def _figures(entry: UnitEntry) -> dict[str, Figure]:
    """The unit's published figures, as its `review.json` has them."""
    told = (entry.record or {}).get("figures", ())
    return {one["key"]: _figure(one) for one in told}


def _figure(told: dict[str, Any]) -> Figure:
    fields = {name: value for name, value in told.items() if name != "status"}
    if fields.get("interval") is not None:
        fields["interval"] = tuple(fields["interval"])
    return Figure(**fields)


def _facts(entries: Sequence[UnitEntry]) -> tuple[tuple[str, str], ...]:
    days = sorted({entry.record["as_of"] for entry in entries if entry.record})
    current = sum(entry.state == "current" for entry in entries)
    shown = words.day(days[0]) if days else "no review yet"
    if len(days) > 1:
        shown = f"{words.day(days[0])} to {words.day(days[-1])}"
    return (("Data as of", shown), ("Units", f"{current} of {len(entries)} current"))


def compared(entries: Sequence[UnitEntry], page: AccountManagersPage) -> pd.DataFrame:
    """Every measure of the units that have published, beside what luck alone would make of it."""
    return compare_units({e.unit: _figures(e) for e in entries if e.record}, page)


def _sections(
    entries: Sequence[UnitEntry], firm: FirmSummary, page: AccountManagersPage
) -> Iterator[Section]:
    yield Section("the-firm", "The firm", _firm_html(firm), opens=True)
    ill = [entry for entry in entries if entry.state != "current"]
    if ill:
        yield Section("needs-somebody", "Needs somebody", _ill_html(ill))
    if entries:
        yield Section("units", "Units", _units_html(entries))
    if sum(entry.record is not None for entry in entries) > 1:
        yield Section("units-beside-each-other", "Units compared", _compared_html(entries, page))
    asked = [entry for entry in entries if (entry.record or {}).get("decision")]
    if asked:
        yield Section("decisions", "Decisions asked", _decisions_html(asked))
    yield Section("since-the-data-begins", "Since the data begins", _history_html(firm))


def _firm_html(firm: FirmSummary) -> str:
    cards = kpis([firm.figures[key] for key in CARDS])
    shared = words.plural(firm.shared_accounts, "client")
    verb = "is" if firm.shared_accounts == 1 else "are"
    counted = (
        f"{shared} {verb} served by more than one unit and counted once."
        if firm.shared_accounts
        else "No client is served by more than one unit."
    )
    parts = [say(counted), cards]
    if len(firm.currencies) > 1:
        parts.append(_currencies(firm.currencies))
    return "\n".join(part.html for part in parts)


def _currencies(currencies: pd.DataFrame) -> Any:
    pairs: Any = list(zip(currencies["revenue"], currencies["currency"], strict=True))
    shown = currencies.assign(revenue_shown=pairs)
    return table(
        shown,
        caption="Revenue of the last twelve months by currency",
        columns={
            "currency": Column("Currency"),
            "units": Column("Units", "count"),
            "accounts": Column("Clients", "count"),
            "revenue_shown": Column("Revenue", "money"),
            "growth": Column("Growth", "percent", signed=True, missing="too little history"),
        },
        row_header="currency",
        note="Currencies are not added together.",
    )


def _ill_html(entries: Sequence[UnitEntry]) -> str:
    rows = pd.DataFrame(
        {
            "name": [entry.name for entry in entries],
            "state": [STATES[entry.state] for entry in entries],
            "reason": [entry.reason or "No run has reached it yet." for entry in entries],
            "shown": ["its last good pack" if entry.record else "nothing yet" for entry in entries],
        }
    )
    return table(
        rows,
        caption="Units without a current review",
        columns={
            "name": Column("Unit"),
            "state": Column("Status", "status"),
            "reason": Column("Why"),
            "shown": Column("What readers see"),
        },
        row_header="name",
    ).html


def _units_html(entries: Sequence[UnitEntry]) -> str:
    reviews = table(
        pd.DataFrame([_review_row(entry) for entry in entries]),
        caption="Every unit, those that need somebody first",
        columns={
            "unit": Column("Unit", "link"),
            "state": Column("Status", "status"),
            "message": Column("What its review says", missing="no review"),
            "missed": Column("Missed", "count"),
            "warnings": Column("Remarks", "count"),
        },
        row_header="unit",
        searchable=True,
        note="Missed: figures more than five per cent short of their target. Remarks: what the "
        "checks of the tables found.",
    )
    figures = table(
        pd.DataFrame([_figures_row(entry) for entry in entries]),
        caption="How large every unit is, and what is at stake",
        columns={
            "unit": Column("Unit"),
            "active": Column("Clients", "count"),
            "revenue": Column("Revenue", "money"),
            "at_risk": Column("At risk", "money", missing="not computable"),
            "due": Column("Due in 90 days", "money", missing="not computable"),
        },
        row_header="unit",
        searchable=True,
        note="Clients are active ones, revenue is of twelve months. At risk: yearly revenue times "
        "the chance of leaving. Due: contracts that end.",
    )
    return "\n".join(part.html for part in (reviews, figures))


def _review_row(entry: UnitEntry) -> dict[str, Any]:
    record = entry.record or {}
    return {
        "unit": (entry.name, f"{entry.unit}/pack.html" if record else None),
        "state": STATES[entry.state],
        "message": _says(record),
        "missed": _missed(entry) if record else math.nan,
        "warnings": len(record["data"]["faults"]) if record else math.nan,
    }


def _says(record: Mapping[str, Any]) -> str | None:
    """The message of a review, and that its data end early where they do."""
    said = record.get("headline")
    faults = record["data"]["faults"] if record else []
    ends = [sentence_of(one["message"]) for one in faults if one["rule"] == REVENUE_ENDS]
    return ". ".join([said, *ends]) if said else said


def _figures_row(entry: UnitEntry) -> dict[str, Any]:
    figures, currency = _figures(entry), (entry.record or {}).get("currency", "")

    def value(key: str) -> float:
        found = figures.get(key)
        told = found.value if found else None
        return math.nan if told is None else float(told)

    return {
        "unit": entry.name,
        "active": value("portfolio.active_accounts"),
        "revenue": (value("portfolio.revenue_12m"), currency),
        "at_risk": (value("churn.revenue_at_risk"), currency),
        "due": (value("renewals.due_90d"), currency),
    }


def _compared_html(entries: Sequence[UnitEntry], page: AccountManagersPage) -> str:
    names = {entry.unit: entry.name for entry in entries if entry.record}
    shown = comparison(compared(entries, page), names, page)
    return shown.html.replace(FIGURE_NUMBER, FIGURE_NUMBER.replace("Figure", "Figure 1"))


def _decisions_html(entries: Sequence[UnitEntry]) -> str:
    rows = {
        "unit": [entry.name for entry in entries],
        "decision": [(entry.record or {})["decision"] for entry in entries],
    }
    return table(
        pd.DataFrame(rows),
        caption="What the units ask to be decided, worst first",
        columns={"unit": Column("Unit"), "decision": Column("Decision asked")},
        row_header="unit",
    ).html


def _history_html(firm: FirmSummary) -> str:
    cards = kpis([firm.figures[key] for key in HISTORY])
    window = firm.figures["firm.revenue_in_history"].window
    covers = f"From {window}." if window else "There is no revenue yet."
    purpose = "These figures let you check the packs against your own books."
    return "\n".join(part.html for part in (say(purpose, covers), cards))
