"""Docs say what is so: pages written from the code are the code's, links lead somewhere."""

import importlib.util
import re
from pathlib import Path

import pytest

from archive.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", ["write_cli", "write_api"])
def test_pages_on_commands_and_on_the_api_are_what_the_code_says_of_itself(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert writer.page() == writer.PAGE.read_text("utf-8"), "run: make docs"


def test_every_setting_says_what_it_is():
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_in_docs_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    for link in links:
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_make_help_names_every_target_of_the_readme():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make (\w+)", (ROOT / "README.md").read_text("utf-8")):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_each_line_on_security_names_its_test_and_each_test_has_its_line():
    told = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text("utf-8"))
    tests = re.findall(
        r"^def (test_\w+)", (ROOT / "tests" / "test_security.py").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(told) == sorted(tests)
