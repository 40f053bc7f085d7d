"""The readers' language: gettext in templates and in views. English is the text itself.

Catalogues are web/translations/LANGUAGE.po; what one does not have is said in English. A page is in another
language where its view says so with `speaking`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask

DEFAULT = "en"
_FOLDER = Path(__file__).resolve().parent / "translations"
_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with %(name)s filled in."""
    text = _translated(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for this number, with %(num)s and other names filled in."""
    return _translated_many(one, many, number) % {"num": f"{number:,}", **values}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block everything is said in a language, as far as its catalogue goes."""
    before = _spoken.set(language if language in available() else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The language in force."""
    return _spoken.get()


@cache
def available() -> tuple[str, ...]:
    """The languages that there are catalogues for, English first."""
    return (DEFAULT, *sorted(file.stem for file in _FOLDER.glob("*.po")))


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == DEFAULT:
        return NullTranslations()
    with open(_FOLDER / f"{language}.po", "rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)


def _translated(message: str) -> str:
    return _catalogue(_spoken.get()).ugettext(message)


def _translated_many(one: str, many: str, number: int) -> str:
    return _catalogue(_spoken.get()).ungettext(one, many, number)


def register(app: Flask) -> None:
    """`_`, `ngettext` and {% trans %} in templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_translated, _translated_many, newstyle=True)
