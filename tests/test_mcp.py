"""Language models search the archive by tools, as people do by pages."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from archive.query.request import FacetFilter, SearchRequest
from tests.archives import environment


@pytest.fixture(scope="module")
def told(sample_archive):
    """What the tools answer, each asked once over one connection."""
    value = sample_archive.search(SearchRequest()).facets["place"][0]
    hit = sample_archive.search(SearchRequest(q="harbour")).hits[0]
    asked = {
        "search": {"query": "harbour", "places": [value.value], "size": 3},
        "article": {"id": hit.id},
        "facet": {"name": "place", "query": "harbour"},
        "names": {"beginning": value.label[:4]},
        "profile": {"kind": "place", "value": value.value},
        "status": {},
    }

    async def ask():
        command = [sys.executable, "-c", "from archive.cli import main; main()", "mcp"]
        server = StdioServerParameters(
            command=command[0], args=command[1:], env=environment(sample_archive.settings)
        )
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            tools = [tool.name for tool in (await session.list_tools()).tools]
            answers = {name: await session.call_tool(name, asked[name]) for name in tools}
            wrong = await session.call_tool("article", {"id": "aaaaaaaaaaaa"})
            return answers, wrong

    with ThreadPoolExecutor(1) as threads:  # this one may have a loop already
        answers, wrong = threads.submit(asyncio.run, ask()).result()
    read = {name: json.loads(answer.content[0].text) for name, answer in answers.items()}
    return read, wrong, value, hit


def test_totals_are_those_of_the_archive(told, sample_archive):
    answers, _, value, _ = told
    request = SearchRequest(q="harbour", filters=(FacetFilter("place", value.value),))
    assert answers["search"]["total"] == sample_archive.search(request).total
    assert answers["status"]["articles"] == sample_archive.status().articles
    counted = {v["value"]: v["count"] for v in answers["facet"]["values"]}
    assert counted[value.value] == answers["search"]["total"]


def test_articles_and_names_are_told(told):
    answers, _, value, hit = told
    assert answers["article"]["title"] == hit.title
    assert value.value in [s["value"] for s in answers["names"]["suggestions"]]
    assert answers["profile"]["articles"] == value.count


def test_what_is_not_there_is_said_and_the_server_goes_on(told):
    _, wrong, _, _ = told
    assert wrong.is_error
    assert "no article" in wrong.content[0].text
