"""Headlines and notes of the page Value."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.value import ClientValue
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

NO_TIER_WORDS = "No tier: no revenue"
REMARKS = {
    "ticket × frequency": "plain rule",
    "days since last purchase": "plain rule, only ranks",
}
ROUND = 0.005


def value_word(value: ClientValue) -> str:
    """What is looked ahead to: lifetime value, or expected revenue where no cost is known."""
    return "lifetime value" if value.measure == "clv" else "expected revenue"


def total_of(value: ClientValue) -> Figure:
    """The sum of what is looked ahead to."""
    key = "clv_total" if value.measure == "clv" else "expected_revenue"
    return value.figures[f"value.{key}"]


def span(value: ClientValue) -> str:
    """How far ahead and at which discount.

    >>> from types import SimpleNamespace
    >>> span(SimpleNamespace(horizon_months=36, discount_rate=0.1))
    '36 months ahead, discounted at 10% a year'
    """
    ahead = words.plural(value.horizon_months, "month")
    return f"{ahead} ahead, discounted at {words.percent(value.discount_rate)} a year"


def groups_headline(value: ClientValue) -> str:
    """What the first tier is of the clients, and of what they are worth."""
    rows = value.tiers.loc[value.tiers["kind"].eq("named") & value.tiers["accounts"].gt(0)]
    if rows.empty:
        return "No client brought revenue, so no tier holds value"
    first = rows.iloc[0]
    clients = words.percent(first["accounts"] / value.tiers["accounts"].sum())
    name = value.tier_labels[int(first["group"]) - 1]
    for column, what in (
        ("value_share", value_word(value)),
        ("contribution_share", "what is left after costs"),
        ("revenue_share", "revenue"),
    ):
        if pd.notna(first[column]):
            share = words.percent(first[column])
            tier = f"Tier {first['group']} ({words.name(name)})"
            return f"{tier} is {clients} of clients and {share} of {what}"
    return "What tiers are worth is not computable"


def accounts_headline(value: ClientValue) -> str:
    """What all clients are worth, with its interval; else what is missing."""
    figure = total_of(value)
    if not isinstance(figure.value, int | float):
        return f"{value_word(value).capitalize()} is not computable"
    clients = words.plural(figure.n, "client")
    holds = "holds" if figure.n == 1 else "hold"
    shown = words.figure_value(figure)
    said = f"{clients} {holds} {shown} of {value_word(value)}"
    if figure.interval is None:
        return said
    low, high = (words.figure_value(figure, value=end) for end in figure.interval)
    return f"{said} ({low} to {high})"


def accounts_note(value: ClientValue, shown: pd.DataFrame) -> str:
    """How value is made, what it leaves out, and how much the largest clients hold."""
    figure = total_of(value)
    sentences = [figure.definition]
    if figure.interval is not None:
        sentences.append(
            f"From and to: {figure.interval_method}; how sure the expectation is, not how far one "
            "client may stray from it."
        )
    alike = same_chance(value, shown)
    if alike is not None:
        chance = words.percent(alike)
        sentences.append(f"Each of these is there in a year with a chance of {chance}.")
    top = value.figures["value.top_tenth_share"]
    if top.computable:
        sentences.append(f"The first tenth of clients holds {words.figure_value(top)} of it.")
    left_out = unvalued(value)
    if left_out:
        are = "is" if left_out == 1 else "are"
        why = "have no contract in force" if left_out > 1 else "has no contract in force"
        sentences.append(
            f"{words.plural(left_out, 'active client')} {are} not in it: "
            f"{'they' if left_out > 1 else 'it'} {why}."
        )
    share = value.recurring_share
    if value.relation == "contracts" and share is not None and share < 1 - ROUND:
        sentences.append(f"Single sales, {words.percent(1 - share)} of revenue, are not in it.")
    return " ".join(sentences)


def same_chance(value: ClientValue, rows: pd.DataFrame) -> float | None:
    """The chance to be there in a year, where all the clients listed have the same one."""
    alike = value.relation == "contracts" and len(rows) > 1 and rows["chance_there"].nunique() == 1
    return float(rows["chance_there"].iloc[0]) if alike else None


def unvalued(value: ClientValue) -> int:
    """Active clients without a value although others have one."""
    rows = value.accounts
    known = rows[value.measure].notna()
    return int((rows["is_active"] & ~known).sum()) if known.any() else 0


def costly_headline(value: ClientValue) -> str:
    """How many clients cost more than they bring."""
    figure = value.figures["value.unprofitable_accounts"]
    if not isinstance(figure.value, int | float):
        return "Which clients cost more than they bring is not computable"
    if figure.value == 0:
        return "No client costs more than it brings"
    verb, brings = ("costs", "it brings") if figure.value == 1 else ("cost", "they bring")
    beyond = words.figure_value(value.figures["value.unprofitable_sum"])
    return f"{words.plural(figure.value, 'client')} {verb} more than {brings}, {beyond} in all"


def models_headline(value: ClientValue) -> str:
    """Which way to foretell did best, and how far off it was."""
    used = value.figures["value.model"]
    if not used.computable:
        return f"No way to foretell {what_is_foretold(value)} holds here"
    error = value.figures["value.model_error"]
    if not isinstance(error.value, int | float):
        return f"{used.value} is used; nothing could be held out to compare ways"
    row = value.models.loc[value.models["is_used"]].iloc[0]
    one = "lost client" if value.relation == "contracts" else "purchase"
    expected = words.plural(row["expected"], one)
    verb = "was" if expected.startswith("1 ") else "were"
    there = "was" if row["actual"] == 1 else "were"
    actual = words.count(row["actual"])
    return f"In the months held back {expected} {verb} expected; there {there} {actual}"


def what_is_foretold(value: ClientValue) -> str:
    """What the models speak of."""
    return "how long clients stay" if value.relation == "contracts" else "purchases"


def remark(row: pd.Series) -> str:
    """One word or two on a model's place: used, a plain rule, or why it is blank."""
    if row["is_used"]:
        return "used"
    if row["model"] in REMARKS:
        return REMARKS[row["model"]]
    why = row["why_blank"]
    if not isinstance(why, str):
        return "nobody leaves" if row["model"] == "NBD" else "not used"
    return "collapses to NBD" if "not identified" in why else "cannot be told from these clients"


def models_note(value: ClientValue) -> str:
    """How the comparison was made, with n and window, and what speaks for or against it."""
    used = value.figures["value.model"]
    sentences = [_measured(value)]
    if used.n is not None and used.window is not None and len(value.models):
        clients = words.plural(used.n, "client")
        sentences.insert(
            0,
            f"{clients} known before; held-out months {parts.window(used)}, which no way had seen.",
        )
    if value.unchosen:
        sentences.append(parts.capital(value.unchosen))
    if value.passed_over:
        sentences.append(
            f"Better on these months, but not used: {parts.capital(value.passed_over)}"
        )
    sentences.extend(_against_rules(value))
    sentences.append(cross_check(value))
    return " ".join(sentences)


def _measured(value: ClientValue) -> str:
    if value.relation == "contracts":
        return (
            "Error: mean squared error of each client's chance to leave. The lowest is used, the "
            "simplest of equals."
        )
    return (
        "Error: mean error in purchases per client. Fit: log-likelihood, better when higher; the "
        "highest among models in which clients leave is used. Ranking: chance that a client who "
        "buys again stands above one who does not."
    )


def _against_rules(value: ClientValue) -> list[str]:
    """Whether the model that is used does better than the plain rules."""
    rows = value.models.set_index("model")
    used = rows.loc[rows["is_used"]]
    if value.relation != "purchases" or used.empty:
        return []
    own, said = used.iloc[0], []
    for rule, column, better, what in (
        ("ticket × frequency", "mean_error", -1, "error"),
        ("days since last purchase", "ranking", 1, "ranking"),
    ):
        gap = (own[column] - rows.loc[rule, column]) * better
        if pd.notna(gap):
            verb = "beats" if gap > 0 else "does not beat"
            said.append(f"Its {what} {verb} that of {rule}.")
    return said


def cross_check(value: ClientValue) -> str:
    """The rule of thumb beside the model, or why there is none."""
    figure, mean = value.figures["value.cross_check"], value.figures["value.clv_mean"]
    if not figure.computable:
        return f"ARPA ÷ churn is not computable: {figure.reason}."
    beside = f" beside {words.figure_value(mean)} by the model" if mean.computable else ""
    return (
        f"Rule of thumb, ARPA ÷ churn (a year's amount per client ÷ share lost in a year): "
        f"{words.figure_value(figure)} a client for ever, without discount,{beside}."
    ).replace(",.", ".")


def acquisition_headline(value: ClientValue) -> str:
    """What a new client costs, and in how many months it has paid that back."""
    cac, back = value.figures["value.cac"], value.figures["value.payback_months"]
    if not cac.computable:
        return "What it costs to win a client is not computable"
    said = f"A new client costs {words.figure_value(cac)} to win"
    if not back.computable:
        return f"{said}; when it has paid that back is not computable"
    return f"{said} and pays it back in {words.figure_value(back)}"


def referrals_headline(value: ClientValue) -> str:
    """How many clients came by another, and what they bring."""
    count, share = value.figures["value.referred_accounts"], value.figures["value.referred_share"]
    if not isinstance(count.value, int | float):
        return "Who refers whom is not known"
    said = f"{words.plural(count.value, 'referred client')}"
    if not share.computable:
        return f"{said} brought no revenue in the window"
    bring = "brings" if count.value == 1 else "bring"
    return f"{said} {bring} {words.figure_value(share)} of revenue"
