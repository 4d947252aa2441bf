"""Sitemaps, those for news among them: where the articles of a site lie."""

from collections.abc import Iterator

from archive.errors import DocumentError
from archive.formats.input import Format, Found, Input, Link
from archive.formats.xml import each, local, text_at, tree


def read_sitemap(source: Input) -> Iterator[Found]:
    """The pages that a sitemap names, or the sitemaps that an index names."""
    root = tree(source.whole())
    is_index = local(root) == "sitemapindex"
    number = 0
    for entry in each(root, "sitemap" if is_index else "url"):
        url = text_at(entry, "loc")
        if url.startswith(("http://", "https://")):
            number += 1
            yield Link(url, f"{source.origin}#{number}", is_list=is_index)
    if not number:
        yield DocumentError(source.origin, "the sitemap names no page", "leave it out")


SITEMAP = Format("sitemap", lambda head: head.root in {"urlset", "sitemapindex"}, read_sitemap)
