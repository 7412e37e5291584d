"""Headlines and sentences of the page Growth."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.growth import Growth
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import parts

COLUMN_WORDS = {
    "offering": "offering",
    "family": "family of offerings",
    "largest": "offering, of those that most clients buy",
}


def whitespace_headline(found: Growth) -> str:
    """What the open cells promise, and in how many clients."""
    expected = found.figures["growth.expected_value"]
    if found.figures["growth.open_cells"].value is None:
        return "What clients could buy next is not known"
    if not isinstance(expected.value, int | float):
        return "No open cell has enough similar buyers to be valued"
    clients = found.opportunities["account_id"].nunique()
    return (
        f"{words.figure_value(expected)} a year to expect in {words.plural(clients, 'client')}, of "
        f"{words.figure_value(found.figures['growth.potential'])} that similar clients buy"
    )


def value_note(found: Growth) -> str:
    """How a cell is valued, in plain words."""
    of = "margin" if found.by_margin else "revenue, as margins are not known for every offering"
    conversion = found.test.conversion
    chance = (
        f"× {words.number(conversion, 2)}, what such shares became within a year"
        if conversion is not None
        else "as it is: too few first purchases to turn it into a chance"
    )
    return (
        f"Potential: yearly {of}, the median of similar clients that buy, scaled to the client's "
        f"revenue. Similar: same industry and size, else same industry; at least "
        f"{words.percent(found.similar_share)} of them buy. Chance: the share of similar clients, "
        f"drawn towards wider groups, {chance}. Expected: potential × chance."
    )


def back_test_headline(found: Growth) -> str:
    """Whether the first cells of a year ago did better than popularity and chance."""
    rates = [parts.number_of(found.figures, f"growth.hit_rate_{order}")
             for order in ("similar", "popular", "random")]  # fmt: skip
    ours, popular, chance = rates
    if ours is None or popular is None or chance is None:
        return "Whether last year's first cells were right is not known"
    said = f"{words.percent(ours)} of last year's first cells were bought"
    if ours > popular and ours > chance:
        others = f"{words.percent(popular)} by popularity and {words.percent(chance)} by chance"
        return f"{said}, against {others}"
    worse = [name for name, rate in (("popularity", popular), ("chance", chance)) if ours <= rate]
    return f"{said}, no more than by {words.listing(worse)}"


def pipeline_headline(found: Growth) -> str:
    """How many deals are open, other than renewals, and what they are worth."""
    value = found.figures["growth.growth_value"]
    if found.figures["growth.open_deals"].value is None:
        return "Which deals are open is not known"
    if not value.n:
        return "No deal is open beside renewals" if len(found.deals) else "No deal is open"
    rows = found.deals.loc[found.deals["kind"].ne("renewal")]
    last = rows["stage"].value_counts().rename_axis("stage").reset_index(name="deals")
    late = last.loc[last["stage"].astype(str).str.casefold().eq("negotiation"), "deals"]
    tail = f", {words.count(int(late.iloc[0]))} of them in negotiation" if len(late) else ""
    are = "is" if value.n == 1 else "are"
    besides = " besides renewals" if len(rows) < len(found.deals) else ""
    deals = words.plural(value.n, "deal")
    if value.value is None:
        whose = "its" if value.n == 1 else "their"
        return f"{deals} {are} open{besides}{tail}; {whose} value is not recorded"
    return f"{deals} worth {words.figure_value(value)} {are} open{besides}{tail}"


def pipeline_note(found: Growth) -> str:
    """Weighted value, the win rate, and what waits too long."""
    figures = found.figures
    rate, overdue = figures["growth.win_rate"], figures["growth.overdue_deals"]
    weighted = figures["growth.weighted_value"]
    shown = f"{words.figure_value(weighted)} in all" if weighted.computable else weighted.reason
    told = [f"Weighted by chance: {shown}."]
    if isinstance(rate.value, float) and rate.interval is not None:
        low, high = (words.percent(end) for end in rate.interval)
        told.append(
            f"Of {words.plural(rate.n, 'closed deal')} {words.percent(rate.value, 1)} were won "
            f"({words.percent(found.interval_level)} Wilson interval {low} to {high})."
        )
    elif rate.reason:
        told.append(f"Win rate: {rate.reason}.")
    if overdue.value:
        told.append(f"{words.plural(int(overdue.value), 'deal')} past the expected closing day.")
    nobody = figures["growth.deals_without_client"].value
    if nobody:
        told.append(f"{words.plural(int(nobody), 'open deal')} without a client or prospect.")
    return " ".join(told)


def expansion_sentences(found: Growth) -> list[str]:
    """More places, more departments, prices: what the tables allow to say."""
    return [_places(found), _departments(found), _prices(found)]


def _places(found: Growth) -> str:
    figure = found.figures["growth.groups_in_several_places"]
    if figure.value is None:
        return parts.capital(f"places: not computable, {figure.reason}")
    return (
        f"{words.plural(figure.n, 'group')} of companies: {words.count(int(figure.value))} served "
        "in two places or more. Places we do not serve are in no table."
    )


def _departments(found: Growth) -> str:
    figure = found.figures["growth.departments_reached"]
    if not isinstance(figure.value, int | float):
        return parts.capital(f"departments: not computable, {figure.reason}")
    gaps = int(found.reach["missing"].notna().sum())
    return (
        f"We know people in {words.number(figure.value, 1)} departments of a client on average; "
        f"{words.plural(gaps, 'client')} lack one that similar clients let us into."
    )


def _prices(found: Growth) -> str:
    figure = found.figures["growth.prices_out_of_line"]
    if not isinstance(figure.value, int | float):
        return parts.capital(f"unit prices: not computable, {figure.reason}")
    if not figure.value:
        return f"Unit prices: {words.count(figure.n)} compared, not one out of line."
    odd = words.count(int(figure.value))
    return f"Unit prices: {odd} of {words.count(figure.n)} are out of line."


def expansion_headline(found: Growth) -> str:
    """The widest gap of a department, in one line."""
    gaps = found.reach.loc[found.reach["missing"].notna()]
    odd = len(found.prices)
    if len(gaps):
        first = gaps["missing"].value_counts().rename_axis("name").reset_index(name="clients")
        top = first.sort_values(["clients", "name"], ascending=[False, True]).iloc[0]
        clients = words.plural(int(top["clients"]), "client")
        return f"{top['name']} is the department most often missing, in {clients}"
    if odd:
        return f"{words.plural(odd, 'unit price')} out of line with what others pay"
    if found.figures["growth.departments_reached"].value is None:
        return "Room for growth within clients is hardly known"
    return "No department is missing that similar clients let us into"


def prospects_headline(found: Growth) -> str:
    """How many prospects look like the best clients."""
    figure = found.figures["growth.look_alikes"]
    if not isinstance(figure.value, int | float):
        return "Which prospects resemble the best clients is not known"
    if not figure.value:
        return f"None of {words.plural(figure.n, 'prospect')} resembles the best clients"
    verb = "resembles" if figure.value == 1 else "resemble"
    return (
        f"{words.count(int(figure.value))} of {words.plural(figure.n, 'prospect')} {verb} the best "
        "clients more than the others"
    )


def stories_headline(found: Growth) -> str:
    """How many clients could speak for us."""
    figure = found.figures["growth.success_cases"]
    if not isinstance(figure.value, int | float):
        return "Whose success could be told is not known"
    if not figure.value:
        return "No client meets what a success story needs"
    return f"{words.plural(int(figure.value), 'client')} could tell a story of success"


def what_carries(stories: pd.DataFrame) -> list[str]:
    """What makes each story carry far, and what of it is not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"influential": [1.0, 0.0, None], "advocate": [1.0, 0.0, None]})
    >>> what_carries(rows)
    ['influence, voice', 'neither', 'influence not given, voice not known']
    """
    told: dict[str, dict[float | None, str]] = {
        "influential": {1.0: "influence", None: "influence not given"},
        "advocate": {1.0: "voice", None: "voice not known"},
    }
    found = []
    for row in stories.to_dict("records"):
        known = {name: None if pd.isna(row[name]) else float(row[name]) for name in told}
        held = [told[name][value] for name, value in known.items() if value in told[name]]
        found.append(", ".join(held) or "neither")
    return found
