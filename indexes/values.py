"""The values of one facet by code: what each is and is called, and which ones a name stands for."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.names import LAST, Codes, Labels, NameTable, called, fold
from indexes.texts import Lazy, Texts
from indexes.types import Label


@dataclass(frozen=True)
class Packed:
    """The values of one slice; `names` are sorted, and a value's place among them is its code."""

    names: Texts
    labels: Labels
    table: NameTable

    @classmethod
    def of(cls, names: Iterable[str], labels: Mapping[str, Label]) -> "Packed":
        """Sort and pack values; one without a label is its own name."""
        known = sorted(set(names))
        shown = [labels.get(name, Label(name)) for name in known]
        return cls(Texts.of(known), Labels.of(shown), NameTable.of(shown))

    def code(self, name: str) -> int | None:
        """Where a value stands, None if it is not here."""
        return self.names.find(name)

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        self.names.save(folder / "names")
        self.labels.save(folder)
        self.table.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Packed":
        """What `save` wrote, memory-mapped. OSError or ValueError if it is not there whole."""
        return cls(Texts.load(folder / "names"), Labels.load(folder), NameTable.load(folder))


@dataclass(frozen=True)
class Alphabet:
    """The values of a facet in the order of their folded labels, then their own: `ranks` ascend so,
    by code. A label stands where it is among all `names` of the first slice; those that are not
    there, `added` in order, stand `before` the name at a place. So nearly nothing has to be read.
    """

    names: Texts
    ranks: Codes
    added: Sequence[str]
    before: Codes

    def beginning(self, prefix: str) -> tuple[int, int]:
        """The ranks of labels that begin so: from the first on, below the second."""
        return self._place(prefix), self._place(prefix + LAST)

    def initials(self, ranks: Codes) -> list[str]:
        """The characters that the labels at some ranks (ascending) begin with, in order."""
        found = []
        at = int(np.searchsorted(ranks, self._place("\x01")))  # past those without a name
        while at < len(ranks):
            found.append(self._label(int(ranks[at]))[0])
            at = int(np.searchsorted(ranks, self.beginning(found[-1])[1]))
        return found

    def _place(self, text: str) -> int:
        return self.names.place(text) + bisect_left(self.added, text)

    def _label(self, rank: int) -> str:
        ranks = self.before + np.arange(len(self.added))
        at = int(np.searchsorted(ranks, rank))
        is_added = at < len(ranks) and ranks[at] == rank
        return self.added[at] if is_added else self.names[rank - at]


@dataclass(frozen=True)
class Values(Lazy[str]):
    """The values of all slices together. Those of the first slice, mostly the largest by far,
    keep their codes and stay packed; `later` slices come with the codes here of their values.
    """

    first: Packed
    later: Sequence[tuple[Packed, NDArray[np.int32]]] = ()
    added: Sequence[str] = ()
    added_codes: Mapping[str, int] = field(default_factory=dict)
    renewed: Mapping[int, Label] = field(default_factory=dict)  # labels of later slices

    @classmethod
    def joined(cls, slices: Sequence[Packed]) -> "Values":
        """Slices from the oldest to the newest. Where they call a value differently, the newest
        knows best.
        """
        first, *rest = slices
        added: list[str] = []
        codes: dict[str, int] = {}
        renewed: dict[int, Label] = {}
        later = []
        for part in rest:
            joint = np.zeros(len(part.names), np.int32)
            for at, name in enumerate(part.names):
                code = first.code(name)
                if code is None and (code := codes.get(name)) is None:
                    code = codes[name] = len(first.names) + len(added)
                    added.append(name)
                renewed[code] = part.labels[at]
                joint[at] = code
            later.append((part, joint))
        return cls(first, later, added, codes, renewed)

    def __len__(self) -> int:
        return len(self.first.names) + len(self.added)

    def item(self, at: int) -> str:
        """The value of a code."""
        packed = len(self.first.names)
        return self.first.names[at] if at < packed else self.added[at - packed]

    def code(self, name: str) -> int | None:
        """The code of a value, None if there is no such value."""
        code = self.first.code(name)
        return self.added_codes.get(name) if code is None else code

    def label(self, code: int) -> Label:
        """How a value is shown."""
        label = self.renewed.get(code)
        return self.first.labels[code] if label is None else label

    @cached_property
    def _by_kind(self) -> Mapping[str, Codes]:
        labels = self.first.labels
        mine = {kind: labels.of_kind(kind) for kind in labels.kinds}
        if not self.renewed:
            return mine
        others = np.fromiter(self.renewed, np.int64)
        for kind in {label.kind for label in self.renewed.values()} | set(mine):
            new = [code for code, label in self.renewed.items() if label.kind == kind]
            old = np.setdiff1d(mine.get(kind, np.zeros(0, np.int64)), others)
            mine[kind] = np.sort(np.concatenate([old, np.array(new, np.int64)]))
        return mine

    def of_kind(self, kind: str) -> Codes:
        """The codes of the values of a kind, ascending."""
        return self._by_kind.get(kind, np.zeros(0, np.int64))

    def is_kind(self, kind: str) -> NDArray[np.bool_]:
        """By code, whether a value is of a kind."""
        if kind not in self._kinds:
            mask = np.zeros(len(self), np.bool_)
            mask[self.of_kind(kind)] = True
            self._kinds[kind] = mask
        return self._kinds[kind]

    @cached_property
    def _kinds(self) -> dict[str, NDArray[np.bool_]]:
        return {}

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """Latitude and longitude by code; (n, 2), NaN for what is in no one spot."""
        nowhere = (np.nan, np.nan)
        points = (self.label(code).point or nowhere for code in range(len(self)))
        return np.array(list(points), np.float64).reshape(-1, 2)

    def called(self, name: str) -> list[int]:
        """The codes of the values that go by a folded name, ascending."""
        found = self._found(lambda table: table.exact(name))
        codes = sorted({code for codes in found for code in codes.tolist()})
        # A later slice may know another name for it.
        return [c for c in codes if c not in self.renewed or name in called(self.renewed[c])]

    def beginning(self, prefix: str) -> Codes:
        """The codes of the values with a word that begins so when it is folded, ascending. A
        name that a value had in an earlier slice counts here.
        """
        return np.unique(np.concatenate(list(self._found(lambda t: t.beginning(prefix)))))

    def containing(self, part: str) -> Codes:
        """The codes of the values with this in one of their folded names, ascending. A name that
        a value had in an earlier slice counts here.
        """
        return np.unique(np.concatenate(list(self._found(lambda t: t.containing(part)))))

    @cached_property
    def alphabet(self) -> "Alphabet":
        """All values in the order of their labels; made once, when it is first needed."""
        table = self.first.table
        # A value with one name is called so; all others have to be asked for their label.
        is_alone = np.bincount(table.codes, minlength=len(self)) == 1
        is_alone[list(self.renewed)] = False
        places = np.full(len(self), -1, np.int64)
        alone = np.flatnonzero(is_alone[table.codes])
        places[table.codes[alone]] = alone
        added = []
        for code in np.flatnonzero(~is_alone).tolist():
            label, value = fold(self.label(code).name), self[code]
            at = table.names.place(label)
            while at < len(table.names) and table.names[at] == label and self._at(at) < value:
                at += 1
            if at < len(table.names) and table.names[at] == label and self._at(at) == value:
                places[code] = at
            else:
                added.append((label, value, at, code))
        added.sort()
        before = np.array([at for *_, at, _ in added], np.int64)
        ranks = places + np.searchsorted(before, places, side="right")
        ranks[[code for *_, code in added]] = before + np.arange(len(added))
        return Alphabet(table.names, ranks, [label for label, *_ in added], before)

    def _at(self, place: int) -> str:
        """The value that the name at a place of the first slice's table is of."""
        return self[int(self.first.table.codes[place])]

    def _found(self, look: Callable[[NameTable], Codes]) -> Iterator[Codes]:
        yield look(self.first.table)
        for part, joint in self.later:
            yield joint[look(part.table)].astype(np.int64)
