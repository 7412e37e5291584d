"""What a run says while it works and at its end."""

from __future__ import annotations

import io

from portfolio_lib.packs.endings import UnitEnding
from portfolio_lib.packs.progress import BarProgress, PlainProgress, progress_for
from portfolio_lib.packs.run import RunSummary
from portfolio_lib.packs.summaries import summary_lines


def test_a_log_gets_plain_lines_with_k_of_n_and_an_estimate():
    log = io.StringIO()
    progress = progress_for(log)
    assert isinstance(progress, PlainProgress)
    progress.begin(2)
    progress.done("north", "published", 2.13)
    progress.done("south", "failed: cell 3", 0)
    first, second = log.getvalue().splitlines()
    assert first.startswith("1 of 2 north: published (2.1 s), about ")
    assert second == "2 of 2 south: failed: cell 3"
    assert "\r" not in log.getvalue()


def test_a_terminal_gets_a_bar():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    progress = progress_for(Terminal())
    progress.end()
    assert isinstance(progress, BarProgress)


def test_names_in_lines_are_not_taken_for_markup(capsys):
    progress = BarProgress()
    progress.note("north: failed [red]KeyError['x'][/red]")
    progress.end()
    assert "[red]KeyError['x'][/red]" in capsys.readouterr().out


def test_the_summary_says_what_failed_why_and_what_to_do(tmp_path):
    endings = (
        UnitEnding("north", "published", notes=("a page shows nothing",)),
        UnitEnding("south", "failed", "cell 3: KeyError\ncell 5: late", 4, keeps_pack=True),
        UnitEnding("west", "failed", "2 faults stop", 3),
        UnitEnding("young", "skipped", "nothing changed"),
    )
    summary = RunSummary(endings, tmp_path / "index.html")
    assert summary.exit_code == 4
    assert list(summary_lines(summary)) == [
        "1 published, 1 skipped, 2 failed.",
        "north: note: a page shows nothing",
        "south: failed; its last good pack stays, marked as stale.",
        "  cell 3: KeyError",
        "  cell 5: late",
        "  Next: Look at reports/south/failed/, then: portfolio run --failed",
        "west: failed; there is no pack.",
        "  2 faults stop",
        "  Next: Mend the data, then: portfolio run --failed",
        f"Open: {tmp_path / 'index.html'}",
    ]
