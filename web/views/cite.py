"""The page that tells how to cite an article."""

from dataclasses import dataclass

from archive.citation import FORMS, Cited
from web.views.parts import Box


@dataclass(frozen=True, slots=True)
class Citation:
    """One way to cite; `href` gives it as a file."""

    name: str
    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class CitePage:
    """cite.html"""

    box: Box
    title: str
    language: str
    back: str
    citations: tuple[Citation, ...]


def cite_page(cited: Cited) -> CitePage:
    """The page of an article's citations."""
    article = f"/articles/{cited.record.id}"
    return CitePage(
        box=Box(),
        title=cited.title,
        language=cited.record.article.language or "",
        back=article,
        citations=tuple(
            Citation(name, form.label, form.write(cited).strip(), f"{article}/cite.{name}")
            for name, form in FORMS.items()
        ),
    )
