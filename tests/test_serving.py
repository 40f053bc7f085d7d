"""The server of `assetmap run`: what it takes in, and what it says of more."""

import http.client
import socket
import threading

import pytest
from waitress import wasyncore

from assetmap.web.serving import server_over


@pytest.fixture
def port(empty_app, instance):
    instance.max_upload_mb = 1
    listening = socket.create_server(("127.0.0.1", 0))
    server = server_over(empty_app, instance, listening)
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    yield listening.getsockname()[1]
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    loop.join(10)
    server.task_dispatcher.shutdown(timeout=5)


def sent(port: int, megabytes: int) -> tuple[int, str]:
    """(status, text) of the answer to a form of that size."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/steward/import")
    connection.putheader("Content-Length", str(megabytes * 1_000_000))
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.endheaders()
    if megabytes < 3:
        connection.send(b"x" * megabytes * 1_000_000)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_request_that_no_page_would_take_is_told_so_in_a_sentence_and_not_read(port):
    status, text = sent(port, 90)
    assert status == 413 and text.startswith("This is larger than this site takes: a file may have at most 1 MB.")


def test_what_may_be_uploaded_reaches_the_pages(port):
    assert sent(port, 2)[0] == 401
