"""Whether an incoming article is new, known, changed, or the same text as another."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from archive.text import text_hash
from archive.types import Article


class Status(StrEnum):
    """What became of an incoming article."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    BARRED = "barred"  # taken down, and not to come back


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store remembers of an article, to compare an incoming one with."""

    number: int
    id: str
    key: str | None
    text_hash: str
    content_hash: str
    raw_hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`known` is the article that an incoming one is, or (for a duplicate) copies.

    A duplicate is `stored` as an article of its own when it was published under another key:
    that it also ran there is part of the record. The same text in another file is not.
    """

    status: Status
    known: KnownArticle | None = None
    stored: bool = True


def content_hash(article: Article) -> str:
    """SHA-256 (hex) of everything that makes a new version when it changes: all that was
    published, but not where we read it.
    """
    return hashlib.sha256(repr(replace(article, origin="", key=None)).encode()).hexdigest()


def judge(
    article: Article,
    *,
    by_key: KnownArticle | None,
    by_origin: KnownArticle | None,
    by_text: KnownArticle | None,
) -> Verdict:
    """Compare with the article of the same key, of the same origin, and of the same text.

    The key decides: it is what the publisher calls the article. Without a key the place it
    was read from does, so that a file that was edited is an update.
    """
    same = by_key if article.key else by_origin
    if same is not None and (article.key is not None or same.key is None):
        changed = same.content_hash != content_hash(article)
        return Verdict(Status.UPDATED if changed else Status.UNCHANGED, same)
    if by_text is not None:
        return Verdict(Status.DUPLICATE, by_text, stored=article.key is not None)
    return Verdict(Status.ADDED)


def digests(article: Article) -> tuple[str, str]:
    """Text hash (title and text, words alone) and content hash."""
    return text_hash(f"{article.title}\n{article.text}"), content_hash(article)


def changes_between(before: Article, after: Article) -> set[str]:
    """What of an article a new version says in other words: "headline", "text"."""
    said = {"headline": (before.title, after.title), "text": (before.text, after.text)}
    return {name for name, (old, new) in said.items() if text_hash(old) != text_hash(new)}


def bars(article: Article, origin: str) -> tuple[str, ...]:
    """Hashes of all that would make an incoming article this one: its key and address, its
    words, and without a key the place it was read from. SHA-256, so that a list of what may not
    come in tells nothing.
    """
    text, _ = digests(article)
    marks = {
        "key": article.key,
        "url": article.url,
        "text": text,
        "origin": None if article.key else origin,
    }
    return tuple(
        hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
        for kind, value in marks.items()
        if value
    )
