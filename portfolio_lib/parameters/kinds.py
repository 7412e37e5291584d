"""The kinds of value that a parameter file may hold, each with the words that faults use."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
AND = "; and "


def _iso_date(value: object) -> object:
    """Take a day written as YYYY-MM-DD and nothing else: 1/2/26 is two different days."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("expected a date as YYYY-MM-DD, for example 2026-09-30")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("expected a day of the calendar, as YYYY-MM-DD") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"expected a date from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def _text_encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise ValueError("expected the name of an encoding: utf-8, latin-1, cp1252 …") from None
    return name


def in_words(words: str) -> Any:
    """Say in words what a pattern asks for; editors know this key too."""
    return Field(json_schema_extra={"patternErrorMessage": words})


UnitKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$"),
    in_words("small letters, digits and hyphens, at most 60, for example saas-north"),
]
CurrencyCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    in_words("the three capital letters of a currency, for example GBP"),
]
EnvironmentName = Annotated[
    str,
    StringConstraints(pattern=r"^env:[A-Za-z_][A-Za-z0-9_]*$"),
    in_words("env:NAME, where NAME is the environment variable that holds the address"),
]
PageName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$"),
    in_words("the name of a notebook without its ending, for example portfolio"),
]
PresetName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$"),
    in_words("the name of a file in presets/ without its ending"),
]
IsoDate = Annotated[dt.date, BeforeValidator(_iso_date)]
EncodingName = Annotated[str, AfterValidator(_text_encoding)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, StringConstraints(pattern=r"\S"), in_words("text that is not blank")]


def is_part(info: ValidationInfo) -> bool:
    """Whether this is one of several files that are laid over each other, not yet the whole."""
    return bool((info.context or {}).get("part"))


def refuse_if(*rules: tuple[bool, str]) -> None:
    """Raise for every rule that is broken, all in one sentence."""
    broken = [words for is_broken, words in rules if is_broken]
    if broken:
        raise ValueError(AND.join(broken))


class Settings(BaseModel):
    """Strict and frozen: an unknown key or a wrong type is a fault, never a guess."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
