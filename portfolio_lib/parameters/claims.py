"""What two units may not both have: a name, a business unit, the rest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portfolio_lib.parameters.faults import Fault, fault_at, shown_text
from portfolio_lib.parameters.nodes import Node, Route, find


@dataclass(frozen=True)
class UnitNames:
    """How a unit is called, and by whom it is said.

    `business_units` are the values of the tables' business_unit column that belong to it.
    """

    key: str
    name: str
    business_units: tuple[str, ...]
    rest: bool


@dataclass(frozen=True)
class _Claim:
    text: str
    route: Route
    place: Node


def names_of(key: str, own: Node) -> UnitNames:
    """A unit's names, from its checked file; what is left out is made from the key."""
    rest = find(own, ("unit", "rest"))
    return UnitNames(
        key=key,
        name=_name(key, own).text,
        business_units=tuple(claim.text for claim in _business_units(key, own)),
        rest=rest is not None and rest.value is True,
    )


def named_elsewhere(key: str, units: Iterable[UnitNames]) -> tuple[str, ...]:
    """Business units that a unit which takes the rest must leave to others; else nothing.

    It stands in the unit's own settings, so that the rest is the same whichever units are run.
    """
    everyone = list(units)
    if not any(unit.rest for unit in everyone if unit.key == key):
        return ()
    return tuple(
        sorted({name for unit in everyone if unit.key != key for name in unit.business_units})
    )


def find_claims(units: Sequence[tuple[str, Node]]) -> list[Fault]:
    """Every second claim to something, with the place of the first.

    `units` are keys with the checked root of their file, in the order of the keys.
    """
    names = [_name(key, own) for key, own in units]
    values = [claim for key, own in units for claim in _business_units(key, own)]
    return [
        *_twice(names, "two units cannot have one name", "Give one of them another name"),
        *_twice(values, "a business unit belongs to one unit", "Take it out of one of the two"),
        *_second_rest(units),
        *_nothing_claimed(units),
    ]


def _name(key: str, own: Node) -> _Claim:
    said = find(own, ("unit", "name"))
    if said is not None and isinstance(said.value, str):
        return _Claim(said.value, ("unit", "name"), said)
    return _Claim(key.replace("-", " ").title(), ("unit", "name"), own)


def _business_units(key: str, own: Node) -> list[_Claim]:
    route: Route = ("unit", "business_units")
    said = find(own, route)
    if said is None or not isinstance(said.value, list):
        return [_Claim(key, route, own)]
    return [_Claim(str(item.value), (*route, n), item) for n, item in enumerate(said.value)]


def _twice(claims: Sequence[_Claim], rule: str, next_step: str) -> Iterator[Fault]:
    first: dict[str, _Claim] = {}
    for claim in claims:
        alike = unicodedata.normalize("NFKC", claim.text).casefold().strip()
        other = first.setdefault(alike, claim)
        if other is claim:
            continue
        where = f"{other.place.origin.shown}:{other.place.line}"
        by_case = "" if other.text == claim.text else f", as {shown_text(other.text)},"
        problem = f"found {shown_text(claim.text)}, which {where} has as well{by_case}"
        yield fault_at(claim.place, claim.route, f"{problem.rstrip(',')}; {rule}", next_step)


def _second_rest(units: Sequence[tuple[str, Node]]) -> Iterator[Fault]:
    route: Route = ("unit", "rest")
    said = [place for _, own in units if (place := find(own, route)) and place.value is True]
    for place in said[1:]:
        where = f"{said[0].origin.shown}:{said[0].line}"
        problem = f"found true, which {where} says as well; one unit at most takes the rest"
        yield fault_at(place, route, problem, "Say it in one of the two")


def _nothing_claimed(units: Sequence[tuple[str, Node]]) -> Iterator[Fault]:
    route: Route = ("unit", "business_units")
    for key, own in units:
        said = find(own, route)
        if said is not None and not names_of(key, own).business_units:
            if names_of(key, own).rest:
                continue
            problem = "found an empty list; expected at least one value of business_unit"
            yield fault_at(said, route, problem, "Leave the key out to take the file's name")
