"""Notebooks that a run cannot trust are refused before a kernel starts."""

from __future__ import annotations

import json

import pytest

from portfolio_lib.errors import ParameterFault
from portfolio_lib.packs.notebooks import (
    notebook_faults,
    refuse_faulty_notebooks,
    results_asked,
)

from . import projects


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def test_a_sound_notebook_has_no_fault(folder):
    path = projects.write_notebook(folder, "good", projects.GOOD_PAGE)
    assert notebook_faults(path) == []


@pytest.mark.parametrize(
    "parameter",
    [
        'uni = "north"',
        "unit = 3",
        'unit = "a"\nother = 1',
        "unit = open('x').read()",
        "",
        'import os\nunit = "north"',
    ],
)
def test_a_parameter_cell_that_is_not_the_one_line_is_refused(folder, parameter):
    path = projects.write_notebook(folder, "page", ["1"], parameter=parameter)
    (fault,) = notebook_faults(path)
    assert "expected one assignment, unit =" in fault


def test_a_comment_above_the_parameter_is_welcome(folder):
    path = projects.write_notebook(folder, "p", ["1"], parameter='# The unit.\nunit = "north"')
    assert notebook_faults(path) == []


def test_a_notebook_without_a_tagged_cell_is_refused(folder):
    path = projects.write_notebook(folder, "page", ["1"])
    document = json.loads(path.read_text("utf-8"))
    document["cells"][1]["metadata"] = {}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "no cell is tagged 'parameters'" in notebook_faults(path)[0]


def test_tags_that_hide_a_failure_are_refused(folder):
    path = projects.write_notebook(folder, "page", ["1/0"])
    document = json.loads(path.read_text("utf-8"))
    document["cells"][2]["metadata"] = {"tags": ["raises-exception"]}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "would look like success" in notebook_faults(path)[0]


def test_an_unknown_result_is_told_with_the_nearest(folder):
    path = projects.write_notebook(folder, "page", ["review.result('portfolo')"])
    assert "did you mean 'portfolio'" in notebook_faults(path)[0]


def test_code_that_is_not_python_is_told_but_magics_are_not(folder):
    path = projects.write_notebook(folder, "page", ["%matplotlib inline", "x = = 1"])
    (fault,) = notebook_faults(path)
    assert fault.startswith("code cell 3 is not Python")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"nbformat": 3}', "\x00"])
def test_a_file_that_is_no_notebook_is_told(folder, text):
    path = folder / "notebooks" / "page.ipynb"
    path.write_text(text, encoding="utf-8")
    assert len(notebook_faults(path)) == 1


def test_all_faults_of_all_notebooks_are_told_at_once(folder):
    projects.write_notebook(folder, "one", ["1"], parameter="unit = 1")
    projects.write_notebook(folder, "two", ["x ="])
    with pytest.raises(ParameterFault) as refusal:
        refuse_faulty_notebooks(folder, ["one", "two", "three"])
    lines = str(refusal.value).splitlines()
    assert lines[0] == "3 faults in the notebooks:"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "notebooks/one.ipynb",
        "notebooks/two.ipynb",
        "notebooks/three.ipynb",
    ]


def test_the_results_a_notebook_asks_for_are_read_off_its_code(folder):
    cells = ["a = review.result('segments')\nb = review.result('portfolio')", "# result('x')"]
    path = projects.write_notebook(folder, "page", [*cells, "review.result('segments')"])
    assert results_asked(path) == ("segments", "portfolio")
