"""A recogniser's spans in, names without title, article and possessive out; no fragments."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from archive.extract.tagger import Entity
from indexes.names import fold

NameKind = Literal["person", "organisation", "group", "place", "other"]

_KINDS: Mapping[str, NameKind] = {
    # OntoNotes, and the four types of CoNLL that other pipelines use
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "NORP": "group",
    "GPE": "place",
    "LOC": "place",
    "FAC": "other",
    "EVENT": "other",
    "PRODUCT": "other",
    "WORK_OF_ART": "other",
    "LAW": "other",
    "MISC": "other",
}
TITLES = frozenset(
    """mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr father sister
    president vice-president vice prime minister premier chancellor king queen prince princess
    pope sheikh sheik ayatollah imam rabbi cardinal archbishop bishop saint chief chairman
    chairwoman chairperson ceo director secretary deputy acting former ex-president then-president
    late senator sen sens representative rep reps congressman congresswoman governor gov govs
    mayor judge justice attorney ambassador commissioner councilman councilwoman councillor
    general gen lieutenant lt colonel col major maj captain capt commander cmdr sergeant sgt
    corporal cpl private pvt admiral adm marshal officer detective det inspector sheriff constable
    coach spokesman spokeswoman spokesperson presidents senators actor actress singer""".split()
)
CORPORATE = frozenset(
    """inc incorporated ltd limited corp corporation co llc llp plc ag gmbh sa nv bv spa oyj
    holdings""".split()
)
# Words that begin with a capital for another reason than being a name.
NOT_NAMES = frozenset(
    """i he she it we they you who january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday
    wednesday thursday friday saturday sunday mon tue wed thu fri sat sun today yesterday tomorrow
    read more photo file image video share advertisement copyright email twitter facebook click
    subscribe sign updated update editor note end gmt est edt pst utc am pm covid covid-19
    """.split()
)
# Institutions without a name: which one is meant, the article says elsewhere.
_NAMELESS = frozenset(
    """state office hospital cabinet court department ministry company board committee council
    university college school police government bureau agency commission authority assembly union
    association federation institute center centre bank church army navy district county city
    defense defence treasury institution organisation organization group party team club""".split()
)
# Titles that stand before a person's name only, even inside what looks like an institution's.
_PLAIN_TITLE = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr|Reps?|Sens?|Govs?|Lt|Sgt|Col|Capt|Maj)\b\.?"
    r"|Senator|Congressman|Congresswoman|Spokesman|Spokeswoman|Spokesperson)\s+(?=[A-ZÀ-Þ])"
)
# A name that ends in one of these is an institution's, whatever the recogniser says.
_INSTITUTIONS = CORPORATE | frozenset(
    """university college school hospital center centre institute institution committee council
    commission association foundation federation union league agency bureau department ministry
    company corporation group bank party parliament senate congress court church society museum
    library airlines airways newspaper orchestra""".split()
)
_ROYAL = frozenset("pope king queen prince princess emperor empress sultan".split())
_DETERMINERS = frozenset("the a an this that these those its his her their our my your".split())
_GENERATIONS = frozenset("jr sr".split())
_EDGES = " \t\n\u00a0\"'“”‘’«»()[]{}<>,.;:!?*|/\\–—-_#@•…+=~`"
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_INNER_POSSESSIVE = re.compile(r"['’]s\s+(?=[A-ZÀ-Þ])|(?<=s)['’]\s+(?=[A-ZÀ-Þ])")
_SLASH = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
_TAIL = re.compile(r"(?:\s+(?:[a-z]+|&))+$")  # "City of", "Smith and"
_DASH = re.compile(r"\s+[-–—]+\s+")
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_](?:\.[^\W\d_])+\b|[^\W_]+(?:['’&][^\W_]+)*", re.UNICODE
)
_LONGEST_PERSON, _LONGEST_NAME = 5, 9  # words
_CAPITALS_SHARE = 0.7  # of the words of a headline in capitals


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is a name; `title` is what stood before it ("mr" in "Mr. Haddock")."""

    start: int
    end: int
    kind: NameKind
    title: str = ""

    @property
    def is_royal(self) -> bool:
        """Whether the title is a part of the name: "Pope Francis" is no Francis."""
        return self.title in _ROYAL


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text; `word` is folded, without full stops and possessive."""

    start: int
    end: int
    word: str


def tokens(text: str) -> list[Token]:
    """The words of a text: "U.S." and "O'Neill" are one, "Franco-German" two."""
    found = []
    for match in _TOKEN.finditer(text):
        word, end = match[0], match.end()
        if word[-2:] in ("'s", "’s", "'S", "’S"):
            word, end = word[:-2], end - 2
        folded = word.lower() if word.isascii() else fold(word)
        found.append(Token(match.start(), end, folded.replace(".", "")))
    return found


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a name ("J. R. Ewing" → j, r, ewing)."""
    return tuple(token.word for token in tokens(name))


def trim(text: str, entity: Entity) -> Iterator[Span]:
    """The names inside a recogniser's span: none where it is a fragment or a headline's words,
    two where it ran an owner and its institution together ("Chile's Central Bank").
    """
    kind = _KINDS.get(entity.label)
    if kind is None or is_shouted(text, entity.start):
        return
    start = entity.start
    for dash in _DASH.finditer(text, start, entity.end):  # "Chile – Ana Soto" are two names
        yield from _tidy(text, start, dash.start(), "other")
        start = dash.end()
    end = entity.end
    if slash := _SLASH.search(text, start, end):  # a credit: the photographer, then the agency
        yield from _tidy(text, slash.end(), end, "other")
        end = slash.start()
    if title := _PLAIN_TITLE.search(text, start, end):
        yield from _tidy(text, title.start(), end, "person")
        return
    if kind != "other" and (cut := _INNER_POSSESSIVE.search(text, start, end)):
        yield from _tidy(text, start, cut.start(), kind)
        start = cut.end()
        kind = "organisation" if kind == "person" else kind
    yield from _tidy(text, start, end, kind)


def is_shouted(text: str, position: int) -> bool:
    """Whether the position is in a line of capitals, where case tells nothing of names."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    if len(line) > 300:
        return False
    words = re.findall(r"[^\W\d_]{2,}", line)
    return len(words) > 3 and sum(w.isupper() for w in words) > _CAPITALS_SHARE * len(words)


def _tidy(text: str, start: int, end: int, kind: NameKind) -> Iterator[Span]:
    start, end = _strip(text, start, end)
    title = ""
    while match := _TOKEN.match(text, start, end):
        word = match[0].rstrip(".").casefold()
        is_title = word in TITLES and kind != "organisation"
        if match.end() >= end or not (is_title or word in _DETERMINERS or match[0].islower()):
            break
        title = word if is_title else title
        start, _ = _strip(text, match.end(), end)
    if possessive := _POSSESSIVE.search(text[start:end]):
        end = start + possessive.start()
    if tail := _TAIL.search(text[start:end]):
        end = start + tail.start()
    start, end = _strip(text, start, _closed(text, start, end))
    words = words_of(text[start:end])
    if kind == "person" and len(words) > 1 and words[-1] in _INSTITUTIONS:
        kind = "organisation"
    if _is_name(text[start:end], kind):
        yield Span(start, end, kind, title or _title_before(text, start))


def _closed(text: str, start: int, end: int) -> int:
    """The end of a name that opens a bracket and does not close it: behind it ("Union (United)"),
    or before the bracket where an acronym is in it ("Port Authority (PAN").
    """
    opened = text.rfind("(", start, end)
    if opened <= start or ")" in text[opened:end]:
        return end
    is_acronym = text[opened + 1 : end].strip().isupper()
    return end + 1 if text[end : end + 1] == ")" and not is_acronym else opened


def _title_before(text: str, start: int) -> str:
    before = re.search(r"([^\W\d_]+)\.? $", text[max(0, start - 16) : start])
    word = before[1].casefold() if before and before[1][0].isupper() else ""
    return word if word in TITLES or word in _ROYAL else ""


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES and not _keeps_last(text[start:end]):
        end -= 1
    return start, end


def _keeps_last(name: str) -> bool:
    """Whether the last sign belongs to the name: "Jr.", "U.S.", "Inc.", "Bank (Holdings)"."""
    if name.endswith("."):
        last = name.rsplit(" ", 1)[-1]
        return last.count(".") > 1 or last.rstrip(".").casefold() in _GENERATIONS | CORPORATE
    return name.endswith(")") and "(" in name


def _is_name(name: str, kind: NameKind) -> bool:
    words = words_of(name)
    if not words or len(name) < 2 or "://" in name or "@" in name or "\n\n" in name:
        return False
    if not any(c.isupper() for c in name) or all(word in NOT_NAMES for word in words):
        return False
    if len(words) == 1 and words[0] in _NAMELESS | CORPORATE:
        return False
    if kind == "person":
        return len(words) <= _LONGEST_PERSON and not any(c.isdigit() for c in name)
    return len(words) <= _LONGEST_NAME
