"""Whole runs over a small project, with every way to fail that a notebook has."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import sqlite3
from pathlib import Path

import openpyxl
import papermill
import pytest

from portfolio_lib.errors import EngineFault, ParameterFault
from portfolio_lib.packs.run import RunSummary
from portfolio_lib.packs.statuses import read_status

from . import projects

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("libraries_loaded"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]

FAILING = {
    "raises": (projects.OPEN, "rows = 1\nrows / 0"),
    "leaves": (projects.OPEN, "import sys\nsys.exit(0)", projects.SAY),
    "leaves_last": (projects.OPEN, projects.SAY, "import sys\nsys.exit(0)"),
    "ends_itself": (projects.OPEN, "import os\nos._exit(0)", projects.SAY),
    "is_killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "1"),
    "kills_the_unit": (
        "import os, signal, subprocess\n"
        "left = subprocess.Popen(['sleep', '300'])\n"
        "open('{marks}/' + 'left', 'w').write(str(left.pid))\n"
        "os.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass",
    ),
    "fills_the_disk": (
        projects.OPEN,
        projects.SAY,
        "import os, resource\n"
        "resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (20_000, 20_000));",
    ),
    "shows_nothing": (projects.OPEN, "1 + 1"),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunSummary]:
    """One run over a unit for each way to fail, one good unit, and one with faulty data."""
    folder = tmp_path_factory.mktemp("failing")
    notebooks = {
        page: tuple(cell.replace("{marks}", str(folder)) for cell in cells)
        for page, cells in FAILING.items()
    }
    units = {page.replace("_", "-"): [page] for page in FAILING}
    projects.write_project(
        folder,
        {**units, "good": ["good"], "stops": ["good"], "mixed": ["raises", "good", "leaves"]},
        {**notebooks, "good": projects.GOOD_PAGE},
    )
    with (folder / "data" / "stops" / "invoices.csv").open("a", encoding="utf-8") as invoices:
        invoices.write("I-9,A-9,2026-01-01,5\nI-10,A-1,soon,5\n")
    (folder / "reports" / "raises").mkdir(parents=True)
    (folder / "reports" / "raises" / "pack.html").write_text("last good pack", encoding="utf-8")
    return folder, projects.run(folder)


def reason(failures: tuple[Path, RunSummary], unit: str) -> str:
    ending = projects.endings(failures[1])[unit]
    assert ending.outcome == "failed"
    return ending.reason or ""


def test_a_good_unit_is_published_whatever_befalls_the_others(failures):
    folder, summary = failures
    assert projects.endings(summary)["good"].outcome == "published"
    published = {path.name for path in (folder / "reports" / "good").iterdir()}
    assert {"pack.html", "review.json", "run.json", "workbook.xlsx", "notebooks"} <= published
    assert "Review of Unit good." in (folder / "reports/good/pack.html").read_text("utf-8")


def test_an_error_is_told_with_notebook_cell_and_line(failures):
    told = reason(failures, "raises")
    assert "notebooks/raises.ipynb" in told
    assert "cell 4, line 2 ('rows / 0'): ZeroDivisionError: division by zero" in told


def test_a_cell_that_leaves_politely_is_not_taken_for_success(failures):
    assert "incomplete: cell 4 left the notebook with SystemExit(0)" in reason(failures, "leaves")
    assert "cell 5 left the notebook" in reason(failures, "leaves-last")


def test_a_kernel_that_ends_is_observed_however_it_ended(failures):
    assert "kernel died: the kernel ended in cell 4" in reason(failures, "ends-itself")
    assert "kernel died: the kernel ended in cell 3" in reason(failures, "is-killed")


def test_a_killed_unit_costs_itself_only_and_leaves_no_process(failures):
    folder, _ = failures
    told = reason(failures, "kills-the-unit")
    assert "ended by SIGKILL" in told
    assert "while running notebooks/kills_the_unit.ipynb" in told
    assert not projects.is_alive(int((folder / "left").read_text()))


def test_a_full_disk_is_told_and_publishes_nothing(failures):
    folder, _ = failures
    assert "the system refused to write: File too large" in reason(failures, "fills-the-disk")
    assert not (folder / "reports" / "fills-the-disk" / "pack.html").exists()


def test_a_page_without_pieces_is_left_out_and_noted(failures):
    ending = projects.endings(failures[1])["shows-nothing"]
    assert ending.outcome == "published"
    assert any("shows_nothing.ipynb no data" in note for note in ending.notes)


def test_all_bad_pages_of_a_unit_are_told_at_once(failures):
    told = reason(failures, "mixed").splitlines()
    assert [line.split()[0] for line in told] == [
        "notebooks/raises.ipynb",
        "notebooks/leaves.ipynb",
    ]


def test_faulty_data_stop_their_unit_with_every_fault(failures):
    ending = projects.endings(failures[1])["stops"]
    assert ending.exit_code == 3
    assert "A-9" in (ending.reason or "")
    assert "soon" in (ending.reason or "")


def test_the_exit_code_is_that_of_the_gravest_failure(failures):
    assert failures[1].exit_code == 4


def test_a_failed_unit_keeps_its_last_good_pack_marked_stale(failures):
    folder, _ = failures
    assert (folder / "reports/raises/pack.html").read_text("utf-8") == "last good pack"
    status = read_status(folder / "reports", "raises")
    assert status.state == "stale"
    assert "ZeroDivisionError" in (status.reason or "")
    assert read_status(folder / "reports", "leaves").state == "failed"


def test_a_failed_page_keeps_its_notebook_and_never_becomes_html(failures):
    folder, _ = failures
    kept = folder / "reports" / "leaves" / "failed" / "notebooks" / "leaves.ipynb"
    assert "SystemExit" in kept.read_text("utf-8")
    assert not (folder / "reports" / "leaves" / "pack.html").exists()


def test_the_index_names_failed_units_first_with_their_reason(failures):
    folder, summary = failures
    index = json.loads((folder / "reports" / "index.json").read_text("utf-8"))
    states = [unit["state"] for unit in index["units"]]
    assert states == sorted(states, key=["failed", "stale", "none", "current"].index)
    by_unit = {unit["unit"]: unit for unit in index["units"]}
    assert "SystemExit" in by_unit["leaves"]["reason"]
    assert by_unit["good"]["pack"] == "good/pack.html"
    html = summary.index.read_text("utf-8")
    assert "Unit leaves" in html
    assert "SystemExit" in html


def test_nothing_of_a_run_is_left_in_scratch(failures):
    folder, _ = failures
    assert [path.name for path in (folder / "reports" / ".work").iterdir()] == ["lock"]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two pages that has been run."""
    folder = tmp_path_factory.mktemp("twice")
    projects.write_project(
        folder,
        {"good": ["good", "other"]},
        {"good": projects.GOOD_PAGE, "other": (projects.OPEN, projects.SAY)},
    )
    assert projects.run(folder).exit_code == 0
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    kept = ("pack.html", "review.json", "workbook.xlsx", "notebooks/good.ipynb")
    return {name: (folder / "reports" / "good" / name).read_bytes() for name in kept}


def test_an_unchanged_unit_is_skipped_with_the_reason(twice):
    ending = projects.run(twice).endings[0]
    assert ending.outcome == "skipped"
    assert "nothing changed" in (ending.reason or "")


def test_the_same_inputs_give_the_same_bytes_in_another_folder(twice, tmp_path):
    shutil.copytree(twice, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("reports"))
    projects.run(tmp_path / "elsewhere")
    assert _bytes(tmp_path / "elsewhere") == _bytes(twice)


def test_shuffled_rows_change_nothing_but_the_name_of_the_run(twice, tmp_path):
    copy = tmp_path / "shuffled"
    shutil.copytree(twice, copy, ignore=shutil.ignore_patterns("reports"))
    path = copy / "data" / "good" / "invoices.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, *rows[::-1], ""]), encoding="utf-8")
    projects.run(copy)
    one, other = (
        json.loads((place / "reports/good/review.json").read_text("utf-8"))
        for place in (twice, copy)
    )
    assert one.pop("run") != other.pop("run")
    assert one == other


def test_one_page_made_again_leaves_the_other_as_it_was(twice, tmp_path):
    copy = tmp_path / "only"
    shutil.copytree(twice, copy)
    ending = projects.run(copy, only="other").endings[0]
    assert {page.page: page.again for page in ending.pages} == {"good": False, "other": True}
    assert _bytes(copy) == _bytes(twice)


def test_the_workbook_holds_text_as_text(twice):
    book = openpyxl.load_workbook(twice / "reports" / "good" / "workbook.xlsx")
    accounts = book["portfolio accounts"]
    names = [row[1].value for row in accounts.iter_rows(min_row=2)]
    assert "=cmd|' /C calc'!A0" in names
    kinds = {cell.data_type for row in accounts.iter_rows(min_row=2) for cell in row}
    assert "f" not in kinds


def test_an_endless_cell_is_ended_at_the_deadline_with_all_it_started(tmp_path):
    endless = (
        "import subprocess\n"
        "left = subprocess.Popen(['sleep', '300'])\n"
        f"open('{tmp_path}/left', 'w').write(str(left.pid))\n"
        "while True: pass",
    )
    folder = projects.write_project(
        tmp_path / "p", {"endless": ["endless"]}, {"endless": endless}, deadline_minutes=0.1
    )
    ending = projects.run(folder).endings[0]
    assert ending.exit_code == 4
    assert "endless.ipynb timed out: cell 3 did not end in time" in (ending.reason or "")
    assert not projects.is_alive(int((tmp_path / "left").read_text()))


def test_a_page_runs_alone_in_a_stock_kernel_as_in_jupyterlab(tmp_path):
    folder = projects.write_project(tmp_path, {"good": ["good"]}, {"good": projects.GOOD_PAGE})
    executed = papermill.execute_notebook(
        str(folder / "notebooks" / "good.ipynb"),
        None,
        progress_bar=False,
        kernel_name="python3",
        cwd=folder / "notebooks",
    )
    explored, said = executed.cells[-2].outputs[-1], executed.cells[-1].outputs[-1]
    assert "Plain Ltd" in explored.data["text/html"]
    assert said.data["text/plain"] == "Review of Unit good."


def test_a_notebook_that_does_not_know_the_unit_is_refused_before_anything_runs(tmp_path):
    folder = projects.write_project(tmp_path, {"good": ["good"]}, {})
    projects.write_notebook(folder, "good", projects.GOOD_PAGE, parameter='uni = "good"')
    with pytest.raises(ParameterFault, match=r"notebooks/good\.ipynb: .*expected one assignment"):
        projects.run(folder)
    assert not (folder / "reports" / "good").exists()


def test_a_step_that_the_engine_refuses_ends_with_its_own_code_and_is_told(tmp_path):
    folder = projects.write_project(tmp_path, {"good": ["good"]}, {"good": projects.GOOD_PAGE})
    firm = folder / "parameters" / "firm.yaml"
    firm.write_text(firm.read_text("utf-8").replace("threads: 1", "threads: 1, memory_limit: 1MB"))
    ending = projects.run(folder).endings[0]
    assert ending.exit_code == EngineFault.exit_code
    assert "memory" in (ending.reason or "").lower()
    assert read_status(folder / "reports", "good").state == "failed"


def test_a_database_is_asked_and_its_address_stays_with_the_run(tmp_path):
    no_address = "import os\nassert 'CRM_DATABASE' not in os.environ"
    folder = projects.write_project(
        tmp_path, {"good": ["good"]}, {"good": (*projects.GOOD_PAGE[:2], no_address, projects.SAY)}
    )
    unit = folder / "parameters" / "good.yaml"
    source = "{connection: env:CRM_DATABASE, table: contacts}"
    unit.write_text(unit.read_text("utf-8") + f"sources: {{tables: {{contacts: {source}}}}}\n")
    with contextlib.closing(sqlite3.connect(tmp_path / "crm.db")) as database:
        database.execute("CREATE TABLE contacts (contact_id TEXT, account_id TEXT, name TEXT)")
        database.execute("INSERT INTO contacts VALUES ('K-1', 'A-1', 'Ada')")
        database.commit()
        told = [_run_with_database(tmp_path) for _ in range(2)]
        database.execute("UPDATE contacts SET name = 'Grace'")
        database.commit()
        told.append(_run_with_database(tmp_path))
    assert "good: published" in told[0]
    assert "good: skipped, the database answers as before" in told[1]
    assert "good: published" in told[2]
    assert "crm.db" not in (folder / "reports" / "good" / "run.json").read_text("utf-8")


def _run_with_database(folder: Path) -> str:
    address = f"sqlite:///{folder / 'crm.db'}"
    ended = projects.command(folder, "run", CRM_DATABASE=address)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


SLOW_PAGE = (
    projects.OPEN,
    "import os, time\nopen('{marks}/pid', 'w').write(f'{os.getpid()} {os.getcwd()}')",
    "time.sleep(300)",
)


def _slow_project(folder: Path) -> Path:
    slow = tuple(cell.replace("{marks}", str(folder)) for cell in SLOW_PAGE)
    projects.write_project(
        folder, {"good": ["good"], "slow": ["slow"]}, {"good": projects.GOOD_PAGE, "slow": slow}
    )
    assert projects.run(folder, "good").exit_code == 0
    return folder


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_its_children_and_keeps_what_is_published(tmp_path, signum):
    folder = _slow_project(tmp_path)
    before = _bytes(folder)
    process = projects.start_command(folder, "run", "slow")
    projects.wait_for(lambda: bool((folder / "pid").exists() and (folder / "pid").read_text()))
    process.send_signal(signum)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Interrupted" in err
    kernel, where = (folder / "pid").read_text().split()
    assert not projects.is_alive(int(kernel))
    assert not Path(where).exists()
    assert [path.name for path in (folder / "reports" / ".work").iterdir()] == ["lock"]
    assert _bytes(folder) == before


def test_a_killed_run_leaves_no_child_and_the_next_run_goes_ahead(tmp_path):
    folder = _slow_project(tmp_path)
    process = projects.start_command(folder, "run", "slow")
    projects.wait_for(lambda: bool((folder / "pid").exists() and (folder / "pid").read_text()))
    process.kill()
    process.communicate(timeout=120)
    kernel, where = (folder / "pid").read_text().split()
    projects.wait_for(lambda: not projects.is_alive(int(kernel)), 20)
    assert projects.run(folder, "good").endings[0].outcome == "skipped"
    assert not Path(where).exists()
    assert [path.name for path in (folder / "reports" / ".work").iterdir()] == ["lock"]
