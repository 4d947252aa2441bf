"""A backup: one state of the archive in one file, taken while it serves; and the way back.

The file is a tar archive packed with Zstandard: `manifest.json` (what it is, and a checksum of
each member), the database, and the cached vectors. Indexes are not in it: they are built from the
record, and with cached vectors no text is embedded again.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zstandard

from archive.errors import InputError
from archive.settings import Settings
from archive.store import Store
from archive.store.copying import copy_sqlite, load
from archive.stream import Progress, silent

_FORM = "news-archive backup 1"
_MANIFEST = "manifest.json"
_DATABASE = "database"
_VECTORS = "vectors"
_LEVEL = 3  # of Zstandard: quick, and texts take a third


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself. `database` is "sqlite" or "postgresql"; `members` has the
    SHA-256 of each file in it.
    """

    made: str
    version: str
    database: str
    articles: int
    members: dict[str, str]


def back_up(
    store: Store, settings: Settings, target: Path, *, progress: Progress = silent
) -> Backup:
    """Write a backup; others read and write on meanwhile. InputError if there is a file already,
    StoreError if the database cannot be copied. A file appears whole or not at all.
    """
    if target.exists():
        raise InputError(f"{target} is there already", hint="name another file, or remove it")
    with _workshop(target.parent) as folder:
        kind = store.dump(folder / _DATABASE)
        (folder / _VECTORS).mkdir()
        for cache in sorted(settings.vectors.glob("*.db")):
            copy_sqlite(cache, folder / _VECTORS / cache.name)
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        told = Backup(
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version("news-archive"),
            database=kind,
            articles=store.counts().articles,
            members={path.relative_to(folder).as_posix(): _digest(path) for path in paths},
        )
        (folder / _MANIFEST).write_text(json.dumps({"form": _FORM, **_plain(told)}, indent=1))
        packed = folder / "packed"
        with (
            packed.open("wb") as file,
            zstandard.ZstdCompressor(_LEVEL, threads=-1).stream_writer(file) as writer,
            tarfile.open(fileobj=writer, mode="w|") as tar,
        ):
            for done, name in enumerate([_MANIFEST, *told.members]):
                progress("pack", done, len(told.members) + 1)
                tar.add(folder / name, name)
        _sync(packed)
        packed.replace(target)
        _sync(target.parent)
    return told


def restore(source: Path, settings: Settings, *, progress: Progress = silent) -> Backup:
    """Fill an empty archive from a backup; its index is to be built then. InputError if the file is
    no backup, damaged, or of another kind of database, StoreError if the archive is not empty.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _workshop(settings.home) as folder:
        told = _unpack(source, folder, progress)
        load(settings.store_url, told.database, folder / _DATABASE)
        settings.vectors.mkdir(exist_ok=True)
        for cache in sorted((folder / _VECTORS).glob("*.db")):
            cache.replace(settings.vectors / cache.name)
    return told


def _unpack(source: Path, folder: Path, progress: Progress) -> Backup:
    """The members of a backup as files. InputError if one is missing, changed or unasked for."""
    wrong = InputError(f"{source} is not a whole backup", hint="use another one")
    try:
        with (
            source.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as reader,
            tarfile.open(fileobj=reader, mode="r|") as tar,
        ):
            for done, member in enumerate(tar):
                progress("unpack", done, None)
                tar.extract(member, folder, filter="data")
        stated: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if stated.pop("form") != _FORM:
            raise wrong
        told = Backup(**stated)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {error.filename}") from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError) as error:
        raise wrong from error
    except zstandard.ZstdError as error:
        raise wrong from error
    for name, digest in told.members.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise wrong
    return told


@contextmanager
def _workshop(parent: Path) -> Iterator[Path]:
    """A folder beside where something will be, gone when it is done."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plain(told: Backup) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Backup.__slots__}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
