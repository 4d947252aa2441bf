"""The archives of the benchmark are archives."""

from archive.chunk import passages_of
from archive.query.request import FacetFilter, Mode, SearchRequest
from tests.bench.fixture import Piece, fill, pieces_up_to
from tests.collection import invented


def test_an_archive_of_real_and_made_articles_can_be_filled_built_and_searched(archive):
    real = []
    for article, _ in invented(4):
        spans = tuple((p.start, p.end) for p in passages_of(article, archive.embedder))
        vectors = archive.embedder.passages([article.text[a:b] for a, b in spans])
        real.append(Piece(article, spans, vectors, actors=("Ada Marsh",), places=("Northport",)))
    passages = 3 * sum(len(piece.spans) for piece in real)
    fill(archive, pieces_up_to(real, passages))
    built = archive.rebuild()
    assert (built.articles, built.passages) == (12, passages)
    of_ada = SearchRequest(filters=(FacetFilter("actor", "ada-marsh"),))
    assert archive.search(of_ada).total > 4
    assert archive.search(SearchRequest(q=real[0].article.title, mode=Mode.MEANING)).total
