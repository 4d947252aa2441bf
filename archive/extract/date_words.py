"""Text in, tokens with one letter of class each out: what the grammar of dates is written over.

A text becomes a string with one character a token ("on the last Friday of May" → "ItlDOM"), so
that each rule is a short regular expression over classes, and a match is a run of tokens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tues tue",
            "wednesday wed",
            "thursday thurs thur thu",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
NUMBERS: Mapping[str, int] = {
    **{
        word: number
        for number, word in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen".split()
        )
    },
    **{
        word: ten
        for ten, word in zip(
            range(20, 100, 10),
            "twenty thirty forty fifty sixty seventy eighty ninety".split(),
            strict=True,
        )
    },
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
}
ORDINALS: Mapping[str, int] = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first".split(),
        start=1,
    )
}
DECADES: Mapping[str, int] = {
    f"{stem}ties": ten
    for ten, stem in zip(
        range(20, 100, 10), "twen thir for fif six seven eigh nine".split(), strict=True
    )
}
SEASONS: Mapping[str, str] = {
    "spring": "SP",
    "summer": "SU",
    "autumn": "FA",
    "fall": "FA",
    "winter": "WI",
}
DAYPARTS: Mapping[str, str] = {
    "dawn": "MO",
    "morning": "MO",
    "mid-morning": "MO",
    "noon": "12:00",
    "midday": "12:00",
    "lunchtime": "MI",
    "afternoon": "AF",
    "mid-afternoon": "AF",
    "evening": "EV",
    "dusk": "EV",
    "night": "NI",
    "midnight": "24:00",
    "overnight": "NI",
}
# Words that point at a time without a place in the calendar.
VAGUE: Mapping[str, str] = {
    **dict.fromkeys("now currently nowadays presently".split(), "PRESENT_REF"),
    **dict.fromkeys("recently lately".split(), "PAST_REF"),
}
# Days of a year that have a name and a date that people in many countries know.
HOLIDAYS: Mapping[str, tuple[int, int]] = {
    "christmas": (12, 25),
    "halloween": (10, 31),
    "hogmanay": (12, 31),
}
UNITS: Mapping[str, str] = {
    "day": "D",
    "week": "W",
    "fortnight": "F",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
    "yr": "Y",
    "decade": "E",
    "century": "C",
    "hour": "TH",
    "hr": "TH",
    "minute": "TM",
    "second": "TS",
}
EVERY: Mapping[str, str] = {
    "hourly": "PT1H",
    "daily": "P1D",
    "nightly": "P1D",
    "weekly": "P1W",
    "biweekly": "P2W",
    "fortnightly": "P2W",
    "monthly": "P1M",
    "bimonthly": "P2M",
    "yearly": "P1Y",
    "annually": "P1Y",
    "biennial": "P2Y",
}
# Words with one meaning in time, by their class.
_CLASSES = {
    "t": "the",
    "a": "a an",
    "q": "several few couple some many",
    "l": "last previous preceding prior",
    "L": "past",
    "x": "next coming upcoming",
    "X": "following ensuing",
    "h": "this",
    "H": "that same",
    "c": "current",
    "b": "ago",
    "B": "earlier before",
    "F": "later after afterwards afterward hence",
    "e": "every each per",
    "m": "early late mid middle end beginning start",
    "O": "of",
    "I": "in on at by for since until till during from through within",
    "N": "or to",
    "&": "and",
    "z": "fiscal",
    "i": "recent",
    "Z": "half",
    "k": "old",
    "K": "long",
    "j": "more straight consecutive full further additional other trading business working "
    "calendar whole entire solid remaining latest",
    "g": "nearly about almost over around approximately roughly some under",
    "W": "weekend weekends",
    "G": "period",
    "$": "times time",
    "s": "'s ’s",
    "-": "- ‐ ‑",
    "~": "– —",
    "T": "today yesterday tomorrow tonight",
    "C": "o'clock o’clock",
    "y": "est edt cst cdt mst mdt pst pdt gmt utc bst cet local et",
}
_LEXICON: dict[str, str] = {
    **{word: kind for kind, words in _CLASSES.items() for word in words.split()},
    **dict.fromkeys(NUMBERS, "w"),
    **dict.fromkeys(ORDINALS, "r"),
    **dict.fromkeys(SEASONS, "S"),
    **dict.fromkeys(DAYPARTS, "P"),
    **dict.fromkeys(EVERY, "V"),
    **dict.fromkeys(VAGUE, "v"),
    **dict.fromkeys(DECADES, "d"),
    **{name: "U" for name in UNITS if UNITS[name][0] != "T"},
    **{f"{name}s": "U" for name in UNITS if UNITS[name][0] != "T"},
    **{name: "u" for name in UNITS if UNITS[name][0] == "T"},
    **{f"{name}s": "u" for name in UNITS if UNITS[name][0] == "T"},
    "second": "r",
    "centuries": "U",
    "mornings": "P",
    "nights": "P",
    "evenings": "P",
    "afternoons": "P",
    "summers": "S",
    "winters": "S",
    "autumns": "S",
}
# Written with a capital where they are names: "March" and "march" are different words.
_NAMES: dict[str, str] = {
    **dict.fromkeys(MONTHS, "M"),
    **dict.fromkeys(WEEKDAYS, "D"),
    **{f"{name}s": "D" for name in WEEKDAYS if name.endswith("day")},
    **dict.fromkeys(HOLIDAYS, "R"),
    "easter": "R",
    "thanksgiving": "R",
}
# Abbreviations that are words or names without their full stop.
_NEEDS_STOP = frozenset("mar dec mon sun sat wed thu fri tue oct jan jun jul".split())
_EARLIEST_YEAR, _LATEST_YEAR = 1000, 2199

_TOKEN = re.compile(
    r"""
    (?P<iso>\b\d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?\b)
  | (?P<slash>(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?![\d/]))
  | (?P<clock>\b\d{1,2}:\d{2}(?::\d{2})?\b)
  | (?P<decade>\b\d{3}0s\b|['’‘`]\d0['’]?s\b|\b\d0s\b)
  | (?P<short>['’‘`]\d{2}\b)
  | (?P<ordinal>\b\d{1,3}(?:st|nd|rd|th)\b)
  | (?P<fraction>(?<![\d/.])(?:\d{1,3}[\ -]?)?
        (?:1/2|[12]/3|[13]/4|[1-4]/5|[1357]/8|[¼-¾⅐-⅞])(?![\d/]))
  | (?P<number>\d+(?:,\d{3})*(?:\.\d+)?)
  | (?P<meridiem>\b[ap]\.m\.?|\b[ap]m\b)
  | (?P<quarter>\b[QH][1-4]\b)
  | (?P<stopped>\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec
        |Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\.)
  | (?P<word>[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)?)
  | (?P<own>['’]s?\b)
  | (?P<break>\n\s*\n)
  | (?P<mark>\S)
    """,
    re.VERBOSE,
)
_KINDS = {
    "iso": "!",
    "slash": "/",
    "clock": ":",
    "decade": "E",
    "short": "J",
    "ordinal": "o",
    "fraction": "f",
    "meridiem": "p",
    "quarter": "Q",
    "own": "s",
    "break": "|",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]`, and its spelling in lower case."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class Lexed:
    """A text as tokens; `classes` has one character a token."""

    text: str
    tokens: tuple[Token, ...]
    classes: str

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        """Positions of tokens that open a sentence, as far as their look tells."""
        starts = [0]
        for at, token in enumerate(self.tokens):
            if token.word in _ENDS or self.classes[at] == "|":
                starts.append(at + 1)
        return tuple(starts)


_ENDS = frozenset(".!?;")


def lex(text: str) -> Lexed:
    """The tokens of a text; a class of "_" says nothing of time, a mark is its own class."""
    tokens: list[Token] = []
    classes: list[str] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        found = match[0]
        word = found.lower()
        tokens.append(Token(match.start(), match.end(), word))
        if kind == "word":
            classes.append(_class_of_word(found, word))
        elif kind == "number":
            classes.append(_class_of_number(found))
        elif kind == "stopped":
            classes.append(_NAMES[word.rstrip(".")])
        elif kind == "mark":
            classes.append(_class_of_mark(found))
        else:
            classes.append(_KINDS[kind])
    return Lexed(text, tuple(tokens), "".join(classes))


def _class_of_word(found: str, word: str) -> str:
    if found[0].isupper() and word in _NAMES and word not in _NEEDS_STOP:
        return _NAMES[word]
    return _LEXICON.get(word, "_")


def _class_of_number(found: str) -> str:
    """Y: may be a year; n: may be a day of a month; f: neither."""
    if not found.isdigit():
        return "f"
    number = int(found)
    if len(found) == 4 and _EARLIEST_YEAR <= number <= _LATEST_YEAR:
        return "Y"
    return "n" if len(found) <= 2 else "f"


def _class_of_mark(found: str) -> str:
    """Marks that rules name stand for themselves; all others are one class."""
    kind = _LEXICON.get(found)
    if kind is not None:
        return kind
    return found if found in ",.()%" else "·"
