"""Decisions in: checked, stored together with what they concern, told what they change; and
the log out and in again as JSON Lines.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from archive.authority import Authority, decision_key
from archive.errors import InputError, NotFound, QueryError
from archive.rebuild import entry_of, labels_of
from archive.store import Store
from archive.text import slug
from archive.types import Actor, Decided, Decision, MentionKind
from indexes.names import fold

KINDS = tuple(kind for kind in get_args(MentionKind) if kind != "place")
_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
_NEEDED: dict[str, tuple[str, ...]] = {
    "merge": ("into",),
    "split": ("to",),
    "rename": ("label",),
    "retype": ("kind",),
    "hide": (),
    "alias": ("name",),
    "wikidata": ("id",),
    "relocate": ("latitude", "longitude"),
    "undo": ("undoes",),
}
_OF_PLACES = frozenset(("merge", "alias", "wikidata", "rename", "hide", "relocate", "undo"))
_PARTED_BY = ("articles", "beside", "sources")
_COUNTED = ("actor", "place", "reported")
_LONGEST = 200

Facet = Literal["actor", "place"]
Named = Callable[[Facet, str], Actor]


@dataclass(frozen=True, slots=True)
class Count:
    """A facet value's articles before and after."""

    facet: str
    value: str
    label: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What decisions change: how many articles, and the counts that differ. Decisions that
    the log has already are left out of `decisions`. `is_indexed` is False while the index, which
    another process builds, does not have it yet.
    """

    decisions: int
    articles: int
    counts: tuple[Count, ...]
    is_indexed: bool = True


def made(decision: Decision) -> Decision:
    """A decision with its key. InputError says what is wrong with it."""
    arguments = decision.arguments
    needed = _NEEDED.get(decision.kind)
    if needed is None or decision.facet not in ("actor", "place"):
        raise InputError(f"there is no decision “{decision.kind}” about a {decision.facet}")
    if decision.facet == "place" and decision.kind not in _OF_PLACES:
        raise InputError(f"a place cannot be decided on by “{decision.kind}”")
    for name in needed:
        stated = str(arguments.get(name, "")).strip()
        if not stated or len(stated) > _LONGEST:
            raise InputError(f"{decision.kind}: {name} is {'too long' if stated else 'missing'}")
    for name in ("was", "is"):
        _check_seen(decision, arguments.get(name))
    match decision.kind:
        case "merge" if arguments["into"] == decision.subject:
            raise InputError(f"“{decision.subject}” cannot be merged with itself")
        case "split":
            _check_split(decision)
        case "retype" if arguments["kind"] not in KINDS:
            raise InputError(
                f"there is no kind “{arguments['kind']}”", hint="kinds are: " + ", ".join(KINDS)
            )
        case "wikidata" if not _WIKIDATA.fullmatch(str(arguments["id"])):
            raise InputError(
                f"“{arguments['id']}” is no Wikidata id", hint="write it like this: Q42"
            )
        case "alias" if not slug(str(arguments["name"])):
            raise InputError(f"“{arguments['name']}” is no name")
        case "relocate":
            _check_point(arguments["latitude"], arguments["longitude"])
    return replace(decision, key=decision.key or decision_key(decision))


def proposed(
    facet: Facet,
    name: str,
    kind: Decided,
    said: Mapping[str, Any],
    *,
    named: Named,
    by: str,
    now: datetime,
) -> Decision:
    """A decision in the words of a command or a form: `said` names other actors by value or name
    (merge: into; split: to, beside), the rest is as docs/authority.md has it. NotFound for a name
    that nobody bears, InputError for what cannot be decided.
    """
    actor = named(facet, name)
    arguments = {key: value for key, value in said.items() if value not in (None, "", [])}
    if kind == "relocate":
        with suppress(ValueError):  # what is no number is refused below
            arguments |= {key: float(value) for key, value in arguments.items()}
    if kind == "merge" and arguments.get("into"):
        target = named(facet, arguments["into"])
        known = {"label": target.label, "kind": target.kind}
        arguments = {"into": target.value, "is": known}
    if kind == "split" and arguments.get("to"):
        arguments = _split(arguments, actor, named)
    arguments["was"] = {"label": actor.label, "kind": actor.kind}
    return made(Decision(now, by, kind, facet, actor.value, arguments))


def _split(arguments: Mapping[str, Any], actor: Actor, named: Named) -> dict[str, Any]:
    """What a split takes; who the others are may be an actor that is known."""
    label, kind = str(arguments["to"]), arguments.get("kind") or actor.kind
    other = Actor(slug(label), label, kind)
    with suppress(NotFound, QueryError):
        known = named("actor", label)
        if fold(label) in map(fold, (known.value, known.label, *known.aliases)):
            other = known
    found = {a: _listed(arguments[a]) for a in _PARTED_BY if arguments.get(a)}
    if "beside" in found:
        found["beside"] = [named("actor", name).value for name in found["beside"]]
    return {**found, "to": other.value, "is": {"label": other.label, "kind": other.kind}}


def _listed(stated: Any) -> list[Any]:
    return [stated] if isinstance(stated, str) else list(stated)


def told(decision: Decision) -> str:
    """What was decided, in a line: "merge bruno-keller into ada-marsh"."""
    arguments = {k: v for k, v in decision.arguments.items() if k not in ("was", "is")}
    said = ", ".join(f"{k} {_told(v)}" for k, v in arguments.items())
    return f"{decision.kind} {decision.subject} {said}".rstrip()


def _told(argument: Any) -> str:
    return " ".join(map(str, argument)) if isinstance(argument, list) else str(argument)


def undoing(log: Sequence[Decision], seq: int, *, by: str, now: datetime) -> Decision:
    """The decision that undoes one of the log. NotFound, or InputError if it is undone."""
    found = next((d for d in log if d.seq == seq), None)
    if found is None:
        raise NotFound(
            f"there is no decision {seq}", hint="`archive actors log` lists all decisions"
        )
    if found.undone_by is not None:
        raise InputError(f"decision {seq} was undone already, by decision {found.undone_by}")
    arguments = {"undoes": found.key}
    return made(Decision(now, by, "undo", found.facet, found.subject, arguments))


def preview(store: Store, decisions: Sequence[Decision]) -> Effect:
    """What decisions would change; nothing is stored."""
    return _weighed(store, decisions)[2]


def carry_out(store: Store, decisions: Sequence[Decision]) -> Effect:
    """Store decisions, and put the articles that they concern into the change feed, in one
    transaction.
    """
    fresh, touched, effect = _weighed(store, decisions)
    if fresh:
        with store.writing() as writer:
            writer.decide(fresh, touched)
            for decision in fresh:
                writer.audit.note(decision.by, "decided", told(decision), now=datetime.now(UTC))
    return effect


def _weighed(
    store: Store, decisions: Sequence[Decision]
) -> tuple[list[Decision], list[int], Effect]:
    """The decisions that are new, the articles that they concern, and what they change."""
    log = store.decisions()
    known = {d.key for d in log}
    fresh = [d for d in map(made, decisions) if d.key not in known]
    last = max((d.seq for d in log), default=0)
    numbered = [replace(d, seq=last + at) for at, d in enumerate(fresh, 1)]
    automatic = store.actors()
    before, after = Authority(log, automatic), Authority((*log, *numbered), automatic)
    keyed = {d.key: d for d in (*log, *numbered)}
    touched = _concerned(store, numbered, keyed, (before, after))
    return fresh, touched, _effect(store, len(fresh), touched, (before, after))


def _concerned(
    store: Store,
    decisions: Iterable[Decision],
    keyed: dict[str, Decision],
    authorities: Sequence[Authority],
) -> list[int]:
    values: dict[str, set[str]] = {"actor": set(), "place": set()}
    for decision in decisions:
        meant: Decision | None = decision
        while meant is not None and meant.kind == "undo":
            meant = keyed.get(meant.arguments["undoes"])
        if meant is not None:
            for authority in authorities:
                values[meant.facet] |= authority.family(meant)
    if values["place"]:
        # What lies in a place counts for it, too.
        within = store.places().values()
        values["place"] |= {p.value for p in within if values["place"] & {*p.parents}}
    actors = store.naming(sorted(values["actor"]))
    return sorted({*actors, *store.naming(sorted(values["place"]), places=True)})


def _effect(
    store: Store, decisions: int, touched: Sequence[int], authorities: Sequence[Authority]
) -> Effect:
    counted: list[Counter[tuple[str, str]]] = [Counter(), Counter()]
    labels: dict[tuple[str, str], str] = {}
    places = [authority.places(store.places()) for authority in authorities]
    changed = 0
    for record in store.scan(numbers=touched):
        sides = []
        for at, authority in enumerate(authorities):
            mine = authority.settled(record)
            values = entry_of(mine, places[at]).values
            found = {(f, v) for f in _COUNTED for v in values[f]}
            counted[at].update(found)
            shown = set(labels_of(mine, places[at], authority.actors))
            labels.update({(f, v): label.name for f, v, label in shown})
            sides.append((found, shown))
        changed += sides[0] != sides[1]
    counts = tuple(
        Count(*key, labels.get(key, key[1]), counted[0][key], counted[1][key])
        for key in sorted({*counted[0], *counted[1]})
        if counted[0][key] != counted[1][key]
    )
    return Effect(decisions=decisions, articles=changed, counts=counts)


def exported(decisions: Iterable[Decision]) -> Iterable[str]:
    """The log as JSON Lines."""
    for decision in decisions:
        yield json.dumps(
            {
                "key": decision.key,
                "at": decision.at.isoformat(),
                "by": decision.by,
                "kind": decision.kind,
                "facet": decision.facet,
                "subject": decision.subject,
                "arguments": dict(decision.arguments),
            },
            ensure_ascii=False,
        )


def imported(lines: Iterable[str]) -> list[Decision]:
    """Decisions from JSON Lines. InputError names the line that is none."""
    return [_read(line, at) for at, line in enumerate(lines, 1) if line.strip()]


def _read(line: str, at: int) -> Decision:
    try:
        fields: dict[str, Any] = json.loads(line)
        kind: Decided = fields["kind"]
        moment = datetime.fromisoformat(fields["at"])
        decision = Decision(
            at=moment.astimezone(UTC),
            by=str(fields["by"]),
            kind=kind,
            facet=fields["facet"],
            subject=str(fields["subject"]),
            arguments=dict(fields["arguments"].items()),
        )
        return made(decision)
    except InputError as error:
        raise InputError(f"line {at}: {error.message}", hint=error.hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"line {at} is no decision: {error}",
            hint="import what `archive actors export` wrote; nothing was imported",
        ) from error


def _check_split(decision: Decision) -> None:
    arguments = decision.arguments
    if not any(arguments.get(a) for a in _PARTED_BY):
        raise InputError(
            "a split needs to know which articles mean the other",
            hint="name articles, actors named beside it, or sources",
        )
    for name in _PARTED_BY:
        stated = arguments.get(name, [])
        if not isinstance(stated, list) or not all(isinstance(s, str) and s for s in stated):
            raise InputError(f"split: {name} is a list of names or ids")
    if arguments["to"] == decision.subject:
        raise InputError("the other needs another name than the first")


def _check_seen(decision: Decision, seen: Any) -> None:
    """How a decision saw those that it speaks of; nothing, or a label and a kind."""
    if seen is None:
        return
    kinds = KINDS if decision.facet == "actor" else ("place",)
    if not isinstance(seen, Mapping) or not str(seen.get("label") or "").strip():
        raise InputError(f"{decision.kind}: who it is about has no name")
    if seen.get("kind") not in kinds:
        raise InputError(
            f"there is no kind “{seen.get('kind')}”", hint="kinds are: " + ", ".join(kinds)
        )


def _check_point(latitude: Any, longitude: Any) -> None:
    try:
        inside = -90 <= float(latitude) <= 90 and -180 <= float(longitude) <= 180
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise InputError(
            f"{latitude}, {longitude} is no place on Earth",
            hint="give degrees: latitude from -90 to 90, longitude from -180 to 180",
        )
