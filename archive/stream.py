"""What every long stream of work needs: batches, a thread for what the next one need not wait for,
and someone to tell how far it has come.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Protocol, TypeVar

Item = TypeVar("Item")
_LOW_PRIORITY = 10  # of -20, the highest, to 19
Beside = Callable[[Callable[[], None]], None]


class Progress(Protocol):
    """Told how far long work has come; `total` is None while it is unknown."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` items of a stage are finished."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Tuples of `size` items, the last one shorter (itertools.batched of Python 3.12)."""
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch


@contextmanager
def beside() -> Iterator[Beside]:
    """A thread that does one piece of work at a time while the caller goes on, and gives way to it:
    the next piece waits until the last is done, and an error of it is raised there, or at the end.
    """
    running: list[Future[None]] = []

    def begin(work: Callable[[], None]) -> None:
        while running:
            running.pop().result()
        running.append(thread.submit(work))

    with ThreadPoolExecutor(1, initializer=_give_way) as thread:
        yield begin
        while running:
            running.pop().result()


def _give_way() -> None:
    # Linux has priorities of threads, and those that a thread starts take its own over.
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)
