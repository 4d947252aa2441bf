"""A text and its names in; the places that the recogniser missed, and what stands by them, out."""

import re
from collections.abc import Iterable, Iterator, Sequence

from archive.extract.actors import Named
from archive.extract.gazetteer import Candidate, Gazetteer
from archive.extract.places import Toponym
from archive.extract.spans import Span, Token, is_shouted

# "GENEVA (XYZ) – …", "AUSTIN, Texas, May 5 - …" and, on a line of its own, "LYON 1998-05-05".
_DATELINE = re.compile(
    r"(?:\A|\n)([A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,30}?)(?:,\s*([A-Z][\w. ]{1,20}?))?"
    r"(?:,?\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2})?\s*(?:\([\w\s/.]+\)\s*)?"
    r"(?:[-–—]+\s|\s\d{4}-\d\d-\d\d)"
)
_DATELINE_TOWN = 20_000  # inhabitants; below it, other words in capitals are as likely
_LEAD = 400  # characters in which a dateline stands
_AFTER_COMMA = re.compile(
    r",\s+((?:[A-Z]\.\s?){2,}|(?:W\.?\s?Va|[A-Z][\w'’-]*)\.?(?:\s[A-Z][\w'’-]+){0,3})"
)
_OF = re.compile(r"(?:State|City|Town|Village|Province|County|Region|Republic) of (?=[A-ZÀ-Þ])")
_PART = re.compile(
    r"(?:(?:North|South|East|West|Central|Upper|Lower|Inner|Greater|Downtown|Northern|Southern"
    r"|Eastern|Western|Northeast|Northwest|Southeast|Southwest|Midtown|Suburban|Metro)[ -])+"
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


def hints(text: str, named: Iterable[Named], gazetteer: Gazetteer) -> Iterator[Toponym]:
    """The places that institutions are called after ("Ohio State University")."""
    for n in named:
        if n.name.kind == "organisation":
            words = text[n.start : n.end].split()
            for size in range(min(3, len(words) - 1), 0, -1):
                head = " ".join(words[:size])
                if _names_area(head, gazetteer):
                    yield Toponym(head, hint=True)
                    break


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
