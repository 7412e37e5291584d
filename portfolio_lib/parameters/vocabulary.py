"""Names that the parameters use and other rooms define: pages, tables and their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from portfolio_lib.parameters.faults import Fault, did_you_mean, fault_at, listed, shown_value
from portfolio_lib.parameters.nodes import Node, Route, find


def unknown_pages(node: Node, pages: Collection[str]) -> Iterator[Fault]:
    """Pages that no notebook makes, and pages named twice."""
    packs = find(node, ("packs",))
    lists: list[tuple[Route, Node | None]] = [
        (("packs", period), named) for period, named in (packs.entries if packs else {}).items()
    ]
    own = find(node, ("pages",))
    if not any(own == named for _, named in lists):
        lists.append((("pages",), own))
    for route, named in lists:
        yield from _unknown_in(named, route, pages)


def _unknown_in(named: Node | None, at: Route, pages: Collection[str]) -> Iterator[Fault]:
    items = named.value if named is not None and isinstance(named.value, list) else []
    seen: set[object] = set()
    for place, item in enumerate(items):
        route: Route = (*at, place)
        if item.value not in pages:
            hint = did_you_mean(str(item.value), pages) or f"; {_one_of(pages, 'notebooks/')}"
            problem = f"found {shown_value(item)}, which no notebook makes{hint}"
            yield fault_at(item, route, problem, "Pages are notebooks in notebooks/")
        elif item.value in seen:
            yield fault_at(item, route, f"found {shown_value(item)} twice; expected it once")
        seen.add(item.value if isinstance(item.value, str) else None)


def unknown_tables(node: Node, tables: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """Tables that are none of ours, and columns that such a table does not have."""
    named = find(node, ("sources", "tables"))
    for table, source in (named.entries if named is not None else {}).items():
        route: Route = ("sources", "tables", table)
        if table not in tables:
            hint = did_you_mean(table, tables) or f"; {_one_of(tables, 'the list of tables')}"
            yield fault_at(source, route, f"unknown table{hint}")
            continue
        columns = source.child("columns")
        for column, origin in (columns.entries if columns is not None else {}).items():
            if column not in tables[table]:
                known = tables[table]
                hint = did_you_mean(column, known) or f"; {_one_of(known, 'its columns')}"
                problem = f"unknown column of {table}{hint}"
                yield fault_at(origin, (*route, "columns", column), problem)


def _one_of(words: Collection[str], where: str) -> str:
    return f"expected one of {listed(sorted(words))}" if words else f"{where} holds none"
