"""A server that runs in a thread of the test, for clients that need a real one."""

import threading
import time
from contextlib import contextmanager

from spacy_sdcl.cli.serve import listen
from spacy_sdcl.server.serving import make_server


@contextmanager
def running(app):
    """Serve an application from a thread. Yields its address."""
    listener = listen("127.0.0.1", 0)
    server = make_server(app)
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
