"""The server learns from files, for all who use it, where it was started so; and loses nothing by it."""

import base64
import errno
from threading import Event

import pytest
from fastapi.testclient import TestClient

from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.server.app import make_app
from spacy_sdcl.server.checker import Closing
from spacy_sdcl.server.learner import Learner
from spacy_sdcl.server.settings import ServerSettings

PRODUCT = """# 说明

联翔已经安装完成。请打开**联翔**的设置页面。

在联翔里新建一个项目。用联翔画图很方便。启动联翔以后，选择语言。

- 关闭联翔之前，请保存文件。
- 许多同事喜欢联翔。
"""
TOWN = """采样舱的舱门关闭了。
欢迎参观采样舱。
去采样舱的公共汽车很多。
我住在采样舱。
游客喜欢采样舱。
采样舱下雨了。
"""
WRONG = "他在公圆里散步。\n公圆里有很多花。\n孩子们在公圆里跑步。\n"
# The model changes the one, and leaves the other, before it knows the names.
NAMED, MISSPELT = "联翔公司昨天发布了新产品。", "采样仓的舱门关闭了。"


@pytest.fixture(scope="module")
def pipelines():
    """What is served, and what learns; each test begins with the evidence of the model."""
    found = [load_pipeline("zh_sdcl_sm") for _ in range(2)]
    general = found[0].get_pipe("sdcl_corrector").loaded_evidence
    return found, general


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "learned"


@pytest.fixture
def make_teachable(pipelines, folder):
    clients = []

    def make(**settings):
        (served, own), general = pipelines
        for nlp in (served, own):
            nlp.get_pipe("sdcl_corrector").loaded_evidence = general
        allowed = ServerSettings(**{"rate": 10_000_000, **settings})
        app = make_app(served, settings=allowed, learner=Learner(own, folder))
        clients.append(TestClient(app, base_url="http://127.0.0.1"))
        return clients[-1]

    yield make
    for client in clients:
        client.app.state.gate.close()


def file(name, text, columns=()):
    content = text if isinstance(text, bytes) else text.encode()
    encoded = base64.b64encode(content).decode()
    return {"name": name, "content": encoded, "columns": list(columns)}


def learn(client, *files, **options):
    return client.post("/api/learn", json={"files": list(files)}, **options)


def corrected(client, *texts):
    answer = client.post("/api/paragraphs", json={"paragraphs": list(texts)}).json()
    return [each["corrected"] for each in answer["paragraphs"]]


def words(answer):
    assert answer["count"] == len(answer["words"])
    return {each["word"]: each["times"] for each in answer["words"]}


def test_names_of_the_files_are_known_to_all_who_ask_from_then_on(make_teachable):
    client = make_teachable()
    assert corrected(client, NAMED, MISSPELT) == [NAMED.replace("翔", "想"), MISSPELT]
    answer = learn(client, file("说明.md", PRODUCT), file("游.txt", TOWN.encode("gb18030"))).json()
    assert words(answer["new"]) == {"联翔": 7, "采样舱": 6}
    assert answer["learned"] == answer["new"]
    assert corrected(client, NAMED, MISSPELT) == [NAMED, MISSPELT.replace("仓", "舱")]
    form = {"language": "zh-CN", "text": MISSPELT}
    [match] = client.post("/v2/check", data=form).json()["matches"]
    assert match["replacements"][0]["value"] == "舱"
    assert client.get("/api/learned").json()["learned"] == answer["learned"]


def test_what_looks_wrong_is_listed_with_its_sentence_and_not_learnt(make_teachable):
    client = make_teachable()
    answer = learn(client, file("a.txt", WRONG)).json()
    [doubted] = answer["doubted"]
    assert doubted["score"] >= 0.9
    assert {**doubted, "score": 1, "sentence": doubted["sentence"] in WRONG} == {
        "source": "公圆",
        "target": "公园",
        "times": 3,
        "score": 1,
        "sentence": True,
    }
    assert corrected(client, "他在公圆里散步。") == ["他在公园里散步。"]


def test_what_was_learnt_is_saved_as_a_pipeline_that_a_server_goes_on_from(make_teachable, folder):
    client = make_teachable()
    assert learn(client, file("a.txt", TOWN)).status_code == 200
    saved = load_pipeline(str(folder))
    assert saved(MISSPELT)._.corrected == MISSPELT.replace("仓", "舱")
    served = load_pipeline(str(folder), threshold=0.5)
    again = TestClient(
        make_app(served, learner=Learner(saved, folder)), base_url="http://127.0.0.1"
    )
    assert words(again.get("/api/learned").json()["learned"]) == {"采样舱": 6}
    answer = learn(again, file("b.md", PRODUCT)).json()
    assert words(answer["learned"]) == {"联翔": 7, "采样舱": 6}
    last = load_pipeline(str(folder)).get_pipe("sdcl_corrector")
    assert last.loaded_evidence.learned.words == {"联翔": 7, "采样舱": 6}
    # What this server was told to correct by is no part of what it has learnt.
    assert last.threshold is None
    assert not [each for each in folder.parent.iterdir() if each != folder]
    again.app.state.gate.close()


def test_one_file_that_cannot_be_read_is_named_and_nothing_is_learnt(make_teachable, folder):
    client = make_teachable()
    for broken, status in [
        (file("b.docx", b"PK\3\4"), 422),
        (file("b.txt", b"\0\xff"), 422),
        (file("b.csv", "名,话\n甲,乙\n"), 400),
    ]:
        answer = learn(client, file("a.txt", TOWN), broken)
        assert answer.status_code == status
        assert answer.json()["error"].startswith(f"{broken['name']}: ")
        assert answer.json()["error"].endswith("Nothing was learnt.")
    assert corrected(client, MISSPELT) == [MISSPELT]
    assert not folder.exists()
    table = file("b.csv", "名,话\n" + "".join(f"甲,{line}\n" for line in TOWN.split()), ["话"])
    assert words(learn(client, table).json()["new"]) == {"采样舱": 6}


def test_files_without_text_are_refused(make_teachable):
    answer = learn(make_teachable(), file("a.txt", " \n"))
    assert answer.status_code == 422
    assert "no Chinese text to learn from" in answer.json()["error"]


def test_what_cannot_be_saved_is_not_used_either(make_teachable, folder, monkeypatch):
    client = make_teachable()
    learn(client, file("a.md", PRODUCT))

    def full(nlp, path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("spacy_sdcl.server.learner.save_pipeline", full)
        answer = learn(client, file("a.txt", TOWN))
        assert answer.status_code == 500
        assert "No space left" in answer.json()["error"]
        assert str(folder) not in answer.json()["error"]
        assert client.post("/api/forget", json={"words": ["联翔"]}).status_code == 500
    assert corrected(client, NAMED, MISSPELT) == [NAMED, MISSPELT]
    assert words(learn(client, file("a.txt", TOWN)).json()["learned"]) == {
        "联翔": 7,
        "采样舱": 6,
    }


def test_what_another_program_has_written_is_not_written_over(make_teachable, folder):
    client = make_teachable()
    learn(client, file("a.txt", TOWN))
    meta = folder / "meta.json"
    meta.write_text(meta.read_text(encoding="utf8") + "\n", encoding="utf8")
    answer = learn(client, file("a.md", PRODUCT))
    assert answer.status_code == 409
    assert "start the server again" in answer.json()["error"]
    assert corrected(client, NAMED) != [NAMED]


def test_a_word_is_taken_out_for_all_and_stays_out(make_teachable, folder):
    client = make_teachable()
    learn(client, file("a.txt", TOWN), file("b.md", PRODUCT))
    answer = client.post("/api/forget", json={"words": ["采样舱"]}).json()
    assert words(answer["learned"]) == {"联翔": 7}
    assert corrected(client, NAMED, MISSPELT) == [NAMED, MISSPELT]
    assert words(learn(client, file("a.txt", TOWN)).json()["learned"]) == {"联翔": 7}
    assert load_pipeline(str(folder))(MISSPELT)._.corrected == MISSPELT
    answer = client.post("/api/forget", json={"words": ["没有的词"]})
    assert answer.status_code == 422
    assert "was not learnt" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/api/learn", {"json": {"files": [file("a.txt", TOWN)]}}),
        ("post", "/api/forget", {"json": {"words": ["采样舱"]}}),
        ("get", "/api/learned", {}),
    ],
)
def test_a_server_that_may_not_learn_says_how_to_start_one_that_may(client, method, path, body):
    answer = getattr(client, method)(path, **body)
    assert answer.status_code == 403
    assert "--learn FOLDER" in answer.json()["error"]
    assert client.get("/api/info").json()["learning"] is None


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": "https://example.org"}, False),
        ({"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "chrome-extension://abc"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://127.0.0.1"}, True),
        # Behind a proxy that has another name.
        ({"Origin": "https://example.org", "Sec-Fetch-Site": "same-origin"}, True),
        ({}, True),
    ],
)
def test_no_page_but_its_own_may_teach_even_where_all_may_ask(make_teachable, headers, allowed):
    client = make_teachable(allow_origins=("*",))
    asked = client.post("/api/correct", json={"text": MISSPELT}, headers=headers)
    assert asked.status_code == 200
    answers = [
        client.post("/api/forget", json={"words": ["没有"]}, headers=headers),
        client.get("/api/learned", headers=headers),
    ]
    assert [each.status_code for each in answers] == ([422, 200] if allowed else [403, 403])
    assert learn(client, headers=headers).status_code == (422 if allowed else 403)


def test_there_is_a_limit_for_what_is_learnt_at_once(make_teachable):
    client = make_teachable(max_characters=100)
    limits = client.get("/api/info").json()["learning"]
    assert limits["max_characters"] == 1000
    answer = learn(client, file("a.txt", "很好。\n" * 200), file("b.txt", "很好。\n" * 200))
    assert answer.status_code == 413
    assert "1,200 characters" in answer.json()["error"]
    assert "spacy sdcl learn" in answer.json()["error"]
    half = b"a" * (limits["max_bytes"] // 2 + 1)
    answer = learn(client, file("a.txt", half), file("b.txt", half))
    assert answer.status_code == 413
    assert "together" in answer.json()["error"]


def test_text_is_corrected_as_before_while_something_is_learnt(make_teachable):
    client = make_teachable()
    learner = client.app.state.gate.learner
    begun, go_on = Event(), Event()

    def change():
        learner.corrector.learn([TOWN])
        begun.set()
        assert go_on.wait(60)

    future = learner.submit(change, Event())
    try:
        assert begun.wait(60)
        assert corrected(client, MISSPELT) == [MISSPELT]
    finally:
        go_on.set()
    future.result(60)
    assert corrected(client, MISSPELT) == [MISSPELT.replace("仓", "舱")]


def test_what_its_client_has_given_up_is_not_learnt(make_teachable, folder):
    client = make_teachable()
    learner = client.app.state.gate.learner
    given_up = Event()

    def change():
        learner.corrector.learn([TOWN])
        given_up.set()

    with pytest.raises(Closing):
        learner.submit(change, given_up).result(60)
    assert learner.learned is None
    assert not folder.exists()
    learner.close()
    with pytest.raises(Closing):
        learner.submit(change, Event())


def test_another_folder_than_a_pipelines_is_not_touched(pipelines, tmp_path):
    (tmp_path / "a.txt").write_text("a", encoding="utf8")
    with pytest.raises(ValueError, match="no pipeline"):
        Learner(pipelines[0][1], tmp_path)


def test_a_pipeline_that_cannot_learn_is_refused(folder):
    nlp = load_pipeline("zh_sdcl_sm")
    nlp.get_pipe("sdcl_corrector").evidence = None
    with pytest.raises(ValueError, match="no evidence"):
        Learner(nlp, folder)
