"""The repository's own files, for the tests about the code itself."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = {".cfg", ".css", ".csv", ".geojson", ".html", ".ics", ".ini", ".js", ".json", ".mako", ".md", ".po",
        ".py", ".svg", ".toml", ".txt", ".webmanifest", ".xml", ""}


@cache
def tracked() -> tuple[Path, ...]:
    """The files that are, or would be, in the repository; without git, those in its known folders."""
    try:
        told = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                              cwd=ROOT, capture_output=True, text=True, check=True).stdout
        paths = [ROOT / name for name in told.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        folders = ("assetmap", "benchmarks", "geodata", "static", "templates", "tests")
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return tuple(sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts))


def texts(*suffixes: str, under: str = "") -> Iterator[tuple[str, str]]:
    """(path from the root, text) of the tracked text files with one of the endings, or all of them."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in (suffixes or TEXT) and name.startswith(under):
            yield name, path.read_text(encoding="utf-8")


@cache
def checksums() -> dict[str, str]:
    """Path under static/ → sha256, as the table of vendored files has them."""
    table = (ROOT / "static" / "vendor" / "VENDORED.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", table, re.MULTILINE))


@cache
def modules() -> tuple[tuple[str, str, ast.Module], ...]:
    """(dotted name, path from the root, syntax tree) of every module of the package."""
    return tuple((name.removesuffix(".py").removesuffix("/__init__").replace("/", "."), name, ast.parse(text))
                 for name, text in texts(".py", under="assetmap/"))


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement, those inside functions too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def imported(tree: ast.AST, known: frozenset[str] = frozenset()) -> Iterator[tuple[str, int]]:
    """(dotted name, line) of everything imported; `from a import b` is `a.b` where that is a known module."""
    for node in imports(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif node.level == 0:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in known else node.module), node.lineno
