"""A database by its URL: opened, brought to the current schema, its errors translated."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from archive.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that every process agrees on: the advisory lock of an archive's writers.
WRITERS_LOCK = 0x6E657773
_BUSY_MILLISECONDS = 30_000


def open_engine(address: str) -> Engine:
    """An engine with the schema up to date. StoreError says what is wrong and what to do."""
    url = url_of(address)
    try:
        engine = sa.create_engine(url, pool_pre_ping=url.get_backend_name() == "postgresql")
    except ModuleNotFoundError as error:
        raise StoreError(
            f"the database driver for {url.get_backend_name()} is not installed",
            hint="install it with: pip install 'news-archive[postgres]'",
        ) from error
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine)
    try:
        with translated(engine), _one_migrator(engine):
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Database errors as StoreError: the only place where they are translated."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        where = engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"the database {where} reports: {reason.splitlines()[0] if reason else error}",
            hint=_hint(reason.lower()),
        ) from error


def _hint(reason: str) -> str:
    hints = {
        "locked": "another process is writing; try again when it has finished",
        "readonly": "check who may write to the archive's home",
        "unable to open": "check that the folder exists and that you may write to it",
        "not a database": "the file is damaged or something else; restore it from a backup",
        "malformed": "the file is damaged; restore it from a backup",
        "disk": "check that there is space on the disk",
        "connection": "check that the database server runs and that the URL is right",
    }
    return next(
        (hint for sign, hint in hints.items() if sign in reason),
        "check ARCHIVE_DATABASE_URL and the database's own log",
    )


def url_of(address: str) -> URL:
    """A database's address, checked. StoreError if no driver takes it."""
    try:
        url = make_url(address)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreError(
            f"“{address.rpartition('@')[2]}” is not the URL of a usable database",
            hint="write sqlite:////folder/archive.db or postgresql://user@host/database",
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            "the database driver for PostgreSQL is not installed",
            hint="install it with: pip install 'news-archive[postgres]'",
        ) from error
    return url


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, so that readers and the writer do not wait for each other; FULL, so that a commit
    that was reported survives a power cut (commits are batched, so it costs little); what is
    deleted is overwritten, so that an article that was taken down is not left in the file.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver must not open transactions on its own: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("waits", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")


@contextmanager
def _one_migrator(engine: Engine) -> Iterator[None]:
    """Two processes that open a new archive at once take turns."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        with nullcontext():
            yield
        return
    try:
        lock = Path(f"{database}.lock").open("w")  # noqa: SIM115 - closed by `with lock` below
    except OSError as error:
        raise StoreError(
            f"the folder of the database {database} cannot be written to: {error.strerror}",
            hint="check that the folder exists and that you may write to it",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = ScriptDirectory.from_config(config)
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
        found = _revision(connection)
        if found == known.get_current_head():
            connection.rollback()
            return
        if found is not None and found not in {s.revision for s in known.walk_revisions()}:
            raise StoreError(
                f"the database was made by a newer version of this program (schema {found})",
                hint="update the program, or use another ARCHIVE_HOME",
            )
        if found is None and (others := sa.inspect(connection).get_table_names()):
            raise StoreError(
                f"the database is not an archive: it has tables of something else "
                f"({', '.join(sorted(others)[:3])})",
                hint="name an empty database, and the archive makes its own tables in it",
            )
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"the database cannot be brought up to date: {error}") from error
        connection.commit()


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)
