"""The ways of setting up say the same thing, and nothing in them names an address."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
CONDA_TEST_PACKAGES = {"nbval", "pytest"}  # the others come by pip, as the file's last line says
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base"}
IMPORTED_AS = {  # where the name of the package is not the name that is imported
    "bs4": "beautifulsoup4",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
COMMANDS = {"jupyterlab"}  # started by its command, imported nowhere
NEVER_IMPORTED = {  # commands, plugins of pytest, stubs, and a driver that SQLAlchemy loads
    "mypy", "nbval", "pandas-stubs", "psycopg", "pytest-timeout", "pytest-xdist", "ruff",
    "types-networkx",
}  # fmt: skip
MAY_BE_ABSENT = {"axe-playwright-python", "playwright"}  # pytest.importorskip asks for them


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    lines = (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    return dict(line.split("==") for line in pins)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_conda_users_get_the_packages_and_bounds_of_the_project(project: dict) -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text("utf-8"))
    listed = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    tests = [
        line
        for line in project["optional-dependencies"]["test"]
        if Requirement(line).name in CONDA_TEST_PACKAGES
    ]
    wanted = []
    for line in project["dependencies"] + tests:
        name, bounds = re.fullmatch(r"([\w.\-]+)(.*)", line).groups()
        wanted.append(CONDA_NAMES.get(name, name) + bounds)
    assert listed == [f"python{project['requires-python']}", "pip", *wanted]


def test_every_dependency_has_a_lower_and_an_upper_bound(project: dict) -> None:
    for line in project["dependencies"]:
        operators = {specifier.operator for specifier in Requirement(line).specifier}
        assert ">=" in operators, line
        assert operators & {"<", "<="}, line


def test_every_named_dependency_is_pinned_within_its_bounds(
    project: dict, pinned: dict[str, str]
) -> None:
    versions = {normal(name): version for name, version in pinned.items()}
    optional = [line for group in project["optional-dependencies"].values() for line in group]
    for line in project["dependencies"] + optional:
        requirement = Requirement(line)
        name = normal(requirement.name)
        assert name in versions, f"{name} is not pinned in constraints.txt"
        assert requirement.specifier.contains(versions[name]), f"{name} {versions[name]} vs {line}"


def imported(folder: Path) -> set[str]:
    """The packages that the code of a folder imports, without Python's own and ours."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module)
    tops = {name.partition(".")[0] for name in found}
    others = tops - set(sys.stdlib_module_names) - {"portfolio_lib", "tests"}
    return {normal(IMPORTED_AS.get(name, name)) for name in others}


def named(lines: list[str]) -> set[str]:
    return {normal(Requirement(line).name) for line in lines}


def test_the_library_declares_what_it_imports_and_nothing_else(project: dict) -> None:
    assert imported(PROJECT / "portfolio_lib") == named(project["dependencies"]) - COMMANDS


def test_the_tests_declare_what_they_import_and_nothing_else(project: dict) -> None:
    declared = named(project["optional-dependencies"]["test"])
    needed = imported(PROJECT / "tests") - named(project["dependencies"])
    assert declared - NEVER_IMPORTED - MAY_BE_ABSENT == needed


def test_constraints_hold_names_and_versions_only(pinned: dict[str, str]) -> None:
    for name, version in pinned.items():
        assert re.fullmatch(r"[\w.\-]+", name), name
        assert re.fullmatch(r"[\w.]+", version), version


def test_top_level_is_as_documented() -> None:
    for name in (
        "notebooks",
        "portfolio_lib",
        "parameters",
        "reports",
        "tests",
        "docs",
        "environment.yml",
        "README.md",
        "pyproject.toml",
        "Makefile",
        ".ci/run",
    ):
        assert (PROJECT / name).exists(), name


def test_make_says_what_to_do_with_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    run = subprocess.run(
        ["make", "-C", str(PROJECT), "setup", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "needs Python 3.11 or newer" in run.stdout


def test_readme_shows_the_two_commands_at_the_top() -> None:
    top = (PROJECT / "README.md").read_text("utf-8").splitlines()[:40]
    assert any("make review" in line for line in top)
    assert any("make test" in line for line in top)
