"""Which sentences belong to a domain, and evidence that knows none of them."""

import numpy as np
import pytest

from spacy_sdcl.evaluation.domains import Domain, leave_out_domain, read_domain
from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.lexicon import build_lexicon

WORDS = ["血压", "门诊", "阿司匹林"]
OWN = ["门诊先量血压。", "血压高的去门诊。"]
OTHER = ["今天天气很好。", "门诊今天不开。", "血压血压血压。"]
ALPHABET = Alphabet(sorted(set("".join([*OWN, *OTHER, *WORDS]))))


def test_a_sentence_with_two_different_words_of_the_domain_belongs_to_it():
    assert list(Domain(WORDS, ALPHABET).select([*OTHER, *OWN])) == OWN


def test_two_words_in_a_long_sentence_are_not_enough():
    long = OWN[0] + "今天天气很好" * 10
    assert list(Domain(WORDS, ALPHABET).select([long, OWN[1]])) == [OWN[1]]


def test_no_sentence_belongs_to_a_domain_in_no_text():
    assert list(Domain(WORDS, ALPHABET).select([])) == []


def make_evidence(sentences):
    counts = NgramCounts.of(ALPHABET, sentences)
    lexicon = build_lexicon({"血压": 9.0, "今天": 9.0}, ALPHABET)
    return counts, Evidence(build_table(counts, 200_000), lexicon, likeness=None)


def test_what_is_left_out_is_as_if_it_had_never_been_counted():
    counts, known = make_evidence([*OTHER, *OWN])
    _, without = make_evidence(OTHER)
    left = leave_out_domain(known, counts, OWN, WORDS, size=200_000)
    symbols = ALPHABET.encode("\n".join([*OWN, *OTHER]))
    np.testing.assert_allclose(left.table.score(symbols), without.table.score(symbols), atol=1e-6)
    words = ALPHABET.encode("血压今天").reshape(2, 2)
    assert left.lexicon.level(words).astype(bool).tolist() == [False, True]
    assert known.lexicon.level(words).astype(bool).tolist() == [True, True]


def test_sentences_that_were_not_counted_are_not_taken_out():
    counts, known = make_evidence(OTHER)
    left = leave_out_domain(known, counts, [*OWN, OWN[0]], WORDS, size=200_000)
    symbols = ALPHABET.encode(OTHER[0])
    assert np.isfinite(left.table.score(symbols)).all()


def test_words_are_read_by_their_category(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("word\tdocuments\tcategory\n血压\t9\tmedical\n条款\t3\tlaw\n", encoding="utf-8")
    assert read_domain(path, "medical") == ["血压"]
    with pytest.raises(ValueError, match="no category 'food', but law, medical"):
        read_domain(path, "food")
    path.write_text("血压\t9\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no columns word and category"):
        read_domain(path, "medical")
