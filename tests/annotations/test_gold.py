"""Docs with gold corrections, which training and scoring read."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from marked import SOURCE, TARGET
from spacy.tokens import DocBin
from spacy.training import Corpus, Example

from spacy_sdcl.annotations.spans import make_gold_doc
from spacy_sdcl.types import Pair

NLP = spacy.blank("zh")


def test_a_gold_doc_has_no_details_to_carry():
    attrs = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET)).spans["sdcl"].attrs
    assert set(attrs) == {"scores"}


def test_a_gold_doc_has_the_misspelt_text_and_its_corrections():
    doc = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET))
    assert doc.text == SOURCE
    assert doc._.corrected == TARGET
    assert [each["score"] for each in doc._.corrections] == [1.0, 1.0]


def test_a_gold_doc_without_errors_is_annotated_all_the_same():
    doc = make_gold_doc(spacy.blank("zh"), Pair(TARGET, TARGET))
    assert "sdcl" in doc.spans
    assert doc._.corrected == TARGET


def test_a_gold_pair_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match="same length, not 2 and 3"):
        make_gold_doc(spacy.blank("zh"), Pair("我门", "我们的"))


@given(
    pair=st.lists(
        st.tuples(st.sampled_from("我门 a\n😀𠮷，"), st.sampled_from("我们你𠮷")), max_size=30
    )
)
def test_a_gold_doc_of_any_pair_gives_back_its_target(pair):
    source = "".join(wrong for wrong, _ in pair)
    # Spaces stay, as in any pair of texts of the field.
    target = "".join(wrong if wrong.isspace() else right for wrong, right in pair)
    doc = make_gold_doc(NLP, Pair(source, target))
    assert (doc.text, doc._.corrected) == (source, target)
    assert "".join(t._.correction + t.whitespace_ for t in doc) == target
    assert [each["start"] for each in doc._.corrections] == [
        i for i, (a, b) in enumerate(zip(source, target, strict=True)) if a != b
    ]


def test_spacys_corpus_reads_gold_docs_from_a_docbin(tmp_path):
    doc = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET))
    DocBin(docs=[doc]).to_disk(tmp_path / "train.spacy")
    (example,) = Corpus(tmp_path / "train.spacy")(spacy.blank("zh"))
    assert isinstance(example, Example)
    assert example.reference._.corrected == TARGET
    assert example.predicted.text == SOURCE
    assert example.predicted._.corrected == SOURCE
