"""The page of a story in a real browser: when and by whom an event was told."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.viewports import DESKTOP, PHONE

pytestmark = pytest.mark.e2e


def count(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def test_a_result_leads_to_its_story_and_the_story_to_its_articles(page):
    page.goto("/?q=bridge+baltimore")
    link = page.get_by_role("link", name=re.compile(r"story of \d+ articles")).first
    articles = count(link.inner_text())
    link.click()
    expect(page).to_have_url(re.compile("/stories/"))
    every = page.locator(".profile .meta a").first
    assert count(every.inner_text()) == articles
    assert page.locator(".lines a[href^='/articles/']").count() == articles
    copies = page.locator(".told details").first
    copies.locator("summary").click()
    folded = count(copies.locator("summary").inner_text())
    assert copies.locator("li").count() == folded
    every.click()
    assert count(page.locator(".head h1").inner_text()) == articles
    expect(page.locator(".chips")).to_contain_text("story")


def test_a_name_of_a_story_finds_its_articles_in_the_story(page):
    page.goto("/?q=bridge+baltimore")
    page.get_by_role("link", name=re.compile(r"story of \d+ articles")).first.click()
    name = page.locator(".beside li").first
    articles = count(name.locator(".count").inner_text())
    name.locator("a").click()
    assert count(page.locator(".head h1").inner_text()) == articles


def test_an_article_leads_to_its_story_and_says_why_others_are_related(page):
    page.goto("/?q=bridge+baltimore")
    page.locator(".card h2 a").first.click()
    expect(page.locator(".briefs .hint").first).to_contain_text("same story")
    page.get_by_role("link", name=re.compile(r"Story of \d+ articles")).click()
    expect(page.locator(".told li").first).to_be_visible()


def test_what_counts_as_one_stays_so_on_the_map_and_in_whole_lists(page):
    page.goto("/?q=bridge&count=stories")
    stories = page.locator(".head h1").inner_text().split(" for ")[0]
    page.get_by_role("link", name="On a map").click()
    expect(page.locator("h1")).to_contain_text(f"in {stories}")
    page.goto("/facets/source?q=bridge&count=stories")
    value = page.locator(".wide li").first
    counted = value.locator(".count").inner_text()
    value.locator(".choose").click()
    expect(page.locator(".head h1")).to_have_text(
        re.compile(rf"^{counted} stor(y|ies) for bridge$")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_story_can_be_read_by_everyone(browser, server, viewport, scheme):
    context = browser.new_context(base_url=server, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto("/?q=bridge+baltimore")
    story = page.get_by_role("link", name=re.compile(r"story of \d+ articles")).first
    page.goto(story.get_attribute("href"))
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()
