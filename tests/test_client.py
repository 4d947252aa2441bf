"""Programs speak with a served archive by a typed client."""

import pytest

from archive.client import Client, ClientError, Unreachable


@pytest.fixture(scope="module")
def client(server):
    with Client(server) as client:
        yield client


def test_all_hits_of_a_search_come_page_after_page(client, sample_archive):
    total = client.search("").total
    ids = [hit.id for hit in client.hits("", size=7)]
    assert len(ids) == len(set(ids)) == total == sample_archive.status().articles


def test_what_a_facet_counts_is_what_choosing_it_finds(client):
    for value in list(client.facet("place"))[:3]:
        assert client.search(place=value.value).total == value.count
        assert client.search(not_place=value.value).total == client.search().total - value.count


def test_an_article_is_told_whole(client):
    hit = client.search("harbour").hits[0]
    article = client.article(hit.id)
    assert article.title == hit.title
    assert hit.passage["text"] in article.text
    assert article.told["mentions"]
    assert client.why(hit.id, "harbour")["is_in"]


def test_changes_go_on_from_the_last_one_seen(client, sample_archive):
    changes = list(client.changes())
    assert len(changes) >= sample_archive.status().articles
    assert list(client.changes(changes[-1].number)) == []
    assert list(client.changes(changes[4].number)) == changes[5:]


def test_what_is_wrong_is_said(client):
    with pytest.raises(ClientError, match="no filter") as refused:
        client.search("x", plaec="sudan")
    assert (refused.value.status, refused.value.field) == (400, "plaec")
    with pytest.raises(ClientError) as missing:
        client.article("aaaaaaaaaaaa")
    assert missing.value.status == 404
    with pytest.raises(ClientError):
        client.article("../status")
    with Client("http://127.0.0.1:9") as nobody, pytest.raises(Unreachable):
        nobody.status()
