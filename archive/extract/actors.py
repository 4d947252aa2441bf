"""The names found in an article in, one identity and one kind for each of them out.

Within an article one name has one kind and one identity: a surname or an acronym follows its
full form, the full form decides the kind, and what the recogniser missed is found again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.extract.forms import (
    KNOWN_TOWN,
    NUMERAL,
    Form,
    Words,
    collect,
    decide_kind,
    is_area,
    is_institution,
)
from archive.extract.gazetteer import Gazetteer
from archive.extract.spans import CORPORATE, NOT_NAMES, TITLES, NameKind, Span, Token, words_of
from archive.extract.trust import NameRule
from archive.text import slug

_PARTICLES = frozenset(
    "al el bin bint ibn ben abu abd van von der den de del della di da dos du la le st mac".split()
)
_FIRMS = CORPORATE | {"company", "group", "holdings", "motors", "motor", "industries", "bank"}
_LINKS = frozenset("of the and for in on to at de la du des".split())
_BRACKETED = re.compile(r"\s*\(\s*[\"“]?([A-Z][A-Za-z&.-]{1,11})[\"”]?\s*[,;)]")
_OPENED = re.compile(r"\s*\(\s*(?:the )?")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,}[A-Z]?$|[A-Z](?:\.[A-Z])+$")


@dataclass(slots=True, eq=False)
class Name:
    """One identity within an article: compared by identity, shared by all its mentions."""

    label: str
    kind: NameKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A span that stands for a name, and what says so."""

    start: int
    end: int
    name: Name
    rule: NameRule


@dataclass(frozen=True, slots=True)
class Names:
    """All mentions of an article in order, and how to find the same names in another text."""

    mentions: tuple[Named, ...]
    forms: dict[Words, list[tuple[int, Name]]]
    acronyms: frozenset[Words]


def actor_label(surface: str, kind: NameKind) -> str:
    """A name for people to read: no line breaks, no dots in an acronym, no legal form."""
    words = surface.split()
    while kind == "organisation" and len(words) > 1 and _is_corporate(words[-1]):
        words = [*words[:-2], words[-2].rstrip(",")]
    label = " ".join(words)
    return label.replace(".", "") if _DOTTED.match(label) else label


def actor_value(surface: str, kind: NameKind) -> str:
    """The canonical value of an actor: equal for spellings that differ in case, accents, a
    leading "the", the dots of an acronym or a company's legal form.
    """
    words = actor_label(surface, kind).split()
    while len(words) > 1 and words[0].casefold() == "the":
        words = words[1:]
    return slug(" ".join(words))


def identify(
    text: str, spans: Sequence[Span], words: Sequence[Token], gazetteer: Gazetteer
) -> Names:
    """Give every span its identity, and find the same names where the recogniser missed them."""
    forms = collect(text, spans)
    known: dict[Words, list[tuple[int, Name]]] = defaultdict(list)
    _name_people(forms, known, gazetteer)
    _name_institutions(text, forms, known, gazetteer)
    _name_the_rest(text, forms, known, gazetteer)
    acronyms = frozenset(w for w, form in forms.items() if form.is_acronym)
    found = [
        Named(span.start, span.end, name, _rule(form, span, name))
        for w, form in forms.items()
        if w in known
        for span in form.spans
        for name in [_nearest(known[w], span.start)]
    ]
    names = Names(tuple(found), dict(known), acronyms)
    again = find_again(text, words, names, taken=found)
    return Names(tuple(sorted((*found, *again), key=lambda n: n.start)), names.forms, acronyms)


def _rule(form: Form, span: Span, name: Name) -> NameRule:
    """What says that a span of the recogniser is this name."""
    if form.words != words_of(name.label) and not form.royal:
        return "acronym" if form.is_acronym else "full name"
    if name.kind == "person" and (span.title or form.spoke):
        return "title"
    return "recogniser" if span.kind == name.kind else "other kind"


def find_again(
    text: str, words: Sequence[Token], names: Names, *, taken: Iterable[Named] = ()
) -> list[Named]:
    """Further mentions of known names outside `taken`: the same words, the first in a capital."""
    occupied = {position for n in taken for position in range(n.start, n.end)}
    return [
        Named(words[number].start, words[number + size - 1].end, name, "found again")
        for number, size, name in _matches(text, words, names)
        if _stands_alone(text, words, number, size, occupied)
    ]


def find_in_headline(title: str, words: Sequence[Token], names: Names) -> list[Named]:
    """Mentions of known names where capitals mean nothing, since every word may bear one."""
    return [
        Named(words[number].start, words[number + size - 1].end, name, "headline")
        for number, size, name in _matches(title, words, names)
        if title[words[number].start].isupper() or title[words[number].start].isdigit()
    ]


def _matches(text: str, words: Sequence[Token], names: Names) -> Iterator[tuple[int, int, Name]]:
    """The longest known name from each word on, as its first word, its length and whose it is."""
    longest: dict[str, int] = defaultdict(int)
    for form in names.forms:
        longest[form[0]] = max(longest[form[0]], len(form))
    number = 0
    while number < len(words):
        step = 1
        start = words[number].start
        for size in range(min(longest.get(words[number].word, 0), len(words) - number), 0, -1):
            form = tuple(token.word for token in words[number : number + size])
            entries = names.forms.get(form)
            surface = text[start : words[number + size - 1].end]
            if entries and (form not in names.acronyms or surface.isupper()):
                yield number, size, _nearest(entries, start)
                step = size
                break
        number += step


def _stands_alone(
    text: str,
    words: Sequence[Token],
    number: int,
    size: int,
    occupied: set[int],
) -> bool:
    """Whether a run of words that reads like a name is one, and no part of a longer name."""
    run = words[number : number + size]
    start, end = run[0].start, run[-1].end
    surface = text[start:end]
    if start in occupied or end - 1 in occupied or "\n\n" in surface:
        return False
    if not (surface[0].isupper() or surface[0].isdigit()) or run[0].word in NOT_NAMES:
        return False
    if size > 1:
        return True
    before = words[number - 1] if number else None
    after = words[number + 1] if number + 1 < len(words) else None
    if before and text[before.end : start] == " " and text[before.start].isupper():
        begins = before.start == 0 or text[: before.start].rstrip(" \"'“‘")[-1:] in ".!?\n:;"
        if not begins and before.start not in occupied and before.word not in TITLES:
            return False
    continues = after is not None and text[end : after.start] == " " and text[after.start].isupper()
    return not (continues and after is not None and after.start not in occupied)


def _nearest(entries: Sequence[tuple[int, Name]], position: int) -> Name:
    """The identity introduced last before the position, else the first of all."""
    before = [entry for entry in entries if entry[0] <= position]
    return (max if before else min)(before or entries, key=lambda entry: entry[0])[1]


def _name_people(
    forms: dict[Words, Form], known: dict[Words, list[tuple[int, Name]]], gazetteer: Gazetteer
) -> None:
    full = [f for f in forms.values() if _is_full_person(f, forms, gazetteer)]
    people: list[tuple[Words, Name]] = []
    for form in sorted(full, key=lambda f: (-len(f.words), f.spans[0].start)):
        name = next((n for w, n in people if _same_person(w, form.words)), None)
        if name is None:
            label = actor_label(form.royal or form.surface, "person")
            name = Name(label, "person", actor_value(label, "person"))
            people.append((form.words, name))
        known[form.words].append((form.spans[0].start, name))
    for words, name in people:
        first = forms[words].spans[0].start
        tail = words[-2:] if words[-1] in ("jr", "sr") else words[-1:]
        tail = words[:1] if NUMERAL.match(words[-1]) else tail
        particles = words[-2:] if len(words) > 2 and words[-2] in _PARTICLES else tail
        for short in {tail, particles, tail[:1]}:
            alone = forms.get(short)
            named_before = alone is not None and alone.spans[0].start < first
            if len(short) == len(words) or (forms[words].is_kin and named_before):
                continue
            if _follows(alone, forms, gazetteer):
                known[short].append((first, name))
    given = Counter(words[0] for words, _ in people)
    for words, name in people:
        alone = forms.get(words[:1])
        if given[words[0]] == 1 and words[:1] not in known and alone and _says_person(alone):
            known[words[:1]].append((forms[words].spans[0].start, name))


def _is_plural(form: Form | None) -> bool:
    """Whether a last word is a group's, so that "Ohio Democrats" are no person."""
    return form is not None and form.votes["group"] > form.votes["person"]


def _is_full_person(form: Form, forms: dict[Words, Form], gazetteer: Gazetteer) -> bool:
    if form.votes["person"] * 2 < form.votes.total():
        return _speaks(form, forms, gazetteer)
    if form.royal:
        return True
    if len(form.words) < 2 or _is_plural(forms.get(form.words[-1:])):
        return False
    if form.spoke:
        return True
    return not any(
        c.kind != "city" or (c.population >= KNOWN_TOWN and not c.alias)
        for c in gazetteer.candidates(form.surface)
    )


def _speaks(form: Form, forms: dict[Words, Form], gazetteer: Gazetteer) -> bool:
    """Whether a full name taken for a place is a person's: no such place, and it says things."""
    if not 1 < len(form.words) < 5 or form.votes["place"] * 2 < form.votes.total():
        return False
    alone = forms.get(form.words[-1:])
    spoke = form.spoke or (alone is not None and (alone.spoke or alone.votes["person"]))
    return bool(spoke) and not gazetteer.candidates(form.surface)


def _same_person(longer: Words, shorter: Words) -> bool:
    """ "George Walker Bush" and "George Bush", "Recep Tayyip X" and "Tayyip X"."""
    if len(shorter) < 2 or len(longer) <= len(shorter):
        return longer == shorter
    return longer[-len(shorter) :] == shorter or (
        longer[0] == shorter[0] and longer[-1] == shorter[-1]
    )


def _says_person(form: Form) -> bool:
    return form.votes["person"] * 2 >= form.votes.total() or form.spoke > 0


def _follows(form: Form | None, forms: dict[Words, Form], gazetteer: Gazetteer) -> bool:
    """Whether a surname that stands alone means the person, whatever the recogniser took it for."""
    if form is None:
        return True
    person, place = form.votes["person"] + form.spoke, form.votes["place"]
    candidates = gazetteer.candidates(form.surface)
    if any(c.kind in ("country", "continent", "region") for c in candidates):
        return person > place
    if any(c.population >= KNOWN_TOWN and not c.alias for c in candidates):
        return person * 2 >= place
    firm = any(w[0] == form.words[0] and len(w) > 1 and w[-1] in _FIRMS for w in forms)
    return not (firm and form.votes["organisation"] > person)


def _name_institutions(
    text: str,
    forms: dict[Words, Form],
    known: dict[Words, list[tuple[int, Name]]],
    gazetteer: Gazetteer,
) -> None:
    """Organisations by their full names first, then the acronyms that stand for them."""
    full: list[tuple[Words, int, Name]] = []
    by_value: dict[str, Name] = {}
    for form in sorted(forms.values(), key=lambda f: f.spans[0].start):
        if form.words in known or form.is_acronym or not is_institution(form, gazetteer):
            continue
        value = actor_value(form.surface, "organisation")
        label = actor_label(form.surface, "organisation")
        name = by_value.setdefault(value, Name(label, "organisation", value))
        first = form.spans[0].start
        known[form.words].append((first, name))
        known[words_of(label)] = known[form.words]
        full.append((form.words, first, name))
    spelt = {w: (first, name) for w, first, name in full if len(w) > 1}
    for words, entry in spelt.items():
        for span in forms[words].spans:
            bracket = _BRACKETED.match(text, span.end)
            if bracket and sum(c.isupper() for c in bracket[1]) > 1:
                known.setdefault(words_of(bracket[1]), [entry])
    _spell_out(text, forms, known, spelt, gazetteer)


def _spell_out(
    text: str,
    forms: dict[Words, Form],
    known: dict[Words, list[tuple[int, Name]]],
    spelt: dict[Words, tuple[int, Name]],
    gazetteer: Gazetteer,
) -> None:
    """Acronyms by the initials of a full name, or by the full name in brackets behind them."""
    starts = {span.start: entry for words, entry in spelt.items() for span in forms[words].spans}
    by_initials: dict[str, list[tuple[int, Name]]] = defaultdict(list)
    for words, entry in spelt.items():
        for initials in _initials(words):
            by_initials[initials].append(entry)
    for form in forms.values():
        if not form.is_acronym or form.words in known or is_area(form, gazetteer):
            continue
        opened = (_OPENED.match(text, span.end) for span in form.spans)
        stated = [starts[match.end()] for match in opened if match and match.end() in starts]
        if stated := stated or by_initials.get(form.words[0], []):
            known[form.words] = [min(stated, key=lambda entry: entry[0])]


def _initials(words: Words) -> set[str]:
    bare = "".join(word[0] for word in words if word not in _LINKS)
    return {initials for initials in (bare, "".join(w[0] for w in words)) if len(initials) > 1}


def _name_the_rest(
    text: str,
    forms: dict[Words, Form],
    known: dict[Words, list[tuple[int, Name]]],
    gazetteer: Gazetteer,
) -> None:
    for form in forms.values():
        if form.words in known:
            continue
        kind = decide_kind(text, form, forms, gazetteer)
        if kind is None:
            continue
        label = actor_label(form.surface, kind)
        known[form.words].append((0, Name(label, kind, actor_value(label, kind))))


def _is_corporate(word: str) -> bool:
    return word.strip(",.").replace(".", "").casefold() in CORPORATE
