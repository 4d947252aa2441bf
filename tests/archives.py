"""Archives that tests share: real stores, real indexes, the real model."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from archive.chunk import passages_of
from archive.core import Archive
from archive.settings import Settings
from archive.stream import batched
from archive.types import RawDocument
from tests.collection import enriched, invented

SAMPLES = Path(__file__).parents[1] / "archive" / "samples"
NOW = datetime(2025, 6, 1, tzinfo=UTC)


def settings_in(home: Path, models: Path) -> Settings:
    """Settings of an archive of its own that shares the model's graph with all others."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "models").exists():
        (home / "models").symlink_to(models, target_is_directory=True)
    return Settings(home=home)


def store_invented(archive: Archive, count: int, *, after: int = 0, together: int = 1_000) -> None:
    """Put invented articles into an archive (those that follow the first ones), as ingest would,
    and index them, some at a time.
    """
    for group in batched(invented(count)[after:], together):
        with archive.store.writing() as writer:
            for article, mentions in group:
                raw = RawDocument(article.text.encode(), "plain", article.origin)
                passages = passages_of(article, archive.embedder)
                writer.add(enriched(article, mentions, passages), raw, now=NOW)
        archive.indexer.refresh()


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that uses an archive."""
    home = {"ARCHIVE_HOME": str(settings.home)}
    return os.environ | home | {"NO_COLOR": "1", "COLUMNS": "120"}


def run(settings: Settings, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command line, as a process."""
    return subprocess.run(
        [sys.executable, "-c", "from archive.cli import main; main()", *arguments],
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def listening(app: Any, protocol: Any = "h11") -> Iterator[int]:
    """The port of a server in this process."""
    config = uvicorn.Config(app, http=protocol, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as made:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [made]})
        thread.start()
        try:
            yield made.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def served(settings: Settings, *options: str) -> Iterator[str]:
    """The address of a server over an archive."""
    command = (sys.executable, "-c", "from archive.cli import main; main()", "serve", "--port", "0")
    process = subprocess.Popen(
        [*command, *options],
        env=environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        match = re.search(r"http://\S+", line)
        assert match, f"the server did not start: {line}{process.stderr.read()}"
        yield match[0]
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def gone(pid: int, *, seconds: float = 20.0) -> bool:
    """Whether a process has ended, or does so in this time."""
    running, until = Path(f"/proc/{pid}/exe"), time.monotonic() + seconds
    while running.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return not running.exists()
