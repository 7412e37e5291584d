"""Client portfolio reviews from your own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_lib.review import open_review

__version__ = "0.1.0"
__all__ = ["__version__", "open_review"]


def __getattr__(name: str) -> object:
    """Load what a notebook opens only when it is asked for, so that importing stays light."""
    if name == "open_review":
        from portfolio_lib.review import open_review

        return open_review
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
