"""Where a project is: the folder that holds parameters/ and notebooks/."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.errors import ParameterFault

KIT_PRESETS = Path(__file__).resolve().parents[2] / "parameters" / "presets"
"""The presets that come with the kit, at hand in every project."""


def find_project(start: Path | str | None = None) -> Path:
    """The nearest folder, from `start` upwards, that holds parameters/ and notebooks/.

    Parameters
    ----------
    start
        A folder or file inside the project; the working folder where left out.

    Raises
    ------
    ParameterFault
        No folder on the way up holds both.
    """
    here = Path(start if start is not None else Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / "parameters").is_dir() and (folder / "notebooks").is_dir():
            return folder
    raise ParameterFault(
        f"{here}: no project here or above; expected a folder that holds parameters/ and "
        "notebooks/. Go to the folder of the project and try again"
    )


def known_pages(project: Path) -> tuple[str, ...] | None:
    """The pages that a project has: the names of its notebooks; None without notebooks/."""
    notebooks = project / "notebooks"
    if not notebooks.is_dir():
        return None
    return tuple(sorted(path.stem for path in notebooks.glob("*.ipynb")))
