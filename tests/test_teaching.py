"""A corrector that has learnt of its user's text: what it knows, and that it holds to all that others do."""

import pickle

import pytest
import spacy
from tiny import PAIRS, make_pipeline

from spacy_sdcl.evidence.learned import LEARNED_FILE
from spacy_sdcl.language.characters import is_cjk

# Low, so that there is much to compare.
THRESHOLD = 0.03
LESSON = [
    "星澜仪今天运到了。\n我们安装了星澜仪。\n检查星澜仪的读数。",
    "请把星澜仪关上。\n旧的星澜仪已经卖掉，新的更好用。\n星澜仪坏了就换一台。",
    "维修员峋磊说，星澜仪没有问题。\n老师请峋磊来上课。\n明天峋磊不在。\n峋磊今天很高兴。",
]
TEXTS = [
    *(pair.source for pair in PAIRS),
    "",
    " \n ",
    "abc 我门 def，他 门",
    "星",
    "我们把星澜议放在教室里，峋磊很高行。",
    "新澜仪在哪里？\n星澜仪再哪里？",
    "星澜仪" * 60,
    "他门😀𠮷说：“星兰仪好”！",
    "妈妈说他己经把帐单付清了，可是老板任然再等他的回答。",
    "今天我們去公圓看書，他門也再那裏。",
]


def make_nlp(**config):
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector", config={"threshold": THRESHOLD, **config})
    return nlp


def corrector_of(nlp):
    return nlp.get_pipe("sdcl_corrector")


@pytest.fixture(scope="module")
def nlp():
    """The embedded model with what it has learnt, not to be modified."""
    nlp = make_nlp()
    corrector_of(nlp).learn(LESSON, words=["峋磊"])
    return nlp


@pytest.fixture(scope="module")
def expected(nlp):
    """The texts, each corrected on its own."""
    docs = [nlp(text) for text in TEXTS]
    assert sum(len(doc._.corrections) for doc in docs) > 10
    return docs


def check_same(docs, expected, *, within=1e-5):
    docs = list(docs)
    assert [doc.text for doc in docs] == [doc.text for doc in expected]
    for doc, other in zip(docs, expected, strict=True):
        one, two = ([(c["start"], c["target"]) for c in d._.corrections] for d in (doc, other))
        assert one == two
        assert [c["score"] for c in doc._.corrections] == pytest.approx(
            [c["score"] for c in other._.corrections], abs=within
        )


def test_words_of_the_text_are_found_and_known():
    corrector = corrector_of(make_nlp())
    general = corrector.loaded_evidence
    lesson = corrector.learn(LESSON)
    assert lesson.words == {"星澜仪": 7, "峋磊": 4}
    assert lesson.characters == sum(len(text.replace("\n", "")) for text in LESSON)
    evidence = corrector.loaded_evidence
    symbols = evidence.table.encode("我们有星澜仪。")
    assert (evidence.table.score(symbols)[4:6] > general.table.score(symbols)[4:6] + 1).all()
    word = evidence.table.encode("星澜仪")[None]
    assert general.lexicon.level(word) == 0 < evidence.lexicon.level(word)


def test_an_error_in_a_word_that_was_learnt_is_corrected(nlp):
    doc = nlp("请把星澜议拿给我。")
    assert doc._.corrected == "请把星澜仪拿给我。"


def test_errors_of_the_text_are_listed_and_corrected_still():
    nlp = make_nlp(threshold="careful")
    corrector = corrector_of(nlp)
    wrong = [f"{start}我们因该保护环境，节约用水。" for start in ("", "老师说，", "大家都知道，")]
    lesson = corrector.learn([*LESSON, *wrong])
    assert [(each.source, each.target, each.times) for each in lesson.doubted] == [
        ("们因该", "们应该", 3)
    ]
    assert nlp(wrong[0])._.corrected == wrong[0].replace("因", "应")


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_result_is_the_same_at_any_batch_size(nlp, expected, batch_size):
    check_same(nlp.pipe(TEXTS, batch_size=batch_size), expected)


def test_the_result_is_the_same_in_several_processes(nlp, expected):
    check_same(nlp.pipe(TEXTS, n_process=2, batch_size=5), expected)


def test_the_result_is_the_same_after_disk_bytes_and_pickling(nlp, expected, tmp_path):
    nlp.to_disk(tmp_path)
    assert (tmp_path / "sdcl_corrector" / "evidence" / LEARNED_FILE).is_file()
    check_same(spacy.load(tmp_path).pipe(TEXTS), expected)
    check_same(make_nlp().from_bytes(nlp.to_bytes()).pipe(TEXTS), expected)
    corrector = pickle.loads(pickle.dumps(corrector_of(nlp)))
    check_same(corrector.pipe(map(nlp.make_doc, TEXTS)), expected)


def test_only_the_listed_chinese_characters_change(expected):
    for doc in expected:
        corrected = doc._.corrected
        assert len(corrected) == len(doc.text)
        places = {each["start"] for each in doc._.corrections}
        assert {
            i for i, (a, b) in enumerate(zip(doc.text, corrected, strict=True)) if a != b
        } == places
        assert all(is_cjk(corrected[place]) for place in places)
        assert all(0 <= each["score"] <= 1 for each in doc._.corrections)


def test_a_loaded_pipeline_learns_on_and_forgets(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    corrector = corrector_of(spacy.load(tmp_path))
    lesson = corrector.learn(text for text in [*LESSON, "今天又来了一台星澜仪。"])
    assert lesson.words == {}
    assert lesson.repeated == lesson.characters - len("今天又来了一台星澜仪。")
    learned = corrector.loaded_evidence.learned
    # The last one adds no word: a single sentence is no text to find words in.
    assert learned.words == {"星澜仪": 7, "峋磊": 4}
    corrector.forget(["星澜仪"])
    assert corrector.loaded_evidence.learned.words == {"峋磊": 4}
    with pytest.raises(ValueError, match="'星澜仪' was not learnt"):
        corrector.forget(["星澜仪"])


def test_a_pipeline_saved_over_one_that_has_learnt_has_learnt_nothing(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    make_nlp().to_disk(tmp_path)
    assert corrector_of(spacy.load(tmp_path)).loaded_evidence.learned is None


def test_evidence_that_is_named_learns_and_is_saved(tmp_path):
    nlp = make_nlp(evidence="zh_sdcl_sm")
    corrector_of(nlp).learn([], words=["星澜仪"])
    nlp.to_disk(tmp_path)
    loaded = corrector_of(spacy.load(tmp_path))
    assert loaded.loaded_evidence.learned.words == {"星澜仪": 0}
    other = corrector_of(make_nlp().from_bytes(nlp.to_bytes()))
    assert other.loaded_evidence.learned.words == {"星澜仪": 0}


def test_another_component_with_the_same_model_has_learnt_nothing(nlp):
    assert corrector_of(make_nlp()).loaded_evidence.learned is None


def test_traditional_text_is_learnt_as_it_is_read():
    pytest.importorskip("opencc")
    corrector = corrector_of(make_nlp())
    lesson = corrector.learn(
        ["星瀾儀今天運來了，我們檢查過。\n請問誰把星瀾儀關上了？\n這個星瀾儀壞了，請換一臺。"],
        words=["電腦", "星瀾儀"],
    )
    assert set(lesson.words) == {"电脑", "星澜仪"}
    assert lesson.words["星澜仪"] == 3


def test_traditional_text_teaches_nothing_where_it_cannot_be_read(monkeypatch):
    monkeypatch.setattr("spacy_sdcl.control.policy.can_convert", lambda: False)
    corrector = corrector_of(make_nlp())
    with pytest.raises(ValueError, match="no Chinese text to learn from"):
        corrector.learn(["星瀾儀今天運來了，我們檢查過。"])
    with pytest.raises(ValueError, match="nothing to learn: '電腦'"):
        corrector.learn([], words=["電腦"])


class TestWithoutEvidence:
    @pytest.fixture(params=["null", "trained without"])
    def corrector(self, request):
        if request.param == "null":
            return corrector_of(make_nlp(evidence=None))
        nlp = make_pipeline(request.getfixturevalue("trained_dir"))
        corrector_of(nlp).model.initialize()
        return corrector_of(nlp)

    def test_learning_says_what_it_needs(self, corrector):
        with pytest.raises(ValueError, match="This pipeline has no evidence, which is what learns"):
            corrector.learn(LESSON)
        with pytest.raises(ValueError, match="This pipeline has no evidence"):
            corrector.forget(["星澜仪"])


def test_a_network_that_was_never_trained_learns_nothing(untrained_nlp):
    with pytest.raises(ValueError, match="trained"):
        corrector_of(untrained_nlp).learn(LESSON)


def test_nothing_is_forgotten_where_nothing_was_learnt():
    corrector = corrector_of(make_nlp())
    corrector.forget([])
    with pytest.raises(
        ValueError, match="'星澜仪' was not learnt: this pipeline has learnt nothing"
    ):
        corrector.forget(["星澜仪"])


def test_what_fails_in_the_middle_changes_nothing(nlp):
    corrector = corrector_of(make_nlp())
    before = corrector.loaded_evidence

    def texts():
        yield LESSON[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corrector.learn(texts())
    assert corrector.loaded_evidence is before
