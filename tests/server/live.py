"""A server that runs in a thread of the test, for clients that need a real one."""

import threading
import time
from contextlib import contextmanager

import uvicorn

from spacy_sdcl.cli.serve import listen


@contextmanager
def running(app):
    """Serve an application from a thread. Yields its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
