"""The LanguageTool HTTP API, and the client library that is used with it most."""

import json

import pytest

from spacy_sdcl.server.matches import make_response
from spacy_sdcl.server.query import read_query

language_tool_python = pytest.importorskip("language_tool_python")

TEXT = "我今天很高行，因为他门明天就回来了。"
CORRECT = "我今天很高兴，因为他们明天就回来了。"


def check(client, **form):
    form.setdefault("language", "zh-CN")
    return client.post("/v2/check", data=form)


def matches(client, **form):
    response = check(client, **form)
    assert response.status_code == 200, response.text
    return response.json()["matches"]


def utf16_slice(text, match):
    start = match["offset"]
    return text.encode("utf-16-le")[2 * start : 2 * (start + match["length"])].decode("utf-16-le")


@pytest.fixture(scope="module")
def tool(address):
    with language_tool_python.LanguageTool("zh-CN", remote_server=address) as found:
        yield found


def test_the_response_has_the_documented_shape(client):
    response = check(client, text=TEXT).json()
    assert response["software"]["apiVersion"] == 1
    assert response["language"]["code"] == "zh-CN"
    assert response["language"]["detectedLanguage"]["code"] == "zh-CN"
    assert response["warnings"] == {"incompleteResults": False}
    first, second = response["matches"]
    assert first["replacements"][0] == {"value": "兴"}
    assert (first["offset"], first["length"]) == (5, 1)
    assert first["rule"]["id"] == "SDCL_CORRECTION"
    assert first["rule"]["issueType"] == "misspelling"
    assert first["rule"]["category"]["id"] == "TYPOS"
    assert first["type"]["typeName"] == "UnknownWord"
    assert first["sentence"] == TEXT
    assert "兴" in first["message"]
    assert first["shortMessage"]
    assert second["replacements"][0] == {"value": "们"}


def test_offsets_count_utf16_code_units_in_text_and_context(client):
    text = "第一行没有错。\n" + "😀𠮷" * 3 + TEXT
    found = matches(client, text=text)
    assert [utf16_slice(text, match) for match in found] == ["行", "门"]
    for match, source in zip(found, "行门", strict=True):
        context = match["context"]
        assert utf16_slice(context["text"], context) == source
        assert "\n" not in context["text"]


def test_the_sentence_of_a_match_is_given_without_its_neighbours(client):
    found = matches(client, text="天气很好。" + TEXT + "他门都是我的朋友。")
    assert [match["sentence"] for match in found] == [TEXT, TEXT, "他门都是我的朋友。"]


def test_annotated_text_is_checked_without_its_markup(client):
    parts = [
        {"markup": "<p class='高行'>"},
        {"text": "😀我今天很高"},
        {"markup": "<b>"},
        {"text": "行"},
        {"markup": "</b>"},
        {"text": "。"},
        {"markup": "<br/>", "interpretAs": "\n"},
        {"text": "他门都是我的朋友。"},
    ]
    original = "".join(part.get("text", "") + part.get("markup", "") for part in parts)
    found = matches(client, data=json.dumps({"annotation": parts}))
    assert [utf16_slice(original, match) for match in found] == ["行", "门"]


def test_what_stands_in_for_markup_is_not_corrected(client):
    parts = [{"markup": "\\name", "interpretAs": "他门"}, {"text": "都是我的朋友。"}]
    assert matches(client, data=json.dumps({"annotation": parts})) == []
    assert len(matches(client, data=json.dumps({"text": "他门都是我的朋友。"}))) == 1


@pytest.mark.parametrize(
    "data",
    [
        "no json",
        "[]",
        "{}",
        '{"annotation": "text"}',
        '{"annotation": [{"text": "a", "markup": "b"}]}',
        '{"annotation": [{"text": 3}]}',
        '{"text": "\\ud800"}',
    ],
)
def test_malformed_annotated_text_is_refused_with_an_example(client, data):
    response = check(client, data=data)
    assert response.status_code == 400
    assert '"annotation": [' in response.text


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh-TW", "zh_CN", "ZH-cn", "auto"])
def test_chinese_is_known_by_all_its_codes(client, language):
    assert len(matches(client, text=TEXT, language=language)) == 2


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"text": TEXT, "language": "en-US"}, "Chinese only"),
        ({"text": TEXT, "language": ""}, "Chinese only"),
        ({}, "one of the parameters text and data"),
        ({"text": "a", "data": '{"text": "a"}'}, "one of the parameters text and data"),
        ({"text": TEXT, "level": "strict"}, "picky"),
        ({"text": TEXT, "enabledOnly": "true"}, "enabledRules"),
        ({"text": TEXT, "enabledOnly": "true", "disabledRules": "A"}, "disabled"),
    ],
)
def test_contradictory_parameters_are_refused_in_plain_text(client, form, named):
    response = check(client, **form)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("Error: ")
    assert named in response.text


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ({"disabledRules": "SDCL_CORRECTION, OTHER"}, 0),
        ({"disabledRules": "OTHER"}, 2),
        ({"disabledCategories": "TYPOS"}, 0),
        ({"disabledCategories": "TYPOS", "enabledRules": "SDCL_CORRECTION"}, 2),
        ({"enabledOnly": "true", "enabledRules": "SDCL_CORRECTION"}, 2),
        ({"enabledOnly": "true", "enabledRules": "OTHER"}, 0),
        ({"enabledOnly": "true", "enabledCategories": "TYPOS"}, 2),
        ({"enabledOnly": "false", "motherTongue": "en", "preferredVariants": "en-GB"}, 2),
    ],
)
def test_rules_can_be_turned_off(client, form, count):
    assert len(matches(client, text=TEXT, **form)) == count


def test_the_picky_level_finds_more(client):
    assert matches(client, text="采样仓的舱门关闭了。") == []
    [match] = matches(client, text="采样仓的舱门关闭了。", level="picky")
    assert match["replacements"][0] == {"value": "舱"}


def test_doubtful_characters_phrases_and_forms_have_rules_of_their_own():
    candidates = [{"target": "兴", "score": 0.4}, {"target": "幸", "score": 0.001}]
    common = {"start": 0, "end": 1, "source": "行", "score": 0.4}
    flagged = {**common, "target": "行", "candidates": candidates}
    own = {**common, "target": "兴", "origin": "confusions"}
    query = read_query({"text": "行", "language": "zh"})
    form = {**common, "target": "兴", "origin": "variant"}
    first, second, third = make_response(query, [flagged, own, form])["matches"]
    assert first["rule"]["id"] == "SDCL_FLAGGED"
    assert first["replacements"] == [{"value": "兴"}]
    assert second["rule"]["id"] == "SDCL_CONFUSIONS"
    assert third["rule"]["id"] == "SDCL_VARIANT"
    assert "通常用字" in third["message"]
    query = read_query({"text": "行", "language": "zh", "disabledRules": "SDCL_FLAGGED"})
    assert len(make_response(query, [flagged, own])["matches"]) == 1


def test_a_check_may_be_a_get_request(client):
    response = client.get("/v2/check", params={"text": TEXT, "language": "zh-CN"})
    assert len(response.json()["matches"]) == 2


def test_the_client_library_gets_characters_whatever_stands_before(tool):
    text = "😀𠮷野家👍：" + TEXT
    found = tool.check(text)
    assert [text[match.offset : match.offset + match.error_length] for match in found] == [
        "行",
        "门",
    ]
    assert [match.replacements[0] for match in found] == ["兴", "们"]
    assert language_tool_python.utils.correct(text, found) == text.replace(TEXT, CORRECT)
    assert tool.correct(text) == text.replace(TEXT, CORRECT)


def test_the_client_library_turns_rules_off_and_asks_for_more(address):
    with language_tool_python.LanguageTool("zh", remote_server=address) as tool:
        tool.disabled_rules = {"SDCL_CORRECTION"}
        assert tool.check(TEXT) == []
        tool.disabled_rules = set()
        tool.picky = True
        assert [match.replacements[0] for match in tool.check("请问车占怎么走？")] == ["站"]


def test_the_client_library_shows_our_message(address):
    error = language_tool_python.exceptions.LanguageToolError
    with (
        language_tool_python.LanguageTool("auto", remote_server=address) as tool,
        pytest.raises(error, match="limit is 60,000"),
    ):
        tool.check("好" * 60_001)
