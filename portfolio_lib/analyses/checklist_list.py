"""The 216 items of the checklist: 27 sections of eight, as the list holds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Item:
    """One practice of the checklist.

    Parameters
    ----------
    section, place : int
        From 1 to 27, and from 1 to 8 within the section.
    part, title : str
        The part of the list and the section that it stands in.
    wording : str
        The practice, as a sentence.
    """

    section: int
    place: int
    part: str
    title: str
    wording: str

    @property
    def key(self) -> str:
        """Section and place, ``5.1``."""
        return f"{self.section}.{self.place}"

    @property
    def number(self) -> str:
        """What attestations answer it by, ``checklist.5.1``."""
        return f"checklist.{self.key}"


@cache
def checklist_items() -> tuple[Item, ...]:
    """Every item, in order."""
    source = resources.files("portfolio_lib.analyses").joinpath("checklist_items.yaml")
    sections = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    return tuple(
        Item(number, place, section["part"], section["title"], wording)
        for number, section in enumerate(sections, start=1)
        for place, wording in enumerate(section["items"], start=1)
    )
