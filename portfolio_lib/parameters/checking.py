"""One tree of nodes held against the settings it should fill: every fault, each with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from portfolio_lib.parameters.faults import (
    Fault,
    did_you_mean,
    fault_at,
    listed,
    nearest_word,
    shown_value,
)
from portfolio_lib.parameters.kinds import AND
from portfolio_lib.parameters.nodes import Node, Route, find, nearest, plain, walk, without
from portfolio_lib.parameters.secrets import is_named_variable, is_secret_key, looks_secret
from portfolio_lib.parameters.shapes import (
    choices_at,
    expected_words,
    known_keys,
    may_say_nothing,
    meaning_at,
    places_of,
)

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Checked:
    """What is left of a tree once faulty values are taken out, and why they were.

    `removed` are the routes taken out: nothing that is missing there, and no rule of the mapping
    around it, is a further fault. `missing` are keys that must be said and are not.
    """

    node: Node
    faults: tuple[Fault, ...]
    removed: frozenset[Route]
    missing: tuple[Route, ...] = ()


def check_part(node: Node, model: type[BaseModel], *, removed: Iterable[Route] = ()) -> Checked:
    """Check what one file says, knowing that another file may say the rest."""
    secrets = dict(find_secrets(node))
    checked = _check(
        _without_nothings(node, model),
        model,
        part=True,
        told=frozenset(secrets),
        removed=frozenset(removed),
    )
    missing = [missing_fault(node, model, route) for route in checked.missing]
    for route in checked.removed:
        node = without(node, route)
    # The keys that say nothing stay: 'seed: null' takes back what the file underneath says.
    return Checked(node, (*secrets.values(), *checked.faults, *missing), checked.removed)


def check_whole(node: Node, model: type[BaseModel], *, removed: Iterable[Route] = ()) -> Checked:
    """Check files laid over each other, or a file that stands alone.

    `removed` are the faulty values that were told of before. Keys missing at the top are not
    faults yet: whoever calls knows which file should have said them.
    """
    whole = _without_nothings(node, model)
    checked = _check(whole, model, part=False, removed=frozenset(removed))
    deep = [missing_fault(node, model, route) for route in checked.missing if len(route) > 1]
    top = tuple(route for route in checked.missing if len(route) == 1)
    return replace(checked, faults=(*checked.faults, *deep), missing=top)


def build(node: Node, model: type[_Model], more: Mapping[str, object]) -> _Model:
    """The settings themselves, from a tree that has been checked, and values known otherwise."""
    values = plain(node)
    assert isinstance(values, dict)
    return model.model_validate_json(json.dumps({**values, **more}))


def find_secrets(node: Node) -> Iterator[tuple[Route, Fault]]:
    """Passwords, keys and addresses with passwords that stand in the file itself."""
    for route, child in walk(node):
        key = str(route[-1]) if route else ""
        named = key == "connection" or (is_secret_key(key) and not _is_data_word(route))
        is_value = isinstance(child.value, str | int | float) and not isinstance(child.value, bool)
        if is_named_variable(child.value) or not (is_value or looks_secret(key)):
            continue
        if looks_secret(key) or named or looks_secret(str(child.value)):
            yield (
                route,
                fault_at(
                    child,
                    route,
                    "found a secret or an address in the clear (not shown here); expected env:NAME",
                    "Put it in an environment variable and write 'connection: env:NAME'",
                ),
            )


def missing_fault(node: Node, model: type[BaseModel], route: Route) -> Fault:
    """A fault for a key that must be said."""
    words = expected_words(model, route)
    return fault_at(
        nearest(node, route), route, f"missing; expected {words}", meaning_at(model, route)
    )


def _is_data_word(route: Route) -> bool:
    """Whether the last key is a word of the user's data, as in values: {token: coin}."""
    return len(route) > 1 and route[-2] in ("values", "on", "columns", "market_size")


def _check(
    node: Node,
    model: type[BaseModel],
    *,
    part: bool,
    told: frozenset[Route] = frozenset(),
    removed: frozenset[Route] = frozenset(),
) -> Checked:
    """Validate, take out what is faulty, and look again until nothing more is found.

    Rules between keys are only looked at once every single value is sound, so that one look would
    not find all faults.
    """
    faults: list[Fault] = []
    missing: dict[Route, None] = {}
    while True:
        errors = [_located(node, error) for error in _errors(node, model, part=part)]
        removed = removed.union(*(_meant(model, error) for error in errors))
        apart = [
            error for error in _narrowed(errors, removed) if not _follows(error, removed, errors)
        ]
        missing.update((error.route, None) for error in apart if error.kind == "missing")
        faults += [
            _fault(node, model, error)
            for error in apart
            if error.kind != "missing"
            and (error.route not in told or error.kind == "extra_forbidden")
        ]
        taken = {_to_take_out(error) for error in errors} - {()}
        if not taken:
            return Checked(node, tuple(faults), removed, tuple(missing))
        removed |= taken
        for route in taken:
            node = without(node, route)


@dataclass(frozen=True)
class _Error:
    """One complaint of the settings, at the deepest place that the file does say."""

    kind: str
    route: Route
    words: str


def _located(node: Node, error: Mapping[str, Any]) -> _Error:
    loc: Route = tuple(error["loc"])
    kind, route = str(error["type"]), _said(node, loc)
    if kind == "missing":
        around = find(node, loc[:-1])
        if around is not None and isinstance(around.value, list):
            kind, route = "too_short", loc[:-1]  # [0.2] where a list of exactly two is expected
        else:
            route = loc
    return _Error(kind, route, str(error.get("ctx", {}).get("error", "")))


def _said(node: Node, loc: Route) -> Route:
    """The part of a route that the file does say."""
    length = next((n for n in range(len(loc), 0, -1) if find(node, loc[:n]) is not None), 0)
    return loc[:length]


def _errors(node: Node, model: type[BaseModel], *, part: bool) -> list[Any]:
    try:
        model.model_validate_json(json.dumps(plain(node)), context={"part": part})
    except ValidationError as error:
        return list(error.errors(include_url=False, include_input=False))
    return []


def _narrowed(errors: Iterable[_Error], removed: frozenset[Route]) -> Iterator[_Error]:
    """The errors, where rules between keys lose the parts that speak of keys told of already."""
    for error in errors:
        keys = {str(route[-1]) for route in removed if route and route[:-1] == error.route}
        parts = [
            part
            for part in error.words.split(AND)
            if not keys.intersection(re.findall(r"\w+", part))
        ]
        yield replace(error, words=AND.join(parts))


def _follows(error: _Error, removed: frozenset[Route], errors: Iterable[_Error]) -> bool:
    """Whether an error only follows from another that is told of anyway."""
    route, depth = error.route, len(error.route)
    if error.kind == "missing":
        return route in removed or route[:-1] in removed
    if error.kind == "value_error":
        return not error.words
    if error.kind in ("too_short", "too_long"):
        faulty = removed.union(other.route for other in errors if other.kind != "missing")
        return any(len(other) > depth and other[:depth] == route for other in faulty)
    return False


def _to_take_out(error: _Error) -> Route:
    """The part to take out before looking again; nothing for a key missing at the top.

    A faulty item takes its list with it: the places of the other items must not move.
    """
    route = error.route[:-1] if error.kind == "missing" else error.route
    while route and isinstance(route[-1], int):
        route = route[:-1]
    return route


def _meant(model: type[BaseModel], error: _Error) -> frozenset[Route]:
    """The key that a misspelt one stands for: it is not missing as well."""
    if error.kind != "extra_forbidden":
        return frozenset()
    near = nearest_word(str(error.route[-1]), known_keys(model, error.route[:-1]))
    return frozenset([(*error.route[:-1], near)]) if near else frozenset()


def _fault(node: Node, model: type[BaseModel], error: _Error) -> Fault:
    found = find(node, error.route) or node
    if error.kind == "extra_forbidden":
        return fault_at(found, error.route, _unknown_key(model, error.route))
    meaning = meaning_at(model, error.route)
    if error.kind == "value_error":
        known = isinstance(found.value, dict)
        problem = error.words if known else f"found {shown_value(found)}; {error.words}"
        return fault_at(found, error.route, problem, meaning)
    words = expected_words(model, error.route)
    problem = f"found {shown_value(found)}; expected {words}"
    if isinstance(found.value, str):
        problem += did_you_mean(found.value, choices_at(model, error.route))
    elif isinstance(found.value, int | float) and error.kind == "string_type":
        meaning = "Put quotes around it"
    elif list(found.entries) == ["unit"]:
        meaning = "Put quotes around it: '{unit}'"  # bare braces are a mapping in YAML
    return fault_at(found, error.route, problem, meaning)


def _unknown_key(model: type[BaseModel], route: Route) -> str:
    known, key = known_keys(model, route[:-1]), str(route[-1])
    hint = did_you_mean(key, known)
    elsewhere = places_of(model, key)
    if not hint and elsewhere:
        hint = f"; it is known as {elsewhere[0]}"
    return "unknown key" + (hint or f"; expected one of {listed(known)}")


def _without_nothings(node: Node, model: type[BaseModel], route: Route = ()) -> Node:
    """A copy without the keys that say nothing, which leave the matter to the default.

    Behind the user's own words (values: {Unknown: }) nothing is a fault, so it stays.
    """
    if isinstance(node.value, list):
        items = [
            _without_nothings(item, model, (*route, place)) for place, item in enumerate(node.value)
        ]
        return replace(node, value=items)
    if not isinstance(node.value, dict):
        return node
    may = may_say_nothing(model, route)
    entries = {
        key: _without_nothings(child, model, (*route, key))
        for key, child in node.value.items()
        if child.value is not None or not may
    }
    return replace(node, value=entries)
