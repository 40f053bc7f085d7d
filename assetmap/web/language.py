"""The readers' language: gettext in templates and in views. English is the text itself."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import Flask

_translations = NullTranslations()


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with %(name)s filled in."""
    text = _translations.ugettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for this number, with %(num)s and other names filled in."""
    return _translations.ungettext(one, many, number) % {"num": f"{number:,}", **values}


def register(app: Flask) -> None:
    """`_`, `ngettext` and {% trans %} in templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_translations(_translations, newstyle=True)
