"""Faults in parameter files: gathered, each with its file and line, and told all at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters.nodes import Node, Origin, Route
from portfolio_lib.parameters.secrets import HIDDEN, looks_secret

_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    `problem` says what was found and what was expected; `next_step` may be empty where mending
    the line is all there is to do. `line` is None where the whole file is meant.
    """

    file: str
    line: int | None
    key: str
    problem: str
    next_step: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        told = ": ".join(part for part in (place, self.key, self.problem) if part)
        stop = "" if told.endswith(("?", ".")) else "."
        return f"{told}{stop} {self.next_step}" if self.next_step else told


class FaultyParameters(ParameterFault):
    """Every fault of every parameter file; `faults` holds them in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        super().__init__(_told(self.faults))

    def __reduce__(self) -> tuple[type[FaultyParameters], tuple[tuple[Fault, ...]]]:
        # An exception crosses from a worker process by its arguments, which are faults, not text.
        return type(self), (self.faults,)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, by file, then line, then key."""
    once = set(faults)
    return tuple(sorted(once, key=lambda f: (f.file, f.line or 0, f.key, f.problem, f.next_step)))


def fault_at(node: Node, route: Route, problem: str, next_step: str = "") -> Fault:
    """A fault of one value."""
    return Fault(node.origin.shown, node.line, shown_route(route), problem, next_step)


def fault_of_file(
    origin: Origin, problem: str, next_step: str = "", *, line: int | None = None
) -> Fault:
    """A fault of a whole file."""
    return Fault(origin.shown, line, "", problem, next_step)


def shown_text(text: str) -> str:
    """Text from a file as a message may show it: short, on one line, never a secret."""
    if looks_secret(text):
        return HIDDEN
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return repr(cut)


def shown_route(route: Route) -> str:
    """A route as dotted keys; a key that is not a plain word is quoted."""
    return ".".join(_shown_step(step) for step in route)


def shown_value(node: Node) -> str:
    """What was found, in words."""
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"text {shown_text(value)}" if value else "empty text"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return f"{value}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a known word is near, else an empty text."""
    near = nearest_word(word, known)
    return f"; did you mean {near!r}?" if near else ""


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None where none is like it."""
    by_small = {candidate.casefold(): candidate for candidate in sorted(known)}
    near = difflib.get_close_matches(word.casefold()[:80], by_small, n=1, cutoff=0.6)
    return by_small[near[0]] if near else None


def listed(words: Sequence[str], *, most: int = 12) -> str:
    """Words with commas, cut where there are too many to read."""
    cut = ", ".join(words[:most])
    return f"{cut} and {len(words) - most} more" if len(words) > most else cut


def _shown_step(step: str | int) -> str:
    if isinstance(step, int):
        return str(step + 1)
    return step if re.fullmatch(r"[\w-]{1,60}", step) else shown_text(step)


def _told(faults: Sequence[Fault]) -> str:
    files = len({fault.file for fault in faults})
    counted = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    where = "1 file" if files == 1 else f"{files} files"
    lines = "\n".join(f"  {fault}" for fault in faults)
    return f"{counted} in {where} of parameters:\n{lines}"
