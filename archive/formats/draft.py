"""What a document states of itself, before it is cleaned."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A publication date as it stands in the document. `origin` says where ("json:pubDate");
    one that is `binding` refuses the document when it makes no sense, others are passed over.
    """

    text: str
    origin: str
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields as stated; `blocks` are the paragraphs of the body, boilerplate among them.

    `dates` are all that are stated, of one kind those to be believed first; `provider_id` is the
    id that the publisher gives the article.
    """

    blocks: tuple[str, ...]
    title: str = ""
    authors: tuple[str, ...] = ()
    dates: tuple[StatedDate, ...] = ()
    url: str | None = None
    provider_id: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    dateline: str | None = None
