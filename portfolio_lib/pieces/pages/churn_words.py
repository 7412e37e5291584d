"""What the page Churn risk says: its headlines, each with a word for when nothing is known."""

from __future__ import annotations

from portfolio_lib.analyses.churn import Churn
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

LARGE_SHARE = 0.5
UNTOLD = 0.02
"""Points of AUC by which two rankings have to differ before one is called better."""


def risk_headline(churn: Churn) -> str:
    """Who holds the risk."""
    risk = churn.figures["churn.revenue_at_risk"]
    value = parts.number_of(churn.figures, "churn.revenue_at_risk")
    if value is None:
        return "Nobody's chance of leaving can be told"
    if value == 0:
        return "No revenue is at risk"
    shown = words.figure_value(risk)
    watched = parts.number_of(churn.figures, "churn.watched") or 0
    share = parts.number_of(churn.figures, "churn.top_5_share") or 0.0
    if watched > 10 and share >= LARGE_SHARE:
        return f"Five clients hold {words.percent(share)} of the {shown} at risk"
    return f"{shown} is at risk, spread over {words.plural(watched, 'client')}"


def calls_headline(churn: Churn) -> str:
    """How many calls the hours allow, and what they may save."""
    count = parts.number_of(churn.figures, "churn.to_call")
    if count is None:
        return "There is no list to call"
    if count == 0:
        return "No call is worth its hours"
    saved = words.figure_value(churn.figures["churn.expected_saved"])
    return f"{words.plural(count, 'call')} may save {saved}"


def trust_headline(churn: Churn) -> str:
    """Whether the list beats the plain baseline on days that it had not seen."""
    auc = parts.number_of(churn.figures, "churn.auc")
    if auc is None:
        return "How good the list is cannot be told yet"
    ahead = churn.figures["churn.auc_ahead_of_recency"]
    gap = parts.number_of(churn.figures, "churn.auc_ahead_of_recency")
    if gap is None:
        return f"On days not seen, the list ranks {words.percent(auc)} of pairs right"
    if gap <= UNTOLD:
        return "The list is no better than looking at the last purchase"
    if ahead.interval is not None and ahead.interval[0] <= 0:
        return "The list seems better than looking at the last purchase, but may owe it to chance"
    return (
        f"The list ranks {words.percent(auc)} of pairs right; the last purchase alone "
        f"{words.percent(auc - gap)}"
    )


def replay_headline(churn: Churn) -> str:
    """How the lists of earlier days did."""
    rate = parts.number_of(churn.figures, "churn.hit_rate")
    if rate is None:
        return "No earlier list can be rebuilt yet"
    caught = parts.number_of(churn.figures, "churn.revenue_caught")
    hits = f"{words.percent(rate)} of those listed left"
    if caught is None:
        return f"Earlier lists: {hits}; no revenue was lost"
    return f"Earlier lists held {words.percent(caught)} of the revenue then lost; {hits}"


def actions_headline(churn: Churn) -> str:
    """The cause on which acting pays best."""
    rows = churn.actions
    if rows.empty:
        return "There is no cause to act on"
    first = rows.iloc[0]
    saved = words.money(first["expected_saved"], churn.currency)
    clients = words.plural(first["accounts"], "client")
    return f"“{first['play_title']}” promises most: {saved} over {clients}"


def trust_sentences(churn: Churn) -> list[str]:
    """What a reader must know before using the list."""
    said = []
    if churn.warning is not None:
        said.append(f"Warning: {churn.warning}")
    if churn.too_few is not None:
        said.append(churn.too_few)
    error = parts.number_of(churn.figures, "churn.calibration_error")
    chance = parts.number_of(churn.figures, "churn.calibration_error_by_chance")
    if error is not None and chance is not None:
        said.append(
            f"Probabilities missed what happened by {words.points(error, 1)} on average; exactly "
            f"right ones would by {words.points(chance, 1)}, from chance alone."
        )
        said.append(_foretold(churn))
    return said


def _foretold(churn: Churn) -> str:
    """What the chances added up to on the days tried, what came, and what to make of it."""
    foretold = churn.figures["churn.losses_foretold"]
    came = parts.number_of(churn.figures, "churn.losses_seen") or 0
    said = f"They added up to {words.figure_value(foretold)} losses; {words.count(came)} came"
    doubt = chances_in_doubt(churn)
    if doubt is not None:
        return f"{said}. {doubt}"
    low, high = (words.count(round(end)) for end in foretold.interval or (0.0, 0.0))
    return f"{said}, and chance alone may bring {low} to {high}."


def chances_in_doubt(churn: Churn) -> str | None:
    """What to do where more or fewer left than chance explains; None where it explains them."""
    foretold = churn.figures["churn.losses_foretold"]
    came = parts.number_of(churn.figures, "churn.losses_seen")
    if foretold.interval is None or came is None:
        return None
    low, high = foretold.interval
    if came > high:
        return (
            "Chances were too low on the days tried: go by the order of the list, and take the "
            "revenue at risk as the least to expect."
        )
    if came < low:
        return (
            "Chances were too high on the days tried: go by the order of the list, and take the "
            "revenue at risk as the most to expect."
        )
    return None


def replay_sentence(churn: Churn) -> str:
    """How much of the revenue lost had been green on the day of the list."""
    keys = ("churn.green_share", "churn.lost_without_colour")
    return parts.green_when_lost(*(churn.figures[key] for key in keys))
