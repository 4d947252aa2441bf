"""Take the pictures in docs/screenshots, from an archive of the bundled samples."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from archive.core import open_archive
from archive.settings import Settings
from tests.archives import SAMPLES, served

FOLDER = Path(__file__).parent / "screenshots"
WINDOW = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def addresses(page: Page) -> dict[str, str]:
    """The page of each picture, found as a reader would."""
    page.goto("/?q=bridge+collapse")
    article = page.locator(".card h2 a").first.get_attribute("href") or ""
    story = page.locator("a[href^='/stories/']").first.get_attribute("href") or ""
    page.goto("/places/sudan")
    actor = page.locator(".beside a[href^='/actors/']").first.get_attribute("href") or ""
    return {
        "search": "/?q=ceasefire+negotiations",
        "article": article,
        "actor": actor,
        "place": "/places/sudan",
        "story": story,
        "map": "/map",
        "timeline": "/timeline",
    }


def main() -> None:
    """Write one picture a page, and the search in the dark on a phone."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        with open_archive(settings) as archive:
            archive.ingest([SAMPLES])
        with served(settings) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            page = browser.new_page(base_url=address, viewport=WINDOW)
            found = addresses(page)
            for name, where in found.items():
                page.goto(where)
                page.screenshot(path=FOLDER / f"{name}.png")
            page.goto("/save?q=ceasefire+negotiations&place=sudan")
            page.get_by_label("Name").fill("Talks on Sudan")
            page.get_by_role("button", name="Save it").click()
            page.screenshot(path=FOLDER / "saved.png")
            page = browser.new_page(base_url=address, viewport=PHONE, color_scheme="dark")
            page.goto(found["search"])
            page.screenshot(path=FOLDER / "phone.png")
            browser.close()


if __name__ == "__main__":
    main()
