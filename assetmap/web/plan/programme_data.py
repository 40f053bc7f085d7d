"""Programmes and their deployments as the reader may see them, where each deployment is, and where its page is.

This is the one place where the pages for planners get them from.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import shapely
from flask import g

from assetmap.atlas.programmes import Programmes, programmes_of
from assetmap.domain.account import Role
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment
from assetmap.web import services
from assetmap.web.plan import seen_as

_PLANNERS = frozenset({Role.PLANNER, Role.STEWARD})


def programmes() -> Programmes:
    """The programmes of this request's Atlas."""
    return programmes_of(services.atlas())


def initiatives() -> Initiatives:
    """All that there is for planners and stewards, what is public for everyone else.

    One rule for pages, their data and their files. A planner who looks as the public does gets what the public gets.
    """
    held = programmes()
    return held.all if sees_internal() else held.public


def may_edit() -> bool:
    """Whether the reader looks after programmes."""
    account = services.account()
    return account is not None and account.may(_PLANNERS)


def sees_internal() -> bool:
    """Whether the reader sees what is marked internal, and the buttons to change it; then nobody keeps a copy of the
    answer.
    """
    sees = may_edit() and not seen_as.as_public()
    if sees:
        g.has_internal = True
    return sees


def file_mark() -> str:
    """What is put at the end of a file's name, so that nobody passes on what is internal without noticing."""
    return "-with-internal" if sees_internal() else ""


def today() -> date:
    """The area's own day."""
    return services.now().date()


def programme_url(programme_id: str) -> str:
    """The address of a programme's page."""
    return f"/programmes/{quote(programme_id, safe='')}"


def deployment_url(deployment: Deployment) -> str:
    """The address of a deployment's page."""
    return f"{programme_url(deployment.programme_id)}/{quote(deployment.id, safe='')}"


def wards_of(deployment: Deployment) -> tuple[int, ...]:
    """The rows of the Atlas's wards that a deployment is in, even in part."""
    return tuple(programmes().ward_rows(deployment))


def outline_of(deployment: Deployment) -> shapely.Geometry | None:
    """The area drawn for it, in degrees; None when it is whole wards."""
    return programmes().area(deployment) if deployment.outline else None
