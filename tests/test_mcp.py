"""Language models search the archive by tools, as people do by pages."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from archive.query.request import FACETS, FacetFilter, Mode, SearchRequest
from archive.search.wire import plain
from tests.archives import environment

NARROWED = {
    "query": "harbour",
    "mode": "words",
    "without": {"language": ["de"]},
    "after": "2000",
}


@pytest.fixture(scope="module")
def value(sample_archive):
    return sample_archive.search(SearchRequest()).facets["place"][0]


@pytest.fixture(scope="module")
def hit(sample_archive):
    return sample_archive.search(SearchRequest(q="harbour")).hits[0]


@pytest.fixture(scope="module")
def told(sample_archive, value, hit):
    """What the tools are, what they answer, each asked once over one connection, and what they say
    of what is wrong.
    """
    asked = {
        "search": NARROWED | {"only": {"place": [value.label]}, "size": 3},
        "facet": NARROWED | {"name": "place"},
        "timeline": NARROWED,
        "article": {"id": hit.id},
        "story": {"id": hit.id},
        "names": {"beginning": value.label[:4]},
        "actor": {"value": hit.actors[0].value},
        "place": {"value": value.label},
        "source": {"name": hit.source},
        "status": {},
    }
    wrong = (("article", {"id": "aaaaaaaaaaaa"}), ("search", {"only": {"plaec": ["sudan"]}}))

    async def ask():
        command = [sys.executable, "-c", "from archive.cli import main; main()", "mcp"]
        server = StdioServerParameters(
            command=command[0], args=command[1:], env=environment(sample_archive.settings)
        )
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            answers = {t.name: await session.call_tool(t.name, asked[t.name]) for t in tools}
            return tools, answers, [await session.call_tool(*each) for each in wrong]

    with ThreadPoolExecutor(1) as threads:  # this one may have a loop already
        tools, answers, wrong = threads.submit(asyncio.run, ask()).result()
    read = {name: json.loads(answer.content[0].text) for name, answer in answers.items()}
    return tools, read, [(each.is_error, each.content[0].text) for each in wrong]


def test_totals_and_counts_are_those_of_the_archive(told, value, sample_archive):
    _, answers, _ = told
    without = FacetFilter("language", "de", exclude=True)
    narrowed = SearchRequest(q="harbour", mode=Mode.WORDS, filters=(without,), after="2000")
    chosen = (FacetFilter("place", value.value), without)
    request = SearchRequest(q="harbour", mode=Mode.WORDS, filters=chosen, after="2000")
    assert answers["search"]["total"] == sample_archive.search(request).total > 0
    assert answers["search"]["filters"][0]["value"] == value.value
    counted = {v["value"]: v["count"] for v in answers["facet"]["values"]}
    assert counted[value.value] == answers["search"]["total"]
    assert answers["timeline"] == plain(sample_archive.timeline(narrowed))
    assert answers["status"]["articles"] == sample_archive.status().articles


def test_articles_stories_and_names_are_told(told, value, hit):
    _, answers, _ = told
    assert answers["article"]["title"] == hit.title
    assert answers["story"]["articles"] >= 1
    assert value.value in [s["value"] for s in answers["names"]["suggestions"]]
    assert answers["place"]["articles"] == value.count
    assert answers["actor"]["label"] == hit.actors[0].label
    assert answers["source"]["articles"] >= 1


def test_a_model_reads_what_each_tool_does_takes_and_that_it_only_reads(told):
    tools, _, _ = told
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint
    schema = {tool.name: tool.input_schema for tool in tools}["search"]
    assert tuple(sorted(schema["$defs"]["Chosen"]["properties"])) == tuple(sorted(FACETS))


def test_what_is_not_there_is_said_and_the_server_goes_on(told):
    _, _, (missing, misspelt) = told
    assert missing[0]
    assert "no article" in missing[1]
    assert misspelt[0]
    assert "plaec" in misspelt[1]
