"""What a run says while it works: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO


class Progress(Protocol):
    """What a run tells, in the order in which it happens."""

    def note(self, line: str) -> None:
        """Something worth a line."""

    def begin(self, units: int) -> None:
        """So many units are about to run."""

    def done(self, unit: str, outcome: str, seconds: float) -> None:
        """One unit has ended."""

    def end(self) -> None:
        """All units have ended."""


class PlainProgress:
    """One line per thing, k of n, with an estimate of what is left."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._units = 0
        self._done = 0
        self._began = time.monotonic()

    def note(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()

    def begin(self, units: int) -> None:
        self._units, self._done, self._began = units, 0, time.monotonic()

    def done(self, unit: str, outcome: str, seconds: float) -> None:
        self._done += 1
        took = f" ({seconds:.1f} s)" if seconds else ""
        left = self._left()
        self.note(f"{self._done} of {self._units} {unit}: {outcome}{took}{left}")

    def _left(self) -> str:
        remaining = self._units - self._done
        if not remaining:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * remaining
        return f", about {in_words(seconds)} left"

    def end(self) -> None:
        """Every line has been written already."""


class BarProgress:
    """A bar for a person who watches."""

    def __init__(self) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            transient=True,
        )
        self._task = self._bar.add_task("Getting ready", total=None)
        self._bar.start()

    def note(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def begin(self, units: int) -> None:
        self._bar.update(self._task, description="Units", total=units, completed=0)

    def done(self, unit: str, outcome: str, seconds: float) -> None:
        took = f" ({seconds:.1f} s)" if seconds else ""
        self.note(f"{unit}: {outcome}{took}")
        self._bar.advance(self._task)

    def end(self) -> None:
        self._bar.stop()


def progress_for(stream: TextIO) -> Progress:
    """A bar where somebody watches, plain lines where nobody does."""
    return BarProgress() if stream.isatty() else PlainProgress(stream)


def in_words(seconds: float) -> str:
    """A length of time, roughly.

    >>> in_words(8.4), in_words(100), in_words(7200)
    ('8 s', '2 min', '2.0 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
