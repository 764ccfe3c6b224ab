"""`spacy sdcl serve`: the proofreading page and the LanguageTool API."""

import errno
import gc
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    Model,
    Threshold,
    Variant,
    open_pipeline,
    reported_errors,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

# The packages of the extra; each is looked for before a model is loaded.
PACKAGES = ("fastapi", "uvicorn", "python_multipart")


def serve(
    model: Model = DEFAULT_MODEL,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", "-p", help="The port to listen on, 0 for any free one.")
    ] = 8000,
    threshold: Threshold = None,
    variant: Variant = None,
    max_characters: Annotated[
        int, typer.Option("--max-characters", help="The longest text of a request.")
    ] = 100_000,
    rate: Annotated[
        int,
        typer.Option(
            "--rate", help="Characters that one client of the network may have checked in a minute."
        ),
    ] = 200_000,
    max_waiting: Annotated[
        int, typer.Option("--max-waiting", help="Characters of all clients that may wait at once.")
    ] = 400_000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            help="Another name by which the server may be reached. May be repeated.",
            show_default=False,
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-origin",
            help="A web page that may use the server, such as https://example.org. May be repeated.",
            show_default=False,
        ),
    ] = None,
    learn: Annotated[
        Path | None,
        typer.Option(
            "--learn",
            help="Let all who use the page teach it from files of correct text: a folder for the "
            "pipeline that has learnt. One that is there already is served, and added to.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve a page to proofread on, and the LanguageTool API.

    Exit codes: 0 when it is ended with Ctrl+C; 2 for wrong usage, or a port that it cannot have.
    """
    from ..extras import import_extra

    with reported_errors():
        for package in PACKAGES:
            import_extra(package, "serve")
        from ..evaluation.tuning import check_folder
        from ..server.app import make_app
        from ..server.learner import Learner
        from ..server.security import is_loopback
        from ..server.settings import ServerSettings

        local = is_loopback(host)
        settings = ServerSettings(
            max_characters=max_characters,
            rate=rate,
            max_waiting=max_waiting,
            local_only=local,
            allow_hosts=(host, *(allow_host or ())),
            allow_origins=tuple(allow_origin or ()),
        )
        if learn is not None:
            check_folder(learn)
            if learn.is_dir() and any(learn.iterdir()):
                model = str(learn)
                typer.echo(f"Serves the pipeline in {learn}, and adds to it.", err=True)
        listener = listen(host, port)
        learner = None if learn is None else Learner(open_pipeline(model), learn)
        app = make_app(
            open_pipeline(model, threshold, variant=variant), settings=settings, learner=learner
        )
    if not local and learn is not None:
        typer.echo(
            f"Anyone who reaches {host} can also teach this server, for all who use it, and see the "
            "words that it has learnt. Leave out --learn to keep it as it is.",
            err=True,
        )
    if not local:
        typer.echo(
            f"Anyone who reaches {host} over the network can send texts to this server, and what "
            "they send is not encrypted. Leave out --host to serve this machine only.",
            err=True,
        )
    name = f"[{host}]" if ":" in host else host
    typer.echo(f"http://{name}:{listener.getsockname()[1]}  (end with Ctrl+C)")
    run(app, listener)


def run(app: "FastAPI", listener: socket.socket) -> None:
    """Serve until the process is told to end.

    app (FastAPI): The application.
    listener (socket): What to accept connections from.
    """
    from ..server.serving import make_server

    # What a model is made of stays as long as the process: looking through it again and again for
    # garbage would keep every answer waiting for a fifth of a second.
    gc.collect()
    gc.freeze()
    try:
        make_server(app).run(sockets=[listener])
    except KeyboardInterrupt:
        # The server has ended in good order, and hands on what it was told.
        return


def listen(host: str, port: int) -> socket.socket:
    """Open the port, so that a model is loaded only where it can be served.

    host (str): A name or an address.
    port (int): The port, 0 for any free one.
    RETURNS (socket): The open socket.
    RAISES (OSError): If the port is in use, or the address is not this machine's.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family)
        # Else an answer of two parts waits some 40 ms for the client's acknowledgement of the first:
        # asyncio sets it only for sockets that name their protocol.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "it is in use: choose another with --port, or --port 0 for any free one"
        elif error.errno in (errno.EACCES, errno.EPERM):
            reason = "you may not use it: choose one above 1023 with --port"
        else:
            reason = f"{error.strerror or error}: choose an address of this machine with --host"
        raise OSError(f"Cannot listen on port {port} of {host}, {reason}.") from error
