"""Passwords and addresses with passwords: found, refused, and never shown.

A parameter file is read by many and kept in version control. What opens a database stands in an
environment variable; the file holds `env:NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

HIDDEN = "(not shown: it looks like a secret)"

_SECRET_KEY = re.compile(
    r"passw|passphrase|^pwd$|secret|(^|_)token($|_)|api_?key|access_?key|private_?key|credential"
    r"|^auth($|_)|^dsn$",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s@]+@"  # scheme://user:password@host
    r"|\b(password|passwd|pwd|secret|token|api_?key|access_?key)\s*[=:]\s*[^\s;]"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.",
    re.IGNORECASE,
)
_NAMED = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


def is_named_variable(value: object) -> bool:
    """Whether a value only names an environment variable, as env:NAME."""
    return isinstance(value, str) and _NAMED.fullmatch(value) is not None


def looks_secret(text: str) -> bool:
    """Whether a text carries a password, a key or an address with a password."""
    return _SECRET_TEXT.search(text) is not None


def is_secret_key(key: str) -> bool:
    """Whether a key is called like something that holds a secret."""
    return _SECRET_KEY.search(key) is not None


def masked(settings: BaseModel) -> dict[str, Any]:
    """The settings as plain JSON values for a record of the run, with every secret replaced.

    Loading refuses secrets already; this holds for settings that were built in code as well.
    """
    cleaned = _masked_value(settings.model_dump(mode="json", by_alias=True))
    assert isinstance(cleaned, dict)
    return cleaned


def _masked_value(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            HIDDEN if looks_secret(str(key)) else str(key): _masked_entry(str(key), child)
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [_masked_value(child) for child in value]
    return HIDDEN if isinstance(value, str) and looks_secret(value) else value


def _masked_entry(key: str, value: object) -> object:
    hides = isinstance(value, str | int | float) and not isinstance(value, bool)
    if hides and is_secret_key(key) and not is_named_variable(value):
        return HIDDEN
    return _masked_value(value)
