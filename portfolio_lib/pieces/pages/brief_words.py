"""What an account brief says: its message, dangers, events and facts in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from portfolio_lib.analyses.account_brief import AccountBrief
from portfolio_lib.analyses.account_dangers import number
from portfolio_lib.analyses.causes import NO_CAUSE, cause_in_words
from portfolio_lib.pieces import words

Row = Mapping[Hashable, Any]
LONGEST_NAME = 40
LONGEST_WORDS = 160
LEVEL_WORDS = {"green": "green", "yellow": "yellow", "red": "red", "grey": "not known"}


def headline(brief: AccountBrief) -> str:
    """Who it is, what it brings, and its health."""
    client = brief.client
    name = words.name(client["account_name"], longest=LONGEST_NAME)
    money = words.money(number(client["revenue_12m"]), brief.currency)
    if yes_no(client.get("is_client")) == "no":
        return f"{name} is a former client; it brought {money} in twelve months"
    level = LEVEL_WORDS.get(str(client["level"]), "not known")
    return f"{name} brings {money} a year; health {level}"


def text(value: object, missing: str = "not recorded", longest: int = LONGEST_WORDS) -> str:
    """Words from the data on one line; what is missing is said.

    >>> text("Pass the audit"), text(None)
    ('Pass the audit', 'not recorded')
    """
    told = not words.absent(value) and str(value).strip()
    return words.name(value, longest=longest) if told else missing


def yes_no(value: object) -> str:
    """
    >>> yes_no(True), yes_no(False), yes_no(None)
    ('yes', 'no', 'not known')
    """
    if words.absent(value):
        return "not known"
    return "yes" if bool(value) else "no"


def danger(row: Row, currency: str) -> str:
    """A danger as a sentence.

    >>> danger({"kind": "term", "amount": 58.0, "detail": ""}, "GBP")
    'A term ends in 58 days.'
    """
    return _DANGERS[str(row["kind"])](number(row["amount"]), str(row["detail"]), currency)


def _health(amount: float | None, detail: str, currency: str) -> str:
    why = "" if detail in (NO_CAUSE, "nan", "None", "") else f": {cause_in_words(detail).lower()}"
    return f"Health stands at {words.number(amount)} of 100{why}."


def _leaving(amount: float | None, detail: str, currency: str) -> str:
    why = f": {words.name(detail, longest=LONGEST_WORDS)}" if detail else ""
    return f"The chance of leaving is {words.percent(amount)}{why}."


def _unhappy(amount: float | None, detail: str, currency: str) -> str:
    rated = "" if amount is None else f"satisfaction is {words.number(amount, 1)} of 10"
    against = "somebody answered as a detractor" if detail else ""
    told = "; ".join(part for part in (rated, against) if part)
    return f"{told[:1].upper()}{told[1:]}."


def _due(amount: float | None, detail: str, currency: str) -> str:
    since = "" if amount is None else f"; the last one was {words.days(amount)} ago"
    return f"Contact is due{since}."


_DANGERS: Mapping[str, Callable[[float | None, str, str], str]] = {
    "health": _health,
    "leaving": _leaving,
    "term": lambda amount, detail, currency: f"A term ends in {words.days(amount)}.",
    "single": lambda amount, detail, currency: "The relationship hangs on one person.",
    "urgent": lambda amount, detail, currency: (
        f"{words.plural(amount, 'urgent issue')} {'is' if amount == 1 else 'are'} open."
    ),
    "missed": lambda amount, detail, currency: (
        f"{words.plural(amount, 'issue')} missed a promised time."
    ),
    "overdue": lambda amount, detail, currency: f"{words.money(amount, currency)} is overdue.",
    "unhappy": _unhappy,
    "due": _due,
    "competitor": lambda amount, detail, currency: (
        f"A competitor is there: {words.name(detail, longest=LONGEST_NAME)}."
    ),
}


def event(row: Row, currency: str) -> str:
    """An event in words.

    >>> event({"kind": "terms", "detail": "", "amount": 1200.0, "count": 2}, "GBP")
    '2 terms began, together £1.2k a year'
    >>> event({"kind": "answer", "detail": "NPS", "amount": 0.4, "count": 1}, "GBP")
    'Answer to NPS: 4 of 10'
    """
    about = text(row["detail"], missing="", longest=LONGEST_NAME)
    return _EVENTS[str(row["kind"])](about, number(row["amount"]), int(row["count"]), currency)


def _about(said: str) -> Callable[[str, float | None, int, str], str]:
    """The sentence with its detail behind a colon, where there is one."""
    return lambda about, amount, count, currency: f"{said}: {about}" if about else said


def _money(one: str) -> Callable[[str, float | None, int, str], str]:
    def told(about: str, amount: float | None, count: int, currency: str) -> str:
        together = ", together" if count > 1 else ","
        return f"{_of(one, count)}{together} {words.money(amount, currency)} a year"

    return told


def _of(one: str, count: int) -> str:
    noun, verb = one.split("|")
    return f"{words.plural(count, noun)} {verb}"


def _deal(said: str) -> Callable[[str, float | None, int, str], str]:
    def told(about: str, amount: float | None, count: int, currency: str) -> str:
        what = f" ({about})" if about else ""
        return f"Deal {said}{what}: {words.money(amount, currency)} a year"

    return told


_EVENTS: Mapping[str, Callable[[str, float | None, int, str], str]] = {
    "start": _about("Became a client"),
    "end": _about("Ended as a client"),
    "terms": _money("term|began"),
    "notice": lambda about, amount, count, currency: (
        f"Notice given for {words.money(amount, currency)} a year"
    ),
    "left": _about("A contact left"),
    "review": _about("Business review held"),
    "escalation": _about("Issue escalated"),
    "urgent": _about("Gravest issue opened"),
    "answer": lambda about, amount, count, currency: (
        f"Answer to {about or 'a survey'}: {words.number((amount or 0.0) * 10)} of 10"
    ),
    "won": _deal("won"),
    "lost": _deal("lost"),
    "first_value": _about("First benefit reached"),
    "plan": _about("Account plan written"),
}


def known_as(brief: AccountBrief) -> list[tuple[str, str]]:
    """Who the client is: labels and words."""
    client = brief.client
    place = [text(client[name], missing="") for name in ("region", "country")]
    return [
        ("Industry", text(client["industry"])),
        ("Place", ", ".join(one for one in place if one) or "not recorded"),
        ("Kind of relationship", text(client["relationship_type"])),
        ("Tier", text(client["tier"])),
        ("Client since", _day(client["start_date"])),
        ("Employees", "not recorded" if words.absent(client["employees"]) else
         words.count(client["employees"])),
        ("Account manager", text(client["account_manager"])),
        ("Executive sponsor", text(client["executive_sponsor"])),
    ]  # fmt: skip


def _day(value: Any) -> str:
    return "not recorded" if words.absent(value) else words.day(value)


def money_facts(brief: AccountBrief) -> list[tuple[str, str]]:
    """What the client brings, costs and owes."""
    client, currency = brief.client, brief.currency

    def money(name: str) -> str:
        value = number(client[name])
        return "not known" if value is None else words.money(value, currency)

    def share(name: str) -> str:
        value = number(client[name])
        return "not known" if value is None else words.percent(value)

    return [
        ("Revenue of twelve months", money("revenue_12m")),
        ("The twelve months before", money("revenue_prior_12m")),
        ("Terms in force, a year", money("annual_value_in_force")),
        ("Next term ends", _day(client["next_renewal_date"])),
        ("Margin", money("margin_12m")),
        ("After cost to serve", money("contribution")),
        ("Expected value to come", money("clv")),
        ("Overdue", money("overdue_amount")),
        ("Bills paid late", share("late_share")),
    ]


def standing(brief: AccountBrief) -> list[tuple[str, str]]:
    """How the relationship stands: contacts, service and answers."""
    client = brief.client
    rating = number(client["satisfaction"])
    kept = number(client["compliance"])
    roles = [
        label
        for name, label in (
            ("has_economic_buyer", "economic buyer"),
            ("has_champion", "champion"),
            ("has_sponsor", "executive sponsor"),
        )
        if yes_no(client[name]) == "yes"
    ]
    return [
        ("Last contact", _day(client["last_contact"])),
        ("Contacts this quarter", _of_plan(client)),
        ("Roles filled at the client", words.listing(roles)),
        ("Last business review", _day(client["last_review"])),
        ("Satisfaction", "no answer" if rating is None else f"{words.number(rating, 1)} of 10"),
        ("Open issues", "not known" if words.absent(client["open_issues"]) else
         words.count(client["open_issues"])),
        ("Promised times kept", "nothing decided" if kept is None else words.percent(kept)),
    ]  # fmt: skip


def _of_plan(client: Mapping[str, Any]) -> str:
    held, planned = number(client["contacts_quarter"]), number(client["contacts_planned"])
    if held is None:
        return "not known"
    return words.count(held) if planned is None else f"{words.count(held)} of {planned:g} planned"


def dangers_headline(brief: AccountBrief) -> str:
    """How many dangers there are, and how many of them are grave."""
    rows = brief.dangers
    if rows.empty:
        return "Nothing that is known speaks against this client staying"
    grave = int(rows["level"].eq("red").sum())
    told = words.plural(len(rows), "danger")
    if not grave:
        return f"{told}, none of them grave"
    return f"{told}, {words.count(grave)} of them grave"


def chances_headline(brief: AccountBrief) -> str:
    """What open deals weigh, and how many offerings similar clients buy."""
    deals, openings = brief.deals, brief.openings
    told = []
    if len(deals):
        weight = words.money(float(deals["weighted_value"].sum()), brief.currency)
        told.append(f"{words.plural(len(deals), 'open deal')} weighted at {weight}")
    if len(openings):
        told.append(f"{words.plural(len(openings), 'offering')} that similar clients buy")
    if not told:
        return "No open deal, and nothing that similar clients buy is missing"
    said = " and ".join(told)
    return f"{said[:1].upper()}{said[1:]}"


def people_headline(brief: AccountBrief) -> str:
    """How many people are there, and how many contacts are overdue."""
    there = brief.people.loc[brief.people["is_present"].fillna(False).astype(bool)]
    if there.empty:
        return "Nobody at this client is known"
    overdue = int(there["days_overdue"].fillna(0).gt(0).sum())
    told = f"{words.plural(len(there), 'person', 'people')} known"
    return f"{told}; contact with {overdue} of them is overdue" if overdue else f"{told}"


def services_headline(brief: AccountBrief) -> str:
    """How many services it buys, and how revenue moved."""
    client = brief.client
    bought = int(brief.services["revenue_12m"].gt(0).sum()) if len(brief.services) else 0
    before, now = number(client["revenue_prior_12m"]), number(client["revenue_12m"])
    moved = words.change(now, before)
    told = f"{words.plural(bought, 'service')} bought in twelve months"
    return told if moved == words.NOT_COMPUTABLE else f"{told}; revenue {moved} on the year before"


def next_step(brief: AccountBrief) -> str | None:
    """The play for this client; None where there is none."""
    client = brief.client
    if words.absent(client["next_step"]):
        return None
    within = number(client["within_days"])
    by = "" if within is None else f" within {words.days(within)}"
    who = text(client["who"], missing="Account manager")
    return f"{text(client['play_title'])}: {text(client['next_step'])} {who},{by or ' soon'}."
