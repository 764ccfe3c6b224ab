"""Who may talk to the server, and what its page may load."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The page's files may change with the next version, and answers hold what was written.
    "Cache-Control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Whether a host's name can only mean this machine.

    host (str): A name or an address, without a port.
    RETURNS (bool): True for localhost, 127.0.0.0/8 and ::1.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses requests that come by way of someone else's page; adds the security headers.

    A page of another site can ask the visitor's browser to talk to this machine. By its Host
    header a name is caught that was pointed at 127.0.0.1 after the page was loaded (DNS
    rebinding), by its Origin header any other page.

    app (ASGIApp): What answers the others.
    local_only (bool): Refuse names that are not the loopback interface's.
    allow_origins (tuple[str, ...]): Origins that may use the server.
    """

    def __init__(self, app: ASGIApp, *, local_only: bool, allow_origins: tuple[str, ...]) -> None:
        self._app = app
        self._local_only = local_only
        self._allow_origins = allow_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal = self._refuse(Headers(scope=scope))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal is not None:
            response = PlainTextResponse(f"Error: {refusal}", status_code=403)
            return await response(scope, receive, with_headers)
        await self._app(scope, receive, with_headers)

    def _refuse(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._local_only and not is_loopback(_hostname(host)):
            return (
                f"This server answers to localhost and 127.0.0.1 only, not to {host!r}. Start it "
                "with --host to reach it by another name."
            )
        origin = headers.get("origin")
        if origin is None or origin in self._allow_origins or "*" in self._allow_origins:
            return None
        # A browser's add-ons have origins of other schemes; the user has installed them.
        parts = urlsplit(origin)
        if origin != "null" and (parts.scheme not in ("http", "https") or parts.netloc == host):
            return None
        return (
            f"Pages of {origin!r} may not use this server. Start it with --allow-origin {origin} "
            "if they should."
        )


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
