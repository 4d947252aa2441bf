"""Pages without a search: what the archive is, and what went wrong."""

from dataclasses import dataclass, field

from archive.search.answer import Status
from web.views.parts import Box


@dataclass(frozen=True, slots=True)
class AboutPage:
    """about.html"""

    box: Box
    status: Status
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """error.html"""

    heading: str
    detail: str
    hint: str
    q: str
    box: Box = field(default_factory=Box)


def about_page(status: Status) -> AboutPage:
    """What the archive holds, and how it is searched."""
    facts = {
        "Articles": f"{status.articles:,}",
        "Without a date": f"{status.undated:,}",
        "Sources": f"{status.sources:,}",
        "Oldest and newest": f"{status.first} to {status.last}" if status.first else "–",
        "Passages": f"{status.passages:,}",
        "Embedding model": status.model,
        "Generation": status.generation or "none",
        "Changes not yet indexed": f"{status.behind:,}",
        "Cut-off of similarity": f"{status.cutoff:.3f}" if status.cutoff is not None else "–",
    }
    return AboutPage(box=Box(), status=status, facts=tuple(facts.items()))
