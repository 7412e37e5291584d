"""SQL databases: SQLite, and a PostgreSQL server that the test starts itself."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio_lib.tables import DataChecks, prepare_tables, read_table
from portfolio_lib.tables.raw import UnreadableSource
from portfolio_lib.tables.readers.database import check_select
from tests.tables.making import fault, sources, unit

STATEMENTS = (
    "CREATE TABLE clients (id TEXT, name TEXT, since DATE)",
    "INSERT INTO clients VALUES ('0001', 'Ash', '2024-01-01'), ('0002', 'Beech', NULL)",
    "CREATE TABLE lines (no INTEGER, client TEXT, day DATE, net NUMERIC(12, 2))",
    "INSERT INTO lines VALUES (1, '0001', '2026-01-31', 10.10), (2, '0002', '2026-02-28', 0.20)",
)
WRITER = """
    CREATE FUNCTION note() RETURNS INTEGER LANGUAGE sql VOLATILE
    AS 'INSERT INTO clients VALUES (''0003'', ''Cedar'', NULL) RETURNING 3'
"""
CLIENTS = {"account_id": "id", "account_name": "name", "start_date": "since"}
LINES = {"invoice_id": "no", "account_id": "client", "date": "day", "amount": "net"}


def from_database(
    tmp_path: Path, query: str = "SELECT no, client, day, net FROM lines"
) -> DataChecks:
    connection = {"connection": "env:KIT_TEST_DB"}
    where = sources(
        tmp_path,
        accounts={**connection, "table": "clients", "columns": CLIENTS},
        invoices={**connection, "query": query, "columns": LINES},
    )
    return prepare_tables([unit("north", where)], tmp_path / "store")["north"]


@pytest.fixture
def sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "firm.db"
    with sqlite3.connect(path) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
    monkeypatch.setenv("KIT_TEST_DB", f"sqlite:///{path}")
    return path


def test_a_table_and_a_query_of_sqlite_are_read(sqlite: Path, tmp_path: Path) -> None:
    checks = from_database(tmp_path)
    assert checks.faults == ()
    assert read_table(tmp_path / "store", "north", "accounts")["account_id"].tolist() == [
        "0001",
        "0002",
    ]
    assert read_table(tmp_path / "store", "north", "invoices")["amount"].tolist() == [10.1, 0.2]
    assert checks.card("invoices").source == "env:KIT_TEST_DB query"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("DELETE FROM lines", "is a DELETE"),
        ("SELECT 1; DROP TABLE lines", "holds 2 statements"),
        ("WITH gone AS (DELETE FROM lines RETURNING *) SELECT * FROM gone", "holds DELETE"),
        ("SELECT * INTO copy FROM lines", "holds INTO"),
        ("SELECT * FROM lines FOR UPDATE", "holds LOCK"),
        ("COPY lines TO PROGRAM 'sh'", "is a COPY"),
        ("", "holds 0 statements"),
        ("SELEC no", ""),
    ],
)
def test_only_a_single_select_is_let_through(query: str, found: str) -> None:
    with pytest.raises(UnreadableSource, match="Expected a single SELECT") as refusal:
        check_select(query, dialect="postgres", label="env:X query")
    assert found in refusal.value.message


def test_sqlite_itself_refuses_to_write(sqlite: Path, tmp_path: Path) -> None:
    from_database(tmp_path)
    with sqlite3.connect(sqlite) as connection:
        assert connection.execute("SELECT count(*) FROM lines").fetchone() == (2,)


def test_an_unset_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIT_TEST_DB", raising=False)
    checks = from_database(tmp_path)
    found = fault(checks, "connection", "invoices")
    assert "the environment variable KIT_TEST_DB is not set" in found.message
    assert found.level == "stop"


@pytest.mark.parametrize(
    "address",
    [
        "no address at all s3cret",
        "postgresql+psycopg://kit:s3cret@127.0.0.1:1/firm?connect_timeout=2",
        "nosuchthing://kit:s3cret@host/firm",
        "postgresql+psycopg://kit@127.0.0.1:1/firm?password=s3cret&connect_timeout=2",
    ],
)
def test_a_database_that_does_not_answer_keeps_its_secrets(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_TEST_DB", address)
    checks = from_database(tmp_path)
    stops = [one for one in checks.faults if one.level == "stop" and one.table == "invoices"]
    assert len(stops) == 1
    assert "s3cret" not in checks.to_json()
    assert stops[0].rule in ("connection", "database")
    assert "KIT_TEST_DB" in str(stops[0])


def test_an_unknown_table_says_what_the_database_said(sqlite: Path, tmp_path: Path) -> None:
    found = fault(from_database(tmp_path, "SELECT * FROM linse"), "database")
    assert "no such table: linse" in found.message


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    chosen = found[-1] if found else Path(on_path).resolve() if on_path else None
    return chosen.parent if chosen is not None else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _other_user() -> int | None:
    """A user to run the server as, because PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    pytest.skip("PostgreSQL does not run as root, and there is no user to run it as")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    programs = _programs()
    if programs is None:
        pytest.skip("the PostgreSQL server programs are not on this machine")
    psycopg = pytest.importorskip("psycopg")
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="kit-pg-", dir="/tmp"))
    port = _free_port()
    if user is not None:
        os.chown(folder, user, -1)
    as_user = {"user": user} if user is not None else {}
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "kit", "-A", "trust", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **as_user,
    )  # fmt: skip
    options = [
        "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
        "-c", "fsync=off",
    ]  # fmt: skip
    server = subprocess.Popen(
        [programs / "postgres", *options],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    try:
        _wait(psycopg, port)
        yield f"postgresql+psycopg://kit:hidden@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(psycopg, port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(
                f"postgresql://kit@127.0.0.1:{port}/postgres", autocommit=True
            ) as connection:
                for statement in (*STATEMENTS, WRITER):
                    connection.execute(statement)
                return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.mark.postgres
def test_postgresql_is_read_in_chunks_and_never_written(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_TEST_DB", postgres)
    monkeypatch.setattr("portfolio_lib.tables.readers.database.ROWS_AT_ONCE", 1)
    checks = from_database(
        tmp_path, "SELECT no, client, day, net::numeric FROM lines WHERE client LIKE '0%'"
    )
    assert checks.faults == ()
    invoices = read_table(tmp_path / "store", "north", "invoices")
    assert invoices["amount"].tolist() == [10.1, 0.2]
    assert invoices["date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-31", "2026-02-28"]


@pytest.mark.postgres
def test_a_function_that_writes_is_stopped_by_the_read_only_transaction(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_TEST_DB", postgres)
    checks = from_database(tmp_path, "SELECT note() AS no, client, day, net FROM lines")
    assert "read-only transaction" in fault(checks, "database").message
    assert "hidden" not in checks.to_json()
