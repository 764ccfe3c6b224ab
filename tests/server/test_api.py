"""The JSON API of the page."""

import pytest

TEXT = "我今天很高行，因为他门明天就回来了。"


def utf16_slice(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_a_text_is_corrected_as_the_component_does(client, embedded_nlp):
    answer = client.post("/api/correct", json={"text": TEXT}).json()
    doc = embedded_nlp(TEXT)
    assert answer["corrected"] == doc._.corrected == "我今天很高兴，因为他们明天就回来了。"
    expected = [(each["start"], each["end"], each["target"]) for each in doc._.corrections]
    found = [(each["start"], each["end"], each["target"]) for each in answer["corrections"]]
    assert found == expected == [(5, 6, "兴"), (10, 11, "们")]


def test_each_correction_comes_with_candidates_reason_and_pinyin(client, embedded_nlp):
    first = client.post("/api/correct", json={"text": TEXT}).json()["corrections"][0]
    assert first["candidates"][0]["target"] == "兴"
    assert first["candidates"][0]["score"] == pytest.approx(first["score"], abs=1e-3)
    assert 1 < len(first["candidates"]) <= 5
    assert first["reason"] == "threshold"
    careful = embedded_nlp.get_pipe("sdcl_corrector").thresholds["careful"]
    assert f"threshold {careful:.3f}" in first["detail"]
    assert "xíng" in first["pinyin"]["行"]
    assert "xìng" in first["pinyin"]["兴"]


def test_offsets_are_utf16_code_units(client):
    text = "😀𠮷野家👨‍👩‍👧：" + TEXT
    answer = client.post("/api/correct", json={"text": text}).json()
    assert answer["offsets"] == "utf-16"
    assert [each["target"] for each in answer["corrections"]] == ["兴", "们"]
    for each in answer["corrections"]:
        assert utf16_slice(text, each["start"], each["end"]) == each["source"]


def test_a_threshold_holds_for_its_own_request_only(client):
    doubtful = {"text": "采样仓的舱门关闭了。"}
    assert client.post("/api/correct", json=doubtful).json()["corrections"] == []
    recall = client.post("/api/correct", json={**doubtful, "threshold": "recall"}).json()
    assert recall["corrected"] == "采样舱的舱门关闭了。"
    number = client.post("/api/correct", json={**doubtful, "threshold": 0.3}).json()
    assert number["corrected"] == "采样舱的舱门关闭了。"
    assert client.post("/api/correct", json=doubtful).json()["corrections"] == []


def test_a_protected_phrase_is_left_alone_and_the_rest_is_corrected(client):
    body = {"text": TEXT, "protect": ["很高行", "不在文中"]}
    answer = client.post("/api/correct", json=body).json()
    assert answer["corrected"] == "我今天很高行，因为他们明天就回来了。"
    assert [each["source"] for each in answer["corrections"]] == ["门"]


def test_paragraphs_are_corrected_each_on_its_own(client):
    texts = [TEXT, "", "Hello 😀", "😀我喜换吃苹果。"]
    answer = client.post("/api/paragraphs", json={"paragraphs": texts}).json()["paragraphs"]
    alone = [client.post("/api/correct", json={"text": text}).json() for text in texts]
    assert [each["corrected"] for each in answer] == [each["corrected"] for each in alone]
    assert [each["corrections"] for each in answer[1:3]] == [[], []]
    assert answer[3]["corrections"][0]["start"] == 4


def test_there_are_so_many_paragraphs_of_a_request_and_no_more(client):
    assert client.post("/api/paragraphs", json={"paragraphs": [""] * 1000}).status_code == 200
    response = client.post("/api/paragraphs", json={"paragraphs": [""] * 1001})
    assert response.status_code == 422
    assert "paragraphs" in response.json()["error"]
    assert "1000" in response.json()["error"]


def test_info_names_the_limits_and_thresholds(client, embedded_nlp):
    info = client.get("/api/info").json()
    assert info["max_characters"] == 100_000
    assert info["threshold"] == info["thresholds"]["careful"] > info["thresholds"]["recall"]
    assert info["model"] == "zh_sdcl_sm"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "text"),
        ({"text": 3}, "text"),
        ({"text": "好", "threshhold": 0.5}, "threshhold"),
        ({"text": "好", "threshold": 1.5}, "threshold"),
        ({"text": "好", "threshold": "bold"}, "threshold"),
        ({"text": "好", "protect": "词"}, "protect"),
        ({"text": "好", "protect": [""]}, "protect.0"),
        ({"text": "好", "protect": ["词"] * 1001}, "protect"),
    ],
)
def test_a_malformed_request_is_refused_by_the_name_of_the_field(client, body, named):
    response = client.post("/api/correct", json=body)
    assert response.status_code == 422
    assert list(response.json()) == ["error"]
    assert named in response.json()["error"]


@pytest.mark.parametrize(
    "content", [b'{"text": "secret', b'{"text": "secret \\ud800"}', b'{"text": "secret \xff"}']
)
def test_what_is_no_valid_text_is_refused_without_being_repeated(client, content):
    response = client.post(
        "/api/correct", content=content, headers={"Content-Type": "application/json"}
    )
    assert response.status_code in (400, 422)
    assert response.json()["error"]
    assert "secret" not in response.text


def test_a_form_of_another_site_cannot_pass_for_json(client):
    headers = {"Content-Type": "text/plain"}
    assert client.post("/api/correct", content='{"text": "好"}', headers=headers).is_client_error
