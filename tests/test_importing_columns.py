"""Which column holds which field, guessed from the heads of files that councils and others publish."""

import pytest

from assetmap.domain.errors import BadInput
from assetmap.importing.columns import FIELDS, corrected, guess

CHARITIES = ("date_of_extract,organisation_number,registered_charity_number,linked_charity_number,charity_name,"
             "charity_type,charity_registration_status,date_of_registration,charity_contact_address1,"
             "charity_contact_postcode,charity_contact_phone,charity_contact_email,charity_contact_web,"
             "charity_activities").split(",")
GRANTS = ("Identifier,Title,Description,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,"
          "Recipient Org:Postal Code,Beneficiary Location:Name,Beneficiary Location:Latitude,"
          "Beneficiary Location:Longitude,Grant Programme:Title").split(",")
FOOD_BANKS = "Name,Referral method,Opening times,Address,Postcode,Website,Area name,Area code".split(",")
CLUBS = "name,category,address,postcode".split(",")
LIBRARIES = "name,address,postcode,type,website,area_name,area_code,lon,lat".split(",")
HUBS = "community_hub,address,postcode,website,opening_hours,lon,lat".split(",")


@pytest.mark.parametrize(("layer", "head", "expected"), [
    ("groups", CHARITIES, {"name": "charity_name", "source_id": "registered_charity_number",
                           "postcode": "charity_contact_postcode", "website": "charity_contact_web",
                           "phone": "charity_contact_phone", "email": "charity_contact_email",
                           "description": "charity_activities", "status": "charity_registration_status"}),
    ("groups", GRANTS, {"name": "Recipient Org:Name", "postcode": "Recipient Org:Postal Code"}),
    ("groups", FOOD_BANKS, {"name": "Name", "times": "Opening times", "address": "Address", "postcode": "Postcode",
                            "website": "Website"}),
    ("groups", CLUBS, {"name": "name", "categories": "category", "address": "address", "postcode": "postcode"}),
    ("hubs", LIBRARIES, {"name": "name", "kind": "type", "lat": "lat", "lon": "lon"}),
    ("hubs", HUBS, {"name": "community_hub", "opening_hours": "opening_hours", "lat": "lat", "lon": "lon"}),
    ("ward-figures", ["area_code", "area_name", "all_ages"], {"ward_code": "area_code", "ward_name": "area_name"}),
    ("ward-figures", ["geography code", "geography", "Total"], {"ward_code": "geography code"}),
])
def test_the_heads_of_real_files_are_understood(layer, head, expected):
    found = guess(layer, head)
    assert {field: found.get(field) for field in expected} == expected


def test_an_areas_name_is_not_the_assets():
    assert guess("groups", ["Area name", "Ward name", "Club name"])["name"] == "Club name"
    assert "name" not in guess("groups", ["Area name", "Contact first name"])


def test_headings_are_matched_whatever_their_case_and_spacing():
    found = guess("groups", ["GROUP NAME", "Post Code", "E-mail address", " Telephone  Number "])
    assert found == {"name": "GROUP NAME", "postcode": "Post Code", "email": "E-mail address",
                     "phone": " Telephone  Number "}


@pytest.mark.parametrize("layer", FIELDS)
def test_our_own_columns_are_each_their_own(layer):
    fields = list(FIELDS[layer])
    assert guess(layer, fields) == {field: field for field in fields}


def test_a_column_given_by_hand_wins_and_is_used_once():
    found = corrected("groups", ["name", "title", "postcode"], {"name": "title"})
    assert found["name"] == "title" and list(found.values()).count("title") == 1


def test_an_empty_column_given_by_hand_leaves_the_field_out():
    assert "postcode" not in corrected("groups", ["name", "postcode"], {"postcode": ""})


@pytest.mark.parametrize(("given", "said"), [
    ({"shoe_size": "name"}, "There is no field called “shoe_size” in groups. There are: name,"),
    ({"name": "Nmae"}, "The file has no column called “Nmae”. It has: name, postcode.")])
def test_a_field_or_column_that_there_is_not_is_said(given, said):
    with pytest.raises(BadInput) as refused:
        corrected("groups", ["name", "postcode"], given)
    assert said in refused.value.message
