"""Corrections survive bytes, files and copies, those that version 0.1.0 has written too."""

from pathlib import Path

import pytest
import spacy
import srsly
from marked import TARGET, read_all
from spacy.tokens import Doc, DocBin
from spacy.training import Corpus
from spacy.vocab import Vocab

from spacy_sdcl.annotations.spans import set_corrections

# A Doc with candidates, a gold one, one of words, and one whose first two tokens were merged.
OLD = Path(__file__).parents[1] / "data_files" / "docs_0_1_0.spacy"


def test_the_details_are_plain_values_that_survive_bytes_docbin_and_copies(rich_doc):
    expected = read_all(rich_doc)
    srsly.json_dumps(rich_doc.spans["sdcl"].attrs["details"])
    assert read_all(Doc(Vocab()).from_bytes(rich_doc.to_bytes())) == expected
    (restored,) = DocBin().from_bytes(DocBin(docs=[rich_doc]).to_bytes()).get_docs(Vocab())
    assert read_all(restored) == expected
    assert read_all(rich_doc.copy()) == expected


def test_everything_survives_bytes_with_another_vocabulary(doc):
    restored = Doc(Vocab()).from_bytes(doc.to_bytes())
    assert read_all(restored) == read_all(doc)


def test_everything_survives_a_docbin_with_another_vocabulary(doc):
    clean = spacy.blank("zh").make_doc("没有错。")
    set_corrections(clean, [])
    data = DocBin(docs=[doc, clean]).to_bytes()
    restored, restored_clean = DocBin().from_bytes(data).get_docs(Vocab())
    assert read_all(restored) == read_all(doc)
    assert "sdcl" in restored_clean.spans
    assert read_all(restored_clean) == read_all(clean)


def test_everything_survives_a_copy_which_is_independent(doc):
    copy = doc.copy()
    assert read_all(copy) == read_all(doc)
    set_corrections(copy, [])
    assert doc._.corrected == TARGET


def test_docs_that_version_0_1_0_has_stored_read_as_they_did():
    rich, gold, words, _ = DocBin().from_disk(OLD).get_docs(Vocab())
    assert [tuple(each.values()) for each in rich._.corrections] == [
        (
            5,
            6,
            "行",
            "兴",
            0.75,
            [{"target": "兴", "score": 0.75}, {"target": "行", "score": 0.125}],
            "model",
        ),
        (7, 8, "他", "他", 0.25, [{"target": "她", "score": 0.5}], "model"),
        (8, 9, "门", "们", 1.0, [], "confusions"),
    ]
    assert gold._.corrected == "他们来了。"
    assert [each["score"] for each in gold._.corrections] == [1.0]
    assert words._.corrected == "他们也来啦"
    assert [(each.text, each._.correction, each._.correction_score) for each in words._.errors] == [
        ("他门", "他们", 0.5),
        ("了", "啦", 0.75),
    ]


def test_docs_that_version_0_1_0_has_stored_after_merging_read_right():
    doc = list(DocBin().from_disk(OLD).get_docs(Vocab()))[3]
    assert doc[0].text == "他门"
    assert doc._.corrected == "他们来了，我今天很高兴。"
    assert [(each.text, each.label_) for each in doc._.errors] == [("他门", "他们")]
    assert [token.i for token in doc if token._.is_error] == [0]
    assert read_all(doc.copy()) == read_all(doc)


def test_docs_that_version_0_1_0_has_stored_may_be_merged_copied_and_stored_again():
    for doc in DocBin().from_disk(OLD).get_docs(Vocab()):
        corrections = doc._.corrections
        with doc.retokenize() as retokenizer:
            retokenizer.merge(doc[0:3])
        assert doc._.corrections == corrections
        assert doc.copy()._.corrections == corrections
        (stored,) = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(Vocab())
        assert stored._.corrections == corrections


def test_spacys_corpus_reads_docs_that_version_0_1_0_has_stored():
    golds = [example.reference._.corrected for example in Corpus(OLD)(spacy.blank("zh"))]
    assert golds[1] == "他们来了。"


def test_what_is_stored_is_plain(rich_doc):
    srsly.json_dumps(list(rich_doc.user_data.values()))
    for stored in (rich_doc.to_bytes(), DocBin(docs=[rich_doc], store_user_data=True).to_bytes()):
        assert isinstance(stored, bytes)


@pytest.mark.parametrize("exclude", [["user_data"], ["user_data_values"], []])
def test_user_data_may_be_left_out(rich_doc, exclude):
    exclude = [*exclude, "user_data_keys"] if "user_data_values" in exclude else exclude
    restored = Doc(Vocab()).from_bytes(rich_doc.to_bytes(exclude=exclude))
    assert read_all(restored) == read_all(rich_doc)
