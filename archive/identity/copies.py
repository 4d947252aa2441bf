"""Near-copies: one text printed in several places, cut, with words changed or lines added.

A text is the set of its shingles, runs of three words. A sketch, the least shingle of each of
32 parts of their range (MinHash, Broder 1997; in one permutation, Li, Owen & Zhang 2012), finds
texts that may be copies; whether they are is decided on the shingles themselves.
"""

import re
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from indexes.names import fold

Shingles = NDArray[np.int64]

# Words a shingle has. Three leave half of the shingles whole when one word in five is changed;
# of longer ones too few would be left, shorter ones are shared by texts that are not related.
SHINGLE_WORDS = 3
# Parts of the sketch: of two texts whose union shares a fifth, two or more parts agree in 993
# cases of 1,000.
PARTS = 32
# Texts that agree in fewer parts are not compared: boilerplate alone may give one.
AGREEING = 2
# How much of the shorter text must be in the longer one, chosen on generated edits and on
# different reports of one event (docs/identity.md).
CONTAINED = 0.45
# A shorter text may be a cut of a longer one down to this share of its shingles; below, the
# longer one is a digest or a page of many texts, which would join all that it quotes.
LEAST_SHARE = 0.15
# Texts with fewer shingles have no near-copies, only equals: so little may be alike by chance.
FEWEST = 24
# A notice of a few sentences (a result, a quake) follows a form: more of it must be the same.
SHORT, CONTAINED_SHORT = 60, 0.6
_BITS = 48
# Words; where a script writes none apart, each character is one.
_WORDS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
# Odd multipliers that mix a word's hash by its position, and the finaliser of SplitMix64
# (Steele, Lea & Flood 2014): equal runs of words and no others get equal numbers.
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def shingles(text: str) -> Shingles:
    """The distinct shingles of a text as ascending numbers of 48 bits; case, accents, space and
    punctuation make no difference.
    """
    words = _WORDS.findall(fold(text))
    if len(words) < SHINGLE_WORDS:
        return np.zeros(0, np.int64)
    hashes = np.fromiter((zlib.crc32(w.encode()) for w in words), np.uint64, len(words))
    count = len(words) - SHINGLE_WORDS + 1
    mixed = np.zeros(count, np.uint64)
    for at, multiplier in enumerate(_MULTIPLIERS):
        mixed += hashes[at : at + count] * np.uint64(multiplier)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.unique(mixed >> np.uint64(64 - _BITS)).astype(np.int64)


def sketch(found: Shingles) -> tuple[int, ...]:
    """At most 32 of a text's shingles, the least of each part of their range; none of a text
    that is too short to have near-copies.
    """
    if len(found) < FEWEST:
        return ()
    part = found >> (_BITS - (PARTS - 1).bit_length())
    first = np.flatnonzero(np.diff(part, prepend=-1))
    return tuple(found[first].tolist())


def is_copy(one: Shingles, other: Shingles) -> bool:
    """Whether two texts are one, as far as cuts, changed words and added lines leave it so."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < FEWEST or fewer < LEAST_SHARE * more:
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= (CONTAINED if fewer >= SHORT else CONTAINED_SHORT) * fewer


def families(texts: Mapping[int, str]) -> list[set[int]]:
    """Articles by number, parted into those that are joined by a chain of near-copies."""
    found = {number: shingles(text) for number, text in texts.items()}
    parts = {number: set(sketch(one)) for number, one in found.items()}
    families: list[set[int]] = []
    for number, one in found.items():
        kin = [
            family
            for family in families
            if any(
                len(parts[number] & parts[member]) >= AGREEING and is_copy(one, found[member])
                for member in family
            )
        ]
        families = [f for f in families if f not in kin]
        families.append({number}.union(*kin))
    return families
