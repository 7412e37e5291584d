"""An outcome is what was observed, not what the notebook's metadata says."""

from __future__ import annotations

import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from portfolio_lib.packs.pages import observe, settled, with_fixed_ids

PIECE = new_output(
    "execute_result",
    data={"text/html": "<p>x</p>"},
    metadata={"portfolio": {"kind": "say"}},
    execution_count=1,
)


def code(source, *outputs, count=1, tags=()):
    return new_code_cell(
        source, outputs=list(outputs), execution_count=count, metadata={"tags": list(tags)}
    )


def error(name, value="", traceback=()):
    return new_output("error", ename=name, evalue=value, traceback=list(traceback))


def notebook(*cells):
    return new_notebook(cells=[new_markdown_cell("## Page"), *cells])


def test_every_cell_run_and_a_piece_shown_is_ok():
    assert observe(notebook(code("x = 1"), code("say()", PIECE)), None) == ("ok", None)


def test_a_cell_without_execution_is_incomplete_whatever_the_metadata_say():
    executed = notebook(code("say()", PIECE), code("y", count=None))
    executed.metadata["papermill"] = {"exception": None, "end_time": "2026-01-01"}
    outcome, message = observe(executed, None)
    assert outcome == "incomplete"
    assert message == "cell 3 and 0 more were not run"


def test_empty_cells_need_no_execution():
    executed = notebook(code("say()", PIECE), code("  \n", count=None))
    assert observe(executed, None)[0] == "ok"


@pytest.mark.parametrize("value", ["", "0"])
def test_leaving_politely_is_incomplete(value):
    executed = notebook(code("say()", PIECE), code("exit", error("SystemExit", value)))
    assert observe(executed, None)[0] == "incomplete"


def test_a_page_that_shows_nothing_has_no_data():
    assert observe(notebook(code("1")), None)[0] == "no data"


def test_the_line_of_an_error_is_found_through_the_colours():
    traceback = "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[2]\x1b[39m\x1b[32m, line 2\x1b[39m"
    executed = notebook(
        code("unit = 'x'", tags=["injected-parameters"]),
        code("a = 1\nb = a / 0", error("ZeroDivisionError", "division by zero", [traceback])),
    )
    assert observe(executed, None) == (
        "failed",
        "cell 2, line 2 ('b = a / 0'): ZeroDivisionError: division by zero",
    )


def test_timeouts_and_dead_kernels_name_the_running_cell():
    executed = notebook(code("a = 1"), code("while True: pass"), code("later", count=None))
    late = observe(executed, CellTimeoutError("timeout"))
    assert late == ("timed out", "cell 3 did not end in time: 'while True: pass'")
    assert observe(executed, DeadKernelError("dead"))[0] == "kernel died"
    assert "cell 3" in observe(executed, DeadKernelError("dead"))[1]


def test_a_kernel_that_did_not_start_is_a_failure():
    outcome, message = observe(notebook(code("a", count=None)), RuntimeError("no kernel"))
    assert (outcome, message) == ("failed", "before the first cell: no kernel")


def test_what_is_kept_says_nothing_of_time_or_place():
    executed = notebook(
        code('unit = "/scratch/run-1/north.yaml"', tags=["injected-parameters"]), code("1")
    )
    executed.metadata["papermill"] = {"start_time": "now"}
    executed.cells[2].metadata["execution"] = {"iopub.execute_input": "now"}
    kept = settled(executed, "north")
    assert "scratch" not in str(kept)
    assert "now" not in str(kept)
    assert kept.cells[1].source.endswith('unit = "north"')
    assert [cell.id for cell in kept.cells] == ["cell-0", "cell-1", "cell-2"]
    assert "scratch" in executed.cells[1].source


def test_cells_are_named_by_their_place():
    first, second = (with_fixed_ids(notebook(code("1"))) for _ in range(2))
    assert first == second
