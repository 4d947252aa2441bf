"""What every long stream of work needs: batches, and someone to tell how far it has come."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol, TypeVar

Item = TypeVar("Item")


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
