"""YAML and files written so that they read back the same and are never half written."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_NEVER_FOLD = 2**20


def yaml_text(value: object) -> str:
    """Plain values as YAML, every text quoted: no reader takes it for a number or a day."""
    writer = YAML(typ="rt", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = _NEVER_FOLD
    stream = io.StringIO()
    writer.dump(_quoted(value), stream)
    return stream.getvalue()


def quoted(text: str) -> str:
    """One text as a quoted YAML scalar, for a file that is written line by line."""
    return yaml_text([text]).removeprefix("- ").rstrip("\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file and give it its name only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _quoted(value: object) -> object:
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, dict):
        return {_key(str(key)): _quoted(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(child) for child in value]
    return value


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else DoubleQuotedScalarString(key)
