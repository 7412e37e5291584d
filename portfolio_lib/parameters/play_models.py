"""Plays: what to do in a situation, who does it, how soon, with what effort and effect.

The kit's plays stand in `plays.yaml` beside this module. Under `plays:` a firm or a unit changes
single lines of them, adds its own, or takes one off.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo
from ruamel.yaml import YAML

from portfolio_lib.parameters.health_measures import Cause
from portfolio_lib.parameters.kinds import Settings, Share, Text, in_words, is_part

PlayKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$"),
    in_words("small letters, digits and underscores, for example bring_use_back"),
]
Moment = Literal[
    "risk",
    "renewal",
    "win_back",
    "expansion",
    "onboarding",
    "review",
    "relationship",
    "reference",
]
Hours = Annotated[float, Field(gt=0, le=1000)]
WithinDays = Annotated[int, Field(ge=1, le=366)]


class Play(Settings):
    """What to do in a situation."""

    title: Text = Field(description="What people call it.")
    moment: Moment = Field(description="When it is played.")
    causes: tuple[Cause, ...] = Field((), description="The causes that it answers.")
    situation: Text = Field(description="What is seen.")
    likely_causes: Text = Field(description="What is often behind it.")
    what_to_do: tuple[Text, ...] = Field(min_length=1, description="The steps, in order.")
    who: Text = Field(description="Who does it: a role, not a name.")
    within_days: WithinDays = Field(description="How soon.")
    hours: Hours = Field(description="Hours of work that it takes.")
    share_saved: Share | None = Field(
        None, description="Part of the revenue at risk that it keeps, on average."
    )
    measure: Text = Field(
        "The client is still with us", description="How one sees that it has worked."
    )
    known_as: tuple[Text, ...] = Field(
        (), description="Other names that it goes by in the column play of table actions."
    )


class PlayChange(Settings):
    """What differs from the kit's play of the same key; a new play gives all but the optional."""

    title: Text | None = Field(None, description="What people call it.")
    moment: Moment | None = Field(None, description="When it is played.")
    causes: tuple[Cause, ...] | None = Field(None, description="The causes that it answers.")
    situation: Text | None = Field(None, description="What is seen.")
    likely_causes: Text | None = Field(None, description="What is often behind it.")
    what_to_do: tuple[Text, ...] | None = Field(None, description="The steps, in order.")
    who: Text | None = Field(None, description="Who does it: a role, not a name.")
    within_days: WithinDays | None = Field(None, description="How soon.")
    hours: Hours | None = Field(None, description="Hours of work that it takes.")
    share_saved: Share | None = Field(
        None, description="Part of the revenue at risk that it keeps, on average."
    )
    measure: Text | None = Field(None, description="How one sees that it has worked.")
    known_as: tuple[Text, ...] | None = Field(
        None, description="Other names that it goes by in the column play of table actions."
    )
    off: bool = Field(False, description="Take the play off.")


@cache
def kit_plays() -> Mapping[str, Play]:
    """The kit's own plays, by key, in their order."""
    text = files(__package__).joinpath("plays.yaml").read_text(encoding="utf-8")
    return {key: _play(said) for key, said in YAML(typ="safe").load(text).items()}


def plays_in_use(changes: Mapping[str, PlayChange]) -> dict[str, Play]:
    """The kit's plays with the changes of a firm and its unit, by key.

    Raises
    ------
    pydantic.ValidationError
        A new play lacks something that every play says; `faults_of_plays` tells it in words.
    """
    found = dict(kit_plays())
    for key, change in changes.items():
        said = {
            name: value
            for name, value in change.model_dump(exclude={"off"}).items()
            if value is not None
        }
        if change.off:
            found.pop(key, None)
        elif key in found:
            found[key] = found[key].model_copy(update=said)
        else:
            found[key] = Play.model_validate(said)
    return found


def faults_of_plays(changes: Mapping[str, PlayChange]) -> str | None:
    """What new plays lack, in words; None where nothing."""
    needed = [name for name, part in Play.model_fields.items() if part.is_required()]
    told = []
    for key, change in changes.items():
        if key in kit_plays() or change.off:
            continue
        lacking = [name for name in needed if getattr(change, name) is None]
        if lacking:
            told.append(f"the play {key} lacks {', '.join(lacking)}; the kit has no such play")
    return "; and ".join(told) or None


def _whole(changes: dict[str, PlayChange], info: ValidationInfo) -> dict[str, PlayChange]:
    """Refuse new plays that lack something, once all files are laid over each other."""
    fault = None if is_part(info) else faults_of_plays(changes)
    if fault is not None:
        raise ValueError(fault)
    return changes


Plays = Annotated[dict[PlayKey, PlayChange], AfterValidator(_whole)]
"""Changes to the kit's plays, by key."""


def play_for(cause: str, plays: Mapping[str, Play]) -> str | None:
    """The key of the play that answers a cause; plays against risk and for renewal come first."""
    answering = [key for key, play in plays.items() if cause in play.causes]
    ranks = {"risk": 0, "renewal": 1}
    return min(answering, key=lambda key: ranks.get(plays[key].moment, 2), default=None)


def _play(said: Mapping[str, Any]) -> Play:
    lists = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
    return Play.model_validate(lists)
