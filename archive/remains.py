"""What is left of a text in files, found by hashes of its letters: no copy of it is needed.

A text is remembered by the hashes of some of its runs of 32 letters and digits (Manber 1994,
"Finding similar files in a large file system": those whose hash is 0 modulo 8). Case, spaces,
punctuation and, in UTF-16, the zero bytes make no difference; what a file holds compressed (zlib,
gzip) is looked at, too. A remnant of 100 letters escapes in one case of ten thousand.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RUN = 32  # letters
_ONE_IN = 8
# A text so short that the sample would be small is remembered by all of its runs.
_FEWEST = 64
_DROPPED = 255  # no byte of UTF-8
_FACTOR = 0x9E3779B97F4A7C15  # odd
_BITS = 20  # of a hash, by which most runs of a file are told at once not to be of the text
_BLOCK = 2**20  # bytes read at a time
# Where compressed data may begin, and how far it is followed: a page of SQLite breaks it off.
_COMPRESSED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", re.DOTALL)
_PROBED = 2**16
_PIECE = 512
_UNPACKED = 2**22

Marks = NDArray[np.uint64]


def _table() -> NDArray[np.uint8]:
    table = np.full(256, _DROPPED, np.uint8)
    for kept in b"abcdefghijklmnopqrstuvwxyz0123456789":
        table[kept] = kept
        table[ord(chr(kept).upper())] = kept
    # Letters of other scripts, as UTF-8 writes them.
    table[0x80:0xFF] = np.arange(0x80, 0xFF)
    return table


_TABLE = _table()


def marks_of(texts: Iterable[str]) -> tuple[int, ...]:
    """What texts are remembered by; nothing of a text with fewer than 32 letters."""
    marks: set[int] = set()
    for text in texts:
        hashes = _hashes(_letters(text.encode()))
        sampled = hashes[hashes % np.uint64(_ONE_IN) == 0]
        marks.update((sampled if len(sampled) >= _FEWEST else hashes).tolist())
    return tuple(sorted(marks))


class Remains:
    """Looks for what is left of some texts; `found` are the marks that were met."""

    def __init__(self, marks: Iterable[int]) -> None:
        self._marks: Marks = np.array(sorted(marks), np.uint64)
        self._likely = np.zeros(1 << _BITS, np.bool_)
        self._likely[self._marks >> np.uint64(64 - _BITS)] = True

    def in_text(self, text: str) -> set[int]:
        """The marks that occur in a text."""
        return self._met(_letters(text.encode("utf-8", "replace")))

    def in_file(self, path: Path) -> set[int]:
        """The marks that occur in a file. OSError if it cannot be read."""
        found: set[int] = set()
        before = np.zeros(0, np.uint8)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                letters = np.concatenate([before, _letters(block)])
                found |= self._met(letters)
                before = letters[-(RUN - 1) :]
                for unpacked in _unpacked(block):
                    found |= self._met(_letters(unpacked))
        return found

    def _met(self, letters: NDArray[np.uint8]) -> set[int]:
        hashes = _hashes(letters)
        hashes = hashes[self._likely[hashes >> np.uint64(64 - _BITS)]]
        return set(hashes[np.isin(hashes, self._marks)].tolist())


def _letters(data: bytes) -> NDArray[np.uint8]:
    kept = _TABLE[np.frombuffer(data, np.uint8)]
    letters: NDArray[np.uint8] = kept[kept != _DROPPED]
    return letters


def _hashes(letters: NDArray[np.uint8]) -> Marks:
    """A polynomial of each run, modulo 2⁶⁴: of runs of 1, 2, 4 … 32 letters."""
    if len(letters) < RUN:
        return np.zeros(0, np.uint64)
    hashes = letters.astype(np.uint64)
    length, factor = 1, _FACTOR
    while length < RUN:
        hashes = hashes[:-length] * np.uint64(factor) + hashes[length:]
        length, factor = length * 2, factor * factor % 2**64
    # Low bits of a polynomial depend on few letters alone: mix (the finaliser of SplitMix64).
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(27))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What unpacks from wherever compressed data seems to begin, up to where it breaks off."""
    for match in _COMPRESSED.finditer(data):
        gzip = data[match.start()] == 0x1F
        stream = zlib.decompressobj(wbits=31 if gzip else 15)
        unpacked = bytearray()
        try:
            for at in range(match.start(), match.start() + _PROBED, _PIECE):
                if stream.eof or at >= len(data) or len(unpacked) > _UNPACKED:
                    break
                unpacked += stream.decompress(data[at : at + _PIECE], _UNPACKED)
        except zlib.error:
            pass
        if len(unpacked) >= RUN:
            yield bytes(unpacked)
