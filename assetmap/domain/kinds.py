"""What kinds of offers and asks are like: which offers answer which asks, and who can take them up, and where."""

from __future__ import annotations

ANSWERS: dict[str, tuple[str, ...]] = {
    # kind of an offer → kinds of asks that it may answer too
    "volunteering": ("befriending", "shared_meal", "form_filling", "gift_or_loan", "start_a_group"),
    "skill": ("mentoring", "volunteering", "start_a_group", "timebank"),
    "timebank": ("volunteering", "skill", "befriending", "form_filling", "interpreting", "mentoring"),
    "gift_or_loan": ("volunteering", "start_a_group"),
    "befriending": ("mentoring", "volunteering", "shared_meal"),
    "mentoring": ("skill", "befriending"),
    "shared_meal": ("befriending",),
    "room": ("start_a_group", "shared_meal"),
    "interpreting": ("form_filling", "befriending"),
    "form_filling": ("interpreting",),
    "small_grant": ("start_a_group", "gift_or_loan"),
    "start_a_group": ("befriending", "volunteering"),
}
"""A tool to lend helps who wants a hand in the garden; a room helps who wants to begin a group."""

COMMON_LANGUAGE = "en"
"""What nearly everybody here speaks, so that it goes without saying."""

STAND_ALONE = frozenset({"room", "form_filling", "interpreting", "small_grant"})
"""Kinds that say enough by themselves: a room is a room, whatever it is about."""

WANTS_A_PLACE = frozenset({"room"})
"""Asks for a place: the access they name is what they need, though they are held at a hub for now."""

IN_ANOTHER_LANGUAGE = frozenset({"interpreting"})
"""Kinds in which English alone is no language in common."""

AT_THEIR_PLACE = frozenset({"befriending", "mentoring", "interpreting", "form_filling", "gift_or_loan", "skill",
                            "timebank"})
"""Kinds for which one can go to the other: without a hub, who gives may come to who cannot get far."""

WELCOMING = frozenset({"volunteering", "befriending", "shared_meal", "gift_or_loan", "start_a_group", "timebank"})
"""Kinds of asks that anybody who enjoys the thing can answer; the others want somebody who knows how."""
