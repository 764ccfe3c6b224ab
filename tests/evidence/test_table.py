import numpy as np
import pytest
from safetensors.numpy import save_file

from spacy_sdcl.evidence.alphabet import BOUNDARY, Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.kneser_ney import KneserNey, discounts, estimate
from spacy_sdcl.evidence.levels import make_levels
from spacy_sdcl.evidence.packing import pack
from spacy_sdcl.evidence.table import NgramTable

CHARACTERS = "天地人你我他好很高兴去火车站占怎么走请问今，。"
ALPHABET = Alphabet(CHARACTERS)


@pytest.fixture(scope="module")
def text():
    rng = np.random.default_rng(0)
    words = [
        "今天",
        "我",
        "他",
        "很",
        "高兴",
        "请问",
        "去",
        "火车站",
        "怎么走",
        "。",
        "，",
        "好9a☃",
    ]
    return ["".join(rng.choice(words, rng.integers(1, 9))) for _ in range(2000)]


@pytest.fixture(scope="module")
def counts(text):
    return NgramCounts.of(ALPHABET, text)


@pytest.fixture(scope="module")
def model(counts):
    levels = make_levels(counts)
    return KneserNey(levels, estimate(levels, discounts(counts)))


@pytest.fixture(scope="module")
def table(counts, model):
    return NgramTable.make(ALPHABET, model.levels, model.estimates)


def windows(text):
    """All n-grams of four of sentences: at their starts, nothing stands before the boundary."""
    rows = []
    for sentence in text:
        symbols = [0, 0, BOUNDARY, *ALPHABET.encode(sentence).tolist()]
        rows += [symbols[i : i + 4] for i in range(len(symbols) - 3)]
    return np.array(rows, dtype=np.uint16)


def test_probabilities_are_nearly_those_of_the_model(table, model, text):
    ngrams = windows(text[:200])
    expected = model.log_probabilities(pack(ngrams))
    found = table.log_probabilities(ngrams)
    assert found.dtype == np.float32
    assert np.abs(found - expected).mean() < 0.02
    assert np.quantile(np.abs(found - expected), 0.99) < 0.15


def test_probabilities_of_what_was_never_seen_come_from_shorter_ngrams(table, model):
    rng = np.random.default_rng(1)
    ngrams = rng.integers(2, len(ALPHABET), (3000, 4)).astype(np.uint16)
    expected = model.log_probabilities(pack(ngrams))
    errors = np.abs(table.log_probabilities(ngrams) - expected)
    assert np.quantile(errors, 0.98) < 0.15


def test_sentences_are_scored_each_for_itself(table, text):
    sentences = text[:20]
    together = table.score(table.encode("\n".join(sentences)))
    alone = [table.score(table.encode(sentence)) for sentence in sentences]
    expected = np.concatenate([np.append(scores, np.float32(0)) for scores in alone])[:-1]
    assert together.tolist() == expected.tolist()
    assert alone[0].tolist() == table.log_probabilities(windows(sentences[:1])).tolist()


def test_counts_of_every_length_are_nearly_those_of_the_text(table, counts):
    for order in (1, 2, 3, 4):
        keys, numbers = counts.of_order(order)
        shifts = np.arange(16 * (order - 1), -1, -16).astype(np.uint64)
        ngrams = ((keys[:, None] >> shifts) & np.uint64(0xFFFF)).astype(np.uint16)
        found = table.log_counts(ngrams)
        assert np.abs(found - np.log1p(numbers)).mean() < 0.05


def test_unknown_ngrams_have_no_count(table):
    unknown = table.encode("站占")[None]
    assert table.log_counts(unknown).tolist() == [0]
    assert table.log_counts(table.encode("走去占")[None]).tolist() == [0]


@pytest.fixture(scope="module")
def replaced(table, text):
    """Places of sentences laid flat, among them first and last ones, with three candidates each."""
    symbols = table.encode("\n".join(text[:30]))
    places = np.flatnonzero(symbols != BOUNDARY)
    rng = np.random.default_rng(2)
    return symbols, places, rng.integers(6, len(ALPHABET), (len(places), 3)).astype(np.uint16)


def test_replacements_change_the_score_of_the_sentence_by_what_is_said(table, replaced):
    symbols, places, candidates = replaced
    found = table.replacement_scores(symbols, places, candidates)
    assert found.own.shape == found.following.shape == (len(places), 4)
    assert found.own.dtype == found.following.dtype == np.float32
    written = table.score(symbols)
    for row, place in enumerate(places.tolist()):
        for column, candidate in enumerate(candidates[row].tolist(), start=1):
            changed = symbols.copy()
            changed[place] = candidate
            scores = table.score(changed)
            total = found.own[row] + found.following[row]
            assert found.own[row, column] == scores[place]
            assert total[column] - total[0] == pytest.approx(scores.sum() - written.sum(), abs=1e-3)


def test_the_first_column_of_replacements_is_the_character_as_written(table, replaced):
    symbols, places, candidates = replaced
    found = table.replacement_scores(symbols, places, candidates)
    assert found.own[:, 0].tolist() == table.score(symbols)[places].tolist()
    same = table.replacement_scores(symbols, places, symbols[places][:, None])
    assert same.own[:, 0].tolist() == same.own[:, 1].tolist()
    assert same.following[:, 0].tolist() == same.following[:, 1].tolist()


def test_nothing_behind_the_end_of_a_sentence_is_counted_as_following(table):
    alone = table.replacement_scores(
        table.encode("去火车占"), np.array([3]), table.encode("站")[None]
    )
    more = table.replacement_scores(
        table.encode("我\n去火车占\n怎么走"), np.array([5]), table.encode("站")[None]
    )
    assert alone.following.tolist() == [[0, 0]]
    for one, other in zip(alone, more, strict=True):
        assert one.tolist() == other.tolist()


def test_replacements_name_the_ngrams_that_hold_the_place(table):
    symbols = table.encode("请问去火车占怎么走")
    found = table.replacement_scores(symbols, np.array([5]), table.encode("站我")[None])
    assert found.log_counts.shape == (1, 3, 9)
    for column, char in enumerate("占站我"):
        line = table.encode("请问去火车" + char + "怎么走")
        slices = [slice(4, 6), slice(5, 7), slice(3, 6), slice(4, 7), slice(5, 8)]
        slices += [slice(2, 6), slice(3, 7), slice(4, 8), slice(5, 9)]
        expected = [table.log_counts(line[part][None])[0] for part in slices]
        assert found.log_counts[0, column].tolist() == expected
    assert (found.log_counts[0, 1] > 0).all()
    assert (found.log_counts[0, 0] == 0).all()


def test_no_places_give_no_scores(table):
    found = table.replacement_scores(
        table.encode("天"), np.zeros(0, np.int64), np.zeros((0, 5), np.uint16)
    )
    assert found.own.shape == found.following.shape == (0, 6)
    assert table.score(table.encode("")).shape == (0,)


def test_a_table_is_the_same_from_a_file_and_from_bytes(table, text, tmp_path):
    path = tmp_path / "ngrams.safetensors"
    table.save(path)
    assert path.read_bytes() == table.to_bytes()
    symbols = table.encode("\n".join(text[:50]))
    for other in (NgramTable.open(path), NgramTable.from_buffer(table.to_bytes())):
        assert other.alphabet == ALPHABET
        assert other.score(symbols).tolist() == table.score(symbols).tolist()


def test_an_opened_table_is_not_read_into_memory(table, tmp_path):
    table.save(tmp_path / "ngrams.safetensors")
    opened = NgramTable.open(tmp_path / "ngrams.safetensors")
    array = opened.words
    while isinstance(array.base, np.ndarray):
        array = array.base
    assert isinstance(array, np.memmap)
    assert not opened.words.flags.writeable


@pytest.mark.parametrize("what", ["nothing", "text", "tensors", "cut short"])
def test_other_files_are_refused(table, tmp_path, what):
    path = tmp_path / "other.safetensors"
    if what == "tensors":
        save_file({"words": np.zeros(3)}, path)
    else:
        text = {"nothing": b"", "text": "今天。".encode(), "cut short": table.to_bytes()[:-100]}
        path.write_bytes(text[what])
    with pytest.raises(
        ValueError, match=r"is (not a table of n-grams|cut off).* Make it anew from counts"
    ):
        NgramTable.open(path)


@pytest.mark.parametrize("size", [60_000, 70_000, 10**7])
def test_a_table_is_built_to_a_size(counts, model, size):
    table = build_table(counts, size)
    assert len(table.to_bytes()) <= size
    everything = NgramTable.make(ALPHABET, model.levels, model.estimates)
    if size == 10**7:
        assert table.to_bytes() == everything.to_bytes()


def test_a_size_without_room_for_ngrams_is_refused(counts):
    with pytest.raises(ValueError, match="leave no room for n-grams"):
        build_table(counts, 1000)


def test_a_table_of_no_text_knows_nothing():
    table = build_table(NgramCounts.empty(ALPHABET), 10**6)
    scores = table.score(table.encode("天地9"))
    np.testing.assert_allclose(np.exp(scores), 1 / (len(ALPHABET) - 2), rtol=1e-5)
