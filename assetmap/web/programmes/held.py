"""The programmes that whoever asks may see."""

from __future__ import annotations

from flask import g, request

from assetmap.atlas.programmes import programmes_of
from assetmap.domain.account import Role
from assetmap.domain.errors import NotFound
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.web import services
from assetmap.web.language import gettext as _

EDITORS = frozenset({Role.PLANNER, Role.STEWARD})


def may_edit() -> bool:
    """Whether who asks looks after programmes, and so may see what is internal too."""
    account = services.account()
    return account is not None and account.may(EDITORS)


def sees_internal() -> bool:
    """Whether this page shows what is internal: never as data, and not to who asked for the public's view."""
    return may_edit() and not request.path.endswith(".json") and request.args.get("view") != "public"


def initiatives() -> Initiatives:
    """What this request may show."""
    if "initiatives" not in g:
        everything = programmes_of(services.atlas())
        g.initiatives = everything.all if sees_internal() else everything.public
    return g.initiatives


def programme(programme_id: str) -> Programme:
    """Raises NotFound, also for what is internal."""
    found = initiatives().programmes.get(programme_id)
    if found is None:
        raise NotFound(_("There is no such programme here."))
    return found


def deployment(programme_id: str, deployment_id: str) -> tuple[Programme, Deployment]:
    """Raises NotFound, also for what is internal, and for one of another programme."""
    held = programme(programme_id)
    found = initiatives().deployments.get(deployment_id)
    if found is None or found.programme_id != programme_id:
        raise NotFound(_("“%(name)s” is not done in an area of that name.", name=held.name))
    return held, found
