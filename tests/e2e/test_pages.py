"""The pages in a real browser, with JavaScript and without, as people use them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.viewports import DESKTOP, PHONE

pytestmark = pytest.mark.e2e


def total(page: Page) -> int:
    text = page.locator(".head h1").inner_text()
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


def test_a_search_is_typed_narrowed_and_widened_again(page):
    page.goto("/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).fill("earthquake")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"q=earthquake"))
    found = total(page)
    expect(page.locator(".card").first.locator("mark").first).to_be_visible()
    value = page.locator("section[aria-labelledby=facet-place] li").first
    count = int(value.locator(".count").inner_text())
    value.locator(".choose").click()
    assert total(page) == count
    page.locator(".chips a").first.click()
    assert total(page) == found


def test_a_value_is_left_out(page):
    page.goto("/?q=earthquake")
    found = total(page)
    value = page.locator("section[aria-labelledby=facet-source] li").first
    count = int(value.locator(".count").inner_text())
    value.locator(".leave").click()
    assert total(page) == found - count
    expect(page.locator(".chips .exclude")).to_have_count(1)


def test_pages_are_turned_and_turned_back(page):
    page.goto("/")
    first = page.locator(".card h2").all_inner_texts()
    page.get_by_role("link", name="Next →").click()
    second = page.locator(".card h2").all_inner_texts()
    assert not set(first) & set(second)
    page.get_by_role("link", name="← Previous").click()
    assert page.locator(".card h2").all_inner_texts() == first


def test_an_article_is_read_and_its_names_lead_on(page):
    page.goto("/?q=ceasefire+negotiations")
    title = page.locator(".card h2").first.inner_text()
    page.locator(".card h2 a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_role("heading", name="Related articles")).to_be_visible()
    page.locator(".text p a.name:not(.date)").first.click()
    expect(page.locator(".profile h1")).to_be_visible()
    page.locator(".profile .meta a").first.click()
    assert total(page) >= 1
    expect(page.locator(".chips li").first).to_be_visible()


def test_results_are_counted_by_article_by_text_and_by_story(page):
    page.goto("/?q=bridge")
    articles = total(page)
    page.get_by_role("link", name="Texts", exact=True).click()
    texts = total(page)
    expect(page.locator(".head h1")).to_contain_text("texts for bridge")
    page.get_by_role("link", name="Stories", exact=True).click()
    stories = total(page)
    assert articles > texts > stories
    source = page.locator("section[aria-labelledby=facet-source] li").first
    count = int(source.locator(".count").inner_text())
    source.locator(".choose").click()
    assert total(page) == count


def test_a_hit_leads_to_the_articles_that_it_stands_for(page):
    page.goto("/?q=bridge&count=stories")
    more = page.get_by_role("link", name=re.compile("more of this story found")).first
    folded = int(more.inner_text().split()[0])
    more.click()
    assert total(page) == folded + 1
    expect(page.locator(".chips")).to_contain_text("story")


def test_copies_of_a_text_are_shown_together(page):
    page.goto("/?q=bridge")
    copies = page.get_by_role("link", name=re.compile(r"\+\d+ cop")).first
    others = int(re.search(r"\d+", copies.inner_text())[0])
    copies.click()
    assert total(page) == others + 1


def test_a_bar_of_the_histogram_is_its_month(page):
    page.goto("/")
    bar = page.locator(".histogram a").first
    count = int(bar.get_attribute("aria-label").rpartition(": ")[2])
    page.goto(bar.get_attribute("href"))
    assert total(page) == count


def test_dates_are_typed(page):
    page.goto("/?q=earthquake")
    page.get_by_role("textbox", name="From").fill("2023-09")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("after=2023-09"))
    expect(page.locator(".chips")).to_contain_text("from 2023-09")


def test_nothing_found_shows_ways_out(page):
    page.goto("/?q=zzzzz&mode=words")
    expect(page.locator(".blank")).to_contain_text("Nothing in the archive matches")
    page.get_by_role("link", name="see all articles").click()
    assert total(page) > 40


def test_a_whole_list_of_names_is_searched(page):
    page.goto("/")
    page.get_by_role("link", name="All places").click()
    page.get_by_label("Find in this list").fill("sud")
    page.get_by_role("button", name="Find").click()
    names = page.locator(".wide .label").all_inner_texts()
    assert "Sudan" in names
    assert all("sud" in name.lower() for name in names)


def test_a_whole_list_is_turned_to_a_letter(page):
    page.goto("/")
    page.get_by_role("link", name="All actors").click()
    page.get_by_role("navigation", name="A to Z").get_by_role("link", name="B", exact=True).click()
    names = page.locator(".wide .label").all_inner_texts()
    assert names
    assert all(name.startswith("B") for name in names)
    assert names == sorted(names, key=str.casefold)


def test_the_tree_of_places_opens_to_what_lies_in_them(page):
    page.goto("/facets/place?q=bridge")
    expect(page.locator(".tree .label").first).to_be_visible()
    counts = [int(c) for c in page.locator(".tree > .wide > li > .choose .count").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)


def test_keys_do_what_can_be_clicked(browser, server):
    page = browser.new_page(base_url=server, viewport=PHONE)
    page.goto("/?q=bridge")
    titles = page.locator(".card h2").all_inner_texts()
    focused = page.locator(":focus")
    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(focused).to_have_text(titles[at])
    page.keyboard.press("f")
    expect(page.locator(".facets")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.get_by_role("link", name="Keyboard").click()
    page.get_by_label("Keys are on").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.close()


def test_names_are_suggested_while_typing(browser, server):
    page = browser.new_page(base_url=server)
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("sud")
    page.get_by_role("option").filter(has_text="place").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_be_visible()
    page.close()


def test_articles_of_a_search_are_turned_and_lead_back(page):
    page.goto("/?q=bridge")
    titles = page.locator(".card h2").all_inner_texts()
    page.locator(".card h2 a").first.click()
    page.get_by_role("link", name="Next ›").click()
    expect(page.locator("h1")).to_have_text(titles[1])
    page.get_by_role("link", name="‹ Previous").click()
    expect(page.locator("h1")).to_have_text(titles[0])
    place = page.locator(".text p .name.place").first
    colour = "el => getComputedStyle(el).textDecorationLine"
    assert place.evaluate(colour) == "underline"
    page.get_by_label("Places").uncheck()
    assert place.evaluate(colour) == "none"
    page.get_by_role("link", name="← Results").click()
    assert page.locator(".card h2").all_inner_texts() == titles


def test_a_source_leads_to_its_articles_and_its_timeline(page):
    page.goto("/?q=bridge")
    page.locator(".card a.source").first.click()
    expect(page.locator(".profile h1")).to_be_visible()
    page.get_by_role("link", name="Timeline").click()
    row = page.locator("tbody tr").filter(has=page.locator("td:nth-of-type(1) a")).first
    count = row.locator("td").first.inner_text()
    row.locator("td a").first.click()
    assert total(page) == int(count)


def test_what_to_give_up_is_told_where_nothing_is_found(page):
    page.goto("/?q=bridge+zebra&mode=words&source=Harbour+Post&place=brazil")
    way = page.locator(".looser li").first
    count = int(way.locator(".count").inner_text())
    way.locator("a").click()
    assert total(page) == count


ADDRESSES = (
    "/timeline?date=2024",
    "/sources/Harbour Post",
    "/map",
    "/",
    "/?q=earthquake&place=syria",
    "/?q=zzzzz&mode=words",
    "/facets/actor",
    "/facets/place",
    "/about",
)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"]
)
def test_every_page_can_be_used_by_everyone(browser, server, viewport, scheme):
    context = browser.new_context(base_url=server, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto("/?q=bridge")
    article = page.locator(".card h2 a").first.get_attribute("href")
    for address in (*ADDRESSES, article, f"{article.partition('?')[0]}/cite"):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(address, v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()


def test_errors_are_pages_in_words(browser, server):
    page = browser.new_page(base_url=server)
    for address, status, said in (
        ("/?acter=x", 400, "actor"),
        ("/articles/nothing", 404, "no article"),
        ("/nothing", 404, "no such page"),
    ):
        response = page.goto(address)
        assert response.status == status
        expect(page.locator("main")).to_contain_text(said)
    page.close()
