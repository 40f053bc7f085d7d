"""Hubs, groups and opportunities: where they are, when they meet, and how they are known again."""

from datetime import date

import pytest

from assetmap.domain.location import LocationSource
from assetmap.domain.place import Place
from tests.loading import HUBS, Loader


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


@pytest.fixture
def with_hubs(loader):
    assert loader.load("hubs", HUBS).applied
    return loader


def test_every_column_of_a_group_is_kept(with_hubs):
    with_hubs.load("groups", (
        "id,name,summary,description,organisation,categories,audiences,age_min,age_max,cost,cost_note,languages,access,"
        "times,venue,address,postcode,lat,lon,online,meets_in_home,phone,email,website,contact_consent,status,"
        "last_confirmed,notes\n"
        "tea-and-talk,Tea and Talk,A cuppa,We drink tea,Age Well,coffee-chat;crochet bombing,older_people,50,99,paid,"
        "£2,en;pl,step_free,Tuesdays 10am-12,leigh-library,Upstairs,SS9 2DD,51.5,0.65,no,no,01632 960001,"
        "tea@example.org,example.org,yes,active,2026-09-01,Ring the bell\n"))
    group = with_hubs.one("groups")
    assert (group.id, group.name, group.organisation, group.cost, group.cost_note) == (
        "tea-and-talk", "Tea and Talk", "Age Well", "paid", "£2")
    assert group.categories == ("coffee-chat",) and group.other_categories == ("crochet bombing",)
    assert group.languages == ("en", "pl") and group.access == ("step_free",) and group.audiences == ("older_people",)
    assert (group.age_min, group.age_max, group.hub_id, group.postcode) == (50, 99, "leigh-library", "SS9 2DD")
    assert group.contact.consent and group.contact.website == "https://example.org"
    assert group.last_confirmed == date(2026, 9, 1) and group.notes == "Ring the bell"
    assert [m.hub_id for m in group.meetings] == ["leigh-library"] and group.meetings[0].session.understood


def test_a_position_comes_from_coordinates_else_the_postcode_else_the_hub(with_hubs):
    with_hubs.load("groups", "name,lat,lon,postcode,venue\n"
                             "A,51.53,0.7,SS1 2AB,\nB,,,ss9 2dd,\nC,,,,Leigh Library\nD,,,,\n")
    found = {group.name: group.location for group in with_hubs.all("groups").values()}
    assert [found[name].source for name in "ABCD"] == [
        LocationSource.GIVEN, LocationSource.POSTCODE, LocationSource.NONE, LocationSource.NONE]
    assert found["A"].place.lat == 51.53 and found["B"].place is not None
    assert {group.name: group.hub_id for group in with_hubs.all("groups").values()}["C"] == "leigh-library"
    assert any("1 of 4 have no position" in remark for remark in with_hubs.report.remarks)


def test_eastings_and_northings_are_read(loader):
    loader.load("groups", "name,Easting,Northing\nTower,582600,186300\n")
    place = loader.one("groups").location.place
    assert abs(place.lat - 51.546) < 0.01 and abs(place.lon - 0.63) < 0.01


def test_x_and_y_in_degrees_are_not_taken_for_metres(loader):
    loader.load("groups", "name,x,y\nTower,0.7,51.5\nNowhere,,\n")
    assert loader.all("groups")["tower"].location.place == Place(51.5, 0.7)
    loader.load("groups", "name,x,y\nHalf,582600,\nFar,1e9,-1e9\n", "other.csv")
    assert ["give both or neither" in fault or "not on the map" in fault for fault in loader.faults()] == [True, True]


def test_the_points_of_a_geojson_file_are_positions(loader):
    loader.load("groups", '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Tower"},'
                          '"geometry":{"type":"Point","coordinates":[0.7,51.5]}}]}', "groups.geojson")
    assert loader.one("groups").location.source is LocationSource.GIVEN


@pytest.mark.parametrize(("cells", "said"), [
    ("0.7,51.5,", "look swapped"), ("186300,582600,", "British National Grid"), ("5100,0.7,", "between -90 and 90"),
    ("51.5,200,", "between -180 and 180"), ("51.5,,", "give both or neither"), ("51.5,east,", "should be a number"),
    (",,M31 4OA", "is not a postcode"), (",,M31 4FAA", "is not a postcode"), (",,ZZ99 9ZZ", "there is no postcode")])
def test_positions_that_cannot_be_are_refused_with_row_and_column(loader, cells, said):
    loader.load("groups", f"name,lat,lon,postcode\nGood,51.5,0.7,\nBad,{cells}\n")
    assert loader.report.refused and said in " ".join(loader.faults())
    assert all(fault.startswith("row 3, column ") for fault in loader.faults())
    assert loader.all("groups") == {}


@pytest.mark.parametrize("headings", ["lat,lon", "Northing,Easting"])
def test_one_coordinate_alone_is_said_with_what_was_used_in_its_place(loader, headings):
    loader.load("groups", f"name,{headings},postcode\nTower,,0.7,SS9 2DD\nPier,51.5,,SS1 2AB\nWhole,,,SS1 2AB\n")
    tower, pier = loader.notices()
    assert tower.startswith(f"row 2, column {headings.split(',')[0]}: is empty or unreadable while the other")
    assert pier.startswith(f"row 3, column {headings.split(',')[1]}: ") and pier.endswith("the postcode was used")
    assert {group.location.source for group in loader.all("groups").values()} == {LocationSource.POSTCODE}


def test_one_coordinate_beside_a_point_of_the_file_is_said_too(loader):
    loader.load("groups", '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Tower",'
                          '"lat":51.9},"geometry":{"type":"Point","coordinates":[0.7,51.5]}}]}', "groups.geojson")
    assert loader.one("groups").location.place == Place(51.5, 0.7)
    assert "the point on the map was used" in loader.notices()[0]


def test_the_letter_o_for_a_zero_gets_the_right_postcode_offered(loader):
    loader.load("groups", "name,postcode\nBadminton,M31 OFA\n")
    assert "Did you mean M31 0FA?" in loader.faults()[0]
    loader.load("groups", "name,postcode\nOne,SSO 8NB\n")
    assert "SS0 8NB" in loader.faults()[0]


def test_nought_nought_is_no_position(loader):
    loader.load("groups", "name,lat,lon\nNowhere,0,0\n")
    assert loader.one("groups").location.place is None


def test_the_postcode_inside_an_address_is_found(loader):
    loader.load("groups", 'name,address\nChoir,"12 High Street, Leigh, SS9 2DD"\n')
    assert loader.one("groups").postcode == "SS9 2DD"


def test_a_postcode_nobody_knows_beside_coordinates_is_only_noticed(loader):
    loader.load("groups", "name,postcode,lat,lon\nChoir,SS99 9ZZ,51.5,0.7\n")
    assert loader.report.applied and "the coordinates were used" in loader.notices()[0]


def test_a_postcode_that_has_ended_is_used_and_said(loader):
    loader.load("postcodes", "postcode,lat,lon,ward_code,terminated\nSS1 1ZX,51.53,0.71,E05002212,2019-05\n", "pc.csv")
    loader.load("groups", "name,postcode\nChoir,SS1 1ZX\n")
    assert loader.one("groups").location.source is LocationSource.POSTCODE
    assert "has not been in use since 2019" in " ".join(loader.notices())


def test_a_group_meets_in_three_venues(with_hubs):
    with_hubs.load("hubs", "id,name,postcode\nthe-forum,The Forum,SS1 1NE\n", "more.csv")
    with_hubs.load("groups", "name,times\nWalks,Mondays 10am-12 at leigh-library; Wednesdays 2-4pm at Chalkwell Hall; "
                             "Fridays 9-10am at the-forum\n")
    assert [m.hub_id for m in with_hubs.one("groups").meetings] == ["leigh-library", "chalkwell-hall", "the-forum"]


def test_several_venues_without_times_are_all_kept(with_hubs):
    with_hubs.load("groups", "name,times,venue\nWalks,Mondays 10am-12,leigh-library;chalkwell-hall\n")
    meetings = with_hubs.one("groups").meetings
    assert [m.hub_id for m in meetings] == ["leigh-library", "chalkwell-hall"]
    assert [m.session.understood for m in meetings] == [True, False]


def test_a_venue_nobody_knows_becomes_part_of_the_address(with_hubs):
    with_hubs.load("groups", "name,venue,address\nChess,The Old Ship,High Street\n")
    assert with_hubs.one("groups").address == "The Old Ship, High Street"
    assert with_hubs.notices() == ["row 2, column venue: no place to meet is called “The Old Ship”; it is kept as "
                                   "part of the address"]


def test_the_name_of_two_hubs_means_neither_until_somebody_says_which(loader):
    loader.load("hubs", "id,name,postcode\nst-johns-1,St John's,SS1 1NE\nst-johns-2,St Johns,SS9 2DD\n"
                        "st-johns-3,St John's,SS0 8NB\n")
    loader.load("groups", "name,venue\nChess,St John's\nBridge,st-johns-2\n")
    assert "more than one place to meet is called “St John's”" in loader.notices()[0]
    assert {g.name: g.hub_id for g in loader.all("groups").values()} == {"Chess": "", "Bridge": "st-johns-2"}


def test_times_that_are_not_understood_are_kept_and_flagged(loader):
    loader.load("groups", "name,times\nChess,when the moon is full\n")
    (meeting,) = loader.one("groups").meetings
    assert meeting.session.text == "when the moon is full" and not meeting.session.understood
    assert "is not a time that can be understood" in loader.notices()[0]


def test_the_same_file_twice_changes_nothing_the_second_time(with_hubs):
    text = ("name,times,venue,cost,access,last_confirmed,notes\n"
            "Chess,every other Monday from 7 Sept,leigh-library,£3,ramp and a parrot,2026-01-02,hello\n"
            "Chess,Mondays,,free,,,\n")
    with_hubs.load("groups", text)
    before = with_hubs.state()
    report = with_hubs.load("groups", text)
    assert report.counts == {"added": 0, "changed": 0, "unchanged": 2} and with_hubs.state() == before


def test_a_row_known_by_its_source_id_is_changed_and_keeps_its_public_id(loader):
    loader.load("groups", "reference,name\n17,Chess Club\n")
    version = loader.database.version()
    report = loader.load("groups", "reference,name\n17,Bridge Club\n")
    assert report.counts == {"added": 0, "changed": 1, "unchanged": 0}
    assert loader.one("groups").id == "chess-club" and loader.one("groups").name == "Bridge Club"
    assert loader.database.version() == version + 1
    loader.load("groups", "reference,name\n18,Chess Club\n", "groups.csv")
    assert set(loader.all("groups")) == {"chess-club", "chess-club-2"}, "a public id is never given twice"


def test_the_next_delivery_of_a_feed_is_known_by_its_files_name(loader):
    loader.load("groups", "id,name\n1,Chess\n", "clubs_2025-09.csv")
    assert loader.load("groups", "id,name\n1,Chess\n", "Clubs 2026-03 (2).csv").counts["unchanged"] == 1
    assert loader.load("groups", "id,name\n1,Chess\n", "clubs.rejected.csv").counts["unchanged"] == 1
    assert loader.load("groups", "id,name\n1,Chess\n", "other.csv").counts["added"] == 1


def test_ids_of_two_sources_may_be_alike(loader):
    loader.load("groups", "id,name\nchess,Chess North\n", "north.csv")
    loader.load("groups", "id,name\nchess,Chess South\n", "south.csv")
    assert {key: group.name for key, group in loader.all("groups").items()} == {
        "chess": "Chess North", "chess-2": "Chess South"}


def test_an_id_given_twice_is_refused_and_both_rows_are_named(loader):
    loader.load("groups", "id,name\n7,Chess\n8,Go\n7,Bridge\n")
    assert loader.faults() == ["row 4, column id: “7” is also the id in row 2; each row needs its own"]


@pytest.mark.parametrize("heading", ["id,name,postcode", "code,name,postcode"])
def test_rows_that_are_the_same_to_the_letter_are_taken_once(loader, heading):
    loader.load("groups", f"{heading}\n7,Chess,SS1 1NE\n7,Chess,SS1 1NE\n")
    assert loader.report.counts["added"] == 1 and "the same as row 2; it was taken once" in loader.notices()[0]


def test_two_groups_of_one_name_at_one_place_are_both_kept(loader):
    loader.load("groups", "name,postcode,summary\nChess,SS1 1NE,for children\nChess,SS1 1NE,for adults\n")
    assert set(loader.all("groups")) == {"chess", "chess-2"}
    assert loader.load("groups", loader.folder / "groups.csv").counts["unchanged"] == 2


def test_five_thousand_groups_of_one_name_take_no_longer_than_others(loader):
    rows = "".join(f"Coffee morning,number {n}\n" for n in range(5_000))
    assert loader.load("groups", "name,summary\n" + rows).counts["added"] == 5_000


def test_a_record_that_has_gone_from_its_feed_stays_and_is_mentioned(loader):
    loader.load("groups", "id,name\n1,Chess\n2,Bridge\n")
    loader.load("groups", "id,name\n1,Chess\n")
    assert len(loader.all("groups")) == 2
    assert any("1 that this list brought before" in remark for remark in loader.report.remarks)


def test_formulas_are_text(loader):
    loader.load("groups", 'name,summary\n"=HYPERLINK(""http://x"")",+1+1\n@SUM(1),-2+3\n')
    assert {group.name for group in loader.all("groups").values()} == {'=HYPERLINK("http://x")', "@SUM(1)"}


def test_every_opportunity_column_is_kept(with_hubs):
    with_hubs.load("opportunities", (
        "id,name,kind,direction,summary,topics,from,venue,ward,postcode,reach_m,online,times,hours,languages,reward,"
        "amount,contact_consent,expires,state\n"
        "chess-teacher,Teach chess,skill,ask,Show us,games-cards;parrots,Leigh Library,,,SS9 2DD,2000,no,Mondays 2-4pm,"
        "1.5,en,expenses,£10,yes,2027-01-01,open\n"))
    found = with_hubs.one("opportunities")
    assert (found.kind, found.direction, found.giver, found.giver_kind, found.hub_id) == (
        "skill", "ask", "leigh-library", "hubs", "leigh-library")
    assert (found.reach_m, found.hours, found.reward, found.amount) == (2000, 1.5, "expenses", "£10")
    assert found.topics == ("games-cards",) and "parrots" in found.notes, "what is not known is kept"
    assert found.expires == date(2027, 1, 1)


def test_the_kind_of_an_opportunity_is_needed(loader):
    loader.load("opportunities", "name,kind\nTeach,abseiling\nLearn,\n")
    assert len(loader.faults()) == 2
    assert all("should be one of: volunteering, skill" in fault for fault in loader.faults())


def test_a_ward_that_is_not_loaded_is_said(loader):
    loader.load("opportunities", "name,kind,ward\nTeach,skill,Atlantis\n")
    assert loader.faults() == ["row 2, column ward: “Atlantis” is not a ward that is loaded; give its code, such as "
                               "E05002212"]
