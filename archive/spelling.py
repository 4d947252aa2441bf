"""A name in, what its other spellings share with it out: keys that are equal for one name.

Keys are tuples of folded words. None of them decides by itself that two names are one: the
caller weighs what speaks against it.
"""

import re
from difflib import SequenceMatcher
from functools import lru_cache

Words = tuple[str, ...]

GENERATIONS = frozenset("jr sr ii iii iv".split())
# Given names and the short forms that English-speaking newspapers print in their place.
_SHORT_FORMS = """
    abigail abby|alexander alex|alexandra alex|andrew andy drew|anthony tony|benjamin ben
    catherine cathy kate|charles charlie chuck|christine chris|christopher chris|daniel dan danny
    david dave|deborah debbie deb|donald don|edward ed eddie ted|elizabeth liz beth betsy
    eugene gene|francis frank|franklin frank|frederick fred|gerald gerry jerry|gregory greg
    harold hal|henry hank|jacob jake|james jim jimmy|jeffrey jeff|jennifer jen jenny
    jonathan jon|joseph joe|joshua josh|katherine kathy kate|kenneth ken|lawrence larry
    leonard len|louis lou|margaret maggie peggy meg|matthew matt|michael mike mick
    nicholas nick|pamela pam|patricia pat patty|patrick pat|peter pete|philip phil
    raymond ray|rebecca becky|richard rick dick rich|robert bob rob bobby robby|ronald ron
    samuel sam|stephen steve|steven steve|susan sue|theodore ted|thomas tom tommy
    timothy tim|victoria vicky|vincent vince|walter walt|william bill will billy|zachary zach"""
_GIVEN: dict[str, set[str]] = {}
for _line in re.split(r"[|\n]", _SHORT_FORMS):
    _full, *_short = _line.split() or [""]
    for _name in (_full, *_short):
        _GIVEN.setdefault(_name, set()).add(_full)

# Letters that transliterations into English choose between, in the order they are replaced.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch|sh(?=ch)", "sh"),
        (r"x", "ks"),
        (r"kh|gh|q|ck", "k"),
        (r"g(?=add)", "k"),
        (r"dh", "d"),
        (r"th(?!$)", "t"),
        (r"ph", "f"),
        (r"tch|ch|tsch", "c"),
        (r"dzh|dj|zh|j", "j"),
        (r"tz|ts", "z"),
        (r"w", "v"),
        (r"(?<=[aeiou])h$", ""),
        (r"ou|oo|o", "u"),
        (r"[iy]{1,2}[yj]?$|[ei]y$|ij$", "i"),
        (r"ee|ey|ei|ie|ay|ai|y|e", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_LINKS = frozenset("of the and for in on to at de la du des et".split())
_LONG_FORMS = {
    "dept": "department",
    "assn": "association",
    "assoc": "association",
    "natl": "national",
    "intl": "international",
    "univ": "university",
    "govt": "government",
    "comm": "commission",
    "labor": "labour",
    "defense": "defence",
    "center": "centre",
    "organization": "organisation",
    "program": "programme",
}
_PAIRS = {
    ("united", "states"): "us",
    ("united", "kingdom"): "uk",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
    ("house", "representatives"): "house",
}
_OFFICES = frozenset("department ministry".split())
# Shorter words differ by what tells names apart ("Li", "Lee"; "Jon", "Jan").
_LONG_WORD = 5
_SAME_LETTERS = 0.66


def person_words(value: str) -> Words:
    """The words of a person's value ("john-l-smith-jr"), without the generation."""
    words = tuple(value.split("-"))
    while len(words) > 2 and words[-1] in GENERATIONS:
        words = words[:-1]
    return words


def given_names(word: str) -> frozenset[str]:
    """The given names that a word may stand for: itself, or those it is short for."""
    return frozenset(_GIVEN.get(word, ())) | {word}


def sounds(words: Words) -> Words:
    """Words by how they sound; transliterations of one name have the same ("Qaddafi", "Kadhafi"),
    but so have other names: see `transliterated`.
    """
    return tuple(_sound(word) for word in words if word not in ("al", "el"))


def transliterated(one: Words, other: Words) -> bool:
    """Whether two names may be one, written down from another alphabet by two hands."""
    pairs = list(zip(_bare(one), _bare(other), strict=False))
    return len(_bare(one)) == len(_bare(other)) and all(
        a == b or (min(len(a), len(b)) >= _LONG_WORD and _sound(a) == _sound(b) and _similar(a, b))
        for a, b in pairs
    )


def _bare(words: Words) -> Words:
    return tuple(word for word in words if word not in ("al", "el"))


def _similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _SAME_LETTERS


@lru_cache(maxsize=100_000)
def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    # Between consonants the vowel is the transcriber's; the first letter is not.
    return word[:1] + re.sub(r"[aiu]+", "a", word[1:])


def organisation_key(value: str) -> Words:
    """Equal for an organisation's names that differ in links, spelling of common words, and
    which of "Department of Trade" and "Trade Department" is printed.
    """
    words: list[str] = []
    for word in value.split("-"):
        joined = words and len(word) == 1 and len(words[-1]) == 1 and word.isalpha()
        if joined:
            words[-1] += word
        elif word not in _LINKS:
            words.append(_LONG_FORMS.get(word, word))
    for pair, short in _PAIRS.items():
        for at in range(len(words) - 1):
            if tuple(words[at : at + 2]) == pair and len(words) > 2:
                words[at : at + 2] = [short]
                break
    offices = [word for word in words if word in _OFFICES]
    rest = [word for word in words if word not in _OFFICES]
    if len(offices) == 1 and rest:
        named = [word for word in rest if word not in _PAIRS.values()]
        return tuple(rest) if len(named) > 1 else (*rest, offices[0])
    return tuple(words)
