"""The form of one word of the vocabulary: what it shows, and a term from what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from assetmap import paths
from assetmap.domain.colour import READABLE, contrast, is_colour
from assetmap.domain.text import clean, one_line, short, slug, words
from assetmap.domain.vocabulary import Term, Vocabulary
from assetmap.web.language import gettext as _

LONGEST, MOST_PHRASES = 60, 200
# Kind → what it is called, what it is for, and which fields its words have besides the label.
KINDS = {
    "theme": (_("Themes"), _("What categories are grouped by, each with a colour and a picture."),
              ("colour", "colour_dark", "icon")),
    "category": (_("Categories"), _("What groups do, and what offers and asks are about."),
                 ("theme", "synonyms", "narrower", "related", "icon")),
    "access": (_("Getting in"), _("What helps people to get in and take part."), ("synonyms", "icon")),
    "audience": (_("Who it is for"), _("Whom a group is meant for."), ("synonyms",)),
    "cost": (_("Cost"), _("How a group is paid for."), ("synonyms",)),
    "hub_kind": (_("Kinds of places"), _("What a place where people meet is."), ("synonyms", "icon")),
    "opportunity_kind": (_("Kinds of offers and asks"), _("What somebody offers or asks for."), ("synonyms", "icon")),
    "language": (_("Languages"), _("What is spoken in a group."), ("own_name", "synonyms")),
    "connected_theme": (_("Connected themes"), _("What a group, place, offer or programme connects."), ("synonyms",)),
}
LABELS = {
    "label": _("Name"), "icon": _("Picture"), "theme": _("Theme"), "colour": _("Colour by day"),
    "colour_dark": _("Colour by night"), "own_name": _("Its name in the language itself"),
    "synonyms": _("People also say"), "narrower": _("Kinds of it"), "related": _("Like it"),
    "position": _("Place in the list"),
}
_WITH_UNDERSCORES = {"access", "audience", "connected_theme", "cost", "hub_kind", "opportunity_kind", "theme"}
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
# The colours of text on a theme's tile: --on-theme in site.css, by day and by night.
_ON_TILE = {"colour": ("#ffffff", _("white")), "colour_dark": ("#14181b", _("dark"))}


@dataclass(slots=True)
class Read:
    """What was typed, what is wrong with it by field, and the term when nothing is."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    term: Term | None = None


@cache
def _sprite() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (paths.static() / "icons.svg").read_text("utf-8")))


def icons(first: str) -> list[str]:
    """The names of the pictures that there are, in order, the chosen one first."""
    return sorted(_sprite(), key=lambda name: (name != first, name))


def values_of(term: Term) -> dict[str, Any]:
    """A term as the form shows it: phrases one a line."""
    return {"label": term.label, "code": term.code, "icon": term.icon, "theme": term.theme, "colour": term.colour,
            "colour_dark": term.colour_dark, "own_name": term.own_name, "synonyms": "\n".join(term.synonyms),
            "narrower": "\n".join(term.narrower), "related": list(term.related)}


def read(kind: str, form: Mapping[str, list[str]], base: Term | None, vocabulary: Vocabulary) -> Read:
    """The term of what was typed; `base` is the one that is edited, None for a new one. `form` has lists of texts."""
    names = ("label", *KINDS[kind][2], *(("code",) if base is None and kind == "language" else ()))
    said = {name: form.get(name, []) if name == "related" else (form.get(name) or [""])[0][:20_000] for name in names}
    made = Read(said)
    before = base or Term(kind, "", "")
    readers = {"label": _label, "code": _code, "icon": _icon, "theme": _theme, "colour": _colour,
               "colour_dark": _colour, "own_name": _own_name, "synonyms": _phrases, "narrower": _phrases,
               "related": _related}
    values = {}
    for name in names:
        try:
            values[name] = readers[name](name, said[name], before, vocabulary)
        except ValueError as error:
            made.errors[name] = str(error)
    if not made.errors:
        if base is None and kind != "language":
            values["code"] = _free_code(kind, values["label"], vocabulary)
        made.term = replace(before, **values)
    return made


def _label(_name: str, said: str, before: Term, vocabulary: Vocabulary) -> str:
    label = one_line(said)
    if not label:
        raise ValueError(_("Please say what it is called."))
    if len(label) > LONGEST:
        raise ValueError(_("This is too long: %(most)s characters fit.", most=LONGEST))
    _means_another(label, before, vocabulary, labels_only=before.kind == "category")
    return label


def _means_another(phrase: str, before: Term, vocabulary: Vocabulary, labels_only: bool = False) -> None:
    """Raises ValueError when a phrase already stands for another word of the kind, and so never for this one."""
    for other in vocabulary.of(before.kind).values():
        spellings = (other.label,) if labels_only else (other.code, other.label, other.own_name, *other.synonyms)
        if other.code != before.code and words(phrase) in [words(said) for said in spellings if words(said)]:
            raise ValueError(_("“%(phrase)s” already means “%(label)s”.", phrase=short(phrase), label=other.label))


def _phrases(name: str, said: str, before: Term, vocabulary: Vocabulary) -> tuple[str, ...]:
    phrases = tuple({one_line(line).casefold(): one_line(line) for line in clean(said).split("\n")
                     if one_line(line)}.values())
    if len(phrases) > MOST_PHRASES:
        raise ValueError(_("These are too many: %(most)s fit.", most=MOST_PHRASES))
    for phrase in phrases:
        if len(phrase) > LONGEST:
            raise ValueError(_("“%(phrase)s” is too long: %(most)s characters fit. Write one to a line.",
                               phrase=short(phrase, 30), most=LONGEST))
        # one everyday word may mean several categories: a search for it then finds them all
        if before.kind != "category" and phrase not in getattr(before, name):
            _means_another(phrase, before, vocabulary)
    return phrases


def _code(_name: str, said: str, before: Term, vocabulary: Vocabulary) -> str:
    code = one_line(said).lower()
    if not _LANGUAGE_CODE.fullmatch(code) or len(code) > 20:
        raise ValueError(_("This is not the code of a language. Polish is pl, Tamil is ta."))
    if code in vocabulary.of(before.kind):
        raise ValueError(_("“%(label)s” has this code already.", label=vocabulary.get(before.kind, code).label))
    return code


def _free_code(kind: str, label: str, vocabulary: Vocabulary) -> str:
    """A code made of the label, that begins with a letter and that nothing has."""
    wanted = slug(label, 40) or kind.replace("_", "-")
    wanted = wanted if wanted[0].isalpha() else f"{kind[0]}-{wanted}"
    wanted = wanted.replace("-", "_") if kind in _WITH_UNDERSCORES else wanted
    taken, number, code = vocabulary.of(kind), 1, wanted
    while code in taken or code == "new":
        number += 1
        code = f"{wanted}-{number}"
    return code


def _own_name(_name: str, said: str, _before: Term, _vocabulary: Vocabulary) -> str:
    name = one_line(said)
    if len(name) > LONGEST:
        raise ValueError(_("This is too long: %(most)s characters fit.", most=LONGEST))
    return name


def _icon(_name: str, said: str, _before: Term, _vocabulary: Vocabulary) -> str:
    if said not in _sprite():
        raise ValueError(_("Please choose one of the pictures."))
    return said


def _theme(_name: str, said: str, _before: Term, vocabulary: Vocabulary) -> str:
    if said not in vocabulary.of("theme"):
        raise ValueError(_("Please choose a theme."))
    return said


def _related(_name: str, said: list[str], before: Term, vocabulary: Vocabulary) -> tuple[str, ...]:
    wrong = [code for code in said if code not in vocabulary.of(before.kind) or code == before.code]
    if wrong:
        raise ValueError(_("“%(code)s” cannot be chosen here.", code=short(wrong[0])))
    # those that were there keep their order, which is that of suggestions
    return tuple(dict.fromkeys([*(code for code in before.related if code in said), *said]))


def _colour(name: str, said: str, _before: Term, _vocabulary: Vocabulary) -> str:
    colour = one_line(said).lower()
    if not is_colour(colour):
        raise ValueError(_("A colour looks like #07524b."))
    ground, called = _ON_TILE[name]
    reached = contrast(colour, ground)
    if reached < READABLE:
        raise ValueError(_("The picture on it is %(called)s, and would be hard to see: the contrast is %(reached)s to "
                           "1, and should be at least %(least)s to 1. Choose a %(other)s colour.", called=called,
                           reached=f"{int(reached * 10) / 10:.1f}", least=READABLE,
                           other=_("darker") if name == "colour" else _("lighter")))
    return colour
