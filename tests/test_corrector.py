"""A corrector at work: what it predicts and writes, and what becomes of errors."""

import pytest
from corrected import SOURCES, TARGETS, corrected, network_of
from tiny import make_loaded

from spacy_sdcl.types import CharCorrection


def test_a_trained_corrector_corrects_and_leaves_correct_text_alone(trained_nlp):
    assert corrected(trained_nlp) == TARGETS
    doc = trained_nlp(SOURCES[2])
    assert [(span.text, span.label_) for span in doc.spans["sdcl"]] == [("门", "们"), ("笑", "校")]
    assert all(0.5 <= each["score"] <= 1 for each in doc._.corrections)
    assert "sdcl" in trained_nlp(SOURCES[-1]).spans


@pytest.mark.parametrize("text", ["", " ", "\n\n", "no Chinese at all", "😀"])
def test_text_without_chinese_is_left_as_it_is(trained_nlp, text):
    assert trained_nlp(text)._.corrected == text
    assert [doc._.corrected for doc in trained_nlp.pipe([text, SOURCES[0]])] == [text, TARGETS[0]]


def test_predict_does_not_modify_the_docs(trained_nlp):
    docs = [trained_nlp.make_doc(text) for text in SOURCES]
    found = trained_nlp.get_pipe("sdcl_corrector").predict(docs)
    assert [len(each) for each in found] == [1, 1, 2, 1, 0, 0]
    assert all("sdcl" not in doc.spans for doc in docs)


def test_set_annotations_writes_what_it_is_given(untrained_nlp):
    docs = [untrained_nlp.make_doc(text) for text in ("我门", "你")]
    corrector = untrained_nlp.get_pipe("sdcl_corrector")
    corrector.set_annotations(docs, [[CharCorrection(1, "们", 0.25)], []])
    assert [doc._.corrected for doc in docs] == ["我们", "你"]
    assert docs[0]._.corrections[0]["score"] == 0.25


def test_the_threshold_keeps_what_reaches_it(trained_dir):
    nlp = make_loaded(trained_dir, threshold=0.0)
    corrector = nlp.get_pipe("sdcl_corrector")
    doc = nlp(SOURCES[2])
    first, second = (each["score"] for each in doc._.corrections)
    assert first != second
    corrector.threshold = max(first, second)
    assert len(nlp(SOURCES[2])._.corrections) == 1
    corrector.threshold = 1.0
    assert nlp(SOURCES[2])._.corrections == []


def test_a_setting_is_the_threshold_that_the_weights_have_for_it(trained_dir):
    nlp = make_loaded(trained_dir, threshold="recall")
    network_of(nlp).thresholds.update(careful=1.0, recall=0.5)
    assert corrected(nlp) == TARGETS
    restored = make_loaded(trained_dir).from_bytes(nlp.to_bytes())
    assert corrected(restored) == SOURCES
    nlp.get_pipe("sdcl_corrector").threshold = "careful"
    assert corrected(nlp) == SOURCES


def test_without_a_threshold_that_of_the_weights_holds(trained_nlp):
    network_of(trained_nlp).thresholds["careful"] = 1.0
    assert corrected(trained_nlp) == SOURCES
    network_of(trained_nlp).thresholds["careful"] = 0.5
    assert corrected(trained_nlp) == TARGETS


# Errors


class BrokenText(RuntimeError):
    pass


@pytest.fixture
def fragile_nlp(trained_nlp, monkeypatch):
    """A pipeline whose corrector fails at any text with a certain character."""
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    predict = corrector.predict

    def fail_at_one(docs):
        if any("坏" in doc.text for doc in docs):
            raise BrokenText
        return predict(docs)

    monkeypatch.setattr(corrector, "predict", fail_at_one)
    return trained_nlp


@pytest.mark.parametrize("batch_size", [1, 2, 7, 100])
def test_an_error_in_one_text_reaches_the_handler_for_that_text_alone(fragile_nlp, batch_size):
    failed = []
    fragile_nlp.set_error_handler(
        lambda name, component, docs, error: failed.append(
            (name, component, [doc.text for doc in docs], type(error))
        )
    )
    corrector = fragile_nlp.get_pipe("sdcl_corrector")
    texts = [SOURCES[0], "坏", SOURCES[1], SOURCES[2], "坏了", "", SOURCES[3]]
    docs = list(fragile_nlp.pipe(texts, batch_size=batch_size))
    assert [doc._.corrected for doc in docs] == [*TARGETS[:3], "", TARGETS[3]]
    assert failed == [("sdcl_corrector", corrector, [text], BrokenText) for text in ("坏", "坏了")]


def test_an_error_in_writing_one_text_keeps_the_others(trained_nlp, monkeypatch):
    failed = []
    trained_nlp.set_error_handler(lambda name, component, docs, error: failed.extend(docs))
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    set_annotations = corrector.set_annotations

    def fail_at_one(docs, scores):
        if any(doc.text == SOURCES[1] for doc in docs):
            raise BrokenText
        set_annotations(docs, scores)

    monkeypatch.setattr(corrector, "set_annotations", fail_at_one)
    docs = list(trained_nlp.pipe(SOURCES))
    assert [doc._.corrected for doc in docs] == [TARGETS[0], *TARGETS[2:]]
    assert [doc.text for doc in failed] == [SOURCES[1]]


def test_without_a_handler_the_error_is_raised(fragile_nlp):
    with pytest.raises(BrokenText):
        list(fragile_nlp.pipe([SOURCES[0], "坏"]))
    with pytest.raises(BrokenText):
        fragile_nlp("坏")
