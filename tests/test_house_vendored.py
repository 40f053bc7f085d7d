"""What others made is unchanged, licensed, complete, and fetched from no one else."""

import hashlib
import json
import re

import pytest

from assetmap import paths
from tests.source import checksums, texts

STATIC = paths.static()
TABLE = (STATIC / "vendor" / "VENDORED.md").read_text(encoding="utf-8")
SYMBOLS = re.findall(r'<symbol id="i-([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(checksums()))
def test_a_vendored_file_is_what_the_table_says(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == checksums()[name]


def test_the_table_names_every_vendored_file():
    there = {path.relative_to(STATIC).as_posix() for folder in ("vendor", "fonts")
             for path in (STATIC / folder).rglob("*") if path.is_file()}
    assert there - set(checksums()) == {"vendor/VENDORED.md", "fonts/fonts.css"}


def test_every_vendored_library_has_its_version_and_its_licence_beside_it():
    for folder in (path for path in (STATIC / "vendor").iterdir() if path.is_dir()):
        assert re.fullmatch(r"[\w.]+-\d+\.\d+\.\d+", folder.name)
        assert (folder / "LICENSE").stat().st_size > 500
        assert f"`vendor/{folder.name}/LICENSE`" in TABLE


def test_no_static_file_points_to_a_source_map_that_is_not_there():
    assert [name for name, text in texts(".js", ".css", under="static/")
            if "sourceMapping" + "URL" in text] == []


def test_the_sprite_holds_exactly_the_icons_of_the_list():
    lines = (STATIC / "icons" / "icons.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.split("=")[0].strip() for line in lines if line.strip() and not line.startswith("#")]
    assert sorted(SYMBOLS) == sorted(listed)
    assert len(set(SYMBOLS)) == len(SYMBOLS)


def test_every_icon_of_the_vocabulary_is_in_the_sprite():
    vocabulary = json.loads((paths.geodata() / "vocabulary.json").read_text(encoding="utf-8"))
    icons = {entry["icon"] for entries in vocabulary.values() if isinstance(entries, list)
             for entry in entries if entry.get("icon")}
    assert icons - set(SYMBOLS) == set()


def test_every_icon_that_a_page_asks_for_is_in_the_sprite():
    asked = {}
    for name, text in [*texts(".html", under="templates/"), *texts(".js", ".css", under="static/"),
                       *texts(".py", under="assetmap/")]:
        if not name.startswith("static/vendor/"):
            # icon("bus"), and icons.svg#i-bus
            icons = re.findall(r"""(?<![\w.])icon\(["']([a-z0-9-]+)["']""", text)
            icons += re.findall(r"#i-([a-z0-9-]+)\b(?!\$|\{)", text)
            asked.update(dict.fromkeys(icons, name))
    assert {icon: name for icon, name in asked.items() if icon not in SYMBOLS} == {}


# A namespace is a name, not an address; a link to follow (<a href>) asks nobody until it is followed.
FETCHES = [
    re.compile(r"""<(?:script|img|iframe|source|video|audio|embed|object|use|image)\b[^>]*?"""
               r"""\b(?:src|srcset|href|data|xlink:href)\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE),
    re.compile(r"""<link\b(?=[^>]*rel=["']?(?:stylesheet|preload|modulepreload|preconnect|dns-prefetch|icon|manifest))"""
               r"""[^>]*href\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE),
    re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""", re.IGNORECASE),
    re.compile(r"""(?:fetch|import|Worker|EventSource|WebSocket|open)\(\s*["'`]\s*(?:(?:https?|wss?):)?//"""),
    re.compile(r"""\bfrom\s+["']https?://"""),
]


def test_nothing_is_fetched_from_a_third_party():
    fetched = [f"{name}: {found[0][:120]}"
               for name, text in [*texts(".html", ".xml", under="templates/"),
                                  *texts(".js", ".css", ".svg", ".json", ".webmanifest", under="static/")]
               for pattern in FETCHES for found in pattern.finditer(text)]
    assert fetched == []


@pytest.mark.parametrize("line", [
    '<script src="https://a.example/x.js">', "<img alt='' src='//a.example/x'>",
    "a { background: url(http://a.example) }", '<link rel="stylesheet" href="https://a.example/x.css">', "fetch('https://a.example')",
    "import x from 'https://a.example/x.js'"])
def test_a_fetch_from_a_third_party_would_be_seen(line):
    assert any(pattern.search(line) for pattern in FETCHES)
