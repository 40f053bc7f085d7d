"""What the rows of a programmes file name: programmes, deployments, steps, wards and hubs, by code or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.text import name_key, one_line, short
from assetmap.domain.ward import is_gss
from assetmap.importing.context import Context
from assetmap.store import programmes as store
from assetmap.store import reference
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS

_ALL_WARDS = {"all", "all-wards", "every-ward", "whole-council", "whole-area", "borough-wide", "boroughwide",
              "city-wide", "citywide", "district-wide", "everywhere", "council-wide"}
_NUMBER = re.compile(r"(?:step|stage|element|state|phase|no|number)?\s*\.?\s*(\d{1,2})\s*[.:)]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:step|stage|element|state|phase)?\s*(\d{1,2})\s*[.):–-]+\s+(\S.*)", re.IGNORECASE)


class Unknown(ValueError):
    """Something that is named and not there; the text says what, for the person who wrote the row."""


@dataclass(slots=True)
class Known:
    """What there is, by public id, hidden things too; what a file brings is added to it as its rows are read.

    `wards` are (code, name) of those that are loaded.
    """

    context: Context
    programmes: dict[str, Programme]
    deployments: dict[str, Deployment]
    entries: dict[str, dict[str, object]]
    wards: list[tuple[str, str]]
    _names: dict[str, list[str]] = field(default_factory=dict)
    _deployed: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _of_programme: dict[str, list[str]] = field(default_factory=dict)
    _ward_names: dict[str, list[str]] = field(default_factory=dict)
    _sources: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, context: Context) -> Known:
        """As the store has it now."""
        wards = sorted(reference.ward_names(connection).items())
        made = cls(context, {}, {}, {name: store.every(connection, name) for name in (PROGRESS, FIGURES, DATES)}, wards)
        for programme in store.every(connection, PROGRAMMES).values():
            made.put_programme(programme)
        for deployment in store.every(connection, DEPLOYMENTS).values():
            made.put_deployment(deployment)
        for code, name in wards:
            made._ward_names.setdefault(name_key(name), []).append(code)
        return made

    def copy(self) -> Known:
        """One to which rows may add without a change of this."""
        def lists(held: Mapping) -> dict:
            return {key: list(ids) for key, ids in held.items()}

        return Known(self.context, dict(self.programmes), dict(self.deployments),
                     {name: dict(held) for name, held in self.entries.items()}, self.wards, lists(self._names),
                     lists(self._deployed), lists(self._of_programme), self._ward_names, dict(self._sources))

    @property
    def today(self) -> date:
        return self.context.today

    def put_programme(self, programme: Programme) -> None:
        self.programmes[programme.id] = programme
        self._sources[PROGRAMMES, programme.source, programme.source_id] = programme.id
        _note(self._names, name_key(programme.name), programme.id)

    def put_deployment(self, deployment: Deployment) -> None:
        self.deployments[deployment.id] = deployment
        self._sources[DEPLOYMENTS, deployment.source, deployment.source_id] = deployment.id
        _note(self._deployed, (deployment.programme_id, name_key(deployment.name)), deployment.id)
        _note(self._of_programme, deployment.programme_id, deployment.id)

    def of_feed(self, layer_name: str, source_id: str) -> str:
        """The id of the programme or deployment that the feed calls so, whatever people call it now; "" for none."""
        return self._sources.get((layer_name, self.context.source, source_id), "")

    def programme(self, said: str) -> Programme | None:
        """By id, the feed's own id, or name; None for a new one. Raises Unknown when several are meant."""
        if said in self.programmes:
            return self.programmes[said]
        own = [found for text in (said, name_key(said)) if (found := self.of_feed(PROGRAMMES, text))]
        ids = own[:1] or self._seen(self._names.get(name_key(said), ()), self.programmes)
        if len(ids) > 1:
            raise Unknown(f"“{short(said)}” is the name of {len(ids)} programmes; give the id of one, such as {ids[0]}")
        return self.programmes.get(ids[0] if ids else name_key(said))  # an id is what it was called at first

    def must_be_programme(self, said: str) -> Programme:
        """As `programme`. Raises Unknown when there is none, with the one that may be meant."""
        found = self.programme(said)
        if found is None:
            like = self.like(said)
            raise Unknown(f"is “{short(said)}”, and there is no programme of that name{like}; describe a new one in "
                          "rows whose record is programme and step, or enter it at /plan/programmes first")
        return found

    def like(self, said: str) -> str:
        """“ (did you mean …?)” with the programme that may be meant; "" when none is like it."""
        return _alike(said, (one.name for one in self.programmes.values() if one.status != "hidden"))

    def steps_in_use(self, programme_id: str) -> set[str]:
        """The codes that progress or dates of the programme name."""
        of = set(self._of_programme.get(programme_id, ()))
        return {entry.step for name in (PROGRESS, DATES) for entry in self.entries[name].values()
                if entry.step and entry.deployment_id in of and entry.status != "hidden"}

    def deployment(self, programme: Programme | None, said: str) -> Deployment | None:
        """By id, the feed's own id, or its name in the programme. Raises Unknown when several are meant."""
        found = self.deployments.get(said)
        if found and (programme is None or found.programme_id == programme.id):
            return found
        if programme is None:
            ids = [key for (_programme, name), held in self._deployed.items() if name == name_key(said) for key in held]
        else:
            own = [found for text in (said, f"{programme.id}/{name_key(said)}")
                   if (found := self.of_feed(DEPLOYMENTS, text)) in self._of_programme.get(programme.id, ())]
            ids = own[:1] or self._deployed.get((programme.id, name_key(said)), [])
        ids = self._seen(ids, self.deployments)
        if len(ids) > 1:
            raise Unknown(f"“{short(said)}” is the name of {len(ids)} deployments; give the id of one, such as "
                          f"{ids[0]}")
        if not ids and programme:
            ids = [key for key in (name_key(said), name_key(f"{programme.id}-{said}"))
                   if key in self._of_programme.get(programme.id, ())]
        return self.deployments[ids[0]] if ids else None

    def deployed_in(self, programme: Programme, wards: tuple[str, ...], neighbourhood: str) -> Deployment | None:
        """The programme's deployment in exactly these wards, or in the neighbourhood of that name; None when there is
        none. Raises Unknown when there are several.
        """
        every = [self.deployments[key] for key in self._of_programme.get(programme.id, ())]
        if neighbourhood:
            found = [one for one in every if name_key(one.neighbourhood) == name_key(neighbourhood)]
        else:
            found = [one for one in every if set(one.wards) == set(wards) and not one.neighbourhood]
        ids = self._seen([one.id for one in found], self.deployments)
        if len(ids) > 1:
            raise Unknown(f"“{programme.name}” has {len(ids)} deployments there; say which in the column deployment, "
                          f"such as {ids[0]}")
        return self.deployments[ids[0]] if ids else None

    def only_deployment(self, programme: Programme) -> Deployment:
        """The one that a programme has. Raises Unknown."""
        ids = self._seen(self._of_programme.get(programme.id, ()), self.deployments)
        if len(ids) != 1:
            raise Unknown(f"is empty, and “{short(programme.name)}” has {len(ids) or 'no'} deployments; "
                          + ("say which by its name or its ward" if ids else "describe one in a row whose record is "
                                                                             "deployment"))
        return self.deployments[ids[0]]

    def _seen(self, ids: Iterable[str], held: Mapping) -> list[str]:
        """Those that are not hidden, if there are any."""
        every = list(dict.fromkeys(ids))
        return [key for key in every if held[key].status != "hidden"] or every[:1]

    def step(self, programme: Programme, said: str) -> str:
        """The code of a step by its code, number or name. Raises Unknown, naming those there are."""
        codes = [step.code for step in programme.steps]
        names = {name_key(step.name): step.code for step in programme.steps}
        key = name_key(said)
        found = key if key in codes else names.get(key, "")
        number = _NUMBER.fullmatch(one_line(said))
        if not found and number and 1 <= int(number[1]) <= len(codes):
            found = codes[int(number[1]) - 1]
        if not found and (both := _NUMBERED.fullmatch(one_line(said))):
            found = names.get(name_key(both[2]), "")
        if not found:
            some = "; ".join(f"{number} {step.name}" for number, step in enumerate(programme.steps, 1))
            raise Unknown(f"is “{short(said)}”, which “{short(programme.name)}” does not have; it has: "
                          f"{short(some, 300) or 'none yet'}")
        return found

    def ward_codes(self, said: str) -> tuple[str, ...]:
        """Codes of wards by code or name, several with semicolons, lines or commas between. Raises Unknown."""
        loaded = dict(self.wards)
        if name_key(said) in _ALL_WARDS:
            if not loaded:
                raise Unknown("names every ward, and no wards are loaded; load them first")
            return tuple(loaded)
        made = []
        for piece in re.split(r"[;\n]", said):
            whole = one_line(piece)
            parts = [whole] if "," not in whole or self._wards_named(whole) else whole.split(",")
            made += [self._ward(one_line(part), loaded) for part in parts if part.strip()]
        return tuple(dict.fromkeys(made))

    def _wards_named(self, said: str) -> list[str]:
        key = name_key(said)
        return self._ward_names.get(key, []) or self._ward_names.get(key.removesuffix("-ward"), [])

    def _ward(self, said: str, loaded: Mapping[str, str]) -> str:
        code = said.upper()
        if is_gss(code):
            if loaded and code not in loaded:
                raise Unknown(f"has {code}, which is not a ward that is loaded; is it of another year's boundaries?")
            return code
        found = self._wards_named(said)
        if len(found) > 1:
            raise Unknown(f"has “{short(said)}”, the name of {len(found)} wards; give the code of the one that is "
                          f"meant: {', '.join(found)}")
        if not found:
            raise Unknown(f"has “{short(said)}”, which is no ward that is loaded{_alike(said, loaded.values())}; "
                          "write it as the page of wards does, or give its code")
        return found[0]

    def hub(self, said: str) -> str:
        """The id of a hub by its id or name; "" for none."""
        found = self.context.directory.find("hubs", said, self.context.source)
        return found.id if found else ""


def _note(held: dict, key: object, record_id: str) -> None:
    ids = held.setdefault(key, [])
    if record_id not in ids:
        ids.append(record_id)


def _alike(said: str, names: Iterable[str]) -> str:
    """", did you mean …?" with the name that is most like it; "" when none is."""
    from difflib import get_close_matches  # only for what is misspelt

    by_key = {name_key(name): name for name in names}
    found = get_close_matches(name_key(said), by_key, n=1, cutoff=0.7)
    return f" (did you mean “{by_key[found[0]]}”?)" if found else ""
