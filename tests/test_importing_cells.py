"""Every converter on what people type, good and bad."""

from datetime import date

import pytest

from assetmap.domain.vocabulary import Vocabulary
from assetmap.importing import cells
from assetmap.importing.reference import read_vocabulary
from assetmap.paths import geodata


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(geodata() / "vocabulary.json", 10_000_000)


@pytest.mark.parametrize("raw", ["", "  ", "NA", "n/a", "N/A", "-", "–", "null", "None", "#N/A"])
@pytest.mark.parametrize("convert", [
    cells.text(10), cells.yes_no, cells.whole_number(0, 9), cells.decimal(0, 9), cells.day, cells.website, cells.email,
    cells.phone, cells.one_of("a", default=""), cells.ages])
def test_what_is_missing_is_no_fault(convert, raw):
    cell = convert(raw)
    assert not cell.fault and cell.value in ("", None, False, (None, None))


@pytest.mark.parametrize(("raw", "value"), [
    ("Yes", True), ("y", True), ("TRUE", True), ("1", True), ("x", True), ("no", False), ("N", False), ("0", False)])
def test_yes_and_no_in_many_spellings(raw, value):
    assert cells.yes_no(raw) == cells.Cell(value)


def test_what_is_neither_yes_nor_no_is_said():
    assert cells.yes_no("perhaps").fault == "is “perhaps”, and should be yes or no"


@pytest.mark.parametrize(("raw", "value"), [("3", 3), ("3.0", 3), ("1,200", 1200), (" 7 ", 7)])
def test_whole_numbers(raw, value):
    assert cells.whole_number(0, 2000)(raw) == cells.Cell(value)


@pytest.mark.parametrize(("raw", "said"), [
    ("3.5", "whole number"), ("many", "should be a whole number"), ("-1", "from 0 to 120"), ("-nan", "from 0 to 120"),
    ("inf", "from 0 to 120"), ("1e400", "from 0 to 120"), ("9" * 5000, "from 0 to 120"), ("0x10", "a whole number"),
    ("3,5", "a whole number"),
    ("١٢٣٤", "from 0 to 120")])
def test_numbers_that_make_no_sense_are_refused_with_the_bounds(raw, said):
    cell = cells.whole_number(0, 120)(raw)
    assert cell.value is None and said in cell.fault and cell.level == "refused"


@pytest.mark.parametrize("raw", [
    "2026-09-07", "07/09/2026", "7/9/2026", "07-09-2026", "07.09.2026", "7 Sep 2026", "7 September 2026", "7/9/26",
    "7.9.26", "7 Sep 26", "7 September 26", "07-Sep-2026", "07-Sep-26",
    "2026-09-07 00:00:00", "2026/09/07"])
def test_dates_put_the_day_before_the_month(raw):
    assert cells.day(raw) == cells.Cell(date(2026, 9, 7))


@pytest.mark.parametrize("raw", ["31/02/2026", "13/13/2026", "next week", "0001-01-01", "2026-09", "=TODAY()"])
def test_dates_that_do_not_exist_are_refused_with_an_example(raw):
    assert "should be a date such as" in cells.day(raw).fault


def test_a_record_cannot_have_been_confirmed_in_the_future():
    convert = cells.past_day(date(2026, 11, 22))
    assert convert("2026-11-22").value == date(2026, 11, 22)
    assert convert("2027-11-22").fault == "is 2027-11-22, which has not come yet"


@pytest.mark.parametrize(("raw", "value"), [
    ("https://example.org/a?b=c", "https://example.org/a?b=c"), ("www.example.org", "https://www.example.org"),
    ("example.org/x", "https://example.org/x"), ("//example.org", "https://example.org"),
    ("http://example.org:8080/", "http://example.org:8080/"), ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG")])
def test_websites_get_their_scheme(raw, value):
    assert cells.website(raw) == cells.Cell(value)


@pytest.mark.parametrize("raw", [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java script:alert(1)", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "ftp://example.org", "java\u200bscript:alert(1)", "\x01javascript:alert(1)"])
def test_a_website_of_another_scheme_is_refused(raw):
    cell = cells.website(raw)
    assert cell.value == "" and cell.level == "refused" and "starts with https://" in cell.fault


@pytest.mark.parametrize("raw", ["ask at the desk", "https://", "http:// /", "https://exa\"mple", "facebook"])
def test_what_is_not_a_web_address_goes_to_the_notes(raw):
    cell = cells.website(raw)
    assert cell.value == "" and cell.level == "notice" and cell.kept


def test_e_mail_addresses():
    assert cells.email("mailto:hello@example.org").value == "hello@example.org"
    for bad in ("hello", "a@b", "a b@example.org", "a@example.org; b@example.org", "<a@example.org>", "a@@example.org"):
        assert cells.email(bad).value == "" and cells.email(bad).level == "notice", bad


def test_telephone_numbers_stay_as_written():
    assert cells.phone("01632 960 123 (Mon-Fri)").value == "01632 960 123 (Mon-Fri)"
    assert cells.phone("ask Jo").level == "notice" and not cells.phone("ask Jo").value


@pytest.mark.parametrize(("written", "kept"), [
    ("1632960654", "01632960654"), ("7700900123", "07700900123"), ("2079460123", "02079460123"),
    ("169772345", "0169772345"), ("800123456", "0800123456"), ("1632 960654", "01632 960654"),
    ("(1632) 960-654", "(01632) 960-654")])
def test_the_0_that_a_spreadsheet_takes_off_a_telephone_number_is_put_back_and_told(written, kept):
    cell = cells.phone(written)
    assert (cell.value, cell.level) == (kept, "notice") and written in cell.fault and "put back" in cell.fault


@pytest.mark.parametrize("written", [
    "01632960654", "+1632960654", "441632960654", "4632960654", "960654", "1632960654 ask Jo", "270090012", "116123",
    "17009001234"])
def test_other_numbers_get_no_0(written):
    assert cells.phone(written) == cells.Cell(written)


@pytest.mark.parametrize(("raw", "value"), [
    ("8-12", (8, 12)), ("8 to 12 years", (8, 12)), ("50+", (50, None)), ("50 and over", (50, None)),
    ("under 5", (None, 5)), ("Under 5s", (None, 5)), ("adults", (18, None)), ("All ages", (None, None))])
def test_ages(raw, value):
    assert cells.ages(raw) == cells.Cell(value)


@pytest.mark.parametrize("raw", ["12-8", "teenagers", "200+"])
def test_ages_that_are_not_understood_are_kept(raw):
    cell = cells.ages(raw)
    assert cell.value == (None, None) and cell.level == "notice" and cell.kept == raw


@pytest.mark.parametrize(("raw", "value"), [
    ("Free", ("free", "")), ("£3 a session", ("paid", "£3 a session")), ("50p", ("paid", "50p")),
    ("Free, but please bring a cake", ("free", "Free, but please bring a cake")), ("donations", ("donation", ""))])
def test_costs(vocabulary, raw, value):
    cell = cells.cost(vocabulary)(raw)
    assert cell.value[0] == value[0] and not cell.fault
    assert cell.value[1] in (value[1], raw)


def test_a_cost_that_is_not_understood_is_shown_as_written(vocabulary):
    cell = cells.cost(vocabulary)("depends")
    assert cell.value == ("", "depends") and cell.level == "notice"


def test_lists_are_cut_at_semicolons_and_commas(vocabulary):
    convert = cells.terms(vocabulary, "access")
    assert convert("step_free; Hearing loop") == cells.Cell(("step_free", "hearing_loop"))
    assert convert("Step-free, parking").value == ("step_free", "parking")
    assert convert("step_free;step_free").value == ("step_free",)


def test_words_the_vocabulary_does_not_know_are_kept_with_a_notice(vocabulary):
    cell = cells.terms(vocabulary, "access")("step_free; a friendly parrot")
    assert cell.value == ("step_free",) and cell.kept == "a friendly parrot" and cell.level == "notice"


def test_languages_by_code_english_name_and_own_name(vocabulary):
    assert cells.terms(vocabulary, "language")("en; Polish; polski").value == ("en", "pl")


def test_kinds_of_hub_by_code_label_and_description(vocabulary):
    convert = cells.term(vocabulary, "hub_kind", default="other")
    assert convert("library").value == convert("Local authority run library").value == "library"
    assert convert("spaceport").value == "other" and convert("spaceport").kept == "spaceport"


def test_one_of_a_fixed_list():
    convert = cells.one_of("active", "on_hold", default="active", also={"closed": "ended"})
    assert [convert(raw).value for raw in ("", "Active", "on hold", "ON-HOLD", "Closed")] == [
        "active", "active", "on_hold", "on_hold", "ended"]
    assert convert("maybe").fault == "is “maybe”, and should be one of: active, on_hold"


def test_names_in_capitals_become_ordinary_case():
    cell = cells.name("THE FRIENDS OF SALE YMCA (ST MARY'S)")
    assert cell.value == "The Friends of Sale YMCA (St Mary's)" and cell.level == "notice"
    assert cells.name("RSPB").value == "RSPB" and cells.name("Leigh U3A").value == "Leigh U3A"


def test_a_name_is_needed_and_has_a_length():
    assert cells.name("").fault == "is empty, and every row needs one"
    assert cells.name("\u200b\u202e").fault and cells.name("\x00").fault
    assert "at most 200 fit" in cells.name("x" * 201).fault


def test_text_is_made_safe_and_never_cut():
    convert = cells.text(100, lines=True)
    assert convert("a\x00b\u202ec\ud800d").value == "abcd"
    assert convert("Cafe\u0301  two\r\nlines").value == "Café two\nlines"
    assert "at most 100 fit" in convert("x" * 1_000_000).fault


def test_a_dash_beside_what_cannot_be_seen_is_missing_too():
    """Else an export of it, which has the dash alone, would change the record."""
    assert [cells.text(50)(raw).value for raw in ("\x7f-", "\x01–", "n/a\x7f")] == ["", "", ""]
    assert cells.text(50, required=True)("\x7f-").fault == "holds nothing that can be read"
