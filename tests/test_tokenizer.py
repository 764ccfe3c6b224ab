"""The tokenizer of characters cuts as spaCy's own does, in time that grows with the text."""

import time

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.loading import blank_pipeline

SPACES = st.text(alphabet=st.sampled_from("我们ab  \n\t\u3000\x1c\u2028😀"))


@pytest.fixture(scope="module")
def pipelines():
    return spacy.blank("zh"), blank_pipeline()


@given(text=st.one_of(SPACES, st.text()))
def test_it_cuts_as_spacys_chinese_tokenizer_does(pipelines, text):
    theirs, ours = (nlp.make_doc(text) for nlp in pipelines)
    assert ours.text == text
    assert [(token.text, token.whitespace_) for token in ours] == [
        (token.text, token.whitespace_) for token in theirs
    ]


def test_it_survives_saving_and_bytes(pipelines, tmp_path):
    _, nlp = pipelines
    nlp.to_disk(tmp_path)
    text = "我们 abc\n 好"
    expected = [token.text for token in nlp(text)]
    assert [token.text for token in spacy.load(tmp_path)(text)] == expected
    assert [token.text for token in blank_pipeline().from_bytes(nlp.to_bytes())(text)] == expected


def test_ten_times_the_text_takes_about_ten_times_as_long(pipelines):
    _, nlp = pipelines
    text = "我们今天去学校。" * 4000

    def seconds(times):
        start = time.perf_counter()
        nlp.make_doc(text * times)
        return time.perf_counter() - start

    ratios = [seconds(10) / seconds(1) for _ in range(3)]
    # The square would be a hundred times.
    assert min(ratios) < 40
