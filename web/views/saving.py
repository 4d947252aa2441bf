"""Pages of saved searches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.query.request import SearchRequest
from archive.saved import Fresh
from archive.search.answer import Hit
from archive.store.alerts import Alert
from web.params import query_string
from web.views.accounts import ConfirmPage
from web.views.alerting import AlertRow, alert_row
from web.views.parts import Box, Card, box, card


@dataclass(frozen=True, slots=True)
class SavePage:
    """save.html"""

    label: str
    told: str
    counted: str
    action: str
    back: str
    is_visitor: bool
    fault: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved search, as it is listed."""

    label: str
    told: str
    counted: str
    new: int
    href: str
    search: str
    feed: str
    remove: str
    alerts: int


@dataclass(frozen=True, slots=True)
class SavedPage:
    """saved.html"""

    rows: tuple[SavedRow, ...]
    is_visitor: bool
    older: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class OneSavedPage:
    """saved_search.html: what is new to a saved search."""

    saved: SavedRow
    cards: tuple[Card, ...]
    more: int
    seen: str
    upto: int
    feed: str
    alerts: tuple[AlertRow, ...]
    alert: str
    is_visitor: bool
    is_made: bool
    box: Box = field(default_factory=Box)


def save_page(
    request: SearchRequest, total: int, *, is_visitor: bool, label: str = "", fault: str = ""
) -> SavePage:
    """The form that saves a search."""
    query = query_string(request)
    return SavePage(
        label=label or request.q[:120],
        told=request.told,
        counted=f"{total:,} {'article' if total == 1 else 'articles'}",
        action=f"/save?{query}",
        back=f"/?{query}",
        is_visitor=is_visitor,
        fault=fault,
        box=box(request),
    )


def saved_row(fresh: Fresh, alerts: int) -> SavedRow:
    """A saved search, as it is listed."""
    saved, total = fresh.saved, fresh.total
    return SavedRow(
        label=saved.label,
        told=saved.request.told,
        counted=f"{total:,} {'article' if total == 1 else 'articles'}",
        new=len(fresh.new),
        href=f"/saved/{saved.id}",
        search=f"/?{query_string(saved.request)}",
        feed=f"/feeds/saved/{saved.token}",
        remove=f"/saved/{saved.id}/remove",
        alerts=alerts,
    )


def saved_page(
    found: Sequence[Fresh], alerts: Mapping[int, int], *, is_visitor: bool, more: bool
) -> SavedPage:
    """What somebody saved, with how many alerts each has; `more` says that there is some before
    the last.
    """
    older = f"/saved?before={found[-1].saved.id}" if more else ""
    rows = tuple(saved_row(fresh, alerts.get(fresh.saved.id, 0)) for fresh in found)
    return SavedPage(rows=rows, is_visitor=is_visitor, older=older)


def one_saved_page(
    fresh: Fresh,
    hits: Sequence[Hit],
    alerts: Sequence[Alert],
    site: str,
    *,
    is_visitor: bool,
    is_made: bool,
) -> OneSavedPage:
    """What is new to a saved search, and who else is told; it may have been saved just now."""
    row = saved_row(fresh, len(alerts))
    return OneSavedPage(
        saved=row,
        cards=tuple(card(hit, SearchRequest()) for hit in hits),
        more=len(fresh.new) - len(hits),
        seen=f"{row.href}/seen",
        upto=fresh.change,
        feed=site.rstrip("/") + row.feed,
        alerts=tuple(map(alert_row, alerts)),
        alert=f"{row.href}/alert",
        is_visitor=is_visitor,
        is_made=is_made,
        box=box(fresh.saved.request),
    )


def remove_saved_page(label: str, address: str) -> ConfirmPage:
    """What removing a saved search does."""
    return ConfirmPage(
        heading=f"Remove “{label}” from your saved searches",
        says=("Its feed and its alerts end. Articles stay as they are.",),
        action=f"{address}/remove",
        button="Remove it",
        back="/saved",
    )
