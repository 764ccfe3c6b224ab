"""Docs with corrections for the tests, and all that the getters say of them."""

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from tiny import make_whitespace_tokenizer

from spacy_sdcl.annotations.spans import set_corrections
from spacy_sdcl.types import Candidate, CharCorrection

SOURCE = "我今天很高行，他门也是。"
TARGET = "我今天很高兴，他们也是。"
CORRECTIONS = [CharCorrection(5, "兴", 0.75), CharCorrection(8, "们", 0.5)]
# With candidates, an error that is only flagged, and a phrase of the user's own.
RICH_CORRECTIONS = [
    CharCorrection(5, "兴", 0.75, (Candidate("兴", 0.75), Candidate("行", 0.125))),
    CharCorrection(7, "他", 0.25, (Candidate("她", 0.5),)),
    CharCorrection(8, "们", 1.0, (), "confusions"),
]


def make_nlp(tokenizer):
    if tokenizer == "jieba":
        pytest.importorskip("jieba")
        return spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    if tokenizer == "char":
        return spacy.blank("zh")
    nlp = spacy.blank("xx")
    if tokenizer == "whitespace":
        nlp.tokenizer = make_whitespace_tokenizer(nlp)
    return nlp


def make_doc(tokenizer="char", corrections=CORRECTIONS):
    doc = make_nlp(tokenizer).make_doc(SOURCE)
    set_corrections(doc, corrections)
    return doc


def read_all(doc):
    """Everything that the getters say of a Doc, in plain values."""
    return {
        "corrected": doc._.corrected,
        "corrections": doc._.corrections,
        "errors": [
            (each.start, each.end, each.label_, each._.correction, each._.correction_score)
            for each in doc._.errors
        ],
        "tokens": [(token._.is_error, token._.correction) for token in doc],
    }


def check(doc, corrections):
    """Every getter names the characters that the corrections do, on the tokens that there are."""
    text = doc.text
    target = list(text)
    for each in corrections:
        target[each["start"]] = each["target"]
    target = "".join(target)
    assert doc._.corrections == corrections
    assert doc._.corrected == target
    wrong = {each["start"] for each in corrections}
    holding = [t for t in doc if wrong.intersection(range(t.idx, t.idx + len(t)))]
    assert [token for token in doc if token._.is_error] == holding
    assert "".join(token._.correction + token.whitespace_ for token in doc) == target
    errors = doc._.errors
    assert [(each.start, each.end) for each in errors] == [(t.i, t.i + 1) for t in holding]
    for error, token in zip(errors, holding, strict=True):
        assert error.label_ == error._.correction == error._.corrected == token._.correction
        assert (error.start_char, error.end_char) == (token.idx, token.idx + len(token))
        inside = [
            each["score"] for each in corrections if 0 <= each["start"] - token.idx < len(token)
        ]
        assert error._.correction_score == pytest.approx(min(inside))
        assert doc[token.i : token.i + 1]._.correction == error.label_
    group = doc.spans["sdcl"]
    assert list(group) == list(errors)
    assert len(group.attrs.get("scores", errors)) == len(errors)
    for span in (doc[i:j] for i in range(0, len(doc), 2) for j in range(i, len(doc) + 1, 3)):
        assert span._.corrected == target[span.start_char : span.end_char]


# All ways in which a Doc becomes another.
STORES = {
    "bytes": lambda doc: Doc(Vocab()).from_bytes(doc.to_bytes()),
    "docbin": lambda doc: next(
        DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(Vocab())
    ),
    "copy": lambda doc: doc.copy(),
    "copies": lambda doc: doc.copy().copy(),
    "joined": lambda doc: Doc.from_docs([doc], ensure_whitespace=False),
    "nothing": lambda doc: doc,
}
