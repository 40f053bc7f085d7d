"""The programme and the deployment that an address names, of those that whoever asks may see."""

from __future__ import annotations

from assetmap.domain.errors import NotFound
from assetmap.domain.programme import Deployment, Programme
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data


def programme(programme_id: str) -> Programme:
    """Raises NotFound, also for what is internal."""
    found = programme_data.initiatives().programmes.get(programme_id)
    if found is None:
        raise _not_here(programme_data.programmes().all.programmes.get(programme_id),
                        _("There is no such programme here."))
    return found


def deployment(programme_id: str, deployment_id: str) -> tuple[Programme, Deployment]:
    """Raises NotFound, also for what is internal, and for one of another programme."""
    held = programme(programme_id)
    found = programme_data.initiatives().deployments.get(deployment_id)
    if found is None or found.programme_id != programme_id:
        raise _not_here(programme_data.programmes().all.deployments.get(deployment_id),
                        _("“%(name)s” is not done in an area of that name.", name=held.name))
    return held, found


def _not_here(internal: Programme | Deployment | None, otherwise: str) -> NotFound:
    """For a planner who looks as the public does, why something that is there is not."""
    if internal is not None and programme_data.may_edit():
        return NotFound(_("“%(name)s” is internal, and you see what the public sees. Show what is internal again on "
                          "the page of all programmes (/plan/programmes).", name=internal.name))
    return NotFound(otherwise)
