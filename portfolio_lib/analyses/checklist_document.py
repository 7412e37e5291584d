"""The list of items in the documentation, written from the rules.

`python -m portfolio_lib.analyses.checklist_document docs/checklist.md` renews the generated part of
that page; a test fails while the page and the rules differ.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from portfolio_lib.analyses.checklist_list import Item, checklist_items
from portfolio_lib.analyses.checklist_rules import RULES

BEGIN = "<!-- generated from the rules: begin -->"
END = "<!-- generated from the rules: end -->"


def items_in_words() -> str:
    """Every item as Markdown: one table a section, with its evidence, rule and what it needs."""
    sections = groupby(checklist_items(), key=lambda item: (item.section, item.title))
    return "\n".join(_section(number, title, list(items)) for (number, title), items in sections)


def _section(number: int, title: str, items: list[Item]) -> str:
    lines = [
        f"### {number}. {title}",
        "",
        "| item | practice | evidence | rule | reads |",
        "|---|---|---|---|---|",
        *map(_line, items),
        "",
    ]
    return "\n".join(lines)


def _line(item: Item) -> str:
    rule = RULES.get(item.key)
    if rule is None:
        return f"| `{item.number}` | {item.wording} | attested | | attestations |"
    needs = ", ".join(rule.needs) or "targets"
    return f"| `{item.number}` | {item.wording} | data | {rule.told(rule.limit)} | {needs} |"


def renewed(page: str) -> str:
    """A page with the part between the two marks written anew.

    Raises
    ------
    ValueError
        The page lacks a mark.
    """
    before, found, rest = page.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not found or not ends:
        raise ValueError(f"The page lacks the marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{items_in_words()}\n{END}{after}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(renewed(target.read_text(encoding="utf-8")), encoding="utf-8")
