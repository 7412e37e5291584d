"""The sentences of the page Plan."""

from __future__ import annotations

from portfolio_lib.analyses.plan import Plan
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages.parts import lowered, number_of


def actions_headline(plan: Plan) -> str:
    """How much there is to do, and what it should bring."""
    count = number_of(plan.figures, "plan.actions") or 0
    if not count:
        return "Nothing calls for an action with a single client"
    clients = words.plural(number_of(plan.figures, "plan.accounts"), "client")
    lead = f"{words.plural(count, 'action')} for {clients} in 90 days"
    told = []
    for key, verb in (("plan.kept", "keep"), ("plan.growth", "add")):
        figure = plan.figures[key]
        if isinstance(figure.value, int | float) and figure.value > 0:
            told.append(f"{verb} {words.figure_value(figure)}")
    return f"{lead} should {' and '.join(told)} a year" if told else lead


def capacity_note(plan: Plan) -> str:
    """How the hours cut the plan."""
    cut = int(number_of(plan.figures, "plan.cut") or 0)
    share = words.percent(plan.page.hours_share)
    hours = words.number(number_of(plan.figures, "plan.hours"))
    lead = f"The plan takes {hours} hours; {share} of account managers' hours go into it."
    if not cut:
        return f"{lead} All actions with a cause fit."
    verb = "does" if cut == 1 else "do"
    return f"{lead} {words.plural(cut, 'action')} {verb} not fit: the workbook lists what was cut."


def portfolio_headline(plan: Plan) -> str:
    """What is to be done about the portfolio as a whole."""
    count = number_of(plan.figures, "plan.portfolio_actions") or 0
    if not count:
        return "Nothing calls for an action about the portfolio as a whole"
    first = str(plan.portfolio.loc[plan.portfolio["fits"], "title"].iloc[0])
    lead = words.plural(count, "action")
    return f"{lead} for the whole portfolio; first: {lowered(first)}"


def ledger_headline(plan: Plan) -> str:
    """How many promises of the last review were kept, and how many left no trace."""
    promises = number_of(plan.figures, "plan.promises")
    planned = number_of(plan.figures, "plan.planned_then") or 0
    unknown = number_of(plan.figures, "plan.planned_no_record")
    if planned and unknown is None:
        return f"What became of {words.plural(planned, 'planned action')} cannot be told"
    loose = unknown or 0
    missing = f"{words.plural(loose, 'planned action')} without a record"
    if promises is None:
        none = "No promise of the last review is on record"
        return f"{none}; {missing}" if loose else none
    kept = words.count(number_of(plan.figures, "plan.promises_kept"))
    lead = f"{kept} of {words.plural(promises, 'promise')} kept"
    told = [
        f"{words.count(value)} {word}"
        for key, word in (("late", "late"), ("missed", "missed"), ("open", "still open"))
        if (value := number_of(plan.figures, f"plan.promises_{key}"))
    ]
    told += [missing] if loose else []
    return f"{lead}; {', '.join(told)}" if told else lead


def reviews_headline(plan: Plan) -> str:
    """What forecasts were worth."""
    error = plan.figures["plan.forecast_error"]
    if not error.computable:
        return "Forecasts cannot be held against what happened yet"
    count = words.plural(error.n, "review")
    size = words.percent(float(error.value or 0.0), 1)
    return f"Forecasts of renewals were off by {size} of what was due, over {count}"


def guide_headline(plan: Plan) -> str:
    """What the guide has learnt so far."""
    rows = plan.plays
    tried, known, worked = (int(rows[name].sum()) for name in ("tried", "known", "worked"))
    plays = words.plural(len(plan.guide), "play")
    if plan.no_actions_table is not None or not tried:
        return f"{plays} stand in the guide; none has a record yet"
    lead = f"Plays were tried {words.plural(tried, 'time')}"
    if not known:
        return f"{lead}; it is too early to say what worked"
    return f"{lead}; {words.count(worked)} of {words.count(known)} with a known outcome worked"


def outcome_note(plan: Plan) -> str:
    """The rule by which an action worked."""
    return (
        "Worked: the client is still with us and its colour is no worse than when the action was "
        f"agreed, on the first day looked at {words.days(plan.page.outcome_days)} or more after it "
        "was done. That others would have stayed anyway is not taken off. Share with its "
        f"{words.percent(plan.page.interval_level)} interval."
    )


def horizon(days: int) -> str:
    """A horizon in words.

    >>> horizon(30), horizon(120)
    ('30 days', 'later')
    """
    return words.days(days) if days <= 90 else "later"
