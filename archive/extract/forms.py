"""The spans of an article in, its names by their words with what speaks for each kind out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.extract.gazetteer import Gazetteer
from archive.extract.spans import NameKind, Span, words_of

Words = tuple[str, ...]

NUMERAL = re.compile(r"[ivx]+$")
_KIN = re.compile(
    r"\b(?:wife|husband|widow|widower|son|daughter|brother|sister|father|mother|nephew|niece"
    r"|cousin|first lady),?\s$",
    re.IGNORECASE,
)
_LOCATED = re.compile(r"\b(?:in|near|outside)\s$", re.IGNORECASE)
_SAID = re.compile(r",?\s+(?:said|says|told|added|tweeted|testified|wrote)\b")
# After a noun that names a group; after an adjective stands the noun it belongs to.
_AFTER_NOUN = re.compile(
    r"\s*(?:[.,;:!?)]|['’]|(?:said|says|has|have|had|is|are|was|were|will|would|who|which|in|on"
    r"|of|to|from|by|at|as|that)\b)"
)
# A town from this size on is rather meant itself than a person of that name.
KNOWN_TOWN = 100_000
_STATED_TOWN = 15_000  # the same, after "in"


@dataclass(slots=True)
class Form:
    """A name as it is spelt, with all its mentions and what the recogniser took them for."""

    words: Words
    spans: list[Span] = field(default_factory=list)
    surfaces: Counter[str] = field(default_factory=Counter)
    votes: Counter[NameKind] = field(default_factory=Counter)
    spoke: int = 0  # mentions after a title, or before "said"
    located: int = 0  # mentions after "in"
    is_kin: bool = False  # introduced as somebody's relative, who bears the surname first

    @property
    def surface(self) -> str:
        """Its most frequent spelling."""
        return max(self.surfaces, key=lambda s: (self.surfaces[s], s))

    @property
    def royal(self) -> str:
        """The name with its royal title, where it bears one ("Queen Margrethe"); else ""."""
        if len(self.words) > 1 and not NUMERAL.match(self.words[-1]):
            return ""
        title = next((span.title for span in self.spans if span.is_royal), "")
        return f"{title.capitalize()} {self.surface}" if title else ""

    @property
    def is_acronym(self) -> bool:
        """Whether it is one word of capitals."""
        return len(self.words) == 1 and len(self.words[0]) > 1 and self.surface.isupper()


def collect(text: str, spans: Sequence[Span]) -> dict[Words, Form]:
    """The names of an article by their words; of spans that overlap, the first and longest."""
    forms: dict[Words, Form] = {}
    for span in _disjoint(spans):
        surface = text[span.start : span.end]
        form = forms.setdefault(words_of(surface), Form(words_of(surface)))
        form.spans.append(span)
        form.surfaces[surface] += 1
        form.votes[span.kind] += 1
        form.is_kin = form.is_kin or bool(_KIN.search(text, max(0, span.start - 16), span.start))
        form.located += bool(_LOCATED.search(text, max(0, span.start - 9), span.start))
        form.spoke += bool(span.title or _SAID.match(text, span.end))
    return forms


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def decide_kind(
    text: str, form: Form, forms: dict[Words, Form], gazetteer: Gazetteer
) -> NameKind | None:
    """The kind of a name without a full form; None where it is no name of an actor or place."""
    if gazetteer.demonym(form.surface):
        return None
    if is_area(form, gazetteer):
        return "person" if form.spoke and form.votes["person"] > form.votes["place"] else "place"
    best, count = form.votes.most_common(1)[0]
    if best != "place" and not form.spoke and is_known_town(form, gazetteer):
        return "place"
    if best == "place" and not gazetteer.candidates(form.surface):
        others = [k for k, _ in form.votes.most_common() if k not in ("place", "other")]
        if form.spoke or others:
            return "person" if form.spoke else others[0]
    if best == "person" and form.is_acronym and not form.spoke:
        return None
    if best == "group":
        return best if _is_group(text, form) else None
    return best if best != "other" and count * 2 >= form.votes.total() else None


def is_institution(form: Form, gazetteer: Gazetteer) -> bool:
    """Whether a name is an organisation's by most of its mentions, and no place's."""
    organisation = form.votes["organisation"]
    if not organisation or organisation * 2 < form.votes.total() - form.votes["other"]:
        return False
    if form.located * 2 >= organisation and is_known_town(form, gazetteer):
        return False
    return not is_area(form, gazetteer) and gazetteer.demonym(form.surface) is None


def is_area(form: Form, gazetteer: Gazetteer) -> bool:
    """Whether a name is a country's, region's or division's, whatever it was taken for."""
    if form.surface.isupper() or len(form.surface) > 3:
        return any(c.kind != "county" for c in gazetteer.areas(form.surface))
    return False


def is_known_town(form: Form, gazetteer: Gazetteer) -> bool:
    """Whether a name not taken for a place is one: a town said to be "in" is smaller than one
    that is named as two words are, or that was taken for a place elsewhere.
    """
    towns = [c for c in gazetteer.candidates(form.surface) if c.kind == "city" and not c.alias]
    size = max((town.population for town in towns), default=0)
    if form.votes["organisation"]:
        return form.located * 2 >= form.votes.total() and size >= _STATED_TOWN
    if form.located * 2 >= form.votes.total() and size >= _STATED_TOWN:
        return True
    return size >= KNOWN_TOWN and (form.votes["place"] > 0 or len(form.words) > 1)


def _is_group(text: str, form: Form) -> bool:
    """Whether members are meant ("Democrats", "the Taliban said"), not a quality ("Democratic")."""
    if form.words[-1].endswith("s") and len(form.words[-1]) > 3:
        return True
    return any(
        text[max(0, span.start - 4) : span.start].casefold() == "the "
        and _AFTER_NOUN.match(text, span.end)
        for span in form.spans
    )
