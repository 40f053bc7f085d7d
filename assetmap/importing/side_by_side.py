"""Two records field by field: where they differ, which of the two is proposed and why, and the one made of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assetmap.analysis.names import compare, parse
from assetmap.domain.location import LocationSource
from assetmap.domain.place import Place
from assetmap.importing.form import record_with
from assetmap.store.rows import LAYERS, Record, content_of, dump_list, load_list

FIRST, SECOND, BOTH = "first", "second", "both"
CHOICES = (FIRST, SECOND, BOTH)

# What is only right together. A telephone number goes with the consent to publish it.
_TOGETHER = {
    "position": ("lat", "lon", "location_source"), "when": ("times", "meetings", "hub_id"),
    "contact": ("phone", "email", "consent"), "ages": ("age_min", "age_max"), "costs": ("cost", "cost_note"),
    "from": ("giver", "giver_kind"), "confirmed": ("last_confirmed", "confirmed_by"),
}
_WHEN = ("times", "meetings")
_LISTS = ("categories", "other_categories", "audiences", "languages", "access", "connected_themes", "topics")
_PROSE = ("notes", "description")
_LONG = ("name", "summary", "address", "opening_hours", "rooms", "times", *_PROSE)
_BOOKKEEPING = ("source", "source_id")
_SAYS_NOTHING = {"kind": "other", "reward": "none"}
_EXACT = (LocationSource.GIVEN, LocationSource.POSTCODE, LocationSource.CONTACT, LocationSource.HUB,
          LocationSource.NONE)
_ONE_PLACE_M, _ONE_HOUSE_M = 100.0, 30.0
_TWO_SPELLINGS = 0.85  # how alike names are of which one tells nothing more

ONLY_ONE, EITHER, EXACT, LATER, NEWER, MORE, PRIVATE, KEPT = (
    "Only this one says it.", "What either of them says.", "The more exact position.", "The later of the two.",
    "This one was confirmed later.", "This one says more.", "Kept private unless you choose otherwise.",
    "As the one that is kept has it.")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, or some that belong together, in which two records differ.

    `proposed` is FIRST, SECOND or BOTH; `why` is a sentence. `can_join` says whether BOTH can be had; `clash` whether
    both say something and not the same, so that choosing one loses what the other says.
    """

    name: str
    columns: tuple[str, ...]
    proposed: str
    why: str
    can_join: bool
    clash: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """Two records of a layer and how they differ. `kept` is FIRST or SECOND: whose address stays."""

    layer_name: str
    first: Record
    second: Record
    kept: str
    differences: tuple[Difference, ...]
    same: tuple[str, ...]

    @property
    def is_contained(self) -> bool:
        """Whether nothing that either says is lost when the proposals are taken."""
        return not any(difference.clash for difference in self.differences)

    @property
    def keep(self) -> Record:
        return self.first if self.kept == FIRST else self.second

    @property
    def lose(self) -> Record:
        return self.second if self.kept == FIRST else self.first


def side_by_side(layer_name: str, first: Record, second: Record, kept: str = "", named_by: tuple[int, int] = (0, 0)
                 ) -> Sides:
    """The two records compared. Without `kept` the one is kept that more others name (`named_by`), else the one that
    says more."""
    layer = LAYERS[layer_name]
    contents = [dict(zip(layer.content, content_of(layer, record), strict=True)) for record in (first, second)]
    units = _units(layer.content)
    if kept not in (FIRST, SECOND):
        said = [sum(not _is_blank(name, columns, content) for name, columns in units.items()) for content in contents]
        kept = SECOND if (named_by[1], said[1]) > (named_by[0], said[0]) else FIRST
    differences, same = [], []
    for name, columns in units.items():
        if any(contents[0][column] != contents[1][column] for column in columns):
            differences.append(_difference(name, columns, contents, kept))
        elif not _is_blank(name, columns, contents[0]):
            same.append(name)
    return Sides(layer_name, first, second, kept, tuple(differences), tuple(same))


def columns_of(layer_name: str, name: str) -> tuple[str, ...]:
    """The columns of a field that `Difference` names."""
    return _units(LAYERS[layer_name].content)[name]


def _units(columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Name → columns, in the order that a reader looks for them."""
    within = {column: name for name, together in _TOGETHER.items() for column in together}
    made: dict[str, tuple[str, ...]] = {}
    for column in ("name", "summary", "description", *columns):
        if column not in columns or column in _BOOKKEEPING:
            continue
        name = within.get(column, column)
        made[name] = tuple(one for one in _TOGETHER.get(name, (column,)) if one in columns)
    return made


def _is_blank(name: str, columns: tuple[str, ...], content: Mapping[str, object]) -> bool:
    telling = columns[:2] if name == "contact" else columns  # consent to publish nothing is nothing
    return all(content[column] in (None, "", "[]", False) or _SAYS_NOTHING.get(column) == content[column]
               for column in telling)


def _difference(name: str, columns: tuple[str, ...], contents: list[Mapping], kept: str) -> Difference:
    first, second = contents
    can_join = name in _LISTS or name in _PROSE or name == "contact" and _can_join_contact(first, second)
    looked_at = _WHEN if name == "when" and first["hub_id"] == second["hub_id"] else \
        ("hub_id",) if name == "when" and first["times"] == second["times"] else columns
    blank = [_is_blank(name, looked_at, content) for content in contents]
    if blank[0] != blank[1]:
        return Difference(name, columns, SECOND if blank[0] else FIRST, ONLY_ONE, False, False)
    if all(blank):
        return Difference(name, columns, kept, KEPT, False, False)
    if can_join:
        return Difference(name, columns, BOTH, EITHER, True, False)
    proposed, why, clash = _proposal(name, columns, first, second, kept)
    return Difference(name, columns, proposed, why, False, clash)


def _proposal(name: str, columns: tuple[str, ...], first: Mapping, second: Mapping, kept: str) -> tuple[str, str, bool]:
    """(which, why, whether the other's is lost by it) of two that both say something."""
    days = first["last_confirmed"] or "", second["last_confirmed"] or ""
    if name == "confirmed":
        return (SECOND, LATER, False) if days[1] > days[0] else (FIRST, LATER, False) if days[0] > days[1] else \
            (kept, KEPT, False)
    if name == "position":
        exact = [_EXACT.index(content["location_source"] or LocationSource.NONE) for content in (first, second)]
        metres = Place(first["lat"], first["lon"]).distance_m(Place(second["lat"], second["lon"]))
        if exact[0] != exact[1]:
            return (FIRST if exact[0] < exact[1] else SECOND), EXACT, metres > _ONE_PLACE_M
        if metres <= _ONE_HOUSE_M:
            return kept, KEPT, False
    if name == "contact" and all(first[column] == second[column] for column in columns[:2]):
        return (SECOND if first["consent"] else FIRST), PRIVATE, True
    if name == "name" and compare(parse(first[name]), parse(second[name])).score >= _TWO_SPELLINGS:
        return kept, KEPT, False
    if days[0] != days[1]:
        return (SECOND if days[1] > days[0] else FIRST), NEWER, True
    lengths = [sum(len(str(content[column])) for column in columns) for content in (first, second)]
    if columns[0] in _LONG and name != "name" and lengths[0] != lengths[1]:
        return (SECOND if lengths[1] > lengths[0] else FIRST), MORE, True
    return kept, KEPT, True


def _can_join_contact(first: Mapping, second: Mapping) -> bool:
    """One has the telephone number, the other the e-mail address, and both or neither may be published."""
    return first["consent"] == second["consent"] and all(
        not first[column] or not second[column] or first[column] == second[column] for column in ("phone", "email"))


def brought_together(sides: Sides, choices: Mapping[str, str]) -> Record:
    """The record that is kept, with what was chosen.

    `choices` is name of a difference → FIRST, SECOND or BOTH; what is not there is as proposed.
    """
    layer = LAYERS[sides.layer_name]
    first, second = (dict(zip(layer.content, content_of(layer, record), strict=True))
                     for record in (sides.first, sides.second))
    made = dict(first if sides.kept == FIRST else second)
    for difference in sides.differences:
        chosen = choices.get(difference.name, difference.proposed)
        if chosen not in CHOICES or chosen == BOTH and not difference.can_join:
            chosen = difference.proposed
        for column in difference.columns:
            made[column] = _joined(column, first[column], second[column]) if chosen == BOTH else \
                (first if chosen == FIRST else second)[column]
    record = record_with(sides.layer_name, sides.keep.id, tuple(made.values()))
    return replace(record, source=sides.keep.source, source_id=sides.keep.source_id)


def _joined(column: str, first: object, second: object) -> object:
    if column in _LISTS:
        return dump_list(tuple(dict.fromkeys((*load_list(str(first)), *load_list(str(second))))))
    if column in _PROSE and first != second:
        return "\n".join(dict.fromkeys(filter(None, (str(first), str(second)))))
    return first or second
