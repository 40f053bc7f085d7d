"""What a page says once a form of a programme is saved: also what follows from it that nobody typed."""

from __future__ import annotations

from assetmap.domain.programme import Programme
from assetmap.domain.programme_days import implied_by
from assetmap.domain.progress import ProgressEvent
from assetmap.store import programmes
from assetmap.store.database import Connection
from assetmap.store.programmes import Kept
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext


def said(connection: Connection, programme: Programme | None, record: Kept) -> str:
    """The notice of a record that is about to be saved; of progress also which steps count as reached with it."""
    if not isinstance(record, ProgressEvent):
        return _("Saved.")
    implied = implied_by(programme, programmes.progress_of(connection, record.deployment_id), record)
    return " ".join(filter(None, (_("Saved."), _implied([programme.number(step.code) for step in implied]))))


def _implied(numbers: list[int]) -> str:
    if not numbers:
        return ""
    first, last = ", ".join(map(str, numbers[:-1])), numbers[-1]
    which = str(last) if not first else _("%(first)s and %(last)s", first=first, last=last)
    if len(numbers) > 3 and last - numbers[0] + 1 == len(numbers):
        which = _("%(first)s to %(last)s", first=numbers[0], last=last)
    return ngettext("Step %(which)s counts as reached by then: note it too if you know when.",
                    "Steps %(which)s count as reached by then: note them too if you know when.", len(numbers),
                    which=which)
