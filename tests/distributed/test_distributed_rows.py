"""Rows of a column: batches of characters, and errors that stay where they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from spacy_sdcl.distributed.rows import batches, correct_values, length_of

TEXTS = st.lists(st.text(alphabet="我门a\n", max_size=12) | st.none(), max_size=20)


@given(TEXTS, st.integers(1, 30))
def test_batches_are_bounded_by_characters_and_lose_nothing(values, characters):
    found = list(batches(values, characters))
    assert [value for batch in found for value in batch] == values
    for batch in found:
        assert len(batch) == 1 or sum(length_of(value) + 1 for value in batch) <= characters


@given(st.lists(st.just(""), min_size=50, max_size=60))
def test_empty_rows_fill_a_batch_too(values):
    assert max(map(len, batches(values, 10))) == 10


def test_rows_are_pulled_when_they_are_needed():
    rows = iter(["我" * 9] * 5)
    next(batches(rows, 10))
    assert len(list(rows)) == 3


def test_a_batch_of_no_characters_is_refused():
    with pytest.raises(ValueError, match="at least 1 character"):
        list(batches(["我"], 0))


@pytest.mark.parametrize("characters", [1, 20, 10_000])
def test_texts_are_corrected_as_by_the_pipeline(trained_nlp, characters):
    texts = ["我今天很高行。", "", "他门明天去北京。", "老师说得很对。"] * 3
    done = correct_values(trained_nlp, texts, characters=characters)
    docs = list(trained_nlp.pipe(texts))
    assert [each.corrected for each in done] == [doc._.corrected for doc in docs]
    for each, doc in zip(done, docs, strict=True):
        places = [(one["start"], one["source"], one["target"]) for one in each.corrections]
        assert places == [(one["start"], one["source"], one["target"]) for one in doc._.corrections]


def test_what_is_missing_stays_missing_and_what_is_no_text_is_an_error(trained_nlp):
    done = correct_values(trained_nlp, [None, 3, "他门明天去北京。"])
    assert done[0] == (None, [], None)
    assert done[1] == (None, [], "no text, but int")
    assert done[2].corrected == "他们明天去北京。"


@pytest.fixture
def failing_nlp(trained_nlp):
    @Language.component("fails_at_a_mark")
    def fail(doc):
        if "☠" in doc.text:
            raise RuntimeError("a mark")
        return doc

    trained_nlp.add_pipe("fails_at_a_mark")
    return trained_nlp


def test_an_error_in_one_row_stays_with_it(failing_nlp):
    done = correct_values(failing_nlp, ["我今天很高行。", "他门☠", None, "他门明天去北京。"])
    assert [each.corrected for each in done] == [
        "我今天很高兴。",
        "他门☠",
        None,
        "他们明天去北京。",
    ]
    assert [each.error for each in done] == [None, "RuntimeError: a mark", None, None]
    assert done[1].corrections == []
