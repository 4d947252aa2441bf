"""Pages of collections."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.collections import LONGEST_NAME, LONGEST_NOTE, Contents
from archive.export import FORMATS
from archive.query.request import SearchRequest
from archive.search.answer import Hit
from archive.store.collections import Collection
from web.views.accounts import ConfirmPage
from web.views.parts import Box, Card, Link, card


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection, as it is listed."""

    id: int
    name: str
    counted: str
    href: str


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """collections.html"""

    rows: tuple[CollectionRow, ...]
    is_visitor: bool
    fault: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class CollectPage:
    """collect.html: where an article is to be put."""

    title: str
    back: str
    action: str
    rows: tuple[CollectionRow, ...]
    is_visitor: bool
    name: str = ""
    note: str = ""
    fault: str = ""
    longest_name: int = LONGEST_NAME
    longest_note: int = LONGEST_NOTE
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class Item:
    """An article in a collection, with its note."""

    id: str
    card: Card
    note: str


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """collection.html; `address` is "" on the page of who was only given its link."""

    name: str
    note: str
    counted: str
    items: tuple[Item, ...]
    exports: tuple[Link, ...]
    address: str = ""
    shared: str = ""
    longest_name: int = LONGEST_NAME
    longest_note: int = LONGEST_NOTE
    box: Box = field(default_factory=Box)


def collections_page(
    found: Sequence[Collection], *, is_visitor: bool, fault: str = ""
) -> CollectionsPage:
    """All collections of somebody."""
    return CollectionsPage(rows=tuple(map(_row, found)), is_visitor=is_visitor, fault=fault)


def collect_page(
    id_: str,
    title: str,
    found: Sequence[Collection],
    *,
    is_visitor: bool,
    name: str = "",
    note: str = "",
    fault: str = "",
) -> CollectPage:
    """Where an article can be put."""
    return CollectPage(
        title=title,
        back=f"/articles/{id_}",
        action=f"/articles/{id_}/collect",
        rows=tuple(map(_row, found)),
        is_visitor=is_visitor,
        name=name,
        note=note,
        fault=fault,
    )


def collection_page(
    contents: Contents, hits: Sequence[Hit], ids: dict[int, str], *, site: str, own: bool
) -> CollectionPage:
    """A collection with its articles; those that no index has yet are left out."""
    collection = contents.collection
    by_id = {hit.id: hit for hit in hits}
    there = [(ids[c.number], c.note) for c in contents.articles if ids.get(c.number, "") in by_id]
    address = f"/collections/{collection.id}"
    shared = f"/shared/{collection.token}" if collection.token else ""
    root = address if own else shared
    return CollectionPage(
        name=collection.name,
        note=collection.note,
        counted=_counted(collection.articles),
        items=tuple(Item(id_, card(by_id[id_], SearchRequest()), note) for id_, note in there),
        exports=tuple(
            Link(form.label, f"{root}/export?format={name}") for name, form in FORMATS.items()
        ),
        address=address if own else "",
        shared=site.rstrip("/") + shared if own and shared else "",
    )


def remove_collection_page(collection: Collection) -> ConfirmPage:
    """What removing a collection does."""
    address = f"/collections/{collection.id}"
    return ConfirmPage(
        heading=f"Remove the collection “{collection.name}”",
        says=("Its notes go with it, and its link ends. The articles stay in the archive.",),
        action=f"{address}/remove",
        button="Remove it",
        back=address,
    )


def _row(collection: Collection) -> CollectionRow:
    return CollectionRow(
        collection.id,
        collection.name,
        _counted(collection.articles),
        f"/collections/{collection.id}",
    )


def _counted(articles: int) -> str:
    return f"{articles:,} {'article' if articles == 1 else 'articles'}"
