"""Whatever tokens are merged and split, in any order, stored or not between."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import STORES, check
from spacy.tokens import Doc

from spacy_sdcl.annotations.spans import set_corrections
from spacy_sdcl.types import Candidate, CharCorrection

NLP = spacy.blank("zh")
WORDS = st.lists(
    st.tuples(st.text("我门他行高a\n😀𠮷，", min_size=1, max_size=4), st.booleans()),
    min_size=1,
    max_size=8,
)


@st.composite
def corrected_docs(draw):
    words, spaces = zip(*draw(WORDS), strict=True)
    doc = Doc(NLP.vocab, words=list(words), spaces=list(spaces))
    corrections = []
    for token in doc:
        for i, char in enumerate(token.text):
            target = draw(st.sampled_from(["", "", "们", "兴", char]))
            if target:
                score = draw(st.sampled_from([1.0, 0.9, 0.3]))
                others = draw(st.sampled_from([(), (Candidate("们", 0.9), Candidate("门", 0.1))]))
                origin = draw(st.sampled_from(["model", "confusions"]))
                corrections.append(CharCorrection(token.idx + i, target, score, others, origin))
    set_corrections(doc, corrections)
    return doc


def retokenize(draw, doc):
    """Merge and split at random, in one block; what is merged is not split."""
    with doc.retokenize() as retokenizer:
        at = 0
        while at < len(doc):
            what = draw(st.sampled_from(["keep", "merge", "split"]))
            length = 1
            if what == "merge":
                length = draw(st.integers(1, min(4, len(doc) - at)))
                if length > 1:
                    retokenizer.merge(doc[at : at + length])
            elif what == "split" and len(doc[at]) > 1:
                cut = draw(st.integers(1, len(doc[at]) - 1))
                words = [doc[at].text[:cut], doc[at].text[cut:]]
                retokenizer.split(doc[at], words, [(doc[at], 0), (doc[at], 1)])
            at += length


@settings(max_examples=60)
@given(data=st.data(), doc=corrected_docs())
def test_any_merges_and_splits_leave_every_correction_where_it_is(data, doc):
    corrections = doc._.corrections
    check(doc, corrections)
    for _ in range(data.draw(st.integers(1, 4))):
        retokenize(data.draw, doc)
        doc = STORES[data.draw(st.sampled_from(sorted(STORES)))](doc)
        if data.draw(st.booleans()):
            check(doc, corrections)
    check(doc, corrections)
    check(doc.copy(), corrections)
