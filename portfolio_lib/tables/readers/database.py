"""SQL databases, through SQLAlchemy, in chunks, read-only.

The address stands in an environment variable, so that no password is ever written into a
parameter file, a message or a log.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
import sqlglot
from sqlalchemy.engine import URL, make_url
from sqlglot import exp

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import RawRows, UnreadableSource, check_header, from_columns
from portfolio_lib.tables.readers.typed_text import value_as_text
from portfolio_lib.tables.wording import quoted

ROWS_AT_ONCE = 20_000
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}
_FORBIDDEN = (
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.Command,
    exp.Into,
    exp.Lock,
    exp.Copy,
    exp.TruncateTable,
)


def read_database(label: str, settings: ReadSettings) -> RawRows:
    """All rows of one query as text.

    Raises
    ------
    UnreadableSource
        The variable is not set, the address is no address, the database does not answer, or the
        query is anything but one SELECT. No message holds a password.
    """
    url = _address(settings)
    try:
        engine = sa.create_engine(url)
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise _no_driver(url, label, error) from None
    try:
        return _rows(engine, _statement(url, settings), label, settings)
    except sa.exc.SQLAlchemyError as error:
        raise _refused(url, label, settings, error) from None
    finally:
        engine.dispose()


def database_label(settings: ReadSettings) -> str:
    """The source in a few words, without its address."""
    return f"{settings.connection} {settings.table or 'query'}"


def _address(settings: ReadSettings) -> URL:
    name = (settings.connection or "").removeprefix("env:")
    address = os.environ.get(name)
    if not address:
        raise UnreadableSource(
            "connection",
            f"{database_label(settings)}: the environment variable {name} is not set.",
            f"Set {name} to the database's address, such as postgresql+psycopg://user@host/name.",
        )
    try:
        return make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise UnreadableSource(
            "connection",
            f"{database_label(settings)}: the environment variable {name} holds no address.",
            "Expected something like postgresql+psycopg://user:password@host:5432/name.",
        ) from None


def _statement(url: URL, settings: ReadSettings) -> Any:
    if settings.table is not None:
        *schema, table = settings.table.split(".")
        return sa.select(sa.text("*")).select_from(sa.table(table, schema=".".join(schema) or None))
    query = settings.query or ""
    dialect = _dialect(url.get_backend_name())
    check_select(query, dialect=dialect, label=database_label(settings))
    # a colon in the text is a colon, not a parameter of ours
    return sa.text(query.replace(":", r"\:"))


def _dialect(backend: str) -> str:
    """The name that the parser has for a kind of database; its general SQL for an unknown one."""
    name = _DIALECTS.get(backend, backend)
    return name if name in {one.value for one in sqlglot.Dialects} else ""


def check_select(query: str, *, dialect: str, label: str) -> None:
    """Refuse everything but one SELECT that only reads."""
    try:
        statements = [part for part in sqlglot.parse(query, read=dialect) if part is not None]
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise _not_a_select(label, f"cannot be parsed ({str(error).splitlines()[0]})") from None
    if len(statements) != 1:
        raise _not_a_select(label, f"holds {len(statements)} statements")
    if not isinstance(statements[0], exp.Query):
        raise _not_a_select(label, f"is a {statements[0].key.upper()}")
    forbidden = next(statements[0].find_all(*_FORBIDDEN), None)
    if forbidden is not None:
        raise _not_a_select(label, f"holds {forbidden.key.upper()}")


def _not_a_select(label: str, found: str) -> UnreadableSource:
    return UnreadableSource(
        "query", f"{label}: the query {found}.", "Expected a single SELECT that only reads."
    )


def _rows(engine: sa.Engine, statement: Any, label: str, settings: ReadSettings) -> RawRows:
    with engine.connect() as connection:
        result = _read_only(connection).execute(statement)
        names = check_header(list(result.keys()), file=label)
        typed: set[str] = set()
        blocks = list(_blocks(result, names, settings, typed))
    columns = [pa.chunked_array([block[i] for block in blocks]) for i in range(len(names))]
    places = np.arange(1, len(columns[0]) + 1)
    return from_columns(names, columns, file=label, lines=places, typed=typed)


def _read_only(connection: sa.Connection) -> sa.Connection:
    """Ask the database itself to refuse writing, where it can be asked."""
    backend = connection.dialect.name
    if backend == "postgresql":
        return connection.execution_options(postgresql_readonly=True, stream_results=True)
    if backend == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    return connection.execution_options(stream_results=True)


def _blocks(
    result: sa.CursorResult[Any], names: list[str], settings: ReadSettings, typed: set[str]
) -> Iterator[list[pa.Array]]:
    is_first = True
    while (rows := result.fetchmany(ROWS_AT_ONCE)) or is_first:
        is_first = False
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
        for name, column in zip(names, columns, strict=True):
            if any(value is not None and not isinstance(value, str) for value in column):
                typed.add(name)
        yield [_texts(column, settings) for column in columns]


def _texts(column: Any, settings: ReadSettings) -> pa.Array:
    texts = [value_as_text(value, settings.decimal) for value in column]
    return pa.array([_storable(text) for text in texts], pa.string())


def _storable(text: str | None) -> str | None:
    """Half a surrogate pair, which some databases hold, has no place in UTF-8."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def _refused(
    url: URL, label: str, settings: ReadSettings, error: sa.exc.SQLAlchemyError
) -> UnreadableSource:
    cause = getattr(error, "orig", None) or error
    words = _without_secrets(" ".join(str(cause).split())[:300], url)
    where = f"{url.get_backend_name()} at {url.host}" if url.host else url.get_backend_name()
    return UnreadableSource(
        "database",
        f"{label}: the database ({where}) refused: {words}",
        f"Check that it runs, that {settings.connection} is right, and that the table and its "
        "columns exist.",
    )


def _no_driver(url: URL, label: str, error: Exception) -> UnreadableSource:
    return UnreadableSource(
        "connection",
        f"{label}: no driver for {quoted(url.drivername)} ({_without_secrets(str(error), url)}).",
        "Install the driver, for example pip install 'portfolio-review-kit[postgres]'.",
    )


def _without_secrets(words: str, url: URL) -> str:
    values = [url.password, url.username, *url.query.values()]
    texts = [part for value in values if value for part in _parts(value)]
    for text in sorted(texts, key=len, reverse=True):
        words = words.replace(text, "***")
    return words


def _parts(value: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, tuple) else (str(value),)
