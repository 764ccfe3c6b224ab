"""Learning of text with a small evidence, and predictions made by hand."""

import pytest
from made_evidence import ALPHABET, SENTENCES, make_evidence

from spacy_sdcl.evidence import learning
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.learning import learn
from spacy_sdcl.types import Candidate, CharPrediction

WRONG = {"行": "兴", "门": "们", "占": "站"}


class Network:
    """Corrects the characters of WRONG wherever they stand, and keeps what it was given."""

    def __init__(self, score=0.99, wrong=WRONG):
        self.score, self.wrong = score, wrong
        self.read = []

    def __call__(self, sentences):
        self.read += sentences
        return [
            [
                CharPrediction(place, (Candidate(self.wrong[char], self.score),), 1 - self.score)
                for place, char in enumerate(sentence)
                if char in self.wrong
            ]
            for sentence in sentences
        ]


@pytest.fixture(scope="module")
def evidence():
    return make_evidence()


@pytest.fixture(autouse=True)
def easily_suspect(monkeypatch):
    # In a table of six sentences nothing is much likelier than anything else.
    monkeypatch.setattr("spacy_sdcl.evidence.suspects.LEAST_GAIN", 1.0)
    monkeypatch.setattr("spacy_sdcl.evidence.suspects.LEAST_GAIN_SELDOM", 1.0)


def times(learned, text):
    """How often text has an n-gram, and what the table believes of it."""
    counts = NgramCounts.of(ALPHABET, [text])
    [key] = counts.of_order(len(text))[0][-1:].tolist()
    known = dict(zip(*map(list, learned.counts.of_order(len(text))), strict=True))
    return int(known.get(key, 0)), learned.table.log_counts(ALPHABET.encode(text)[None])[0] > 0


def test_what_occurs_once_is_counted_and_not_believed(evidence):
    lesson = learn(evidence, ["他再笑。\n我们再去。\n今天性效。"], Network())
    assert times(lesson.learned, "再去") == (1, False)
    assert times(lesson.learned, "性效") == (1, False)
    more = learn(evidence.with_learned(lesson.learned), ["他们再去。"], Network())
    assert times(more.learned, "再去") == (2, True)
    assert times(more.learned, "性效") == (1, False)


def test_texts_learnt_one_after_the_other_add_up(evidence):
    first, second = ["今天再笑。", "他再笑。"], ["我们再笑。", "中文性效。", "我性效。"]
    one = learn(evidence, first, Network()).learned
    both = learn(evidence.with_learned(one), second, Network()).learned
    at_once = learn(evidence, first + second, Network()).learned
    assert both.counts.keys.tolist() == at_once.counts.keys.tolist()
    assert both.counts.counts.tolist() == at_once.counts.counts.tolist()
    assert both.lines.tolist() == at_once.lines.tolist()
    assert both.characters > one.characters


def test_a_line_that_comes_again_is_counted_once(evidence):
    once = learn(evidence, ["今天再笑。\n他去。"], Network())
    for texts in (["今天再笑。\n他去。\n今天再笑。"], ["今天再笑。", " 他去。 ", "他去。\r\n"]):
        lesson = learn(evidence, texts, Network())
        assert lesson.learned.counts.counts.tolist() == once.learned.counts.counts.tolist()
        assert lesson.repeated == lesson.characters - once.characters > 0


def test_learning_the_same_again_changes_nothing(evidence):
    text = ["今天再笑。\n他再笑。\n我们性效。"]
    one = learn(evidence, text, Network()).learned
    lesson = learn(evidence.with_learned(one), text, Network())
    assert lesson.learned.describe() == one.describe()
    assert lesson.learned.counts.counts.tolist() == one.counts.counts.tolist()
    assert lesson.repeated == lesson.characters
    assert lesson.words == {}
    assert lesson.doubted == []


class TestErrors:
    def test_what_is_surely_wrong_is_listed_and_not_learnt(self, evidence):
        lesson = learn(evidence, ["我今天很高行。\n他也很高行。\n他门去。"], Network())
        assert [(each.source, each.target, each.times) for each in lesson.doubted] == [
            ("高行", "高兴", 2),
            ("他门去", "他们去", 1),
        ]
        assert "高行" in lesson.doubted[0].sentence
        assert lesson.doubted[0].score == 0.99
        assert times(lesson.learned, "高行") == (0, False)
        # Nor is what stands around it, with it.
        assert times(lesson.learned, "行。") == (0, False)
        assert times(lesson.learned, "门去") == (0, False)
        assert times(lesson.learned, "很高") == (2, True)

    def test_what_the_network_is_not_sure_of_is_learnt(self, evidence):
        lesson = learn(evidence, ["我今天很高行。\n他也很高行。"], Network(score=0.85))
        assert lesson.doubted == []
        assert times(lesson.learned, "高行") == (2, True)

    def test_what_is_not_alike_is_no_error(self, evidence):
        lesson = learn(evidence, ["我今天很高行。\n他也很高行。"], Network(wrong={"行": "文"}))
        assert lesson.doubted == []

    def test_what_looks_right_in_one_place_is_learnt(self, evidence):
        class Unsure(Network):
            def __call__(self, sentences):
                found = super().__call__(sentences)
                return [[] if "他" in s else each for s, each in zip(sentences, found, strict=True)]

        lesson = learn(evidence, ["我今天很高行。\n他也很高行。"], Unsure())
        assert lesson.doubted == []
        assert times(lesson.learned, "高行") == (2, True)

    def test_only_sentences_with_something_odd_are_read(self, evidence):
        network = Network()
        learn(evidence, [*SENTENCES, "我今天很高行。"], network)
        assert network.read == ["我今天很高行。"]

    def test_of_too_many_the_most_frequent_are_read_and_none_is_learnt(self, evidence, monkeypatch):
        monkeypatch.setattr(learning, "READ_AT_LEAST", 2)
        network = Network()
        text = ["他门去。", "今天很高行。", "他也很高行。", "车占。", "火车占。"]
        lesson = learn(evidence, text, network)
        assert len(network.read) == 2
        assert lesson.unread > 0
        assert "高行" in {each.source for each in lesson.doubted}
        for string in ("高行", "车占", "他门"):
            assert not times(lesson.learned, string)[1]

    def test_a_text_of_nothing_but_errors_can_be_learnt(self, evidence):
        text = [f"{'我' * (i + 1)}今天很高行。\n他门{'也' * (i + 1)}去车占。" for i in range(40)]
        lesson = learn(evidence, text, Network())
        assert {each.source[:2] for each in lesson.doubted} >= {"高行", "他门"}
        assert 0 < lesson.learned.weight < 1


class TestWords:
    def test_words_of_a_list_are_known_however_often_the_text_has_them(self, evidence):
        lesson = learn(evidence, ["今天去。"], Network(), words=["再笑", "搞笑", "再笑"])
        assert lesson.words == {"再笑": 0, "搞笑": 0}
        lexicon = evidence.with_learned(lesson.learned).lexicon
        assert (lexicon.level(ALPHABET.encode("再笑搞笑").reshape(2, 2)) > 0).all()
        assert times(lesson.learned, "再笑") == (2, True)

    def test_a_list_alone_is_enough_and_says_nothing_of_how_sentences_begin(self, evidence):
        learned = learn(evidence, [], Network(), words=["再笑"]).learned
        assert learned.words == {"再笑": 0}
        with_learned = evidence.with_learned(learned)
        for text in ("再", "我", "他"):
            symbols = ALPHABET.encode(text)
            assert with_learned.table.score(symbols) == pytest.approx(
                evidence.table.score(symbols), abs=1e-4
            )

    def test_a_word_that_looks_wrong_is_right_if_it_is_listed(self, evidence):
        text = ["我今天很高行。\n他也很高行。"]
        lesson = learn(evidence, text, Network(), words=["高行"])
        assert times(lesson.learned, "高行") == (4, True)
        assert "高行" in lesson.learned.words

    def test_words_that_cannot_be_evidence_are_said(self, evidence):
        words = ["再笑", "我", "A股", "龘龘", "再 笑", "", "  ", "再\n笑", "123"]
        lesson = learn(evidence, [], Network(), words=words)
        assert lesson.words == {"再笑": 0}
        assert lesson.left_out == ["我", "A股", "龘龘", "再 笑", "再\n笑", "123"]

    def test_a_phrase_longer_than_words_of_the_lexicon_is_counted(self, evidence):
        learned = learn(evidence, [], Network(), words=["今天我们再笑性效"]).learned
        assert times(learned, "再笑性效") == (2, True)

    def test_they_are_read_as_text_is_and_cited_as_they_are_written(self, evidence):
        def plain(text):
            return text.replace("x", "").replace("Z", "兴")

        lesson = learn(evidence, ["今x天再Z。"], Network(), words=["高xZ", "x我"], plain=plain)
        assert lesson.words == {"高兴": 0}
        assert lesson.left_out == ["x我"]
        assert times(lesson.learned, "天再兴")[0] == 1

    def test_a_forgotten_word_is_not_learnt_again_unless_it_is_listed(self, evidence):
        text = [f"{a}再笑{b}。" for a, b in ["我今", "他去", "天们", "们我"]]
        learned = learn(evidence, text[:2], Network(), words=["再笑"]).learned.forget(["再笑"])
        again = learn(evidence.with_learned(learned), text, Network()).learned
        assert times(again, "再笑") == (0, False)
        assert again.forgotten == ("再笑",)
        assert "再笑" not in again.words
        listed = learn(evidence.with_learned(again), text, Network(), words=["再笑"]).learned
        assert listed.forgotten == ()
        assert listed.words == {"再笑": 0}
        assert times(listed, "再笑") == (2, True)


class TestRefused:
    @pytest.mark.parametrize("texts", [[], [""], [" \n\t "], ["。，！？", "abc 123", "😀"]])
    def test_a_text_without_chinese_teaches_nothing(self, evidence, texts):
        with pytest.raises(ValueError, match="no Chinese text to learn from: name files"):
            learn(evidence, texts, Network())

    def test_a_list_without_a_word_of_chinese_is_cited(self, evidence):
        with pytest.raises(ValueError, match="nothing to learn: 'OK' is no word of two or more"):
            learn(evidence, [], Network(), words=["OK", "我"])

    @pytest.mark.parametrize("wrong", ["我们今天去。", b"abc"])
    def test_one_string_is_not_taken_for_several(self, evidence, wrong):
        with pytest.raises(ValueError, match="texts must be several strings, not one"):
            learn(evidence, wrong, Network())
        with pytest.raises(ValueError, match="words must be several strings, not one"):
            learn(evidence, ["今天。"], Network(), words=wrong)

    def test_what_is_no_string_is_named(self, evidence):
        with pytest.raises(ValueError, match=r"texts must be strings, not int: 3\."):
            learn(evidence, ["今天。", 3], Network())


@pytest.mark.parametrize(
    "texts", [["今天。"], ["今天去学校。" * 3000], ["今\ud800天\x00去\u2028学校"]]
)
def test_any_text_with_chinese_can_be_learnt(evidence, texts):
    lesson = learn(evidence, iter(texts), Network())
    assert lesson.characters > 0
    assert 0 < lesson.learned.weight < 1


def test_a_long_text_is_counted_in_blocks(evidence, monkeypatch):
    text = ["今天再笑。\n他再笑。"]
    whole = learn(evidence, text, Network()).learned
    monkeypatch.setattr(learning, "AT_ONCE", 3)
    blocks = learn(evidence, text, Network()).learned
    assert blocks.counts.keys.tolist() == whole.counts.keys.tolist()
