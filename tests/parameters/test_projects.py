"""Where a project is."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters import find_project, known_pages


def test_the_nearest_folder_upwards_with_parameters_and_notebooks_is_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("parameters", "notebooks", "notebooks/parameters", "reports/north"):
        (tmp_path / folder).mkdir(parents=True)
    assert find_project(tmp_path) == tmp_path
    assert find_project(tmp_path / "notebooks" / "x.ipynb") == tmp_path
    assert find_project(str(tmp_path / "reports" / "north")) == tmp_path
    monkeypatch.chdir(tmp_path / "notebooks")
    assert find_project() == tmp_path


def test_outside_a_project_the_next_step_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterFault, match="no project here or above; expected a folder"):
        find_project(tmp_path)


def test_pages_are_the_names_of_the_notebooks(tmp_path: Path) -> None:
    assert known_pages(tmp_path) is None
    (tmp_path / "notebooks").mkdir()
    for name in ("b.ipynb", "a.ipynb", "notes.md"):
        (tmp_path / "notebooks" / name).write_text("")
    assert known_pages(tmp_path) == ("a", "b")
