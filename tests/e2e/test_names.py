"""The pages of actors and places, and why an article has them, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.viewports import DESKTOP, PHONE

pytestmark = pytest.mark.e2e


def count(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def test_a_place_tells_its_articles_and_its_company(page):
    page.goto("/places/sudan")
    expect(page.locator("h1").first).to_have_text("Sudan")
    expect(page.get_by_role("heading", name="Actors beside it")).to_be_visible()
    expect(page.locator(".network a").first).to_be_visible()
    link = page.locator(".profile .meta a").first
    told = count(link.inner_text())
    link.click()
    assert count(page.locator(".head h1").inner_text()) == told


def test_company_leads_to_company(page):
    page.goto("/places/sudan")
    other = page.locator(".beside a").first
    name = other.inner_text()
    other.click()
    expect(page.locator(".profile h1")).to_have_text(name)


def test_an_article_shows_why_it_has_a_name(page):
    page.goto("/?q=ceasefire+negotiations")
    page.locator(".card h2 a").first.click()
    reason = page.locator(".named details").first
    expect(reason.locator(".reasons li").first).to_be_hidden()
    reason.locator("summary").click()
    expect(reason.locator(".reasons li").first).to_contain_text("confidence")


def test_a_name_that_nobody_bears_is_told_in_words(browser, server):
    page = browser.new_page(base_url=server)
    response = page.goto("/actors/nobody-at-all")
    assert response.status == 404
    expect(page.locator("main")).to_contain_text("knows no actor")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_names_can_be_used_by_everyone(browser, server, viewport, scheme):
    context = browser.new_context(base_url=server, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto("/places/sudan")
    actor = page.locator(".beside a").first.get_attribute("href")
    for address in ("/places/sudan", actor):
        page.goto(address)
        serious = [
            (address, v["id"], [n["html"] for n in v["nodes"]][:3])
            for v in Axe().run(page).response["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()
