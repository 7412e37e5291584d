"""What a run says at its end: what was published, what was not and why, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portfolio_lib.packs.endings import UnitEnding
from portfolio_lib.packs.run import RunSummary

NEXT_STEPS = {
    3: "Mend the data, then: portfolio run --failed",
    4: "Look at reports/{unit}/failed/, then: portfolio run --failed",
    5: "Look at the engine's message, then: portfolio run --failed",
}


def summary_lines(summary: RunSummary) -> Iterator[str]:
    """The lines at the end of a run."""
    by_outcome = {
        outcome: [one for one in summary.endings if one.outcome == outcome]
        for outcome in ("published", "skipped", "failed")
    }
    yield ", ".join(f"{len(found)} {outcome}" for outcome, found in by_outcome.items()) + "."
    for ending in by_outcome["published"]:
        yield from _notes(ending)
    for ending in by_outcome["failed"]:
        yield from _failure(ending)
    yield f"Open: {summary.index}"


def _notes(ending: UnitEnding) -> Iterator[str]:
    for note in ending.notes:
        yield f"{ending.unit}: note: {note}"


def _failure(ending: UnitEnding) -> Iterator[str]:
    kept = "its last good pack stays, marked as stale" if ending.keeps_pack else "there is no pack"
    yield f"{ending.unit}: failed; {kept}."
    yield from _indented(ending.reason or "")
    step = NEXT_STEPS.get(ending.exit_code)
    if step:
        yield f"  Next: {step.format(unit=ending.unit)}"


def _indented(text: str) -> Sequence[str]:
    return [f"  {line}" for line in text.splitlines()]
