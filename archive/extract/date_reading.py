"""What a run of tokens means: the reading of a rule, and the numbers and names that rules share."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from archive.extract.date_context import Context
from archive.extract.date_values import Days, days_of, plain_number
from archive.extract.date_words import MONTHS, NUMBERS, ORDINALS, UNITS, WEEKDAYS, Lexed
from archive.types import DateType

LAST, NEXT = frozenset("lL"), frozenset("xX")
_HYPHENS = frozenset("-‐‑")
PRESENT, PAST, FUTURE = "PRESENT_REF", "PAST_REF", "FUTURE_REF"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run of tokens means. `days` where they are not those of the value."""

    type: DateType
    value: str
    days: Days | None = None
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Run:
    """A run of tokens that a pattern matched, with its named parts."""

    lexed: Lexed
    match: re.Match[str]

    @property
    def start(self) -> int:
        """The first token."""
        return self.match.start()

    @property
    def end(self) -> int:
        """The token after the last."""
        return self.match.end()

    def words(self, part: str) -> list[str]:
        """The tokens of a part, in lower case; [] if it is not there or the rule has none."""
        if part not in self.match.re.groupindex:
            return []
        start, end = self.match.span(part)
        return [t.word for t in self.lexed.tokens[start:end]] if start >= 0 else []

    def word(self, part: str) -> str:
        """The first token of a part; "" if it is not there."""
        return next(iter(self.words(part)), "")

    def kind(self, part: str) -> str:
        """The classes of a part; "" if it is not there."""
        start, end = self.match.span(part) if part in self.match.re.groupindex else (0, 0)
        return self.lexed.classes[start:end]

    def near(self, steps: int) -> str:
        """The token so many steps before (negative) or after the run; "" beyond the text."""
        at = self.start + steps if steps < 0 else self.end + steps - 1
        return self.lexed.tokens[at].word if 0 <= at < len(self.lexed.tokens) else ""

    def near_class(self, steps: int) -> str:
        """The class of such a token."""
        at = self.start + steps if steps < 0 else self.end + steps - 1
        return self.lexed.classes[at] if 0 <= at < len(self.lexed.classes) else ""


Read = Callable[[Run, Context], Reading | None]


# Numbers, names, units.


def number_of(words: list[str]) -> float | int | None:
    """What number words or digits say ("two and a half", "2 1/2"); None for "several"."""
    words = [word for word in words if word not in _HYPHENS]
    if "half" in words:
        before = words[: words.index("and")] if "and" in words else []
        if before:  # "two and a half", "five and one-half"
            whole = number_of(before)
            return whole + 0.5 if whole is not None else None
        rest = number_of(words[words.index("half") + 1 :]) if words[1:] else 1
        return plain_number(rest / 2) if rest is not None else None  # "half a dozen", "half"
    total, seen, before_last = 0, False, ""
    for word in words:
        if word == "and" and before_last not in {"hundred", "thousand"}:
            break  # "between five and six"
        before_last = word
        if word in NUMBERS:
            value = NUMBERS[word]
            total = max(total, 1) * value if value >= 100 or word == "dozen" else total + value
            seen = True
        elif word == "couple":
            return 2
        elif word[0].isnumeric():
            return _of_digits(word)
    if seen:
        return total
    return 1 if words in (["a"], ["an"]) else None


def _of_digits(word: str) -> float | int:
    """1500 of "1,500", 2.5 of "2.5", "2 1/2" and "2½"."""
    parts = re.findall(r"\d+/\d+|[\d.]+|\S", word.replace(",", "").replace("-", " "))
    return plain_number(sum(map(_of_part, parts)))


def _of_part(part: str) -> float:
    over, _, under = part.partition("/")
    if under:
        return int(over) / int(under)
    return float(part) if part[0].isdigit() else unicodedata.numeric(part)


def whole_number(words: list[str]) -> int | None:
    """The same as a whole number within reason, else None."""
    count = number_of(words)
    return count if isinstance(count, int) and count < 10_000 else None


def unit_of(word: str) -> str:
    """The code of a unit of time in the singular or plural; "" if it is none."""
    for name in (word, word.removesuffix("s"), word.removesuffix("ies") + "y"):
        if name in UNITS:
            return UNITS[name]
    return ""


def is_plural(word: str) -> bool:
    """Whether a unit is said of more than one."""
    return word.endswith("s") and word not in UNITS


def ordinal_of(word: str) -> int:
    """3 of "third" and "3rd"."""
    return ORDINALS.get(word) or int(re.sub(r"\D", "", word) or 0)


def month_of(word: str) -> int:
    """The number of a month, from 1."""
    return MONTHS[word.rstrip(".")]


def weekday_of(word: str) -> int:
    """The number of a weekday, from 0."""
    name = word.rstrip(".")
    return WEEKDAYS[name.removesuffix("s") if name.endswith("days") else name]


def year_of(word: str) -> int | None:
    """A year of four or two digits."""
    digits = re.sub(r"\D", "", word)
    if not digits:
        return None
    number = int(digits)
    if len(digits) == 4:
        return number
    return 1900 + number if number > 40 else 2000 + number


def day_reading(year: int, month: int, day: int, confidence: float = 1.0) -> Reading | None:
    """A day of the calendar; None if there is no such day."""
    value = f"{year:04}-{month:02}-{day:02}"
    return Reading("DATE", value, confidence=confidence) if days_of(value) else None


def dated(value: str | None, confidence: float = 0.9) -> Reading | None:
    """A date with a value; None without one."""
    return Reading("DATE", value, confidence=confidence) if value else None
