"""A body is read as what it is, whatever its client says that it is."""

import json
import shutil
import subprocess
from urllib.parse import quote

import pytest

TEXT = "他门都是我的朋友。"
FORM = "application/x-www-form-urlencoded"


def check(client, body, kind=FORM):
    headers = {} if kind is None else {"Content-Type": kind}
    content = body if isinstance(body, bytes) else body.encode()
    return client.post("/v2/check", content=content, headers=headers)


def found(client, body, kind=FORM):
    response = check(client, body, kind)
    assert response.status_code == 200, response.text
    return [
        (each["offset"], each["replacements"][0]["value"]) for each in response.json()["matches"]
    ]


KINDS = [
    FORM,
    f"{FORM}; charset=UTF-8",
    f"{FORM};charset=utf-8",
    "application/json",
    "text/plain",
    None,
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encode", [str, quote], ids=["raw", "encoded"])
def test_a_form_is_read_by_whatever_name_and_whether_or_not_it_is_encoded(client, kind, encode):
    assert found(client, f"language=zh-CN&text={encode(TEXT)}", kind) == [(1, "们")]
    data = json.dumps({"annotation": [{"markup": "<p>"}, {"text": TEXT}]}, ensure_ascii=False)
    assert found(client, f"data={encode(data)}&language=zh-CN", kind) == [(4, "们")]


@pytest.mark.parametrize("kind", KINDS)
def test_json_is_read_by_whatever_name(client, kind):
    for ascii_only in (True, False):
        body = json.dumps({"text": TEXT, "language": "zh-CN"}, ensure_ascii=ascii_only)
        assert found(client, f"\n {body}\n", kind) == [(1, "们")]


def test_json_may_have_values_of_its_own_kinds(client):
    given = {"data": {"text": TEXT}, "language": "zh-CN", "motherTongue": None}
    assert found(client, json.dumps(given)) == [(1, "们")]
    rules = {"enabledOnly": True, "enabledRules": ["OTHER", "SDCL_FLAGGED"]}
    assert found(client, json.dumps(given | rules)) == []


def test_a_form_in_parts_is_read(client):
    files = {"text": (None, TEXT), "language": (None, "zh-CN")}
    response = client.post("/v2/check", files=files)
    assert [each["offset"] for each in response.json()["matches"]] == [1]


def test_what_is_not_encoded_stands_for_itself(client):
    # An ampersand, a plus and a percent sign; as an encoded text it would be cut and shortened.
    text = f"A&B和C++的100%25都好。{TEXT}"
    assert found(client, f"text={text}&language=zh-CN") == [(text.index("门"), "们")]
    assert found(client, f"language=zh-CN&text={text}") == [(text.index("门"), "们")]
    rules = "&disabledRules=A%2CSDCL_CORRECTION"
    assert found(client, f"text={text}&language=zh-CN{rules}") == []


def test_what_is_encoded_is_decoded(client):
    text = f"A&B = C++ 100%。\n{TEXT}"
    body = f"text={quote(text).replace('%20', '+')}&language=zh-CN"
    assert found(client, body) == [(text.index("门"), "们")]


def test_the_body_goes_before_the_address(client):
    response = client.post("/v2/check?language=xx&text=a", data={"language": "zh", "text": TEXT})
    assert len(response.json()["matches"]) == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"language=zh-CN&text=" + TEXT.encode("gb18030"), "UTF-8"),
        (f"language=zh-CN&text={quote(TEXT, encoding='gb18030')}", "UTF-8"),
        ('{"text": ', '{"text": "…"'),
        ('{"text": "a", "language": "zh", "data": "a"}', "one of the parameters"),
        ("&".join(f"a{number}=" for number in range(2000)), "1000 parameters"),
        ("text=" + "&" * 100_000 + "a=1", "Chinese only"),
        ("", "one of the parameters"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_text(client, body, named):
    response = check(client, body)
    assert response.status_code == 400
    assert response.text.startswith("Error: ")
    assert named in response.text


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000], ids=["list", "object"])
def test_nesting_without_end_is_refused(client, body):
    assert check(client, body).status_code == 400


def test_a_form_in_parts_that_is_broken_is_refused(client):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        response = check(client, "--y\r\nbroken", kind)
        assert response.status_code == 400
        assert "urlencoded" in response.text


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("header", [[], ["-H", f"Content-Type: {FORM}; charset=UTF-8"]])
@pytest.mark.parametrize("field", [f"text={TEXT}", 'data={"text": "' + TEXT + '"}'])
def test_a_text_on_curls_command_line_is_read(address, header, field):
    for base in (address, f"{address}/"):
        command = ["curl", "-s", f"{base}/v2/check", *header, "-d", f"language=zh-CN&{field}"]
        run = subprocess.run(command, capture_output=True, check=True, timeout=60)
        assert [each["offset"] for each in json.loads(run.stdout)["matches"]] == [1]
