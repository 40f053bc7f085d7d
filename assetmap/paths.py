"""Where the templates, the static files and the shipped geographic data are.

In a checkout and in an editable install they are folders beside the package; in an installed wheel they
are folders inside it. `importlib.resources` does not find them in an editable install, hence this module.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The first of `assetmap/<name>` and `<name>` beside `assetmap` that exists.

    Raises FileNotFoundError, with both places named, if neither does: the installation is incomplete.
    """
    candidates = (_PACKAGE / name, _PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    looked = " and ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(f"assetmap is not completely installed: no folder {name!r}; looked for {looked}")


def templates() -> Path:
    """The folder of Jinja templates."""
    return _folder("templates")


def static() -> Path:
    """The folder of files served as they are: stylesheet, modules, fonts, icons, vendored libraries."""
    return _folder("static")


def geodata() -> Path:
    """The folder of shipped data: the vocabulary, the calendar and the sample place."""
    return _folder("geodata")


def migrations() -> Path:
    """The folder of Alembic migrations."""
    return _PACKAGE / "store" / "migrations"


def translations() -> Path:
    """The folder of message catalogues, a folder for each language."""
    return _PACKAGE / "translations"
