"""The names that all articles gave their actors in; who is the same across the archive out.

A function of what is known alone: the same articles give the same actors in whatever order they
came in. What shares a spelling key (archive/spelling.py) is one actor unless something speaks
against it: two that are named side by side in one article are two, a short form that could be
several people's is nobody's, and what is only likely is marked as uncertain. So is a person whose
articles have nobody and nothing in common with each other: they may be two of one name.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.namesakes import LEAST_EACH, fall_apart, most_telling
from archive.spelling import (
    Words,
    given_names,
    organisation_key,
    person_words,
    sounds,
    transliterated,
)
from archive.text import slug
from archive.types import Actor, Mention, MentionKind, Record
from indexes.names import fold

# Another number has every archive settle its actors anew, as a change of its articles does.
CANONICAL_VERSION = 1
# How much more often one of several must be met to be meant by the short form they share.
_DOMINANT = 10
# Articles with a full name from which on its surname alone needs no other evidence.
_WELL_KNOWN = 3
_MOST_ALIASES = 12
_LONGEST_ACRONYM = 6
# Share of the articles that take a name for another kind, from which on the kind is in doubt.
_DOUBT = 0.25
_INSTITUTIONS: frozenset[MentionKind] = frozenset(("organisation", "group"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A name as one article has it: the value it was given there, and how it is spelt; `label`
    is what stands for the actor where no spelling is its whole name ("Queen Anna" for "Anna").
    One of kind "place" is no actor; it only tells what else an article names.
    """

    article: Hashable
    value: str
    kind: MentionKind
    surface: str
    label: str = ""


@dataclass(eq=False, slots=True)
class _Group:
    """Values that are one actor, as far as is known."""

    values: set[str]
    articles: set[Hashable]
    kinds: Counter[MentionKind]
    names: Counter[str]  # full spellings, by the articles that have them
    short: Counter[str] = field(default_factory=Counter)  # acronyms and other forms
    uncertain: bool = False

    @property
    def kind(self) -> MentionKind:
        return max(self.kinds, key=lambda kind: (self.kinds[kind], kind))

    @property
    def label(self) -> str:
        """The full spelling most articles have; of equals one not in capitals, then the longest."""
        return max(self.names, key=lambda n: (self.names[n], not n.isupper(), len(n), n))


def canonical(seen: Iterable[Seen]) -> dict[str, Actor]:
    """The actor behind every value that articles gave their actors."""
    groups = _Groups(seen)
    _meet_people(groups)
    _meet_institutions(groups)
    _doubt_namesakes(groups)
    actors: dict[str, Actor] = {}
    for group in groups:
        actor = _actor(group, groups.weights)
        actors.update(dict.fromkeys(group.values, actor))
    return actors


def distinct_actors(seen: Iterable[Seen]) -> dict[str, Actor]:
    """The actors behind those values whose own article does not tell all: values that are one
    with others, have several spellings or kinds, or are uncertain.
    """
    names = list(seen)
    actors = canonical(names)
    telling = {
        item.value
        for item in names
        if item.kind != "place" and actors[item.value] != Actor(item.value, item.label, item.kind)
    }
    return {value: actors[value] for value in sorted(telling)}


def settled(record: Record, actors: Mapping[str, Actor]) -> Record:
    """The article with each mention's actor as the archive knows it."""

    def known(mention: Mention) -> Mention:
        actor = actors.get(mention.value) if mention.kind != "place" else None
        if actor is None:
            return mention
        # Written out: `replace` takes longer, and an archive has millions of them.
        return Mention(
            *(mention.start, mention.end, mention.surface, actor.kind, actor.value, actor.label),
            *(mention.field, mention.rule, mention.confidence),
        )

    return replace(record, mentions=tuple(map(known, record.mentions)))


def _actor(group: _Group, weights: Mapping[str, int]) -> Actor:
    label = group.label
    value = max(group.values, key=lambda v: (slug(label) == v, weights[v], len(v), v))
    others = Counter(group.names) + Counter(group.short)
    known = {fold(label)}
    aliases: list[str] = []
    for name in sorted(others, key=lambda n: (-others[n], n)):
        if fold(name) not in known:
            known.add(fold(name))
            aliases.append(name)
    doubted = group.kinds.total() - group.kinds[group.kind] >= _DOUBT * group.kinds.total()
    return Actor(
        value=value,
        label=label,
        kind=group.kind,
        aliases=tuple(aliases[:_MOST_ALIASES]),
        uncertain=group.uncertain or doubted,
    )


class _Groups:
    """All groups, which meet one by one."""

    def __init__(self, seen: Iterable[Seen]) -> None:
        self._of: dict[str, _Group] = {}
        self.company: dict[Hashable, set[str]] = defaultdict(set)
        self.places: dict[Hashable, set[str]] = defaultdict(set)
        labels: dict[str, str] = {}
        counted: set[tuple[Hashable, str, MentionKind]] = set()
        for item in seen:
            if item.kind == "place":
                self.places[item.article].add(item.value)
                continue
            group = self._of.get(item.value)
            if group is None:
                group = _Group({item.value}, set(), Counter(), Counter())
                self._of[item.value] = group
            group.articles.add(item.article)
            self.company[item.article].add(item.value)
            if (item.article, item.value, item.kind) not in counted:
                counted.add((item.article, item.value, item.kind))
                group.kinds[item.kind] += 1
            surface = " ".join(item.surface.split())
            if _spells(surface, item.value):
                group.names[surface] += 1
            elif surface.isupper() and len(surface.replace(".", "")) <= _LONGEST_ACRONYM:
                group.short[surface.replace(".", "")] += 1
            labels[item.value] = max(labels.get(item.value, ""), item.label)
        for value, group in self._of.items():
            if not group.names:
                group.names[labels[value] or value.replace("-", " ").title()] = 1
        self.weights = {value: len(group.articles) for value, group in self._of.items()}

    def __iter__(self) -> Iterator[_Group]:
        seen: set[int] = set()
        for value in sorted(self._of):
            group = self._of[value]
            if id(group) not in seen:
                seen.add(id(group))
                yield group

    def of(self, value: str) -> _Group:
        """The group that a value is in by now."""
        return self._of[value]

    def meet(self, one: str, other: str, *, sure: bool = True) -> None:
        """Two values are one actor; those known to be two in some article stay apart where it
        is not sure.
        """
        kept, taken = self._of[one], self._of[other]
        if kept is taken or (not sure and kept.articles & taken.articles):
            return
        kept.values |= taken.values
        kept.articles |= taken.articles
        kept.kinds += taken.kinds
        kept.names += taken.names
        kept.short += taken.short
        kept.uncertain = kept.uncertain or taken.uncertain
        for value in taken.values:
            self._of[value] = kept

    def share_company(self, one: str, other: str) -> bool:
        """Whether some other actor is named beside both."""
        own = self._of[one].values | self._of[other].values

        def beside(value: str) -> set[str]:
            articles = self._of[value].articles
            return {v for article in articles for v in self.company[article]} - own

        return bool(beside(one) & beside(other))

    def values(self, *kinds: MentionKind) -> list[str]:
        """The values of actors of some kinds, in a fixed order."""
        return sorted(value for value, group in self._of.items() if group.kind in kinds)


def _spells(surface: str, value: str) -> bool:
    found = slug(surface)
    return found in (value, f"the-{value}") or found.replace("-", "") == value.replace("-", "")


def _meet_people(groups: _Groups) -> None:
    full = {v: w for v in groups.values("person") if len(w := person_words(v)) > 1}
    for values in _by(full, lambda words: tuple(sorted(words))):  # word order
        _all_meet(groups, values)
    for values in _by(full, lambda words: ("".join(words),)):  # "Abd al-Rahman", "Abdalrahman"
        _all_meet(groups, values)
    _meet_with_middle_names(groups, full)
    for values in _by(full, sounds):
        for one, other in _pairs(values):
            if transliterated(full[one], full[other]):
                _probably_meet(groups, one, other)
    _meet_with_short_forms(groups, full)
    _meet_surnames(groups, full)


def _meet_with_middle_names(groups: _Groups, full: Mapping[str, Words]) -> None:
    """ "Ann B. Cole" and "Ann Cole" are one, unless there is an "Ann D. Cole", too."""
    for values in _by(full, lambda words: (words[0], words[-1])):
        middles = {v: full[v][1:-1] for v in values}
        longer = [v for v in values if middles[v]]
        if all(_compatible(middles[a], middles[b]) for a, b in _pairs(longer)):
            _all_meet(groups, values)
            continue
        for one, other in _pairs(longer):
            if _compatible(middles[one], middles[other]):
                groups.meet(one, other)
        bare = [v for v in values if not middles[v]]
        if bare:
            _meet_dominant(groups, bare[0], longer)


def _compatible(one: Words, other: Words) -> bool:
    return all(
        a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(one, other, strict=False)
    )


def _meet_with_short_forms(groups: _Groups, full: Mapping[str, Words]) -> None:
    """ "Bob Nolan" and "Robert Nolan", "R. Nolan" and "Rita Nolan" if there is but one."""
    by_surname: dict[str, list[str]] = defaultdict(list)
    for value, words in full.items():
        by_surname[words[-1]].append(value)
    for namesakes in by_surname.values():
        # By what their first name may stand for, and by its initial: a common surname has
        # thousands, and each is compared with few of them.
        by_first: dict[str, set[str]] = defaultdict(set)
        for value in namesakes:
            first = full[value][0]
            if len(first) > 1:
                for name in (*given_names(first), first[0]):
                    by_first[name].add(value)
        for value in namesakes:
            first = full[value][0]
            meant = (first,) if len(first) == 1 else given_names(first)
            found = sorted({v for name in meant for v in by_first[name]})
            others = [
                v
                for v in found
                if full[v][0] != first
                and _compatible(full[v][1:-1], full[value][1:-1])
                and groups.of(v) is not groups.of(value)
            ]
            if len({id(groups.of(v)) for v in others}) != 1:
                continue
            if len(first) == 1:
                _probably_meet(groups, others[0], value)
            else:
                _probably_meet(groups, value, others[0])


def _meet_surnames(groups: _Groups, full: Mapping[str, Words]) -> None:
    """A surname that stands alone in an article means the one who bears it, where that is clear."""
    by_surname: dict[str, list[str]] = defaultdict(list)
    for value, words in full.items():
        by_surname[words[-1]].append(value)
    for value in groups.values("person"):
        bearers = by_surname.get(value, ())
        if value not in full and bearers:
            _meet_dominant(groups, value, bearers)


def _meet_dominant(groups: _Groups, short: str, longer: Sequence[str]) -> None:
    """A short form meets the one longer form it can mean, or the one met far more often."""
    alone = groups.of(short)
    chosen = sorted(
        {min(groups.of(v).values): groups.of(v) for v in longer}.items(),
        key=lambda item: (-len(item[1].articles), item[0]),
    )
    best, group = chosen[0]
    others = sum(len(g.articles) for _, g in chosen[1:])
    clear = len(group.articles) >= _DOMINANT * others
    known = len(group.articles) >= _WELL_KNOWN or groups.share_company(short, best)
    if group is alone:
        return
    if not clear or not known or group.articles & alone.articles:
        alone.uncertain = True
        return
    doubtful = bool(others) or not groups.share_company(short, best)
    short_names = alone.names
    alone.names = Counter()  # a surname is no name to show, and anybody's alias
    groups.meet(best, short)
    if not group.names:
        group.names = short_names
    group.uncertain = group.uncertain or (doubtful and len(group.articles) < _WELL_KNOWN)


def _meet_institutions(groups: _Groups) -> None:
    values = groups.values("organisation", "group")
    keyed = {value: organisation_key(value) for value in values}
    for same in _by(keyed, lambda words: words):
        _all_meet(groups, same)
    for value in values:  # "Northists" are who the Northist Party is
        stem = value.removesuffix("s")
        if groups.of(value).kind == "group" and stem != value:
            for party in (f"{stem}-party", f"{stem}ic-party"):
                if party in keyed:
                    groups.meet(party, value)
    _meet_acronyms(groups, keyed)


def _meet_acronyms(groups: _Groups, keyed: Mapping[str, Words]) -> None:
    """An acronym that some article explains means the same where it stands alone."""
    explained: dict[str, Counter[str]] = defaultdict(Counter)
    for value in keyed:
        for short, times in groups.of(value).short.items():
            if slug(short) != value:
                explained[slug(short)][min(groups.of(value).values)] += times
    for short in sorted(explained):
        if short not in keyed or groups.of(short).kind not in _INSTITUTIONS:
            continue
        meanings = explained[short].most_common()
        best, times = min(meanings, key=lambda m: (-m[1], m[0]))
        if times >= _DOMINANT * (explained[short].total() - times):
            groups.meet(best, short)
        else:
            groups.of(short).uncertain = True


def _doubt_namesakes(groups: _Groups) -> None:
    """People whose articles fall apart into some that share nothing with the others."""
    beside: dict[Hashable, set[Hashable]] = {
        article: {*(id(groups.of(v)) for v in values), *groups.places.get(article, ())}
        for article, values in groups.company.items()
    }
    times = Counter(name for names in beside.values() for name in names)
    most = most_telling(len(beside))
    telling = {
        article: {name for name in names if times[name] <= most}
        for article, names in beside.items()
    }
    for group in groups:
        if group.kind == "person" and len(group.articles) >= 2 * LEAST_EACH:
            apart = fall_apart({at: telling[at] - {id(group)} for at in group.articles})
            group.uncertain = group.uncertain or apart


def _probably_meet(groups: _Groups, one: str, other: str) -> None:
    """Two names meet that are likely one; nothing but the spelling to say so is uncertain."""
    if groups.of(one) is groups.of(other):
        return
    supported = groups.share_company(one, other)
    groups.meet(one, other, sure=False)
    if groups.of(one) is groups.of(other) and not supported:
        groups.of(one).uncertain = True


def _all_meet(groups: _Groups, values: Sequence[str]) -> None:
    for other in values[1:]:
        groups.meet(values[0], other)


def _by(names: Mapping[str, Words], key: Callable[[Words], Words]) -> list[list[str]]:
    """Values that share a key, two or more, in a fixed order."""
    found: dict[Words, list[str]] = defaultdict(list)
    for value in sorted(names):
        found[key(names[value])].append(value)
    return [values for _, values in sorted(found.items()) if len(values) > 1]


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, one in enumerate(values):
        for other in values[at + 1 :]:
            yield one, other
