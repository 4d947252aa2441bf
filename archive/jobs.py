"""Commands that run beside a server: what takes long, or needs models that serving has not."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass

from archive.errors import InputError
from archive.settings import Settings

_LOG = "jobs.log"  # in the archive's home: what the last command said


@dataclass(frozen=True, slots=True)
class Job:
    """A command that was started; `code` is how it ended, None while it runs."""

    name: str
    code: int | None


class Jobs:
    """One command at a time, each a process of its own over the same archive."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._name = ""

    @property
    def last(self) -> Job | None:
        """The command that runs, or that ran last."""
        return Job(self._name, self._process.poll()) if self._process else None

    def start(self, name: str, *arguments: str) -> None:
        """Run `archive` with some arguments. InputError while another one runs."""
        with self._lock:
            if self._process and self._process.poll() is None:
                raise InputError(f"something runs already: {self._name}", hint="wait for its end")
            self._settings.home.mkdir(parents=True, exist_ok=True)
            with (self._settings.home / _LOG).open("wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", "from archive.cli import main; main()", *arguments],
                    env=os.environ | _environment(self._settings),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            self._name = name

    def wait(self) -> None:
        """Until the command has ended, if one runs."""
        if self._process:
            self._process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"ARCHIVE_{name.upper()}": str(value) for name, value in values.items()}
