"""A person behind an offer or ask: what has to be known to introduce them, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from assetmap.domain.text import EMAIL, one_line

GIVER = "person"
"""The giver's kind of an offer or ask that is an individual's. Such a record holds nothing that says who they are."""
SAID_IN_FILES = "a person"
_WAYS_TO_SAY = {"a person", "person", "an individual", "individual", "a resident", "resident"}
LONGEST_NAME, LONGEST_PHONE = 80, 40


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is what they like to be called. They are reached by `email`, else by `phone`; never shown to anyone else.

    `consent_at` is when they agreed that this is kept, and `consent_by` the account that heard it. `forgotten_at` is
    when their details were deleted: then all of them are empty.
    """

    id: int = 0
    name: str = ""
    email: str = ""
    phone: str = ""
    ward_code: str = ""
    languages: tuple[str, ...] = ()
    consent_at: str = ""
    consent_by: str = ""
    created_at: str = ""
    created_by: str = ""
    version: int = 0
    forgotten_at: str = ""


def is_individual(text: str) -> bool:
    """Whether a file says with these words that an offer or ask is an individual's."""
    return one_line(text).casefold() in _WAYS_TO_SAY


def faults_of(person: Person) -> dict[str, str]:
    """What is wrong with the details, by field."""
    faults = {}
    if not person.name:
        faults["name"] = "What do they like to be called? A first name is enough."
    elif len(person.name) > LONGEST_NAME:
        faults["name"] = f"This is too long: {LONGEST_NAME} characters fit."
    if not person.email and not person.phone:
        faults["email"] = "An e-mail address or a telephone number is needed, or nobody can be introduced to them."
    if person.email and not EMAIL.fullmatch(person.email):
        faults["email"] = "This is not an e-mail address. One looks like name@example.org."
    digits = sum(letter.isdigit() for letter in person.phone)
    if person.phone and not (6 <= digits <= 15 and len(person.phone) <= LONGEST_PHONE):
        faults["phone"] = "This is not a telephone number."
    return faults
