"""The texts differ exactly at the listed corrections, each one Chinese character for another."""

from agreement import read
from awkward import ALL_CHARACTERS, TEXTS, TEXTS_OF_ONE_BATCH
from hypothesis import given

from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.language.invisible import see, visible_text
from spacy_sdcl.language.writing import is_traditional
from spacy_sdcl.model.architecture import get_network


def differences(text, result):
    return [
        (i, before, after)
        for i, (before, after) in enumerate(zip(text, result, strict=True))
        if before != after
    ]


def network_candidates(nlp):
    vocabulary = get_network(nlp.get_pipe("sdcl_corrector").model).vocabulary
    return {vocabulary.tokens[i] for i in vocabulary.candidates}


def test_only_the_listed_chinese_characters_change(eager_nlp, examples):
    candidates = network_candidates(eager_nlp)

    @examples(150)
    @given(text=TEXTS)
    def check(text):
        doc = eager_nlp(text)
        result = doc._.corrected
        assert doc.text == text
        assert len(result) == len(text)
        assert differences(text, result) == read(doc)
        for _, before, after in read(doc):
            assert is_cjk(before)
            assert is_cjk(after)
            # Traditional ones are converted, and back.
            assert {before, after} <= candidates or is_traditional(visible_text(text))
        for each in doc._.corrections:
            assert each["end"] == each["start"] + 1
            assert 0 <= each["score"] <= 1
        assert "".join(token._.correction + token.whitespace_ for token in doc) == result
        check_tokens(doc)

    check()


def check_tokens(doc):
    starts = {start for start, *_ in read(doc)}
    for token in doc:
        assert token._.is_error == any(
            i in starts for i in range(token.idx, token.idx + len(token))
        )


def test_the_eager_pipeline_changes_much(eager_nlp, model_name):
    # Or the other tests would see nothing. The embedded model knows better than to change half.
    least = 20 if model_name == "zh_sdcl_sm" else len(ALL_CHARACTERS) / 2
    assert len(eager_nlp(ALL_CHARACTERS)._.corrections) > least


def test_with_all_settings_the_texts_differ_exactly_where_target_and_source_do(
    controlled_nlp, examples
):
    protection = controlled_nlp.get_pipe("sdcl_corrector").control.protection

    @examples(100)
    @given(text=TEXTS)
    def check(text):
        doc = controlled_nlp(text)
        result = doc._.corrected
        assert len(result) == len(text) == len(doc.text)
        listed = read(doc)
        assert differences(text, result) == [each for each in listed if each[1] != each[2]]
        starts = [start for start, *_ in listed]
        assert starts == sorted(set(starts))
        assert all(text[start] == source and is_cjk(source) for start, source, _ in listed)
        assert all(is_cjk(target) for *_, target in listed)
        for each in doc._.corrections:
            # Two Simplified characters may be one Traditional one.
            assert (1 if each["origin"] == "model" else 0) <= len(each["candidates"]) <= 3
        places = see(text).places
        held = {places[at] for at, hold in protection.find(doc).items() if hold.is_absolute}
        assert not held & set(starts)
        check_tokens(doc)

    check()


def test_the_controlled_pipeline_flags_protects_and_uses_phrases(controlled_nlp):
    # Or the test above would see nothing.
    docs = [controlled_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    explained = controlled_nlp.get_pipe("sdcl_corrector").explain(docs)
    assert {each.reason for decisions in explained for each in decisions} >= {
        "threshold",
        "protected",
        "confusions",
        "flagged",
    }
