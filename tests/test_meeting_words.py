"""Why two could meet, as a sentence: each reason worked out by hand on two that are made for it."""

from datetime import datetime

import pytest

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.matching import OpportunityMatches
from assetmap.domain.location import Location
from assetmap.domain.opportunity import Opportunity
from assetmap.importing.instance import load_or_raise, make_instance
from assetmap.paths import geodata
from assetmap.settings import Settings
from assetmap.web.relations import meeting_words
from tests.made_up import at, hub, store, weekly

HERE, NORTH = at(51.5405, 0.7105), at(51.5405 + 600 / 111_250, 0.7105)
TUESDAY, WEDNESDAY = (weekly(1, 10),), (weekly(2, 10),)
ALL_WEEK = tuple(weekly(day, 10) for day in range(5))
G, N = ("gardening",), ("nature",)
# name → what the offer has, what the ask has, the sentence, what to ask about
CASES = {
    "everything": ({"topics": G, "location": HERE, "meetings": TUESDAY, "languages": ("en",), "hours": 2,
                    "access": ("step_free",)},
                   {"topics": G, "location": NORTH, "meetings": (*TUESDAY, *WEDNESDAY), "languages": ("en",),
                    "hours": 2, "access": ("step_free",)},
                   "Both gardening and growing, 600 m apart, both free Tuesday mornings, step-free", ""),
    "nothing": ({"topics": G}, {"topics": G}, "Both gardening and growing", "Ask about: where, when"),
    "related": ({"topics": G, "location": HERE}, {"topics": N, "location": HERE},
                "“Gardening and growing” and “nature and the shore” go together, under 50 m apart", "Ask about: when"),
    "one-hall": ({"topics": G, "hub_id": "hall", "access": ("step_free", "parking")},
                 {"topics": G, "hub_id": "hall", "access": ("step_free",)},
                 "Both gardening and growing, both at Hall, step-free at both", "Ask about: when"),
    "both-online": ({"topics": G, "online": True}, {"topics": G, "online": True},
                    "Both gardening and growing, both online", "Ask about: when"),
    "one-online": ({"topics": G, "online": True}, {"topics": G, "location": HERE},
                   "Both gardening and growing, can be done online", "Ask about: where, when"),
    "one-ward": ({"topics": G, "ward_code": "E05002212"}, {"topics": G, "ward_code": "E05002212"},
                 "Both gardening and growing, both in Belfairs", "Ask about: when"),
    "polish": ({"topics": G, "languages": ("en", "pl")}, {"topics": G, "languages": ("pl",)},
               "Both gardening and growing, both speak Polish", "Ask about: where, when"),
    "which-language": ({"topics": G, "languages": ("pl",)}, {"topics": G},
                       "Both gardening and growing", "Ask about: where, when, which language"),
    "no-steps-known": ({"topics": G, "location": HERE}, {"topics": G, "location": HERE, "access": ("step_free",)},
                       "Both gardening and growing, under 50 m apart", "Ask about: when, getting in"),
    "half-an-hour": ({"topics": G, "hours": 0.5}, {"topics": G, "hours": 2},
                     "Both gardening and growing, 30 minutes of the 2 hours asked for", "Ask about: where, when"),
    "some-hours": ({"topics": G, "hours": 2}, {"topics": G, "hours": 3},
                   "Both gardening and growing, 2 of the 3 hours asked for", "Ask about: where, when"),
    "all-week": ({"topics": G, "meetings": ALL_WEEK}, {"topics": G, "meetings": ALL_WEEK},
                 "Both gardening and growing, both free at several times, such as Monday mornings and Tuesday mornings",
                 "Ask about: where"),
    "no-topic": ({"kind": "room"}, {"kind": "room"}, "A room to use", "Ask about: where, when"),
}
INTERPRETERS = [("offer", "portuguese", ("pt", "en")), ("offer", "bengali", ("bn", "en")),
                ("offer", "english", ("en",)), ("ask", "in-bengali", ("bn", "en"))]


def chance(id: str, direction: str, **values) -> Opportunity:
    values = {"kind": "skill", "location": Location(), "reach_m": 20_000, "source": "test", "source_id": id} | values
    return Opportunity(id, id, direction=direction, **values)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    settings = Settings.load(home=tmp_path_factory.mktemp("words") / "instance", environ={})
    database = make_instance(settings, sample=False)
    load_or_raise(database, settings, "wards", geodata() / "wards.geojson")
    made = [chance(f"{name}-{direction}", direction, **values) for name, (offer, ask, *_) in CASES.items()
            for direction, values in (("offer", offer), ("ask", ask))]
    made += [chance(name, direction, kind="interpreting", languages=languages)
             for direction, name, languages in INTERPRETERS]
    store(settings, hubs=[hub("hall", 51.5405, 0.7105)], opportunities=made)
    yield OpportunityMatches(Atlas(database, settings), datetime(2026, 11, 22, 9), 3_000.0)
    database.dispose()


def pairs(found: OpportunityMatches) -> dict:
    ids = found.layer.column("id")
    return {(ids[one.offer], ids[one.ask]): one for one in found.top()}


@pytest.mark.parametrize("name", CASES)
def test_the_reasons_are_said_in_one_sentence(name, found):
    one = pairs(found)[f"{name}-offer", f"{name}-ask"]
    assert (meeting_words.sentence(found, one), meeting_words.to_ask(found, one)) == CASES[name][2:]


def test_who_is_known_by_their_ward_alone_is_only_about_that_far_away(found):
    one = pairs(found)["one-ward-offer", "related-ask"]
    assert 4_000 < one.metres < 12_000 and meeting_words.metres(found, one) % 500 == 0
    assert f", about {meeting_words.metres(found, one) / 1000:g} km apart" in meeting_words.sentence(found, one)


def test_who_interprets_another_language_is_no_help(found):
    helped = {offer for offer, ask in pairs(found) if ask == "in-bengali"}
    assert helped & {name for _direction, name, _languages in INTERPRETERS} == {"bengali"}


@pytest.mark.parametrize(("slots", "words"), [
    (0, []), (1 << 15, ["Saturday mornings"]), (0b111, ["Mondays"]), (0b101, ["Monday mornings and evenings"]),
    (0b110 << 3 | 1 << 18, ["Tuesday afternoons and evenings", "Sunday mornings"])])
def test_times_that_both_have_are_said_as_people_say_them(slots, words):
    assert meeting_words.slot_names(slots) == words


@pytest.mark.parametrize(("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"),
                                             (["a", "b", "c"], "a, b and c")])
def test_several_things_are_joined_as_one_says_them(words, said):
    assert meeting_words.joined(words) == said
