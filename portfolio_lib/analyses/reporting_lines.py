"""Who reports to whom at a client, as far as the record goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx
import pandas as pd

Graph: TypeAlias = "nx.DiGraph[str]"


@dataclass(frozen=True)
class ReportingLines:
    """The people of one client in the order of their reporting lines.

    Parameters
    ----------
    places : frame
        One row per person still there: `contact_id`, `place` (0 first), `depth` (0 for whoever
        reports to nobody known), `superior` (contact id; None where the depth is 0). Superiors
        stand before their people; people of one superior by influence, then by id.
    circles : tuple of tuple of str
        People who report to each other in a circle, or to themselves; each stands at depth 0.
    unknown : tuple of str
        People whose superior is not among the people recorded.
    elsewhere : tuple of str
        People whose superior is recorded at another client.
    departed : tuple of str
        People whose superior has left.
    """

    places: pd.DataFrame
    circles: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]
    elsewhere: tuple[str, ...]
    departed: tuple[str, ...]


def reporting_lines(people: pd.DataFrame, homes: Mapping[str, str]) -> ReportingLines:
    """Put the people of one client in order.

    Parameters
    ----------
    people : frame
        The people of one client: `contact_id`, `account_id`, `reports_to`, `influence`,
        `is_present`.
    homes : mapping
        Contact id to account id, for everybody recorded at any client.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b", "c"], "account_id": ["x"] * 3,
    ...     "reports_to": ["b", None, "b"], "influence": [2.0, 5.0, 4.0],
    ...     "is_present": [True] * 3})
    >>> lines = reporting_lines(people, {"a": "x", "b": "x", "c": "x"})
    >>> lines.places["contact_id"].tolist(), lines.places["depth"].tolist()
    (['b', 'c', 'a'], [0, 1, 1])
    """
    there = people.loc[people["is_present"]].sort_values(
        ["influence", "contact_id"], ascending=[False, True], kind="stable", na_position="last"
    )
    ids = there["contact_id"].tolist()
    said = {
        one: boss
        for one, boss in zip(ids, there["reports_to"].tolist(), strict=True)
        if isinstance(boss, str)
    }
    known = set(ids)
    lines: Graph = nx.DiGraph((boss, one) for one, boss in said.items() if boss in known)
    circles = _circles(lines)
    home = {one: str(account) for one, account in zip(ids, there["account_id"], strict=True)}
    lost = {one: boss for one, boss in said.items() if boss not in known}
    return ReportingLines(
        places=_places(ids, lines, circles),
        circles=circles,
        unknown=tuple(one for one, boss in lost.items() if boss not in homes),
        elsewhere=tuple(
            one for one, boss in lost.items() if homes.get(boss, home[one]) != home[one]
        ),
        departed=tuple(one for one, boss in lost.items() if homes.get(boss) == home[one]),
    )


def _circles(lines: Graph) -> tuple[tuple[str, ...], ...]:
    """Groups that lead back to themselves, each sorted."""
    loops = [
        tuple(sorted(group))
        for group in nx.strongly_connected_components(lines)
        if len(group) > 1 or any(lines.has_edge(one, one) for one in group)
    ]
    return tuple(sorted(loops))


def _places(ids: list[str], lines: Graph, circles: tuple[tuple[str, ...], ...]) -> pd.DataFrame:
    """Everyone below the superior; people in a circle stand at the top."""
    turning = {one for circle in circles for one in circle}
    forest: Graph = nx.DiGraph()
    forest.add_nodes_from(ids)
    for one in ids:  # in order, so that people of one superior keep it
        superiors = [] if one in turning or one not in lines else list(lines.predecessors(one))
        forest.add_edges_from((boss, one) for boss in superiors)
    superior = {one: boss for boss, one in forest.edges}
    order = [
        one for top in ids if top not in superior for one in nx.dfs_preorder_nodes(forest, top)
    ]
    depth: dict[str, int] = {}
    for one in order:
        depth[one] = 0 if one not in superior else depth[superior[one]] + 1
    rows = [(one, place, depth[one], superior.get(one)) for place, one in enumerate(order)]
    frame = pd.DataFrame(rows, columns=["contact_id", "place", "depth", "superior"], dtype=object)
    return frame.astype({"place": int, "depth": int})
