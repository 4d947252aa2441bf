"""A database as one file, taken while others read and write, and back into an empty database."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, Engine

from archive.errors import InputError, StoreError
from archive.store.session import translated, url_of

_POSTGRES_TOOLS = Path("/usr/lib/postgresql")


def copy_sqlite(source: Path, target: Path) -> None:
    """One state of a SQLite file as another file, without what was deleted from it."""
    with closing(sqlite3.connect(source, timeout=30.0)) as database:
        database.execute("VACUUM INTO ?", (str(target),))


def dump(engine: Engine, target: Path) -> None:
    """One state of the database in a file that `load` reads. StoreError if that fails."""
    if engine.dialect.name == "postgresql":
        _run("pg_dump", engine.url, "--format=custom", "--no-owner", f"--file={target}")
        return
    try:
        copy_sqlite(Path(engine.url.database or ""), target)
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be copied: {error}") from error


def load(address: str, kind: str, source: Path) -> None:
    """Fill the empty database of a URL from what `dump` wrote of one of a kind ("sqlite",
    "postgresql"). InputError if the URL's is of another kind, StoreError if it is not empty.
    """
    url = url_of(address)
    if url.get_backend_name() != kind:
        raise InputError(
            f"the backup is of a {kind} database, this archive has {url.get_backend_name()}",
            hint="set ARCHIVE_DATABASE_URL accordingly",
        )
    full = StoreError(
        "this archive is not empty",
        hint="name an empty home (ARCHIVE_HOME) or database (ARCHIVE_DATABASE_URL)",
    )
    if kind == "sqlite":
        target = Path(url.database or "")
        if target.exists():
            raise full
        source.replace(target)
        return
    engine = create_engine(url)
    try:
        with translated(engine):
            if inspect(engine).get_table_names():
                raise full
    finally:
        engine.dispose()
    _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(source))


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, where others do not see
    it.
    """
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    address = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(
        [_program(program), f"--dbname={address}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise StoreError(f"{program} says: {said[0] if said else done.returncode}")


def _program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, or the newest where Debian puts them."""
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(_POSTGRES_TOOLS.glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    if not installed:
        raise StoreError(
            f"the program {name} is not installed",
            hint="on Debian or Ubuntu: apt-get install postgresql-client",
        )
    return str(installed[-1])
