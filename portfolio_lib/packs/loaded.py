"""Everything that a unit's child and its kernels use, imported once in the process they fork from.

Nothing here may start a thread of Python: what is forked from a process with threads may hang.
"""

from __future__ import annotations

import gc
from importlib import import_module
from pkgutil import walk_packages

import portfolio_lib

HEAVY = (
    "duckdb",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "papermill",
    "pyarrow.parquet",
    "xlsxwriter",
)
OURS = ("analyses", "facts", "packs", "parameters", "pieces", "review", "tables")


def load() -> None:
    """Import the heavy libraries and every module of this one but the command line."""
    for name in HEAVY:
        import_module(name)
    for module in walk_packages(portfolio_lib.__path__, "portfolio_lib."):
        room = module.name.split(".")[1]
        if room in OURS and not module.name.endswith(".loaded"):
            import_module(module.name)
    # What is loaded stays: a child's garbage collector would otherwise write to every page of
    # memory that it shares with its siblings, and so copy it.
    gc.collect()
    gc.freeze()


load()
