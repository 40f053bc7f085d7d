"""What is under way in one ward: every deployment there, how far and since when."""

from __future__ import annotations

from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_words import Far, far, in_ward, said, there_on


def under_way(ward: int) -> list[Far]:
    """The deployments that are in a ward today, by its number; by programme, the furthest of one programme first."""
    held, day = programme_data.initiatives(), programme_data.today()
    made = [in_ward(far(held, one, day), ward) for one in held.deployments.values()
            if ward in programme_data.wards_of(one) and there_on(held, one, day, day)]
    return sorted(made, key=lambda one: (one.programme.name.casefold(), one.programme.id, -one.rank,
                                         one.deployment.name))


def document(ward: int) -> list[dict]:
    """The same for machines."""
    return [said(one) for one in under_way(ward)]
