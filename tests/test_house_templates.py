"""Every template and static file is used, and no page needs more than the content policy allows."""

import re

from tests.source import checksums, texts, tracked

TEMPLATES = dict(texts(".html", ".xml", ".txt", under="templates/"))
OURS = dict(texts(".js", ".css", under="static/"))
KINDS = ("group", "hub", "opportunity")
PYTHON = "\n".join(text.replace("{layer.layer.singular}", kind)
                   for _, text in texts(".py", under="assetmap/") for kind in KINDS)


def test_every_template_is_used():
    everything = PYTHON + "".join(TEMPLATES.values())
    names = [name.removeprefix("templates/") for name in TEMPLATES]
    assert [name for name in names if not re.search(f"""["']{re.escape(name)}["']""", everything)] == []


def test_every_template_that_is_named_exists():
    named = set(re.findall(r"""["']([\w/-]+\.(?:html))["']""", PYTHON + "".join(TEMPLATES.values())))
    assert {name for name in named if f"templates/{name}" not in TEMPLATES} == set()


def test_every_static_file_is_used():
    everything = PYTHON + "".join(TEMPLATES.values()) + "".join(OURS.values())
    static = [path for path in tracked() if "/static/" in path.as_posix()
              and path.suffix in {".js", ".css", ".svg", ".png", ".woff2", ".ico", ".webmanifest"}]
    names = [path.as_posix().split("/static/", 1)[1] for path in static]
    ours = [name for name in names if name not in checksums() or name.startswith("fonts/")]
    assert [name for name in ours if name.rsplit("/", 1)[-1] not in everything] == []


def test_no_template_has_an_inline_style_or_an_inline_handler():
    """`style-src 'self'` and a script policy with a nonce would refuse them."""
    inline = re.compile(r"""<[^>{}]*\s(style|on[a-z]+)\s*=\s*["']|<style\b|javascript:""", re.IGNORECASE)
    assert [f"{name}: {found[0][:100]}" for name, text in TEMPLATES.items()
            for found in inline.finditer(text)] == []


def test_every_script_in_a_template_has_a_source_or_a_nonce_or_is_data():
    assert [f"{name}: {found[0]}" for name, text in TEMPLATES.items()
            for found in re.finditer(r"<script\b[^>]*>", text)
            if not re.search(r"\bsrc=|\bnonce=|json", found[0])] == []


def test_no_template_trusts_text_as_html():
    """`|safe` is for what the program itself made; each use says so in a comment on its line."""
    assert [f"{name}: {line.strip()}" for name, text in TEMPLATES.items() for line in text.splitlines()
            if re.search(r"\|\s*safe\b|autoescape false", line) and "{#" not in line] == []
