"""What the page Satisfaction says: headlines, notes, and numbers with their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from portfolio_lib.analyses.answer_scores import BELOW, TOO_FEW, Estimate, differ
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.satisfaction import SatisfactionResult
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

CUT_NAMES = {"tier": "Tier", "industry": "Industry", "account_manager": "Account manager"}
LONGEST_COMMENT = 180
QUARTERS_IN_A_YEAR = 4


def number(found: SatisfactionResult, key: str) -> float | None:
    """A figure of the page as a number."""
    return parts.number_of(found.figures, f"satisfaction.{key}")


def rating(value: float | None) -> str:
    """A rating of 0 to 10.

    >>> rating(8.4375)
    '8.4'
    """
    return words.number(value, 1)


def score(value: float | None) -> str:
    """A net promoter score, which is said in points and with its sign.

    >>> score(0.53), score(-0.1), score(0.0)
    ('+53', '−10', '0')
    """
    return words.number(None if value is None else value * 100, signed=True)


def shown(figure: Figure, value: object = ...) -> str:
    """A figure's value as this page shows it."""
    one = figure.value if value is ... else value
    if not isinstance(one, int | float):
        return words.NOT_COMPUTABLE
    if figure.unit == "share":
        return words.percent(one)
    return score(one) if figure.unit == "points" else rating(one)


def span(figure: Figure) -> str | None:
    """Both ends of a figure's interval; None where there is none."""
    if figure.interval is None:
        return None
    return f"{shown(figure, figure.interval[0])} to {shown(figure, figure.interval[1])}"


def spans(lows: pd.Series, highs: pd.Series) -> pd.Series:
    """Both ends of intervals of ratings, in words; missing where there is none."""
    ends = zip(lows, highs, strict=True)
    told = [None if words.absent(a) else f"{rating(a)} to {rating(b)}" for a, b in ends]
    return pd.Series(told, index=lows.index, dtype="object")


def measures_headline(found: SatisfactionResult) -> str:
    """Satisfaction against its target, and the net promoter score beside it."""
    rated, promoted = number(found, "rating"), number(found, "nps")
    if rated is None and promoted is None:
        csat = number(found, "csat")
        if csat is None:
            return "Satisfaction is not computable"
        return f"{words.percent(csat)} of answers are satisfied ones"
    nps = None if promoted is None else f"the NPS is {score(promoted)}"
    if rated is None:
        return parts.capital(str(nps)).rstrip(".")
    said = f"Satisfaction of {rating(rated)} {_against(rated, found.target)}"
    return f"{said}; {nps}" if nps else said


def _against(value: float, target: float) -> str:
    """Met, missed, or missed by less than one decimal shows."""
    aim = rating(target)
    if value >= target:
        return f"meets its target of {aim}"
    if rating(value) == aim:
        return f"is just short of its target of {words.number(target, 2)}"
    return f"misses its target of {aim}"


def trend_headline(found: SatisfactionResult) -> str:
    """Whether satisfaction of the last quarter with answers differs from a year before it."""
    rows = found.quarters.loc[found.quarters["satisfaction"].notna()]
    if rows.empty:
        return "Satisfaction by quarter is not computable"
    last = rows.iloc[-1]
    month = words.month(last["quarter_end"])
    said = f"Satisfaction in the quarter to {month} is {rating(last['satisfaction'])}"
    earlier = found.quarters.shift(QUARTERS_IN_A_YEAR).loc[rows.index[-1]]
    before = earlier["satisfaction"]
    if words.absent(before):
        return said
    alike = rating(before) == rating(last["satisfaction"])
    if alike or not differ(_rated(last), _rated(earlier)):
        return f"{said}, in line with a year before ({rating(before)})"
    way = "up" if last["satisfaction"] > before else "down"
    return f"{said}, {way} from {rating(before)} a year before"


def _rated(row: pd.Series) -> Estimate:
    """A quarter's satisfaction with its interval."""
    return Estimate(row["satisfaction"], row["satisfaction_low"], row["satisfaction_high"])


def groups_headline(found: SatisfactionResult) -> str:
    """The group furthest below all other clients, or that none stands out."""
    told = found.groups.loc[found.groups["satisfaction"].notna()]
    if told.empty:
        return "Groups of clients cannot be compared: too few answers"
    low = told.loc[told["reading"].eq(BELOW)].sort_values(
        ["satisfaction", "cut", "group"], kind="stable"
    )
    if low.empty:
        return "No group of clients is clearly less satisfied than the others"
    row = low.iloc[0]
    name = words.name(row["group"], longest=30)
    return f"{name} is the least satisfied group: {rating(row['satisfaction'])} of 10"


def groups_note(found: SatisfactionResult) -> str:
    """How the groups are compared, and how many were too few."""
    few = int(found.groups["reading"].eq(TOO_FEW).sum())
    level = words.percent(found.interval_level)
    said = (
        f"Above or below: the {level} interval of the difference to all others does not reach "
        f"zero; by chance alone about one group in {round(1 / (1 - found.interval_level))} is."
    )
    if few:
        have = "has" if few == 1 else "have"
        said += (
            f" {words.plural(few, 'group')} {have} too few to say: answers from fewer than "
            f"{found.least_accounts} clients."
        )
    return said


def unhappy_headline(found: SatisfactionResult) -> str:
    """How many clients have a detractor or are dissatisfied, and what they bring."""
    against, low = number(found, "detractor_accounts"), number(found, "low_accounts")
    if against is None and low is None:
        return "Unhappy clients are not known"
    if found.unhappy.empty:
        return "No client that answered has a detractor or is dissatisfied"
    count = len(found.unhappy)
    money = words.money(float(found.unhappy["revenue_12m"].sum()), found.currency)
    is_, brings = ("is", "brings") if count == 1 else ("are", "bring")
    it = "it" if count == 1 else "they"
    return f"{words.plural(count, 'client')} {is_} unhappy; {it} {brings} {money} a year"


def why_unhappy(row: Mapping[Hashable, object]) -> str:
    """Why a client is listed, in words.

    >>> why_unhappy({"detractors": 2, "lowest_score": 4.0, "is_low": True,
    ...              "latest_satisfaction": 5.5})
    '2 detractors, lowest 4; satisfaction 5.5'
    """
    told = []
    many = row["detractors"]
    if isinstance(many, int | float) and many:
        told.append(f"{words.plural(many, 'detractor')}, lowest {_plain(row['lowest_score'])}")
    if row["is_low"]:
        low = row["latest_satisfaction"]
        told.append(f"satisfaction {rating(low if isinstance(low, float) else None)}")
    return "; ".join(told)


def _plain(value: object) -> str:
    """A score without needless decimals."""
    return f"{value:g}" if isinstance(value, int | float) else words.NOT_COMPUTABLE


def asked(row: Mapping[Hashable, object]) -> str:
    """The kind of question and its answer.

    >>> asked({"kind": "NPS", "score": 4.0, "scale_max": 10.0})
    'NPS, 4 of 10'
    """
    kind = row["kind"] if isinstance(row["kind"], str) else "question"
    answer = row["score"]
    if not isinstance(answer, float) or words.absent(answer):
        return f"{kind}, no score"
    return f"{kind}, {answer:g} of {_plain(row['scale_max'])}"


def comments_headline(found: SatisfactionResult) -> str:
    """How many comments came in the window."""
    count = number(found, "comments")
    if count is None:
        return "What clients wrote is not known"
    if count == 0:
        return f"No client wrote a comment in the last {words.plural(found.window_months, 'month')}"
    return f"Clients wrote {words.plural(count, 'comment')} in {found.window_months} months"


def answering(found: SatisfactionResult) -> str:
    """Who answered, in a sentence or two."""
    clients = found.figures["satisfaction.accounts_answered"]
    if clients.value is None:
        return parts.capital(clients.reason or "")
    said = f"{words.plural(float(clients.value), 'client')} answered"
    revenue = number(found, "revenue_coverage")
    if revenue is not None:
        said += f"; they bring {words.percent(revenue)} of revenue"
    rate = found.figures["satisfaction.response_rate"]
    if isinstance(rate.value, float):
        said += f". {words.percent(rate.value)} of requests were answered"
    else:
        said += f". The response rate is not computable: {rate.reason}"
    lost = number(found, "set_aside")
    if lost:
        said += f". {words.plural(lost, 'answer')} cannot be read and {_counts(lost)} nowhere"
    return f"{said}."


def _counts(how_many: float) -> str:
    return "counts" if how_many == 1 else "count"


def senior_note(found: SatisfactionResult) -> str:
    """What the three scores are, and where their intervals come from."""
    level = words.percent(found.interval_level)
    return (
        "NPS: share of answers of 9 or 10 less share of 0 to 6, in points from −100 to +100. One "
        "busy client can move it, so it is shown with each client counted once, and with the most "
        f"senior answer of each client alone. Between: {level} intervals; those of CSAT and of all "
        "NPS answers take every answer as a separate opinion."
    )


def is_old(found: SatisfactionResult) -> str | None:
    """A warning where the latest answer is older than the window."""
    last = found.accounts["last_answer"].max()
    start = pd.Timestamp(found.as_of) - pd.DateOffset(months=found.window_months)
    if pd.isna(last) or last > start:
        return None
    return f"The latest answer known is of {words.day(last)}."
