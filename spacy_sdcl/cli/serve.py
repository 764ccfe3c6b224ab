"""`python -m spacy sdcl serve`: the proofreading page and the LanguageTool API."""

import errno
import socket

from spacy.cli._util import Opt
from wasabi import msg

from .options import read_threshold

# The packages of the extra; each is looked for before a model is loaded.
PACKAGES = ("fastapi", "uvicorn", "python_multipart")


def serve(
    model: str = Opt("zh_sdcl_sm", "--model", "-m", help="Embedded model, directory or package"),
    host: str = Opt("127.0.0.1", "--host", help="Address to listen on"),
    port: int = Opt(8000, "--port", "-p", help="Port to listen on, 0 for any free one"),
    threshold: str | None = Opt(
        None, "--threshold", "-t", help="Probability, or careful or recall"
    ),
    max_characters: int = Opt(100_000, "--max-characters", help="Longest text of a request"),
    rate: int = Opt(300, "--rate", help="Checks that one client may ask for in a minute"),
    allow_origin: list[str] = Opt(
        [], "--allow-origin", help="Web page that may use the server, such as https://example.org"
    ),
) -> None:
    """Serve a page to proofread on, and the LanguageTool API."""
    from ..extras import import_extra

    try:
        for package in PACKAGES:
            import_extra(package, "serve")
        from ..loading import load_pipeline
        from ..server.app import make_app
        from ..server.security import is_loopback
        from ..server.settings import ServerSettings

        local = is_loopback(host)
        settings = ServerSettings(
            max_characters=max_characters,
            rate=rate,
            local_only=local,
            allow_origins=tuple(allow_origin),
        )
        listener = listen(host, port)
        app = make_app(load_pipeline(model, threshold=read_threshold(threshold)), settings=settings)
    except (ImportError, OSError, ValueError) as error:
        msg.fail(str(error), exits=1)
    if not local:
        msg.warn(
            f"Anyone who reaches {host} over the network can send texts to this server, and what "
            "they send is not encrypted. Leave out --host to serve this machine only."
        )
    name = f"[{host}]" if ":" in host else host
    msg.good(f"http://{name}:{listener.getsockname()[1]}  (end with Ctrl+C)")
    run(app, listener)


def run(app: object, listener: socket.socket) -> None:
    """Serve until the process is told to end. No request is logged: an address may hold a text.

    app (ASGIApp): The application.
    listener (socket): What to accept connections from.
    """
    import uvicorn

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        access_log=False,
        log_level="warning",
        server_header=False,
        # The rate is counted by address, which a request's own headers could make up.
        proxy_headers=False,
        limit_concurrency=100,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Open the port, so that a model is loaded only where it can be served.

    host (str): A name or an address.
    port (int): The port, 0 for any free one.
    RETURNS (socket): The open socket.
    RAISES (OSError): If the port is in use, or the address is not this machine's.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "it is in use: choose another with --port, or --port 0 for any free one"
        elif error.errno in (errno.EACCES, errno.EPERM):
            reason = "you may not use it: choose one above 1023 with --port"
        else:
            reason = f"{error.strerror or error}: choose an address of this machine with --host"
        raise OSError(f"Cannot listen on port {port} of {host}, {reason}.") from error
