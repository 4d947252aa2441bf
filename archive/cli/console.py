"""What commands print with: results to stdout, progress and messages to stderr."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from archive.stream import Progress

DONE, REJECTED = 0, 1
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def user() -> str:
    """Who gives commands, as the audit log names them."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "unknown"
    return f"{name} (command line)"


def say_error(message: str, hint: str = "") -> None:
    """An error for a person: what went wrong, and below it what to do."""
    err.print(Text.assemble(("error: ", "bold red"), message))
    if hint:
        err.print(Text(f"       {hint}", style="dim"))


def print_json(value: Any) -> None:
    """One JSON text on stdout, for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


class _Rate(ProgressColumn):
    """Items a second, over the whole stage."""

    def render(self, task: Task) -> Text:
        """Blank until there is something to divide."""
        elapsed = task.finished_time or task.elapsed
        if not task.completed or not elapsed:
            return Text("")
        return Text(f"{task.completed / elapsed:,.1f}/s", style="cyan")


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Bars with rate and time left, one a stage; nothing when stderr is no terminal."""
    bars = Bars(
        SpinnerColumn(),
        TextColumn("{task.description:<18}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def progress(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    with bars:
        yield progress
