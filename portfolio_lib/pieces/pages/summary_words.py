"""The words of the executive summary: one line, three to five sentences, one decision.

Each follows from figures that other pages show, by the rules below; the same figures always say
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from portfolio_lib.analyses.causes import cause_in_words
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.summary import Summary
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import portfolio_message as of_portfolio
from portfolio_lib.pieces.pages.parts import capital, lowered, told_apart

Figures = Mapping[str, Figure]


def headline(summary: Summary) -> str:
    """The message of the pack in at most twelve words.

    The first rule that holds decides: nothing to review; retention misses its target; the rules of
    the portfolio (too much hangs on ten clients, too few clients stayed, else its revenue).
    """
    figures = summary.known
    if not figures["portfolio.revenue_12m"].computable:
        return "There is no revenue to review yet"
    nrr = figures["movements.nrr"]
    if isinstance(nrr.value, int | float) and nrr.target is not None and nrr.value < nrr.target:
        value, target = told_apart(float(nrr.value), float(nrr.target))
        moved = of_portfolio.revenue_moved(figures)
        return f"{moved}; NRR of {value} misses the target of {target}"
    return of_portfolio.headline(figures)


def sentences(summary: Summary) -> list[tuple[str, str]]:
    """Three to five sentences: revenue, who stays, what is at risk, what is due, what is good."""
    figures = summary.known
    said = [of_portfolio.on_revenue(figures), _on_retention(figures)]
    said += [*_on_risk(summary), *_on_renewals(figures), *_on_areas(summary)]
    if len(said) < 5:
        said.insert(2, of_portfolio.on_top(figures))
    return said[:5]


def _on_retention(figures: Figures) -> tuple[str, str]:
    nrr, grr = figures["movements.nrr"], figures["movements.grr"]
    if not nrr.computable:
        return of_portfolio.on_clients(figures)
    lead = f"Last year's clients bring {words.figure_value(nrr)} of what they did (NRR)."
    told = f"Without what they buy more it is {words.figure_value(grr)} (GRR)."
    kept = figures["portfolio.clients_kept"]
    if kept.computable:
        told += f" {words.figure_value(kept)} of them stayed."
    return lead, told


def _on_risk(summary: Summary) -> Iterator[tuple[str, str]]:
    figures = summary.known
    risk, share = figures["churn.revenue_at_risk"], figures["churn.revenue_at_risk_share"]
    if risk.computable:
        lead = f"{words.figure_value(risk)} of yearly revenue is at risk."
        yield lead, _on_list(figures, share)
        return
    red = figures["health.red"]
    if isinstance(red.value, int | float) and red.value:
        money = figures["health.at_risk_revenue"]
        clients = words.plural(red.value, "client")
        told = f"They bring {words.figure_value(money)} a year." if money.computable else ""
        yield f"{clients} {'is' if red.value == 1 else 'are'} red.", told


def _on_list(figures: Figures, share: Figure) -> str:
    part = (
        f"That is {words.figure_value(share)} of what current clients bring."
        if share.computable
        else ""
    )
    caught = figures["churn.revenue_caught"]
    if caught.computable:
        part += f" On past days such a list held {words.figure_value(caught)} of what was lost."
    return part.strip()


def _on_renewals(figures: Figures) -> Iterator[tuple[str, str]]:
    due = figures["renewals.due_90d"]
    if not isinstance(due.value, int | float) or not due.value:
        return
    lead = f"Contracts of {words.figure_value(due)} a year end within 90 days."
    told = []
    for key, word in (("renewed_ahead", "renewed already"), ("at_risk", "at risk")):
        one = figures[f"renewals.{key}"]
        if isinstance(one.value, int | float) and one.value:
            told.append(f"{words.figure_value(one)} is {word}")
    yield lead, capital(f"{words.listing(told)}.") if told else ""


def _on_areas(summary: Summary) -> Iterator[tuple[str, str]]:
    if summary.areas.empty:
        return
    met = summary.figures["summary.areas_met"].value
    judged = summary.figures["summary.areas_judged"].value
    lead = f"{met} of {judged} areas {'meets its' if met == 1 else 'meet their'} goal."
    told = []
    if len(summary.best):
        told.append(f"best is {_area(summary.best.iloc[0])}")
    if len(summary.attention):
        told.append(f"furthest behind is {_area(summary.attention.iloc[0])}")
    yield lead, capital(f"{'; '.join(told)}.")


def _area(row: pd.Series) -> str:
    return f"{_lowered(row['label'])} ({words.amount(row['value'], row['unit'])})"


def _lowered(label: str) -> str:
    """A label within a sentence; one that begins with two capitals, such as NRR, keeps them."""
    return label if label[:2].isupper() else lowered(label)


def decision(summary: Summary) -> str | None:
    """What the readers are asked to decide; None where every stated aim is met.

    A fall of revenue that rang comes first where it is larger than all that the list of risks
    stands for; then the calls, because they cannot wait; then what the portfolio asks; then the
    area furthest behind its goal.
    """
    return (
        _on_fall(summary)
        or _on_calls(summary)
        or of_portfolio.decision(summary.known, summary.clients)
        or _on_worst(summary)
    )


def _on_fall(summary: Summary) -> str | None:
    falls = summary.situations.loc[summary.situations["kind"].eq("wake_up")]
    if falls.empty or falls["money"].iloc[0] <= _at_stake(summary):
        return None
    first = falls.iloc[0]
    money = words.money(first["money"], summary.currency)
    return (
        f"Agree what is done about {words.name(first['account_name'])}: revenue is {money} less "
        "than was to be expected."
    )


def _at_stake(summary: Summary) -> float:
    return float(summary.calls["revenue_at_risk"].fillna(0.0).sum()) if len(summary.calls) else 0.0


def _on_calls(summary: Summary) -> str | None:
    """Who calls, how much is at stake, and at whom most: not the first call, which is the best."""
    asked = summary.known["churn.to_call"].value
    if not isinstance(asked, int | float) or not asked or summary.calls.empty:
        return None
    order = ["revenue_at_risk", "account_id"]
    largest = summary.calls.sort_values(order, ascending=[False, True]).iloc[0]
    manager = largest["account_manager"]
    owner = f", {words.name(manager)}" if isinstance(manager, str) and manager else ""
    who = f"{words.name(largest['account_name'])} ({_yearly(largest, summary.currency)}{owner})"
    saved = summary.known["churn.expected_saved"]
    gain = f" It may save {words.figure_value(saved)} a year." if saved.computable else ""
    if asked == 1:
        return f"Agree who calls {who}, the one client on the list of risks.{gain}"
    return (
        f"Agree who calls the {words.plural(asked, 'client')} on the list of risks, most at stake "
        f"at {who}.{gain}"
    )


def _on_worst(summary: Summary) -> str | None:
    if summary.attention.empty:
        return None
    worst = summary.attention.iloc[0]
    now, goal = (words.amount(worst[column], worst["unit"]) for column in ("value", "goal"))
    limit = "at most " if worst["is_limit"] else ""
    return f"Agree how to get from {now} to {limit}{goal}: {_lowered(worst['label'])}."


def _yearly(row: pd.Series, currency: str) -> str:
    return f"{words.money(row['annual_revenue'], currency)} a year"


def situation(row: pd.Series) -> str:
    """A situation of high risk in words; its money stands beside it."""
    kind, count = str(row["kind"]), row["count"]
    if kind == "may_leave":
        chance = words.percent(row["probability"])
        cause = cause_in_words(str(row["cause"])).lower()
        return f"{words.name(row['account_name'])} may leave ({chance}; {cause})"
    if kind == "wake_up":
        return f"Revenue fell out of its range: {words.name(row['account_name'])}"
    if kind == "single_threaded":
        clients = words.plural(count, "client")
        renew = "renews" if count == 1 else "renew"
        return f"{clients} with one contact only {renew} within 90 days"
    if kind == "urgent_issue":
        return f"{words.plural(count, 'urgent issue')} open"
    if kind == "detractors":
        return f"{words.plural(count, 'client')} would not recommend us (answer of 6 or less)"
    return {
        "notice": "Contracts under notice end within 90 days",
        "overdue": "Bills are overdue",
    }[kind]
