"""A text and its names in; the places that the recogniser missed, and what stands by them, out."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from archive.extract.actors import Name, Named
from archive.extract.gazetteer import Candidate, Gazetteer, key
from archive.extract.spans import Span, Token, is_shouted, words_of

# "GENEVA (XYZ) – …", "AUSTIN, Texas, May 5 - …" and, on a line of its own, "LYON 1998-05-05".
_DATELINE = re.compile(
    r"(?:\A|\n|[.!?]\s)([A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,30}?)(?:,\s*([A-Z][\w. ]{1,20}?))?"
    r"(?:,?\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2})?\s*(?:\([\w\s/.]+\)\s*)?"
    r"(?:[-–—]+\s|\s\d{4}-\d\d-\d\d)"
)
_DATELINE_TOWN = 2_000  # inhabitants; below it, other words in capitals are as likely
_LEAD = 400  # characters in which a dateline stands
_AFTER_COMMA = re.compile(
    r",\s+((?:[A-Z]\.\s?){2,}|(?:W\.?\s?Va|[A-Z][\w'’-]*)\.?(?:\s[A-Z][\w'’-]+){0,3})"
)
_OF = re.compile(r"(?:State|City|Town|Village|Province|County|Region|Republic) of (?=[A-ZÀ-Þ])")
_PART = re.compile(
    r"(?:(?:North|South|East|West|Central|Upper|Lower|Inner|Greater|Downtown|Northern|Southern"
    r"|Eastern|Western|Northeast|Northwest|Southeast|Southwest|Midtown|Suburban|Metro)[ -])+"
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|St\.|Mt\.|Ft\.|[^\W_]+(?:['’][^\W_]+)*")
# What a town has: after its name these words make an institution's or a building's.
_CIVIC = frozenset(
    """police fire city town village township county borough school schools high elementary middle
    university college academy library hospital medical airport international hall court courthouse
    jail council board department public chamber community municipal regional district mayor
    volunteer rescue emergency parks park recreation planning zoning central museum theatre theater
    church cathedral station rotary united football soccer cricket rugby athletic""".split()
)
# Words of such names that are towns somewhere, too.
_COMMON = frozenset(
    """the bank street supreme superior island college state national institute center centre union
    society association foundation company industries global metro gulf old new saint st""".split()
)
_BEFORE_TOWN = re.compile(
    r"\b(?:in|near|outside|around|throughout|city of|town of|village of|from|between|downtown"
    r"|north of|south of|east of|west of|, of)\s$",
    re.IGNORECASE,
)
_AFTER_TOWN = re.compile(
    r"\s(?:residents?|native|area|man|woman|teen|couple|family|city|mayor|police|businessman"
    r"|neighbou?rhood|homes?|streets?|suburbs?|region|voters|officials|firefighters)\b"
    r"|-based\b"
)


def with_areas(
    text: str,
    words: Sequence[Token],
    spans: Sequence[Span],
    gazetteer: Gazetteer,
    *,
    headline: bool = False,
) -> list[Span]:
    """The spans, and the countries, regions and divisions that the recogniser did not see or
    saw but a part of ("Republic of the Congo"). In a headline capitals join no words.
    """
    taken = {position: s for s in spans for position in range(s.start, s.end)}
    found: list[Span] = []
    for number, token in enumerate(words):
        if not text[token.start].isupper() or (found and token.start < found[-1].end):
            continue
        for size in range(_longest_area(text, token, gazetteer), 0, -1):
            last = words[min(number + size, len(words)) - 1]
            surface = text[token.start : last.end]
            inside = {s for p in range(token.start, last.end) if (s := taken.get(p))}
            if not _is_plain(surface) or not _names_area(surface, gazetteer):
                continue
            covers = all(token.start <= s.start and s.end <= last.end for s in inside)
            alone = inside or headline or not _runs_on(text, words, number, last.end)
            if covers and alone and (not inside or len(surface.split()) > 1):
                found.append(Span(token.start, last.end, "place"))
            break
    return _replacing(spans, found)


def _longest_area(text: str, token: Token, gazetteer: Gazetteer) -> int:
    whole = re.match(r"[\w'’]+", text[token.start : token.start + 30])
    return max(
        gazetteer.longest_area(token.word), gazetteer.longest_area(whole[0] if whole else "")
    )


def _replacing(spans: Sequence[Span], better: Sequence[Span]) -> list[Span]:
    """Both lists, without those of `spans` that overlap with one of `better`."""
    covered = {position for s in better for position in range(s.start, s.end)}
    kept = [s for s in spans if not covered.intersection(range(s.start, s.end))]
    return sorted((*kept, *better), key=lambda s: s.start)


def _is_plain(surface: str) -> bool:
    return "\n\n" not in surface and not re.search(r"[,;:()]|\. [A-Z][a-z]+ ", surface)


def _names_area(surface: str, gazetteer: Gazetteer) -> bool:
    if len(surface.replace(".", "")) <= 3 and not surface.isupper():
        return False
    return bool(gazetteer.areas(surface)) and all(
        word[0].isupper() or word in ("of", "and", "the") for word in surface.split()
    )


def _runs_on(text: str, words: Sequence[Token], number: int, end: int) -> bool:
    """Whether the name is part of a longer one in capitals ("Jordan Street"), or of "US$5"."""
    start = words[number].start
    if "$" in (text[start - 1 : start], text[end : end + 1]):
        return True
    before = words[number - 1] if number else None
    after = next((w for w in words[number + 1 : number + 8] if w.start >= end), None)
    joined_before = before and text[before.end : start] == " " and text[before.start].isupper()
    joined_after = after and text[end : after.start] == " " and text[after.start].isupper()
    return bool(joined_before or joined_after) and not is_shouted(text, start)


def with_dateline(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, and the town that opens a report ("GENEVA (XYZ) – …")."""
    found = []
    for match in _DATELINE.finditer(text[:_LEAD]):
        town = match[1].strip()
        options = gazetteer.candidates(town)
        if match[2] or any(c.kind != "city" or c.population >= _DATELINE_TOWN for c in options):
            found.append(Span(match.start(1), match.start(1) + len(town), "place"))
            # The agency in brackets reports, it does not act.
            agency = range(match.end(1), match.end())
            spans = [s for s in spans if s.start not in agency or s.kind == "place"]
    return _replacing(spans, found)


def with_abbreviations(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, and the state or province that stands abbreviated after a town ("Salem, Ore.")."""
    found = []
    for span in spans:
        match = _AFTER_COMMA.match(text, span.end)
        stated = match[1].split()[0] if match else ""
        if match and stated.endswith(".") and gazetteer.abbreviation(stated):
            found.append(Span(match.start(1), match.start(1) + len(stated), "place"))
    return _replacing(spans, found)


def narrowed(text: str, span: Span, gazetteer: Gazetteer) -> Span:
    """The place itself in "North Texas", "State of Ohio", where the whole is not known."""
    surface = text[span.start : span.end]
    if span.kind == "person" or gazetteer.candidates(surface):
        return span
    prefix = _OF.match(surface) or (_PART.match(surface) if span.kind == "place" else None)
    if prefix and gazetteer.candidates(surface[prefix.end() :]):
        return Span(span.start + prefix.end(), span.end, "place")
    return span


def demonyms(text: str, words: Sequence[Token], gazetteer: Gazetteer) -> list[Span]:
    """Words that name people or things after their country, state or region ("Turkish")."""
    found: list[Span] = []
    number = 0
    while number < len(words):
        step = 1
        for size in (2, 1):
            run = words[number : number + size]
            surface = text[run[0].start : run[-1].end]
            if len(run) == size and surface[0].isupper() and gazetteer.demonym(surface):
                found.append(Span(run[0].start, run[-1].end, "place"))
                step = size
                break
        number += step
    return found


def inside(
    text: str, names: Iterable[Span], known: Collection[str], gazetteer: Gazetteer
) -> list[Span]:
    """The places that institutions and buildings are called after ("Ohio State University"):
    areas, towns that are named elsewhere in the article (`known`, folded), and towns before a
    word for what towns have ("Millbrook Police Department").
    """
    found: list[Span] = []
    for name in names:
        words = list(_WORD.finditer(text, name.start, name.end))
        number = 0
        while number < len(words):
            size = next(
                (
                    n
                    for n in range(min(3, len(words) - number), 0, -1)
                    if (n < len(words) or name.kind == "other")
                    and _names_place(text, words[number : number + n + 1], n, known, gazetteer)
                ),
                0,
            )
            if size:
                found.append(Span(words[number].start(), words[number + size - 1].end(), "place"))
            number += size or 1
    return found


def _names_place(
    text: str,
    run: Sequence[re.Match[str]],
    size: int,
    known: Collection[str],
    gazetteer: Gazetteer,
) -> bool:
    surface = text[run[0].start() : run[size - 1].end()]
    first = run[0][0].casefold()
    if not surface[0].isupper() or first in _CIVIC | _COMMON or not _is_plain(surface):
        return False
    if _names_area(surface, gazetteer) or key(surface) in known or gazetteer.demonym(surface):
        return True
    after = run[size][0].casefold() if len(run) > size else ""
    return after in _CIVIC and any(c.kind == "city" for c in gazetteer.candidates(surface))


def misread(text: str, named: Iterable[Named], gazetteer: Gazetteer) -> set[Name]:
    """Names taken for people's or institutions' that are a town's, have no longer form, and stand
    where towns stand ("in X", "a X resident") at least every third time.
    """
    stands: dict[Name, list[bool]] = defaultdict(list)
    for n in named:
        if n.name.kind in ("person", "organisation"):
            before, after = text[max(0, n.start - 12) : n.start], text[n.end : n.end + 16]
            cue = bool(_BEFORE_TOWN.search(before) or _AFTER_TOWN.match(after))
            stands[n.name].append(cue and words_of(text[n.start : n.end]) == words_of(n.name.label))
    return {
        name
        for name, cues in stands.items()
        if sum(cues) * 3 >= len(cues)
        and not name.label.isupper()
        and any(c.kind in ("city", "county") for c in gazetteer.candidates(name.label))
    }


def qualifier(text: str, end: int, gazetteer: Gazetteer) -> Candidate | None:
    """The area that stands after a town's name and a comma."""
    match = _AFTER_COMMA.match(text, end)
    if not match:
        return None
    words = match[1].split()
    for size in range(len(words), 0, -1):
        stated = " ".join(words[:size])
        areas = gazetteer.areas(stated) or gazetteer.areas(stated.rstrip("."))
        if areas:
            return areas[0]
    return gazetteer.abbreviation(words[0])
