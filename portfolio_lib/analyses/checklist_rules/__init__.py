"""The rules by which items of the checklist are measured: one module for each group of sections."""

from __future__ import annotations

from portfolio_lib.analyses.checklist_rules import (
    keeping,
    knowing,
    measuring,
    planning,
    running,
    working,
)
from portfolio_lib.analyses.checklist_rules.readings import Rule

RULES: dict[str, Rule] = {
    rule.item: rule
    for module in (knowing, planning, working, keeping, measuring, running)
    for rule in module.RULES
}
"""Rules by item, ``5.1`` and so on; items without one are answered by people."""
