"""A setting that nothing reads promises what the kit does not do."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from portfolio_lib import parameters
from portfolio_lib.parameters.kinds import Settings

LIBRARY = Path(parameters.__file__).parents[1]
READ_BY_ITERATION = {
    "EarlyWarnings",  # each rule by its key
    "HealthMeasures",  # each measure by its key
    "PlayChange",  # what it says is laid over the play
}
READ_WITHIN_PARAMETERS = {
    ("Play", "likely_causes"),  # told in the guide to plays
    ("Sources", "preset"),  # resolved before anything else sees the sources
}


def settings(kind: type[Settings]) -> Iterator[type[Settings]]:
    """All kinds of settings; importing their modules makes them known."""
    for one in kind.__subclasses__():
        yield one
        yield from settings(one)


def names_read(folder: Path, without: Path) -> set[str]:
    """Every attribute and every text in the code: a setting is read by one or the other."""
    nodes = [
        node
        for path in folder.rglob("*.py")
        if not path.is_relative_to(without)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    ]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return attributes | {text for text in texts if isinstance(text, str)}


def test_every_setting_is_read_somewhere() -> None:
    for module in pkgutil.iter_modules(parameters.__path__):
        importlib.import_module(f"{parameters.__name__}.{module.name}")
    kinds = {kind for kind in settings(Settings) if kind.__module__.startswith("portfolio_lib.")}
    read = names_read(LIBRARY, without=LIBRARY / "parameters")
    unread = {
        (kind.__name__, name)
        for kind in kinds
        if kind.__name__ not in READ_BY_ITERATION
        for name in kind.model_fields
        if name not in read
    }
    assert unread == READ_WITHIN_PARAMETERS
