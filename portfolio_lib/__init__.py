"""Client portfolio reviews from your own tables."""

from __future__ import annotations

__version__ = "0.1.0"
