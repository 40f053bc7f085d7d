"""The floors of the house: each module imports only what stands below it."""

import ast
import sys
from functools import cache

from tests.source import imported, imports, modules

FLOORS = {"paths": 0, "settings": 0, "domain": 1, "layers": 2, "store": 3, "analysis": 4, "atlas": 5,
          "importing": 6, "maps": 7, "web": 8, "cli_upkeep": 9, "cli": 10}
KEPT_APART = {"analysis": {"store", "atlas"}}
LIVES_ONLY_IN = {"PIL": {"importing"}, "alembic": {"store"}, "branca": {"maps"}, "click": {"cli", "cli_upkeep"},
                 "flask": {"web"}, "flask_compress": {"web"}, "flask_limiter": {"web"}, "folium": {"maps"},
                 "sqlalchemy": {"store"}, "waitress": {"web", "cli"}}
ALLOWED_IN_DOMAIN = {"dateutil"}


def part(module: str) -> str:
    """`assetmap.web.find` → `web`; the package itself → `paths`, since it may import nothing above that."""
    return (module.split(".") + ["paths"])[1]


@cache
def known() -> frozenset[str]:
    return frozenset(name for name, _, _ in modules())


def test_every_module_has_a_floor():
    assert [path for name, path, _ in modules() if part(name) not in FLOORS] == []


def test_no_import_points_up():
    up = []
    for name, path, tree in modules():
        here = part(name)
        for target, line in imported(tree, known()):
            if not target.startswith("assetmap.") or part(target) == here:
                continue
            there = part(target)
            same_ground_floor = FLOORS[there] == FLOORS[here] == 0
            if (FLOORS[there] >= FLOORS[here] and not same_ground_floor) or there in KEPT_APART.get(here, ()):
                up.append(f"{path}:{line} {here} imports {there}")
    assert up == []


def test_no_import_is_relative():
    assert [f"{path}:{node.lineno}" for _, path, tree in modules() for node in imports(tree)
            if isinstance(node, ast.ImportFrom) and node.level] == []


def test_what_is_imported_from_the_package_exists():
    assert [f"{path}:{line} imports {target}" for _, path, tree in modules()
            for target, line in imported(tree, known())
            if target.split(".")[0] == "assetmap" and target not in known()] == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {target for target, _ in imported(at_the_top(tree), known()) if target in known()} - {name}
             for name, _, tree in modules()}
    done: set[str] = set()

    def circle(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name):], name)
        if name in done:
            return ()
        found = next((ring for target in sorted(graph[name]) if (ring := circle(target, (*way, name)))), ())
        done.add(name)
        return found

    assert [" → ".join(ring) for name in sorted(graph) if (ring := circle(name, ()))] == []


def at_the_top(tree: ast.Module) -> ast.Module:
    """Only the import statements that run when the module is loaded."""
    return ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])


def test_each_framework_lives_in_its_own_place():
    strayed = []
    for name, path, tree in modules():
        for target, line in imported(tree):
            rooms = LIVES_ONLY_IN.get(target.split(".")[0])
            if rooms and part(name) not in rooms:
                strayed.append(f"{path}:{line} imports {target}, which lives in {' or '.join(rooms)}")
    assert strayed == []


def test_the_domain_imports_no_framework():
    allowed = sys.stdlib_module_names | ALLOWED_IN_DOMAIN | {"assetmap"}
    assert [f"{path}:{line} imports {target}" for name, path, tree in modules() if part(name) == "domain"
            for target, line in imported(tree) if target.split(".")[0] not in allowed] == []
