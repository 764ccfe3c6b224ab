"""What was learnt: taken out again, stored, and refused where it is damaged."""

import json
import struct

import numpy as np
import pytest
from made_evidence import ALPHABET, SENTENCES, make_evidence

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.learned import (
    LEARNED,
    LEARNED_FILE,
    TWICE,
    Learned,
    leave_out_strings,
)
from spacy_sdcl.model.storage import pack, unpack

TEXT = [*SENTENCES, "我们高兴地去火车站。", "火车站也很高兴。", "再去火车站。"]
REMEDY = r"Learn it anew with `spacy sdcl learn`, or copy it again\.$"


def make_learned(sentences=TEXT, **settings):
    counts = NgramCounts.of(ALPHABET, sentences * 2)
    words = {"火车": 6, "再笑": 0}
    lines = np.array([3, 2**63], np.uint64)
    return Learned(counts, words, 0.3, forgotten=["搞笑"], lines=lines, **settings)


def ngrams(counts, order):
    keys, numbers = counts.of_order(order)
    return dict(zip(keys.tolist(), numbers.tolist(), strict=True))


def expected_ngrams(sentences, order, gone):
    """The n-grams of sentences that hold none of some strings."""
    found = {}
    for sentence in sentences:
        text = "\n" + sentence
        for start in range(len(text) - order + 1):
            part = text[start : start + order]
            if part != "\n" and not any(each in part for each in gone):
                key = 0
                for symbol in ALPHABET.encode(part).tolist():
                    key = key << 16 | symbol
                found[key] = found.get(key, 0) + 1
    return found


class TestLeavingOut:
    @pytest.mark.parametrize(
        "gone",
        [["火车"], ["火车站"], ["去火车站"], ["高兴", "今天很"], ["兴。"], ["我"], ["不有"], []],
    )
    def test_what_holds_a_string_is_gone_and_all_else_keeps_its_count(self, gone):
        left = leave_out_strings(NgramCounts.of(ALPHABET, TEXT), gone)
        # A single character is in no n-gram of two or more, and still a character of the text.
        of_one = [each for each in gone if len(each) > 1]
        assert ngrams(left, 1) == expected_ngrams(TEXT, 1, of_one)
        for order in (2, 3, 4):
            assert ngrams(left, order) == expected_ngrams(TEXT, order, gone)

    def test_of_a_long_string_all_that_has_four_of_its_characters_in_a_row_is_gone(self):
        left = leave_out_strings(NgramCounts.of(ALPHABET, TEXT), ["今天去火车站"])
        assert ngrams(left, 4) == expected_ngrams(TEXT, 4, ["今天去火", "天去火车", "去火车站"])
        assert ngrams(left, 3) == ngrams(NgramCounts.of(ALPHABET, TEXT), 3)

    def test_the_order_makes_no_difference(self):
        counts = NgramCounts.of(ALPHABET, TEXT)
        both = leave_out_strings(counts, ["火车", "天去火"])
        for order in (["火车", "天去火"], ["天去火", "火车"]):
            left = counts
            for each in order:
                left = leave_out_strings(left, [each])
            assert left.keys.tolist() == both.keys.tolist()
            assert left.counts.tolist() == both.counts.tolist()

    @pytest.mark.parametrize("gone", [["高兴"], ["车站", "天很高"], ["我们在学"]])
    def test_a_table_is_made_of_what_is_left(self, gone):
        counts = leave_out_strings(NgramCounts.of(ALPHABET, TEXT * 30), gone)
        table = build_table(counts, 400_000, least=TWICE)
        history = ALPHABET.encode("今天去")
        asked = [[*history.tolist(), symbol] for symbol in range(2, len(ALPHABET))]
        probabilities = np.exp(table.log_probabilities(np.array(asked, dtype=np.uint16)))
        assert np.isfinite(probabilities).all()
        assert probabilities[1:].sum() == pytest.approx(1, abs=0.05)
        for string in gone:
            assert table.log_counts(ALPHABET.encode(string)[None]) == 0


class TestForgetting:
    def test_a_word_is_gone_with_its_ngrams(self):
        learned = make_learned()
        left = learned.forget(["火车"])
        assert left.words == {"再笑": 0}
        assert left.forgotten == ("搞笑", "火车")
        assert learned.table.log_counts(ALPHABET.encode("火车")[None]) > 0
        assert left.table.log_counts(ALPHABET.encode("火车")[None]) == 0
        assert left.table.log_counts(ALPHABET.encode("高兴")[None]) > 0
        assert left.characters == learned.characters
        assert left.lines is learned.lines
        assert left.weight == learned.weight

    def test_what_is_no_new_word_can_be_taken_out_too(self):
        assert make_learned().forget(["高兴"]).table.log_counts(ALPHABET.encode("高兴")[None]) == 0

    def test_a_word_of_a_list_that_no_text_has_can_be_taken_out(self):
        assert make_learned().forget(["再笑"]).words == {"火车": 6}

    @pytest.mark.parametrize("word", ["", "我", "性效", "龘龘"])
    def test_what_was_not_learnt_cannot_be_taken_out(self, word):
        with pytest.raises(ValueError, match=r"was not learnt: `spacy sdcl info --learned` lists"):
            make_learned().forget([word])

    def test_nothing_can_be_taken_out_twice(self):
        with pytest.raises(ValueError, match="'火车' was not learnt"):
            make_learned().forget(["火车"]).forget(["火车"])


def check_equal(found, learned):
    assert found.describe() == learned.describe()
    assert found.counts.alphabet == learned.counts.alphabet
    for name in ("keys", "counts", "folded"):
        one, other = getattr(found.counts, name), getattr(learned.counts, name)
        assert np.array_equal(one, other)
    assert np.array_equal(found.lines, learned.lines)
    assert found.lines.dtype == np.uint64
    for name, array in learned.table.arrays().items():
        assert np.array_equal(found.table.arrays()[name], array)


def without(values, name):
    return {key: value for key, value in values.items() if key != name}


class TestStored:
    def test_it_survives_bytes_and_a_file(self, tmp_path):
        learned = make_learned()
        learned.save(tmp_path / LEARNED_FILE)
        check_equal(Learned.open(tmp_path / LEARNED_FILE), learned)
        check_equal(Learned.from_bytes(learned.to_bytes()), learned)
        assert (tmp_path / LEARNED_FILE).read_bytes() == learned.to_bytes()

    def test_nothing_but_a_list_of_words_survives_too(self):
        learned = Learned(NgramCounts.empty(ALPHABET), {"火车": 0}, 0.5)
        check_equal(Learned.from_bytes(learned.to_bytes()), learned)

    def test_it_can_be_learnt_on_with_after_loading(self):
        loaded = Learned.from_bytes(make_learned().to_bytes())
        more = loaded.counts.merged(NgramCounts.of(ALPHABET, ["再去。"]))
        assert more.counts.sum() > loaded.counts.counts.sum()
        assert loaded.forget(["火车"]).words == {"再笑": 0}

    @pytest.mark.parametrize("at", [-1, 0.5, 300])
    def test_a_damaged_file_is_refused_with_what_to_do(self, tmp_path, at):
        data = bytearray(make_learned().to_bytes())
        data[int(at * len(data)) if at == 0.5 else at] ^= 1
        (tmp_path / LEARNED_FILE).write_bytes(data)
        with pytest.raises(ValueError, match=f"{LEARNED_FILE} .*{REMEDY}"):
            Learned.open(tmp_path / LEARNED_FILE)
        with pytest.raises(ValueError, match=f"^What was learnt .*{REMEDY}"):
            Learned.from_bytes(bytes(data))

    @pytest.mark.parametrize("length", [0, 5, 500, -10])
    def test_a_file_that_is_cut_off_is_refused(self, tmp_path, length):
        (tmp_path / LEARNED_FILE).write_bytes(make_learned().to_bytes()[:length])
        with pytest.raises(ValueError, match=REMEDY):
            Learned.open(tmp_path / LEARNED_FILE)

    def test_a_file_of_something_else_is_refused(self, tmp_path):
        make_evidence().general_table.save(tmp_path / LEARNED_FILE)
        with pytest.raises(
            ValueError, match=f"is not a file of what was learnt, or damaged. {REMEDY}"
        ):
            Learned.open(tmp_path / LEARNED_FILE)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("weight", 0.0, "has the weight 0.0"),
            ("weight", 1.5, "has the weight 1.5"),
            ("weight", "much", "has weight as str"),
            ("words", {"火车": -1}, "has words without counts"),
            ("words", {"火车": "often"}, "has words without counts"),
            ("words", ["火车"], "has words as list"),
            ("forgotten", None, "has forgotten as NoneType"),
            ("folded", None, "has folded as NoneType"),
        ],
    )
    def test_values_that_cannot_be_are_refused(self, name, value, said):
        stored = unpack(LEARNED, make_learned().to_bytes(), "x")
        data = pack(LEARNED, {**without(stored.values, "format"), name: value}, stored.arrays)
        with pytest.raises(ValueError, match=f"{said}.* {REMEDY}"):
            Learned.from_bytes(data)
        lacking = pack(LEARNED, without(without(stored.values, "format"), name), stored.arrays)
        with pytest.raises(ValueError, match=f"has no {name}. {REMEDY}"):
            Learned.from_bytes(lacking)

    @pytest.mark.parametrize("name", ["keys", "counts", "lines", "words", "book"])
    def test_arrays_that_are_missing_or_of_another_type_are_refused(self, name):
        stored = unpack(LEARNED, make_learned().to_bytes(), "x")
        values = without(stored.values, "format")
        for arrays in (
            without(stored.arrays, name),
            {**stored.arrays, name: stored.arrays[name].astype(np.int8)},
        ):
            with pytest.raises(ValueError, match=f"{name}.*{REMEDY}"):
                Learned.from_bytes(pack(LEARNED, values, arrays))

    def test_a_file_of_a_later_version_says_so(self):
        data = make_learned().to_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        entries = json.loads(data[8 : 8 + length])
        values = json.loads(entries["__metadata__"]["learned"])
        entries["__metadata__"]["learned"] = json.dumps({**values, "format": 2})
        header = json.dumps(entries).encode()
        changed = struct.pack("<Q", len(header)) + header + data[8 + length :]
        with pytest.raises(ValueError, match="format 2, this version reads up to 1: upgrade"):
            Learned.from_bytes(changed)


class TestBesideEvidence:
    def test_it_is_kept_in_a_file_of_its_own(self, tmp_path):
        evidence = make_evidence().with_learned(make_learned())
        evidence.save(tmp_path)
        assert (tmp_path / LEARNED_FILE).is_file()
        for loaded in (Evidence.open(tmp_path), Evidence.from_bytes(evidence.to_bytes())):
            check_equal(loaded.learned, evidence.learned)
            symbols = loaded.table.encode("我们再去火车站。")
            assert loaded.table.score(symbols).tolist() == evidence.table.score(symbols).tolist()

    def test_evidence_saved_without_it_over_it_has_none(self, tmp_path):
        make_evidence().with_learned(make_learned()).save(tmp_path)
        make_evidence().save(tmp_path)
        assert not (tmp_path / LEARNED_FILE).exists()
        assert Evidence.open(tmp_path).learned is None

    def test_the_general_evidence_is_stored_as_it_was(self):
        evidence = make_evidence()
        with_learned = evidence.with_learned(make_learned())
        files = with_learned.to_bytes()
        files.pop(LEARNED_FILE)
        assert files == evidence.to_bytes()
        assert with_learned.with_learned(None).to_bytes() == evidence.to_bytes()

    def test_words_are_known_beside_the_others_and_not_rarer_than_before(self):
        evidence = make_evidence()
        with_learned = evidence.with_learned(
            Learned(NgramCounts.empty(ALPHABET), {"再笑": 0, "今天": 1, "搞笑": 900}, 0.5)
        )
        for word, known in (("再笑", False), ("搞笑", False), ("高兴", True), ("今天", True)):
            symbols = ALPHABET.encode(word)[None]
            assert (evidence.lexicon.level(symbols) > 0) == known
            assert with_learned.lexicon.level(symbols) >= max(evidence.lexicon.level(symbols), 1)
        levels = [with_learned.lexicon.level(ALPHABET.encode(w)[None])[0] for w in ("再笑", "搞笑")]
        assert levels[0] < levels[1]

    def test_what_was_learnt_with_another_model_is_refused(self):
        other = Learned(NgramCounts.of(Alphabet("天地"), ["天地"] * 3), {}, 0.5)
        with pytest.raises(ValueError, match="another alphabet than the evidence: learn it anew"):
            make_evidence().with_learned(other)
        files = make_evidence().to_bytes()
        with pytest.raises(ValueError, match="another alphabet"):
            Evidence.from_bytes({**files, LEARNED_FILE: other.to_bytes()})
