"""A stored article in; for each of its actors and places why it has it, out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from archive.authority import Authority
from archive.rebuild import entry_of
from archive.types import Actor, Decision, Mention, MentionKind, Place, Record

# What made a mention (`Mention.rule`), in words for readers.
RULES: Mapping[str, str] = {
    "recogniser": "the recogniser takes it for a name",
    "title": "the recogniser takes it for a name, and a title stands before it",
    "full name": "a part of a name that stands whole in the article",
    "acronym": "the initials of a name of the article",
    "other kind": "the recogniser takes it for another kind here than elsewhere in the article",
    "found again": "the same words are a name elsewhere in the article",
    "headline": "a name of the text, in the headline",
    "government": "a government, an office or an army, by the country named with it",
    "only candidate": "the only place of that name in the gazetteer",
    "qualifier": "the area that stands after it",
    "dateline": "the article was reported from there",
    "other places": "other places of the article are near, or lie in the same area",
    "source": "where its source is at home",
    "size": "the largest place of that name",
    "demonym": "what people and things from there are called",
}
UNCERTAIN = (
    "It is not certain who this is: several may bear the name, it may be of another kind, or its "
    "names may not be those of one."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an article has a facet value: the mentions that stand for it, places named that lie
    `within` it, and what people decided. `confidence` is that of the surest mention. What a
    decision hid is listed, too: no facet counts it. `uncertain` as for an `Actor`.
    """

    facet: Literal["actor", "place"]
    value: str
    label: str
    kind: MentionKind
    confidence: float
    mentions: tuple[Mention, ...]
    within: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    hidden: bool = False
    uncertain: bool = False


def evidence_of(
    record: Record, authority: Authority, places: Mapping[str, Place]
) -> tuple[Evidence, ...]:
    """Evidence for every actor and place, in the order of first mention; then for what places
    named lie in.
    """
    log = {decision.seq: decision for decision in authority.decisions}
    known = authority.places(places)
    groups: dict[tuple[Literal["actor", "place"], str, bool], list[Mention]] = {}
    reasons: dict[tuple[str, str, bool], set[int]] = {}
    for taken, decided, because in authority.judged(record):
        mention = decided or taken
        key = _facet(mention), mention.value, decided is None
        groups.setdefault(key, []).append(mention)
        reasons.setdefault(key, set()).update(because)
    found = [
        Evidence(
            facet=facet,
            value=value,
            label=_label(facet, value, known) or mentions[0].label,
            kind=mentions[0].kind,
            confidence=max(m.confidence for m in mentions),
            mentions=tuple(mentions),
            decisions=tuple(log[seq] for seq in sorted(reasons[facet, value, hidden])),
            hidden=hidden,
            uncertain=facet == "actor" and _is_uncertain(authority.actor(value)),
        )
        for (facet, value, hidden), mentions in groups.items()
    ]
    mentioned = [e for e in found if e.facet == "place" and not e.hidden]
    named = {e.value for e in mentioned}
    for value in entry_of(authority.settled(record), known).values["place"]:
        if value not in named and value in known:
            inside = [e for e in mentioned if e.value in known and value in known[e.value].parents]
            found.append(
                Evidence(
                    facet="place",
                    value=value,
                    label=known[value].label,
                    kind="place",
                    confidence=max((e.confidence for e in inside), default=0.0),
                    mentions=(),
                    within=tuple(e.label for e in inside),
                )
            )
    return tuple(found)


def _is_uncertain(actor: Actor | None) -> bool:
    return actor is not None and actor.uncertain


def _label(facet: str, value: str, places: Mapping[str, Place]) -> str:
    return places[value].label if facet == "place" and value in places else ""


def _facet(mention: Mention) -> Literal["actor", "place"]:
    return "place" if mention.kind == "place" else "actor"
