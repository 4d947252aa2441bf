"""The page on which a result set is taken away."""

from dataclasses import dataclass, field

from archive.export import FORMATS
from archive.query.request import SearchRequest
from web.params import query_string
from web.views.parts import Box, Link, box

_FOR = {
    "csv": "a table for programs and LibreOffice; without the texts",
    "excel": "the same table, marked so that Excel reads it right",
    "jsonl": "for programs; with the texts",
    "ris": "citations for EndNote, Zotero and others",
    "bib": "citations for LaTeX",
}


@dataclass(frozen=True, slots=True)
class ExportPage:
    """export.html"""

    told: str
    counted: str
    forms: tuple[Link, ...]
    manifest: str
    back: str
    box: Box = field(default_factory=Box)


def export_page(request: SearchRequest, total: int) -> ExportPage:
    """The forms of an export."""
    query = query_string(request)
    more = f"&{query}" if query else ""
    return ExportPage(
        told=request.told,
        counted=f"{total:,} {'article' if total == 1 else 'articles'}",
        forms=tuple(
            Link(form.label, f"/api/v1/export?format={name}{more}", title=_FOR[name])
            for name, form in FORMATS.items()
        ),
        manifest=f"/api/v1/export/manifest?{query}",
        back=f"/?{query}",
        box=box(request),
    )
