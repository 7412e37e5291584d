"""What a language model is asked to answer about one client, and whether an answer is that."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from portfolio_lib.packs.brief_names import ANOTHER, StandIns

MOST_BYTES = 1_000_000
SHOWN_LETTERS = 60
Said = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
Several = Annotated[tuple[Said, ...], Field(min_length=1, max_length=12)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Assessment(_Part):
    """How the relationship stands."""

    strength: Literal["strong", "fair", "weak", "not known"] = Field(
        description="How strong the relationship is, by the facts given."
    )
    reasons: Several = Field(description="Facts of the brief that say so.")
    key_people: tuple[Said, ...] = Field(description="Who matters, by the stand-ins of the brief.")
    service: Said = Field(description="How content the client is with our service.")
    competition: Said = Field(description="Who else is there, and how we stand beside them.")
    not_known: tuple[Said, ...] = Field(description="What the facts do not say and ought to.")


class Opportunity(_Part):
    """Something more that could be done for the client."""

    what: Said = Field(description="The offering or the idea.")
    yearly_value: float | None = Field(ge=0, description="In the currency of the brief, or null.")
    chance: float | None = Field(ge=0, le=1, description="Between 0 and 1, or null.")
    because: Said = Field(description="The facts behind it.")
    steps: Several = Field(description="What it takes.")


class Strategy(_Part):
    """Where the relationship is to go."""

    goals: Several = Field(description="What is aimed at.")
    initiatives: Several = Field(description="What is undertaken for it.")
    measures: Several = Field(description="How success is measured.")


class PlannedAction(_Part):
    """One step within six months."""

    within_days: int = Field(ge=1, le=183, description="Days from the review date.")
    action: Said = Field(description="What is done.")
    who: Said = Field(description="Who does it, by role or stand-in.")
    outcome: Said = Field(description="What should come of it.")


class BriefAnswer(_Part):
    """The answer to a brief: assessment, opportunities, strategy, action plan."""

    brief: Said = Field(description="The number of the brief, as it stands in it.")
    client: Said = Field(description="The client, by its stand-in.")
    assessment: Assessment
    opportunities: tuple[Opportunity, ...] = Field(max_length=12)
    strategy: Strategy
    action_plan: tuple[PlannedAction, ...] = Field(min_length=1, max_length=24)


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer."""
    found = BriefAnswer.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def schema_text() -> str:
    """The schema as the file that goes with a brief."""
    return json.dumps(answer_schema(), indent=1, ensure_ascii=False) + "\n"


def answer_faults(content: bytes, brief: str, names: StandIns) -> list[str]:
    """Every fault of an answer: where, what was found, what was expected.

    Parameters
    ----------
    content : bytes
        The answer as it came back: JSON.
    brief : str
        The number of the brief that was asked about.
    names : StandIns
        Of that brief; other clients' names are faults.
    """
    if len(content) > MOST_BYTES:
        return [f"whole file: found {len(content):,} bytes; expected at most {MOST_BYTES:,}"]
    try:
        told = json.loads(content)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        return [f"whole file: found no JSON ({str(error)[:SHOWN_LETTERS]}); expected one object"]
    if not isinstance(told, dict):
        return [f"whole file: found {_shown(told)}; expected one object"]
    return [*_shape_faults(content), *_subject_faults(told, brief, names), *_named(told, names)]


def _shape_faults(content: bytes) -> list[str]:
    try:
        BriefAnswer.model_validate_json(content)
    except ValidationError as error:
        return [
            f"{'.'.join(map(str, one['loc'])) or 'whole file'}: found "
            f"{'nothing' if one['type'] == 'missing' else _shown(one['input'])}; expected: "
            f"{_expected(one['type'], one['msg'])}"
            for one in error.errors(include_url=False)
        ]
    return []


def _expected(kind: str, message: str) -> str:
    plain = {"missing": "this key", "extra_forbidden": "no such key"}
    return plain.get(kind, message)


def _subject_faults(told: dict[str, Any], brief: str, names: StandIns) -> list[str]:
    faults = []
    if isinstance(told.get("brief"), str) and told["brief"] != brief:
        faults.append(f"brief: found {_shown(told['brief'])}; expected {brief!r}")
    client = told.get("client")
    if isinstance(client, str) and client.casefold() != names.client.casefold():
        faults.append(f"client: found {_shown(client)}; expected {names.client!r}")
    return faults


def _named(told: dict[str, Any], names: StandIns) -> list[str]:
    """Texts that name a client who was not asked about."""
    others = StandIns(names.client, {n: g for n, g in names.names.items() if g == ANOTHER})
    return [
        f"{path}: found another client's name ({_shown(name)}); expected {names.client!r} alone"
        for path, text in _texts(told, "")
        for name in others.left_in(text)
    ]


def _texts(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if not isinstance(value, dict | list):
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [
        found for key, one in inner for found in _texts(one, f"{path}.{key}" if path else str(key))
    ]


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"
