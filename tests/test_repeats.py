"""What a site prints on every page is not part of its articles."""

from archive.repeats import repeated, without
from archive.types import Article

NOTICE = "The Harbour Post is printed by its readers; become one of them today."


def text(subject: str, *more: str) -> str:
    body = (f"The {subject} was closed on Monday.", f"Nobody knows when the {subject} will open.")
    return "\n\n".join([*body, f"The mayor spoke of the {subject}.", *more])


def page(subject: str, *more: str) -> str:
    shown = "".join(f"<p>{block}</p>" for block in text(subject, *more).split("\n\n"))
    head = '<html lang="en"><head><meta property="og:site_name" content="Harbour Post"></head>'
    return f"{head}<body><article><h1>News of the {subject}</h1>{shown}</article></body></html>"


SUBJECTS = ("old bridge", "ferry to the island", "town library", "market hall", "fish auction")


def test_a_paragraph_of_several_different_articles_is_the_sites():
    assert repeated(text(s, NOTICE) for s in SUBJECTS[:3]) == set()
    found = repeated(text(s, NOTICE) for s in SUBJECTS[:4])
    article = Article(title="News", text=text("old bridge", NOTICE), origin="a")
    assert without(article, found).text == text("old bridge")


def test_versions_of_one_article_lose_nothing():
    versions = [
        text("old bridge", f"Update {n}: it is {n} o'clock in the harbour.") for n in range(9)
    ]
    assert repeated(versions) == set()


def test_an_article_that_is_nothing_else_stays():
    article = Article(title="Notice", text=NOTICE, origin="a")
    (found,) = repeated(text(s, NOTICE) for s in SUBJECTS)
    assert without(article, {found}) == article


def test_pages_come_in_without_what_their_site_prints_everywhere(archive, tmp_path):
    for subject in SUBJECTS[:4]:
        (tmp_path / f"{subject}.html").write_text(page(subject, NOTICE))
    archive.ingest([tmp_path])
    assert all(NOTICE not in r.article.text for r in archive.store.scan())
    later = tmp_path / "later.html"
    later.write_text(page(SUBJECTS[4], NOTICE))
    other = tmp_path / "other.txt"
    other.write_text(f"A letter\n\nSource: Harbour Post\n\n{NOTICE}\n\nThat is what I read.")
    archive.ingest([later, other])
    texts = {r.article.title: r.article.text for r in archive.store.scan()}
    assert NOTICE not in texts["News of the fish auction"]
    assert NOTICE in texts["A letter"]
