"""Nobody but the user, and nothing from elsewhere."""

import re
import socket

import pytest

from spacy_sdcl.server.app import STATIC
from spacy_sdcl.server.security import Guard, is_loopback


async def nobody(scope, receive, send):
    raise AssertionError("is not asked")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "127.1.2.3:80", "[::1]:8000"])
def test_names_of_this_machine_are_answered(client, host):
    assert client.get("/api/info", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.168.1.5:8000", "", "[::1", "0.0.0.0"]
)
def test_a_name_that_was_pointed_at_this_machine_is_refused(client, host):
    for path in ("/", "/api/info", "/v2/languages", "/static/app.js"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 403
        assert "localhost" in response.text


ADDRESS = "http://192.168.1.5:8000"


def names_of_this_machine():
    first = socket.gethostname().partition(".")[0]
    return ["192.168.1.5:8000", "127.0.0.1", "localhost", socket.gethostname(), f"{first}.local"]


@pytest.mark.parametrize("host", names_of_this_machine())
def test_a_server_for_the_network_answers_by_this_machines_names(make_client, host):
    client = make_client(base_url=ADDRESS, local_only=False)
    assert client.get("/api/info", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "192.168.1.6", "[fe80::1]:8000", "", "[::1"])
def test_a_server_for_the_network_refuses_other_names_unless_allowed(make_client, host):
    client = make_client(base_url=ADDRESS, local_only=False)
    response = client.get("/", headers={"Host": host})
    assert response.status_code == 403
    assert "--allow-host" in response.text
    for allowed in ("Evil.Example", "*"):
        client = make_client(base_url=ADDRESS, local_only=False, allow_hosts=(allowed,))
        response = client.get("/", headers={"Host": host})
        assert (response.status_code == 200) is (host == "evil.example" or allowed == "*")


@pytest.mark.parametrize(
    ("reached", "host"),
    [
        ("::ffff:192.168.1.5", "192.168.1.5:8000"),
        ("fe80::1%eth0", "[fe80::1]:8000"),
        ("2001:db8::1", "[2001:0db8::0001]"),
    ],
)
def test_an_address_is_known_however_it_is_written(reached, host):
    guard = Guard(nobody, local_only=False)
    scope = {"type": "http", "path": "/", "server": (reached, 8000)}
    scope["headers"] = [(b"host", host.encode())]
    assert guard._refuse(scope) is None
    scope["server"] = ("203.0.113.7", 8000)
    assert guard._refuse(scope) is not None


def test_an_allowed_name_is_answered_by_a_server_for_this_machine_only(make_client):
    client = make_client(allow_hosts=("proofreading.example",))
    for host, status in (("proofreading.example:443", 200), ("evil.example", 403)):
        assert client.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null"]
)
def test_pages_of_other_sites_are_refused(client, origin):
    for path in ("/api/info", "/v2/languages"):
        response = client.get(path, headers={"Origin": origin})
        assert response.status_code == 403
        assert "--allow-origin" in response.text
        assert "access-control-allow-origin" not in response.headers
    form = {"text": "好", "language": "zh"}
    assert client.post("/v2/check", data=form, headers={"Origin": origin}).status_code == 403


OTHER_PROGRAMS = ["app://obsidian.md", "chrome-extension://abcd", "moz-extension://0a1b-2c"]


def test_the_own_page_is_answered(client):
    assert client.get("/v2/languages", headers={"Origin": "http://127.0.0.1"}).status_code == 200


@pytest.mark.parametrize("origin", OTHER_PROGRAMS)
def test_programs_and_add_ons_are_answered_and_their_browser_told_so(client, origin):
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    response = client.options("/v2/check", headers=preflight)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["access-control-allow-private-network"] == "true"
    assert "POST" in response.headers["access-control-allow-methods"]
    form = {"text": "他门都是我的朋友。", "language": "zh"}
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    response = client.post("/v2/check", data=form, headers=headers)
    assert len(response.json()["matches"]) == 1
    assert response.headers["access-control-allow-origin"] == origin
    refused = client.post("/v2/check", data={**form, "language": "xx"}, headers=headers)
    assert refused.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    "path", ["/v2/check?language=zh&text=a", "/api/info", "/static/app.js", "/"]
)
def test_what_another_site_embeds_is_refused(client, site, path):
    # As an image or a script, for which browsers send no Origin.
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert client.get(path, headers=headers).status_code == 403
    assert client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403
    frame = {**headers, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert client.get(path, headers=frame).status_code == 403


def test_a_link_on_another_site_leads_to_the_page_and_nowhere_else(client):
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert client.get("/", headers=headers).status_code == 200
    assert client.get("/v2/check?language=zh&text=a", headers=headers).status_code == 403


def test_the_browser_may_load_the_page_itself(client):
    for site in ("none", "same-origin"):
        assert client.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_an_allowed_page_is_answered_and_its_browser_told_so(make_client):
    client = make_client(allow_origins=("https://example.org",))
    headers = {"Origin": "https://example.org"}
    response = client.post("/api/correct", json={"text": "好"}, headers=headers)
    assert response.headers["access-control-allow-origin"] == "https://example.org"
    preflight = {
        **headers,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert client.options("/api/correct", headers=preflight).status_code == 200
    other = {"Origin": "https://example.com"}
    assert client.get("/api/info", headers=other).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/info", "/static/app.js", "/nowhere"])
def test_every_answer_forbids_what_is_from_elsewhere(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_page_loads_nothing_from_elsewhere_and_makes_no_markup_of_texts():
    for path in STATIC.iterdir():
        content = path.read_text(encoding="utf8")
        addresses = set(re.findall(r"https?://[^\"'\s)]+", content))
        assert addresses <= {"http://www.w3.org/2000/svg"}, path.name
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in content, path.name


def test_the_page_is_served_with_all_that_it_names(client):
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    names = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(names) >= 3
    for name in names:
        assert client.get(f"/{name}").status_code == 200, name
    script = client.get("/static/app.js")
    assert script.headers["content-type"].startswith("text/javascript")
    for name in re.findall(r'from "\./([^"]+)"', script.text):
        assert client.get(f"/static/{name}").status_code == 200, name


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/static/../app.py", "/static/%2e%2e/app.py"])
def test_there_is_nothing_else_to_be_had(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_which_addresses_are_this_machines_own(host, local):
    assert is_loopback(host) is local
