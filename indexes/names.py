"""What facet values are called, and which values a name stands for, without reading them all."""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.texts import Lazy, Texts
from indexes.types import Label

Codes = NDArray[np.int64]

# Sorts after every character that names have.
LAST = "\U0010ffff"
# Letters that Unicode does not decompose, but that readers take for the plain one.
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "’": "'",
        "ʼ": "'",
        "‘": "'",
    }
)


def fold(text: str) -> str:
    """What two spellings share: no case, no accents, single spaces ("İbrahim" → "ibrahim")."""
    if text.isascii():  # most names are, and this takes far less time
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.translate(_LETTERS).split())


def called(label: Label) -> set[str]:
    """All names of a value, folded."""
    return {fold(name) for name in (label.name, *label.aliases)}


@dataclass(frozen=True)
class Labels(Lazy[Label]):
    """The labels of a facet's values, by code; each is decoded when it is asked for."""

    kinds: tuple[str, ...]
    kind_codes: NDArray[np.uint8]
    stated: Texts  # JSON: name, aliases, point

    @classmethod
    def of(cls, labels: Sequence[Label]) -> "Labels":
        """Pack labels."""
        kinds = tuple(dict.fromkeys(label.kind for label in labels))
        number = {kind: code for code, kind in enumerate(kinds)}
        return cls(
            kinds,
            np.array([number[label.kind] for label in labels], np.uint8),
            Texts.of(
                json.dumps([label.name, label.aliases, label.point], ensure_ascii=False)
                for label in labels
            ),
        )

    def __len__(self) -> int:
        return len(self.stated)

    def item(self, at: int) -> Label:
        """The label of a code."""
        name, aliases, point = json.loads(self.stated[at])
        kind = self.kinds[self.kind_codes[at]]
        return Label(name, kind, tuple(aliases), tuple(point) if point else None)

    def of_kind(self, kind: str) -> Codes:
        """The codes of the values of a kind, ascending."""
        if kind not in self.kinds:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.kind_codes == self.kinds.index(kind))

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        self.stated.save(folder / "labels")
        np.save(folder / "kinds.npy", self.kind_codes)
        (folder / "kinds.json").write_text(json.dumps(self.kinds), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Labels":
        """What `save` wrote."""
        kinds = tuple(json.loads((folder / "kinds.json").read_text("utf-8")))
        return cls(kinds, np.load(folder / "kinds.npy"), Texts.load(folder / "labels"))


@dataclass(frozen=True)
class NameTable:
    """Which codes a folded name stands for. `names` are sorted, one for each name of each
    value; `codes` are whose they are. `beginnings` are all words of all names, as (name, where
    the word begins in it), sorted by the name from that word on.
    """

    names: Texts
    codes: NDArray[np.int32]
    beginnings: NDArray[np.int32]

    @classmethod
    def of(cls, labels: Iterable[Label]) -> "NameTable":
        """Fold and sort all names."""
        pairs = sorted((name, code) for code, label in enumerate(labels) for name in called(label))
        words = sorted(
            (name[start:], at, start)
            for at, (name, _) in enumerate(pairs)
            for start in _word_starts(name)
        )
        return cls(
            Texts.of(name for name, _ in pairs),
            np.array([code for _, code in pairs], np.int32),
            np.array([place for _, *place in words], np.int32).reshape(-1, 2),
        )

    def exact(self, name: str) -> Codes:
        """The codes of the values that are called so, ascending."""
        first = last = self.names.place(name)
        while last < len(self.names) and self.names[last] == name:
            last += 1
        return self.codes[first:last].astype(np.int64)

    def beginning(self, prefix: str) -> Codes:
        """The codes of the values with a word that begins so, ascending."""
        words = _Words(self.names, self.beginnings)
        first, last = bisect_left(words, prefix), bisect_left(words, prefix + LAST)
        return np.unique(self.codes[self.beginnings[first:last, 0]]).astype(np.int64)

    def containing(self, part: str) -> Codes:
        """The codes of the values with a name that has this in it, ascending."""
        return np.unique(self.codes[self.names.containing(part)]).astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        self.names.save(folder / "called")
        np.save(folder / "called.codes.npy", self.codes)
        np.save(folder / "called.words.npy", self.beginnings)

    @classmethod
    def load(cls, folder: Path) -> "NameTable":
        """What `save` wrote, memory-mapped."""
        return cls(
            Texts.load(folder / "called"),
            np.load(folder / "called.codes.npy", mmap_mode="r").view(np.ndarray),
            np.load(folder / "called.words.npy", mmap_mode="r").view(np.ndarray),
        )


@dataclass(frozen=True)
class _Words(Lazy[str]):
    """Names from each of their words on, in order."""

    names: Texts
    places: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.places)

    def item(self, at: int) -> str:
        """A name from one of its words on."""
        name, start = self.places[at].tolist()
        return self.names[int(name)][start:]


def _word_starts(name: str) -> Iterator[int]:
    at = 0
    while name and at >= 0:
        yield at
        at = name.find(" ", at) + 1 or -1
