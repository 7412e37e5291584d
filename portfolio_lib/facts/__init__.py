"""Facts: the heavy steps, each one SQL text, and the engine that runs them for all units."""

from __future__ import annotations

from portfolio_lib.facts.build import build_facts, read_fact
from portfolio_lib.facts.days import months_before
from portfolio_lib.facts.steps import STEPS, Step

__all__ = ["STEPS", "Step", "build_facts", "months_before", "read_fact"]
