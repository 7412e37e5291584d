"""The command: plain messages, documented exit codes, no traceback for what the user can mend."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from portfolio_lib import cli, open_review
from portfolio_lib.errors import DataFault, EngineFault, ParameterFault, RunFailure

from .packs import projects


@pytest.fixture
def folder(tmp_path, monkeypatch):
    projects.write_project(tmp_path, {"north": ["good"]}, {"good": projects.GOOD_PAGE})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> int:
    """The command in this process; its exit code."""
    return cli.guarded(lambda: cli.app(list(arguments), standalone_mode=False))


def test_the_units_are_listed_with_their_state(folder, capsys):
    assert call("list") == 0
    assert re.fullmatch(
        r"north +2026-09-30 +no run yet +quarter +1 page +Unit north\n", capsys.readouterr().out
    )


def test_a_sound_project_passes_the_check(folder, capsys):
    assert call("check") == 0
    out = capsys.readouterr().out
    assert "Parameters: 1 units, nothing to mend." in out
    assert "north: can be reviewed" in out
    assert not (folder / "reports").exists()


def test_faults_of_notebooks_and_data_are_told_together(folder, capsys):
    projects.write_notebook(folder, "good", ["1"], parameter="x = 1")
    with (folder / "data" / "north" / "invoices.csv").open("a") as invoices:
        invoices.write("I-x,A-9,2026-01-01,1\n")
    assert call("check") == ParameterFault.exit_code
    err = capsys.readouterr().err
    assert "notebooks/good.ipynb" in err
    assert "A-9" in err
    assert "Traceback" not in err


def test_faulty_data_alone_end_with_their_own_code(folder, capsys):
    with (folder / "data" / "north" / "invoices.csv").open("a") as invoices:
        invoices.write("I-x,A-9,2026-01-01,1\n")
    assert call("check") == DataFault.exit_code


def test_faulty_parameters_are_told_with_file_and_line(folder, capsys):
    path = folder / "parameters" / "north.yaml"
    path.write_text(path.read_text("utf-8") + "polices: {credits: net}\n")
    for command in (["list"], ["check"], ["plan"], ["run"]):
        assert call(*command) == ParameterFault.exit_code
        err = capsys.readouterr().err
        assert "parameters/north.yaml:4" in err
        assert "policies" in err


def test_a_unit_asked_for_is_not_held_up_by_the_missing_data_of_another(folder, capsys):
    (folder / "parameters" / "south.yaml").write_text("unit: {name: South}\n", "utf-8")
    for command in ("check", "plan", "run"):
        assert call(command) == ParameterFault.exit_code
        assert "found no folder 'data/south'" in capsys.readouterr().err
        assert call(command, "south") == ParameterFault.exit_code
        assert "found no folder 'data/south'" in capsys.readouterr().err
    assert call("check", "north") == 0
    assert "north: can be reviewed" in capsys.readouterr().out
    assert call("plan", "north") == 0
    assert capsys.readouterr().out == "north: run, there is no pack yet\n"


def test_an_analyst_opens_a_unit_although_the_data_of_another_are_missing(folder):
    (folder / "parameters" / "south.yaml").write_text("unit: {name: South}\n", "utf-8")
    assert open_review("north").result("portfolio")
    with pytest.raises(ParameterFault, match="found no folder 'data/south'"):
        open_review("south")


def test_the_plan_is_told_in_words_and_as_json(folder, capsys):
    assert call("plan") == 0
    assert capsys.readouterr().out == "north: run, there is no pack yet\n"
    assert call("plan", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["unit"] == "north"
    assert told["decision"] == "run"


def test_outside_a_project_the_message_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert call("list") == ParameterFault.exit_code
    assert "Go to the folder of the project" in capsys.readouterr().err


def test_a_project_elsewhere_can_be_named(folder, tmp_path_factory, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert call("list", "--project", str(folder)) == 0


def test_a_new_unit_is_written_and_then_known(folder, capsys):
    assert call("new", "south-west") == 0
    assert "portfolio check south-west" in capsys.readouterr().out
    assert (folder / "parameters" / "south-west.yaml").is_file()
    assert call("new", "../south") == ParameterFault.exit_code


def test_there_is_no_index_to_open_before_a_run(folder, capsys):
    assert call("open") == ParameterFault.exit_code
    assert "'portfolio run' makes it" in capsys.readouterr().err


def test_schemas_are_written(folder, capsys):
    assert call("schema") == 0
    assert {Path(line).name for line in capsys.readouterr().out.split()} == {
        "firm.json",
        "unit.json",
        "preset.json",
    }


def test_cleaning_keeps_what_is_published(folder, capsys):
    history = folder / "reports" / ".history" / "north"
    for number in (1, 2, 3):
        (history / f"{number:06d}").mkdir(parents=True)
    (folder / "reports" / ".work" / "run-killed").mkdir(parents=True)
    (folder / "reports" / "north").mkdir()
    assert call("clean", "--keep", "1") == 0
    assert [path.name for path in history.iterdir()] == ["000003"]
    assert not (folder / "reports" / ".work" / "run-killed").exists()
    assert (folder / "reports" / "north").is_dir()
    assert capsys.readouterr().out.count("removed") == 3


@pytest.mark.parametrize(
    "arguments", [["rnu"], ["run", "--wokers", "2"], ["run", "--workers", "0"]]
)
def test_a_wrong_option_is_told_briefly(folder, capsys, arguments):
    assert call(*arguments) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert err.strip()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ParameterFault, 2),
        (DataFault, 3),
        (RunFailure, 4),
        (EngineFault, 5),
        (KeyboardInterrupt, 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code(capsys, error, code):
    def fails():
        raise error("what to mend")

    assert cli.guarded(fails) == code
    assert "Traceback" not in capsys.readouterr().err


def test_what_nobody_foresaw_is_short_and_leaves_its_details_in_a_file(capsys):
    assert cli.guarded(lambda: {}["x"]) == 1
    err = capsys.readouterr().err
    assert "Something unforeseen happened: KeyError" in err
    assert "Traceback" not in err
    log = Path(re.search(r"details are in (\S+);", err).group(1))
    assert "Traceback" in log.read_text("utf-8")
    log.unlink()


def test_the_command_starts_as_a_program(folder):
    ended = projects.command(folder, "plan")
    assert (ended.returncode, ended.stdout) == (0, "north: run, there is no pack yet\n")
    assert ended.stderr == ""
