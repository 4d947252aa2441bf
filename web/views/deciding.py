"""The pages on which editors decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from archive.decisions import KINDS, Effect, told
from archive.errors import ArchiveError
from archive.types import Actor, Decision, Place
from web.views.parts import Box, Link
from web.views.profile import page_of

LOG_PAGE = 100
_SHOWN_COUNTS = 40
# What a form says beside its own fields.
_OURS = frozenset(("csrf", "kind", "step"))
_LONGEST_LIST = 10_000  # characters
_LISTED = frozenset(("articles",))
# Fields that are ticked are called after what they stand for: "articles.3nac6gaecapm".
_TICKED = frozenset(("articles", "beside"))


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form; with `options` one of them is chosen."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = True
    options: tuple[str, ...] = ()
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of decision: what it does, and what it needs to be told."""

    kind: str
    heading: str
    does: str
    fields: tuple[Field, ...] = ()
    fault: str = ""
    hint: str = ""
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class DecidePage:
    """decide.html"""

    label: str
    kind: str
    back: str
    action: str
    forms: tuple[Form, ...]
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class CountRow:
    """A facet value whose number of articles would change."""

    label: str
    note: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """preview.html"""

    told: str
    articles: int
    counts: tuple[CountRow, ...]
    more: int
    action: str
    back: str
    hidden: tuple[tuple[str, str], ...]
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class LogRow:
    """A decision; `undo` is where undoing it is asked for, "" if it is undone."""

    number: int
    at: str
    by: str
    told: str
    about: Link
    undone_by: int | None
    undo: str


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """decisions.html"""

    rows: tuple[LogRow, ...]
    total: int
    newer: str
    older: str
    waits: bool = False
    box: Box = field(default_factory=Box)


def said_in(form: Mapping[str, str]) -> dict[str, str | list[str]]:
    """The words of a decision, as `archive.decisions.proposed` takes them."""
    said: dict[str, str | list[str]] = {}
    ticked: dict[str, list[str]] = {}
    for name, value in form.items():
        of, _, item = name.partition(".")
        if item and of in _TICKED:
            ticked.setdefault(of, []).append(item)
        elif name in _LISTED:
            said[name] = value.replace(",", " ").split()
        elif name not in _OURS:
            said["kind" if name == "is" else name] = value
    return {**said, **ticked}


def decide_page(
    facet: Literal["actor", "place"],
    named: Actor,
    place: Place | None,
    *,
    form: Mapping[str, str] | None = None,
    fault: ArchiveError | None = None,
) -> DecidePage:
    """The forms about an actor or a place; what was sent stands in its form again, with what is
    wrong with it.
    """
    forms = _about_places(named, place) if facet == "place" else _about_actors(named)
    address = page_of(facet, named.value)
    return DecidePage(
        label=named.label,
        kind=named.kind,
        back=address,
        action=f"{address}/decide",
        forms=tuple(_with_fault(f, form or {}, fault) for f in forms),
    )


def _with_fault(form: Form, sent: Mapping[str, str], fault: ArchiveError | None) -> Form:
    if fault is None or sent.get("kind") != form.kind:
        return form
    fields = tuple(replace(f, value=_typed(f, said_in(sent))) for f in form.fields)
    message = fault.message[:1].upper() + fault.message[1:]
    return replace(form, fields=fields, fault=message, hint=fault.hint)


def _typed(field: Field, said: Mapping[str, str | list[str]]) -> str:
    found = said.get("kind" if field.name == "is" else field.name, field.value)
    return found if isinstance(found, str) else " ".join(found)


def _about_actors(actor: Actor) -> Iterable[Form]:
    label = actor.label
    yield _merge(
        f"{label} is another actor: its articles count for that one, and its names lead there."
    )
    yield _rename(label)
    yield _alias(f"What is found under that name is {label}.")
    yield Form(
        "retype",
        "Change the kind",
        "",
        (Field("is", "Kind", actor.kind, options=KINDS),),
    )
    yield _wikidata(label, actor.wikidata)
    yield Form(
        "split",
        "Split",
        "Some articles mean another of that name: those named here, those that also name "
        "somebody, those of a source.",
        (
            Field("to", "Name of the other", hint="such as “Ada Marsh (rower)”"),
            Field("beside", "Articles that also name", hint="an actor", required=False),
            Field("sources", "Articles of the source", required=False),
            Field("articles", "Articles", hint="ids", required=False, longest=_LONGEST_LIST),
        ),
        more=Link("Choose among its articles", f"{page_of('actor', actor.value)}/namesakes"),
    )
    yield Form("hide", "Hide", f"{label} is no actor: in no facet, no filter, no text.")


def _about_places(named: Actor, place: Place | None) -> Iterable[Form]:
    label = named.label
    yield _merge(
        f"{label} is another place: its articles and what lies in it count for that one, and its "
        "names lead there."
    )
    yield _rename(label)
    yield _alias(f"That name leads to {label}, too.")
    if place:
        yield Form(
            "relocate",
            "Relocate",
            "It lies elsewhere.",
            (
                Field("latitude", "Latitude", f"{place.latitude:g}", hint="degrees north"),
                Field("longitude", "Longitude", f"{place.longitude:g}", hint="degrees east"),
            ),
        )
    yield _wikidata(label, place.wikidata if place else None)
    yield Form("hide", "Hide", f"{label} is no place: in no facet, no filter, no text.")


def _merge(does: str) -> Form:
    return Form(
        "merge", "Merge", does, (Field("into", "Is the same as", hint="a name or a value"),)
    )


def _rename(label: str) -> Form:
    does = "Another name is shown; the old one still leads here."
    return Form("rename", "Rename", does, (Field("label", "Name to show", label),))


def _alias(does: str) -> Form:
    return Form("alias", "Add a name", does, (Field("name", "Other name"),))


def _wikidata(label: str, known: str | None) -> Form:
    field = Field("id", "Id", known or "", hint="such as Q42")
    return Form("wikidata", "Wikidata", f"Says which item {label} is.", (field,))


def preview_page(
    decision: Decision,
    effect: Effect,
    form: Mapping[str, str],
    action: str,
    back: str,
) -> PreviewPage:
    """What a decision would change, with the form that carries it out."""
    sent = {**form, "step": "carry out"}
    return PreviewPage(
        told=told(decision),
        articles=effect.articles,
        counts=tuple(
            CountRow(c.label, f"{c.facet} {c.value}", c.before, c.after)
            for c in effect.counts[:_SHOWN_COUNTS]
        ),
        more=max(0, len(effect.counts) - _SHOWN_COUNTS),
        action=action,
        back=back,
        hidden=tuple(sent.items()),
    )


def decisions_page(
    log: Sequence[Decision], offset: int, size: int, *, waits: bool = False
) -> DecisionsPage:
    """A part of the log, the last decision first; the index `waits` for its builder to have it."""
    newest = list(reversed(log))
    return DecisionsPage(
        rows=tuple(_row(d) for d in newest[offset : offset + size]),
        total=len(log),
        newer=_at(max(0, offset - size)) if offset else "",
        older=_at(offset + size) if offset + size < len(log) else "",
        waits=waits,
    )


def _at(offset: int) -> str:
    return f"/decisions?offset={offset}" if offset else "/decisions"


def _row(decision: Decision) -> LogRow:
    return LogRow(
        number=decision.seq,
        at=f"{decision.at:%Y-%m-%d %H:%M}",
        by=decision.by,
        told=told(decision),
        about=Link(decision.subject, page_of(decision.facet, decision.subject)),
        undone_by=decision.undone_by,
        undo="" if decision.undone_by else f"/decisions/{decision.seq}/undo",
    )
