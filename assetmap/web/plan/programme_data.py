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

_PLANNERS = frozenset({Role.PLANNER})


def programmes() -> Programmes:
    """The programmes of this request's Atlas."""
    return programmes_of(services.atlas())


def initiatives() -> Initiatives:
    """All that there is for planners and stewards, what is public for everyone else."""
    held = programmes()
    return held.all if sees_internal() else held.public


def sees_internal() -> bool:
    """Whether the reader sees what is marked internal; then nobody keeps a copy of the answer."""
    account = services.account()
    sees = account is not None and account.may(_PLANNERS)
    if sees:
        g.has_internal = True
    return sees


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
