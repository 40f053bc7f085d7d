"""The layers of programmes, and every layer whose records have history, by name."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import MappingProxyType

from assetmap.domain.programme import Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.store import programme_tables as tables
from assetmap.store.rows import LAYERS, Codec, RecordLayer, dump_list, load_list

PROGRAMMES, DEPLOYMENTS = "programmes", "deployments"
PROGRESS, FIGURES, DATES = "deployment-progress", "deployment-figures", "deployment-dates"
ENTRIES = (PROGRESS, FIGURES, DATES)


def _objects(kind: type) -> Codec:
    def dump(values: tuple) -> str:
        return json.dumps([asdict(value) for value in values], ensure_ascii=False)

    return Codec(dump, lambda text: tuple(kind(**entry) for entry in json.loads(text)))


_LIST = Codec(dump_list, load_list)
_DAY = Codec(lambda day: day and day.isoformat(), lambda day: day)
_CODECS = MappingProxyType({
    **dict.fromkeys(("themes", "wards", "languages_offered", "languages_asked", "opportunity_kinds"), _LIST),
    "steps": _objects(Step), "roles": _objects(Role),
    **dict.fromkeys(("last_confirmed", "starts", "ends", "day", "until", "feedback_given"), _DAY),
})
PROGRAMME_LAYERS = {
    PROGRAMMES: RecordLayer(PROGRAMMES, "programme", tables.programmes, Programme, _CODECS),
    DEPLOYMENTS: RecordLayer(DEPLOYMENTS, "deployment", tables.deployments, Deployment, _CODECS),
    PROGRESS: RecordLayer(PROGRESS, "entry of progress", tables.progress, ProgressEvent, _CODECS),
    FIGURES: RecordLayer(FIGURES, "figure", tables.figures, DeploymentFigure, _CODECS),
    DATES: RecordLayer(DATES, "date", tables.dates, PlannedDate, _CODECS),
}
EVERY_LAYER = LAYERS | PROGRAMME_LAYERS
