"""The setting `evidence` of the component: the same result in all ways, with evidence and without."""

import multiprocessing
import pickle
import tracemalloc

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import make_whitespace_tokenizer
from weighed import (
    FOLDER,
    MODEL,
    TEXTS,
    check_same,
    corrector_of,
    make_docs,
    make_nlp,
    predictions,
    read,
)

from spacy_sdcl.evidence import weighing
from spacy_sdcl.evidence.bundle import JUDGE_FILE, NGRAMS_FILE, Evidence
from spacy_sdcl.language.characters import is_cjk

# With evidence, nothing but the text matters.


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_result_is_the_same_at_any_batch_size(weighing_nlp, weighed_docs, batch_size):
    check_same(weighing_nlp.pipe(TEXTS, batch_size=batch_size), weighed_docs)


def test_the_result_is_the_same_after_disk_and_bytes(weighing_nlp, weighed_docs, tmp_path):
    weighing_nlp.to_disk(tmp_path)
    assert {each.name for each in (tmp_path / "sdcl_corrector" / "evidence").iterdir()} == {
        NGRAMS_FILE,
        JUDGE_FILE,
    }
    check_same(spacy.load(tmp_path).pipe(TEXTS), weighed_docs)
    check_same(make_nlp().from_bytes(weighing_nlp.to_bytes()).pipe(TEXTS), weighed_docs)


@pytest.mark.parametrize("tokenizer", ["jieba", "en", "whitespace"])
def test_the_result_is_the_same_with_any_tokenizer(weighed_docs, tokenizer):
    if tokenizer == "jieba":
        pytest.importorskip("jieba")
    other = make_nlp("en" if tokenizer == "en" else "zh")
    if tokenizer == "whitespace":
        other.tokenizer = make_whitespace_tokenizer(other)
    elif tokenizer == "jieba":
        config = {"nlp": {"tokenizer": {"segmenter": "jieba"}}}
        other.tokenizer = spacy.blank("zh", config=config).tokenizer
        other.tokenizer.vocab = other.vocab
    check_same(other.pipe(TEXTS), weighed_docs)


@pytest.mark.slow
def test_the_result_is_the_same_in_processes_that_are_started_afresh(weighing_nlp, weighed_docs):
    before = multiprocessing.get_start_method()
    try:
        multiprocessing.set_start_method("spawn", force=True)
        docs = list(weighing_nlp.pipe(TEXTS, n_process=2, batch_size=4))
    finally:
        multiprocessing.set_start_method(before, force=True)
    check_same(docs, weighed_docs)


def test_a_copy_sent_to_another_process_says_the_same(weighing_nlp):
    copy = pickle.loads(pickle.dumps(corrector_of(weighing_nlp)))
    assert predictions(copy) == predictions(corrector_of(weighing_nlp))


STRANGE = "我们门他她再在做作己已的地得😀𠮷𪚥丽車⺝〇々\n\r\t\u2028\u3000\x00\u200b éa1，。"


@settings(max_examples=40)
@given(texts=st.lists(st.one_of(st.text(alphabet=st.sampled_from(STRANGE)), st.text()), max_size=3))
def test_only_the_listed_chinese_characters_change(weighing_nlp, texts):
    for doc, text in zip(weighing_nlp.pipe(texts), texts, strict=True):
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


def test_probabilities_are_probabilities(weighing_nlp):
    docs = [weighing_nlp.make_doc(text) for text in TEXTS]
    for decisions in corrector_of(weighing_nlp).explain(docs):
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


def test_evidence_changes_what_is_found_and_its_thresholds(weighing_nlp):
    without = corrector_of(make_nlp(evidence=None))
    assert predictions(corrector_of(weighing_nlp)) != predictions(without)
    assert corrector_of(weighing_nlp).thresholds == Evidence.open(FOLDER).thresholds
    assert corrector_of(weighing_nlp).thresholds != without.thresholds


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


def test_only_what_must_stay_as_it_is_is_left_out_of_the_second_reading(monkeypatch):
    nlp = make_nlp(protect={"phrases": ["高兴"]})
    seen, weigh = [], weighing.weigh_in_parts

    def watch(evidence, texts, read_with, *, held, **settings):
        seen.extend(held)
        return weigh(evidence, texts, read_with, held=held, **settings)

    monkeypatch.setattr(weighing, "weigh_in_parts", watch)
    nlp("他有三个苹果，很高兴。")
    # 三 may become no other numeral, but it may be a misspelt character; 高兴 is protected.
    assert seen == [{8, 9}]
