"""One decision to take: the suggestions that go together, the record as it is now, and what would become of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assetmap.domain.errors import NotFound
from assetmap.domain.suggestion import Purpose, Suggestion
from assetmap.importing.form import Read, fields_of, read_form
from assetmap.importing.suggested import as_form
from assetmap.store import merging, records, suggestions
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record, content_of
from assetmap.web import correcting, services
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

_LARGEST = 2**31


@dataclass(slots=True)
class Case:
    """`held` are decided together, the one that was opened first; `others` wait and speak of the same record.

    `record` is None for something new. `now` are the record's texts as a form shows them, `texts` the same with what
    was suggested, `read` what those mean, `changes` how the record would differ ({label, before, after}), `tidy` the
    texts of what was understood.
    """

    held: list[Suggestion]
    others: list[Suggestion]
    record: Record | None
    version: int
    now: dict[str, str]
    texts: dict[str, str]
    read: Read
    changes: list[dict[str, str]]
    tidy: dict[str, str]
    since: list[dict[str, str]] = field(default_factory=list)

    @property
    def main(self) -> Suggestion:
        return self.held[0]

    @property
    def layer_name(self) -> str:
        return self.main.layer

    @property
    def is_new(self) -> bool:
        return self.record is None

    @property
    def was_merged(self) -> bool:
        """Whether the record that was spoken of has become part of another."""
        return self.record is not None and self.record.id != self.main.record_id

    @property
    def name(self) -> str:
        return self.record.name if self.record else self.main.fields.get("name", _("Something new"))

    @property
    def numbers(self) -> list[int]:
        return [one.id for one in self.held]

    @property
    def disagree(self) -> list[str]:
        """The fields about which the suggestions that are looked at together say different things."""
        told: dict[str, set[str]] = {}
        for one in self.held:
            for name, text in one.fields.items():
                told.setdefault(name, set()).add(text)
        return [correcting.label_of(self.layer_name, name) for name, texts in told.items() if len(texts) > 1]


def find(connection: Connection, number: int) -> Suggestion:
    """A suggestion by the number in an address. Raises NotFound."""
    if number >= _LARGEST:
        raise NotFound(_("There is no suggestion of this number."))
    return suggestions.get(connection, number)


def build(connection: Connection, number: int, also: Iterable[int] = (),
          typed: Mapping[str, str] | None = None) -> Case:
    """The case of one suggestion and of others about the same record; `typed` are a steward's own texts instead.

    Raises NotFound.
    """
    main = find(connection, number)
    record, version = None, 0
    # one that was merged since: what was suggested of it is about the record that it became part of
    record_id = merging.new_address(connection, main.layer, main.record_id) or main.record_id
    if record_id:
        record, version = records.get(connection, LAYERS[main.layer], record_id)
    alike = [one for known in dict.fromkeys((main.record_id, record_id))
             for one in suggestions.about(connection, main.layer, known) if one.id != main.id]
    chosen = set(also)
    together = [one for one in alike if main.waits and one.id in chosen]
    held = [main, *together]
    now = fields_of(connection, main.layer, record) if record else {}
    texts = dict(typed) if typed is not None else as_form(sorted(held, key=lambda one: one.id), now)
    read = read_form(connection, services.settings(), main.layer, texts, record)
    return Case(held=held, others=[one for one in alike if one not in together], record=record, version=version,
                now=now, texts=texts, read=read, changes=changes(main.layer, record, read.record),
                tidy=fields_of(connection, main.layer, read.record) if read.record else texts,
                since=_since(held, record))


def changes(layer_name: str, before: Record | None, after: Record | None) -> list[dict[str, str]]:
    """How one record differs from another, in words; a new one from nothing."""
    if after is None:
        return []
    layer = LAYERS[layer_name]
    new = dict(zip(layer.content, content_of(layer, after), strict=True))
    old = dict(zip(layer.content, content_of(layer, before), strict=True)) if before else dict.fromkeys(new)
    differing = {name: [old[name], value] for name, value in new.items() if old[name] != value}
    lines = shown.changes_shown(layer_name, differing)
    # of something new, what nobody said is no news
    return lines if before else [{**line, "value": line["after"]} for line in lines
                                 if line["after"] and line["after"] != _("No")]


def _since(held: list[Suggestion], record: Record | None) -> list[dict[str, str]]:
    """What the public page said when it was suggested and no longer says."""
    if record is None:
        return []
    told = {name: text for one in held for name, text in one.shown.items()}
    public = correcting.Entry(held[0].layer, record, services.atlas()).shown if told else {}
    return [{"label": correcting.label_of(held[0].layer, name), "before": text, "after": public[name]}
            for name, text in told.items() if name in public and public[name] != text]


def kind_text(one: Suggestion) -> str:
    """By which form it came."""
    return {Purpose.REPORT: _("Something is wrong"), Purpose.NEW: _("Something new"),
            Purpose.RUNNING: _("Has closed") if one.closed else _("Still running"),
            Purpose.GROUP: _("From the group itself")}[one.purpose]
