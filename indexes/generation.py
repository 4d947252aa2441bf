"""Generations: whole indexes that are built beside the live one and swapped in by one rename.

```
root/CURRENT             the name of the published generation
root/<generation>/       manifest.json, lexical/, groups/, one folder a segment
```
A published generation is never changed. The next one begins with hard links to the files it
keeps, so a small addition costs little, and each folder can be deleted on its own.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.columns import Column, Days, Intervals
from indexes.dense import Dense, slices_in
from indexes.errors import IndexDamaged, IndexMissing
from indexes.groups import Groups
from indexes.lexical import Lexical
from indexes.postings import Words
from indexes.segment import WORDS, SegmentWriter, join, read_segment, read_words
from indexes.types import Entry, Label, Mask, Ordinals, Vectors
from indexes.wording import WordsBeside, WordsWriter

FORMAT = 10
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LEXICAL = "lexical"
GROUPS = "groups"
# Articles whose vectors are read at a time.
_MEANS_TOGETHER = 4_096
# Files up to this size are read through and compared with their checksum at every opening;
# larger ones by their size alone, and wholly by `verify`.
_CHECKED_AT_OPENING = 8 * 2**20
# tantivy replaces these in place of linking to them, so a new generation needs its own copy.
_COPIED = frozenset({"meta.json", ".managed.json"})
_NOT_KEPT = frozenset({".tantivy-writer.lock", ".tantivy-meta.lock"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself.

    `facts` is the builder's own: model, versions, cut-off, the last change it contains.
    `removed` are numbers of articles that a segment still holds but that no longer count.
    """

    format: int
    id: str
    created: str
    dimension: int
    facets: tuple[str, ...]
    passage_facets: tuple[str, ...]
    segments: tuple[str, ...]
    articles: int
    passages: int
    removed: Mapping[str, tuple[int, ...]]
    files: Mapping[str, tuple[int, str]]  # path → size in bytes, SHA-256
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """IndexDamaged if the manifest is missing, broken or of another format."""
        try:
            fields = json.loads((folder / MANIFEST).read_text("utf-8"))
            if fields["format"] != FORMAT:
                raise IndexDamaged(
                    f"generation {folder.name} has format {fields['format']}; "
                    f"this version reads format {FORMAT}"
                )
            fields["removed"] = {k: tuple(v) for k, v in fields["removed"].items()}
            fields["files"] = {k: tuple(v) for k, v in fields["files"].items()}
            for name in ("facets", "passage_facets", "segments"):
                fields[name] = tuple(fields[name])
            return cls(**fields)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"the manifest of generation {folder.name} is unreadable") from error


class Generation:
    """A published generation, open for reading; it stays readable after it is pruned."""

    def __init__(self, folder: Path) -> None:
        """Open and check. IndexDamaged says which file is wrong."""
        self.folder = folder
        self.manifest = Manifest.read(folder)
        for fault in self.faults(thorough=False):
            raise IndexDamaged(fault)
        names = self.manifest.segments
        facets, passage_facets = self.manifest.facets, self.manifest.passage_facets
        slices = [read_segment(folder / name, facets, passage_facets) for name in names]
        bases = np.cumsum([0, *(len(s.numbers) for s in slices)])
        self.numbers: Ordinals = np.concatenate([s.numbers for s in slices])
        self.moments = np.concatenate([s.moments for s in slices])
        self.days = Days.concatenate([s.days for s in slices])
        self.spoken = Intervals.concatenate([s.spoken for s in slices])
        self.columns: Mapping[str, Column] = {
            facet: Column.concatenate([s.columns[facet] for s in slices]) for facet in facets
        }
        self.passage_columns: Mapping[str, Column] = {
            facet: Column.concatenate(
                [s.passage_columns[facet] for s in slices], self.columns[facet].values
            )
            for facet in passage_facets
        }
        spans = np.concatenate([s.spans for s in slices])
        self.passage_spans = spans[:, 1:]
        self.passage_articles: Ordinals = spans[:, 0] + np.repeat(
            bases[:-1], [len(s.spans) for s in slices]
        )
        self._bases = bases
        self.live: Mask = np.ones(len(self.numbers), np.bool_)
        for base, name, part in zip(bases[:-1], names, slices, strict=True):
            gone = np.isin(part.numbers, self.manifest.removed.get(name, ()))
            self.live[base : base + len(part.numbers)] = ~gone
        self.dense = Dense(
            [path for name in names for path in slices_in(folder / name)], self.manifest.dimension
        )
        self.words = Words([read_words(folder / name) for name in names], self.live)
        self.lexical = Lexical(folder / LEXICAL)
        self.groups: Mapping[str, Groups] = {
            path.stem: Groups(_firsts(path, len(self.numbers)), self.columns)
            for path in sorted((folder / GROUPS).glob("*.npy"))
        }
        if self.dense.passages != len(spans) or self.lexical.articles != self.live.sum():
            raise IndexDamaged(f"generation {self.id}: vectors, words and columns do not agree")

    @property
    def id(self) -> str:
        """The generation's name."""
        return self.manifest.id

    @property
    def articles_by_segment(self) -> list[int]:
        """How many live articles each segment has, in their order."""
        return [int(np.count_nonzero(live)) for live in np.split(self.live, self._bases[1:-1])]

    def within(self, run: range) -> Mask:
        """The articles of some segments that stand side by side."""
        mask = np.zeros(len(self.numbers), np.bool_)
        mask[self._bases[run.start] : self._bases[run.stop]] = True
        return mask

    @cached_property
    def _places(self) -> Ordinals:
        """Ordinals by number; -1 where there is none."""
        ordinals = np.flatnonzero(self.live)
        places = np.full(int(self.numbers.max(initial=0)) + 1, -1, np.int64)
        places[self.numbers[ordinals]] = ordinals
        return places

    def ordinals(self, numbers: Ordinals) -> Ordinals:
        """Where articles stand in this generation; -1 for a number that it does not hold."""
        places = self._places
        known = (numbers >= 0) & (numbers < len(places))
        return np.where(known, places[np.where(known, numbers, 0)], -1)

    @cached_property
    def _passage_order(self) -> tuple[Ordinals, Ordinals]:
        order = np.argsort(self.passage_articles, kind="stable")
        starts = np.searchsorted(self.passage_articles[order], np.arange(len(self.numbers) + 1))
        return starts, order

    def passages_of(self, article: int) -> Ordinals:
        """The passage ordinals of one article, in the order of its text."""
        starts, order = self._passage_order
        return order[starts[article] : starts[article + 1]]

    def means(self, articles: Ordinals) -> NDArray[np.float16]:
        """The mean of each article's passage vectors, (n, dimension); zeros for one without."""
        starts, order = self._passage_order
        means = np.zeros((len(articles), self.dense.dimension), np.float16)
        for at in range(0, len(articles), _MEANS_TOGETHER):
            some = articles[at : at + _MEANS_TOGETHER]
            counts = starts[some + 1] - starts[some]
            owners = np.repeat(np.arange(len(some)), counts)
            within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
            passages = order[starts[some][owners] + within]
            sums = np.zeros((len(some), self.dense.dimension), np.float32)
            np.add.at(sums, owners, self.dense.vectors(passages))
            means[at : at + len(some)] = sums / np.maximum(counts, 1)[:, None]
        return means

    def faults(self, *, thorough: bool) -> Iterator[str]:
        """What is wrong with the files; `thorough` reads every byte."""
        for name, (size, digest) in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                yield f"generation {self.id}: {name} is missing"
            elif path.stat().st_size != size:
                yield f"generation {self.id}: {name} has {path.stat().st_size} bytes, not {size}"
            elif (thorough or size <= _CHECKED_AT_OPENING) and _digest(path) != digest:
                yield f"generation {self.id}: {name} does not have its checksum"


def current(root: Path) -> str | None:
    """The name of the published generation, None if there is none."""
    try:
        return (root / CURRENT).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def open_named(root: Path, name: str | None) -> Generation:
    """A generation by its name as `current` gives it. IndexMissing if none was ever published,
    IndexDamaged if it cannot be used.
    """
    if name is None:
        raise IndexMissing("there is no index yet")
    folder = root / name
    if Path(name).name != name or not folder.is_dir():
        raise IndexDamaged(f"generation {name} is missing")
    return Generation(folder)


def generations(root: Path) -> list[str]:
    """The names of all generations that are kept, newest first."""
    if not root.is_dir():
        return []
    folders = (f.name for f in root.iterdir() if f.is_dir() and not f.name.startswith("."))
    return sorted(folders, reverse=True)


def numbers_in(folder: Path) -> Ordinals:
    """The numbers of all articles that the files of a generation hold, live or not. IndexDamaged if
    they cannot be read.
    """
    try:
        parts = [np.load(folder / s / "numbers.npy") for s in Manifest.read(folder).segments]
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"generation {folder.name} cannot be read: {error}") from error
    return np.concatenate([np.zeros(0, np.int64), *parts])


def switch(root: Path, name: str) -> None:
    """Publish a generation that is kept. IndexDamaged if it is not whole; the one that was
    current stays so then.
    """
    for fault in open_named(root, name).faults(thorough=True):
        raise IndexDamaged(fault)
    _write_whole(root / CURRENT, name)


def prune(root: Path, *, keep: int) -> list[str]:
    """Delete all generations but the published one and the `keep - 1` newest others; returns
    the names of those deleted.
    """
    others = [name for name in generations(root) if name != current(root)]
    gone = others[max(0, keep - 1) :]
    for name in gone:
        # Hidden first: of a process that is killed here no half generation is left to be seen.
        hidden = (root / name).rename(root / f".{name}")
        shutil.rmtree(hidden, ignore_errors=True)
    return gone


class GenerationWriter:
    """Builds a generation beside the published one.

    Given a `base`, the new generation keeps its segments; else it begins empty. `many` articles are
    worth a process for their words. Nothing is visible before `publish`, and `abandon` leaves
    nothing behind.
    """

    def __init__(
        self,
        root: Path,
        *,
        facets: Sequence[str],
        dimension: int,
        now: datetime,
        passage_facets: Sequence[str] = (),
        base: Generation | None = None,
        many: bool = False,
    ) -> None:
        self._root = root
        self._many = many
        self._facets, self._dimension, self._now = tuple(facets), dimension, now
        self._base = base
        # Names sort as generations were made; what follows the milliseconds keeps two apart.
        moment = f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03}"
        self.id = f"{moment}{secrets.token_hex(6)}"
        self.folder = root / f".{self.id}"  # hidden until it is whole
        self.folder.mkdir(parents=True)
        if base is not None:
            _link_tree(base.folder, self.folder)
        self._names = list(base.manifest.segments) if base else []
        self._gone = dict(base.manifest.removed) if base else {}
        self._passage_facets = tuple(passage_facets)
        self._segment = SegmentWriter(self._facets, dimension, self._passage_facets)
        self._labels: dict[str, dict[str, Label]] = {facet: {} for facet in facets}
        self._removed: set[int] = set()

    @cached_property
    def _words(self) -> WordsWriter | WordsBeside:
        return (WordsBeside if self._many else WordsWriter)(self.folder / LEXICAL)

    def label(self, facet: str, value: str, label: Label) -> None:
        """Say how a facet value is shown."""
        self._labels[facet][value] = label

    def add(self, entry: Entry, vectors: Vectors) -> None:
        """Add one article; `vectors` has a row a passage."""
        self._segment.add(entry, vectors)
        self._words.add(entry.number, entry.title, entry.text)

    def remove(self, number: int) -> None:
        """Take an article of the base out (before its new version is added)."""
        self._removed.add(number)
        self._words.delete(number)

    def join(self, run: range) -> None:
        """Make one segment of some of the base that stand side by side, without the articles that
        are gone.
        """
        names = self._names[run.start : run.stop]
        joined = self._next(run.start)
        join(
            [self.folder / name for name in names],
            [~self._is_gone(name) for name in names],
            self.folder / joined,
            facets=self._facets,
            passage_facets=self._passage_facets,
            dimension=self._dimension,
        )
        self._names[run.start : run.stop] = [joined]
        for name in names:
            self._gone.pop(name, None)
            shutil.rmtree(self.folder / name)

    def _next(self, at: int) -> str:
        return f"{at:03d}-{self.id}"

    def _is_gone(self, name: str) -> Mask:
        numbers = np.load(self.folder / name / "numbers.npy")
        return np.isin(numbers, self._gone.get(name, ()))

    def write(self, facts: Mapping[str, Any]) -> Generation:
        """Write all files and open them as they will be published, to be checked or measured."""
        for name in self._names if self._removed else ():
            numbers = np.load(self.folder / name / "numbers.npy")
            gone = set(numbers[np.isin(numbers, list(self._removed))].tolist())
            self._gone[name] = tuple(sorted(gone.union(self._gone.get(name, ()))))
        if len(self._segment) or not self._names:
            name = self._next(len(self._names))
            (self.folder / name).mkdir()
            self._words.finish(self.folder / name / WORDS)
            self._segment.write(self.folder / name, self._labels)
            self._names.append(name)
        elif "_words" in self.__dict__:
            self._words.finish(None)
        if "_words" in self.__dict__:
            self._words.wait()
        known = self._base.manifest.files if self._base else {}
        files = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            relative = path.relative_to(self.folder).as_posix()
            size = path.stat().st_size
            same = relative in known and known[relative][0] == size and path.name not in _COPIED
            files[relative] = (size, known[relative][1] if same else _digest(path))
            if not same:
                _sync(path)
        gone_of = {name: self._is_gone(name) for name in self._names}
        owners = (np.load(self.folder / n / "spans.npy", mmap_mode="r")[:, 0] for n in self._names)
        passages = zip(gone_of.values(), owners, strict=True)
        manifest = Manifest(
            format=FORMAT,
            id=self.id,
            created=self._now.isoformat(timespec="seconds"),
            dimension=self._dimension,
            facets=self._facets,
            passage_facets=self._passage_facets,
            segments=tuple(self._names),
            articles=sum(int(np.count_nonzero(~gone)) for gone in gone_of.values()),
            passages=sum(int(np.count_nonzero(~gone[of])) for gone, of in passages),
            removed=self._gone,
            files=files,
            facts=facts,
        )
        _write_whole(self.folder / MANIFEST, json.dumps(asdict(manifest), indent=1))
        return Generation(self.folder)

    def publish(
        self,
        facts: Mapping[str, Any] | None = None,
        groups: Mapping[str, Ordinals] | None = None,
    ) -> str:
        """Make the generation the current one. Returns its name.

        What was measured on the written generation is added to it: `facts` to the manifest's,
        and which articles count as one, `groups` (`Groups.first` by name).
        """
        manifest = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        manifest["facts"].update(facts or {})
        for name, first in (groups or {}).items():
            path = self.folder / GROUPS / f"{name}.npy"
            path.parent.mkdir(exist_ok=True)
            np.save(path, first.astype(np.int32))
            _sync(path)
            relative = path.relative_to(self.folder).as_posix()
            manifest["files"][relative] = (path.stat().st_size, _digest(path))
        _write_whole(self.folder / MANIFEST, json.dumps(manifest, indent=1))
        final = self._root / self.id
        self.folder.rename(final)
        self.folder = final
        _sync(self._root)
        _write_whole(self._root / CURRENT, self.id)
        return self.id

    def abandon(self) -> None:
        """Delete what was written; safe to call at any time before `publish`."""
        if "_words" in self.__dict__:
            self._words.abandon()
        shutil.rmtree(self.folder, ignore_errors=True)


def _link_tree(source: Path, target: Path) -> None:
    """Hard links to all files of a generation's folder, copies of those that are replaced in
    place; what is told of the generation as a whole is not taken over.
    """
    for path in source.rglob("*"):
        if path.is_dir() or path.name in _NOT_KEPT or path.name == MANIFEST:
            continue
        if path.parent.name == GROUPS:
            continue
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.name not in _COPIED:
            with suppress(OSError):  # a file system without hard links: copy below
                os.link(path, copy)
                continue
        shutil.copy2(path, copy)


def _firsts(path: Path, articles: int) -> Ordinals:
    try:
        first: Ordinals = np.load(path).astype(np.int64)
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(f"{path.name} cannot be read: {error}") from error
    if len(first) != articles or not ((first >= 0) & (first < articles)).all():
        raise IndexDamaged(f"{path.name} does not belong to its generation")
    return first


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(path: Path, text: str) -> None:
    """A reader sees the old content or the new, never a part of it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.write_text(text, "utf-8")
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)
