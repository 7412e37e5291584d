"""What the page Movements, NRR and GRR says: headlines, notes and descriptions."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.movements import MovementSummary
from portfolio_lib.analyses.retention_history import CHANGED, NOT_TESTED
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.analyses.tiers import NO_TIER
from portfolio_lib.parameters.retention_models import MEAN_MONTHS
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

LARGEST = {1: "largest client", 5: "five largest clients", 10: "ten largest clients"}
TOP_LOSSES = 5
RATE_NAMES = {"nrr": "NRR", "grr": "GRR", "logo": "Client retention"}
FEWEST_LEFT = 3
"""With fewer clients left, the rate without the largest says nothing."""
SMALLEST_SHARE = 0.02
"""Groups with less of the revenue at the start are not what a headline is about."""


def number(movements: MovementSummary, name: str) -> float | None:
    """A figure of the page as a number."""
    return parts.number_of(movements.figures, f"movements.{name}")


def months_of(movements: MovementSummary) -> str:
    """The two months that retention compares.

    For example: ``September 2025 to September 2026``.
    """
    return f"{words.month(movements.base_month)} to {words.month(movements.last_month)}"


def retention_headline(movements: MovementSummary) -> str:
    """NRR against its target, and which other rates miss theirs; else against a year ago."""
    nrr = movements.figures["movements.nrr"]
    if not isinstance(nrr.value, int | float):
        return "Retention is not computable"
    if nrr.target is None:
        compared = parts.against_a_year_ago(nrr)
        said = f"NRR over {words.plural(movements.horizon_months, 'month')} is "
        return f"{said}{words.percent(nrr.value)}{f', {compared}' if compared else ''}"
    shown, target = parts.told_apart(float(nrr.value), float(nrr.target))
    others = [
        name if name.isupper() else name.lower()
        for rate, name in RATE_NAMES.items()
        if rate != "nrr" and _is_short(movements.figures[f"movements.{rate}"])
    ]
    if not _is_short(nrr):
        miss = "miss theirs" if others[1:] else "misses its own"
        but = f"; {words.listing(others)} {miss}" if others else ""
        return f"NRR of {shown} meets its target of {target}{but}"
    also = f", as {'do' if others[1:] else 'does'} {words.listing(others)}" if others else ""
    return f"NRR of {shown} misses its target of {target}{also}"


def _is_short(figure: Figure) -> bool:
    return (
        isinstance(figure.value, int | float)
        and figure.target is not None
        and figure.value < figure.target
    )


def reading(row: pd.Series) -> str:
    """A rate's change in a word, with the reason where it was not tested."""
    if row["reading"] == NOT_TESTED:
        return f"{NOT_TESTED}: {row['reason']}"
    if row["reading"] == CHANGED:
        return f"{CHANGED}, {'up' if row['change'] > 0 else 'down'}"
    return str(row["reading"])


def reading_note(movements: MovementSummary) -> str:
    """How the intervals and the word for the change were made."""
    level = words.percent(movements.interval_level)
    methods = [
        movements.figures[f"movements.{rate}"].interval_method for rate in ("nrr", "grr", "logo")
    ]
    told = dict.fromkeys(method for method in methods if method is not None)
    made = f"Intervals: {'; '.join(told)}." if told else "No interval: too few clients, or moves."
    return (
        f"{made} “Changed” means that the {level} interval of the difference to a year ago, over "
        "the same draws, leaves out 0; else the difference is within noise."
    )


REVENUES = {
    "recognised": "Revenue of a month is what it recognises.",
    "run_rate": "Revenue of a month is what runs on its last day: bills and terms by the month.",
    "quarter_mean": "Revenue of a month is the mean of the three months to its end.",
    "year_mean": "Revenue of a month is the mean of the twelve months to its end.",
}


def policy_note(movements: MovementSummary) -> str:
    """The choices behind the numbers, and what they changed here."""
    policies = movements.policies
    mean = MEAN_MONTHS.get(policies.movement_revenue)
    pause = 0 if mean else policies.gap_tolerance_days
    said = [REVENUES[policies.movement_revenue], _loss_rule(mean, pause)]
    if pause and len(movements.months):
        last = movements.months.iloc[-1]
        carried = words.money(last["carried"], movements.currency)
        said.append(
            f"Of {words.money(last['end'], movements.currency)} in force in "
            f"{words.month(last['month'])}, {carried} is carried."
        )
    said.append(
        "Clients that come back have a line of their own."
        if policies.reactivation == "separate"
        else "Clients that come back count as new."
    )
    if policies.new_and_gone == "wait":
        single = movements.months["one_off"].sum() if len(movements.months) else 0.0
        said.append(
            "A client counts from its second month with revenue on; first months stand apart "
            f"({words.money(single, movements.currency)} since the data begin)."
        )
    if movements.cut_month is not None:
        said.append(
            f"{words.month(movements.cut_month)} is not over on {words.day(movements.as_of)} and "
            "is in no number here."
        )
    return " ".join(said)


def _loss_rule(mean: int | None, pause: int) -> str:
    if mean is not None:
        return f"A client is lost with {words.plural(mean, 'month')} without revenue."
    if pause == 0:
        return "A client is lost in the first month without revenue."
    return (
        f"A client is lost once its pause is longer than {words.days(pause)}; until then its last "
        "month's revenue is carried on."
    )


def bridge_note(movements: MovementSummary) -> str | None:
    """Why the bridge gives another NRR, where it does."""
    nrr, bridge = number(movements, "nrr"), number(movements, "nrr_bridge")
    if nrr is None or bridge is None or words.percent(nrr) == words.percent(bridge):
        return None
    return (
        f"Read off the movements, NRR would be {words.percent(bridge)}: they count what clients "
        "that came within the year gained and lost as well."
    )


def movements_headline(movements: MovementSummary) -> str:
    """What is gone since a year ago, and whether the same clients made up for it."""
    if movements.reason is not None:
        return _short_headline(movements)
    lost, gained = number(movements, "gone") or 0.0, number(movements, "gained") or 0.0
    gain, loss = (f"{words.money(value, movements.currency)} a month" for value in (gained, lost))
    within = f"within {words.plural(movements.horizon_months, 'month')}"
    if lost == 0 and gained == 0:
        return f"No client brings more or less than {_ago(movements)}"
    if lost == 0:
        return f"Nothing was lost {within}; expansion brings {gain}"
    if gained == 0:
        return f"{loss} was lost {within}, and no client that was there brings more"
    if gain == loss:
        return f"Expansion just covers the {loss} lost {within}"
    if gained > lost:
        return f"Expansion of {gain} more than covers {loss} lost {within}"
    return f"{loss} was lost {within}; expansion makes up for {gain}"


def _ago(movements: MovementSummary) -> str:
    months = movements.horizon_months
    return "a year ago" if months == 12 else f"{words.plural(months, 'month')} ago"


def movements_sentence(movements: MovementSummary) -> str | None:
    """The two months compared, and how much more it is when every month's moves are added up."""
    if movements.reason is not None:
        return None
    start, gone, gained, churn, contraction, expansion, back = (
        number(movements, name) or 0.0
        for name in (
            *("start", "gone", "gained", "churn", "contraction", "expansion", "reactivation"),
        )
    )
    money = [
        words.money(value, movements.currency)
        for value in (start, gone, gained, churn + contraction, expansion + back)
    ]
    return (
        f"Of {money[0]} a month in {words.month(movements.base_month)}, {money[1]} is gone; the "
        f"same clients brought {money[2]} more. In the columns every rise and fall counts, also "
        f"where the next month takes it back: together {money[3]} down and {money[4]} up."
    )


def _short_headline(movements: MovementSummary) -> str:
    """The whole of a short history."""
    if movements.months.empty:
        return "There are no movements to show yet"
    first, last = movements.months.iloc[0], movements.months.iloc[-1]
    start, end = (words.money(value, movements.currency) for value in (first["start"], last["end"]))
    if start == end:
        return f"Revenue a month is {end}, as when the data begin"
    return f"Revenue a month went from {start} to {end} since the data begin"


def movements_description(movements: MovementSummary, months: pd.DataFrame) -> str:
    """The columns in words, for readers who cannot see them."""
    net = (months["end"] - months["start"]).to_numpy()
    best, worst = months.iloc[int(net.argmax())], months.iloc[int(net.argmin())]

    def told(row: pd.Series) -> str:
        change = words.money(row["end"] - row["start"], movements.currency, signed=True)
        return f"{change} in {words.month(row['month'])}"

    return (
        f"Stacked columns of revenue won and lost in {words.plural(len(months), 'month')}. The "
        f"best month changed revenue by {told(best)}, the worst by {told(worst)}."
    )


def quarters_headline(movements: MovementSummary) -> str:
    """How often NRR met its target, or how it moved where none is set."""
    rows = movements.quarters
    if movements.reason is not None or rows.empty:
        return "Retention by quarter is not computable"
    known, target = rows["nrr"].dropna(), movements.figures["movements.nrr"].target
    last = words.percent(known.iloc[-1])
    if len(known) == 1:
        return f"NRR is {last}; earlier quarters are not in the data"
    if target is None:
        first = words.percent(known.iloc[0])
        went = f"stands at {last}, as" if first == last else f"went from {first} to {last} since"
        return f"NRR {went} {words.month(rows['month'].iloc[0])}"
    met, many = int((known >= float(target)).sum()), len(known)
    aim = words.percent(target)
    if met == many:
        return f"NRR met its target of {aim} in all {many} quarters"
    if met == 0:
        return f"NRR met its target of {aim} in none of {many} quarters"
    return f"NRR met its target of {aim} in {met} of {many} quarters"


def quarters_description(movements: MovementSummary) -> str:
    """The lines in words, for readers who cannot see them."""
    rows = movements.quarters
    ends = [rows.iloc[0], rows.iloc[-1]]
    told = [
        f"{RATE_NAMES[rate]} {words.percent(ends[0][rate])} in {words.month(ends[0]['month'])} and "
        f"{words.percent(ends[1][rate])} in {words.month(ends[1]['month'])}"
        for rate in ("nrr", "grr")
    ]
    return f"Two lines over {words.plural(len(rows), 'quarter')}: {'; '.join(told)}."


def without(size: int) -> str:
    """Clients left out, in words.

    >>> without(0), without(1), without(3)
    ('All clients', 'Without the largest client', 'Without the 3 largest clients')
    """
    if size == 0:
        return "All clients"
    return f"Without the {LARGEST.get(size, f'{size} largest clients')}"


def stress_headline(movements: MovementSummary) -> str:
    """Where the largest clients move NRR most."""
    rows = movements.stress
    if movements.reason is not None or rows.empty:
        return "Retention without the largest clients is not computable"
    if len(rows) == 1:
        return "There are too few clients to leave the largest out"
    whole, rest = rows.iloc[0], rows.iloc[1:].loc[rows["accounts"] >= FEWEST_LEFT]
    if rest.empty:
        return f"With {words.plural(whole['accounts'], 'client')}, the largest ones decide NRR"
    gaps = (rest["nrr"] - whole["nrr"]).abs().to_numpy()
    row = rest.iloc[int(gaps.argmax())]
    shown, before = words.percent(row["nrr"]), words.percent(whole["nrr"])
    if shown == before:
        return f"NRR does not hang on the largest clients: it stays {shown} without them"
    who = without(int(row["without"]))
    return f"{who}, NRR would be {shown} instead of {before}"


def group_name(movements: MovementSummary, group: str, kind: str) -> str:
    """A tier or a segment as a reader calls it."""
    if kind == "tiers" and group == NO_TIER:
        return "New since, or without revenue then"
    if kind == "tiers":
        return movements.tier_labels[int(group) - 1]
    return group.capitalize() if group == NOT_RECORDED else group


def groups_headline(movements: MovementSummary, kind: str) -> str:
    """The group that keeps least of its revenue, and the one that keeps most."""
    rows: pd.DataFrame = getattr(movements, kind)
    what = "tier" if kind == "tiers" else movements.segment_word
    reason = movements.tiers_reason if kind == "tiers" else movements.reason
    if reason is not None or rows.empty:
        return f"Retention by {what} is not computable"
    share = rows["start"] / rows["start"].sum()
    known = rows.loc[rows["nrr"].notna() & (share >= SMALLEST_SHARE)]
    named = known.loc[~known["group"].isin([NO_TIER, NOT_RECORDED])]
    if len(named) < 2:
        return f"There are not two of any {what} to compare"
    ranked = named.sort_values(["nrr", "group"], kind="stable")
    low, high = ranked.iloc[0], ranked.iloc[-1]
    least, most = words.percent(low["nrr"]), words.percent(high["nrr"])
    if least == most:
        return f"NRR is {least} in every {what} of some size"
    names = [words.name(group_name(movements, str(row["group"]), kind)) for row in (low, high)]
    return f"{names[0]} keeps least, with NRR of {least}; {names[1]} most, with {most}"


def accounts_headline(movements: MovementSummary) -> str:
    """How much of what was lost the largest losses are."""
    if movements.reason is not None:
        return "Which clients moved is not computable"
    rows = movements.accounts
    losses = -rows.loc[rows["change"] < 0, "change"]
    if losses.empty:
        return "No client brings less than a year ago"
    top = losses.nlargest(TOP_LOSSES)
    lost = words.money(losses.sum(), movements.currency)
    if len(losses) <= TOP_LOSSES:
        who = "One client brings" if len(losses) == 1 else f"{len(losses)} clients bring"
        return f"{who} {lost} a month less than a year ago"
    share = words.percent(top.sum() / losses.sum())
    return f"Five clients account for {share} of the {lost} a month that went"


def listing_note(shown: int, every: int) -> str | None:
    """How many are not listed, and where they are."""
    if shown >= every:
        return None
    return f"{words.count(shown)} of {words.count(every)} clients; the rest is in the workbook."
