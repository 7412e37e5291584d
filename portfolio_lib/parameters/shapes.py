"""What is expected at a place of a parameter file, read off the JSON Schema of the settings."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel

from portfolio_lib.parameters.nodes import Step

Shape: TypeAlias = Mapping[str, Any]

_DATE_WORDS = "a date as YYYY-MM-DD, for example 2026-09-30"


@functools.cache
def schema_of(model: type[BaseModel]) -> Shape:
    """The JSON Schema of what a file may say."""
    return model.model_json_schema(by_alias=True, mode="validation")


def shape_at(model: type[BaseModel], route: Sequence[Step]) -> Shape | None:
    """The part of the schema for one place, or None where the place is not known."""
    schema = schema_of(model)
    shape: Shape | None = schema
    for step in route:
        shape = _inside(schema, shape, step) if shape is not None else None
    return shape


def known_keys(model: type[BaseModel], route: Sequence[Step]) -> tuple[str, ...]:
    """The keys that a mapping at this place may hold; empty where any key may stand."""
    schema, shape = schema_of(model), shape_at(model, route)
    names: list[str] = []
    for option in _options(schema, shape or {}):
        names.extend(option.get("properties", {}))
    return tuple(names)


def may_say_nothing(model: type[BaseModel], route: Sequence[Step]) -> bool:
    """Whether a key at this place may have nothing behind it and leave the matter to others.

    It may among the keys of the settings; behind the user's own words nothing is a fault.
    """
    schema, shape = schema_of(model), shape_at(model, route)
    for option in _options(schema, shape or {}):
        inner = option.get("additionalProperties")
        inside = _options(schema, inner) if isinstance(inner, Mapping) else ()
        if "properties" in option or any("properties" in deeper for deeper in inside):
            return True
    return False


def places_of(model: type[BaseModel], key: str) -> tuple[str, ...]:
    """Where else a key is known, as dotted routes."""
    return tuple(route for route in _routes(model) if route.split(".")[-1] == key)


def expected_words(model: type[BaseModel], route: Sequence[Step]) -> str:
    """What may stand at a place, in words."""
    schema, shape = schema_of(model), shape_at(model, route)
    words = [_words(option) for option in _options(schema, shape or {})]
    return " or ".join(dict.fromkeys(words)) or "another value"


def choices_at(model: type[BaseModel], route: Sequence[Step]) -> tuple[str, ...]:
    """The words that may stand at a place; empty where any may."""
    schema, shape = schema_of(model), shape_at(model, route)
    found: list[str] = []
    for option in _options(schema, shape or {}):
        found.extend(str(word) for word in option.get("enum", ()))
    return tuple(found)


def meaning_at(model: type[BaseModel], route: Sequence[Step]) -> str:
    """What a key is for, as the settings say it, without the full stop."""
    schema, shape = schema_of(model), shape_at(model, route) or {}
    told = (place.get("description") for place in (shape, *_options(schema, shape)))
    return str(next(filter(None, told), "")).split("\n")[0].rstrip(".")


def _options(schema: Shape, shape: Shape) -> Iterator[Shape]:
    """The alternatives at a place, references followed; an absent value is none of them."""
    if "$ref" in shape:
        yield from _options(schema, schema["$defs"][shape["$ref"].rsplit("/", 1)[-1]])
    elif "anyOf" in shape:
        for option in shape["anyOf"]:
            yield from _options(schema, option)
    elif shape.get("type") != "null" and shape:
        yield shape


def _inside(schema: Shape, shape: Shape, step: Step) -> Shape | None:
    for option in _options(schema, shape):
        if isinstance(step, int):
            prefix = option.get("prefixItems", ())
            inner = prefix[step] if step < len(prefix) else option.get("items")
        else:
            inner = option.get("properties", {}).get(step, option.get("additionalProperties"))
        if isinstance(inner, Mapping):
            return inner
    return None


def _words(shape: Shape) -> str:
    if "enum" in shape:
        return "one of " + ", ".join(str(word) or "''" for word in shape["enum"])
    if "const" in shape:
        return str(shape["const"])
    kind = shape.get("type")
    if kind in ("integer", "number"):
        return _number_words("a whole number" if kind == "integer" else "a number", shape)
    if kind == "string":
        return _text_words(shape)
    if kind == "array":
        return _list_words(shape)
    return {"boolean": "true or false", "object": "a mapping (lines 'key: value')"}.get(
        str(kind), "another value"
    )


def _text_words(shape: Shape) -> str:
    if "patternErrorMessage" in shape:
        return str(shape["patternErrorMessage"])
    if shape.get("format") == "date":
        return _DATE_WORDS
    return "one character" if shape.get("maxLength") == 1 else "text"


def _list_words(shape: Shape) -> str:
    if "prefixItems" in shape:
        return f"a list of exactly {len(shape['prefixItems'])}"
    return "a list of at least one" if shape.get("minItems") else "a list"


def _number_words(words: str, shape: Shape) -> str:
    low, high = shape.get("minimum"), shape.get("maximum")
    if low is not None and high is not None:
        return f"{words} from {low:g} to {high:.10g}"
    if low is not None:
        return f"{words} of at least {low:g}"
    if "exclusiveMinimum" in shape:
        return f"{words} above {shape['exclusiveMinimum']:g}"
    return words


@functools.cache
def _routes(model: type[BaseModel]) -> tuple[str, ...]:
    """Every fixed key of the settings as a dotted route."""
    return tuple(_routes_below(schema_of(model), schema_of(model), ""))


def _routes_below(schema: Shape, shape: Shape, above: str) -> Iterator[str]:
    for option in _options(schema, shape):
        for key, inner in option.get("properties", {}).items():
            yield above + key
            yield from _routes_below(schema, inner, f"{above}{key}.")


def stable_text(schema: Shape) -> str:
    """A schema as text, the same for the same settings."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
