"""Serves an app from a thread as `assetmap run` does, with waitress, on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import wasyncore
from waitress.server import create_server

stopped: set[str] = set()
"""Addresses of servers that are gone: what a page was still fetching from them is no fault of the page."""


@contextmanager
def serving(app, threads: int = 4) -> Iterator[str]:
    """The address, such as `http://127.0.0.1:40123`, for as long as the block runs."""
    server = _listening(app, threads)
    loop = threading.Thread(target=server.run, name="live server", daemon=True)
    loop.start()
    address = f"http://127.0.0.1:{server.effective_port}"
    try:
        yield address
    finally:
        stopped.add(address)
        # Closing the sockets is left to the thread that watches them.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        loop.join(timeout=10)
        server.task_dispatcher.shutdown(timeout=5)
    assert not loop.is_alive(), "the live server did not stop"


def _listening(app, threads: int):
    """A server at an address that no other had: a browser may still hold what the other said there."""
    rejected = []
    while True:
        server = create_server(app, host="127.0.0.1", port=0, threads=threads)
        if f"http://127.0.0.1:{server.effective_port}" not in stopped:
            break
        rejected.append(server)
    for other in rejected:
        other.close()
    return server
