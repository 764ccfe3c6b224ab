"""Languages by LanguageTool's names, and the questions that clients ask before they check."""

import pytest

from spacy_sdcl.control import variants
from spacy_sdcl.server import languages

SIMPLIFIED = "他门都是我的朋友。"
TRADITIONAL = "我們昨天去學校的時候，他門都很高興。"


def check(client, **form):
    response = client.post("/v2/check", data=form)
    assert response.status_code == 200, response.text
    return response.json()


def first_choices(answer):
    return [match["replacements"][0]["value"] for match in answer["matches"]]


@pytest.mark.parametrize("language", ["zh-TW", "zh-HK", "zh_TW", "zh-Hant", "zh-Hant-TW", "zh-MO"])
def test_a_traditional_language_is_read_as_such(client, language):
    answer = check(client, text=TRADITIONAL, language=language)
    assert first_choices(answer) == ["們"]
    assert answer["language"]["code"] == language
    assert answer["language"]["detectedLanguage"]["code"] == "zh-TW"


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh-SG", "zh-Hans", "ZH-cn"])
def test_the_others_are_read_as_the_server_reads(client, language):
    assert first_choices(check(client, text=SIMPLIFIED, language=language)) == ["们"]


def test_the_next_text_is_read_as_before(client):
    check(client, text=TRADITIONAL, language="zh-TW")
    assert first_choices(check(client, text=SIMPLIFIED, language="zh-CN")) == ["们"]


def test_auto_finds_out(client):
    answer = check(client, text=SIMPLIFIED, language="auto")
    assert first_choices(answer) == ["们"]
    assert answer["language"]["code"] == "zh-CN"
    answer = check(client, text=TRADITIONAL, language="auto")
    assert first_choices(answer) == ["們"]
    assert answer["language"]["code"] == "zh-TW"


@pytest.mark.parametrize(
    "text", ["This is no Chinese.", "", "123 😀", "これは日本語の文章です。彼門は友達です。"]
)
def test_auto_says_where_there_is_no_chinese(client, text):
    answer = check(client, text=text, language="auto")
    assert answer["matches"] == []
    assert answer["language"]["code"] == "und"
    assert answer["language"]["name"] == "No Chinese text"
    assert answer["language"]["detectedLanguage"] == {
        "name": "No Chinese text",
        "code": "und",
        "confidence": 0.0,
    }


def test_without_the_package_traditional_text_is_left_alone_and_the_client_told(
    client, monkeypatch
):
    def missing(name):
        raise ImportError("opencc")

    monkeypatch.setattr(languages, "load", missing)
    monkeypatch.setattr(variants, "load", missing)
    answer = check(client, text=TRADITIONAL, language="zh-TW")
    assert answer["matches"] == []
    assert answer["warnings"]["incompleteResults"] is True
    assert "spacy_sdcl[traditional]" in answer["warnings"]["incompleteResultsReason"]
    assert [each["longCode"] for each in client.get("/v2/languages").json()] == ["zh-CN"]
    assert first_choices(check(client, text=SIMPLIFIED, language="auto")) == ["们"]


def test_without_the_package_a_client_that_lets_find_out_is_told_too(client, monkeypatch):
    def missing(name):
        raise ImportError("opencc")

    monkeypatch.setattr(languages, "load", missing)
    monkeypatch.setattr(variants, "load", missing)
    answer = check(client, text=TRADITIONAL, language="auto")
    assert answer["matches"] == []
    assert "spacy_sdcl[traditional]" in answer["warnings"]["incompleteResultsReason"]
    response = client.post("/api/correct", json={"text": TRADITIONAL})
    assert response.json()["corrected"] == TRADITIONAL


def test_the_page_is_told_of_unusual_forms(client):
    response = client.post("/api/correct", json={"text": "我們以后再說。"})
    [found] = response.json()["corrections"]
    assert (found["target"], found["origin"], found["reason"]) == ("後", "variant", "variant")


def test_every_language_that_is_listed_is_read(client):
    listed = [each["longCode"] for each in client.get("/v2/languages").json()]
    assert listed == ["zh-CN", "zh-TW", "zh-HK"]
    for language in listed:
        assert check(client, text="好", language=language)["matches"] == []


@pytest.mark.parametrize("level", ["picky", "PICKY", "Picky"])
def test_a_level_may_be_in_capitals(client, level):
    answer = check(client, text="请问车占怎么走？", language="zh-CN", level=level)
    assert first_choices(answer) == ["站"]


def test_the_server_tells_what_it_is_and_that_it_is_well(client):
    software = client.get("/v2/info").json()["software"]
    assert software == check(client, text="好", language="zh")["software"]
    response = client.get("/v2/healthcheck")
    assert (response.status_code, response.text) == (200, "OK")
    assert response.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("text", ["test", ""])
def test_a_probe_in_english_is_answered_and_told_that_it_was_not_checked(client, text):
    parameters = {"language": "en-US", "text": text}
    for response in (
        client.post("/v2/check", data=parameters),
        client.get("/v2/check", params=parameters),
    ):
        assert response.status_code == 200
        answer = response.json()
        assert answer["matches"] == []
        assert answer["language"]["code"] == "en-US"
        assert answer["warnings"]["incompleteResults"] is True
        assert "Chinese only" in answer["warnings"]["incompleteResultsReason"]


@pytest.mark.parametrize("language", ["", "english", "en US", "e", "zh CN"])
def test_what_is_no_language_is_refused(client, language):
    response = client.post("/v2/check", data={"text": "test", "language": language})
    assert response.status_code == 400
    assert "zh-CN" in response.text


@pytest.mark.parametrize(
    "path", ["/", "/v2/languages", "/v2/info", "/v2/healthcheck", "/v2/maxtextlength"]
)
def test_a_probe_that_wants_no_body_gets_none(client, path):
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize("path", ["//v2/languages", "///v2//languages", "//api/info", "//"])
def test_a_slash_at_the_end_of_the_servers_address_does_no_harm(client, path):
    assert client.get(f"http://127.0.0.1{path}").status_code == 200
