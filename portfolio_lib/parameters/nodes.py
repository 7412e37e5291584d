"""What a parameter file says, each value with the file and line that says it.

A tree of `Node`s is never changed: `without` and `replaced` return a changed copy. Merging two
trees therefore keeps, for every key, the line that a person has to mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

Step: TypeAlias = str | int
Route: TypeAlias = tuple[Step, ...]
Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class Origin:
    """The file that says something, and how it is called in a message."""

    path: Path
    shown: str


@dataclass(frozen=True)
class Node:
    """One value: a scalar, a mapping of nodes or a list of nodes.

    `line` counts from 1 and is the line of the key, or of the value where there is no key.
    `silent` marks a key with nothing behind it, as when every line below it is a comment.
    """

    value: Scalar | dict[str, Node] | list[Node]
    origin: Origin
    line: int
    silent: bool = False

    @property
    def entries(self) -> dict[str, Node]:
        """The keys of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def child(self, step: Step) -> Node | None:
        """The value one step further in, or None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def find(node: Node, route: Sequence[Step]) -> Node | None:
    """The value at the end of a route, or None where the route leads nowhere."""
    here: Node | None = node
    for step in route:
        here = here.child(step) if here is not None else None
    return here


def nearest(node: Node, route: Sequence[Step]) -> Node:
    """The deepest value on a route that is written down: where to point for a missing key."""
    here = node
    for step in route:
        there = here.child(step)
        if there is None:
            break
        here = there
    return here


def without(node: Node, route: Route) -> Node:
    """A copy that lacks the value at the end of a route."""
    step, rest = route[0], route[1:]
    child = node.child(step)
    if child is None:
        return node
    if isinstance(node.value, dict):
        kept = dict(node.value)
        if rest:
            kept[str(step)] = without(child, rest)
        else:
            del kept[str(step)]
        return replace(node, value=kept)
    assert isinstance(node.value, list)
    if not rest:
        return replace(node, value=[item for item in node.value if item is not child])
    return replace(
        node, value=[without(item, rest) if item is child else item for item in node.value]
    )


def replaced(node: Node, route: Route, value: Scalar) -> Node:
    """A copy in which the scalar at the end of a route, which must be there, is another one."""
    if not route:
        return replace(node, value=value)
    step, rest = route[0], route[1:]
    child = node.child(step)
    if child is None:
        raise KeyError(step)
    changed = replaced(child, rest, value)
    if isinstance(node.value, dict):
        return replace(node, value={**node.value, str(step): changed})
    assert isinstance(node.value, list)
    return replace(node, value=[changed if item is child else item for item in node.value])


def plain(node: Node) -> object:
    """The values alone, as dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def walk(node: Node, route: Route = ()) -> Iterator[tuple[Route, Node]]:
    """Every value with its route, outer ones first."""
    yield route, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, (*route, key))
    elif isinstance(node.value, list):
        for place, child in enumerate(node.value):
            yield from walk(child, (*route, place))
