"""Files laid over each other: preset, then firm, then unit, each value keeping its line."""

from __future__ import annotations

from dataclasses import replace

from portfolio_lib.parameters.nodes import Node, Route

_OF_FILES = (
    "file", "encoding", "separator", "decimal", "thousands", "skip_rows", "sheet", "format",
)  # fmt: skip
_TABLE_RIVALS: dict[str, tuple[str, ...]] = {
    "file": ("connection", "query", "table", "format"),
    "connection": _OF_FILES,
    "query": ("table",),
    "table": ("query",),
}
_COLUMN_RIVALS: dict[str, tuple[str, ...]] = {
    "from": ("value", "formula"),
    "value": ("from", "formula"),
    "formula": ("from", "value"),
}


def merge(lower: Node, upper: Node, route: Route = ()) -> Node:
    """Lay one file over another.

    Mappings merge key by key; lists and scalars replace. `key: null` takes back what the lower
    file says; a key with nothing behind it says nothing. A key also takes back those of the
    lower file that may not stand beside it: `connection` drops the `file` underneath.
    """
    lower, upper = _as_column(lower, upper, route), _as_column(upper, lower, route)
    if upper.silent:
        return lower
    if not isinstance(lower.value, dict) or not isinstance(upper.value, dict):
        return upper
    entries = {key: node for key, node in lower.value.items() if key not in _dropped(upper, route)}
    for key, node in upper.value.items():
        entries[key] = merge(entries[key], node, (*route, key)) if key in entries else node
    return replace(upper, value=entries)


def _as_column(node: Node, other: Node, route: Route) -> Node:
    """A bare column name as the mapping it stands for, where the other file gives a mapping."""
    is_column = len(route) == 5 and route[:2] == ("sources", "tables") and route[3] == "columns"
    if not is_column or not isinstance(node.value, str) or not isinstance(other.value, dict):
        return node
    return replace(node, value={"from": node})


def _dropped(upper: Node, route: Route) -> set[str]:
    """Keys of the lower file that what the upper file says takes back."""
    if route[:2] != ("sources", "tables"):
        return set()
    rivals = {3: _TABLE_RIVALS, 5: _COLUMN_RIVALS}.get(len(route), {})
    said = {key for key, node in upper.entries.items() if node.value is not None}
    return {rival for key in said for rival in rivals.get(key, ())} - said
