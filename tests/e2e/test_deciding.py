"""People with accounts decide, save and are told in a real browser, with JavaScript and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from archive.core import open_archive
from archive.types import Role
from tests.archives import served, settings_in, store_invented
from tests.people import PASSWORD, enrol
from tests.viewports import DESKTOP, PHONE

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory, models):
    settings = settings_in(tmp_path_factory.mktemp("decided"), models)
    with open_archive(settings) as archive:
        store_invented(archive, 24)
        enrol(archive, Role.EDITOR, Role.ADMINISTRATOR)
    with served(settings) as address:
        yield address


def sign_in(page, then="/decisions", name="editor"):
    page.goto(then)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_two_actors_are_merged_and_parted_again(page):
    sign_in(page, then="/actors/ada-marsh/decide")
    expect(page.locator("h1")).to_contain_text("Decide on Ada Marsh")

    form = page.locator("form#merge")
    form.get_by_label("Is the same as").fill("Bruno Keller")
    form.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Nothing is stored yet")
    page.get_by_role("button", name="Carry out").click()

    newest = page.locator("tbody tr").first
    expect(newest).to_contain_text("merge ada-marsh into bruno-keller")
    page.goto("/actors/ada-marsh")
    expect(page.locator(".profile h1")).to_have_text("Bruno Keller")

    page.goto("/decisions")
    newest.get_by_role("button").click()
    page.get_by_role("button", name="Carry out").click()
    page.goto("/actors/ada-marsh")
    expect(page.locator(".profile h1")).to_have_text("Ada Marsh")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Decisions")).to_have_count(0)


def test_a_newcomer_gets_from_a_search_to_a_feed_and_an_alert_by_what_the_screen_says(page):
    """The way of docs/first-time.md."""
    page.goto("/")
    page.get_by_label("Search the archive").fill("ferry wages")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Save this search").click()
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("status").first).to_contain_text("The search is saved for this browser")
    feed = page.get_by_label("Address for your feed reader").input_value()
    assert "<feed" in page.request.get(feed).text()

    page.get_by_role("link", name="Sign in to add an alert").click()
    page.get_by_label("Name").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("main")).to_contain_text("it would have told you of nothing")
    page.get_by_label("By webhook").check()
    page.get_by_label("address of the webhook").fill("https://1.1.1.1/hook")
    page.get_by_role("button", name="Add the alert").click()
    assert page.get_by_label("Secret").input_value().startswith("whsec_")
    page.get_by_role("link", name="← ferry wages").click()
    expect(page.locator("#alerts")).to_contain_text("Webhook at 1.1.1.1")
    page.get_by_role("link", name="See or end").click()
    page.get_by_role("button", name="End this alert").click()
    expect(page.locator("h1")).to_have_text("The alert has ended")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_for_editors_and_administrators_can_be_used_by_everyone(
    browser, server, viewport, scheme
):
    context = browser.new_context(base_url=server, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    addresses = ["/sign-in", "/decisions", "/actors/ada-marsh/decide", "/places/norland/decide"]
    addresses += ["/saved", "/save?q=tide", "/collections", "/export?q=tide", "/compare"]
    addresses += ["/account", "/administration", "/administration/account?name=editor"]
    for tab in ("accounts", "feeds", "alerts", "quarantine", "generations", "audit"):
        addresses.append(f"/administration/{tab}")
    sign_in(page, then="/sign-in?then=/save%3Fq=tide", name="administrator")
    page.get_by_role("button", name="Save it").click()
    saved = page.url.partition("?")[0]
    addresses += [saved, f"{saved}/alert"]
    for address in addresses:
        page.goto(address)
        found = [
            (address, v["id"], [n["html"] for n in v["nodes"]][:3])
            for v in Axe().run(page).response["violations"]
        ]
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()
