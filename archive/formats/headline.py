"""A page's headline: as readers see it, without the names of its site and section around it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.text import address
from indexes.names import fold

# A heading of fewer words is a section's, or the site's own name.
_FEWEST_WORDS = 3
# Characters: what is longer is a heading that nobody closed, and holds the article.
_LONGEST_SEEN = 400
# Words of the name of a section.
_MOST_LABEL = 2
# What stands between a headline and the site's name in a page's title.
_BETWEEN = re.compile(r"\s+[|–—-]\s+")
_LONGEST_NAME = 60
# What a headline promises beside its words: "Storm hits coast [Video]".
_PROMISE = re.compile(r"\s*[\[(][^\[\]()]{1,20}[\])]$")
_NOT_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Headline:
    """Its text, "" if the page has none; `heading` is the element of the page that shows it."""

    text: str
    heading: Any = None


def headline_of(
    page: Any, stated: Sequence[str], title: str, names: Collection[str], url: str | None
) -> Headline:
    """The heading that readers see, else the headline as the page states it to machines (those
    most to be trusted first), which is often another one, written for search engines. `title` is
    the page's own title, `names` what its site is called.
    """
    site = {_letters(name) for name in names} | set(_labels(url))
    offered = [_without_site(text, site) for text in (*stated, title) if text]
    named = offered[0] if any(stated) else ""
    seen = {heading: text for heading in page.iter("h1") if (text := _seen(heading, site))}
    long = {h: text for h, text in seen.items() if len(text.split()) >= _FEWEST_WORDS}
    if not long and len(seen) == 1 and not named:
        long = seen
    known = set(fold(named).split())
    heading = max(long, key=lambda h: len(known & set(fold(long[h]).split())), default=None)
    if heading is None:
        return Headline(_without_section(named, ""))
    text = _without_section(long[heading], next(filter(None, stated), ""))
    return Headline(_without_promise(text, offered), heading)


def _seen(heading: Any, site: Collection[str]) -> str:
    """The text of a heading, "" for one that only names the site or leads home, or is none."""
    links = [link.get("href") or "" for link in heading.iter("a")]
    if any(address(link).path in {"", "/"} and not link.startswith("#") for link in links):
        return ""
    text = " ".join(heading.text_content().split())
    return "" if len(text) > _LONGEST_SEEN or _letters(text) in site else text


def _without_site(text: str, site: Collection[str]) -> str:
    """A headline without the name of its site before or after it, and without what looks like one
    after it: short, and not written small.
    """
    if not (breaks := list(_BETWEEN.finditer(text))):
        return text
    first, last = breaks[0], breaks[-1]
    if _letters(text[: first.start()]) in site:
        return text[first.end() :]
    name = text[last.end() :]
    if _letters(name) in site or (len(name) <= _LONGEST_NAME and not name[:1].islower()):
        return text[: last.start()]
    return text


def _without_section(headline: str, named: str) -> str:
    """A headline without the name of its section before or after it: set off by a bar, or where
    the headline as stated has not got it.
    """
    longest = max(headline.split(" | "), key=lambda part: len(part.split()))
    others = len(headline.split(" | ")) - 1
    if others and len(headline.split()) - len(longest.split()) - others <= _MOST_LABEL * others:
        headline = longest
    words, known = headline.split(), named.split()
    label = len(words) - len(known)
    if (
        0 < label <= _MOST_LABEL
        and len(known) > _MOST_LABEL
        and fold(" ".join(words[label:])) == fold(named)
    ):
        return named
    return headline


def _without_promise(headline: str, offered: Sequence[str]) -> str:
    """A headline without what stands in brackets at its end, if it is offered without that, too."""
    plain = _PROMISE.sub("", headline)
    return plain if _letters(plain) in map(_letters, offered) else headline


def _labels(url: str | None) -> Iterator[str]:
    """The parts of an address's host, one of which is often the name of the site."""
    yield from map(_letters, (address(url).hostname or "").split(".") if url else ())


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", fold(text))
