"""Requests byte by byte, as no well-behaved client sends them."""

import logging
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def connected(address, timeout=20):
    """A connection to a server."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=timeout) as found:
        yield found


def post(path, body, *headers, kind="application/x-www-form-urlencoded"):
    """The bytes of a request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def read_all(connection):
    """What the server sends until it closes the connection."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


@contextmanager
def server_log():
    """What a server logs meanwhile, tracebacks included."""
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    keep = Keep()
    names = ("uvicorn.error", "spacy_sdcl", "asyncio")
    for name in names:
        logging.getLogger(name).addHandler(keep)
    try:
        yield lines
    finally:
        for name in names:
            logging.getLogger(name).removeHandler(keep)
