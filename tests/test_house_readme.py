"""The README tells what a newcomer needs, and does not fall behind the code."""

import configparser
import re

import pytest

from assetmap.settings import TABLE
from tests.source import ROOT, texts


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def rows(readme: str) -> list[str]:
    """The first cell of every row of every table."""
    return re.findall(r"^\| *([^|]*?) *\|", readme, re.MULTILINE)


def test_the_readme_names_every_setting(readme):
    named = {cell.strip("`").removeprefix("ASSETMAP_") for cell in rows(readme)}
    assert [setting.name for setting in TABLE if setting.name not in named] == []


def test_the_readme_says_why_every_requirement_is_there(readme):
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    required = re.findall(r"^([\w-]+)[>=]", parser["options"]["install_requires"], re.MULTILINE)
    named = {word.lower() for cell in rows(readme) for word in re.findall(r"[\w-]+", cell)}
    assert [name for name in required if name.lower() not in named] == []


@pytest.mark.parametrize("words", ["make run", "make test", "assetmap load", "assetmap init",
                                   "MIT", "Leaflet", "Lucide", "Atkinson", "OpenStreetMap",
                                   "Open Government Licence"])
def test_the_readme_tells_how_to_start_and_whose_work_it_is(readme, words):
    assert words in readme


def test_every_file_that_a_document_links_to_is_there():
    broken = [f"{name}: {link}" for name, text in texts(".md")
              for link in re.findall(r"\]\(([^)#\s]+)", text)
              if "://" not in link and not ((ROOT / name).parent / link).exists()]
    assert broken == []
