"""The decisions of people in; whom each mention stands for, out.

What was extracted, and whom the archive took it for (archive/canonical.py), is never rewritten:
decisions are laid over it whenever an article is read or indexed. So they outlive every rebuild
and every new extraction, and without a decision everything is as it was before it.

Decisions are replayed in the order of the log. A value that an article names is followed from
one redirection (merge, alias, split) to the next that was decided later, as if each decision
had been carried out when it was made.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from archive.canonical import settled
from archive.text import slug
from archive.types import Actor, Decision, Mention, MentionKind, Place, Record
from indexes.names import fold

_LAST = 1 << 62


@dataclass(frozen=True, slots=True)
class _Step:
    """From a decision on, a value stands for another: everywhere, or where `where` holds."""

    seq: int
    target: str
    where: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Said:
    """What was decided about one value; None where nothing was."""

    label: str | None = None
    kind: MentionKind | None = None
    wikidata: str | None = None
    hidden: bool = False
    point: tuple[float, float] | None = None
    aliases: list[str] = field(default_factory=list)
    first: tuple[str, MentionKind] | None = None  # as the decision that made or met it saw it
    decisions: list[int] = field(default_factory=list)


class Authority:
    """All decisions that stand, over `automatic`: whom a mention's value is taken for."""

    def __init__(
        self, decisions: Iterable[Decision], automatic: Mapping[str, Actor] | None = None
    ) -> None:
        self.decisions = with_undone(decisions)
        self._automatic: Mapping[str, Actor] = {} if automatic is None else automatic
        self._steps: dict[tuple[str, str], list[_Step]] = defaultdict(list)
        self._said: dict[tuple[str, str], _Said] = defaultdict(_Said)
        for decision in self.decisions:
            if decision.undone_by is None and decision.kind != "undo":
                self._replay(decision)
        self._decided_on = {
            v: self._actor(v, said) for (f, v), said in self._said.items() if f == "actor"
        }

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """All actors as people decided."""
        return {**self._automatic, **self._decided_on}

    def actor(self, value: str) -> Actor | None:
        """An actor as people decided; None for one of which nothing is known but its name."""
        return self._decided_on.get(value) or self._automatic.get(value)

    def settled(self, record: Record) -> Record:
        """The article with each mention, and the place of its dateline, as people decided; hidden
        ones are gone.
        """
        if not self._steps and not self._said:
            return settled(record, self._automatic)
        mentions = (decided for _, decided, _ in self.judged(record))
        reported = record.reported and self._follow("place", record.reported)[0]
        return replace(
            record,
            mentions=tuple(m for m in mentions if m is not None),
            reported=None if reported and self._hidden("place", reported) else reported,
        )

    def judged(self, record: Record) -> Iterator[tuple[Mention, Mention | None, tuple[int, ...]]]:
        """Each mention of a stored article as the archive took it; as people decided, None if
        it is hidden; and the numbers of the decisions that made the difference.
        """
        taken = settled(record, self._automatic).mentions
        named = {(_facet(m), m.value) for m in taken}
        for mention in taken:
            facet = _facet(mention)
            value, path = self._follow(facet, mention.value, record, named)
            said = self._said.get((facet, value))
            reasons = {*path, *(said.decisions if said else ())}
            yield mention, self._decided(mention, value), tuple(sorted(reasons))

    def places(self, places: Mapping[str, Place]) -> dict[str, Place]:
        """Places as people decided: one for all that are the same, without the hidden ones.

        Of a place that no article names itself (decisions can come from another archive) all is
        known that is known of the first that was merged into it.
        """
        meant = {value: self._follow("place", value)[0] for value in sorted(places)}
        found = {value: place for value, place in places.items() if meant[value] == value}
        names: dict[str, list[str]] = defaultdict(list)
        for value, target in meant.items():
            if target != value:
                one = places[value]
                found.setdefault(target, self._stand_in(one, target))
                names[target] += [one.label, *one.aliases, value]  # old addresses lead there, too
        return {
            value: self._place(place, names[value], places)
            for value, place in found.items()
            if not self._hidden("place", value)
        }

    def decided_on(self, facet: str) -> set[str]:
        """All values that decisions of now speak of."""
        return {value for of, value in (*self._said, *self._steps) if of == facet}

    def family(self, decision: Decision) -> set[str]:
        """All values that mentions may have which the decision can concern."""
        facet = decision.facet
        found = {self._now(facet, v) for v in _values(decision)}
        links: dict[str, set[str]] = defaultdict(set)
        for (of, value), steps in self._steps.items():
            for step in steps:
                if of == facet:
                    links[value].add(step.target)
                    links[step.target].add(value)
        waiting = list(found)
        while waiting:
            for value in links[waiting.pop()] - found:
                found.add(value)
                waiting.append(value)
        raw = {v for v, actor in self._automatic.items() if actor.value in found}
        return found | raw if facet == "actor" else found

    def _now(self, facet: str, value: str) -> str:
        """Whom the archive takes a value for by now: that may change with what comes in."""
        actor = self._automatic.get(value) if facet == "actor" else None
        return actor.value if actor else value

    def _replay(self, decision: Decision) -> None:
        facet, arguments = decision.facet, decision.arguments
        subject = self._follow(facet, self._now(facet, decision.subject))[0]
        said = self._said[facet, subject]
        said.decisions.append(decision.seq)
        match decision.kind:
            case "merge":
                target = self._follow(facet, self._now(facet, arguments["into"]))[0]
                if target != subject:
                    self._merge(decision, subject, target)
            case "split":
                step = _Step(decision.seq, arguments["to"], arguments)
                self._steps[facet, subject].append(step)
                self._meet(decision, arguments["to"])
            case "alias":
                said.aliases.append(arguments["name"])
                if facet == "actor":  # a name of many places means what each article says
                    other = self._follow(facet, self._now(facet, slug(arguments["name"])))[0]
                    if other != subject:
                        self._steps[facet, other].append(_Step(decision.seq, subject))
            case "rename":
                said.label = arguments["label"]
            case "retype":
                said.kind = arguments["kind"]
            case "wikidata":
                said.wikidata = arguments["id"]
            case "relocate":
                said.point = (float(arguments["latitude"]), float(arguments["longitude"]))
            case "hide":
                said.hidden = True
        said.first = said.first or _first(arguments, "was")

    def _merge(self, decision: Decision, subject: str, target: str) -> None:
        facet, arguments = decision.facet, decision.arguments
        self._steps[facet, subject].append(_Step(decision.seq, target))
        known = self._automatic.get(subject) if facet == "actor" else None
        gone = self._said[facet, subject]
        names = [gone.label, known.label if known else (arguments.get("was") or {}).get("label")]
        said = self._said[facet, target]
        said.aliases += [n for n in names if n]
        said.aliases += [*(known.aliases if known else ()), *gone.aliases]
        said.wikidata = said.wikidata or gone.wikidata
        self._meet(decision, target)

    def _meet(self, decision: Decision, value: str) -> None:
        said = self._said[decision.facet, value]
        said.first = said.first or _first(decision.arguments, "is")
        said.decisions.append(decision.seq)

    def _actor(self, value: str, said: _Said) -> Actor:
        known = self._automatic.get(value)
        label, kind = said.first or (value, "person")
        if known is not None:
            label, kind = known.label, known.kind
        shown = said.label or label
        return Actor(
            value=value,
            label=shown,
            kind=said.kind or kind,
            aliases=_others(shown, (*said.aliases, *(known.aliases if known else ()), label)),
            uncertain=known.uncertain if known else False,
            wikidata=said.wikidata or (known.wikidata if known else None),
        )

    def _stand_in(self, place: Place, value: str) -> Place:
        said = self._said.get(("place", value))
        label = said.first[0] if said and said.first else place.label
        return replace(place, value=value, label=label)

    def _place(self, place: Place, merged: Sequence[str], places: Mapping[str, Place]) -> Place:
        """A place as people decided; `merged` are names of those that are it, too."""
        said = self._said.get(("place", place.value))
        around = tuple(self._around(place, places))
        if said is None:
            return replace(place, parents=around) if around != place.parents else place
        label = said.label or place.label
        latitude, longitude = said.point or (place.latitude, place.longitude)
        return replace(
            place,
            label=label,
            latitude=latitude,
            longitude=longitude,
            parents=around,
            aliases=_others(label, (*said.aliases, place.label, *place.aliases, *merged)),
            wikidata=said.wikidata or place.wikidata,
        )

    def _around(self, place: Place, places: Mapping[str, Place]) -> Iterator[str]:
        """What a place lies in, the nearest first; what lies in one that is another lies in that,
        and in what that lies in.
        """
        seen = {place.value}
        waiting = [*place.parents]
        while waiting:
            parent = waiting.pop(0)
            meant = self._follow("place", parent)[0]
            if meant in seen:
                continue
            seen.add(meant)
            yield meant
            if meant != parent and meant in places:
                waiting = [*places[meant].parents, *waiting]

    def _hidden(self, facet: str, value: str) -> bool:
        said = self._said.get((facet, value))
        return said is not None and said.hidden

    def _decided(self, mention: Mention, value: str) -> Mention | None:
        """A mention that stands for a value; None if that is hidden."""
        facet = _facet(mention)
        said = self._said.get((facet, value))
        if said is None:
            return mention
        if said.hidden:
            return None
        if facet == "place":
            first = said.first[0] if said.first and value != mention.value else mention.label
            return replace(mention, value=value, label=said.label or first)
        if value == mention.value and value not in self._automatic and said.first is None:
            kind, label = said.kind or mention.kind, said.label or mention.label
            return replace(mention, label=label, kind=kind)
        actor = self.actor(value)
        if actor is None:
            return replace(mention, value=value)
        return replace(mention, value=value, label=actor.label, kind=actor.kind)

    def _follow(
        self,
        facet: str,
        value: str,
        record: Record | None = None,
        named: set[tuple[str, str]] | None = None,
        *,
        before: int = _LAST,
    ) -> tuple[str, list[int]]:
        """Whom a value stands for after the decisions before one, and those that led there;
        without an article by those decisions alone that hold everywhere.
        """
        path: list[int] = []
        at = 0
        while True:
            step = next(
                (
                    s
                    for s in self._steps.get((facet, value), ())
                    if at < s.seq < before and self._holds(s, facet, record, named)
                ),
                None,
            )
            if step is None:
                return value, path
            value, at = step.target, step.seq
            path.append(at)

    def _holds(
        self,
        step: _Step,
        facet: str,
        record: Record | None,
        named: set[tuple[str, str]] | None,
    ) -> bool:
        where = step.where
        if where is None:
            return True
        if record is None:
            return False
        if record.id in where.get("articles", ()):
            return True
        if record.article.source in where.get("sources", ()):
            return True
        beside = {self._now(facet, value) for value in where.get("beside", ())}
        return bool(beside) and any(
            self._follow(of, value, record, named, before=step.seq)[0] in beside
            for of, value in named or ()
            if of == facet
        )


def with_undone(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The log with `undone_by` as the undoing decisions say; undoing one of those redoes."""
    log = sorted(decisions, key=lambda d: d.seq)
    undone: dict[str, int] = {}
    for decision in reversed(log):
        if decision.kind == "undo" and decision.key not in undone:
            undone.setdefault(decision.arguments["undoes"], decision.seq)
    return tuple(replace(d, undone_by=undone.get(d.key)) for d in log)


def decision_key(decision: Decision) -> str:
    """The same for the same decision in whatever archive: 16 hexadecimal digits of its hash."""
    said = [decision.at.isoformat(), decision.by, decision.kind, decision.facet, decision.subject]
    text = json.dumps([*said, dict(decision.arguments)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _others(label: str, names: Iterable[str]) -> tuple[str, ...]:
    """The other names, each once however it is written, without the one that is shown."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    found.pop(fold(label), None)
    return tuple(found.values())


def _values(decision: Decision) -> list[str]:
    arguments = decision.arguments
    named: list[str] = [decision.subject, *(arguments[a] for a in ("into", "to") if a in arguments)]
    if (decision.facet, decision.kind) == ("actor", "alias"):
        named.append(slug(arguments["name"]))
    return named


def _first(arguments: Mapping[str, Any], name: str) -> tuple[str, MentionKind] | None:
    known = arguments.get(name)
    return (known["label"], known["kind"]) if known else None


def _facet(mention: Mention) -> str:
    return "place" if mention.kind == "place" else "actor"
