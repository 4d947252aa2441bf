"""Many strings in two arrays: they stay on disk, and one is decoded when it is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Texts(Sequence[str]):
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

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return str(self._bytes[self.ends[at] : self.ends[at + 1]], "utf-8", "surrogatepass")

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
