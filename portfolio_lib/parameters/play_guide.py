"""The guide of plays as a page of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portfolio_lib.parameters.play_models import Play

OPENING = """# The guide: what to do when

The plays that come with the kit, made from `portfolio_lib/parameters/plays.yaml`. A firm or a unit
changes single lines under `plays:` in its parameters, adds plays of its own, or takes one off with
`off: true`. Under `known_as:` stand the names that a play goes by in your table `actions`.

Write down what you did and what came of it in that table: the page *Plan and promises* then shows
for every play how often it was tried, done, and worked (see [plan.md](plan.md)).
"""


def guide(plays: Mapping[str, Play]) -> str:
    """All plays as Markdown, in their order."""
    return "\n".join([OPENING, *(_section(key, play) for key, play in plays.items())])


def _section(key: str, play: Play) -> str:
    return "\n".join([f"## {play.title}", "", *_lines(key, play), ""])


def _lines(key: str, play: Play) -> Iterator[str]:
    yield f"*{play.situation}*"
    yield ""
    yield f"- **Key**: `{key}`"
    if play.causes:
        yield f"- **Answers**: {', '.join(cause.replace('_', ' ') for cause in play.causes)}"
    yield f"- **Likely causes**: {play.likely_causes}"
    yield f"- **Who**: {play.who}"
    yield f"- **By when**: within {play.within_days} days"
    yield f"- **Takes**: {play.hours:g} hours"
    if play.share_saved is not None:
        yield f"- **Effect**: keeps {play.share_saved:.0%} of the revenue at risk, on average"
    yield f"- **Worked when**: {play.measure}"
    yield ""
    yield from (f"{place}. {step}" for place, step in enumerate(play.what_to_do, start=1))
