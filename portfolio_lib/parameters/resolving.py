"""A unit's settings put together: preset, then firm, then unit, every value keeping its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from portfolio_lib.parameters.checking import Checked, check_part, check_whole, missing_fault
from portfolio_lib.parameters.documents import Document
from portfolio_lib.parameters.faults import Fault, did_you_mean, fault_at, listed, shown_value
from portfolio_lib.parameters.files import SHARED_KEYS, UnitFile
from portfolio_lib.parameters.merging import merge
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.nodes import Node, Route, find
from portfolio_lib.parameters.places import settle


@dataclass(frozen=True)
class CheckedFile:
    """One file on its own: what it soundly says, and whether it could be read at all."""

    root: Node | None
    faults: tuple[Fault, ...] = ()
    removed: frozenset[Route] = frozenset()


@dataclass(frozen=True)
class ResolvedUnit:
    """A unit's files laid over each other.

    `node` holds the keys that firm and unit share, with absolute folders; `own` is the root of
    the unit's file. `missing` are shared keys that no file says.
    """

    key: str
    node: Node
    own: Node
    faults: tuple[Fault, ...]
    missing: tuple[Route, ...]


def check_file(document: Document, model: type[BaseModel]) -> CheckedFile:
    """Check one file on its own."""
    if document.root is None:
        return CheckedFile(None, document.faults)
    checked: Checked = check_part(document.root, model, removed=document.refused)
    return CheckedFile(checked.node, (*document.faults, *checked.faults), checked.removed)


def resolve_unit(
    key: str, unit: CheckedFile, firm: CheckedFile, presets: Mapping[str, CheckedFile]
) -> ResolvedUnit | None:
    """Lay a unit's file over the firm's and its preset.

    Returns
    -------
    None where one of the files could not be read: the rest cannot be judged without it.
    """
    if unit.root is None or firm.root is None:
        return None
    said = merge(_shared(firm.root), _shared(unit.root))
    removed = firm.removed | unit.removed
    named = find(said, ("sources", "preset"))
    if named is not None and named.value is not None:
        preset = presets.get(str(named.value))
        if preset is None:
            fault = _unknown_preset(named, presets)
            return ResolvedUnit(key, said, unit.root, (fault,), ())
        if preset.root is None:
            return None
        said = merge(_as_sources(preset.root), said)
        removed |= {("sources", *route) for route in preset.removed}
    said = _with_pages(said)
    checked = check_whole(said, UnitFile, removed=removed)
    settled, faults = settle(checked.node, key)
    missing = tuple(
        (name,)
        for name in SHARED_KEYS
        if _is_required(name) and checked.node.child(name) is None and (name,) not in removed
    )
    return ResolvedUnit(key, settled, unit.root, (*checked.faults, *faults), missing)


def _with_pages(said: Node) -> Node:
    """The pages of the period's pack, where no file names pages of its own."""
    period = find(said, ("period",))
    name = UnitParameters.model_fields["period"].default if period is None else period.value
    pages = find(said, ("packs", str(name)))
    if pages is None or said.child("pages") is not None:
        return said
    return replace(said, value={**said.entries, "pages": pages})


def missing_faults(units: Sequence[ResolvedUnit], firm: Node | None) -> list[Fault]:
    """Keys that no file says: once for the firm where every unit lacks them."""
    faults = []
    for route in sorted({route for unit in units for route in unit.missing}):
        lacking = [unit.own for unit in units if route in unit.missing]
        taken_back = [own for own in lacking if (said := find(own, route)) and not said.silent]
        if firm is not None and not taken_back and len(lacking) == len(units):
            lacking = [firm]
        for place in lacking:
            fault = missing_fault(place, UnitFile, route)
            where = "Say it in firm.yaml for all units, or in the file of each"
            faults.append(replace(fault, next_step=f"{fault.next_step}. {where}".lstrip(". ")))
    return faults


def _is_required(name: str) -> bool:
    return UnitParameters.model_fields[name].is_required()


def _shared(root: Node) -> Node:
    return replace(root, value={k: n for k, n in root.entries.items() if k in SHARED_KEYS})


def _as_sources(preset: Node) -> Node:
    """A preset's tables as they would stand in firm.yaml."""
    tables = {k: n for k, n in preset.entries.items() if k == "tables"}
    return replace(preset, value={"sources": replace(preset, value=tables)})


def _unknown_preset(named: Node, presets: Mapping[str, CheckedFile]) -> Fault:
    known = f"expected one of {listed(sorted(presets))}" if presets else "presets/ holds none"
    problem = f"found {shown_value(named)}; {known}{did_you_mean(str(named.value), presets)}"
    return fault_at(named, ("sources", "preset"), problem, "Presets are files in presets/")
