"""Serves an app from a thread as `assetmap run` does, with waitress, on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def serving(app, threads: int = 4) -> Iterator[str]:
    """The address, such as `http://127.0.0.1:40123`, for as long as the block runs."""
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    loop = threading.Thread(target=server.run, name="live server", daemon=True)
    loop.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Closing the sockets is left to the thread that watches them.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        loop.join(timeout=10)
        server.task_dispatcher.shutdown(timeout=5)
    assert not loop.is_alive(), "the live server did not stop"
