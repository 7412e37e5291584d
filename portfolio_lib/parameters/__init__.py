"""Typed, strict settings: firm, units and presets, read from YAML with every fault told at once."""

from __future__ import annotations

from portfolio_lib.parameters.faults import Fault, FaultyParameters
from portfolio_lib.parameters.loading import load_firm
from portfolio_lib.parameters.models import FirmParameters, UnitParameters
from portfolio_lib.parameters.new_units import new_unit
from portfolio_lib.parameters.places import source_files
from portfolio_lib.parameters.policies import PolicyInWords, describe_policies
from portfolio_lib.parameters.projects import find_project, known_pages
from portfolio_lib.parameters.schemas import write_schemas
from portfolio_lib.parameters.secrets import masked
from portfolio_lib.parameters.snapshots import load_unit_snapshot, save_unit_snapshot

__all__ = [
    "Fault",
    "FaultyParameters",
    "FirmParameters",
    "PolicyInWords",
    "UnitParameters",
    "describe_policies",
    "find_project",
    "known_pages",
    "load_firm",
    "load_unit_snapshot",
    "masked",
    "new_unit",
    "save_unit_snapshot",
    "source_files",
    "write_schemas",
]
