"""PostgreSQL: stories, articles (their latest version) and every version, in a schema of its own.

A batch is one transaction of three statements, whatever its size. The keys are the article's id and its version, so a
batch that is carried twice changes nothing the second time, and an older version never replaces a newer one.
Migrations are the numbered files beside this one; each runs once, in order, under a lock.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import msgspec

from sinks.base import Down, Refused, Target, server
from wiredesk.errors import UsageError
from wiredesk.readers import Message
from wiredesk.records import Record
from wiredesk.settings import hidden

if TYPE_CHECKING:
    from pg8000.native import Connection

#: SQLSTATE classes that are the fault of what was sent: data, constraints, limits. All else (no connection, no
#: permission, no space, a lost race) is the state of the server or of its set-up: waited out, never dropped for.
REFUSING = ("22", "23", "54")
#: Any number that no other program is likely to lock.
LOCK = 7_242_026
EXAMPLE = "postgresql://user@host:5432/database"


class Postgres:
    """Connects when it first writes, and again after the server was away."""

    def __init__(self, options: dict[str, Any], schema: str) -> None:
        self._options, self._schema = options, schema
        self._connection: Connection | None = None

    def write(self, messages: Sequence[Message]) -> None:
        rows = msgspec.json.encode([_row(m.article) for m in messages]).decode()
        self._guarded(lambda connection: _transaction(connection, _statements("upsert.sql"), rows=rows))

    def _guarded(self, work: Any) -> None:
        from pg8000.exceptions import DatabaseError, InterfaceError  # noqa: PLC0415  (an extra)

        try:
            work(self._connected())
        except DatabaseError as error:
            facts = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
            said = f"{facts.get('C', '')} {facts.get('M', error)}"
            self.close()
            raise (Refused if facts.get("C", "")[:2] in REFUSING else Down)(said) from error
        except (InterfaceError, OSError) as error:
            self.close()
            raise Down(str(error)) from error

    def _connected(self) -> Connection:
        if self._connection is None:
            from pg8000.native import Connection  # noqa: PLC0415

            connection = Connection(**self._options)
            if not _exists(connection, self._schema):
                connection.run(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
            connection.run(f"SET search_path TO {self._schema}")
            _migrate(connection)
            self._connection = connection
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            from pg8000.exceptions import DatabaseError, InterfaceError  # noqa: PLC0415

            with suppress(DatabaseError, InterfaceError, OSError):
                self._connection.close()
            self._connection = None


def _row(record: Record) -> dict[str, Any]:
    """A record as its columns; PostgreSQL keeps no NUL in any text."""
    plain: dict[str, Any] = _clean(msgspec.to_builtins(record))
    return plain | {"record": plain}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return {name: _clean(part) for name, part in value.items()} if isinstance(value, dict) else value


def _transaction(connection: Connection, statements: Sequence[str], **values: Any) -> None:
    connection.run("START TRANSACTION")
    for statement in statements:
        connection.run(statement, **values)
    connection.run("COMMIT")


def _exists(connection: Connection, schema: str) -> bool:
    """Whether the schema is there: a role that may only use it need not be allowed to create one."""
    return bool(connection.run("SELECT 1 FROM pg_namespace WHERE nspname = :name", name=schema))


def _migrate(connection: Connection) -> None:
    """Run the migrations that the database has not seen, in one transaction with their marks."""
    connection.run("START TRANSACTION")
    connection.run("SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    if not connection.run("SELECT to_regclass('migrations')")[0][0]:
        connection.run("CREATE TABLE migrations (number integer PRIMARY KEY, applied_at timestamptz DEFAULT now())")
    seen = {row[0] for row in connection.run("SELECT number FROM migrations")}
    for number, text in migrations():
        if number not in seen:
            for statement in text:
                connection.run(statement)
            connection.run("INSERT INTO migrations (number) VALUES (:number)", number=number)
    connection.run("COMMIT")


def migrations() -> list[tuple[int, list[str]]]:
    """Number and statements of each migration, in order."""
    folder = files("sinks") / "migrations"
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return [(int(name[:4]), _statements(f"migrations/{name}")) for name in names]


def _statements(name: str) -> list[str]:
    """The statements of a file beside this one: each ends with a semicolon at a line's end."""
    text = files("sinks").joinpath(name).read_text("utf-8")
    return [statement for statement in text.split(";\n") if statement.strip()]


def _options(url: str, password: str) -> dict[str, Any]:
    """Connection options of ``postgresql://user@host:5432/database?sslmode=require``. Raises `UsageError`."""
    parts = server(url, ("postgresql", "postgres"), EXAMPLE, host="localhost")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if not parts.username:
        raise UsageError(f"--to {hidden(url)!r} lacks the user's name: {EXAMPLE}")
    place = {"unix_sock": query["host"]} if "host" in query else {"host": parts.hostname or "localhost"}
    secure = ssl.create_default_context() if query.get("sslmode") in ("require", "verify-full", "verify-ca") else None
    return {
        "user": unquote(parts.username),
        "password": password or unquote(parts.password or "") or None,
        "database": unquote(parts.path.lstrip("/")) or None,
        "port": parts.port or 5432,
        "ssl_context": secure,
        "timeout": 30,
        "application_name": "wiredesk",
        **place,
    }


def open_sink(target: Target) -> Postgres:
    """`to` is the database's address; the password may stand in WIREDESK_SINK_PASSWORD. Options: `schema`."""
    schema = target.option("schema", "wiredesk")
    target.check()
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
        raise UsageError(f"-o schema={schema} must be of small letters, digits and _.")
    try:
        import pg8000  # noqa: F401, PLC0415
    except ImportError:
        raise UsageError("PostgreSQL needs an extra. Install it with: pip install 'wiredesk[sinks]'") from None
    return Postgres(_options(target.to, target.settings.sink_password), schema)
