"""Many strings in two arrays: they stay on disk, and one is decoded when it is asked for."""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


class Lazy(Sequence[Item]):
    """A sequence whose items are made when they are asked for."""

    @abstractmethod
    def item(self, at: int) -> Item:
        """The item at a position from 0 on."""

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | list[Item]:
        if isinstance(at, slice):
            return [self.item(i) for i in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self.item(at)


@dataclass(frozen=True)
class Texts(Lazy[str]):
    """An immutable list of strings; text i is the UTF-8 at `ends[i]` to `ends[i + 1]`."""

    ends: NDArray[np.int64]
    content: NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack strings."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(ends, np.frombuffer(b"".join(encoded), np.uint8))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def item(self, at: int) -> str:
        """The string at a position."""
        return str(self._bytes[self._ends[at] : self._ends[at + 1]], "utf-8", "surrogatepass")

    def place(self, text: str) -> int:
        """Where a text stands in a sorted list, or would stand."""
        # UTF-8 sorts as its characters do, so nothing is decoded.
        wanted, ends, content = text.encode("utf-8", "surrogatepass"), self._ends, self._bytes
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if content[ends[middle] : ends[middle + 1]].tobytes() < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, text: str) -> int | None:
        """Where a text stands in a sorted list, None if it is not there."""
        at = self.place(text)
        return at if at < len(self) and self.item(at) == text else None

    def containing(self, part: str) -> NDArray[np.int64]:
        """Where the texts stand that have a part in them, ascending."""
        wanted, ends = part.encode("utf-8", "surrogatepass"), self._ends
        content = bytes(self._bytes)
        found = []
        text, at = 0, content.find(wanted)
        while 0 <= at < len(content):
            text = bisect_right(ends, at, lo=text) - 1
            is_whole = at + len(wanted) <= ends[text + 1]
            if is_whole:
                found.append(text)
            at = content.find(wanted, ends[text + 1] if is_whole else at + 1)
        return np.array(found, np.int64)

    # Single items of a memoryview are plain numbers, several times as quick as an array's.

    @cached_property
    def _ends(self) -> memoryview:
        return self.ends.data

    @cached_property
    def _bytes(self) -> memoryview:
        return self.content.data

    def save(self, path: Path) -> None:
        """Write the two arrays under one name."""
        np.save(path.with_suffix(".npy"), self.content)
        np.save(path.with_suffix(".ends.npy"), self.ends)

    @classmethod
    def load(cls, path: Path) -> "Texts":
        """What `save` wrote, memory-mapped. OSError or ValueError if it is not there whole."""
        # A plain view: single items of a `memmap` take ten times as long.
        ends = np.load(path.with_suffix(".ends.npy"), mmap_mode="r").view(np.ndarray)
        content = np.load(path.with_suffix(".npy"), mmap_mode="r").view(np.ndarray)
        if not len(ends) or ends[-1] != len(content):
            raise ValueError(f"{path.name} is not whole")
        return cls(ends, content)
