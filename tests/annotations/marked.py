"""Docs with corrections for the tests, and all that the getters say of them."""

import pytest
import spacy
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
