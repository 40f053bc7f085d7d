"""The words that assets are sorted by."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import BadInput, Conflict
from assetmap.domain.vocabulary import Term, Vocabulary
from assetmap.store import sent_forms
from assetmap.store import vocabulary as kept
from assetmap.store.reference import load_vocabulary
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import word_form
from assetmap.web.steward.word_form import KINDS, LABELS, Read

blueprint = Blueprint("steward_vocabulary", __name__)
_HERE = "/steward/vocabulary"
_KIND = f"<any({', '.join(KINDS)}):kind>"
_STEPS = {"up": -1, "down": 1}


@blueprint.get(_HERE)
def vocabulary() -> str:
    """The kinds of words."""
    held = _vocabulary()
    kinds = [{"url": f"{_HERE}/{kind}", "label": label, "for": what_for, "number": len(held.of(kind)),
              "some": _shortened([term.label for term in held.of(kind).values()], 6)}
             for kind, (label, what_for, _fields) in KINDS.items()]
    return render_template("steward/vocabulary.html", kinds=kinds)


@blueprint.get(f"{_HERE}/{_KIND}")
def words(kind: str) -> str:
    """The words of one kind, in their order."""
    with services.database().reading() as connection:
        held, uses = load_vocabulary(connection), kept.uses(connection, kind)
    shown = [{"term": term, "url": f"{_HERE}/{kind}/{term.code}", "used": _used(kind, uses[term.code]),
              "theme": term.theme or (term.code if kind == "theme" else ""), "also": _also(term)}
             for term in held.of(kind).values()]
    return render_template("steward/words.html", kind=kind, label=KINDS[kind][0], what_for=KINDS[kind][1], words=shown)


def _vocabulary() -> Vocabulary:
    """As the store has it now; the public pages' may be a moment older."""
    with services.database().reading() as connection:
        return load_vocabulary(connection)


def _used(kind: str, number: int) -> str:
    if kind == "theme":
        return ngettext("used by %(num)s category", "used by %(num)s categories", number)
    return ngettext("used on %(num)s entry", "used on %(num)s entries", number)


def _also(term: Term) -> str:
    """A few of the words that people use for it."""
    return _shortened([text for text in (term.own_name, *term.synonyms, *term.narrower) if text], 8)


def _shortened(texts: list[str], most: int) -> str:
    return ", ".join(texts[:most]) + (" …" if len(texts) > most else "")


@blueprint.get(f"{_HERE}/{_KIND}/new")
def new(kind: str) -> Response:
    """The form of a word that is not there yet."""
    values = {"colour": "#4c5560", "colour_dark": "#b6bdc6"}
    return _page(kind, None, Read(values), 200)


@blueprint.post(f"{_HERE}/{_KIND}/new")
def add(kind: str) -> Response:
    """Add a word, the last of its kind."""
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        before = sent_forms.result_of(connection, once)
        if before:
            return redirect(before, 303)
        read = word_form.read(kind, request.form.to_dict(flat=False), None, load_vocabulary(connection))
        if read.term:
            kept.add(connection, read.term, by=services.by())
            sent_forms.keep(connection, once, f"{_HERE}/{kind}")
    if read.term is None:
        return _page(kind, None, read, 400)
    return _done(kind, read.term, _("“%(label)s” is added.", label=read.term.label))


@blueprint.get(f"{_HERE}/{_KIND}/<code>")
def word(kind: str, code: str) -> Response:
    """The form of one word."""
    with services.database().reading() as connection:
        held = kept.get(connection, kind, code)
    return _page(kind, held.term, Read(word_form.values_of(held.term)), 200)


@blueprint.post(f"{_HERE}/{_KIND}/<code>")
def change(kind: str, code: str) -> Response:
    """Change a word; its code stays what it is."""
    theirs = None
    with services.database().writing() as connection:
        before = kept.get(connection, kind, code)
        read = word_form.read(kind, request.form.to_dict(flat=False), before.term, load_vocabulary(connection))
        changed = False
        if read.term:
            try:
                changed = kept.save(connection, read.term, mark=request.form.get("mark", ""), by=services.by())
            except Conflict:
                theirs = _differences(before.term, read.term)
    if read.term is None or theirs is not None:
        return _page(kind, before.term, read, 400 if theirs is None else 409, theirs)
    return _done(kind, read.term, _("“%(label)s” is saved.", label=read.term.label) if changed
                 else _("Nothing was different, so nothing was changed."))


def _differences(theirs: Term, ours: Term) -> list[dict[str, str]]:
    """What the store has now beside what was typed."""
    before, after = word_form.values_of(theirs), word_form.values_of(ours)
    return [{"label": LABELS[name], "before": _text(before[name]), "after": _text(after[name])}
            for name in ("label", *KINDS[ours.kind][2]) if before[name] != after[name]]


def _text(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value


@blueprint.post(f"{_HERE}/{_KIND}/<code>/move")
def move(kind: str, code: str) -> Response:
    """One place up or down."""
    step = _STEPS.get(request.form.get("to", ""))
    if step is None:
        raise BadInput(_("A word moves up or down."))
    with services.database().writing() as connection:
        moved = kept.move(connection, kind, code, step, by=services.by())
        held = kept.get(connection, kind, code)
    said = _("“%(label)s” moved.", label=held.term.label) if moved else _("It is at the end of the list already.")
    return _done(kind, held.term, said)


@blueprint.post(f"{_HERE}/{_KIND}/<code>/remove")
def remove(kind: str, code: str) -> Response:
    """Take out a word that nothing uses."""
    with services.database().writing() as connection:
        held = kept.get(connection, kind, code)
        kept.remove(connection, held.term, mark=request.form.get("mark", ""), by=services.by())
    services.renew()
    return access.done(f"{_HERE}/{kind}", _("“%(label)s” is taken out.", label=held.term.label))


def _done(kind: str, term: Term, said: str) -> Response:
    services.renew()
    return access.done(f"{_HERE}/{kind}#word-{term.code}", said)


def _page(kind: str, term: Term | None, read: Read, status: int, theirs: list[dict] | None = None) -> Response:
    with services.database().reading() as connection:
        held, uses = load_vocabulary(connection), kept.uses(connection, kind)
        mark = kept.get(connection, kind, term.code).mark if term else ""
    code = term.code if term else ""
    others = [other for other in held.of(kind).values() if other.code != code]
    page = render_template(
        "steward/word.html", kind=kind, label=KINDS[kind][0], fields=KINDS[kind][2], term=term, mark=mark,
        form={"values": read.values, "errors": read.errors}, theirs=theirs, used=_used(kind, uses[code]),
        removable=bool(term) and not uses[code] and bool(others) and not any(code in other.related for other in others),
        themes=[{"value": theme.code, "label": theme.label} for theme in held.of("theme").values()],
        related=[{"value": other.code, "label": other.label} for other in others],
        icons=word_form.icons(read.values.get("icon", "")),
        names={name: LABELS[name] for name in ("label", *KINDS[kind][2])})
    return make_response(page, status)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
