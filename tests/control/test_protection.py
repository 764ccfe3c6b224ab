"""What is never changed."""

import pickle

import pytest
import spacy
from spacy.tokens import Doc, Span

from spacy_sdcl.control.phrases import PhraseIndex
from spacy_sdcl.control.protection import Protection
from spacy_sdcl.language.invisible import see

NLP = spacy.blank("zh")


def protected(doc, **settings):
    """The protected characters of a Doc, with a dot for each of the others."""
    places = see(doc.text).places
    held = {places[at] for at in Protection(doc.vocab, **settings).find(doc)}
    return "".join(char if i in held else "." for i, char in enumerate(doc.text))


@pytest.mark.parametrize(
    ("text", "phrases", "expected"),
    [
        ("我叫王小明。", ["王小明"], "..王小明."),
        ("😀👨‍👩‍👧王小明𠮷王小明", ["王小明"], "......王小明.王小明"),
        ("高行健行", ["高行", "行健", "高行健"], "高行健."),
        ("学习机器学习", ["学习", "机器学习"], "学习机器学习"),
        ("abc 我门", ["c 我"], "..c 我."),
        ("我门", [], ".."),
        ("", ["我"], ""),
    ],
)
def test_phrases_protect_wherever_they_occur_and_overlapping_ones_all_count(
    text, phrases, expected
):
    assert protected(NLP.make_doc(text), phrases=phrases) == expected


def test_regular_expressions_protect_what_they_match():
    doc = NLP.make_doc("《高行》和高行")
    assert protected(doc, patterns=["《[^》]*》", "x*"]) == "《高行》..."


def test_entities_protect_by_their_label():
    doc = NLP.make_doc("高行去北京")
    doc.ents = [Span(doc, 0, 2, label="PERSON"), Span(doc, 3, 5, label="GPE")]
    assert protected(doc, entities=["PERSON"]) == "高行..."
    assert protected(doc, entities=["GPE", "ORG"]) == "...北京"


def test_tokens_protect_by_their_attributes():
    doc = Doc(
        NLP.vocab, words=["高行", "去", "北京"], spaces=[False] * 3, pos=["PROPN", "VERB", "X"]
    )
    assert protected(doc, tokens=[{"POS": "PROPN"}]) == "高行..."
    assert protected(doc, tokens=[{"POS": {"IN": ["VERB"]}}, {"LENGTH": 2}]) == "高行去北京"


def test_a_token_by_an_attribute_that_no_component_has_set_is_an_error():
    with pytest.raises(ValueError, match=r"E155.*POS"):
        protected(NLP.make_doc("高行"), tokens=[{"POS": "PROPN"}])


def test_what_protects_is_told():
    doc = NLP.make_doc("高行")
    hold = Protection(doc.vocab, phrases=["高行"]).find(doc)[1]
    assert hold.reason == "protected"
    assert "高行" in hold.detail


def test_it_protects_the_same_after_pickling():
    doc = NLP.make_doc("高行去北京")
    protection = Protection(NLP.vocab, phrases=["高行"], patterns=["北"], tokens=[{"LOWER": "京"}])
    protection.find(doc)
    assert pickle.loads(pickle.dumps(protection)).find(doc) == protection.find(doc)


def test_a_hundred_thousand_phrases_are_compiled_once_and_read_a_text_once(monkeypatch):
    import ahocorasick_rs

    class Counting:
        """Counts how often phrases are compiled, and the characters that are looked through."""

        compiled = 0
        read = 0

        def __init__(self, *args, **settings):
            Counting.compiled += 1
            self.automaton = real(*args, **settings)

        def find_matches_as_indexes(self, text, **settings):
            Counting.read += len(text)
            return self.automaton.find_matches_as_indexes(text, **settings)

    real = ahocorasick_rs.AhoCorasick
    monkeypatch.setattr(ahocorasick_rs, "AhoCorasick", Counting)
    phrases = [chr(0x4E00 + i % 300) + chr(0x5000 + i // 300) + "门" for i in range(100_000)]
    assert len(set(phrases)) == 100_000
    protection = Protection(NLP.vocab, phrases=phrases)
    texts = [f"在{phrases[i]}，我门" for i in range(0, 100_000, 1000)]
    for text in texts:
        doc = NLP.make_doc(text)
        assert set(protection.find(doc)) == {1, 2, 3}
    assert Counting.compiled == 1
    assert Counting.read == sum(map(len, texts))


def test_the_time_of_a_search_does_not_grow_with_the_number_of_phrases():
    import time

    def seconds(count):
        index = PhraseIndex(
            [chr(0x4E00 + i % 300) + chr(0x5000 + i // 300) + "门" for i in range(count)]
        )
        list(index.find(""))
        text = "今天天气很好，我门去公园玩。" * 2000
        times = []
        for _ in range(5):
            start = time.process_time()
            list(index.find(text))
            times.append(time.process_time() - start)
        return min(times)

    # A look for each phrase by itself would take a thousand times as long.
    assert seconds(100_000) < 50 * seconds(100) + 0.01
