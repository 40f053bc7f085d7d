"""Letters are sent after what they are about is on the disk, by a thread of their own, or wait with the reason."""

import email
import email.policy
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.errors import BadInput
from assetmap.settings import Settings, SettingsRefused
from assetmap.store import messages
from assetmap.web import mail, services
from tests.conftest import app_over
from tests.mail_server import mail_server

LETTER = {"recipient": "chess@example.org", "subject": "Is this still right?", "body": "Dear Chess club,\n\nCafé – ☕?",
          "by": "steward@example.org"}


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def make_app(sample_home):
    """make_app(port, **settings) -> an app with a mail server set, and /write, a page that writes a letter."""
    opened = []

    def made(port=None, **values):
        set_up = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none",
                  "mail_from": "map@example.org"} if port else {}
        context = app_over(Settings(sample_home, set_up | values))
        app = context.__enter__()
        opened.append(context)

        @app.post("/write")
        def write():
            from flask import request

            with services.database().writing() as connection:
                mail.send_or_queue(connection, **LETTER | request.form.to_dict())
                if "fail" in request.args:
                    raise BadInput("The rest went wrong.")
            return "written"

        return app

    yield made
    for context in opened:
        context.__exit__(None, None, None)


def write(app, query="", **values):
    answer = app.test_client().post("/write" + query, data=values)
    with app.app_context():
        mail.postman().wait(30)
    return answer


def letters(app) -> list[messages.Letter]:
    with app.extensions["assetmap"].database.reading() as connection:
        return messages.listed(connection, (*messages.WAITING, *messages.OVER))


def read(received) -> email.message.EmailMessage:
    return email.message_from_bytes(received.data, policy=email.policy.default)


def test_a_letter_reaches_the_mail_server_as_one_plain_text_for_one_person(make_app, server):
    app = make_app(server.port)
    write(app)
    (received,) = server.received
    made = read(received)
    assert (received.sender, received.recipients) == ("map@example.org", ["chess@example.org"])
    assert (made["To"], made["Subject"]) == ("chess@example.org", "Is this still right?")
    assert made["Auto-Submitted"] == "auto-generated" and made["Date"] and made["Message-ID"].endswith("@example.org>")
    assert made.get_content_type() == "text/plain" and made.get_content_charset() == "utf-8"
    assert made.get_content().splitlines() == LETTER["body"].splitlines()
    assert [letter.state for letter in letters(app)] == ["sent"]


def test_without_a_mail_server_it_waits_for_a_steward(make_app):
    app = make_app()
    write(app)
    (letter,) = letters(app)
    assert (letter.state, letter.attempts, letter.error) == ("queued", 0, "")


def test_a_letter_about_what_was_not_saved_is_never_sent(make_app, server):
    app = make_app(server.port)
    assert write(app, "?fail=yes").status_code == 400
    assert letters(app) == [] and server.received == []


@pytest.mark.parametrize("command, answer, said", [
    ("RCPT", "550 no such person", "refused the address that the letter goes to"),
    ("MAIL", "550 not you", "refused the sender"),
    ("DATA", "451 later", "did not take the letter"),
    ("EHLO", "421 closing", "did not take the letter"),
])
def test_a_refused_letter_waits_and_says_why(command, answer, said, make_app, server):
    server.refuse[command] = answer
    if command == "EHLO":
        server.refuse["HELO"] = answer
    app = make_app(server.port)
    write(app)
    (letter,) = letters(app)
    assert letter.state == "queued" and letter.attempts == 1 and said in letter.error


def test_a_server_without_the_encryption_that_is_asked_for_gets_no_letter(make_app, server):
    app = make_app(server.port, smtp_security="starttls")
    write(app)
    assert server.received == []
    assert "SMTP_SECURITY" in letters(app)[0].error


def test_a_server_that_is_not_there_is_said_and_no_page_waits_for_it(make_app):
    with mail_server() as gone:
        port = gone.port
    app = make_app(port)
    assert write(app).status_code == 200
    assert "cannot be reached" in letters(app)[0].error


def test_a_password_is_in_no_reason(make_app, server):
    server.extensions.append("AUTH PLAIN")
    server.refuse["AUTH"] = "535 hunter2 is wrong"
    app = make_app(server.port, smtp_user="map", smtp_password="hunter2")
    write(app)
    error = letters(app)[0].error
    assert "SMTP_PASSWORD" in error and "hunter2" not in error


def test_a_silent_server_holds_neither_the_page_nor_the_stores_pen(make_app, server):
    server.speak.clear()
    app = make_app(server.port)
    assert app.test_client().post("/write").status_code == 200
    with app.extensions["assetmap"].database.writing() as connection:
        messages.add(connection, recipient="a@example.org", subject="", body="", layer="", record_id="", by="")
    server.speak.set()
    with app.app_context():
        mail.postman().wait(30)
    assert [read(received)["To"] for received in server.received] == ["chess@example.org"]


def test_a_server_that_never_answers_is_given_up_on(make_app, server):
    server.speak.clear()
    app = make_app(server.port)
    shared = app.extensions["assetmap"]
    with shared.database.writing() as connection:
        number = messages.add(connection, recipient="a@example.org", subject="s", body="b", layer="", record_id="",
                              by="")
    postman = mail.Postman(shared.database, shared.settings, timeout_s=0.05)
    postman.send([number])
    postman.wait(30)
    assert "did not answer in time" in letters(app)[0].error


@pytest.mark.parametrize("recipient", [
    "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "a@example.org\nb", "A <a@example.org>",
    "", "nobody", "a@example.org;b@example.org", "a@b@example.org", "<a@example.org>"])
def test_a_letter_has_one_recipient_and_nothing_else_in_its_place(recipient, make_app):
    app = make_app()
    assert write(app, recipient=recipient).status_code == 400
    assert letters(app) == []


def test_line_breaks_in_a_subject_or_a_name_make_no_header(make_app, server):
    app = make_app(server.port, area_name="Southend <b@example.org>")
    write(app, subject="Hello\r\nBcc: b@example.org\r\n\r\nmore", body="One\r\n.\r\nTwo\r\nBcc: c@example.org")
    (received,) = server.received
    made = read(received)
    assert received.recipients == ["chess@example.org"] and made["Bcc"] is None
    assert made["Subject"] == "Hello Bcc: b@example.org more"
    assert made["From"].addresses[0].addr_spec == "map@example.org"
    assert made.get_content().replace("\r\n", "\n").strip() == "One\n.\nTwo\nBcc: c@example.org"


@given(st.text(), st.text())
def test_any_text_makes_a_letter_with_one_recipient(subject, body):
    settings = Settings("nowhere", {"mail_from": "map@example.org", "area_name": "Leigh-on-Sea"})
    letter = messages.Letter(1, "", "", "chess@example.org", subject, body, "", "", "sending", "", 1, "")
    made = email.message_from_bytes(mail.compose(settings, letter).as_bytes(), policy=email.policy.default)
    assert [to.addr_spec for to in made["To"].addresses] == ["chess@example.org"]
    assert set(made) <= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
                         "Content-Type", "Content-Transfer-Encoding"}


def test_a_domain_outside_ascii_goes_over_the_wire_as_servers_know_it():
    settings = Settings("nowhere", {"mail_from": "map@example.org"})
    letter = messages.Letter(1, "", "", "caf@bücher.example", "s", "b", "", "", "sending", "", 1, "")
    assert mail.compose(settings, letter)["To"] == "caf@xn--bcher-kva.example"


def test_a_letter_is_sent_once_however_many_try(make_app, server):
    app = make_app(server.port)
    shared = app.extensions["assetmap"]
    with shared.database.writing() as connection:
        number = messages.add(connection, recipient="a@example.org", subject="s", body="b", layer="", record_id="",
                              by="")
    postmen = [mail.Postman(shared.database, shared.settings) for _ in range(4)]
    threads = [threading.Thread(target=postman.send, args=([number],)) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for postman in postmen:
        postman.wait(30)
    assert len(server.received) == 1


def test_what_is_kept_of_a_sent_letter_has_no_secret_link(make_app, server):
    app = make_app(server.port)
    link = "https://map.example.org/confirm/" + "s3cret-" * 6
    write(app, body=f"Please look: {link} Thank you")
    assert link in read(server.received[0]).get_content()
    assert letters(app)[0].body == "Please look: https://map.example.org/confirm/… Thank you"


@pytest.mark.parametrize("values, said", [
    ({"smtp_host": "mail.example.org"}, "MAIL_FROM"),
    ({"smtp_host": "mail example"}, "SMTP_HOST"),
    ({"mail_from": "map@example.org, x@example.org"}, "MAIL_FROM"),
    ({"smtp_security": "tls"}, "SMTP_SECURITY"),
])
def test_mail_settings_that_cannot_work_are_refused_with_a_sentence(values, said, tmp_path):
    with pytest.raises(SettingsRefused, match=said):
        Settings(tmp_path, values)
