"""Who may talk to the server, and what its page may load."""

import ipaddress
import socket
from collections.abc import Collection
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


# Programs and the browser's add-ons have origins of other schemes; the user has installed them.
OTHER_SCHEMES = r"(?!https?:)[a-z][a-z0-9+.-]*://.*"


def is_loopback(host: str) -> bool:
    """Whether a host's name can only mean this machine.

    host (str): A name or an address, without a port.
    RETURNS (bool): True for localhost, 127.0.0.0/8 and ::1.
    """
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def machine_names() -> frozenset[str]:
    """The names under which a network may know this machine.

    RETURNS (frozenset[str]): The host's name, and what multicast DNS makes of it.
    """
    name = socket.gethostname().lower()
    first = name.partition(".")[0]
    return frozenset({name, first, f"{first}.local"} - {"", ".local"})


def is_own_page(headers: Headers) -> bool:
    """Whether a request comes from the server's own page, or from a program that is no browser.

    Stricter than `Guard`: pages that `allow_origins` names and add-ons of the browser are neither.

    headers (Headers): The request's.
    RETURNS (bool): Whether it does.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("none", "same-origin")
    # Browsers say no more than this to a server without https.
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


class Guard:
    """Refuses requests that come by way of someone else's page; adds the security headers.

    A page of another site can ask the visitor's browser to talk to this machine. By its Host
    header a name is caught that was pointed at this machine after the page was loaded (DNS
    rebinding), by its Origin header any other page, and by Sec-Fetch-Site what a page embeds, for
    which browsers send no Origin.

    app (ASGIApp): What answers the others.
    local_only (bool): Refuse names that are not the loopback interface's.
    allow_hosts (Collection[str]): Other names that are answered; "*" for any.
    allow_origins (Collection[str]): Origins that may use the server; "*" for any.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        local_only: bool,
        allow_hosts: Collection[str] = (),
        allow_origins: Collection[str] = (),
    ) -> None:
        self._app = app
        self._names = {host.lower() for host in allow_hosts}
        self._local_only = local_only
        if not local_only:
            self._names |= machine_names()
        self._allow_origins = allow_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal = self._refuse(scope)

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

    def _refuse(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_known(_hostname(host), scope):
            known = "localhost and 127.0.0.1 only" if self._local_only else "this machine's names"
            return (
                f"This server answers to {known}, not to {host!r}. Start it with --allow-host "
                f"{_hostname(host) or 'NAME'} to reach it by that name."
            )
        origin = headers.get("origin")
        if "*" in self._allow_origins:
            return None
        if origin is None:
            return None if _is_own(headers, scope) else "Other sites may not embed this server."
        parts = urlsplit(origin)
        if origin in self._allow_origins or (
            origin != "null" and (parts.scheme not in ("http", "https") or parts.netloc == host)
        ):
            return None
        return (
            f"Pages of {origin!r} may not use this server. Start it with --allow-origin {origin} "
            "if they should."
        )

    def _is_known(self, name: str, scope: Scope) -> bool:
        if "*" in self._names or is_loopback(name) or name in self._names:
            return True
        # The address that the client has reached is this machine's.
        reached = (scope.get("server") or ("",))[0]
        address = _address(name)
        return not self._local_only and address is not None and address == _address(reached)


def _is_own(headers: Headers, scope: Scope) -> bool:
    # What is no browser sends no such header.
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    # A link on another page, which shows the page as if its address had been typed.
    return (
        scope["path"] == "/"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        # Without the interface's name that an address may have, as in fe80::1%eth0.
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
