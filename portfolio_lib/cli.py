"""The command `portfolio`."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portfolio_lib.brief_commands import briefs
from portfolio_lib.errors import ParameterFault, PortfolioError

if TYPE_CHECKING:
    from portfolio_lib.parameters import UnitParameters

app = typer.Typer(
    name="portfolio",
    help="Client portfolio reviews: one pack for each business unit, an index over all.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(briefs, name="brief")

Units = Annotated[list[str] | None, typer.Argument(metavar="[UNIT]...", help="Keys; all if none.")]
Project = Annotated[
    Path | None,
    typer.Option("--project", help="Folder with parameters/ and notebooks/.", show_default="here"),
]
Only = Annotated[
    str | None, typer.Option(help="Make this page anew; the others stay where nothing changed.")
]
Failed = Annotated[bool, typer.Option("--failed", help="Only units whose last run failed.")]
Force = Annotated[bool, typer.Option("--force", help="Also what has not changed.")]

INTERRUPTED = 130
UNEXPECTED = 1


def _say(line: str = "") -> None:
    typer.echo(line)


def _firm(project: Path | None, units: list[str] | None = None) -> tuple[Path, Any]:
    """The project and the firm's parameters; the tables' columns are checked as well.

    Where `units` are named, only their folders and files must be there.
    """
    from portfolio_lib.parameters import find_project, load_firm
    from portfolio_lib.tables.contracts import TABLES

    root = find_project(project)
    columns = {name: [c.name for c in table.columns] for name, table in TABLES.items()}
    return root, load_firm(root / "parameters", tables=columns, data_of=units or None)


@app.command()
def check(units: Units = None, project: Project = None) -> None:
    """Check parameters, notebooks and data. Nothing is written, no notebook runs."""
    from portfolio_lib.packs.checking import check_all

    root, firm = _firm(project, units)
    for line in check_all(root, firm, tuple(units or ())):
        _say(line)


@app.command("list")
def list_units(project: Project = None) -> None:
    """List the units: key, review day, what their last run came to, pages, name."""
    from portfolio_lib.packs.statuses import read_status

    root, firm = _firm(project)
    width = max(len(key) for key in firm.units)
    for key, unit in firm.units.items():
        status = read_status(root / "reports", key)
        state = {"none": "no run yet"}.get(status.state, status.state)
        _say(f"{key:{width}}  {unit.as_of.isoformat()}  {state:10}  {_pack(unit)}  {unit.name}")


def _pack(unit: UnitParameters) -> str:
    """How often the pack is made and how many pages it has, in the same number of letters."""
    pages = f"{len(unit.pages)} page{'s'[: len(unit.pages) != 1]}"
    return f"{unit.period:7}  {pages:>8}"


@app.command()
def plan(
    units: Units = None,
    only: Only = None,
    failed: Failed = False,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
    project: Project = None,
) -> None:
    """Say what a run would do, and why."""
    from portfolio_lib.packs.plan import Choice, plan_record, plan_run

    root, firm = _firm(project, units)
    plans = plan_run(firm, root, Choice(tuple(units or ()), only, failed, force))
    if as_json:
        _say(json.dumps(plan_record(plans), ensure_ascii=False, indent=1))
        return
    for one in plans:
        _say(f"{one.unit.key}: {one.decision}, {one.why}")


@app.command()
def run(
    units: Units = None,
    only: Only = None,
    failed: Failed = False,
    force: Force = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Units side by side.")] = None,
    project: Project = None,
) -> None:
    """Make the packs that are out of date, publish them, and write the index."""
    from portfolio_lib.packs.plan import Choice
    from portfolio_lib.packs.progress import progress_for
    from portfolio_lib.packs.run import run_reviews
    from portfolio_lib.packs.summaries import summary_lines

    root, firm = _firm(project, units)
    progress = progress_for(sys.stdout)
    try:
        summary = run_reviews(
            root,
            firm,
            Choice(tuple(units or ()), only, failed, force),
            progress=progress,
            workers=workers,
        )
    finally:
        progress.end()
    for line in summary_lines(summary):
        _say(line)
    raise typer.Exit(summary.exit_code)


@app.command()
def demo(project: Project = None) -> None:
    """Write the data of the demo firm, which the parameters that come with the kit read."""
    from portfolio_lib.parameters import find_project
    from portfolio_lib.tables.demo import write_demo

    root = find_project(project)
    files = write_demo(root / "data" / "demo", seed=_seed(root))
    _say(f"{len(files)} files written to {root / 'data' / 'demo'}")


def _seed(root: Path) -> int:
    """The seed in firm.yaml; the files that the parameters name need not be there yet."""
    from portfolio_lib.parameters import load_firm

    firm = load_firm(root / "parameters", check_paths=False)
    return next(iter(firm.units.values())).seed


@app.command()
def new(
    unit: Annotated[str, typer.Argument(help="Key: small letters, digits, hyphens.")],
    name: Annotated[str | None, typer.Option(help="What readers call it.")] = None,
    project: Project = None,
) -> None:
    """Write the parameter file of a new unit."""
    from portfolio_lib.parameters import find_project, new_unit

    path = new_unit(find_project(project) / "parameters", unit, name=name)
    _say(f"{path} written. Look it over, then: portfolio check {unit}")


@app.command("open")
def open_index(project: Project = None) -> None:
    """Open the index in the browser."""
    from portfolio_lib.parameters import find_project

    index = find_project(project) / "reports" / "index.html"
    if not index.is_file():
        raise ParameterFault(f"{index}: there is no index yet. 'portfolio run' makes it")
    _say(str(index))
    typer.launch(index.as_uri())


@app.command()
def schema(project: Project = None) -> None:
    """Write the JSON Schemas that editors complete parameter files with."""
    from portfolio_lib.parameters import find_project, write_schemas

    for path in write_schemas(find_project(project) / "parameters" / "schema"):
        _say(str(path))


@app.command()
def clean(
    keep: Annotated[int, typer.Option(min=0, help="Earlier packs and caches that stay.")] = 5,
    project: Project = None,
) -> None:
    """Remove earlier packs, caches of JupyterLab, and what killed runs have left."""
    from portfolio_lib.packs.cleaning import clean as clean_reports
    from portfolio_lib.parameters import find_project

    for path in clean_reports(find_project(project) / "reports", keep=keep):
        _say(f"removed {path}")


def main() -> None:
    """Run the command and turn what went wrong into a message and an exit code."""
    sys.exit(guarded(lambda: app(standalone_mode=False)))


def guarded(command: Callable[[], Any]) -> int:
    """The exit code of a command; its errors are told without a traceback.

    Returns
    -------
    int
        0; 2 to 5 for an error of the kit; 130 where it was interrupted; 2 for a wrong option;
        1 for anything that the kit did not foresee, with the traceback in a file.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        code = command()
        if code == INTERRUPTED:  # typer turns Ctrl-C into this code
            raise KeyboardInterrupt
    except PortfolioError as error:
        typer.echo(str(error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Interrupted. What was published before stays as it is.", err=True)
        return INTERRUPTED
    except typer.Exit as done:
        return done.exit_code
    except Exception as error:  # noqa: BLE001 - the last place that can tell the user
        return _unforeseen(error)
    return code if isinstance(code, int) else 0


def _interrupted(_number: int, _frame: object) -> None:
    """A polite request to end is treated as Ctrl-C, so that the same tidying happens."""
    raise KeyboardInterrupt


def _unforeseen(error: Exception) -> int:
    show = getattr(error, "show", None)
    if callable(show):  # a wrong option or argument
        show()
        return int(getattr(error, "exit_code", ParameterFault.exit_code))
    with tempfile.NamedTemporaryFile(
        "w", prefix="portfolio-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(traceback.format_exc())
    said = str(error).strip().splitlines()
    typer.echo(
        f"Something unforeseen happened: {type(error).__name__}: {said[0] if said else ''}\n"
        f"The details are in {log.name}; please send them along when you report it.",
        err=True,
    )
    return UNEXPECTED


if __name__ == "__main__":
    main()
