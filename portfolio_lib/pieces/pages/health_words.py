"""What the page Health says: headlines, rules and readings in words."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from portfolio_lib.analyses.causes import FEATURES, cause_in_words
from portfolio_lib.analyses.health import Health
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.parameters.health_measures import Measure
from portfolio_lib.parameters.health_models import EarlyWarning
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

COLOURS = {"green": "Green", "yellow": "Yellow", "red": "Red", "grey": "Unknown"}
SHARES = frozenset(
    {
        *("revenue_trend", "revenue_growth", "usage_trend", "licence_use", "overdue_share"),
        *("late_share_12m", "interactions_change", "top_contact_share_180d", "inbound_share_180d"),
    }
)
YES_OR_NO = frozenset(
    {"notice_given", "auto_renew", "champion_present", "champion_gone", "executive_met_180d"}
)
HARDLY = "Hardly anything is missing that could be collected"
SIDES = {"below": "below", "at_most": "at most", "at_least": "at least", "above": "above"}


def reading(feature: str, value: float) -> str:
    """A reading in the words of its feature.

    >>> reading("usage_trend", -0.2), reading("champion_gone", 1), reading("satisfaction", 7)
    ('−20%', 'yes', '7')
    """
    if feature in SHARES:
        return words.percent(value)
    if feature in YES_OR_NO:
        return "yes" if value >= 0.5 else "no"
    return words.number(value, 0 if float(value).is_integer() else 1)


def rule(warning: EarlyWarning) -> str:
    """When an alarm is raised.

    >>> from portfolio_lib.parameters.health_models import ChampionGone, UsageDrop
    >>> rule(UsageDrop()), rule(ChampionGone())
    ('Trend of use: at most −20%', 'Champion left without a successor')
    """
    label = FEATURES[warning.feature].label
    if warning.feature in YES_OR_NO and (warning.fires, warning.limit) == ("at_least", 1.0):
        return label
    return f"{label}: {SIDES[warning.fires]} {reading(warning.feature, warning.limit)}"


def scale(measure: Measure) -> str:
    """A measure's scale: what is worth how many points.

    >>> from portfolio_lib.parameters.health_measures import Champion, Satisfaction
    >>> scale(Satisfaction())
    '5 = 0, 7 = 50, 8 = 75, 9 = 100'
    >>> scale(Champion())
    'no = 100, yes = 0'
    """
    return ", ".join(
        f"{reading(measure.feature, value)} = {words.number(points)}"
        for value, points in measure.scale
    )


def tier_name(health: Health, tier: str) -> str:
    """A tier by its label."""
    if tier == NO_TIER:
        return "No tier"
    return words.name(health.labels[TIERS.index(tier)], longest=30)


def colours_headline(health: Health) -> str:
    """How the first tier stands, and how many clients are red in all."""
    red = health.figures["health.red"]
    if not isinstance(red.value, int | float):
        return (
            "No client's health can be told yet" if len(health.accounts) else "No client to judge"
        )
    counts = health.matrix.pivot(index="tier", columns="level", values="accounts")
    known = counts.loc[counts[["green", "yellow", "red"]].sum(axis=1) > 0]
    tier = next(one for one in (*TIERS, NO_TIER) if one in known.index)
    row = {level: int(number) for level, number in known.loc[[tier]].iloc[0].items()}
    whole = sum(row.values())
    called = "client without a tier" if tier == NO_TIER else f"{tier_name(health, tier)} client"
    if row["green"] == whole == int(counts.to_numpy().sum()):
        return (
            f"All {words.plural(whole, 'client')} are green"
            if whole > 1
            else ("The one client is green")
        )
    first = _first_tier(row, whole, called)
    if not red.value:
        return f"{first}; no client is red" if row["yellow"] else "No client is red"
    return f"{first}; {words.plural(red.value, 'client')} in all {_are(red.value)} red"


def _first_tier(row: Mapping[Hashable, int], whole: int, called: str) -> str:
    for level in ("red", "yellow"):
        if row[level]:
            if whole == 1:
                return f"The one {called} is {level}"
            part = f"{words.count(row[level])} of {words.plural(whole, called)}"
            return f"{part} {_are(row[level])} {level}"
    return f"No {called} is red or yellow"


def _are(number: float) -> str:
    return "is" if number == 1 else "are"


def risk_headline(health: Health) -> str:
    """How many clients are at risk, what they bring, and the cause met most."""
    count = health.figures["health.at_risk"]
    if not isinstance(count.value, int | float):
        return "Clients at risk cannot be told yet"
    if count.value == 0:
        return "No client is at risk"
    money = words.figure_value(health.figures["health.at_risk_revenue"])
    said = f"{words.plural(count.value, 'client')} with {money} a year {_are(count.value)} at risk"
    cause = str(health.causes["cause"].iloc[0])
    return f"{said}; first cause: {cause_in_words(cause).lower()}"


def causes_sentence(health: Health) -> str:
    """Every cause with its clients and their revenue."""
    told = [
        f"{cause_in_words(row['cause'])} {words.count(row['accounts'])} "
        f"({words.money(row['revenue'], health.currency)})"
        for _, row in health.causes.iterrows()
    ]
    return f"Causes: {words.listing(told)}. The cause is what takes most off the score."


def movers_headline(health: Health) -> str:
    """How many fell and rose since the last review."""
    fell, rose = (health.figures[f"health.{key}"].value for key in ("fell", "rose"))
    if not isinstance(fell, int | float) or not isinstance(rose, int | float):
        return "Who fell and who rose cannot be told"
    since = words.day(health.moved_since)
    if not fell and not rose:
        return f"No client fell or rose since {since}"
    down = f"{words.plural(fell, 'client') if fell else 'No client'} fell"
    return f"{down} and {words.count(rose) if rose else 'none'} rose since {since}"


def history_headline(health: Health) -> str:
    """How the number of red clients moved since the day before among those shown."""
    days = shown_days(health)
    if health.figures["health.red"].reason is not None:
        return "Earlier colours cannot be told"
    if len(days) == 1:
        return "There is one day with colours so far"
    earlier, last = days.iloc[-2], days.iloc[-1]
    before, now = int(earlier["red"]), int(last["red"])
    since = words.day(earlier["snapshot_date"])
    if before == now:
        return f"As many clients are red as on {since}: {words.count(now) if now else 'none'}"
    more = "more" if now > before else "fewer"
    are = _are(now)
    said = f"{words.plural(now, 'client')} {are} red" if now else "No client is red"
    return f"{said}, {more} than the {words.count(before)} on {since}"


def shown_days(health: Health) -> pd.DataFrame:
    """The latest days of the history, earliest first."""
    return health.days.tail(health.page.quarters_shown + 1)


def warnings_headline(health: Health) -> str:
    """How many clients are warned of, and the rule that was right most often."""
    warned = health.figures["health.warned"]
    if not isinstance(warned.value, int | float):
        return "No early warning can be read yet"
    said = f"{words.plural(warned.value, 'client')} {'shows' if warned.value == 1 else 'show'}"
    said = f"{said} an early warning" if warned.value else "No client shows an early warning"
    rules = health.warnings
    sure = rules.loc[rules["past_alarms"].ge(health.page.least_events)]
    if sure.empty:
        return f"{said}; past alarms are too few to judge"
    sure = sure.loc[sure["precision"] > sure["base_rate"]]
    if sure.empty:
        return f"{said}; none came true more often than for all clients"
    best = sure.sort_values(["precision", "key"], ascending=[False, True]).iloc[0]
    right, base = parts.told_apart(best["precision"], best["base_rate"])
    return f"{said}; “{words.name(best['title'])}” came true in {right}, all clients {base}"


def past_headline(health: Health) -> str:
    """What share of red and of green clients left."""
    red, green = (health.figures[f"health.{level}_left"] for level in ("red", "green"))
    if not isinstance(green.value, int | float):
        green = health.figures["health.yellow_left"]
    if not isinstance(green.value, int | float):
        return "Earlier colours cannot be held against losses yet"
    other = "green" if green.key.endswith("green_left") else "yellow"
    if not isinstance(red.value, int | float):
        return f"No client was red; {words.percent(green.value)} of {other} ones left"
    shown = parts.told_apart(float(red.value), float(green.value))
    if shown[0] == shown[1]:
        return f"Red came before no more losses than {other}: {shown[0]} of each left"
    within = "" if health.horizon_days is None else f" within {words.days(health.horizon_days)}"
    return f"{shown[0]} of red clients left{within}, {shown[1]} of {other} ones"


def weights_headline(health: Health) -> str:
    """How well the score ranks losses, and whether other weights would do better."""
    score = health.figures["health.score_auc"]
    if not isinstance(score.value, int | float):
        return "Weights cannot be compared with losses yet"
    said = f"In {words.percent(score.value)} of pairs the client that left had the lower score"
    gained = health.figures["health.suggested_gain"]
    if not isinstance(gained.value, int | float):
        return said
    low, high = gained.interval or (-1.0, 1.0)
    if low <= 0 <= high:
        return f"{said}; no other weights surely do better"
    return f"{said}; other weights do {'better' if low > 0 else 'worse'}"


def worst_headline(health: Health) -> str:
    """How firm the list of the worst clients is."""
    stays = health.figures["health.worst_stays"]
    if not isinstance(stays.value, int | float):
        return "The list of the worst clients has nothing to be tested on"
    firm = int(health.worst["stays"].ge(0.95).sum())
    size = len(health.worst)
    by = words.percent(health.page.weight_range)
    if firm == size:
        return f"The worst {words.count(size)} stay the worst when weights move by {by}"
    return (
        f"{words.count(firm)} of the worst {words.count(size)} are firm when weights move by {by}"
    )


def collect_headline(health: Health) -> str:
    """Which data would tell most."""
    if health.accounts.empty:
        return "No client to collect data for"
    if health.to_collect.empty:
        return "Nothing that could be collected is missing"
    first = health.to_collect.iloc[0]
    what = f"Complete data on {first['table']}"
    if first["out_of_grey"]:
        told = words.plural(first["out_of_grey"], "client")
        return f"{what} would tell the colour of {told} more"
    gain = words.points(first["coverage_gain"])
    if gain.startswith("0 "):
        return HARDLY
    return f"{what} would make {gain} more of the score known"


def estimate(value: float, low: float, high: float) -> str | None:
    """A share with its interval; None where there is none.

    >>> estimate(0.26, 0.13, 0.45), estimate(0.5, math.nan, math.nan)
    ('26% (13 to 45)', '50%')
    """
    if math.isnan(value):
        return None
    if math.isnan(low) or math.isnan(high):
        return words.percent(value)
    ends = " to ".join(words.percent(end).rstrip("%") for end in (low, high))
    return f"{words.percent(value)} ({ends})"


def firm_list(health: Health) -> list[str]:
    """The worst clients, each with its score and how often it stays among them."""
    return [
        f"{words.name(row['account_name'])} ({words.ratio(row['score'])}; stays in "
        f"{words.percent(row['stays'])})"
        for _, row in health.worst.iterrows()
    ]
