"""A module fits in one reading, a function on one screen; names say what a thing is."""

import ast
import re

import pytest

from tests.source import ROOT, texts, tracked

MODULE_LINES, FUNCTION_LINES = 350, 60
SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
# Put together so that this file does not hold what it looks for.
LEFT_UNDONE = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + r"CK)\b")
OF_THE_BUILD_MACHINE = re.compile("|".join([
    r"(?<![\w.:])/wo" + r"rk/", r"(?<![\w.])/ro" + r"ot/", r"(?<![\w.])/ho" + r"me/(?!<)",
    r"\bshared/(fac" + "ts|real" + "data)", "regis" + r"try\.npm", "py" + r"pi\.org", "python" + "hosted"]))
CODE = ("assetmap/", "benchmarks/", "geodata/", "static/", "tests/")


def python():
    return [(name, text) for name, text in texts(".py") if name.startswith(CODE)]


def test_no_module_is_too_long_to_read_at_once():
    lengths = {name: text.count("\n") for name, text in python()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    long = {}
    for name, text in python():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{name}:{node.lineno} {node.name}"] = lines
    assert long == {}


def test_no_file_has_a_name_that_says_nothing():
    assert [path for path in tracked() if path.stem.lower() in SAY_NOTHING] == []


@pytest.mark.parametrize(("what", "pattern"), [
    ("is left undone", LEFT_UNDONE), ("names the machine it was made on, or a place to fetch from",
                                      OF_THE_BUILD_MACHINE)])
def test_no_file_says_what_it_should_not(what, pattern):
    ours = [(name, text) for name, text in texts() if not name.startswith("static/vendor/")]
    said = [f"{name}:{text.count(chr(10), 0, found.start()) + 1} {found[0]!r} {what}"
            for name, text in ours for found in pattern.finditer(text)]
    assert said == []


def test_the_top_of_the_repository_is_as_its_owner_fixed_it():
    fixed = {"assetmap", "geodata", "static", "templates", "tests", "setup.cfg", "README.md"}
    habits = {"pyproject.toml", "Makefile", "LICENSE", "CHANGELOG.md", ".ci", ".gitignore", "benchmarks",
              "deploy"}
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - fixed - habits == set()
