"""YAML files read into nodes that know their lines.

The reading is YAML 1.2 with less guessing: `NO`, `0123`, `1_000`, `.nan` and dates stay text, so
that nothing is changed on the way to the settings, which know what they expect. Tags and repeated
keys are faults: they hide what a value is. A reference (*name) stands for the value marked &name
above it in the same file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from portfolio_lib.parameters.faults import Fault, fault_at, fault_of_file, shown_text
from portfolio_lib.parameters.nodes import Node, Origin, Route, Scalar, walk

_MOST_BYTES = 1_000_000
_DEEPEST = 20
_MOST_VALUES = 20_000
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})")
_NUMBER = re.compile(
    r"[-+]?((0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?"
)
_WORDS: dict[str, Scalar] = {
    "null": None, "Null": None, "NULL": None, "~": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One file as read. `root` is a mapping, or None where nothing could be read.

    `refused` are the places whose values could not be taken; they are not missing as well.
    """

    origin: Origin
    root: Node | None
    faults: tuple[Fault, ...]
    refused: frozenset[Route] = frozenset()


def read_document(origin: Origin) -> Document:
    """Read one file; whatever is wrong with it becomes a fault of the document."""
    try:
        raw = origin.path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _unread(origin, f"cannot be read ({reason}); expected a readable file")
    if len(raw) > _MOST_BYTES:
        return _unread(origin, f"is {len(raw):,} bytes; expected at most {_MOST_BYTES:,}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = f"byte {error.start + 1} is not UTF-8; expected a text file in UTF-8"
        return _unread(origin, problem, "Save it again with the encoding UTF-8", line=line)
    return parse_document(text, origin)


def parse_document(text: str, origin: Origin) -> Document:
    """Read the text of one file."""
    builder = _Builder(origin, text)
    try:
        root = builder.build()
    except _UnreadableError as error:
        return Document(origin, None, (*builder.faults, error.fault))
    except MarkedYAMLError as error:
        return Document(origin, None, (*builder.faults, _unreadable_yaml(origin, error)))
    except YAMLError as error:
        # The reader's own complaint: a character that YAML does not allow.
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        problem = "holds a control character; expected printable text"
        return _unread(origin, problem, "Delete the character", line=line)
    except (ValueError, OverflowError):
        # What the scanner lets through for an escape such as "\UFFFFFFFF", without a line.
        return _unread(origin, "holds an escape (\\U…) that is no character; expected text")
    return Document(origin, root, tuple(builder.faults), frozenset(builder.refused))


def text_fault(text: str) -> str | None:
    """Why a text cannot be used in a setting, or None where it can."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Cn"} and character not in "\n\t":
            return f"holds the character U+{ord(character):04X}; expected printable text"
    return None


class _UnreadableError(Exception):
    """The rest of a file cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.problem)
        self.fault = fault


class _Builder:
    """Turns the events of one YAML text into nodes and gathers faults on the way."""

    def __init__(self, origin: Origin, text: str) -> None:
        self.origin = origin
        self.faults: list[Fault] = []
        self.refused: set[Route] = set()
        self._marked: dict[str, Node] = {}
        self._values = 0
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def build(self) -> Node | None:
        """The root of the file: a mapping, or None where the file says nothing."""
        root: Node | None = None
        for event in self._events:
            if not isinstance(event, DocumentStartEvent):
                continue
            if root is not None:
                line = event.start_mark.line + 1
                problem = "a second document begins here; expected one per file"
                raise _UnreadableError(fault_of_file(self.origin, problem, line=line))
            first = next(self._events)
            root = self._node(first, (), first.start_mark.line + 1)
        return self._checked_root(root)

    def _checked_root(self, root: Node | None) -> Node | None:
        if root is None or root.value is None or root.value == {}:
            problem = "the file is empty; expected lines such as 'key: value'"
            if not self.faults:
                self._complain(problem, "Fill it in or delete it", line=1)
            return None
        if not isinstance(root.value, dict):
            self._complain("expected lines such as 'key: value' at the top", line=root.line)
            return None
        return root

    def _complain(self, problem: str, next_step: str = "", *, line: int) -> None:
        self.faults.append(fault_of_file(self.origin, problem, next_step, line=line))

    def _complain_of(self, route: Route, problem: str, next_step: str = "", *, line: int) -> None:
        place = Node(None, self.origin, line)
        self.faults.append(fault_at(place, route, problem, next_step))

    def _node(self, event: Any, route: Route, line: int) -> Node:
        if len(route) > _DEEPEST:
            fault = fault_of_file(
                self.origin, f"nested deeper than {_DEEPEST} levels; expected fewer", line=line
            )
            raise _UnreadableError(fault)
        if isinstance(event, AliasEvent):
            return self._referred(event.anchor, route, line)
        self._count(1, line)
        if event.tag is not None and event.tag != "tag:yaml.org,2002:str":
            self._complain_of(route, "found a tag (!…); expected the value alone", line=line)
        if isinstance(event, MappingStartEvent):
            node = Node(self._mapping(route), self.origin, line)
        elif isinstance(event, SequenceStartEvent):
            node = Node(self._list(route), self.origin, line)
        else:
            node = self._scalar(event, route, line)
        if event.anchor is not None:
            self._marked[event.anchor] = node
        return node

    def _referred(self, name: str, route: Route, line: int) -> Node:
        marked = self._marked.get(name)
        if marked is None:
            problem = f"found a reference to {shown_text(name)}; expected a mark (&name) above it"
            self._complain_of(route, problem, line=line)
            return self._refused(route, line)
        # A few lines of references to references can stand for more values than fit in memory.
        self._count(sum(1 for _ in walk(marked)), line)
        return replace(marked, line=line)

    def _count(self, more: int, line: int) -> None:
        self._values += more
        if self._values > _MOST_VALUES:
            problem = f"holds more than {_MOST_VALUES:,} values; expected fewer"
            raise _UnreadableError(fault_of_file(self.origin, problem, line=line))

    def _refused(self, route: Route, line: int) -> Node:
        self.refused.add(route)
        return Node(None, self.origin, line, silent=True)

    def _mapping(self, route: Route) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key_line = event.start_mark.line + 1
            key = self._key(event, route, key_line)
            value_event = next(self._events)
            child = self._node(value_event, (*route, key), key_line)
            if text_fault(key):
                continue  # told of by _key
            if key in entries:
                problem = f"said twice; expected once (first in line {entries[key].line})"
                self.faults.append(fault_at(child, (*route, key), problem, "Keep one of the two"))
            else:
                entries[key] = child
        return entries

    def _key(self, event: Any, route: Route, line: int) -> str:
        if not isinstance(event, ScalarEvent):
            told = "a key is a list, a mapping or a reference; expected a word"
            raise _UnreadableError(fault_at(Node(None, self.origin, line), route, told))
        problem = text_fault(event.value)
        if problem:
            self._complain_of(route, f"a key {problem}", "Delete the character", line=line)
        return str(event.value)

    def _list(self, route: Route) -> list[Node]:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, (*route, len(items)), event.start_mark.line + 1))
        return items

    def _scalar(self, event: Any, route: Route, line: int) -> Node:
        problem = text_fault(event.value)
        if problem:
            self._complain_of(route, problem, "Delete the character", line=line)
            return self._refused(route, line)
        if event.style or event.tag is not None:
            return Node(event.value, self.origin, line)
        return Node(_typed(event.value), self.origin, line, silent=event.value == "")


def _typed(text: str) -> Scalar:
    """What an unquoted scalar means: nothing, yes or no, a number, else text."""
    if text == "" or text in _WORDS:
        return _WORDS.get(text)
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text


def _unreadable_yaml(origin: Origin, error: MarkedYAMLError) -> Fault:
    """A fault with line and column; the line itself is not quoted, for it may hold a secret."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = shown_text(str(error.problem or "the line cannot be understood")).strip("'\"")
    problem = f"not YAML at column {column} ({reason}); expected 'key: value'"
    hint = "Look at this line and the one above: quotes, colons, spaces in front; a value that "
    hint += "begins with { stands in quotes"
    return fault_of_file(origin, problem, hint, line=line)


def _unread(
    origin: Origin, problem: str, next_step: str = "", *, line: int | None = None
) -> Document:
    return Document(origin, None, (fault_of_file(origin, problem, next_step, line=line),))
