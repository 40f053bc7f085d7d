"""What the rows of a programmes file name: programmes, deployments, steps, wards and hubs, by code or by name."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.text import name_key, short, slug
from assetmap.importing.context import Context
from assetmap.importing.programmes.entries import Entries, Entry
from assetmap.importing.programmes.ids import Index
from assetmap.importing.programmes.naming import Guesses, StepNames, Unknown, WardNames
from assetmap.store import programmes as store
from assetmap.store import reference
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS


@dataclass(slots=True)
class Known:
    """What there is, by public id, hidden things too; what a file brings is added to it as its rows are read.

    `wards` is code → name of those that are loaded.
    """

    context: Context
    programmes: dict[str, Programme]
    deployments: dict[str, Deployment]
    entries: Entries
    wards: Mapping[str, str]
    _ward_names: WardNames
    _names: Index = field(default_factory=Index)
    _deployed: Index = field(default_factory=Index)
    _sources: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _steps_in_use: dict[str, set[str]] = field(default_factory=dict)
    _steps: dict[str, StepNames] = field(default_factory=dict)
    _guesses: Guesses = field(default_factory=Guesses)

    @classmethod
    def of(cls, connection: Connection, context: Context) -> Known:
        """As the store has it now."""
        wards = dict(sorted(reference.ward_names(connection).items()))
        entries = Entries.of({name: store.every(connection, name) for name in (PROGRESS, FIGURES, DATES)})
        made = cls(context, {}, {}, entries, wards, WardNames(wards))
        for programme in store.every(connection, PROGRAMMES).values():
            made.put_programme(programme)
        for deployment in store.every(connection, DEPLOYMENTS).values():
            made.put_deployment(deployment)
        for entry in chain(*(entries.held[name].values() for name in (PROGRESS, DATES))):
            if entry.step and entry.status != "hidden" and entry.deployment_id in made.deployments:
                of = made.deployments[entry.deployment_id].programme_id
                made._steps_in_use.setdefault(of, set()).add(entry.step)
        return made

    def copy(self) -> Known:
        """One to which rows may add without a change of this."""
        return replace(self, programmes=dict(self.programmes), deployments=dict(self.deployments),
                       entries=self.entries.copy(), _names=self._names.copy(), _deployed=self._deployed.copy(),
                       _sources=dict(self._sources), _steps={})

    @property
    def today(self) -> date:
        return self.context.today

    def held(self, layer_name: str) -> Mapping[str, Programme | Deployment | Entry]:
        """Public id → record of a layer."""
        own = {PROGRAMMES: self.programmes, DEPLOYMENTS: self.deployments}
        return own[layer_name] if layer_name in own else self.entries.held[layer_name]

    def put_programme(self, programme: Programme) -> None:
        self.programmes[programme.id] = programme
        self._sources[PROGRAMMES, programme.source, programme.source_id] = programme.id
        self._names.put(name_key(programme.name), programme.id, hidden=programme.status == "hidden")

    def put_deployment(self, deployment: Deployment) -> None:
        before = self.deployments.get(deployment.id)
        if before is not None and _place(before) != _place(deployment):
            self._deployed.drop(_place(before), before.id)
        self.deployments[deployment.id] = deployment
        self._sources[DEPLOYMENTS, deployment.source, deployment.source_id] = deployment.id
        of, name, hidden = deployment.programme_id, name_key(deployment.name), deployment.status == "hidden"
        for key in ((of,), (of, name), ("", name), _place(deployment)):
            self._deployed.put(key, deployment.id, hidden=hidden)

    def of_feed(self, layer_name: str, source_id: str) -> str:
        """The id of the record that the feed calls so, whatever people call it now; "" for none."""
        if layer_name in (PROGRAMMES, DEPLOYMENTS):
            return self._sources.get((layer_name, self.context.source, source_id), "")
        return self.entries.of_feed(layer_name, self.context.source, source_id)

    def programme(self, said: str) -> Programme | None:
        """By id, the feed's own id, or name; None for a new one. Raises Unknown when several are meant."""
        if said in self.programmes:
            return self.programmes[said]
        own = [found for text in (said, name_key(said)) if (found := self.of_feed(PROGRAMMES, text))]
        ids = own[:1] or self._names.ids(name_key(said))
        if len(ids) > 1:
            raise Unknown(f"“{short(said)}” is the name of {len(ids)} programmes; give the id of one, such as "
                          f"{next(iter(ids))}", ids=ids)
        for record_id in ids:
            return self.programmes[record_id]
        return _called_at_first(self.programmes.get(name_key(said)))

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
        return self._guesses.like(said, (one.name for one in self.programmes.values() if one.status != "hidden"))

    def steps_in_use(self, programme_id: str) -> Collection[str]:
        """The codes that progress or dates of the programme name, before the file."""
        return self._steps_in_use.get(programme_id, ())

    def deployment(self, programme: Programme | None, said: str) -> Deployment | None:
        """By id, the feed's own id, or its name in the programme. Raises Unknown when several are meant."""
        found = self.deployments.get(said)
        if found and (programme is None or found.programme_id == programme.id):
            return found
        ids: Collection[str] = ()
        if programme:
            ids = [found for text in (said, f"{programme.id}/{name_key(said)}")
                   if (found := self.of_feed(DEPLOYMENTS, text)) and self._deployed.holds((programme.id,), found)][:1]
        ids = ids or self._deployed.ids((programme.id if programme else "", name_key(said)))
        if len(ids) > 1:
            raise Unknown(f"“{short(said)}” is the name of {len(ids)} deployments; give the id of one, such as "
                          f"{next(iter(ids))}", ids=ids)
        for record_id in ids:
            return self.deployments[record_id]
        at_first = (name_key(said), name_key(f"{programme.id}-{said}")) if programme else ()
        return next((found for key in at_first if self._deployed.holds((programme.id,), key)
                     and (found := _called_at_first(self.deployments[key]))), None)

    def deployed_in(self, programme: Programme, wards: tuple[str, ...], neighbourhood: str) -> Deployment | None:
        """The programme's deployment in exactly these wards, or in the neighbourhood of that name; None when there is
        none. Raises Unknown when there are several.
        """
        ids = self._deployed.ids(_place_of(programme.id, wards, neighbourhood))
        if len(ids) > 1:
            raise Unknown(f"“{programme.name}” has {len(ids)} deployments there; say which in the column deployment, "
                          f"such as {next(iter(ids))}", ids=ids)
        return next((self.deployments[one] for one in ids), None)

    def only_deployment(self, programme: Programme) -> Deployment:
        """The one that a programme has. Raises Unknown."""
        ids = self._deployed.ids((programme.id,))
        if len(ids) != 1:
            raise Unknown(f"is empty, and “{short(programme.name)}” has {len(ids) or 'no'} deployments; "
                          + ("say which by its name or its ward" if ids else "describe one in a row whose record is "
                                                                             "deployment"))
        return self.deployments[next(iter(ids))]

    def step(self, programme: Programme, said: str) -> str:
        """The code of a step by its code, number or name. Raises Unknown, naming those there are."""
        steps = self._steps.get(programme.id)
        if steps is None or steps.programme is not programme:
            steps = self._steps[programme.id] = StepNames(programme)
        found = steps.code(said)
        if not found:
            some = "; ".join(f"{number} {step.name}" for number, step in enumerate(programme.steps, 1))
            raise Unknown(f"is “{short(said)}”, which “{short(programme.name)}” does not have; it has: "
                          f"{short(some, 300) or 'none yet'}")
        return found

    def ward_codes(self, said: str) -> tuple[str, ...]:
        """Codes of wards by code or name, several with semicolons, lines or commas between. Raises Unknown."""
        return self._ward_names.codes(said)

    def hub(self, said: str) -> str:
        """The id of a hub by its id or name; "" for none."""
        found = self.context.directory.find("hubs", said, self.context.source)
        return found.id if found else ""


def _place_of(programme_id: str, wards: Iterable[str], neighbourhood: str) -> Hashable:
    """What deployments of one place have in common."""
    return (programme_id, "near", name_key(neighbourhood)) if neighbourhood else (programme_id, frozenset(wards))


def _place(deployment: Deployment) -> Hashable:
    return _place_of(deployment.programme_id, deployment.wards, deployment.neighbourhood)


def _called_at_first(found: Programme | Deployment | None) -> Programme | Deployment | None:
    """A record whose id is like a name: what it was called at first. The id of a name in another script is no name."""
    return found if found is not None and slug(found.name) else None
