"""JSON as the kit writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def as_json(record: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON text with a stable order of keys, readable, ending in a newline."""
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
