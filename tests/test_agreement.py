"""People and programs are told the same of a search."""

from fastapi.testclient import TestClient
from lxml import html

from tests.agreement import agree
from web.app import create_app


def test_page_and_api_agree_on_whatever_is_searched(invented_archive):
    agree(invented_archive, examples=12)


def test_a_filter_by_a_name_is_taken_off_where_it_is_shown_as_chosen(invented_archive):
    text = TestClient(create_app(invented_archive)).get("/?q=flood&place=SANTA+LIA").text
    page = html.document_fromstring(text)
    assert page.xpath('//a[@class="choose include"]/@href') == ["/?q=flood"]
    assert page.xpath('//input[@name="place"]/@value')[0] == "santa-lia.merida"
