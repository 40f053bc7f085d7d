"""`assetmap user`: accounts from the command line, in clear sentences."""

import pytest
from click.testing import CliRunner

from assetmap.cli import main
from assetmap.store import passwords
from tests.conftest import app_over, settings_at
from tests.loading import assetmap
from tests.signing_in import PASSWORD, CountingHasher, is_signed_in, send, sign_in_by_form


@pytest.fixture(autouse=True)
def hasher(monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CountingHasher())


@pytest.fixture
def run(instance, monkeypatch):
    """run("add", …) → (exit code, what was printed)."""
    for name in ("ASSETMAP_SITE_URL", "ASSETMAP_INVITATION_DAYS"):
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str, said: str | bytes = "") -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--home", str(instance.home), "user", *arguments], input=said)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return ran


@pytest.fixture
def client(instance):
    with app_over(instance) as app:
        yield app.test_client()


def test_an_account_is_made_and_its_link_sets_the_password(run, client):
    code, said = run("add", "  Pat@Example.ORG ", "--role", "steward")
    lines = said.splitlines()
    assert code == 0 and lines[0] == "pat@example.org is a steward now."
    assert "works once, for 7 days" in lines[1] and lines[2].startswith("http://127.0.0.1:8000/welcome/")
    link = lines[2].removeprefix("http://127.0.0.1:8000")
    assert send(client, link, password=PASSWORD, again=PASSWORD).location == "/steward"


def test_the_link_has_the_site_s_own_address(run, monkeypatch):
    monkeypatch.setenv("ASSETMAP_SITE_URL", "https://map.example.org/")
    monkeypatch.setenv("ASSETMAP_INVITATION_DAYS", "1")
    _code, said = run("add", "pat@example.org", "--role", "planner")
    assert "https://map.example.org/welcome/" in said and "once, for a day" in said


def test_a_password_can_come_from_standard_input(run, client):
    code, said = run("add", "pat@example.org", "--role", "connector", "--password-stdin", said=PASSWORD + "\nmore\n")
    assert (code, said) == (0, "pat@example.org is a connector now.\n")
    assert sign_in_by_form(client).status_code == 303


@pytest.mark.parametrize(("password", "fault"), [
    ("short\n", "too short"), ("", "too short"), ("password1234", "first passwords"),
    ("pat@example.org", "e-mail address"), ("x" * 201, "too long"), (b"\xff\xfe\xfd" * 9, "not text in UTF-8")])
def test_a_password_that_cannot_be_taken_makes_no_account(run, password, fault):
    code, said = run("add", "pat@example.org", "--role", "connector", "--password-stdin", said=password)
    assert code == 1 and fault in said
    assert "Nobody has an account yet" in run("list")[1]


@pytest.mark.parametrize(("arguments", "fault"), [
    (("add", "nonsense", "--role", "planner"), "“nonsense” is not an e-mail address. One looks like name@example.org."),
    (("add", "", "--role", "planner"), "The e-mail address is missing."),
    (("add", "a b@example.org", "--role", "planner"), "is not an e-mail address"),
    (("add", "x" * 300 + "@example.org", "--role", "planner"), "is not an e-mail address"),
    (("add", "a@example.org\nb@example.org", "--role", "planner"), "is not an e-mail address"),
    (("disable", "nobody@example.org"), "Nobody has an account with the address nobody@example.org."),
    (("enable", "nobody@example.org"), "Nobody has an account"),
    (("link", "nobody@example.org"), "Nobody has an account"), (("link", "nonsense"), "is not an e-mail address")])
def test_what_cannot_be_done_is_a_sentence_and_exit_code_1(run, arguments, fault):
    code, said = run(*arguments)
    assert code == 1 and fault in said and len(said.splitlines()) == 1


def test_an_address_has_one_account(run):
    run("add", "pat@example.org", "--role", "planner")
    assert run("add", "PAT@example.org", "--role", "steward") == (1, "pat@example.org has an account already.\n")


@pytest.mark.parametrize("arguments", [("add", "pat@example.org"), ("add", "pat@example.org", "--role", "king"),
                                       ("add", "--role", "planner"), ("disable",), ("nothing",)])
def test_wrong_usage_is_exit_code_2(run, arguments):
    assert run(*arguments)[0] == 2


def test_the_list_says_what_everybody_is_and_what_keeps_them_out(run):
    run("add", "pat@example.org", "--role", "steward", "--password-stdin", said=PASSWORD)
    run("add", "a.planner@example.org", "--role", "planner")
    run("add", "kim@example.org", "--role", "connector")
    run("disable", "kim@example.org")
    assert [line.split(None, 2) for line in run("list")[1].splitlines()] == [
        ["a.planner@example.org", "planner", "no password yet"], ["kim@example.org", "connector", "disabled"],
        ["pat@example.org", "steward", "active"]]


def test_a_disabled_account_is_signed_out_at_once_and_may_come_back(run, client):
    run("add", "pat@example.org", "--role", "steward", "--password-stdin", said=PASSWORD)
    sign_in_by_form(client)
    code, said = run("disable", "Pat@example.org")
    assert code == 0 and "signed out everywhere" in said and "no steward who can sign in is left" in said
    assert not is_signed_in(client) and sign_in_by_form(client).status_code == 400
    assert run("disable", "pat@example.org")[0] == 0, "twice is no fault"
    assert run("link", "pat@example.org")[0] == 1
    assert run("enable", "pat@example.org") == (0, "pat@example.org may sign in again.\n")
    assert sign_in_by_form(client).status_code == 303


def test_a_new_link_is_a_way_back_in(run, client):
    run("add", "pat@example.org", "--role", "planner")
    first, second = (run("link", "pat@example.org")[1].splitlines()[-1].removeprefix("http://127.0.0.1:8000")
                     for _ in range(2))
    assert client.get(first).status_code == 404
    assert send(client, second, password=PASSWORD, again=PASSWORD).location == "/account"


def test_without_an_instance_it_says_how_to_make_one(tmp_path):
    done = assetmap(settings_at(tmp_path / "nothing"), "user", "add", "pat@example.org", "--role", "steward")
    assert done.returncode == 1 and "assetmap init" in done.stderr and "Traceback" not in done.stderr
