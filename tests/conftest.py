"""What the tests share: archives, a server over one, a PostgreSQL server, an empty database."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from archive.core import Archive, open_archive
from archive.embed import load_embedder
from archive.store import Store
from tests.archives import SAMPLES, served, settings_in, store_invented

BINARIES = Path("/usr/lib/postgresql")
REMEDY = "install Debian's package “postgresql” (apt-get install postgresql)"
START_SECONDS = 60
# Data of a test need not survive a power cut, and there is one client at a time.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")
_numbers = count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The module that takes longest comes first, so that no process is left with it at the end."""
    items.sort(key=lambda item: item.path.name != "test_torture.py")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the default model's graph is made, once for all tests."""
    folder = tmp_path_factory.mktemp("models")
    load_embedder("all-MiniLM-L6-v2", folder)
    return folder


@pytest.fixture(scope="session")
def invented_archive(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Archive]:
    """An archive of invented articles with every kind of facet value. Not to be changed."""
    with open_archive(settings_in(tmp_path_factory.mktemp("invented"), models)) as archive:
        store_invented(archive, 150)
        yield archive


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Archive]:
    """The archive that `make run` makes. Not to be changed."""
    with open_archive(settings_in(tmp_path_factory.mktemp("samples"), models)) as archive:
        archive.ingest([SAMPLES])
        yield archive


@pytest.fixture
def archive(tmp_path: Path, models: Path) -> Iterator[Archive]:
    """An empty archive of the test's own."""
    with open_archive(settings_in(tmp_path / "home", models)) as archive:
        yield archive


@pytest.fixture(scope="session")
def server(sample_archive: Archive) -> Iterator[str]:
    """The address of a server over the samples."""
    with served(sample_archive.settings) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a new PostgreSQL server's own database; it stops when the tests end.

    The server speaks over a Unix socket in a folder of its own, so it meets no other server.
    """
    binaries = _binaries()
    account = _account()
    # Not under pytest's folder: that is closed to other users, and the path of a socket may
    # have no more than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="archive-postgres-", dir="/tmp"))
    data, log = folder / "data", folder / "log"
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        control = [str(binaries / "pg_ctl"), "--pgdata", str(data), "--wait", "--silent"]
        _run(
            binaries / "initdb",
            *("--pgdata", data, "--username=archive", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--no-locale"),
            folder=folder,
            account=account,
        )
        settings = ("listen_addresses=", f"unix_socket_directories={folder}", *QUICK)
        options = " ".join(f"-c '{setting}'" for setting in settings)
        _run(
            *(*control, f"--timeout={START_SECONDS}", "start", "--log", log, "--options", options),
            folder=folder,
            account=account,
        )
        try:
            yield f"postgresql://archive@/postgres?host={folder}"
        finally:
            _run(*control, "stop", "--mode=immediate", folder=folder, account=account)
    finally:
        shutil.rmtree(folder)


DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database, as `Store.open` takes it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/archive.db"
        return
    with _database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store without articles."""
    with _new_store(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=DATABASES)
def shared_store_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same for all tests of a module, which fill it once and then only read."""
    with _new_store(request, tmp_path_factory.mktemp("shared")) as url:
        yield url


@contextmanager
def _new_store(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a store in the database that a fixture's parameter names, copied from one with
    its tables: making them takes a while.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "archive.db")
        yield f"sqlite:///{folder}/archive.db"
        return
    template = request.getfixturevalue("postgres_template")
    with _database(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables in it."""
    file = tmp_path_factory.mktemp("template") / "archive.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the tables in it."""
    with _database(postgres_url) as url:
        Store.open(url).close()
        yield conninfo_to_dict(url)["dbname"]


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a database of its own in a server."""
    name = f"archive_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _binaries() -> Path:
    versions = [path.parent for path in BINARIES.glob("*/bin/initdb")]
    if not versions:
        pytest.fail(f"there is no PostgreSQL server in {BINARIES}; {REMEDY}", pytrace=False)
    return max(versions, key=lambda path: float(path.parent.name))


def _account() -> dict[str, Any]:
    """Whom the server runs as: ourselves, but never root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        pytest.fail(f"there is no user “postgres” to run the server as; {REMEDY}", pytrace=False)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(*command: object, folder: Path, account: dict[str, Any]) -> None:
    """Run a program of PostgreSQL; the test fails with what the program said."""
    # Output goes to a file: a pipe would stay open for as long as the server runs.
    output = folder / "output"
    with output.open("wb") as stream:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
            **account,
        )
    if done.returncode:
        log = folder / "log"
        said = "\n".join(path.read_text() for path in (output, log) if path.exists())
        pytest.fail(
            f"PostgreSQL cannot be started ({command[0]} ended with {done.returncode}):\n"
            f"{said}\nIf it is not installed, {REMEDY}.",
            pytrace=False,
        )
