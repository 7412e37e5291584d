"""The commands `portfolio brief write` and `portfolio brief check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from portfolio_lib.errors import DataFault, ParameterFault

briefs = typer.Typer(
    help="Briefs of one client for a language model. Nothing is sent anywhere.",
    no_args_is_help=True,
)
Project = Annotated[
    Path | None,
    typer.Option("--project", help="Folder with parameters/ and notebooks/.", show_default="here"),
]


@briefs.command("write")
def write_brief(
    unit: Annotated[str, typer.Argument(help="Key of the unit.")],
    account: Annotated[str, typer.Argument(help="Number of the client.")],
    out: Annotated[Path | None, typer.Option(help="Folder for prompt and schema.")] = None,
    project: Project = None,
) -> None:
    """Write the prompt on one client, without names, and the schema of the answer."""
    from portfolio_lib.packs.model_briefs import PROMPT, write_model_brief
    from portfolio_lib.parameters import find_project
    from portfolio_lib.review import open_review

    root = find_project(project)
    review = open_review(root / "parameters" / f"{unit}.yaml")
    folder = write_model_brief(review, account, root, out)
    typer.echo(f"{folder / PROMPT} written, with the schema of the answer beside it.")


@briefs.command("check")
def check_brief(
    file: Annotated[Path, typer.Argument(help="The answer: a JSON file.")],
    brief: Annotated[Path | None, typer.Option(help="Folder of the brief.")] = None,
    project: Project = None,
) -> None:
    """Check an answer, tell all its faults, and file a good one beside its brief."""
    from portfolio_lib.packs.model_briefs import check_answer, file_answer, record_beside
    from portfolio_lib.parameters import find_project
    from portfolio_lib.review import open_review

    root = find_project(project)
    if not file.is_file():
        raise ParameterFault(f"{file}: there is no such file; expected an answer as JSON")
    content = file.read_bytes()
    beside = record_beside(file, content, root, brief)
    record = json.loads(beside.read_text(encoding="utf-8"))
    review = open_review(root / "parameters" / f"{record['unit']}.yaml")
    faults = check_answer(content, record, review)
    if faults:
        lines = "\n".join(f"- {fault}" for fault in faults)
        raise DataFault(f"{file}: {len(faults)} fault{'s'[: len(faults) != 1]}.\n{lines}")
    typer.echo(f"{file_answer(content, beside.parent)} filed.")
