"""Nobody but the user, and nothing from elsewhere."""

import re

import pytest

from spacy_sdcl.server.app import STATIC
from spacy_sdcl.server.security import is_loopback


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


def test_a_server_for_the_network_answers_by_any_name(make_client):
    client = make_client(base_url="http://192.168.1.5:8000", local_only=False)
    assert client.get("/api/info").status_code == 200


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


def test_the_own_page_and_add_ons_of_the_browser_are_answered(client):
    for origin in ("http://127.0.0.1", "moz-extension://0a1b", "chrome-extension://abc"):
        assert client.get("/v2/languages", headers={"Origin": origin}).status_code == 200


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
