"""The setting `evidence` of the component: the same result in all ways, with evidence and without."""

import multiprocessing
import pickle
import shutil
import tracemalloc

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from tiny import PAIRS, make_pipeline, make_whitespace_tokenizer

from spacy_sdcl.evidence import weighing
from spacy_sdcl.evidence.bundle import JUDGE_FILE, NGRAMS_FILE, Evidence
from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.model.weights import EMBEDDED_DIR

MODEL = "zh_sdcl_sm"
FOLDER = EMBEDDED_DIR / MODEL / "evidence"
# Low, so that there is much to compare.
THRESHOLD = 0.03

TEXTS = [
    *(pair.source for pair in PAIRS),
    "",
    " \n ",
    "abc 我门 def，他 门",
    "我",
    "天" * 150,
    "我门今天去北京。\n" * 12,
    "他门😀𠮷说：“老师好”！",
    "\u200b我\xad门在学笑\ufe0f学习中文。",
    "妈妈说他己经把帐单付清了，可是老板任然再等他的回答。",
    "今天我們去公圓看書，他門也再那裏。",
]


def make_nlp(language="zh", **config):
    nlp = spacy.blank(language)
    nlp.add_pipe("sdcl_corrector", config={"threshold": THRESHOLD, **config})
    return nlp


def corrector_of(nlp):
    return nlp.get_pipe("sdcl_corrector")


def read(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


def check_same(docs, expected):
    docs = list(docs)
    assert [doc.text for doc in docs] == [doc.text for doc in expected]
    for doc, other in zip(docs, expected, strict=True):
        assert read(doc) == read(other)
        assert [each["score"] for each in doc._.corrections] == pytest.approx(
            [each["score"] for each in other._.corrections], abs=1e-4
        )


def predictions(corrector, texts=TEXTS):
    """All that is found, of whatever probability."""
    return [
        [(each.start, each.target, round(each.score, 3)) for each in decisions]
        for decisions in corrector.explain(make_docs(corrector, texts))
    ]


def make_docs(corrector, texts=TEXTS):
    return [Doc(corrector.vocab, [text] if text else []) for text in texts]


@pytest.fixture(scope="module")
def nlp():
    """A pipeline with the embedded model and its evidence, not to be modified."""
    return make_nlp()


@pytest.fixture(scope="module")
def expected(nlp):
    """The texts, each corrected on its own."""
    docs = [nlp(text) for text in TEXTS]
    assert corrector_of(nlp).loaded_evidence is not None
    assert sum(len(doc._.corrections) for doc in docs) > 15
    return docs


# With evidence, nothing but the text matters.


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_result_is_the_same_at_any_batch_size(nlp, expected, batch_size):
    check_same(nlp.pipe(TEXTS, batch_size=batch_size), expected)


def test_the_result_is_the_same_after_disk_and_bytes(nlp, expected, tmp_path):
    nlp.to_disk(tmp_path)
    assert {each.name for each in (tmp_path / "sdcl_corrector" / "evidence").iterdir()} == {
        NGRAMS_FILE,
        JUDGE_FILE,
    }
    check_same(spacy.load(tmp_path).pipe(TEXTS), expected)
    check_same(make_nlp().from_bytes(nlp.to_bytes()).pipe(TEXTS), expected)


def test_a_saved_pipeline_uses_its_own_evidence_alone(nlp, expected, tmp_path, monkeypatch):
    nlp.to_disk(tmp_path)
    monkeypatch.setattr("spacy_sdcl.evidence.sources.EMBEDDED_DIR", tmp_path / "nowhere")
    check_same(spacy.load(tmp_path).pipe(TEXTS), expected)


@pytest.mark.parametrize("tokenizer", ["jieba", "en", "whitespace"])
def test_the_result_is_the_same_with_any_tokenizer(expected, tokenizer):
    if tokenizer == "jieba":
        pytest.importorskip("jieba")
    other = make_nlp("en" if tokenizer == "en" else "zh")
    if tokenizer == "whitespace":
        other.tokenizer = make_whitespace_tokenizer(other)
    elif tokenizer == "jieba":
        config = {"nlp": {"tokenizer": {"segmenter": "jieba"}}}
        other.tokenizer = spacy.blank("zh", config=config).tokenizer
        other.tokenizer.vocab = other.vocab
    check_same(other.pipe(TEXTS), expected)


@pytest.mark.slow
def test_the_result_is_the_same_in_processes_that_are_started_afresh(nlp, expected):
    before = multiprocessing.get_start_method()
    try:
        multiprocessing.set_start_method("spawn", force=True)
        docs = list(nlp.pipe(TEXTS, n_process=2, batch_size=4))
    finally:
        multiprocessing.set_start_method(before, force=True)
    check_same(docs, expected)


def test_a_copy_sent_to_another_process_says_the_same(nlp):
    copy = pickle.loads(pickle.dumps(corrector_of(nlp)))
    assert predictions(copy) == predictions(corrector_of(nlp))


STRANGE = "我们门他她再在做作己已的地得😀𠮷𪚥丽車⺝〇々\n\r\t\u2028\u3000\x00\u200b éa1，。"


@settings(max_examples=40)
@given(texts=st.lists(st.one_of(st.text(alphabet=st.sampled_from(STRANGE)), st.text()), max_size=3))
def test_only_the_listed_chinese_characters_change(nlp, texts):
    for doc, text in zip(nlp.pipe(texts), texts, strict=True):
        result = doc._.corrected
        assert doc.text == text
        assert len(result) == len(text)
        differences = [
            (i, before, after)
            for i, (before, after) in enumerate(zip(text, result, strict=True))
            if before != after
        ]
        assert differences == read(doc)
        for _, before, after in differences:
            assert is_cjk(before)
            assert is_cjk(after)


def test_probabilities_are_probabilities(nlp):
    docs = [nlp.make_doc(text) for text in TEXTS]
    for decisions in corrector_of(nlp).explain(docs):
        for each in decisions:
            scores = [candidate.score for candidate in each.candidates]
            assert all(0 <= score <= 1 for score in [each.source_score, *scores])
            assert sum(scores) + each.source_score <= 1 + 1e-4


def test_a_long_text_is_weighed_in_bounded_memory(monkeypatch):
    nlp = make_nlp()
    nlp.tokenizer = make_whitespace_tokenizer(nlp)
    sizes = []
    gather = weighing.gather
    monkeypatch.setattr(
        weighing,
        "gather",
        lambda places, *rest, **kw: sizes.append(len(places.place)) or gather(places, *rest, **kw),
    )
    text = ("".join(TEXTS[-2:]) + " " + "123_not_Chinese," * 60 + " ") * 300
    assert len(text) > 300_000
    nlp("我")
    tracemalloc.start()
    try:
        doc = nlp(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(doc._.corrections) > 300
    assert max(each["start"] for each in doc._.corrections) > 300_000
    assert max(sizes) <= weighing.PLACES_AT_ONCE
    assert peak < 150 * 2**20


# Without evidence, the network decides alone.


def test_without_evidence_the_network_decides_alone():
    # As a Traditional text, one would be told of in other characters.
    corrector = corrector_of(make_nlp(evidence=None, variant="simplified"))
    assert corrector.loaded_evidence is None
    docs = make_docs(corrector)
    # Loads the network.
    assert 0 <= corrector.least_score <= 1
    readings = [corrector.control.read(doc) for doc in docs]
    alone = corrector.model.predict([reading.read for reading in readings])
    found = corrector.explain(docs)
    assert [[each.start for each in decisions] for decisions in found] == [
        [reading.visible.places[each.start] for each in each_text]
        for reading, each_text in zip(readings, alone, strict=True)
    ]
    assert sum(map(len, found)) > 5
    for decisions, each_text in zip(found, alone, strict=True):
        for decision, prediction in zip(decisions, each_text, strict=True):
            assert decision.candidates == prediction.candidates[: corrector.candidates]


def test_evidence_changes_what_is_found_and_its_thresholds(nlp):
    without = corrector_of(make_nlp(evidence=None))
    assert predictions(corrector_of(nlp)) != predictions(without)
    assert corrector_of(nlp).thresholds == Evidence.open(FOLDER).thresholds
    assert corrector_of(nlp).thresholds != without.thresholds


def test_evidence_that_is_switched_off_at_run_time_stays_off_after_saving(tmp_path):
    nlp = make_nlp()
    first = predictions(corrector_of(nlp))
    corrector_of(nlp).evidence = None
    off = predictions(corrector_of(nlp))
    assert off != first
    nlp.to_disk(tmp_path)
    assert not (tmp_path / "sdcl_corrector" / "evidence").exists()
    for again in (spacy.load(tmp_path), make_nlp().from_bytes(nlp.to_bytes())):
        assert corrector_of(again).evidence is None
        assert predictions(corrector_of(again)) == off
    corrector_of(nlp).evidence = "auto"
    assert predictions(corrector_of(nlp)) == first


def test_a_name_that_nothing_has_is_an_error_that_says_what_to_do(tmp_path):
    nlp = make_nlp(evidence="no_such_evidence")
    with pytest.raises(ValueError, match="No evidence 'no_such_evidence': give the name"):
        nlp("我门")
    with pytest.raises(ValueError, match="No evidence"):
        nlp.to_disk(tmp_path)
    with pytest.raises(ValueError, match="evidence"):
        corrector_of(nlp).evidence = ""
    corrector_of(nlp).evidence = MODEL
    assert nlp("我门今天去学笑。")._.corrected


def test_a_directory_may_be_named_and_need_not_be_there_later(nlp, expected, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "own")
    named = make_nlp(evidence=str(tmp_path / "own"))
    check_same(named.pipe(TEXTS), expected)
    named.to_disk(tmp_path / "saved")
    data = named.to_bytes()
    shutil.rmtree(tmp_path / "own")
    check_same(spacy.load(tmp_path / "saved").pipe(TEXTS), expected)
    check_same(make_nlp(evidence=str(tmp_path / "own")).from_bytes(data).pipe(TEXTS), expected)


# What is saved, and what is loaded.


def test_what_is_excluded_is_neither_saved_nor_loaded(nlp, tmp_path):
    corrector = corrector_of(nlp)
    corrector.to_disk(tmp_path / "whole")
    corrector.to_disk(tmp_path / "part", exclude=["evidence"])
    assert (tmp_path / "whole" / "evidence").is_dir()
    assert not (tmp_path / "part" / "evidence").exists()
    whole, part = corrector.to_bytes(), corrector.to_bytes(exclude=["evidence"])
    assert len(part) < len(whole) - 10_000_000
    for load, source in (("from_disk", tmp_path / "part"), ("from_bytes", part)):
        other = corrector_of(make_nlp())
        getattr(other, load)(source)
        assert other.loaded_evidence is None
    for load, source in (("from_disk", tmp_path / "whole"), ("from_bytes", whole)):
        other = corrector_of(make_nlp())
        own = other.loaded_evidence
        getattr(other, load)(source, exclude=["evidence"])
        assert other.loaded_evidence is own


def test_weights_saved_without_evidence_do_not_get_that_of_others(trained_dir, tmp_path):
    # The config names the embedded model, which has evidence; the weights are others.
    other = make_pipeline(trained_dir, threshold=THRESHOLD)
    corrector_of(other).model.initialize()
    assert corrector_of(other).loaded_evidence is None
    corrector_of(other).to_disk(tmp_path)
    data = corrector_of(other).to_bytes()
    for load, source in (("from_disk", tmp_path), ("from_bytes", data)):
        loaded = corrector_of(make_nlp())
        assert loaded.loaded_evidence is not None
        getattr(loaded, load)(source)
        assert loaded.evidence == "auto"
        assert loaded.loaded_evidence is None
        assert predictions(loaded) == predictions(corrector_of(other))


def test_evidence_from_an_earlier_saving_does_not_stay_beside_other_weights(nlp, tmp_path):
    corrector_of(nlp).to_disk(tmp_path)
    without = corrector_of(make_nlp(evidence=None))
    without.to_disk(tmp_path)
    loaded = corrector_of(make_nlp()).from_disk(tmp_path)
    assert loaded.loaded_evidence is None


def test_a_saved_pipeline_can_be_loaded_without_evidence_and_get_it_back(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    off = spacy.load(tmp_path, config={"components": {"sdcl_corrector": {"evidence": None}}})
    assert corrector_of(off).loaded_evidence is None
    path = tmp_path / "sdcl_corrector" / "evidence" / JUDGE_FILE
    corrector_of(off).evidence = "auto"
    own = corrector_of(off).loaded_evidence
    assert own is not None
    # It is that of the pipeline, not of the model that its config names.
    evidence = Evidence.open(path.parent)
    evidence.about["mark"] = "own"
    evidence.save(path.parent)
    marked = spacy.load(tmp_path, config={"components": {"sdcl_corrector": {"evidence": None}}})
    corrector_of(marked).evidence = "auto"
    assert corrector_of(marked).loaded_evidence.about["mark"] == "own"


def test_other_evidence_can_be_named_when_a_saved_pipeline_is_loaded(nlp, tmp_path):
    evidence = Evidence.open(FOLDER)
    evidence.about["mark"] = "other"
    evidence.save(tmp_path / "other")
    nlp.to_disk(tmp_path / "saved")
    config = {"components": {"sdcl_corrector": {"evidence": str(tmp_path / "other")}}}
    loaded = spacy.load(tmp_path / "saved", config=config)
    assert corrector_of(loaded).loaded_evidence.about["mark"] == "other"
    # What the setting names must be there, also beside weights that were saved without evidence.
    corrector_of(nlp).to_disk(tmp_path / "saved" / "sdcl_corrector", exclude=["evidence"])
    shutil.rmtree(tmp_path / "saved" / "sdcl_corrector" / "evidence")
    loaded = spacy.load(tmp_path / "saved", config=config)
    assert corrector_of(loaded).loaded_evidence.about["mark"] == "other"
