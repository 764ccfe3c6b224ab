"""The server process: connections that are given up in time, and an end within seconds."""

import asyncio
import socket

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from .gate import Gate

# From a request's first byte, or the opening of a connection, to the last byte of the request.
SECONDS_TO_ARRIVE = 10.0
# That what is under way when the server is told to end may still take, and after which connections
# are cut off.
SECONDS_TO_FINISH = 2.0
SECONDS_TO_ANSWER = 1
MOST_CONNECTIONS = 256


class Connection(H11Protocol):
    """A connection that is closed if a request does not arrive in time.

    It answers a request to change to HTTP/2 as if it had not been made, as the standard allows.
    (The other parser of uvicorn, httptools, loses the body of such a request.)
    """

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock.

        transport (Transport): The connection.
        """
        super().connection_made(transport)
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        """Read on, and stop the clock where a request is complete.

        data (bytes): What has arrived.
        """
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY or (state is h11.IDLE and self.conn.trailing_data[0]):
            self._start_timer()
        else:
            self._stop_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock.

        exc (Exception): Why the connection is lost.
        """
        self._stop_timer()
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        # Without the advice that uvicorn would log.
        return False

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(SECONDS_TO_ARRIVE, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Server(uvicorn.Server):
    """A server that ends within seconds: what it cannot finish by then is refused.

    config (Config): Uvicorn's settings.
    gate (Gate): What is closed then.
    """

    def __init__(self, config: uvicorn.Config, gate: Gate) -> None:
        super().__init__(config)
        self._gate = gate

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End.

        sockets (list): What connections are accepted from.
        """
        asyncio.get_running_loop().call_later(SECONDS_TO_FINISH, self._gate.close)
        await super().shutdown(sockets)


def make_server(app: FastAPI) -> Server:
    """Make a server. It logs no request: an address may hold a text.

    app (FastAPI): The application.
    RETURNS (Server): The server; `run` it.
    """
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        # Clients are told apart by address, which a request's own headers could make up.
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=int(SECONDS_TO_FINISH + SECONDS_TO_ANSWER),
    )
    return Server(config, app.state.gate)
