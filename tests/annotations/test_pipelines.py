"""Components after the corrector may merge and split tokens."""

import pytest
import spacy
from marked import read_all
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from tiny import PAIRS, make_loaded

# (text, what stays one token, the corrections)
BEIJING = "我在北京，今天很高行。"
THEY = "他门来了，我今天很高行。"


def add_merging(nlp, *phrases):
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "WORD", "pattern": phrase} for phrase in phrases])
    nlp.add_pipe("merge_entities")
    return nlp


def named(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


@pytest.fixture(scope="module")
def embedded():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    return nlp


@pytest.fixture(scope="module")
def merging():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    return add_merging(nlp, "北京")


@pytest.mark.embedded
def test_an_entity_that_is_merged_before_an_error(merging):
    doc = merging(BEIJING)
    assert "北京" in [token.text for token in doc]
    assert [(error.text, error._.correction) for error in doc._.errors] == [("行", "兴")]
    assert named(doc) == [(9, "行", "兴")]
    assert doc._.corrected == "我在北京，今天很高兴。"
    assert [token.text for token in doc if token._.is_error] == ["行"]


@pytest.mark.embedded
def test_tokens_that_are_merged_by_hand(embedded):
    doc = embedded(THEY)
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
    assert named(doc) == [(1, "门", "们"), (10, "行", "兴")]
    assert [(error.text, error._.correction) for error in doc._.errors] == [
        ("他门", "他们"),
        ("行", "兴"),
    ]


@pytest.mark.embedded
def test_two_errors_that_are_merged_in_one_block(embedded):
    doc = embedded(THEY)
    corrections = doc._.corrections
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
        retokenizer.merge(doc[9:11])
    assert [(error.text, error._.correction) for error in doc._.errors] == [
        ("他门", "他们"),
        ("高行", "高兴"),
    ]
    assert doc._.corrections == corrections
    stored = Doc(Vocab()).from_bytes(doc.to_bytes())
    (binned,) = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(Vocab())
    for each in (stored, binned, doc.copy()):
        assert read_all(each) == read_all(doc)
        with each.retokenize() as retokenizer:
            retokenizer.split(each[0], ["他", "门"], [each[0], each[0]])
        assert each._.corrections == corrections
        assert [error.text for error in each._.errors] == ["门", "高行"]


def test_merging_changes_nothing_that_is_said_of_a_text(trained_dir):
    texts = [pair.source for pair in PAIRS]
    expected = [doc._.corrections for doc in make_loaded(trained_dir).pipe(texts)]
    nlp = add_merging(make_loaded(trained_dir), "他门", "高行", "北京", "学笑学习", "我今天")
    for n_process in (1, 2):
        docs = list(nlp.pipe(texts, n_process=n_process))
        assert max(len(token) for doc in docs for token in doc) > 2
        assert [doc._.corrections for doc in docs] == expected
        assert [doc._.corrected for doc in docs] == [pair.target for pair in PAIRS]
        assert [doc.copy()._.corrections for doc in docs] == expected
        for doc in docs:
            assert all(error._.correction == error._.corrected for error in doc._.errors)


def test_a_second_corrector_reads_merged_tokens(trained_dir):
    nlp = add_merging(make_loaded(trained_dir), "他门", "高行。")
    second = make_loaded(trained_dir)
    for text in (pair.source for pair in PAIRS):
        corrections = second(text)._.corrections
        doc = second.get_pipe("sdcl_corrector")(nlp(text))
        assert doc._.corrections == corrections
        with doc.retokenize() as retokenizer:
            retokenizer.merge(doc[:])
        assert doc._.corrections == corrections
