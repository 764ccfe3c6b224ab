"""What cannot be seen in a text hides no error and makes none, and stays where it is."""

import pytest
from agreement import check_same, read
from awkward import CONTROL, TEXTS, UNSEEN
from hypothesis import given
from hypothesis import strategies as st
from tiny import PAIRS, make_loaded, make_tokenizing, make_whitespace_tokenizer

from spacy_sdcl.language.invisible import see, visible_text
from spacy_sdcl.model.architecture import get_network


def check_seen(doc, seen):
    """A Doc is corrected as the one of the same text without what cannot be seen."""
    places = see(doc.text).places
    assert visible_text(doc._.corrected) == seen._.corrected
    assert read(doc) == [(places[start], *characters) for start, *characters in read(seen)]
    for one, other in zip(doc._.corrections, seen._.corrections, strict=True):
        assert one["candidates"] == other["candidates"]
        assert one["origin"] == other["origin"]


def check_all(nlp, examples, count):
    @examples(count)
    @given(text=TEXTS)
    def check(text):
        check_seen(nlp(text), nlp(visible_text(text)))

    check()


def test_a_text_is_corrected_as_without_what_cannot_be_seen(eager_nlp, examples):
    check_all(eager_nlp, examples, 120)


def test_with_all_settings_a_text_is_corrected_as_without_what_cannot_be_seen(model_name, examples):
    # What is protected by its token depends on the tokenizer.
    protect = {**CONTROL["protect"], "tokens": []}
    check_all(make_loaded(model_name, **{**CONTROL, "protect": protect}), examples, 100)


@pytest.mark.parametrize("tokenizer", ["char", "jieba"])
def test_with_any_tokenizer_an_error_shows_between_any_such_characters(model_name, tokenizer):
    nlp = make_tokenizing(model_name, tokenizer)
    nlp.get_pipe("sdcl_corrector").threshold = 0.5
    for unseen in (*UNSEEN, UNSEEN):
        doc = nlp(f"我今天很高{unseen}行。")
        assert doc._.corrected == f"我今天很高{unseen}兴。"
        assert read(doc) == [(5 + len(unseen), "行", "兴")]


def test_a_long_text_full_of_them_is_cut_as_without_them(trained_nlp):
    window = get_network(trained_nlp.get_pipe("sdcl_corrector").model).window
    trained_nlp.tokenizer = make_whitespace_tokenizer(trained_nlp)
    seen = "".join(pair.source for pair in PAIRS) * (window // 8)
    doc = trained_nlp(UNSEEN[:3].join(seen))
    assert len(read(doc)) > 4
    check_seen(doc, trained_nlp(seen))


@pytest.mark.parametrize("unseen", ["\xad", "\u200b" * 100])
def test_the_result_is_the_same_in_a_batch(eager_nlp, unseen):
    texts = [unseen.join(f"{unseen}{pair.source}{unseen}") for pair in PAIRS]
    check_same(eager_nlp.pipe(texts), [eager_nlp(text) for text in texts])


def test_explain_names_the_places_of_the_text_as_it_is_written(eager_nlp, examples):
    @examples(40)
    @given(text=TEXTS, unseen=st.sampled_from(UNSEEN))
    def check(text, unseen):
        text += f"他{unseen}门"
        [decisions] = eager_nlp.get_pipe("sdcl_corrector").explain([eager_nlp.make_doc(text)])
        assert [text[each.start] for each in decisions] == [each.source for each in decisions]
        assert decisions == sorted(decisions)

    check()
